// Translated regions: by entry, by page frame, in the function table, and in the jump caches. A region is valid
// while each of its pages holds the frame it was made from, in the address space that runs it, and none of those
// frames has been written.
import { JUMP_COUNT, JUMP_EIP, JUMP_ENTRY_SIZE, JUMP_FN } from '../src/layout.ts';
import { jumpOffset } from './exits.ts';
import type { LinkedModule, RegionTable } from './region-table.ts';
import { type Bound, Residency, type ResidentModule } from './residency.ts';
import type { Span } from './territory.ts';

export interface TranslatedRegion {
  readonly entries: readonly number[];
  /** Linear pages and the frames they held. */
  readonly pages: readonly (readonly [page: number, frame: number])[];
  /** Slot in the function table. */
  readonly slot: number;
  readonly insns: number;
  readonly module: ResidentModule<TranslatedRegion>;
  /** What of its code belongs to it. */
  readonly own: readonly Span[];
  /** A larger region has it in it. */
  taken: boolean;
  /** Addresses of the jump cache entries that lead here. */
  readonly installed: Set<number>;
}

export class Regions {
  readonly #memory: WebAssembly.Memory;
  readonly #table: RegionTable;
  readonly #byEntry = new Map<number, TranslatedRegion[]>();
  readonly #byFrame = new Map<number, Set<TranslatedRegion>>();
  #words: Int32Array;
  readonly residency: Residency<TranslatedRegion>;
  /** Regions dropped because their code was written. */
  dropped = 0;

  constructor(memory: WebAssembly.Memory, table: RegionTable, bound: Bound) {
    this.#memory = memory;
    this.#table = table;
    this.#words = new Int32Array(memory.buffer);
    this.residency = new Residency(
      bound,
      (region) => this.#hide(region),
      (region) => this.#remove(region),
    );
  }

  /** Regions that are valid. */
  get count(): number {
    return this.residency.regions;
  }

  /** Views of a memory that grows become empty. */
  get words(): Int32Array {
    if (this.#words.length === 0) this.#words = new Int32Array(this.#memory.buffer);
    return this.#words;
  }

  /** A region for `entry` whose pages hold its frames now. */
  find(entry: number, frameOf: (page: number) => number): TranslatedRegion | undefined {
    return this.#byEntry
      .get(entry)
      ?.find((region) => region.pages.every(([page, frame]) => frameOf(page) === frame));
  }

  /** `name`: its function's, among the exports of `home`. */
  add(
    made: Omit<TranslatedRegion, 'slot' | 'taken' | 'installed'>,
    home: LinkedModule,
    name: string,
  ): TranslatedRegion {
    const { entries, pages } = made;
    const slot = this.#table.add(home, name);
    const region = { ...made, slot, taken: false, installed: new Set<number>() };
    for (const entry of entries) {
      const same = this.#byEntry.get(entry);
      if (same === undefined) this.#byEntry.set(entry, [region]);
      else same.push(region);
    }
    for (const [, frame] of pages) {
      const there = this.#byFrame.get(frame);
      if (there === undefined) this.#byFrame.set(frame, new Set([region]));
      else there.add(region);
    }
    this.residency.add(made.module, region);
    return region;
  }

  /** The regions that are valid where `page` holds `frame` and `frameOf` tells of the other pages. */
  *of(page: number, frameOf: (page: number) => number): Generator<TranslatedRegion> {
    for (const region of this.#byFrame.get(frameOf(page)) ?? [])
      if (region.pages.every(([each, frame]) => frameOf(each) === frame)) yield region;
  }

  /** Whether there are regions made from the frame, so that it is protected. */
  covers(frame: number): boolean {
    return this.#byFrame.has(frame);
  }

  /** The frame is written: its regions are gone. Answers the linear pages at which it was translated. */
  drop(frame: number): ReadonlySet<number> {
    const there = [...(this.#byFrame.get(frame) ?? [])];
    const places = new Set<number>();
    for (const region of there) {
      for (const [page, held] of region.pages) if (held === frame) places.add(page);
      this.#remove(region);
    }
    this.dropped += there.length;
    return places;
  }

  /** The jump caches lead here no more, but the next arrival asks at once. */
  #hide(region: TranslatedRegion): void {
    const { words } = this;
    for (const at of region.installed) {
      if (words[(at + JUMP_FN) >> 2] !== region.slot) continue;
      words[(at + JUMP_FN) >> 2] = 0;
      words[(at + JUMP_COUNT) >> 2] = 0;
    }
    region.installed.clear();
  }

  #remove(region: TranslatedRegion): void {
    const { words } = this;
    for (const at of region.installed) {
      if (words[(at + JUMP_FN) >> 2] !== region.slot) continue;
      words[(at + JUMP_EIP) >> 2] = 0;
      words[(at + JUMP_FN) >> 2] = 0;
    }
    this.#table.remove(region.slot);
    for (const entry of region.entries) {
      const same = this.#byEntry.get(entry)!.filter((other) => other !== region);
      if (same.length === 0) this.#byEntry.delete(entry);
      else this.#byEntry.set(entry, same);
    }
    for (const [, frame] of region.pages) {
      const there = this.#byFrame.get(frame);
      there?.delete(region);
      if (there?.size === 0) this.#byFrame.delete(frame);
    }
    this.residency.remove(region.module, region);
  }

  // ---- jump caches; `tables` is the base of a table set ----

  /** Address of the entry that serves `eip`, or would. */
  entryFor(tables: number, eip: number): number {
    const first = tables + jumpOffset(eip);
    const words = this.words;
    if (words[(first + JUMP_EIP) >> 2] === (eip | 0)) return first;
    const second = first ^ JUMP_ENTRY_SIZE;
    if (words[(second + JUMP_EIP) >> 2] === (eip | 0)) return second;
    return words[(first + JUMP_FN) >> 2] === 0 ? first : second;
  }

  install(tables: number, region: TranslatedRegion, entry: number): void {
    const at = this.entryFor(tables, entry);
    const words = this.words;
    words[(at + JUMP_EIP) >> 2] = entry;
    words[(at + JUMP_FN) >> 2] = region.slot;
    words[(at + JUMP_COUNT) >> 2] = 0;
    region.installed.add(at);
    this.residency.used(region.module);
  }
}
