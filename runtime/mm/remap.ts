// mremap(2): an area grows, shrinks or moves, and its pages go with it.

import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import { EFAULT, EINVAL, ENOMEM } from '../abi/errno.ts';
import { MREMAP, PROT_WRITE } from '../abi/memory.ts';
import { type AddressSpace, pagesOf } from './address-space.ts';
import { changeFlags } from './advise.ts';
import { Area, VM_DONTEXPAND, VM_LOCKED } from './vma.ts';

const { MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP } = MREMAP;

/** Answers the new address. Throws EINVAL, EFAULT, ENOMEM. */
export function remap(
  space: AddressSpace,
  old: number,
  oldLength: number,
  newLength: number,
  flags: number,
  wanted: number,
): number {
  if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0) throw EINVAL;
  const mayMove = (flags & MREMAP_MAYMOVE) !== 0;
  const keep = (flags & MREMAP_DONTUNMAP) !== 0;
  if ((flags & MREMAP_FIXED) !== 0 && !mayMove) throw EINVAL;
  if ((old & PAGE_MASK) !== 0) throw EINVAL;
  const newCount = pagesOf(newLength);
  let oldCount = pagesOf(oldLength);
  if (newCount === 0) throw EINVAL;
  if (keep && (!mayMove || oldCount !== newCount)) throw EINVAL;
  const first = old >>> PAGE_SHIFT;

  const fixed = (flags & MREMAP_FIXED) !== 0;
  if (fixed || keep) checkTarget(space, first, oldCount, wanted, newCount);
  if (fixed) {
    // All that can be refused is, before the target's pages are gone.
    const source = space.areas.at(first);
    if (source === null) throw EFAULT;
    checkGrowth(space, source, first, Math.min(oldCount, newCount), newCount);
    space.unmap(wanted, newCount * PAGE_SIZE);
  }
  if (space.areas.at(first) === null) throw EFAULT;
  if (newCount < oldCount && !keep) {
    space.unmap((first + newCount) * PAGE_SIZE, (oldCount - newCount) * PAGE_SIZE);
    oldCount = newCount;
  }
  if (newCount === oldCount && !fixed && !keep) return old;

  const area = space.areas.at(first);
  if (area === null) throw EFAULT;
  checkGrowth(space, area, first, oldCount, newCount);
  if (!fixed && !keep && first + oldCount === area.limit && extend(space, area, newCount - oldCount))
    return old;
  if (!mayMove) throw ENOMEM;
  const target = fixed ? wanted >>> PAGE_SHIFT : space.findRoom(keep ? wanted : 0, newCount);
  move(space, area, first, oldCount, target, newCount, keep);
  return target * PAGE_SIZE;
}

function checkTarget(
  space: AddressSpace,
  first: number,
  oldCount: number,
  wanted: number,
  newCount: number,
): void {
  if ((wanted & PAGE_MASK) !== 0) throw EINVAL;
  const target = wanted >>> PAGE_SHIFT;
  if (target + newCount > space.taskSize >>> PAGE_SHIFT) throw EINVAL;
  if (first + oldCount > target && target + newCount > first) throw EINVAL;
}

function checkGrowth(
  space: AddressSpace,
  area: Area,
  first: number,
  oldCount: number,
  newCount: number,
): void {
  // Length 0 makes a second mapping of the same shared pages; there is nothing to share in private ones.
  if (oldCount === 0 && !area.shared) throw EINVAL;
  if (first + oldCount > area.limit) throw EFAULT;
  if (newCount <= oldCount) return;
  if ((area.flags & VM_DONTEXPAND) !== 0) throw EFAULT;
  if (area.indexOf(first) + newCount > 2 ** 32) throw EINVAL;
  space.mayGrowBy(newCount - oldCount, !area.shared && (area.protection & PROT_WRITE) !== 0);
}

/** Lets an area grow where it is, if the room behind it is free. */
function extend(space: AddressSpace, area: Area, count: number): boolean {
  const limit = area.limit + count;
  if (limit > space.taskSize >>> PAGE_SHIFT) return false;
  const next = space.areas.items[space.areas.indexFrom(area.limit)];
  if (next !== undefined && next.first < limit) return false;
  const { owner, protection, may, flags, mappable } = area;
  space.addArea(
    new Area(owner, area.limit, limit, protection, may, flags, mappable, area.indexOf(area.limit)),
  );
  return true;
}

function move(
  space: AddressSpace,
  area: Area,
  first: number,
  oldCount: number,
  target: number,
  newCount: number,
  keep: boolean,
): void {
  const { protection, may, flags, mappable } = area;
  const offset = area.indexOf(first);
  // MREMAP_DONTUNMAP leaves the old area, empty and unlocked.
  space.addArea(new Area(space, target, target + newCount, protection, may, flags, mappable, offset));
  space.pages.move(first, target, oldCount);
  space.placement.move(first, target, oldCount, newCount);
  if (oldCount === 0) return;
  if (!keep) {
    space.unmap(first * PAGE_SIZE, oldCount * PAGE_SIZE);
    return;
  }
  changeFlags(space, first, first + oldCount, 0, VM_LOCKED);
}
