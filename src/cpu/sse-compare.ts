// Comparisons of SSE numbers: cmp with its eight predicates, and the ones that set EFLAGS.
// Manual: volume 2, CMPPD and UCOMISD.
import { CF, changeStatus, PF, STATUS, ZF } from './flags.ts';
import { noticeOperands, noticeUnordered } from './sse-arithmetic.ts';
import { commit } from './sse-exception.ts';
import { ofBits, operand } from './sse-number.ts';

/** Predicates eq lt le unord; with bit 2 the opposite. lt and le take any NaN as invalid. */
function holds<T>(first: T, second: T, predicate: u32): bool {
  const a = operand<T>(first);
  const b = operand<T>(second);
  const kind = predicate & 3;
  if (kind == 1 || kind == 2) noticeOperands<T>(a, b);
  else noticeUnordered<T>(a, b);
  let result = a != a || b != b;
  if (kind == 0) result = a == b;
  else if (kind == 1) result = a < b;
  else if (kind == 2) result = a <= b;
  return result != ((predicate & 4) != 0);
}

export function cmpss(a: f32, b: f32, predicate: u32): f32 {
  const result = holds<f32>(a, b, predicate);
  commit();
  return ofBits<f32>(result ? 0xffffffff : 0);
}

export function cmpsd(a: f64, b: f64, predicate: u32): f64 {
  const result = holds<f64>(a, b, predicate);
  commit();
  return ofBits<f64>(result ? 0xffffffffffffffff : 0);
}

/** All ones, or zero. */
function mask<T>(a: T, b: T, predicate: u32): i32 {
  return -(<i32>holds<T>(a, b, predicate));
}

export function cmpps(a: v128, b: v128, predicate: u32): v128 {
  const first = mask<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0), predicate);
  const second = mask<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1), predicate);
  const third = mask<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2), predicate);
  const last = mask<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3), predicate);
  commit();
  const low = i32x4.replace_lane(i32x4.splat(first), 1, second);
  return i32x4.replace_lane(i32x4.replace_lane(low, 2, third), 3, last);
}

export function cmppd(a: v128, b: v128, predicate: u32): v128 {
  const low = mask<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0), predicate);
  const high = mask<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1), predicate);
  commit();
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

// ---- EFLAGS ----

function compare<T>(first: T, second: T, quietly: bool): void {
  const a = operand<T>(first);
  const b = operand<T>(second);
  if (quietly) noticeUnordered<T>(a, b);
  else noticeOperands<T>(a, b);
  commit();
  const bits = a != a || b != b ? ZF | PF | CF : a == b ? ZF : a < b ? CF : 0;
  changeStatus(STATUS, bits);
}

export function comiss(a: f32, b: f32): void {
  compare<f32>(a, b, false);
}

export function comisd(a: f64, b: f64): void {
  compare<f64>(a, b, false);
}

export function ucomiss(a: f32, b: f32): void {
  compare<f32>(a, b, true);
}

export function ucomisd(a: f64, b: f64): void {
  compare<f64>(a, b, true);
}
