// Inode: one file of any type, by its file system's own hand (Linux: struct inode with its i_op).
// Default methods answer the honest errno; a file system overrides what it has.

import { EINVAL, ELOOP, ENODEV, ENOTDIR, EOPNOTSUPP, EPERM } from '../abi/errno.ts';
import type { Caller } from './caller.ts';
import type { FileDescription } from './file-description.ts';
import type { Location } from './mount.ts';
import type { FileLocks } from './record-lock.ts';

// File types in st_mode, inode(7).
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;

/** What stat(2) answers; times in nanoseconds since 1970, `rdev` and `device` in Linux's dev_t encoding. */
export interface Attributes {
  readonly device: number;
  readonly inode: number;
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blockSize: number;
  /** In 512-byte units. */
  readonly blocks: number;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** Fields to change; absent ones stay (Linux: struct iattr). Permission was checked by the caller. */
export interface AttributeChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly accessed?: bigint;
  readonly modified?: bigint;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly inode: number;
  /** File type bits as in st_mode (S_IFREG ...). */
  readonly type: number;
  /** d_off: the directory position behind this entry. */
  readonly next: number;
}

/** A mounted file system: what statfs(2), /proc/mounts and st_dev tell of it (Linux: struct super_block). */
export interface FileSystem {
  /** Its name in /proc/mounts: tmpfs, proc, hostfs ... */
  readonly type: string;
  readonly device: number;
  readonly root: Inode;
  /** sync(2), syncfs(2): writes everything back; absent where there is nothing to write to. */
  sync?(): void;
  readonly statistics: () => Statistics;
}

/** What statfs(2) answers: sizes in blocks of `blockSize` bytes, lengths in bytes. */
export interface Statistics {
  /** The magic number of its kind (linux/magic.h). */
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly files: number;
  readonly filesFree: number;
  readonly nameLength: number;
}

/** Of a file system that counts neither blocks nor files (Linux: simple_statfs). */
export function simpleStatistics(type: number): Statistics {
  return { type, blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0, nameLength: 255 };
}

/** Who makes a new file, for its owner and its group (a set-group-id directory hands down its own). */
export interface Maker {
  readonly uid: number;
  readonly gid: number;
}

/** Values of extended attributes by their whole names, such as `user.mime_type`. */
export type ExtendedAttributes = Map<string, Uint8Array>;

export abstract class Inode {
  /** Advisory locks; null until somebody locks. Linux: i_flctx. */
  locks: FileLocks | null = null;

  constructor(readonly fileSystem: FileSystem) {}

  abstract attributes(): Attributes;
  /** st_mode; cheaper than attributes() on hot paths. */
  abstract get mode(): number;
  get type(): number {
    return this.mode & S_IFMT;
  }
  get isDirectory(): boolean {
    return this.type === S_IFDIR;
  }

  /** Extended attributes, xattr(7); null where the file system has none. */
  get extended(): ExtendedAttributes | null {
    return null;
  }
  setAttributes(_change: AttributeChange): void {
    throw EPERM;
  }
  /** Nobody removes or renames it, nor makes or removes what is in it. Linux: S_IMMUTABLE. */
  get immutable(): boolean {
    return false;
  }
  /** Its permission bits bind those who may override others' (/proc/sys). Linux: an i_op->permission of its own. */
  get bindsEverybody(): boolean {
    return false;
  }
  /** True for entries whose permission bits do not bind (hostfs leaves the check to the host). */
  get checksPermissionItself(): boolean {
    return false;
  }

  // Directories. Names are single components, never '.' or '..'.
  /** The entry, or null when there is none. */
  lookup(_name: string, _caller: Caller): Inode | null {
    throw ENOTDIR;
  }
  /** All entries but '.' and '..'. */
  entries(_caller: Caller): { name: string; inode: number; type: number }[] {
    throw ENOTDIR;
  }
  create(_name: string, _mode: number, _maker: Maker): Inode {
    throw EPERM;
  }
  /** A regular file without a name (O_TMPFILE), which may get one later or never does. */
  createUnnamed(_mode: number, _maker: Maker, _linkable: boolean): Inode {
    throw EOPNOTSUPP;
  }
  makeDirectory(_name: string, _mode: number, _maker: Maker): Inode {
    throw EPERM;
  }
  /** Device nodes, FIFOs and bound AF_UNIX sockets; `mode` holds the type. */
  makeNode(_name: string, _mode: number, _rdev: number, _maker: Maker): Inode {
    throw EPERM;
  }
  makeSymlink(_name: string, _target: string, _maker: Maker): Inode {
    throw EPERM;
  }
  makeLink(_name: string, _to: Inode): void {
    throw EPERM;
  }
  unlink(_name: string): void {
    throw EPERM;
  }
  removeDirectory(_name: string): void {
    throw EPERM;
  }
  /** Moves an entry of this directory; an entry in the way is replaced. `exchange`: RENAME_EXCHANGE. */
  rename(_name: string, _to: Inode, _newName: string, _exchange: boolean): void {
    throw EPERM;
  }

  /** A symlink's text. */
  readLink(_caller: Caller): string {
    throw EINVAL;
  }
  /**
   * Where a magic link (/proc/PID/exe, /proc/PID/cwd, /proc/PID/fd/N) leads without a path walk: a place,
   * or an inode that has none (a pipe, a socket); null for ordinary links.
   */
  follow(_caller: Caller): Inode | Location | null {
    return null;
  }

  /** Opens with the given open(2) flags; permission was checked. `path` is the name that /proc shows. */
  open(_flags: number, _caller: Caller, _path: string): FileDescription {
    throw this.type === S_IFLNK ? ELOOP : ENODEV;
  }
  truncate(_size: number): void {
    throw EINVAL;
  }
}
