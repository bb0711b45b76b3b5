// Waiting. A system call that cannot finish answers a `Blocked`: a value that says on which queues it
// waits, until when, and how to go on. The scheduler stores it and calls `retry` later. Code deep below a
// call (path walk, ELF loading, a page fault on a file) may also throw a Blocked: the whole call or
// instruction is then run again from its start once a queue was woken.

import type { Errno } from './abi/errno.ts';

/** Something that sleeps on queues: a task, an epoll instance, a SIGIO owner. */
export interface Waiter {
  wake(queue: WaitQueue): void;
}

/** Linux: wait_queue_head_t. Waiters stay until they remove themselves. */
export class WaitQueue {
  readonly #waiters = new Set<Waiter>();

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /** Wakes every waiter, in the order in which they came. */
  wake(): void {
    const { size } = this.#waiters;
    // Who wakes may wait anew, so the set is not walked while it changes.
    if (size === 1) {
      const [only] = this.#waiters;
      only!.wake(this);
    } else if (size > 0) for (const waiter of [...this.#waiters]) waiter.wake(this);
  }

  get empty(): boolean {
    return this.#waiters.size === 0;
  }
}

/** Why a blocked call is tried again: a queue was woken, or the deadline passed. */
export type WakeReason = 'woken' | 'timeout';

/** The answer of a handler that changes the task so that nothing is to be put into eax: execve, sigreturn, exit. */
export const NO_RETURN = Symbol('NO_RETURN');

/** A handler's answer: a value for eax (errors are thrown Errno constants), a wait, or nothing to store. */
export type Result = number | Blocked | typeof NO_RETURN;

export interface BlockedOptions {
  /** Monotonic nanoseconds at which `retry('timeout')` is called; absent = no limit. */
  readonly deadline?: number;
  /** What a signal makes of the call: ERESTARTSYS (default), ERESTARTNOHAND, ERESTART_RESTARTBLOCK or EINTR. */
  readonly interrupted?: Errno;
  /** What a signal's interruption answers instead, when it is above 0: the bytes a long write has moved so far. */
  readonly partial?: () => number;
  /** False for a wait that only a fatal signal ends (Linux: TASK_KILLABLE), as for vfork. */
  readonly interruptible?: boolean;
  /** Called when the wait is given up (signal, kill), to take back what the call had set up. */
  readonly cancel?: () => void;
}

export class Blocked {
  constructor(
    /** Any of these being woken causes a retry. May be empty when a deadline is given or only a signal ends it. */
    readonly queues: readonly WaitQueue[],
    /** Tries again; may answer another Blocked. Throws Errno like a handler. */
    readonly retry: (reason: WakeReason) => Result,
    readonly options: BlockedOptions = {},
  ) {}
}
