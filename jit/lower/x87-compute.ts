// Arithmetic of the 80-bit format inline: the usual case of operands and results that are normal numbers, with 64
// or 53 bits of precision, to nearest. The formulas are those of src/cpu/float80.ts. All else is a call
// (src/cpu/fpu-values.ts), and what that raises beyond what is masked is left to the interpreter.
import { FCW, REGION_STEP, VALUE_RAISED, VALUE_SE } from '../../src/layout.ts';
import type { Context } from '../context.ts';
import {
  add,
  and,
  binary,
  call,
  constant,
  constant64,
  eqz,
  get,
  load,
  type Node,
  not,
  op,
  or,
  select,
  shrU,
  sub,
} from '../ir.ts';
import type { Real } from '../x87.ts';
import { C1 } from '../x87.ts';

export const ADD = 0;
export const SUB = 1;
export const SUBR = 2;
export const MUL = 3;
export const DIV = 4;
export const DIVR = 5;

export const SIGN = 0x8000;
export const EXPONENT = 0x7fff;
export const BIAS = 0x3fff;
export const INTEGER_BIT = constant64(1n << 63n);
const ZERO = constant64(0n);
const ONE = constant64(1n);
const LOW = constant64(0xffffffffn);
const EXCEPTIONS = 0x3f;

export const and64 = (a: Node, b: Node): Node => op('i64.and', [a, b]);
export const or64 = (a: Node, b: Node): Node => op('i64.or', [a, b]);
export const add64 = (a: Node, b: Node): Node => op('i64.add', [a, b]);
export const sub64 = (a: Node, b: Node): Node => op('i64.sub', [a, b]);
export const shl64 = (a: Node, n: Node): Node => op('i64.shl', [a, n]);
export const shr64 = (a: Node, n: Node): Node => op('i64.shr_u', [a, n]);
export const wide = (a: Node): Node => op('i64.extend_i32_u', [a]);
export const narrow = (a: Node): Node => op('i32.wrap_i64', [a]);
export const big = (n: number): Node => constant64(BigInt(n));
const mul64 = (a: Node, b: Node): Node => op('i64.mul', [a, b]);
export const exponent = (se: Node): Node => and(se, constant(EXPONENT));
/** lower <= value < lower + count, unsigned. */
export const within = (value: Node, lower: number, count: number): Node =>
  binary('i32.lt_u', add(value, constant(-lower)), constant(count));
export const hasIntegerBit = (sig: Node): Node => op('i64.lt_s', [sig, ZERO]);

/** An operand: a value that is normal if `normal` holds, and what to call where it is not. */
export interface Operand {
  readonly value: Real;
  readonly normal: Node;
  readonly slow: (name: string, before: readonly Node[]) => Node;
}

/** The operand that is a value of the 80-bit format; an exponent is looked at by the operation. */
export function operandOf(value: Real): Operand {
  const slow = (name: string, before: readonly Node[]): Node =>
    call(name, [...before, value.sig, value.se], 'i64');
  return { value, normal: constant(1), slow };
}

/** Adds what a call raised to the status word, or leaves the instruction to the interpreter. */
export function settle(x: Context, keepsC1 = false): void {
  const raised = x.keep(load('i32.load', constant(VALUE_RAISED), 0));
  const unmasked = and(
    binary('i32.and', raised, binary('i32.xor', x.word(FCW), constant(-1))),
    constant(EXCEPTIONS),
  );
  x.when(unmasked, () => x.leave(REGION_STEP));
  const { status, up } = x.fpu.locals;
  x.set(status, or(get(status), and(raised, constant(~C1))));
  if (!keepsC1) x.set(up, wide(and(shrU(raised, 9), constant(1))));
}

/** The result of an operation, in temporaries. */
export function compute(x: Context, operation: number, a: Real, b: Operand): Real {
  const sig = x.temporary('i64');
  const se = x.temporary();
  const done = x.temporary();
  const result: Real = { sig: get(sig, 'i64'), se: get(se) };
  const slow = (): void => {
    x.set(sig, b.slow('valueOp', [constant(operation), a.sig, a.se]));
    x.set(se, load('i32.load', constant(VALUE_SE), 0));
    settle(x);
  };
  if (operation >= DIV) {
    slow();
    return result;
  }
  const round = (sign: Node, exp: number, hi: number, lo: number): void => {
    const { inexact, up } = x.fpu.locals;
    const [h, l] = [get(hi, 'i64'), get(lo, 'i64')];
    // `rest`: what lies below the last bit kept, which is bit 0 of `kept`.
    const nearest = (kept: Node, rest: Node): Node => {
      const tie = or64(wide(op('i64.ne', [shl64(rest, ONE), ZERO])), kept);
      x.set(up, and64(shr64(rest, big(63)), tie));
      x.set(inexact, or64(get(inexact, 'i64'), rest));
      return add64(kept, get(up, 'i64'));
    };
    x.either(
      x.fpu.double,
      () => {
        const kept = x.keep(shr64(h, big(11)));
        const rest = x.keep(or64(shl64(h, big(53)), wide(op('i64.ne', [l, ZERO]))));
        x.set(sig, shl64(nearest(kept, rest), big(11)));
      },
      () => x.set(sig, nearest(h, l)),
    );
    x.set(se, or(sign, get(exp)));
    // A carry out of the significand.
    x.when(op('i64.eqz', [result.sig]), () => {
      x.set(sig, INTEGER_BIT);
      x.set(se, add(get(se), constant(1)));
    });
  };
  if (operation === MUL) multiply(x, a, b, done, round);
  else {
    const [first, second] = operation === SUBR ? [b.value, a] : [a, b.value];
    sum(x, { a: first, b: second, negate: operation !== ADD, normal: b.normal }, done, round);
  }
  x.when(eqz(get(done)), slow);
  return result;
}

type Round = (sign: Node, exp: number, hi: number, lo: number) => void;

function multiply(x: Context, a: Real, { value: b, normal }: Operand, done: number, round: Round): void {
  const aExp = x.keep(exponent(a.se));
  const bExp = x.keep(exponent(b.se));
  const exp = x.temporary();
  x.set(exp, sub(add(aExp, bExp), constant(BIAS - 1)));
  const usual = and(and(x.fpu.usual, normal), and(within(aExp, 1, 0x7ffe), within(bExp, 1, 0x7ffe)));
  const sound = and(hasIntegerBit(and64(a.sig, b.sig)), within(get(exp), 2, 0x7ff8));
  x.set(done, and(usual, sound));
  x.sometimes(get(done), () => {
    const [hi, lo] = [x.temporary('i64'), x.temporary('i64')];
    const half = (sig: Node): [Node, Node] => [x.keep(and64(sig, LOW)), x.keep(shr64(sig, big(32)))];
    const [aLow, aHigh] = half(a.sig);
    const [bLow, bHigh] = half(b.sig);
    const middle = x.keep(add64(mul64(aHigh, bLow), shr64(mul64(aLow, bLow), big(32))));
    const other = add64(mul64(aLow, bHigh), and64(middle, LOW));
    x.set(hi, add64(add64(mul64(aHigh, bHigh), shr64(middle, big(32))), shr64(other, big(32))));
    x.set(lo, mul64(a.sig, b.sig));
    const h = get(hi, 'i64');
    // The product of the significands is in [1, 4).
    const short = x.keep(op('i64.xor', [shr64(h, big(63)), ONE]));
    x.set(hi, or64(shl64(h, short), and64(shr64(get(lo, 'i64'), big(63)), short)));
    x.set(lo, shl64(get(lo, 'i64'), short));
    x.set(exp, sub(get(exp), narrow(short)));
    round(and(binary('i32.xor', a.se, b.se), constant(SIGN)), exp, hi, lo);
  });
}

interface Sum {
  readonly a: Real;
  readonly b: Real;
  readonly negate: boolean;
  readonly normal: Node;
}

function sum(x: Context, { a, b, negate, normal }: Sum, done: number, round: Round): void {
  const aExp = x.keep(exponent(a.se));
  const bExp = x.keep(exponent(b.se));
  const bSign = negate ? binary('i32.xor', b.se, constant(SIGN)) : b.se;
  const sameExp = and(binary('i32.eq', aExp, bExp), op('i64.lt_u', [a.sig, b.sig]));
  const swap = x.keep(or(binary('i32.lt_u', aExp, bExp), sameExp));
  const exp = x.temporary();
  x.set(exp, select(swap, bExp, aExp));
  const shift = x.keep(sub(get(exp), select(swap, aExp, bExp)));
  const usual = and(and(x.fpu.usual, normal), binary('i32.lt_u', shift, constant(64)));
  x.set(done, and(usual, and(hasIntegerBit(and64(a.sig, b.sig)), within(get(exp), 66, 0x7f00))));
  x.sometimes(get(done), () => {
    const great = x.keep(select(swap, b.sig, a.sig));
    const little = x.keep(select(swap, a.sig, b.sig));
    const sign = x.keep(and(select(swap, bSign, a.se), constant(SIGN)));
    const [hi, lo] = [x.temporary('i64'), x.temporary('i64')];
    const [h, l] = [get(hi, 'i64'), get(lo, 'i64')];
    const by = x.keep(wide(shift));
    x.set(lo, shl64(shl64(little, sub64(big(63), by)), ONE));
    const aligned = shr64(little, by);
    const opposite = and(binary('i32.xor', a.se, bSign), constant(SIGN));
    x.either(
      opposite,
      () => {
        x.set(hi, sub64(sub64(great, aligned), wide(op('i64.ne', [l, ZERO]))));
        x.set(lo, sub64(ZERO, l));
        x.sometimes(not(hasIntegerBit(h)), () => {
          const zeros = x.keep(op('i64.clz', [h]));
          // Of nothing left, or of one bit below the significand, the function knows.
          x.set(done, op('i64.ne', [h, ZERO]));
          // With no zeros there were nothing to do: the shift by 64 is never made.
          x.set(hi, or64(shl64(h, zeros), shr64(l, sub64(big(64), zeros))));
          x.set(lo, shl64(l, zeros));
          x.set(exp, sub(get(exp), narrow(zeros)));
        });
      },
      () => {
        x.set(hi, add64(great, aligned));
        x.sometimes(op('i64.lt_u', [h, great]), () => {
          const rest = or64(shr64(l, ONE), and64(l, ONE));
          x.set(lo, or64(rest, shl64(h, big(63))));
          x.set(hi, or64(shr64(h, ONE), INTEGER_BIT));
          x.set(exp, add(get(exp), constant(1)));
        });
      },
    );
    x.sometimes(get(done), () => round(sign, exp, hi, lo));
  });
}
