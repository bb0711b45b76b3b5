// Floating-point arithmetic and conversions of XMM registers. Single numbers are computed inline where the result is
// wasm's own: rounding to nearest, PE masked and set already, operands not denormal, and a normal result or an exact
// zero. The rest are calls of the interpreter's functions on the operands' values; these raise nothing while all
// exceptions are masked, and where one is not, the interpreter does the instruction.
// Manual: volume 1, 11.5.2; what src/cpu/sse-arithmetic.ts, sse-packed.ts and sse-convert.ts do.
import type { Argument } from '../../src/isa/decode.ts';
import { EFLAGS, MXCSR, REGION_STEP } from '../../src/layout.ts';
import { recordBits } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import {
  and,
  binary,
  call,
  constant,
  constant128,
  constantF32,
  constantF64,
  eqz,
  get,
  type Node,
  op,
  or,
  select,
  shl,
  shuffle,
  type Type,
} from '../ir.ts';
import { exponentMask, forget, isNotDenormal, isNumber, isZero, top, type Width } from '../sse.ts';
import type { Signatures } from '../wasm.ts';
import { effect, type Lowering, type Lowerings } from './row.ts';
import { form, type Lane, looksAt, low, registerOf, vector, withLow, ZERO } from './sse-form.ts';

const MASKS = 0x1f80;
const STATUS = 0x8d5;

/** Leaves where an exception could be raised: before anything is changed. */
function masked(x: Context): void {
  const masks = and(x.word(MXCSR), constant(MASKS));
  x.when(binary('i32.ne', masks, constant(MASKS)), () => x.leave(REGION_STEP));
}

// ---- kinds of numbers ----

/** Normal, and not one of the least: of the bound of Sse. */
function isNormal(value: Node, bound: Node): Node {
  const mask = constant(exponentMask(value.type as Width));
  return binary('i32.lt_u', and(binary('i32.sub', top(value), constant(2)), mask), bound);
}

/** A number of an instruction, and whether it is known not to be denormal or a NaN. */
interface Operand {
  readonly value: Node;
  readonly known: boolean;
}

function operandOf(x: Context, operand: Argument, width: Width): Operand {
  const known = operand.kind === 'xmm' && x.sse.knows(operand.register, width);
  return { value: x.keep(low(x, operand, width)), known };
}

const all = (conditions: readonly Node[]): Node => conditions.reduce((a, b) => and(a, b));

// ---- arithmetic on single numbers ----

/** `zero`: of operands that are neither denormal nor NaNs, whether a result of zero is exact. */
function single(name: string, width: Width, unary: boolean, zero: (a: Node, b: Node) => Node): Lowering {
  const fn = `${name}${width === 'f32' ? 'ss' : 'sd'}`;
  return form(
    (x, insn) => {
      const to = registerOf(insn.operands[0]);
      const b = operandOf(x, insn.operands[1]!, width);
      const a = unary ? b : operandOf(x, insn.operands[0]!, width);
      const values = unary ? [b.value] : [a.value, b.value];
      const result = x.temporary(width);
      const r = get(result, width);
      const bound = x.sse.bound(width);
      x.set(result, op(`${width}.${name}`, values));
      const same = insn.operands[1]!.kind === 'xmm' && registerOf(insn.operands[1]) === to;
      const asked = (unary || same ? [b] : [a, b]).filter(({ known }) => !known);
      const checks = asked.map(({ value }) => isNotDenormal(value));
      const easy = asked.length === 0 ? isNormal(r, bound) : all([isNormal(r, bound), ...checks]);
      x.when(eqz(easy), () => {
        const exact = all([
          isZero(r),
          zero(a.value, b.value),
          binary('i32.ne', bound, constant(0)),
          ...checks,
        ]);
        x.when(eqz(exact), () => {
          masked(x);
          x.set(result, call(fn, values, width));
          x.sse.distrust(width);
        });
      });
      x.sse.setRegister(to, withLow(x.sse.register(to), r));
    },
    { exits: true, learn: looksAt(width) },
  );
}

/** The second operand unless the first is less (or greater). */
function extreme(name: 'min' | 'max', width: Width): Lowering {
  const fn = `${name}${width === 'f32' ? 'ss' : 'sd'}`;
  return form(
    (x, insn) => {
      const to = registerOf(insn.operands[0]);
      const b = operandOf(x, insn.operands[1]!, width);
      const a = operandOf(x, insn.operands[0]!, width);
      const result = x.temporary(width);
      x.either(
        comparable(x, a, b, width),
        () => {
          const first = op(`${width}.${name === 'min' ? 'lt' : 'gt'}`, [a.value, b.value]);
          x.set(result, select(first, a.value, b.value));
        },
        () => {
          masked(x);
          x.set(result, call(fn, [a.value, b.value], width));
          x.sse.distrust(width);
        },
      );
      x.sse.setRegister(to, withLow(x.sse.register(to), get(result, width)));
    },
    { exits: true, learn: looksAt(width) },
  );
}

/** Whether neither is denormal or a NaN. */
function comparable(x: Context, a: Operand, b: Operand, width: Width): Node {
  const bound = binary('i32.ne', x.sse.bound(width), constant(0));
  const asked = [a, b].filter(({ known }) => !known);
  return all([
    ...(asked.length < 2 ? [bound] : []),
    ...asked.flatMap(({ value }) => [isNotDenormal(value), isNumber(value)]),
  ]);
}

const compare = (name: string, width: Width): Lowering =>
  form(
    (x, insn) => {
      const b = operandOf(x, insn.operands[1]!, width);
      const a = operandOf(x, insn.operands[0]!, width);
      const bits = x.temporary();
      const values = [a.value, b.value];
      x.either(
        comparable(x, a, b, width),
        () => x.set(bits, or(shl(op(`${width}.eq`, values), 6), op(`${width}.lt`, values))),
        () => {
          masked(x);
          x.emit({ kind: 'drop', value: call(`${name}${width === 'f32' ? 'ss' : 'sd'}`, values, 'none') });
          x.set(bits, and(x.word(EFLAGS), constant(STATUS)));
          x.sse.distrust(width);
        },
      );
      recordBits(x, get(bits));
    },
    { flags: () => effect('all', F.COMPARED, true), learn: looksAt(width) },
  );

// ---- arithmetic on packed numbers ----

const BYTES: Readonly<Record<Width, number>> = { f32: 4, f64: 8 };
const LEAST: Readonly<Record<Width, Node>> = {
  f32: constantF32(1.1754943508222875e-38),
  f64: constantF64(2.2250738585072014e-308),
};
const LARGE: Readonly<Record<Width, Node>> = { f32: constantF32(Infinity), f64: constantF64(Infinity) };

const keepBoth = (x: Context, [a, b]: readonly [Node, Node]): [Node, Node] => [x.keep(a), x.keep(b)];

/** What is added in place of an instruction's operands. */
type Arrange = (a: Node, b: Node) => readonly [Node, Node];
type Compute = (a: Node, b: Node) => Node;

/**
 * Inline where all results are normal, or zeros and `zero`, and no operand is denormal. `arrange` makes of the
 * instruction's operands those that the operation and the function `fn` are given.
 */
function packed(
  name: string,
  width: Width,
  zero: boolean,
  options: { readonly fn?: string; readonly arrange?: Arrange; readonly compute?: Compute } = {},
): Lowering {
  const lanes = width === 'f32' ? 'f32x4' : 'f64x2';
  const { fn = `${name}${width === 'f32' ? 'ps' : 'pd'}`, arrange } = options;
  const compute = options.compute ?? ((a, b) => op(`${lanes}.${name}`, [a, b]));
  const splat = (value: Node): Node => op(`${lanes}.splat`, [value]);
  const magnitude = (value: Node): Node => op(`${lanes}.abs`, [value]);
  const isNull = (value: Node): Node => op(`${lanes}.eq`, [value, ZERO]);
  const allowed = (value: Node): Node =>
    op('v128.or', [op(`${lanes}.ge`, [magnitude(value), splat(LEAST[width])]), isNull(value)]);
  return form(
    (x, insn) => {
      const to = registerOf(insn.operands[0]);
      const given = x.keep(vector(x, insn.operands[1]!));
      const old = x.sse.register(to);
      const [a, b] = arrange === undefined ? [old, given] : keepBoth(x, arrange(old, given));
      const bound = x.sse.bound(width);
      const local = x.temporary('v128');
      const result = get(local, 'v128');
      x.set(local, compute(a, b));
      const size = x.keep(magnitude(result));
      const above = op(`${lanes}.gt`, [size, splat(LEAST[width])]);
      const normal = op('v128.and', [above, op(`${lanes}.lt`, [size, splat(LARGE[width])])]);
      const plain = zero ? op('v128.or', [normal, isNull(result)]) : normal;
      const lanewise = op('v128.and', [plain, op('v128.and', [allowed(a), allowed(b)])]);
      const easy = op(`${width === 'f32' ? 'i32x4' : 'i64x2'}.all_true`, [lanewise]);
      x.when(eqz(and(easy, binary('i32.ne', bound, constant(0)))), () => {
        masked(x);
        x.set(local, call(fn, [a, b], 'v128'));
      });
      x.sse.setRegister(to, result);
    },
    { exits: true, learn: forget },
  );
}

/** Sums and differences within registers, of lanes of `size` bytes. */
const horizontal =
  (size: number): Arrange =>
  (a, b) => [shuffle(a, b, everySecond(size, 0)), shuffle(a, b, everySecond(size, 1))];

function everySecond(size: number, first: number): number[] {
  const lanes = Array.from({ length: 16 / size }, (_, i) => 2 * i + first);
  return lanes.flatMap((lane) => Array.from({ length: size }, (_, i) => lane * size + i));
}

/** Differences in the even lanes, sums in the odd ones; the function has the operands as they are. */
function alternating(width: Width): Lowering {
  const bytes = BYTES[width];
  const signs = constant128(Array.from({ length: 16 }, (_, i) => (i % (2 * bytes) === bytes - 1 ? 0x80 : 0)));
  const lanes = width === 'f32' ? 'f32x4' : 'f64x2';
  return packed('add', width, true, {
    fn: width === 'f32' ? 'addsubps' : 'addsubpd',
    compute: (a, b) => op(`${lanes}.add`, [a, op('v128.xor', [b, signs])]),
  });
}

// ---- rounding to integers ----

const ROUNDINGS = ['nearest', 'floor', 'ceil', 'trunc'];

/** By a rounding in the immediate, or the nearest where MXCSR says so; what is inexact has to be silent. */
const round = (width: Width): Lowering =>
  form(
    (x, insn) => {
      const to = registerOf(insn.operands[0]);
      const n = (insn.operands[2] as { value: number }).value;
      const value = x.keep(low(x, insn.operands[1]!, width));
      const result = x.temporary(width);
      const name = n & 4 ? 'nearest' : ROUNDINGS[n & 3]!;
      const usual = binary('i32.ne', x.sse.bound(width), constant(0));
      const easy = and(isNotDenormal(value), isNumber(value));
      x.either(
        (n & 12) === 8 ? easy : and(usual, easy),
        () => x.set(result, op(`${width}.${name}`, [value])),
        () => {
          masked(x);
          x.set(result, call(width === 'f32' ? 'roundss' : 'roundsd', [value, constant(n)], width));
        },
      );
      x.sse.setRegister(to, withLow(x.sse.register(to), get(result, width)));
    },
    { exits: true, learn: forget },
  );

// ---- conversions ----

const fromInteger: Lowering = form(
  (x, insn) => {
    const to = registerOf(insn.operands[0]);
    const value = op('f64.convert_i32_s', [low(x, insn.operands[1]!, 'i32')]);
    x.sse.setRegister(to, withLow(x.sse.register(to), value));
  },
  { learn: looksAt('f64') },
);

/** With truncation; what is inexact is silent while the bound is not 0. */
const toInteger = (width: Width): Lowering =>
  form(
    (x, insn) => {
      const value = x.keep(low(x, insn.operands[1]!, width));
      const bound = binary('i32.ne', x.sse.bound(width), constant(0));
      const limit = width === 'f32' ? constantF32(2147483520) : constantF64(2147483647);
      const result = x.temporary();
      x.either(
        and(bound, op(`${width}.lt`, [op(`${width}.abs`, [value]), limit])),
        () => x.set(result, op(`i32.trunc_sat_${width}_s`, [value])),
        () => {
          masked(x);
          x.set(result, call(width === 'f32' ? 'cvttss2si' : 'cvttsd2si', [value]));
        },
      );
      x.setRegister(registerOf(insn.operands[0]), 4, get(result));
    },
    { exits: true, learn: forget },
  );

const widen: Lowering = form(
  (x, insn) => {
    const to = registerOf(insn.operands[0]);
    const value = x.keep(low(x, insn.operands[1]!, 'f32'));
    const result = x.temporary('f64');
    x.either(
      and(isNotDenormal(value), isNumber(value)),
      () => x.set(result, op('f64.promote_f32', [value])),
      () => {
        masked(x);
        x.set(result, call('cvtss2sd', [value], 'f64'));
      },
    );
    x.sse.setRegister(to, withLow(x.sse.register(to), get(result, 'f64')));
  },
  { exits: true },
);

const narrow: Lowering = form(
  (x, insn) => {
    const to = registerOf(insn.operands[0]);
    const value = x.keep(low(x, insn.operands[1]!, 'f64'));
    const result = x.temporary('f32');
    x.set(result, op('f32.demote_f64', [value]));
    const easy = isNormal(get(result, 'f32'), x.sse.bound('f32'));
    x.when(eqz(easy), () => {
      masked(x);
      x.set(result, call('cvtsd2ss', [value], 'f32'));
    });
    x.sse.setRegister(to, withLow(x.sse.register(to), get(result, 'f32')));
  },
  { exits: true, learn: forget },
);

// ---- calls ----

/** Parameters and result, a letter each: v is a vector, d f s i l numbers in the lowest lane, n the immediate. */
const CALLS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['add', 'sub', 'mul', 'div', 'min', 'max'].flatMap((name) => [
      [`${name}ps`, 'vv v'],
      [`${name}pd`, 'vv v'],
    ]),
  ),
  sqrtps: '-v v',
  sqrtpd: '-v v',
  cmpps: 'vvn v',
  cmppd: 'vvn v',
  cmpss: 'ffn f',
  cmpsd: 'ddn d',
  rcpps: '-v v',
  rsqrtps: '-v v',
  dpps: 'vvn v',
  dppd: 'vvn v',
  roundps: '-vn v',
  roundpd: '-vn v',
  mpsadbw: 'vvn v',
  phminposuw: '-v v',
  rcpss: '-f f',
  rsqrtss: '-f f',
  cvtsi2ss: '-i f',
  cvtss2si: '-f i',
  cvtsd2si: '-d i',
  cvtps2pd: '-l v',
  cvtpd2ps: '-v v',
  cvtdq2ps: '-v v',
  cvtdq2pd: '-l v',
  cvtps2dq: '-v v',
  cvttps2dq: '-v v',
  cvtpd2dq: '-v v',
  cvttpd2dq: '-v v',
};

const TYPES: Readonly<Record<string, Type>> = { v: 'v128', d: 'f64', f: 'f32', i: 'i32', l: 'i64', n: 'i32' };

function argumentOf(x: Context, operand: Argument, letter: string): Node {
  if (letter === 'n') return constant((operand as { value: number }).value);
  return letter === 'v' ? vector(x, operand) : low(x, operand, TYPES[letter] as Lane);
}

function callOf(name: string, signature: string): Lowering {
  const [parameters, result] = signature.split(' ') as [string, string];
  return form(
    (x, insn) => {
      const [first] = insn.operands;
      masked(x);
      const args = insn.operands.flatMap((operand, i) =>
        parameters[i] === '-' ? [] : [x.keep(argumentOf(x, operand, parameters[i]!))],
      );
      const value = call(name, args, TYPES[result]!);
      const to = registerOf(first);
      if (result === 'v') x.sse.setRegister(to, value);
      else if (result === 'i') x.setRegister(to, 4, value);
      else x.sse.setRegister(to, withLow(x.sse.register(to), value));
    },
    { exits: true },
  );
}

// ---- the table ----

const never = (): Node => constant(0);
const always = (): Node => constant(-1);
const eitherZero = (a: Node, b: Node): Node => or(isZero(a), isZero(b));

function ofWidth(width: Width): Lowerings {
  const end = width === 'f32' ? 'ss' : 'sd';
  return {
    [`add${end}`]: single('add', width, false, always),
    [`sub${end}`]: single('sub', width, false, always),
    [`mul${end}`]: single('mul', width, false, eitherZero),
    [`div${end}`]: single('div', width, false, isZero),
    [`sqrt${end}`]: single('sqrt', width, true, never),
    [`min${end}`]: extreme('min', width),
    [`max${end}`]: extreme('max', width),
    [`add${end.replace('s', 'p')}`]: packed('add', width, true),
    [`sub${end.replace('s', 'p')}`]: packed('sub', width, true),
    [`mul${end.replace('s', 'p')}`]: packed('mul', width, false),
    [`div${end.replace('s', 'p')}`]: packed('div', width, false),
    [`hadd${end.replace('s', 'p')}`]: packed('add', width, true, { arrange: horizontal(BYTES[width]) }),
    [`hsub${end.replace('s', 'p')}`]: packed('sub', width, true, { arrange: horizontal(BYTES[width]) }),
    [`addsub${end.replace('s', 'p')}`]: alternating(width),
    [`round${end}`]: round(width),
    [`comi${end}`]: compare('comi', width),
    [`ucomi${end}`]: compare('ucomi', width),
  };
}

export const sse: Lowerings = {
  ...Object.fromEntries(Object.entries(CALLS).map(([name, signature]) => [name, callOf(name, signature)])),
  ...ofWidth('f32'),
  ...ofWidth('f64'),
  cvtsi2sd: fromInteger,
  cvttss2si: toInteger('f32'),
  cvttsd2si: toInteger('f64'),
  cvtss2sd: widen,
  cvtsd2ss: narrow,
};

const singles = (width: Width): Signatures => {
  const end = width === 'f32' ? 'ss' : 'sd';
  const of = (names: readonly string[], parameters: readonly Type[], result: Type): Signatures =>
    Object.fromEntries(names.map((name) => [`${name}${end}`, [parameters, result]]));
  return {
    ...of(['add', 'sub', 'mul', 'div', 'min', 'max'], [width, width], width),
    ...of(['sqrt'], [width], width),
    ...of(['comi', 'ucomi'], [width, width], 'none'),
  };
};

export const sseSignatures: Signatures = {
  ...singles('f32'),
  ...singles('f64'),
  addsubps: [['v128', 'v128'], 'v128'],
  addsubpd: [['v128', 'v128'], 'v128'],
  roundss: [['f32', 'i32'], 'f32'],
  roundsd: [['f64', 'i32'], 'f64'],
  implicitIndex: [['v128', 'v128', 'i32'], 'i32'],
  explicitIndex: [['v128', 'v128', 'i32', 'i32', 'i32'], 'i32'],
  cvttss2si: [['f32'], 'i32'],
  cvttsd2si: [['f64'], 'i32'],
  cvtss2sd: [['f32'], 'f64'],
  cvtsd2ss: [['f64'], 'f32'],
  ...Object.fromEntries(
    Object.entries(CALLS).map(([name, signature]) => {
      const [parameters, result] = signature.replace('-', '').split(' ') as [string, string];
      return [name, [Array.from(parameters, (letter) => TYPES[letter]!), TYPES[result]!] as const];
    }),
  ),
};
