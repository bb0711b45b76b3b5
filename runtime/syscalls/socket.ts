// Sockets: socketcall(2) with its table of calls, the same calls under numbers of their own (Linux 4.3),
// and the calls that move several messages. What sockets do is fs/socket.ts and the families.

import { EADDRINUSE, EDOM, EINVAL, ENOENT, ENOTSOCK, Errno } from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  AF,
  MMSGHDR_LENGTH,
  MMSGHDR_SIZE,
  MSG,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOCK_TYPE_MASK,
  SOL_SOCKET,
  SYS,
} from '../abi/socket.ts';
import { Socket, type SocketCall, type SocketFamilies } from '../fs/socket.ts';
import type { Task } from '../kernel/task.ts';
import { S_IFSOCK } from '../vfs/inode.ts';
import { makerIn } from '../vfs/open.ts';
import { checkAccess, checkAdd, MAY_WRITE } from '../vfs/permission.ts';
import { Blocked, type Result } from '../wait.ts';
import {
  bits,
  type ChosenCall,
  choice,
  fd,
  int,
  type Kind,
  type NamedRow,
  pointer,
  type Rows,
  size,
  sys,
} from './row.ts';
import { input, number as lengthAnswer, numbers, output, wordAt } from './shown.ts';
import { address, addressAnswer } from './shown-file.ts';
import { readAddress, receiveMessage, sending, sendMessage, writeAddress } from './socket-message.ts';
import { readTimespec32, readTimespec64 } from './timespec.ts';

const family = choice('family', AF);
const messageFlags = bits('messageFlags', MSG);
const socketOption = choice('option', SO);
const typeNames = choice('type', { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET });
const typeBits = bits('type', { SOCK_CLOEXEC, SOCK_NONBLOCK });
/** A type of sockets, and flags for the descriptor; accept4 has the flags alone. */
const socketType: Kind<number> = {
  ...typeNames,
  print: (raw, task, call) => {
    const rest = raw & ~SOCK_TYPE_MASK;
    const parts = (raw & SOCK_TYPE_MASK) === 0 ? [] : [typeNames.print(raw & SOCK_TYPE_MASK, task, call)];
    if (rest !== 0 || parts.length === 0) parts.push(typeBits.print(rest, task, call));
    return parts.join('|');
  },
};
const shutdownHow = choice('how', { SHUT_RD, SHUT_WR, SHUT_RDWR });

const MICROSECOND = 1000n;
const SECOND = 1_000_000_000n;
/** Messages that one call moves at most. */
const UIO_MAXIOV = 1024;
/** Bytes of an option's value that are looked at. */
const OPTION_MAX = 256;

function socketOf(task: Task, number: number): Socket {
  const description = task.files.get(number);
  if (!(description instanceof Socket)) throw ENOTSOCK;
  return description;
}

function install(task: Task, socket: Socket, type: number): number {
  const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
  // Held meanwhile: one that finds no descriptor is closed.
  socket.retain();
  try {
    return task.files.install(socket, limit, (type & SOCK_CLOEXEC) !== 0);
  } finally {
    socket.release();
  }
}

/** The file tree with the task's eyes, for AF_UNIX names. */
function callOf(task: Task): SocketCall {
  const { fs } = task;
  return {
    caller: task,
    paths: {
      make: (path) => {
        const { parent, name, place, trailingSlash } = fs.walk(task, path, { last: 'leave' });
        if (place !== null) throw EADDRINUSE;
        if (trailingSlash) throw ENOENT;
        checkAdd(parent, task.credentials);
        const mode = S_IFSOCK | (0o777 & ~fs.umask);
        return parent.inode.makeNode(name, mode, 0, makerIn(parent.inode, task));
      },
      find: (path) => {
        const place = fs.resolve(task, path);
        checkAccess(place, MAY_WRITE, task.credentials);
        return place.inode;
      },
    },
  };
}

function checkType(type: number): void {
  if ((type & ~(SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK)) !== 0) throw EINVAL;
}

// ---- options ----

function getOption(
  task: Task,
  socket: Socket,
  level: number,
  name: number,
  va: number,
  lengthVa: number,
): number {
  const room = task.memory.readU32(lengthVa) | 0;
  if (room < 0) throw EINVAL;
  const value =
    level === SOL_SOCKET
      ? (timeOption(socket, name) ?? socket.option(name))
      : socket.protocolOption(level, name, room);
  const bytes = value.subarray(0, room);
  task.memory.copyOut(va, bytes);
  task.memory.writeU32(lengthVa, bytes.length);
  return 0;
}

/** SO_RCVTIMEO and SO_SNDTIMEO in their two forms: two longs, or two 64-bit words. */
function timeOption(socket: Socket, name: number): Uint8Array | null {
  const receive = name === SO.SO_RCVTIMEO_OLD || name === SO.SO_RCVTIMEO_NEW;
  if (!receive && name !== SO.SO_SNDTIMEO_OLD && name !== SO.SO_SNDTIMEO_NEW) return null;
  const timeout = receive ? socket.receiveTimeout : socket.sendTimeout;
  const time = timeout === Infinity ? 0n : BigInt(timeout);
  const seconds = time / SECOND;
  const microseconds = (time % SECOND) / MICROSECOND;
  if (name === SO.SO_RCVTIMEO_NEW || name === SO.SO_SNDTIMEO_NEW)
    return new Uint8Array(BigInt64Array.of(seconds, microseconds).buffer);
  return new Uint8Array(Int32Array.of(Number(seconds), Number(microseconds)).buffer);
}

function setOption(
  task: Task,
  socket: Socket,
  level: number,
  name: number,
  va: number,
  length: number,
): number {
  if (length < 0) throw EINVAL;
  if (level !== SOL_SOCKET) {
    socket.setProtocolOption(level, name, task.memory.copyIn(va, Math.min(length, OPTION_MAX)), task);
    return 0;
  }
  if (timeOption(socket, name) === null) {
    socket.setOption(name, task.memory.copyIn(va, Math.min(length, OPTION_MAX)), task);
    return 0;
  }
  const wide = name === SO.SO_RCVTIMEO_NEW || name === SO.SO_SNDTIMEO_NEW;
  if (length < (wide ? 16 : 8)) throw EINVAL;
  const timeout = readTimeout(task, va, wide);
  if (name === SO.SO_RCVTIMEO_OLD || name === SO.SO_RCVTIMEO_NEW) socket.receiveTimeout = timeout;
  else socket.sendTimeout = timeout;
  return 0;
}
/** Zero means no limit; a negative time is one that is over already. */
function readTimeout(task: Task, va: number, wide: boolean): number {
  const { memory } = task;
  const word = (at: number): number =>
    wide ? Number(BigInt.asIntN(64, memory.readU64(va + 8 * at))) : memory.readU32(va + 4 * at) | 0;
  const seconds = word(0);
  const microseconds = word(1);
  if (microseconds < 0 || microseconds >= 1e6) throw EDOM;
  if (seconds < 0) return 0;
  return seconds === 0 && microseconds === 0 ? Infinity : seconds * 1e9 + microseconds * 1000;
}

// ---- messages ----

function sendTo(
  task: Task,
  number: number,
  va: number,
  length: number,
  flags: number,
  addressVa: number,
  addressLength: number,
): Result {
  const socket = socketOf(task, number);
  const bytes = task.memory.copyIn(va, length);
  const address = addressVa === 0 ? null : readAddress(task, addressVa, addressLength);
  const message = { bytes, address, rights: [], credentials: null };
  return sending(task, flags, () => socket.send(message, flags, callOf(task)));
}

function receiveFrom(
  task: Task,
  number: number,
  va: number,
  length: number,
  flags: number,
  addressVa: number,
  lengthVa: number,
): Result {
  const socket = socketOf(task, number);
  if (length > 0) task.memory.verify(va, 1, true);
  return socket.receive(length, flags, (message) => {
    task.memory.copyOut(va, message.bytes);
    for (const description of message.rights) description.release();
    if (addressVa !== 0) writeAddress(task, addressVa, lengthVa, message.address ?? new Uint8Array(0));
    return (flags & MSG.MSG_TRUNC) !== 0 && !socket.isStream ? message.length : message.bytes.length;
  });
}

/** Message after message of an array of struct mmsghdr; what was moved counts, an error only at the first. */
function several(
  task: Task,
  va: number,
  count: number,
  one: (header: number, index: number) => Result,
  options: { stopAtWait: (done: number) => boolean; deadline: number },
): Result {
  const total = Math.min(count, UIO_MAXIOV);
  let done = 0;
  const turn = (pending: (() => Result) | null): Result => {
    while (done < total) {
      const header = va + done * MMSGHDR_SIZE;
      let result: Result;
      try {
        result = pending === null ? one(header, done) : pending();
        pending = null;
      } catch (thrown) {
        if (done === 0 || !(thrown instanceof Errno)) throw thrown;
        return done;
      }
      if (result instanceof Blocked) {
        if (options.stopAtWait(done)) {
          result.options.cancel?.();
          return done;
        }
        const blocked = result;
        return new Blocked(blocked.queues, (reason) => turn(() => blocked.retry(reason)), {
          ...blocked.options,
          partial: () => done,
        });
      }
      task.memory.writeU32(header + MMSGHDR_LENGTH, result as number);
      done++;
      if (task.kernel.now() >= options.deadline) break;
    }
    return done;
  };
  return turn(null);
}

function sendSeveral(task: Task, number: number, va: number, count: number, flags: number): Result {
  const socket = socketOf(task, number);
  const one = (header: number): Result => sendMessage(task, socket, header, flags, callOf(task));
  return several(task, va, count, one, { stopAtWait: () => false, deadline: Infinity });
}

function receiveSeveral(
  task: Task,
  number: number,
  va: number,
  count: number,
  flags: number,
  timeout: number | null,
): Result {
  const socket = socketOf(task, number);
  const error = socket.takeError();
  if (error !== null) throw error;
  const waitForOne = (flags & MSG.MSG_WAITFORONE) !== 0;
  const own = flags & ~MSG.MSG_WAITFORONE;
  const deadline = timeout === null ? Infinity : task.kernel.now() + timeout;
  return several(task, va, count, (header) => receiveMessage(task, socket, header, own), {
    stopAtWait: (done) => waitForOne && done > 0,
    deadline,
  });
}

// ---- the table of socketcall(2) ----

/** Rows by SYS_* number; the direct calls are the same handlers under other numbers. */
export function socketCalls(families: SocketFamilies) {
  return {
    socket: sys(SYS.SYS_SOCKET, [family, socketType, int], (task, domain, type, protocol) => {
      checkType(type);
      const made = families.find(domain).create(task, type & SOCK_TYPE_MASK, protocol, type & SOCK_NONBLOCK);
      return install(task, made, type);
    }),
    bind: sys(SYS.SYS_BIND, [fd, address(2), int], (task, number, va, length) => {
      socketOf(task, number).bind(readAddress(task, va, length), callOf(task));
      return 0;
    }),
    connect: sys(SYS.SYS_CONNECT, [fd, address(2), int], (task, number, va, length) =>
      socketOf(task, number).connect(readAddress(task, va, length), callOf(task)),
    ),
    listen: sys(SYS.SYS_LISTEN, [fd, int], (task, number, backlog) => {
      socketOf(task, number).listen(backlog, callOf(task));
      return 0;
    }),
    accept: sys(SYS.SYS_ACCEPT, [fd, addressAnswer(2), lengthAnswer], (task, number, va, lengthVa) =>
      accept(task, number, va, lengthVa, 0),
    ),
    getsockname: sys(
      SYS.SYS_GETSOCKNAME,
      [fd, addressAnswer(2), lengthAnswer],
      (task, number, va, lengthVa) => {
        writeAddress(task, va, lengthVa, socketOf(task, number).name());
        return 0;
      },
    ),
    getpeername: sys(
      SYS.SYS_GETPEERNAME,
      [fd, addressAnswer(2), lengthAnswer],
      (task, number, va, lengthVa) => {
        writeAddress(task, va, lengthVa, socketOf(task, number).peerName());
        return 0;
      },
    ),
    socketpair: sys(
      SYS.SYS_SOCKETPAIR,
      [family, socketType, int, numbers(2)],
      (task, domain, type, protocol, va) => {
        checkType(type);
        task.memory.verify(va, 8, true);
        const flags = type & SOCK_NONBLOCK;
        const [a, b] = families.find(domain).pair(task, type & SOCK_TYPE_MASK, protocol, flags);
        const first = install(task, a, type);
        let second: number;
        try {
          second = install(task, b, type);
        } catch (thrown) {
          task.files.close(first);
          throw thrown;
        }
        task.memory.writeU32(va, first);
        task.memory.writeU32(va + 4, second);
        return 0;
      },
    ),
    send: sys(SYS.SYS_SEND, [fd, input(2), size, messageFlags], (task, number, va, length, flags) =>
      sendTo(task, number, va, length, flags, 0, 0),
    ),
    recv: sys(SYS.SYS_RECV, [fd, output, size, messageFlags], (task, number, va, length, flags) =>
      receiveFrom(task, number, va, length, flags, 0, 0),
    ),
    sendto: sys(SYS.SYS_SENDTO, [fd, input(2), size, messageFlags, address(5), int], sendTo),
    recvfrom: sys(
      SYS.SYS_RECVFROM,
      [fd, output, size, messageFlags, addressAnswer(5), lengthAnswer],
      receiveFrom,
    ),
    shutdown: sys(SYS.SYS_SHUTDOWN, [fd, shutdownHow], (task, number, how) => {
      socketOf(task, number).shutdown(how);
      return 0;
    }),
    setsockopt: sys(
      SYS.SYS_SETSOCKOPT,
      [fd, int, socketOption, pointer, int],
      (task, number, level, name, va, length) =>
        setOption(task, socketOf(task, number), level, name, va, length),
    ),
    getsockopt: sys(
      SYS.SYS_GETSOCKOPT,
      [fd, int, socketOption, pointer, pointer],
      (task, number, level, name, va, lengthVa) =>
        getOption(task, socketOf(task, number), level, name, va, lengthVa),
    ),
    sendmsg: sys(SYS.SYS_SENDMSG, [fd, pointer, messageFlags], (task, number, va, flags) =>
      sendMessage(task, socketOf(task, number), va, flags, callOf(task)),
    ),
    recvmsg: sys(SYS.SYS_RECVMSG, [fd, pointer, messageFlags], (task, number, va, flags) =>
      receiveMessage(task, socketOf(task, number), va, flags),
    ),
    accept4: sys(SYS.SYS_ACCEPT4, [fd, addressAnswer(2), lengthAnswer, socketType], accept),
    recvmmsg: sys(
      SYS.SYS_RECVMMSG,
      [fd, pointer, int, messageFlags, pointer],
      (task, number, va, count, flags, timeout) =>
        receiveSeveral(
          task,
          number,
          va,
          count,
          flags,
          timeout === 0 ? null : readTimespec32(task.memory, timeout),
        ),
    ),
    sendmmsg: sys(SYS.SYS_SENDMMSG, [fd, pointer, int, messageFlags], sendSeveral),
  } satisfies Rows;
}

function accept(task: Task, number: number, va: number, lengthVa: number, flags: number): Result {
  if ((flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) !== 0) throw EINVAL;
  return socketOf(task, number).accept(task, flags & SOCK_NONBLOCK, (socket) => {
    const made = install(task, socket, flags);
    if (va !== 0) writeAddress(task, va, lengthVa, socket.peerName());
    return made;
  });
}

const socketCall = choice('call', SYS);

/** The area's rows for one machine's families. */
export function socketRows(families: SocketFamilies) {
  const calls = socketCalls(families);
  const byNumber: (NamedRow | undefined)[] = [];
  for (const [name, row] of Object.entries(calls)) byNumber[row.number] = { ...row, name };
  const under = <R extends Rows[string]>(number: number, row: R): R => ({ ...row, number });
  return {
    socketcall: {
      ...sys(102, [socketCall, pointer], (task, call, va) => {
        const row = byNumber[call];
        if (row === undefined) throw EINVAL;
        const values = row.kinds.map((kind, i) => kind.decode(task.memory.readU32(va + 4 * i) | 0, task));
        return row.handler(task, ...(values as never[]));
      }),
      chosen([call, va]: readonly number[], task: Task): ChosenCall | null {
        const row = byNumber[call!];
        if (row === undefined) return null;
        try {
          return { row, words: row.kinds.map((_, i) => wordAt(task, va! + 4 * i)) };
        } catch (thrown) {
          if (thrown instanceof Errno) return null;
          throw thrown;
        }
      },
    },
    socket: under(359, calls.socket),
    socketpair: under(360, calls.socketpair),
    bind: under(361, calls.bind),
    connect: under(362, calls.connect),
    listen: under(363, calls.listen),
    accept4: under(364, calls.accept4),
    getsockopt: under(365, calls.getsockopt),
    setsockopt: under(366, calls.setsockopt),
    getsockname: under(367, calls.getsockname),
    getpeername: under(368, calls.getpeername),
    sendto: under(369, calls.sendto),
    sendmsg: under(370, calls.sendmsg),
    recvfrom: under(371, calls.recvfrom),
    recvmsg: under(372, calls.recvmsg),
    shutdown: under(373, calls.shutdown),
    recvmmsg: under(337, calls.recvmmsg),
    sendmmsg: under(345, calls.sendmmsg),
    recvmmsg_time64: sys(
      417,
      [fd, pointer, int, messageFlags, pointer],
      (task, number, va, count, flags, timeout) =>
        receiveSeveral(
          task,
          number,
          va,
          count,
          flags,
          timeout === 0 ? null : readTimespec64(task.memory, timeout),
        ),
    ),
  } satisfies Rows;
}
