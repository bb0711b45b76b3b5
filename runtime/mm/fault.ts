// Page faults: brings the page of a faulting access in, as the area it lies in says, or tells which signal
// the access deserves. Linux: handle_mm_fault. Hot: nothing is allocated on the way but page frames.

import { PAGE_SHIFT, PF_FETCH, PF_PRESENT, PF_WRITE } from '../../src/layout.ts';
import { EFAULT, EIO, ENOMEM, Errno } from '../abi/errno.ts';
import { BUS_ADRERR, PROT_EXEC, PROT_WRITE, SEGV_ACCERR, SEGV_MAPERR } from '../abi/memory.ts';
import { type AddressSpace, accessBits } from './address-space.ts';
import { copyData, fillAhead, restoreWrite } from './fault-ahead.ts';
import { HAS_CODE } from './frames.ts';
import { PTE_ANON, PTE_EXEC, PTE_PRESENT, PTE_READ, PTE_WRITE } from './page-table.ts';
import type { Area } from './vma.ts';

const SIGBUS = 7;
const SIGSEGV = 11;
/** Pages around a read fault on an object that are mapped too when they are in memory. Linux: fault_around_bytes. */
const AROUND = 16;
/** The same at most where pages may be written without being watched. */
const BLOCK = 256;

export interface FaultSignal {
  readonly signal: typeof SIGBUS | typeof SIGSEGV;
  /** si_code. */
  readonly code: number;
  readonly address: number;
  /** The error code as a processor with this page table would have given it. */
  readonly error: number;
}

/** null: the access may be tried again. */
export type FaultResult = null | 'out-of-memory' | FaultSignal;

/** Handles a fault at `address` with the page-fault error code `error`. May throw Blocked. */
export function handleFault(space: AddressSpace, address: number, error: number): FaultResult {
  const page = address >>> PAGE_SHIFT;
  const { pages } = space;
  const write = (error & PF_WRITE) !== 0;
  const needs = write ? PTE_WRITE : (error & PF_FETCH) !== 0 ? PTE_EXEC | PTE_READ : PTE_READ;
  const pte = pages.get(page);
  if ((pte & needs) === needs) {
    // The PTE allows it: only the engine's tables did not know, or the frame held translated code.
    const frame = pte >>> PAGE_SHIFT;
    if (write && (space.frames.flags[frame]! & HAS_CODE) !== 0) space.frames.codeWritten(frame);
    pages.refill(page);
    return null;
  }
  const area = space.areaAt(page);
  if (area === null) return refuse(SIGSEGV, SEGV_MAPERR, address, error, pte);
  const { protection } = area;
  const allowed = write ? (protection & PROT_WRITE) !== 0 : protection !== 0;
  if (!allowed) return refuse(SIGSEGV, SEGV_ACCERR, address, error, pte);
  const forbiddenFetch = (error & PF_FETCH) !== 0 && (protection & PROT_EXEC) === 0;
  // A processor finds out that a page is not executable when it is there: Linux brings it in first.
  if (forbiddenFetch && pte !== 0) return refuse(SIGSEGV, SEGV_ACCERR, address, error, pte);
  try {
    const done = write ? writePage(space, area, page, pte) : readPage(space, area, page, pte);
    if (!done) return refuse(SIGBUS, BUS_ADRERR, address, error, pte);
    return forbiddenFetch ? refuse(SIGSEGV, SEGV_ACCERR, address, error, pages.get(page)) : null;
  } catch (thrown) {
    if (thrown === ENOMEM) return 'out-of-memory';
    if (thrown instanceof Errno) return refuse(SIGBUS, BUS_ADRERR, address, error, pte);
    throw thrown;
  }
}

function refuse(signal: 7 | 11, code: number, address: number, error: number, pte: number): FaultSignal {
  const present = (pte & PTE_READ) === 0 ? 0 : PF_PRESENT;
  return { signal, code, address, error: (error & ~PF_PRESENT) | present };
}

/** Gives a page its first frame for reading. False: beyond the end of the object. */
function readPage(space: AddressSpace, area: Area, page: number, pte: number): boolean {
  const { frames, pages } = space;
  const { mappable } = area;
  const bits = PTE_PRESENT | accessBits(area.protection);
  if (pte !== 0) {
    pages.put(page, pte | bits);
    return true;
  }
  if (mappable === null) {
    frames.retain(frames.zero);
    pages.put(page, (frames.zero << PAGE_SHIFT) | bits);
    return true;
  }
  const frame = mappable.page(area.indexOf(page), false);
  if (frame === 0) return false;
  const writable = area.shared && (area.protection & PROT_WRITE) !== 0 && mappable.tracksDirty === false;
  const all = writable ? bits | PTE_WRITE : bits;
  pages.put(page, (frame << PAGE_SHIFT) | all);
  if (mappable.resident !== undefined) mapAround(space, area, page, all);
  return true;
}

/** Maps the neighbours of `page` that the object has in memory. */
function mapAround(space: AddressSpace, area: Area, page: number, bits: number): void {
  const { frames, pages } = space;
  const { mappable } = area;
  let first = page & -AROUND;
  let limit = first + AROUND;
  if ((bits & PTE_WRITE) !== 0) {
    // Who has used much of the object around here gets more of it at once, for the sake of extents.
    const block = page & -BLOCK;
    const used = pages.count(Math.max(block, area.first), Math.min(block + BLOCK, area.limit));
    if (used >= AROUND) {
      const all = mappable!.whole === true;
      first = all ? area.first : block;
      limit = all ? area.limit : block + BLOCK;
    }
  }
  first = Math.max(first, area.first);
  limit = Math.min(limit, area.limit);
  for (let at = first; at < limit; at++) {
    if (pages.get(at) !== 0) continue;
    const frame = mappable!.resident!(area.indexOf(at));
    if (frame === 0) continue;
    frames.retain(frame);
    pages.put(at, (frame << PAGE_SHIFT) | bits);
  }
}

/**
 * A small shared mapping of pages that are in memory has them from the start, as after a read fault: the
 * first access need not trap. A UML kernel maps its guests' memory page by page.
 */
export function mapPresent(space: AddressSpace, first: number, limit: number): void {
  const area = space.areas.at(first);
  if (limit - first > AROUND || area === null || !area.shared || area.protection === 0) return;
  const { frames, pages } = space;
  const { mappable } = area;
  if (mappable?.resident === undefined || mappable.tracksDirty !== false) return;
  const access = PTE_PRESENT | accessBits(area.protection);
  const bits = (area.protection & PROT_WRITE) === 0 ? access : access | PTE_WRITE;
  for (let page = first; page < limit; page++) {
    const frame = mappable.resident(area.indexOf(page));
    if (frame === 0) continue;
    frames.retain(frame);
    pages.put(page, (frame << PAGE_SHIFT) | bits);
  }
}

/** Makes a page writable: its own frame for private areas, the object's for shared ones. */
function writePage(space: AddressSpace, area: Area, page: number, pte: number): boolean {
  const { frames, pages } = space;
  const { mappable } = area;
  const bits = PTE_PRESENT | PTE_WRITE | accessBits(area.protection);
  if (area.shared) {
    const index = area.indexOf(page);
    let frame = pte >>> PAGE_SHIFT;
    if (pte === 0) {
      frame = mappable!.page(index, true);
      if (frame === 0) return false;
    }
    mappable!.markDirty(index);
    if ((frames.flags[frame]! & HAS_CODE) !== 0) frames.codeWritten(frame);
    pages.put(page, (frame << PAGE_SHIFT) | bits);
    if (pte === 0 && mappable!.tracksDirty === false && mappable!.resident !== undefined)
      mapAround(space, area, page, bits);
    return true;
  }
  return ownPage(space, area, page, pte, bits | PTE_ANON);
}

/** Gives a private area a frame of its own at `page`, with the contents that reads have seen so far. */
function ownPage(space: AddressSpace, area: Area, page: number, pte: number, bits: number): boolean {
  const { frames, pages } = space;
  const old = pte >>> PAGE_SHIFT;
  if (pte !== 0) {
    if ((pte & PTE_ANON) !== 0 && frames.references(old) === 1) {
      if ((frames.flags[old]! & HAS_CODE) !== 0) frames.codeWritten(old);
      pages.put(page, (old << PAGE_SHIFT) | bits);
      if ((bits & PTE_WRITE) !== 0) restoreWrite(space, area, page);
      return true;
    }
    pages.put(page, (frames.allocateCopy(old, space.placement.slot(area, page)) << PAGE_SHIFT) | bits);
    frames.release(old);
    if ((pte & PTE_ANON) === 0 && (bits & PTE_WRITE) !== 0)
      if (area.mappable === null) fillAhead(space, area, page, bits);
      else copyData(space, area, page, bits);
    return true;
  }
  if (area.mappable === null) {
    pages.put(page, (frames.allocate(space.placement.slot(area, page)) << PAGE_SHIFT) | bits);
    if ((bits & PTE_WRITE) !== 0) fillAhead(space, area, page, bits);
    return true;
  }
  const source = area.mappable.page(area.indexOf(page), false);
  if (source === 0) return false;
  try {
    pages.put(page, (frames.allocateCopy(source, space.placement.slot(area, page)) << PAGE_SHIFT) | bits);
  } finally {
    frames.release(source);
  }
  if ((bits & PTE_WRITE) !== 0) copyData(space, area, page, bits);
  return true;
}

/**
 * The frame of `page` for a debugger, which may read what the program may not, and write private pages
 * that are read-only (Linux: FOLL_FORCE). Throws EFAULT (nothing there), EIO (a shared read-only page).
 */
export function forcedFrame(space: AddressSpace, page: number, write: boolean): number {
  const { pages } = space;
  const area = space.areaAt(page);
  if (area === null) throw EFAULT;
  const pte = pages.get(page);
  const writable = (area.protection & PROT_WRITE) !== 0;
  let done = true;
  if (!write) {
    if (pte === 0) done = readPage(space, area, page, pte);
  } else if (area.shared) {
    if (!writable) throw EIO;
    done = writePage(space, area, page, pte);
  } else {
    const bits = PTE_PRESENT | PTE_ANON | accessBits(area.protection);
    done = ownPage(space, area, page, pte, writable ? bits | PTE_WRITE : bits);
  }
  if (!done) throw EFAULT;
  const frame = pages.get(page) >>> PAGE_SHIFT;
  if (write && (space.frames.flags[frame]! & HAS_CODE) !== 0) {
    space.frames.codeWritten(frame);
    if (space.pages.set !== null) pages.install(page, pages.get(page));
  }
  return frame;
}
