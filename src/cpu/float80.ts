// The 80-bit extended format of the x87: classes, NaN rules, rounding, add, multiply, divide, square root
// and compare. A value travels as two words: `sig`, the 64-bit significand with its explicit integer bit,
// and `se`, the sign (bit 15) over the biased exponent. A function returns the significand of its result
// and leaves the other word in `resultSe`; what it raised gathers in `raised`, in the status word's bits.
// Knows the control word but not the register stack. Manual: volume 1, chapters 4 and 8.
import { CPU, FCW } from '../layout.ts';
import { divideWide, multiplyHigh, remainderWide } from './float80-wide.ts';

// ---- status word ----
export const IE: i32 = 0x01;
export const DE: i32 = 0x02;
export const ZE: i32 = 0x04;
export const OE: i32 = 0x08;
export const UE: i32 = 0x10;
export const PE: i32 = 0x20;
export const EXCEPTIONS: i32 = 0x3f;
export const SF: i32 = 0x40;
export const ES: i32 = 0x80;
export const C0: i32 = 0x100;
export const C1: i32 = 0x200;
export const C2: i32 = 0x400;
export const C3: i32 = 0x4000;
export const BUSY: i32 = 0x8000;

// ---- rounding control, in place in the control word ----
export const RC: i32 = 0xc00;
export const RC_NEAREST: i32 = 0x000;
export const RC_DOWN: i32 = 0x400;
export const RC_UP: i32 = 0x800;

// ---- classes; every class from QNAN on is decided before the operands are looked at as numbers ----
export const NORMAL: i32 = 0;
export const ZERO: i32 = 1;
export const DENORMAL: i32 = 2;
export const INFINITE: i32 = 3;
export const QNAN: i32 = 4;
export const SNAN: i32 = 5;
export const UNSUPPORTED: i32 = 6;

export const BIAS: i32 = 0x3fff;
export const SIGN: i32 = 0x8000;
export const EXPONENT: i32 = 0x7fff;
export const INTEGER_BIT: u64 = 0x8000000000000000;
export const QUIET_BIT: u64 = 0x4000000000000000;
/** The significand of the real indefinite, whose other word is INDEFINITE_SE. */
export const INDEFINITE: u64 = 0xc000000000000000;
export const INDEFINITE_SE: i32 = 0xffff;
/** An unmasked overflow or underflow delivers its result with the exponent moved by this much. */
export const WRAP: i32 = 0x6000;

/** Sign and exponent that go with the significand returned last. */
export let resultSe: i32 = 0;
/** Exceptions, SF and C1 of the instruction in progress. */
export let raised: i32 = 0;

/** Starts an instruction. */
// @ts-ignore: decorator
@inline
export function clearRaised(): void {
  raised = 0;
}

// @ts-ignore: decorator
@inline
export function signal(bits: i32): void {
  raised |= bits;
}

/** Takes back bits of `raised` that an exception of higher priority hides. */
// @ts-ignore: decorator
@inline
export function unsignal(bits: i32): void {
  raised &= ~bits;
}

/** Completes a result: its second word is `se`, its significand the value returned. */
// @ts-ignore: decorator
@inline
export function result(se: i32, sig: u64): u64 {
  resultSe = se;
  return sig;
}

// @ts-ignore: decorator
@inline
export function controlWord(): i32 {
  return load<i32>(CPU + FCW);
}

// @ts-ignore: decorator
@inline
function bothNormal(aSig: u64, aExp: i32, bSig: u64, bExp: i32): bool {
  return (<i32>(<u32>(aExp - 1) < <u32>0x7ffe) &
    <i32>(<u32>(bExp - 1) < <u32>0x7ffe) &
    <i32>(<i64>(aSig & bSig) < 0)) as bool;
}

export function classify(sig: u64, se: i32): i32 {
  const exp = se & EXPONENT;
  if (exp == 0) return sig == 0 ? ZERO : DENORMAL;
  if (<i64>sig >= 0) return UNSUPPORTED;
  if (exp != EXPONENT) return NORMAL;
  if (sig == INTEGER_BIT) return INFINITE;
  return sig & QUIET_BIT ? QNAN : SNAN;
}

/** The masked response to an invalid operation; nothing that was found out before it counts. */
export function invalid(): u64 {
  raised = (raised & ~DE) | IE;
  return result(INDEFINITE_SE, INDEFINITE);
}

/** The result for an operand of class QNAN or above. */
export function propagateNaN(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind == UNSUPPORTED) return invalid();
  raised &= ~DE;
  if (kind == SNAN) raised |= IE;
  return result(se, sig | QUIET_BIT);
}

/** The result of two operands of which one at least is of class QNAN or above (table 4-7). */
export function propagateNaNs(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  const a = classify(aSig, aSe);
  const b = classify(bSig, bSe);
  if (a == UNSUPPORTED || b == UNSUPPORTED) return invalid();
  raised &= ~DE;
  if (a == SNAN || b == SNAN) raised |= IE;
  let first = a >= QNAN;
  if (first && b >= QNAN) {
    if (a != b) first = a == QNAN;
    else if (aSig != bSig) first = aSig > bSig;
    else first = aSe < bSe;
  }
  return first ? result(aSe, aSig | QUIET_BIT) : result(bSe, bSig | QUIET_BIT);
}

/** Whether the magnitude goes up when `rest` (the dropped bits, the first of them in bit 63) is cut off. */
export function roundsUp(cw: i32, sign: i32, odd: bool, rest: u64): bool {
  const rc = cw & RC;
  if (rc == RC_NEAREST) return rest > INTEGER_BIT || (rest == INTEGER_BIT && odd);
  if (rest == 0) return false;
  if (rc == RC_DOWN) return sign != 0;
  return rc == RC_UP && sign == 0;
}

/**
 * Rounds hi.lo * 2^(exp - BIAS), `hi` having its integer bit and `lo` holding what lies below it, to the
 * precision and in the direction of the control word.
 */
export function roundPack(sign: i32, exp: i32, hi: u64, lo: u64): u64 {
  const cw = controlWord();
  if ((cw & 0xf00) != 0x300 || <u32>(exp - 1) >= <u32>0x7ffd)
    return roundTo(cw, droppedBits(cw), sign, exp, hi, lo);
  if (lo != 0) {
    if (lo > INTEGER_BIT || (lo == INTEGER_BIT && (hi & 1) != 0)) {
      raised |= PE | C1;
      if (++hi == 0) {
        hi = INTEGER_BIT;
        exp++;
      }
    } else raised |= PE;
  }
  return result(sign | exp, hi);
}

/** As roundPack, for the instructions that the precision control does not touch. */
export function roundPackFull(sign: i32, exp: i32, hi: u64, lo: u64): u64 {
  return roundTo(controlWord(), 0, sign, exp, hi, lo);
}

// How many low bits of the significand the precision control gives up.
function droppedBits(cw: i32): i32 {
  const pc = cw & 0x300;
  return pc == 0 ? 40 : pc == 0x200 ? 11 : 0;
}

function roundTo(cw: i32, drop: i32, sign: i32, exp: i32, hi: u64, lo: u64): u64 {
  let tiny = false;
  if (exp <= 0) {
    tiny = exp < 0 || !carriesOut(cw, drop, sign, hi, lo);
    if (tiny && !(cw & UE)) {
      raised |= UE;
      exp += WRAP;
      tiny = false;
    } else {
      const shift = 1 - exp;
      if (shift < 64) {
        lo = (hi << (64 - shift)) | (lo >> shift) | <u64>(lo << (64 - shift) != 0);
        hi >>= shift;
      } else {
        lo = shift == 64 ? hi | <u64>(lo != 0) : 1;
        hi = 0;
      }
      exp = 0;
    }
  }
  const before = hi;
  if (drop != 0) {
    lo = (hi << (64 - drop)) | <u64>(lo != 0);
    hi = (hi >> drop) << drop;
  }
  if (lo != 0) {
    raised |= PE;
    if (tiny) raised |= UE;
    if (roundsUp(cw, sign, ((hi >> drop) & 1) != 0, lo)) {
      raised |= C1;
      hi += (<u64>1) << drop;
      if (hi == 0) {
        hi = INTEGER_BIT;
        exp++;
      } else if (exp == 0 && <i64>before >= 0 && <i64>hi < 0) exp = 1;
    }
  }
  if (exp < EXPONENT) return result(sign | exp, hi);
  if (!(cw & OE)) {
    raised |= OE;
    return result(sign | (exp - WRAP), hi);
  }
  raised |= OE | PE;
  const rc = cw & RC;
  if (rc == RC_NEAREST || rc == (sign ? RC_DOWN : RC_UP)) {
    raised |= C1;
    return result(sign | EXPONENT, INTEGER_BIT);
  }
  raised &= ~C1;
  return result(sign | 0x7ffe, (<u64>-1 >> drop) << drop);
}

// Whether rounding with an unbounded exponent would reach the next power of two.
function carriesOut(cw: i32, drop: i32, sign: i32, hi: u64, lo: u64): bool {
  if (hi >> drop != <u64>-1 >> drop) return false;
  const rest = drop == 0 ? lo : (hi << (64 - drop)) | <u64>(lo != 0);
  return roundsUp(cw, sign, true, rest);
}

/** A zero or an infinity, which no rounding changes. */
// @ts-ignore: decorator
@inline
function signedZero(sign: i32): u64 {
  return result(sign, 0);
}

// ---- addition ----

export function add(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  const aExp = aSe & EXPONENT;
  const bExp = bSe & EXPONENT;
  if (!bothNormal(aSig, aExp, bSig, bExp)) return addSpecial(aSig, aSe, bSig, bSe, 0);
  return addFinite(aSig, aSe & SIGN, aExp, bSig, bSe & SIGN, bExp);
}

export function subtract(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  const aExp = aSe & EXPONENT;
  const bExp = bSe & EXPONENT;
  if (!bothNormal(aSig, aExp, bSig, bExp)) return addSpecial(aSig, aSe, bSig, bSe, SIGN);
  return addFinite(aSig, aSe & SIGN, aExp, bSig, (bSe & SIGN) ^ SIGN, bExp);
}

function addFinite(aSig: u64, aSign: i32, aExp: i32, bSig: u64, bSign: i32, bExp: i32): u64 {
  if (aExp < bExp || (aExp == bExp && aSig < bSig)) {
    const sig = aSig;
    aSig = bSig;
    bSig = sig;
    const sign = aSign;
    aSign = bSign;
    bSign = sign;
    const exp = aExp;
    aExp = bExp;
    bExp = exp;
  }
  const shift = aExp - bExp;
  let lo: u64 = 0;
  if (shift != 0) {
    if (shift < 64) {
      lo = bSig << (64 - shift);
      bSig >>= shift;
    } else {
      // Cancellation may bring one bit of lo back, so the last bit alone collects what is beyond.
      const beyond = shift - 64;
      lo = beyond == 0 ? bSig : beyond < 64 ? (bSig >> beyond) | <u64>(bSig << (64 - beyond) != 0) : 1;
      bSig = 0;
    }
  }
  if (aSign == bSign) {
    let hi = aSig + bSig;
    if (hi < aSig) {
      lo = (lo >> 1) | (hi << 63) | (lo & 1);
      hi = (hi >> 1) | INTEGER_BIT;
      aExp++;
    }
    return roundPack(aSign, aExp, hi, lo);
  }
  let hi = aSig - bSig - <u64>(lo != 0);
  lo = 0 - lo;
  if (<i64>hi >= 0) {
    if (hi == 0) {
      // What is left has at most one bit below the significand, unless nothing is left at all.
      if (lo == 0) return signedZero((controlWord() & RC) == RC_DOWN ? SIGN : 0);
      hi = lo;
      lo = 0;
      aExp -= 64;
    }
    const zeros = <i32>clz(hi);
    if (zeros != 0) {
      hi = (hi << zeros) | (lo >> (64 - zeros));
      lo <<= zeros;
      aExp -= zeros;
    }
  }
  return roundPack(aSign, aExp, hi, lo);
}

function addSpecial(aSig: u64, aSe: i32, bSig: u64, bSe: i32, negate: i32): u64 {
  const a = classify(aSig, aSe);
  const b = classify(bSig, bSe);
  if (max(a, b) >= QNAN) return propagateNaNs(aSig, aSe, bSig, bSe);
  const aSign = aSe & SIGN;
  const bSign = (bSe & SIGN) ^ negate;
  if (a == INFINITE && b == INFINITE && aSign != bSign) return invalid();
  if (a == DENORMAL || b == DENORMAL) raised |= DE;
  if (a == INFINITE) return result(aSe, aSig);
  if (b == INFINITE) return result(bSe ^ negate, bSig);
  if (a == ZERO) {
    if (b != ZERO) return roundPackDenormal(bSign, bSe & EXPONENT, bSig);
    return signedZero(aSign == bSign ? aSign : (controlWord() & RC) == RC_DOWN ? SIGN : 0);
  }
  if (b == ZERO) return roundPackDenormal(aSign, aSe & EXPONENT, aSig);
  const aShift = <i32>clz(aSig);
  const bShift = <i32>clz(bSig);
  const aExp = max(aSe & EXPONENT, 1) - aShift;
  const bExp = max(bSe & EXPONENT, 1) - bShift;
  return addFinite(aSig << aShift, aSign, aExp, bSig << bShift, bSign, bExp);
}

// Rounds a value that is not zero and may be denormal.
function roundPackDenormal(sign: i32, exp: i32, sig: u64): u64 {
  const shift = <i32>clz(sig);
  return roundPack(sign, max(exp, 1) - shift, sig << shift, 0);
}

// ---- multiplication, division, square root ----

export function multiply(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  let aExp = aSe & EXPONENT;
  let bExp = bSe & EXPONENT;
  const sign = (aSe ^ bSe) & SIGN;
  if (!bothNormal(aSig, aExp, bSig, bExp)) {
    const a = classify(aSig, aSe);
    const b = classify(bSig, bSe);
    if (max(a, b) >= QNAN) return propagateNaNs(aSig, aSe, bSig, bSe);
    if (a == INFINITE ? b == ZERO : b == INFINITE && a == ZERO) return invalid();
    if (a == DENORMAL || b == DENORMAL) raised |= DE;
    if (a == INFINITE || b == INFINITE) return result(sign | EXPONENT, INTEGER_BIT);
    if (a == ZERO || b == ZERO) return signedZero(sign);
    const aShift = <i32>clz(aSig);
    const bShift = <i32>clz(bSig);
    aSig <<= aShift;
    bSig <<= bShift;
    aExp = max(aExp, 1) - aShift;
    bExp = max(bExp, 1) - bShift;
  }
  let hi = multiplyHigh(aSig, bSig);
  let lo = aSig * bSig;
  let exp = aExp + bExp - (BIAS - 1);
  if (<i64>hi >= 0) {
    hi = (hi << 1) | (lo >> 63);
    lo <<= 1;
    exp--;
  }
  return roundPack(sign, exp, hi, lo);
}

export function divide(aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  let aExp = aSe & EXPONENT;
  let bExp = bSe & EXPONENT;
  const sign = (aSe ^ bSe) & SIGN;
  if (!bothNormal(aSig, aExp, bSig, bExp)) {
    const a = classify(aSig, aSe);
    const b = classify(bSig, bSe);
    if (max(a, b) >= QNAN) return propagateNaNs(aSig, aSe, bSig, bSe);
    if (a == b && (a == ZERO || a == INFINITE)) return invalid();
    if (b == ZERO && a != INFINITE) {
      raised = (raised & ~DE) | ZE;
      return result(sign | EXPONENT, INTEGER_BIT);
    }
    if (a == DENORMAL || b == DENORMAL) raised |= DE;
    if (a == INFINITE) return result(sign | EXPONENT, INTEGER_BIT);
    if (a == ZERO || b == INFINITE) return signedZero(sign);
    const aShift = <i32>clz(aSig);
    const bShift = <i32>clz(bSig);
    aSig <<= aShift;
    bSig <<= bShift;
    aExp = max(aExp, 1) - aShift;
    bExp = max(bExp, 1) - bShift;
  }
  let exp = aExp - bExp + BIAS;
  let quotient: u64;
  if (aSig >= bSig) quotient = divideWide(aSig >> 1, aSig << 63, bSig);
  else {
    quotient = divideWide(aSig, 0, bSig);
    exp--;
  }
  return roundPack(sign, exp, quotient, compareToHalf(remainderWide, bSig));
}

// A remainder as the bits below a quotient: only its relation to zero and to one half matters.
// @ts-ignore: decorator
@inline
function compareToHalf(rest: u64, divisor: u64): u64 {
  if (rest == 0) return 0;
  const other = divisor - rest;
  return rest == other ? INTEGER_BIT : rest > other ? INDEFINITE : QUIET_BIT;
}

export function squareRoot(sig: u64, se: i32): u64 {
  let exp = se & EXPONENT;
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  if (kind == ZERO) return result(se, sig);
  if (se & SIGN) return invalid();
  if (kind == INFINITE) return result(se, sig);
  if (kind == DENORMAL) {
    raised |= DE;
    const shift = <i32>clz(sig);
    sig <<= shift;
    exp = 1 - shift;
  }
  // The radicand hi:lo lies in [2^126, 2^128), its root in [2^63, 2^64).
  const even = (exp - BIAS) & 1;
  let hi = sig;
  let lo: u64 = 0;
  if (!even) {
    lo = sig << 63;
    hi = sig >> 1;
  }
  const half = (exp - BIAS) >> 1;
  const guess = sqrt(<f64>hi) * 4294967296.0;
  let root = guess >= 18446744073709549568.0 ? <u64>-2048 : <u64>guess;
  // One step of Newton's: the remainder fits 80 bits, the correction 13.
  let rest = lo - root * root;
  let top = <i64>(hi - multiplyHigh(root, root) - <u64>(root * root > lo));
  const step = (<f64>top * 18446744073709551616.0 + <f64>rest) / (<f64>root * 2.0);
  const corrected = <i64>root + <i64>step;
  // Only upwards may the correction leave the range.
  root = corrected >= 0 ? <u64>-1 : <u64>corrected;
  rest = lo - root * root;
  top = <i64>(hi - multiplyHigh(root, root) - <u64>(root * root > lo));
  while (top < 0) {
    // (r - 1)^2 = r^2 - 2r + 1
    root--;
    const grown = rest + ((root << 1) | 1);
    top += <i64>(root >> 63) + <i64>(grown < rest);
    rest = grown;
  }
  while (top > <i64>(root >> 63) || (top == <i64>(root >> 63) && rest > root << 1)) {
    const taken = (root << 1) | 1;
    top -= <i64>(root >> 63) + <i64>(rest < taken);
    rest -= taken;
    root++;
  }
  // The root is never halfway between two significands: rest > root means above the half.
  const below: u64 = top == 0 && rest == 0 ? 0 : top != 0 || rest > root ? INDEFINITE : QUIET_BIT;
  return roundPack(0, BIAS + half, root, below);
}

// ---- comparison ----

/**
 * Condition codes of a comparison: C0 for less, C3 for equal, all three of C0, C2, C3 for unordered. A quiet
 * NaN is an invalid operand unless `quiet`.
 */
export function compare(aSig: u64, aSe: i32, bSig: u64, bSe: i32, quiet: bool): i32 {
  const aExp = aSe & EXPONENT;
  const bExp = bSe & EXPONENT;
  if (!bothNormal(aSig, aExp, bSig, bExp)) {
    const a = classify(aSig, aSe);
    const b = classify(bSig, bSe);
    const kind = max(a, b);
    if (kind >= QNAN) {
      raised &= ~DE;
      if (kind != QNAN || !quiet) raised |= IE;
      return C0 | C2 | C3;
    }
    if (a == DENORMAL || b == DENORMAL) raised |= DE;
    if (a == ZERO && b == ZERO) return C3;
  }
  const negative = aSe & SIGN;
  if (negative != (bSe & SIGN)) {
    return negative ? C0 : 0;
  }
  // A pseudo-denormal has the exponent 0 and the value of the exponent 1.
  const aRank = max(aExp, 1) - <i32>(<i64>aSig >= 0);
  const bRank = max(bExp, 1) - <i32>(<i64>bSig >= 0);
  if (aRank == bRank && aSig == bSig) return C3;
  const less = aRank != bRank ? aRank < bRank : aSig < bSig;
  return less == (negative == 0) ? C0 : 0;
}
