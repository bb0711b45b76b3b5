// Placement: which run of frames serves which pages of an address space, so that its private memory lies
// in linear memory as it lies in the address space: data, bss and heap in one run, the stack in another, and
// large mappings in runs of their own. It only proposes frames. A page that lies elsewhere is as good, it is
// only no part of an extent.

import { PAGE_SHIFT } from '../../src/layout.ts';
import { PROT_WRITE } from '../abi/memory.ts';
import type { AddressSpace } from './address-space.ts';
import { HAS_CODE } from './frames.ts';
import { PTE_ANON, PTE_FLAGS } from './page-table.ts';
import type { Run } from './run.ts';
import { type Area, VM_GROWSDOWN } from './vma.ts';

/** Pages of the smallest mappings that get a run: 64 KiB. */
const WORTHWHILE = 16;
/** Frames of the least runs: for a program's data and heap, for a stack, for anything. */
const LEAST_DATA = 256;
const LEAST_STACK = 64;
const LEAST = 16;
/** Frames of the largest runs: 256 MiB; and the part of what may be reserved that one run may take. */
const MOST = 65536;
const PART = 8;
/** Pages that the child of a fork makes its own before it gets runs: it may be about to exec. */
const COPIES = 16;

/** A run at work: it serves the pages [first, limit); `origin` is the page of its first frame. */
export interface Placed {
  readonly run: Run;
  first: number;
  limit: number;
  origin: number;
}

/** The private writable areas around a page that touch each other. */
interface Cluster {
  readonly first: number;
  readonly limit: number;
  /** The room around it: up to the next areas. */
  readonly from: number;
  readonly to: number;
  readonly growsDown: boolean;
  /** The program's data or heap. */
  readonly data: boolean;
}

export class Placement {
  readonly #space: AddressSpace;
  /** Sorted, without overlaps. */
  readonly #placed: Placed[] = [];
  #last: Placed | null = null;
  /** Pages to be made without a run. */
  #patience = 0;

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  /** The address space is the child of a fork. */
  hesitate(): void {
    this.#patience = COPIES;
  }

  /** The free frame that is proposed for `page` of a private area; 0: any. */
  slot(area: Area, page: number): number {
    const placed = this.at(page) ?? (isOwn(area) ? this.#place(area, page) : null);
    return placed === null ? 0 : this.slotIn(placed, page);
  }
  /** The same from one run, if it serves the page. */
  slotIn({ run, origin, first, limit }: Placed, page: number): number {
    if (page < first || page >= limit) return 0;
    const frame = run.first + (page - origin);
    return !run.scattered && this.#space.frames.isFree(frame) ? frame : 0;
  }

  /** The run that serves `page`. */
  at(page: number): Placed | null {
    const last = this.#last;
    if (last !== null && page >= last.first && page < last.limit) return last;
    const placed = this.#placed[this.#indexFrom(page)];
    if (placed === undefined || page < placed.first) return null;
    this.#last = placed;
    return placed;
  }
  /** Index of the first run that ends behind `page`. */
  #indexFrom(page: number): number {
    let low = 0;
    let high = this.#placed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#placed[middle]!.limit > page) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Gives the memory around `page` a run, or a larger one in place of one that it has outgrown. */
  #place(area: Area, page: number): Placed | null {
    if (this.#patience > 0) {
      this.#patience--;
      return null;
    }
    const cluster = this.#clusterAround(area, page);
    if (cluster === null) return null;
    const { frames } = this.#space;
    const index = this.#indexFrom(page);
    const below = this.#placed[index - 1];
    const above = this.#placed[index];
    // The run that was outgrown: the one towards which the memory grows from.
    let old: Placed | null = null;
    if (below !== undefined && below.limit > cluster.first) old = below;
    else if (above !== undefined && above.first < cluster.limit) old = above;
    const most = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(MOST, frames.reservable / PART))));
    const outgrown = old === null ? null : union(old, page);
    if (outgrown !== null && (outgrown.limit - outgrown.first) * 2 > most) old = null;
    const lowest = below === undefined || below === old ? 0 : below.limit;
    const highest = above === undefined || above === old ? 2 ** 20 : above.first;
    const from = Math.max(cluster.from, lowest);
    const to = Math.min(cluster.to, highest);
    let first = old === null ? Math.max(cluster.first, from) : outgrown!.first;
    let limit = old === null ? Math.min(cluster.limit, to) : outgrown!.limit;
    const upwards = old === null ? cluster.data : page >= old.limit;
    const grows = old !== null || cluster.data || cluster.growsDown;
    const least = cluster.growsDown ? LEAST_STACK : cluster.data ? LEAST_DATA : LEAST;
    const wanted = Math.max(least, grows ? (limit - first) * 2 : limit - first);
    const count = Math.min(most, 2 ** Math.ceil(Math.log2(wanted)));
    if (limit - first > count) {
      // More than a run can hold: the piece with the page in it.
      first += page - first - ((page - first) % count);
      limit = Math.min(limit, first + count);
    }
    const run = count < LEAST ? null : frames.reserve(count);
    if (run === null) return null;
    const origin = upwards ? first : limit - count;
    const placed = {
      run,
      origin,
      first: Math.max(from, origin),
      limit: Math.min(to, origin + count),
    };
    if (old !== null) {
      this.#placed.splice(this.#placed.indexOf(old), 1);
      frames.abandon(old.run);
    }
    this.#placed.splice(this.#indexFrom(page), 0, placed);
    this.#last = placed;
    this.gather(placed.first, placed.limit);
    return placed;
  }

  #clusterAround(area: Area, page: number): Cluster | null {
    const { areas, brkStart, pages, taskSize } = this.#space;
    const { items } = areas;
    let low = areas.indexFrom(page);
    let high = low;
    while (low > 0 && items[low - 1]!.limit === items[low]!.first && isOwn(items[low - 1]!)) low--;
    while (
      high + 1 < items.length &&
      items[high + 1]!.first === items[high]!.limit &&
      isOwn(items[high + 1]!)
    )
      high++;
    const { first } = items[low]!;
    const { limit } = items[high]!;
    const growsDown = (items[low]!.flags & VM_GROWSDOWN) !== 0;
    const heap = brkStart >>> PAGE_SHIFT;
    const data = page < pages.zones.mmap && !growsDown;
    const program = data && (area.mappable !== null || (first <= heap && heap <= limit));
    if (limit - first < WORTHWHILE && !growsDown && !program) return null;
    const from = low === 0 ? 0 : items[low - 1]!.limit;
    const to = items[high + 1]?.first ?? taskSize >>> PAGE_SHIFT;
    return { first, limit, from, to, growsDown, data };
  }

  /** Moves pages in [first, limit) that nobody else has into the frames proposed for them, and gives them PTE bits. */
  gather(first: number, limit: number, bits = 0): void {
    const { frames, pages } = this.#space;
    pages.update(first, limit, (pte, page) => {
      const frame = pte >>> PAGE_SHIFT;
      if ((pte & PTE_ANON) === 0 || frames.references(frame) !== 1) return pte;
      if ((frames.flags[frame]! & HAS_CODE) !== 0) return pte;
      const placed = this.at(page);
      if (placed === null || frame === placed.run.first + (page - placed.origin)) return pte | bits;
      const slot = this.slotIn(placed, page);
      if (slot === 0 || frames.full) return pte | bits;
      const copy = frames.allocateCopy(frame, slot);
      frames.release(frame);
      return (copy << PAGE_SHIFT) | (pte & PTE_FLAGS) | bits;
    });
  }

  /**
   * mremap(2) has moved `count` pages from `from` to the free place of `room` pages at `to`: the run that
   * served nothing else goes with them. The areas at both places are there.
   */
  move(from: number, to: number, count: number, room: number): void {
    const { areas, frames } = this.#space;
    const placed = this.at(from);
    if (placed === null) return;
    const below = placed.first >= from || areas.isFree(placed.first, from);
    const above = placed.limit <= from + count || areas.isFree(from + count, placed.limit);
    if (!below || !above) return;
    this.#placed.splice(this.#placed.indexOf(placed), 1);
    this.#last = null;
    const at = this.#indexFrom(to);
    const next = this.#placed[at];
    // What is reserved for the growth of a neighbour ends here.
    if (next !== undefined && next.first < to + room) next.first = Math.min(to + room, next.limit);
    if (next !== undefined && next.first === next.limit) {
      this.#placed.splice(at, 1);
      frames.abandon(next.run);
    }
    const index = areas.indexFrom(to);
    const origin = placed.origin + (to - from);
    placed.origin = origin;
    placed.first = Math.max(origin, areas.items[index - 1]?.limit ?? 0, this.#placed[at - 1]?.limit ?? 0);
    placed.limit = Math.min(
      origin + placed.run.count,
      areas.items[index + 1]?.first ?? 2 ** 20,
      this.#placed[at]?.first ?? 2 ** 20,
    );
    this.#placed.splice(at, 0, placed);
  }

  /** Areas in [first, limit) are gone: runs without any area are given up. */
  trim(first: number, limit: number): void {
    const { areas, frames } = this.#space;
    for (let i = this.#indexFrom(first); i < this.#placed.length; ) {
      const placed = this.#placed[i]!;
      if (placed.first >= limit) break;
      if (areas.isFree(placed.first, placed.limit)) {
        this.#placed.splice(i, 1);
        this.#last = null;
        frames.abandon(placed.run);
      } else {
        i++;
      }
    }
  }

  /** The end of the address space. */
  free(): void {
    for (const { run } of this.#placed) this.#space.frames.abandon(run);
    this.#placed.length = 0;
    this.#last = null;
  }
}

const isOwn = (area: Area): boolean => !area.shared && (area.protection & PROT_WRITE) !== 0;

function union({ first, limit }: Placed, page: number): { first: number; limit: number } {
  return { first: Math.min(first, page), limit: Math.max(limit, page + 1) };
}
