import { describe, expect, test } from 'vitest';
import { EACCES, EEXIST, EFAULT, EINVAL, ENAMETOOLONG, ENOMEM, EPERM } from '../../../runtime/abi/errno.ts';
import {
  MADV,
  MAP,
  MREMAP,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from '../../../runtime/abi/memory.ts';
import type { Mm } from '../../../runtime/mm/mm.ts';
import { PF_FETCH, PF_PRESENT, PF_USER, PF_WRITE } from '../../../src/layout.ts';
import { FakeFile, lookUp, makeMemory, makeMm, mapAnonymous, PAGE, RW } from '../../support/address-space.ts';
import { thrown } from '../../support/thrown.ts';

const ranges = (mm: Mm): string[] =>
  mm.areas.items.map((area) => `${area.start.toString(16)}-${area.end.toString(16)}:${area.protection}`);

const mapFile = (mm: Mm, file: FakeFile, type: number, protection: number, pages: number): number =>
  mm.map({ address: 0, length: pages * PAGE, protection, flags: type, mappable: file });

describe('mmap', () => {
  test('goes down from 0xf7ffe000, and joins what is alike', () => {
    const mm = makeMm(makeMemory());
    expect(mapAnonymous(mm, 3 * PAGE)).toBe(0xf7ffb000);
    expect(mapAnonymous(mm, 1)).toBe(0xf7ffa000);
    expect(ranges(mm)).toEqual(['f7ffa000-f7ffe000:3']);
    expect(mapAnonymous(mm, PAGE, PROT_READ)).toBe(0xf7ff9000);
    expect(mm.areas.count).toBe(2);
    mm.unmap(0xf7ffb000, PAGE);
    expect(mapAnonymous(mm, PAGE)).toBe(0xf7ffb000);
    expect(mapAnonymous(mm, 2 * PAGE)).toBe(0xf7ff7000);
  });

  test('an unlimited stack makes it go up from a third', () => {
    const mm = makeMm(makeMemory());
    mm.limits.stack = Infinity;
    mm.chooseLayout();
    expect(mapAnonymous(mm, PAGE)).toBe(0x55555000);
    expect(mapAnonymous(mm, PAGE)).toBe(0x55556000);
  });

  test('takes hints that are free, rounded down and above mmap_min_addr', () => {
    const mm = makeMm(makeMemory());
    const at = (address: number): number =>
      mm.map({ address, length: PAGE, protection: RW, flags: MAP.MAP_PRIVATE | MAP.MAP_ANONYMOUS });
    expect(at(0x8000123)).toBe(0x8000000);
    expect(at(0x8000000)).toBe(0xf7ffd000);
    expect(at(0x1000)).toBe(0x10000);
    expect(at(0xfffff000)).toBe(0xf7ffc000);
  });

  test('refuses what Linux refuses', () => {
    const mm = makeMm(makeMemory());
    const map = (address: number, length: number, flags: number): unknown =>
      thrown(() => mm.map({ address, length, protection: RW, flags }));
    const FIXED = MAP.MAP_PRIVATE | MAP.MAP_FIXED;
    expect(map(0, 0, MAP.MAP_PRIVATE)).toBe(EINVAL);
    expect(map(0, PAGE, 0)).toBe(EINVAL);
    expect(map(0x10001, PAGE, FIXED)).toBe(EINVAL);
    expect(map(0xffffd000, 2 * PAGE, FIXED)).toBe(ENOMEM);
    expect(map(0x1000, PAGE, FIXED)).toBe(EPERM);
    expect(map(0, 0xffffffff, MAP.MAP_PRIVATE)).toBe(ENOMEM);
    mapAnonymous(mm, PAGE, RW, 0x10000);
    expect(map(0x10000, PAGE, MAP.MAP_PRIVATE | MAP.MAP_FIXED_NOREPLACE)).toBe(EEXIST);
    expect(map(0, 1024 * 1024 * 1024, MAP.MAP_PRIVATE)).toBe(ENOMEM);
    expect(map(0, 1024 * 1024 * 1024, MAP.MAP_PRIVATE | MAP.MAP_NORESERVE)).toBe(null);
    mm.limits.addressSpace = mm.totalPages * PAGE;
    expect(map(0, PAGE, MAP.MAP_PRIVATE)).toBe(ENOMEM);
    expect(map(0x10000, PAGE, FIXED)).toBe(null);
  });

  test('munmap splits and frees', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const before = memory.frames.inUse;
    const at = mapAnonymous(mm, 8 * PAGE);
    mm.memory.zero(at, 8 * PAGE);
    expect(memory.frames.inUse).toBe(before + 8);
    mm.unmap(at + 2 * PAGE, 3 * PAGE);
    expect(memory.frames.inUse).toBe(before + 5);
    expect(ranges(mm)).toHaveLength(2);
    expect(mm.totalPages).toBe(5);
    expect(thrown(() => mm.memory.readU8(at + 2 * PAGE))).toBe(EFAULT);
    expect(lookUp(memory, mm, at + 2 * PAGE).read).toBe(0);
    mm.release();
    expect(memory.frames.inUse).toBe(before);
  });
});

describe('faults', () => {
  test('reads share the page of zeros, writes get their own', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, PAGE);
    mm.activate();
    expect(mm.fault(at, PF_USER)).toBe(null);
    expect(lookUp(memory, mm, at)).toEqual({ read: memory.frames.zero * PAGE, write: 0, execute: false });
    expect(mm.residentPages()).toBe(0);
    expect(mm.fault(at, PF_USER | PF_WRITE)).toBe(null);
    const { read, write } = lookUp(memory, mm, at);
    expect(read).toBe(write);
    expect(read).not.toBe(0);
    expect(mm.residentPages()).toBe(1);
  });

  test('tell the signal, its code and the processor error code', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, PAGE, PROT_READ);
    expect(mm.fault(0x1234, PF_USER)).toEqual({ signal: 11, code: 1, address: 0x1234, error: 4 });
    expect(mm.fault(at, PF_USER | PF_WRITE)).toEqual({ signal: 11, code: 2, address: at, error: 6 });
    mm.fault(at, PF_USER);
    expect(mm.fault(at, PF_USER | PF_WRITE)).toMatchObject({ code: 2, error: 7 });
    expect(mm.fault(at, PF_USER | PF_FETCH)).toMatchObject({
      code: 2,
      error: PF_USER | PF_FETCH | PF_PRESENT,
    });
    mm.protect(at, PAGE, PROT_NONE);
    expect(mm.fault(at, PF_USER)).toMatchObject({ code: 2, error: 4 });
  });

  test('the stack grows to its limit and keeps a gap', () => {
    const mm = makeMm(makeMemory());
    mm.limits.stack = 64 * PAGE;
    const top = 0xc0000000;
    const length = 4 * PAGE;
    mapAnonymous(mm, length, RW, top - length, MAP.MAP_GROWSDOWN);
    expect(mm.fault(top - 20 * PAGE, PF_USER | PF_WRITE)).toBe(null);
    expect(mm.areas.items[0]!.start).toBe(top - 20 * PAGE);
    expect(mm.fault(top - 65 * PAGE, PF_USER | PF_WRITE)).toMatchObject({ signal: 11, code: 1 });
    mapAnonymous(mm, PAGE, RW, top - 280 * PAGE);
    expect(mm.fault(top - 24 * PAGE, PF_USER | PF_WRITE)).toMatchObject({ signal: 11, code: 1 });
    expect(mm.fault(top - 23 * PAGE, PF_USER | PF_WRITE)).toBe(null);
  });

  test('memory runs out', () => {
    const memory = makeMemory(64 * PAGE);
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, 100 * PAGE);
    let page = 0;
    while (mm.fault(at + page * PAGE, PF_USER | PF_WRITE) === null) page++;
    expect(page).toBeGreaterThan(50);
    expect(mm.fault(at + page * PAGE, PF_USER | PF_WRITE)).toBe('out-of-memory');
    mm.release();
    expect(memory.frames.inUse).toBe(1);
  });

  test('a table set is lost and filled again', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, PAGE);
    mm.activate();
    mm.memory.writeU32(at, 42);
    const first = lookUp(memory, mm, at);
    const others = Array.from({ length: 100 }, () => makeMm(memory));
    for (const other of others) other.activate();
    expect(mm.pages.set).toBe(null);
    expect(lookUp(memory, mm, at).read).toBe(0);
    expect(mm.fault(at, PF_USER)).toBe(null);
    expect(lookUp(memory, mm, at)).toEqual(first);
    for (const other of others) expect(lookUp(memory, other, at).read).toBe(0);
  });

  test('writes to translated code are told', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, PAGE, RW | PROT_EXEC);
    mm.activate();
    mm.memory.writeU8(at, 0x90);
    const frame = lookUp(memory, mm, at).write / PAGE;
    const told: number[] = [];
    memory.frames.onCodeWrite = (which) => told.push(which);
    memory.tables.protectCode(frame);
    expect(lookUp(memory, mm, at)).toEqual({ read: frame * PAGE, write: 0, execute: true });
    expect(mm.fault(at, PF_USER | PF_WRITE | PF_PRESENT)).toBe(null);
    expect(told).toEqual([frame]);
    expect(lookUp(memory, mm, at).write).toBe(frame * PAGE);
    memory.tables.protectCode(frame);
    mm.memory.writeU8(at, 1);
    expect(told).toHaveLength(2);
    memory.tables.protectCode(frame);
    mm.release();
    expect(told).toHaveLength(3);
  });
});

describe('mprotect', () => {
  test('splits, joins and takes effect at once', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, 3 * PAGE);
    mm.memory.zero(at, 3 * PAGE);
    mm.activate();
    mm.protect(at + PAGE, PAGE, PROT_READ);
    expect(ranges(mm)).toHaveLength(3);
    expect(lookUp(memory, mm, at + PAGE).write).toBe(0);
    expect(thrown(() => mm.memory.writeU8(at + PAGE, 1))).toBe(EFAULT);
    mm.protect(at + PAGE, PAGE, RW);
    expect(ranges(mm)).toHaveLength(1);
    mm.memory.writeU8(at + PAGE, 1);
    mm.protect(at, PAGE, PROT_READ | PROT_EXEC);
    mm.fault(at, PF_USER | PF_FETCH);
    expect(lookUp(memory, mm, at).execute).toBe(true);
  });

  test('does the first part before ENOMEM, and refuses more than the file allows', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, 2 * PAGE);
    mm.unmap(at + PAGE, PAGE);
    expect(thrown(() => mm.protect(at, 2 * PAGE, PROT_READ))).toBe(ENOMEM);
    expect(mm.areas.at(at >>> 12)!.protection).toBe(PROT_READ);
    expect(thrown(() => mm.protect(at + PAGE, PAGE, PROT_READ))).toBe(ENOMEM);
    const file = mm.map({
      address: 0,
      length: PAGE,
      protection: PROT_READ,
      flags: MAP.MAP_SHARED,
      may: PROT_READ,
      mappable: new FakeFile(memory, PAGE),
    });
    expect(thrown(() => mm.protect(file, PAGE, RW))).toBe(EACCES);
  });
});

describe('fork', () => {
  test('copies on write, in both directions, and reuses the last copy', () => {
    const memory = makeMemory();
    const parent = makeMm(memory);
    const at = mapAnonymous(parent, 2 * PAGE);
    parent.activate();
    parent.memory.writeU32(at, 1);
    const before = lookUp(memory, parent, at).write;
    const child = parent.fork();
    expect(lookUp(memory, parent, at).write).toBe(0);
    child.memory.writeU32(at, 2);
    expect(parent.memory.readU32(at)).toBe(1);
    expect(child.memory.readU32(at)).toBe(2);
    parent.memory.writeU32(at, 3);
    expect(lookUp(memory, parent, at).write).toBe(before);
    parent.memory.writeU32(at + PAGE, 9);
    expect(child.memory.readU32(at + PAGE)).toBe(0);
    parent.release();
    expect(child.memory.readU32(at)).toBe(2);
    child.release();
    expect(memory.frames.inUse).toBe(1);
  });

  test('shared memory stays shared; DONTFORK and WIPEONFORK', () => {
    const memory = makeMemory();
    const parent = makeMm(memory);
    const shared = mapAnonymous(parent, PAGE, RW, 0, MAP.MAP_SHARED);
    const wiped = mapAnonymous(parent, PAGE);
    const kept = mapAnonymous(parent, PAGE);
    for (const at of [shared, wiped, kept]) parent.memory.writeU32(at, 5);
    parent.advise(wiped, PAGE, MADV.MADV_WIPEONFORK);
    parent.advise(kept, PAGE, MADV.MADV_DONTFORK);
    const child = parent.fork();
    child.memory.writeU32(shared, 6);
    expect(parent.memory.readU32(shared)).toBe(6);
    expect(child.memory.readU32(wiped)).toBe(0);
    expect(thrown(() => child.memory.readU32(kept))).toBe(EFAULT);
    parent.release();
    child.release();
    expect(memory.frames.inUse).toBe(1);
  });

  test('a thousand address spaces', () => {
    const memory = makeMemory();
    const parent = makeMm(memory);
    const at = mapAnonymous(parent, 16 * PAGE);
    parent.memory.zero(at, 16 * PAGE);
    const children = Array.from({ length: 1000 }, () => parent.fork());
    children.forEach((child, i) => {
      child.activate();
      child.memory.writeU32(at, i);
    });
    expect(children.every((child, i) => child.memory.readU32(at) === i)).toBe(true);
    for (const child of children) child.release();
    parent.release();
    expect(memory.frames.inUse).toBe(1);
  });
});

describe('files', () => {
  test('private mappings share the page cache until written', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, 20 * PAGE);
    for (let i = 0; i < 20; i++) memory.frames.release(file.cache.page(i));
    const at = mapFile(mm, file, MAP.MAP_PRIVATE, RW, 20);
    mm.activate();
    expect(mm.memory.readU8(at + PAGE + 3)).toBe(0x13);
    expect(lookUp(memory, mm, at + PAGE).read).toBe(file.cache.resident(1) * PAGE);
    expect(lookUp(memory, mm, at + PAGE).write).toBe(0);
    mm.memory.writeU8(at + PAGE + 3, 99);
    expect(file.dirty).toEqual([]);
    expect(lookUp(memory, mm, at + PAGE).read).not.toBe(file.cache.resident(1) * PAGE);
    const bytes = new Uint8Array(4);
    file.cache.read(bytes, PAGE, file.size);
    expect([...bytes]).toEqual([0x10, 0x11, 0x12, 0x13]);
    expect(file.references).toBe(1);
    mm.release();
    expect(file.references).toBe(0);
    expect(file.mappings.size).toBe(0);
  });

  test('neighbours in the cache come with a read fault', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, 40 * PAGE);
    for (let i = 0; i < 40; i++) memory.frames.release(file.cache.page(i));
    const at = mapFile(mm, file, MAP.MAP_PRIVATE, PROT_READ, 40);
    mm.fault(at, PF_USER);
    const present = Array.from({ length: 40 }, (_, i) => mm.pages.get((at >>> 12) + i) !== 0);
    expect(present.filter(Boolean).length).toBeLessThanOrEqual(16);
    expect(present[0]).toBe(true);
  });

  test('shared writes mark dirty once, again after write-back', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, 2 * PAGE);
    const at = mapFile(mm, file, MAP.MAP_SHARED, RW, 2);
    mm.memory.readU8(at);
    mm.memory.writeU8(at, 7);
    mm.memory.writeU8(at + 1, 8);
    expect(file.dirty).toEqual([0]);
    mm.sync(at, PAGE, 4);
    expect(file.stored).toEqual([0]);
    mm.memory.writeU8(at, 9);
    expect(file.dirty).toEqual([0, 0]);
    const bytes = new Uint8Array(2);
    file.cache.read(bytes, 0, file.size);
    expect([...bytes]).toEqual([9, 8]);
    file.cache.write(Uint8Array.of(1), 0);
    expect(mm.memory.readU8(at)).toBe(1);
  });

  test('behind the end is SIGBUS, the tail of the last page is zero', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, PAGE + 10);
    const at = mapFile(mm, file, MAP.MAP_SHARED, RW, 4);
    expect(mm.memory.readU8(at + PAGE + 9)).toBe(0x19);
    expect(mm.memory.readU8(at + PAGE + 10)).toBe(0);
    expect(mm.fault(at + 2 * PAGE, PF_USER)).toMatchObject({ signal: 7, code: 2 });
    expect(mm.fault(at + 2 * PAGE, PF_USER | PF_WRITE)).toMatchObject({ signal: 7, code: 2 });
    const own = mapFile(mm, file, MAP.MAP_PRIVATE, RW, 4);
    mm.memory.writeU8(own + PAGE, 1);
    file.size = 5;
    file.cache.truncate(5);
    expect(mm.fault(at + PAGE, PF_USER)).toMatchObject({ signal: 7 });
    expect(mm.fault(own + PAGE, PF_USER)).toMatchObject({ signal: 7 });
    expect(mm.memory.readU8(at + 5)).toBe(0);
    expect(mm.memory.readU8(at + 4)).toBe(4);
  });

  test('MADV_DONTNEED brings the file back, MADV_REMOVE empties it', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, 2 * PAGE);
    const own = mapFile(mm, file, MAP.MAP_PRIVATE, RW, 2);
    mm.memory.writeU8(own, 77);
    mm.advise(own, PAGE, MADV.MADV_DONTNEED);
    expect(mm.memory.readU8(own)).toBe(0);
    expect(mm.memory.readU8(own + 1)).toBe(1);
    expect(thrown(() => mm.advise(own, PAGE, MADV.MADV_REMOVE))).toBe(EACCES);
    const anonymous = mapAnonymous(mm, PAGE, RW, 0, MAP.MAP_SHARED);
    mm.memory.writeU8(anonymous, 1);
    mm.advise(anonymous, PAGE, MADV.MADV_REMOVE);
    expect(mm.memory.readU8(anonymous)).toBe(0);
    expect(thrown(() => mm.advise(own, PAGE, 77))).toBe(EINVAL);
    expect(thrown(() => mm.advise(own + 1, PAGE, MADV.MADV_DONTNEED))).toBe(EINVAL);
    expect(thrown(() => mm.advise(own, 100 * PAGE, MADV.MADV_NORMAL))).toBe(ENOMEM);
  });
});

describe('brk', () => {
  test('grows, shrinks, and stops below the next area', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    mapAnonymous(mm, PAGE, RW, 0x8050000);
    mm.setBrk(0x8051000);
    expect(mm.brk(0)).toBe(0x8051000);
    expect(mm.brk(0x8052010)).toBe(0x8052010);
    expect(ranges(mm)).toEqual(['8050000-8051000:3', '8051000-8053000:3']);
    mm.memory.writeU8(0x8052000, 1);
    expect(mm.nameOf(mm.areas.items[1]!)).toBe('[heap]');
    expect(mm.brk(0x8051800)).toBe(0x8051800);
    expect(mm.brk(0x8053000)).toBe(0x8053000);
    expect(mm.memory.readU8(0x8052000)).toBe(0);
    mapAnonymous(mm, PAGE, RW, 0x8056000);
    expect(mm.brk(0x8056000)).toBe(0x8053000);
    expect(mm.brk(0x8055000)).toBe(0x8055000);
  });
});

describe('mremap', () => {
  const { MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP } = MREMAP;

  test('grows in place, moves with its pages, shrinks', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const at = mapAnonymous(mm, 2 * PAGE, RW, 0x10000000);
    mm.memory.writeU32(at, 11);
    expect(mm.remap(at, 2 * PAGE, 3 * PAGE, 0, 0)).toBe(at);
    expect(mm.areas.count).toBe(1);
    mapAnonymous(mm, PAGE, PROT_READ, 0x10003000);
    expect(thrown(() => mm.remap(at, 3 * PAGE, 4 * PAGE, 0, 0))).toBe(ENOMEM);
    mm.activate();
    const moved = mm.remap(at, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, 0);
    expect(moved).not.toBe(at);
    expect(mm.memory.readU32(moved)).toBe(11);
    expect(lookUp(memory, mm, at).read).toBe(0);
    expect(thrown(() => mm.memory.readU32(at))).toBe(EFAULT);
    expect(mm.remap(moved, 4 * PAGE, PAGE, 0, 0)).toBe(moved);
    expect(mm.totalPages).toBe(2);
    const target = 0x20000000;
    expect(mm.remap(moved, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target)).toBe(target);
    expect(mm.memory.readU32(target)).toBe(11);
    const other = mm.remap(target, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
    expect(mm.memory.readU32(other)).toBe(11);
    expect(mm.memory.readU32(target)).toBe(0);
  });

  test('refuses', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, 2 * PAGE);
    const call = (...args: [number, number, number, number, number]): unknown =>
      thrown(() => mm.remap(...args));
    expect(call(at + 1, PAGE, PAGE, 0, 0)).toBe(EINVAL);
    expect(call(at, PAGE, 0, 0, 0)).toBe(EINVAL);
    expect(call(at, PAGE, PAGE, 8, 0)).toBe(EINVAL);
    expect(call(at, PAGE, PAGE, MREMAP_FIXED, 0x10000)).toBe(EINVAL);
    expect(call(at, 2 * PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, at)).toBe(EINVAL);
    expect(call(0x10000, PAGE, PAGE * 2, 0, 0)).toBe(EFAULT);
    expect(call(at, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, 0)).toBe(EFAULT);
    expect(call(at, 0, PAGE, MREMAP_MAYMOVE, 0)).toBe(EINVAL);
  });
});

describe('user memory', () => {
  test('numbers and strings across page borders', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, 2 * PAGE);
    const border = at + PAGE;
    mm.memory.writeU32(border - 2, 0x89abcdef);
    expect(mm.memory.readU32(border - 2)).toBe(0x89abcdef);
    expect(mm.memory.readU16(border)).toBe(0x89ab);
    mm.memory.writeU64(border - 4, 0x1122334455667788n);
    expect(mm.memory.readU64(border - 4)).toBe(0x1122334455667788n);
    mm.memory.copyOut(border - 3, Uint8Array.from([0x61, 0xff, 0x62, 0x63, 0]));
    expect(mm.memory.readString(border - 3)).toBe('a\xffbc');
    expect(thrown(() => mm.memory.readString(border - 3, 4))).toBe(ENAMETOOLONG);
    expect(mm.memory.view(border - 3, 3, false)).toEqual(Uint8Array.from([0x61, 0xff, 0x62]));
    expect(mm.memory.view(border - 3, 4, false)).toBe(null);
  });

  test('EFAULT, and nothing written by a number that does not fit', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, PAGE);
    const end = at + PAGE;
    mapAnonymous(mm, PAGE, PROT_READ, end);
    expect(thrown(() => mm.memory.writeU32(end - 2, 0x01010101))).toBe(EFAULT);
    expect(mm.memory.readU16(end - 2)).toBe(0);
    expect(thrown(() => mm.memory.copyIn(0xfffffff0, 0x20))).toBe(EFAULT);
    expect(thrown(() => mm.memory.readString(0))).toBe(EFAULT);
    expect(thrown(() => mm.memory.verify(at, 2 * PAGE, true))).toBe(EFAULT);
    mm.memory.verify(at, 2 * PAGE, false);
  });

  test('iovecs', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, PAGE);
    mm.memory.writeU32(at, at + 100);
    mm.memory.writeU32(at + 4, 3);
    mm.memory.writeU32(at + 8, at + 200);
    mm.memory.writeU32(at + 12, 2);
    const vectors = mm.memory.readVectors(at, 2);
    mm.memory.scatter(vectors, Uint8Array.of(1, 2, 3, 4));
    expect([...mm.memory.gather(vectors)]).toEqual([1, 2, 3, 4, 0]);
    expect(thrown(() => mm.memory.readVectors(at, 1025))).toBe(EINVAL);
  });

  test('a debugger writes read-only private pages and reads what nobody may', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const file = new FakeFile(memory, PAGE);
    const text = mapFile(mm, file, MAP.MAP_PRIVATE, PROT_READ | PROT_EXEC, 1);
    mm.memory.readU8(text);
    mm.memory.forceWrite(text + 1, Uint8Array.of(0xcc));
    expect([...mm.memory.copyIn(text, 3)]).toEqual([0, 0xcc, 2]);
    expect(thrown(() => mm.memory.writeU8(text, 1))).toBe(EFAULT);
    const bytes = new Uint8Array(2);
    file.cache.read(bytes, 0, PAGE);
    expect(bytes[1]).toBe(1);
    mm.protect(text, PAGE, PROT_NONE);
    expect([...mm.memory.forceRead(text, 2)]).toEqual([0, 0xcc]);
    expect(thrown(() => mm.memory.forceRead(0x1000, 1))).toBe(EFAULT);
  });
});

describe('the rest', () => {
  test('mincore, mlock', () => {
    const mm = makeMm(makeMemory());
    const at = mapAnonymous(mm, 3 * PAGE);
    mm.memory.writeU8(at + PAGE, 1);
    expect([...mm.mincore(at, 3 * PAGE)]).toEqual([0, 1, 0]);
    mm.lock(at, PAGE, true);
    expect([...mm.mincore(at, 3 * PAGE)]).toEqual([1, 1, 0]);
    expect(mm.lockedPages).toBe(1);
    expect(thrown(() => mm.advise(at, PAGE, MADV.MADV_DONTNEED))).toBe(EINVAL);
    mm.lock(at, PAGE, false);
    expect(mm.areas.count).toBe(1);
    expect(thrown(() => mm.mincore(0x10000, PAGE))).toBe(ENOMEM);
    expect(thrown(() => mm.lock(0x10000, PAGE, true))).toBe(ENOMEM);
  });

  test('an LDT grows, is copied by fork and freed', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    expect(mm.ldt.base).toBe(0);
    mm.ldt.set(3, 1, 2);
    mm.ldt.set(8191, 5, 6);
    expect(mm.ldt.count).toBe(8192);
    const child = mm.fork();
    child.ldt.set(3, 9, 9);
    const words = new Uint32Array(mm.ldt.read(32).buffer);
    expect([words[6], words[7]]).toEqual([1, 2]);
    expect(child.ldt.count).toBe(8192);
    mm.release();
    child.release();
    expect(memory.frames.inUse).toBe(1);
  });

  test('old programs get executable readable pages', () => {
    const mm = makeMm(makeMemory());
    mm.readImpliesExec = true;
    const at = mapAnonymous(mm, PAGE, PROT_READ);
    expect(mm.fault(at, PF_USER | PF_FETCH)).toBe(null);
    const write = mapAnonymous(mm, PAGE, PROT_WRITE);
    expect(mm.areas.atAddress(write)!.protection).toBe(PROT_WRITE);
    expect(mm.fault(write, PF_USER)).toBe(null);
  });
});
