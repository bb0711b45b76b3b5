// Inodes whose attributes live in memory: what tmpfs and the upper layer of an overlay are made of. Links,
// FIFOs, devices and sockets are complete here; files and directories are memory-file.ts and
// memory-directory.ts.

import { ENXIO, EPERM } from '../abi/errno.ts';
import type { Frames } from '../mm/frames.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Devices } from '../vfs/devices.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type ExtendedAttributes,
  type FileSystem,
  Inode,
  type Maker,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFLNK,
} from '../vfs/inode.ts';
import { Fifo } from './fifo.ts';

/** The file system as its inodes see it. */
export interface MemoryFileSystem extends FileSystem {
  readonly frames: Frames;
  readonly devices: Devices;
  /** CLOCK_REALTIME, nanoseconds. */
  readonly now: () => bigint;
  nextInode(): number;
  /** A new inode (+1) or the end of one (-1). Throws ENOSPC. */
  countInode(by: number): void;
  /** Throws ENOSPC unless so many more pages fit. */
  reservePages(by: number): void;
  /** Pages that are used now (> 0) or were given back. */
  countPages(by: number): void;
}

export interface InitialAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly accessed?: bigint;
  readonly modified?: bigint;
  readonly changed?: bigint;
}

/** The attributes of an inode in memory; each kind of inode owns one. */
export class MemoryAttributes {
  readonly number: number;
  readonly fileSystem: MemoryFileSystem;
  mode: number;
  uid: number;
  gid: number;
  /** Names that lead here; 0 = unlinked, kept alive by open files only. */
  links = 1;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
  #extended: ExtendedAttributes | null = null;

  constructor(fileSystem: MemoryFileSystem, init: InitialAttributes) {
    const now = fileSystem.now();
    this.fileSystem = fileSystem;
    this.number = fileSystem.nextInode();
    this.mode = init.mode;
    this.uid = init.uid;
    this.gid = init.gid;
    this.accessed = init.accessed ?? now;
    this.modified = init.modified ?? now;
    this.changed = init.changed ?? now;
  }

  change(to: AttributeChange): void {
    if (to.mode !== undefined) this.mode = (this.mode & ~0o7777) | (to.mode & 0o7777);
    this.uid = to.uid ?? this.uid;
    this.gid = to.gid ?? this.gid;
    this.accessed = to.accessed ?? this.accessed;
    this.modified = to.modified ?? this.modified;
    this.changed = this.fileSystem.now();
  }
  /** Made when it is first asked for: few files have any. */
  get extended(): ExtendedAttributes {
    this.#extended ??= new Map();
    return this.#extended;
  }
  /** The contents changed. */
  modify(): void {
    this.modified = this.changed = this.fileSystem.now();
  }
  describe(size: number, blocks: number, rdev: number): Attributes {
    return {
      device: this.fileSystem.device,
      inode: this.number,
      mode: this.mode,
      links: this.links,
      uid: this.uid,
      gid: this.gid,
      rdev,
      size,
      blockSize: 4096,
      blocks,
      accessed: this.accessed,
      modified: this.modified,
      changed: this.changed,
    };
  }
}

/** An inode in memory of any kind: names that come and go change its link count. */
export interface Linkable extends Inode {
  readonly own: MemoryAttributes;
  /** The last name is gone. */
  nameless(): void;
}

export class MemorySymlink extends Inode implements Linkable {
  readonly own: MemoryAttributes;
  readonly #target: string;

  constructor(fileSystem: MemoryFileSystem, target: string, init: InitialAttributes | Maker) {
    super(fileSystem);
    this.own = new MemoryAttributes(fileSystem, { ...init, mode: S_IFLNK | 0o777 });
    this.#target = target;
  }
  override get mode(): number {
    return this.own.mode;
  }
  override attributes(): Attributes {
    return this.own.describe(this.#target.length, 0, 0);
  }
  override get extended(): ExtendedAttributes {
    return this.own.extended;
  }
  override setAttributes(change: AttributeChange): void {
    this.own.change({ ...change, mode: undefined });
  }
  override readLink(_caller: Caller): string {
    return this.#target;
  }
  nameless(): void {
    this.own.fileSystem.countInode(-1);
  }
}

/** FIFOs, device nodes and sockets. */
export class MemoryNode extends Inode implements Linkable {
  readonly own: MemoryAttributes;
  readonly #rdev: number;
  /** A FIFO's data, while it is open. */
  readonly #fifo: Fifo | null;

  constructor(fileSystem: MemoryFileSystem, rdev: number, init: InitialAttributes) {
    super(fileSystem);
    this.own = new MemoryAttributes(fileSystem, init);
    this.#rdev = rdev;
    this.#fifo = this.type === S_IFIFO ? new Fifo() : null;
  }
  override get mode(): number {
    return this.own.mode;
  }
  override attributes(): Attributes {
    return this.own.describe(0, 0, this.#rdev);
  }
  override get extended(): ExtendedAttributes {
    return this.own.extended;
  }
  override setAttributes(change: AttributeChange): void {
    this.own.change(change);
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    if (this.#fifo !== null) return this.#fifo.open(this, flags, path);
    const { type } = this;
    if (type !== S_IFCHR && type !== S_IFBLK) throw ENXIO;
    return this.own.fileSystem.devices.open(type, this.#rdev, flags, caller, this, path);
  }
  override truncate(): void {
    throw EPERM;
  }
  nameless(): void {
    this.own.fileSystem.countInode(-1);
  }
}
