// How kept regions lie on shelves: full ones stay as they are, since their machine code is found by their bytes; what
// little there is goes together.
import { describe, expect, test } from 'vitest';
import type { Kept, Shelf } from '../../../jit/kept.ts';
import { shelve } from '../../../jit/shelves.ts';

const none = new Uint8Array();

function region(address: number, bytes = 100, prelude = none): Kept {
  const spans = [{ address, code: Uint8Array.of(0x90) }];
  const parts = { prelude, type: 0, body: new Uint8Array(bytes), hints: none };
  return { entries: [address], insns: 1, spans, own: 1, ...parts };
}

const regions = (first: number, count: number, bytes?: number): Kept[] =>
  Array.from({ length: count }, (_, i) => region(first + i, bytes));

const addresses = (shelves: readonly Shelf[]): number[][] =>
  shelves.map((shelf) => shelf.map(({ entries }) => entries[0]!));

describe('shelves', () => {
  test('are filled in the order in which regions came', () => {
    expect(addresses(shelve([], regions(0, 20)))).toEqual([
      Array.from({ length: 16 }, (_, i) => i),
      [16, 17, 18, 19],
    ]);
  });

  test('that are full stay, and those with little are filled up', () => {
    const old = shelve([], regions(0, 20));
    const next = shelve(old, regions(20, 30));
    expect(next[0]).toBe(old[0]);
    expect(next.map(({ length }) => length)).toEqual([16, 16, 16, 2]);
    expect(addresses(next).flat()).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('hold so many bytes, or one large region', () => {
    const shelves = shelve([], [...regions(0, 4, 50_000), ...regions(4, 1, 500_000), ...regions(5, 1)]);
    expect(addresses(shelves)).toEqual([[0, 1], [2, 3], [4], [5]]);
    expect(shelve(shelves, regions(6, 1)).slice(0, 3)).toEqual(shelves.slice(0, 3));
  });

  test('hold regions of one prelude, which make one module', () => {
    const mixed = [0, 1, 2, 3, 4, 5].map((n) => region(n, 10, Uint8Array.of(n % 2)));
    expect(addresses(shelve([], mixed))).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
  });
});
