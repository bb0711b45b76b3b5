// What a file is: the stat family, statx, access, statfs. stat(2), statx(2), access(2), statfs(2).

import { NO_CAPABILITIES } from '../abi/capability.ts';
import { EACCES, EINVAL, ENOENT, EOVERFLOW } from '../abi/errno.ts';
import * as F from '../abi/file.ts';
import type { Task } from '../kernel/task.ts';
import type { Credentials } from '../vfs/caller.ts';
import { type Attributes, S_IFREG } from '../vfs/inode.ts';
import type { Location } from '../vfs/mount.ts';
import { allows, checkAccess, MAY_EXEC } from '../vfs/permission.ts';
import { attributesOf, dirfd, placeOf, resolve, resolveAt } from './place.ts';
import { fd, path, pathOrNull, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { accessMode, atFlags, stat32, stat64, statx, statxFlags, statxMask } from './shown-file.ts';

const BILLION = 1_000_000_000n;
/** struct ustat: two counts, two names of six bytes. */
const USTAT_SIZE = 20;
const STAT_FLAGS = F.AT_SYMLINK_NOFOLLOW | F.AT_NO_AUTOMOUNT | F.AT_EMPTY_PATH;

/** Seconds and nanoseconds, the latter never negative. */
function split(time: bigint): { seconds: number; nanoseconds: number } {
  const rest = ((time % BILLION) + BILLION) % BILLION;
  return { seconds: Number((time - rest) / BILLION), nanoseconds: Number(rest) };
}

function put(task: Task, va: number, image: Uint8Array): number {
  task.memory.copyOut(va, image);
  return 0;
}

const narrowId = (id: number): number => (id > 0xffff ? 65534 : id);

function putOldStat(task: Task, va: number, a: Attributes): number {
  if (a.size > 0x7fffffff || a.inode > 0xffff || a.links > 0xffff) throw EOVERFLOW;
  return put(
    task,
    va,
    F.oldStat.pack({
      st_dev: a.device,
      st_ino: a.inode,
      st_mode: a.mode,
      st_nlink: a.links,
      st_uid: narrowId(a.uid),
      st_gid: narrowId(a.gid),
      st_rdev: a.rdev,
      st_size: a.size,
      st_atime: split(a.accessed).seconds,
      st_mtime: split(a.modified).seconds,
      st_ctime: split(a.changed).seconds,
    }),
  );
}

function putStat(task: Task, va: number, a: Attributes): number {
  if (a.size > 0x7fffffff || a.inode > 0xffffffff || a.links > 0xffff) throw EOVERFLOW;
  const [accessed, modified, changed] = [split(a.accessed), split(a.modified), split(a.changed)];
  return put(
    task,
    va,
    F.stat32.pack({
      st_dev: a.device,
      st_ino: a.inode,
      st_mode: a.mode,
      st_nlink: a.links,
      st_uid: narrowId(a.uid),
      st_gid: narrowId(a.gid),
      st_rdev: a.rdev,
      st_size: a.size,
      st_blksize: a.blockSize,
      st_blocks: a.blocks,
      st_atime: accessed.seconds,
      st_atime_nsec: accessed.nanoseconds,
      st_mtime: modified.seconds,
      st_mtime_nsec: modified.nanoseconds,
      st_ctime: changed.seconds,
      st_ctime_nsec: changed.nanoseconds,
    }),
  );
}

function putStat64(task: Task, va: number, a: Attributes): number {
  const [accessed, modified, changed] = [split(a.accessed), split(a.modified), split(a.changed)];
  return put(
    task,
    va,
    F.stat64.pack({
      st_dev: BigInt(a.device),
      __st_ino: a.inode,
      st_mode: a.mode,
      st_nlink: a.links,
      st_uid: a.uid,
      st_gid: a.gid,
      st_rdev: BigInt(a.rdev),
      st_size: a.size,
      st_blksize: a.blockSize,
      st_blocks: a.blocks,
      st_atime: accessed.seconds,
      st_atime_nsec: accessed.nanoseconds,
      st_mtime: modified.seconds,
      st_mtime_nsec: modified.nanoseconds,
      st_ctime: changed.seconds,
      st_ctime_nsec: changed.nanoseconds,
      st_ino: a.inode,
    }),
  );
}

const timestamp = (time: bigint) => {
  const { seconds, nanoseconds } = split(time);
  return { tv_sec: seconds, tv_nsec: nanoseconds };
};

function extendedStat(
  task: Task,
  directory: number,
  name: string,
  flag: number,
  mask: number,
  va: number,
): number {
  if ((mask & F.STATX_RESERVED) !== 0) throw EINVAL;
  if ((flag & F.AT_STATX_SYNC_TYPE) === F.AT_STATX_SYNC_TYPE) throw EINVAL;
  const place = resolveAt(task, directory, name, flag, STAT_FLAGS | F.AT_STATX_SYNC_TYPE);
  const a = place.inode.attributes();
  return put(
    task,
    va,
    F.statx.pack({
      stx_mask: F.STATX_BASIC_STATS | F.STATX_MNT_ID,
      stx_blksize: a.blockSize,
      stx_nlink: a.links,
      stx_uid: a.uid,
      stx_gid: a.gid,
      stx_mode: a.mode,
      stx_ino: a.inode,
      stx_size: a.size,
      stx_blocks: a.blocks,
      stx_atime: timestamp(a.accessed),
      stx_ctime: timestamp(a.changed),
      stx_mtime: timestamp(a.modified),
      stx_rdev_major: F.majorOf(a.rdev),
      stx_rdev_minor: F.minorOf(a.rdev),
      stx_dev_major: F.majorOf(a.device),
      stx_dev_minor: F.minorOf(a.device),
      stx_mnt_id: place.mount.id,
      stx_attributes_mask: 0x2000n, // STATX_ATTR_MOUNT_ROOT
      stx_attributes: place.entry === place.mount.root ? 0x2000n : 0n,
    }),
  );
}

// ---- access ----

/** access(2) asks for the real ids, AT_EACCESS for the effective ones. */
function accessAs(task: Task, effective: boolean): Task['credentials'] {
  const c: Credentials = task.credentials;
  if (effective) return { ...c, fsuid: c.euid, fsgid: c.egid };
  const { capabilities } = c;
  const own = c.uid === 0 ? capabilities.permitted : NO_CAPABILITIES;
  return { ...c, fsuid: c.uid, fsgid: c.gid, capabilities: { ...capabilities, effective: own } };
}

function access(task: Task, directory: number, name: string, wanted: number, flag: number): number {
  if ((wanted & ~7) !== 0) throw EINVAL;
  const who = accessAs(task, (flag & F.AT_EACCESS) !== 0);
  const own = task.credentials;
  let place: Location;
  task.credentials = who; // the walk is judged by these ids too
  try {
    const allowed = F.AT_EACCESS | F.AT_SYMLINK_NOFOLLOW | F.AT_EMPTY_PATH;
    place = resolveAt(task, directory, name, flag, allowed);
  } finally {
    task.credentials = own;
  }
  if ((wanted & MAY_EXEC) !== 0 && place.inode.type === S_IFREG && place.mount.flags.noexec) throw EACCES;
  if (!allows(place.inode, wanted & ~F.W_OK, who)) throw EACCES;
  checkAccess(place, wanted, who);
  return 0;
}

// ---- statfs ----

const ST_FLAGS = { readonly: 1, nosuid: 2, nodev: 4, noexec: 8, noatime: 1024 } as const;

function describe(place: Location) {
  const { mount } = place;
  const { fileSystem } = place.inode; // a pipe's is mounted nowhere
  const s = fileSystem.statistics();
  let flag: number = F.ST_VALID;
  for (const [name, bit] of Object.entries(ST_FLAGS)) {
    if (mount.flags[name as keyof typeof ST_FLAGS]) flag |= bit;
  }
  return {
    f_type: s.type,
    f_bsize: s.blockSize,
    f_blocks: s.blocks,
    f_bfree: s.blocksFree,
    f_bavail: s.blocksFree,
    f_files: s.files,
    f_ffree: s.filesFree,
    f_fsid: [fileSystem.device, 0],
    f_namelen: s.nameLength,
    f_frsize: s.blockSize,
    f_flags: flag,
  };
}
/** Large host disks do not fit the old struct: EOVERFLOW, as on Linux. */
function putStatFs(task: Task, place: Location, va: number): number {
  const values = describe(place);
  for (const count of [values.f_blocks, values.f_bfree, values.f_files, values.f_ffree]) {
    if (count > 0xffffffff) throw EOVERFLOW;
  }
  return put(task, va, F.statfs32.pack(values));
}
function putStatFs64(task: Task, place: Location, length: number, va: number): number {
  if (length !== F.statfs64.size) throw EINVAL;
  return put(task, va, F.statfs64.pack(describe(place)));
}

export const statRows = {
  oldstat: sys(18, [path, pointer], (task, name, va) =>
    putOldStat(task, va, resolve(task, name).inode.attributes()),
  ),
  oldlstat: sys(84, [path, pointer], (task, name, va) =>
    putOldStat(task, va, resolve(task, name, 'before-slash').inode.attributes()),
  ),
  oldfstat: sys(28, [fd, pointer], (task, n, va) => putOldStat(task, va, attributesOf(task, n))),
  stat: sys(106, [path, stat32], (task, name, va) =>
    putStat(task, va, resolve(task, name).inode.attributes()),
  ),
  lstat: sys(107, [path, stat32], (task, name, va) =>
    putStat(task, va, resolve(task, name, 'before-slash').inode.attributes()),
  ),
  fstat: sys(108, [fd, stat32], (task, n, va) => putStat(task, va, attributesOf(task, n))),
  stat64: sys(195, [path, stat64], (task, name, va) =>
    putStat64(task, va, resolve(task, name).inode.attributes()),
  ),
  lstat64: sys(196, [path, stat64], (task, name, va) =>
    putStat64(task, va, resolve(task, name, 'before-slash').inode.attributes()),
  ),
  fstat64: sys(197, [fd, stat64], (task, n, va) => putStat64(task, va, attributesOf(task, n))),
  fstatat64: sys(300, [dirfd, path, stat64, atFlags], (task, directory, name, va, flag) =>
    putStat64(task, va, resolveAt(task, directory, name, flag, STAT_FLAGS).inode.attributes()),
  ),
  statx: sys(
    383,
    [dirfd, pathOrNull, statxFlags, statxMask, statx],
    (task, directory, name, flag, mask, va) => {
      if (name === null && (flag & F.AT_EMPTY_PATH) === 0) throw ENOENT;
      return extendedStat(task, directory, name ?? '', flag, mask, va);
    },
  ),
  access: sys(33, [path, accessMode], (task, name, wanted) => access(task, F.AT_FDCWD, name, wanted, 0)),
  faccessat: sys(307, [dirfd, path, accessMode], (task, directory, name, wanted) =>
    access(task, directory, name, wanted, 0),
  ),
  faccessat2: sys(439, [dirfd, path, accessMode, atFlags], access),
  ustat: sys(62, [unsigned, pointer], (task, device, va) => {
    const mount = task.fs.namespace.mounts.find(({ fileSystem }) => fileSystem.device === device);
    if (mount === undefined) throw EINVAL;
    const { blocksFree, filesFree } = mount.fileSystem.statistics();
    task.memory.zero(va, USTAT_SIZE);
    task.memory.writeU32(va, blocksFree);
    task.memory.writeU32(va + 4, filesFree);
    return 0;
  }),
  statfs: sys(99, [path, pointer], (task, name, va) => putStatFs(task, resolve(task, name), va)),
  fstatfs: sys(100, [fd, pointer], (task, n, va) => putStatFs(task, placeOf(task, n), va)),
  statfs64: sys(268, [path, size, pointer], (task, name, length, va) =>
    putStatFs64(task, resolve(task, name), length, va),
  ),
  fstatfs64: sys(269, [fd, size, pointer], (task, n, length, va) =>
    putStatFs64(task, placeOf(task, n), length, va),
  ),
} satisfies Rows;
