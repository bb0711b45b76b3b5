// x87 operations for the translator, on values instead of registers: a region keeps ST(i) in locals and calls these
// for what it does not compute inline. They change no register and no status word; the second word of a result
// and what was raised lie in VALUE_SE and VALUE_RAISED. An unmasked exception is the caller's business, who
// has the interpreter do the instruction instead. Names and numbers of operations as in fpu-arithmetic.ts.
import { VALUE_RAISED, VALUE_SE } from '../layout.ts';
import {
  add,
  clearRaised,
  compare,
  divide,
  IE,
  multiply,
  QUIET_BIT,
  classify,
  raised,
  RC,
  controlWord,
  resultSe,
  signal,
  SNAN,
  squareRoot,
  subtract,
} from './float80.ts';
import { fromF32, fromF64, toF32, toF64, toInteger } from './float80-convert.ts';

// @ts-ignore: decorator
@inline
function answer(sig: u64): u64 {
  store<i32>(VALUE_SE, resultSe);
  store<i32>(VALUE_RAISED, raised);
  return sig;
}

// @ts-ignore: decorator
@inline
function compute(op: i32, aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  switch (op) {
    case 0:
      return answer(add(aSig, aSe, bSig, bSe));
    case 1:
      return answer(subtract(aSig, aSe, bSig, bSe));
    case 2:
      return answer(subtract(bSig, bSe, aSig, aSe));
    case 3:
      return answer(multiply(aSig, aSe, bSig, bSe));
    case 4:
      return answer(divide(aSig, aSe, bSig, bSe));
    default:
      return answer(divide(bSig, bSe, aSig, aSe));
  }
}

export function valueOp(op: i32, aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  clearRaised();
  return compute(op, aSig, aSe, bSig, bSe);
}

export function valueOpF32(op: i32, aSig: u64, aSe: i32, bits: u32): u64 {
  clearRaised();
  const sig = fromF32(bits);
  return compute(op, aSig, aSe, sig, resultSe);
}

export function valueOpF64(op: i32, aSig: u64, aSe: i32, bits: u64): u64 {
  clearRaised();
  const sig = fromF64(bits);
  return compute(op, aSig, aSe, sig, resultSe);
}

export function valueSqrt(sig: u64, se: i32): u64 {
  clearRaised();
  return answer(squareRoot(sig, se));
}

// ---- from and to memory's formats ----

// A load makes a signaling NaN quiet.
// @ts-ignore: decorator
@inline
function loaded(sig: u64): u64 {
  if (classify(sig, resultSe) == SNAN) {
    signal(IE);
    sig |= QUIET_BIT;
  }
  return answer(sig);
}

export function valueFromF32(bits: u32): u64 {
  clearRaised();
  return loaded(fromF32(bits));
}

export function valueFromF64(bits: u64): u64 {
  clearRaised();
  return loaded(fromF64(bits));
}

export function valueToF32(sig: u64, se: i32): u32 {
  clearRaised();
  return <u32>answer(toF32(sig, se));
}

export function valueToF64(sig: u64, se: i32): u64 {
  clearRaised();
  return answer(toF64(sig, se));
}

export function valueToInteger(sig: u64, se: i32, bits: i32, truncates: i32): i64 {
  clearRaised();
  return <i64>answer(<u64>toInteger(sig, se, bits, truncates ? RC : controlWord()));
}

// ---- comparison: C3, C2 and C0 ----

export function valueCompare(aSig: u64, aSe: i32, bSig: u64, bSe: i32, quiet: i32): i32 {
  clearRaised();
  const codes = compare(aSig, aSe, bSig, bSe, quiet != 0);
  store<i32>(VALUE_RAISED, raised);
  return codes;
}

export function valueCompareF32(aSig: u64, aSe: i32, bits: u32): i32 {
  clearRaised();
  const sig = fromF32(bits);
  const codes = compare(aSig, aSe, sig, resultSe, false);
  store<i32>(VALUE_RAISED, raised);
  return codes;
}

export function valueCompareF64(aSig: u64, aSe: i32, bits: u64): i32 {
  clearRaised();
  const sig = fromF64(bits);
  const codes = compare(aSig, aSe, sig, resultSe, false);
  store<i32>(VALUE_RAISED, raised);
  return codes;
}
