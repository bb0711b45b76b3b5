// Page frames of linear memory: handing out, counting references, growing the memory on demand. A frame
// number is an absolute address >> 12, so that it fits a page-table entry and an engine's table alike.
// Knows nothing of address spaces; a frame lives as long as somebody holds a reference to it.

import { FRAMES, PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import { ENOMEM } from '../abi/errno.ts';

/** Frame flag: translations were made from this frame; no W entry may exist for it. */
export const HAS_CODE = 1;
/** Frame flag: a table set may hold a W entry for this frame (it did once). */
export const WRITE_MAPPED = 2;

/** Bytes of one CPU slot: the image of the CPU block that belongs to a task. */
const SLOT_SIZE = 0x400;
/** WebAssembly pages (64 KiB) by which the memory grows: 16 MiB. */
const GROWTH = 256;
const WASM_PAGE = 0x10000;
const FIRST = FRAMES >>> PAGE_SHIFT;

/** Something that can give frames back when memory is short: a page cache. Linux: struct shrinker. */
export interface Shrinker {
  /** Frees about `wanted` frames that can be made again; answers how many were freed. */
  shrink(wanted: number): number;
}

export class Frames {
  /** The whole linear memory; replaced when it grows, so never keep a copy across an allocation. */
  u8: Uint8Array;
  u32: Uint32Array;
  /** HAS_CODE and WRITE_MAPPED by frame number. */
  flags: Uint8Array;
  /** Frames that may be in use at once: the machine's memory. */
  readonly limit: number;
  /** The frame full of zeros that read faults on anonymous memory share; this reference is never dropped. */
  readonly zero: number;
  /** Asked in turn when the limit is reached. */
  readonly shrinkers = new Set<Shrinker>();
  /** Told before a frame that holds translated code is written or reused; the flag is cleared by then. */
  onCodeWrite: (frame: number) => void = () => {};
  readonly #memory: WebAssembly.Memory;
  #references: Int32Array;
  /** Stack of frames that were freed; their contents are stale. */
  #free: Int32Array;
  #freeCount = 0;
  /** First frame that was never handed out: memory from here on is still zero. */
  #fresh = FIRST;
  /** First frame behind the memory's present end. */
  #end = FIRST;
  #inUse = 0;
  /** Freed contiguous runs, by length in frames. */
  readonly #runs = new Map<number, number[]>();
  readonly #slots: number[] = [];

  constructor(memory: WebAssembly.Memory, limitBytes: number) {
    this.#memory = memory;
    this.limit = Math.min(Math.floor(limitBytes / PAGE_SIZE), 2 ** 20 - FIRST);
    const missing = FRAMES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    this.u8 = new Uint8Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.#end = memory.buffer.byteLength >>> PAGE_SHIFT;
    if (memory.buffer.byteLength === 2 ** 32) this.#end = 2 ** 20;
    this.flags = new Uint8Array(this.#end);
    this.#references = new Int32Array(this.#end);
    this.#free = new Int32Array(this.#end - FIRST);
    this.zero = this.allocate();
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** A zeroed frame with one reference. Throws ENOMEM. */
  allocate(): number {
    const fresh = this.#freeCount === 0;
    const frame = this.#take();
    if (!fresh) {
      const address = frame * PAGE_SIZE;
      this.u8.fill(0, address, address + PAGE_SIZE);
    }
    return frame;
  }

  /** A frame with one reference and the contents of `source`. Throws ENOMEM. */
  allocateCopy(source: number): number {
    if (source === this.zero) return this.allocate();
    const frame = this.#take();
    const from = source * PAGE_SIZE;
    this.u8.copyWithin(frame * PAGE_SIZE, from, from + PAGE_SIZE);
    return frame;
  }

  /** `count` zeroed frames in a row, one reference each on the first alone; given back by releaseRun. Throws ENOMEM. */
  allocateRun(count: number): number {
    if (count === 1) return this.allocate();
    this.#makeRoom(count);
    const reused = this.#runs.get(count)?.pop();
    const first = reused ?? this.#fresh;
    if (reused === undefined) {
      this.#grow(count);
      this.#fresh += count;
    } else {
      this.u8.fill(0, first * PAGE_SIZE, (first + count) * PAGE_SIZE);
    }
    this.#references[first] = 1;
    this.#inUse += count;
    return first;
  }
  releaseRun(first: number, count: number): void {
    if (count === 1) {
      this.release(first);
      return;
    }
    this.#references[first] = 0;
    this.#inUse -= count;
    const runs = this.#runs.get(count);
    if (runs === undefined) this.#runs.set(count, [first]);
    else runs.push(first);
  }

  retain(frame: number): void {
    this.#references[frame]!++;
  }
  release(frame: number): void {
    if (--this.#references[frame]! > 0) return;
    if ((this.flags[frame]! & HAS_CODE) !== 0) this.codeWritten(frame);
    this.flags[frame] = 0;
    this.#free[this.#freeCount++] = frame;
    this.#inUse--;
  }
  references(frame: number): number {
    return this.#references[frame]!;
  }

  /** The frame's bytes; the view is valid until the next allocation. */
  bytes(frame: number): Uint8Array {
    const address = frame * PAGE_SIZE;
    return this.u8.subarray(address, address + PAGE_SIZE);
  }

  /** Must be called before bytes of a HAS_CODE frame change: translations are dropped, the frame may be written. */
  codeWritten(frame: number): void {
    this.flags[frame]! &= ~HAS_CODE;
    this.onCodeWrite(frame);
  }

  /** Address of a zeroed 1 KiB CPU slot for a task. */
  allocateSlot(): number {
    if (this.#slots.length === 0) {
      const address = this.allocate() * PAGE_SIZE;
      for (let offset = PAGE_SIZE - SLOT_SIZE; offset >= 0; offset -= SLOT_SIZE)
        this.#slots.push(address + offset);
    }
    const slot = this.#slots.pop()!;
    this.u8.fill(0, slot, slot + SLOT_SIZE);
    return slot;
  }
  freeSlot(address: number): void {
    this.#slots.push(address);
  }

  /** A frame with one reference and stale contents, unless it comes from never-used memory. */
  #take(): number {
    if (this.#inUse >= this.limit) this.#makeRoom(1);
    let frame: number;
    if (this.#freeCount > 0) {
      frame = this.#free[--this.#freeCount]!;
    } else {
      if (this.#fresh >= this.#end) this.#grow(1);
      frame = this.#fresh++;
    }
    this.#references[frame] = 1;
    this.#inUse++;
    return frame;
  }

  /** Sees to it that `count` more frames are within the limit. */
  #makeRoom(count: number): void {
    if (this.#inUse + count <= this.limit) return;
    for (const shrinker of this.shrinkers) {
      shrinker.shrink(Math.max(count, this.limit >>> 5));
      if (this.#inUse + count <= this.limit) return;
    }
    throw ENOMEM;
  }

  /** Sees to it that the memory reaches `count` frames behind #fresh. */
  #grow(count: number): void {
    const needed = this.#fresh + count - this.#end;
    if (needed <= 0) return;
    if (this.#fresh + count > FIRST + this.limit) throw ENOMEM;
    const pages = this.#memory.buffer.byteLength / WASM_PAGE;
    const wanted = Math.max(Math.ceil((needed * PAGE_SIZE) / WASM_PAGE), Math.min(GROWTH, 65536 - pages));
    try {
      this.#memory.grow(wanted);
    } catch (error) {
      if (error instanceof RangeError) throw ENOMEM;
      throw error;
    }
    this.u8 = new Uint8Array(this.#memory.buffer);
    this.u32 = new Uint32Array(this.#memory.buffer);
    this.#end += (wanted * WASM_PAGE) / PAGE_SIZE;
    this.flags = longer(this.flags, new Uint8Array(this.#end));
    this.#references = longer(this.#references, new Int32Array(this.#end));
    this.#free = longer(this.#free, new Int32Array(this.#end - FIRST));
  }
}

/** The contents of `from` at the beginning of `to`. */
function longer<A extends Uint8Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
