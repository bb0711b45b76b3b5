// Mm: one address space with its life and all that is asked of it (Linux: mm_struct). It exists without
// any task: fork, exec, /proc/mm and skas4 make one and give it to whom they want. The work is done in
// address-space.ts, fault.ts, fork.ts, remap.ts and advise.ts.

import { PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import { EAGAIN, EFAULT, EINVAL, ENOMEM, Errno } from '../abi/errno.ts';
import { MAP, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import { AddressSpace, type MapRequest, pagesOf } from './address-space.ts';
import { advise, changeFlags, populate, residence, sync } from './advise.ts';
import { type FaultResult, handleFault, mapPresent } from './fault.ts';
import { copySpace } from './fork.ts';
import type { Frames } from './frames.ts';
import { Ldt } from './ldt.ts';
import { PTE_ANON, PTE_WRITE, type TablePool } from './page-table.ts';
import { remap } from './remap.ts';
import { UserMemory } from './user-memory.ts';
import { type Area, VM_LOCKED } from './vma.ts';

export interface MmParts {
  readonly frames: Frames;
  readonly tables: TablePool;
}

/** Addresses in the vdso page; all 0 in an address space without one. */
export interface VdsoAddresses {
  /** The ELF header (AT_SYSINFO_EHDR). */
  readonly base: number;
  /** __kernel_vsyscall (AT_SYSINFO). */
  readonly entry: number;
  /** Where the kernel returns from sysenter. */
  readonly sysenterReturn: number;
  readonly sigreturn: number;
  readonly rtSigreturn: number;
}

const NO_VDSO: VdsoAddresses = { base: 0, entry: 0, sysenterReturn: 0, sigreturn: 0, rtSigreturn: 0 };

/** How much of an area is in memory, in bytes, as /proc/PID/smaps tells it. */
export interface AreaStatistics {
  readonly resident: number;
  readonly shared: number;
  readonly private: number;
  readonly anonymous: number;
  readonly dirty: number;
}

export class Mm extends AddressSpace {
  readonly memory: UserMemory;
  readonly ldt: Ldt;
  vdso: VdsoAddresses = NO_VDSO;
  /** Highest address of the stack's contents at exec, and the pieces below it, for /proc/PID/stat and cmdline. */
  stackStart = 0;
  argStart = 0;
  argEnd = 0;
  envStart = 0;
  envEnd = 0;
  /** Code and data of the program file. */
  codeStart = 0;
  codeEnd = 0;
  dataStart = 0;
  dataEnd = 0;
  /** The auxiliary vector as it lies on the stack, for /proc/PID/auxv. */
  auxv: Uint8Array = new Uint8Array(0);
  /** Tasks and files that hold this address space; the maker has the first reference. Linux: mm_users. */
  #users = 1;

  constructor(
    readonly parts: MmParts,
    options: { readonly taskSize: number },
  ) {
    super(parts.tables, options.taskSize);
    this.memory = new UserMemory(this);
    this.ldt = new Ldt(parts.frames);
  }

  retain(): this {
    this.#users++;
    return this;
  }
  /** The last one frees everything. */
  release(): void {
    if (--this.#users > 0) return;
    for (const area of this.areas.take(0, 2 ** 20)) area.detach();
    this.pages.free();
    this.placement.free();
    this.totalPages = 0;
    this.ldt.free();
  }
  get users(): number {
    return this.#users;
  }

  /** Base of the set of tables that the engine is to use (TB). Precondition: called before each run. */
  activate(): number {
    return this.pages.activate();
  }
  /** Handles a page fault of the program; see fault.ts. */
  fault(address: number, errorCode: number): FaultResult {
    return handleFault(this, address, errorCode);
  }

  /** A copy for fork(2); the caller has its reference. */
  fork(): Mm {
    const child = new Mm(this.parts, { taskSize: this.taskSize });
    Object.assign(child.limits, this.limits);
    child.mmapBase = this.mmapBase;
    child.pages.zones = this.pages.zones;
    child.placement.hesitate();
    child.readImpliesExec = this.readImpliesExec;
    child.brkStart = this.brkStart;
    child.brkEnd = this.brkEnd;
    child.vdso = this.vdso;
    child.stackStart = this.stackStart;
    child.argStart = this.argStart;
    child.argEnd = this.argEnd;
    child.envStart = this.envStart;
    child.envEnd = this.envEnd;
    child.codeStart = this.codeStart;
    child.codeEnd = this.codeEnd;
    child.dataStart = this.dataStart;
    child.dataEnd = this.dataEnd;
    child.auxv = this.auxv;
    copySpace(this, child);
    try {
      child.ldt.copyFrom(this.ldt);
    } catch (thrown) {
      child.release();
      throw thrown;
    }
    return child;
  }

  /** Puts the heap behind the program: brk(2) grows it from here. */
  setBrk(address: number): void {
    this.brkStart = address;
    this.brkEnd = address;
  }
  /** brk(2): the new break, or the old one when it cannot be moved. */
  brk(wanted: number): number {
    if (wanted < this.brkStart) return this.brkEnd;
    const from = pagesOf(this.brkEnd);
    const to = pagesOf(wanted);
    if (to < from) {
      this.unmap(to * PAGE_SIZE, (from - to) * PAGE_SIZE);
    } else if (to > from) {
      const next = this.areas.items[this.areas.indexFrom(from)];
      // One page stays free below the next area, as in Linux.
      if (next !== undefined && next.gapFirst < to + 1) return this.brkEnd;
      if (wanted - this.brkStart > this.limits.data) return this.brkEnd;
      try {
        this.map({
          address: from * PAGE_SIZE,
          length: (to - from) * PAGE_SIZE,
          protection: PROT_READ | PROT_WRITE,
          flags: MAP.MAP_PRIVATE | MAP.MAP_FIXED_NOREPLACE,
        });
      } catch (thrown) {
        if (thrown instanceof Errno) return this.brkEnd;
        throw thrown;
      }
    }
    this.brkEnd = wanted;
    return wanted;
  }

  override map(request: MapRequest): number {
    const address = super.map(request);
    const locked = (request.flags & MAP.MAP_LOCKED) !== 0 || (this.defaultFlags & VM_LOCKED) !== 0;
    const now = (request.flags & (MAP.MAP_POPULATE | MAP.MAP_NONBLOCK)) === MAP.MAP_POPULATE;
    if (locked || now) this.populate(address, request.length);
    else if (request.mappable != null)
      mapPresent(this, address >>> PAGE_SHIFT, pagesOf(address + request.length));
    return address;
  }
  remap(old: number, oldLength: number, newLength: number, flags: number, wanted: number): number {
    return remap(this, old, oldLength, newLength, flags, wanted);
  }
  advise(address: number, length: number, advice: number): void {
    advise(this, address, length, advice);
  }
  sync(address: number, length: number, flags: number): void {
    sync(this, address, length, flags);
  }
  mincore(address: number, length: number): Uint8Array {
    return residence(this, address, length);
  }
  /** mlock(2) and munlock(2): nothing is ever paged out, so only the flag and the faults count. */
  lock(address: number, length: number, on: boolean, onFault = false): void {
    const first = address >>> PAGE_SHIFT;
    const wanted = pagesOf(address + length);
    // Linux stops at the first hole.
    let limit = first;
    while (limit < wanted) {
      const area = this.areas.at(limit);
      if (area === null) break;
      limit = Math.min(wanted, area.limit);
    }
    changeFlags(this, first, limit, on ? VM_LOCKED : 0, on ? 0 : VM_LOCKED);
    if (limit < wanted) throw ENOMEM;
    if (!on || onFault) return;
    try {
      this.#populateAreas(first, limit);
    } catch (thrown) {
      throw thrown === EFAULT || thrown === EINVAL ? ENOMEM : thrown === ENOMEM ? EAGAIN : thrown;
    }
  }
  /** mlockall(2): what is mapped, what will be mapped. */
  lockAll(current: boolean, future: boolean, onFault: boolean): void {
    this.defaultFlags = future ? VM_LOCKED : 0;
    if (!current) return;
    for (const area of [...this.areas.items]) {
      area.flags |= VM_LOCKED;
      if (!onFault) this.populate(area.start, area.end - area.start);
    }
  }
  unlockAll(): void {
    this.defaultFlags = 0;
    for (const area of this.areas.items) area.flags &= ~VM_LOCKED;
  }
  /** Brings pages in as MAP_POPULATE does: what cannot be had is left out. */
  populate(address: number, length: number): void {
    try {
      this.#populateAreas(address >>> PAGE_SHIFT, pagesOf(address + length));
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
    }
  }
  #populateAreas(first: number, limit: number): void {
    for (let page = first; page < limit; ) {
      const area = this.areas.at(page);
      if (area === null) throw ENOMEM;
      const to = Math.min(limit, area.limit);
      populate(this, page, to, !area.shared && (area.protection & PROT_WRITE) !== 0);
      page = to;
    }
  }
  /** Locked pages (VmLck). */
  get lockedPages(): number {
    let pages = 0;
    for (const area of this.areas.items) if ((area.flags & VM_LOCKED) !== 0) pages += area.limit - area.first;
    return pages;
  }

  // ---- /proc ----

  /** What /proc/PID/maps names an area: its object, or [heap], [stack], or nothing. */
  nameOf(area: Area): string {
    if (area.mappable !== null) return area.mappable.name;
    if (area.start < this.brkEnd && area.end > this.brkStart && this.brkEnd > this.brkStart) return '[heap]';
    if (area.start <= this.stackStart && area.end >= this.stackStart && this.stackStart !== 0)
      return '[stack]';
    return '';
  }
  /** Pages in memory: RSS. The shared page of zeros does not count. */
  residentPages(): number {
    return this.pages.resident;
  }
  /** The most pages there ever were in memory: VmHWM, ru_maxrss. */
  get peakPages(): number {
    return this.pages.peak;
  }
  statistics(area: Area): AreaStatistics {
    const { frames } = this;
    let resident = 0;
    let shared = 0;
    let anonymous = 0;
    let dirty = 0;
    this.pages.update(area.first, area.limit, (pte) => {
      const frame = pte >>> PAGE_SHIFT;
      if (frame === frames.zero) return pte;
      resident++;
      // A page of an object is held by its cache too; only further mappings make it shared.
      const others = frames.references(frame) - ((pte & PTE_ANON) === 0 ? 2 : 1);
      if (others > 0) shared++;
      if ((pte & PTE_ANON) !== 0) anonymous++;
      if ((pte & (PTE_ANON | PTE_WRITE)) !== 0) dirty++;
      return pte;
    });
    return {
      resident: resident * PAGE_SIZE,
      shared: shared * PAGE_SIZE,
      private: (resident - shared) * PAGE_SIZE,
      anonymous: anonymous * PAGE_SIZE,
      dirty: dirty * PAGE_SIZE,
    };
  }
}
