// How the *at calls name a file: a directory descriptor (or AT_FDCWD) and a path. openat(2), "Rationale for
// openat() and other directory file descriptor APIs".

import { EBADF, EINVAL, ENOTDIR } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../abi/file.ts';
import type { Task } from '../kernel/task.ts';
import type { Attributes } from '../vfs/inode.ts';
import { Entry, Location } from '../vfs/mount.ts';
import type { LastLink } from '../vfs/path.ts';
import { choice, type Kind } from './row.ts';

/** A directory descriptor. */
export const dirfd: Kind<number> = choice('dirfd', { AT_FDCWD });

/** Where a relative path begins; null = the working directory. An absolute path asks for nothing. */
export function baseOf(task: Task, directory: number, path: string): Location | null {
  if (directory === AT_FDCWD || path.charCodeAt(0) === 0x2f) return null;
  const description = task.files.get(directory);
  const { location } = description;
  if (location === null || (!location.inode.isDirectory && path !== '')) throw ENOTDIR;
  return location;
}

/** The place of an open file; objects without one get a place of their own, for fstat and the like. */
export function placeOf(task: Task, number: number): Location {
  const description = task.files.get(number);
  if (description.location !== null) return description.location;
  const { inode } = description;
  if (inode === null) throw EBADF;
  return new Location(task.fs.root.mount, new Entry(null, description.path, inode));
}

export function resolve(task: Task, path: string, last: LastLink = 'follow'): Location {
  return task.fs.resolve(task, path, { last });
}

/** `allowed`: the AT_* flags that the call knows. */
export function resolveAt(
  task: Task,
  directory: number,
  path: string,
  flag: number,
  allowed: number,
): Location {
  if ((flag & ~allowed) !== 0) throw EINVAL;
  if (path === '' && (flag & AT_EMPTY_PATH) !== 0) {
    return directory === AT_FDCWD ? task.fs.cwd : placeOf(task, directory);
  }
  return task.fs.resolve(task, path, {
    base: baseOf(task, directory, path),
    last: (flag & AT_SYMLINK_NOFOLLOW) !== 0 ? 'before-slash' : 'follow',
  });
}

/** What fstat(2) tells; epoll and its like have an inode that says nothing (Linux: anon_inodefs). */
export function attributesOf(task: Task, number: number): Attributes {
  const { inode } = task.files.get(number);
  return inode === null ? ANONYMOUS : inode.attributes();
}

const ANONYMOUS: Attributes = {
  device: 0xe,
  inode: 1,
  mode: 0o600,
  links: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blockSize: 4096,
  blocks: 0,
  accessed: 0n,
  modified: 0n,
  changed: 0n,
};
