// AddressSpace: the areas and pages of one address space and the operations that keep both in step:
// map, unmap, protect, finding room, growing stacks. Base of Mm, which adds the calls of mremap(2),
// madvise(2), fork(2) and the life of the whole. Addresses come in as bytes, inside all is page numbers.

import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import { EACCES, EEXIST, EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { MAP, MAP_SHARED_VALIDATE, MAP_TYPE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import type { Frames } from './frames.ts';
import {
  PageTable,
  PTE_ANON,
  PTE_EXEC,
  PTE_FLAGS,
  PTE_PRESENT,
  PTE_READ,
  PTE_WRITE,
  type TablePool,
} from './page-table.ts';
import { Placement } from './placement.ts';
import { SharedMemory } from './shared-memory.ts';
import {
  Area,
  AreaList,
  type AreaOwner,
  GUARD_GAP,
  type Mappable,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_SHARED,
} from './vma.ts';

/** vm.max_map_count. */
const MAX_AREAS = 65530;
/** vm.mmap_min_addr: hints below are moved up, fixed maps below need privilege. */
const MMAP_MIN = 0x10000;
/** Least distance between the stack's top and the mmap area. */
const STACK_GAP_MIN = 0x8000000;

export interface MapRequest {
  /** Wish, or with MAP_FIXED the place; 0 = anywhere. */
  readonly address: number;
  readonly length: number;
  /** PROT_* bits. */
  readonly protection: number;
  /** MAP_* bits. */
  readonly flags: number;
  /** PROT_* bits that mprotect(2) may give later; all when absent. */
  readonly may?: number;
  /** The object to map; null or absent: anonymous memory, private or shared. */
  readonly mappable?: Mappable | null;
  /** Byte offset into the object, page aligned. */
  readonly offset?: number;
  /** May map below vm.mmap_min_addr (CAP_SYS_RAWIO). */
  readonly privileged?: boolean;
}

/** PTE bits that an area's protection gives a page. PTE_WRITE is the fault's matter. */
export function accessBits(protection: number): number {
  return (protection === 0 ? 0 : PTE_READ) | ((protection & PROT_EXEC) === 0 ? 0 : PTE_EXEC);
}

/** The VM_* flags that mmap(2)'s flags ask for. Throws EINVAL for an unknown type of mapping. */
function areaFlags(flags: number): number {
  const type = flags & MAP_TYPE;
  if (type !== MAP.MAP_PRIVATE && type !== MAP.MAP_SHARED && type !== MAP_SHARED_VALIDATE) throw EINVAL;
  const growsDown = (flags & MAP.MAP_GROWSDOWN) !== 0;
  if (growsDown && type !== MAP.MAP_PRIVATE) throw EINVAL;
  return (
    (type === MAP.MAP_PRIVATE ? 0 : VM_SHARED) |
    (growsDown ? VM_GROWSDOWN : 0) |
    ((flags & MAP.MAP_LOCKED) === 0 ? 0 : VM_LOCKED)
  );
}

export const pagesOf = (bytes: number): number => Math.ceil(bytes / PAGE_SIZE);

export class AddressSpace implements AreaOwner {
  readonly frames: Frames;
  readonly pool: TablePool;
  readonly pages: PageTable;
  readonly areas = new AreaList();
  /** Where in linear memory private pages go. */
  readonly placement = new Placement(this);
  /** First address above user space. Linux: TASK_SIZE. */
  readonly taskSize: number;
  /** Resource limits in bytes, as the process's own are; kept up to date by the callers of rlimits. */
  readonly limits = { stack: 8 * 1024 * 1024, data: Infinity, addressSpace: Infinity };
  /** Page behind the mmap area, which is filled from here downwards; 0: upwards from a third of the space. */
  mmapBase = 0;
  /** Pages of all areas together. Linux: total_vm. */
  totalPages = 0;
  /** READ_IMPLIES_EXEC: every readable mapping is executable (old programs without PT_GNU_STACK). */
  readImpliesExec = false;
  /** VM_* flags of new areas (mlockall(MCL_FUTURE)). */
  defaultFlags = 0;
  /** Program break: start and end of the heap, bytes. Linux: start_brk, brk. */
  brkStart = 0;
  brkEnd = 0;

  constructor(pool: TablePool, taskSize: number) {
    this.pool = pool;
    this.frames = pool.frames;
    this.pages = new PageTable(pool);
    this.taskSize = taskSize;
    this.chooseLayout();
  }

  // ---- finding room ----

  /** Decides where mappings go, as execve(2) does by the stack limit of the moment. */
  chooseLayout(): void {
    const { stack } = this.limits;
    const most = Math.floor(this.taskSize / 6) * 5;
    const gap = Math.max(STACK_GAP_MIN, Math.min(stack + GUARD_GAP * PAGE_SIZE, most));
    this.mmapBase = stack === Infinity ? 0 : pagesOf(this.taskSize - gap);
    const half = pagesOf(this.taskSize / 2);
    const stacks = this.mmapBase === 0 ? pagesOf(this.taskSize - STACK_GAP_MIN) : this.mmapBase;
    this.pages.zones = { mmap: stacks > half ? half : stacks >>> 1, stack: stacks };
  }
  /** Where bottom-up search begins: with an unlimited stack, or when the room below the stack is used up. */
  get #unmappedBase(): number {
    return pagesOf(this.taskSize / 3);
  }

  /** First page of a free range of `count` pages, at `hint` (bytes) if that is free. Throws ENOMEM. */
  findRoom(hint: number, count: number): number {
    const top = this.taskSize >>> PAGE_SHIFT;
    if (count > top) throw ENOMEM;
    if (hint !== 0) {
      const first = Math.max(hint, MMAP_MIN) >>> PAGE_SHIFT;
      if (first + count <= top && this.#fits(first, count)) return first;
    }
    if (this.mmapBase !== 0) {
      const found = this.#below(this.mmapBase, count);
      if (found !== -1) return found;
    }
    const found = this.#above(this.#unmappedBase, count);
    if (found === -1) throw ENOMEM;
    return found;
  }
  #fits(first: number, count: number): boolean {
    const next = this.areas.items[this.areas.indexFrom(first)];
    return next === undefined || next.gapFirst >= first + count;
  }
  #below(base: number, count: number): number {
    const { items } = this.areas;
    let highest = base;
    for (let index = this.areas.indexFrom(base); index >= 0; index--) {
      const low = index === 0 ? MMAP_MIN >>> PAGE_SHIFT : items[index - 1]!.limit;
      const next = items[index];
      const high = next === undefined ? highest : Math.min(highest, next.first);
      if (high - low < count) continue;
      // A stack's gap bounds the search from then on, but only where a hole was big enough to meet it.
      if (next === undefined || next.gapFirst >= high) return high - count;
      highest = next.gapFirst;
      if (highest - low >= count) return highest - count;
    }
    return -1;
  }
  #above(base: number, count: number): number {
    const top = this.taskSize >>> PAGE_SHIFT;
    let low = base;
    const { items } = this.areas;
    for (let index = this.areas.indexFrom(base); low + count <= top; index++) {
      const next = items[index];
      if (next === undefined || next.gapFirst >= low + count) return low;
      low = next.limit;
    }
    return -1;
  }

  // ---- map, unmap, protect ----

  /** mmap(2): adds an area; answers its address. Throws EINVAL, ENOMEM, EEXIST, EPERM. */
  map(request: MapRequest): number {
    const { address, length, flags } = request;
    if (length === 0) throw EINVAL;
    const count = pagesOf(length);
    const offset = (request.offset ?? 0) / PAGE_SIZE;
    if (this.areas.count > MAX_AREAS) throw ENOMEM;
    let protection = request.protection & (PROT_READ | PROT_WRITE | PROT_EXEC);
    const may = request.may ?? PROT_READ | PROT_WRITE | PROT_EXEC;
    if (this.readImpliesExec && (protection & PROT_READ) !== 0) protection |= PROT_EXEC & may;

    const fixed = (flags & (MAP.MAP_FIXED | MAP.MAP_FIXED_NOREPLACE)) !== 0;
    const keep = (flags & MAP.MAP_FIXED_NOREPLACE) !== 0;
    const first = this.choosePlace(request);
    this.#mayGrow(count, fixed ? this.#mappedPages(first, first + count) : 0);
    const vmFlags = areaFlags(flags) | this.defaultFlags;
    if ((protection & PROT_WRITE) !== 0 && (vmFlags & VM_SHARED) === 0 && (flags & MAP.MAP_NORESERVE) === 0) {
      // Heuristic overcommit: only what cannot possibly succeed is refused.
      if (count > this.frames.limit * 2) throw ENOMEM;
      this.#mayAddData(count);
    }
    let mappable = request.mappable ?? null;
    if (mappable === null && (vmFlags & VM_SHARED) !== 0) mappable = new SharedMemory(this.frames, length);
    if (fixed && !keep) this.unmap(address, count * PAGE_SIZE);
    const start = request.mappable == null ? 0 : offset;
    if ((vmFlags & VM_SHARED) !== 0) mappable!.reserve?.(start, start + count);
    this.addArea(new Area(this, first, first + count, protection, may, vmFlags, mappable, start));
    return first * PAGE_SIZE;
  }
  /** First page that a mapping would get. Throws EINVAL, ENOMEM, EEXIST, EPERM. */
  choosePlace({ address, length, flags, privileged }: MapRequest): number {
    const count = pagesOf(length);
    if ((flags & (MAP.MAP_FIXED | MAP.MAP_FIXED_NOREPLACE)) === 0)
      return this.findRoom(address - (address & PAGE_MASK), count);
    if (count > this.taskSize >>> PAGE_SHIFT) throw ENOMEM;
    if ((address & PAGE_MASK) !== 0) throw EINVAL;
    const first = address >>> PAGE_SHIFT;
    if (first + count > this.taskSize >>> PAGE_SHIFT) throw ENOMEM;
    if (address < MMAP_MIN && privileged !== true) throw EPERM;
    if ((flags & MAP.MAP_FIXED_NOREPLACE) !== 0 && !this.areas.isFree(first, first + count)) throw EEXIST;
    return first;
  }

  /** Puts an area into a free range and joins it with its neighbours. */
  addArea(area: Area): void {
    this.totalPages += area.limit - area.first;
    this.areas.insert(area, this.brkStart >>> PAGE_SHIFT);
  }

  #mappedPages(first: number, limit: number): number {
    let pages = 0;
    for (let i = this.areas.indexFrom(first); i < this.areas.count; i++) {
      const area = this.areas.items[i]!;
      if (area.first >= limit) break;
      pages += Math.min(limit, area.limit) - Math.max(first, area.first);
    }
    return pages;
  }
  /** RLIMIT_AS. */
  #mayGrow(count: number, replaced: number): void {
    if ((this.totalPages + count - replaced) * PAGE_SIZE > this.limits.addressSpace) throw ENOMEM;
  }
  /** RLIMIT_DATA counts private writable pages. */
  #mayAddData(count: number): void {
    if (this.limits.data === Infinity) return;
    let pages = count;
    for (const area of this.areas.items)
      if (!area.shared && (area.protection & PROT_WRITE) !== 0 && (area.flags & VM_GROWSDOWN) === 0)
        pages += area.limit - area.first;
    if (pages * PAGE_SIZE > this.limits.data) throw ENOMEM;
  }
  /** Throws ENOMEM unless the limits allow `count` more pages; `data`: private writable ones. */
  mayGrowBy(count: number, data: boolean): void {
    this.#mayGrow(count, 0);
    if (data) this.#mayAddData(count);
  }

  /** munmap(2). Throws EINVAL, ENOMEM. */
  unmap(address: number, length: number): void {
    const top = this.taskSize;
    if ((address & PAGE_MASK) !== 0 || address > top || length > top - address) throw EINVAL;
    if (length === 0) throw EINVAL;
    const first = address >>> PAGE_SHIFT;
    const limit = first + pagesOf(length);
    if (this.areas.isFree(first, limit)) return;
    if (this.areas.count >= MAX_AREAS) {
      const around = this.areas.at(first);
      if (around !== null && around.first < first && around.limit > limit) throw ENOMEM;
    }
    this.areas.split(first);
    this.areas.split(limit);
    for (const area of this.areas.take(first, limit)) {
      this.totalPages -= area.limit - area.first;
      this.pages.clear(area.first, area.limit);
      area.detach();
    }
    this.placement.trim(first, limit);
  }

  /** mprotect(2); `growsDown`: from the start of the stack area on. Throws EINVAL, ENOMEM, EACCES. */
  protect(address: number, length: number, protection: number, growsDown = false): void {
    if ((address & PAGE_MASK) !== 0) throw EINVAL;
    if (length === 0) return;
    let first = address >>> PAGE_SHIFT;
    const limit = first + pagesOf(length);
    if (limit > 2 ** 20) throw ENOMEM;
    if ((protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) !== 0) throw EINVAL;
    const start = this.areas.items[this.areas.indexFrom(first)];
    if (start === undefined) throw ENOMEM;
    if (growsDown) {
      if (start.first >= limit) throw ENOMEM;
      if ((start.flags & VM_GROWSDOWN) === 0) throw EINVAL;
      first = start.first;
    } else if (start.first > first) {
      throw ENOMEM;
    }
    const from = first;
    try {
      while (first < limit) {
        const area = this.areas.at(first);
        if (area === null) throw ENOMEM;
        let wanted = protection;
        if (this.readImpliesExec && (wanted & PROT_READ) !== 0) wanted |= PROT_EXEC & area.may;
        if ((wanted & ~area.may) !== 0) throw EACCES;
        const end = Math.min(limit, area.limit);
        if (wanted !== area.protection) {
          this.areas.split(first);
          this.areas.split(end);
          this.#protectArea(this.areas.at(first)!, wanted);
        }
        first = end;
      }
    } finally {
      this.areas.joinRange(from, first, this.brkStart >>> PAGE_SHIFT);
    }
  }

  #protectArea(area: Area, protection: number): void {
    const { frames } = this;
    area.protection = protection;
    const access = accessBits(protection);
    const writable = (protection & PROT_WRITE) !== 0;
    const watched = area.mappable !== null && area.mappable.tracksDirty !== false;
    this.pages.update(area.first, area.limit, (pte) => {
      let changed = (pte & ~PTE_FLAGS) | PTE_PRESENT | (pte & PTE_ANON) | access;
      if (writable) {
        if ((pte & PTE_WRITE) !== 0) changed |= PTE_WRITE;
        else if (area.shared) changed |= watched ? 0 : PTE_WRITE;
        else if ((pte & PTE_ANON) !== 0 && frames.references(pte >>> PAGE_SHIFT) === 1) changed |= PTE_WRITE;
      }
      return changed;
    });
  }

  /** The area that holds `page`; a stack area above that may grow down to it does. Null: nothing there. */
  areaAt(page: number): Area | null {
    const area = this.areas.at(page);
    if (area !== null) return area;
    const index = this.areas.indexFrom(page);
    const stack = this.areas.items[index];
    if (stack === undefined || (stack.flags & VM_GROWSDOWN) === 0) return null;
    if (page < MMAP_MIN >>> PAGE_SHIFT || (stack.limit - page) * PAGE_SIZE > this.limits.stack) return null;
    const below = this.areas.items[index - 1];
    if (below !== undefined && (below.flags & VM_GROWSDOWN) === 0 && below.protection !== 0)
      if (page - below.limit < GUARD_GAP) return null;
    const growth = stack.first - page;
    if ((this.totalPages + growth) * PAGE_SIZE > this.limits.addressSpace) return null;
    this.totalPages += growth;
    stack.offset -= growth;
    stack.first = page;
    return stack;
  }

  // ---- what mapped objects ask for (AreaOwner) ----

  zapObject(area: Area, first: number, limit: number, evenPrivate: boolean): void {
    const from = area.first + Math.max(0, first - area.offset);
    const to = Math.min(area.limit, area.first + (limit - area.offset));
    if (from >= to) return;
    if (evenPrivate) {
      this.pages.clear(from, to);
      return;
    }
    this.pages.update(from, to, (pte, page) => {
      if ((pte & PTE_ANON) === 0) this.pages.clear(page, page + 1);
      return (pte & PTE_ANON) === 0 ? 0 : pte;
    });
  }

  writeProtect(area: Area, index: number): void {
    if (!area.shared || index < area.offset || index >= area.indexOf(area.limit)) return;
    const page = area.first + (index - area.offset);
    const pte = this.pages.get(page);
    if ((pte & PTE_WRITE) !== 0) this.pages.put(page, pte & ~PTE_WRITE);
  }
}
