// Sine, cosine, tangent and arctangent of 80-bit values. Arguments are reduced with the 66-bit pi that the
// hardware uses (and so differ from the mathematical functions of large arguments); after that everything is
// computed in fractions of 128 bits and rounded once, within a hair of the correctly rounded result. The
// hardware's own error is below one unit. Conventions as in float80.ts; all operands are finite here.
import { BIAS, INTEGER_BIT, roundPackFull, SIGN } from './float80.ts';
import {
  divideFractions,
  multiplyHigh,
  multiplyWide,
  polynomial,
  setWideLow,
  shiftFraction,
  wideLow,
} from './float80-wide.ts';

// 1/3!, 1/5! .. 1/29!, the last first
const SINE: usize = memory.data<u64>([
  0x0000000000000000, 0x00000000024b3f31, 0x0000000000000000, 0x0000000746ac70b7, 0x0000000000000000,
  0x000013f3ccdd165f, 0x0000000000000000, 0x002ec368262c7033, 0x0000000000000000, 0x5c6e3bdb73d5c62f,
  0x0000000000000097, 0xa4da340a0ab92650, 0x000000000000ca96, 0x3b81856a53593028, 0x0000000000d73f9f,
  0x399dc0f88ec32b58, 0x00000000b092309d, 0x43684be51c198e91, 0x0000006b99159fd5, 0x138e3f9d1f92e0df,
  0x00002e3bc74aad8e, 0x671f5583911ca002, 0x000d00d00d00d00d, 0x00d00d00d00d00d0, 0x0222222222222222,
  0x2222222222222222, 0x2aaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa,
]);

// 1/2!, 1/4! .. 1/28!, the last first
const COSINE: usize = memory.data<u64>([
  0x0000000000000000, 0x0000000042862898, 0x0000000000000000, 0x000000c4742fe352, 0x0000000000000000,
  0x0001f2cf01972f57, 0x0000000000000000, 0x04338e5b6dfe14a5, 0x0000000000000007, 0x950ae900808941ea,
  0x0000000000000b41, 0x3c31dcbecbbdd802, 0x00000000000d73f9, 0xf399dc0f88ec32b5, 0x000000000c9cba54,
  0x603e4e905d6f8a2e, 0x00000008f76c77fc, 0x6c4bdaa26d4c3d67, 0x0000049f93edde27, 0xd71cbbc05b4fa999,
  0x0001a01a01a01a01, 0xa01a01a01a01a01a, 0x005b05b05b05b05b, 0x05b05b05b05b05b0, 0x0aaaaaaaaaaaaaaa,
  0xaaaaaaaaaaaaaaaa, 0x8000000000000000, 0x0000000000000000,
]);

// 1/3, 1/5 .. 1/19, the last first
const ARCTANGENT: usize = memory.data<u64>([
  0x0d79435e50d79435, 0xe50d79435e50d794, 0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f, 0x1111111111111111,
  0x1111111111111111, 0x13b13b13b13b13b1, 0x3b13b13b13b13b13, 0x1745d1745d1745d1, 0x745d1745d1745d17,
  0x1c71c71c71c71c71, 0xc71c71c71c71c71c, 0x2492492492492492, 0x4924924924924924, 0x3333333333333333,
  0x3333333333333333, 0x5555555555555555, 0x5555555555555555,
]);

// arctan(i / 32), for i from 0 to 32
const ARCTANGENTS: usize = memory.data<u64>([
  0x0000000000000000, 0x0000000000000000, 0x07ff556eea5d892a, 0x13bcebbb6ed46310, 0x0ffaaddb967ef4e3,
  0x6cb2792dc0e2e0d5, 0x17ee182602f10e8c, 0x126acfcf099f06ce, 0x1fd5ba9aac2f6dc6, 0x5912f313e7d111de,
  0x27adddd18cc4d8b0, 0xd1d8674940d83fa1, 0x2f72f6979cb6044d, 0x1ec2d3e207271d21, 0x3721aea524c14408,
  0xbd88697072d54bc0, 0x3eb6ebf25901bac5, 0x5b71e7bd7de885f9, 0x462fd68c2fc5e098, 0x6523a458dfc414c6,
  0x4d89dcdc1faf2f34, 0xe2d5da4c693d7994, 0x54c2b6654735276d, 0x4cdbfbbdfbecf460, 0x5bd86507937bc239,
  0xc55190916e7f2241, 0x62c934e5286c95b6, 0xd0ba3748fa85146e, 0x6993bb0f308ff2db, 0x213e4af4800f389b,
  0x7036d3253b27be33, 0xe318f6cb3cc65c01, 0x76b19c1586ed3da2, 0xb7f222f65e1d4681, 0x7d03742d50505f2e,
  0x33691e3eaee47661, 0x832bf4a6d9867e2a, 0x4b6a09cb61a515c0, 0x892aecdfde9547b5, 0x094478fc472b4afb,
  0x8f005d5ef7f59f9b, 0x5c835e1665c43747, 0x94ac72c9847186f6, 0x18c4f393f78a32f8, 0x9a2f80e671bdda20,
  0x4226f8e2204ff3bc, 0x9f89fdc4f4b7a1ec, 0xf8b492644f0701df, 0xa4bc7d1934f70924, 0x19a87f2a457dac9e,
  0xa9c7abdc4830f5c8, 0x916a84b5be7933f5, 0xaeac4c38b4d8c080, 0x14725e2f3e52070a, 0xb36b31c91f043691,
  0x590141744462f939, 0xb8053e2bc2319e73, 0xcb2da55210a4443d, 0xbc7b5deae98af280, 0xd4113006e80fb290,
  0xc0ce85b8ac526640, 0x89dd62c46e92fa24, 0xc4ffaffabf8fbd54, 0x8cb43d10bc9e0221, 0xc90fdaa22168c234,
  0xc4c6628b80dc1cd1,
]);

const TERMS: i32 = 14;
const ARCTANGENT_TERMS: i32 = 9;
/** The pi of the hardware is PI_66 * 2^-66; its upper 64 bits and the 4 below them. */
const PI_66_HIGH: u64 = 0xc;
const PI_66_LOW: u64 = 0x90fdaa22168c234c;
const TWO_OVER_PI: u64 = 0xa2f9836e4e441529;
/** pi / 4 as a fraction. */
const QUARTER_PI_HIGH: u64 = 0xc90fdaa22168c234;
const QUARTER_PI_LOW: u64 = 0xc4c6628b80dc1cd1;

// ---- the reduced argument: fraction * 2^power, at most pi/4, and the quadrant it came from ----

let argumentHigh: u64 = 0;
let argumentLow: u64 = 0;
let argumentPower: i32 = 0;
let argumentSign: i32 = 0;
let quadrant: i32 = 0;

/** Takes a normalized argument below 2^63; what follows are calls of sine, cosine and tangent. */
export function reduceArgument(sign: i32, exp: i32, sig: u64): void {
  const power = exp - BIAS + 1;
  argumentSign = sign;
  argumentHigh = sig;
  argumentLow = 0;
  argumentPower = power;
  quadrant = 0;
  if (power < 0 || (power == 0 && sig <= QUARTER_PI_HIGH)) return;
  // In units of 2^-67, in which pi/2 is PI_66: the argument, less the multiple of pi/2 below it or the next.
  let count = power == 0 ? 0 : multiplyHigh(sig, TWO_OVER_PI) >> (64 - power);
  const shift = power + 3;
  let lo = shift < 64 ? sig << shift : 0;
  let hi = shift < 64 ? sig >> (64 - shift) : sig << (shift - 64);
  const product = count * PI_66_LOW;
  hi = hi - (multiplyHigh(count, PI_66_LOW) + count * PI_66_HIGH) - <u64>(lo < product);
  lo -= product;
  // Now nearest, not below: what is left lies in [-pi/4, pi/4].
  while (hi > 6 || (hi == 6 && lo > 0x487ed5110b4611a6)) {
    hi = hi - PI_66_HIGH - <u64>(lo < PI_66_LOW);
    lo -= PI_66_LOW;
    count++;
    if (<i64>hi < 0) break;
  }
  if (<i64>hi < 0) {
    hi = ~hi + <u64>(lo == 0);
    lo = 0 - lo;
    argumentSign ^= SIGN;
  }
  quadrant = (sign ? -(<i32>count) : <i32>count) & 3;
  // 2^-67 * hi:lo = (hi:lo / 2^128) * 2^61
  const zeros = hi != 0 ? <i32>clz(hi) : 64 + <i32>clz(lo);
  if (zeros >= 64) {
    argumentHigh = lo << (zeros - 64);
    argumentLow = 0;
  } else {
    argumentHigh = zeros == 0 ? hi : (hi << zeros) | (lo >> (64 - zeros));
    argumentLow = lo << zeros;
  }
  argumentPower = 61 - zeros;
}

// The square of the argument, as a fraction.
function square(): u64 {
  const hi = multiplyWide(argumentHigh, argumentLow, argumentHigh, argumentLow);
  return shiftFraction(hi, wideLow, -2 * argumentPower);
}

// 1 - fraction, where 1 itself becomes the fraction below it.
// @ts-ignore: decorator
@inline
function oneLess(hi: u64, lo: u64): u64 {
  if ((hi | lo) == 0) lo = 1;
  complementLow = 0 - lo;
  return ~hi + <u64>(lo == 0);
}

let complementLow: u64 = 0;

let sineHigh: u64 = 0;
let sineLow: u64 = 0;
let cosineHigh: u64 = 0;
let cosineLow: u64 = 0;

// |sin| of the argument, over 2^argumentPower: r (1 - z (1/3! - z/5! ..))
function computeSine(zHi: u64, zLo: u64): void {
  const series = polynomial(SINE, TERMS, zHi, zLo, true);
  const less = multiplyWide(series, wideLow, zHi, zLo);
  const factor = oneLess(less, wideLow);
  sineHigh = multiplyWide(argumentHigh, argumentLow, factor, complementLow);
  sineLow = wideLow;
}

// cos of the argument: 1 - z (1/2! - z/4! ..)
function computeCosine(zHi: u64, zLo: u64): void {
  const series = polynomial(COSINE, TERMS, zHi, zLo, true);
  const less = multiplyWide(series, wideLow, zHi, zLo);
  cosineHigh = oneLess(less, wideLow);
  cosineLow = complementLow;
}

// Rounds an irrational fraction * 2^power.
function roundFraction(sign: i32, power: i32, hi: u64, lo: u64): u64 {
  const zeros = <i32>clz(hi);
  if (zeros != 0) {
    hi = (hi << zeros) | (lo >> (64 - zeros));
    lo <<= zeros;
  }
  return roundPackFull(sign, BIAS - 1 + power - zeros, hi, lo | 1);
}

// sin of the argument plus `turns` right angles.
function sineOfQuadrant(turns: i32): u64 {
  const zHi = square();
  const zLo = wideLow;
  if (turns & 1) {
    computeCosine(zHi, zLo);
    return roundFraction(turns & 2 ? SIGN : 0, 0, cosineHigh, cosineLow);
  }
  computeSine(zHi, zLo);
  return roundFraction(argumentSign ^ (turns & 2 ? SIGN : 0), argumentPower, sineHigh, sineLow);
}

export function sine(): u64 {
  return sineOfQuadrant(quadrant);
}

export function cosine(): u64 {
  return sineOfQuadrant(quadrant + 1);
}

export function tangent(): u64 {
  // r + r^3 / 3, of which the second part lies below the significand and all its guard bits.
  if (argumentPower < -32 && !(quadrant & 1))
    return roundFraction(argumentSign, argumentPower, argumentHigh, argumentLow);
  const zHi = square();
  const zLo = wideLow;
  computeSine(zHi, zLo);
  computeCosine(zHi, zLo);
  // The cosine is above 0.7, so it has its top bit; the sine's fraction may exceed it.
  let sHi = sineHigh;
  let sLo = sineLow;
  const power = argumentPower;
  if (quadrant & 1) {
    // -cos/sin; the sine's fraction is normalized first, then made the divisor.
    const zeros = <i32>clz(sHi);
    if (zeros != 0) {
      sHi = (sHi << zeros) | (sLo >> (64 - zeros));
      sLo <<= zeros;
    }
    const hi = divideFractions(cosineHigh >> 1, (cosineLow >> 1) | (cosineHigh << 63), sHi, sLo);
    return roundFraction(argumentSign ^ SIGN, 1 - power + zeros, hi, wideLow);
  }
  const hi = divideFractions(sHi >> 1, (sLo >> 1) | (sHi << 63), cosineHigh, cosineLow);
  return roundFraction(argumentSign, power + 1, hi, wideLow);
}

// ---- arctangent ----

/** The angle of the point (x, y); both are normalized numbers. */
export function arctangent(ySign: i32, yExp: i32, ySig: u64, xSign: i32, xExp: i32, xSig: u64): u64 {
  const steep = yExp > xExp || (yExp == xExp && ySig > xSig);
  let nSig = ySig;
  let dSig = xSig;
  let power = yExp - xExp;
  if (steep) {
    nSig = xSig;
    dSig = ySig;
    power = -power;
  }
  // The smaller over the greater: q = fraction * 2^power, at most 1.
  let hi: u64;
  let lo: u64;
  if (nSig >= dSig) {
    hi = divideFractions(nSig >> 1, nSig << 63, dSig, 0);
    power++;
  } else hi = divideFractions(nSig, 0, dSig, 0);
  lo = wideLow;
  const nearest = power < -5 ? 0 : <i32>((((hi >> -min(power, 0)) >> 58) + 1) >> 1);
  if (power > 0) {
    // Both equal: an angle of pi/4.
    hi = QUARTER_PI_HIGH;
    lo = QUARTER_PI_LOW;
    power = 0;
  } else {
    hi = arctangentBelowOne(hi, lo, power, nearest);
    lo = wideLow;
    if (nearest != 0) power = 0;
  }
  if (!steep && xSign == 0) return roundFraction(ySign, power, hi, lo);
  // pi/2 - angle, or pi - angle, or pi/2 + angle; in quarters, so that they are fractions.
  hi = shiftFraction(hi, lo, 2 - power);
  lo = wideLow;
  const adds = steep && xSign != 0;
  let baseHigh = QUARTER_PI_HIGH;
  let baseLow = QUARTER_PI_LOW;
  if (steep) {
    baseLow = (baseLow >> 1) | (baseHigh << 63);
    baseHigh >>= 1;
  }
  if (adds) {
    lo += baseLow;
    hi += baseHigh + <u64>(lo < baseLow);
  } else {
    hi = baseHigh - hi - <u64>(baseLow < lo);
    lo = baseLow - lo;
  }
  return roundFraction(ySign, 2, hi, lo);
}

// arctan(q) = arctan(c) + arctan((q - c) / (1 + q c)) with c = nearest / 32. For c = 0 the power stays.
function arctangentBelowOne(hi: u64, lo: u64, power: i32, nearest: i32): u64 {
  let negative = false;
  if (nearest != 0) {
    const qHi = shiftFraction(hi, lo, -power);
    const qLo = wideLow;
    const c = (<u64>nearest) << 58;
    // Halves: (1 + q c) / 2 has its top bit, and (q - c) / 2 is a fraction even for c = 1.
    const product = multiplyWide(qHi, qLo, c, 0);
    const dHi = INTEGER_BIT + product;
    const dLo = wideLow;
    const halfHi = qHi >> 1;
    const halfLo = (qLo >> 1) | (qHi << 63);
    negative = halfHi < c;
    let nHi = halfHi - c;
    let nLo = halfLo;
    if (negative) {
      nHi = ~nHi + <u64>(nLo == 0);
      nLo = 0 - nLo;
    }
    hi = divideFractions(nHi, nLo, dHi, dLo);
    lo = wideLow;
    power = 0;
  }
  const squared = multiplyWide(hi, lo, hi, lo);
  const zHi = shiftFraction(squared, wideLow, -2 * power);
  const zLo = wideLow;
  const series = polynomial(ARCTANGENT, ARCTANGENT_TERMS, zHi, zLo, true);
  const less = multiplyWide(series, wideLow, zHi, zLo);
  const factor = oneLess(less, wideLow);
  hi = multiplyWide(hi, lo, factor, complementLow);
  lo = wideLow;
  if (nearest == 0) return hi;
  const base = ARCTANGENTS + ((<usize>nearest) << 4);
  const baseHi = load<u64>(base);
  const baseLo = load<u64>(base, 8);
  if (negative) {
    setWideLow(baseLo - lo);
    return baseHi - hi - <u64>(baseLo < lo);
  }
  setWideLow(baseLo + lo);
  return baseHi + hi + <u64>(baseLo + lo < lo);
}
