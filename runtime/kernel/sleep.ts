// Sleep: one blocked task on its wait queues and its timer (Linux: a wait_queue_entry plus schedule_timeout).

import type { Blocked, Waiter, WakeReason } from '../wait.ts';
import type { Task } from './task.ts';
import type { Timer } from './timer.ts';

export class Sleep implements Waiter {
  /** Runs out at the deadline; null without one. */
  #timer: Timer | null = null;

  constructor(
    readonly task: Task,
    readonly blocked: Blocked,
  ) {
    for (const queue of blocked.queues) queue.add(this);
    const { deadline } = blocked.options;
    if (deadline !== undefined && deadline !== Infinity)
      this.#timer = task.kernel.timers.add(deadline, () => this.#end('timeout'));
  }

  wake(): void {
    this.#end('woken');
  }

  #end(reason: WakeReason): void {
    this.task.kernel.resume(this.task, reason === 'woken' ? 'retry' : 'timeout');
  }

  /** Off the queues and off the clock: the wait is over, whatever ended it. */
  finish(): void {
    for (const queue of this.blocked.queues) queue.remove(this);
    this.#timer?.cancel();
    this.#timer = null;
  }
}
