// Ldt: the local descriptor table of one address space, kept where the engine reads it (CPU block:
// LDT_BASE, LDT_COUNT). Only storage; modify_ldt(2) with its checks is kernel/ldt.ts.

import { PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import type { Frames } from './frames.ts';

/** Entries a table can have. */
export const LDT_ENTRIES = 8192;
/** Bytes of one descriptor. */
export const LDT_ENTRY_SIZE = 8;
const PER_FRAME = PAGE_SIZE / LDT_ENTRY_SIZE;

export class Ldt {
  readonly #frames: Frames;
  /** First frame of the run that holds the table, 0 before the first use. */
  #first = 0;
  #frameCount = 0;
  /** Entries in use: one behind the highest that was ever written. */
  #count = 0;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** Address in linear memory, 0 = no table. */
  get base(): number {
    return this.#first * PAGE_SIZE;
  }
  get count(): number {
    return this.#count;
  }

  /** Stores a descriptor. Throws ENOMEM. */
  set(entry: number, low: number, high: number): void {
    if (entry >= this.#count) this.#grow(entry + 1);
    const word = (this.base + entry * LDT_ENTRY_SIZE) >>> 2;
    this.#frames.u32[word] = low;
    this.#frames.u32[word + 1] = high;
  }

  /** A copy of the first `length` bytes of the table, shorter if it ends before. */
  read(length: number): Uint8Array {
    const size = Math.min(length, this.#count * LDT_ENTRY_SIZE);
    return this.#frames.u8.slice(this.base, this.base + size);
  }

  /** Takes over another table's entries: fork(2), and COPY_SEGMENTS of /proc/mm. */
  copyFrom(other: Ldt): void {
    this.free();
    if (other.count === 0) return;
    this.#grow(other.count);
    this.#frames.u8.copyWithin(this.base, other.base, other.base + other.count * LDT_ENTRY_SIZE);
  }

  free(): void {
    if (this.#frameCount > 0) this.#frames.releaseRun(this.#first, this.#frameCount);
    this.#first = 0;
    this.#frameCount = 0;
    this.#count = 0;
  }

  #grow(count: number): void {
    const needed = Math.ceil(count / PER_FRAME);
    if (needed > this.#frameCount) {
      const first = this.#frames.allocateRun(needed);
      const from = this.base;
      this.#frames.u8.copyWithin((first << PAGE_SHIFT) >>> 0, from, from + this.#count * LDT_ENTRY_SIZE);
      if (this.#frameCount > 0) this.#frames.releaseRun(this.#first, this.#frameCount);
      this.#first = first;
      this.#frameCount = needed;
    }
    this.#count = count;
  }
}
