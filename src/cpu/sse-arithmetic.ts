// add, sub, mul, div, sqrt, min and max of single and packed numbers. The quick path is wasm's own
// arithmetic: it rounds to nearest, so what remains to be known are the flags. A normal result of operands
// that are not denormal can have raised PE alone; that matters only while PE is not set, and then the error
// of the result tells. All else is computed by sse-soft.ts. Manual: volume 1, 11.5.2; volume 2, by the
// mnemonics.
import { commit, IE, roundsSilently, roundsToNearest, signal } from './sse-exception.ts';
import { bitsOf, isDenormal, isNormal, isSignaling, noticeDenormal, operand } from './sse-number.ts';
import { addSoft, divSoft, mulSoft, sqrtSoft } from './sse-soft.ts';

// ---- whether a result is exact, all numbers being normal and the rounding to nearest ----

/** By the error of a sum, which is a number itself. */
// @ts-expect-error: decorator
@inline
function isExactSum<T>(a: T, b: T, sum: T): bool {
  const part = sum - a;
  return a - (sum - part) + (b - part) == 0;
}

/** By the digits of the product of the significands: twice as many, or one less, without the zeros behind. */
function isExactProduct<T>(a: T, b: T, product: T): bool {
  if (sizeof<T>() == 4) return <f64>product == <f64>a * <f64>b;
  if (!isNormal<T>(a) || !isNormal<T>(b)) return false;
  const x = (bitsOf<T>(a) & 0xfffffffffffff) | 0x10000000000000;
  const y = (bitsOf<T>(b) & 0xfffffffffffff) | 0x10000000000000;
  const carry = exponentField<T>(product) + 1023 - exponentField<T>(a) - exponentField<T>(b);
  return 105 + carry - <i32>ctz(x) - <i32>ctz(y) <= 53;
}

/** Of a double. */
// @ts-expect-error: decorator
@inline
function exponentField<T>(x: T): i32 {
  return <i32>(bitsOf<T>(x) >> 52) & 0x7ff;
}

function isExactQuotient<T>(a: T, b: T, quotient: T): bool {
  if (sizeof<T>() == 4) return <f64>quotient * <f64>b == <f64>a;
  const product = quotient * b;
  return product == a && isExactProduct<T>(quotient, b, product);
}

function isExactRoot<T>(a: T, root: T): bool {
  if (sizeof<T>() == 4) return <f64>root * <f64>root == <f64>a;
  const product = root * root;
  return product == a && isExactProduct<T>(root, root, product);
}

// ---- one operation, without its end ----

// @ts-expect-error: decorator
@inline
export function addFloat<T>(a: T, b: T): T {
  const sum = a + b;
  if ((isNormal<T>(sum) || sum == 0) && !isDenormal<T>(a) && !isDenormal<T>(b)) {
    if (roundsSilently()) return sum;
    if (roundsToNearest() && isExactSum<T>(a, b, sum)) return sum;
  }
  return addSoft<T>(a, b);
}

// @ts-expect-error: decorator
@inline
export function subFloat<T>(a: T, b: T): T {
  const difference = a - b;
  if ((isNormal<T>(difference) || difference == 0) && !isDenormal<T>(a) && !isDenormal<T>(b)) {
    if (roundsSilently()) return difference;
    if (roundsToNearest() && isExactSum<T>(a, -b, difference)) return difference;
  }
  return b != b ? subtractNaN<T>(a, b) : addSoft<T>(a, -b);
}

/** A NaN keeps its sign. */
function subtractNaN<T>(a: T, b: T): T {
  return addSoft<T>(a, b);
}

// @ts-expect-error: decorator
@inline
export function mulFloat<T>(a: T, b: T): T {
  const product = a * b;
  if (isNormal<T>(product) && !isDenormal<T>(a) && !isDenormal<T>(b)) {
    if (roundsSilently()) return product;
    if (roundsToNearest() && isExactProduct<T>(a, b, product)) return product;
  } else if ((a == 0 && (b == 0 || isNormal<T>(b))) || (b == 0 && isNormal<T>(a))) {
    return product;
  }
  return mulSoft<T>(a, b);
}

// @ts-expect-error: decorator
@inline
export function divFloat<T>(a: T, b: T): T {
  const quotient = a / b;
  if (isNormal<T>(quotient) && !isDenormal<T>(a) && !isDenormal<T>(b)) {
    if (roundsSilently()) return quotient;
    if (roundsToNearest() && isExactQuotient<T>(a, b, quotient)) return quotient;
  } else if (a == 0 && isNormal<T>(b)) {
    return quotient;
  }
  return divSoft<T>(a, b);
}

// @ts-expect-error: decorator
@inline
export function sqrtFloat<T>(a: T): T {
  if (isNormal<T>(a) && a > 0) {
    const root = rootOf<T>(a);
    if (roundsSilently()) return root;
    if (roundsToNearest() && isExactRoot<T>(a, root)) return root;
  }
  return sqrtSoft<T>(a);
}

// @ts-expect-error: decorator
@inline
function rootOf<T>(a: T): T {
  return sizeof<T>() == 4 ? <T>f32.sqrt(<f32>a) : <T>f64.sqrt(<f64>a);
}

/** The second operand unless the first is less: so also for zeros and where one is a NaN. */
// @ts-expect-error: decorator
@inline
export function minimum<T>(first: T, second: T): T {
  const a = operand<T>(first);
  const b = operand<T>(second);
  noticeOperands<T>(a, b);
  return a < b ? a : b;
}

// @ts-expect-error: decorator
@inline
export function maximum<T>(first: T, second: T): T {
  const a = operand<T>(first);
  const b = operand<T>(second);
  noticeOperands<T>(a, b);
  return a > b ? a : b;
}

/** What a comparison that orders raises: any NaN is invalid. */
// @ts-expect-error: decorator
@inline
export function noticeOperands<T>(a: T, b: T): void {
  if (a != a || b != b) {
    signal(IE);
  } else {
    noticeDenormal<T>(a);
    noticeDenormal<T>(b);
  }
}

/** The same for one that does not: only a NaN that signals is invalid. */
export function noticeUnordered<T>(a: T, b: T): void {
  if (a != a || b != b) {
    if ((a != a && isSignaling<T>(a)) || (b != b && isSignaling<T>(b))) signal(IE);
  } else {
    noticeDenormal<T>(a);
    noticeDenormal<T>(b);
  }
}

// ---- single numbers ----

export function addss(a: f32, b: f32): f32 {
  const result = addFloat<f32>(a, b);
  commit();
  return result;
}

export function addsd(a: f64, b: f64): f64 {
  const result = addFloat<f64>(a, b);
  commit();
  return result;
}

export function subss(a: f32, b: f32): f32 {
  const result = subFloat<f32>(a, b);
  commit();
  return result;
}

export function subsd(a: f64, b: f64): f64 {
  const result = subFloat<f64>(a, b);
  commit();
  return result;
}

export function mulss(a: f32, b: f32): f32 {
  const result = mulFloat<f32>(a, b);
  commit();
  return result;
}

export function mulsd(a: f64, b: f64): f64 {
  const result = mulFloat<f64>(a, b);
  commit();
  return result;
}

export function divss(a: f32, b: f32): f32 {
  const result = divFloat<f32>(a, b);
  commit();
  return result;
}

export function divsd(a: f64, b: f64): f64 {
  const result = divFloat<f64>(a, b);
  commit();
  return result;
}

export function minss(a: f32, b: f32): f32 {
  const result = minimum<f32>(a, b);
  commit();
  return result;
}

export function minsd(a: f64, b: f64): f64 {
  const result = minimum<f64>(a, b);
  commit();
  return result;
}

export function maxss(a: f32, b: f32): f32 {
  const result = maximum<f32>(a, b);
  commit();
  return result;
}

export function maxsd(a: f64, b: f64): f64 {
  const result = maximum<f64>(a, b);
  commit();
  return result;
}

export function sqrtss(a: f32): f32 {
  const result = sqrtFloat<f32>(a);
  commit();
  return result;
}

export function sqrtsd(a: f64): f64 {
  const result = sqrtFloat<f64>(a);
  commit();
  return result;
}
