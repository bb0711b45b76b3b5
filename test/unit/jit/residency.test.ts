// How much translated code stays: what is entered again and again survives, what is not goes first, the bound holds;
// and a guest with more code than the bound allows computes what it should.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, type Job, type Result } from '../../../jit/compiler.ts';
import { TieredEngine } from '../../../jit/engine.ts';
import { type Bound, Residency, type ResidentModule } from '../../../jit/residency.ts';
import { DEFAULT_JIT, type JitMode } from '../../../jit/settings.ts';
import * as L from '../../../src/layout.ts';
import { projectRoot } from '../../support/native-oracle.ts';

type Named = ResidentModule<string>;

class Clock {
  readonly hidden: string[] = [];
  readonly residency: Residency<string>;
  readonly #home = new Map<string, Named>();

  constructor(bound: Bound) {
    this.residency = new Residency(
      bound,
      (region) => this.hidden.push(region),
      (region) => this.residency.remove(this.#home.get(region)!, region),
    );
  }
  /** A module of one region for each name. */
  come(bytes: number, ...names: readonly string[]): void {
    const module: Named = { bytes, regions: new Set() };
    for (const name of names) {
      this.#home.set(name, module);
      this.residency.add(module, name);
    }
    this.residency.makeRoom();
  }
  /** An arrival at a region: noticed only if it is hidden. */
  arrive(name: string): void {
    if (!this.hidden.includes(name)) return;
    this.hidden.splice(this.hidden.indexOf(name), 1);
    this.residency.used(this.#home.get(name)!);
  }
  has(name: string): boolean {
    return this.#home.get(name)?.regions.has(name) === true;
  }
}

describe('residency', () => {
  test('hides nothing while there is little', () => {
    const clock = new Clock({ bytes: 100, regions: 100 });
    for (let i = 0; i < 5; i++) clock.come(10, `r${i}`);
    expect(clock.hidden).toEqual([]);
    expect(clock.residency).toMatchObject({ bytes: 50, regions: 5, modules: 5, evicted: 0 });
  });

  test.each([
    ['bytes', { bytes: 100, regions: 1000 }],
    ['regions', { bytes: 10_000, regions: 10 }],
  ])('keeps what is entered, and the bound of %s', (_what, bound) => {
    const clock = new Clock(bound);
    for (let i = 0; i < 200; i++) {
      clock.come(10, `r${i}`);
      for (const name of ['r0', 'r3', 'r7']) clock.arrive(name);
      expect(clock.residency.bytes).toBeLessThanOrEqual(bound.bytes);
      expect(clock.residency.regions).toBeLessThanOrEqual(bound.regions);
      expect(clock.has(`r${i}`)).toBe(true);
    }
    for (const name of ['r0', 'r3', 'r7']) expect(clock.has(name)).toBe(true);
    expect(clock.has('r1')).toBe(false);
    expect(clock.residency.evicted).toBeGreaterThan(150);
  });

  test('of a module all goes at once, and counts when its last region is gone', () => {
    const clock = new Clock({ bytes: 100, regions: 100 });
    clock.come(60, 'a', 'b', 'c');
    clock.come(30, 'd');
    clock.come(30, 'e');
    expect(['a', 'b', 'c'].map((name) => clock.has(name))).toEqual([false, false, false]);
    expect(clock.residency).toMatchObject({ bytes: 60, regions: 2, modules: 2, evicted: 3 });
  });

  test('one module larger than the bound stays, since it is what runs', () => {
    const clock = new Clock({ bytes: 100, regions: 100 });
    clock.come(10, 'small');
    clock.come(500, 'large');
    expect([clock.has('small'), clock.has('large')]).toEqual([false, true]);
  });
});

// ---- with an engine ----

const CODE = 0x08048000;
const LOOPS = 20;
const TURNS = 50;
const cpu = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));
const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/** Loops that computed jumps lead through, so that each is a region; all of it `rounds` times. */
function guest(rounds: number): number[] {
  const code = [0xbe, ...word(rounds)]; // mov esi, rounds
  const start = code.length;
  for (let k = 0; k < LOOPS; k++) {
    code.push(0xb9, ...word(TURNS), 0x83, 0xc0, k, 0x49, 0x75, 0xfa); // mov ecx; l: add eax, k; dec ecx; jnz l
    code.push(0xba, ...word(CODE + code.length + 7), 0xff, 0xe2); // mov edx, next; jmp edx
  }
  code.push(0x4e, 0x0f, 0x85, ...word(start - (code.length + 7))); // dec esi; jnz start
  return [...code, 0xcd, 0x80];
}

function run(
  mode: JitMode,
  bound: Bound | undefined,
  rounds: number,
): { eax: number; counters: Map<string, number> } {
  const memory = new WebAssembly.Memory({ initial: (L.FRAMES >>> 16) + 1, maximum: 65536 });
  const view = new DataView(memory.buffer);
  new Uint8Array(memory.buffer, L.FRAMES, L.PAGE_SIZE).set(guest(rounds));
  const page = CODE >>> L.PAGE_SHIFT;
  view.setInt32(L.TABLES + L.R_TABLE + page * 4, L.FRAMES - CODE + L.ENTRY_BIAS, true);
  view.setUint8(L.TABLES + L.X_BITMAP + (page >>> 3), 1 << (page & 7));
  const set = (offset: number, value: number): void => view.setUint32(L.CPU + offset, value, true);
  set(L.EIP, CODE);
  set(L.EFLAGS, 2);
  set(L.TB, L.TABLES);
  set(L.BUDGET, 10_000_000);
  for (let segment = 0; segment < 6; segment++) {
    set(L.SEG_LIMIT + segment * 4, 0xffffffff);
    set(L.SEG_ACCESS + segment * 4, segment === 1 ? 0xc0fb : 0xc0f3);
    set(L.SEG_SELECTOR + segment * 4, segment === 1 ? 0x73 : 0x7b);
  }
  set(L.FLAT_SEGMENTS, 0x10f);
  // What was translated once is the same when it is asked for again: nothing is recorded in eager mode.
  const known = new Map<string, Result>();
  const results: Result[] = [];
  const request = (job: Job): void => {
    const entries = job.wanted.map(({ entry }) => entry).join();
    const result = known.get(entries) ?? compile(job, () => 0);
    known.set(entries, result);
    results.push({ ...result, id: job.id });
  };
  const engine = new TieredEngine({
    cpu,
    memory,
    frames: { protect: () => {} },
    compiler: { request, poll: () => results.shift() ?? null },
    settings: { ...DEFAULT_JIT, mode, bound },
    zones: () => ({ mmap: 0x80000, stack: 0xf0000 }),
  });
  expect(engine.run()).toBe(L.TRAP_SYSCALL);
  return { eax: view.getUint32(L.CPU + L.EAX, true), counters: new Map(engine.counters()) };
}

describe('a guest with more code than may stay', () => {
  const sum = (rounds: number): number => (rounds * TURNS * (LOOPS * (LOOPS - 1))) / 2;
  const bound = { bytes: 1 << 30, regions: 6 };

  test('computes the same, within the bound', () => {
    const free = run('eager', undefined, 3);
    expect(free.eax).toBe(sum(3));
    expect(free.counters.get('regions evicted')).toBe(0);
    expect(free.counters.get('modules held')).toBeGreaterThan(LOOPS / 2);

    const { eax, counters } = run('eager', bound, 3);
    expect(eax).toBe(sum(3));
    expect(counters.get('modules held')).toBeLessThanOrEqual(bound.regions);
    expect(counters.get('bytes held')).toBeLessThan(free.counters.get('bytes held')!);
    expect(counters.get('regions evicted')).toBeGreaterThan(LOOPS);
  });

  test('computes the same when the table by which regions call has been given up', () => {
    const { eax, counters } = run('eager', bound, 25);
    expect(eax).toBe(sum(25));
    expect(counters.get('modules')).toBeGreaterThan(300);
    expect(counters.get('tables given up')).toBeGreaterThan(0);
  });
});
