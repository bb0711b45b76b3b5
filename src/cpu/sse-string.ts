// Comparisons of strings in registers, SSE4.2: an immediate says what elements are, how they are compared and what
// becomes of the bits, one for each element of the second operand. Manual: volume 2, 4.1.
import { CPU, EAX, ECX, EDX } from '../layout.ts';
import { CF, changeStatus, OF, SF, STATUS, ZF } from './flags.ts';
import { setXmm } from './simd-operand.ts';

// ---- the immediate ----
const WORDS: u32 = 1;
const SIGNED: u32 = 2;
const NEGATIVE: u32 = 0x10;
/** Only for elements within the string. */
const MASKED: u32 = 0x20;
/** The index is of the last bit, the mask is of elements. */
const LAST: u32 = 0x40;
const ANY: u32 = 0;
const RANGES: u32 = 1;
const EACH: u32 = 2;

/** Elements of the first operand, to be chosen by number. */
const ELEMENTS: usize = memory.data(16);

// @ts-expect-error: decorator
@inline
function below(n: u32): u32 {
  return (1 << n) - 1;
}

/** The elements of b that equal element `i` of the first operand, as bits. */
function equal(b: v128, i: u32, n: u32): u32 {
  if (n & WORDS) return i16x8.bitmask(i16x8.eq(b, i16x8.splat(load<i16>(ELEMENTS + (i << 1)))));
  return i8x16.bitmask(i8x16.eq(b, i8x16.splat(load<i8>(ELEMENTS + i))));
}

/** The elements of b from element `i` of the first operand to the next. */
function within(b: v128, i: u32, n: u32): u32 {
  if (n & WORDS) {
    const least = i16x8.splat(load<i16>(ELEMENTS + (i << 1)));
    const most = i16x8.splat(load<i16>(ELEMENTS + (i << 1), 2));
    if (n & SIGNED) return i16x8.bitmask(v128.and(i16x8.ge_s(b, least), i16x8.le_s(b, most)));
    return i16x8.bitmask(v128.and(i16x8.ge_u(b, least), i16x8.le_u(b, most)));
  }
  const least = i8x16.splat(load<i8>(ELEMENTS + i));
  const most = i8x16.splat(load<i8>(ELEMENTS + i, 1));
  if (n & SIGNED) return i8x16.bitmask(v128.and(i8x16.ge_s(b, least), i8x16.le_s(b, most)));
  return i8x16.bitmask(v128.and(i8x16.ge_u(b, least), i8x16.le_u(b, most)));
}

/** IntRes1 for strings of `first` and `second` elements. */
function compared(a: v128, b: v128, first: u32, second: u32, n: u32): u32 {
  const count: u32 = n & WORDS ? 8 : 16;
  const valid = below(second);
  const how = (n >>> 2) & 3;
  if (how == EACH) {
    const same: u32 = n & WORDS ? i16x8.bitmask(i16x8.eq(a, b)) : i8x16.bitmask(i8x16.eq(a, b));
    const both = below(first) & valid;
    return (same & both) | (below(count) & ~(below(first) | valid));
  }
  v128.store(ELEMENTS, a);
  let bits: u32 = 0;
  if (how == ANY) {
    for (let i: u32 = 0; i < first; i++) bits |= equal(b, i, n);
    return bits & valid;
  }
  if (how == RANGES) {
    for (let i: u32 = 0; i + 1 < first; i += 2) bits |= within(b, i, n);
    return bits & valid;
  }
  // The first string in its order from each element of the second on; what would lie behind the register counts.
  bits = below(count);
  for (let i: u32 = 0; i < first; i++) bits &= ((equal(b, i, n) & valid) >>> i) | ~below(count - i);
  return bits;
}

/** The first zero among the elements. */
function length(a: v128, n: u32): u32 {
  if (n & WORDS) return min<u32>(ctz(i16x8.bitmask(i16x8.eq(a, i16x8.splat(0)))), 8);
  return min<u32>(ctz(i8x16.bitmask(i8x16.eq(a, i8x16.splat(0)))), 16);
}

/** The length that a register gives; one below zero counts as well. */
function given(value: i32, n: u32): u32 {
  return min<u32>(<u32>(value < 0 ? -value : value), n & WORDS ? 8 : 16);
}

/** IntRes2, and from bit 16 on the flags. */
function result(a: v128, b: v128, first: u32, second: u32, n: u32): u32 {
  const count: u32 = n & WORDS ? 8 : 16;
  let bits = compared(a, b, first, second, n);
  if (n & NEGATIVE) bits ^= n & MASKED ? below(second) : below(count);
  let flags: u32 = bits == 0 ? 0 : CF;
  if (second < count) flags |= ZF;
  if (first < count) flags |= SF;
  if (bits & 1) flags |= OF;
  return bits | (flags << 16);
}

/** The number of a bit in place of the bits. */
function index(found: u32, n: u32): u32 {
  const bits = found & 0xffff;
  const flags = found & 0xffff0000;
  if (bits == 0) return flags | (n & WORDS ? 8 : 16);
  return flags | (n & LAST ? 31 - clz(bits) : ctz(bits));
}

function setIndex(found: u32): void {
  store<u32>(CPU + ECX, found & 0xffff);
  changeStatus(STATUS, found >>> 16);
}

function setMask(found: u32, n: u32): void {
  const bits = <i32>(found & 0xffff);
  let mask = i32x4.replace_lane(i32x4.splat(0), 0, bits);
  if (n & LAST) {
    if (n & WORDS) {
      const places = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
      mask = i16x8.ne(v128.and(i16x8.splat(<i16>bits), places), i16x8.splat(0));
    } else {
      const places = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
      const halves = i64x2.replace_lane(i8x16.splat(<i8>bits), 1, <i64>(bits >> 8) * 0x0101010101010101);
      mask = i8x16.ne(v128.and(halves, places), i8x16.splat(0));
    }
  }
  setXmm(0, mask);
  changeStatus(STATUS, found >>> 16);
}

/** For translated code: the index, and from bit 16 on the flags. */
export function implicitIndex(a: v128, b: v128, n: u32): u32 {
  return index(result(a, b, length(a, n), length(b, n), n), n);
}

export function explicitIndex(a: v128, b: v128, n: u32, eax: i32, edx: i32): u32 {
  return index(result(a, b, given(eax, n), given(edx, n), n), n);
}

export function pcmpistri(a: v128, b: v128, n: u32): void {
  setIndex(implicitIndex(a, b, n));
}

export function pcmpestri(a: v128, b: v128, n: u32): void {
  setIndex(explicitIndex(a, b, n, load<i32>(CPU + EAX), load<i32>(CPU + EDX)));
}

export function pcmpistrm(a: v128, b: v128, n: u32): void {
  setMask(result(a, b, length(a, n), length(b, n), n), n);
}

export function pcmpestrm(a: v128, b: v128, n: u32): void {
  const first = given(load<i32>(CPU + EAX), n);
  setMask(result(a, b, first, given(load<i32>(CPU + EDX), n), n), n);
}
