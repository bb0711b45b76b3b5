// Sums and differences within and across registers: SSE3's on numbers, SSSE3's on integers, the dot products and the
// sums of distances of SSE4.1. The arithmetic on numbers is that of sse-packed.ts and sse-arithmetic.ts.
// Manual: volume 2, by their mnemonics.
import { addFloat, mulFloat, subFloat } from './sse-arithmetic.ts';
import { commit } from './sse-exception.ts';
import { addpd, addps, arePlain32, arePlain64, subpd, subps } from './sse-packed.ts';

// ---- numbers ----

/** Of two registers the lanes with even numbers, then those with odd ones. */
// @ts-expect-error: decorator
@inline
function even32(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 2, 4, 6);
}

// @ts-expect-error: decorator
@inline
function odd32(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 1, 3, 5, 7);
}

export function haddps(a: v128, b: v128): v128 {
  return addps(even32(a, b), odd32(a, b));
}

export function haddpd(a: v128, b: v128): v128 {
  return addpd(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3));
}

export function hsubps(a: v128, b: v128): v128 {
  return subps(even32(a, b), odd32(a, b));
}

export function hsubpd(a: v128, b: v128): v128 {
  return subpd(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3));
}

/** Differences in the even lanes, sums in the odd ones. */
export function addsubps(a: v128, b: v128): v128 {
  if (arePlain32(a) && arePlain32(b)) return addps(a, v128.xor(b, i32x4(i32.MIN_VALUE, 0, i32.MIN_VALUE, 0)));
  // A NaN keeps its sign.
  let lanes = f32x4.splat(subFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, addFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, subFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, addFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function addsubpd(a: v128, b: v128): v128 {
  if (arePlain64(a) && arePlain64(b)) return addpd(a, v128.xor(b, i64x2(i64.MIN_VALUE, 0)));
  let lanes = f64x2.splat(subFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, addFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

/** Products of the lanes that the high half of `n` chooses, their sum in those that the low half chooses. */
export function dpps(a: v128, b: v128, n: u32): v128 {
  const first = n & 0x10 ? mulFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)) : <f32>0;
  const second = n & 0x20 ? mulFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)) : <f32>0;
  const third = n & 0x40 ? mulFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)) : <f32>0;
  const last = n & 0x80 ? mulFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)) : <f32>0;
  commit();
  const low = addFloat<f32>(first, second);
  const high = addFloat<f32>(third, last);
  commit();
  const sum = addFloat<f32>(low, high);
  commit();
  return v128.and(f32x4.splat(sum), i32x4.ne(v128.and(i32x4.splat(n), i32x4(1, 2, 4, 8)), i32x4.splat(0)));
}

export function dppd(a: v128, b: v128, n: u32): v128 {
  const low = n & 0x10 ? mulFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)) : <f64>0;
  const high = n & 0x20 ? mulFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)) : <f64>0;
  commit();
  const sum = addFloat<f64>(low, high);
  commit();
  return v128.and(f64x2.splat(sum), i64x2.ne(v128.and(i64x2.splat(n), i64x2(1, 2)), i64x2.splat(0)));
}

// ---- integers ----

// @ts-expect-error: decorator
@inline
function even16(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
}

// @ts-expect-error: decorator
@inline
function odd16(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

export function phaddw(a: v128, b: v128): v128 {
  return i16x8.add(even16(a, b), odd16(a, b));
}

export function phaddsw(a: v128, b: v128): v128 {
  return i16x8.add_sat_s(even16(a, b), odd16(a, b));
}

export function phaddd(a: v128, b: v128): v128 {
  return i32x4.add(even32(a, b), odd32(a, b));
}

export function phsubw(a: v128, b: v128): v128 {
  return i16x8.sub(even16(a, b), odd16(a, b));
}

export function phsubsw(a: v128, b: v128): v128 {
  return i16x8.sub_sat_s(even16(a, b), odd16(a, b));
}

export function phsubd(a: v128, b: v128): v128 {
  return i32x4.sub(even32(a, b), odd32(a, b));
}

/** Products of unsigned bytes and signed ones, in pairs. */
export function pmaddubsw(a: v128, b: v128): v128 {
  const low = i16x8.mul(v128.and(a, i16x8.splat(0xff)), i16x8.shr_s(i16x8.shl(b, 8), 8));
  return i16x8.add_sat_s(low, i16x8.mul(i16x8.shr_u(a, 8), i16x8.shr_s(b, 8)));
}

/** The host's places for registers of which parts are chosen by number. */
const PLACES: usize = memory.data(32);

/** Eight sums of the distances of four bytes of `b` from four of `a`, which begin one further each time. */
export function mpsadbw(a: v128, b: v128, n: u32): v128 {
  v128.store(PLACES, a);
  v128.store(PLACES, b, 16);
  const first = PLACES + (n & 4);
  const other = PLACES + 16 + ((n & 3) << 2);
  let sums = i16x8.splat(0);
  for (let i: u32 = 0; i < 4; i++) {
    const mine = i16x8.extend_low_i8x16_u(v128.load64_zero(first + i));
    const distance = i16x8.sub(mine, i16x8.splat(<i16>load<u8>(other + i)));
    sums = i16x8.add(sums, i16x8.abs(distance));
  }
  return sums;
}

/** The least of eight unsigned words, and in the next word its number. */
export function phminposuw(a: v128): v128 {
  v128.store(PLACES, a);
  let least: u32 = load<u16>(PLACES);
  let place: u32 = 0;
  for (let i: u32 = 1; i < 8; i++) {
    const word = <u32>load<u16>(PLACES + (i << 1));
    if (word >= least) continue;
    least = word;
    place = i;
  }
  return i32x4.replace_lane(i32x4.splat(0), 0, least | (place << 16));
}
