// Which registers each spill and each end of its own (`onward`) has to store, and each reload to read: what may have
// been changed since the block's own copy was right, and what is looked at before it is set again. Registers are bits: 0 to 7
// the general ones, from 8 on the region's XMM registers in the order of Region.vectors.
import type { Node, Region, Statement } from './ir.ts';
import { successorsOf } from './structure.ts';

export interface Transfers {
  /** By spill, reload and onward. */
  readonly masks: ReadonlyMap<Statement, number>;
  /** What the common end stores. */
  readonly atExit: number;
}

const VECTORS = 8;

export function planTransfers(region: Region): Transfers {
  return new Planner(region).plan();
}

class Planner {
  readonly #region: Region;
  readonly #bits = new Map<number, number>();
  readonly #masks = new Map<Statement, number>();
  #atExit = 0;

  constructor(region: Region) {
    this.#region = region;
    for (let r = 0; r < VECTORS; r++) this.#bits.set(r, 1 << r);
    region.vectors.forEach((local, i) => {
      if (local >= 0) this.#bits.set(local, 1 << (VECTORS + i));
    });
  }

  plan(): Transfers {
    const { blocks } = this.#region;
    const order = [...blocks.keys()];
    const after = blocks.map(({ end }) => successorsOf(end));
    const dirty = blocks.map(() => 0);
    const changes = blocks.map(({ body }) => this.#change(body));
    repeat(order, (b) => {
      const change = changes[b]!;
      if (change === null) return false;
      const then = through(change, dirty[b]!);
      let changed = false;
      for (const to of after[b]!) {
        if ((dirty[to]! | then) === dirty[to]) continue;
        dirty[to]! |= then;
        changed = true;
      }
      return changed;
    });
    for (const b of order) this.#changes(blocks[b]!.body, dirty[b]!);
    const live = blocks.map(() => 0);
    const needs = blocks.map(({ body }) => this.#need(body));
    const ends = blocks.map(({ end }) => {
      if (end.kind === 'branch') return this.#uses(end.condition);
      return end.kind === 'switch' ? this.#uses(end.index) : 0;
    });
    const behind = (b: number): number => after[b]!.reduce((mask, to) => mask | live[to]!, ends[b]!);
    repeat([...order].reverse(), (b) => {
      const before = through(needs[b]!, behind(b));
      if (before === live[b]) return false;
      live[b] = before;
      return true;
    });
    for (const b of order) this.#needs(blocks[b]!.body, behind(b));
    return { masks: this.#masks, atExit: this.#atExit };
  }

  #add(statement: Statement, mask: number): void {
    this.#masks.set(statement, (this.#masks.get(statement) ?? 0) | mask);
  }

  /** What statements do to the set of what differs from the block's copy; null if control never gets behind them. */
  #change(list: readonly Statement[]): Effect | null {
    let all = UNCHANGED;
    for (const s of list)
      switch (s.kind) {
        case 'set':
          all = then(all, { keep: ALL, give: this.#bits.get(s.local) ?? 0 });
          break;
        case 'spill':
          all = NONE;
          break;
        case 'exit':
        case 'onward':
        case 'return':
          return null;
        case 'if': {
          const yes = this.#change(s.body);
          const no = s.otherwise === undefined ? UNCHANGED : this.#change(s.otherwise);
          if (yes === null && no === null) return null;
          all = then(all, either(yes ?? NONE, no ?? NONE));
          break;
        }
        default:
          break;
      }
    return all;
  }

  /** What statements that are entered with these changes have to store; the changes behind them, GONE if control never gets there. */
  #changes(list: readonly Statement[], before: number): number {
    let dirty = before;
    for (const s of list)
      switch (s.kind) {
        case 'set':
          dirty |= this.#bits.get(s.local) ?? 0;
          break;
        case 'spill':
          this.#add(s, dirty);
          dirty = 0;
          break;
        case 'exit':
          this.#atExit |= dirty;
          return GONE;
        case 'onward':
          this.#add(s, dirty);
          return GONE;
        case 'return':
          return GONE;
        case 'if': {
          const yes = this.#changes(s.body, dirty);
          const no = s.otherwise === undefined ? dirty : this.#changes(s.otherwise, dirty);
          if (yes === GONE && no === GONE) return GONE;
          dirty = (yes === GONE ? 0 : yes) | (no === GONE ? 0 : no);
          break;
        }
        default:
          break;
      }
    return dirty;
  }

  /** What statements do to the set of what is looked at later, from their end to their beginning. */
  #need(list: readonly Statement[]): Effect {
    let all = UNCHANGED;
    for (let i = list.length - 1; i >= 0; i--) {
      const s = list[i]!;
      const kept = s.kind === 'if' ? this.#needOfEither(s) : this.#needOf(s);
      all = then(all, kept);
    }
    return all;
  }
  #needOfEither(s: Statement & { kind: 'if' }): Effect {
    const no = s.otherwise === undefined ? UNCHANGED : this.#need(s.otherwise);
    return then(either(this.#need(s.body), no), { keep: ALL, give: this.#uses(s.condition) });
  }
  #needOf(s: Statement): Effect {
    const mask = this.#masks.get(s) ?? 0;
    switch (s.kind) {
      case 'set':
        return { keep: ~(this.#bits.get(s.local) ?? 0), give: this.#uses(s.value) };
      case 'store':
        return { keep: ALL, give: this.#uses(s.address) | this.#uses(s.value) };
      case 'drop':
        return { keep: ALL, give: this.#uses(s.value) };
      case 'return':
        return { keep: 0, give: this.#uses(s.value) };
      case 'exit':
        return { keep: 0, give: this.#atExit };
      case 'onward':
        return { keep: 0, give: mask | this.#uses(s.to) };
      case 'spill':
        return { keep: ALL, give: mask | this.#uses(s.eip) };
      default:
        return NONE;
    }
  }

  /** What reloads among statements have to read, if `after` is looked at behind these; what is looked at before them. */
  #needs(list: readonly Statement[], after: number): number {
    let live = after;
    for (let i = list.length - 1; i >= 0; i--) {
      const s = list[i]!;
      if (s.kind === 'reload') this.#add(s, live);
      if (s.kind === 'if') {
        const no = s.otherwise === undefined ? live : this.#needs(s.otherwise, live);
        live = this.#uses(s.condition) | this.#needs(s.body, live) | no;
      } else live = through(this.#needOf(s), live);
    }
    return live;
  }

  #uses(node: Node): number {
    if (node.op === 'get') return this.#bits.get(node.n) ?? 0;
    let mask = 0;
    for (const arg of node.args) mask |= this.#uses(arg);
    return mask;
  }
}

/** No set of registers. */
const GONE = -1;

/** What becomes of a set of registers: those of it that are kept, and those that are added. */
interface Effect {
  readonly keep: number;
  readonly give: number;
}

const ALL = -1;
const UNCHANGED: Effect = { keep: ALL, give: 0 };
const NONE: Effect = { keep: 0, give: 0 };

function through({ keep, give }: Effect, set: number): number {
  return (set & keep) | give;
}

function then(first: Effect, second: Effect): Effect {
  return { keep: first.keep & second.keep, give: through(second, first.give) };
}

function either(one: Effect, other: Effect): Effect {
  return { keep: one.keep | other.keep, give: one.give | other.give };
}

/** Steps through the blocks until a round changes nothing. */
function repeat(order: readonly number[], step: (block: number) => boolean): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const b of order) if (step(b)) changed = true;
  }
}
