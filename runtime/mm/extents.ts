// Extents of one table set: per zone of addresses the longest known run of pages whose W entries are valid
// and equal, which is to say writable pages in contiguous frames. Translated code goes past the tables
// there (layout.ts: EXTENTS). Derived from the W words alone and told of every change of one; a run grows
// with the pages that join it, and the zone is searched anew when it is often missed.

import {
  ENTRY_BIAS,
  EXTENT_BIAS,
  EXTENT_COUNT,
  EXTENT_DATA,
  EXTENT_LOW,
  EXTENT_MMAP,
  EXTENT_SIZE,
  EXTENT_SPAN,
  EXTENT_STACK,
  EXTENTS,
  PAGE_SHIFT,
  PAGE_SIZE,
  W_TABLE,
} from '../../src/layout.ts';
import type { Frames } from './frames.ts';

/** An access through an extent is to 256 bytes at most. */
const REACH = 255;
const LEAF_SHIFT = 10;
/** Changes outside a zone's extent, for each leaf that a search reads, before the search is made. */
const PATIENCE = 16;
/** The same after searches in vain. */
const MOST_PATIENCE = 1024;

/** The borders between the zones, as page numbers: data lies below `mmap`, stacks from `stack` on. */
export interface Zones {
  readonly mmap: number;
  readonly stack: number;
}

interface Extent {
  first: number;
  /** Page behind the last; `first` when it is empty. */
  limit: number;
  /** The W entry of all its pages. */
  entry: number;
  /** Changes elsewhere in the zone since the last search, and how many are to bring the next. */
  missed: number;
  patience: number;
  /** Its pages when the address space ran last. */
  settled: number;
}

export class Extents {
  readonly #frames: Frames;
  readonly #base: number;
  readonly #words: number;
  /** Leaves of the set that hold entries. */
  readonly #touched: readonly number[];
  readonly #extents: Extent[] = [];
  #zones: Zones = { mmap: 0, stack: 0 };

  /** `base`: of the set; `touched`: the set's own list of its leaves. */
  constructor(frames: Frames, base: number, touched: readonly number[]) {
    this.#frames = frames;
    this.#base = base;
    this.#words = (base + W_TABLE) >>> 2;
    this.#touched = touched;
    for (let i = 0; i < EXTENT_COUNT; i++)
      this.#extents.push({ first: 0, limit: 0, entry: 0, missed: 0, patience: PATIENCE, settled: 0 });
  }

  /** The set has a new owner, or none: no word is valid. */
  reset(zones: Zones): void {
    this.#zones = zones;
    for (let zone = 0; zone < EXTENT_COUNT; zone++) {
      const extent = this.#extents[zone]!;
      extent.missed = 0;
      extent.patience = PATIENCE;
      extent.settled = 0;
      if (extent.limit !== extent.first) this.#set(zone, 0, 0, 0);
    }
  }

  /** The W word of `page` has just become `entry` (unsigned), which it was not before. */
  changed(page: number, entry: number): void {
    const zones = this.#zones;
    const zone = page < zones.mmap ? EXTENT_DATA : page < zones.stack ? EXTENT_MMAP : EXTENT_STACK;
    const extent = this.#extents[zone]!;
    const { first, limit } = extent;
    if (page >= first && page < limit) {
      // A hole: the larger side stays.
      if (page - first >= limit - page - 1) this.#set(zone, first, page, extent.entry);
      else this.#set(zone, page + 1, limit, extent.entry);
      extent.missed++;
      extent.patience = Math.max(PATIENCE, extent.patience >>> 1);
      return;
    }
    if (entry === 0) return;
    if (first === limit) {
      this.#extend(zone, page, page + 1, entry);
    } else if (entry === extent.entry && (page === limit || page === first - 1)) {
      this.#extend(zone, Math.min(first, page), Math.max(limit, page + 1), entry);
    } else if (++extent.missed >= extent.patience) {
      this.#search(zone);
    }
  }

  /** The W words of [first, limit) have just become 0. */
  cleared(first: number, limit: number): void {
    for (let zone = 0; zone < EXTENT_COUNT; zone++) {
      const extent = this.#extents[zone]!;
      if (limit <= extent.first || first >= extent.limit) continue;
      if (first - extent.first >= extent.limit - limit)
        this.#set(zone, extent.first, Math.max(extent.first, first), extent.entry);
      else this.#set(zone, Math.min(limit, extent.limit), extent.limit, extent.entry);
    }
  }

  /**
   * The address space is about to run. What was taken from an extent page by page (munmap, fork) may have left
   * less than there is elsewhere.
   */
  settle(): void {
    for (let zone = 0; zone < EXTENT_COUNT; zone++) {
      const extent = this.#extents[zone]!;
      if ((extent.limit - extent.first) * 2 < extent.settled) this.#search(zone);
      extent.settled = extent.limit - extent.first;
    }
  }

  /** The zone's first page, and the one behind its last. */
  #from(zone: number): number {
    return zone === EXTENT_DATA ? 0 : zone === EXTENT_MMAP ? this.#zones.mmap : this.#zones.stack;
  }
  #to(zone: number): number {
    return zone === EXTENT_DATA ? this.#zones.mmap : zone === EXTENT_MMAP ? this.#zones.stack : 2 ** 20;
  }

  /** Makes the run [first, limit) the extent, with what joins it on both sides. */
  #extend(zone: number, first: number, limit: number, entry: number): void {
    const { u32 } = this.#frames;
    const words = this.#words;
    const from = this.#from(zone);
    const to = this.#to(zone);
    while (limit < to && u32[words + limit] === entry) limit++;
    while (first > from && u32[words + first - 1] === entry) first--;
    this.#set(zone, first, limit, entry);
  }

  /** Looks for the longest run of the zone in the leaves that hold entries. */
  #search(zone: number): void {
    const from = this.#from(zone);
    const to = this.#to(zone);
    const extent = this.#extents[zone]!;
    const { u32 } = this.#frames;
    const words = this.#words;
    let { first, limit } = extent;
    let leaves = 0;
    for (const leaf of this.#touched) {
      const begin = Math.max(from, leaf << LEAF_SHIFT);
      const end = Math.min(to, (leaf + 1) << LEAF_SHIFT);
      if (begin >= end) continue;
      leaves++;
      for (let page = begin; page < end; ) {
        const word = u32[words + page]!;
        const start = page++;
        if (word === 0) continue;
        while (page < end && u32[words + page] === word) page++;
        // A run that began in an earlier leaf was or will be followed from there.
        if (start === begin && begin > from && u32[words + begin - 1] === word) continue;
        if (page === end) while (page < to && u32[words + page] === word) page++;
        if (page - start <= limit - first) continue;
        first = start;
        limit = page;
      }
    }
    const better = limit - first > extent.limit - extent.first;
    if (better) this.#set(zone, first, limit, u32[words + first]!);
    extent.missed = 0;
    const usual = PATIENCE * leaves;
    extent.patience = better ? usual : Math.max(usual, Math.min(extent.patience * 2, MOST_PATIENCE));
  }

  #set(zone: number, first: number, limit: number, entry: number): void {
    const extent = this.#extents[zone]!;
    extent.first = first;
    extent.limit = limit;
    extent.entry = entry;
    const { u32 } = this.#frames;
    const at = (this.#base + EXTENTS + zone * EXTENT_SIZE) >>> 2;
    const length = (limit - first) * PAGE_SIZE;
    u32[at + (EXTENT_LOW >>> 2)] = first << PAGE_SHIFT;
    u32[at + (EXTENT_SPAN >>> 2)] = length === 0 ? 0 : length - REACH;
    u32[at + (EXTENT_BIAS >>> 2)] = entry - ENTRY_BIAS;
  }
}
