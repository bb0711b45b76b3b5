// The two formats of SSE numbers taken apart, for T = f32 and f64: kinds of operands, NaNs, and the
// significand with its first bit in bit 63; and `round`, which puts a result together in all rounding modes.
// Only what the arithmetic of wasm does not settle comes here. Manual: volume 1, 4.8 and 11.5.2.
import {
  DE,
  DOWN,
  denormalsAreZero,
  flushesToZero,
  IE,
  isMasked,
  NEAREST,
  OE,
  PE,
  rounding,
  signal,
  UE,
  UP,
} from './sse-exception.ts';

// ---- formats ----

// @ts-expect-error: decorator
@inline
export function digits<T>(): i32 {
  return sizeof<T>() == 4 ? 24 : 53;
}

/** Exponent of the greatest numbers; 1 less this is that of the least normal ones. */
// @ts-expect-error: decorator
@inline
function greatest<T>(): i32 {
  return sizeof<T>() == 4 ? 127 : 1023;
}

/** The bits of a number. */
// @ts-expect-error: decorator
@inline
export function bitsOf<T>(x: T): u64 {
  if (sizeof<T>() == 4) return <u64>reinterpret<u32>(<f32>x);
  return reinterpret<u64>(<f64>x);
}

// @ts-expect-error: decorator
@inline
export function ofBits<T>(bits: u64): T {
  if (sizeof<T>() == 4) return <T>reinterpret<f32>(<u32>bits);
  return <T>reinterpret<f64>(bits);
}

// @ts-expect-error: decorator
@inline
export function signOf<T>(x: T): u64 {
  return bitsOf<T>(x) & (<u64>1 << (sizeof<T>() * 8 - 1));
}

// @ts-expect-error: decorator
@inline
function infinity<T>(): u64 {
  return sizeof<T>() == 4 ? 0x7f800000 : 0x7ff0000000000000;
}

// ---- kinds ----

/** Normal, and not the least normal number: such a result may have been tiny before it was rounded. */
// @ts-expect-error: decorator
@inline
export function isNormal<T>(x: T): bool {
  const magnitude = bitsOf<T>(x) & ~signBit<T>();
  const least = (<u64>1 << (digits<T>() - 1)) + 1;
  return magnitude - least < infinity<T>() - least;
}

// @ts-expect-error: decorator
@inline
export function isDenormal<T>(x: T): bool {
  const magnitude = bitsOf<T>(x) & ~signBit<T>();
  return magnitude - 1 < (<u64>1 << (digits<T>() - 1)) - 1;
}

// @ts-expect-error: decorator
@inline
export function isInfinite<T>(x: T): bool {
  return (bitsOf<T>(x) & ~signBit<T>()) == infinity<T>();
}

// @ts-expect-error: decorator
@inline
function signBit<T>(): u64 {
  return <u64>1 << (sizeof<T>() * 8 - 1);
}

// @ts-expect-error: decorator
@inline
function quietBit<T>(): u64 {
  return <u64>1 << (digits<T>() - 2);
}

/** Of a NaN: whether it signals. */
export function isSignaling<T>(x: T): bool {
  return (bitsOf<T>(x) & quietBit<T>()) == 0;
}

/** What an invalid operation answers. */
export function indefinite<T>(): T {
  return ofBits<T>(signBit<T>() | infinity<T>() | quietBit<T>());
}

/** An invalid operation that no NaN brought about. */
export function invalid<T>(): T {
  signal(IE);
  return indefinite<T>();
}

/** The result where the operand, or one of two, is a NaN: the first of them, made quiet. */
export function quiet<T>(x: T): T {
  if (isSignaling<T>(x)) signal(IE);
  return ofBits<T>(bitsOf<T>(x) | quietBit<T>());
}

export function quietFirst<T>(a: T, b: T): T {
  if (a == a) return quiet<T>(b);
  if (b != b && isSignaling<T>(b)) signal(IE);
  return quiet<T>(a);
}

// ---- operands ----

/** Under DAZ a zero in place of a denormal. */
export function operand<T>(x: T): T {
  return isDenormal<T>(x) && denormalsAreZero() ? ofBits<T>(signOf<T>(x)) : x;
}

/** Signals a denormal operand. */
// @ts-expect-error: decorator
@inline
export function noticeDenormal<T>(x: T): void {
  if (isDenormal<T>(x)) signal(DE);
}

/** Of a finite number other than zero: x = significand * 2^(exponent - 63). */
export function significand<T>(x: T): u64 {
  const fraction = bitsOf<T>(x) & ((<u64>1 << (digits<T>() - 1)) - 1);
  if (isDenormal<T>(x)) return fraction << clz(fraction);
  return (fraction << (64 - digits<T>())) | 0x8000000000000000;
}

export function exponent<T>(x: T): i32 {
  const bits = bitsOf<T>(x) & ~signBit<T>();
  if (isDenormal<T>(x)) return 1 - greatest<T>() - (<i32>clz(bits) - (64 - digits<T>()));
  return <i32>(bits >> (digits<T>() - 1)) - greatest<T>();
}

/** Shifts right; what falls out remains visible in the last bit. */
export function shiftSticky(x: u64, n: i32): u64 {
  if (n == 0) return x;
  if (n > 63) return <u64>(x != 0);
  return (x >> n) | <u64>(x << (64 - n) != 0);
}

// ---- results ----

/** Whether `rest`, of 64 - digits bits behind the last digit, rounds the magnitude `kept` up. */
function roundsUp(negative: bool, kept: u64, rest: u64, half: u64): bool {
  const mode = rounding();
  if (mode == NEAREST) return rest > half || (rest == half && (kept & 1) != 0);
  return rest != 0 && ((mode == UP && !negative) || (mode == DOWN && negative));
}

/** The number sig * 2^(exp - 63); `sig` is not 0, and its last bit stands for all that lies behind it. */
export function round<T>(negative: bool, exp: i32, sig: u64): T {
  const shift = <i32>clz(sig);
  sig <<= shift;
  exp -= shift;
  const sign = negative ? signBit<T>() : 0;
  const drop = 64 - digits<T>();
  const half = <u64>1 << (drop - 1);
  const least = 1 - greatest<T>();
  let tiny = false;
  if (exp < least) {
    // Tiny is what is less than the least normal number after rounding as if there were no least exponent.
    const rest = sig & (half * 2 - 1);
    const all = (<u64>1 << digits<T>()) - 1;
    const carries = sig >> drop == all && roundsUp(negative, all, rest, half);
    tiny = exp < least - 1 || !carries;
    if (tiny && !isMasked(UE)) {
      signal(rest != 0 ? UE | PE : UE);
      return ofBits<T>(sign);
    }
    if (tiny && flushesToZero()) {
      signal(UE | PE);
      return ofBits<T>(sign);
    }
    sig = shiftSticky(sig, least - exp);
    exp = least;
  }
  const rest = sig & (half * 2 - 1);
  let kept = sig >> drop;
  if (roundsUp(negative, kept, rest, half)) kept++;
  if (rest != 0) signal(tiny ? UE | PE : PE);
  // The first digit of a normal number adds one to the exponent, and so does a carry out of the digits.
  const magnitude = (<u64>(exp + greatest<T>() - 1) << (digits<T>() - 1)) + kept;
  if (magnitude < infinity<T>()) return ofBits<T>(sign | magnitude);
  signal(isMasked(OE) ? OE | PE : OE);
  const mode = rounding();
  const unlimited = mode == NEAREST || (mode == UP && !negative) || (mode == DOWN && negative);
  return ofBits<T>(sign | (unlimited ? infinity<T>() : infinity<T>() - 1));
}
