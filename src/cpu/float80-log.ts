// Logarithm and exponential to the base 2 of 80-bit values, in fractions of 128 bits, rounded once. The
// hardware's own error is below one unit in the last place. Conventions as in float80.ts; all operands are
// finite here, and in the range the manual asks for unless said otherwise.
import { BIAS, EXPONENT, INTEGER_BIT, PE, resultSe, roundPackFull, SIGN, signal, UE } from './float80.ts';
import { divideFractions, multiplyWide, polynomial, shiftFraction, wideLow } from './float80-wide.ts';

// (ln 2)^k / k!, for k from 27 down to 1
const EXPONENTIAL: usize = memory.data<u64>([
  0x0000000000000000, 0x0000000000180669, 0x0000000000000000, 0x0000000003a7d785, 0x0000000000000000,
  0x00000000891f7eca, 0x0000000000000000, 0x0000001351aaf6cb, 0x0000000000000000, 0x0000029cea2bb931,
  0x0000000000000000, 0x000056b3eb4dc077, 0x0000000000000000, 0x000abfe2bc1f04e3, 0x0000000000000000,
  0x0145acc4b5051358, 0x0000000000000000, 0x24b4fd9706b8c9b5, 0x0000000000000003, 0xee2ed7b686d2bae6,
  0x0000000000000066, 0x1112d070969f5587, 0x00000000000009c7, 0x44d73cfc59c91c7f, 0x000000000000e1b7,
  0x421d82010f33d8ab, 0x0000000000131496, 0x4d5878a973f14362, 0x0000000001816193, 0x166d0f96281ac300,
  0x000000001c3bd650, 0xfc2985e2b5687e17, 0x00000001e8cac735, 0x1bb24c0f57995e47, 0x0000001e4cf5158b,
  0x8ec9f6fda1d952e7, 0x000001b5253d395e, 0x7c3da4a70e5a4ff9, 0x0000162c0223a5c8, 0x23fd8ffe606da77c,
  0x0000ffe5fe2c4586, 0x34358a8e643ec734, 0x000a184897c363c3, 0xb7a58544c3591a0f, 0x005761ff9e299cc4,
  0x41c5fda69452fb0c, 0x0276556df749cee5, 0x39977c16a7dd58a0, 0x0e35846b82505fc5, 0x99d3b15d995e96f7,
  0x3d7f7bff058b1d50, 0xde2d60dd92e6bf95, 0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af,
]);

// 1 / (2 ln 2 (2k + 1)), for k from 20 down to 0
const LOGARITHM: usize = memory.data<u64>([
  0x048107afd689f323, 0xcc73b50b53bc07c4, 0x04bc28e6cdd93aaf, 0x7b0a0d1909426410, 0x04fdae926a45d612,
  0xe9794c1378766979, 0x0546b13bb22c91d9, 0x7a78ea05f45febd8, 0x05988d6ddc00b9b8, 0x1d0be0ef0af15efc,
  0x05f4f9a67ed77b60, 0xe51d294087851288, 0x065e2559b3ba3470, 0x67ac69e3e05074ea, 0x06d6e5bf29563852,
  0xce2af6797f270250, 0x0762f8205fd7ff63, 0xab76146ebc864a2e, 0x080766bf04010a77, 0x77969bc6475a50a1,
  0x08cb27637e4a486a, 0x76c98609ec9fde68, 0x09b81e0fa687ff32, 0x4d65793363d91e3d, 0x0adcd64dba1f86a1,
  0xa1cbc3b1e810c771, 0x0c4f9d8b4a67fefb, 0x731a220de4dfd0f8, 0x0e347ab4698bb00e, 0x711e274b1bc72c31,
  0x10c9a84994022d28, 0x5723a2cd20d41cf5, 0x1484b13d7c02a8f8, 0x6a80e36c7d7506f2, 0x1a61762a7aded93f,
  0x645c921dc5df9b38, 0x24eed8a1df37fcf2, 0x594e6629ae9f72e8, 0x3d8e13b87407fae9, 0x3f82aa45785f14d8,
  0xb8aa3b295c17f0bb, 0xbe87fed0691d3e88,
]);

const EXPONENTIAL_TERMS: i32 = 27;
const LOGARITHM_TERMS: i32 = 21;
/** The upper half of the square root of 2, over 2. */
const ROOT_HALF: u64 = 0xb504f333f9de6484;

/** 2^x - 1 for a normalized x, 0 < |x| < 1: x (ln 2 + x (ln 2)^2 / 2! + ..) */
export function exponentialLess1(sign: i32, exp: i32, sig: u64): u64 {
  const power = exp - BIAS + 1;
  const xHi = shiftFraction(sig, 0, -power);
  const series = polynomial(EXPONENTIAL, EXPONENTIAL_TERMS, xHi, wideLow, sign != 0);
  const hi = multiplyWide(sig, 0, series, wideLow);
  return roundScaled(sign, power, hi, wideLow | 1);
}

// Rounds fraction * 2^power, which may be exact.
function roundScaled(sign: i32, power: i32, hi: u64, lo: u64): u64 {
  const zeros = hi != 0 ? <i32>clz(hi) : 64 + <i32>clz(lo);
  if (zeros >= 64) {
    hi = lo << (zeros - 64);
    lo = 0;
  } else if (zeros != 0) {
    hi = (hi << zeros) | (lo >> (64 - zeros));
    lo <<= zeros;
  }
  return roundPackFull(sign, BIAS - 1 + power - zeros, hi, lo);
}

// ---- logarithms: s = (m - 1) / (m + 1), log2 m = 2 / ln 2 (s + s^3 / 3 + ..) ----

// The magnitude of log2 of (1 + s) / (1 - s), s = fraction * 2^power, over 2^(power + 2).
function logarithmSeries(hi: u64, lo: u64, power: i32): u64 {
  const squared = multiplyWide(hi, lo, hi, lo);
  const zHi = shiftFraction(squared, wideLow, -2 * power);
  const series = polynomial(LOGARITHM, LOGARITHM_TERMS, zHi, wideLow, false);
  return multiplyWide(hi, lo, series, wideLow);
}

/** y * log2(x), both normalized; x is positive, not 1, and has xLow below its significand. */
export function logarithm(ySign: i32, yExp: i32, ySig: u64, xExp: i32, xSig: u64, xLow: u64): u64 {
  // x = m * 2^whole, m = fraction * 2 in [sqrt(1/2), sqrt(2)]
  let whole = xExp - BIAS;
  const below = xSig > ROOT_HALF;
  if (below) whole++;
  let sign = ySign;
  let hi: u64 = 0;
  let lo: u64 = 0;
  let power = 0;
  const fractional = xSig != INTEGER_BIT || xLow != 0;
  if (fractional) {
    // |m - 1| / (m + 1); for m < 1 (below) m is sig / 2^64, else sig / 2^63.
    // Either way s is half of the quotient of these, taken as fractions.
    let nHi = below ? ~xSig + <u64>(xLow == 0) : xSig - INTEGER_BIT;
    let nLo = below ? 0 - xLow : xLow;
    const divisor = (xSig >> 1) + (below ? INTEGER_BIT : QUARTER);
    const zeros = nHi != 0 ? <i32>clz(nHi) : 64;
    nHi = zeros == 64 ? nLo : zeros == 0 ? nHi : (nHi << zeros) | (nLo >> (64 - zeros));
    nLo = zeros == 64 ? 0 : nLo << zeros;
    power = -zeros;
    hi = divideFractions(nHi >> 1, (nHi << 63) | (nLo >> 1), divisor, (xSig << 63) | (xLow >> 1));
    hi = logarithmSeries(hi, wideLow, power);
    lo = wideLow | 1;
    power += 2;
  }
  if (whole != 0) {
    // In units of 2^15: the whole part, and the rest added to it or taken from it.
    hi = shiftFraction(hi, lo, 15 - power);
    lo = wideLow | <u64>fractional;
    const wholeBits = (<u64>abs(whole)) << 49;
    if (below == whole > 0 && fractional) {
      hi = wholeBits - hi - <u64>(lo != 0);
      lo = 0 - lo;
    } else hi += wholeBits;
    if (whole < 0) sign ^= SIGN;
    power = 15;
  } else if (below) sign ^= SIGN;
  return multiplyRounded(sign, yExp, ySig, power, hi, lo);
}

const QUARTER: u64 = 0x4000000000000000;

/** y * log2(1 + x), both normalized, x above -1. */
export function logarithmOf1Plus(ySign: i32, yExp: i32, ySig: u64, xSign: i32, xExp: i32, xSig: u64): u64 {
  // s = x / (2 + x); the fraction of x over (2 + x) / 4
  const power = xExp - BIAS + 1;
  if (power > (xSign ? -2 : -1)) return logarithmOfSum(ySign, yExp, ySig, xSign, xExp, xSig);
  const xHi = shiftFraction(xSig, 0, 2 - power);
  const xLo = wideLow;
  let dHi = INTEGER_BIT + xHi;
  let dLo = xLo;
  let scale = power - 2;
  if (xSign) {
    dHi = INTEGER_BIT - xHi - <u64>(xLo != 0);
    dLo = 0 - xLo;
    if (<i64>dHi >= 0) {
      dHi = (dHi << 1) | (dLo >> 63);
      dLo <<= 1;
      scale++;
    }
  }
  let hi = divideFractions(xSig >> 1, xSig << 63, dHi, dLo);
  scale++;
  hi = logarithmSeries(hi, wideLow, scale);
  return multiplyRounded(ySign ^ xSign, yExp, ySig, scale + 2, hi, wideLow | 1);
}

// The same where 1 + x is no small change: x is 1/2 or more, or -1/4 or less.
function logarithmOfSum(ySign: i32, yExp: i32, ySig: u64, xSign: i32, xExp: i32, xSig: u64): u64 {
  let hi: u64;
  let lo: u64;
  let exp = BIAS;
  if (xSign) {
    hi = shiftFraction(xSig, 0, BIAS - 1 - xExp);
    lo = 0 - wideLow;
    hi = ~hi + <u64>(lo == 0);
    const zeros = <i32>clz(hi);
    if (zeros != 0) {
      hi = (hi << zeros) | (lo >> (64 - zeros));
      lo <<= zeros;
    }
    exp -= 1 + zeros;
  } else if (xExp < BIAS) {
    hi = (xSig >> 1) | INTEGER_BIT;
    lo = xSig << 63;
  } else {
    hi = xSig;
    lo = 0;
    exp = xExp;
    const distance = xExp - BIAS;
    if (distance < 64) hi += INTEGER_BIT >> distance;
    else if (distance < 128) lo = INTEGER_BIT >> (distance - 64);
    if (hi < xSig) {
      lo = hi << 63;
      hi = (hi >> 1) | INTEGER_BIT;
      exp++;
    }
  }
  return logarithm(ySign, yExp, ySig, exp, hi, lo);
}

// y * fraction * 2^power; lo says whether the fraction is inexact. As on the hardware PE is raised always.
function multiplyRounded(sign: i32, yExp: i32, ySig: u64, power: i32, hi: u64, lo: u64): u64 {
  signal(PE);
  const inexact = lo & 1;
  const product = multiplyWide(ySig, 0, hi, lo);
  const sig = roundScaled(sign, yExp - BIAS + 1 + power, product, wideLow | inexact);
  if (!(resultSe & EXPONENT)) signal(UE);
  return sig;
}
