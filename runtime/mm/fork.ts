// fork(2)'s part of memory: a second address space with the same areas and the same pages. Private
// writable pages lose PTE_WRITE on both sides and are copied by the first write (fault.ts).

import { PAGE_SHIFT } from '../../src/layout.ts';
import type { AddressSpace } from './address-space.ts';
import { PTE_WRITE } from './page-table.ts';
import { Area, VM_DONTCOPY, VM_LOCKED, VM_WIPEONFORK } from './vma.ts';

/** Copies areas and pages of `from` to the empty space `to`. */
export function copySpace(from: AddressSpace, to: AddressSpace): void {
  for (const area of from.areas.items) {
    if ((area.flags & VM_DONTCOPY) !== 0) continue;
    const { first, limit, protection, may, mappable, offset } = area;
    const copy = new Area(to, first, limit, protection, may, area.flags & ~VM_LOCKED, mappable, offset);
    copy.attach();
    to.areas.items.push(copy);
    to.totalPages += limit - first;
    // Shared pages come back by faults, as in Linux (vma_needs_copy).
    if (!area.shared && (area.flags & VM_WIPEONFORK) === 0) copyPages(from, to, area);
  }
}

function copyPages(from: AddressSpace, to: AddressSpace, area: Area): void {
  const { frames } = from;
  for (let page = area.first; page < area.limit; ) {
    const number = page >>> 10;
    const end = Math.min(area.limit, (number + 1) << 10);
    const source = from.pages.leaves[number]!;
    if (source !== null) {
      const target = (to.pages.leaves[number] ??= to.pool.takeLeaf());
      for (let at = page; at < end; at++) {
        let pte = source[at & 1023]!;
        if (pte === 0) continue;
        frames.retain(pte >>> PAGE_SHIFT);
        if ((pte & PTE_WRITE) !== 0) {
          pte &= ~PTE_WRITE;
          source[at & 1023] = pte;
        }
        target[at & 1023] = pte;
        to.pages.resident += to.pages.counts(pte);
      }
      from.pages.forbidWrites(page, end);
    }
    page = end;
  }
  to.pages.peak = to.pages.resident;
}
