// Instructions that take an 80-bit value apart along its exponent: round to an integer, scale, extract,
// partial remainder. The precision control has no say here. Conventions as in float80.ts.
import {
  BIAS,
  C0,
  C1,
  C2,
  C3,
  classify,
  controlWord,
  DE,
  DENORMAL,
  EXPONENT,
  INFINITE,
  INTEGER_BIT,
  invalid,
  OE,
  PE,
  propagateNaN,
  propagateNaNs,
  QNAN,
  result,
  roundPackFull,
  SIGN,
  signal,
  UE,
  WRAP,
  ZE,
  ZERO,
} from './float80.ts';
import { fromInteger, roundMagnitude } from './float80-convert.ts';
import { divideWide, remainderWide } from './float80-wide.ts';

export function roundToInteger(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  if (kind == DENORMAL) signal(DE);
  if (kind == ZERO || kind == INFINITE || (se & EXPONENT) >= BIAS + 63) return result(se, sig);
  const magnitude = roundMagnitude(sig, se, controlWord());
  if (magnitude == 0) return result(se & SIGN, 0);
  const zeros = <i32>clz(magnitude);
  return result((se & SIGN) | (BIAS + 63 - zeros), magnitude << zeros);
}

/** a * 2^trunc(b) */
export function scale(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  const a = classify(aSig, aSe);
  const b = classify(bSig, bSe);
  if (max(a, b) >= QNAN) return propagateNaNs(aSig, aSe, bSig, bSe);
  const sign = aSe & SIGN;
  if (b == INFINITE) {
    if (bSe & SIGN ? a == INFINITE : a == ZERO) return invalid();
    if (a == DENORMAL) signal(DE);
    return bSe & SIGN ? result(sign, 0) : result(sign | EXPONENT, INTEGER_BIT);
  }
  if (a == DENORMAL || b == DENORMAL) signal(DE);
  if (a == ZERO || a == INFINITE) return result(aSe, aSig);
  const power = (bSe & EXPONENT) - BIAS;
  let by: i32 = 0;
  if (power >= 0) by = power > 16 ? 0x20000 : <i32>(bSig >> (63 - power));
  if (bSe & SIGN) by = -by;
  const zeros = <i32>clz(aSig);
  const exp = max(aSe & EXPONENT, 1) - zeros + by;
  // Where an unmasked exception cannot move the exponent back into range the answer is plain.
  if (exp >= EXPONENT + WRAP && !(controlWord() & OE)) {
    signal(OE | PE | C1);
    return result(sign | EXPONENT, INTEGER_BIT);
  }
  if (exp <= -WRAP && !(controlWord() & UE)) {
    signal(UE | PE);
    return result(sign, 0);
  }
  return roundPackFull(sign, exp, aSig << zeros, 0);
}

/** The exponent of a value, as a value. Zero has the exponent minus infinity. */
export function exponentOf(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  if (kind == INFINITE) return result(EXPONENT, INTEGER_BIT);
  if (kind == ZERO) {
    signal(ZE);
    return result(SIGN | EXPONENT, INTEGER_BIT);
  }
  if (kind == DENORMAL) signal(DE);
  return fromInteger(max(se & EXPONENT, 1) - BIAS - <i32>clz(sig));
}

/** A value with the exponent taken out: its magnitude lies in [1, 2). */
export function significandOf(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  if (kind == INFINITE || kind == ZERO) return result(se, sig);
  return result((se & SIGN) | BIAS, sig << clz(sig));
}

/** Condition codes of the last partialRemainder. */
export let remainderCodes: i32 = 0;
/** Whether it computed one: a NaN or an invalid operation leaves C0 and C3 alone. */
export let remainderDone: bool = false;

/**
 * a - b * q, where q is the quotient truncated, or rounded to nearest for `ieee`. When the exponents are 64
 * or more apart only a part of the way is gone and C2 says so; else C0, C3, C1 are the quotient's low bits.
 */
export function partialRemainder(aSig: u64, aSe: i32, bSig: u64, bSe: i32, ieee: bool): u64 {
  remainderCodes = 0;
  remainderDone = false;
  const a = classify(aSig, aSe);
  const b = classify(bSig, bSe);
  if (max(a, b) >= QNAN) return propagateNaNs(aSig, aSe, bSig, bSe);
  if (a == INFINITE || b == ZERO) return invalid();
  if (a == DENORMAL || b == DENORMAL) signal(DE);
  remainderDone = true;
  if (a == ZERO) return result(aSe, 0);
  const aZeros = <i32>clz(aSig);
  const exp = max(aSe & EXPONENT, 1) - aZeros;
  let rest = aSig << aZeros;
  if (b == INFINITE) return roundPackFull(aSe & SIGN, exp, rest, 0);
  const bZeros = <i32>clz(bSig);
  const divisor = bSig << bZeros;
  const bExp = max(bSe & EXPONENT, 1) - bZeros;
  const distance = exp - bExp;
  if (ieee ? distance < -1 : distance < 0) return roundPackFull(aSe & SIGN, exp, rest, 0);
  let sign = aSe & SIGN;
  if (distance >= 64) {
    const step = 32 + (distance & 31);
    rest = reduce(rest, divisor, step);
    remainderCodes = C2;
    return normalized(sign, exp - step, rest);
  }
  if (distance < 0) {
    // a lies between b / 4 and b: up to b / 2 it stays, above the nearest multiple is b itself.
    if (rest <= divisor) return roundPackFull(sign, exp, rest, 0);
    setCodes(1);
    const half = rest & 1;
    const whole = divisor - (rest >> 1) - half;
    const zeros = <i32>clz(whole);
    const sig = zeros == 0 ? whole : (whole << zeros) | (half << (zeros - 1));
    return roundPackFull(sign ^ SIGN, bExp - zeros, sig, zeros == 0 ? half << 63 : 0);
  }
  rest = reduce(rest, divisor, distance);
  let quotient = reducedQuotient;
  if (ieee && (rest > divisor - rest || (rest == divisor - rest && (quotient & 1) != 0))) {
    rest = divisor - rest;
    quotient++;
    sign ^= SIGN;
  }
  setCodes(quotient);
  if (rest == 0) return result(aSe & SIGN, 0);
  return normalized(sign, bExp, rest);
}

let reducedQuotient: u64 = 0;

// sig * 2^by mod divisor, for by < 64; both significands have their integer bit.
function reduce(sig: u64, divisor: u64, by: i32): u64 {
  let quotient: u64 = 0;
  if (sig >= divisor) {
    sig -= divisor;
    quotient = 1;
  }
  if (by != 0) {
    quotient = (quotient << by) + divideWide(sig >> (64 - by), sig << by, divisor);
    sig = remainderWide;
  }
  reducedQuotient = quotient;
  return sig;
}

function setCodes(quotient: u64): void {
  const q = <i32>quotient;
  remainderCodes = (q & 1 ? C1 : 0) | (q & 2 ? C3 : 0) | (q & 4 ? C0 : 0);
}

function normalized(sign: i32, exp: i32, sig: u64): u64 {
  if (sig == 0) return result(sign, 0);
  const zeros = <i32>clz(sig);
  return roundPackFull(sign, exp - zeros, sig << zeros, 0);
}
