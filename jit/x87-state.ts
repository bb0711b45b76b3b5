// What a region knows of the x87 stack without running: whether its registers lie in locals, and which. Locals are
// numbered from TOP at the place where the region took the stack over (BASE), so that they mean the same on every
// path. An instruction is described by its Shape; the plan finds the state at each block's entry from the shapes.
// Any choice of entry states is correct, since edges convert (x87.ts); a good one keeps loops in locals.
import type { Insn } from '../src/isa/decode.ts';

/** Bits of `dirty` and `loaded` beyond the eight registers. */
export const NOTE = 0x100;
export const MEMORY_NOTE = 0x200;
export const STATUS = 0x400;
export const TOP = 0x800;

/** The stack in locals. Without one (null) it is in the CPU block. */
export interface Stack {
  /** TOP less BASE, modulo 8. */
  readonly delta: number;
  /** What the locals hold. */
  readonly loaded: number;
  /** Of that, what the CPU block does not hold yet. */
  readonly dirty: number;
  /** Registers known to be in use, and known to be empty. */
  readonly full: number;
  readonly empty: number;
  /** Of these, the ones whose tag in the CPU block may be another. */
  readonly tags: number;
}

/** What an instruction does to the stack. ST(i) counts from TOP before the instruction. */
export interface Shape {
  /** Operands: they must be in use. */
  readonly reads: readonly number[];
  /** ST(i) that get a new value; one that was empty is in use then. */
  readonly writes: readonly number[];
  /** -1: a push, whose value is in `writes` as -1; else how many are popped. */
  readonly pops: number;
  readonly status: boolean;
  readonly notes: number;
}

/** `memory`: it works on the CPU block. */
export type Effect = Shape | 'memory' | 'none';

export const FRESH: Stack = { delta: 0, loaded: STATUS, dirty: 0, full: 0, empty: 0, tags: 0 };

export function slotOf(stack: Stack, i: number): number {
  return (stack.delta + i) & 7;
}

/** The registers that the shape needs in use, and the ones that it needs empty. */
export function needs(stack: Stack, shape: Shape): { full: number; empty: number } {
  let full = 0;
  for (const i of shape.reads) full |= 1 << slotOf(stack, i);
  return { full, empty: shape.pops < 0 ? 1 << slotOf(stack, -1) : 0 };
}

/** The state behind an instruction. */
export function advance(stack: Stack, shape: Shape): Stack {
  let { delta, loaded, dirty, full, empty, tags } = stack;
  const need = needs(stack, shape);
  full = (full | need.full) & ~need.empty;
  empty = (empty | need.empty) & ~need.full;
  tags &= ~(need.full & stack.empty) & ~(need.empty & stack.full);
  loaded |= need.full;
  for (const i of shape.writes) {
    const bit = 1 << slotOf(stack, i);
    loaded |= bit;
    dirty |= bit;
    if (full & bit) continue;
    full |= bit;
    empty &= ~bit;
    tags |= bit;
  }
  for (let n = 0; n < shape.pops; n++) {
    const bit = 1 << delta;
    full &= ~bit;
    empty |= bit;
    tags |= bit;
    delta = (delta + 1) & 7;
  }
  if (shape.pops < 0) delta = (delta - 1) & 7;
  if (shape.pops !== 0) dirty |= TOP;
  if (shape.status) dirty |= STATUS;
  dirty |= shape.notes;
  loaded |= shape.notes;
  return { delta, loaded, dirty, full, empty, tags };
}

type State = Stack | null;

/** Where two ways meet. `every`: what one way has loaded, all are to load: at the head of a loop. */
function join(a: State, b: State, every: boolean): State {
  // A way that has the stack in the CPU block loads what the other way has; the tags are checked there.
  if (a === null || b === null) return a ?? b;
  if (a.delta !== b.delta) return a;
  const full = a.full & b.full;
  const empty = a.empty & b.empty;
  const dirty = a.dirty | b.dirty;
  const loaded = every ? a.loaded | b.loaded : (a.loaded & b.loaded) | dirty;
  return {
    delta: a.delta,
    loaded: loaded & ~TOP,
    dirty,
    full,
    empty,
    tags: (a.tags | b.tags) & (full | empty),
  };
}

const ROUNDS = 6;

export interface StackGraph {
  readonly blocks: readonly { readonly insns: readonly Insn[] }[];
  readonly successors: readonly (readonly (number | null)[])[];
}

/** The state at each block's entry. Blocks are in reverse postorder, the entry first. */
export function planStack({ blocks, successors }: StackGraph, effectOf: (insn: Insn) => Effect): State[] {
  const effects = blocks.map((block) => block.insns.map(effectOf).filter((effect) => effect !== 'none'));
  const entries: State[] = blocks.map(() => null);
  if (effects.every((list) => list.every((effect) => effect === 'memory'))) return entries;
  const from: number[][] = blocks.map(() => []);
  successors.forEach((list, b) => {
    for (const to of new Set(list)) if (to !== null) from[to]!.push(b);
  });
  const exits: (State | undefined)[] = blocks.map(() => undefined);
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    blocks.forEach((_, b) => {
      const head = from[b]!.some((p) => p >= b);
      let state: State = null;
      let all = b !== 0;
      for (const p of from[b]!) {
        const exit = exits[p];
        if (exit === undefined) continue;
        if (exit === null) all = false;
        state = join(state, exit, head);
      }
      // Outside of loops a block takes the stack over only if all ways to it have.
      if (!head && !all) state = null;
      if (JSON.stringify(state) !== JSON.stringify(entries[b])) changed = true;
      entries[b] = state;
      for (const effect of effects[b]!)
        state = effect === 'memory' ? null : advance(state ?? FRESH, effect as Shape);
      exits[b] = state;
    });
    if (!changed) break;
  }
  return entries;
}
