// Random FXSAVE images: x87 stack, control words and XMM registers with values that matter.
// Intel SDM volume 1, chapters 4, 8 and 10.5.
import type { Random } from './random.ts';

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
const SINGLES = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 1, 0x7f7fffff,
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

function putXmm(random: Random, view: DataView, at: number): void {
  const kind = random.below(3);
  for (let lane = 0; lane < 4; lane++) {
    const single = random.chance(50) ? random.pick(SINGLES) : random.word();
    view.setUint32(at + lane * 4, single, true);
  }
  if (kind === 0) {
    for (let lane = 0; lane < 2; lane++)
      view.setFloat64(at + lane * 8, (random.word() - 0x80000000) / 1024, true);
  }
}

/** An image FXRSTOR accepts: exceptions mostly masked, any rounding, stack partly filled. */
export function floatImage(random: Random): Uint8Array {
  const image = new Uint8Array(512);
  const view = new DataView(image.buffer);
  const precision = random.chance(75) ? 0x300 : random.pick([0x000, 0x200]);
  const masks = random.chance(90) ? 0x3f : random.below(64);
  view.setUint16(0, 0x40 | precision | masks | (random.below(4) << 10), true);
  const top = random.below(8);
  view.setUint16(2, (top << 11) | (random.word() & 0x4700), true);
  const filled = random.chance(60) ? 0xff : random.below(256);
  image[4] = filled;
  for (let i = 0; i < 8; i++) putRegister(random, view, 32 + i * 16);
  view.setUint32(
    24,
    0x1f80 | (random.below(4) << 13) | (random.chance(10) ? 0x8040 & random.word() : 0),
    true,
  );
  for (let i = 0; i < 8; i++) putXmm(random, view, 160 + i * 16);
  return image;
}
