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
  /** All of that in a word. */
  readonly name: string;
}

export function checkedBy(by: number, key: string, { low, high, write }: Stretch): Checked {
  return { key, low, high, write, by, name: `${key} ${low} ${high} ${write} ${by}` };
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

export function covers(checked: Checked, { key, offset, bytes, write }: Place): boolean {
  const { low, high } = checked;
  return checked.key === key && low <= offset && offset + bytes <= high && (checked.write || !write);
}

export interface Stretch {
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
}

/** The stretch around `place` that other accesses by the same root make worth checking at once. */
export function spanOf({ key, offset, bytes, write }: Place, spans: Foreseen['spans']): Stretch {
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

/** An instruction with the answers to all questions about it. */
interface Known {
  readonly insn: Insn;
  readonly effect: FlagEffect;
  readonly known: boolean;
  readonly stays: boolean;
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
  const answers = blocks.map(({ insns }) => insns.map((insn) => answered(insn, questions)));
  const ends: (State | undefined)[] = blocks.map(() => undefined);
  const found: Foreseen[] = [];
  const starts: State[] = [];
  /** Blocks whose beginning may be another than when they were looked at. */
  const stale = blocks.map(() => true);
  for (let round = 0, changed = true; changed; round++) {
    changed = false;
    if (round === ROUNDS) stale.fill(true);
    blocks.forEach((_, b) => {
      if (!stale[b]) return;
      stale[b] = false;
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
      const { foreseen, end } = walk(answers[b]!, start);
      found[b] = foreseen;
      ends[b] = end;
      for (const to of successors[b]!) if (to !== null) stale[to] = true;
    });
  }
  return found;
}

function answered(insn: Insn, { effect, known, stays }: Questions): Known {
  return { insn, effect: effect(insn), known: known(insn), stays: stays(insn) };
}

function nothing(b: number): State {
  return { symbols: Symbols.atEntry(b), checked: [] };
}

function join(b: number, states: readonly State[]): State {
  const [first, ...others] = states;
  if (first === undefined) return nothing(b);
  if (others.length === 0) return first;
  const symbols = Symbols.joined(
    b,
    states.map((state) => state.symbols),
  );
  if (states.some(({ checked }) => checked.length === 0)) return { symbols, checked: [] };
  const ways = others.map(({ checked }) => new Set(checked.map(({ name }) => name)));
  return { symbols, checked: first.checked.filter(({ name }) => ways.every((names) => names.has(name))) };
}

function same(a: State, b: State): boolean {
  return (
    a.symbols.equals(b.symbols) &&
    a.checked.length === b.checked.length &&
    a.checked.every(({ name }, i) => name === b.checked[i]!.name)
  );
}

const NOWHERE: readonly Place[] = [];

/** What is foreseen of a block that begins like this, and how it ends. */
function walk(list: readonly Known[], start: State): { readonly foreseen: Foreseen; readonly end: State } {
  const spans = new Map<string, Place[]>();
  const symbols = start.symbols.copy();
  const places = list.map(({ insn, known, stays }) => {
    const touched = known ? symbols.places(insn) : NOWHERE;
    for (const place of touched) {
      const others = spans.get(place.key);
      if (others === undefined) spans.set(place.key, [place]);
      else others.push(place);
    }
    symbols.pass(insn, known, stays);
    return touched;
  });
  let checked = [...start.checked];
  const effects = list.map(({ insn, effect, known, stays }, i) => {
    if (effect.exits === 'memory') {
      let exits: FlagEffect['exits'] = false;
      for (const place of places[i]!) {
        if (checked.some((one) => covers(one, place))) continue;
        exits = 'memory';
        checked.push(checkedBy(insn.address, place.key, spanOf(place, spans)));
      }
      return { ...effect, exits };
    }
    if (!known || insn.repeat !== 0 || (insn.row.fn === 'call' && !stays)) checked = [];
    return effect;
  });
  return {
    foreseen: { symbols: start.symbols, checked: start.checked, effects, spans },
    end: { symbols, checked },
  };
}
