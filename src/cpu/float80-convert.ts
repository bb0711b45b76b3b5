// The 80-bit format from and to the other formats of memory: single, double, integers, packed decimals.
// Same conventions as float80.ts; narrow formats travel as their bits. A store that raises an unmasked
// exception still returns something here; the caller does not write it.
import {
  BIAS,
  C1,
  classify,
  controlWord,
  DE,
  EXPONENT,
  IE,
  INFINITE,
  INTEGER_BIT,
  invalid,
  NORMAL,
  OE,
  PE,
  QNAN,
  QUIET_BIT,
  RC,
  RC_DOWN,
  RC_NEAREST,
  RC_UP,
  result,
  roundsUp,
  SIGN,
  SNAN,
  signal,
  UE,
  UNSUPPORTED,
  unsignal,
  ZERO,
} from './float80.ts';

// ---- single and double ----

/** Single to extended. A signaling NaN stays one; a denormal raises DE, for it will not be seen afterwards. */
export function fromF32(bits: u32): u64 {
  const sign = <i32>(bits >> 16) & SIGN;
  const exp = <i32>(bits >> 23) & 0xff;
  const fraction = (<u64>(bits & 0x7fffff)) << 40;
  if (exp == 0xff) return result(sign | EXPONENT, fraction | INTEGER_BIT);
  if (exp != 0) return result(sign | (exp + (BIAS - 127)), fraction | INTEGER_BIT);
  return fromDenormal(sign, BIAS - 126, fraction);
}

/** Double to extended, as fromF32. */
export function fromF64(bits: u64): u64 {
  const sign = <i32>(bits >> 48) & SIGN;
  const exp = <i32>(bits >> 52) & 0x7ff;
  const fraction = (bits & 0xfffffffffffff) << 11;
  if (exp == 0x7ff) return result(sign | EXPONENT, fraction | INTEGER_BIT);
  if (exp != 0) return result(sign | (exp + (BIAS - 1023)), fraction | INTEGER_BIT);
  return fromDenormal(sign, BIAS - 1022, fraction);
}

function fromDenormal(sign: i32, exp: i32, fraction: u64): u64 {
  if (fraction == 0) return result(sign, 0);
  signal(DE);
  const zeros = <i32>clz(fraction);
  return result(sign | (exp - zeros), fraction << zeros);
}

/** Extended to single. */
export function toF32(sig: u64, se: i32): u32 {
  return <u32>narrow(sig, se, 40, 127, 0xff);
}

/** Extended to double. */
export function toF64(sig: u64, se: i32): u64 {
  const exp = (se & EXPONENT) - (BIAS - 1023);
  const cw = controlWord();
  // Most stores: a normal number, rounded to nearest, that cannot carry out of the format.
  if (<u32>(exp - 1) < <u32>0x7fd && <i64>sig < 0 && !(cw & RC)) {
    const rest = sig << 53;
    const bits = ((<u64>(se & SIGN)) << 48) | ((<u64>exp) << 52) | ((sig << 1) >> 12);
    if (rest == 0) return bits;
    if (rest > INTEGER_BIT || (rest == INTEGER_BIT && (bits & 1) != 0)) {
      signal(PE | C1);
      return bits + 1;
    }
    signal(PE);
    return bits;
  }
  return narrow(sig, se, 11, 1023, 0x7ff);
}

// To a format whose significand is `drop` bits shorter, whose bias is `bias` and greatest exponent `last`.
function narrow(sig: u64, se: i32, drop: i32, bias: i32, last: i32): u64 {
  const cw = controlWord();
  const width = 63 - drop;
  const sign = se & SIGN;
  const signBit = (<u64>(sign >> 15)) << (drop == 40 ? 31 : 63);
  const infinity = signBit | ((<u64>last) << width);
  const kind = classify(sig, se);
  if (kind != NORMAL) {
    if (kind == ZERO) return signBit;
    if (kind == INFINITE) return infinity;
    if (kind == UNSUPPORTED) {
      signal(IE);
      return ((<u64>(last << 1) | 3) << (width - 1)) | (drop == 40 ? <u64>0x80000000 : INTEGER_BIT);
    }
    if (kind >= QNAN) {
      if (kind == SNAN) signal(IE);
      return infinity | (((sig | QUIET_BIT) << 1) >> (drop + 1));
    }
  }
  const zeros = <i32>clz(sig);
  let hi = sig << zeros;
  let exp = max(se & EXPONENT, 1) - zeros - BIAS + bias;
  let rest: u64 = 0;
  let tiny = false;
  if (exp <= 0) {
    tiny = exp < 0 || hi >> drop != <u64>-1 >> drop || !roundsUp(cw, sign, true, hi << (64 - drop));
    if (tiny && !(cw & UE)) {
      signal(UE);
      // The rounding that the precision flag tells of is that of the unbounded format.
      exp = 1;
    } else {
      const shift = 1 - exp;
      rest = shift < 64 ? hi << (64 - shift) : 1;
      hi = shift < 64 ? hi >> shift : 0;
      exp = 0;
    }
  }
  const dropped = (hi << (64 - drop)) | <u64>(rest != 0);
  hi >>= drop;
  if (dropped != 0) {
    const up = roundsUp(cw, sign, (hi & 1) != 0, dropped);
    signal(PE | (up ? C1 : 0) | (tiny ? UE : 0));
    hi += <u64>up;
  }
  if (exp > last) exp = last;
  // The integer bit, or a carry, adds itself to the exponent.
  const bits = exp == 0 ? hi : ((<u64>(exp - 1)) << width) + hi;
  if (bits >> width < <u64>last) return signBit | bits;
  if (!(cw & OE)) {
    signal(OE);
    return infinity;
  }
  signal(OE | PE);
  const rc = cw & RC;
  if (rc == RC_NEAREST || rc == (sign ? RC_DOWN : RC_UP)) {
    signal(C1);
    return infinity;
  }
  unsignal(C1);
  return infinity - 1;
}

// ---- integers ----

export function fromInteger(value: i64): u64 {
  if (value == 0) return result(0, 0);
  const sign = value < 0 ? SIGN : 0;
  const magnitude = <u64>(value < 0 ? -value : value);
  const zeros = <i32>clz(magnitude);
  return result(sign | (BIAS + 63 - zeros), magnitude << zeros);
}

/** The integer next to a finite value below 2^64 in magnitude, as `cw` rounds; raises nothing but PE and C1. */
export function roundMagnitude(sig: u64, se: i32, cw: i32): u64 {
  const power = (se & EXPONENT) - BIAS;
  if (power >= 63) return sig;
  let magnitude: u64 = 0;
  let rest: u64;
  if (power >= 0) {
    magnitude = sig >> (63 - power);
    rest = sig << (power + 1);
  } else rest = power == -1 ? sig : <u64>(sig != 0);
  if (rest == 0) return magnitude;
  signal(PE);
  if (!roundsUp(cw, se & SIGN, (magnitude & 1) != 0, rest)) return magnitude;
  signal(C1);
  return magnitude + 1;
}

/** To an integer of `bits` bits; the integer indefinite where it does not fit. */
export function toInteger(sig: u64, se: i32, bits: i32, cw: i32): i64 {
  const kind = classify(sig, se);
  const limit = (<u64>1) << (bits - 1);
  if (kind < INFINITE && (se & EXPONENT) <= BIAS + 62 + <i32>(bits == 64)) {
    const magnitude = roundMagnitude(sig, se, cw);
    if (magnitude < limit) return se & SIGN ? -(<i64>magnitude) : <i64>magnitude;
    if (magnitude == limit && se & SIGN) return -(<i64>limit);
  }
  unsignal(PE | C1);
  signal(IE);
  return -(<i64>limit);
}

// ---- packed decimals: 18 digits, then a byte whose top bit is the sign ----

const TEN_16: u64 = 10000000000000000;

/** `low` holds the 16 lower digits, `high` two more and the sign. */
export function fromDecimal(low: u64, high: u32): u64 {
  let value: u64 = (<u64>((high >> 4) & 15) * 10 + (high & 15)) * TEN_16;
  let scale: u64 = 1;
  for (let i = 0; i < 16; i++) {
    value += (low & 15) * scale;
    low >>= 4;
    scale *= 10;
  }
  if (value == 0) return result(<i32>high & SIGN, 0);
  const zeros = <i32>clz(value);
  return result((<i32>high & SIGN) | (BIAS + 63 - zeros), value << zeros);
}

/** The 16 lower digits; the rest lies in resultSe. The decimal indefinite has the bytes of the real one. */
export function toDecimal(sig: u64, se: i32): u64 {
  const kind = classify(sig, se);
  if (kind >= INFINITE || (se & EXPONENT) > BIAS + 59) return invalid();
  const magnitude = roundMagnitude(sig, se, controlWord());
  if (magnitude >= 100 * TEN_16) {
    unsignal(PE | C1);
    return invalid();
  }
  let lower = magnitude % TEN_16;
  const upper = <i32>(magnitude / TEN_16);
  let digits: u64 = 0;
  for (let i = 0; i < 64; i += 4) {
    digits |= (lower % 10) << i;
    lower /= 10;
  }
  return result((se & SIGN) | ((upper / 10) << 4) | (upper % 10), digits);
}
