// Integer arithmetic, comparisons, logic and shifts of XMM registers: nearly all one operation of wasm.
// Manual: volume 2, by name; what src/cpu/sse-integer.ts does.
import type { Context } from '../context.ts';
import { constant, constant64, constant128, type Node, op, select, shuffle } from '../ir.ts';
import { forget } from '../sse.ts';
import type { Lowering, Lowerings } from './row.ts';
import { formOfBoth, low, registerOf, setVector, vector, ZERO } from './sse-form.ts';
import { into } from './sse-move.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  paddb: 'i8x16.add',
  psubb: 'i8x16.sub',
  paddw: 'i16x8.add',
  psubw: 'i16x8.sub',
  paddd: 'i32x4.add',
  psubd: 'i32x4.sub',
  paddq: 'i64x2.add',
  psubq: 'i64x2.sub',
  paddsb: 'i8x16.add_sat_s',
  paddusb: 'i8x16.add_sat_u',
  psubsb: 'i8x16.sub_sat_s',
  psubusb: 'i8x16.sub_sat_u',
  paddsw: 'i16x8.add_sat_s',
  paddusw: 'i16x8.add_sat_u',
  psubsw: 'i16x8.sub_sat_s',
  psubusw: 'i16x8.sub_sat_u',
  pcmpeqb: 'i8x16.eq',
  pcmpgtb: 'i8x16.gt_s',
  pcmpeqw: 'i16x8.eq',
  pcmpgtw: 'i16x8.gt_s',
  pcmpeqd: 'i32x4.eq',
  pcmpgtd: 'i32x4.gt_s',
  pminub: 'i8x16.min_u',
  pmaxub: 'i8x16.max_u',
  pminsw: 'i16x8.min_s',
  pmaxsw: 'i16x8.max_s',
  pavgb: 'i8x16.avgr_u',
  pavgw: 'i16x8.avgr_u',
  pand: 'v128.and',
  por: 'v128.or',
  pmullw: 'i16x8.mul',
  pmaddwd: 'i32x4.dot_i16x8_s',
};

const computed = (compute: (x: Context, a: Node, b: Node) => Node): Lowering =>
  into((x, old, insn) => compute(x, old, x.keep(vector(x, insn.operands[1]!))));

/** The high words of eight products. */
const highWords = (sign: 's' | 'u'): Lowering =>
  computed((_, a, b) => {
    const products = ['low', 'high'].map((half) => op(`i32x4.extmul_${half}_i16x8_${sign}`, [a, b]));
    const bytes = Array.from({ length: 8 }, (_, i) => [4 * i + 2, 4 * i + 3]).flat();
    return shuffle(products[0]!, products[1]!, bytes);
  });

/** The even lanes of 32 bits, side by side. */
const EVEN = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

function distances(_: Context, a: Node, b: Node): Node {
  const apart = op('v128.or', [op('i8x16.sub_sat_u', [a, b]), op('i8x16.sub_sat_u', [b, a])]);
  const fours = op('i32x4.extadd_pairwise_i16x8_u', [op('i16x8.extadd_pairwise_i8x16_u', [apart])]);
  // Each half is the sum of its two lanes, which cannot carry.
  const swapped = op('i64x2.shr_u', [fours, constant(32)]);
  const words = constant128([255, 255, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0]);
  return op('v128.and', [op('i64x2.add', [fours, swapped]), words]);
}

const exclusive: Lowering = formOfBoth(
  (x, insn) => {
    const to = insn.operands[0]!;
    const from = insn.operands[1]!;
    const same = from.kind !== 'memory' && registerOf(from) === registerOf(to);
    setVector(x, to, same ? ZERO : op('v128.xor', [vector(x, to), vector(x, from)]));
  },
  {
    learn: (insn, known) => {
      const [to, from] = insn.operands;
      const rest = forget(insn, known);
      if (to?.kind !== 'xmm' || from?.kind !== 'xmm' || to.register !== from.register) return rest;
      return { f32: rest.f32 | (1 << to.register), f64: rest.f64 | (1 << to.register) };
    },
  },
);

// ---- shifts: a count beyond the width clears the lanes, or fills them with the sign ----

function shift(name: string, bits: number): Readonly<Record<'imm' | 'register', Lowering>> {
  const arithmetic = name.endsWith('_s');
  return {
    imm: into((_, old, insn) => {
      const count = insn.operands[1] as { value: number };
      if (count.value < bits) return op(name, [old, constant(count.value)]);
      return arithmetic ? op(name, [old, constant(bits - 1)]) : ZERO;
    }),
    register: into((x, old, insn) => {
      const from = insn.operands[1]!;
      const whole = x.keep(
        from.kind === 'xmm' ? low(x, from, 'i64') : op('i64x2.extract_lane', [vector(x, from)]),
      );
      const fits = op('i64.lt_u', [whole, constant64(BigInt(bits))]);
      const count = op('i32.wrap_i64', [whole]);
      if (arithmetic) return op(name, [old, select(fits, count, constant(bits - 1))]);
      return select(fits, op(name, [old, count]), ZERO);
    }),
  };
}

const SHIFTS: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  psllw: ['i16x8.shl', 16],
  psrlw: ['i16x8.shr_u', 16],
  psraw: ['i16x8.shr_s', 16],
  pslld: ['i32x4.shl', 32],
  psrld: ['i32x4.shr_u', 32],
  psrad: ['i32x4.shr_s', 32],
  psllq: ['i64x2.shl', 64],
  psrlq: ['i64x2.shr_u', 64],
};

/** By bytes, over all 128 bits. */
const bytewise = (left: boolean): Lowering =>
  into((_, old, insn) => {
    const count = Math.min((insn.operands[1] as { value: number }).value, 16);
    const first = left ? 16 - count : count;
    const bytes = Array.from({ length: 16 }, (_, i) => first + i);
    return left ? shuffle(ZERO, old, bytes) : shuffle(old, ZERO, bytes);
  });

export const sseInteger: Lowerings = {
  ...Object.fromEntries(
    Object.entries(OPERATIONS).map(([fn, name]) => [
      fn,
      into((x, old, insn) => op(name, [old, vector(x, insn.operands[1]!)])),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(SHIFTS).flatMap(([fn, [name, bits]]) => {
      const { imm, register } = shift(name, bits);
      return [
        [fn, register],
        [`${fn}_imm`, imm],
      ];
    }),
  ),
  pxor: exclusive,
  pandn: into((x, old, insn) => op('v128.andnot', [vector(x, insn.operands[1]!), old])),
  pmulhw: highWords('s'),
  pmulhuw: highWords('u'),
  pmuludq: computed((_, a, b) => op('i64x2.extmul_low_i32x4_u', [shuffle(a, a, EVEN), shuffle(b, b, EVEN)])),
  psadbw: computed(distances),
  pslldq: bytewise(true),
  psrldq: bytewise(false),
};
