// Extended attributes, xattr(7): setxattr(2), getxattr(2), listxattr(2), removexattr(2) and their kin. A file system
// that has them keeps a map with each inode (Inode.extended). `user.` and `trusted.` are kept; `security.` and
// `system.` are answered as by a kernel without security modules and ACLs.

import { CAP } from '../abi/capability.ts';
import {
  E2BIG,
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  ENAMETOOLONG,
  ENODATA,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
} from '../abi/errno.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { type ExtendedAttributes, S_IFREG, S_ISVTX } from '../vfs/inode.ts';
import type { Location } from '../vfs/mount.ts';
import { PathFile } from '../vfs/path-file.ts';
import { allows, checkWritableMount, MAY_READ, MAY_WRITE } from '../vfs/permission.ts';
import { IN_ATTRIB } from '../vfs/watch.ts';
import { placeOf, resolve } from './place.ts';
import { bits, fd, type Kind, path, pointer, type Rows, size, sys } from './row.ts';

/** XATTR_NAME_MAX, XATTR_SIZE_MAX, XATTR_LIST_MAX: linux/limits.h. */
const NAME_MAX = 255;
const SIZE_MAX = 65536;
const XATTR_CREATE = 1;
const XATTR_REPLACE = 2;
const setFlags = bits('xattr flags', { XATTR_CREATE, XATTR_REPLACE });

const name: Kind<string> = {
  ...path,
  label: 'name',
  decode(raw, task) {
    let text: string;
    try {
      text = path.decode(raw, task);
    } catch (thrown) {
      throw thrown === ENAMETOOLONG ? ERANGE : thrown;
    }
    if (text.length === 0 || text.length > NAME_MAX) throw ERANGE;
    return text;
  },
};

/** May the caller look at the attribute, or change it? Linux: xattr_permission. */
function checkPermission(task: Task, { inode }: Location, attribute: string, wanted: number): void {
  const who = task.credentials;
  const writes = wanted === MAY_WRITE;
  if (attribute.startsWith('security.') || attribute.startsWith('system.')) return;
  if (attribute.startsWith('trusted.')) {
    if (!capable(who, CAP.CAP_SYS_ADMIN)) throw writes ? EPERM : ENODATA;
    return;
  }
  if (attribute.startsWith('user.')) {
    if (inode.type !== S_IFREG && !inode.isDirectory) throw writes ? EPERM : ENODATA;
    const sticky = inode.isDirectory && (inode.mode & S_ISVTX) !== 0;
    if (writes && sticky && inode.attributes().uid !== who.fsuid && !capable(who, CAP.CAP_FOWNER))
      throw EPERM;
  }
  if (!allows(inode, wanted, who)) throw EACCES;
}

/** The inode's map, if it keeps attributes of that name's kind. Linux: xattr_resolve_name. */
function attributesFor({ inode }: Location, attribute: string): ExtendedAttributes {
  const { extended } = inode;
  if (extended === null || !/^(user|trusted)\./.test(attribute)) throw EOPNOTSUPP;
  if (/^[^.]*\.$/.test(attribute)) throw EINVAL;
  return extended;
}

function changed(task: Task, place: Location): number {
  place.inode.setAttributes({});
  const { watches } = task.fs.namespace;
  if (watches.active) watches.about(place, IN_ATTRIB);
  return 0;
}

function set(
  task: Task,
  place: Location,
  attribute: string,
  va: number,
  length: number,
  flag: number,
): number {
  if ((flag & ~(XATTR_CREATE | XATTR_REPLACE)) !== 0) throw EINVAL;
  if (length > SIZE_MAX) throw E2BIG;
  const value = task.memory.copyIn(va, length);
  checkWritableMount(place);
  checkPermission(task, place, attribute, MAY_WRITE);
  const all = attributesFor(place, attribute);
  const exists = all.has(attribute);
  if (exists && (flag & XATTR_CREATE) !== 0) throw EEXIST;
  if (!exists && (flag & XATTR_REPLACE) !== 0) throw ENODATA;
  all.set(attribute, value);
  return changed(task, place);
}

function get(task: Task, place: Location, attribute: string, va: number, length: number): number {
  checkPermission(task, place, attribute, MAY_READ);
  const value = attributesFor(place, attribute).get(attribute);
  if (value === undefined) throw ENODATA;
  if (length === 0) return value.length;
  if (value.length > length) throw ERANGE;
  task.memory.copyOut(va, value);
  return value.length;
}

function list(task: Task, place: Location, va: number, length: number): number {
  const seesAll = capable(task.credentials, CAP.CAP_SYS_ADMIN);
  const names = [...(place.inode.extended?.keys() ?? [])].filter(
    (each) => seesAll || !each.startsWith('trusted.'),
  );
  const text = names.map((each) => `${each}\0`).join('');
  if (length === 0) return text.length;
  if (text.length > length) throw ERANGE;
  task.memory.copyOut(
    va,
    Uint8Array.from(text, (c) => c.charCodeAt(0)),
  );
  return text.length;
}

function remove(task: Task, place: Location, attribute: string): number {
  checkWritableMount(place);
  checkPermission(task, place, attribute, MAY_WRITE);
  if (!attributesFor(place, attribute).delete(attribute)) throw ENODATA;
  return changed(task, place);
}

const linkItself = (task: Task, file: string): Location => resolve(task, file, 'before-slash');
function opened(task: Task, number: number): Location {
  if (task.files.get(number) instanceof PathFile) throw EBADF;
  return placeOf(task, number);
}

export const extendedAttributeRows = {
  setxattr: sys(226, [path, name, pointer, size, setFlags], (task, file, attribute, va, length, flag) =>
    set(task, resolve(task, file), attribute, va, length, flag),
  ),
  lsetxattr: sys(227, [path, name, pointer, size, setFlags], (task, file, attribute, va, length, flag) =>
    set(task, linkItself(task, file), attribute, va, length, flag),
  ),
  fsetxattr: sys(228, [fd, name, pointer, size, setFlags], (task, number, attribute, va, length, flag) =>
    set(task, opened(task, number), attribute, va, length, flag),
  ),
  getxattr: sys(229, [path, name, pointer, size], (task, file, attribute, va, length) =>
    get(task, resolve(task, file), attribute, va, length),
  ),
  lgetxattr: sys(230, [path, name, pointer, size], (task, file, attribute, va, length) =>
    get(task, linkItself(task, file), attribute, va, length),
  ),
  fgetxattr: sys(231, [fd, name, pointer, size], (task, number, attribute, va, length) =>
    get(task, opened(task, number), attribute, va, length),
  ),
  listxattr: sys(232, [path, pointer, size], (task, file, va, length) =>
    list(task, resolve(task, file), va, length),
  ),
  llistxattr: sys(233, [path, pointer, size], (task, file, va, length) =>
    list(task, linkItself(task, file), va, length),
  ),
  flistxattr: sys(234, [fd, pointer, size], (task, number, va, length) =>
    list(task, opened(task, number), va, length),
  ),
  removexattr: sys(235, [path, name], (task, file, attribute) =>
    remove(task, resolve(task, file), attribute),
  ),
  lremovexattr: sys(236, [path, name], (task, file, attribute) =>
    remove(task, linkItself(task, file), attribute),
  ),
  fremovexattr: sys(237, [fd, name], (task, number, attribute) =>
    remove(task, opened(task, number), attribute),
  ),
} satisfies Rows;
