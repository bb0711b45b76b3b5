// SIGIO: fcntl(2)'s O_ASYNC, F_SETOWN and F_SETSIG. While O_ASYNC is on, an AsyncOwner sleeps on the
// description's queue and sends the owner its signal whenever something may have become ready.

import { EINVAL, Errno, ESRCH } from '../abi/errno.ts';
import { POLL_ERR, POLL_HUP, POLL_IN, POLL_OUT, POLL_PRI, SIGIO } from '../abi/signal.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Waiter } from '../wait.ts';
import type { Kernel } from './kernel.ts';
import { sendToGroup, sendToProcessGroup, sendToTask } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

const O_ASYNC = 0o20000;

// si_code and si_band by the POLL* events of poll(2) that hold; the most telling one counts.
//   events  si_code   si_band
const BANDS: readonly (readonly [number, number, number])[] = [
  [0x041, POLL_IN, 0x0041],
  [0x002, POLL_PRI, 0x0082],
  [0x010, POLL_HUP, 0x0018],
  [0x008, POLL_ERR, 0x0008],
  [0x104, POLL_OUT, 0x0304],
];

class AsyncOwner implements Waiter {
  readonly #kernel: Kernel;
  readonly #description: FileDescription;
  /** The descriptor by which O_ASYNC was set: si_fd. */
  readonly #fd: number;

  constructor(kernel: Kernel, description: FileDescription, fd: number) {
    this.#kernel = kernel;
    this.#description = description;
    this.#fd = fd;
  }

  wake(): void {
    const owner = ownerOf(this.#kernel, this.#description);
    if (owner === 0) return;
    const events = this.#description.poll();
    const band = BANDS.find(([mask]) => (events & mask) !== 0);
    if (band === undefined) return;
    sendToOwner(this.#kernel, this.#description, owner, band[1], band[2], this.#fd);
  }
}

/** The signal that F_SETSIG chose, with its siginfo, or SIGIO. `owner` as ownerOf() answers it, not 0. */
export function sendToOwner(
  kernel: Kernel,
  description: FileDescription,
  owner: number,
  code: number,
  band: number,
  fd: number,
): void {
  const { ownerSignal } = description;
  const send = (info: SignalInfo): void => {
    const task = kernel.tasks.get(owner);
    if (owner < 0) sendToProcessGroup(kernel, -owner, info);
    else if (task !== undefined && description.ownerIsThread) sendToTask(task, info);
    else if (task !== undefined) sendToGroup(task.group, info);
  };
  try {
    send(ownerSignal === 0 ? SignalInfo.kernel(SIGIO) : SignalInfo.poll(ownerSignal, code, band, fd));
  } catch (thrown) {
    // A full queue of real-time signals: Linux falls back to a plain SIGIO, so that the event is not lost.
    if (!(thrown instanceof Errno)) throw thrown;
    send(SignalInfo.kernel(SIGIO));
  }
}

/** F_SETOWN: whom signals go to. Throws ESRCH, EINVAL. */
export function setOwner(
  kernel: Kernel,
  description: FileDescription,
  owner: number,
  isThread: boolean,
): void {
  if (owner === -0x80000000) throw EINVAL;
  const holder = owner > 0 ? holderOf(kernel, owner, isThread) : null;
  if (owner > 0 && holder === null) throw ESRCH;
  if (owner < 0 && !isProcessGroup(kernel, -owner)) throw ESRCH;
  description.owner = owner;
  description.ownerIsThread = isThread;
  description.ownerHolder = holder;
}

/** F_GETOWN: 0 when the owner is gone, or was none. */
export function ownerOf(kernel: Kernel, description: FileDescription): number {
  const { owner, ownerIsThread, ownerHolder } = description;
  if (owner < 0) return isProcessGroup(kernel, -owner) ? owner : 0;
  return owner > 0 && holderOf(kernel, owner, ownerIsThread) === ownerHolder ? owner : 0;
}

function holderOf(kernel: Kernel, id: number, isThread: boolean): object | null {
  return (isThread ? kernel.tasks.get(id) : kernel.groups.get(id)) ?? null;
}
function isProcessGroup(kernel: Kernel, pgid: number): boolean {
  for (const group of kernel.groups.values()) if (group.pgid === pgid) return true;
  return false;
}

/** F_SETFL with or without O_ASYNC, by descriptor `fd` of `task`. Closed files take their waiter with them. */
export function setAsync(description: FileDescription, on: boolean, task: Task, fd: number): void {
  if (on === (description.asyncWaiter !== null)) return;
  if (on) {
    if (!description.pollable) return;
    description.asyncWaiter = new AsyncOwner(task.kernel, description, fd);
    description.queue.add(description.asyncWaiter);
    description.flags |= O_ASYNC;
  } else {
    description.queue.remove(description.asyncWaiter!);
    description.asyncWaiter = null;
    description.flags &= ~O_ASYNC;
  }
}
