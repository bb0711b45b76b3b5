// One clear line for an instruction that the engine does not have: its bytes, what they mean, and where.
// The disassembler is loaded only when there is something to say: programs start faster without it.

import type { CpuModel, FeatureName } from '../src/cpu-model.ts';
import { Errno } from './abi/errno.ts';
import type { Task } from './kernel/task.ts';

const LONGEST_INSTRUCTION = 15;
/** Bytes shown of what is no instruction at all. */
const SHOWN = 8;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export class UnknownInstructions {
  readonly #report: (line: string) => void;
  readonly #seen = new Set<number>();
  #pending: Promise<void> = Promise.resolve();

  constructor(report: (line: string) => void) {
    this.#report = report;
  }

  /** Called at every #UD. A program's own ud2 is its affair; anything else is told once an address. */
  note(task: Task): void {
    const { eip } = task.registers;
    if (this.#seen.has(eip)) return;
    this.#seen.add(eip);
    const bytes = codeAt(task, eip);
    const where = `process ${task.pid}, ${task.comm}`;
    const { model } = task.kernel;
    this.#pending = this.#pending.then(() => this.#tell(bytes, eip, where, model));
  }
  /** Resolves when every line is out. */
  settled(): Promise<void> {
    return this.#pending;
  }

  async #tell(bytes: Uint8Array, eip: number, where: string, model: CpuModel): Promise<void> {
    const { decode } = await import('../src/isa/decode.ts');
    const { disassembleAt } = await import('../src/isa/disasm.ts');
    const insn = decode(bytes, 0, eip);
    if (typeof insn === 'object' && insn.slot.row.name.startsWith('ud')) return;
    const feature = typeof insn === 'object' ? insn.row.cpu : '';
    const lacks = feature !== '' && !model.features.has(feature as FeatureName);
    const what = lacks ? `instruction that the CPU model lacks (${feature})` : 'unknown instruction';
    const length = typeof insn === 'object' ? insn.length : Math.min(bytes.length, SHOWN);
    const dump = [...bytes.subarray(0, length)].map((byte) => hex(byte, 2)).join(' ');
    const text = disassembleAt(bytes, 0, eip);
    this.#report(`${what} at 0x${hex(eip, 8)}: ${dump}  ${text} (${where})`);
  }
}

function codeAt(task: Task, eip: number): Uint8Array {
  for (let length = LONGEST_INSTRUCTION; length > 0; length--) {
    try {
      return task.memory.copyIn(eip, length);
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown; // the page behind is not mapped: fewer bytes
    }
  }
  return new Uint8Array(0);
}
