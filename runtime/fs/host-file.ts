// A regular file of the host. Reads and writes go straight through; the page cache exists for mappings
// only and is laid over what is read, so both see the same bytes. Dirty pages of shared mappings go back at
// msync, fsync and when the last opener or mapping is gone.

import { EFBIG, Errno, ESTALE } from '../abi/errno.ts';
import { O_ACCMODE, O_RDONLY } from '../abi/file.ts';
import type { HostFile, HostStat } from '../host/host.ts';
import type { Frames } from '../mm/frames.ts';
import { PageCache, type PageSource } from '../mm/page-cache.ts';
import type { Caller } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { AttributeChange, Attributes } from '../vfs/inode.ts';
import { DataInode, MAX_FILE_SIZE, overlayResident } from '../vfs/regular-file.ts';
import { ask } from './host-answer.ts';
import type { HostFileSystem, HostInode, HostNode } from './host-node.ts';

const PAGE = 4096;
/** Pages that one fault on a file fetches with a single read of the host. */
const READ_AHEAD = 16;

export class HostRegularFile extends DataInode implements HostInode {
  readonly node: HostNode;
  readonly #frames: Frames;
  #cache: PageCache | null = null;
  /** Open on the host while the guest has it open: one for reading, one for both once somebody writes. */
  #reader: HostFile | null = null;
  #writer: HostFile | null = null;
  #opens = 0;

  constructor(fileSystem: HostFileSystem, node: HostNode, frames: Frames) {
    super(fileSystem);
    this.node = node;
    this.#frames = frames;
  }

  get #open(): HostFile | null {
    return this.#writer ?? this.#reader;
  }
  override get mode(): number {
    return this.node.mode;
  }
  override get size(): number {
    return this.node.refresh(this.#open).size;
  }
  override get knownSize(): number {
    return this.node.known.size;
  }
  override attributes(): Attributes {
    return this.node.attributes(this.#open);
  }
  override setAttributes(change: AttributeChange): void {
    this.node.setAttributes(change, this.#open);
  }

  // ---- the host's file ----

  override open(flags: number, caller: Caller, path: string): FileDescription {
    this.#acquire((flags & O_ACCMODE) !== O_RDONLY);
    this.#opens++;
    return super.open(flags, caller, path);
  }
  /** The file is open on the host already, for both, and has no name any more. */
  adopt(file: HostFile): void {
    this.node.removed = true;
    this.#writer = file;
  }
  /** Makes sure that the host's file is open. Its name may have got another file meanwhile: ESTALE. */
  #acquire(write: boolean): HostFile {
    const present = write ? this.#writer : this.#open;
    if (present !== null) return present;
    const file = this.#openOnHost(write);
    const stat = ask(() => file.stat());
    if (stat.inode !== this.node.known.inode || stat.device !== this.node.known.device) {
      file.close();
      throw ESTALE;
    }
    this.node.learn(stat);
    if (write) this.#writer = file;
    else this.#reader = file;
    return file;
  }
  #openOnHost(write: boolean): HostFile {
    const { files } = this.node.fileSystem;
    const { path } = this.node;
    if (!write) return ask(() => files.open(path, { read: true, write: false }));
    try {
      return ask(() => files.open(path, { read: true, write: true }));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ask(() => files.open(path, { read: false, write: true }));
    }
  }
  override closed(_flags: number): void {
    if (this.#opens > 1) {
      this.#opens--;
      return;
    }
    try {
      if (this.#cache?.dirty) this.#cache.flush();
    } finally {
      this.#opens = 0;
      this.#reader?.close();
      this.#writer?.close();
      this.#reader = this.#writer = null;
      if (this.node.unnamed) this.node.fileSystem.forgetUnnamed(this.node);
    }
  }
  /** Runs with the host's file open, for a moment if the guest has it not open itself. */
  #with<T>(write: boolean, use: (file: HostFile) => T): T {
    const borrowed = this.#opens === 0;
    const file = this.#acquire(write);
    this.#opens++;
    try {
      return use(file);
    } finally {
      if (borrowed) this.closed(0);
      else this.#opens--;
    }
  }

  // ---- data ----

  override readData(into: Uint8Array, position: number): number {
    return this.#with(false, (file) => {
      let done = 0;
      while (done < into.length) {
        const part = into.subarray(done);
        const count = ask(() => file.readAt(part, position + done));
        if (count === 0) break;
        done += count;
      }
      if (this.#cache?.dirty) overlayResident(this.#cache, this.#frames, into.subarray(0, done), position);
      return done;
    });
  }
  override writeData(from: Uint8Array, position: number): void {
    if (position + from.length > MAX_FILE_SIZE) throw EFBIG;
    this.#with(true, (file) => {
      for (let done = 0; done < from.length; ) {
        done += ask(() => file.writeAt(from.subarray(done), position + done));
      }
    });
    if (this.#cache !== null && this.#cache.pages > 0) this.#cache.refresh(from, position);
  }
  override truncate(size: number): void {
    this.#with(true, (file) => ask(() => file.truncate(size)));
    this.#cache?.truncate(size);
    this.node.refresh(this.#open);
  }
  override allocate(_position: number, limit: number, keepSize: boolean): void {
    if (!keepSize && limit > this.size) this.truncate(limit);
  }
  /** The host is not asked to make holes: zeros are written, within the file's size. */
  override zero(position: number, limit: number): void {
    const end = Math.min(limit, this.size);
    const zeros = new Uint8Array(Math.min(65536, Math.max(0, end - position)));
    for (let at = position; at < end; at += zeros.length) {
      this.writeData(zeros.subarray(0, Math.min(zeros.length, end - at)), at);
    }
  }
  override syncData(): void {
    if (this.#cache?.dirty) this.#cache.flush();
    const file = this.#open;
    if (file !== null) ask(() => file.sync());
  }

  // ---- pages ----

  override get tracksDirty(): boolean {
    return true;
  }
  override get cache(): PageCache {
    this.#cache ??= new PageCache(this.#frames, this.#source());
    return this.#cache;
  }
  #source(): PageSource {
    return {
      fill: (index, page) => this.#fill(index, page),
      store: (index, page) => {
        const length = Math.min(PAGE, this.size - index * PAGE);
        if (length > 0) this.#store(page.subarray(0, length), index * PAGE);
      },
    };
  }
  #fill(index: number, page: Uint8Array): void {
    const bytes = new Uint8Array(READ_AHEAD * PAGE);
    const count = this.#with(false, (file) => ask(() => file.readAt(bytes, index * PAGE)));
    page.set(bytes.subarray(0, Math.min(count, PAGE)));
    // `page` is no longer used from here on: an allocation may replace linear memory.
    for (let at = PAGE; at < count; at += PAGE) {
      this.cache.offer(index + at / PAGE, bytes.subarray(at, Math.min(count, at + PAGE)));
    }
  }
  #store(bytes: Uint8Array, position: number): void {
    this.#with(true, (file) => {
      for (let done = 0; done < bytes.length; ) {
        done += ask(() => file.writeAt(bytes.subarray(done), position + done));
      }
    });
  }

  /** The host changed the file behind our back: pages that are clean and not mapped are fetched anew. */
  changedOnHost(before: HostStat, now: HostStat): void {
    if (this.#cache === null || this.#opens > 0) return;
    if (before.modified === now.modified && before.size === now.size && before.changed === now.changed)
      return;
    this.forget();
  }
  /** Drops the pages; the file is neither open nor mapped. */
  forget(): void {
    if (this.#opens > 0) return;
    this.#cache?.release();
    this.#cache = null;
  }
  get isOpen(): boolean {
    return this.#opens > 0;
  }
  get hasPages(): boolean {
    return this.#cache !== null;
  }
}
