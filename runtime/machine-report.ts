// One clear line for an instruction that the engine does not have: its bytes, what they mean, and where.

import { decode } from '../src/isa/decode.ts';
import { disassembleAt } from '../src/isa/disasm.ts';
import { Errno } from './abi/errno.ts';
import type { Task } from './kernel/task.ts';

const LONGEST_INSTRUCTION = 15;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * Called for every #UD. ud2 and bytes that no row has are a program's own affair only when it catches the
 * signal; a line tells them apart, once an address.
 */
export function unknownInstruction(report: (line: string) => void): (task: Task) => void {
  const reported = new Set<number>();
  return (task) => {
    const { eip } = task.registers;
    if (reported.has(eip)) return;
    reported.add(eip);
    const bytes = codeAt(task, eip);
    const insn = decode(bytes, 0, eip);
    if (typeof insn === 'object' && insn.slot.row.name.startsWith('ud')) return;
    const length = typeof insn === 'object' ? insn.length : Math.min(bytes.length, 8);
    const dump = [...bytes.subarray(0, length)].map((byte) => hex(byte, 2)).join(' ');
    report(
      `unknown instruction at 0x${hex(eip, 8)}: ${dump}  ${disassembleAt(bytes, 0, eip)} ` +
        `(process ${task.pid}, ${task.comm})`,
    );
  };
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
