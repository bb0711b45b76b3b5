import { describe, expect, test } from 'vitest';
import { ENOMEM } from '../../../runtime/abi/errno.ts';
import { PageCache } from '../../../runtime/mm/page-cache.ts';
import { FakeFile, makeMemory, makeMm, mapAnonymous, PAGE } from '../../support/address-space.ts';
import { thrown } from '../../support/thrown.ts';

describe('page cache', () => {
  test('reads and writes across pages, holes are zeros', () => {
    const { frames } = makeMemory();
    const cache = new PageCache(frames);
    cache.write(Uint8Array.of(1, 2, 3, 4), PAGE - 2);
    cache.write(Uint8Array.of(9), 2 ** 40);
    expect(cache.pages).toBe(3);
    const into = new Uint8Array(6).fill(7);
    expect(cache.read(into, PAGE - 3, 2 ** 41)).toBe(6);
    expect([...into]).toEqual([0, 1, 2, 3, 4, 0]);
    expect(cache.read(into, PAGE - 2, PAGE + 1)).toBe(3);
    expect(cache.read(into, 2 ** 40, 2 ** 41)).toBe(6);
    expect(into[0]).toBe(9);
    cache.truncate(PAGE + 1);
    expect(cache.pages).toBe(2);
    expect(cache.read(into, PAGE, 2 * PAGE)).toBe(6);
    expect([...into]).toEqual([3, 0, 0, 0, 0, 0]);
    cache.punch(0, 1);
    expect(cache.pages).toBe(1);
    cache.release();
    expect(frames.inUse).toBe(1);
  });

  test('a fill that fails leaves nothing behind', () => {
    const { frames } = makeMemory();
    const cache = new PageCache(frames, {
      fill: () => {
        throw ENOMEM;
      },
      store: () => {},
    });
    expect(thrown(() => cache.page(3))).toBe(ENOMEM);
    expect(cache.pages).toBe(0);
    expect(frames.inUse).toBe(1);
  });

  test('gives clean unmapped pages back when memory is short, and no others', () => {
    const memory = makeMemory(64 * PAGE);
    const { frames } = memory;
    const file = new FakeFile(memory, 40 * PAGE);
    for (let i = 0; i < 40; i++) frames.release(file.cache.page(i));
    const mm = makeMm(memory);
    file.cache.write(Uint8Array.of(1), 0);
    const mapped = mm.map({
      address: 0,
      length: PAGE,
      protection: 1,
      flags: 1,
      mappable: file,
      offset: PAGE,
    });
    mm.memory.readU8(mapped);
    const at = mapAnonymous(mm, 61 * PAGE);
    mm.memory.zero(at, 61 * PAGE);
    expect(file.cache.pages).toBe(2);
    expect([file.cache.resident(0), file.cache.resident(1)]).not.toContain(0);
    expect(thrown(() => frames.allocate())).toBe(ENOMEM);
    mm.unmap(at, PAGE);
    frames.release(frames.allocate());
  });
});
