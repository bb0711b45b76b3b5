// SharedMemory: shared anonymous memory without a name in any file system: MAP_SHARED | MAP_ANONYMOUS and
// System V segments (Linux: shmem_kernel_file_setup). Holes are filled at the first access; nothing is
// ever written back.

import { PAGE_SIZE } from '../../src/layout.ts';
import type { Frames } from './frames.ts';
import { PageCache } from './page-cache.ts';
import type { Area, Mappable } from './vma.ts';

export class SharedMemory implements Mappable {
  readonly name: string;
  readonly device = 0;
  readonly inode: number;
  readonly tracksDirty = false;
  readonly #cache: PageCache;
  readonly #pages: number;
  /** Mappings, and whoever else holds the object (a System V segment's table). */
  #references = 0;

  /** `length` in bytes; `name` as /proc/PID/maps shows it, with the inode number. */
  constructor(frames: Frames, length: number, name = '/dev/zero (deleted)', inode = 0) {
    this.name = name;
    this.inode = inode;
    this.#pages = Math.ceil(length / PAGE_SIZE);
    this.#cache = new PageCache(frames);
  }

  get residentPages(): number {
    return this.#cache.pages;
  }
  get mappings(): Set<Area> {
    return this.#cache.mappings;
  }
  page(index: number): number {
    return index < this.#pages ? this.#cache.page(index) : 0;
  }
  reserve(first: number, limit: number): void {
    this.#cache.reserve(first, Math.min(limit, this.#pages));
  }
  get whole(): boolean {
    return this.#cache.whole;
  }
  resident(index: number): number {
    return this.#cache.resident(index);
  }
  markDirty(): void {}
  punch(first: number, limit: number): void {
    this.#cache.punch(first, limit);
  }
  retain(): void {
    this.#references++;
  }
  release(): void {
    if (--this.#references === 0) this.#cache.release();
  }
}
