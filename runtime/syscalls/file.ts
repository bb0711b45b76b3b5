// Descriptors: open, close, dup, pipe, and what changes a file's length. open(2), close(2), dup(2), pipe(2),
// truncate(2), fallocate(2). Reading and writing is transfer.ts, flags and locks are fcntl.ts.

import {
  E2BIG,
  EAGAIN,
  EBADF,
  EFBIG,
  EINVAL,
  EISDIR,
  EMFILE,
  ENODEV,
  EOPNOTSUPP,
  EOVERFLOW,
  EPERM,
  ESPIPE,
  ETXTBSY,
} from '../abi/errno.ts';
import * as F from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { sendToTask } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { S_IFIFO, S_IFREG } from '../vfs/inode.ts';
import { openPath } from '../vfs/open.ts';
import { RESOLVE } from '../vfs/path.ts';
import { PathFile } from '../vfs/path-file.ts';
import { checkAccess, dropPowers, MAY_WRITE } from '../vfs/permission.ts';
import { DataInode, MAX_FILE_SIZE, RegularFile } from '../vfs/regular-file.ts';
import { IN_MODIFY } from '../vfs/watch.ts';
import { Blocked, type Result } from '../wait.ts';
import { descriptorLimit, fcntlRows } from './fcntl.ts';
import { baseOf, dirfd, resolve } from './place.ts';
import {
  fd,
  flags,
  int,
  type Kind,
  mode,
  partial,
  path,
  pointer,
  type Rows,
  size,
  sys,
  unsigned,
} from './row.ts';
import { high, low, numbers } from './shown.ts';
import { openFlags, statusFlags } from './shown-file.ts';
import { tell, transferRows, wide } from './transfer.ts';

const SIGXFSZ = 25;

/** The mode of a file that is made; without O_CREAT there is no such argument. `index`: of the flags. */
const createMode = (index: number): Kind<number> => ({
  ...mode,
  print: (raw, task, call) => {
    const how = call.words[index]!;
    const makes = (how & F.O_CREAT) !== 0 || (how & F.O_TMPFILE) === F.O_TMPFILE;
    return makes ? mode.print(raw, task, call) : null;
  },
});

/** Puts a new description under the lowest free number; without one it is closed again. */
function install(task: Task, description: FileDescription, closeOnExec: boolean, from = 0): number {
  description.retain();
  try {
    return task.files.install(description, descriptorLimit(task), closeOnExec, from);
  } finally {
    description.release();
  }
}

function open(
  task: Task,
  directory: number,
  name: string,
  how: number,
  permissions: number,
  resolve = 0,
): Result {
  // With RESOLVE_IN_ROOT an absolute path begins at the directory too.
  const scoped = (resolve & (RESOLVE.RESOLVE_BENEATH | RESOLVE.RESOLVE_IN_ROOT)) !== 0;
  const base = baseOf(task, directory, scoped ? `./${name}` : name);
  if (!hasRoom(task)) throw EMFILE;
  const description = openPath(task.fs, task, name, how, { mode: permissions, base, resolve });
  if ((how & (F.O_LARGEFILE | F.O_PATH)) === 0 && description instanceof RegularFile) {
    if (description.file.size > F.LARGEST_WITHOUT_LARGEFILE) {
      description.retain().release();
      throw EOVERFLOW;
    }
  }
  if ((how & F.O_ASYNC) !== 0) description.flags &= ~F.O_ASYNC; // only fcntl turns it on
  const closeOnExec = (how & F.O_CLOEXEC) !== 0;
  const wait = description.awaitOpen();
  if (wait === null) return install(task, description, closeOnExec);
  // A FIFO: its end counts from now on, the number comes when the other end does.
  description.retain();
  return opening(wait);

  function opening(blocked: Blocked): Blocked {
    return new Blocked(
      blocked.queues,
      (reason) => {
        const result = blocked.retry(reason);
        if (result instanceof Blocked) return opening(result);
        try {
          return install(task, description, closeOnExec);
        } finally {
          description.release();
        }
      },
      { cancel: () => description.release() },
    );
  }
}

/** struct open_how: flags, mode and RESOLVE_* bits, 64 bits each. */
const OPEN_HOW_SIZE = 24;
const ALL_RESOLVE = Object.values(RESOLVE).reduce<number>((all, bit) => all | bit, 0);
const WITH_PATH = F.O_PATH | F.O_DIRECTORY | F.O_NOFOLLOW | F.O_CLOEXEC;
const ALL_FLAGS =
  F.O_ACCMODE |
  F.O_CREAT |
  F.O_EXCL |
  F.O_NOCTTY |
  F.O_TRUNC |
  F.O_APPEND |
  F.O_NONBLOCK |
  F.O_SYNC |
  F.O_ASYNC |
  F.O_DIRECT |
  F.O_LARGEFILE |
  F.O_TMPFILE |
  F.O_NOATIME |
  WITH_PATH;

/** openat2(2) refuses what open(2) ignores. */
function openat2(task: Task, directory: number, name: string, va: number, length: number): Result {
  if (length < OPEN_HOW_SIZE) throw EINVAL;
  if (length > 4096) throw E2BIG;
  const { memory } = task;
  if (
    memory
      .copyIn(va, length)
      .subarray(OPEN_HOW_SIZE)
      .some((byte) => byte !== 0)
  )
    throw E2BIG;
  const [how, permissions, resolve] = [0, 8, 16].map((at) => Number(memory.readU64(va + at))) as [
    number,
    number,
    number,
  ];
  if (how > 0xffffffff || (how & ~ALL_FLAGS) !== 0 || resolve > ALL_RESOLVE) throw EINVAL;
  const makes = (how & F.O_CREAT) !== 0 || (how & F.O_TMPFILE) === F.O_TMPFILE;
  if (permissions > (makes ? 0o7777 : 0)) throw EINVAL;
  if ((how & F.O_PATH) !== 0 && (how & ~WITH_PATH) !== 0) throw EINVAL;
  const { RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_CACHED } = RESOLVE;
  if ((resolve & RESOLVE_BENEATH) !== 0 && (resolve & RESOLVE_IN_ROOT) !== 0) throw EINVAL;
  if ((resolve & RESOLVE_CACHED) !== 0 && (how & (F.O_TRUNC | F.O_CREAT | F.O_TMPFILE)) !== 0) throw EAGAIN;
  return open(task, directory, name, how | 0, permissions, resolve);
}

/** Asked before anything is created or truncated. */
function hasRoom(task: Task): boolean {
  const limit = descriptorLimit(task);
  let free = 0;
  while (task.files.find(free) !== null) free++;
  return free < limit;
}

function duplicate(task: Task, from: number, to: number, closeOnExec: boolean): number {
  const description = task.files.get(from);
  if (to < 0 || to >= descriptorLimit(task)) throw EBADF;
  if (from !== to) task.files.replace(to, description, closeOnExec);
  return to;
}

function makePipe(task: Task, va: number, how: number): number {
  if ((how & ~(F.O_CLOEXEC | F.O_NONBLOCK)) !== 0) throw EINVAL;
  const [reader, writer] = task.fs.namespace.services.pipe(task, how & F.O_NONBLOCK);
  const closeOnExec = (how & F.O_CLOEXEC) !== 0;
  writer.retain();
  let first = -1;
  try {
    first = install(task, reader, closeOnExec);
    const second = install(task, writer, closeOnExec);
    try {
      task.memory.writeU32(va, first);
      task.memory.writeU32(va + 4, second);
    } catch (thrown) {
      task.files.close(second);
      throw thrown;
    }
  } catch (thrown) {
    if (first >= 0) task.files.close(first);
    throw thrown;
  } finally {
    writer.release();
  }
  return 0;
}

/** RLIMIT_FSIZE binds a file that grows. */
function checkSize(task: Task, length: number, before: number): void {
  if (length < 0) throw EINVAL;
  if (length > MAX_FILE_SIZE) throw EFBIG;
  if (length <= before || length <= task.group.limits[RLIMIT.RLIMIT_FSIZE]!.soft) return;
  sendToTask(task, SignalInfo.user(SIGXFSZ, task));
  throw EFBIG;
}

function truncatePath(task: Task, name: string, length: number): number {
  if (length < 0) throw EINVAL;
  const place = resolve(task, name);
  if (place.inode.isDirectory) throw EISDIR;
  if (place.inode.type !== S_IFREG) throw EINVAL;
  checkAccess(place, MAY_WRITE, task.credentials);
  if (place.inode instanceof DataInode) checkSize(task, length, place.inode.size);
  if (task.kernel.isExecuting(place.inode)) throw ETXTBSY;
  dropPowers(place.inode, task.credentials);
  place.inode.truncate(length);
  const { watches } = task.fs.namespace;
  if (watches.active) watches.about(place, IN_MODIFY);
  return 0;
}

function truncateOpen(task: Task, number: number, length: number): number {
  const description = task.files.get(number);
  if (description instanceof PathFile) throw EBADF;
  const { inode } = description;
  if (!description.writable || inode?.type !== S_IFREG) throw EINVAL;
  if (description instanceof RegularFile) checkSize(task, length, description.file.size);
  dropPowers(inode, task.credentials);
  description.truncate(length);
  tell(task, description, IN_MODIFY, 1);
  return 0;
}

function allocate(task: Task, number: number, how: number, position: number, length: number): number {
  const description = task.files.get(number);
  if (position < 0 || length <= 0) throw EINVAL;
  const known = F.FALLOC_FL_KEEP_SIZE | F.FALLOC_FL_PUNCH_HOLE | F.FALLOC_FL_ZERO_RANGE;
  if ((how & ~known) !== 0) throw EOPNOTSUPP;
  const punches = (how & F.FALLOC_FL_PUNCH_HOLE) !== 0;
  const zeroes = (how & F.FALLOC_FL_ZERO_RANGE) !== 0;
  if (punches && zeroes) throw EOPNOTSUPP;
  if (punches && (how & F.FALLOC_FL_KEEP_SIZE) === 0) throw EOPNOTSUPP;
  if (!description.writable) throw EBADF;
  if (description.inode?.type === S_IFIFO) throw ESPIPE;
  if (!(description instanceof RegularFile)) throw ENODEV;
  const { file } = description;
  const limit = position + length;
  const keepSize = (how & F.FALLOC_FL_KEEP_SIZE) !== 0;
  if (!keepSize) checkSize(task, limit, file.size);
  if ((punches || zeroes) && (file.seals & (F.F_SEAL_WRITE | F.F_SEAL_FUTURE_WRITE)) !== 0) throw EPERM;
  if (!keepSize && (file.seals & F.F_SEAL_GROW) !== 0 && limit > file.size) throw EPERM;
  if (punches || zeroes) {
    if (position < file.size) file.zero(position, Math.min(limit, file.size));
    if (zeroes && !keepSize && limit > file.size) file.truncate(limit);
  } else {
    file.allocate(position, limit, keepSize);
  }
  tell(task, description, IN_MODIFY, 1);
  return 0;
}

function advise(task: Task, number: number, advice: number): number {
  const description = task.files.get(number);
  if (description instanceof PathFile) throw EBADF;
  if (description.inode?.type === S_IFIFO) throw ESPIPE;
  if (advice < 0 || advice > 5) throw EINVAL;
  return 0;
}

function memoryFile(task: Task, name: string, how: number): number {
  if ((how & ~(F.MFD_CLOEXEC | F.MFD_ALLOW_SEALING | F.MFD_NOEXEC_SEAL | F.MFD_EXEC)) !== 0) throw EINVAL;
  if (name.length > 249) throw EINVAL;
  const sealable = (how & (F.MFD_ALLOW_SEALING | F.MFD_NOEXEC_SEAL)) !== 0;
  const description = task.fs.namespace.services.memoryFile(name, task, sealable ? 0 : F.F_SEAL_SEAL);
  return install(task, description, (how & F.MFD_CLOEXEC) !== 0);
}

function closeRange(task: Task, first: number, last: number, how: number): number {
  if (first > last || (how & ~(F.CLOSE_RANGE_UNSHARE | F.CLOSE_RANGE_CLOEXEC)) !== 0) throw EINVAL;
  if ((how & F.CLOSE_RANGE_UNSHARE) !== 0 && task.files.shared) {
    const shared = task.files;
    task.files = shared.clone();
    shared.leave();
  }
  for (const number of task.files.numbers()) {
    if (number < first || number > last) continue;
    if ((how & F.CLOSE_RANGE_CLOEXEC) !== 0) task.files.setCloseOnExec(number, true);
    else task.files.close(number);
  }
  return 0;
}

const SYNC_FILE_RANGE_ALL = 7;

function syncRange(task: Task, number: number, position: number, length: number, flag: number): number {
  const description = task.files.get(number);
  if (description instanceof PathFile) throw EBADF;
  if ((flag & ~SYNC_FILE_RANGE_ALL) !== 0 || position < 0 || position + length < position) throw EINVAL;
  if (!(description instanceof RegularFile) && !description.inode?.isDirectory) throw ESPIPE;
  description.sync();
  return 0;
}

function syncOpen(task: Task, number: number): number {
  task.files.get(number).sync();
  return 0;
}

export const fileRows = {
  ...transferRows,
  ...fcntlRows,
  open: sys(5, [path, openFlags, createMode(1)], (task, name, how, permissions) =>
    open(task, F.AT_FDCWD, name, how, permissions),
  ),
  creat: sys(8, [path, mode], (task, name, permissions) =>
    open(task, F.AT_FDCWD, name, F.O_CREAT | F.O_WRONLY | F.O_TRUNC, permissions),
  ),
  openat: sys(295, [dirfd, path, openFlags, createMode(2)], open),
  openat2: sys(437, [dirfd, path, pointer, size], openat2),
  close: sys(6, [fd], (task, n) => {
    task.files.close(n);
    return 0;
  }),
  close_range: sys(436, [unsigned, unsigned, flags], closeRange),
  dup: sys(41, [fd], (task, n) => task.files.install(task.files.get(n), descriptorLimit(task))),
  dup2: sys(63, [fd, fd], (task, from, to) => duplicate(task, from, to, false)),
  dup3: sys(330, [fd, fd, statusFlags], (task, from, to, how) => {
    if ((how & ~F.O_CLOEXEC) !== 0 || from === to) throw EINVAL;
    return duplicate(task, from, to, (how & F.O_CLOEXEC) !== 0);
  }),
  pipe: sys(42, [numbers(2)], (task, va) => makePipe(task, va, 0)),
  pipe2: sys(331, [numbers(2), statusFlags], makePipe, partial('no O_DIRECT (packets)')),
  truncate: sys(92, [path, int], truncatePath),
  truncate64: sys(193, [path, low(2), high], (task, name, low, high) =>
    truncatePath(task, name, wide(low, high)),
  ),
  ftruncate: sys(93, [fd, int], truncateOpen),
  ftruncate64: sys(194, [fd, low(2), high], (task, n, low, high) => truncateOpen(task, n, wide(low, high))),
  fallocate: sys(
    324,
    [fd, flags, unsigned, int, unsigned, int],
    (task, n, how, low, high, lengthLow, lengthHigh) =>
      allocate(task, n, how, wide(low, high), wide(lengthLow, lengthHigh)),
    partial('no collapse, insert or unshare'),
  ),
  fsync: sys(118, [fd], syncOpen),
  fdatasync: sys(148, [fd], syncOpen),
  sync: sys(36, [], (task) => {
    for (const mount of task.fs.namespace.mounts) mount.fileSystem.sync?.();
    return 0;
  }),
  syncfs: sys(344, [fd], (task, n) => {
    task.files.get(n).inode?.fileSystem.sync?.();
    return 0;
  }),
  sync_file_range: sys(
    314,
    [fd, unsigned, int, unsigned, int, flags],
    (task, n, low, high, lengthLow, lengthHigh, flag) =>
      syncRange(task, n, wide(low, high), wide(lengthLow, lengthHigh), flag),
  ),
  fadvise64: sys(250, [fd, unsigned, int, size, int], (task, n, _low, _high, _length, advice) =>
    advise(task, n, advice),
  ),
  fadvise64_64: sys(
    272,
    [fd, unsigned, int, unsigned, int, int],
    (task, n, _low, _high, _lengthLow, _lengthHigh, advice) => advise(task, n, advice),
  ),
  memfd_create: sys(356, [path, flags], memoryFile),
} satisfies Rows;
