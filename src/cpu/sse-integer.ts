// Integer arithmetic, comparisons and shifts on the lanes of a v128, for XMM registers and for MMX registers
// in the low half. Nearly all are one instruction of wasm. Manual: volume 2, by their mnemonics.

// ---- addition and subtraction ----

export function paddb(a: v128, b: v128): v128 {
  return i8x16.add(a, b);
}

export function psubb(a: v128, b: v128): v128 {
  return i8x16.sub(a, b);
}

export function paddw(a: v128, b: v128): v128 {
  return i16x8.add(a, b);
}

export function psubw(a: v128, b: v128): v128 {
  return i16x8.sub(a, b);
}

export function paddd(a: v128, b: v128): v128 {
  return i32x4.add(a, b);
}

export function psubd(a: v128, b: v128): v128 {
  return i32x4.sub(a, b);
}

export function paddq(a: v128, b: v128): v128 {
  return i64x2.add(a, b);
}

export function psubq(a: v128, b: v128): v128 {
  return i64x2.sub(a, b);
}

export function paddsb(a: v128, b: v128): v128 {
  return i8x16.add_sat_s(a, b);
}

export function paddusb(a: v128, b: v128): v128 {
  return i8x16.add_sat_u(a, b);
}

export function psubsb(a: v128, b: v128): v128 {
  return i8x16.sub_sat_s(a, b);
}

export function psubusb(a: v128, b: v128): v128 {
  return i8x16.sub_sat_u(a, b);
}

export function paddsw(a: v128, b: v128): v128 {
  return i16x8.add_sat_s(a, b);
}

export function paddusw(a: v128, b: v128): v128 {
  return i16x8.add_sat_u(a, b);
}

export function psubsw(a: v128, b: v128): v128 {
  return i16x8.sub_sat_s(a, b);
}

export function psubusw(a: v128, b: v128): v128 {
  return i16x8.sub_sat_u(a, b);
}

// ---- comparison, minimum, average ----

export function pcmpeqb(a: v128, b: v128): v128 {
  return i8x16.eq(a, b);
}

export function pcmpgtb(a: v128, b: v128): v128 {
  return i8x16.gt_s(a, b);
}

export function pcmpeqw(a: v128, b: v128): v128 {
  return i16x8.eq(a, b);
}

export function pcmpgtw(a: v128, b: v128): v128 {
  return i16x8.gt_s(a, b);
}

export function pcmpeqd(a: v128, b: v128): v128 {
  return i32x4.eq(a, b);
}

export function pcmpgtd(a: v128, b: v128): v128 {
  return i32x4.gt_s(a, b);
}

export function pminub(a: v128, b: v128): v128 {
  return i8x16.min_u(a, b);
}

export function pmaxub(a: v128, b: v128): v128 {
  return i8x16.max_u(a, b);
}

export function pminsw(a: v128, b: v128): v128 {
  return i16x8.min_s(a, b);
}

export function pmaxsw(a: v128, b: v128): v128 {
  return i16x8.max_s(a, b);
}

export function pavgb(a: v128, b: v128): v128 {
  return i8x16.avgr_u(a, b);
}

export function pavgw(a: v128, b: v128): v128 {
  return i16x8.avgr_u(a, b);
}

// ---- logic ----

export function pand(a: v128, b: v128): v128 {
  return v128.and(a, b);
}

export function pandn(a: v128, b: v128): v128 {
  return v128.andnot(b, a);
}

export function por(a: v128, b: v128): v128 {
  return v128.or(a, b);
}

export function pxor(a: v128, b: v128): v128 {
  return v128.xor(a, b);
}

// ---- multiplication ----

export function pmullw(a: v128, b: v128): v128 {
  return i16x8.mul(a, b);
}

/** The high words of eight products of 32 bits. */
// @ts-expect-error: decorator
@inline
function highWords(low: v128, high: v128): v128 {
  return i16x8.shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

export function pmulhw(a: v128, b: v128): v128 {
  return highWords(i32x4.extmul_low_i16x8_s(a, b), i32x4.extmul_high_i16x8_s(a, b));
}

export function pmulhuw(a: v128, b: v128): v128 {
  return highWords(i32x4.extmul_low_i16x8_u(a, b), i32x4.extmul_high_i16x8_u(a, b));
}

export function pmaddwd(a: v128, b: v128): v128 {
  return i32x4.dot_i16x8_s(a, b);
}

export function pmuludq(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_u(i32x4.shuffle(a, a, 0, 2, 0, 2), i32x4.shuffle(b, b, 0, 2, 0, 2));
}

/** The sum of the distances of the bytes, in the low word of each half. */
export function psadbw(a: v128, b: v128): v128 {
  const distance = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
  const pairs = i16x8.extadd_pairwise_i8x16_u(distance);
  const fours = i32x4.extadd_pairwise_i16x8_u(pairs);
  return v128.and(i64x2.add(fours, i64x2.shr_u(fours, 32)), i64x2.splat(0xffff));
}

// ---- shifts: a count beyond the width clears the lanes, or fills them with the sign ----

export function psllw_imm(a: v128, n: u32): v128 {
  return n < 16 ? i16x8.shl(a, n) : i64x2.splat(0);
}

export function psllw(a: v128, b: v128): v128 {
  return psllw_imm(a, count(b));
}

export function psrlw_imm(a: v128, n: u32): v128 {
  return n < 16 ? i16x8.shr_u(a, n) : i64x2.splat(0);
}

export function psrlw(a: v128, b: v128): v128 {
  return psrlw_imm(a, count(b));
}

export function psraw_imm(a: v128, n: u32): v128 {
  return i16x8.shr_s(a, n < 16 ? n : 15);
}

export function psraw(a: v128, b: v128): v128 {
  return psraw_imm(a, count(b));
}

export function pslld_imm(a: v128, n: u32): v128 {
  return n < 32 ? i32x4.shl(a, n) : i64x2.splat(0);
}

export function pslld(a: v128, b: v128): v128 {
  return pslld_imm(a, count(b));
}

export function psrld_imm(a: v128, n: u32): v128 {
  return n < 32 ? i32x4.shr_u(a, n) : i64x2.splat(0);
}

export function psrld(a: v128, b: v128): v128 {
  return psrld_imm(a, count(b));
}

export function psrad_imm(a: v128, n: u32): v128 {
  return i32x4.shr_s(a, n < 32 ? n : 31);
}

export function psrad(a: v128, b: v128): v128 {
  return psrad_imm(a, count(b));
}

export function psllq_imm(a: v128, n: u32): v128 {
  return n < 64 ? i64x2.shl(a, n) : i64x2.splat(0);
}

export function psllq(a: v128, b: v128): v128 {
  return psllq_imm(a, count(b));
}

export function psrlq_imm(a: v128, n: u32): v128 {
  return n < 64 ? i64x2.shr_u(a, n) : i64x2.splat(0);
}

export function psrlq(a: v128, b: v128): v128 {
  return psrlq_imm(a, count(b));
}

/** A count is the low half, all 64 bits of it. */
function count(b: v128): u32 {
  const n = <u64>i64x2.extract_lane(b, 0);
  return n < 64 ? <u32>n : 64;
}

/** By bytes, over all 128 bits. */
export function pslldq(a: v128, n: u32): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.swizzle(a, i8x16.sub(places, i8x16.splat(<i8>min<u32>(n, 16))));
}

export function psrldq(a: v128, n: u32): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.swizzle(a, i8x16.add(places, i8x16.splat(<i8>min<u32>(n, 16))));
}
