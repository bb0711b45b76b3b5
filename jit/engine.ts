// TieredEngine: the interpreter, and regions for what is hot. The interpreter counts arrivals at targets in the
// jump cache and asks here when a count is used up; a region that there is already is installed, else it is
// asked of the compiler, and installed when that has answered and no region is running.
import type { Counter, Engine, Trap } from '../src/engine.ts';
import { type CpuExports, createInterpreter, type Tier } from '../src/interpreter.ts';
import {
  COUNT_CALLED,
  COUNT_ENTERED,
  COUNT_INTERPRETED,
  COUNT_LEFT,
  COUNT_SPENT,
  COUNT_STEPPED,
  COUNT_UNTRANSLATED,
  COUNT_UNWOUND,
  CPU,
  EAX,
  EIP,
  ENTRY_BIAS,
  EXTENT_COUNT,
  EXTENT_LOW,
  EXTENT_SIZE,
  EXTENT_SPAN,
  EXTENTS,
  HOT_NOTHING,
  HOT_RECORD,
  HOT_UNWIND,
  JUMP_COUNT,
  JUMP_EIP,
  JUMP_FN,
  JUMP_STAGE,
  MODEL,
  MODEL_FEATURES,
  NOWHERE,
  PAGE_SHIFT,
  PAGE_SIZE,
  PF_WRITE,
  R_TABLE,
  REGION_CODE,
  REGION_UNWIND,
  SEG_BASE,
  TB,
  TIER_COUNTS,
  TRACE,
  TRACE_ENTRY,
  TRAP_ERROR,
  TRAP_FAULT,
  X_BITMAP,
} from '../src/layout.ts';
import { type Made, TranslationCache } from './cache.ts';
import type { Job, Result, Translated } from './compiler.ts';
import { Coverage } from './coverage.ts';
import type { CodeFrames, Zones } from './frames.ts';
import { type LinkedModule, RegionTable } from './region-table.ts';
import { Regions, type TranslatedRegion } from './regions.ts';
import { DEFAULT_BOUND, type ResidentModule } from './residency.ts';
import { Reviver } from './reviver.ts';
import type { JitSettings } from './settings.ts';
import { hasTailCalls } from './tail-calls.ts';
import type { Span } from './territory.ts';
import { Verifier } from './verify.ts';
import { VERSION } from './version.ts';

/** Makes translations: at once, or on another thread. */
export interface Compiler {
  request(job: Job): void;
  /** An answer that has come, or null. */
  poll(): Result | null;
  close?(): void;
}

export interface TierParts {
  readonly cpu: BufferSource | WebAssembly.Module;
  /** The CPU model lies in it already. */
  readonly memory: WebAssembly.Memory;
  readonly frames: CodeFrames;
  readonly compiler: Compiler;
  readonly settings: JitSettings;
  /** Zones of the address space with this table base. */
  readonly zones: (tables: number) => Zones;
}

/** Arrivals at a target until its existing region is looked up, and then until each recording. */
const PATIENCE = 12;
const INTERVAL = 2000;
/** Recordings before a region is asked for. */
const RECORDINGS = 3;
/** Arrivals at code in the middle of a region until it is translated for those who arrive there. */
const OWNED = 30_000;
/** The same, when that region was made while it waited to be asked for. */
const AGAIN = 8000;
/** Arrivals until the question is put again for code that is being compiled, or cannot be. */
const LATER = 4000;
const NEVER = 0x7fffffff;
/** Regions up to which new ones call others by the table: every module has a copy of it. */
const CALLING = 2000;
const GS = 5;
/**
 * Instructions interpreted before the compiler is asked for the first time: its start takes as long as some
 * 60 million. That is what is waited for where the cache serves, which may be all that a program needs.
 */
const START = 10_000_000;
const START_SERVED = 60_000_000;
/** How often code of a page may be overwritten before it is left to the interpreter. */
const CHURN = 12;
/** Entries that go together into a job: the guest's hottest code is not to wait for all the rest. */
const BATCH = 40;
/** Pages around an entry whose bytes go with a job. */
const AROUND = 6;

interface Sent {
  /** By page number, with the frames they came from. */
  readonly pages: ReadonlyMap<number, { readonly frame: number; readonly bytes: Uint8Array }>;
  /** Regions by their numbers in the job. */
  readonly owners: readonly TranslatedRegion[];
}

interface Counts {
  regions: number;
  modules: number;
  bytes: number;
  insns: number;
  /** Milliseconds. */
  time: number;
}

export class TieredEngine implements Engine {
  readonly memory: WebAssembly.Memory;
  readonly #counts: Counts = { regions: 0, modules: 0, bytes: 0, insns: 0, time: 0 };
  readonly #parts: TierParts;
  readonly #exports: CpuExports;
  readonly copyState: Engine['copyState'];
  readonly #run: () => Trap;
  /** Calls and page faults within a run are its matter. */
  readonly #interpreter: Engine;
  readonly #loadSegment: (register: number, selector: number) => boolean;
  readonly #table: RegionTable;
  readonly #regions: Regions;
  readonly #eager: boolean;
  readonly #tails = hasTailCalls();
  readonly #instructions: number;
  /** Regions of earlier runs; null: none are kept. */
  readonly #reviver: Reviver | null;
  /** Hot entries that wait for the stack to be free of regions. */
  readonly #waiting: number[] = [];
  readonly #revivable: number[] = [];
  /** What went with the jobs under way. */
  readonly #jobs = new Map<number, Sent>();
  readonly #asked = new Set<number>();
  /** How often translated code of a linear page was overwritten. */
  readonly #churn = new Map<number, number>();
  readonly #coverage = new Coverage();
  #nextJob = 1;
  /** The instruction whose store has ended the last run by a page fault, or -1. */
  #faulted = -1;
  readonly #verifier: Verifier | null = null;
  /** With verify: the instructions of each region, by its slot. */
  readonly #texts = new Map<number, string>();

  constructor(parts: TierParts) {
    this.#parts = parts;
    this.memory = parts.memory;
    this.#instructions = new Uint32Array(parts.memory.buffer)[(MODEL + MODEL_FEATURES) >> 2]!;
    this.#eager = parts.settings.mode === 'eager';
    const tier: Tier = {
      hot: (eip, depth) => this.#hot(eip, depth),
      settled: () => this.#settled(),
      recorded: (count) =>
        this.#coverage.add(new Uint32Array(this.memory.buffer, TRACE, (count * TRACE_ENTRY) / 4)),
      verified: (slot) => this.#verifier!.enter(slot),
    };
    const interpreter = createInterpreter(parts.cpu, parts.memory, tier);
    this.#interpreter = interpreter;
    this.copyState = interpreter.copyState;
    this.#exports = interpreter.exports;
    this.#exports.setPatience(this.#eager ? 0 : PATIENCE);
    const calls = interpreter.exports as unknown as Record<string, unknown>;
    this.#table = new RegionTable(
      parts.memory,
      interpreter.exports.table,
      parts.settings.verify ? { ...calls, dispatch: () => this.#stay(), proceed: () => this.#stay() } : calls,
      calls.dispatch,
    );
    this.#run = () => interpreter.run();
    this.#loadSegment = (register, selector) => interpreter.loadSegment(register, selector);
    this.#regions = new Regions(parts.memory, this.#table, parts.settings.bound ?? DEFAULT_BOUND);
    if (parts.settings.verify) {
      this.#exports.setVerifying(true);
      this.#verifier = new Verifier(parts.memory, this.#exports, (slot) => this.#texts.get(slot)!);
    }
    const { store, modules, dump, disabled } = parts.settings;
    // What is to be shown has to be made.
    this.#reviver =
      store === null || dump !== null || parts.settings.verify
        ? null
        : new Reviver({
            cache: new TranslationCache(
              store,
              `${VERSION} ${this.#tails} ${this.#instructions} ${[...disabled].sort().join()}`,
            ),
            modules,
            regions: this.#regions,
            table: this.#table,
            memory: parts.memory,
            frames: parts.frames,
            frameOf: (tables, page) => this.#frameOf(tables, page),
          });
  }

  run(): Trap {
    this.#settled();
    const eip = this.#word(EIP);
    // A store that has faulted is interpreted: if it writes to code, a region of its page would be in the way again.
    if (this.#eager && eip !== this.#faulted) {
      const tables = this.#word(TB);
      const at = this.#regions.entryFor(tables, eip);
      const words = this.#regions.words;
      const isThere = words[(at + JUMP_EIP) >> 2] === (eip | 0) && words[(at + JUMP_FN) >> 2] !== 0;
      // A page that is not there yet has no code to ask for.
      if (!isThere && this.#frameOf(tables, eip >>> PAGE_SHIFT) !== -1) this.#hot(eip, 0);
    }
    const trap = this.#run();
    const stored = trap === TRAP_FAULT && (this.#word(TRAP_ERROR) & PF_WRITE) !== 0;
    this.#faulted = stored ? this.#word(EIP) : -1;
    return trap;
  }

  get onCall(): Engine['onCall'] {
    return this.#interpreter.onCall;
  }
  set onCall(call: Engine['onCall']) {
    this.#interpreter.onCall = call;
  }

  get onFault(): Engine['onFault'] {
    return this.#interpreter.onFault;
  }
  set onFault(fault: Engine['onFault']) {
    this.#interpreter.onFault = fault;
  }

  loadSegment(register: number, selector: number): boolean {
    return this.#loadSegment(register, selector);
  }

  counters(): readonly Counter[] {
    const { regions, modules, bytes, insns, time } = this.#counts;
    const count = (offset: number): number => this.#count(offset);
    const { residency } = this.#regions;
    return [
      ['instructions interpreted', count(COUNT_INTERPRETED)],
      ['regions entered', count(COUNT_ENTERED)],
      ['regions called by dispatch', count(COUNT_CALLED)],
      ['untranslated code called', count(COUNT_UNTRANSLATED)],
      ['left for another region', count(COUNT_LEFT)],
      ['left for the interpreter', count(COUNT_STEPPED)],
      ['left without budget', count(COUNT_SPENT)],
      ['left with their callers', count(COUNT_UNWOUND)],
      ['regions', regions],
      ['regions dropped', this.#regions.dropped],
      ['regions evicted', residency.evicted],
      ['modules', modules],
      ['modules held', residency.modules],
      ['bytes held', residency.bytes],
      ['tables given up', this.#table.renewed],
      ['module bytes', bytes],
      ['instructions compiled', insns],
      ['compile time, us', Math.round(time * 1000)],
      ...(this.#reviver?.cache.counters() ?? []),
    ];
  }

  /** One of the TIER_COUNTS. */
  #count(offset: number): number {
    const at = (TIER_COUNTS + offset) >> 2;
    const words = this.#regions.words;
    return (words[at + 1]! >>> 0) * 2 ** 32 + (words[at]! >>> 0);
  }

  close(): void {
    this.#parts.compiler.close?.();
    this.#reviver?.close();
  }

  invalidateFrame(frame: number): void {
    for (const page of this.#regions.drop(frame)) this.#overwritten(page);
  }

  #overwritten(page: number): void {
    this.#churn.set(page, (this.#churn.get(page) ?? 0) + 1);
  }

  /** With verify: what a region asks for a call's sake ends it. */
  #stay(): number {
    this.#regions.words[(CPU + REGION_CODE) >> 2] = REGION_UNWIND;
    return NOWHERE;
  }

  #word(offset: number): number {
    return this.#regions.words[(CPU + offset) >> 2]! >>> 0;
  }

  /** The frame that `page` may be executed from, or -1. */
  #frameOf(tables: number, page: number): number {
    const words = this.#regions.words;
    const entry = words[((tables + R_TABLE) >> 2) + page]!;
    if (entry === 0) return -1;
    const bits = words[((tables + X_BITMAP) >> 2) + (page >>> 5)]!;
    if (((bits >>> (page & 31)) & 1) === 0) return -1;
    return (((entry - ENTRY_BIAS) >>> PAGE_SHIFT) + page) & 0xfffff;
  }

  // ---- asked by the interpreter ----

  #hot(eip: number, depth: number): number {
    const tables = this.#word(TB);
    const region = this.#regions.find(eip, (page) => this.#frameOf(tables, page));
    if (region !== undefined) {
      this.#regions.install(tables, region, eip);
      return HOT_NOTHING;
    }
    const at = this.#regions.entryFor(tables, eip);
    const words = this.#regions.words;
    words[(at + JUMP_EIP) >> 2] = eip;
    words[(at + JUMP_FN) >> 2] = 0;
    if (this.#reviver !== null && !this.#eager && this.#reviver.early()) {
      words[(at + JUMP_COUNT) >> 2] = PATIENCE;
      return HOT_NOTHING;
    }
    if (this.#reviver?.has(tables, eip)) {
      if (depth > 0 && this.#reviver.protects(tables, eip)) {
        this.#revivable.push(eip);
        return HOT_UNWIND;
      }
      if (this.#reviver.revive(tables, eip)) return HOT_NOTHING;
    }
    const churn = this.#eager ? 0 : (this.#churn.get(eip >>> PAGE_SHIFT) ?? 0);
    // JUMP_STAGE: how often it was recorded, plus one.
    const stage = words[(at + JUMP_STAGE) >> 2]!;
    if (!this.#eager && stage <= RECORDINGS) {
      words[(at + JUMP_STAGE) >> 2] = stage + 1;
      words[(at + JUMP_COUNT) >> 2] = INTERVAL << Math.min(churn, 8);
      return stage === 0 ? HOT_NOTHING : HOT_RECORD;
    }
    // Code in the middle of another region is to be translated again for those who enter there.
    if (!this.#eager && stage === RECORDINGS + 1 && this.#isOwned(tables, eip)) {
      words[(at + JUMP_STAGE) >> 2] = stage + 1;
      words[(at + JUMP_COUNT) >> 2] = OWNED;
      return HOT_NOTHING;
    }
    words[(at + JUMP_COUNT) >> 2] = this.#eager || churn > CHURN ? NEVER : LATER;
    if (this.#asked.has(eip) || churn > CHURN) return HOT_NOTHING;
    const start = this.#reviver?.serves ? START_SERVED : START;
    if (this.#nextJob === 1 && !this.#eager && this.#count(COUNT_INTERPRETED) < start) {
      words[(at + JUMP_COUNT) >> 2] = INTERVAL;
      return HOT_NOTHING;
    }
    this.#waiting.push(eip);
    this.#asked.add(eip);
    // One job at a time: what becomes hot meanwhile goes together into the next.
    if (this.#jobs.size > 0 && !this.#eager) return HOT_NOTHING;
    if (depth > 0) return HOT_UNWIND;
    this.#settled();
    return HOT_NOTHING;
  }

  #isOwned(tables: number, eip: number): boolean {
    for (const { own } of this.#regions.of(eip >>> PAGE_SHIFT, (page) => this.#frameOf(tables, page)))
      if (own.some(([start, end]) => start <= eip && eip < end)) return true;
    return false;
  }

  /** No region is running: what was put off is done. */
  #settled(): void {
    for (const eip of this.#revivable.splice(0)) this.#reviver!.revive(this.#word(TB), eip);
    if (this.#jobs.size > 0) this.#collect();
    if (this.#jobs.size === 0 && this.#waiting.length > 0) {
      const entries = this.#next();
      if (entries.length > 0) this.#ask(this.#word(TB), entries);
      this.#collect();
    }
    this.#regions.residency.makeRoom();
    this.#table.renew();
  }

  /** The entries of the next job: those that waited longest, but for those that another job's region has meanwhile. */
  #next(): number[] {
    if (this.#eager) return this.#waiting.splice(0);
    const tables = this.#word(TB);
    const next: number[] = [];
    while (next.length < BATCH && this.#waiting.length > 0) {
      const entry = this.#waiting.shift()!;
      if (!this.#againLater(tables, entry)) next.push(entry);
    }
    return next;
  }

  /** A new region that has the entry in its middle may be all that was missing: the entry counts once more. */
  #againLater(tables: number, entry: number): boolean {
    if (!this.#isOwned(tables, entry)) return false;
    const at = this.#regions.entryFor(tables, entry);
    const words = this.#regions.words;
    if (words[(at + JUMP_EIP) >> 2] !== (entry | 0) || words[(at + JUMP_STAGE) >> 2] !== RECORDINGS + 1)
      return false;
    words[(at + JUMP_STAGE) >> 2] = RECORDINGS + 2;
    words[(at + JUMP_COUNT) >> 2] = AGAIN;
    this.#asked.delete(entry);
    return true;
  }

  #ask(tables: number, entries: readonly number[]): void {
    const { compiler, settings, zones } = this.#parts;
    const sent = new Map<number, { frame: number; bytes: Uint8Array }>();
    const bytes = new Uint8Array(this.memory.buffer);
    for (const entry of entries) {
      const middle = entry >>> PAGE_SHIFT;
      for (let page = Math.max(0, middle - AROUND); page <= Math.min(0xfffff, middle + AROUND); page++) {
        if (sent.has(page)) continue;
        const frame = this.#frameOf(tables, page);
        if (frame === -1) continue;
        sent.set(page, { frame, bytes: bytes.slice(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE) });
      }
    }
    const registers = Array.from({ length: 8 }, (_, r) => this.#word(EAX + r * 4));
    const { mmap, stack } = zones(tables);
    const frameOf = (page: number): number => this.#frameOf(tables, page);
    const around = [...sent.keys()].flatMap((page) => [...this.#regions.of(page, frameOf)]);
    const owners = [...new Set(around)].filter(({ taken }) => !taken);
    const id = this.#nextJob++;
    this.#jobs.set(id, { pages: sent, owners });
    compiler.request({
      id,
      wanted: entries.map((entry) => ({ entry, registers })),
      pages: [...sent].map(([page, { bytes: copy }]) => [page, copy] as const),
      zones: [mmap, stack],
      extents: this.#extents(tables),
      gs: this.#word(SEG_BASE + GS * 4),
      instructions: this.#instructions,
      disabled: settings.disabled,
      coverage: this.#coverage.extract(sent.keys()),
      owners: owners.map(({ entries: at, insns }, id) => ({ id, entries: at.slice(0, 1), insns })),
      calls: !settings.verify && this.#regions.count < CALLING,
      tails: this.#tails,
      verify: settings.verify,
      texts: [...new Set([...(settings.dump?.kinds ?? []), ...(settings.verify ? ['in_asm' as const] : [])])],
    });
  }

  #extents(tables: number): Span[] {
    const words = this.#regions.words;
    return Array.from({ length: EXTENT_COUNT }, (_, i) => {
      const at = tables + EXTENTS + i * EXTENT_SIZE;
      const low = words[(at + EXTENT_LOW) >> 2]! >>> 0;
      return [low, low + (words[(at + EXTENT_SPAN) >> 2]! >>> 0)] as const;
    });
  }

  #collect(): void {
    for (;;) {
      const result = this.#parts.compiler.poll();
      if (result === null) return;
      this.#accept(result);
    }
  }

  #accept(result: Result): void {
    const sent = this.#jobs.get(result.id)!;
    this.#jobs.delete(result.id);
    const counts = this.#counts;
    counts.time += result.time;
    counts.modules++;
    counts.bytes += result.module.length;
    const linked = this.#table.link(new WebAssembly.Module(result.module as BufferSource));
    const home: ResidentModule<TranslatedRegion> = { bytes: result.module.length, regions: new Set() };
    const installed: (Made | null)[] = [];
    for (const region of result.regions) {
      for (const entry of region.entries) this.#asked.delete(entry);
      for (const kind of this.#parts.settings.dump?.kinds ?? [])
        this.#parts.settings.dump!.write(region.texts[kind] ?? '');
      if (region.name === null) continue;
      installed.push(this.#install(region, sent, home, linked) ? region : null);
    }
    this.#reviver?.keep(this.#word(TB), result.module, installed);
  }

  #install(
    made: Translated,
    { pages: sent, owners }: Sent,
    module: ResidentModule<TranslatedRegion>,
    linked: LinkedModule,
  ): boolean {
    const { entries, pages, insns, texts } = made;
    const tables = this.#word(TB);
    const held = pages.map((page) => [page, sent.get(page)!.frame] as const);
    if (held.some(([page, frame]) => this.#frameOf(tables, page) !== frame)) return false;
    const changed = pages.filter((page) => !this.#unchanged(sent.get(page)!));
    // Overwritten before it was of use.
    for (const page of changed) this.#overwritten(page);
    if (changed.length > 0) return false;
    this.#counts.regions++;
    this.#counts.insns += insns;
    for (const id of made.taken) owners[id]!.taken = true;
    const own = made.spans.slice(0, made.own);
    const region = this.#regions.add({ entries, pages: held, insns, own, module }, linked, made.name!);
    if (this.#verifier !== null) this.#texts.set(region.slot, texts.in_asm!);
    for (const [, frame] of held) this.#parts.frames.protect(frame);
    for (const entry of entries) this.#regions.install(tables, region, entry);
    return true;
  }

  /** Whether a page still holds the bytes that were translated. */
  #unchanged({ frame, bytes }: { readonly frame: number; readonly bytes: Uint8Array }): boolean {
    const now = new Int32Array(this.memory.buffer, frame * PAGE_SIZE, PAGE_SIZE / 4);
    const then = new Int32Array(bytes.buffer, bytes.byteOffset, PAGE_SIZE / 4);
    return then.every((word, i) => word === now[i]);
  }
}
