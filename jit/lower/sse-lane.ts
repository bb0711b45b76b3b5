// What SSE3, SSSE3 and SSE4 add to the lanes of XMM registers: nearly all a few operations of wasm. Manual: volume 2,
// by name; what src/cpu/sse-lane.ts and sse-horizontal.ts do.
import type { Insn } from '../../src/isa/decode.ts';
import { recordBits } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import { call, constant, constant128, eqz, get, type Node, op, or, shl, shrU, shuffle } from '../ir.ts';
import * as L from '../locals.ts';
import { effect, hasMemory, type Lowering, type Lowerings } from './row.ts';
import { form, formOfBoth, low, place, registerOf, vector, ZERO } from './sse-form.ts';
import { immediate, into, ofJoined } from './sse-move.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  pmulld: 'i32x4.mul',
  pcmpeqq: 'i64x2.eq',
  pcmpgtq: 'i64x2.gt_s',
  packusdw: 'i16x8.narrow_i32x4_u',
  pminsb: 'i8x16.min_s',
  pmaxsb: 'i8x16.max_s',
  pminuw: 'i16x8.min_u',
  pmaxuw: 'i16x8.max_u',
  pminsd: 'i32x4.min_s',
  pmaxsd: 'i32x4.max_s',
  pminud: 'i32x4.min_u',
  pmaxud: 'i32x4.max_u',
};

/** Of the second operand alone, one after the other. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  pabsb: ['i8x16.abs'],
  pabsw: ['i16x8.abs'],
  pabsd: ['i32x4.abs'],
  pmovsxbw: ['i16x8.extend_low_i8x16_s'],
  pmovsxbd: ['i16x8.extend_low_i8x16_s', 'i32x4.extend_low_i16x8_s'],
  pmovsxwd: ['i32x4.extend_low_i16x8_s'],
  pmovsxwq: ['i32x4.extend_low_i16x8_s', 'i64x2.extend_low_i32x4_s'],
  pmovsxdq: ['i64x2.extend_low_i32x4_s'],
  pmovzxbw: ['i16x8.extend_low_i8x16_u'],
  pmovzxbd: ['i16x8.extend_low_i8x16_u', 'i32x4.extend_low_i16x8_u'],
  pmovzxwd: ['i32x4.extend_low_i16x8_u'],
  pmovzxwq: ['i32x4.extend_low_i16x8_u', 'i64x2.extend_low_i32x4_u'],
  pmovzxdq: ['i64x2.extend_low_i32x4_u'],
};

const byte = (value: number): Node => constant128(new Array<number>(16).fill(value));
const words = (value: number): Node =>
  constant128(Array.from({ length: 16 }, (_, i) => (value >> (8 * (i & 1))) & 255));

/** Of both operands, which may be used more than once. */
const computed = (compute: (a: Node, b: Node, x: Context) => Node): Lowering =>
  into((x, old, insn) => compute(old, x.keep(vector(x, insn.operands[1]!)), x));

/** Lanes of `size` bytes of a and, behind these, b: every second one from `first` on. */
function alternate(size: number, first: number): number[] {
  const lanes = Array.from({ length: 16 / size }, (_, i) => 2 * i + first);
  return lanes.flatMap((lane) => Array.from({ length: size }, (_, i) => lane * size + i));
}

const horizontal = (name: string, size: number): Lowering =>
  computed((a, b) => op(name, [shuffle(a, b, alternate(size, 0)), shuffle(a, b, alternate(size, 1))]));

const horizontalMmx = (name: string, size: number): Lowering =>
  ofJoined((both) =>
    op(name, [shuffle(both, both, alternate(size, 0)), shuffle(both, both, alternate(size, 1))]),
  );

/** Turned round where b is negative, zero where it is zero. */
const sign = (lanes: string, bits: number): Lowering =>
  computed((a, b, x) => {
    const negative = x.keep(op(`${lanes}.shr_s`, [b, constant(bits - 1)]));
    const turned = op(`${lanes}.sub`, [op('v128.xor', [a, negative]), negative]);
    return op('v128.andnot', [turned, op(`${lanes}.eq`, [b, ZERO])]);
  });

/** Products of unsigned bytes and signed ones, in pairs. */
function bytePairs(a: Node, b: Node): Node {
  const eight = constant(8);
  const even = op('i16x8.shr_s', [op('i16x8.shl', [b, eight]), eight]);
  const low = op('i16x8.mul', [op('v128.and', [a, words(0xff)]), even]);
  const high = op('i16x8.mul', [op('i16x8.shr_u', [a, eight]), op('i16x8.shr_s', [b, eight])]);
  return op('i16x8.add_sat_s', [low, high]);
}

/** That of the two least fractions does not saturate. */
function fractions(a: Node, b: Node): Node {
  const least = (value: Node): Node => op('i16x8.eq', [value, words(0x8000)]);
  return op('v128.xor', [op('i16x8.q15mulr_sat_s', [a, b]), op('v128.and', [least(a), least(b)])]);
}

/** The even lanes of 32 bits, side by side. */
const EVEN = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

const palignr: Lowering = into((x, old, insn) => {
  const b = vector(x, insn.operands[1]!);
  const n = Math.min(immediate(insn), 32);
  if (n > 16) return shuffle(old, ZERO, from(n - 16));
  return shuffle(b, old, from(n));
});

/** The zeros above what is in an MMX register come behind both. */
const palignr_mmx: Lowering = into((x, old, insn) => {
  const n = Math.min(immediate(insn), 16);
  const b = vector(x, insn.operands[1]!);
  const both = x.keep(shuffle(b, old, [...from(0).slice(0, 8), ...from(16).slice(0, 8)]));
  return shuffle(both, ZERO, from(n));
});
const from = (first: number): number[] => Array.from({ length: 16 }, (_, i) => first + i);

/** Lanes of `size` bytes of the second operand where a bit of the immediate is set. */
const blend = (size: number): Lowering =>
  into((x, old, insn) => {
    const n = immediate(insn);
    const b = vector(x, insn.operands[1]!);
    return shuffle(
      old,
      b,
      from(0).map((i) => i + (((n >> Math.floor(i / size)) & 1) << 4)),
    );
  });

/** The same by the first bits of lanes of XMM0. */
const variable = (lanes: string, bits: number): Lowering =>
  into((x, old, insn) => {
    const b = vector(x, insn.operands[1]!);
    return op('v128.bitselect', [b, old, op(`${lanes}.shr_s`, [x.sse.register(0), constant(bits - 1)])]);
  });

const STORES: Readonly<Record<number, string>> = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store' };

/** A lane into a general register or memory. */
const extract = (name: string, last: number): Lowering =>
  formOfBoth((x, insn) => {
    const [to, value] = insn.operands;
    const lane = op(name, [vector(x, value!)], immediate(insn) & last);
    if (to!.kind === 'memory') x.store(STORES[to.bytes]!, place(x, to, true), lane);
    else x.setRegister(registerOf(to), 4, lane);
  });

/** The low bits of a general register, or memory, into a lane. */
const insert = (name: string, last: number): Lowering =>
  into((x, old, insn) => {
    const value = insn.operands[1]!;
    const lane =
      value.kind === 'memory'
        ? x.loadFrom(place(x, value, false), value.bytes)
        : x.register(registerOf(value), 4);
    return op(name, [old, lane], immediate(insn) & last);
  });

/** Bits 4 and 5 say where the lane goes, the low four which lanes become zero. */
function inserted(old: Node, b: Node, lane: number, n: number): Node {
  const to = (n >> 4) & 3;
  const both = shuffle(
    old,
    b,
    from(0).map((i) => (i >> 2 === to ? 16 + 4 * lane + (i & 3) : i)),
  );
  if ((n & 15) === 0) return both;
  return shuffle(
    both,
    ZERO,
    from(0).map((i) => i + (((n >> (i >> 2)) & 1) << 4)),
  );
}

const doubled = (lanes: readonly number[]): Lowering =>
  into((x, _, insn) => {
    const b = x.keep(vector(x, insn.operands[1]!));
    return shuffle(
      b,
      b,
      lanes.flatMap((lane) => [0, 1, 2, 3].map((i) => 4 * lane + i)),
    );
  });

const compared = (insn: Insn) => effect('all', F.COMPARED, hasMemory(insn));

const ptest: Lowering = form(
  (x, insn) => {
    const b = x.keep(vector(x, insn.operands[1]!));
    if (!x.flagsNeeded) return;
    const a = x.sse.register(registerOf(insn.operands[0]));
    const none = (bits: Node): Node => eqz(op('v128.any_true', [bits]));
    recordBits(x, or(shl(none(op('v128.and', [b, a])), 6), none(op('v128.andnot', [b, a]))));
  },
  { flags: compared },
);

/** An index into ecx; the flags are in the upper half of what the function answers. */
const stringIndex = (name: string, lengths: readonly number[]): Lowering =>
  form(
    (x, insn) => {
      const b = vector(x, insn.operands[1]!);
      const a = x.sse.register(registerOf(insn.operands[0]));
      const registers = lengths.map((register) => get(register));
      const found = x.keep(call(name, [a, b, constant(immediate(insn)), ...registers]));
      x.setRegister(L.ECX, 4, op('i32.and', [found, constant(0xff)]));
      recordBits(x, shrU(found, 16));
    },
    { flags: compared },
  );

export const sseLane: Lowerings = {
  ...Object.fromEntries(
    Object.entries(OPERATIONS).map(([fn, name]) => [
      fn,
      into((x, old, insn) => op(name, [old, vector(x, insn.operands[1]!)])),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(CHAINS).map(([fn, names]) => [
      fn,
      into((x, _, insn) => names.reduce((value, name) => op(name, [value]), vector(x, insn.operands[1]!))),
    ]),
  ),
  pshufb: computed((a, b) => op('i8x16.swizzle', [a, op('v128.and', [b, byte(0x8f)])])),
  pshufb_mmx: computed((a, b) => op('i8x16.swizzle', [a, op('v128.and', [b, byte(0x87)])])),
  phaddw_mmx: horizontalMmx('i16x8.add', 2),
  phaddsw_mmx: horizontalMmx('i16x8.add_sat_s', 2),
  phaddd_mmx: horizontalMmx('i32x4.add', 4),
  phsubw_mmx: horizontalMmx('i16x8.sub', 2),
  phsubsw_mmx: horizontalMmx('i16x8.sub_sat_s', 2),
  phsubd_mmx: horizontalMmx('i32x4.sub', 4),
  palignr_mmx,
  phaddw: horizontal('i16x8.add', 2),
  phaddsw: horizontal('i16x8.add_sat_s', 2),
  phaddd: horizontal('i32x4.add', 4),
  phsubw: horizontal('i16x8.sub', 2),
  phsubsw: horizontal('i16x8.sub_sat_s', 2),
  phsubd: horizontal('i32x4.sub', 4),
  psignb: sign('i8x16', 8),
  psignw: sign('i16x8', 16),
  psignd: sign('i32x4', 32),
  pmaddubsw: computed(bytePairs),
  pmulhrsw: computed(fractions),
  pmuldq: computed((a, b) => op('i64x2.extmul_low_i32x4_s', [shuffle(a, a, EVEN), shuffle(b, b, EVEN)])),
  palignr,
  blendps: blend(4),
  blendpd: blend(8),
  pblendw: blend(2),
  pblendvb: variable('i8x16', 8),
  blendvps: variable('i32x4', 32),
  blendvpd: variable('i64x2', 64),
  pextrb: extract('i8x16.extract_lane_u', 15),
  pextrw: extract('i16x8.extract_lane_u', 7),
  pextrw_mmx: extract('i16x8.extract_lane_u', 3),
  pextrd: extract('i32x4.extract_lane', 3),
  pinsrb: insert('i8x16.replace_lane', 15),
  pinsrw: insert('i16x8.replace_lane', 7),
  pinsrw_mmx: insert('i16x8.replace_lane', 3),
  pinsrd: insert('i32x4.replace_lane', 3),
  insertps: into((x, old, insn) => {
    const n = immediate(insn);
    return inserted(old, vector(x, insn.operands[1]!), n >> 6, n);
  }),
  insertps_m32: into((x, old, insn) => inserted(old, vector(x, insn.operands[1]!), 0, immediate(insn))),
  movddup: into((x, _, insn) => op('i64x2.splat', [low(x, insn.operands[1]!, 'i64')])),
  movsldup: doubled([0, 0, 2, 2]),
  movshdup: doubled([1, 1, 3, 3]),
  ptest,
  pcmpistri: stringIndex('implicitIndex', []),
  pcmpestri: stringIndex('explicitIndex', [L.EAX, L.EDX]),
};
