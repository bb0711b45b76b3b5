// Which flags a sequence leaves undefined. The generator uses it to keep instructions from reading such
// flags, the comparison to look away from them. Sequences branch forward only, so one pass is enough.
import type { Row } from '../../src/isa/map.ts';
import { flagBits } from './values.ts';

const CONDITIONS = ['o', 'c', 'z', 'cz', 's', 'p', 'so', 'zso'];

/** These leave all flags alone when the count is zero: they neither define surely nor read. */
const COUNTED = new Set(['rol', 'ror', 'shl', 'shr', 'sar', 'shld', 'shrd']);
/** The same, but the carry goes in. */
const COUNTED_CARRY = new Set(['rcl', 'rcr']);

/** Bits of EFLAGS the instruction looks at. */
export function flagsRead(row: Row, opcode: number): number {
  if (COUNTED.has(row.name)) return 0;
  if (COUNTED_CARRY.has(row.name)) return flagBits('c');
  return flagBits(row.reads === 'cond' ? CONDITIONS[(opcode >> 1) & 7] : row.reads);
}

export class UndefinedFlags {
  /** Bits of EFLAGS that may be undefined at this point. */
  bits = 0;
  /** Ordinal of the first instruction that is reached for certain again. */
  #certainFrom = 0;

  /** Passes over instruction `ordinal`. */
  pass(row: Row, ordinal: number): void {
    const surely = ordinal >= this.#certainFrom && !COUNTED.has(row.name) && !COUNTED_CARRY.has(row.name);
    if (surely && row.rep === '') this.bits &= ~flagBits(row.writes);
    this.bits |= flagBits(row.undefined);
  }

  /** A branch may skip everything before instruction `target`. */
  branch(target: number): void {
    this.#certainFrom = Math.max(this.#certainFrom, target);
  }
}
