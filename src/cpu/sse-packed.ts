// The same operations on packed numbers. Where all lanes are plain, that is normal or an exact zero, and PE
// is masked and set already, the arithmetic of wasm is the whole instruction; else it goes lane by lane.
// Manual: volume 2, by the mnemonics.
import { addFloat, divFloat, maximum, minimum, mulFloat, sqrtFloat, subFloat } from './sse-arithmetic.ts';
import { commit, roundsSilently } from './sse-exception.ts';

// ---- lanes that hold nothing out of the ordinary, as masks; the least normal number counts as denormal ----

// @ts-expect-error: decorator
@inline
function normal32(x: v128): v128 {
  const magnitude = v128.and(x, i32x4.splat(0x7fffffff));
  return i32x4.lt_u(i32x4.sub(magnitude, i32x4.splat(0x800001)), i32x4.splat(0x7effffff));
}

/** wasm has no unsigned comparison of 64-bit lanes. */
// @ts-expect-error: decorator
@inline
function normal64(x: v128): v128 {
  const magnitude = f64x2.abs(x);
  const above = f64x2.gt(magnitude, f64x2.splat(2.2250738585072014e-308));
  return v128.and(above, f64x2.lt(magnitude, f64x2.splat(Infinity)));
}

// @ts-expect-error: decorator
@inline
function plain32(x: v128): v128 {
  return v128.or(normal32(x), f32x4.eq(x, f32x4.splat(0)));
}

// @ts-expect-error: decorator
@inline
function plain64(x: v128): v128 {
  return v128.or(normal64(x), f64x2.eq(x, f64x2.splat(0)));
}

export function arePlain32(x: v128): bool {
  return i32x4.all_true(plain32(x));
}

export function arePlain64(x: v128): bool {
  return i64x2.all_true(plain64(x));
}

export function addps(a: v128, b: v128): v128 {
  const result = f32x4.add(a, b);
  if (roundsSilently()) {
    if (i32x4.all_true(v128.and(plain32(result), v128.and(plain32(a), plain32(b))))) return result;
  }
  let lanes = f32x4.splat(addFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, addFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, addFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, addFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function subps(a: v128, b: v128): v128 {
  const result = f32x4.sub(a, b);
  if (roundsSilently()) {
    if (i32x4.all_true(v128.and(plain32(result), v128.and(plain32(a), plain32(b))))) return result;
  }
  let lanes = f32x4.splat(subFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, subFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, subFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, subFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

/** A product is normal, or 0 because a factor is. */
// @ts-expect-error: decorator
@inline
function product32(a: v128, b: v128, product: v128): v128 {
  const zero = f32x4.splat(0);
  return v128.or(normal32(product), v128.or(f32x4.eq(a, zero), f32x4.eq(b, zero)));
}

export function mulps(a: v128, b: v128): v128 {
  const result = f32x4.mul(a, b);
  if (roundsSilently()) {
    if (i32x4.all_true(v128.and(v128.and(plain32(a), plain32(b)), product32(a, b, result)))) return result;
  }
  let lanes = f32x4.splat(mulFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, mulFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, mulFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, mulFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function divps(a: v128, b: v128): v128 {
  const result = f32x4.div(a, b);
  if (roundsSilently()) {
    const known = v128.or(normal32(result), f32x4.eq(a, f32x4.splat(0)));
    if (i32x4.all_true(v128.and(v128.and(plain32(a), normal32(b)), known))) return result;
  }
  let lanes = f32x4.splat(divFloat<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, divFloat<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, divFloat<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, divFloat<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function minps(a: v128, b: v128): v128 {
  if (i32x4.all_true(v128.and(plain32(a), plain32(b)))) return f32x4.pmin(b, a);
  let lanes = f32x4.splat(minimum<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, minimum<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, minimum<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, minimum<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function maxps(a: v128, b: v128): v128 {
  if (i32x4.all_true(v128.and(plain32(a), plain32(b)))) return f32x4.pmax(b, a);
  let lanes = f32x4.splat(maximum<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  lanes = f32x4.replace_lane(lanes, 1, maximum<f32>(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  lanes = f32x4.replace_lane(lanes, 2, maximum<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  lanes = f32x4.replace_lane(lanes, 3, maximum<f32>(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  commit();
  return lanes;
}

export function sqrtps(a: v128): v128 {
  let lanes = f32x4.splat(sqrtFloat<f32>(f32x4.extract_lane(a, 0)));
  lanes = f32x4.replace_lane(lanes, 1, sqrtFloat<f32>(f32x4.extract_lane(a, 1)));
  lanes = f32x4.replace_lane(lanes, 2, sqrtFloat<f32>(f32x4.extract_lane(a, 2)));
  lanes = f32x4.replace_lane(lanes, 3, sqrtFloat<f32>(f32x4.extract_lane(a, 3)));
  commit();
  return lanes;
}

export function addpd(a: v128, b: v128): v128 {
  const result = f64x2.add(a, b);
  if (roundsSilently()) {
    if (i64x2.all_true(v128.and(plain64(result), v128.and(plain64(a), plain64(b))))) return result;
  }
  let lanes = f64x2.splat(addFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, addFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

export function subpd(a: v128, b: v128): v128 {
  const result = f64x2.sub(a, b);
  if (roundsSilently()) {
    if (i64x2.all_true(v128.and(plain64(result), v128.and(plain64(a), plain64(b))))) return result;
  }
  let lanes = f64x2.splat(subFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, subFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

/** A product is normal, or 0 because a factor is. */
// @ts-expect-error: decorator
@inline
function product64(a: v128, b: v128, product: v128): v128 {
  const zero = f64x2.splat(0);
  return v128.or(normal64(product), v128.or(f64x2.eq(a, zero), f64x2.eq(b, zero)));
}

export function mulpd(a: v128, b: v128): v128 {
  const result = f64x2.mul(a, b);
  if (roundsSilently()) {
    if (i64x2.all_true(v128.and(v128.and(plain64(a), plain64(b)), product64(a, b, result)))) return result;
  }
  let lanes = f64x2.splat(mulFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, mulFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

export function divpd(a: v128, b: v128): v128 {
  const result = f64x2.div(a, b);
  if (roundsSilently()) {
    const known = v128.or(normal64(result), f64x2.eq(a, f64x2.splat(0)));
    if (i64x2.all_true(v128.and(v128.and(plain64(a), normal64(b)), known))) return result;
  }
  let lanes = f64x2.splat(divFloat<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, divFloat<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

export function minpd(a: v128, b: v128): v128 {
  if (i64x2.all_true(v128.and(plain64(a), plain64(b)))) return f64x2.pmin(b, a);
  let lanes = f64x2.splat(minimum<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, minimum<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

export function maxpd(a: v128, b: v128): v128 {
  if (i64x2.all_true(v128.and(plain64(a), plain64(b)))) return f64x2.pmax(b, a);
  let lanes = f64x2.splat(maximum<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)));
  lanes = f64x2.replace_lane(lanes, 1, maximum<f64>(f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  commit();
  return lanes;
}

export function sqrtpd(a: v128): v128 {
  let lanes = f64x2.splat(sqrtFloat<f64>(f64x2.extract_lane(a, 0)));
  lanes = f64x2.replace_lane(lanes, 1, sqrtFloat<f64>(f64x2.extract_lane(a, 1)));
  commit();
  return lanes;
}
