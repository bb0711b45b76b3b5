// What a write fault does for the pages around it, so that extents (extents.ts) grow fast and faults are few:
// more pages of zeros, the rest of a program's data, the right to write that a fork took away. Only within
// the leaf of the page, and only where a run (placement.ts) has the frame next to it.

import { PAGE_SHIFT } from '../../src/layout.ts';
import type { AddressSpace } from './address-space.ts';
import { HAS_CODE } from './frames.ts';
import { PTE_ANON, PTE_WRITE } from './page-table.ts';
import type { Area } from './vma.ts';

/** Pages of the least and the largest block that is completed with pages of zeros. */
const LEAST = 16;
const MOST = 256;
/** Pages of a program's data that one fault copies, at most. */
const DATA = 256;
/** Frames that must be free besides: nothing else is to fail for these. */
const SPARE = 1024;

/**
 * `page` has just got its first frame: the largest aligned block around it of which half is there already gets
 * the rest, so that no more is made than twice of what was touched.
 */
export function fillAhead(space: AddressSpace, area: Area, page: number, bits: number): void {
  const { frames, pages, placement } = space;
  const placed = placement.at(page);
  if (placed === null || frames.inUse + SPARE > frames.limit) return;
  const leaf = pages.leaves[page >>> 10]!;
  let first = 0;
  let limit = 0;
  let present = 0;
  let from = page;
  let to = page;
  for (let size = LEAST; size <= MOST; size *= 2) {
    const low = Math.max(placed.first, page & -size);
    const high = Math.min(placed.limit, (page & -size) + size);
    while (from > low) if ((leaf[--from & 1023]! & PTE_ANON) !== 0) present++;
    while (to < high) if ((leaf[to++ & 1023]! & PTE_ANON) !== 0) present++;
    if (present * 2 < high - low) continue;
    first = low;
    limit = high;
  }
  // A bss that is no larger than what is used around it comes as a whole: it lies between data and heap.
  const isBss = area.limit <= space.brkStart >>> PAGE_SHIFT && area.limit - area.first <= placed.run.used;
  first = isBss ? area.first : Math.max(first, area.first);
  limit = isBss ? area.limit : Math.min(limit, area.limit);
  for (let at = first; at < limit; at++) {
    const pte = pages.get(at);
    if (pte !== 0 && pte >>> PAGE_SHIFT !== frames.zero) continue;
    const slot = placement.slotIn(placed, at);
    if (slot === 0) continue;
    pages.put(at, (frames.allocate(slot) << PAGE_SHIFT) | bits);
    if (pte !== 0) frames.release(frames.zero);
  }
}

/** `page` of a private file mapping has just been copied: if it is a program's data, the rest is too. */
export function copyData(space: AddressSpace, area: Area, page: number, bits: number): void {
  const { frames, pages, placement } = space;
  const placed = placement.at(page);
  if (page >= pages.zones.mmap || placed === null) return;
  if (frames.inUse + SPARE > frames.limit) return;
  const leaf = pages.leaves[page >>> 10]!;
  const from = Math.max(area.first, placed.first, page & ~1023, page - DATA);
  const to = Math.min(area.limit, placed.limit, (page | 1023) + 1, page + DATA);
  for (let at = from; at < to; at++) {
    const pte = leaf[at & 1023]!;
    if ((pte & PTE_ANON) !== 0) continue;
    const slot = placement.slotIn(placed, at);
    if (slot === 0) continue;
    const source = pte === 0 ? sourceOf(area, at) : pte >>> PAGE_SHIFT;
    if (source === 0) return;
    if ((frames.flags[source]! & HAS_CODE) === 0)
      pages.put(at, (frames.allocateCopy(source, slot) << PAGE_SHIFT) | bits);
    else if (pte !== 0) continue;
    frames.release(source);
  }
}

/** The object's frame for a page, with a reference; 0 when it cannot be had at once. */
function sourceOf(area: Area, page: number): number {
  try {
    return area.mappable!.page(area.indexOf(page), false);
  } catch {
    // The page's own fault will tell.
    return 0;
  }
}

/** `page` turned out to be nobody else's any more, as after the end of a forked child: so are others. */
export function restoreWrite(space: AddressSpace, area: Area, page: number): void {
  space.placement.gather(
    Math.max(area.first, page & ~1023),
    Math.min(area.limit, (page | 1023) + 1),
    PTE_WRITE,
  );
}
