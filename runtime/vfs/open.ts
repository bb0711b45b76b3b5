// open(2): from a path and flags to a description. Linux: fs/namei.c, path_openat(). Descriptor numbers are
// syscalls/file.ts; exec and the ELF loader come in here as well.

import { CAP } from '../abi/capability.ts';
import {
  EACCES,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENOENT,
  ENOTDIR,
  ENXIO,
  EPERM,
  ETXTBSY,
} from '../abi/errno.ts';
import {
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
} from '../abi/file.ts';
import { capable } from '../vfs/caller.ts';
import type { Caller } from './caller.ts';
import { DirectoryFile } from './directory-file.ts';
import type { FileDescription } from './file-description.ts';
import {
  type Inode,
  type Maker,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
} from './inode.ts';
import { Entry, Location } from './mount.ts';
import type { FsContext, WalkOptions } from './path.ts';
import { PathFile } from './path-file.ts';
import { checkAccess, checkAdd, checkWritableMount, dropPowers, MAY_READ, MAY_WRITE } from './permission.ts';
import { IN_CREATE, IN_MODIFY, IN_OPEN } from './watch.ts';

/** Flags that only say how to open; F_GETFL does not show them. */
const OPEN_ONLY = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

export interface OpenOptions {
  readonly mode?: number;
  /** Directory for a relative path; default: the working directory. */
  readonly base?: Location | null;
  /** openat2(2): RESOLVE_* bits. */
  readonly resolve?: number;
}

/** Owner and group of a new file: a set-group-id directory hands down its group. */
export function makerIn(directory: Inode, caller: Caller): Maker {
  const { fsuid, fsgid } = caller.credentials;
  const gid = (directory.mode & S_ISGID) === 0 ? fsgid : directory.attributes().gid;
  return { uid: fsuid, gid };
}

/** The description that open(2) makes; the caller installs it. */
export function openPath(
  fs: FsContext,
  caller: Caller,
  path: string,
  flags: number,
  options: OpenOptions = {},
): FileDescription {
  if ((flags & O_PATH) !== 0) flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const walkOptions: WalkOptions = {
    base: options.base,
    resolve: options.resolve,
    last:
      (flags & O_NOFOLLOW) !== 0 || (flags & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)
        ? 'before-slash'
        : 'follow',
  };
  if ((flags & O_TMPFILE) === O_TMPFILE) {
    return openTemporary(fs, caller, fs.resolve(caller, path, walkOptions), flags, options.mode ?? 0);
  }
  if ((flags & O_CREAT) === 0) {
    return openLocation(fs, caller, fs.resolve(caller, path, walkOptions), flags);
  }
  if (path.endsWith('/')) {
    // Whatever is there: what ends in a slash is a folder, and none is made here.
    fs.walk(caller, path.replace(/\/+$/, '') || '/', { ...walkOptions, last: 'leave' });
    throw EISDIR;
  }
  const { parent, name, place } = fs.walk(caller, path, walkOptions);
  if (place !== null) {
    if ((flags & O_EXCL) !== 0) throw EEXIST;
    if (place.inode.isDirectory) throw EISDIR;
    return openLocation(fs, caller, place, flags);
  }
  if ((flags & O_DIRECTORY) !== 0) throw EINVAL;
  if (parent.entry.unlinked) throw ENOENT;
  checkAdd(parent, caller.credentials);
  const mode = (options.mode ?? 0) & 0o7777 & ~fs.umask;
  const inode = parent.inode.create(name, S_IFREG | mode, makerIn(parent.inode, caller));
  const made = new Location(parent.mount, parent.entry.child(name, inode));
  const { watches } = fs.namespace;
  if (watches.active) watches.entry(parent.inode, name, inode, IN_CREATE);
  // A file that was just made may be written whatever its mode says.
  return describe(fs, caller, made, flags & ~O_TRUNC);
}

/** Opens an existing place after the checks of may_open(). */
export function openLocation(fs: FsContext, caller: Caller, place: Location, flags: number): FileDescription {
  const { inode } = place;
  if ((flags & O_DIRECTORY) !== 0 && !inode.isDirectory) throw ENOTDIR;
  if ((flags & O_PATH) !== 0) {
    const description = new PathFile(inode, flags & ~O_CLOEXEC, fs.pathOf(place));
    description.location = place;
    return description;
  }
  if (inode.type === S_IFLNK) throw ELOOP;
  const wanted = wantedAccess(flags);
  if (inode.isDirectory && ((wanted & MAY_WRITE) !== 0 || (flags & O_CREAT) !== 0)) throw EISDIR;
  if ((wanted & MAY_WRITE) !== 0 && fs.namespace.services.isExecuting(inode)) throw ETXTBSY;
  if (inode.type === S_IFSOCK) {
    checkAccess(place, wanted, caller.credentials);
    throw ENXIO;
  }
  const isDevice = inode.type === S_IFCHR || inode.type === S_IFBLK;
  if (isDevice && place.mount.flags.nodev) throw EACCES;
  checkAccess(place, wanted, caller.credentials);
  if ((flags & O_NOATIME) !== 0 && !capable(caller.credentials, CAP.CAP_FOWNER)) {
    if (inode.attributes().uid !== caller.credentials.fsuid) throw EPERM;
  }
  return describe(fs, caller, place, flags);
}

function describe(fs: FsContext, caller: Caller, place: Location, flags: number): FileDescription {
  const { inode } = place;
  const path = fs.pathOf(place);
  let description: FileDescription;
  let truncated = false;
  if (inode.type === S_IFDIR) {
    description = new DirectoryFile(inode, flags & ~OPEN_ONLY, caller, path);
  } else {
    description = inode.open(flags & ~(OPEN_ONLY & ~O_NOCTTY), caller, path);
    description.flags &= ~OPEN_ONLY;
  }
  description.location ??= place;
  description.location.entry.opens++;
  const { watches } = fs.namespace;
  description.watches = watches;
  if ((flags & O_TRUNC) !== 0 && inode.type === S_IFREG) {
    checkWritableMount(place);
    dropPowers(inode, caller.credentials);
    inode.truncate(0);
    truncated = true;
  }
  if (watches.active) {
    watches.about(place, IN_OPEN);
    if (truncated) watches.about(place, IN_MODIFY);
  }
  return description;
}

/** O_TMPFILE: a file without a name, on the file system of the directory. */
function openTemporary(
  fs: FsContext,
  caller: Caller,
  directory: Location,
  flags: number,
  mode: number,
): FileDescription {
  if ((flags & O_ACCMODE) === O_RDONLY) throw EINVAL;
  if (!directory.inode.isDirectory) throw ENOTDIR;
  checkAdd(directory, caller.credentials);
  const maker = makerIn(directory.inode, caller);
  const linkable = (flags & O_EXCL) === 0;
  const inode = directory.inode.createUnnamed(S_IFREG | (mode & 0o7777 & ~fs.umask), maker, linkable);
  const entry = new Entry(directory.entry, `#${inode.attributes().inode}`, inode);
  entry.unlinked = true;
  entry.linkable = linkable;
  const place = new Location(directory.mount, entry);
  return describe(fs, caller, place, flags & ~O_TMPFILE);
}

function wantedAccess(flags: number): number {
  let wanted = 0;
  switch (flags & O_ACCMODE) {
    case O_RDONLY:
      wanted = MAY_READ;
      break;
    case O_WRONLY:
      wanted = MAY_WRITE;
      break;
    case O_RDWR:
      wanted = MAY_READ | MAY_WRITE;
      break;
    default:
      wanted = MAY_READ | MAY_WRITE; // 3: checked for both, used for neither (ioctl only)
  }
  if ((flags & O_TRUNC) !== 0) wanted |= MAY_WRITE;
  return wanted;
}
