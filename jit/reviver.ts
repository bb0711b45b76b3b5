// Makes kept regions valid again: modules of many of them, then each, when it is asked for, in the function table,
// its frames protected, the jump cache told. Between the engine, which knows when, and the cache, which knows what.
import type { CpuExports } from '../src/interpreter.ts';
import { PAGE_SIZE } from '../src/layout.ts';
import { type CodeView, type Made, pagesOf, type TranslationCache } from './cache.ts';
import type { CodeFrames } from './frames.ts';
import { equal, type Kept } from './kept.ts';
import { putTogether } from './module-parts.ts';
import type { Regions, TranslatedRegion } from './regions.ts';
import type { ResidentModule } from './residency.ts';
import type { ModuleStore } from './settings.ts';

export interface ReviverParts {
  readonly cache: TranslationCache;
  readonly modules: ModuleStore | null;
  readonly regions: Regions;
  readonly memory: WebAssembly.Memory;
  readonly cpu: CpuExports;
  readonly frames: CodeFrames;
  /** The frame that a page of the address space `tables` may be executed from, or -1. */
  readonly frameOf: (tables: number, page: number) => number;
}

interface Revived {
  readonly code: unknown;
  readonly module: ResidentModule<TranslatedRegion>;
}

/** Short programs are over before a blob is read: how often the engine asks until the cache is looked into. */
const ASKED = 1000;

export class Reviver {
  readonly cache: TranslationCache;
  readonly #parts: ReviverParts;
  /** Functions of kept regions, valid or not. */
  readonly #code = new Map<Kept, Revived>();
  /** Modules of all that is in a blob, with their exports. */
  readonly #whole = new Set<readonly [WebAssembly.Module, WebAssembly.Exports]>();
  #asked = 0;

  constructor(parts: ReviverParts) {
    this.#parts = parts;
    this.cache = parts.cache;
  }

  /** Whether it is too early to look for kept regions: the question is to be put again. */
  early(): boolean {
    return this.#asked < ASKED && this.#asked++ < ASKED;
  }

  /** Whether there is a kept region for `entry`. */
  has(tables: number, entry: number): boolean {
    return this.cache.find(entry, this.#view(tables)) !== undefined;
  }

  /** Whether `revive` protects a frame: not while a region runs, which would not notice. */
  protects(tables: number, entry: number): boolean {
    const kept = this.cache.find(entry, this.#view(tables));
    const { regions, frameOf } = this.#parts;
    return kept !== undefined && pagesOf(kept).some((page) => !regions.covers(frameOf(tables, page)));
  }

  /** True if there is a region for `entry` now. */
  revive(tables: number, entry: number): boolean {
    const view = this.#view(tables);
    const kept = this.cache.find(entry, view);
    if (kept === undefined) return false;
    if (this.#parts.regions.find(entry, view.frameOf) !== undefined) return true;
    if (!this.#code.has(kept)) this.#make(this.cache.take(kept, view));
    const revived = this.#code.get(kept);
    if (revived === undefined) return false;
    this.cache.hit();
    this.#install(tables, kept, revived);
    return true;
  }

  /**
   * Gives each region its function; those that make no module are refused. Of several, all go into the module, also
   * those that have a function, so that every run makes the same one and can use the machine code of another.
   */
  #make(wanted: readonly Kept[]): void {
    const { memory, cpu, modules } = this.#parts;
    const imports = { env: { memory }, cpu: cpu as unknown as Record<string, () => void> };
    const store = wanted.length > 1 ? modules : null;
    const rest = new Set(wanted);
    for (const { prelude } of rest) {
      const same = [...rest].filter((kept) => equal(kept.prelude, prelude));
      for (const kept of same) rest.delete(kept);
      try {
        const bytes = putTogether(prelude, same);
        const module = store?.module(bytes) ?? new WebAssembly.Module(bytes as BufferSource);
        const { exports } = new WebAssembly.Instance(module, imports);
        const whole = [module, exports] as const;
        if (store !== null) this.#whole.add(whole);
        const home: ResidentModule<TranslatedRegion> = {
          bytes: bytes.length,
          regions: new Set(),
          forget: () => {
            this.#whole.delete(whole);
            for (const kept of same) if (this.#code.get(kept)?.module === home) this.#code.delete(kept);
          },
        };
        for (const [i, kept] of same.entries())
          if (!this.#code.has(kept)) this.#code.set(kept, { code: exports[`r${i}`], module: home });
      } catch {
        this.cache.refuse(same);
      }
    }
  }

  /** Keeps what was compiled: `made[i]` is function `r<i>` of the module, null if it was not installed. */
  keep(tables: number, module: Uint8Array, made: readonly (Made | null)[]): void {
    this.cache.add(module, made, this.#view(tables));
  }

  /** Keeps what has been made in this run. */
  close(): void {
    this.cache.flush();
    for (const [module, exports] of this.#whole) this.#parts.modules!.keep(module, Object.values(exports));
  }

  #install(tables: number, kept: Kept, { code, module }: Revived): void {
    const { regions, frames, frameOf } = this.#parts;
    const held = pagesOf(kept).map((page) => [page, frameOf(tables, page)] as const);
    const own = kept.spans
      .slice(0, kept.own)
      .map((span) => [span.address, span.address + span.code.length] as const);
    const region = regions.add({ entries: kept.entries, pages: held, insns: kept.insns, own, module }, code);
    for (const [, frame] of held) frames.protect(frame);
    for (const entry of kept.entries) regions.install(tables, region, entry);
  }

  #view(tables: number): CodeView {
    const { memory, frameOf } = this.#parts;
    return {
      frameOf: (page) => frameOf(tables, page),
      bytes: (frame) => new Uint8Array(memory.buffer, frame * PAGE_SIZE, PAGE_SIZE),
    };
  }
}
