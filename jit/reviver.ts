// Makes kept regions valid again: modules of many of them, then each, when it is asked for, in the function table,
// its frames protected, the jump cache told. Between the engine, which knows when, and the cache, which knows what.
import { PAGE_SIZE } from '../src/layout.ts';
import { type CodeView, type Made, pagesOf, type TranslationCache } from './cache.ts';
import type { CodeFrames } from './frames.ts';
import { equal, type Kept, type Shelf } from './kept.ts';
import { putTogether } from './module-parts.ts';
import type { LinkedModule, RegionTable } from './region-table.ts';
import type { Regions, TranslatedRegion } from './regions.ts';
import type { ResidentModule } from './residency.ts';
import type { ModuleStore } from './settings.ts';

export interface ReviverParts {
  readonly cache: TranslationCache;
  readonly modules: ModuleStore | null;
  readonly regions: Regions;
  readonly table: RegionTable;
  readonly memory: WebAssembly.Memory;
  readonly frames: CodeFrames;
  /** The frame that a page of the address space `tables` may be executed from, or -1. */
  readonly frameOf: (tables: number, page: number) => number;
}

interface Revived {
  readonly linked: LinkedModule;
  /** Its export. */
  readonly name: string;
  readonly module: ResidentModule<TranslatedRegion>;
}

/** Short programs are over before a blob is read: how often the engine asks until the cache is looked into. */
const ASKED = 1000;

export class Reviver {
  readonly cache: TranslationCache;
  readonly #parts: ReviverParts;
  /** Functions of kept regions, valid or not. */
  readonly #code = new Map<Kept, Revived>();
  /** Modules of shelves. */
  readonly #shelves = new Set<LinkedModule>();
  #asked = 0;

  constructor(parts: ReviverParts) {
    this.#parts = parts;
    this.cache = parts.cache;
  }

  /** Whether regions have come from the cache. */
  get serves(): boolean {
    return this.#shelves.size > 0;
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
    if (!this.#code.has(kept)) this.#make(this.cache.shelfOf(kept, view));
    const revived = this.#code.get(kept);
    if (revived === undefined) return false;
    this.cache.hit();
    this.#install(tables, kept, revived);
    return true;
  }

  /**
   * Gives each region of a shelf its function; those that make no module are refused. All go into the module, also
   * those that have a function, so that every run makes the same one and can use the machine code of another.
   */
  #make(shelf: Shelf): void {
    const { table, modules } = this.#parts;
    const rest = new Set(shelf);
    for (const { prelude } of rest) {
      const same = [...rest].filter((kept) => equal(kept.prelude, prelude));
      for (const kept of same) rest.delete(kept);
      try {
        const bytes = putTogether(prelude, same);
        const linked = table.link(modules?.module(bytes) ?? new WebAssembly.Module(bytes as BufferSource));
        this.#shelves.add(linked);
        const home: ResidentModule<TranslatedRegion> = {
          bytes: bytes.length,
          regions: new Set(),
          forget: () => {
            this.#shelves.delete(linked);
            for (const kept of same) if (this.#code.get(kept)?.module === home) this.#code.delete(kept);
          },
        };
        for (const [i, kept] of same.entries())
          if (!this.#code.has(kept)) this.#code.set(kept, { linked, name: `r${i}`, module: home });
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
    const { table, modules } = this.#parts;
    for (const linked of this.#shelves) modules?.keep(linked.module, Object.values(table.exportsOf(linked)));
  }

  #install(tables: number, kept: Kept, { linked, name, module }: Revived): void {
    const { regions, frames, frameOf } = this.#parts;
    const held = pagesOf(kept).map((page) => [page, frameOf(tables, page)] as const);
    const own = kept.spans
      .slice(0, kept.own)
      .map((span) => [span.address, span.address + span.code.length] as const);
    const region = regions.add(
      { entries: kept.entries, pages: held, insns: kept.insns, own, module },
      linked,
      name,
    );
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
