// Several observers of calls, signals and exits at once.

import type { CallObserver } from './kernel/kernel.ts';
import type { SignalInfo } from './kernel/signal-info.ts';
import type { Task } from './kernel/task.ts';

/** Tells each in turn. */
export class Observers implements CallObserver {
  readonly #all: readonly CallObserver[];

  constructor(all: readonly CallObserver[]) {
    this.#all = all;
  }
  enter(task: Task, number: number): void {
    for (const each of this.#all) each.enter(task, number);
  }
  wait(task: Task): void {
    for (const each of this.#all) each.wait(task);
  }
  leave(task: Task, result: number | null): void {
    for (const each of this.#all) each.leave(task, result);
  }
  signal(task: Task, info: SignalInfo): void {
    for (const each of this.#all) each.signal(task, info);
  }
  stop(task: Task, signo: number): void {
    for (const each of this.#all) each.stop(task, signo);
  }
  exit(task: Task, status: number): void {
    for (const each of this.#all) each.exit(task, status);
  }
}
