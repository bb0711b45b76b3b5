// Moving bytes through pipes without a program's memory: splice(2), tee(2), vmsplice(2). Here they are copied
// once; what a program sees is the same.

import { EAGAIN, EBADF, EINVAL, EPIPE, ESPIPE } from '../abi/errno.ts';
import { MAX_RW_COUNT, O_APPEND } from '../abi/file.ts';
import { PipeEnd } from '../fs/pipe.ts';
import type { Task } from '../kernel/task.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { RegularFile } from '../vfs/regular-file.ts';
import { Blocked, type Result } from '../wait.ts';
import { fd, flags, int, pointer, type Rows, size, sys } from './row.ts';
import { readVectors, roomAt, watched, withSignal } from './transfer.ts';

const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_ALL = 0xf;

/** Waits on the queues of both ends while `attempt` answers null; a broken pipe comes with SIGPIPE. */
function untilMoved(
  task: Task,
  ends: readonly FileDescription[],
  patient: boolean,
  attempt: () => Result | null,
): Result {
  const result = withSignal(task, attempt);
  if (result !== null) return result;
  if (!patient) throw EAGAIN;
  const queues = ends.map(({ queue }) => queue);
  return new Blocked(queues, () => untilMoved(task, ends, patient, attempt));
}

interface Side {
  readonly description: FileDescription;
  /** Guest address of the offset, 0: the file position. */
  readonly offset: number;
}

function positionOf(task: Task, { description, offset }: Side): number {
  if (offset === 0) return description.position;
  const position = Number(BigInt.asIntN(64, task.memory.readU64(offset)));
  if (position < 0) throw EINVAL;
  return position;
}
function moved(task: Task, { description, offset }: Side, position: number): void {
  if (offset === 0) description.position = position;
  else task.memory.writeU64(offset, BigInt(position));
}

/** Bytes for a pipe out of a file, or out of what has no positions. */
function takeFrom(task: Task, from: Side, length: number): Uint8Array | Blocked {
  const { description } = from;
  if (!(description instanceof RegularFile)) {
    if (from.offset !== 0) throw EINVAL;
    return description.read(length);
  }
  const position = positionOf(task, from);
  const bytes = description.readAt(length, position);
  moved(task, from, position + bytes.length);
  return bytes;
}

/** One of both is a pipe, or both are. */
function splice(
  task: Task,
  inNumber: number,
  inOffset: number,
  outNumber: number,
  outOffset: number,
  length: number,
  flag: number,
): Result {
  if (length === 0) return 0;
  if ((flag & ~SPLICE_F_ALL) !== 0) throw EINVAL;
  const from: Side = { description: task.files.get(inNumber), offset: inOffset };
  const to: Side = { description: task.files.get(outNumber), offset: outOffset };
  const source = from.description;
  const target = to.description;
  if (!source.readable || !target.writable) throw EBADF;
  const count = Math.min(length, MAX_RW_COUNT);
  const patient = (flag & SPLICE_F_NONBLOCK) === 0;
  if (source instanceof PipeEnd && inOffset !== 0) throw ESPIPE;
  if (target instanceof PipeEnd && outOffset !== 0) throw ESPIPE;
  if (source instanceof PipeEnd && target instanceof PipeEnd) {
    if (source.buffer === target.buffer) throw EINVAL;
    const waits = patient && !source.nonblocking && !target.nonblocking;
    return untilMoved(task, [source, target], waits, () => betweenPipes(source, target, count, false));
  }
  if (source instanceof PipeEnd) return outOfPipe(task, source, to, count, patient);
  if (target instanceof PipeEnd)
    return untilMoved(task, [target], patient && !target.nonblocking, () =>
      intoPipe(task, from, target, count, patient),
    );
  throw EINVAL;
}

/** Null: nothing to move, or no room. `keep`: the bytes stay in the first pipe (tee). */
function betweenPipes(from: PipeEnd, to: PipeEnd, count: number, keep: boolean): number | null {
  if (to.buffer.readers === 0) throw EPIPE;
  if (from.buffer.length === 0) return from.buffer.writers === 0 ? 0 : null;
  const room = Math.min(count, to.buffer.room);
  if (room === 0) return null;
  return to.buffer.put(keep ? from.buffer.peek(room) : from.buffer.take(room));
}

function intoPipe(task: Task, from: Side, to: PipeEnd, count: number, patient: boolean): Result | null {
  if (to.buffer.readers === 0) throw EPIPE;
  const room = Math.min(count, to.buffer.room);
  if (room === 0) return null;
  const bytes = takeFrom(task, from, room);
  if (!(bytes instanceof Blocked)) return to.buffer.put(bytes);
  if (!patient) throw EAGAIN;
  const again = (): Result => untilMoved(task, [to], patient, () => intoPipe(task, from, to, count, patient));
  return new Blocked(bytes.queues, again, bytes.options);
}

function outOfPipe(task: Task, from: PipeEnd, to: Side, count: number, patient: boolean): Result {
  const { buffer } = from;
  const { description } = to;
  if ((description.flags & O_APPEND) !== 0) throw EINVAL;
  if (!(description instanceof RegularFile) && to.offset !== 0) throw EINVAL;
  return untilMoved(task, [from], patient && !from.nonblocking, () => {
    if (buffer.length === 0) return buffer.writers === 0 ? 0 : null;
    const bytes = buffer.peek(count);
    if (!(description instanceof RegularFile))
      return taken(
        from,
        watched(task, () => description.write(bytes)),
      );
    const position = positionOf(task, to);
    const done = Math.min(bytes.length, roomAt(task, description, position));
    const written = description.writeAt(bytes.subarray(0, done), position) as number;
    moved(task, to, position + written);
    return taken(from, written);
  });
}

/** What a target has accepted leaves the pipe, once it has. */
function taken(from: PipeEnd, result: Result): Result {
  if (typeof result === 'number') from.buffer.take(result);
  if (!(result instanceof Blocked)) return result;
  const { queues, retry, options } = result;
  return new Blocked(queues, (reason) => taken(from, retry(reason)), {
    ...options,
    cancel: () => {
      options.cancel?.();
      from.buffer.take(options.partial?.() ?? 0);
    },
  });
}

function tee(task: Task, inNumber: number, outNumber: number, length: number, flag: number): Result {
  if ((flag & ~SPLICE_F_ALL) !== 0) throw EINVAL;
  if (length === 0) return 0;
  const source = task.files.get(inNumber);
  const target = task.files.get(outNumber);
  if (!source.readable || !target.writable) throw EBADF;
  if (!(source instanceof PipeEnd) || !(target instanceof PipeEnd)) throw EINVAL;
  if (source.buffer === target.buffer) throw EINVAL;
  const patient = (flag & SPLICE_F_NONBLOCK) === 0 && !source.nonblocking && !target.nonblocking;
  return untilMoved(task, [source, target], patient, () =>
    betweenPipes(source, target, Math.min(length, MAX_RW_COUNT), true),
  );
}

/** To a pipe from memory, or the other way, as the end is for. */
function vmsplice(task: Task, number: number, va: number, count: number, flag: number): Result {
  const description = task.files.get(number);
  if ((flag & ~SPLICE_F_ALL) !== 0) throw EINVAL;
  if (!description.readable && !description.writable) throw EBADF;
  const vectors = task.memory.readVectors(va, count);
  const total = vectors.reduce((sum, vector) => sum + vector.length, 0);
  if (total === 0) return 0;
  if (!(description instanceof PipeEnd)) throw EBADF;
  const nonblock = (flag & SPLICE_F_NONBLOCK) !== 0;
  const { buffer } = description;
  if (!description.writable) {
    if (nonblock && buffer.length === 0 && buffer.writers > 0) throw EAGAIN;
    return readVectors(task, description, vectors, null);
  }
  return untilMoved(task, [description], !nonblock && !description.nonblocking, () => {
    if (buffer.readers === 0) throw EPIPE;
    const room = Math.min(total, buffer.room);
    if (room === 0) return null;
    return buffer.put(task.memory.gather(vectors).subarray(0, room));
  });
}

export const spliceRows = {
  splice: sys(313, [fd, pointer, fd, pointer, size, flags], splice),
  tee: sys(315, [fd, fd, size, flags], tee),
  vmsplice: sys(316, [fd, pointer, int, flags], vmsplice),
} satisfies Rows;
