// What the lowerings of x87 instructions have in common: checks, memory operands, the record of the last
// instruction, and the frame that a Shape gives to an instruction that works on the stack in locals.
import type { Insn, Memory } from '../../src/isa/decode.ts';
import { REGION_STEP } from '../../src/layout.ts';
import type { Context, Host } from '../context.ts';
import { load, type Node } from '../ir.ts';
import { MEMORY_NOTE, NOTE, type Shape } from '../x87-state.ts';
import { effect, hasMemory, type Lowering, plain } from './row.ts';

export interface Form {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly pops?: number;
  readonly status?: boolean;
  /** The instruction is not remembered as the last one. */
  readonly control?: boolean;
}

export function memoryOf(insn: Insn): { memory: Memory; bytes: number } | null {
  for (const operand of insn.operands) if (operand.kind === 'memory') return operand;
  return null;
}

/** i of the operand ST(i). */
export function indexOf(insn: Insn): number {
  return insn.modrm & 7;
}

export function load64({ address, offset }: Host): Node {
  return load('i64.load', address, offset);
}

/** The offset of a memory operand within its segment. */
export function effectiveAddress(x: Context, memory: Memory): Node {
  return x.linear({ ...memory, segment: 3 });
}

export function opcodeOf(insn: Insn): number {
  return ((insn.slot.opcode & 7) << 8) | insn.modrm;
}

/** Flat 32-bit memory or none, and none of the prefixes that mean something else. */
export function covered(insn: Insn): boolean {
  return (
    !insn.lock &&
    (!hasMemory(insn) || plain({ ...insn, operands: insn.operands.filter((o) => o.kind === 'memory') }))
  );
}

/**
 * The lowering of an instruction that works on the stack in locals. `write` finds it taken over and its operands in
 * use; it may still leave as long as it has changed nothing. `access`: to the memory operand.
 */
export function form(
  shapeOf: (insn: Insn) => Form,
  write: (x: Context, insn: Insn, host: Host | null) => void,
  options: { readonly store?: boolean; readonly flags?: Lowering['effect'] } = {},
): Lowering {
  const shape = (insn: Insn): Shape => {
    const { reads, writes, pops = 0, status = true, control = false } = shapeOf(insn);
    return { reads, writes, pops, status, notes: control ? 0 : NOTE | (hasMemory(insn) ? MEMORY_NOTE : 0) };
  };
  return {
    fits: covered,
    effect: options.flags ?? (() => effect('none', 0, true)),
    stack: shape,
    write(x, insn) {
      const found = shape(insn);
      x.fpu.prepare(found, () => x.leave(REGION_STEP));
      const operand = memoryOf(insn);
      const host = operand === null ? null : x.memory(operand.memory, operand.bytes, options.store ?? false);
      write(x, insn, host);
      if (found.notes & NOTE) x.fpu.note(opcodeOf(insn), insn.address);
      if (found.notes & MEMORY_NOTE)
        x.fpu.noteMemory(operand!.memory.segment, effectiveAddress(x, operand!.memory));
      x.fpu.conclude(found);
    },
  };
}
