// Operands for x87 cases: 80-bit values of every class with significands that round in interesting ways,
// memory operands of every format, and values that lie where a given instruction changes its answer.
import type { Random } from '../fuzz/random.ts';

/** Sign and exponent, and the significand with its integer bit. */
export interface Float80 {
  readonly se: number;
  readonly sig: bigint;
}

const INTEGER_BIT = 1n << 63n;
const ONES = (1n << 64n) - 1n;
const BIAS = 0x3fff;

export function word64(random: Random): bigint {
  return (BigInt(random.word()) << 32n) | BigInt(random.word());
}

/** A significand with its integer bit: short, full, of ones, or halfway for some precision. */
export function significand(random: Random): bigint {
  const shift = BigInt(random.between(1, 63));
  switch (random.below(8)) {
    case 0:
      return INTEGER_BIT;
    case 1:
      return ONES;
    case 2:
      return INTEGER_BIT | (word64(random) >> shift);
    case 3:
      return INTEGER_BIT | ((word64(random) << shift) & ONES);
    case 4:
      return INTEGER_BIT | ((ONES << shift) & ONES);
    case 5: {
      const dropped = random.pick([11n, 40n]);
      const half = ((word64(random) >> dropped) << dropped) | (1n << (dropped - 1n));
      return INTEGER_BIT | half | BigInt(random.below(2));
    }
    default:
      return INTEGER_BIT | word64(random);
  }
}

const sign = (random: Random) => random.below(2) << 15;

/** A normal number of about that power of two. */
export function near(random: Random, power: number): Float80 {
  const exponent = Math.min(Math.max(power + BIAS, 1), 0x7ffe);
  return { se: sign(random) | exponent, sig: significand(random) };
}

const BORDERS = [-1023, 1023, -1022, -1075, -127, 127, -126, -150, -16382, 16383];

export function float80(random: Random): Float80 {
  const s = sign(random);
  switch (random.below(24)) {
    case 0:
      return { se: s, sig: 0n };
    case 1:
      return { se: s, sig: word64(random) >> BigInt(random.between(1, 63)) };
    case 2:
      return { se: s, sig: significand(random) };
    case 3:
      return { se: s | 0x7fff, sig: INTEGER_BIT };
    case 4:
      return { se: s | 0x7fff, sig: word64(random) | (3n << 62n) };
    case 5:
      return { se: s | 0x7fff, sig: INTEGER_BIT | (word64(random) >> 2n) | 1n };
    case 6:
      return { se: s | random.between(1, 0x7fff), sig: word64(random) >> 1n };
    case 7:
      return near(random, random.pick(BORDERS) + random.between(-1, 1));
    case 8:
      return { se: s | random.between(1, 0x7ffe), sig: significand(random) };
    case 9: {
      const small = BigInt(random.between(1, 31));
      return { se: s | (BIAS + random.below(8)), sig: (small << 58n) | INTEGER_BIT };
    }
    default:
      return near(random, random.between(-70, 70));
  }
}

// A single or double by its bits: class and value at random.
function narrow(random: Random, exponentBits: number, fractionBits: number): bigint {
  const last = (1 << exponentBits) - 1;
  const middle = last >> 1;
  const exponent = random.pick([0, last, middle, middle + random.between(-20, 20), random.between(0, last)]);
  const mask = (1n << BigInt(fractionBits)) - 1n;
  const quiet = 1n << BigInt(fractionBits - 1);
  const fraction = random.pick([0n, 1n, mask, quiet, word64(random) & mask, word64(random) & (mask >> 1n)]);
  const high = BigInt((random.below(2) << exponentBits) | exponent);
  return (high << BigInt(fractionBits)) | fraction;
}

function decimal(random: Random): bigint {
  let value = BigInt(random.below(2)) << 79n;
  const digits = random.between(0, 18);
  for (let i = 0; i < digits; i++) value |= BigInt(random.below(10)) << BigInt(i * 4);
  return value;
}

/** A memory operand for the instruction, as a number of up to 80 bits. */
export function memoryOperand(random: Random, mnemonic: string, bytes: number): bigint {
  const bits = BigInt(bytes * 8);
  if (mnemonic === 'fbld') return decimal(random);
  if (bytes === 10) {
    const { se, sig } = float80(random);
    return (BigInt(se) << 64n) | sig;
  }
  if (/^fi/.test(mnemonic) || bytes === 2) {
    const small = BigInt(random.between(-50, 50));
    const value = random.pick([0n, 1n << (bits - 1n), small, word64(random)]);
    return BigInt.asUintN(Number(bits), value);
  }
  return bytes === 4 ? narrow(random, 8, 23) : narrow(random, 11, 52);
}

/** Puts ST(0) and the other operand where the instruction is at its limits. */
export function sharpen(random: Random, mnemonic: string, bytes: number, st: Float80[], other: number): void {
  const power = (st[0].se & 0x7fff) - BIAS;
  if (/^(fist|fbst|frndint)/.test(mnemonic) && random.chance(70)) {
    const last = bytes > 8 ? 60 : bytes > 0 ? bytes * 8 - 1 : 63;
    st[0] = near(random, random.pick([last - 1, last, random.between(-2, last), random.between(-2, 6)]));
  } else if (/^fstp?$/.test(mnemonic) && (bytes === 4 || bytes === 8) && random.chance(40)) {
    const border = bytes === 4 ? 127 : 1023;
    const below = bytes === 4 ? 25 : 54;
    st[0] = near(random, random.chance(50) ? border + random.between(-1, 2) : -border - random.below(below));
  } else if (mnemonic === 'fscale' && random.chance(70)) {
    st[1] = near(random, random.between(-2, 14));
  } else if (/^fprem/.test(mnemonic) && random.chance(70)) {
    st[1] = near(random, power - random.between(-2, 130));
  } else if (/^f2xm1$/.test(mnemonic) && random.chance(80)) {
    st[0] = near(random, -random.between(1, 70));
  } else if (/^f(sin|cos|sincos|ptan)$/.test(mnemonic) && random.chance(60)) {
    st[0] = near(random, random.between(-40, 63));
  } else if (/^fyl2x/.test(mnemonic) && random.chance(70)) {
    st[0] = near(random, mnemonic === 'fyl2x' ? random.between(-1, 1) : -random.between(2, 70));
    if (mnemonic === 'fyl2x') st[0] = { ...st[0], se: st[0].se & 0x7fff };
  } else if (/^f(add|sub|com|ucom)/.test(mnemonic) && other > 0 && random.chance(30)) {
    const sig = (st[0].sig ^ BigInt(random.below(16))) | INTEGER_BIT;
    st[other] = { se: (st[0].se ^ sign(random)) + random.between(-1, 1), sig };
    if (st[other].se < 0 || st[other].se > 0xffff) st[other] = st[0];
  } else if (/^f(mul|div)/.test(mnemonic) && other > 0 && random.chance(30)) {
    const target = random.chance(50) ? -16382 - random.between(-4, 66) : 16383 + random.between(-2, 2);
    st[other] = near(random, /mul/.test(mnemonic) ? target - power : power - target);
  }
  if (mnemonic === 'fsqrt' && random.chance(70)) st[0] = { ...st[0], se: st[0].se & 0x7fff };
}
