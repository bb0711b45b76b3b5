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
    const dirty = blocks.map(() => 0);
    for (let changed = true; changed; ) {
      changed = false;
      blocks.forEach((block, b) => {
        const after = this.#changes(block.body, dirty[b]!);
        if (after === GONE) return;
        for (const to of successorsOf(block.end)) {
          if ((dirty[to]! | after) === dirty[to]) continue;
          dirty[to]! |= after;
          changed = true;
        }
      });
    }
    const live = blocks.map(() => 0);
    for (let changed = true; changed; ) {
      changed = false;
      for (let b = blocks.length - 1; b >= 0; b--) {
        const { body, end } = blocks[b]!;
        let after = successorsOf(end).reduce((mask, to) => mask | live[to]!, 0);
        if (end.kind === 'branch') after |= this.#uses(end.condition);
        else if (end.kind === 'switch') after |= this.#uses(end.index);
        const before = this.#needs(body, after);
        if (before === live[b]) continue;
        live[b] = before;
        changed = true;
      }
    }
    return { masks: this.#masks, atExit: this.#atExit };
  }

  #add(statement: Statement, mask: number): void {
    this.#masks.set(statement, (this.#masks.get(statement) ?? 0) | mask);
  }

  /** What may differ from the block's copy behind the statements; GONE if control never gets there. */
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

  /** What is looked at from the beginning of the statements on before it is set. */
  #needs(list: readonly Statement[], after: number): number {
    let live = after;
    for (let i = list.length - 1; i >= 0; i--) {
      const s = list[i]!;
      switch (s.kind) {
        case 'set':
          live = (live & ~(this.#bits.get(s.local) ?? 0)) | this.#uses(s.value);
          break;
        case 'store':
          live |= this.#uses(s.address) | this.#uses(s.value);
          break;
        case 'drop':
          live |= this.#uses(s.value);
          break;
        case 'return':
          live = this.#uses(s.value);
          break;
        case 'exit':
          live = this.#atExit;
          break;
        case 'onward':
          live = (this.#masks.get(s) ?? 0) | this.#uses(s.to);
          break;
        case 'spill':
          live |= this.#masks.get(s) ?? 0;
          live |= this.#uses(s.eip);
          break;
        case 'reload':
          this.#add(s, live);
          live = 0;
          break;
        case 'if':
          live =
            this.#uses(s.condition) |
            this.#needs(s.body, live) |
            (s.otherwise === undefined ? live : this.#needs(s.otherwise, live));
          break;
      }
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
