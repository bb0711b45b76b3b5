// tmpfs: files in memory, for /tmp, /dev/shm, /run, memfd_create(2) and the root of a machine that starts
// empty. tmpfs(5). The inodes are memory-*.ts.

import { ENOSPC } from '../abi/errno.ts';
import { O_LARGEFILE, O_RDWR } from '../abi/file.ts';
import type { Frames } from '../mm/frames.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Devices } from '../vfs/devices.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { S_IFREG } from '../vfs/inode.ts';
import { MemoryDirectory } from './memory-directory.ts';
import { MemoryFile } from './memory-file.ts';
import type { MemoryFileSystem } from './memory-inode.ts';

const TMPFS_MAGIC = 0x01021994;

export interface TmpFsParts {
  readonly frames: Frames;
  readonly devices: Devices;
  /** CLOCK_REALTIME, nanoseconds. */
  readonly now: () => bigint;
  /** st_dev: (0, n) as makedev() makes it. */
  readonly device: number;
}

export interface TmpFsOptions {
  /** mount -o size=: bytes; default: half of the machine's memory. */
  readonly size?: number;
  /** mount -o nr_inodes=. */
  readonly inodes?: number;
  /** mount -o mode=, uid=, gid=: the root directory's. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export class TmpFs implements MemoryFileSystem {
  readonly type: string = 'tmpfs';
  readonly device: number;
  readonly frames: Frames;
  readonly devices: Devices;
  readonly now: () => bigint;
  root: MemoryDirectory;
  /** Limits and use, in pages and inodes. */
  readonly #pageLimit: number;
  readonly #inodeLimit: number;
  #pages = 0;
  #inodes = 1;
  #lastInode = 0;

  constructor(parts: TmpFsParts, options: TmpFsOptions = {}) {
    this.device = parts.device;
    this.frames = parts.frames;
    this.devices = parts.devices;
    this.now = parts.now;
    this.#pageLimit = options.size === undefined ? parts.frames.limit >> 1 : Math.ceil(options.size / 4096);
    this.#inodeLimit = options.inodes ?? parts.frames.limit >> 1;
    const { mode = 0o1777, uid = 0, gid = 0 } = options;
    this.root = new MemoryDirectory(this, { mode, uid, gid });
  }

  nextInode(): number {
    return ++this.#lastInode;
  }
  countInode(by: number): void {
    if (by > 0 && this.#inodes + by > this.#inodeLimit) throw ENOSPC;
    this.#inodes += by;
  }
  reservePages(by: number): void {
    if (by > 0 && this.#pages + by > this.#pageLimit) throw ENOSPC;
  }
  countPages(by: number): void {
    this.#pages += by;
  }

  readonly statistics = () => ({
    type: TMPFS_MAGIC,
    blockSize: 4096,
    blocks: this.#pageLimit,
    blocksFree: this.#pageLimit - this.#pages,
    files: this.#inodeLimit,
    filesFree: this.#inodeLimit - this.#inodes,
    nameLength: 255,
  });

  /** memfd_create(2): an unlinked file that /proc calls `/memfd:NAME (deleted)`. */
  memoryFile(name: string, caller: Caller, seals: number): FileDescription {
    this.countInode(1);
    const { fsuid, fsgid } = caller.credentials;
    const file = new MemoryFile(this, { mode: S_IFREG | 0o777, uid: fsuid, gid: fsgid });
    file.own.links = 0;
    file.seals = seals;
    return file.open(O_RDWR | O_LARGEFILE, caller, `/memfd:${name} (deleted)`);
  }
}
