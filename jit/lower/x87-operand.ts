// Operands of x87 arithmetic in memory: singles, doubles and integers as values of the 80-bit format.
import type { Context, Host } from '../context.ts';
import { add, and, call, constant, eqz, load, type Node, op, or, select, shl, shrU, sub } from '../ir.ts';
import type { Real } from '../x87.ts';
import {
  BIAS,
  big,
  INTEGER_BIT,
  narrow,
  type Operand,
  operandOf,
  or64,
  SIGN,
  shl64,
  shr64,
  wide,
  within,
} from './x87-compute.ts';
import { load64 } from './x87-form.ts';

export type Format = 'm16' | 'm32' | 'm64' | 'i16' | 'i32' | 'i64';

/** A single or double. `zero` tells that it is one; the value is right for it too. */
export interface Narrow extends Operand {
  readonly bits: Node;
  readonly zero: Node;
}

export function single(x: Context, { address, offset }: Host): Narrow {
  const bits = x.keep(load('i32.load', address, offset));
  const exp = x.keep(and(shrU(bits, 23), constant(0xff)));
  const zero = eqz(shl(bits, 1));
  const sign = and(shrU(bits, 16), constant(SIGN));
  const value: Real = {
    sig: x.keep(or64(shl64(wide(bits), big(40)), INTEGER_BIT)),
    se: x.keep(or(sign, add(exp, constant(BIAS - 127)))),
  };
  return {
    value,
    bits,
    zero,
    normal: within(exp, 1, 0xfe),
    slow: (name, before) => call(`${name}F32`, [...before, bits], 'i64'),
  };
}

export function double(x: Context, host: Host): Narrow {
  const bits = x.keep(load64(host));
  const high = x.keep(narrow(shr64(bits, big(32))));
  const exp = x.keep(and(shrU(high, 20), constant(0x7ff)));
  const zero = op('i64.eqz', [shl64(bits, big(1))]);
  const sign = and(shrU(high, 16), constant(SIGN));
  const value: Real = {
    sig: x.keep(or64(shl64(bits, big(11)), INTEGER_BIT)),
    se: x.keep(or(sign, add(exp, constant(BIAS - 1023)))),
  };
  return {
    value,
    bits,
    zero,
    normal: within(exp, 1, 0x7fe),
    slow: (name, before) => call(`${name}F64`, [...before, bits], 'i64'),
  };
}

export function integer(x: Context, { address, offset }: Host, bytes: number): Real {
  const name = bytes === 2 ? 'i64.load16_s' : bytes === 4 ? 'i64.load32_s' : 'i64.load';
  const value = x.keep(load(name, address, offset));
  const negative = x.keep(op('i64.shr_s', [value, big(63)]));
  const magnitude = x.keep(op('i64.sub', [op('i64.xor', [value, negative]), negative]));
  const zeros = x.keep(op('i64.clz', [magnitude]));
  const sign = and(narrow(negative), constant(SIGN));
  const se = or(sign, sub(constant(BIAS + 63), narrow(zeros)));
  return {
    sig: x.keep(shl64(magnitude, zeros)),
    se: x.keep(select(op('i64.eqz', [value]), constant(0), se)),
  };
}

export function operandIn(x: Context, host: Host, format: Format): Operand {
  if (format === 'm32') return single(x, host);
  if (format === 'm64') return double(x, host);
  return operandOf(integer(x, host, format === 'i16' ? 2 : format === 'i32' ? 4 : 8));
}
