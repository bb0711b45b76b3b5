// System V IPC: ipc(2), by which old programs make all its calls, and the calls themselves. What they do is in
// kernel/ipc.ts and its kinds; here are the commands with their structures.

import { CAP } from '../abi/capability.ts';
import { E2BIG, EINVAL, ENOSYS, EPERM, ERANGE } from '../abi/errno.ts';
import * as I from '../abi/ipc.ts';
import type { Struct } from '../abi/struct.ts';
import { type IpcObject, type IpcTable, seconds } from '../kernel/ipc.ts';
import { findQueue, type MessageQueue, receiveMessage, sendMessage } from '../kernel/message-queue.ts';
import { findSemaphores, type SemaphoreOperation, type SemaphoreSet } from '../kernel/semaphore-set.ts';
import { attachSegment, detachSegment, findSegment, type SharedSegment } from '../kernel/shared-segment.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import type { Result } from '../wait.ts';
import { choice, flags, int, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { type ReadTime, readTimespec32, readTimespec64 } from './timespec.ts';

const SEMBUF_SIZE = 6;
const PAGE = 4096;

const semCommand = choice('command', I.SEMCTL);
const msgCommand = choice('command', I.MSGCTL);
const shmCommand = choice('command', I.SHMCTL);

/** Narrow ids of the structures without IPC_64. */
const narrow = (value: number): number => Math.min(value, 0xffff);

// biome-ignore lint/suspicious/noExplicitAny: structures of three kinds
type AnyStruct = Struct<any>;

/** The structure for *_STAT, wide or as it was at first. */
function writeStatus(
  task: Task,
  va: number,
  wide: boolean,
  forms: readonly [wide: AnyStruct, old: AnyStruct],
  members: Record<string, number>,
): void {
  if (wide) {
    task.memory.copyOut(va, forms[0].pack(members));
    return;
  }
  const ids = ['uid', 'gid', 'cuid', 'cgid', 'nsems', 'cbytes', 'qnum', 'qbytes', 'nattch'];
  const narrowed = Object.entries(members).map(([name, value]) => [
    name,
    ids.includes(name) ? narrow(value) : value,
  ]);
  task.memory.copyOut(va, forms[1].pack(Object.fromEntries(narrowed)));
}

/** Owner, group and permission out of the structure for IPC_SET. */
function readStatus<M extends Record<string, number>>(
  task: Task,
  va: number,
  wide: boolean,
  forms: readonly [wide: AnyStruct, old: AnyStruct],
): M {
  const form = wide ? forms[0] : forms[1];
  return form.unpack(task.memory.copyIn(va, form.size)) as M;
}

interface Permission extends Record<string, number> {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** IPC_STAT's object by identifier; *_STAT's by index, *_STAT_ANY's without a look at permission. */
function statObject<T extends IpcObject>(
  task: Task,
  table: IpcTable<T>,
  id: number,
  how: 'id' | 'index' | 'any',
): T {
  if (id < 0) throw EINVAL;
  const object = how === 'id' ? table.get(id) : table.at(id % 32768);
  if (how !== 'any') object.check(task, 0o444);
  return object;
}
/** For IPC_SET and IPC_RMID. */
function ownObject<T extends IpcObject>(task: Task, table: IpcTable<T>, id: number): T {
  if (id < 0) throw EINVAL;
  const object = table.get(id);
  object.checkOwner(task);
  return object;
}

// ---- semaphores ----

function semop(task: Task, id: number, va: number, count: number, deadline: number): Result {
  if (count < 1 || id < 0) throw EINVAL;
  if (count > I.SEMOPM) throw E2BIG;
  const image = task.memory.copyIn(va, count * SEMBUF_SIZE);
  const view = new DataView(image.buffer, image.byteOffset);
  const operations = Array.from(
    { length: count },
    (_, i): SemaphoreOperation => ({
      number: view.getUint16(i * SEMBUF_SIZE, true),
      change: view.getInt16(i * SEMBUF_SIZE + 2, true),
      flags: view.getInt16(i * SEMBUF_SIZE + 4, true),
    }),
  );
  return task.kernel.ipc.semaphores.get(id).operate(task, operations, deadline);
}
const timedSemop =
  (read: ReadTime) =>
  (task: Task, id: number, va: number, count: number, timeout: number): Result =>
    semop(task, id, va, count, timeout === 0 ? Infinity : task.kernel.now() + read(task.memory, timeout));

const SEM_FORMS = [I.semid64, I.semidOld] as const;

/** `value`: union semun. */
function semctl(task: Task, id: number, number: number, rawCommand: number, value: number): number {
  const command = rawCommand & ~I.IPC_64;
  const wide = (rawCommand & I.IPC_64) !== 0;
  const table = task.kernel.ipc.semaphores;
  const { memory } = task;
  if (id < 0) throw EINVAL;
  switch (command) {
    case I.SEMCTL.IPC_INFO:
    case I.SEMCTL.SEM_INFO: {
      const limits = { semmni: I.SEMMNI, semmns: I.SEMMNI * I.SEMMSL, semmnu: I.SEMMNI * I.SEMMSL };
      const used = table.all.reduce((sum, { semaphores }) => sum + semaphores.length, 0);
      const live = command === I.SEMCTL.SEM_INFO;
      memory.copyOut(
        value,
        I.seminfo.pack({
          ...limits,
          semmap: I.SEMMNI * I.SEMMSL,
          semmsl: I.SEMMSL,
          semopm: I.SEMOPM,
          semume: I.SEMOPM,
          semusz: live ? table.all.length : 20,
          semvmx: I.SEMVMX,
          semaem: live ? used : I.SEMVMX,
        }),
      );
      return table.highest;
    }
    case I.SEMCTL.IPC_STAT:
    case I.SEMCTL.SEM_STAT:
    case I.SEMCTL.SEM_STAT_ANY: {
      const how = command === I.SEMCTL.IPC_STAT ? 'id' : command === I.SEMCTL.SEM_STAT ? 'index' : 'any';
      const set = statObject(task, table, id, how);
      writeStatus(task, value, wide, SEM_FORMS, {
        ...set.permission,
        otime: set.operated,
        ctime: set.changed,
        nsems: set.semaphores.length,
      });
      return how === 'id' ? 0 : set.id;
    }
    case I.SEMCTL.IPC_SET: {
      const to = readStatus<Permission>(task, value, wide, SEM_FORMS);
      ownObject(task, table, id).change(task, to);
      return 0;
    }
    case I.SEMCTL.IPC_RMID: {
      const set = ownObject(task, table, id);
      table.remove(set);
      set.wakeAll();
      return 0;
    }
    default:
      return controlValues(task, table.get(id), number, command, value);
  }
}

function controlValues(
  task: Task,
  set: SemaphoreSet,
  number: number,
  command: number,
  value: number,
): number {
  const { memory } = task;
  const { semaphores } = set;
  const { SETVAL, SETALL, GETALL, GETVAL, GETPID, GETNCNT, GETZCNT } = I.SEMCTL;
  if (!Object.values<number>(I.SEMCTL).includes(command)) throw EINVAL;
  if (command === SETVAL && ((value | 0) < 0 || (value | 0) > I.SEMVMX)) throw ERANGE;
  const isOne = command !== GETALL && command !== SETALL;
  if (isOne && (number < 0 || number >= semaphores.length) && command === SETVAL) throw EINVAL;
  set.check(task, command === SETVAL || command === SETALL ? 0o222 : 0o444);
  if (isOne && (number < 0 || number >= semaphores.length)) throw EINVAL;
  switch (command) {
    case SETVAL:
      set.set(task, number, [value | 0]);
      return 0;
    case SETALL:
      set.set(
        task,
        0,
        semaphores.map((_, i) => memory.readU16(value + 2 * i)),
      );
      return 0;
    case GETALL: {
      const image = new Uint8Array(new Uint16Array(semaphores.map((semaphore) => semaphore.value)).buffer);
      memory.copyOut(value, image);
      return 0;
    }
    case GETVAL:
      return semaphores[number]!.value;
    case GETPID:
      return semaphores[number]!.pid;
    case GETNCNT:
      return set.waiting(number, false);
    case GETZCNT:
      return set.waiting(number, true);
    default:
      throw EINVAL;
  }
}

// ---- message queues ----

const MSG_FORMS = [I.msqid64, I.msqidOld] as const;

function queueStatus(queue: MessageQueue): Record<string, number> {
  return {
    ...queue.permission,
    stime: queue.sent,
    rtime: queue.received,
    ctime: queue.changed,
    cbytes: queue.bytes,
    qnum: queue.count,
    qbytes: queue.capacity,
    lspid: queue.sender,
    lrpid: queue.receiver,
  };
}

function msgctl(task: Task, id: number, rawCommand: number, va: number): number {
  const command = rawCommand & ~I.IPC_64;
  const wide = (rawCommand & I.IPC_64) !== 0;
  const table = task.kernel.ipc.queues;
  if (id < 0 || command < 0) throw EINVAL;
  switch (command) {
    case I.MSGCTL.IPC_INFO:
    case I.MSGCTL.MSG_INFO: {
      const live = command === I.MSGCTL.MSG_INFO;
      const { all } = table;
      const image = I.msginfo.pack({
        msgpool: live ? all.length : (I.MSGMNI * I.MSGMNB) / 1024,
        msgmap: live ? all.reduce((sum, { count }) => sum + count, 0) : I.MSGMNB,
        msgmax: I.MSGMAX,
        msgmnb: I.MSGMNB,
        msgmni: I.MSGMNI,
        msgssz: 16,
        msgtql: live ? all.reduce((sum, { bytes }) => sum + bytes, 0) : I.MSGMNB,
        msgseg: 0xffff,
      });
      task.memory.copyOut(va, image);
      return table.highest;
    }
    case I.MSGCTL.IPC_STAT:
    case I.MSGCTL.MSG_STAT:
    case I.MSGCTL.MSG_STAT_ANY: {
      const how = command === I.MSGCTL.IPC_STAT ? 'id' : command === I.MSGCTL.MSG_STAT ? 'index' : 'any';
      const queue = statObject(task, table, id, how);
      writeStatus(task, va, wide, MSG_FORMS, queueStatus(queue));
      return how === 'id' ? 0 : queue.id;
    }
    case I.MSGCTL.IPC_SET: {
      const to = readStatus<Permission & { qbytes: number }>(task, va, wide, MSG_FORMS);
      const queue = ownObject(task, table, id);
      if (to.qbytes > I.MSGMNB && !capable(task.credentials, CAP.CAP_SYS_RESOURCE)) throw EPERM;
      queue.change(task, to);
      queue.capacity = to.qbytes;
      queue.wakeAll();
      return 0;
    }
    case I.MSGCTL.IPC_RMID: {
      const queue = ownObject(task, table, id);
      table.remove(queue);
      queue.wakeAll();
      return 0;
    }
    default:
      throw EINVAL;
  }
}

// ---- shared memory ----

const SHM_FORMS = [I.shmid64, I.shmidOld] as const;

function segmentStatus(segment: SharedSegment): Record<string, number> {
  return {
    ...segment.permission,
    segsz: segment.size,
    atime: segment.attachedAt,
    dtime: segment.detachedAt,
    ctime: segment.changed,
    cpid: segment.creator,
    lpid: segment.lastPid,
    nattch: segment.attached,
  };
}

function shmctl(task: Task, id: number, rawCommand: number, va: number): number {
  const command = rawCommand & ~I.IPC_64;
  const wide = (rawCommand & I.IPC_64) !== 0;
  const table = task.kernel.ipc.segments;
  if (id < 0 || command < 0) throw EINVAL;
  switch (command) {
    case I.SHMCTL.IPC_INFO:
      task.memory.copyOut(
        va,
        I.shminfo64.pack({
          shmmax: I.SHMMAX,
          shmmin: 1,
          shmmni: I.SHMMNI,
          shmseg: I.SHMMNI,
          shmall: I.SHMMAX,
        }),
      );
      return table.highest;
    case I.SHMCTL.SHM_INFO: {
      const total = table.all.reduce((sum, segment) => sum + Math.ceil(segment.size / PAGE), 0);
      const resident = table.all.reduce((sum, segment) => sum + segment.memory.residentPages, 0);
      task.memory.copyOut(va, I.shmInfo.pack({ usedIds: table.all.length, total, resident }));
      return table.highest;
    }
    case I.SHMCTL.IPC_STAT:
    case I.SHMCTL.SHM_STAT:
    case I.SHMCTL.SHM_STAT_ANY: {
      const how = command === I.SHMCTL.IPC_STAT ? 'id' : command === I.SHMCTL.SHM_STAT ? 'index' : 'any';
      const segment = statObject(task, table, id, how);
      writeStatus(task, va, wide, SHM_FORMS, segmentStatus(segment));
      return how === 'id' ? 0 : segment.id;
    }
    case I.SHMCTL.IPC_SET: {
      const to = readStatus<Permission>(task, va, wide, SHM_FORMS);
      ownObject(task, table, id).change(task, to);
      return 0;
    }
    case I.SHMCTL.IPC_RMID:
      ownObject(task, table, id).remove();
      return 0;
    case I.SHMCTL.SHM_LOCK:
    case I.SHMCTL.SHM_UNLOCK: {
      const segment = table.get(id);
      if (!capable(task.credentials, CAP.CAP_IPC_LOCK)) {
        const { euid } = task.credentials;
        if (euid !== segment.uid && euid !== segment.cuid) throw EPERM;
      }
      const lock = command === I.SHMCTL.SHM_LOCK;
      segment.mode = lock ? segment.mode | I.SHM_LOCKED : segment.mode & ~I.SHM_LOCKED;
      segment.changed = lock ? segment.changed : seconds(task);
      return 0;
    }
    default:
      throw EINVAL;
  }
}

// ---- ipc(2): the number of a call, and a version in the upper half ----

const CALLS = {
  SEMOP: 1,
  SEMGET: 2,
  SEMCTL: 3,
  SEMTIMEDOP: 4,
  MSGSND: 11,
  MSGRCV: 12,
  MSGGET: 13,
  MSGCTL: 14,
  SHMAT: 21,
  SHMDT: 22,
  SHMGET: 23,
  SHMCTL: 24,
} as const;

function ipc(
  task: Task,
  callAndVersion: number,
  first: number,
  second: number,
  third: number,
  va: number,
  fifth: number,
): Result {
  const { memory } = task;
  const version = callAndVersion >>> 16;
  switch (callAndVersion & 0xffff) {
    case CALLS.SEMOP:
      return semop(task, first, va, second, Infinity);
    case CALLS.SEMTIMEDOP:
      return timedSemop(readTimespec32)(task, first, va, second, fifth);
    case CALLS.SEMGET:
      return findSemaphores(task, first, second, third);
    case CALLS.SEMCTL:
      if (va === 0) throw EINVAL;
      return semctl(task, first, second, third, memory.readU32(va));
    case CALLS.MSGSND:
      return sendMessage(task, first, va, second >>> 0, third);
    case CALLS.MSGRCV:
      if (version !== 0) return receiveMessage(task, first, va, second >>> 0, fifth | 0, third);
      if (va === 0) throw EINVAL;
      return receiveMessage(task, first, memory.readU32(va), second >>> 0, memory.readU32(va + 4) | 0, third);
    case CALLS.MSGGET:
      return findQueue(task, first, second);
    case CALLS.MSGCTL:
      return msgctl(task, first, second, va);
    case CALLS.SHMAT:
      if (version === 1) throw EINVAL;
      memory.verify(third >>> 0, 4, true);
      memory.writeU32(third >>> 0, attachSegment(task, first, va, second));
      return 0;
    case CALLS.SHMDT:
      return detachSegment(task, va);
    case CALLS.SHMGET:
      return findSegment(task, first, second >>> 0, third);
    case CALLS.SHMCTL:
      return shmctl(task, first, second, va);
    default:
      throw ENOSYS;
  }
}

/** The calls of their own know the wide structures only. */
const wide = (command: number): number => command | I.IPC_64;

export const ipcRows = {
  ipc: sys(117, [choice('call', CALLS), int, int, int, pointer, unsigned], ipc),
  semget: sys(393, [int, int, flags], findSemaphores),
  semctl: sys(394, [int, int, semCommand, pointer], (task, id, number, command, value) =>
    semctl(task, id, number, wide(command), value),
  ),
  shmget: sys(395, [int, size, flags], findSegment),
  shmctl: sys(396, [int, shmCommand, pointer], (task, id, command, va) =>
    shmctl(task, id, wide(command), va),
  ),
  shmat: sys(397, [int, pointer, flags], (task, id, address, flag) => attachSegment(task, id, address, flag)),
  shmdt: sys(398, [pointer], detachSegment),
  msgget: sys(399, [int, flags], findQueue),
  msgsnd: sys(400, [int, pointer, size, flags], sendMessage),
  msgrcv: sys(401, [int, pointer, size, int, flags], receiveMessage),
  msgctl: sys(402, [int, msgCommand, pointer], (task, id, command, va) =>
    msgctl(task, id, wide(command), va),
  ),
  semtimedop_time64: sys(420, [int, pointer, unsigned, pointer], timedSemop(readTimespec64)),
} satisfies Rows;
