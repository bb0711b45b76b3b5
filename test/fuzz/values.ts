// Interesting numbers for a fuzz case: edge values, pointers into the sandbox, flags, selectors.
import type { Random } from './random.ts';
import { CODE, CODE_END, DATA, SELECTORS, STACK, STACK_END } from './sandbox.ts';

const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 9, 0xf, 0x10, 0x1f, 0x20, 0x21, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff,
  0x8000, 0x8001, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0xffffff80,
  0xffff8000, 0x55555555, 0xaaaaaaaa, 0x12345678, 0x99, 0x9a, 0xfa, 0x66,
];

// Pages of the sandbox's data, and the places where one protection meets another.
const DATA_BORDERS = [
  DATA,
  DATA + 0x1000,
  DATA + 0x2000,
  DATA + 0x3000,
  DATA + 0x4000,
  DATA + 0x5000,
  DATA + 0x6000,
];

export const STATUS = { o: 0x800, s: 0x80, z: 0x40, a: 0x10, p: 4, c: 1, d: 0x400 } as const;

/** Bits of EFLAGS for letters such as 'oszapc'. */
export function flagBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) bits |= STATUS[letter as keyof typeof STATUS];
  return bits;
}

export function value(random: Random): number {
  if (random.chance(50)) return random.pick(EDGES);
  if (random.chance(20)) return random.below(64);
  return random.word();
}

export function dataPointer(random: Random): number {
  if (random.chance(18)) return (random.pick(DATA_BORDERS) + random.between(-9, 8)) >>> 0;
  const page = random.pick([0, 0, 0, 1, 1, 2, 4, 4, 5, 6]);
  const at = DATA + page * 0x1000 + random.below(0xff0);
  return random.chance(60) ? (at & ~3) >>> 0 : at;
}

export function stackPointer(random: Random): number {
  if (random.chance(86)) return STACK + 0x800 + random.below(0x1000 / 4) * 4;
  if (random.chance(40)) return STACK + random.below(64);
  if (random.chance(50)) return STACK_END - random.below(64);
  return random.chance(50) ? dataPointer(random) : STACK + 0x800 + random.below(0x1000);
}

export function codePlace(random: Random, length: number): number {
  if (random.chance(75)) return CODE + 0x100 + random.below(0xd00);
  if (random.chance(60)) return CODE + 0x1000 - random.below(length + 1);
  if (random.chance(50)) return CODE_END - length - random.below(4);
  return CODE + 0x1100 + random.below(0xd00);
}

/** All status flags at random, sometimes the direction; interrupts on as in every Linux program. */
export function startFlags(random: Random): number {
  return 0x202 | (random.word() & 0x8d5) | (random.chance(20) ? STATUS.d : 0);
}

/** Present and absent LDT entries, null, and some that lie outside of their tables. */
export function selector(random: Random): number {
  if (random.chance(70)) return random.pick(SELECTORS);
  return random.pick([0, 1, 2, 3, 0x08, 0x10, 0x13, 0xfff8, 0xffff, 0x6f, 0x77, 0x04, 0x0c, 0x0d]);
}
