// --strace: every call, signal and exit in the form of strace(1) -f, made from the rows of the table. Process ids
// tell several apart. A call is one line; where it waits and something else happens meanwhile, it is one unfinished
// line and one resumed.

import * as errnos from '../abi/errno.ts';
import { Errno } from '../abi/errno.ts';
import { signalName } from '../abi/signal.ts';
import type { CallObserver } from '../kernel/kernel.ts';
import type { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import { type CallView, type ChosenCall, hex } from './row.ts';
import { setText, signalText } from './shown-process.ts';
import type { SystemCallTable } from './table.ts';

/** Results that the guest never sees, by number: what strace says of them. */
const RESTARTS: Readonly<Record<number, string>> = {
  [errnos.ERESTARTSYS.number]: 'To be restarted if SA_RESTART is set',
  [errnos.ERESTARTNOINTR.number]: 'To be restarted',
  [errnos.ERESTARTNOHAND.number]: 'To be restarted if no handler',
  [errnos.ERESTART_RESTARTBLOCK.number]: 'Interrupted by signal',
};
/** Column in which results begin, where the call is short enough. */
const RESULT_COLUMN = 40;
const PID_WIDTH = 5;

/** A call under way. */
interface OpenCall {
  readonly name: string;
  readonly row: ChosenCall['row'] | null;
  readonly words: readonly number[];
  /** Arguments printed when it began, as text; those behind them follow when it is over. */
  readonly before: string;
  readonly printed: number;
  /** Somebody else's line has come between: the rest goes on a line of its own. */
  resumed: boolean;
}

export class Strace implements CallObserver {
  readonly #table: SystemCallTable;
  readonly #write: (text: string) => void;
  readonly #open = new WeakMap<Task, OpenCall>();
  readonly #errnoByNumber: ReadonlyMap<number, Errno>;
  /** Whose call stands on a line without an end, and how long that is. */
  #pending: Task | null = null;
  #column = 0;

  /** `write` gets whole lines, and the beginning of one when a call waits. */
  constructor(table: SystemCallTable, write: (text: string) => void) {
    this.#table = table;
    this.#write = write;
    this.#errnoByNumber = new Map(
      Object.values(errnos)
        .filter((value): value is Errno => value instanceof Errno)
        .map((errno) => [errno.number, errno]),
    );
  }

  enter(task: Task, number: number): void {
    const { registers } = task;
    const all = [registers.ebx, registers.ecx, registers.edx, registers.esi, registers.edi, registers.ebp];
    const outer = this.#table.rows[number];
    const chosen = outer?.chosen?.(all, task) ?? null;
    const row = chosen?.row ?? outer ?? null;
    const words = chosen?.words ?? all;
    const call: CallView = { words, result: null };
    const first = row?.kinds.findIndex(({ isAnswer }) => isAnswer) ?? -1;
    const printed = row === null ? 0 : first === -1 ? row.kinds.length : first;
    const parts =
      row === null
        ? words.map(hex)
        : row.kinds.slice(0, printed).map((kind, i) => kind.print(words[i]! | 0, task, call));
    this.#open.set(task, {
      name: row?.name ?? `syscall_0x${number.toString(16)}`,
      row,
      words,
      before: parts.filter((part) => part !== null).join(', '),
      printed,
      resumed: false,
    });
  }

  wait(task: Task): void {
    const open = this.#open.get(task);
    if (open === undefined || open.resumed || this.#pending === task) return;
    this.#break();
    const text = `${this.#head(task)}${open.name}(${open.before}${this.#hasMore(open) ? ', ' : ''}`;
    this.#write(text);
    this.#column = text.length;
    this.#pending = task;
  }

  leave(task: Task, result: number | null): void {
    const open = this.#open.get(task);
    if (open === undefined) return;
    this.#open.delete(task);
    // What sigreturn takes lies in a frame on the stack, and is the task's again.
    const frame = result === null && open.name.endsWith('sigreturn');
    const value = frame ? task.registers.eax | 0 : result === null ? this.#withoutResult(open) : result | 0;
    const call: CallView = { words: open.words, result: value };
    const kinds = open.row?.kinds ?? [];
    const after = kinds
      .slice(open.printed)
      .map((kind, i) =>
        value === null
          ? hex(open.words[open.printed + i]!)
          : kind.print(open.words[open.printed + i]! | 0, task, call),
      )
      .filter((part) => part !== null)
      .join(', ');
    const notes =
      value === null
        ? []
        : kinds
            .map((kind, i) => kind.note?.(open.words[i]! | 0, task, call) ?? null)
            .filter((note) => note !== null);
    const end = `= ${this.#result(open, value)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
    if (this.#pending === task) {
      this.#pending = null;
      this.#write(`${`${after})`.padEnd(RESULT_COLUMN - 1 - this.#column)} ${end}\n`);
      return;
    }
    this.#break();
    const before = frame ? `{mask=${setText(task.signalMask)}}` : open.before;
    const separator = before !== '' && after !== '' && !open.resumed ? ', ' : '';
    const text = open.resumed
      ? `<... ${open.name} resumed>${after})`
      : `${open.name}(${before}${separator}${after})`;
    this.#write(`${(this.#head(task) + text).padEnd(RESULT_COLUMN - 1)} ${end}\n`);
  }

  signal(task: Task, info: SignalInfo): void {
    this.#line(task, `--- ${signalName(info.signo)} ${signalText(info)} ---`);
  }

  stop(task: Task, signo: number): void {
    this.#line(task, `--- stopped by ${signalName(signo)} ---`);
  }

  exit(task: Task, status: number): void {
    this.leave(task, null);
    const signal = status & 0x7f;
    const core = (status & 0x80) === 0 ? '' : ' (core dumped)';
    this.#line(
      task,
      signal === 0
        ? `+++ exited with ${(status >> 8) & 0xff} +++`
        : `+++ killed by ${signalName(signal)}${core} +++`,
    );
  }

  #hasMore(open: OpenCall): boolean {
    return open.before !== '' && open.row !== null && open.printed < open.row.kinds.length;
  }

  /** What a call that does not return has answered: a program that was executed 0, one that ends nothing. */
  #withoutResult({ name }: OpenCall): number | null {
    return name === 'execve' || name === 'execveat' ? 0 : null;
  }

  #result({ row }: OpenCall, value: number | null): string {
    if (value === null) return '?';
    if (value < 0 && value >= -4095) {
      const errno = this.#errnoByNumber.get(-value);
      const restart = RESTARTS[-value];
      if (restart !== undefined) return `? ${errno!.name} (${restart})`;
      return errno === undefined ? String(value) : `-1 ${errno.name} (${errno.text})`;
    }
    if (row?.answers === 'address') return value === 0 ? '0' : hex(value);
    return value >= 0 ? String(value) : hex(value);
  }

  #head(task: Task): string {
    return `${String(task.tid).padEnd(PID_WIDTH)} `;
  }
  /** Ends the line of a call that waits, since something else is to be told. */
  #break(): void {
    if (this.#pending === null) return;
    const open = this.#open.get(this.#pending);
    if (open !== undefined) open.resumed = true;
    this.#pending = null;
    this.#write(' <unfinished ...>\n');
  }
  #line(task: Task, text: string): void {
    this.#break();
    this.#write(`${this.#head(task)}${text}\n`);
  }
}
