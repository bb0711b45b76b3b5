// Regular files: DataInode, what a file system must tell of a file with data; RegularFile, its open
// description; FileMapping, its pages as mmap(2) sees them. tmpfs, hostfs and overlay share all three.

import { EBADF, EINVAL, EISDIR, ENXIO, EOVERFLOW, EPERM } from '../abi/errno.ts';
import {
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  FIONREAD,
  FIOQSIZE,
  O_APPEND,
  O_NOATIME,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
} from '../abi/file.ts';
import type { PageCache } from '../mm/page-cache.ts';
import type { Area, Mappable } from '../mm/vma.ts';
import type { Result } from '../wait.ts';
import type { Caller } from './caller.ts';
import { FileDescription } from './file-description.ts';
import { Inode } from './inode.ts';

export abstract class DataInode extends Inode {
  /** F_ADD_SEALS; files that were not made for sealing have F_SEAL_SEAL. */
  seals = 1;

  /** Length in bytes (i_size). */
  abstract get size(): number;
  /** The length as it was last heard, without asking anybody: a host may have changed it since. */
  get knownSize(): number {
    return this.size;
  }
  /** Bytes copied from `position` on; 0 at the end. */
  abstract readData(into: Uint8Array, position: number): number;
  /** Stores all bytes; the file grows where they go beyond its end. */
  abstract writeData(from: Uint8Array, position: number): void;
  abstract override truncate(size: number): void;
  /** The pages, for mappings. */
  abstract get cache(): PageCache;
  /** fallocate(2): reserves (mode 0), punches or zeroes [position, limit). */
  abstract allocate(position: number, limit: number, keepSize: boolean): void;
  abstract zero(position: number, limit: number): void;
  /** First byte at or behind `position` that is data (or a hole); the size when there is none. */
  nextData(position: number): number {
    return position;
  }
  nextHole(_position: number): number {
    return this.size;
  }
  /** A mapping is about to write the page: the modification time, and what the file system keeps of it. */
  touched(): void {}
  /** Whether writable pages of mappings must be reported before their first write. */
  get tracksDirty(): boolean {
    return false;
  }
  /** fsync(2). */
  syncData(): void {}
  /** atime after a read. */
  accessed(): void {}
  /** Counts the open descriptions; the last one to go lets the file system put things away. */
  closed(_flags: number): void {}

  override open(flags: number, _caller: Caller, path: string): FileDescription {
    return new RegularFile(this, flags, path);
  }
}

/** The largest position of a file. Linux: MAX_LFS_FILESIZE; ours is what a number counts exactly. */
export const MAX_FILE_SIZE = Number.MAX_SAFE_INTEGER;

export class RegularFile extends FileDescription {
  readonly #file: DataInode;
  readonly #path: string;
  #mapping: FileMapping | null = null;

  constructor(file: DataInode, flags: number, path: string) {
    super(file, flags);
    this.#file = file;
    this.#path = path;
  }

  override get path(): string {
    return this.location?.entry.unlinked ? `${this.#path} (deleted)` : this.#path;
  }
  get file(): DataInode {
    return this.#file;
  }

  override read(length: number): Uint8Array {
    const bytes = this.readAt(length, this.position);
    this.position += bytes.length;
    return bytes;
  }
  override readAt(length: number, position: number): Uint8Array {
    const { size } = this.#file;
    const wanted = Math.min(length, size - position);
    // Files of /proc and /sys on a host say size 0 and have contents all the same.
    const bytes = new Uint8Array(size === 0 ? Math.min(length, 65536) : Math.max(0, wanted));
    const count = this.#file.readData(bytes, position);
    if ((this.flags & O_NOATIME) === 0) this.#file.accessed();
    return count === bytes.length ? bytes : bytes.subarray(0, count);
  }
  override write(bytes: Uint8Array): Result {
    if ((this.flags & O_APPEND) !== 0) this.position = this.#file.size;
    const count = this.#store(bytes, this.position);
    this.position += count;
    return count;
  }
  /** O_APPEND wins over the position here too: pwrite(2), BUGS. */
  override writeAt(bytes: Uint8Array, position: number): Result {
    return this.#store(bytes, (this.flags & O_APPEND) !== 0 ? this.#file.size : position);
  }
  #store(bytes: Uint8Array, position: number): number {
    if (bytes.length === 0) return 0;
    const { seals } = this.#file;
    if ((seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0) throw EPERM;
    if ((seals & F_SEAL_GROW) !== 0 && position + bytes.length > this.#file.size) throw EPERM;
    this.#file.writeData(bytes, position);
    return bytes.length;
  }

  override seek(offset: number, whence: number): number {
    const { size } = this.#file;
    let position: number;
    switch (whence) {
      case SEEK_SET:
        position = offset;
        break;
      case SEEK_CUR:
        position = this.position + offset;
        break;
      case SEEK_END:
        position = size + offset;
        break;
      case SEEK_DATA:
      case SEEK_HOLE:
        if (offset < 0 || offset >= size) throw ENXIO;
        position = whence === SEEK_DATA ? this.#file.nextData(offset) : this.#file.nextHole(offset);
        if (whence === SEEK_DATA && position >= size) throw ENXIO;
        break;
      default:
        throw EINVAL;
    }
    if (position < 0) throw EINVAL;
    if (position > MAX_FILE_SIZE) throw EOVERFLOW;
    this.position = position;
    return position;
  }

  override truncate(size: number): void {
    const { seals } = this.#file;
    if ((seals & F_SEAL_SHRINK) !== 0 && size < this.#file.size) throw EPERM;
    if ((seals & F_SEAL_GROW) !== 0 && size > this.#file.size) throw EPERM;
    this.#file.truncate(size);
  }
  override sync(): void {
    this.#file.syncData();
  }
  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request === FIONREAD) {
      caller.memory.writeU32(argument, Math.max(0, this.#file.size - this.position));
      return 0;
    }
    if (request === FIOQSIZE) {
      caller.memory.writeU64(argument, BigInt(this.#file.size));
      return 0;
    }
    return super.ioctl(caller, request, argument);
  }
  override mappable(): Mappable {
    return (this.#mapping ??= new FileMapping(this));
  }
  protected override closed(): void {
    this.#file.closed(this.flags);
  }
}

/** The pages of an open file. Holds the description while it is mapped. */
export class FileMapping implements Mappable {
  readonly #description: RegularFile;
  readonly device: number;
  readonly inode: number;

  constructor(description: RegularFile) {
    this.#description = description;
    ({ device: this.device, inode: this.inode } = description.file.attributes());
  }

  get name(): string {
    return this.#description.path;
  }
  get #file(): DataInode {
    return this.#description.file;
  }
  get mappings(): Set<Area> {
    return this.#file.cache.mappings;
  }
  get tracksDirty(): boolean {
    return this.#file.tracksDirty;
  }
  page(index: number, forWrite: boolean): number {
    if (index * 4096 >= this.#file.size) return 0;
    if (forWrite) this.#file.touched();
    return this.#file.cache.page(index);
  }
  reserve(first: number, limit: number): void {
    const pages = Math.ceil(this.#file.size / 4096);
    // Who maps most of a file will map the rest too.
    if ((limit - first) * 2 > pages) this.#file.cache.reserve(0, pages);
    else this.#file.cache.reserve(first, Math.min(limit, pages));
  }
  get whole(): boolean {
    return this.#file.cache.whole;
  }
  resident(index: number): number {
    return index * 4096 >= this.#file.knownSize ? 0 : this.#file.cache.resident(index);
  }
  markDirty(index: number): void {
    this.#file.cache.markDirty(index);
  }
  sync(first: number, limit: number): void {
    if (this.#file.tracksDirty) this.#file.cache.flush(first, limit);
  }
  punch(first: number, limit: number): void {
    this.#file.zero(first * 4096, Math.min(limit * 4096, this.#file.size));
  }
  retain(): void {
    this.#description.retain();
  }
  release(): void {
    this.#description.release();
  }
}

/** Lays the pages that are in memory over bytes that were read from behind them. */
export function overlayResident(
  cache: PageCache,
  frames: { readonly u8: Uint8Array },
  into: Uint8Array,
  position: number,
): void {
  if (cache.pages === 0) return;
  for (let done = 0; done < into.length; ) {
    const at = position + done;
    const offset = at % 4096;
    const part = Math.min(4096 - offset, into.length - done);
    const frame = cache.resident((at - offset) / 4096);
    if (frame !== 0) {
      const address = frame * 4096 + offset;
      into.set(frames.u8.subarray(address, address + part), done);
    }
    done += part;
  }
}

/** A descriptor that must be one of a regular file: truncate(2), fallocate(2). */
export function regularFile(description: FileDescription): RegularFile {
  if (description instanceof RegularFile) return description;
  throw description.inode?.isDirectory ? EISDIR : EBADF;
}
