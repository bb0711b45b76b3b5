// How code is shared out between regions: a region ends where another begins, or takes it in where both together are
// small enough; what is taken in is an owner no more, and a small function belongs to nobody.
import { describe, expect, test } from 'vitest';
import { Code } from '../../../jit/code.ts';
import { Coverage } from '../../../jit/coverage.ts';
import { discover, type Graph, LIMITS } from '../../../jit/region.ts';
import { type Owner, Territory } from '../../../jit/territory.ts';
import { PAGE_SHIFT } from '../../../src/layout.ts';
import { numbers } from '../../support/ir-run.ts';

const BASE = 0x8048000;
const PAGES = 4;
const NOP = 0x90;
const RET = 0xc3;

/** Code of single bytes but for transfers, all of which is known to have been run. */
class Program {
  readonly bytes = new Uint8Array(PAGES << PAGE_SHIFT).fill(NOP);

  put(offset: number, ...bytes: readonly number[]): this {
    this.bytes.set(bytes, offset);
    return this;
  }
  /** jmp, jcc or call with a displacement of 32 bits. */
  transfer(offset: number, opcode: readonly number[], to: number): this {
    const from = offset + opcode.length + 4;
    return this.put(offset, ...opcode, ...[0, 8, 16, 24].map((shift) => ((to - from) >>> shift) & 0xff));
  }
  jump(offset: number, to: number): this {
    return this.transfer(offset, [0xe9], to);
  }
  branch(offset: number, to: number): this {
    return this.transfer(offset, [0x0f, 0x84], to);
  }
  call(offset: number, to: number): this {
    return this.transfer(offset, [0xe8], to);
  }

  region(entry: number, territory: Territory, taken: Owner[] = []): Graph {
    const page = BASE >>> PAGE_SHIFT;
    const pages = Array.from({ length: PAGES }, (_, n): [number, Uint8Array] => [
      page + n,
      this.bytes.subarray(n << PAGE_SHIFT, (n + 1) << PAGE_SHIFT),
    ]);
    const everywhere = pages.map(([n]): [number, Uint8Array] => [n, new Uint8Array(512).fill(0xff)]);
    const coverage = Coverage.from({ pages: everywhere, jumps: [], samples: [] });
    const graph = discover(new Code(new Map(pages)), BASE + entry, coverage, territory, taken);
    expect(graph).not.toBeNull();
    return graph!;
  }
}

const owner = (id: number, insns: number, ...entries: readonly number[]): Owner => ({
  id,
  insns,
  entries: entries.map((entry) => BASE + entry),
});

/** Addresses of a graph's instructions, of those alone that belong to it. */
function owned({ blocks, borrowed }: Graph): Set<number> {
  const addresses = blocks.flatMap((block) => {
    let at = block.address;
    return block.insns.map((insn) => {
      const here = at;
      at += insn.length;
      return here;
    });
  });
  return new Set(addresses.filter((address) => !borrowed.has(address)));
}

describe('a territory', () => {
  test('knows owners by each of their entries, until they are removed', () => {
    const two = owner(1, 10, 0, 0x40);
    const other = owner(2, 20, 0x80);
    const territory = new Territory([two, other]);
    expect([0, 0x40, 0x80, 0x41].map((at) => territory.ownerAt(BASE + at))).toEqual([
      two,
      two,
      other,
      undefined,
    ]);
    territory.remove(two);
    expect([0, 0x40, 0x80].map((at) => territory.ownerAt(BASE + at))).toEqual([undefined, undefined, other]);
  });

  test('has at an entry who came last', () => {
    const territory = new Territory([owner(1, 10, 0)]);
    const later = owner(2, 5, 0);
    territory.add(later);
    expect(territory.ownerAt(BASE)).toBe(later);
  });
});

describe('a region', () => {
  const program = new Program().jump(0x10, 0x100).put(0x110, RET);

  test('takes in another that is small, with all its entries', () => {
    const other = owner(1, 17, 0x100, 0x108);
    const territory = new Territory([other]);
    const taken: Owner[] = [];
    const graph = program.region(0, territory, taken);
    expect(taken).toEqual([other]);
    expect(owned(graph).has(BASE + 0x110)).toBe(true);
    expect(territory.ownerAt(BASE + 0x108)).toBeUndefined();
  });

  test('ends where another begins, when both together were too large', () => {
    const other = owner(1, LIMITS.insns - 0x10, 0x100);
    const territory = new Territory([other]);
    const taken: Owner[] = [];
    const graph = program.region(0, territory, taken);
    expect(taken).toEqual([]);
    expect(territory.ownerAt(BASE + 0x100)).toBe(other);
    expect(owned(graph)).toEqual(new Set(Array.from({ length: 0x11 }, (_, n) => BASE + n)));
  });

  test('takes in as many as are small together', () => {
    const many = new Program().branch(0, 0x100).branch(6, 0x200).jump(12, 0x300);
    for (const at of [0x100, 0x200, 0x300]) many.put(at, NOP, RET);
    const owners = [owner(1, 200, 0x100), owner(2, 200, 0x200), owner(3, 200, 0x300)];
    const territory = new Territory(owners);
    const taken: Owner[] = [];
    many.region(0, territory, taken);
    expect(taken).toHaveLength(2);
    const left = owners.filter(({ entries }) => territory.ownerAt(entries[0]!) !== undefined);
    expect([...taken, ...left].sort((a, b) => a.id - b.id)).toEqual(owners);
  });

  test('begins where another does', () => {
    const graph = program.region(0x100, new Territory([owner(1, LIMITS.insns, 0x100)]));
    expect(owned(graph).size).toBe(0x11);
  });

  test('borrows a small function, whoever it belongs to', () => {
    const calling = new Program().call(0, 0x200).put(5, RET).put(0x210, RET);
    const function_ = owner(1, LIMITS.insns, 0x200);
    const territory = new Territory([function_]);
    const taken: Owner[] = [];
    const graph = calling.region(0, territory, taken);
    expect(taken).toEqual([]);
    expect(territory.ownerAt(BASE + 0x200)).toBe(function_);
    expect(graph.borrowed.has(BASE + 0x200)).toBe(true);
    expect(owned(graph)).toEqual(new Set([BASE, BASE + 5]));
  });
});

/** Code in slots of 16 bytes, which end in transfers to others. */
function anyProgram(next: (below: number) => number): Program {
  const program = new Program();
  const slots = program.bytes.length >> 4;
  for (let slot = 0; slot < slots; slot++) {
    const end = (slot << 4) + 8;
    const to = Math.min(slots - 1, Math.max(0, slot - 20 + next(41))) << 4;
    const kind = next(8);
    if (kind < 2) program.jump(end, to);
    else if (kind < 5) program.branch(end, to);
    else if (kind === 5) program.call(end, to);
    else if (kind === 6) program.put(end, RET);
  }
  return program.put(program.bytes.length - 1, RET);
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))('any code is shared out: %i', (seed) => {
  const next = numbers(seed);
  const program = anyProgram(next);
  const territory = new Territory([]);
  const owners = new Map<number, Owner>();
  for (let id = 0; id < 30; id++) {
    const entry = next(program.bytes.length >> 4) << 4;
    const before = territory.ownerAt(BASE + entry);
    const taken: Owner[] = [];
    const graph = program.region(entry, territory, taken);
    const mine = owned(graph);
    const insns = graph.blocks.reduce((sum, block) => sum + block.insns.length, 0);
    expect(insns).toBeLessThanOrEqual(LIMITS.insns);
    // Taken in is what is reached, and it is no owner any more; nothing else has lost its place.
    for (const { id: other, entries } of taken) {
      expect(entries.some((address) => mine.has(address))).toBe(true);
      for (const address of entries) expect(territory.ownerAt(address)).toBeUndefined();
      owners.delete(other);
    }
    // No code of the region is where another begins.
    for (const other of owners.values())
      for (const address of other.entries)
        if (address !== BASE + entry) {
          expect(territory.ownerAt(address)).toBe(other);
          expect(mine.has(address)).toBe(false);
        }
    if (before !== undefined) {
      territory.remove(before);
      owners.delete(before.id);
    }
    const made = owner(id, insns, entry);
    territory.add(made);
    owners.set(id, made);
  }
});
