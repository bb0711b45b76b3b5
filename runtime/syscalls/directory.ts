// Names: making, moving and removing them, reading directories, the working directory, mounts. mkdir(2),
// unlink(2), rename(2), link(2), symlink(2), getdents(2), getcwd(2), chroot(2), mount(2).

import { CAP } from '../abi/capability.ts';
import {
  EACCES,
  EBADF,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ENODEV,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  EXDEV,
} from '../abi/errno.ts';
import * as F from '../abi/file.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import {
  type Inode,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from '../vfs/inode.ts';
import type { Entry, Location, Mount, MountFlags } from '../vfs/mount.ts';
import { makerIn } from '../vfs/open.ts';
import { placeIn, type Walked } from '../vfs/path.ts';
import { allows, checkAdd, checkRemove, MAY_EXEC, MAY_WRITE } from '../vfs/permission.ts';
import {
  IN_ACCESS,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  RENAMED_WITHIN,
} from '../vfs/watch.ts';
import { attributeRows } from './attribute.ts';
import { extendedAttributeRows } from './extended-attribute.ts';
import { baseOf, dirfd, resolve, resolveAt } from './place.ts';
import {
  bits,
  fd,
  flags,
  mode,
  partial,
  path,
  pathOrNull,
  pointer,
  type Rows,
  refused,
  size,
  sys,
  unsigned,
} from './row.ts';
import { output, outputString } from './shown.ts';
import { atFlags, dirents, dirents64 } from './shown-file.ts';
import { statRows } from './stat.ts';

/** Walks to a name without following it: the way of every call that makes or removes names. */
function walkAt(task: Task, directory: number, name: string): Walked {
  return task.fs.walk(task, name, { base: baseOf(task, directory, name), last: 'leave' });
}
/** As `walkAt`, but the name itself is not looked for. */
function wayAt(task: Task, directory: number, name: string): Walked {
  return task.fs.walk(task, name, { base: baseOf(task, directory, name), last: 'unseen' });
}
const isName = (walked: Walked): boolean => walked.name !== '' && walked.name !== '.' && walked.name !== '..';
/** Something is mounted on the name: what is seen there is not in the directory. */
const isCovered = (walked: Walked): boolean =>
  walked.place !== null && walked.place.mount !== walked.parent.mount;

// ---- telling inotify ----

function tellEntry(task: Task, directory: Location, name: string, inode: Inode, event: number): void {
  const { watches } = task.fs.namespace;
  if (watches.active) watches.entry(directory.inode, name, inode, event);
}
function tellRemoved(task: Task, directory: Location, name: string, entry: Entry): void {
  if (!task.fs.namespace.watches.active) return;
  tellGone(task, entry);
  tellEntry(task, directory, name, entry.inode, IN_DELETE);
}
/** A name of an inode is gone, perhaps its last. */
function tellGone(task: Task, entry: Entry): void {
  const { watches } = task.fs.namespace;
  if (!entry.inode.isDirectory) watches.self(entry.inode, IN_ATTRIB);
  watches.dropped(entry);
}
function tellMoved(task: Task, from: Walked, to: Walked, inode: Inode): void {
  const { watches } = task.fs.namespace;
  const cookie = watches.nextCookie();
  watches.entry(from.parent.inode, from.name, inode, IN_MOVED_FROM, cookie);
  watches.entry(to.parent.inode, to.name, inode, IN_MOVED_TO, cookie);
  if (from.parent.inode === to.parent.inode)
    watches.entry(from.parent.inode, from.name, inode, RENAMED_WITHIN);
  watches.self(inode, IN_MOVE_SELF);
}

// ---- making ----

/** The directory for a new name; `forDirectory`: a trailing slash is allowed. */
function placeForNew(task: Task, directory: number, name: string, forDirectory: boolean): Walked {
  const walked = walkAt(task, directory, name);
  if (!isName(walked) || walked.place !== null) throw EEXIST;
  if (walked.trailingSlash && !forDirectory) throw ENOENT;
  if (walked.parent.entry.unlinked) throw ENOENT;
  checkAdd(walked.parent, task.credentials);
  return walked;
}

function makeDirectory(task: Task, directory: number, name: string, permissions: number): number {
  const { parent, name: last } = placeForNew(task, directory, name, true);
  const bitsOf = permissions & 0o1777 & ~task.fs.umask;
  const made = parent.inode.makeDirectory(last, S_IFDIR | bitsOf, makerIn(parent.inode, task));
  tellEntry(task, parent, last, made, IN_CREATE);
  return 0;
}

function makeNode(task: Task, directory: number, name: string, what: number, device: number): number {
  const type = what & S_IFMT;
  if (type === S_IFDIR) throw EPERM;
  const known = [0, S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK];
  if (!known.includes(type)) throw EINVAL;
  const { parent, name: last } = placeForNew(task, directory, name, false);
  if ((type === S_IFCHR || type === S_IFBLK) && !capable(task.credentials, CAP.CAP_MKNOD)) throw EPERM;
  const permissions = what & 0o7777 & ~task.fs.umask;
  const maker = makerIn(parent.inode, task);
  const made =
    type === 0 || type === S_IFREG
      ? parent.inode.create(last, S_IFREG | permissions, maker)
      : parent.inode.makeNode(last, type | permissions, device, maker);
  tellEntry(task, parent, last, made, IN_CREATE);
  return 0;
}

function makeSymlink(task: Task, target: string, directory: number, name: string): number {
  if (target === '') throw ENOENT;
  const { parent, name: last } = placeForNew(task, directory, name, false);
  const made = parent.inode.makeSymlink(last, target, makerIn(parent.inode, task));
  tellEntry(task, parent, last, made, IN_CREATE);
  return 0;
}

function makeLink(
  task: Task,
  fromDirectory: number,
  from: string,
  toDirectory: number,
  to: string,
  flag: number,
): number {
  if ((flag & ~(F.AT_SYMLINK_FOLLOW | F.AT_EMPTY_PATH)) !== 0) throw EINVAL;
  const follow = (flag & F.AT_SYMLINK_FOLLOW) !== 0 ? 0 : F.AT_SYMLINK_NOFOLLOW;
  const allowed = F.AT_SYMLINK_NOFOLLOW | F.AT_EMPTY_PATH;
  const old = resolveAt(task, fromDirectory, from, (flag & F.AT_EMPTY_PATH) | follow, allowed);
  const { parent, name } = placeForNew(task, toDirectory, to, false);
  if (old.mount !== parent.mount) throw EXDEV;
  if (old.inode.isDirectory) throw EPERM;
  if (old.inode.attributes().links === 0 && !old.entry.linkable) throw ENOENT;
  parent.inode.makeLink(name, old.inode);
  // It has had its first name: without any it cannot come back.
  old.entry.linkable = false;
  const { watches } = task.fs.namespace;
  if (watches.active) {
    watches.self(old.inode, IN_ATTRIB);
    watches.entry(parent.inode, name, old.inode, IN_CREATE);
  }
  return 0;
}

// ---- removing ----

function unlink(task: Task, directory: number, name: string): number {
  const walked = walkAt(task, directory, name);
  if (!isName(walked)) throw EISDIR;
  const { parent, place } = walked;
  if (place === null) throw ENOENT;
  if (walked.trailingSlash) throw place.inode.isDirectory ? EISDIR : ENOTDIR;
  checkRemove(parent, place.inode, task.credentials);
  if (place.inode.isDirectory) throw EISDIR;
  if (isCovered(walked)) throw EBUSY;
  parent.inode.unlink(walked.name);
  parent.entry.removed(walked.name);
  tellRemoved(task, parent, walked.name, place.entry);
  return 0;
}

function removeDirectory(task: Task, directory: number, name: string): number {
  const walked = walkAt(task, directory, name);
  if (walked.name === '.') throw EINVAL;
  if (walked.name === '..') throw ENOTEMPTY;
  if (walked.name === '') throw EBUSY;
  const { parent, place } = walked;
  if (place === null) throw ENOENT;
  checkRemove(parent, place.inode, task.credentials);
  if (!place.inode.isDirectory) throw ENOTDIR;
  if (isCovered(walked)) throw EBUSY;
  parent.inode.removeDirectory(walked.name);
  parent.entry.removed(walked.name);
  tellRemoved(task, parent, walked.name, place.entry);
  return 0;
}

// ---- moving ----

function rename(
  task: Task,
  fromDirectory: number,
  from: string,
  toDirectory: number,
  to: string,
  flag: number,
): number {
  if ((flag & ~(F.RENAME_NOREPLACE | F.RENAME_EXCHANGE)) !== 0) throw EINVAL;
  const exchange = (flag & F.RENAME_EXCHANGE) !== 0;
  if (exchange && (flag & F.RENAME_NOREPLACE) !== 0) throw EINVAL;
  // Both directories first, then what is there: the old name before the new one.
  const oldWay = wayAt(task, fromDirectory, from);
  const targetWay = wayAt(task, toDirectory, to);
  if (oldWay.parent.mount !== targetWay.parent.mount) throw EXDEV;
  if (!isName(oldWay)) throw EBUSY;
  if (!isName(targetWay)) throw (flag & F.RENAME_NOREPLACE) !== 0 ? EEXIST : EBUSY;
  const old = { ...oldWay, place: placeIn(oldWay.parent, oldWay.name, task) };
  if (old.place === null) throw ENOENT;
  const target = { ...targetWay, place: placeIn(targetWay.parent, targetWay.name, task) };
  if ((flag & F.RENAME_NOREPLACE) !== 0 && target.place !== null) throw EEXIST;
  if (exchange && target.place === null) throw ENOENT;
  const source = old.place.inode;
  const victim = target.place?.inode ?? null;
  if (!source.isDirectory) {
    if (old.trailingSlash) throw ENOTDIR;
    if (!exchange && target.trailingSlash) throw ENOTDIR;
  }
  if (exchange && !victim!.isDirectory && target.trailingSlash) throw ENOTDIR;
  if (target.parent.entry.isBelow(old.place.entry)) throw EINVAL;
  if (target.place !== null && old.parent.entry.isBelow(target.place.entry)) {
    throw exchange ? EINVAL : ENOTEMPTY;
  }
  const who = task.credentials;
  checkRemove(old.parent, source, who);
  if (victim === null) checkAdd(target.parent, who);
  else checkRemove(target.parent, victim, who);
  if (target.parent.entry.unlinked) throw ENOENT;
  if (victim !== null && !exchange) {
    if (source.isDirectory && !victim.isDirectory) throw ENOTDIR;
    if (!source.isDirectory && victim.isDirectory) throw EISDIR;
  }
  // A directory that moves gets a new '..', which is a change of the directory itself.
  if (old.parent.entry !== target.parent.entry) {
    if (source.isDirectory && !allows(source, MAY_WRITE, who)) throw EACCES;
    if (exchange && victim!.isDirectory && !allows(victim!, MAY_WRITE, who)) throw EACCES;
  }
  if (isCovered(old) || isCovered(target)) throw EBUSY;
  if (source === victim) return 0;
  old.parent.inode.rename(old.name, target.parent.inode, target.name, exchange);
  if (exchange) old.parent.entry.exchanged(old.name, target.parent.entry, target.name);
  else old.parent.entry.moved(old.name, target.parent.entry, target.name);
  if (task.fs.namespace.watches.active) {
    tellMoved(task, old, target, source);
    if (exchange) tellMoved(task, target, old, victim!);
    else if (target.place !== null) tellGone(task, target.place.entry);
  }
  return 0;
}

// ---- reading ----

function readLink(task: Task, directory: number, name: string, va: number, length: number): number {
  if ((length | 0) <= 0) throw EINVAL;
  const place =
    name === ''
      ? resolveAt(task, directory, name, F.AT_EMPTY_PATH, F.AT_EMPTY_PATH)
      : task.fs.resolve(task, name, { base: baseOf(task, directory, name), last: 'before-slash' });
  if (place.inode.type !== S_IFLNK) throw name === '' ? ENOENT : EINVAL;
  const text = place.inode.readLink(task).slice(0, length);
  task.memory.copyOut(va, bytesOf(text));
  return text.length;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** `old`: struct linux_dirent, with the type behind the name. */
function readEntries(task: Task, number: number, va: number, length: number, old: boolean): number {
  const description = task.files.get(number);
  if (!description.readable) throw EBADF;
  if (description.inode !== null && !description.inode.isDirectory) throw ENOTDIR;
  const entries = description.readDirectory();
  const { watches } = task.fs.namespace;
  if (watches.active && description.location !== null) watches.about(description.location, IN_ACCESS);
  const room = Math.min(length, 0x100000);
  const image = new Uint8Array(room);
  const view = new DataView(image.buffer);
  let at = 0;
  let position = description.position;
  for (const entry of entries) {
    const { name } = entry;
    const record = old
      ? (F.DIRENT_NAME + name.length + 2 + 3) & ~3
      : (F.DIRENT64_NAME + name.length + 1 + 7) & ~7;
    if (at + record > room) {
      if (at === 0) throw EINVAL;
      break;
    }
    const type = F.typeToDirent(entry.type);
    if (old) {
      view.setUint32(at, entry.inode, true);
      view.setUint32(at + 4, entry.next, true);
      view.setUint16(at + 8, record, true);
      image[at + record - 1] = type;
    } else {
      F.dirent64.write(view, at, { d_ino: entry.inode, d_off: entry.next, d_reclen: record, d_type: type });
    }
    const start = at + (old ? F.DIRENT_NAME : F.DIRENT64_NAME);
    for (let i = 0; i < name.length; i++) image[start + i] = name.charCodeAt(i);
    at += record;
    position = entry.next;
  }
  task.memory.copyOut(va, image.subarray(0, at));
  description.position = position;
  return at;
}

/** readdir(2) 89: one entry into struct old_linux_dirent; 1, or 0 at the end. */
function readOneEntry(task: Task, number: number, va: number): number {
  const description = task.files.get(number);
  if (description.inode !== null && !description.inode.isDirectory) throw ENOTDIR;
  const entry = description.readDirectory()[0];
  if (entry === undefined) return 0;
  const image = new Uint8Array(10 + entry.name.length + 1);
  const view = new DataView(image.buffer);
  view.setUint32(0, entry.inode, true);
  view.setUint32(4, description.position, true);
  view.setUint16(8, entry.name.length, true);
  image.set(bytesOf(entry.name), 10);
  task.memory.copyOut(va, image);
  description.position = entry.next;
  return 1;
}

// ---- where we are ----

function workingDirectory(task: Task, va: number, length: number): number {
  const { fs } = task;
  if (fs.cwd.entry.unlinked) throw ENOENT;
  const text = fs.pathOf(fs.cwd);
  if (text.length + 1 > length) throw ERANGE;
  task.memory.copyOut(va, bytesOf(`${text}\0`));
  return text.length + 1;
}

function enterable(task: Task, place: Location): Location {
  if (!place.inode.isDirectory) throw ENOTDIR;
  if (!allows(place.inode, MAY_EXEC, task.credentials)) throw EACCES;
  return place;
}

// ---- mounts ----

const mountBits = bits('mount flags', {
  MS_RDONLY: F.MS_RDONLY,
  MS_NOSUID: F.MS_NOSUID,
  MS_NODEV: F.MS_NODEV,
  MS_NOEXEC: F.MS_NOEXEC,
  MS_REMOUNT: F.MS_REMOUNT,
  MS_NOATIME: F.MS_NOATIME,
  MS_BIND: F.MS_BIND,
  MS_MOVE: F.MS_MOVE,
  MS_REC: F.MS_REC,
  MS_SILENT: F.MS_SILENT,
  MS_PRIVATE: F.MS_PRIVATE,
  MS_SLAVE: F.MS_SLAVE,
  MS_SHARED: F.MS_SHARED,
  MS_RELATIME: F.MS_RELATIME,
});
const MS_MGC_VAL = 0xc0ed0000;

const flagsOf = (flag: number): MountFlags => ({
  readonly: (flag & F.MS_RDONLY) !== 0,
  nosuid: (flag & F.MS_NOSUID) !== 0,
  nodev: (flag & F.MS_NODEV) !== 0,
  noexec: (flag & F.MS_NOEXEC) !== 0,
  noatime: (flag & F.MS_NOATIME) !== 0,
});

function mount(
  task: Task,
  source: string | null,
  target: string,
  type: string | null,
  rawFlags: number,
  data: string | null,
): number {
  if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
  const flag = (rawFlags & 0xffff0000) === (MS_MGC_VAL | 0) ? rawFlags & 0xffff : rawFlags;
  const { namespace } = task.fs;
  const place = resolve(task, target);
  if ((flag & F.MS_REMOUNT) !== 0) {
    if (place.entry !== place.mount.root) throw EINVAL;
    place.mount.flags = flagsOf(flag);
    return 0;
  }
  if ((flag & (F.MS_PRIVATE | F.MS_SLAVE | F.MS_SHARED | F.MS_UNBINDABLE)) !== 0) {
    if (place.entry !== place.mount.root) throw EINVAL;
    return 0; // one namespace: nothing is propagated anywhere
  }
  if ((flag & F.MS_BIND) !== 0) {
    const from = resolve(task, source ?? '');
    if (from.inode.isDirectory !== place.inode.isDirectory) throw ENOTDIR;
    const inherited = { ...from.mount.flags };
    namespace.attach(place, from.mount.fileSystem, from.mount.source, inherited, from.entry);
    return 0;
  }
  if ((flag & F.MS_MOVE) !== 0) return moveMount(task, resolve(task, source ?? ''), place);
  if (!place.inode.isDirectory) throw ENOTDIR;
  if (type === null) throw EINVAL;
  const fileSystem = namespace.services.mount(type, source ?? 'none', data ?? '');
  if (fileSystem === null) throw ENODEV;
  namespace.attach(place, fileSystem, source ?? 'none', flagsOf(flag));
  return 0;
}

function moveMount(_task: Task, from: Location, to: Location): number {
  const moved: Mount = from.mount;
  if (from.entry !== moved.root || moved.point === null) throw EINVAL;
  for (let at: Mount | null = to.mount; at !== null; at = at.point?.mount ?? null) {
    if (at === moved) throw EINVAL;
  }
  moved.point.mount.covered.delete(moved.point.entry);
  moved.point = to;
  to.mount.covered.set(to.entry, moved);
  return 0;
}

function unmount(task: Task, target: string, flag: number): number {
  if ((flag & ~(F.MNT_FORCE | F.MNT_DETACH | F.MNT_EXPIRE | F.UMOUNT_NOFOLLOW)) !== 0) throw EINVAL;
  if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
  const place = resolve(task, target, (flag & F.UMOUNT_NOFOLLOW) !== 0 ? 'before-slash' : 'follow');
  if (place.entry !== place.mount.root || place.mount.point === null) throw EINVAL;
  const detach = (flag & F.MNT_DETACH) !== 0;
  if (!detach && isInUse(task, place.mount)) throw EBUSY;
  place.mount.fileSystem.sync?.();
  task.fs.namespace.detach(place, detach);
  return 0;
}

/** Somebody works in it or has a file of it open. */
function isInUse(task: Task, mount: Mount): boolean {
  for (const other of task.kernel.tasks.values()) {
    if (other.fs.cwd.mount === mount || other.fs.root.mount === mount) return true;
    for (const number of other.files.numbers()) {
      if (other.files.get(number).location?.mount === mount) return true;
    }
  }
  return false;
}

const NO_HANDLES = refused('file handles are not offered');
function noHandles(): number {
  throw EOPNOTSUPP;
}

export const directoryRows = {
  ...statRows,
  ...attributeRows,
  ...extendedAttributeRows,
  mkdir: sys(39, [path, mode], (task, name, bitsOf) => makeDirectory(task, F.AT_FDCWD, name, bitsOf)),
  mkdirat: sys(296, [dirfd, path, mode], makeDirectory),
  mknod: sys(14, [path, mode, unsigned], (task, name, what, device) =>
    makeNode(task, F.AT_FDCWD, name, what, device),
  ),
  mknodat: sys(297, [dirfd, path, mode, unsigned], makeNode),
  symlink: sys(83, [path, path], (task, target, name) => makeSymlink(task, target, F.AT_FDCWD, name)),
  symlinkat: sys(304, [path, dirfd, path], makeSymlink),
  link: sys(9, [path, path], (task, from, to) => makeLink(task, F.AT_FDCWD, from, F.AT_FDCWD, to, 0)),
  linkat: sys(303, [dirfd, path, dirfd, path, atFlags], makeLink),
  unlink: sys(10, [path], (task, name) => unlink(task, F.AT_FDCWD, name)),
  unlinkat: sys(301, [dirfd, path, flags], (task, directory, name, flag) => {
    if ((flag & ~F.AT_REMOVEDIR) !== 0) throw EINVAL;
    return (flag & F.AT_REMOVEDIR) !== 0
      ? removeDirectory(task, directory, name)
      : unlink(task, directory, name);
  }),
  rmdir: sys(40, [path], (task, name) => removeDirectory(task, F.AT_FDCWD, name)),
  rename: sys(38, [path, path], (task, from, to) => rename(task, F.AT_FDCWD, from, F.AT_FDCWD, to, 0)),
  renameat: sys(302, [dirfd, path, dirfd, path], (task, fromDirectory, from, toDirectory, to) =>
    rename(task, fromDirectory, from, toDirectory, to, 0),
  ),
  renameat2: sys(353, [dirfd, path, dirfd, path, flags], rename, partial('no RENAME_WHITEOUT')),
  readlink: sys(85, [path, output, size], (task, name, va, length) => {
    if (name === '') throw ENOENT;
    return readLink(task, F.AT_FDCWD, name, va, length);
  }),
  readlinkat: sys(305, [dirfd, path, output, size], readLink),
  readdir: sys(89, [fd, pointer], readOneEntry),
  getdents: sys(141, [fd, dirents, size], (task, n, va, length) => readEntries(task, n, va, length, true)),
  getdents64: sys(220, [fd, dirents64, size], (task, n, va, length) =>
    readEntries(task, n, va, length, false),
  ),
  getcwd: sys(183, [outputString, size], workingDirectory),
  chdir: sys(12, [path], (task, name) => {
    task.fs.cwd = enterable(task, resolve(task, name));
    return 0;
  }),
  fchdir: sys(133, [fd], (task, n) => {
    const { location } = task.files.get(n);
    if (location === null) throw ENOTDIR;
    task.fs.cwd = enterable(task, location);
    return 0;
  }),
  chroot: sys(61, [path], (task, name) => {
    const place = enterable(task, resolve(task, name));
    if (!capable(task.credentials, CAP.CAP_SYS_CHROOT)) throw EPERM;
    task.fs.root = place;
    return 0;
  }),
  umask: sys(60, [mode], (task, mask) => {
    const before = task.fs.umask;
    task.fs.umask = mask & 0o777;
    return before;
  }),
  mount: sys(
    21,
    [pathOrNull, path, pathOrNull, mountBits, pointer],
    (task, source, target, type, flag, data) => {
      // Some file systems take binary data; ours take option strings only.
      const options = data === 0 ? null : task.memory.readString(data);
      return mount(task, source, target, type, flag, options);
    },
  ),
  umount: sys(22, [path], (task, target) => unmount(task, target, 0)),
  umount2: sys(52, [path, flags], unmount),
  pivot_root: sys(
    217,
    [path, path],
    () => {
      throw EPERM;
    },
    refused('use chroot'),
  ),
  name_to_handle_at: sys(341, [dirfd, path, pointer, pointer, flags], noHandles, NO_HANDLES),
  open_by_handle_at: sys(342, [fd, pointer, flags], noHandles, NO_HANDLES),
} satisfies Rows;
