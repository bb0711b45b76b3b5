// The sizes and prefixes of one instruction of a fuzz case.
import type { Slot } from '../../src/isa/map.ts';
import { EXCLUDED_REPEAT, withoutLock } from './exclusions.ts';
import type { Random } from './random.ts';

const OVERRIDES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const FS = 4;
const GS = 5;
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
/** Base DATA, 8 KiB: the segment in which 16-bit addresses hit something. */
const SMALL_DATA = 0x17;

export class Encoding {
  /** Operand size, 16 or 32. */
  readonly size: 16 | 32;
  /** Address size, 16 or 32. */
  readonly address: 16 | 32;
  readonly #random: Random;
  readonly #slot: Slot;
  readonly #selectors: readonly number[];

  constructor(random: Random, slot: Slot, selectors: readonly number[], forced: 0 | 32) {
    this.#random = random;
    this.#slot = slot;
    this.#selectors = selectors;
    const { row } = slot;
    const flow = row.ends !== '';
    // crc32 has a prefix and looks at the operand size as well.
    const fixed = slot.vex || slot.strict || (slot.prefix !== '' && !row.sized);
    const share = fixed ? 0 : row.sized ? (flow ? 5 : 22) : 2;
    this.size = forced === 0 && random.chance(share) ? 16 : 32;
    this.address = random.chance(6) ? 16 : 32;
  }

  prefixes(isMemory: boolean): number[] {
    const random = this.#random;
    const { row, prefix, strict, vex } = this.#slot;
    const bytes: number[] = [];
    if (this.size === 16) bytes.push(0x66);
    if (this.address === 16) bytes.push(0x67);
    const small = [FS, GS].filter((s) => this.#selectors[s] === SMALL_DATA);
    if (this.address === 16 && small.length > 0 && random.chance(85))
      bytes.push(OVERRIDES[random.pick(small)]);
    else if (random.chance(6)) bytes.push(random.pick(OVERRIDES));
    const lockShare = withoutLock(row) ? 0 : row.lock && isMemory ? 12 : this.#slot.vex ? 0.1 : 0.7;
    if (random.chance(lockShare)) bytes.push(0xf0);
    if (!strict && !vex && prefix === '' && !(row.name in EXCLUDED_REPEAT)) {
      if (random.chance(row.rep !== '' ? 65 : 1)) bytes.push(random.pick([0xf2, 0xf3]));
    }
    if (bytes.length > 0 && random.chance(2)) bytes.push(random.pick(bytes));
    for (let i = bytes.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [bytes[i], bytes[j]] = [bytes[j], bytes[i]];
    }
    if (prefix !== '' && !vex) bytes.push(Number.parseInt(prefix, 16));
    return bytes;
  }

  /** `vvvv`: the register that a VEX prefix names. */
  opcode(vvvv: number): number[] {
    const { map, opcode, vex, prefix } = this.#slot;
    if (!vex) return [...ESCAPES[map], opcode];
    // vvvv's fourth bit and the width mean nothing.
    const more = this.#random.chance(20) ? this.#random.word() & 0xc0 : 0x40;
    const long = this.#random.chance(1) ? 4 : 0;
    const last = more | ((~vvvv & 7) << 3) | long | ['', '66', 'F3', 'F2'].indexOf(prefix);
    return [0xc4, 0xe0 | map, last, opcode];
  }
}
