// Moving bytes between a program's memory and open files: read, write and their vector and positioned
// forms, sendfile and copy_file_range. read(2), write(2), readv(2), pread(2), sendfile(2).

import {
  EAGAIN,
  EBADF,
  EFAULT,
  EFBIG,
  EINVAL,
  EISDIR,
  EOPNOTSUPP,
  EOVERFLOW,
  EPIPE,
  Errno,
} from '../abi/errno.ts';
import {
  LARGEST_WITHOUT_LARGEFILE,
  MAX_RW_COUNT,
  O_APPEND,
  O_LARGEFILE,
  O_PATH,
  SEEK_HOLE,
} from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { sendToTask } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import type { IoVector } from '../mm/user-memory.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { dropPowers } from '../vfs/permission.ts';
import { MAX_FILE_SIZE, RegularFile } from '../vfs/regular-file.ts';
import { IN_ACCESS, IN_MODIFY } from '../vfs/watch.ts';
import { Blocked, type Result } from '../wait.ts';
import { fd, flags, int, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { high, input, inputVectors, low, output, outputVectors } from './shown.ts';
import { position, whence } from './shown-file.ts';

const SIGPIPE = 13;
const SIGXFSZ = 25;
/** Bytes of a regular file that are moved in one piece. */
const PIECE = 256 * 1024;
/** Bytes that one read of a pipe, terminal or device brings at most. */
const MOST_AT_ONCE = 1024 * 1024;

/** A 64-bit argument in two registers, as a number. */
export function wide(low: number, high: number): number {
  return (high | 0) * 2 ** 32 + (low >>> 0);
}

function readable(task: Task, number: number): FileDescription {
  const description = task.files.get(number);
  if (!description.readable) throw EBADF;
  return description;
}
function writable(task: Task, number: number): FileDescription {
  const description = task.files.get(number);
  if (!description.writable) throw EBADF;
  return description;
}

/** inotify hears of bytes that went. */
export function tell(task: Task, { location }: FileDescription, event: number, done: number): void {
  const { watches } = task.fs.namespace;
  if (watches.active && done > 0 && location !== null) watches.about(location, event);
}

// ---- reading ----

/** `position` null: at the file position, which moves. */
export function readVectors(
  task: Task,
  description: FileDescription,
  vectors: readonly IoVector[],
  position: number | null,
): Result {
  const total = vectors.reduce((sum, { length }) => sum + length, 0);
  if (description instanceof RegularFile) return readRegular(task, description, vectors, total, position);
  // A bad address is seen before anything is taken out of a pipe.
  for (const { base, length } of vectors) if (length > 0) task.memory.verify(base, 1, true);
  const wanted = Math.min(total, MOST_AT_ONCE);
  const bytes = position === null ? description.read(wanted) : description.readAt(wanted, position);
  if (bytes instanceof Blocked) {
    // After a deadline, too: the description knows by its clock that its time is up.
    return new Blocked(bytes.queues, () => readVectors(task, description, vectors, position), bytes.options);
  }
  let done = 0;
  for (const { base, length } of vectors) {
    const part = done === 0 && bytes.length <= length ? bytes : bytes.subarray(done, done + length);
    const stored = task.memory.copyOutPart(base, part);
    done += stored;
    if (stored < part.length) break;
  }
  if (done === 0 && bytes.length > 0) throw EFAULT;
  tell(task, description, IN_ACCESS, done);
  return done;
}

function readRegular(
  task: Task,
  file: RegularFile,
  vectors: readonly IoVector[],
  total: number,
  position: number | null,
): number {
  const start = position ?? file.position;
  if (total === 0) return 0;
  let done = 0;
  try {
    for (const { base, length } of vectors) {
      for (let at = 0; at < length; ) {
        const bytes = file.readAt(Math.min(length - at, PIECE), start + done);
        if (bytes.length === 0) return finish();
        const stored = task.memory.copyOutPart(base + at, bytes);
        at += stored;
        done += stored;
        if (stored < bytes.length) {
          if (done === 0) throw EFAULT;
          return finish();
        }
      }
    }
  } catch (thrown) {
    if (done === 0 || !(thrown instanceof Errno)) throw thrown;
  }
  return finish();

  function finish(): number {
    if (position === null) file.position = start + done;
    tell(task, file, IN_ACCESS, done);
    return done;
  }
}

// ---- writing ----

export function writeVectors(
  task: Task,
  description: FileDescription,
  vectors: readonly IoVector[],
  position: number | null,
): Result {
  if (description instanceof RegularFile) return writeRegular(task, description, vectors, position);
  if (description.requestSize > 0 && position === null) return writeRequests(task, description, vectors);
  const bytes = gather(task, vectors);
  return watched(task, () =>
    position === null ? description.write(bytes) : description.writeAt(bytes, position),
  );
}

/** A request a vector; an error ends them, and is told when it is the first. */
function writeRequests(task: Task, description: FileDescription, vectors: readonly IoVector[]): Result {
  let done = 0;
  try {
    for (const { base, length } of vectors) {
      if (length > description.requestSize) throw EINVAL;
      done += description.write(task.memory.copyIn(base, length)) as number;
    }
  } catch (thrown) {
    if (done === 0 || !(thrown instanceof Errno)) throw thrown;
  }
  return done;
}

/** Bytes of all vectors; a bad address ends them, unless it is the first. */
function gather(task: Task, vectors: readonly IoVector[]): Uint8Array {
  try {
    if (vectors.length === 1) return task.memory.copyIn(vectors[0]!.base, vectors[0]!.length);
    return task.memory.gather(vectors);
  } catch (thrown) {
    if (thrown !== EFAULT) throw thrown;
  }
  const parts: number[] = [];
  for (const { base, length } of vectors) {
    for (let at = 0; at < length; ) {
      const part = Math.min(length - at, 4096 - ((base + at) & 4095));
      try {
        for (const byte of task.memory.copyIn(base + at, part)) parts.push(byte);
      } catch (thrown) {
        if (thrown !== EFAULT || parts.length === 0) throw thrown;
        return Uint8Array.from(parts);
      }
      at += part;
    }
  }
  return Uint8Array.from(parts);
}

/** EPIPE comes with SIGPIPE. */
export function withSignal<T>(task: Task, attempt: () => T): T {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown === EPIPE) sendToTask(task, SignalInfo.user(SIGPIPE, task));
    throw thrown;
  }
}
/** The same for a write, and each of its retries. */
export function watched(task: Task, attempt: () => Result): Result {
  const result = withSignal(task, attempt);
  if (!(result instanceof Blocked)) return result;
  const blocked = result;
  return new Blocked(blocked.queues, (reason) => watched(task, () => blocked.retry(reason)), blocked.options);
}

function writeRegular(
  task: Task,
  file: RegularFile,
  vectors: readonly IoVector[],
  position: number | null,
  appends = (file.flags & O_APPEND) !== 0,
): Result {
  let done = 0;
  const start = appends ? file.file.size : (position ?? file.position);
  const total = vectors.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return 0;
  const room = roomAt(task, file, start);
  dropPowers(file.file, task.credentials);
  try {
    for (const { base, length } of vectors) {
      for (let at = 0; at < length && done < room; ) {
        const part = Math.min(length - at, PIECE, room - done);
        const bytes = gather(task, [{ base: base + at, length: part }]);
        const count = file.writeAt(bytes, start + done) as number;
        at += count;
        done += count;
        if (count < part) return finish();
      }
    }
  } catch (thrown) {
    if (done === 0 || !(thrown instanceof Errno)) throw thrown;
  }
  return finish();

  function finish(): number {
    if (position === null) file.position = start + done;
    tell(task, file, IN_MODIFY, done);
    return done;
  }
}

/** Bytes that may be written from `position` on. RLIMIT_FSIZE answers EFBIG with SIGXFSZ, a file's own limit EFBIG alone. */
export function roomAt(task: Task, file: RegularFile, position: number): number {
  const limit = task.group.limits[RLIMIT.RLIMIT_FSIZE]!.soft;
  if (position >= limit) {
    sendToTask(task, SignalInfo.user(SIGXFSZ, task));
    throw EFBIG;
  }
  const largest = (file.flags & O_LARGEFILE) !== 0 ? MAX_FILE_SIZE : LARGEST_WITHOUT_LARGEFILE;
  if (position >= largest) throw EFBIG;
  return Math.min(limit, largest) - position;
}

const one = (base: number, length: number): IoVector[] => [{ base, length: Math.min(length, MAX_RW_COUNT) }];

/** A single length above INT_MAX is refused as a negative ssize_t would be. */
function checkLength(length: number): number {
  if (length > 0x7fffffff) throw EINVAL;
  return length;
}
function checkPosition(position: number): number {
  if (position < 0) throw EINVAL;
  return position;
}

// ---- file to file ----

/** Moves `count` bytes from a file to any description, in pieces; `finished` is told how many went. */
function pour(
  task: Task,
  from: RegularFile,
  to: FileDescription,
  start: number,
  count: number,
  finished: (done: number) => void,
): Result {
  let done = 0;
  const end = (): number => {
    finished(done);
    tell(task, from, IN_ACCESS, done);
    tell(task, to, IN_MODIFY, done);
    return done;
  };
  const step = (pending: (() => Result) | null): Result => {
    for (;;) {
      let result: Result;
      try {
        if (pending !== null) {
          result = pending();
          pending = null;
        } else {
          if (done >= count) return end();
          const bytes = from.readAt(Math.min(PIECE, count - done), start + done);
          if (bytes.length === 0) return end();
          result = watched(task, () => to.write(bytes));
        }
      } catch (thrown) {
        if (done === 0 || !(thrown instanceof Errno)) throw thrown;
        return end();
      }
      if (result instanceof Blocked) {
        const blocked = result;
        return new Blocked(blocked.queues, (reason) => step(() => blocked.retry(reason)), {
          ...blocked.options,
          partial: () => done + (blocked.options.partial?.() ?? 0),
        });
      }
      if (typeof result !== 'number') return result;
      done += result;
    }
  };
  return step(null);
}

function sendFile(
  task: Task,
  out: number,
  from: number,
  offset: number,
  count: number,
  long: boolean,
): Result {
  const source = readable(task, from);
  const target = writable(task, out);
  if (!(source instanceof RegularFile)) throw source.inode?.isDirectory ? EISDIR : EINVAL;
  if ((target.flags & O_APPEND) !== 0) throw EINVAL;
  const { memory } = task;
  let start = source.position;
  if (offset !== 0) {
    start = long ? Number(BigInt.asIntN(64, memory.readU64(offset))) : memory.readU32(offset) | 0;
    if (start < 0) throw EINVAL;
  }
  return pour(task, source, target, start, Math.min(count, MAX_RW_COUNT), (done) => {
    if (offset === 0) source.position = start + done;
    else if (long) memory.writeU64(offset, BigInt(start + done));
    else memory.writeU32(offset, start + done);
  });
}

function copyRange(
  task: Task,
  from: number,
  fromOffset: number,
  to: number,
  toOffset: number,
  count: number,
  flag: number,
): Result {
  const source = readable(task, from);
  const target = writable(task, to);
  if (flag !== 0) throw EINVAL;
  for (const side of [source, target]) {
    if (side instanceof RegularFile) continue;
    throw side.inode?.isDirectory ? EISDIR : EINVAL;
  }
  if ((target.flags & O_APPEND) !== 0) throw EBADF;
  const files = [source as RegularFile, target as RegularFile] as const;
  const { memory } = task;
  const position = (file: RegularFile, at: number): number =>
    at === 0 ? file.position : Number(BigInt.asIntN(64, memory.readU64(at)));
  const start = position(files[0], fromOffset);
  const goal = position(files[1], toOffset);
  for (const at of [start, goal]) if (at < 0) throw count >= -at ? EOVERFLOW : EINVAL;
  const length = Math.min(count, MAX_RW_COUNT, Math.max(0, files[0].file.size - start));
  if (files[0].file === files[1].file && start < goal + length && goal < start + length) throw EINVAL;
  let done = 0;
  while (done < length) {
    const bytes = files[0].readAt(Math.min(PIECE, length - done), start + done);
    if (bytes.length === 0) break;
    files[1].writeAt(
      bytes.subarray(0, Math.min(bytes.length, roomAt(task, files[1], goal + done))),
      goal + done,
    );
    done += bytes.length;
  }
  if (fromOffset === 0) files[0].position = start + done;
  else memory.writeU64(fromOffset, BigInt(start + done));
  tell(task, source, IN_ACCESS, done);
  tell(task, target, IN_MODIFY, done);
  if (toOffset === 0) files[1].position = goal + done;
  else memory.writeU64(toOffset, BigInt(goal + done));
  return done;
}

// ---- positions ----

function seek(task: Task, number: number, offset: number, whence: number): number {
  const description = task.files.get(number);
  if (whence >>> 0 > SEEK_HOLE) throw (description.flags & O_PATH) === 0 ? EINVAL : EBADF;
  return description.seek(offset, whence);
}

/** RWF_HIPRI, RWF_DSYNC, RWF_SYNC: all the same here. */
const RWF_COMMON = 0x1 | 0x2 | 0x4;
const RWF_NOWAIT = 0x8;
const RWF_APPEND = 0x10;

/** RWF_NOWAIT: what would wait does not. */
function unlessWaiting(result: Result, flag: number): Result {
  if (!(result instanceof Blocked) || (flag & RWF_NOWAIT) === 0) return result;
  result.options.cancel?.();
  const moved = result.options.partial?.() ?? 0;
  if (moved === 0) throw EAGAIN;
  return moved;
}

function readVector2(
  task: Task,
  number: number,
  va: number,
  count: number,
  at: number,
  flag: number,
): Result {
  if ((flag & ~(RWF_COMMON | RWF_NOWAIT)) !== 0) throw EOPNOTSUPP;
  const description = readable(task, number);
  const position = at === -1 ? null : checkPosition(at);
  return unlessWaiting(readVectors(task, description, task.memory.readVectors(va, count), position), flag);
}
function writeVector2(
  task: Task,
  number: number,
  va: number,
  count: number,
  at: number,
  flag: number,
): Result {
  if ((flag & ~(RWF_COMMON | RWF_NOWAIT | RWF_APPEND)) !== 0) throw EOPNOTSUPP;
  const description = writable(task, number);
  const position = at === -1 ? null : checkPosition(at);
  const vectors = task.memory.readVectors(va, count);
  if ((flag & RWF_APPEND) !== 0 && description instanceof RegularFile)
    return writeRegular(task, description, vectors, position, true);
  return unlessWaiting(writeVectors(task, description, vectors, position), flag);
}
export const transferRows = {
  read: sys(3, [fd, output, size], (task, n, va, length) =>
    readVectors(task, readable(task, n), one(va, checkLength(length)), null),
  ),
  write: sys(4, [fd, input(2), size], (task, n, va, length) =>
    writeVectors(task, writable(task, n), one(va, checkLength(length)), null),
  ),
  readv: sys(145, [fd, outputVectors(2), int], (task, n, va, count) =>
    readVectors(task, readable(task, n), task.memory.readVectors(va, count), null),
  ),
  writev: sys(146, [fd, inputVectors(2), int], (task, n, va, count) =>
    writeVectors(task, writable(task, n), task.memory.readVectors(va, count), null),
  ),
  pread64: sys(180, [fd, output, size, low(4), high], (task, n, va, length, low, high) => {
    const position = checkPosition(wide(low, high));
    return readVectors(task, readable(task, n), one(va, checkLength(length)), position);
  }),
  pwrite64: sys(181, [fd, input(2), size, low(4), high], (task, n, va, length, low, high) => {
    const position = checkPosition(wide(low, high));
    return writeVectors(task, writable(task, n), one(va, checkLength(length)), position);
  }),
  preadv: sys(333, [fd, outputVectors(2), int, low(4), high], (task, n, va, count, low, high) => {
    const position = checkPosition(wide(low, high));
    return readVectors(task, readable(task, n), task.memory.readVectors(va, count), position);
  }),
  pwritev: sys(334, [fd, inputVectors(2), int, low(4), high], (task, n, va, count, low, high) => {
    const position = checkPosition(wide(low, high));
    return writeVectors(task, writable(task, n), task.memory.readVectors(va, count), position);
  }),
  preadv2: sys(378, [fd, outputVectors(2), int, low(4), high, flags], (task, n, va, count, low, high, flag) =>
    readVector2(task, n, va, count, wide(low, high), flag),
  ),
  pwritev2: sys(379, [fd, inputVectors(2), int, low(4), high, flags], (task, n, va, count, low, high, flag) =>
    writeVector2(task, n, va, count, wide(low, high), flag),
  ),
  lseek: sys(19, [fd, int, whence], (task, n, offset, whence) => {
    const description = task.files.get(n);
    const before = description.position;
    const position = seek(task, n, offset, whence);
    if (position <= 0x7fffffff) return position;
    description.position = before;
    throw EOVERFLOW;
  }),
  _llseek: sys(140, [fd, high, low(1), position, whence], (task, n, high, low, va, whence) => {
    const position = seek(task, n, wide(low, high), whence);
    task.memory.writeU64(va, BigInt(position));
    return 0;
  }),
  sendfile: sys(187, [fd, fd, pointer, size], (task, out, from, offset, count) =>
    sendFile(task, out, from, offset, count, false),
  ),
  sendfile64: sys(239, [fd, fd, pointer, size], (task, out, from, offset, count) =>
    sendFile(task, out, from, offset, count, true),
  ),
  copy_file_range: sys(
    377,
    [fd, pointer, fd, pointer, size, flags],
    (task, from, fromOffset, to, toOffset, count, flag) =>
      copyRange(task, from, fromOffset, to, toOffset, count, flag),
  ),
  readahead: sys(225, [fd, unsigned, int, size], (task, n, _low, _high, _count) => {
    if (!(readable(task, n) instanceof RegularFile)) throw EINVAL;
    return 0;
  }),
} satisfies Rows;
