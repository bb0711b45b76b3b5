// What SSSE3 and SSE4 add to lanes one by one: signs, magnitudes, products, comparisons, wider lanes, shuffles by a
// register, blends, and single lanes taken out and put in. Manual: volume 2, by their mnemonics.
import { CF, changeStatus, STATUS, ZF } from './flags.ts';

// ---- SSSE3 ----

/** A number whose bit 7 is set gives zero. */
export function pshufb(a: v128, b: v128): v128 {
  return i8x16.swizzle(a, v128.and(b, i8x16.splat(-113)));
}

export function pabsb(a: v128): v128 {
  return i8x16.abs(a);
}

export function pabsw(a: v128): v128 {
  return i16x8.abs(a);
}

export function pabsd(a: v128): v128 {
  return i32x4.abs(a);
}

// The lanes of `a` turned round where those of `b` are negative, and zero where those are zero.

export function psignb(a: v128, b: v128): v128 {
  const negative = i8x16.shr_s(b, 7);
  return v128.andnot(i8x16.sub(v128.xor(a, negative), negative), i8x16.eq(b, i8x16.splat(0)));
}

export function psignw(a: v128, b: v128): v128 {
  const negative = i16x8.shr_s(b, 15);
  return v128.andnot(i16x8.sub(v128.xor(a, negative), negative), i16x8.eq(b, i16x8.splat(0)));
}

export function psignd(a: v128, b: v128): v128 {
  const negative = i32x4.shr_s(b, 31);
  return v128.andnot(i32x4.sub(v128.xor(a, negative), negative), i32x4.eq(b, i32x4.splat(0)));
}

/** Rounded products of fractions; that of the two least ones does not saturate. */
export function pmulhrsw(a: v128, b: v128): v128 {
  const least = i16x8.splat(i16.MIN_VALUE);
  return v128.xor(i16x8.q15mulr_sat_s(a, b), v128.and(i16x8.eq(a, least), i16x8.eq(b, least)));
}

/** Both operands of palignr, and zeros behind. */
const PAIR: usize = memory.data(64);

/** Sixteen bytes of b and a from byte `n` on. */
export function palignr(a: v128, b: v128, n: u32): v128 {
  v128.store(PAIR, b);
  v128.store(PAIR, a, 16);
  v128.store(PAIR, i64x2.splat(0), 32);
  return v128.load(PAIR + min<u32>(n, 32));
}

export function palignr_mmx(a: v128, b: v128, n: u32): v128 {
  store<u64>(PAIR, i64x2.extract_lane(b, 0));
  store<u64>(PAIR, i64x2.extract_lane(a, 0), 8);
  store<u64>(PAIR, 0, 16);
  return v128.load64_zero(PAIR + min<u32>(n, 16));
}

// ---- wider lanes ----

export function pmovsxbw(a: u64): v128 {
  return i16x8.extend_low_i8x16_s(i64x2.splat(a));
}

export function pmovsxbd(a: u32): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(i32x4.splat(a)));
}

export function pmovsxbq(a: u16): v128 {
  return i64x2.extend_low_i32x4_s(pmovsxbd(a));
}

export function pmovsxwd(a: u64): v128 {
  return i32x4.extend_low_i16x8_s(i64x2.splat(a));
}

export function pmovsxwq(a: u32): v128 {
  return i64x2.extend_low_i32x4_s(i32x4.extend_low_i16x8_s(i32x4.splat(a)));
}

export function pmovsxdq(a: u64): v128 {
  return i64x2.extend_low_i32x4_s(i64x2.splat(a));
}

export function pmovzxbw(a: u64): v128 {
  return i16x8.extend_low_i8x16_u(i64x2.splat(a));
}

export function pmovzxbd(a: u32): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(a)));
}

export function pmovzxbq(a: u16): v128 {
  return i64x2.extend_low_i32x4_u(pmovzxbd(a));
}

export function pmovzxwd(a: u64): v128 {
  return i32x4.extend_low_i16x8_u(i64x2.splat(a));
}

export function pmovzxwq(a: u32): v128 {
  return i64x2.extend_low_i32x4_u(i32x4.extend_low_i16x8_u(i32x4.splat(a)));
}

export function pmovzxdq(a: u64): v128 {
  return i64x2.extend_low_i32x4_u(i64x2.splat(a));
}

// ---- products, comparisons, minima ----

export function pmuldq(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_s(i32x4.shuffle(a, a, 0, 2, 0, 2), i32x4.shuffle(b, b, 0, 2, 0, 2));
}

export function pmulld(a: v128, b: v128): v128 {
  return i32x4.mul(a, b);
}

export function pcmpeqq(a: v128, b: v128): v128 {
  return i64x2.eq(a, b);
}

export function pcmpgtq(a: v128, b: v128): v128 {
  return i64x2.gt_s(a, b);
}

export function packusdw(a: v128, b: v128): v128 {
  return i16x8.narrow_i32x4_u(a, b);
}

export function pminsb(a: v128, b: v128): v128 {
  return i8x16.min_s(a, b);
}

export function pmaxsb(a: v128, b: v128): v128 {
  return i8x16.max_s(a, b);
}

export function pminuw(a: v128, b: v128): v128 {
  return i16x8.min_u(a, b);
}

export function pmaxuw(a: v128, b: v128): v128 {
  return i16x8.max_u(a, b);
}

export function pminsd(a: v128, b: v128): v128 {
  return i32x4.min_s(a, b);
}

export function pmaxsd(a: v128, b: v128): v128 {
  return i32x4.max_s(a, b);
}

export function pminud(a: v128, b: v128): v128 {
  return i32x4.min_u(a, b);
}

export function pmaxud(a: v128, b: v128): v128 {
  return i32x4.max_u(a, b);
}

/** Whether the operands have no bit in common, and whether the second has none beside those of the first. */
export function ptest(a: v128, b: v128): void {
  const apart = !v128.any_true(v128.and(b, a));
  const within = !v128.any_true(v128.andnot(b, a));
  changeStatus(STATUS, (apart ? ZF : 0) | (within ? CF : 0));
}

// ---- blends: the lanes of b where a bit is set ----

export function pblendvb(a: v128, b: v128, mask: v128): v128 {
  return v128.bitselect(b, a, i8x16.shr_s(mask, 7));
}

export function blendvps(a: v128, b: v128, mask: v128): v128 {
  return v128.bitselect(b, a, i32x4.shr_s(mask, 31));
}

export function blendvpd(a: v128, b: v128, mask: v128): v128 {
  return v128.bitselect(b, a, i64x2.shr_s(mask, 63));
}

export function blendps(a: v128, b: v128, n: u32): v128 {
  return v128.bitselect(a, b, i32x4.eq(v128.and(i32x4.splat(n), i32x4(1, 2, 4, 8)), i32x4.splat(0)));
}

export function blendpd(a: v128, b: v128, n: u32): v128 {
  return v128.bitselect(a, b, i64x2.eq(v128.and(i64x2.splat(n), i64x2(1, 2)), i64x2.splat(0)));
}

export function pblendw(a: v128, b: v128, n: u32): v128 {
  const bits = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  return v128.bitselect(a, b, i16x8.eq(v128.and(i16x8.splat(<i16>n), bits), i16x8.splat(0)));
}

// ---- single lanes ----

export function pextrb(a: v128, n: u32): u32 {
  v128.store(PAIR, a);
  return load<u8>(PAIR + (n & 15));
}

export function pextrd(a: v128, n: u32): u32 {
  v128.store(PAIR, a);
  return load<u32>(PAIR + ((n & 3) << 2));
}

export function pinsrb(a: v128, byte: u32, n: u32): v128 {
  v128.store(PAIR, a);
  store<u8>(PAIR + (n & 15), <u8>byte);
  return v128.load(PAIR);
}

export function pinsrd(a: v128, value: u32, n: u32): v128 {
  v128.store(PAIR, a);
  store<u32>(PAIR + ((n & 3) << 2), value);
  return v128.load(PAIR);
}

/** A lane of b that bits 6 and 7 of `n` choose to the place in bits 4 and 5; the low four bits clear lanes. */
export function insertps(a: v128, b: v128, n: u32): v128 {
  return insertps_m32(a, pextrd(b, n >>> 6), n);
}

export function insertps_m32(a: v128, value: u32, n: u32): v128 {
  return blendps(pinsrd(a, value, n >>> 4), i64x2.splat(0), n);
}

// ---- SSE3 ----

export function movddup(a: u64): v128 {
  return i64x2.splat(a);
}

export function movsldup(a: v128): v128 {
  return i32x4.shuffle(a, a, 0, 0, 2, 2);
}

export function movshdup(a: v128): v128 {
  return i32x4.shuffle(a, a, 1, 1, 3, 3);
}
