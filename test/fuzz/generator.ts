// Makes random cases from the rows of src/isa: short sequences whose operands mostly make sense, so that
// they reach deep into the sandbox instead of dying at the first instruction, and sometimes do not.
import { type Operand, type Slot, slots } from '../../src/isa/map.ts';
import { Draft } from './draft.ts';
import { isExcluded } from './exclusions.ts';
import { Random } from './random.ts';
import type { FuzzCase } from './wire.ts';

export const FAMILIES = ['integer', 'x87', 'sse', 'sse3', 'ssse3', 'sse4_1', 'sse4_2', 'bits'] as const;
export type Family = (typeof FAMILIES)[number];

/** Families by the feature of the CPU model that has them. */
const BY_FEATURE: Readonly<Record<string, Family>> = {
  sse3: 'sse3',
  ssse3: 'ssse3',
  sse4_1: 'sse4_1',
  sse4_2: 'sse4_2',
  popcnt: 'bits',
  lzcnt: 'bits',
  bmi1: 'bits',
  bmi2: 'bits',
  adx: 'bits',
  movbe: 'bits',
};

/** One instruction of a case, with the slot it was made from. */
export interface GeneratedInsn {
  readonly offset: number;
  readonly length: number;
  readonly slot: Slot;
  /** Ordinal of the chosen instruction; a helper before it (to define flags) has the same. */
  readonly ordinal: number;
  /** For a branch: the ordinal of the instruction it goes to; else -1. */
  readonly target: number;
}

export interface GeneratedCase {
  readonly test: FuzzCase;
  readonly insns: readonly GeneratedInsn[];
}

export interface GeneratorOptions {
  readonly families: readonly Family[];
  /** Only these mnemonics, when not empty. */
  readonly only: readonly string[];
  /** Share of cases that run under TF, in percent. */
  readonly stepping: number;
}

const isSse = (operand: Operand) => 'PQNVWU'.includes(operand.kind);

/** The family of a slot, by the feature it came with or its place in the opcode maps. */
export function familyOf(slot: Slot): Family {
  const newer = BY_FEATURE[slot.row.cpu];
  if (newer !== undefined) return newer;
  if (slot.map === 0)
    return slot.opcode === 0x9b || (slot.opcode >= 0xd8 && slot.opcode <= 0xdf) ? 'x87' : 'integer';
  return slot.opcode === 0xae ||
    /^(emms|movnti|prefetch.*|pause)$/.test(slot.row.name) ||
    slot.row.operands.some(isSse)
    ? 'sse'
    : 'integer';
}

/** Rows whose result is the processor's choice within a bound: nothing may go on with it. */
export const APPROXIMATE = /^(rcp|rsqrt|f2xm1$|fyl2x|fpatan$|fptan$|fsin|fcos$)/;

/** Rows that fault or trap whatever their operands are: a small share of them is enough. */
function alwaysEnds(slot: Slot): boolean {
  return slot.row.privileged || /^(ud\d|int3|int1|int)$/.test(slot.row.name);
}

export class Generator {
  readonly rows: readonly (readonly Slot[])[];
  readonly #options: GeneratorOptions;
  readonly #ending: readonly (readonly Slot[])[];
  readonly #going: readonly (readonly Slot[])[];

  constructor(options: GeneratorOptions) {
    this.#options = options;
    const byRow = new Map<object, Slot[]>();
    for (const slot of slots) {
      if (isExcluded(slot) || !options.families.includes(familyOf(slot))) continue;
      if (options.only.length > 0 && !options.only.includes(slot.row.name)) continue;
      const list = byRow.get(slot.row);
      if (list) list.push(slot);
      else byRow.set(slot.row, [slot]);
    }
    this.rows = [...byRow.values()];
    this.#ending = this.rows.filter(([slot]) => alwaysEnds(slot));
    this.#going = this.rows.filter(([slot]) => !alwaysEnds(slot));
  }

  #row(random: Random): readonly Slot[] {
    const rows = random.chance(3) || this.#going.length === 0 ? this.#ending : this.#going;
    return random.pick(rows.length > 0 ? rows : this.rows);
  }

  generate(seed: number, number: number): GeneratedCase {
    const random = new Random(seed, number);
    const count = random.chance(30) ? 1 : random.between(1, 8);
    const picked = Array.from({ length: count }, () => random.pick(this.#row(random)));
    const approximate = picked.findIndex((slot) => APPROXIMATE.test(slot.row.name));
    const chosen = approximate < 0 ? picked : picked.slice(0, approximate + 1);
    const withFx = this.#options.families.some((family) => family !== 'integer');
    const stepping = random.chance(this.#options.stepping);
    return new Draft(random, chosen, withFx).finish(stepping);
  }
}
