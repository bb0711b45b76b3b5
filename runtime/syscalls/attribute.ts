// Changing what a file is: mode, owner, times. chmod(2), chown(2), utimensat(2).

import { CAP } from '../abi/capability.ts';
import { EACCES, EBADF, EFAULT, EINVAL, EPERM } from '../abi/errno.ts';
import * as F from '../abi/file.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { type AttributeChange, S_ISGID, S_ISUID } from '../vfs/inode.ts';
import type { Location } from '../vfs/mount.ts';
import { PathFile } from '../vfs/path-file.ts';
import { allows, checkOwner, checkWritableMount, inGroup, MAY_WRITE } from '../vfs/permission.ts';
import { IN_ATTRIB } from '../vfs/watch.ts';
import { baseOf, dirfd, placeOf, resolve, resolveAt } from './place.ts';
import { fd, flags, mode, path, pathOrNull, pointer, type Rows, sys, unsigned } from './row.ts';

const NO_CHANGE = 0xffffffff;

function tellAttributes(task: Task, place: Location): void {
  const { watches } = task.fs.namespace;
  if (watches.active) watches.about(place, IN_ATTRIB);
}

// ---- mode ----

function changeMode(task: Task, place: Location, wanted: number): number {
  const who = task.credentials;
  checkOwner(place, who);
  let bits = wanted & 0o7777;
  if ((bits & S_ISGID) !== 0 && !capable(who, CAP.CAP_FSETID) && !inGroup(who, place.inode.attributes().gid))
    bits &= ~S_ISGID;
  place.inode.setAttributes({ mode: bits });
  tellAttributes(task, place);
  return 0;
}

// ---- owner ----

/** The 16-bit calls: -1 stays -1. */
const widen = (id: number): number => ((id & 0xffff) === 0xffff ? NO_CHANGE : id & 0xffff);

function changeOwner(task: Task, place: Location, uid: number, gid: number): number {
  checkWritableMount(place);
  const who = task.credentials;
  const now = place.inode.attributes();
  const mayGiveAway = capable(who, CAP.CAP_CHOWN);
  const change: { uid?: number; gid?: number; mode?: number } = {};
  if (uid !== NO_CHANGE) {
    if (!mayGiveAway && (who.fsuid !== now.uid || uid !== now.uid)) throw EPERM;
    change.uid = uid;
  }
  if (gid !== NO_CHANGE) {
    const mayGive = who.fsuid === now.uid && (inGroup(who, gid) || gid === now.gid);
    if (!mayGiveAway && !mayGive) throw EPERM;
    change.gid = gid;
  }
  // A new owner must not inherit the old one's powers.
  const groupExecutes = (now.mode & 0o010) !== 0;
  const powers = S_ISUID | (groupExecutes ? S_ISGID : 0);
  if (!place.inode.isDirectory && (now.mode & powers) !== 0) change.mode = now.mode & 0o7777 & ~powers;
  if (Object.keys(change).length > 0) {
    place.inode.setAttributes(change);
    tellAttributes(task, place);
  }
  return 0;
}

// ---- times ----

interface Times {
  /** Nanoseconds since 1970, 'now' or null = leave alone. */
  readonly accessed: bigint | 'now' | null;
  readonly modified: bigint | 'now' | null;
}
const NOW: Times = { accessed: 'now', modified: 'now' };

function changeTimes(task: Task, place: Location, times: Times): number {
  if (times.accessed === null && times.modified === null) return 0;
  const who = task.credentials;
  checkWritableMount(place);
  const isOwner = capable(who, CAP.CAP_FOWNER) || place.inode.attributes().uid === who.fsuid;
  if (times.accessed === 'now' && times.modified === 'now') {
    if (!isOwner && !allows(place.inode, MAY_WRITE, who)) throw EACCES;
  } else if (!isOwner) {
    throw EPERM;
  }
  const now = task.kernel.realtime();
  const change: { -readonly [K in keyof AttributeChange]: AttributeChange[K] } = {};
  if (times.accessed !== null) change.accessed = times.accessed === 'now' ? now : times.accessed;
  if (times.modified !== null) change.modified = times.modified === 'now' ? now : times.modified;
  place.inode.setAttributes(change);
  tellAttributes(task, place);
  return 0;
}

function ofSpec(seconds: number, nanoseconds: number): bigint | 'now' | null {
  if (nanoseconds === F.UTIME_NOW) return 'now';
  if (nanoseconds === F.UTIME_OMIT) return null;
  if (nanoseconds < 0 || nanoseconds > 999_999_999) throw EINVAL;
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}
function readSpecs(task: Task, va: number, wide: boolean): Times {
  if (va === 0) return NOW;
  const layout = wide ? F.timespec64 : F.timespec;
  const image = task.memory.copyIn(va, layout.size * 2);
  const [accessed, modified] = [layout.unpack(image), layout.unpack(image.subarray(layout.size))];
  return {
    accessed: ofSpec(accessed.tv_sec, accessed.tv_nsec),
    modified: ofSpec(modified.tv_sec, modified.tv_nsec),
  };
}
function readValues(task: Task, va: number): Times {
  if (va === 0) return NOW;
  const image = task.memory.copyIn(va, F.timeval.size * 2);
  const times = [F.timeval.unpack(image), F.timeval.unpack(image.subarray(F.timeval.size))].map(
    ({ tv_sec, tv_usec }) => {
      if (tv_usec < 0 || tv_usec > 999_999) throw EINVAL;
      return BigInt(tv_sec) * 1_000_000_000n + BigInt(tv_usec) * 1000n;
    },
  );
  return { accessed: times[0]!, modified: times[1]! };
}

/** A null path means the descriptor itself (futimens). */
function timesAt(task: Task, directory: number, name: string | null, times: Times, flag: number): number {
  if (times.accessed === null && times.modified === null) return 0;
  const allowed = F.AT_SYMLINK_NOFOLLOW | F.AT_EMPTY_PATH;
  if (name !== null) return changeTimes(task, resolveAt(task, directory, name, flag, allowed), times);
  if (directory === F.AT_FDCWD) throw EFAULT;
  if (flag !== 0) throw EINVAL;
  return changeTimes(task, openPlace(task, directory), times);
}

/** The file behind a descriptor that is not O_PATH. */
function openPlace(task: Task, number: number): Location {
  if (task.files.get(number) instanceof PathFile) throw EBADF;
  return placeOf(task, number);
}

export const attributeRows = {
  chmod: sys(15, [path, mode], (task, name, bits) => changeMode(task, resolve(task, name), bits)),
  fchmod: sys(94, [fd, mode], (task, n, bits) => changeMode(task, openPlace(task, n), bits)),
  fchmodat: sys(306, [dirfd, path, mode], (task, directory, name, bits) =>
    changeMode(task, task.fs.resolve(task, name, { base: baseOf(task, directory, name) }), bits),
  ),
  lchown: sys(16, [path, unsigned, unsigned], (task, name, uid, gid) =>
    changeOwner(task, resolve(task, name, 'before-slash'), widen(uid), widen(gid)),
  ),
  fchown: sys(95, [fd, unsigned, unsigned], (task, n, uid, gid) =>
    changeOwner(task, openPlace(task, n), widen(uid), widen(gid)),
  ),
  chown: sys(182, [path, unsigned, unsigned], (task, name, uid, gid) =>
    changeOwner(task, resolve(task, name), widen(uid), widen(gid)),
  ),
  lchown32: sys(198, [path, unsigned, unsigned], (task, name, uid, gid) =>
    changeOwner(task, resolve(task, name, 'before-slash'), uid, gid),
  ),
  fchown32: sys(207, [fd, unsigned, unsigned], (task, n, uid, gid) =>
    changeOwner(task, openPlace(task, n), uid, gid),
  ),
  chown32: sys(212, [path, unsigned, unsigned], (task, name, uid, gid) =>
    changeOwner(task, resolve(task, name), uid, gid),
  ),
  fchownat: sys(298, [dirfd, path, unsigned, unsigned, flags], (task, directory, name, uid, gid, flag) => {
    const allowed = F.AT_SYMLINK_NOFOLLOW | F.AT_EMPTY_PATH;
    return changeOwner(task, resolveAt(task, directory, name, flag, allowed), uid, gid);
  }),
  utime: sys(30, [path, pointer], (task, name, va) => {
    if (va === 0) return changeTimes(task, resolve(task, name), NOW);
    const { actime, modtime } = F.utimbuf.unpack(task.memory.copyIn(va, F.utimbuf.size));
    const times = { accessed: BigInt(actime) * 1_000_000_000n, modified: BigInt(modtime) * 1_000_000_000n };
    return changeTimes(task, resolve(task, name), times);
  }),
  utimes: sys(271, [path, pointer], (task, name, va) =>
    changeTimes(task, resolve(task, name), readValues(task, va)),
  ),
  futimesat: sys(299, [dirfd, pathOrNull, pointer], (task, directory, name, va) =>
    timesAt(task, directory, name, readValues(task, va), 0),
  ),
  utimensat: sys(320, [dirfd, pathOrNull, pointer, flags], (task, directory, name, va, flag) =>
    timesAt(task, directory, name, readSpecs(task, va, false), flag),
  ),
  utimensat_time64: sys(412, [dirfd, pathOrNull, pointer, flags], (task, directory, name, va, flag) =>
    timesAt(task, directory, name, readSpecs(task, va, true), flag),
  ),
} satisfies Rows;
