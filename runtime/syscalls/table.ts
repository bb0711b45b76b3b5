// All areas merged into one table, and the one place where a thrown Errno becomes -errno. A call that has
// no row answers ENOSYS with one clear line naming it.

import { ENOSYS, Errno } from '../abi/errno.ts';
import type { SystemCalls } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import { Blocked, type Result } from '../wait.ts';
import type { NamedRow, Rows } from './row.ts';

/** A failure of skasm itself inside a call: names the task and the call; `cause` is what was thrown. */
export class CallFailure extends Error {
  constructor(task: Task, row: NamedRow, cause: unknown) {
    const { registers } = task;
    const words = [registers.ebx, registers.ecx, registers.edx, registers.esi, registers.edi, registers.ebp];
    const text = words.map((word) => `0x${(word >>> 0).toString(16)}`).join(', ');
    super(`${row.name}(${text}) of process ${task.pid} (${task.comm}) failed inside skasm`, { cause });
    this.name = 'CallFailure';
  }
}

export class SystemCallTable implements SystemCalls {
  /** By number; undefined where Linux has a number that skasm lacks, or none. */
  readonly rows: readonly (NamedRow | undefined)[];
  readonly #missingReported = new Set<number>();

  constructor(areas: readonly Rows[]) {
    const rows: (NamedRow | undefined)[] = [];
    for (const area of areas)
      for (const [name, row] of Object.entries(area)) {
        const other = rows[row.number];
        if (other !== undefined)
          throw new Error(`system call ${row.number} is both ${other.name} and ${name}`);
        rows[row.number] = { ...row, name };
      }
    this.rows = rows;
  }

  invoke(task: Task, number: number): Result {
    const row = this.rows[number];
    if (row === undefined) {
      this.#reportMissing(task, number);
      return -ENOSYS.number;
    }
    const { registers } = task;
    try {
      const { kinds } = row;
      const words = [
        registers.ebx,
        registers.ecx,
        registers.edx,
        registers.esi,
        registers.edi,
        registers.ebp,
      ];
      const values = new Array(kinds.length);
      for (let i = 0; i < kinds.length; i++) values[i] = kinds[i]!.decode(words[i]! | 0, task);
      return row.handler(task, ...(values as never[]));
    } catch (thrown) {
      if (thrown instanceof Errno) return -thrown.number;
      // A wait deep below the call (a host file on its way): the whole call is run again.
      if (thrown instanceof Blocked)
        return new Blocked(thrown.queues, () => this.invoke(task, number), thrown.options);
      throw new CallFailure(task, row, thrown);
    }
  }

  /** Once a number, so that a program that probes does not flood the terminal. */
  #reportMissing(task: Task, number: number): void {
    if (this.#missingReported.has(number)) return;
    this.#missingReported.add(number);
    task.kernel.report(`system call ${number} is not implemented (process ${task.pid}, ${task.comm})`);
  }
}
