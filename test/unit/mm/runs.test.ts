// Where frames come from and which extents follow: runs of neighbours for heaps, stacks, mappings and shared
// memory, their growth, their way through fork(2), and what happens when linear memory is used up.
import { describe, expect, test } from 'vitest';
import { MAP, MREMAP } from '../../../runtime/abi/memory.ts';
import type { Mm } from '../../../runtime/mm/mm.ts';
import { EXTENT_DATA, EXTENT_MMAP, EXTENT_STACK } from '../../../src/layout.ts';
import {
  extentProblems,
  extentsOf,
  FakeFile,
  type Memory,
  makeMemory,
  makeMm,
  mapAnonymous,
  PAGE,
  RW,
  TASK_SIZE,
} from '../../support/address-space.ts';

const MIB = 2 ** 20;
const HEAP = 0x8050000;

/** Pages of an extent; 0 when it is empty. */
function extent(memory: Memory, mm: Mm, zone: number): { first: number; pages: number } {
  mm.activate();
  expect(extentProblems(memory, mm)).toEqual([]);
  const found = extentsOf(memory, mm)[zone]!;
  return found === null ? { first: 0, pages: 0 } : { first: found.first, pages: found.limit - found.first };
}

function heap(mm: Mm, length: number): void {
  mm.setBrk(HEAP);
  expect(mm.brk(HEAP + length)).toBe(HEAP + length);
}
function write(mm: Mm, address: number, pages: number, salt = 0): void {
  for (let i = 0; i < pages; i++) mm.memory.writeU32(address + i * PAGE, i * 7 + salt);
}
function check(mm: Mm, address: number, pages: number, salt = 0): void {
  for (let i = 0; i < pages; i++) expect(mm.memory.readU32(address + i * PAGE)).toBe(i * 7 + salt);
}

describe('one extent', () => {
  test('covers a heap that outgrows its run several times', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    heap(mm, MIB / 2);
    write(mm, HEAP, 128);
    for (let size = MIB; size <= 16 * MIB; size += MIB / 2) {
      mm.brk(HEAP + size);
      write(mm, HEAP, size / PAGE);
      expect(extent(memory, mm, EXTENT_DATA)).toEqual({ first: HEAP / PAGE, pages: size / PAGE });
    }
    check(mm, HEAP, 4096);
    mm.brk(HEAP + MIB);
    expect(extent(memory, mm, EXTENT_DATA).pages).toBe(256);
    mm.brk(HEAP + 2 * MIB);
    check(mm, HEAP, 256);
    expect(mm.memory.readU32(HEAP + MIB)).toBe(0);
  });

  test('covers data, bss and heap of a program, and data is copied at once', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    const file = new FakeFile(memory, 8 * PAGE);
    for (let i = 0; i < 8; i++) memory.frames.release(file.cache.page(i));
    const data = HEAP - 20 * PAGE;
    const flags = MAP.MAP_PRIVATE | MAP.MAP_FIXED;
    mm.map({ address: data, length: 8 * PAGE, protection: RW, flags, mappable: file });
    mapAnonymous(mm, 12 * PAGE, RW, data + 8 * PAGE);
    mm.memory.writeU8(data + 7 * PAGE, 1);
    expect(extent(memory, mm, EXTENT_DATA)).toEqual({ first: data / PAGE, pages: 8 });
    expect(mm.memory.readU8(data + 3 * PAGE + 5)).toBe(3 * 16 + 5);
    heap(mm, 64 * PAGE);
    write(mm, data + 8 * PAGE, 12 + 64);
    expect(extent(memory, mm, EXTENT_DATA)).toEqual({ first: data / PAGE, pages: 84 });
  });

  test('covers a stack that grows down', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    mapAnonymous(mm, 4 * PAGE, RW, TASK_SIZE - 4 * PAGE, MAP.MAP_GROWSDOWN);
    for (let i = 1; i <= 512; i++) mm.memory.writeU8(TASK_SIZE - i * PAGE, 1);
    expect(extent(memory, mm, EXTENT_STACK)).toEqual({ first: TASK_SIZE / PAGE - 512, pages: 512 });
  });

  test('covers a large mapping, whatever the order of its pages', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    const at = mapAnonymous(mm, MIB);
    for (let i = 0; i < 256; i++) mm.memory.writeU8(at + ((i * 77) % 256) * PAGE, i);
    expect(extent(memory, mm, EXTENT_MMAP)).toEqual({ first: at / PAGE, pages: 256 });
  });

  test('covers shared memory in each address space that maps it', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    const at = mapAnonymous(mm, MIB, RW, 0, MAP.MAP_SHARED);
    for (let i = 255; i >= 0; i--) mm.memory.writeU8(at + i * PAGE, i);
    expect(extent(memory, mm, EXTENT_MMAP)).toEqual({ first: at / PAGE, pages: 256 });
    const child = mm.fork();
    child.activate();
    for (let i = 0; i < 256; i++) child.memory.writeU8(at + i * PAGE, 255 - i);
    expect(extent(memory, child, EXTENT_MMAP)).toEqual({ first: at / PAGE, pages: 256 });
    expect(mm.memory.readU8(at + 3 * PAGE)).toBe(252);
  });

  test('follows a mapping that mremap moves and enlarges', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    const at = mapAnonymous(mm, MIB);
    write(mm, at, 256);
    const target = at - 64 * MIB;
    mm.remap(at, MIB, 2 * MIB, MREMAP.MREMAP_MAYMOVE | MREMAP.MREMAP_FIXED, target);
    check(mm, target, 256);
    write(mm, target, 512);
    expect(extent(memory, mm, EXTENT_MMAP)).toEqual({ first: target / PAGE, pages: 512 });
  });

  test('keeps its larger side when a page in it becomes read-only', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    heap(mm, MIB);
    write(mm, HEAP, 256);
    mm.protect(HEAP + 100 * PAGE, PAGE, 1);
    expect(extent(memory, mm, EXTENT_DATA)).toEqual({ first: HEAP / PAGE + 101, pages: 155 });
    mm.protect(HEAP + 100 * PAGE, PAGE, RW);
    expect(extent(memory, mm, EXTENT_DATA)).toEqual({ first: HEAP / PAGE, pages: 256 });
  });
});

describe('fork', () => {
  test('empties the extents, and the first write after the child restores them', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mm.activate();
    heap(mm, MIB);
    write(mm, HEAP, 256);
    const child = mm.fork();
    expect(extent(memory, mm, EXTENT_DATA).pages).toBe(0);
    // The parent's copy lies elsewhere, as the child has the frame in the run.
    mm.memory.writeU32(HEAP + 9 * PAGE, 1);
    check(child, HEAP, 256);
    child.release();
    mm.memory.writeU32(HEAP + 20 * PAGE, 1);
    expect(extent(memory, mm, EXTENT_DATA).pages).toBe(256);
    expect(mm.memory.readU32(HEAP + 9 * PAGE)).toBe(1);
    expect(mm.memory.readU32(HEAP + 10 * PAGE)).toBe(70);
  });

  test('a child that goes on writing gets a run of its own', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    heap(mm, MIB);
    write(mm, HEAP, 256);
    const child = mm.fork();
    child.activate();
    write(child, HEAP, 256, 3);
    expect(extent(memory, child, EXTENT_DATA).pages).toBe(256);
    check(mm, HEAP, 256);
    mm.release();
    check(child, HEAP, 256, 3);
  });
});

describe('runs', () => {
  test('come back zeroed when their address spaces end', () => {
    const memory = makeMemory();
    const before = memory.frames.reservable;
    for (let round = 0; round < 3; round++) {
      const mm = makeMm(memory);
      heap(mm, MIB);
      expect(mm.memory.readU32(HEAP + 30 * PAGE + 8)).toBe(0);
      for (let i = 0; i < 256; i++) {
        expect(mm.memory.readU32(HEAP + i * PAGE)).toBe(0);
        mm.memory.writeU32(HEAP + i * PAGE, 1);
      }
      expect(memory.frames.reservable).toBe(before - 512);
      mm.release();
      expect(memory.frames.reservable).toBe(before);
    }
    expect(memory.frames.inUse).toBe(1);
  });

  test('are not counted before they are used, nor filled beyond twice of it', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, 64 * MIB);
    const used = memory.frames.inUse;
    for (let i = 0; i < 500; i++) mm.memory.writeU8(at + ((i * 7919) % 16384) * PAGE, 1);
    expect(memory.frames.inUse - used).toBeLessThanOrEqual(1000);
    expect(mm.residentPages()).toBe(memory.frames.inUse - used);
  });

  test('serve single frames when there is nothing else, and are refused beyond their share', () => {
    const { frames } = makeMemory(2 ** 32);
    const run = frames.reserve(2 ** 16)!;
    const mine = frames.allocate(run.first + 5);
    let runs = 1;
    while (frames.reserve(2 ** 12) !== null) runs++;
    expect(frames.reservable).toBeLessThan(2 ** 12);
    const seen = new Set([mine, frames.zero]);
    while (frames.inUse < frames.limit) seen.add(frames.allocate());
    expect(seen.size).toBe(frames.limit);
    expect(runs).toBeGreaterThan(50);
    expect(run.scattered).toBe(true);
  });

  test('a thousand address spaces get what they need', () => {
    const memory = makeMemory(2 ** 31);
    const all: Mm[] = [];
    for (let i = 0; i < 1000; i++) {
      const mm = makeMm(memory);
      heap(mm, 40 * PAGE);
      mapAnonymous(mm, 33 * PAGE, RW, TASK_SIZE - 33 * PAGE, MAP.MAP_GROWSDOWN);
      mapAnonymous(mm, MIB, RW, 0xd0000000);
      for (const address of [HEAP, TASK_SIZE - PAGE, 0xd0000000]) mm.memory.writeU32(address, i);
      all.push(mm);
    }
    all.forEach((mm, i) => {
      for (const address of [HEAP, TASK_SIZE - PAGE, 0xd0000000]) expect(mm.memory.readU32(address)).toBe(i);
    });
    for (const mm of all) mm.release();
    expect(memory.frames.inUse).toBe(1);
  });
});
