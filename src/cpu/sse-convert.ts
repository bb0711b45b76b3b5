// Conversions between integers, singles and doubles, and the approximations of reciprocals. A number that no
// 32-bit integer can hold becomes the integer indefinite. Manual: volume 1, 11.4.1.6 and 11.5.2.1; volume 2.
import {
  commit,
  DOWN,
  IE,
  NEAREST,
  PE,
  rounding,
  roundsToNearest,
  signal,
  TRUNCATE,
  UP,
} from './sse-exception.ts';
import {
  indefinite,
  isDenormal,
  isInfinite,
  isNormal,
  noticeDenormal,
  ofBits,
  operand,
  quiet,
  signOf,
} from './sse-number.ts';
import { convertSoft, roundInteger } from './sse-soft.ts';

// ---- without the end of the instruction ----

function narrow(a: f64): f32 {
  const result = <f32>a;
  if (isNormal<f32>(result) && isNormal<f64>(a) && roundsToNearest()) {
    if (<f64>result != a) signal(PE);
    return result;
  }
  return convertSoft<f32, f64>(a);
}

function widen(a: f32): f64 {
  if (isNormal<f32>(a) || a == 0) return <f64>a;
  return widenSoft(a);
}

/** A denormal single is a normal double. */
function widenSoft(given: f32): f64 {
  const a = operand<f32>(given);
  if (a != a) return convertSoft<f64, f32>(a);
  noticeDenormal<f32>(a);
  return <f64>a;
}

function singleOf(value: i32): f32 {
  const result = <f32>value;
  if (<f64>result == <f64>value) return result;
  return roundInteger<f32>(value);
}

function toInteger(a: f64, mode: u32): i32 {
  let whole = a;
  if (mode == NEAREST) whole = f64.nearest(a);
  else if (mode == DOWN) whole = f64.floor(a);
  else if (mode == UP) whole = f64.ceil(a);
  else whole = f64.trunc(a);
  // False for a NaN.
  if (whole >= -2147483648 && whole <= 2147483647) {
    if (whole != a) signal(PE);
    return <i32>whole;
  }
  signal(IE);
  return i32.MIN_VALUE;
}

// @ts-expect-error: decorator
@inline
function integer32(a: f32, mode: u32): i32 {
  return toInteger(<f64>operand<f32>(a), mode);
}

// @ts-expect-error: decorator
@inline
function integer64(a: f64, mode: u32): i32 {
  return toInteger(operand<f64>(a), mode);
}

// ---- singles and doubles ----

export function cvtsd2ss(a: f64): f32 {
  const result = narrow(a);
  commit();
  return result;
}

export function cvtss2sd(a: f32): f64 {
  const result = widen(a);
  commit();
  return result;
}

export function cvtps2pd(a: u64): v128 {
  const low = widen(reinterpret<f32>(<u32>a));
  const high = widen(reinterpret<f32>(<u32>(a >> 32)));
  commit();
  return f64x2.replace_lane(f64x2.splat(low), 1, high);
}

export function cvtpd2ps(a: v128): v128 {
  const low = narrow(f64x2.extract_lane(a, 0));
  const high = narrow(f64x2.extract_lane(a, 1));
  commit();
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(0), 0, low), 1, high);
}

// ---- from integers ----

export function cvtsi2ss(a: u32): f32 {
  const result = singleOf(<i32>a);
  commit();
  return result;
}

export function cvtsi2sd(a: u32): f64 {
  return <f64>(<i32>a);
}

export function cvtdq2ps(a: v128): v128 {
  let lanes = f32x4.splat(singleOf(i32x4.extract_lane(a, 0)));
  lanes = f32x4.replace_lane(lanes, 1, singleOf(i32x4.extract_lane(a, 1)));
  lanes = f32x4.replace_lane(lanes, 2, singleOf(i32x4.extract_lane(a, 2)));
  lanes = f32x4.replace_lane(lanes, 3, singleOf(i32x4.extract_lane(a, 3)));
  commit();
  return lanes;
}

export function cvtdq2pd(a: u64): v128 {
  return f64x2.convert_low_i32x4_s(i64x2.splat(a));
}

/** The low half of the result; the high half stays. */
export function cvtpi2ps(old: v128, a: v128): v128 {
  const low = singleOf(i32x4.extract_lane(a, 0));
  const high = singleOf(i32x4.extract_lane(a, 1));
  commit();
  return f32x4.replace_lane(f32x4.replace_lane(old, 0, low), 1, high);
}

export function cvtpi2pd(a: v128): v128 {
  return f64x2.convert_low_i32x4_s(a);
}

// ---- to integers ----

export function cvtss2si(a: f32): u32 {
  const result = integer32(a, rounding());
  commit();
  return result;
}

export function cvttss2si(a: f32): u32 {
  const result = integer32(a, TRUNCATE);
  commit();
  return result;
}

export function cvtsd2si(a: f64): u32 {
  const result = integer64(a, rounding());
  commit();
  return result;
}

export function cvttsd2si(a: f64): u32 {
  const result = integer64(a, TRUNCATE);
  commit();
  return result;
}

function fourIntegers(a: v128, mode: u32): v128 {
  let lanes = i32x4.splat(integer32(f32x4.extract_lane(a, 0), mode));
  lanes = i32x4.replace_lane(lanes, 1, integer32(f32x4.extract_lane(a, 1), mode));
  lanes = i32x4.replace_lane(lanes, 2, integer32(f32x4.extract_lane(a, 2), mode));
  lanes = i32x4.replace_lane(lanes, 3, integer32(f32x4.extract_lane(a, 3), mode));
  commit();
  return lanes;
}

export function cvtps2dq(a: v128): v128 {
  return fourIntegers(a, rounding());
}

export function cvttps2dq(a: v128): v128 {
  return fourIntegers(a, TRUNCATE);
}

/** Two integers; the high half is zero. */
function ofDoubles(a: v128, mode: u32): v128 {
  const low = integer64(f64x2.extract_lane(a, 0), mode);
  const high = integer64(f64x2.extract_lane(a, 1), mode);
  commit();
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, low), 1, high);
}

function ofSingles(a: u64, mode: u32): v128 {
  const low = integer32(reinterpret<f32>(<u32>a), mode);
  const high = integer32(reinterpret<f32>(<u32>(a >> 32)), mode);
  commit();
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, low), 1, high);
}

export function cvtpd2dq(a: v128): v128 {
  return ofDoubles(a, rounding());
}

export function cvttpd2dq(a: v128): v128 {
  return ofDoubles(a, TRUNCATE);
}

export function cvtps2pi(a: u64): v128 {
  return ofSingles(a, rounding());
}

export function cvttps2pi(a: u64): v128 {
  return ofSingles(a, TRUNCATE);
}

// ---- approximations: here as good as a single can be; no flags, denormals are zeros in and out ----

function reciprocal(given: f32): f32 {
  const a = isDenormal<f32>(given) ? ofBits<f32>(signOf<f32>(given)) : given;
  if (a != a) return ofBits<f32>(<u64>(reinterpret<u32>(a) | 0x400000));
  const result = <f32>1 / a;
  return isDenormal<f32>(result) ? ofBits<f32>(signOf<f32>(a)) : result;
}

function reciprocalRoot(given: f32): f32 {
  const a = isDenormal<f32>(given) ? ofBits<f32>(signOf<f32>(given)) : given;
  if (a != a) return ofBits<f32>(<u64>(reinterpret<u32>(a) | 0x400000));
  if (a == 0) return <f32>1 / a;
  if (a < 0) return indefinite<f32>();
  return isInfinite<f32>(a) ? <f32>0 : <f32>(1 / Math.sqrt(<f64>a));
}

export function rcpss(a: f32): f32 {
  return reciprocal(a);
}

export function rsqrtss(a: f32): f32 {
  return reciprocalRoot(a);
}

export function rcpps(a: v128): v128 {
  let lanes = f32x4.splat(reciprocal(f32x4.extract_lane(a, 0)));
  lanes = f32x4.replace_lane(lanes, 1, reciprocal(f32x4.extract_lane(a, 1)));
  lanes = f32x4.replace_lane(lanes, 2, reciprocal(f32x4.extract_lane(a, 2)));
  return f32x4.replace_lane(lanes, 3, reciprocal(f32x4.extract_lane(a, 3)));
}

export function rsqrtps(a: v128): v128 {
  let lanes = f32x4.splat(reciprocalRoot(f32x4.extract_lane(a, 0)));
  lanes = f32x4.replace_lane(lanes, 1, reciprocalRoot(f32x4.extract_lane(a, 1)));
  lanes = f32x4.replace_lane(lanes, 2, reciprocalRoot(f32x4.extract_lane(a, 2)));
  return f32x4.replace_lane(lanes, 3, reciprocalRoot(f32x4.extract_lane(a, 3)));
}
