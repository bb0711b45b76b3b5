// Values for XMM registers, 16-byte memory operands and MXCSR: numbers whose sums, products and quotients
// are exact, tied, tiny or too large now and then, NaNs of both kinds, and plain bits for the integers.
import type { Random } from './random.ts';

interface Format {
  readonly exponentBits: number;
  readonly fractionBits: number;
}

const SINGLE: Format = { exponentBits: 8, fractionBits: 23 };
const DOUBLE: Format = { exponentBits: 11, fractionBits: 52 };

function fraction(random: Random, bits: number): bigint {
  const full = (1n << BigInt(bits)) - 1n;
  const word = ((BigInt(random.word()) << 32n) | BigInt(random.word())) & full;
  switch (random.below(8)) {
    case 0:
      return 0n;
    case 1:
      return full;
    case 2:
      return 1n;
    case 3:
      return 1n << BigInt(random.below(bits));
    case 4: // few bits, so that products are exact
      return word & (full << BigInt(bits >> 1)) & full;
    case 5:
      return full - BigInt(random.below(4));
    default:
      return word;
  }
}

/** The bits of one number. */
function number(random: Random, { exponentBits, fractionBits }: Format): bigint {
  const top = (1 << exponentBits) - 1;
  const bias = top >> 1;
  let exponent: number;
  let low = fraction(random, fractionBits);
  switch (random.below(16)) {
    case 0:
      exponent = 0;
      if (random.chance(50)) low = 0n;
      break;
    case 1:
      exponent = top;
      if (random.chance(40)) low = 0n;
      if (random.chance(30)) low |= 1n << BigInt(fractionBits - 1);
      break;
    case 2:
      exponent = random.between(1, 3);
      break;
    case 3:
      exponent = random.between(top - 4, top - 1);
      break;
    case 4: // what meets in the middle of the range
      exponent = random.pick([bias >> 1, bias + (bias >> 1)]) + random.between(-3, 3);
      break;
    case 5:
      exponent = random.between(1, top - 1);
      break;
    case 6:
    case 7: // about the range of 32-bit integers
      exponent = bias + random.between(28, 33);
      break;
    case 8:
      exponent = bias + random.between(-fractionBits - 2, fractionBits + 2);
      break;
    case 9: // where a single number becomes tiny or too large
      exponent = Math.min(
        top - 1,
        Math.max(1, bias + random.pick([-150, -149, -127, -126, -125, 126, 127, 128])),
      );
      break;
    default:
      exponent = bias + random.between(-3, 3);
  }
  const sign = random.chance(45) ? 1n << BigInt(exponentBits + fractionBits) : 0n;
  return sign | (BigInt(exponent) << BigInt(fractionBits)) | low;
}

const EDGES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x80008000,
];

/** Sixteen bytes: doubles, singles, small counts, integers at the edges of their ranges, or text with zeros. */
export function vector(random: Random): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const kind = random.below(12);
  if (kind < 4) {
    for (let at = 0; at < 16; at += 8) view.setBigUint64(at, number(random, DOUBLE), true);
  } else if (kind < 8) {
    for (let at = 0; at < 16; at += 4) view.setUint32(at, Number(number(random, SINGLE)), true);
  } else if (kind === 8) {
    for (let at = 0; at < 16; at += 4)
      view.setUint32(at, random.chance(50) ? random.pick(EDGES) : random.word(), true);
  } else if (kind >= 10) {
    const width = random.pick([1, 1, 2]);
    const zero = random.below(20);
    for (let at = 0; at < 16; at += width)
      bytes[at] = random.chance(zero) ? 0 : random.pick([0x61, 0x62, 0x63, 0x7f, 0x80, 0xff]);
  } else {
    view.setUint32(0, random.chance(80) ? random.below(70) : random.word(), true);
    view.setUint32(4, random.chance(80) ? 0 : random.word(), true);
    view.setUint32(8, random.word(), true);
  }
  return bytes;
}

/** Any rounding; exceptions mostly masked; sticky flags from none to all; flushing of denormals sometimes. */
export function controlWord(random: Random): number {
  const flags = random.pick([0, 0, 0x20, 0x3f, random.below(64)]);
  const masks = random.chance(70) ? 0x3f : random.chance(50) ? 0 : random.below(64);
  const rounding = random.chance(40) ? 0 : random.below(4);
  const flush = random.chance(75) ? 0 : random.word() & 0x8040;
  return flags | (masks << 7) | (rounding << 13) | flush;
}
