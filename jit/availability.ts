// What is known where each block begins: which registers are a constant apart from each other (symbolic.ts), and which
// stretches of memory have been checked on every way there, so that they need no check again. A forward analysis over
// the graph, which assumes the best of ways that it has not looked at yet, until nothing changes. It also tells for
// each instruction whether it may leave the region: if only memory could make it, and that is checked, it stays.
import type { Insn } from '../src/isa/decode.ts';
import type { FlagEffect } from './flags.ts';
import type { BasicBlock } from './region.ts';
import { type Place, Symbols } from './symbolic.ts';

/** A stretch of memory that the instruction at `by` checks: `low` to `high` from a root. */
export interface Checked {
  readonly key: string;
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
  readonly by: number;
}

export interface Foreseen {
  readonly symbols: Symbols;
  readonly checked: readonly Checked[];
  /** Of the block's instructions. */
  readonly effects: readonly FlagEffect[];
  /** What the accesses of the block span, by root. */
  readonly spans: ReadonlyMap<string, readonly Place[]>;
}

export interface Questions {
  effect(insn: Insn): FlagEffect;
  /** Whether there is a lowering, or it is a transfer. */
  known(insn: Insn): boolean;
  /** Of a call: whether it goes to a place in the region. */
  stays(insn: Insn): boolean;
}

/** The most bytes between the ends of the accesses that share one check. */
const GROUP_SPAN = 256;
/** Rounds until the analysis gives up what joins. */
const ROUNDS = 24;

export function covers(checked: Omit<Checked, 'by'>, { key, offset, bytes, write }: Place): boolean {
  const { low, high } = checked;
  return checked.key === key && low <= offset && offset + bytes <= high && (checked.write || !write);
}

/** The stretch around `place` that other accesses by the same root make worth checking at once. */
export function spanOf(
  { key, offset, bytes, write }: Place,
  spans: Foreseen['spans'],
): { low: number; high: number; write: boolean } {
  let low = offset;
  let high = offset + bytes;
  let writes = write;
  for (const other of spans.get(key) ?? []) {
    const first = Math.min(low, other.offset);
    const last = Math.max(high, other.offset + other.bytes);
    if (last - first > GROUP_SPAN) continue;
    low = first;
    high = last;
    writes ||= other.write;
  }
  return { low, high, write: writes };
}

interface State {
  readonly symbols: Symbols;
  readonly checked: readonly Checked[];
}

/** `entries`: blocks that the region may be entered at. */
export function foresee(
  blocks: readonly BasicBlock[],
  successors: readonly (readonly (number | null)[])[],
  entries: ReadonlySet<number>,
  questions: Questions,
): Foreseen[] {
  const from: number[][] = blocks.map(() => []);
  successors.forEach((list, b) => {
    for (const to of new Set(list)) if (to !== null) from[to]!.push(b);
  });
  const ends: (State | undefined)[] = blocks.map(() => undefined);
  const found: Foreseen[] = [];
  const starts: State[] = [];
  for (let round = 0, changed = true; changed; round++) {
    changed = false;
    blocks.forEach((block, b) => {
      // A block that has been joined too often, or that anything may lead to, begins with nothing.
      const joins = from[b]!.length > 1 || from[b]!.some((p) => p >= b);
      const open = entries.has(b) || (joins && round >= ROUNDS);
      const start = open
        ? nothing(b)
        : join(
            b,
            from[b]!.flatMap((p) => ends[p] ?? []),
          );
      if (found[b] !== undefined && same(start, starts[b]!)) return;
      starts[b] = start;
      changed = true;
      const { foreseen, end } = walk(block, start, questions);
      found[b] = foreseen;
      ends[b] = end;
    });
  }
  return found;
}

function nothing(b: number): State {
  return { symbols: Symbols.atEntry(b), checked: [] };
}

function join(b: number, states: readonly State[]): State {
  const [first, ...others] = states;
  if (first === undefined) return nothing(b);
  const ways = others.map(({ checked }) => new Set(checked.map(nameOf)));
  return {
    symbols: Symbols.joined(
      b,
      states.map(({ symbols }) => symbols),
    ),
    checked: first.checked.filter((one) => ways.every((names) => names.has(nameOf(one)))),
  };
}

export const nameOf = ({ key, low, high, write, by }: Checked): string =>
  `${key} ${low} ${high} ${write} ${by}`;

function same(a: State, b: State): boolean {
  return (
    a.symbols.equals(b.symbols) &&
    a.checked.length === b.checked.length &&
    a.checked.every((one, i) => nameOf(one) === nameOf(b.checked[i]!))
  );
}

function walk(
  block: BasicBlock,
  start: State,
  { effect: effectOf, known, stays }: Questions,
): { readonly foreseen: Foreseen; readonly end: State } {
  const spans = spansOf(block, start.symbols, { known, stays });
  const symbols = start.symbols.copy();
  let checked = [...start.checked];
  const effects = block.insns.map((insn) => {
    let effect = effectOf(insn);
    if (effect.exits === 'memory') {
      let exits: FlagEffect['exits'] = false;
      for (const place of symbols.places(insn)) {
        if (checked.some((one) => covers(one, place))) continue;
        exits = 'memory';
        checked.push({ key: place.key, ...spanOf(place, spans), by: insn.address });
      }
      effect = { ...effect, exits };
    } else if (!known(insn) || insn.repeat !== 0) checked = [];
    else if (insn.row.fn === 'call' && !stays(insn)) checked = [];
    symbols.pass(insn, known(insn), stays(insn));
    return effect;
  });
  return {
    foreseen: { symbols: start.symbols, checked: start.checked, effects, spans },
    end: { symbols, checked },
  };
}

function spansOf(
  block: BasicBlock,
  start: Symbols,
  { known, stays }: Pick<Questions, 'known' | 'stays'>,
): Map<string, Place[]> {
  const spans = new Map<string, Place[]>();
  const symbols = start.copy();
  for (const insn of block.insns) {
    if (known(insn))
      for (const place of symbols.places(insn)) {
        const list = spans.get(place.key);
        if (list === undefined) spans.set(place.key, [place]);
        else list.push(place);
      }
    symbols.pass(insn, known(insn), stays(insn));
  }
  return spans;
}
