// Timers of one machine: a heap of deadlines on CLOCK_MONOTONIC. What a process does with it is in
// process-timers.ts; clocks are read in Kernel.

import type { Kernel } from './kernel.ts';
import { chargeLimit, ProcessTimers } from './process-timers.ts';
import type { Task, ThreadGroup } from './task.ts';

/** One entry of the heap. Linux: struct hrtimer. */
export class Timer {
  cancelled = false;
  readonly #owner: Timers;

  constructor(
    owner: Timers,
    /** Monotonic nanoseconds. */
    readonly deadline: number,
    /** Order of equal deadlines: first come, first served. */
    readonly sequence: number,
    readonly expire: () => void,
  ) {
    this.#owner = owner;
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#owner.noteCancelled();
  }
  precedes(other: Timer): boolean {
    return (
      this.deadline < other.deadline || (this.deadline === other.deadline && this.sequence < other.sequence)
    );
  }
}

export class Timers {
  /** Binary heap, earliest deadline first; cancelled entries stay until they surface or are too many. */
  #heap: Timer[] = [];
  #cancelled = 0;
  #sequence = 0;
  readonly #processes = new Map<ThreadGroup, ProcessTimers>();

  add(deadline: number, expire: () => void): Timer {
    const timer = new Timer(this, deadline, this.#sequence++, expire);
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
    return timer;
  }
  /** The earliest deadline, Infinity without one. */
  next(): number {
    this.#dropCancelled();
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!.deadline;
  }
  /** Lets everything expire that is due. */
  run(now: number): void {
    for (;;) {
      this.#dropCancelled();
      const first = this.#heap[0];
      if (first === undefined || first.deadline > now) return;
      this.#pop();
      first.cancelled = true;
      first.expire();
    }
  }

  noteCancelled(): void {
    this.#cancelled++;
    if (this.#cancelled <= 64 || this.#cancelled * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter((timer) => !timer.cancelled);
    this.#heap.sort((a, b) => (a.precedes(b) ? -1 : 1));
    this.#cancelled = 0;
  }
  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.cancelled) {
      this.#pop();
      this.#cancelled--;
    }
  }
  #pop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }
  #up(at: number): void {
    const heap = this.#heap;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!heap[at]!.precedes(heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }
  #down(at: number): void {
    const heap = this.#heap;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && heap[child]!.precedes(heap[least]!)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }

  // ---- processes ----

  /** A process's own timers, made at first use. */
  of(kernel: Kernel, group: ThreadGroup): ProcessTimers {
    let timers = this.#processes.get(group);
    if (timers === undefined) {
      timers = new ProcessTimers(kernel, group);
      this.#processes.set(group, timers);
    }
    return timers;
  }
  /** CPU time was used: timers that count it may expire. Nanoseconds. */
  charge(task: Task, user: number, system: number): void {
    this.#processes.get(task.group)?.charge(user, system);
    chargeLimit(task);
  }
  /** execve(2): POSIX timers go, interval timers stay. */
  exec(group: ThreadGroup): void {
    this.#processes.get(group)?.deletePosix();
  }
  /** The process is gone. */
  forget(group: ThreadGroup): void {
    this.#processes.get(group)?.stop();
    this.#processes.delete(group);
  }
}
