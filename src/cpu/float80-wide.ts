// 128-bit steps for the 80-bit format, on pairs of u64: wasm has neither a 64x64 product nor a 128/64
// division. A value of 128 bits that must be returned leaves its low half in `wideLow`.

/** Low half of the last 128-bit result. */
export let wideLow: u64 = 0;
/** What divideWide left over. */
export let remainderWide: u64 = 0;

/** Completes a 128-bit result that was not computed here. */
// @ts-ignore: decorator
@inline
export function setWideLow(low: u64): void {
  wideLow = low;
}

/** The high 64 bits of a * b. */
// @ts-ignore: decorator
@inline
export function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const cross = aLow * bHigh;
  const middle = ((aLow * bLow) >> 32) + (cross & 0xffffffff) + aHigh * bLow;
  return aHigh * bHigh + (cross >> 32) + (middle >> 32);
}

/** hi:lo / d, where `d` has bit 63 and hi < d. Knuth's algorithm D on two digits of 32 bits. */
export function divideWide(hi: u64, lo: u64, d: u64): u64 {
  const dHigh = d >> 32;
  const dLow = d & 0xffffffff;
  let upper = hi / dHigh;
  let rest = hi - upper * dHigh;
  while (upper >> 32 != 0 || upper * dLow > ((rest << 32) | (lo >> 32))) {
    upper--;
    rest += dHigh;
    if (rest >> 32 != 0) break;
  }
  const middle = ((hi << 32) | (lo >> 32)) - upper * d;
  let lower = middle / dHigh;
  rest = middle - lower * dHigh;
  while (lower >> 32 != 0 || lower * dLow > ((rest << 32) | (lo & 0xffffffff))) {
    lower--;
    rest += dHigh;
    if (rest >> 32 != 0) break;
  }
  remainderWide = ((middle << 32) | (lo & 0xffffffff)) - lower * d;
  return (upper << 32) + lower;
}

/** The high 128 bits of aHi:aLo * bHi:bLo; the product of the low halves is left out, so that the last bit may be short by two. */
export function multiplyWide(aHi: u64, aLo: u64, bHi: u64, bLo: u64): u64 {
  const low = aHi * bHi;
  const first = multiplyHigh(aHi, bLo);
  const second = multiplyHigh(aLo, bHi);
  const partial = low + first;
  const sum = partial + second;
  wideLow = sum;
  return multiplyHigh(aHi, bHi) + <u64>(partial < low) + <u64>(sum < partial);
}

// ---- fractions: hi:lo stands for hi:lo / 2^128, which is below 1 ----

/** nHi:nLo / dHi:dLo as a fraction, where n < d and d has bit 127. */
export function divideFractions(nHi: u64, nLo: u64, dHi: u64, dLo: u64): u64 {
  const high = quotientDigit(nHi, nLo, dHi, dLo);
  wideLow = quotientDigit(restHigh, restLow, dHi, dLo);
  return high;
}

let restHigh: u64 = 0;
let restLow: u64 = 0;

// One digit of 64 bits: (nHi:nLo * 2^64) / dHi:dLo.
function quotientDigit(nHi: u64, nLo: u64, dHi: u64, dLo: u64): u64 {
  let digit: u64;
  let rest: u64;
  let carried = false;
  if (nHi >= dHi) {
    digit = -1;
    rest = nLo + dHi;
    carried = rest < nLo;
  } else {
    digit = divideWide(nHi, nLo, dHi);
    rest = remainderWide;
  }
  // rest:0 - digit * dLo, made good by adding d while it is negative.
  const low = digit * dLo;
  const high = multiplyHigh(digit, dLo);
  let outLow = 0 - low;
  let outHigh = rest - high - <u64>(low != 0);
  let negative = !carried && (high > rest || (high == rest && low != 0));
  while (negative) {
    digit--;
    outLow += dLo;
    const carry = <u64>(outLow < dLo);
    const sum = outHigh + dHi;
    const total = sum + carry;
    negative = !(sum < outHigh || total < sum);
    outHigh = total;
  }
  restHigh = outHigh;
  restLow = outLow;
  return digit;
}

/** hi:lo shifted right by `by`, of which the bits that fall off are lost. */
export function shiftFraction(hi: u64, lo: u64, by: i32): u64 {
  if (by >= 128) {
    wideLow = 0;
    return 0;
  }
  if (by >= 64) {
    wideLow = hi >> (by - 64);
    return 0;
  }
  if (by == 0) {
    wideLow = lo;
    return hi;
  }
  wideLow = (lo >> by) | (hi << (64 - by));
  return hi >> by;
}

/**
 * The polynomial c0 + c1 z + c2 z^2 ..., or c0 - c1 z + c2 z^2 ... if `alternating`, by Horner's rule. The
 * table holds fractions, the last coefficient first; every partial sum must be a fraction too.
 */
export function polynomial(table: usize, terms: i32, zHi: u64, zLo: u64, alternating: bool): u64 {
  let hi = load<u64>(table);
  let lo = load<u64>(table, 8);
  for (let k = 1; k < terms; k++) {
    table += 16;
    hi = multiplyWide(hi, lo, zHi, zLo);
    lo = wideLow;
    const cHi = load<u64>(table);
    const cLo = load<u64>(table, 8);
    if (alternating) {
      hi = cHi - hi - <u64>(lo > cLo);
      lo = cLo - lo;
    } else {
      lo += cLo;
      hi = cHi + hi + <u64>(lo < cLo);
    }
  }
  wideLow = lo;
  return hi;
}
