// f2xm1 fyl2x fyl2xp1 fsin fcos fsincos fptan fpatan: the special operands of the manual's tables, and the
// order in which results reach the stack. The functions themselves are in float80-log.ts, float80-trig.ts.
import { CPU, FSW } from '../layout.ts';
import {
  BIAS,
  C2,
  classify,
  DE,
  DENORMAL,
  ES,
  EXPONENT,
  INDEFINITE,
  INDEFINITE_SE,
  INFINITE,
  INTEGER_BIT,
  invalid,
  PE,
  propagateNaN,
  propagateNaNs,
  QNAN,
  result,
  resultSe,
  roundPackFull,
  SIGN,
  signal,
  ZE,
  ZERO,
} from './float80.ts';
import { exponentialLess1, logarithm, logarithmOf1Plus } from './float80-log.ts';
import { arctangent, cosine, reduceArgument, sine, tangent } from './float80-trig.ts';
import {
  begin,
  commit,
  commitBefore,
  isEmpty,
  pop,
  push,
  pushMissing,
  put,
  seAt,
  sigAt,
  slotOf,
  underflow,
} from './fpu.ts';

// ---- angles ----

/** From here on an argument is not reduced: C2 says so, and ST(0) stays. */
const TOO_GREAT: i32 = BIAS + 63;

const SINE: i32 = 0;
const COSINE: i32 = 1;
const TANGENT: i32 = 2;

// The result for a special operand, or the function's; the argument is below 2^63 or no number.
function trigonometric(which: i32, sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  if (kind == INFINITE) return invalid();
  if (kind == ZERO) return which == COSINE ? result(BIAS, INTEGER_BIT) : result(se, 0);
  if (kind == DENORMAL) signal(DE);
  const zeros = <i32>clz(sig);
  reduceArgument(se & SIGN, max(se & EXPONENT, 1) - zeros, sig << zeros);
  if (which == SINE) return sine();
  return which == COSINE ? cosine() : tangent();
}

// @ts-ignore: decorator
@inline
function isTooGreat(slot: usize): bool {
  const exp = seAt(slot) & EXPONENT;
  return exp >= TOO_GREAT && exp != EXPONENT && <i64>sigAt(slot) < 0;
}

function oneAngle(which: i32): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    setC2(false);
    return;
  }
  const slot = slotOf(0);
  const great = isTooGreat(slot);
  if (!great) {
    const sig = trigonometric(which, sigAt(slot), seAt(slot));
    if (commitBefore()) put(slot, sig, resultSe);
  } else commit();
  setC2(great);
}

function setC2(on: bool): void {
  const status = load<i32>(CPU + FSW) & ~C2;
  store<i32>(CPU + FSW, on ? status | C2 : status);
}

export function fsin(): void {
  oneAngle(SINE);
}

export function fcos(): void {
  oneAngle(COSINE);
}

// The beginning of an instruction with two results: false if one cannot be computed or has no place.
function beginTwo(): bool {
  begin();
  setC2(false);
  if (isEmpty(0)) {
    if (underflow(0)) pushMissing();
    return false;
  }
  const slot = slotOf(0);
  if (!isEmpty(-1)) {
    push(0, 0);
    if (!(load<u32>(CPU + FSW) & ES)) put(slot, INDEFINITE, INDEFINITE_SE);
    return false;
  }
  if (!isTooGreat(slot)) return true;
  commit();
  setC2(true);
  return false;
}

// ST(0) becomes the first result, and the second is pushed.
function deliverTwo(slot: usize, sig: u64, se: i32, pushedSig: u64, pushedSe: i32): void {
  if (!commitBefore()) return;
  put(slot, sig, se);
  push(pushedSig, pushedSe);
}

export function fsincos(): void {
  if (!beginTwo()) return;
  const slot = slotOf(0);
  const sig = sigAt(slot);
  const se = seAt(slot);
  const sineSig = trigonometric(SINE, sig, se);
  const sineSe = resultSe;
  const cosineSig = trigonometric(COSINE, sig, se);
  deliverTwo(slot, sineSig, sineSe, cosineSig, resultSe);
}

/** Pushes 1 behind the tangent; a NaN goes to both. */
export function fptan(): void {
  if (!beginTwo()) return;
  const slot = slotOf(0);
  const sig = trigonometric(TANGENT, sigAt(slot), seAt(slot));
  const se = resultSe;
  if (classify(sig, se) >= QNAN) deliverTwo(slot, sig, se, sig, se);
  else deliverTwo(slot, sig, se, INTEGER_BIT, BIAS);
}

// ---- pi / 4 times 1, 2, 3 and 4 ----

function quarters(count: i32, sign: i32): u64 {
  if (count == 0) return result(sign, 0);
  if (count == 3) return roundPackFull(sign, BIAS + 1, 0x96cbe3f9990e91a7, 0x9394c9e8a0a5159d);
  return roundPackFull(sign, BIAS + (count == 4 ? 1 : count - 2), 0xc90fdaa22168c234, 0xc4c6628b80dc1cd1);
}

function angleOf(ySig: u64, ySe: i32, xSig: u64, xSe: i32): u64 {
  const y = classify(ySig, ySe);
  const x = classify(xSig, xSe);
  if (max(x, y) >= QNAN) return propagateNaNs(ySig, ySe, xSig, xSe);
  const ySign = ySe & SIGN;
  const xSign = xSe & SIGN;
  if (x == DENORMAL || y == DENORMAL) signal(DE);
  if (y == INFINITE) return quarters(x != INFINITE ? 2 : xSign ? 3 : 1, ySign);
  if (x == INFINITE || y == ZERO) return quarters(xSign ? 4 : 0, ySign);
  if (x == ZERO) return quarters(2, ySign);
  const yZeros = <i32>clz(ySig);
  const xZeros = <i32>clz(xSig);
  const yExp = max(ySe & EXPONENT, 1) - yZeros;
  const xExp = max(xSe & EXPONENT, 1) - xZeros;
  return arctangent(ySign, yExp, ySig << yZeros, xSign, xExp, xSig << xZeros);
}

// ---- powers and logarithms ----

function exponential(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= QNAN) return propagateNaN(sig, se);
  const sign = se & SIGN;
  if (kind == INFINITE) return sign ? result(SIGN | BIAS, INTEGER_BIT) : result(se, sig);
  if (kind == ZERO) return result(se, sig);
  if (kind == DENORMAL) signal(DE);
  const zeros = <i32>clz(sig);
  const exp = max(se & EXPONENT, 1) - zeros;
  if (exp >= BIAS) {
    // Out of range but for 1 and -1: undefined; like the hardware we give x back.
    signal(PE);
    const isOne = exp == BIAS && sig == INTEGER_BIT;
    return result(isOne && sign ? SIGN | (BIAS - 1) : se, sig);
  }
  return exponentialLess1(sign, exp, sig << zeros);
}

// @ts-ignore: decorator
@inline
function infinity(sign: i32): u64 {
  return result(sign | EXPONENT, INTEGER_BIT);
}

function yLog2(ySig: u64, ySe: i32, xSig: u64, xSe: i32): u64 {
  const y = classify(ySig, ySe);
  const x = classify(xSig, xSe);
  if (max(x, y) >= QNAN) return propagateNaNs(ySig, ySe, xSig, xSe);
  const ySign = ySe & SIGN;
  if (x == ZERO) {
    if (y == ZERO) return invalid();
    if (y != INFINITE) signal(ZE);
    return infinity(ySign ^ SIGN);
  }
  if (xSe & SIGN) return invalid();
  const xZeros = <i32>clz(xSig);
  const xExp = max(xSe & EXPONENT, 1) - xZeros;
  const normalized = xSig << xZeros;
  const isOne = xExp == BIAS && normalized == INTEGER_BIT;
  const sign = ySign ^ (xExp < BIAS ? SIGN : 0);
  if (x == INFINITE ? y == ZERO : y == INFINITE && isOne) return invalid();
  if (x == DENORMAL || y == DENORMAL) signal(DE);
  if (x == INFINITE || y == INFINITE) return infinity(sign);
  if (y == ZERO || isOne) return result(sign, 0);
  const yZeros = <i32>clz(ySig);
  return logarithm(ySign, max(ySe & EXPONENT, 1) - yZeros, ySig << yZeros, xExp, normalized, 0);
}

function yLog2Plus1(ySig: u64, ySe: i32, xSig: u64, xSe: i32): u64 {
  const y = classify(ySig, ySe);
  const x = classify(xSig, xSe);
  if (max(x, y) >= QNAN) return propagateNaNs(ySig, ySe, xSig, xSe);
  const sign = (ySe ^ xSe) & SIGN;
  if (x == INFINITE && (y == ZERO || xSe & SIGN)) return invalid();
  if (y == INFINITE && x == ZERO) return invalid();
  if (x == DENORMAL || y == DENORMAL) signal(DE);
  if (x == INFINITE || y == INFINITE) return infinity(sign);
  if (x == ZERO || y == ZERO) return result(sign, 0);
  const yZeros = <i32>clz(ySig);
  const xZeros = <i32>clz(xSig);
  const yExp = max(ySe & EXPONENT, 1) - yZeros;
  const xExp = max(xSe & EXPONENT, 1) - xZeros;
  if (xSe & SIGN && xExp >= BIAS) {
    // Out of range: undefined; like the hardware we give x back.
    signal(PE);
    return result(xSe, xSig);
  }
  return logarithmOf1Plus(ySe & SIGN, yExp, ySig << yZeros, xSe & SIGN, xExp, xSig << xZeros);
}

export function f2xm1(): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  const slot = slotOf(0);
  const sig = exponential(sigAt(slot), seAt(slot));
  if (commitBefore()) put(slot, sig, resultSe);
}

const ANGLE: i32 = 0;
const LOGARITHM: i32 = 1;
const LOGARITHM_PLUS_1: i32 = 2;

// ST(1) = f(ST(1), ST(0)), and a pop.
// @ts-ignore: decorator
@inline
function twoOperands(which: i32): void {
  begin();
  if (<i32>isEmpty(0) | <i32>isEmpty(1)) {
    if (underflow(1)) pop();
    return;
  }
  const x = slotOf(0);
  const y = slotOf(1);
  let sig: u64;
  if (which == ANGLE) sig = angleOf(sigAt(y), seAt(y), sigAt(x), seAt(x));
  else if (which == LOGARITHM) sig = yLog2(sigAt(y), seAt(y), sigAt(x), seAt(x));
  else sig = yLog2Plus1(sigAt(y), seAt(y), sigAt(x), seAt(x));
  if (!commitBefore()) return;
  put(y, sig, resultSe);
  pop();
}

export function fpatan(): void {
  twoOperands(ANGLE);
}

export function fyl2x(): void {
  twoOperands(LOGARITHM);
}

export function fyl2xp1(): void {
  twoOperands(LOGARITHM_PLUS_1);
}
