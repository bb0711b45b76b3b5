// Areas: what lies where in an address space, and with which rights (Linux: struct vm_area_struct), and
// the door through which files, shared memory and special pages are mapped (Mappable).

import { PAGE_SHIFT } from '../../src/layout.ts';

// Area flags, with the numbers of include/linux/mm.h.
export const VM_SHARED = 0x8;
export const VM_GROWSDOWN = 0x100;
export const VM_LOCKED = 0x2000;
export const VM_DONTCOPY = 0x20000;
export const VM_DONTEXPAND = 0x40000;
export const VM_WIPEONFORK = 0x2000000;
export const VM_DONTDUMP = 0x4000000;

/** Pages kept free below a stack that grows. Linux: stack_guard_gap. */
export const GUARD_GAP = 256;

/** An object whose pages can be mapped: a file's page cache, shared memory, the vdso. */
export interface Mappable {
  /** As /proc/PID/maps shows it. */
  readonly name: string;
  /** st_dev and st_ino as in stat(2); 0 where there is none. */
  readonly device: number;
  readonly inode: number;
  /**
   * The frame of page `index`, with a reference for the caller; 0 beyond the end of the object (SIGBUS).
   * Always the object's own page, holes included: a shared mapping may later make it writable without
   * asking again. May throw Blocked while the host fetches the page, and Errno (ENOMEM kills, others SIGBUS).
   */
  page(index: number, forWrite: boolean): number;
  /** The pages [first, limit) are being mapped shared: their frames had better be neighbours. */
  reserve?(first: number, limit: number): void;
  /** All pages that may be mapped shared are in memory. */
  readonly whole?: boolean;
  /** The frame of a page that is in memory already, without a reference, else 0: for fault-around and mincore(2). */
  resident?(index: number): number;
  /** All areas that map this object; kept by the areas. The object zaps them when it is truncated. */
  readonly mappings: Set<Area>;
  /** False when markDirty does nothing, so that writable pages need not be watched for their first write. */
  readonly tracksDirty?: boolean;
  /** The page is about to be written through a shared mapping. Stays writable until writeProtect. */
  markDirty(index: number): void;
  /** msync(2), MS_SYNC: writes dirty pages in [first, limit) back. */
  sync?(first: number, limit: number): void;
  /** MADV_REMOVE: frees the pages [first, limit). */
  punch?(first: number, limit: number): void;
  /** One reference a mapping; the release of the last one is a good moment to write back. */
  retain(): void;
  release(): void;
}

/** The address space of an area, as a mapped object sees it. */
export interface AreaOwner {
  /** Unmaps pages [first, limit) of the object from this area; `evenPrivate`: copies made by writes too. */
  zapObject(area: Area, first: number, limit: number, evenPrivate: boolean): void;
  /** Takes the right to write page `index` of the object away, so that the next write calls markDirty again. */
  writeProtect(area: Area, index: number): void;
}

export class Area {
  constructor(
    readonly owner: AreaOwner,
    /** Page number of the first page, and of the one behind the last. Linux: vm_start, vm_end. */
    public first: number,
    public limit: number,
    /** PROT_* bits. */
    public protection: number,
    /** PROT_* bits that mprotect(2) may give. Linux: VM_MAYREAD, VM_MAYWRITE, VM_MAYEXEC. */
    public may: number,
    /** VM_* bits. */
    public flags: number,
    /** What is mapped; null for private anonymous memory. Linux: vm_file. */
    readonly mappable: Mappable | null,
    /** Page of the object at `first`. Linux: vm_pgoff. */
    public offset: number,
  ) {}

  get start(): number {
    return this.first * 4096;
  }
  get end(): number {
    return this.limit * 4096;
  }
  get shared(): boolean {
    return (this.flags & VM_SHARED) !== 0;
  }
  /** Lowest page that a new mapping must not reach: a growing stack keeps a gap. Linux: vm_start_gap. */
  get gapFirst(): number {
    return (this.flags & VM_GROWSDOWN) === 0 ? this.first : Math.max(0, this.first - GUARD_GAP);
  }
  /** Page of the object that lies at page number `page`. */
  indexOf(page: number): number {
    return this.offset + (page - this.first);
  }

  attach(): void {
    if (this.mappable === null) return;
    this.mappable.retain();
    this.mappable.mappings.add(this);
  }
  detach(): void {
    if (this.mappable === null) return;
    this.mappable.mappings.delete(this);
    this.mappable.release();
  }
}

/** The areas of one address space, sorted, without overlaps. */
export class AreaList {
  readonly items: Area[] = [];
  /** The area that answered last: most faults hit the same one again. */
  #last: Area | null = null;

  get count(): number {
    return this.items.length;
  }

  /** Index of the first area that ends behind `page` (it may begin behind it too). Linux: find_vma. */
  indexFrom(page: number): number {
    const { items } = this;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (items[middle]!.limit > page) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The area that holds `page`, or null. */
  at(page: number): Area | null {
    const last = this.#last;
    if (last !== null && page >= last.first && page < last.limit) return last;
    const area = this.items[this.indexFrom(page)];
    if (area === undefined || page < area.first) return null;
    this.#last = area;
    return area;
  }
  atAddress(address: number): Area | null {
    return this.at(address >>> PAGE_SHIFT);
  }

  /** True when nothing lies in [first, limit). */
  isFree(first: number, limit: number): boolean {
    const area = this.items[this.indexFrom(first)];
    return area === undefined || area.first >= limit;
  }

  /** Adds an area to a free range, and joins it with like neighbours unless the border is `barrier`. */
  insert(area: Area, barrier = -1): void {
    const index = this.indexFrom(area.first);
    this.items.splice(index, 0, area);
    area.attach();
    this.join(index + 1, barrier);
    this.join(index, barrier);
  }

  /** Joins the area at `index` with the one before, if they are alike and touch. */
  join(index: number, barrier = -1): void {
    const { items } = this;
    const low = items[index - 1];
    const high = items[index];
    if (low === undefined || high === undefined || low.limit !== high.first || high.first === barrier) return;
    if (low.protection !== high.protection || low.flags !== high.flags || low.may !== high.may) return;
    if (low.mappable !== high.mappable) return;
    if (low.mappable !== null && low.indexOf(low.limit) !== high.offset) return;
    low.limit = high.limit;
    items.splice(index, 1);
    if (this.#last === high) this.#last = null;
    high.detach();
  }

  /** Joins what can be joined at the borders of and within [first, limit]. */
  joinRange(first: number, limit: number, barrier = -1): void {
    for (let index = this.indexFrom(limit); index >= 0; index--) {
      const area = this.items[index];
      if (area !== undefined && area.limit < first) break;
      this.join(index, barrier);
    }
  }

  /** Splits so that an area border lies at `page`, if an area goes across it. */
  split(page: number): void {
    const index = this.indexFrom(page);
    const area = this.items[index];
    if (area === undefined || area.first >= page) return;
    const { owner, protection, may, flags, mappable } = area;
    const high = new Area(owner, page, area.limit, protection, may, flags, mappable, area.indexOf(page));
    area.limit = page;
    high.attach();
    this.items.splice(index + 1, 0, high);
  }

  /** Takes out the areas in [first, limit) whole; borders must have been split. The caller detaches them. */
  take(first: number, limit: number): Area[] {
    const from = this.indexFrom(first);
    let to = from;
    while (to < this.items.length && this.items[to]!.first < limit) to++;
    this.#last = null;
    return this.items.splice(from, to - from);
  }
}
