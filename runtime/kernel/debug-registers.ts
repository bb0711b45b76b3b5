// The debug registers of a task as its tracer sees them in the USER area, ptrace(2) and Linux's hw_breakpoint: four
// breakpoints, which are there from the first time that an address or an enabled kind is set, and stay when the tracer
// goes. What the processor looks for stands in the task's slot (src/layout.ts).

import { DEBUG_ADDRESS, DEBUG_CONTROL, DEBUG_STATUS } from '../../src/layout.ts';
import { EINVAL, EIO } from '../abi/errno.ts';
import type { Task } from './task.ts';

/** What DR6 reads as when no debug exception has happened. */
const DR6_INITIAL = 0xffff0ff0;
const BREAKPOINTS = [0, 1, 2, 3];
/** Length of a breakpoint less one, by DR7's two bits. */
const LENGTHS = [0, 1, 7, 3];
/** A breakpoint on stores to one byte: what an address is for before DR7 says more. */
const WATCHES_BYTE = 1;

const enables = (control: number, n: number): boolean => ((control >>> (2 * n)) & 3) !== 0;
/** R/W and LEN of a breakpoint, DR7's four bits. */
const kindOf = (control: number, n: number): number => (control >>> (16 + 4 * n)) & 15;

/** What Linux refuses even while it is off: ports, code of a length but one byte, data across its own length. */
function check(kind: number, address: number): void {
  const type = kind & 3;
  const length = LENGTHS[kind >>> 2]!;
  if (type === 2 || (type === 0 && length !== 0) || (address & length) !== 0) throw EINVAL;
}

export class DebugRegisters {
  readonly #task: Task;
  /** Kind of each breakpoint that is there; -1: it is not. Linux: thread_struct.ptrace_bps. */
  #kinds: readonly number[] = [-1, -1, -1, -1];
  /** DR7 as it was last written. */
  #control = 0;

  private constructor(task: Task) {
    this.#task = task;
  }

  /** Those of a task, which has none of its own until they are asked for. */
  static of(task: Task): DebugRegisters {
    task.debug ??= new DebugRegisters(task);
    return task.debug;
  }

  /** A new task has its parent's DR7 to read, but no breakpoints. Its slot is a copy of the parent's. */
  static inherit(child: Task, parent: Task): void {
    if (parent.debug === null) return;
    const { registers } = child;
    for (const n of BREAKPOINTS) registers.setDebug(DEBUG_ADDRESS + 4 * n, 0);
    registers.setDebug(DEBUG_STATUS, 0);
    registers.setDebug(DEBUG_CONTROL, 0);
    DebugRegisters.of(child).#control = parent.debug.#control;
  }

  /** Precondition: n < 8. */
  read(n: number): number {
    const { registers } = this.#task;
    if (n < 4) return registers.debug(DEBUG_ADDRESS + 4 * n);
    if (n === 6) return (registers.debug(DEBUG_STATUS) ^ DR6_INITIAL) >>> 0;
    return n === 7 ? this.#control : 0;
  }

  /** Throws EIO for DR4 and DR5, EINVAL for a breakpoint that cannot be; then nothing is changed. */
  write(n: number, value: number): void {
    const { registers } = this.#task;
    if (n < 4) {
      const kind = this.#kinds[n] === -1 ? WATCHES_BYTE : this.#kinds[n]!;
      // It is there from now on, whether the address is one for it or not.
      this.#kinds = this.#kinds.with(n, kind);
      check(kind, value);
      registers.setDebug(DEBUG_ADDRESS + 4 * n, value);
    } else if (n === 6) registers.setDebug(DEBUG_STATUS, value ^ DR6_INITIAL);
    else if (n === 7) this.#writeControl(value);
    else throw EIO;
  }

  #writeControl(value: number): void {
    const { registers } = this.#task;
    const kinds = this.#kinds.map((kind, n) => (kind !== -1 || enables(value, n) ? kindOf(value, n) : -1));
    for (const n of BREAKPOINTS)
      if (kinds[n] !== -1) check(kinds[n]!, registers.debug(DEBUG_ADDRESS + 4 * n));
    this.#kinds = kinds;
    this.#control = value;
    registers.setDebug(DEBUG_CONTROL, value);
  }
}
