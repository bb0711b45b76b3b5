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

/** The arguments by the row's kinds, then the handler. Hot: nothing is allocated. */
function call(task: Task, { kinds, handler }: NamedRow): Result {
  const { registers } = task;
  const run = handler as (task: Task, ...values: unknown[]) => Result;
  const count = kinds.length;
  if (count === 0) return run(task);
  const first = kinds[0]!.decode(registers.ebx | 0, task);
  if (count === 1) return run(task, first);
  const second = kinds[1]!.decode(registers.ecx | 0, task);
  if (count === 2) return run(task, first, second);
  const third = kinds[2]!.decode(registers.edx | 0, task);
  if (count === 3) return run(task, first, second, third);
  const fourth = kinds[3]!.decode(registers.esi | 0, task);
  if (count === 4) return run(task, first, second, third, fourth);
  const fifth = kinds[4]!.decode(registers.edi | 0, task);
  if (count === 5) return run(task, first, second, third, fourth, fifth);
  return run(task, first, second, third, fourth, fifth, kinds[5]!.decode(registers.ebp | 0, task));
}

/** What a call that threw answers. */
function failure(task: Task, row: NamedRow, thrown: unknown, again: () => Result): Result {
  if (thrown instanceof Errno) return -thrown.number;
  // A wait deep below the call (a host file on its way): the whole call is run again.
  if (thrown instanceof Blocked) return new Blocked(thrown.queues, again, thrown.options);
  throw new CallFailure(task, row, thrown);
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
    try {
      return call(task, row);
    } catch (thrown) {
      return failure(task, row, thrown, () => this.invoke(task, number));
    }
  }

  /** A call whose arguments do not lie in the registers. */
  invokeWith(task: Task, number: number, words: readonly number[]): Result {
    const row = this.rows[number];
    if (row === undefined) {
      this.#reportMissing(task, number);
      return -ENOSYS.number;
    }
    try {
      const handler = row.handler as (task: Task, ...values: unknown[]) => Result;
      return handler(task, ...row.kinds.map((kind, i) => kind.decode(words[i]! | 0, task)));
    } catch (thrown) {
      return failure(task, row, thrown, () => this.invokeWith(task, number, words));
    }
  }

  /** Once a number, so that a program that probes does not flood the terminal. */
  #reportMissing(task: Task, number: number): void {
    if (this.#missingReported.has(number)) return;
    this.#missingReported.add(number);
    task.kernel.report(`system call ${number} is not implemented (process ${task.pid}, ${task.comm})`);
  }
}
