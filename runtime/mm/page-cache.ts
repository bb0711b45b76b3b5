// PageCache: the pages of one file or shared object, by page index, sparse (Linux: struct address_space).
// tmpfs files live here alone; files of the host are filled from and written back to a PageSource. read(2)
// and mappings see the same frames. Knows no inode: the size is told by the caller.

import { PAGE_MASK, PAGE_SIZE } from '../../src/layout.ts';
import { type Frames, HAS_CODE, type Shrinker } from './frames.ts';
import type { Run } from './run.ts';
import type { Area } from './vma.ts';

/** Where the pages of a file live when they are not in memory. */
export interface PageSource {
  /** Reads page `index` into a zeroed page (views die at allocations). May throw Blocked: nothing is kept then. */
  fill(index: number, page: Uint8Array): void;
  /** Writes a dirty page back. May throw Blocked: the page stays dirty. The source cuts at the end of the file. */
  store(index: number, page: Uint8Array): void;
}

const CHUNK = 1024;
/** Pages of the least file that gets a run of frames. */
const WORTHWHILE = 16;
/** Used pages of a file's run from which on holes are filled ahead, and the least block that is completed. */
const ESTABLISHED = 256;
const LEAST = 16;
/**
 * What is mapped in one piece as large as this (16 MiB) and used as much as this (2 MiB) is the memory of a
 * machine, such as User Mode Linux, and gets all of its pages: untouched frames cost nothing.
 */
const MACHINE_SIZE = 4096;
const MACHINE_USED = 512;

export class PageCache implements Shrinker {
  /** Areas that map this object; a Mappable over this cache hands out the same set. */
  readonly mappings = new Set<Area>();
  readonly #frames: Frames;
  readonly #source: PageSource | null;
  /** Frame numbers by index >> 10, then index & 1023; 0 = not in memory. */
  readonly #chunks = new Map<number, Int32Array>();
  /** The chunk used last. */
  #chunkNumber = -1;
  #chunk: Int32Array | null = null;
  readonly #dirty = new Set<number>();
  /** The run that serves the pages from #origin on, if one was reserved. */
  #run: Run | null = null;
  #origin = 0;
  /** Every page that the run serves is in memory: a mapping may have them all at once. */
  whole = false;
  /** Page behind the last that was being mapped when the run was reserved. */
  #limit = 0;
  #pages = 0;

  constructor(frames: Frames, source: PageSource | null = null) {
    this.#frames = frames;
    this.#source = source;
    if (source !== null) frames.shrinkers.add(this);
  }

  /** Pages in memory (for st_blocks of a file that has no other home). */
  get pages(): number {
    return this.#pages;
  }

  /** The frame of a page in memory, else 0; no reference is taken. */
  resident(index: number): number {
    const number = Math.floor(index / CHUNK);
    if (number !== this.#chunkNumber) {
      this.#chunk = this.#chunks.get(number) ?? null;
      this.#chunkNumber = number;
    }
    return this.#chunk === null ? 0 : this.#chunk[index % CHUNK]!;
  }

  /** The pages [first, limit) are being mapped shared: those yet to come are to lie side by side. */
  reserve(first: number, limit: number): void {
    const count = 2 ** Math.ceil(Math.log2(limit - first));
    if (this.#source !== null || this.#run !== null || limit - first < WORTHWHILE) return;
    if (count * 4 > this.#frames.reservable * 3) return;
    this.#run = this.#frames.reserve(count);
    this.#origin = first;
    this.#limit = limit;
  }
  /** The frame that the run has for a page; 0: any. */
  #slot(index: number): number {
    const run = this.#run;
    if (run === null || index < this.#origin || index >= this.#origin + run.count || run.scattered) return 0;
    const frame = run.first + (index - this.#origin);
    return this.#frames.isFree(frame) ? frame : 0;
  }

  /** The frame of page `index`, made or fetched if need be, with a reference for the caller. */
  page(index: number): number {
    const grows = this.#run !== null && this.#run.used >= ESTABLISHED && !this.whole;
    const isNew = grows && this.resident(index) === 0;
    const frame = this.#fetch(index, true);
    this.#frames.retain(frame);
    if (isNew) this.#makeAround(index);
    return frame;
  }
  /** Completes the largest aligned block around a new page of which half is there, so that mappings get few holes. */
  #makeAround(index: number): void {
    const frames = this.#frames;
    if (frames.inUse + CHUNK > frames.limit) return;
    const run = this.#run!;
    let first = 0;
    let limit = 0;
    const isMachine = run.count >= MACHINE_SIZE && run.used >= MACHINE_USED;
    if (isMachine && (frames.inUse + run.count) * 2 <= frames.limit) {
      first = this.#origin;
      limit = this.#limit;
      this.whole = true;
    }
    for (let size = LEAST, present = 0, from = index, to = index; size <= CHUNK && !this.whole; size *= 2) {
      const low = index - (index % size);
      while (from > low) if (this.resident(--from) !== 0) present++;
      while (to < low + size) if (this.resident(to++) !== 0) present++;
      if (present * 2 < size) continue;
      first = low;
      limit = Math.min(low + size, this.#limit);
    }
    for (let at = first; at < limit; at++) {
      const slot = this.resident(at) === 0 ? this.#slot(at) : 0;
      if (slot !== 0) this.#store(at, frames.allocate(slot));
    }
  }

  /** Puts bytes that were read ahead into a page, unless it is in memory already. */
  offer(index: number, bytes: Uint8Array): void {
    if (this.resident(index) !== 0) return;
    const frame = this.#frames.allocate();
    this.#frames.u8.set(bytes, frame * PAGE_SIZE);
    this.#store(index, frame);
  }

  /** Copies from `position` up to `size`, the file's length; answers the bytes copied. Holes read as zeros. */
  read(into: Uint8Array, position: number, size: number): number {
    const length = Math.max(0, Math.min(into.length, size - position));
    for (let done = 0; done < length; ) {
      const at = position + done;
      const offset = at % PAGE_SIZE;
      const part = Math.min(PAGE_SIZE - offset, length - done);
      const index = (at - offset) / PAGE_SIZE;
      const frame = this.#source === null ? this.resident(index) : this.#fetch(index, true);
      if (frame === 0) {
        into.fill(0, done, done + part);
      } else {
        const address = frame * PAGE_SIZE + offset;
        into.set(this.#frames.u8.subarray(address, address + part), done);
      }
      done += part;
    }
    return length;
  }

  /** Stores bytes at `position` and marks the pages dirty. The caller moves the file's end. */
  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const at = position + done;
      const offset = at % PAGE_SIZE;
      const part = Math.min(PAGE_SIZE - offset, bytes.length - done);
      const index = (at - offset) / PAGE_SIZE;
      const frame = this.#fetch(index, part < PAGE_SIZE);
      this.#beforeWrite(frame);
      this.#frames.u8.set(bytes.subarray(done, done + part), frame * PAGE_SIZE + offset);
      this.markDirty(index);
      done += part;
    }
  }

  /** The file was written elsewhere: pages that are in memory get the bytes too and stay clean. */
  refresh(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const at = position + done;
      const offset = at % PAGE_SIZE;
      const part = Math.min(PAGE_SIZE - offset, bytes.length - done);
      const frame = this.resident((at - offset) / PAGE_SIZE);
      if (frame !== 0) {
        this.#beforeWrite(frame);
        this.#frames.u8.set(bytes.subarray(done, done + part), frame * PAGE_SIZE + offset);
      }
      done += part;
    }
  }

  markDirty(index: number): void {
    if (this.#source !== null) this.#dirty.add(index);
  }
  get dirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Writes dirty pages in [first, limit) back; mappings must ask again before they write. */
  flush(first = 0, limit = Infinity): void {
    if (this.#source === null) return;
    for (const index of [...this.#dirty].sort((a, b) => a - b)) {
      if (index < first || index >= limit) continue;
      for (const area of this.mappings) area.owner.writeProtect(area, index);
      this.#source.store(index, this.#frames.bytes(this.resident(index)));
      this.#dirty.delete(index);
    }
  }

  /** The file now ends at `size`: pages behind it go, from mappings too, and the last page's tail is zeroed. */
  truncate(size: number): void {
    const limit = Math.ceil(size / PAGE_SIZE);
    this.#limit = Math.min(this.#limit, limit);
    this.#remove(limit, Infinity, true);
    const frame = (size & PAGE_MASK) === 0 ? 0 : this.resident(limit - 1);
    if (frame === 0) return;
    this.#beforeWrite(frame);
    const address = frame * PAGE_SIZE;
    this.#frames.u8.fill(0, address + (size % PAGE_SIZE), address + PAGE_SIZE);
  }

  /** Frees the pages [first, limit); private copies in mappings stay (fallocate(2) FALLOC_FL_PUNCH_HOLE). */
  punch(first: number, limit: number): void {
    this.#remove(first, limit, false);
  }

  /** Drops clean pages that nobody maps. */
  shrink(wanted: number): number {
    let freed = 0;
    for (const [number, chunk] of this.#chunks) {
      for (let i = 0; i < CHUNK; i++) {
        const frame = chunk[i]!;
        if (frame === 0 || this.#frames.references(frame) > 1 || this.#dirty.has(number * CHUNK + i))
          continue;
        chunk[i] = 0;
        this.#pages--;
        this.#frames.release(frame);
        if (++freed >= wanted) return freed;
      }
    }
    return freed;
  }

  /** The file is gone: every page is dropped, dirty or not. */
  release(): void {
    this.#dirty.clear();
    this.#frames.shrinkers.delete(this);
    this.#remove(0, Infinity, true);
    if (this.#run !== null) this.#frames.abandon(this.#run);
    this.#run = null;
  }

  #fetch(index: number, fill: boolean): number {
    const present = this.resident(index);
    if (present !== 0) return present;
    const frame = this.#frames.allocate(this.#slot(index));
    if (fill && this.#source !== null) {
      try {
        this.#source.fill(index, this.#frames.bytes(frame));
      } catch (thrown) {
        this.#frames.release(frame);
        throw thrown;
      }
    }
    // The source may have offered this very page together with its neighbours.
    const offered = this.resident(index);
    if (offered !== 0) {
      this.#frames.release(frame);
      return offered;
    }
    this.#store(index, frame);
    return frame;
  }

  #store(index: number, frame: number): void {
    if (this.resident(index) !== 0) throw new Error(`page ${index} is in the cache already`);
    if (this.#chunk === null) {
      this.#chunk = new Int32Array(CHUNK);
      this.#chunks.set(this.#chunkNumber, this.#chunk);
    }
    this.#chunk[index % CHUNK] = frame;
    this.#pages++;
  }

  #beforeWrite(frame: number): void {
    if ((this.#frames.flags[frame]! & HAS_CODE) !== 0) this.#frames.codeWritten(frame);
  }

  #remove(first: number, limit: number, evenPrivate: boolean): void {
    this.whole = false;
    for (const area of this.mappings) area.owner.zapObject(area, first, limit, evenPrivate);
    for (const [number, chunk] of this.#chunks) {
      const base = number * CHUNK;
      if (base >= limit || base + CHUNK <= first) continue;
      const from = Math.max(0, first - base);
      const to = Math.min(CHUNK, limit - base);
      for (let i = from; i < to; i++) {
        const frame = chunk[i]!;
        if (frame === 0) continue;
        chunk[i] = 0;
        this.#pages--;
        this.#dirty.delete(base + i);
        this.#frames.release(frame);
      }
      if (from === 0 && to === CHUNK) {
        this.#chunks.delete(number);
        if (number === this.#chunkNumber) this.#chunkNumber = -1;
      }
    }
  }
}
