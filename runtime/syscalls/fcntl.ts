// fcntl(2), flock(2), ioctl(2): flags, owners and locks of open files, and the ioctls that every file knows.

import { CAP } from '../abi/capability.ts';
import { EAGAIN, EBADF, EBUSY, EINVAL, EPERM } from '../abi/errno.ts';
import * as F from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { MemoryFile } from '../fs/memory-file.ts';
import { PipeEnd } from '../fs/pipe.ts';
import { ownerOf, setOwner } from '../kernel/async-owner.ts';
import { notifyOf } from '../kernel/directory-notify.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { PathFile } from '../vfs/path-file.ts';
import { FileLocks, type LockOwner, type RecordLock, waitFor } from '../vfs/record-lock.ts';
import { RegularFile } from '../vfs/regular-file.ts';
import { Blocked, type Result } from '../wait.ts';
import { bits, choice, fd, int, type Kind, partial, pointer, type Rows, sys } from './row.ts';
import { lockOperation, openFlags } from './shown-file.ts';
import { request } from './shown-ioctl.ts';

const SETTABLE = F.O_APPEND | F.O_NONBLOCK | F.O_ASYNC | F.O_DIRECT | F.O_NOATIME;
const ALL_SEALS = 0x1f;
const NSIG = 64;
const PROT_WRITE = 2;

const command = choice('fcntl command', {
  F_DUPFD: F.F_DUPFD,
  F_GETFD: F.F_GETFD,
  F_SETFD: F.F_SETFD,
  F_GETFL: F.F_GETFL,
  F_SETFL: F.F_SETFL,
  F_GETLK: F.F_GETLK,
  F_SETLK: F.F_SETLK,
  F_SETLKW: F.F_SETLKW,
  F_SETOWN: F.F_SETOWN,
  F_GETOWN: F.F_GETOWN,
  F_SETSIG: F.F_SETSIG,
  F_GETSIG: F.F_GETSIG,
  F_GETLK64: F.F_GETLK64,
  F_SETLK64: F.F_SETLK64,
  F_SETLKW64: F.F_SETLKW64,
  F_SETOWN_EX: F.F_SETOWN_EX,
  F_GETOWN_EX: F.F_GETOWN_EX,
  F_OFD_GETLK: F.F_OFD_GETLK,
  F_OFD_SETLK: F.F_OFD_SETLK,
  F_OFD_SETLKW: F.F_OFD_SETLKW,
  F_NOTIFY: F.F_NOTIFY,
  F_DUPFD_CLOEXEC: F.F_DUPFD_CLOEXEC,
  F_SETPIPE_SZ: F.F_SETPIPE_SZ,
  F_GETPIPE_SZ: F.F_GETPIPE_SZ,
  F_ADD_SEALS: F.F_ADD_SEALS,
  F_GET_SEALS: F.F_GET_SEALS,
});

export const descriptorLimit = (task: Task): number => task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;

/** What an O_PATH descriptor can be asked. */
const PATH_COMMANDS = [F.F_DUPFD, F.F_DUPFD_CLOEXEC, F.F_GETFD, F.F_SETFD, F.F_GETFL];

function control(task: Task, number: number, what: number, argument: number): Result {
  const description = task.files.get(number);
  if (description instanceof PathFile && !PATH_COMMANDS.includes(what)) throw EBADF;
  switch (what) {
    case F.F_DUPFD:
    case F.F_DUPFD_CLOEXEC: {
      const limit = descriptorLimit(task);
      if (argument >>> 0 >= limit) throw EINVAL;
      return task.files.install(description, limit, what === F.F_DUPFD_CLOEXEC, argument);
    }
    case F.F_GETFD:
      return task.files.closeOnExec(number) ? F.FD_CLOEXEC : 0;
    case F.F_SETFD:
      task.files.setCloseOnExec(number, (argument & F.FD_CLOEXEC) !== 0);
      return 0;
    case F.F_GETFL:
      return description.flags;
    case F.F_SETFL:
      return setFlags(task, number, description, argument);
    case F.F_GETLK:
    case F.F_GETLK64:
    case F.F_OFD_GETLK:
      return testLock(task, description, what, argument >>> 0);
    case F.F_SETLK:
    case F.F_SETLKW:
    case F.F_SETLK64:
    case F.F_SETLKW64:
    case F.F_OFD_SETLK:
    case F.F_OFD_SETLKW:
      return setLock(task, description, what, argument >>> 0);
    case F.F_SETOWN:
      setOwner(task.kernel, description, argument, false);
      return 0;
    case F.F_GETOWN:
      return ownerOf(task.kernel, description);
    case F.F_SETSIG:
      if (argument < 0 || argument > NSIG) throw EINVAL;
      description.ownerSignal = argument;
      return 0;
    case F.F_GETSIG:
      return description.ownerSignal;
    case F.F_SETOWN_EX: {
      const { type, pid } = F.fOwnerEx.unpack(task.memory.copyIn(argument >>> 0, F.fOwnerEx.size));
      if (type < F.F_OWNER_TID || type > F.F_OWNER_PGRP) throw EINVAL;
      setOwner(task.kernel, description, type === F.F_OWNER_PGRP ? -pid : pid, type === F.F_OWNER_TID);
      return 0;
    }
    case F.F_GETOWN_EX: {
      const owner = ownerOf(task.kernel, description);
      const type = owner < 0 ? F.F_OWNER_PGRP : description.ownerIsThread ? F.F_OWNER_TID : F.F_OWNER_PID;
      task.memory.copyOut(argument >>> 0, F.fOwnerEx.pack({ type, pid: Math.abs(owner) }));
      return 0;
    }
    case F.F_SETPIPE_SZ:
      if (!(description instanceof PipeEnd)) throw EBADF;
      return description.buffer.resize(argument >>> 0, capable(task.credentials, CAP.CAP_SYS_RESOURCE));
    case F.F_GETPIPE_SZ:
      if (!(description instanceof PipeEnd)) throw EBADF;
      return description.buffer.capacity;
    case F.F_ADD_SEALS:
      return addSeals(description, argument);
    case F.F_GET_SEALS:
      return sealable(description).seals;
    case F.F_NOTIFY:
      return notifyOf(task, description, number, argument);
    case F.F_GETLEASE:
      return F.F_UNLCK;
    default:
      throw EINVAL;
  }
}

function setFlags(task: Task, number: number, description: FileDescription, argument: number): number {
  const { flags } = description;
  if (((argument ^ flags) & F.O_ASYNC) !== 0) {
    task.fs.namespace.services.setAsync(description, number, (argument & F.O_ASYNC) !== 0);
  }
  description.flags = (flags & ~SETTABLE) | (argument & SETTABLE);
  return 0;
}

/** Only files in memory have seals. */
function sealable(description: FileDescription): MemoryFile {
  if (description instanceof RegularFile && description.file instanceof MemoryFile) return description.file;
  throw EINVAL;
}

function addSeals(description: FileDescription, seals: number): number {
  if (!description.writable) throw EPERM;
  if ((seals & ~ALL_SEALS) !== 0) throw EINVAL;
  const file = sealable(description);
  if ((file.seals & F.F_SEAL_SEAL) !== 0) throw EPERM;
  if ((seals & ~file.seals & F.F_SEAL_WRITE) !== 0) {
    for (const area of file.cache.mappings) {
      if (area.shared && (area.may & PROT_WRITE) !== 0) throw EBUSY;
    }
  }
  file.seals |= seals;
  return 0;
}

// ---- record locks ----

const isOpenFileLock = (what: number): boolean => what >= F.F_OFD_GETLK && what <= F.F_OFD_SETLKW;
/** Locks of 32-bit offsets: only the three old commands. */
const isShort = (what: number): boolean => what >= F.F_GETLK && what <= F.F_SETLKW;

function readLock(task: Task, description: FileDescription, what: number, va: number): RecordLock {
  const layout = isShort(what) ? F.flock : F.flock64;
  const raw = layout.unpack(task.memory.copyIn(va, layout.size));
  if (raw.l_type !== F.F_RDLCK && raw.l_type !== F.F_WRLCK && raw.l_type !== F.F_UNLCK) throw EINVAL;
  let base = 0;
  if (raw.l_whence === F.SEEK_CUR) base = description.position;
  else if (raw.l_whence === F.SEEK_END) base = description.inode?.attributes().size ?? 0;
  else if (raw.l_whence !== F.SEEK_SET) throw EINVAL;
  let start = base + raw.l_start;
  let end = raw.l_len === 0 ? Number.POSITIVE_INFINITY : start + raw.l_len;
  if (raw.l_len < 0) [start, end] = [start + raw.l_len, start];
  if (start < 0) throw EINVAL;
  if (isOpenFileLock(what) && raw.l_pid !== 0) throw EINVAL;
  const owner: LockOwner = isOpenFileLock(what) ? description : task.files;
  return { owner, type: raw.l_type, start, end, pid: isOpenFileLock(what) ? -1 : task.pid };
}

function testLock(task: Task, description: FileDescription, what: number, va: number): number {
  const wanted = readLock(task, description, what, va);
  if (wanted.type === F.F_UNLCK) throw EINVAL;
  const found = description.inode?.locks?.records.conflict(wanted) ?? null;
  const layout = isShort(what) ? F.flock : F.flock64;
  const answer =
    found === null
      ? { l_type: F.F_UNLCK }
      : {
          l_type: found.type,
          l_whence: F.SEEK_SET,
          l_start: found.start,
          l_len: found.end === Number.POSITIVE_INFINITY ? 0 : found.end - found.start,
          l_pid: found.pid,
        };
  const image = task.memory.copyIn(va, layout.size);
  layout.write(new DataView(image.buffer), 0, answer);
  task.memory.copyOut(va, image);
  return 0;
}

function setLock(task: Task, description: FileDescription, what: number, va: number): Result {
  const wanted = readLock(task, description, what, va);
  if (wanted.type === F.F_RDLCK && !description.readable) throw EBADF;
  if (wanted.type === F.F_WRLCK && !description.writable) throw EBADF;
  const { inode } = description;
  if (inode === null) throw EINVAL;
  inode.locks ??= new FileLocks();
  const list = inode.locks.records;
  const waits = what === F.F_SETLKW || what === F.F_SETLKW64 || what === F.F_OFD_SETLKW;
  const attempt = (): Result => {
    wanted.owner.waitsFor = null;
    const conflict = list.conflict(wanted);
    if (conflict === null) {
      list.set(wanted);
      return 0;
    }
    if (!waits) throw EAGAIN;
    if (!isOpenFileLock(what)) waitFor(wanted.owner, conflict.owner);
    return new Blocked([list.queue], attempt, {
      cancel: () => {
        wanted.owner.waitsFor = null;
      },
    });
  };
  return attempt();
}

function lockWhole(task: Task, number: number, operation: number): Result {
  const description = task.files.get(number);
  if (description instanceof PathFile) throw EBADF;
  const what = operation & ~F.LOCK_NB;
  if (what !== F.LOCK_SH && what !== F.LOCK_EX && what !== F.LOCK_UN) throw EINVAL;
  const { inode } = description;
  if (inode === null) throw EINVAL;
  inode.locks ??= new FileLocks();
  const { whole } = inode.locks;
  const type = what === F.LOCK_SH ? F.F_RDLCK : what === F.LOCK_EX ? F.F_WRLCK : F.F_UNLCK;
  const wanted: RecordLock = { owner: description, type, start: 0, end: Number.POSITIVE_INFINITY, pid: -1 };
  // A change of kind is not atomic: the old lock goes first, flock(2).
  if (whole.all.some((lock) => lock.owner === description && lock.type !== type))
    whole.dropOwner(description);
  const attempt = (): Result => {
    if (whole.conflict(wanted) === null) {
      whole.set(wanted);
      return 0;
    }
    if ((operation & F.LOCK_NB) !== 0) throw EAGAIN;
    return new Blocked([whole.queue], attempt);
  };
  return attempt();
}

// ---- ioctl ----

function deviceControl(task: Task, number: number, request: number, argument: number): Result {
  const description = task.files.get(number);
  switch (request >>> 0) {
    case F.FIOCLEX:
      task.files.setCloseOnExec(number, true);
      return 0;
    case F.FIONCLEX:
      task.files.setCloseOnExec(number, false);
      return 0;
    case F.FIONBIO:
    case F.FIOASYNC: {
      if (description instanceof PathFile) throw EBADF;
      const bit = request === F.FIONBIO ? F.O_NONBLOCK : F.O_ASYNC;
      const on = task.memory.readU32(argument >>> 0) !== 0;
      return setFlags(task, number, description, on ? description.flags | bit : description.flags & ~bit);
    }
    default:
      return description.ioctl(task, request >>> 0, argument >>> 0);
  }
}

const commandNames: Readonly<Record<number, Kind<number>>> = {
  [F.F_SETFD]: bits('flags', { FD_CLOEXEC: F.FD_CLOEXEC }),
  [F.F_SETFL]: openFlags,
  [F.F_DUPFD]: int,
  [F.F_DUPFD_CLOEXEC]: int,
  [F.F_SETOWN]: int,
  [F.F_SETPIPE_SZ]: int,
};
const WITHOUT: readonly number[] = [
  F.F_GETFD,
  F.F_GETFL,
  F.F_GETOWN,
  F.F_GETSIG,
  F.F_GETPIPE_SZ,
  F.F_GET_SEALS,
];
/** What fcntl's third argument is, the command says; some have none. */
const commandArgument: Kind<number> = {
  ...pointer,
  print: (raw, task, call) => {
    const what = call.words[1]! | 0;
    return WITHOUT.includes(what) ? null : (commandNames[what] ?? pointer).print(raw, task, call);
  },
};

export const fcntlRows = {
  fcntl: sys(55, [fd, command, commandArgument], (task, n, what, argument) => {
    if ((what >= F.F_GETLK64 && what <= F.F_SETLKW64) || isOpenFileLock(what)) throw EINVAL;
    return control(task, n, what, argument | 0);
  }),
  fcntl64: sys(
    221,
    [fd, command, commandArgument],
    (task, n, what, argument) => control(task, n, what, argument | 0),
    partial('no leases'),
  ),
  flock: sys(143, [fd, lockOperation], lockWhole),
  ioctl: sys(54, [fd, request, pointer], deviceControl),
} satisfies Rows;
