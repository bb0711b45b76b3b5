// 128-bit steps for the 80-bit format, on pairs of u64: wasm has neither a 64x64 product nor a 128/64
// division. A value of 128 bits that must be returned leaves its low half in `wideLow`.

/** Low half of the last 128-bit result. */
export let wideLow: u64 = 0;
/** What divideWide left over. */
export let remainderWide: u64 = 0;

/** The high 64 bits of a * b. */
// @ts-expect-error: decorator
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

/** The high 128 bits of aHi:aLo * bHi:bLo; the last of them may be short by two. */
export function multiplyWide(aHi: u64, aLo: u64, bHi: u64, bLo: u64): u64 {
  const low = aHi * bHi;
  const first = multiplyHigh(aHi, bLo);
  const second = multiplyHigh(aLo, bHi);
  const partial = low + first;
  const sum = partial + second;
  wideLow = sum;
  return multiplyHigh(aHi, bHi) + <u64>(partial < low) + <u64>(sum < partial);
}
