// Makes kept regions valid again: the module of a page's regions, their functions in the table, their frames
// protected, the jump cache told. Between the engine, which knows when, and the cache, which knows what.
import type { CpuExports } from '../src/interpreter.ts';
import { PAGE_SIZE } from '../src/layout.ts';
import { type CodeView, type Made, pagesOf, type TranslationCache } from './cache.ts';
import type { CodeFrames } from './frames.ts';
import type { Kept } from './kept.ts';
import type { Regions } from './regions.ts';

export interface ReviverParts {
  readonly cache: TranslationCache;
  readonly regions: Regions;
  readonly memory: WebAssembly.Memory;
  readonly cpu: CpuExports;
  readonly frames: CodeFrames;
  /** The frame that a page of the address space `tables` may be executed from, or -1. */
  readonly frameOf: (tables: number, page: number) => number;
}

/** Short programs are over before a blob is read: how often the engine asks until the cache is looked into. */
const ASKED = 1000;

export class Reviver {
  readonly cache: TranslationCache;
  readonly #parts: ReviverParts;
  #asked = 0;

  constructor(parts: ReviverParts) {
    this.#parts = parts;
    this.cache = parts.cache;
  }

  /** Whether it is too early to look for kept regions: the question is to be put again. */
  early(): boolean {
    return this.#asked < ASKED && this.#asked++ < ASKED;
  }

  /** Whether there is a kept region for `entry`; it can only be revived while no region runs. */
  has(tables: number, entry: number): boolean {
    return this.cache.has(entry, this.#view(tables));
  }

  /** True if there is a region for `entry` now. */
  revive(tables: number, entry: number): boolean {
    const { regions, memory, cpu } = this.#parts;
    const view = this.#view(tables);
    const frameOf = (page: number): number => view.frameOf(page);
    const wanted = (other: number): boolean => regions.find(other, frameOf) === undefined;
    for (const { module, regions: kept } of this.cache.find(entry, view, wanted)) {
      let exports: Record<string, unknown>;
      try {
        const compiled = new WebAssembly.Module(module as BufferSource);
        const imports = { env: { memory }, cpu: cpu as unknown as Record<string, () => void> };
        exports = new WebAssembly.Instance(compiled, imports).exports;
      } catch {
        this.cache.refuse(kept);
        continue;
      }
      for (const [i, region] of kept.entries()) this.#install(tables, region, exports[`r${i}`]);
    }
    return regions.find(entry, frameOf) !== undefined;
  }

  /** Keeps what was compiled: `made[i]` is function `r<i>` of the module, null if it was not installed. */
  keep(tables: number, module: Uint8Array, made: readonly (Made | null)[]): void {
    this.cache.add(module, made, this.#view(tables));
  }

  #install(tables: number, kept: Kept, code: unknown): void {
    const { regions, frames, frameOf } = this.#parts;
    const held = pagesOf(kept).map((page) => [page, frameOf(tables, page)] as const);
    const region = regions.add(kept.entries[0]!, held, kept.insns, code);
    for (const [, frame] of held) frames.protect(frame);
    regions.install(tables, region);
  }

  #view(tables: number): CodeView {
    const { memory, frameOf } = this.#parts;
    return {
      frameOf: (page) => frameOf(tables, page),
      bytes: (frame) => new Uint8Array(memory.buffer, frame * PAGE_SIZE, PAGE_SIZE),
    };
  }
}
