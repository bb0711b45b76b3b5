// Moves, masks and shuffles of XMM registers. Manual: volume 2, by name; what src/cpu/sse-move.ts does.
import type { Insn } from '../../src/isa/decode.ts';
import { FTAG, FTOP, MXCSR, REGION_STEP } from '../../src/layout.ts';
import type { Context } from '../context.ts';
import { and, constant, load, type Node, op, shuffle } from '../ir.ts';
import { effect, type Lowering, type Lowerings, plain } from './row.ts';
import {
  copies,
  form,
  formOfBoth,
  type Lane,
  low,
  place,
  registerOf,
  setVector,
  vector,
  waitForFloat,
  withLow,
  ZERO,
} from './sse-form.ts';

/** Writes a register; `value` of its old contents. */
export const into = (value: (x: Context, old: Node, insn: Insn) => Node): Lowering =>
  formOfBoth((x, insn) => {
    const to = insn.operands[0]!;
    setVector(x, to, value(x, vector(x, to), insn));
  });

const move: Lowering = formOfBoth(
  (x, insn) => {
    const [to, from] = insn.operands;
    if (to!.kind !== 'memory') setVector(x, to, vector(x, from!));
    else if (from!.kind !== 'mmx') x.store('v128.store', place(x, to, true), vector(x, from!));
    else x.store('i64.store', place(x, to, true), op('i64x2.extract_lane', [vector(x, from)]));
  },
  { learn: copies('f32', 'f64') },
);

/** The low lane alone, the rest becomes zero; or into memory or a general register. */
const moveLow = (type: Lane): Lowering =>
  formOfBoth((x, insn) => {
    const [to, from] = insn.operands;
    if (to!.kind === 'memory') x.store(`${type}.store`, place(x, to!, true), low(x, from!, type));
    else if (to!.kind === 'register') x.setRegister(to!.register, 4, low(x, from!, type));
    else if (from!.kind === 'memory') setVector(x, to, vector(x, from!));
    else setVector(x, to, withLow(ZERO, low(x, from!, type)));
  });

const copyLow = (type: 'f32' | 'f64'): Lowering =>
  form(
    (x, insn) => {
      const [to, from] = insn.operands;
      const target = registerOf(to);
      x.sse.setRegister(target, withLow(x.sse.register(target), low(x, from!, type)));
    },
    { learn: copies(type) },
  );

const half = (n: number): Lowering =>
  into((x, old, insn) => {
    const { address, offset } = place(x, insn.operands[1]!, false);
    return op('i64x2.replace_lane', [old, load('i64.load', address, offset)], n);
  });

/** A mask of the sign bits into a general register. */
const mask = (name: string, bits = -1): Lowering =>
  formOfBoth((x, insn) => {
    const all = op(name, [vector(x, insn.operands[1]!)]);
    x.setRegister(registerOf(insn.operands[0]), 4, and(all, constant(bits)));
  });

/** The bytes of lanes of `size` bytes, by their numbers. */
function bytesOf(lanes: readonly number[], size: number): number[] {
  return lanes.flatMap((lane) => Array.from({ length: size }, (_, i) => lane * size + i));
}

/** Lanes of the first operand and, behind these, of the second. */
const shuffled = (size: number, lanes: readonly number[]): Lowering =>
  into((x, old, insn) => shuffle(old, vector(x, insn.operands[1]!), bytesOf(lanes, size)));

export function immediate(insn: Insn): number {
  const last = insn.operands.at(-1)!;
  return last.kind === 'immediate' ? last.value : 0;
}
const four = (n: number): number[] => [n & 3, (n >> 2) & 3, (n >> 4) & 3, (n >> 6) & 3];

/** Lanes of the second operand alone, by an immediate. */
const chosen = (size: number, lanes: (n: number) => readonly number[]): Lowering =>
  into((x, _, insn) => {
    const from = x.keep(vector(x, insn.operands[1]!));
    return shuffle(from, from, bytesOf(lanes(immediate(insn)), size));
  });

/** Lanes of both, by an immediate. */
const chosenOfBoth = (size: number, lanes: (n: number) => readonly number[]): Lowering =>
  into((x, old, insn) => shuffle(old, vector(x, insn.operands[1]!), bytesOf(lanes(immediate(insn)), size)));

/** 0 n 1 n+1 ...: lanes of both in turn, `first` on. */
function interleaved(count: number, first: number): number[] {
  return Array.from({ length: count / 2 }, (_, i) => [first + i, count + first + i]).flat();
}
const unpack = (size: number, high: boolean): Lowering =>
  shuffled(size, interleaved(16 / size, high ? 8 / size : 0));

const movnti: Lowering = {
  fits: plain,
  effect: () => effect('none', 0, true),
  write(x, insn) {
    x.storeTo(place(x, insn.operands[0]!, true), 4, x.read(insn.operands[1]!));
  },
};

const fence: Lowering = { fits: () => true, effect: () => effect('none', 0, false), write() {} };

const storeHigh: Lowering = form((x, insn) => {
  const host = place(x, insn.operands[0]!, true);
  x.store('i64.store', host, op('i64x2.extract_lane', [vector(x, insn.operands[1]!)], 1));
});

/** The low halves of two registers in one. */
const joined = (a: Node, b: Node): Node => shuffle(a, b, bytesOf([0, 2], 8));

/** Of MMX registers: the operation has both in its first operand. */
export const ofJoined = (compute: (both: Node) => Node): Lowering =>
  into((x, old, insn) => compute(x.keep(joined(old, vector(x, insn.operands[1]!)))));

/** Lanes of `size` bytes of two MMX registers in turn, those of their high or of their low halves. */
const unpackMmx = (size: number, high: boolean): Lowering =>
  into((x, old, insn) => {
    const count = 4 / size;
    const lanes = Array.from({ length: count }, (_, i) => (high ? count : 0) + i);
    const low = lanes.flatMap((lane) => [...bytesOf([lane], size), ...bytesOf([16 / size + lane], size)]);
    return shuffle(old, vector(x, insn.operands[1]!), [...low, ...low]);
  });

/** Bits of MXCSR that raise #GP. */
const RESERVED = ~0xffff;

const ldmxcsr: Lowering = {
  fits: plain,
  effect: () => effect('none', 0, true),
  learn: (_, known) => known,
  write(x, insn) {
    const value = x.keep(x.read(insn.operands[0]!));
    x.when(and(value, constant(RESERVED)), () => x.leave(REGION_STEP));
    x.storeWord(MXCSR, value);
    x.sse.renew();
  },
};

const stmxcsr: Lowering = {
  fits: plain,
  effect: () => effect('none', 0, true),
  write(x, insn) {
    x.storeTo(place(x, insn.operands[0]!, true), 4, x.word(MXCSR));
  },
};

const emms: Lowering = {
  fits: () => true,
  effect: () => effect('none', 0, true),
  stack: () => 'memory',
  write(x) {
    waitForFloat(x);
    x.storeWord(FTOP, constant(0));
    x.storeWord(FTAG, constant(0));
  },
};

export const sseMove: Lowerings = {
  move,
  move_low: move,
  emms,
  ldmxcsr,
  stmxcsr,
  pmovmskb_mmx: mask('i8x16.bitmask', 0xff),
  packsswb_mmx: ofJoined((both) => op('i8x16.narrow_i16x8_s', [both, both])),
  packuswb_mmx: ofJoined((both) => op('i8x16.narrow_i16x8_u', [both, both])),
  packssdw_mmx: ofJoined((both) => op('i16x8.narrow_i32x4_s', [both, both])),
  punpcklbw_mmx: unpackMmx(1, false),
  punpcklwd_mmx: unpackMmx(2, false),
  punpckldq_mmx: unpackMmx(4, false),
  punpckhbw_mmx: unpackMmx(1, true),
  punpckhwd_mmx: unpackMmx(2, true),
  punpckhdq_mmx: unpackMmx(4, true),
  load_32: moveLow('i32'),
  load_64: moveLow('i64'),
  store_32: moveLow('i32'),
  store_64: moveLow('i64'),
  copy_32: copyLow('f32'),
  copy_64: copyLow('f64'),
  load_low: half(0),
  load_high: half(1),
  store_high: storeHigh,
  movhlps: shuffled(8, [3, 1]),
  movlhps: shuffled(8, [0, 2]),
  movnti,
  lfence: fence,
  mfence: fence,
  sfence: fence,
  movmskps: mask('i32x4.bitmask'),
  movmskpd: mask('i64x2.bitmask'),
  pmovmskb: mask('i8x16.bitmask'),
  unpcklps: unpack(4, false),
  unpckhps: unpack(4, true),
  unpcklpd: unpack(8, false),
  unpckhpd: unpack(8, true),
  punpcklbw: unpack(1, false),
  punpcklwd: unpack(2, false),
  punpckldq: unpack(4, false),
  punpcklqdq: unpack(8, false),
  punpckhbw: unpack(1, true),
  punpckhwd: unpack(2, true),
  punpckhdq: unpack(4, true),
  punpckhqdq: unpack(8, true),
  shufps: chosenOfBoth(4, (n) => four(n).map((lane, i) => lane + (i < 2 ? 0 : 4))),
  shufpd: chosenOfBoth(8, (n) => [n & 1, 2 + ((n >> 1) & 1)]),
  pshufd: chosen(4, four),
  pshuflw: chosen(2, (n) => [...four(n), 4, 5, 6, 7]),
  pshufhw: chosen(2, (n) => [0, 1, 2, 3, ...four(n).map((lane) => lane + 4)]),
  packsswb: into((x, old, insn) => op('i8x16.narrow_i16x8_s', [old, vector(x, insn.operands[1]!)])),
  packuswb: into((x, old, insn) => op('i8x16.narrow_i16x8_u', [old, vector(x, insn.operands[1]!)])),
  packssdw: into((x, old, insn) => op('i16x8.narrow_i32x4_s', [old, vector(x, insn.operands[1]!)])),
};
