// Numbers rounded to integers that stay numbers. Manual: volume 2, ROUNDPD.
import { commit, DOWN, NEAREST, PE, rounding, signal, UP } from './sse-exception.ts';
import { operand, quiet } from './sse-number.ts';

/** Bits of the immediate: the rounding is MXCSR's, not that in bits 0 and 1; an inexact result raises nothing. */
const BY_MXCSR: u32 = 4;
const SILENT: u32 = 8;

// @ts-expect-error: decorator
@inline
function whole<T>(given: T, n: u32): T {
  const a = operand<T>(given);
  if (a != a) return quiet<T>(a);
  const mode = n & BY_MXCSR ? rounding() : n & 3;
  let result = a;
  if (mode == NEAREST) result = nearest<T>(a);
  else if (mode == DOWN) result = floor<T>(a);
  else if (mode == UP) result = ceil<T>(a);
  else result = trunc<T>(a);
  if (result != a && (n & SILENT) == 0) signal(PE);
  return result;
}

export function roundss(a: f32, n: u32): f32 {
  const result = whole<f32>(a, n);
  commit();
  return result;
}

export function roundsd(a: f64, n: u32): f64 {
  const result = whole<f64>(a, n);
  commit();
  return result;
}

export function roundps(a: v128, n: u32): v128 {
  let lanes = f32x4.splat(whole<f32>(f32x4.extract_lane(a, 0), n));
  lanes = f32x4.replace_lane(lanes, 1, whole<f32>(f32x4.extract_lane(a, 1), n));
  lanes = f32x4.replace_lane(lanes, 2, whole<f32>(f32x4.extract_lane(a, 2), n));
  lanes = f32x4.replace_lane(lanes, 3, whole<f32>(f32x4.extract_lane(a, 3), n));
  commit();
  return lanes;
}

export function roundpd(a: v128, n: u32): v128 {
  let lanes = f64x2.splat(whole<f64>(f64x2.extract_lane(a, 0), n));
  lanes = f64x2.replace_lane(lanes, 1, whole<f64>(f64x2.extract_lane(a, 1), n));
  commit();
  return lanes;
}
