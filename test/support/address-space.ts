// An address space on a plain WebAssembly.Memory, without any engine, for tests of memory management.

import { MAP, PROT_READ, PROT_WRITE } from '../../runtime/abi/memory.ts';
import { Frames } from '../../runtime/mm/frames.ts';
import { Mm } from '../../runtime/mm/mm.ts';
import { PageCache } from '../../runtime/mm/page-cache.ts';
import { TablePool } from '../../runtime/mm/page-table.ts';
import type { Area, Mappable } from '../../runtime/mm/vma.ts';
import {
  ENTRY_BIAS,
  ENTRY_OFFSET,
  EXTENT_BIAS,
  EXTENT_COUNT,
  EXTENT_LOW,
  EXTENT_SIZE,
  EXTENT_SPAN,
  EXTENTS,
  R_TABLE,
  W_TABLE,
  X_BITMAP,
} from '../../src/layout.ts';

export const TASK_SIZE = 0xffffe000;
export const PAGE = 4096;
export const RW = PROT_READ | PROT_WRITE;

export interface Memory {
  readonly frames: Frames;
  readonly tables: TablePool;
}

export function makeMemory(limitBytes = 256 * 1024 * 1024): Memory {
  const frames = new Frames(new WebAssembly.Memory({ initial: 2, maximum: 65536 }), limitBytes);
  return { frames, tables: new TablePool(frames) };
}

export const makeMm = (memory: Memory): Mm => new Mm(memory, { taskSize: TASK_SIZE });

/** Maps private anonymous memory, anywhere or at `address`. */
export function mapAnonymous(mm: Mm, length: number, protection = RW, address = 0, flags = 0): number {
  const fixed = address === 0 ? 0 : MAP.MAP_FIXED;
  const type = (flags & MAP.MAP_SHARED) === 0 ? MAP.MAP_PRIVATE : 0;
  return mm.map({ address, length, protection, flags: flags | type | fixed | MAP.MAP_ANONYMOUS });
}

/** What the engine's tables say of an address: host address for reads and writes (0 = fault), executable. */
export function lookUp(
  memory: Memory,
  mm: Mm,
  va: number,
): { read: number; write: number; execute: boolean } {
  const base = mm.activate();
  const page = va >>> 12;
  const { u8, u32 } = memory.frames;
  const host = (table: number): number => {
    const entry = u32[(base + table) / 4 + page]!;
    return entry === 0 ? 0 : (va + entry + ENTRY_OFFSET) % 2 ** 32;
  };
  return {
    read: host(R_TABLE),
    write: host(W_TABLE),
    execute: (u8[base + X_BITMAP + (page >>> 3)]! & (1 << (page & 7))) !== 0,
  };
}

/** The extents of an address space that has a set of tables, as page numbers; null = empty. */
export function extentsOf(memory: Memory, mm: Mm): ({ first: number; limit: number; bias: number } | null)[] {
  const { u32 } = memory.frames;
  return Array.from({ length: EXTENT_COUNT }, (_, i) => {
    const at = mm.pages.set!.base + EXTENTS + i * EXTENT_SIZE;
    const low = u32[(at + EXTENT_LOW) / 4]!;
    const span = u32[(at + EXTENT_SPAN) / 4]!;
    if (span === 0) return null;
    return { first: low / PAGE, limit: (low + span + 255) / PAGE, bias: u32[(at + EXTENT_BIAS) / 4]! };
  });
}

/** What is wrong with the extents of an address space, held against its R and W words. */
export function extentProblems(memory: Memory, mm: Mm): string[] {
  if (mm.pages.set === null) return [];
  const problems: string[] = [];
  const { u32 } = memory.frames;
  const { base } = mm.pages.set;
  const { zones } = mm.pages;
  const word = (table: number, page: number): number => u32[(base + table) / 4 + page]!;
  extentsOf(memory, mm).forEach((extent, zone) => {
    if (extent === null) return;
    const { first, limit, bias } = extent;
    const from = [0, zones.stack, zones.mmap][zone]!;
    const to = [zones.mmap, 2 ** 20, zones.stack][zone]!;
    if (first < from || limit > to || first >= limit) problems.push(`extent ${zone} leaves its zone`);
    const entry = (bias + ENTRY_BIAS) >>> 0;
    for (let page = first; page < limit; page++) {
      if (entry === 0 || word(W_TABLE, page) !== entry || word(R_TABLE, page) !== entry)
        problems.push(`extent ${zone} covers page ${page.toString(16)} wrongly`);
    }
    if (first > from && word(W_TABLE, first - 1) === entry) problems.push(`extent ${zone} could begin lower`);
    if (limit < to && word(W_TABLE, limit) === entry) problems.push(`extent ${zone} could reach higher`);
  });
  return problems;
}

/** A file in memory of the given size. */
export class FakeFile implements Mappable {
  readonly name = '/fake';
  readonly device = 1;
  readonly inode = 7;
  readonly cache: PageCache;
  readonly tracksDirty: boolean;
  readonly dirty: number[] = [];
  readonly stored: number[] = [];
  references = 0;
  size: number;

  constructor(memory: Memory, size: number, tracksDirty = true) {
    this.size = size;
    this.tracksDirty = tracksDirty;
    this.cache = new PageCache(memory.frames, {
      fill: (index, page) => {
        const length = Math.min(PAGE, this.size - index * PAGE);
        for (let i = 0; i < length; i++) page[i] = (index * 16 + (i & 15)) & 0xff;
      },
      store: (index) => void this.stored.push(index),
    });
  }

  get mappings(): Set<Area> {
    return this.cache.mappings;
  }
  page(index: number): number {
    return index * PAGE < this.size ? this.cache.page(index) : 0;
  }
  resident(index: number): number {
    return this.cache.resident(index);
  }
  markDirty(index: number): void {
    this.dirty.push(index);
    this.cache.markDirty(index);
  }
  sync(first: number, limit: number): void {
    this.cache.flush(first, limit);
  }
  punch(first: number, limit: number): void {
    this.cache.punch(first, limit);
  }
  retain(): void {
    this.references++;
  }
  release(): void {
    this.references--;
  }
}
