// Regions kept between runs: an engine that compiles, then another with the same store. The guest is a loop in
// one page of code; what a run computes is the same whether its code was compiled, revived or refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, type Job, type Result } from '../../../jit/compiler.ts';
import { type Compiler, TieredEngine } from '../../../jit/engine.ts';
import { decodeKept, encodeKept, type Kept } from '../../../jit/kept.ts';
import { DEFAULT_JIT, type JitSettings, type TranslationStore } from '../../../jit/settings.ts';
import * as L from '../../../src/layout.ts';
import { projectRoot } from '../../support/native-oracle.ts';

const CODE = 0x08048000;
const FRAME = L.FRAMES >>> L.PAGE_SHIFT;
const cpu = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));

/** mov ecx, 1000; l: add eax, `step`; dec ecx; jnz l; int 0x80 */
const loop = (step: number): number[] => [
  0xb9,
  0xe8,
  3,
  0,
  0,
  0x83,
  0xc0,
  step,
  0x49,
  0x75,
  0xfa,
  0xcd,
  0x80,
];

class MapStore implements TranslationStore {
  readonly blobs = new Map<string, Uint8Array>();
  reads = 0;

  read(name: string): Uint8Array | null {
    this.reads++;
    return this.blobs.get(name)?.slice() ?? null;
  }
  write(name: string, bytes: Uint8Array): void {
    this.blobs.set(name, bytes.slice());
  }
  /** Replaces each blob by what `change` makes of it. */
  change(change: (bytes: Uint8Array) => Uint8Array): void {
    for (const [name, bytes] of this.blobs) this.blobs.set(name, change(bytes));
  }
}

class CountingCompiler implements Compiler {
  jobs = 0;
  readonly #results: Result[] = [];

  request(job: Job): void {
    this.jobs++;
    this.#results.push(compile(job, () => 0));
  }
  poll(): Result | null {
    return this.#results.shift() ?? null;
  }
}

interface Ran {
  readonly eax: number;
  readonly jobs: number;
  readonly counters: ReadonlyMap<string, number>;
  readonly isProtected: boolean;
}

/** One run of `code`; other bytes of its page are `filling`. */
function run(
  store: TranslationStore,
  code: readonly number[],
  settings: Partial<JitSettings> = {},
  filling = 0,
): Ran {
  const memory = new WebAssembly.Memory({ initial: (L.FRAMES >>> 16) + 1, maximum: 65536 });
  const view = new DataView(memory.buffer);
  const page = new Uint8Array(memory.buffer, L.FRAMES, L.PAGE_SIZE);
  page.fill(filling);
  page.set(code);
  const number = CODE >>> L.PAGE_SHIFT;
  view.setInt32(L.TABLES + L.R_TABLE + number * 4, L.FRAMES - CODE + L.ENTRY_BIAS, true);
  view.setUint8(L.TABLES + L.X_BITMAP + (number >>> 3), 1 << (number & 7));
  const set = (offset: number, value: number): void => view.setUint32(L.CPU + offset, value, true);
  set(L.EIP, CODE);
  set(L.EFLAGS, 2);
  set(L.TB, L.TABLES);
  set(L.BUDGET, 100_000);
  for (let segment = 0; segment < 6; segment++) {
    set(L.SEG_LIMIT + segment * 4, 0xffffffff);
    set(L.SEG_ACCESS + segment * 4, segment === 1 ? 0xc0fb : 0xc0f3);
    set(L.SEG_SELECTOR + segment * 4, segment === 1 ? 0x73 : 0x7b);
  }
  set(L.FLAT_SEGMENTS, 0x10f);
  const compiler = new CountingCompiler();
  const held: number[] = [];
  const engine = new TieredEngine({
    cpu,
    memory,
    frames: { protect: (frame) => held.push(frame) },
    compiler,
    settings: { ...DEFAULT_JIT, mode: 'eager', store, ...settings },
    zones: () => ({ mmap: 0x80000, stack: 0xf0000 }),
  });
  expect(engine.run()).toBe(L.TRAP_SYSCALL);
  const eax = view.getUint32(L.CPU + L.EAX, true);
  engine.close();
  const counters = new Map(engine.counters());
  return { eax, jobs: compiler.jobs, counters, isProtected: held.includes(FRAME) };
}

function warmStore(): MapStore {
  const store = new MapStore();
  const { jobs, eax } = run(store, loop(3));
  expect({ eax, compiled: jobs > 0, blobs: store.blobs.size }).toEqual({
    eax: 3000,
    compiled: true,
    blobs: 1,
  });
  return store;
}

const kept = (store: MapStore): Kept[] =>
  [...store.blobs.values()].flatMap((bytes) => (decodeKept(bytes) ?? []).flat());

describe('a second run', () => {
  test('compiles nothing, and protects the frames of what it takes', () => {
    const store = warmStore();
    const { eax, jobs, counters, isProtected } = run(store, loop(3));
    expect({ eax, jobs, isProtected }).toEqual({ eax: 3000, jobs: 0, isProtected: true });
    expect(counters.get('regions from the cache')).toBe(kept(store).length);
    expect(counters.get('regions entered')).toBeGreaterThan(0);
    expect(counters.get('cache bytes written')).toBe(0);
  });

  test('of other code compiles that, and both are kept', () => {
    const store = warmStore();
    expect(run(store, loop(5))).toMatchObject({ eax: 5000 });
    for (const step of [3, 5]) expect(run(store, loop(step))).toMatchObject({ eax: step * 1000, jobs: 0 });
  });

  test('finds other code under the name it asks for, and does not use it', () => {
    const store = warmStore();
    const changed = kept(store).map((region) => ({
      ...region,
      spans: region.spans.map(({ address, code }) => {
        const other = code.slice();
        other[other.length - 1]! ^= 1;
        return { address, code: other };
      }),
    }));
    store.change(() => encodeKept([changed]));
    const { eax, jobs, counters } = run(store, loop(3));
    expect({ eax, compiled: jobs > 0 }).toEqual({ eax: 3000, compiled: true });
    expect(counters.get('cache bytes read')).toBeGreaterThan(0);
    expect(counters.get('regions from the cache')).toBe(0);
  });

  test('with other options compiles for these', () => {
    const store = warmStore();
    expect(run(store, loop(3), { disabled: ['add'] }).jobs).toBeGreaterThan(0);
    expect(store.blobs.size).toBe(2);
    expect(run(store, loop(3), { disabled: ['add'] }).jobs).toBe(0);
  });

  test('adds what is little to a blob in a second one', () => {
    const store = warmStore();
    // Many more than four times the bytes of one, whose blob has the imports' names too.
    const count = 100;
    const strangers = Array.from({ length: count }, (_, i) =>
      kept(store).map((region) => ({
        ...region,
        entries: [CODE + 0x100 * (i + 1)],
        spans: region.spans.map(({ code }) => ({ address: CODE + 0x100 * (i + 1), code })),
      })),
    ).flat();
    store.change(() => encodeKept([strangers]));
    expect(run(store, loop(3)).jobs).toBeGreaterThan(0);
    expect([...store.blobs.values()].map((bytes) => decodeKept(bytes)!.flat().length)).toEqual([count, 1]);
    expect(run(store, loop(3))).toMatchObject({ eax: 3000, jobs: 0 });
  });

  test('makes a module of the shelf that it uses, whatever else has been kept', () => {
    const store = warmStore();
    const held = run(store, loop(3)).counters.get('bytes held')!;
    const strangers = (i: number) =>
      kept(store).map((region) => ({
        ...region,
        entries: [CODE + 0x100 * (i + 1)],
        spans: region.spans.map(({ code }) => ({ address: CODE + 0x100 * (i + 1), code })),
      }));
    const others = Array.from({ length: 300 }, (_, i) => strangers(i));
    store.change((bytes) => encodeKept([...others, ...decodeKept(bytes)!]));
    const { eax, jobs, counters } = run(store, loop(3));
    expect({ eax, jobs, held: counters.get('bytes held') }).toEqual({ eax: 3000, jobs: 0, held });
  });

  test('that dumps what it compiles has to compile', () => {
    const store = warmStore();
    const { reads } = store;
    const dump = { kinds: ['ir'], write: () => {} } as const;
    expect(run(store, loop(3), { dump }).jobs).toBeGreaterThan(0);
    expect(store.reads).toBe(reads);
  });
});

describe('a blob that is not as it was written', () => {
  test.each<[what: string, change: (bytes: Uint8Array) => Uint8Array]>([
    ['empty', () => new Uint8Array()],
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['longer', (bytes) => Uint8Array.from([...bytes, 0])],
    ['of another format', (bytes) => bytes.map((byte, i) => (i === 3 ? byte + 1 : byte))],
    ['of many regions', (bytes) => bytes.map((byte, i) => (i === 10 ? 0xff : byte))],
    ['all ones', (bytes) => bytes.map((byte, i) => (i < 4 ? byte : 0xff))],
  ])('%s is absent, and written anew', (_, change) => {
    const store = warmStore();
    store.change(change);
    expect(run(store, loop(3)).jobs).toBeGreaterThan(0);
    expect(run(store, loop(3))).toMatchObject({ eax: 3000, jobs: 0 });
  });

  test.each<[what: string, change: (region: Kept) => Kept]>([
    ['code that is none', (region) => ({ ...region, body: region.body.map(() => 0xff) })],
    ['a type that there is not', (region) => ({ ...region, type: 99 })],
    [
      'imports that there are not',
      (region) => ({ ...region, prelude: region.prelude.map((b) => (b === 0x5f ? 0x5e : b ^ 1)) }),
    ],
    ['no imports at all', (region) => ({ ...region, prelude: new Uint8Array() })],
  ])('with %s is refused', (_, change) => {
    const store = warmStore();
    store.change((bytes) => encodeKept(decodeKept(bytes)!.map((shelf) => shelf.map(change))));
    const { eax, jobs, counters } = run(store, loop(3));
    expect({ eax, compiled: jobs > 0 }).toEqual({ eax: 3000, compiled: true });
    expect(counters.get('cached regions refused')).toBeGreaterThan(0);
    expect(counters.get('regions from the cache')).toBe(0);
  });

  test('cut anywhere, or with any byte of its index changed, harms nobody', () => {
    const [bytes] = warmStore().blobs.values();
    for (let length = 0; length < bytes!.length; length++)
      expect(decodeKept(bytes!.subarray(0, length))).toBeNull();
    for (let at = 0; at < 64; at++)
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const shelves = decodeKept(bytes!.map((byte, i) => (i === at ? value : byte)));
        for (const { body, spans } of (shelves ?? []).flat())
          expect(body.length + spans.length).toBeLessThanOrEqual(bytes!.length);
      }
  });
});
