// Counts and choices of bits: popcnt, lzcnt and tzcnt, BMI1 and BMI2, movbe and crc32. Manual: volume 2, by name;
// what src/cpu/bits.ts does.
import { record, recordBits } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import {
  add,
  and,
  binary,
  call,
  constant,
  eqz,
  get,
  type Node,
  op,
  or,
  select,
  shl,
  sub,
  xor,
} from '../ir.ts';
import * as L from '../locals.ts';
import type { Signatures } from '../wasm.ts';
import { assign } from './integer.ts';
import { atMemory, effect, type Lowering, type Lowerings, wide } from './row.ts';

/** Writes a register; all status bits are known. `zero` and `carry` are conditions. */
const count = (name: string, carries: boolean): Lowering => ({
  fits: wide,
  effect: (insn) => effect('all', F.COMPARED, atMemory(insn)),
  write(x, insn) {
    const a = x.keep(x.read(insn.operands[1]!));
    const r = x.keep(op(name, [a]));
    const zero = shl(eqz(r), 6);
    recordBits(x, carries ? or(zero, eqz(a)) : zero);
    assign(x, insn.operands[0]!, () => r);
  },
});

type Compute = (x: Context, a: Node, b: Node) => Node;

/** The operands that are read, one or two. */
function values(x: Context, insn: Parameters<Lowering['write']>[1]): [Node, Node] {
  const [a, b] = insn.operands.slice(1).map((operand) => x.keep(x.read(operand)));
  return [a!, b ?? a!];
}

/** CF from a condition, ZF and SF by the result; without one OF and CF are 0. */
const field = (compute: Compute, carries?: (a: Node, b: Node) => Node): Lowering => ({
  fits: wide,
  effect: (insn) => effect('all', carries === undefined ? F.LOGIC : F.EXPLICIT, atMemory(insn)),
  write(x, insn) {
    const [a, b] = values(x, insn);
    const r = x.keep(compute(x, a, b));
    if (carries === undefined) record(x, F.LOGIC, 4, { r });
    else record(x, F.EXPLICIT, 4, { r, c: carries(a, b) });
    assign(x, insn.operands[0]!, () => r);
  },
});

/** Leaves the flags alone. */
const silent = (compute: Compute): Lowering => ({
  fits: wide,
  effect: (insn) => effect('none', 0, atMemory(insn)),
  write(x, insn) {
    const [a, b] = values(x, insn);
    const r = x.keep(compute(x, a, b));
    assign(x, insn.operands[0]!, () => r);
  },
});

/** The bits below a place, of which there are 32 at the most. */
const below = (place: Node, a: Node): Node =>
  select(
    binary('i32.lt_u', place, constant(32)),
    and(a, add(binary('i32.shl', constant(1), place), constant(-1))),
    a,
  );

const bzhi: Compute = (x, a, b) => below(x.keep(and(b, constant(0xff))), a);

const bextr: Compute = (x, a, b) => {
  const start = x.keep(and(b, constant(0xff)));
  const length = x.keep(and(binary('i32.shr_u', b, constant(8)), constant(0xff)));
  const rest = select(binary('i32.lt_u', start, constant(32)), binary('i32.shr_u', a, start), constant(0));
  return below(length, x.keep(rest));
};

const shift = (name: string): Lowering => silent((_, a, b) => binary(name, a, b));
const turned = (a: Node): Node =>
  or(
    and(binary('i32.rotl', a, constant(8)), constant(0x00ff00ff)),
    and(binary('i32.rotr', a, constant(8)), constant(0xff00ff00)),
  );

const mulx: Lowering = {
  fits: wide,
  effect: (insn) => effect('none', 0, atMemory(insn)),
  write(x, insn) {
    const [high, low, from] = insn.operands;
    const a = x.keep(x.read(from!));
    const extended = (value: Node): Node => op('i64.extend_i32_u', [value]);
    const product = x.keep(op('i64.mul', [extended(get(L.EDX)), extended(a)]));
    const upper = op('i32.wrap_i64', [op('i64.shr_u', [product, extended(constant(32))])]);
    // The same register may be named twice: the high half stays.
    assign(x, low!, () => op('i32.wrap_i64', [product]));
    assign(x, high!, () => upper);
  },
};

const crc32: Lowering = {
  fits: (insn) => {
    const [, from] = insn.operands;
    // With a prefix for words the destination is a register of 32 bits all the same.
    return wide({ ...insn, operandSize: 32 }) && from !== undefined && 'bytes' in from;
  },
  effect: (insn) => effect('none', 0, atMemory(insn)),
  write(x, insn) {
    const [to, from] = insn.operands;
    const value = x.keep(x.read(from!));
    const bytes = (from as { bytes: number }).bytes;
    const r = x.keep(call('crc32', [x.read(to!), value, constant(bytes)]));
    assign(x, to!, () => r);
  },
};

export const bits: Lowerings = {
  popcnt: count('i32.popcnt', false),
  lzcnt: count('i32.clz', true),
  tzcnt: count('i32.ctz', true),
  andn: field((_, a, b) => and(xor(a, constant(-1)), b)),
  bextr: field(bextr),
  blsi: field(
    (_, a) => and(a, sub(constant(0), a)),
    (a) => eqz(eqz(a)),
  ),
  blsmsk: field((_, a) => xor(a, add(a, constant(-1))), eqz),
  blsr: field((_, a) => and(a, add(a, constant(-1))), eqz),
  bzhi: field(bzhi, (_, b) => binary('i32.gt_u', and(b, constant(0xff)), constant(31))),
  pdep: silent((_, a, b) => call('pdep', [a, b])),
  pext: silent((_, a, b) => call('pext', [a, b])),
  rorx: shift('i32.rotr'),
  sarx: shift('i32.shr_s'),
  shlx: shift('i32.shl'),
  shrx: shift('i32.shr_u'),
  mulx,
  movbe: silent((_, a) => turned(a)),
  crc32,
};

export const bitSignatures: Signatures = {
  pdep: [['i32', 'i32'], 'i32'],
  pext: [['i32', 'i32'], 'i32'],
  crc32: [['i32', 'i32', 'i32'], 'i32'],
};
