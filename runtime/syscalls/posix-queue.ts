// POSIX message queues over fs/posix-queue.ts: mq_open(3), mq_send(3), mq_receive(3), mq_notify(3). Names come
// without the slash that the C library takes off.

import { CAP } from '../abi/capability.ts';
import { EACCES, EBADF, EEXIST, EINVAL, ENAMETOOLONG, ENOENT, EPERM } from '../abi/errno.ts';
import { O_ACCMODE, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { NSIG, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, sigevent } from '../abi/signal.ts';
import { array, i32, struct } from '../abi/struct.ts';
import { type PosixQueue, QueueFile, type QueueFs, type QueueLimits } from '../fs/posix-queue.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { allows, MAY_READ, MAY_WRITE } from '../vfs/permission.ts';
import type { Result } from '../wait.ts';
import { fd, flags, mode, partial, path, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { type ReadTime, readTimespec32, readTimespec64 } from './timespec.ts';

const mqAttr = struct({
  mq_flags: i32,
  mq_maxmsg: i32,
  mq_msgsize: i32,
  mq_curmsgs: i32,
  reserved: array(i32, 4),
});
/** /proc/sys/fs/mqueue: what a queue has when nothing is said, and may have; the last two for the privileged. */
const DEFAULTS: QueueLimits = { maximum: 10, messageSize: 8192 };
const HARD_MAXIMUM = 65536;
const HARD_MESSAGE_SIZE = 16777216;
const MQ_PRIO_MAX = 32768;
const NAME_MAX = 255;

/** A name, as the file system of queues takes it. */
function checkName(name: string): string {
  if (name === '') throw ENOENT;
  if (name.length > NAME_MAX) throw ENAMETOOLONG;
  if (name.includes('/') || name === '.' || name === '..') throw EACCES;
  return name;
}

function readLimits(task: Task, va: number): QueueLimits {
  if (va === 0) return DEFAULTS;
  const { mq_maxmsg: maximum, mq_msgsize: messageSize } = mqAttr.unpack(task.memory.copyIn(va, mqAttr.size));
  if (maximum <= 0 || messageSize <= 0) throw EINVAL;
  const privileged = capable(task.credentials, CAP.CAP_SYS_RESOURCE);
  if (maximum > (privileged ? HARD_MAXIMUM : DEFAULTS.maximum)) throw EINVAL;
  if (messageSize > (privileged ? HARD_MESSAGE_SIZE : DEFAULTS.messageSize)) throw EINVAL;
  return { maximum, messageSize };
}

function queueFile(task: Task, number: number): QueueFile {
  const description = task.files.get(number);
  if (!(description instanceof QueueFile)) throw EBADF;
  return description;
}

/** An absolute time of CLOCK_REALTIME as a monotonic one. */
const deadlineOf = (task: Task, va: number, read: ReadTime): number =>
  va === 0 ? Infinity : task.kernel.now() + read(task.memory, va) - Number(task.kernel.realtime());

export function posixQueueRows(queues: QueueFs) {
  const open = (
    task: Task,
    rawName: string,
    how: number,
    permissions: number,
    attributes: number,
  ): number => {
    const name = checkName(rawName);
    let queue: PosixQueue | null = queues.find(name);
    const { fsuid, fsgid } = task.credentials;
    if (queue !== null) {
      if ((how & O_CREAT) !== 0 && (how & O_EXCL) !== 0) throw EEXIST;
      const access = how & O_ACCMODE;
      if (access === O_ACCMODE) throw EINVAL;
      const wanted = access === O_RDONLY ? MAY_READ : access === O_WRONLY ? MAY_WRITE : MAY_READ | MAY_WRITE;
      if (!allows(queue, wanted, task.credentials)) throw EACCES;
    } else {
      if ((how & O_CREAT) === 0) throw ENOENT;
      const limits = readLimits(task, attributes);
      queue = queues.create(name, permissions & ~task.fs.umask, { uid: fsuid, gid: fsgid }, limits);
    }
    const file = new QueueFile(queue, how, name, () => task.kernel.running!);
    const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
    // Close-on-exec whatever is asked for, as Linux has it.
    return task.files.install(file, limit, true);
  };
  const send =
    (read: ReadTime) =>
    (task: Task, number: number, va: number, length: number, priority: number, timeout: number): Result => {
      if (priority >= MQ_PRIO_MAX) throw EINVAL;
      const deadline = deadlineOf(task, timeout, read);
      const file = queueFile(task, number);
      if (!file.writable) throw EBADF;
      return file.send(task, priority, length, () => task.memory.copyIn(va, length), deadline);
    };
  const receive =
    (read: ReadTime) =>
    (task: Task, number: number, va: number, length: number, priorityVa: number, timeout: number): Result => {
      const deadline = deadlineOf(task, timeout, read);
      const file = queueFile(task, number);
      if (!file.readable) throw EBADF;
      return file.receive(length, deadline, ({ priority, bytes }) => {
        if (priorityVa !== 0) task.memory.writeU32(priorityVa, priority);
        task.memory.copyOut(va, bytes);
        return bytes.length;
      });
    };
  const notify = (task: Task, number: number, va: number): number => {
    const given = va === 0 ? null : sigevent.unpack(task.memory.copyIn(va, sigevent.size));
    if (given !== null) {
      const { notify: how, signo } = given;
      // SIGEV_THREAD comes as a netlink socket, which is not offered.
      if (how === SIGEV_THREAD || (how !== SIGEV_NONE && how !== SIGEV_SIGNAL)) throw EINVAL;
      if (how === SIGEV_SIGNAL && (signo < 0 || signo > NSIG)) throw EINVAL;
    }
    const { messages } = queueFile(task, number);
    if (given === null) messages.unregister(task.group);
    else {
      const signo = given.notify === SIGEV_SIGNAL ? given.signo : 0;
      messages.register({ group: task.group, signo, value: given.value });
    }
    return 0;
  };
  return {
    mq_open: sys(277, [path, flags, mode, pointer], open),
    mq_unlink: sys(278, [path], (task, rawName) => {
      const name = checkName(rawName);
      const queue = queues.find(name);
      if (queue === null) throw ENOENT;
      const { fsuid } = task.credentials;
      // The folder of all queues is sticky.
      if (queue.attributes().uid !== fsuid && !capable(task.credentials, CAP.CAP_FOWNER)) throw EPERM;
      queues.remove(name);
      return 0;
    }),
    mq_timedsend: sys(279, [fd, pointer, size, unsigned, pointer], send(readTimespec32)),
    mq_timedreceive: sys(280, [fd, pointer, size, pointer, pointer], receive(readTimespec32)),
    mq_notify: sys(281, [fd, pointer], notify, partial('no SIGEV_THREAD')),
    mq_getsetattr: sys(282, [fd, pointer, pointer], (task, number, to, old) => {
      const wanted = to === 0 ? null : mqAttr.unpack(task.memory.copyIn(to, mqAttr.size));
      if (wanted !== null && (wanted.mq_flags & ~O_NONBLOCK) !== 0) throw EINVAL;
      const file = queueFile(task, number);
      const { limits, count } = file.messages;
      const image = mqAttr.pack({
        mq_flags: file.flags & O_NONBLOCK,
        mq_maxmsg: limits.maximum,
        mq_msgsize: limits.messageSize,
        mq_curmsgs: count,
      });
      if (wanted !== null) file.flags = (file.flags & ~O_NONBLOCK) | (wanted.mq_flags & O_NONBLOCK);
      if (old !== 0) task.memory.copyOut(old, image);
      return 0;
    }),
    mq_timedsend_time64: sys(418, [fd, pointer, size, unsigned, pointer], send(readTimespec64)),
    mq_timedreceive_time64: sys(419, [fd, pointer, size, pointer, pointer], receive(readTimespec64)),
  } satisfies Rows;
}
