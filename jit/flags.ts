// Which flag records are worth leaving. An instruction's record is needed if something may read the flags
// before they are all written again: an instruction, or whoever sees the guest where the region can be left
// (at a memory access, a helper, the end of a path). Per block also: which kind of record stands at its
// beginning, where all ways to it agree. The kinds are src/cpu/flags.ts's.

import type { Insn } from '../src/isa/decode.ts';
import * as L from './locals.ts';
import type { Graph } from './region.ts';
import { targetOf, transferOf } from './region.ts';

export const NONE = 0;
export const ADD = 1;
export const SUB = 2;
export const LOGIC = 3;
export const ADC = 4;
export const SBB = 5;
export const INC = 6;
export const DEC = 7;
export const EXPLICIT = 8;
export const SHL = 9;
export const SHR = 10;
export const SAR = 11;
/** Added to a kind: CF and OF stand in the record's carry word, the rest is as before. */
export const ROTATED = 0x80;
/** Within regions only: FLAG_C holds the status bits in their places, and so does EFLAGS; the record says NONE. */
export const COMPARED = 12;

/** A record of which only whoever wrote it at run time knows the kind: FLAG_OP says it, or the CPU block where that is UNCHANGED. */
export const UNKNOWN = -1;
/** The CPU block holds the record, and FLAG_OP is UNCHANGED. */
export const STORED = -2;

/** The locals, besides FLAG_OP, that hold something of a record, by its kind (src/cpu/flags.ts). */
const PARTS: Readonly<Record<number, readonly number[]>> = {
  [NONE]: [],
  [COMPARED]: [],
  [ADD]: [L.FLAG_A, L.FLAG_R],
  [SUB]: [L.FLAG_A, L.FLAG_R],
  [LOGIC]: [L.FLAG_R],
  [ADC]: [L.FLAG_A, L.FLAG_B, L.FLAG_R, L.FLAG_C],
  [SBB]: [L.FLAG_A, L.FLAG_B, L.FLAG_R, L.FLAG_C],
  [INC]: [L.FLAG_R, L.FLAG_C],
  [DEC]: [L.FLAG_R, L.FLAG_C],
  [EXPLICIT]: [L.FLAG_R, L.FLAG_C],
  [SHL]: [L.FLAG_A, L.FLAG_B, L.FLAG_R, L.FLAG_C],
  [SHR]: [L.FLAG_A, L.FLAG_B, L.FLAG_R, L.FLAG_C],
  [SAR]: [L.FLAG_A, L.FLAG_B, L.FLAG_R, L.FLAG_C],
};

/** The locals that hold the record of a kind that is known. */
export function partsOf(kind: number): readonly number[] {
  const parts = PARTS[kind & 0xff & ~ROTATED]!;
  return [L.FLAG_OP, ...parts, ...(kind & ROTATED && !parts.includes(L.FLAG_C) ? [L.FLAG_C] : [])];
}

/** What a lowering says about flags and exits, without emitting code. */
export interface FlagEffect {
  /**
   * It may leave the region before it changes anything (or run in the interpreter); `memory`: only where its memory
   * operands have to be checked.
   */
  readonly exits: boolean | 'memory';
  readonly reads: boolean;
  /** `all`: the old record is gone; `part`: some flags, or none, depending on the old record; `none`. */
  readonly writes: 'all' | 'part' | 'none';
  /** Of `all` and `part`: kind | shift << 8 of the new record, UNKNOWN if that depends on data. */
  readonly kind: number;
}

export interface FlagPlan {
  /** By block and instruction: whether the record the instruction leaves is needed. */
  readonly needed: readonly (readonly boolean[])[];
  /** By block: kind | shift << 8 at its beginning, or STORED. */
  readonly kinds: readonly number[];
  /** By block: whether somebody may look at the record that it begins with. */
  readonly live: readonly boolean[];
}

/** `entries`: where the region may be entered, with any record. `successors` by block; null stands for a way out of the region. `effects` by block and instruction. */
export function planFlags(
  graph: Graph,
  entries: readonly number[],
  successors: readonly (readonly (number | null)[])[],
  effects: readonly (readonly FlagEffect[])[],
): FlagPlan {
  const { blocks } = graph;
  const needed: boolean[][] = blocks.map((block) => block.insns.map(() => false));
  const liveIn: boolean[] = blocks.map(() => false);
  for (let changed = true; changed; ) {
    changed = false;
    for (let b = blocks.length - 1; b >= 0; b--) {
      let live = successors[b]!.some((s) => s === null || liveIn[s] || s <= b);
      for (let i = effects[b]!.length - 1; i >= 0; i--) {
        const effect = effects[b]![i]!;
        needed[b]![i] = live;
        if (effect.writes === 'all') live = false;
        if (effect.exits !== false || effect.reads) live = true;
      }
      if (live !== liveIn[b]) {
        liveIn[b] = live;
        changed = true;
      }
    }
  }
  return { needed, kinds: kindsAtEntry(graph, entries, successors, effects), live: liveIn };
}

const UNSEEN = -3;

/** Whether a record of the kind `wide`, with its shift, can say all that one of LOGIC can (lift.ts makes it that). */
export function holdsLogic(wide: number, logic: number): boolean {
  return (logic & 0xff) === LOGIC && logic >> 8 === wide >> 8 && [ADD, SUB].includes(wide & 0xff);
}

/** Whether control goes on behind it by ways that are the lifter's own, each of which has a record of its own. */
function hasWays(last: Insn): boolean {
  const transfer = transferOf(last);
  return transfer === '' || transfer === 'branch' || (transfer === 'jump' && targetOf(last) !== null);
}

/** What a block begins with that records of two kinds come to; the lifter makes them that on the way. */
function merge(known: number, kind: number): number {
  if (known === UNSEEN || known === kind || holdsLogic(kind, known)) return kind;
  return holdsLogic(known, kind) ? known : STORED;
}

function kindsAtEntry(
  graph: Graph,
  entries: readonly number[],
  successors: readonly (readonly (number | null)[])[],
  effects: readonly (readonly FlagEffect[])[],
): number[] {
  const kinds: number[] = graph.blocks.map(() => UNSEEN);
  const open = entries.map((address) => graph.at.get(address)!);
  for (const b of open) kinds[b] = STORED;
  while (open.length > 0) {
    const b = open.pop()!;
    let kind = kinds[b]!;
    for (const effect of effects[b]!) if (effect.writes !== 'none') kind = effect.kind;
    const last = graph.blocks[b]!.insns.at(-1)!;
    if (kind === UNKNOWN || !hasWays(last)) kind = STORED;
    for (const s of successors[b]!) {
      if (s === null) continue;
      const merged = merge(kinds[s]!, kind);
      if (merged === kinds[s]) continue;
      kinds[s] = merged;
      open.push(s);
    }
  }
  return kinds.map((kind) => (kind === UNSEEN ? STORED : kind));
}
