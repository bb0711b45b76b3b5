// Page tables. PageTable: the entries (PTEs) of one address space, the truth about its pages. TablePool:
// the sets of R, W and X tables in linear memory, which cache PTEs for the engine; an address space has a
// set only while it is among the least long unused. layout.ts says how a set looks.

import {
  ENTRY_BIAS,
  JUMP_CACHE,
  JUMP_ENTRIES,
  JUMP_ENTRY_SIZE,
  PAGE_SHIFT,
  R_TABLE,
  TABLE_SETS,
  TABLE_STRIDE,
  TABLES,
  W_TABLE,
  X_BITMAP,
} from '../../src/layout.ts';
import { Extents, type Zones } from './extents.ts';
import { type Frames, HAS_CODE, WRITE_MAPPED } from './frames.ts';

// A PTE is frame << 12 and these bits; 0 when there is no page.
export const PTE_PRESENT = 1;
/** The area's protection allows any access at all (not PROT_NONE). */
export const PTE_READ = 2;
/** May be written without a fault: writable area, nothing to copy, dirty already where that counts. */
export const PTE_WRITE = 4;
export const PTE_EXEC = 8;
/** The frame is this address space's own memory (perhaps shared with relatives), not a page of an object. */
export const PTE_ANON = 16;
export const PTE_FLAGS = 0xfff;

/** Pages of one leaf: 4 MiB of addresses. */
const LEAF = 1024;
const R_WORDS = R_TABLE >>> 2;
const W_WORDS = W_TABLE >>> 2;

/** A set of tables in linear memory. */
interface TableSet {
  readonly base: number;
  owner: PageTable | null;
  /** Value of the pool's clock when it was last activated. */
  used: number;
  /** Leaves that hold entries: the list, and membership by leaf number. */
  readonly touched: number[];
  readonly isTouched: Uint8Array;
  /** A page that code was translated from is mapped otherwise now: the jump cache may lead astray. */
  stale: boolean;
  readonly extents: Extents;
}

const NO_ZONES: Zones = { mmap: 0, stack: 0 };

export class TablePool {
  readonly frames: Frames;
  readonly #sets: TableSet[] = [];
  /** Leaves of ended address spaces, zeroed, for new ones. */
  readonly #leaves: Int32Array[] = [];
  #clock = 0;

  constructor(frames: Frames) {
    this.frames = frames;
    for (let i = 0; i < TABLE_SETS; i++) {
      const base = TABLES + i * TABLE_STRIDE;
      const touched: number[] = [];
      const extents = new Extents(frames, base, touched);
      this.#sets.push({
        base,
        owner: null,
        used: 0,
        touched,
        isTouched: new Uint8Array(LEAF),
        stale: false,
        extents,
      });
    }
  }

  /** Marks the owner's set as just used, or gives it the one that was unused longest. */
  activate(owner: PageTable): TableSet {
    let set = owner.set;
    if (set === null) {
      set = this.#sets[0]!;
      for (const candidate of this.#sets) {
        if (candidate.owner === null) {
          set = candidate;
          break;
        }
        if (candidate.used < set.used) set = candidate;
      }
      this.dismiss(set);
      set.owner = owner;
      set.extents.reset(owner.zones);
    }
    set.used = ++this.#clock;
    if (set.stale) this.#forgetJumps(set);
    set.extents.settle();
    return set;
  }

  #forgetJumps(set: TableSet): void {
    const start = set.base + JUMP_CACHE;
    this.frames.u8.fill(0, start, start + JUMP_ENTRIES * JUMP_ENTRY_SIZE);
    set.stale = false;
  }

  /** First pages of the zones of addresses whose extents differ, for the owner of the set at `base`. */
  zones(base: number): Zones {
    return this.#sets[(base - TABLES) / TABLE_STRIDE]!.owner?.zones ?? NO_ZONES;
  }

  /** Takes a set from its owner and clears it. */
  dismiss(set: TableSet): void {
    if (set.owner === null) return;
    this.frames.revoked++;
    set.owner.set = null;
    set.owner = null;
    const { u8 } = this.frames;
    for (const leaf of set.touched) {
      const entries = leaf * LEAF * 4;
      u8.fill(0, set.base + R_TABLE + entries, set.base + R_TABLE + entries + LEAF * 4);
      u8.fill(0, set.base + W_TABLE + entries, set.base + W_TABLE + entries + LEAF * 4);
      const bits = set.base + X_BITMAP + leaf * (LEAF / 8);
      u8.fill(0, bits, bits + LEAF / 8);
      set.isTouched[leaf] = 0;
    }
    set.touched.length = 0;
    set.stale = true;
    set.extents.reset(NO_ZONES);
  }

  /**
   * Marks a frame as holding translated code and removes every W entry for it, so that the next write
   * to it faults and Frames.onCodeWrite is called.
   */
  protectCode(frame: number): void {
    const { flags, u32 } = this.frames;
    const before = flags[frame]!;
    flags[frame] = (before & ~WRITE_MAPPED) | HAS_CODE;
    if ((before & WRITE_MAPPED) === 0) return;
    for (const set of this.#sets) {
      const words = set.base >>> 2;
      for (const leaf of set.touched) {
        const end = (leaf + 1) * LEAF;
        for (let page = leaf * LEAF; page < end; page++) {
          const entry = u32[words + W_WORDS + page]!;
          if (entry === 0 || entry !== entryFor(frame, page)) continue;
          u32[words + W_WORDS + page] = 0;
          set.extents.changed(page, 0);
        }
      }
    }
  }

  takeLeaf(): Int32Array {
    return this.#leaves.pop() ?? new Int32Array(LEAF);
  }
  /** The leaf must be all zero. */
  giveLeaf(leaf: Int32Array): void {
    if (this.#leaves.length < 1024) this.#leaves.push(leaf);
  }
}

/** The R or W entry that maps page `page` to `frame`. */
function entryFor(frame: number, page: number): number {
  return (((frame - page) << PAGE_SHIFT) + ENTRY_BIAS) >>> 0;
}

export class PageTable {
  readonly frames: Frames;
  readonly pool: TablePool;
  /** PTEs by page number >> 10, then page number & 1023. */
  readonly leaves: (Int32Array | null)[] = new Array(LEAF).fill(null);
  /** The tables the engine walks for this address space; null while it has none. */
  set: TableSet | null = null;
  /** Pages in memory, without the shared page of zeros, and the most there ever were (RSS, VmHWM). */
  resident = 0;
  peak = 0;
  /** Where the set's extents may lie. */
  zones: Zones = NO_ZONES;

  constructor(pool: TablePool) {
    this.pool = pool;
    this.frames = pool.frames;
  }

  /** Base of this address space's set of tables (CPU block: TB). */
  activate(): number {
    this.set = this.pool.activate(this);
    return this.set.base;
  }

  get(page: number): number {
    const leaf = this.leaves[page >>> 10];
    return leaf === null ? 0 : leaf![page & 1023]!;
  }

  /** How many pages are present in [first, limit). */
  count(first: number, limit: number): number {
    let present = 0;
    for (let page = first; page < limit; page++) if (this.get(page) !== 0) present++;
    return present;
  }

  /** Stores a PTE; references are the caller's matter. */
  put(page: number, pte: number): void {
    let leaf = this.leaves[page >>> 10]!;
    if (leaf === null) leaf = this.leaves[page >>> 10] = this.pool.takeLeaf();
    const old = leaf[page & 1023]!;
    leaf[page & 1023] = pte;
    if (old >>> PAGE_SHIFT !== pte >>> PAGE_SHIFT) this.resident += this.counts(pte) - this.counts(old);
    if (this.resident > this.peak) this.peak = this.resident;
    if (this.set !== null) this.install(page, pte);
  }

  /** 1 for a page that counts as resident, else 0. */
  counts(pte: number): number {
    return pte === 0 || pte >>> PAGE_SHIFT === this.frames.zero ? 0 : 1;
  }

  /** Brings the engine's tables in line with a PTE. Precondition: there is a set. */
  install(page: number, pte: number): void {
    const set = this.set!;
    const leaf = page >>> 10;
    if (set.isTouched[leaf] === 0) {
      if (pte === 0) return;
      set.isTouched[leaf] = 1;
      set.touched.push(leaf);
    }
    const { frames } = this;
    const { u32 } = frames;
    const words = set.base >>> 2;
    const frame = pte >>> PAGE_SHIFT;
    const entry = entryFor(frame, page);
    const before = u32[words + R_WORDS + page]!;
    const read = (pte & PTE_READ) === 0 ? 0 : entry;
    const bits = set.base + X_BITMAP + (page >>> 3);
    if (before !== 0 && (before !== read || (pte & PTE_EXEC) === 0)) {
      if ((frames.u8[bits]! & (1 << (page & 7))) !== 0) frames.revoked++;
      const held = (((before - ENTRY_BIAS) >>> PAGE_SHIFT) + page) & 0xfffff;
      if ((frames.flags[held]! & HAS_CODE) !== 0) set.stale = true;
    }
    u32[words + R_WORDS + page] = read;
    let write = 0;
    if ((pte & PTE_WRITE) !== 0 && (frames.flags[frame]! & HAS_CODE) === 0) {
      write = entry;
      frames.flags[frame]! |= WRITE_MAPPED;
    }
    const written = u32[words + W_WORDS + page]!;
    if (written !== write) {
      if (written !== 0) frames.revoked++;
      u32[words + W_WORDS + page] = write;
      set.extents.changed(page, write);
    }
    if ((pte & PTE_EXEC) !== 0) frames.u8[bits]! |= 1 << (page & 7);
    else frames.u8[bits]! &= ~(1 << (page & 7));
  }

  /** Takes the pages [first, limit), which lie in one leaf, from the engine's W words; the PTEs are the caller's matter. */
  forbidWrites(first: number, limit: number): void {
    const { set } = this;
    if (set === null || set.isTouched[first >>> 10] === 0) return;
    const words = (set.base >>> 2) + W_WORDS;
    this.frames.u32.fill(0, words + first, words + limit);
    this.frames.revoked++;
    set.extents.cleared(first, limit);
  }

  /** Installs the present pages around `page` again, after the set was lost. */
  refill(page: number): void {
    if (this.set === null) return;
    const leaf = this.leaves[page >>> 10]!;
    const first = page & ~63;
    for (let at = first; at < first + 64; at++) {
      const pte = leaf[at & 1023]!;
      if (pte !== 0) this.install(at, pte);
    }
  }

  /** Removes the pages in [first, limit) and drops their references. */
  clear(first: number, limit: number): void {
    const { frames, leaves } = this;
    for (let page = first; page < limit; ) {
      const number = page >>> 10;
      const end = Math.min(limit, (number + 1) * LEAF);
      const leaf = leaves[number]!;
      if (leaf !== null) {
        const clearsTables = this.set !== null && this.set.isTouched[number] === 1;
        for (let at = page; at < end; at++) {
          const pte = leaf[at & 1023]!;
          if (pte === 0) continue;
          leaf[at & 1023] = 0;
          this.resident -= this.counts(pte);
          if (clearsTables) this.install(at, 0);
          frames.release(pte >>> PAGE_SHIFT);
        }
        if (end - page === LEAF) {
          leaves[number] = null;
          this.pool.giveLeaf(leaf);
        }
      }
      page = end;
    }
  }

  /** Calls `visit` for each present page in [first, limit); it answers the new PTE. */
  update(first: number, limit: number, visit: (pte: number, page: number) => number): void {
    for (let page = first; page < limit; ) {
      const end = Math.min(limit, ((page >>> 10) + 1) * LEAF);
      const leaf = this.leaves[page >>> 10]!;
      if (leaf !== null) {
        for (let at = page; at < end; at++) {
          const pte = leaf[at & 1023]!;
          if (pte === 0) continue;
          const changed = visit(pte, at);
          if (changed !== pte) this.put(at, changed);
        }
      }
      page = end;
    }
  }

  /** Moves `count` pages from `from` to `to`, as mremap(2) does. The ranges do not overlap. */
  move(from: number, to: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const pte = this.get(from + i);
      if (pte === 0) continue;
      this.put(from + i, 0);
      this.put(to + i, pte);
    }
  }

  /** The end of the address space: every page and every leaf goes. */
  free(): void {
    const { frames, leaves, pool } = this;
    if (this.set !== null) pool.dismiss(this.set);
    for (let number = 0; number < LEAF; number++) {
      const leaf = leaves[number]!;
      if (leaf === null) continue;
      for (let i = 0; i < LEAF; i++) {
        const pte = leaf[i]!;
        if (pte !== 0) frames.release(pte >>> PAGE_SHIFT);
      }
      leaf.fill(0);
      leaves[number] = null;
      pool.giveLeaf(leaf);
    }
    this.resident = 0;
  }
}
