// What programs say and ask about their pages: madvise(2), msync(2), mincore(2), mlock(2).

import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE, PF_USER, PF_WRITE } from '../../src/layout.ts';
import { EACCES, EBUSY, EFAULT, EINVAL, ENOMEM, EOPNOTSUPP } from '../abi/errno.ts';
import { MADV, MS, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import { type AddressSpace, pagesOf } from './address-space.ts';
import { handleFault } from './fault.ts';
import { type Area, VM_DONTCOPY, VM_DONTDUMP, VM_LOCKED, VM_WIPEONFORK } from './vma.ts';

const SIGSEGV = 11;

/** Calls `visit` for each mapped piece of [first, limit) and tells whether there were holes. */
function eachPiece(
  space: AddressSpace,
  first: number,
  limit: number,
  visit: (area: Area, from: number, to: number) => void,
): boolean {
  let at = first;
  let holes = false;
  while (at < limit) {
    const area = space.areas.items[space.areas.indexFrom(at)];
    if (area === undefined || area.first >= limit) return true;
    if (area.first > at) {
      holes = true;
      at = area.first;
    }
    const to = Math.min(limit, area.limit);
    visit(area, at, to);
    at = to;
  }
  return holes;
}

/** Sets and clears VM_* flags of the areas in a range; throws ENOMEM at the end if there were holes. */
export function changeFlags(
  space: AddressSpace,
  first: number,
  limit: number,
  set: number,
  clear: number,
): void {
  const holes = eachPiece(space, first, limit, (area, from, to) => {
    const flags = (area.flags & ~clear) | set;
    if (flags === area.flags) return;
    space.areas.split(from);
    space.areas.split(to);
    space.areas.at(from)!.flags = flags;
  });
  space.areas.joinRange(first, limit, space.brkStart >>> PAGE_SHIFT);
  if (holes) throw ENOMEM;
}

// Advice that changes nothing a program could see.
const HINTS: ReadonlySet<number> = new Set([
  MADV.MADV_NORMAL,
  MADV.MADV_RANDOM,
  MADV.MADV_SEQUENTIAL,
  MADV.MADV_WILLNEED,
  MADV.MADV_MERGEABLE,
  MADV.MADV_UNMERGEABLE,
  MADV.MADV_HUGEPAGE,
  MADV.MADV_NOHUGEPAGE,
  MADV.MADV_COLD,
  MADV.MADV_PAGEOUT,
  MADV.MADV_COLLAPSE,
]);

/** Advice that is an area flag: what to set and what to clear. */
const FLAG_ADVICE: Readonly<Record<number, readonly [set: number, clear: number]>> = {
  [MADV.MADV_DONTFORK]: [VM_DONTCOPY, 0],
  [MADV.MADV_DOFORK]: [0, VM_DONTCOPY],
  [MADV.MADV_DONTDUMP]: [VM_DONTDUMP, 0],
  [MADV.MADV_DODUMP]: [0, VM_DONTDUMP],
  [MADV.MADV_WIPEONFORK]: [VM_WIPEONFORK, 0],
  [MADV.MADV_KEEPONFORK]: [0, VM_WIPEONFORK],
};

/** madvise(2). Holes are passed over and then answered with ENOMEM, as Linux does. */
export function advise(space: AddressSpace, address: number, length: number, advice: number): void {
  const action = actionFor(space, advice);
  if ((address & PAGE_MASK) !== 0) throw EINVAL;
  const first = address >>> PAGE_SHIFT;
  const limit = first + pagesOf(length);
  if (limit > 2 ** 20) throw EINVAL;
  if (length === 0) return;
  const flags = FLAG_ADVICE[advice];
  if (flags !== undefined) {
    if (advice === MADV.MADV_WIPEONFORK)
      eachPiece(space, first, limit, (area) => {
        if (area.mappable !== null) throw EINVAL;
      });
    changeFlags(space, first, limit, flags[0], flags[1]);
    return;
  }
  // Populating stops at the first hole, everything else does what it can.
  const populates = advice === MADV.MADV_POPULATE_READ || advice === MADV.MADV_POPULATE_WRITE;
  let next = first;
  const holes = eachPiece(space, first, limit, (area, from, to) => {
    if (populates && from !== next) throw ENOMEM;
    next = to;
    action(area, from, to);
  });
  if (holes) throw ENOMEM;
}

function actionFor(space: AddressSpace, advice: number): (area: Area, from: number, to: number) => void {
  if (HINTS.has(advice) || FLAG_ADVICE[advice] !== undefined) return () => {};
  switch (advice) {
    case MADV.MADV_DONTNEED:
      return (area, from, to) => {
        if ((area.flags & VM_LOCKED) !== 0) throw EINVAL;
        space.pages.clear(from, to);
      };
    case MADV.MADV_DONTNEED_LOCKED:
      return (_area, from, to) => space.pages.clear(from, to);
    case MADV.MADV_FREE:
      // Linux may take the pages back at any time; here it is at once.
      return (area, from, to) => {
        if (area.mappable !== null) throw EINVAL;
        space.pages.clear(from, to);
      };
    case MADV.MADV_REMOVE:
      return removePages;
    case MADV.MADV_POPULATE_READ:
      return (area, from, to) => {
        if ((area.protection & PROT_READ) === 0) throw EINVAL;
        populate(space, from, to, false);
      };
    case MADV.MADV_POPULATE_WRITE:
      return (_area, from, to) => populate(space, from, to, true);
    default:
      throw EINVAL;
  }
}

function removePages(area: Area, from: number, to: number): void {
  const { mappable } = area;
  if ((area.flags & VM_LOCKED) !== 0 || mappable === null) throw EINVAL;
  if (!area.shared || (area.may & PROT_WRITE) === 0) throw EACCES;
  if (mappable.punch === undefined) throw EOPNOTSUPP;
  mappable.punch(area.indexOf(from), area.indexOf(to));
}

/** Brings pages in. Throws EINVAL for what the rights do not allow, EFAULT beyond the end of an object, ENOMEM. */
export function populate(space: AddressSpace, first: number, limit: number, write: boolean): void {
  for (let page = first; page < limit; page++) {
    const result = handleFault(space, page * PAGE_SIZE, write ? PF_USER | PF_WRITE : PF_USER);
    if (result === 'out-of-memory') throw ENOMEM;
    if (result !== null) throw result.signal === SIGSEGV ? EINVAL : EFAULT;
  }
}

/** msync(2). */
export function sync(space: AddressSpace, address: number, length: number, flags: number): void {
  const { MS_ASYNC, MS_INVALIDATE, MS_SYNC } = MS;
  if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) !== 0 || (address & PAGE_MASK) !== 0) throw EINVAL;
  if ((flags & MS_ASYNC) !== 0 && (flags & MS_SYNC) !== 0) throw EINVAL;
  const first = address >>> PAGE_SHIFT;
  const limit = first + pagesOf(length);
  if (limit > 2 ** 20) throw ENOMEM;
  const holes = eachPiece(space, first, limit, (area, from, to) => {
    if ((flags & MS_INVALIDATE) !== 0 && (area.flags & VM_LOCKED) !== 0) throw EBUSY;
    if ((flags & MS_SYNC) !== 0 && area.shared) area.mappable!.sync?.(area.indexOf(from), area.indexOf(to));
  });
  if (holes) throw ENOMEM;
}

/** mincore(2): one byte a page, bit 0 = in memory. */
export function residence(space: AddressSpace, address: number, length: number): Uint8Array {
  if ((address & PAGE_MASK) !== 0) throw EINVAL;
  if (address + length > space.taskSize) throw ENOMEM;
  const first = address >>> PAGE_SHIFT;
  const answer = new Uint8Array(pagesOf(length));
  const holes = eachPiece(space, first, first + answer.length, (area, from, to) => {
    for (let page = from; page < to; page++) {
      const { mappable } = area;
      const cached = mappable?.resident !== undefined && mappable.resident(area.indexOf(page)) !== 0;
      if (space.pages.get(page) !== 0 || cached) answer[page - first] = 1;
    }
  });
  if (holes) throw ENOMEM;
  return answer;
}
