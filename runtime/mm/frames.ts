// Page frames of linear memory: handing out, counting references, growing the memory on demand. A frame
// number is an absolute address >> 12, so that it fits a page-table entry and an engine's table alike.
// Knows nothing of address spaces; a frame lives as long as somebody holds a reference to it. Whoever wants
// neighbours in linear memory reserves a run and asks for its frames one by one.

import { FRAMES, PAGE_SHIFT, PAGE_SIZE } from '../../src/layout.ts';
import { ENOMEM } from '../abi/errno.ts';
import { Run } from './run.ts';

/** Frame flag: translations were made from this frame; no W entry may exist for it. */
export const HAS_CODE = 1;
/** Frame flag: a table set may hold a W entry for this frame (it did once). */
export const WRITE_MAPPED = 2;
/** Frame flag: the frame belongs to a run, and goes back to it. */
const RESERVED = 4;
/** Frame flag of a run's frame: it was used before, so that its contents are stale. */
const STALE = 8;

/** Bytes of one CPU slot: the image of the CPU block that belongs to a task. */
const SLOT_SIZE = 0x400;
/** WebAssembly pages (64 KiB) by which the memory grows: 16 MiB. */
const GROWTH = 256;
const WASM_PAGE = 0x10000;
const FIRST = FRAMES >>> PAGE_SHIFT;
/** Frames of linear memory, at most, and how many of them may lie in runs. */
const LAST = 2 ** 20;
const SHARE = (LAST - FIRST) >>> 1;
/** Runs begin at and are multiples of 1 << RUN_SHIFT frames. */
const RUN_SHIFT = 4;
/** Frames in runs without an owner: beyond that they are handed out one by one. */
const IDLE = 16384;

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
  /**
   * How often something was taken back that a run of the engine keeps: a page that may be written or executed became
   * another, or none, or lost that right; or a frame with translated code was written. What may only be read is looked
   * up for each access.
   */
  revoked = 0;
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
  /** The run of a reserved frame, by frame number >> RUN_SHIFT. */
  readonly #runOf: (Run | undefined)[] = new Array(LAST >>> RUN_SHIFT).fill(undefined);
  /** Runs without an owner and without a used frame, by length in frames; and the frames of all of them. */
  readonly #idleRuns = new Map<number, Run[]>();
  #idle = 0;
  /** Frames in runs. */
  #reserved = 0;
  /** Freed tables of more than one frame, by length in frames. */
  readonly #runs = new Map<number, number[]>();
  readonly #slots: number[] = [];

  constructor(memory: WebAssembly.Memory, limitBytes: number) {
    this.#memory = memory;
    this.limit = Math.min(Math.floor(limitBytes / PAGE_SIZE), LAST - FIRST);
    const missing = FRAMES - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
    this.u8 = new Uint8Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.#end = memory.buffer.byteLength / PAGE_SIZE;
    this.flags = new Uint8Array(this.#end);
    this.#references = new Int32Array(this.#end);
    this.#free = new Int32Array(this.#end - FIRST);
    this.zero = this.allocate();
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** A zeroed frame with one reference: the free frame `wish` of a run, unless that is 0. Throws ENOMEM. */
  allocate(wish = 0): number {
    const frame = this.#take(wish);
    if (this.#tookStale) {
      const address = frame * PAGE_SIZE;
      this.u8.fill(0, address, address + PAGE_SIZE);
    }
    return frame;
  }

  /** The same with the contents of `source`. */
  allocateCopy(source: number, wish = 0): number {
    if (source === this.zero) return this.allocate(wish);
    const frame = this.#take(wish);
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
      if (this.#fresh + count > LAST) throw ENOMEM;
      this.#reach(this.#fresh + count);
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
    const flags = this.flags[frame]!;
    if ((flags & HAS_CODE) !== 0) this.codeWritten(frame);
    this.flags[frame] = flags & (RESERVED | STALE);
    this.#inUse--;
    if ((flags & RESERVED) === 0) {
      this.#free[this.#freeCount++] = frame;
      return;
    }
    const run = this.#runOf[frame >>> RUN_SHIFT]!;
    if (--run.used === 0 && !run.owned) this.#keepIdle(run);
  }
  references(frame: number): number {
    return this.#references[frame]!;
  }

  // ---- runs ----

  /** Frames that may still be reserved. */
  get reservable(): number {
    return SHARE - this.#reserved + this.#idle;
  }
  /** A run of `count` frames (a power of two, 16 at least) for an owner; null when too many are reserved. */
  reserve(count: number): Run | null {
    const known = this.#idleRuns.get(count)?.pop();
    if (known !== undefined) {
      this.#idle -= count;
      known.owned = true;
      return known;
    }
    if (this.#reserved + count > SHARE) this.#dissolve(0);
    if (this.#reserved + count > SHARE) return null;
    while ((this.#fresh & ((1 << RUN_SHIFT) - 1)) !== 0) {
      this.#reach(this.#fresh + 1);
      this.#free[this.#freeCount++] = this.#fresh++;
    }
    if (this.#fresh + count > LAST) return null;
    const run = new Run(this.#fresh, count);
    this.#fresh += count;
    this.#reserved += count;
    for (let at = run.first; at < run.limit; at += 1 << RUN_SHIFT) this.#runOf[at >>> RUN_SHIFT] = run;
    return run;
  }
  /** The owner does without the run; used frames stay what they are. */
  abandon(run: Run): void {
    run.owned = false;
    if (run.used === 0 && !run.scattered) this.#keepIdle(run);
  }
  /** True for a frame of a run that nobody uses. */
  isFree(frame: number): boolean {
    return frame >= this.#end || this.#references[frame] === 0;
  }
  /** No more may be in use without something being freed. */
  get full(): boolean {
    return this.#inUse >= this.limit;
  }
  #keepIdle(run: Run): void {
    const runs = this.#idleRuns.get(run.count);
    if (runs === undefined) this.#idleRuns.set(run.count, [run]);
    else runs.push(run);
    this.#idle += run.count;
  }
  /** Makes single frames of the idle runs, until few are idle. */
  #dissolve(most: number): void {
    for (const runs of this.#idleRuns.values()) {
      while (this.#idle > most) {
        const run = runs.pop();
        if (run === undefined) break;
        this.#idle -= run.count;
        this.#scatter(run);
      }
    }
  }
  /** Makes single frames of a run's: the free ones at once, the others when they are released. */
  #scatter(run: Run): void {
    this.#reach(run.limit);
    for (let frame = run.first; frame < run.limit; frame++) {
      this.flags[frame]! &= ~(RESERVED | STALE);
      if (this.#references[frame] === 0) this.#free[this.#freeCount++] = frame;
    }
    run.scattered = true;
    this.#reserved -= run.count;
  }

  /** The frame's bytes; the view is valid until the next allocation. */
  bytes(frame: number): Uint8Array {
    const address = frame * PAGE_SIZE;
    return this.u8.subarray(address, address + PAGE_SIZE);
  }

  /** Must be called before bytes of a HAS_CODE frame change: translations are dropped, the frame may be written. */
  codeWritten(frame: number): void {
    this.flags[frame]! &= ~HAS_CODE;
    this.revoked++;
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

  /** Whether the frame of the last #take has contents. */
  #tookStale = false;
  /** A frame with one reference, stale or from never-used memory: `wish`, unless that is 0. */
  #take(wish: number): number {
    if (this.#inUse >= this.limit) this.#makeRoom(1);
    let frame = wish;
    if (wish !== 0) {
      if (wish >= this.#end) this.#reach(wish + 1);
      const flags = this.flags[wish]!;
      this.#tookStale = (flags & STALE) !== 0;
      this.flags[wish] = flags | RESERVED | STALE;
      this.#runOf[wish >>> RUN_SHIFT]!.used++;
    } else {
      if (this.#freeCount === 0 && this.#idle > IDLE) this.#dissolve(IDLE >>> 1);
      if (this.#freeCount === 0 && this.#fresh === LAST) this.#scatterAll();
      this.#tookStale = this.#freeCount > 0;
      if (this.#tookStale) {
        frame = this.#free[--this.#freeCount]!;
      } else {
        if (this.#fresh >= this.#end) this.#reach(this.#fresh + 1);
        frame = this.#fresh++;
      }
    }
    this.#references[frame] = 1;
    this.#inUse++;
    return frame;
  }

  /** There is no other frame left than those of runs. */
  #scatterAll(): void {
    this.#dissolve(0);
    for (let at = FIRST >>> RUN_SHIFT; at < LAST >>> RUN_SHIFT && this.#freeCount === 0; at++) {
      const run = this.#runOf[at];
      if (run !== undefined && !run.scattered) this.#scatter(run);
    }
    if (this.#freeCount === 0) throw ENOMEM;
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

  /** Sees to it that the memory reaches to frame `limit`. */
  #reach(limit: number): void {
    const needed = limit - this.#end;
    if (needed <= 0) return;
    const pages = this.#memory.buffer.byteLength / WASM_PAGE;
    // A share of what there is, so that the arrays are not copied too often.
    const step = Math.min(Math.max(GROWTH, pages >>> 3), 65536 - pages);
    const wanted = Math.max(Math.ceil((needed * PAGE_SIZE) / WASM_PAGE), step);
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
