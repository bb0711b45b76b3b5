// Lowerings of shifts, rotates, double shifts, bit tests and scans. Where a count of zero may leave the flags
// alone and somebody looks at them, the record is written under a condition. Manual: volume 2, by name;
// the flags are those of src/cpu/shift.ts.
import type { Insn } from '../../src/isa/decode.ts';
import { record, recordRotated, STORED_FLAGS, shiftOf, UNKNOWN_FLAGS } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import {
  and,
  binary,
  call,
  constant,
  eqz,
  get,
  isConstant,
  type Node,
  op,
  or,
  shl,
  shrU,
  sub,
  xor,
} from '../ir.ts';
import * as L from '../locals.ts';
import { maskOf, modify, signed } from './integer.ts';
import { atMemory, effect, hasMemory, type Lowering, type Lowerings, plain, wide, widthOf } from './row.ts';

/** The constant count, or -1. */
function constantCount(insn: Insn, operand = 1): number {
  const count = insn.operands[operand];
  return count?.kind === 'immediate' ? count.value & 31 : -1;
}

function countOf(x: Context, insn: Insn, operand = 1): Node {
  const count = insn.operands[operand]!;
  if (count.kind === 'immediate') return constant(count.value & 31);
  return x.keep(and(x.read(count), constant(31)));
}

const shiftEffect = (kind: number) => (insn: Insn) => {
  const count = constantCount(insn);
  if (count === 0) return effect('none', 0, atMemory(insn));
  if (count > 0) return effect('all', kind | (shiftOf(widthOf(insn)) << 8), atMemory(insn));
  return effect('part', F.UNKNOWN, atMemory(insn));
};

/** The last bit that leaves the operand, when `count` is not zero. */
type Out = (a: Node, count: Node, bytes: number) => Node;

function shift(kind: number, value: (a: Node, count: Node, bytes: number) => Node, out: Out): Lowering {
  return {
    fits: plain,
    effect: shiftEffect(kind),
    write(x, insn) {
      const bytes = widthOf(insn);
      const count = countOf(x, insn);
      modify(x, insn.operands[0]!, (old) => {
        const a = x.keep(old);
        const r = x.keep(and(value(a, count, bytes), constant(maskOf(bytes))));
        if (!x.flagsNeeded || (isConstant(count) && count.n === 0)) return r;
        if (isConstant(count))
          record(x, kind, bytes, { a, b: count, r, late: out(get(L.FLAG_A), count, bytes) });
        else {
          x.completeFlags();
          x.sometimes(count, () => record(x, kind, bytes, { a, b: count, r, c: out(a, count, bytes) }));
          x.flags = UNKNOWN_FLAGS;
        }
        return r;
      });
    },
  };
}

const bitAt = (value: Node, n: Node): Node => and(binary('i32.shr_u', value, n), constant(1));

function rotate(operation: 'i32.rotl' | 'i32.rotr'): Lowering {
  const left = operation === 'i32.rotl';
  return {
    fits: plain,
    effect: (insn) => {
      const count = constantCount(insn);
      return count === 0
        ? effect('none', 0, atMemory(insn))
        : effect('part', F.UNKNOWN, atMemory(insn), false);
    },
    write(x, insn) {
      const bytes = widthOf(insn);
      const count = countOf(x, insn);
      modify(x, insn.operands[0]!, (old) => {
        const a = x.keep(old);
        const r = x.keep(rotated(operation, a, count, bytes));
        if (!x.flagsNeeded || (isConstant(count) && count.n === 0)) return r;
        const changes = (result: Node): Node => {
          const top = shrU(result, 8 * bytes - 1);
          const c = left ? and(result, constant(1)) : top;
          const o = left ? xor(top, c) : xor(c, and(shrU(result, 8 * bytes - 2), constant(1)));
          return or(c, shl(o, 11));
        };
        if (isConstant(count) && recordRotated(x, r, changes)) return r;
        x.flushFlags();
        x.sometimes(count, () => x.emit({ kind: 'drop', value: call('setRotated', [changes(r)], 'none') }));
        x.flags = STORED_FLAGS;
        return r;
      });
    },
  };
}

function rotated(operation: string, a: Node, count: Node, bytes: number): Node {
  if (bytes === 4) return binary(operation, a, count);
  // The operand repeated until it fills the word.
  const twice = or(a, shl(a, 8 * bytes));
  const full = bytes === 1 ? or(twice, shl(twice, 16)) : twice;
  return and(binary(operation, full, count), constant(maskOf(bytes)));
}

function double(left: boolean): Lowering {
  return {
    fits: (insn) => wide(insn) && constantCount(insn, 2) > 0,
    effect: (insn) => effect('all', F.EXPLICIT, atMemory(insn)),
    write(x, insn) {
      const count = constantCount(insn, 2);
      const b = x.keep(x.read(insn.operands[1]!));
      modify(x, insn.operands[0]!, (old) => {
        const a = x.keep(old);
        const [first, last] = left ? ['i32.shl', 'i32.shr_u'] : ['i32.shr_u', 'i32.shl'];
        const r = x.keep(or(binary(first!, a, constant(count)), binary(last!, b, constant(32 - count))));
        if (x.flagsNeeded) {
          const c = and(shrU(a, left ? 32 - count : count - 1), constant(1));
          const o = xor(shrU(r, 31), shrU(a, 31));
          record(x, F.EXPLICIT, 4, { r, c: or(c, shl(o, 11)) });
        }
        return r;
      });
    },
  };
}

/** Bit tests of a register, or of a memory operand by a constant: no bit strings. */
function bitTest(change: ((a: Node, bit: Node) => Node) | null): Lowering {
  return {
    fits: (insn) => wide(insn) && (!hasMemory(insn) || insn.operands[1]?.kind === 'immediate'),
    effect: (insn) => effect('part', F.UNKNOWN, atMemory(insn)),
    write(x, insn) {
      const [to, from] = insn.operands;
      const n =
        from!.kind === 'immediate' ? constant(from!.value & 31) : x.keep(and(x.read(from!), constant(31)));
      const test = (a: Node): void => {
        if (!x.flagsNeeded) return;
        x.flushFlags();
        x.emit({ kind: 'drop', value: call('changeCarry', [bitAt(a, n)], 'none') });
        x.flags = STORED_FLAGS;
      };
      if (change === null) {
        test(x.keep(x.read(to!)));
        return;
      }
      modify(x, to!, (old) => {
        const a = x.keep(old);
        const r = x.keep(change(a, binary('i32.shl', constant(1), n)));
        test(a);
        return r;
      });
    },
  };
}

/** bsf and bsr change ZF alone; the export of cpu.wasm keeps the others. */
function scan(find: (b: Node) => Node): Lowering {
  return {
    fits: wide,
    effect: (insn) => effect('part', F.UNKNOWN, atMemory(insn)),
    write(x, insn) {
      const [to, from] = insn.operands;
      const b = x.keep(x.read(from!));
      if (x.flagsNeeded) {
        x.flushFlags();
        x.emit({ kind: 'drop', value: call('changeZero', [eqz(b)], 'none') });
        x.flags = STORED_FLAGS;
      }
      if (to!.kind !== 'register') throw new Error('a scan writes a register');
      const { register } = to!;
      x.sometimes(b, () => x.setRegister(register, 4, find(b)));
    },
  };
}

const set = (a: Node, bit: Node): Node => or(a, bit);
const reset = (a: Node, bit: Node): Node => and(a, xor(bit, constant(-1)));
const complement = (a: Node, bit: Node): Node => xor(a, bit);

export const shifts: Lowerings = {
  shl: shift(
    F.SHL,
    (a, count) => binary('i32.shl', a, count),
    (a, count, bytes) => bitAt(binary('i32.shl', a, sub(count, constant(1))), constant(8 * bytes - 1)),
  ),
  shr: shift(
    F.SHR,
    (a, count) => binary('i32.shr_u', a, count),
    (a, count) => bitAt(a, sub(count, constant(1))),
  ),
  sar: shift(
    F.SAR,
    (a, count, bytes) => binary('i32.shr_s', signed(a, bytes), count),
    (a, count, bytes) => and(binary('i32.shr_s', signed(a, bytes), sub(count, constant(1))), constant(1)),
  ),
  rol: rotate('i32.rotl'),
  ror: rotate('i32.rotr'),
  shld: double(true),
  shrd: double(false),
  bt: bitTest(null),
  bt_imm: bitTest(null),
  bts: bitTest(set),
  bts_imm: bitTest(set),
  btr: bitTest(reset),
  btr_imm: bitTest(reset),
  btc: bitTest(complement),
  btc_imm: bitTest(complement),
  bsf: scan((b) => op('i32.ctz', [b])),
  bsr: scan((b) => binary('i32.sub', constant(31), op('i32.clz', [b]))),
};
