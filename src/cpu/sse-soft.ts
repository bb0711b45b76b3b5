// Sum, product, quotient and root of SSE numbers in all rounding modes with all flags, on integers; for T =
// f32 and f64. sse-arithmetic.ts comes here when the arithmetic of wasm alone does not settle the result or
// its flags. Manual: volume 1, 4.8.3.5 (NaNs), 4.9.1 (priorities) and 11.5.2.
import { divideWide, multiplyHigh, remainderWide } from './float80-wide.ts';
import { DOWN, rounding, signal, ZE } from './sse-exception.ts';
import {
  exponent,
  invalid,
  isInfinite,
  noticeDenormal,
  ofBits,
  operand,
  quiet,
  quietFirst,
  round,
  shiftSticky,
  signOf,
  significand,
} from './sse-number.ts';

/** -0 or +0: what an exact difference of nothing gives. */
function nothing<T>(): T {
  return rounding() == DOWN ? -<T>0 : <T>0;
}

export function addSoft<T>(first: T, second: T): T {
  const a = operand<T>(first);
  const b = operand<T>(second);
  if (a != a || b != b) return quietFirst<T>(a, b);
  if (isInfinite<T>(a) || isInfinite<T>(b)) {
    const sum = a + b;
    if (sum != sum) return invalid<T>();
    noticeDenormal<T>(a);
    noticeDenormal<T>(b);
    return sum;
  }
  noticeDenormal<T>(a);
  noticeDenormal<T>(b);
  if (a == 0 && b == 0) return signOf<T>(a) == signOf<T>(b) ? a : nothing<T>();
  if (a == 0) return round<T>(signOf<T>(b) != 0, exponent<T>(b), significand<T>(b));
  if (b == 0) return round<T>(signOf<T>(a) != 0, exponent<T>(a), significand<T>(a));
  let exp = exponent<T>(a);
  const difference = exp - exponent<T>(b);
  let x = significand<T>(a) >> 1;
  let y = significand<T>(b) >> 1;
  if (difference >= 0) {
    y = shiftSticky(y, difference);
  } else {
    x = shiftSticky(x, -difference);
    exp -= difference;
  }
  let negative = signOf<T>(a) != 0;
  if (signOf<T>(a) == signOf<T>(b)) return round<T>(negative, exp + 1, x + y);
  if (x == y) return nothing<T>();
  if (x < y) negative = !negative;
  return round<T>(negative, exp + 1, x > y ? x - y : y - x);
}

export function mulSoft<T>(first: T, second: T): T {
  const a = operand<T>(first);
  const b = operand<T>(second);
  if (a != a || b != b) return quietFirst<T>(a, b);
  if (isInfinite<T>(a) || isInfinite<T>(b) || a == 0 || b == 0) {
    const product = a * b;
    if (product != product) return invalid<T>();
    noticeDenormal<T>(a);
    noticeDenormal<T>(b);
    return product;
  }
  noticeDenormal<T>(a);
  noticeDenormal<T>(b);
  const x = significand<T>(a);
  const y = significand<T>(b);
  const high = multiplyHigh(x, y) | <u64>(x * y != 0);
  return round<T>(signOf<T>(a) != signOf<T>(b), exponent<T>(a) + exponent<T>(b) + 1, high);
}

export function divSoft<T>(first: T, second: T): T {
  const a = operand<T>(first);
  const b = operand<T>(second);
  if (a != a || b != b) return quietFirst<T>(a, b);
  if (isInfinite<T>(a) || isInfinite<T>(b) || a == 0 || b == 0) {
    const quotient = a / b;
    if (quotient != quotient) return invalid<T>();
    if (b == 0 && !isInfinite<T>(a)) {
      signal(ZE);
      return quotient;
    }
    noticeDenormal<T>(a);
    noticeDenormal<T>(b);
    return quotient;
  }
  noticeDenormal<T>(a);
  noticeDenormal<T>(b);
  const x = significand<T>(a);
  const y = significand<T>(b);
  const less = x < y;
  const quotient = less ? divideWide(x, 0, y) : divideWide(x >> 1, x << 63, y);
  const exp = exponent<T>(a) - exponent<T>(b) - <i32>less;
  return round<T>(signOf<T>(a) != signOf<T>(b), exp, quotient | <u64>(remainderWide != 0));
}

export function sqrtSoft<T>(given: T): T {
  const a = operand<T>(given);
  if (a != a) return quiet<T>(a);
  if (a == 0) return a;
  if (signOf<T>(a) != 0) return invalid<T>();
  if (isInfinite<T>(a)) return a;
  noticeDenormal<T>(a);
  const exp = exponent<T>(a);
  // The root of a number of 53 bits in [1, 4), then a comparison of its square with the number.
  const square = (significand<T>(a) >> 11) << (exp & 1);
  const root = <u64>Math.sqrt(<f64>square * <f64>(1 << 26) * <f64>(1 << 26));
  const high = multiplyHigh(root, root);
  const low = root * root;
  let sig = root << 11;
  if (high < square >> 12 || (high == square >> 12 && low < square << 52)) sig |= 1;
  else if (high != square >> 12 || low != square << 52) sig -= 1;
  return round<T>(false, exp >> 1, sig);
}

/** A number in the other format. */
export function convertSoft<T, F>(given: F): T {
  const a = operand<F>(given);
  if (a != a) {
    // The first bits of the fraction remain.
    return convertNaN<T, F>(quiet<F>(a));
  }
  if (a == 0 || isInfinite<F>(a)) return <T>a;
  noticeDenormal<F>(a);
  return round<T>(signOf<F>(a) != 0, exponent<F>(a), significand<F>(a));
}

function convertNaN<T, F>(a: F): T {
  if (sizeof<T>() == 4) {
    const bits = reinterpret<u64>(<f64>a);
    return ofBits<T>(((bits >> 32) & 0x80000000) | 0x7fc00000 | ((bits >> 29) & 0x3fffff));
  }
  const bits = <u64>reinterpret<u32>(<f32>a);
  return ofBits<T>(((bits & 0x80000000) << 32) | 0x7ff8000000000000 | ((bits & 0x3fffff) << 29));
}

/** An integer other than 0. */
export function roundInteger<T>(value: i32): T {
  const negative = value < 0;
  const magnitude = <u64>(negative ? -(<i64>value) : <i64>value);
  return round<T>(negative, 63, magnitude);
}
