// Shifts, rotates, double shifts, bit tests and scans. Counts are masked to five bits; a count of zero
// leaves the flags alone. Manual: volume 2, by name. Where it leaves OF undefined (counts above one), the
// flag is what the last of that many single steps would give.
import { carry, changeCarry, changeStatus, SAR, SHL, SHR, setExplicit, setRotated, setShift, ZF } from './flags.ts';

// @ts-expect-error: decorator
@inline
function bits<T>(): u32 {
  return sizeof<T>() << 3;
}

// @ts-expect-error: decorator
@inline
function top<T>(value: T): u32 {
  return <u32>value >>> (bits<T>() - 1);
}

// @ts-expect-error: decorator
@inline
export function shl<T>(a: T, b: T): T {
  const count = <u32>b & 31;
  if (count == 0) return a;
  const r = <T>(<u32>a << count);
  setShift<T>(SHL, top<T>(<T>(<u32>a << (count - 1))), a, count, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function shr<T>(a: T, b: T): T {
  const count = <u32>b & 31;
  if (count == 0) return a;
  const r = <T>(<u32>a >>> count);
  setShift<T>(SHR, <u32>a >>> (count - 1), a, count, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function sar<T>(a: T, b: T): T {
  const count = <u32>b & 31;
  if (count == 0) return a;
  const up = 32 - bits<T>();
  const wide = <i32>(<u32>a << up) >> up;
  const r = <T>(wide >> count);
  setShift<T>(SAR, <u32>(wide >> (count - 1)), a, count, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function rol<T>(a: T, b: T): T {
  const count = <u32>b & 31;
  if (count == 0) return a;
  const r = rotl<T>(a, <T>(count & (bits<T>() - 1)));
  const c = <u32>r & 1;
  setRotated(c | ((top<T>(r) ^ c) << 11));
  return r;
}

// @ts-expect-error: decorator
@inline
export function ror<T>(a: T, b: T): T {
  const count = <u32>b & 31;
  if (count == 0) return a;
  const r = rotr<T>(a, <T>(count & (bits<T>() - 1)));
  const c = top<T>(r);
  setRotated(c | ((c ^ ((<u32>r >>> (bits<T>() - 2)) & 1)) << 11));
  return r;
}

export function rcl<T>(a: T, b: T): T {
  const count = (<u32>b & 31) % (bits<T>() + 1);
  if (count == 0) return a;
  // The carry is bit `bits` of a value that is one bit wider than the operand.
  const wide = (<u64>carry() << bits<T>()) | <u64>a;
  const turned = (wide << count) | (wide >> (bits<T>() + 1 - count));
  const r = <T>turned;
  const c = <u32>(turned >> bits<T>()) & 1;
  setRotated(c | ((top<T>(r) ^ c) << 11));
  return r;
}

export function rcr<T>(a: T, b: T): T {
  const count = (<u32>b & 31) % (bits<T>() + 1);
  if (count == 0) return a;
  const wide = (<u64>carry() << bits<T>()) | <u64>a;
  const turned = (wide >> count) | (wide << (bits<T>() + 1 - count));
  const r = <T>turned;
  const c = <u32>(turned >> bits<T>()) & 1;
  setRotated(c | ((top<T>(r) ^ ((<u32>r >>> (bits<T>() - 2)) & 1)) << 11));
  return r;
}

/** Of a word, a count above 16 shifts in the second operand once more, as the processors do. */
// @ts-expect-error: decorator
@inline
export function shld<T>(a: T, b: T, n: T): T {
  const count = <u32>n & 31;
  if (count == 0) return a;
  let r: T;
  let c: u32;
  if (sizeof<T>() == 4) {
    r = <T>((<u32>a << count) | (<u32>b >>> (32 - count)));
    c = (<u32>a >>> (32 - count)) & 1;
  } else {
    const wide = (<u64>a << 32) | (<u64>b << 16) | <u64>b;
    r = <T>((wide << count) >> 32);
    c = <u32>(wide >> (48 - count)) & 1;
  }
  setExplicit<T>(c | ((top<T>(r) ^ top<T>(a)) << 11), r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function shrd<T>(a: T, b: T, n: T): T {
  const count = <u32>n & 31;
  if (count == 0) return a;
  let r: T;
  let c: u32;
  if (sizeof<T>() == 4) {
    r = <T>((<u32>a >>> count) | (<u32>b << (32 - count)));
    c = (<u32>a >>> (count - 1)) & 1;
  } else {
    const wide = (<u64>b << 32) | (<u64>b << 16) | <u64>a;
    r = <T>(wide >> count);
    c = <u32>(wide >> (count - 1)) & 1;
  }
  setExplicit<T>(c | ((top<T>(r) ^ top<T>(a)) << 11), r);
  return r;
}

// ---- bit tests; `n` is a bit number within the operand already ----

// @ts-expect-error: decorator
@inline
export function bt<T>(a: T, n: T): void {
  changeCarry((<u32>a >>> (<u32>n & (bits<T>() - 1))) & 1);
}

export function bts<T>(a: T, n: T): T {
  bt<T>(a, n);
  return <T>(<u32>a | (1 << (<u32>n & (bits<T>() - 1))));
}

export function btr<T>(a: T, n: T): T {
  bt<T>(a, n);
  return <T>(<u32>a & ~(1 << (<u32>n & (bits<T>() - 1))));
}

export function btc<T>(a: T, n: T): T {
  bt<T>(a, n);
  return <T>(<u32>a ^ (1 << (<u32>n & (bits<T>() - 1))));
}

/** A source of zero leaves the destination alone, on every processor that matters. */
export function bsf<T>(a: T, b: T): T {
  changeStatus(ZF, b == 0 ? ZF : 0);
  return b == 0 ? a : <T>ctz<u32>(<u32>b);
}

export function bsr<T>(a: T, b: T): T {
  changeStatus(ZF, b == 0 ? ZF : 0);
  return b == 0 ? a : <T>(31 - clz<u32>(<u32>b));
}
