// How strace shows what the file calls read and write: stat and its kin, directory entries, poll's and select's
// sets, resource limits, socket addresses. The forms are those of strace(1).

import * as F from '../abi/file.ts';
import { AF } from '../abi/socket.ts';
import type { Task } from '../kernel/task.ts';
import { bits, choice, hex, type Kind, quote } from './row.ts';
import { answer, attempt, bytesAt, fields, given, listAt, structAt, wordAt } from './shown.ts';

const NO_CALL = { words: [], result: null };
/** A word by a kind's names. */
const named = (kind: Kind<number>, value: number, task: Task): string => kind.print(value, task, NO_CALL)!;

// ---- files ----

const TYPES = choice('type', {
  S_IFIFO: 0o010000,
  S_IFCHR: 0o020000,
  S_IFDIR: 0o040000,
  S_IFBLK: 0o060000,
  S_IFREG: 0o100000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
});
const octal = (value: number): string => (value === 0 ? '0' : `0${value.toString(8)}`);
const modeText = (task: Task, mode: number): string =>
  `${named(TYPES, mode & 0o170000, task)}|${octal(mode & 0o7777)}`;

/** What lies in st_size's place: devices have their number. */
function sizeOrDevice(mode: number, size: number, device: number): Record<string, string | number> {
  const type = mode & 0o170000;
  if (type !== 0o020000 && type !== 0o060000) return { st_size: size };
  return { st_rdev: `makedev(${hexOf(F.majorOf(device))}, ${hexOf(F.minorOf(device))})` };
}
const hexOf = (value: number): string => (value === 0 ? '0' : `0x${value.toString(16)}`);

export const stat64 = answer('struct stat64', (at, task) => {
  const { st_mode, st_size, st_rdev } = structAt(task, F.stat64, at);
  const shown = { st_mode: modeText(task, st_mode), ...sizeOrDevice(st_mode, st_size, Number(st_rdev)) };
  return fields(shown).replace('}', ', ...}');
});
export const stat32 = answer('struct stat', (at, task) => {
  const { st_mode, st_size, st_rdev } = structAt(task, F.stat32, at);
  const shown = { st_mode: modeText(task, st_mode), ...sizeOrDevice(st_mode, st_size, st_rdev) };
  return fields(shown).replace('}', ', ...}');
});
export const statx = answer('struct statx', (at, task) => {
  const { stx_mask, stx_mode, stx_size } = structAt(task, F.statx, at);
  const shown = {
    stx_mask: named(statxMask, stx_mask, task),
    stx_attributes: 0,
    stx_mode: modeText(task, stx_mode),
    stx_size,
  };
  return fields(shown).replace('}', ', ...}');
});

// ---- open(2) ----

/** Without the access mode: pipe2, dup3. */
export const statusFlags = bits('open flags', {
  O_CREAT: F.O_CREAT,
  O_EXCL: F.O_EXCL,
  O_NOCTTY: F.O_NOCTTY,
  O_TRUNC: F.O_TRUNC,
  O_APPEND: F.O_APPEND,
  O_NONBLOCK: F.O_NONBLOCK,
  O_SYNC: F.O_SYNC,
  O_DSYNC: F.O_DSYNC,
  O_ASYNC: F.O_ASYNC,
  O_DIRECT: F.O_DIRECT,
  O_LARGEFILE: F.O_LARGEFILE,
  O_TMPFILE: F.O_TMPFILE,
  O_DIRECTORY: F.O_DIRECTORY,
  O_NOFOLLOW: F.O_NOFOLLOW,
  O_NOATIME: F.O_NOATIME,
  O_CLOEXEC: F.O_CLOEXEC,
  O_PATH: F.O_PATH,
});
const ACCESS = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'];
export const openFlags: Kind<number> = {
  label: 'open flags',
  decode: (raw) => raw | 0,
  print: (raw, task, call) => {
    const rest = raw & ~F.O_ACCMODE;
    const access = ACCESS[raw & F.O_ACCMODE]!;
    return rest === 0 ? access : `${access}|${statusFlags.print(rest, task, call)}`;
  },
};

export const statxMask = bits('mask', {
  STATX_ALL: 0xfff,
  STATX_BASIC_STATS: 0x7ff,
  STATX_TYPE: 1,
  STATX_MODE: 2,
  STATX_NLINK: 4,
  STATX_UID: 8,
  STATX_GID: 0x10,
  STATX_ATIME: 0x20,
  STATX_MTIME: 0x40,
  STATX_CTIME: 0x80,
  STATX_INO: 0x100,
  STATX_SIZE: 0x200,
  STATX_BLOCKS: 0x400,
  STATX_BTIME: 0x800,
  STATX_MNT_ID: 0x1000,
});
export const atFlags = bits('at flags', {
  AT_SYMLINK_NOFOLLOW: F.AT_SYMLINK_NOFOLLOW,
  AT_SYMLINK_FOLLOW: F.AT_SYMLINK_FOLLOW,
  AT_NO_AUTOMOUNT: F.AT_NO_AUTOMOUNT,
  AT_EMPTY_PATH: F.AT_EMPTY_PATH,
});
/** statx's, with how fresh the answer is to be. */
export const statxFlags: Kind<number> = {
  ...atFlags,
  print: (raw, task, call) => {
    const rest = raw & ~F.AT_STATX_SYNC_TYPE;
    const sync = ['AS_STAT', '', 'FORCE_SYNC', '', 'DONT_SYNC'][(raw & F.AT_STATX_SYNC_TYPE) >> 12];
    const name = sync === 'AS_STAT' ? 'AT_STATX_SYNC_AS_STAT' : `AT_STATX_${sync}`;
    return rest === 0 ? name : `${name}|${atFlags.print(rest, task, call)}`;
  },
};
export const accessMode = bits('access mode', { R_OK: F.R_OK, W_OK: F.W_OK, X_OK: F.X_OK }, 'F_OK');
export const whence = choice('whence', {
  SEEK_SET: F.SEEK_SET,
  SEEK_CUR: F.SEEK_CUR,
  SEEK_END: F.SEEK_END,
  SEEK_DATA: F.SEEK_DATA,
  SEEK_HOLE: F.SEEK_HOLE,
});
export const lockOperation = bits('lock', {
  LOCK_SH: F.LOCK_SH,
  LOCK_EX: F.LOCK_EX,
  LOCK_NB: F.LOCK_NB,
  LOCK_UN: F.LOCK_UN,
});
/** _llseek's answer: the new position. */
export const position = answer('position', (at, task) => {
  const view = new DataView(task.memory.forceRead(at, 8).buffer);
  return `[${view.getBigInt64(0, true)}]`;
});

/** Offset of d_reclen; a record's length leads to the next. */
function entries(recordLength: number): Kind<number> {
  return answer('directory entries', (at, task, { result }) => {
    let count = 0;
    for (let done = 0; done < (result ?? 0); count++)
      done += Math.max(1, wordAt(task, at + done + recordLength) & 0xffff);
    return `${hex(at)} /* ${count} entr${count === 1 ? 'y' : 'ies'} */`;
  });
}
export const dirents = entries(8);
export const dirents64 = entries(16);

// ---- poll and select ----

const pollBits = bits('events', {
  POLLIN: F.POLLIN,
  POLLPRI: F.POLLPRI,
  POLLOUT: F.POLLOUT,
  POLLERR: F.POLLERR,
  POLLHUP: F.POLLHUP,
  POLLNVAL: F.POLLNVAL,
  POLLRDNORM: F.POLLRDNORM,
  POLLRDBAND: F.POLLRDBAND,
  POLLWRNORM: F.POLLWRNORM,
  POLLWRBAND: F.POLLWRBAND,
  POLLRDHUP: F.POLLRDHUP,
});
const POLLFD = 8;
const pollFd = (task: Task, at: number): number => wordAt(task, at) | 0;
const events = (task: Task, at: number, shift: number): string =>
  named(pollBits, (wordAt(task, at + 4) >>> shift) & 0xffff, task);

/** struct pollfd's; the second argument counts them. */
export const pollFds: Kind<number> = {
  ...given('struct pollfd', (at, task, { words }) =>
    listAt(at, words[1]! >>> 0, POLLFD, (each) =>
      fields({ fd: pollFd(task, each), events: events(task, each, 0) }),
    ),
  ),
  note(raw, task, { words, result }) {
    if (result === null || result < 0) return null;
    if (result === 0) return 'Timeout';
    const ready = Array.from({ length: words[1]! >>> 0 }, (_, i) => raw + i * POLLFD).filter(
      (each) => wordAt(task, each + 4) >>> 16 !== 0,
    );
    return listAt(0, ready.length, 1, (_, i) =>
      fields({ fd: pollFd(task, ready[i]!), revents: events(task, ready[i]!, 16) }),
    );
  },
};

function setMembers(task: Task, at: number, limit: number): string {
  const members: number[] = [];
  for (let n = 0; n < Math.min(limit, 1024); n++)
    if ((wordAt(task, at + 4 * (n >> 5)) >>> (n & 31)) & 1) members.push(n);
  return `[${members.join(' ')}]`;
}
/** An fd_set; the first argument is the highest descriptor plus one. `name`: in, out or except. */
const descriptorSet = (name: string): Kind<number> => ({
  ...given('fd_set', (at, task, { words }) => setMembers(task, at, words[0]! >>> 0)),
  note(raw, task, { words, result }) {
    if (result === null || result <= 0 || raw === 0) return null;
    const members = attempt(raw, () => setMembers(task, raw >>> 0, words[0]! >>> 0));
    return members === '[]' ? null : `${name} ${members}`;
  },
});

export const selectSets = [descriptorSet('in'), descriptorSet('out'), descriptorSet('except')] as const;

const epollBits = bits('events', {
  EPOLLIN: 1,
  EPOLLPRI: 2,
  EPOLLOUT: 4,
  EPOLLERR: 8,
  EPOLLHUP: 0x10,
  EPOLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 1 << 28,
  EPOLLONESHOT: 1 << 30,
  EPOLLET: 1 << 31,
});
function epollAt(task: Task, at: number): string {
  const events = named(epollBits, wordAt(task, at), task);
  const [u32, high] = [wordAt(task, at + 4), wordAt(task, at + 8)];
  return `{events=${events}, data={u32=${u32}, u64=${(BigInt(high) << 32n) | BigInt(u32)}}}`;
}
export const epollEvent = given('struct epoll_event', (at, task) => epollAt(task, at));
export const epollEvents = answer('struct epoll_event', (at, task, { result }) =>
  listAt(at, result ?? 0, 12, (each) => epollAt(task, each)),
);

// ---- sockets ----

function addressAt(task: Task, at: number, length: number): string {
  const family = wordAt(task, at) & 0xffff;
  const name = Object.entries(AF).find(([, value]) => value === family)?.[0] ?? String(family);
  const bytes = bytesAt(task, at, Math.min(length, 128));
  if (family === AF.AF_UNIX) {
    const path = bytes.slice(2);
    if (path === '') return fields({ sa_family: name });
    const text = path.startsWith('\0') ? `@${quote(path.slice(1))}` : quote(path.replace(/\0.*$/s, ''));
    return fields({ sa_family: name, sun_path: text });
  }
  if (name === 'AF_INET' && length >= 8) {
    const [port, address] = [bytes.slice(2, 4), bytes.slice(4, 8)].map((part) =>
      [...part].map((byte) => byte.charCodeAt(0)),
    );
    return `{sa_family=${name}, sin_port=htons(${port![0]! * 256 + port![1]!}), sin_addr=inet_addr("${address!.join('.')}")}`;
  }
  return `{sa_family=${name}, sa_data=${quote(bytes.slice(2, 16))}}`;
}
/** struct sockaddr; `index` is the argument with its length. */
export const address = (index: number): Kind<number> =>
  given('struct sockaddr', (at, task, { words }) => addressAt(task, at, words[index]! >>> 0));
/** The same as an answer; `index` is the argument that points to its length. */
export const addressAnswer = (index: number): Kind<number> =>
  answer('struct sockaddr', (at, task, { words }) => addressAt(task, at, wordAt(task, words[index]! >>> 0)));
