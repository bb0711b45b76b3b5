// A regular file in memory: its pages are a page cache, so mappings and read(2) see the same bytes. With a
// `lower` file (overlay.ts) the pages that were never written come from there, one by one.

import { EFBIG, EINVAL, EPERM } from '../abi/errno.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_WRITE } from '../abi/file.ts';
import { PageCache, type PageSource } from '../mm/page-cache.ts';
import type { AttributeChange, Attributes, ExtendedAttributes } from '../vfs/inode.ts';
import { DataInode, MAX_FILE_SIZE, overlayResident } from '../vfs/regular-file.ts';
import {
  type InitialAttributes,
  type Linkable,
  MemoryAttributes,
  type MemoryFileSystem,
} from './memory-inode.ts';

const PAGE = 4096;
const DAY = 86_400_000_000_000n;

export class MemoryFile extends DataInode implements Linkable {
  readonly own: MemoryAttributes;
  readonly #lower: DataInode | null;
  /** Bytes of the lower file that still show through; less after a truncate. */
  #lowerSize: number;
  #size: number;
  #cache: PageCache | null = null;
  /** Pages that were counted against the file system's size. */
  #counted = 0;
  /** Open descriptions and mappings of them. */
  #opens = 0;

  constructor(fileSystem: MemoryFileSystem, init: InitialAttributes, lower: DataInode | null = null) {
    super(fileSystem);
    this.own = new MemoryAttributes(fileSystem, init);
    this.#lower = lower;
    this.#size = this.#lowerSize = lower === null ? 0 : lower.size;
  }

  override get mode(): number {
    return this.own.mode;
  }
  override get size(): number {
    return this.#size;
  }
  override attributes(): Attributes {
    const pages = this.#cache?.pages ?? 0;
    const blocks = this.#lower === null ? pages * 8 : Math.ceil(this.#size / 512);
    return this.own.describe(this.#size, blocks, 0);
  }
  override get extended(): ExtendedAttributes {
    return this.own.extended;
  }
  override setAttributes(change: AttributeChange): void {
    this.own.change(change);
  }

  override get cache(): PageCache {
    this.#cache ??= new PageCache(this.own.fileSystem.frames, this.#lower === null ? null : this.#source());
    return this.#cache;
  }
  /** Unwritten pages come from below; written ones stay in memory for good. */
  #source(): PageSource {
    return {
      fill: (index, page) => {
        const length = Math.min(PAGE, this.#lowerSize - index * PAGE);
        if (length <= 0) return;
        // The page is a view of linear memory, which may be replaced while the lower file is read.
        this.#lower!.readData(page.subarray(0, length), index * PAGE);
      },
      store: () => {},
    };
  }
  override get tracksDirty(): boolean {
    return this.#lower !== null;
  }

  override readData(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.length, this.#size - position));
    if (count === 0) return 0;
    if (this.#lower === null) {
      if (this.#cache !== null) return this.#cache.read(into, position, this.#size);
      into.fill(0, 0, count);
      return count;
    }
    const part = into.subarray(0, count);
    const below = Math.max(0, Math.min(count, this.#lowerSize - position));
    const got = below === 0 ? 0 : this.#lower.readData(part.subarray(0, below), position);
    part.fill(0, got);
    if (this.#cache !== null) overlayResident(this.#cache, this.own.fileSystem.frames, part, position);
    return count;
  }

  override writeData(from: Uint8Array, position: number): void {
    if (position + from.length > MAX_FILE_SIZE) throw EFBIG;
    this.#reserve(position, position + from.length);
    this.cache.write(from, position);
    this.#settle();
    if (position + from.length > this.#size) this.#size = position + from.length;
    this.own.modify();
  }
  /** Refuses before anything is stored when the file system is full. */
  #reserve(position: number, limit: number): void {
    const { cache } = this;
    let missing = 0;
    for (let index = Math.floor(position / PAGE); index * PAGE < limit; index++) {
      if (cache.resident(index) === 0) missing++;
    }
    this.own.fileSystem.reservePages(missing);
  }
  /** Brings the count of pages in line with what the cache holds (mappings and shrinking change it too). */
  #settle(): void {
    const pages = this.#cache?.pages ?? 0;
    this.own.fileSystem.countPages(pages - this.#counted);
    this.#counted = pages;
  }

  override truncate(size: number): void {
    if (size > MAX_FILE_SIZE) throw EFBIG;
    if (size < this.#size) {
      this.#lowerSize = Math.min(this.#lowerSize, size);
      this.#size = size;
      if (this.#cache !== null || this.#lower !== null) this.cache.truncate(size);
      this.#settle();
    } else {
      // What fallocate(2) has put behind the end goes with a truncate to where it is.
      if (size === this.#size && this.#cache !== null) {
        this.cache.truncate(size);
        this.#settle();
      }
      this.#size = size;
    }
    this.own.modify();
  }

  override allocate(position: number, limit: number, keepSize: boolean): void {
    if (limit > MAX_FILE_SIZE) throw EFBIG;
    this.#reserve(position, limit);
    for (let index = Math.floor(position / PAGE); index * PAGE < limit; index++) {
      this.own.fileSystem.frames.release(this.cache.page(index));
    }
    this.#settle();
    if (!keepSize && limit > this.#size) this.#size = limit;
    this.own.modify();
  }
  override zero(position: number, limit: number): void {
    if ((this.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0) throw EPERM;
    if (limit <= position) throw EINVAL;
    const first = Math.ceil(position / PAGE);
    const last = Math.floor(limit / PAGE);
    const blank = (from: number, to: number): void => {
      const end = Math.min(to, this.#size);
      if (end > from && this.#hasData(from)) this.cache.write(new Uint8Array(end - from), from);
    };
    if (first > last) {
      blank(position, limit);
    } else {
      blank(position, first * PAGE);
      blank(last * PAGE, limit);
      if (last > first) this.#punch(first, last);
    }
    this.#settle();
    this.own.modify();
  }
  #hasData(position: number): boolean {
    return position < this.#lowerSize || (this.#cache?.resident(Math.floor(position / PAGE)) ?? 0) !== 0;
  }
  #punch(first: number, last: number): void {
    this.#cache?.punch(first, last);
    // Holes over a lower file must be pages of zeros of our own.
    const limit = Math.min(last * PAGE, this.#lowerSize);
    if (limit > first * PAGE) this.cache.write(new Uint8Array(limit - first * PAGE), first * PAGE);
  }

  override nextData(position: number): number {
    for (let at = position; at < this.#size; at = (Math.floor(at / PAGE) + 1) * PAGE) {
      if (this.#hasData(at)) return at;
    }
    return this.#size;
  }
  override nextHole(position: number): number {
    for (let at = position; at < this.#size; at = (Math.floor(at / PAGE) + 1) * PAGE) {
      if (!this.#hasData(at)) return at;
    }
    return this.#size;
  }

  override touched(): void {
    this.own.modify();
  }
  override accessed(): void {
    // relatime: once after each change, and once a day.
    const { accessed, modified, changed, fileSystem } = this.own;
    const now = fileSystem.now();
    if (accessed <= modified || accessed <= changed || now - accessed > DAY) this.own.accessed = now;
  }
  override open(...args: Parameters<DataInode['open']>): ReturnType<DataInode['open']> {
    this.#opens++;
    return super.open(...args);
  }
  override closed(_flags: number): void {
    this.#opens--;
    if (this.own.links === 0) this.nameless();
  }
  /** The last name is gone: with the last opener the pages go as well. */
  nameless(): void {
    if (this.#opens > 0) return;
    this.#cache?.release();
    this.#settle();
    this.own.fileSystem.countInode(-1);
  }
}
