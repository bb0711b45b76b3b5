// Random FXSAVE images: x87 stack, control words and XMM registers with values that matter.
// Intel SDM volume 1, chapters 4, 8 and 10.5.
import type { Random } from './random.ts';
import { controlWord, vector } from './vector-values.ts';

const EXPONENTS = [
  0, 1, 0x3ffe, 0x3fff, 0x4000, 0x403e, 0x403f, 0x3f80, 0x3c00, 0x43ff, 0x7ffe, 0x7fff, 0x3ffd,
];
const FRACTIONS = [
  0n,
  0x8000000000000000n,
  0xffffffffffffffffn,
  0xc000000000000000n,
  0x8000000000000001n,
  1n,
];
function word64(random: Random): bigint {
  return (BigInt(random.word()) << 32n) | BigInt(random.word());
}

function putRegister(random: Random, view: DataView, at: number): void {
  const exponent = random.chance(45)
    ? random.pick(EXPONENTS)
    : random.chance(70)
      ? random.between(0x3fc0, 0x4040)
      : random.below(0x8000);
  let fraction = random.chance(45) ? random.pick(FRACTIONS) : word64(random);
  // The integer bit is set for all but denormals and the encodings the 387 calls unsupported.
  if (exponent > 0 && random.chance(96)) fraction |= 0x8000000000000000n;
  view.setBigUint64(at, fraction, true);
  view.setUint16(at + 8, exponent | (random.chance(50) ? 0x8000 : 0), true);
}

/** An image FXRSTOR accepts: exceptions mostly masked, any rounding, stack partly filled. */
export function floatImage(random: Random): Uint8Array {
  const image = new Uint8Array(512);
  const view = new DataView(image.buffer);
  const precision = random.chance(75) ? 0x300 : random.pick([0x000, 0x200]);
  const masks = random.chance(90) ? 0x3f : random.below(64);
  view.setUint16(0, 0x40 | precision | masks | (random.below(4) << 10), true);
  const top = random.below(8);
  // Now and then an exception is pending.
  const flags = random.chance(3) ? random.word() & 0x3f : 0;
  const summary = (flags & ~masks) !== 0 ? 0x8080 : 0;
  view.setUint16(2, (top << 11) | (random.word() & 0x4700) | flags | summary, true);
  const filled = random.chance(60) ? 0xff : random.below(256);
  image[4] = filled;
  for (let i = 0; i < 8; i++) putRegister(random, view, 32 + i * 16);
  view.setUint32(24, controlWord(random), true);
  for (let i = 0; i < 8; i++) image.set(vector(random), 160 + i * 16);
  return image;
}
