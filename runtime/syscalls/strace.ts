// --strace: every call, signal and exit as one line, made from the rows of the table. A call that waits is
// printed when it ends; process ids tell several processes apart.

import * as errnos from '../abi/errno.ts';
import { Errno } from '../abi/errno.ts';
import { signalName } from '../abi/signal.ts';
import type { CallObserver } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import type { SystemCallTable } from './table.ts';

export class Strace implements CallObserver {
  readonly #table: SystemCallTable;
  readonly #write: (line: string) => void;
  /** What was called, until its result is known. */
  readonly #open = new WeakMap<Task, string>();
  readonly #errnoByNumber: ReadonlyMap<number, Errno>;

  constructor(table: SystemCallTable, write: (line: string) => void) {
    this.#table = table;
    this.#write = write;
    this.#errnoByNumber = new Map(
      Object.values(errnos)
        .filter((value): value is Errno => value instanceof Errno)
        .map((errno) => [errno.number, errno]),
    );
  }

  enter(task: Task, number: number): void {
    const row = this.#table.rows[number];
    const { registers } = task;
    const words = [registers.ebx, registers.ecx, registers.edx, registers.esi, registers.edi, registers.ebp];
    const text =
      row === undefined
        ? `syscall_${number}(${words.map((word) => `0x${word.toString(16)}`).join(', ')})`
        : `${row.name}(${row.kinds.map((kind, i) => kind.print(words[i]! | 0, task)).join(', ')})`;
    this.#open.set(task, text);
  }

  leave(task: Task, result: number | null): void {
    const text = this.#open.get(task);
    if (text === undefined) return;
    this.#open.delete(task);
    this.#line(task, result === null ? `${text} = ?` : `${text} = ${this.#result(result)}`);
  }

  signal(task: Task, signo: number, code: number): void {
    this.#line(task, `--- ${signalName(signo)} {si_code=${code}} ---`);
  }

  exit(task: Task, status: number): void {
    this.leave(task, null);
    const signal = status & 0x7f;
    this.#line(
      task,
      signal === 0
        ? `+++ exited with ${(status >> 8) & 0xff} +++`
        : `+++ killed by ${signalName(signal)} +++`,
    );
  }

  #result(result: number): string {
    const value = result | 0;
    if (value < 0 && value >= -4095) {
      const errno = this.#errnoByNumber.get(-value);
      return errno === undefined ? String(value) : `-1 ${errno.name} (${errno.text})`;
    }
    return value >= 0 && value < 0x100000 ? String(value) : `0x${(value >>> 0).toString(16)}`;
  }

  #line(task: Task, text: string): void {
    this.#write(`${task.tid} ${text}\n`);
  }
}
