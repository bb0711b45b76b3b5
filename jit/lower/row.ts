// One lowering: how a row's instruction becomes IR instead of a call of the interpreter. Absence is legal;
// switching lowerings off never changes a result (test/lowerings.test.ts).
import type { Insn } from '../../src/isa/decode.ts';
import type { Context } from '../context.ts';
import type { FlagEffect } from '../flags.ts';
import { SEGMENTS } from '../region.ts';
import type { Learn } from '../sse.ts';
import type { Effect } from '../x87-state.ts';

export interface Lowering {
  /** Whether this form of the instruction is covered. */
  fits(insn: Insn): boolean;
  effect(insn: Insn): FlagEffect;
  write(x: Context, insn: Insn): void;
  /** What it does to the x87 stack, if anything. */
  stack?(insn: Insn): Effect;
  /** What is known of the numbers in XMM registers behind it, if not: nothing of those that it writes. */
  readonly learn?: Learn;
}

export type Lowerings = Readonly<Record<string, Lowering>>;

export function hasMemory(insn: Insn): boolean {
  return insn.operands.some((operand) => operand.kind === 'memory');
}

const GS = 5;

/** Of an instruction that can leave a region for its memory operands alone: whether it can. */
export function atMemory(insn: Insn): FlagEffect['exits'] {
  if (!hasMemory(insn)) return false;
  // gs has to be flat, which is looked at each time.
  return insn.operands.some((operand) => operand.kind === 'memory' && operand.memory.segment === GS)
    ? true
    : 'memory';
}

/** General registers, immediates, and memory by 32-bit addresses in flat segments or gs. */
export function plain(insn: Insn): boolean {
  return insn.operands.every(
    (operand) =>
      operand.kind === 'register' ||
      operand.kind === 'immediate' ||
      (operand.kind === 'memory' &&
        operand.memory.addressSize === 32 &&
        SEGMENTS.has(operand.memory.segment)),
  );
}

export function wide(insn: Insn): boolean {
  return insn.operandSize === 32 && plain(insn);
}

/** Width of the first operand, in bytes. */
export function widthOf(insn: Insn): number {
  const [first] = insn.operands;
  return first !== undefined && 'bytes' in first ? first.bytes : insn.operandSize >> 3;
}

export function effect(
  writes: FlagEffect['writes'],
  kind: number,
  exits: FlagEffect['exits'],
  reads = false,
): FlagEffect {
  return { exits, reads, writes, kind };
}
