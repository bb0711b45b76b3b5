// The border between the host's answers and Linux: HostError becomes an Errno, Pending becomes a wait.

import * as errnos from '../abi/errno.ts';
import { Errno } from '../abi/errno.ts';
import { HostError, Pending } from '../host/host.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';

/** The Errno of a host's error code; EIO for codes that Linux does not have. */
export function errnoOf(error: HostError): Errno {
  const named = (errnos as Readonly<Record<string, unknown>>)[error.code];
  return named instanceof Errno ? named : errnos.EIO;
}

/** Asks the host. Throws Errno, or a Blocked while the answer is on its way: the whole call is then run again. */
export function ask<T>(question: () => T | Pending): T {
  let answer: T | Pending;
  try {
    answer = question();
  } catch (error) {
    if (error instanceof HostError) throw errnoOf(error);
    throw error;
  }
  if (!(answer instanceof Pending)) return answer;
  const queue = new WaitQueue();
  const wake = (): void => queue.wake();
  answer.ready.then(wake, wake);
  const again = (): Result => {
    throw new Error('a wait for the host is run again from the start of its call');
  };
  throw new Blocked([queue], again, { interruptible: false });
}
