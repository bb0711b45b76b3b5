// What poll, select and epoll_wait share: waiting until something is ready, a temporary signal mask, and
// telling the time that was left. poll(2), select(2), signal(7).

import { EINVAL, ERESTARTNOHAND } from '../abi/errno.ts';
import { setSignalMask } from '../kernel/signal.ts';
import { signalPending } from '../kernel/signal-delivery.ts';
import type { Task } from '../kernel/task.ts';
import { Blocked, type BlockedOptions, type Result, type WaitQueue } from '../wait.ts';
import type { ReadTime, WriteTime } from './timespec.ts';

const SIGSET_SIZE = 8;

/** A time limit as monotonic nanoseconds: Infinity = none. */
export function deadlineIn(task: Task, nanoseconds: number): number {
  return nanoseconds === Infinity ? Infinity : task.kernel.now() + nanoseconds;
}

/** Asks `count` until it is above 0 or the deadline has passed; the count is the call's result. */
export function untilReady(
  task: Task,
  queues: readonly WaitQueue[],
  deadline: number,
  count: () => number,
  options: Omit<BlockedOptions, 'deadline'>,
): Result {
  const distinct = [...new Set(queues)];
  const turn = (expired: boolean): Result => {
    const ready = count();
    if (ready > 0 || expired) return ready;
    return new Blocked(distinct, (reason) => turn(reason === 'timeout'), { ...options, deadline });
  };
  return turn(deadline <= task.kernel.now());
}

/** The sigset_t of a ppoll-like call; null where there is none. Throws EINVAL for a strange size. */
export function readMask(task: Task, va: number, bytes: number): bigint | null {
  if (va === 0) return null;
  if (bytes !== SIGSET_SIZE) throw EINVAL;
  return task.memory.readU64(va);
}

/**
 * Runs a call under another signal mask. The old one comes back with the result; when a signal ends the
 * wait, with the end of its handler (Task.savedMask).
 */
export function underMask(task: Task, mask: bigint | null, start: () => Result): Result {
  if (mask === null) return start();
  task.savedMask = task.signalMask;
  setSignalMask(task, mask);
  const restore = (): void => {
    task.signalMask = task.savedMask ?? task.signalMask;
    task.savedMask = null;
  };
  const turn = (step: () => Result): Result => {
    let result: Result;
    try {
      result = step();
    } catch (thrown) {
      restore();
      throw thrown;
    }
    if (!(result instanceof Blocked)) {
      restore();
      return result;
    }
    const { queues, retry, options } = result;
    if (signalPending(task)) {
      // The mask has let in a signal that waited already.
      options.cancel?.();
      throw options.interrupted ?? ERESTARTNOHAND;
    }
    return new Blocked(queues, (reason) => turn(() => retry(reason)), options);
  };
  return turn(start);
}

/** A time limit in a program's memory, which is told how much was left of it at the end of the call. */
export class TimeLimit {
  readonly deadline: number;
  readonly #task: Task;
  readonly #va: number;
  readonly #write: WriteTime;

  constructor(task: Task, va: number, read: ReadTime, write: WriteTime) {
    this.#task = task;
    this.#va = va;
    this.#write = write;
    this.deadline = va === 0 ? Infinity : deadlineIn(task, read(task.memory, va));
  }
  tell(): void {
    if (this.#va === 0) return;
    this.#write(this.#task.memory, this.#va, Math.max(0, this.deadline - this.#task.kernel.now()));
  }
  /** Tells when the call is over, whichever way. */
  around(result: Result): Result {
    if (!(result instanceof Blocked)) {
      this.tell();
      return result;
    }
    const { queues, retry, options } = result;
    return new Blocked(queues, (reason) => this.around(retry(reason)), {
      ...options,
      cancel: () => {
        options.cancel?.();
        this.tell();
      },
    });
  }
}
