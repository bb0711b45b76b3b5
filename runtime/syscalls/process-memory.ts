// One process's look at another: process_vm_readv(2) and its twin, process_madvise(2), kcmp(2).

import { EBADF, EFAULT, EINVAL, EOPNOTSUPP, EPERM, Errno, ESRCH } from '../abi/errno.ts';
import { MADV } from '../abi/memory.ts';
import type { Task } from '../kernel/task.ts';
import type { IoVector, UserMemory } from '../mm/user-memory.ts';
import { mayTrace } from '../trace/ptrace.ts';
import { processOf } from './pidfd.ts';
import { choice, fd, flags, int, pid, pointer, type Rows, size, sys, unsigned } from './row.ts';

/** A live task that the caller may look into. Throws ESRCH, EPERM. */
function subject(task: Task, id: number): Task {
  const found = task.kernel.tasks.get(id);
  if (found === undefined || !found.hasMm) throw ESRCH;
  if (!mayTrace(task, found)) throw EPERM;
  return found;
}

/** Bytes until the first that is not there; a vector is not cut in the middle of a page. */
function readPart(memory: UserMemory, base: number, length: number): Uint8Array {
  try {
    return memory.copyIn(base, length);
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
  const parts: number[] = [];
  try {
    for (let at = 0; at < length; ) {
      const part = Math.min(length - at, 4096 - ((base + at) & 4095));
      for (const byte of memory.copyIn(base + at, part)) parts.push(byte);
      at += part;
    }
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
  return Uint8Array.from(parts);
}

/** Copies from one list of vectors to another; answers the bytes moved, EFAULT when there are none. */
function transfer(
  from: { readonly memory: UserMemory; readonly vectors: readonly IoVector[] },
  to: { readonly memory: UserMemory; readonly vectors: readonly IoVector[] },
): number {
  let done = 0;
  let target = 0;
  let filled = 0;
  for (const { base, length } of from.vectors) {
    for (let at = 0; at < length; ) {
      while (target < to.vectors.length && filled === to.vectors[target]!.length) {
        target++;
        filled = 0;
      }
      const goal = to.vectors[target];
      if (goal === undefined) return done;
      const part = Math.min(length - at, goal.length - filled);
      const bytes = readPart(from.memory, base + at, part);
      const stored = to.memory.copyOutPart(goal.base + filled, bytes);
      at += stored;
      filled += stored;
      done += stored;
      if (stored < part) {
        if (done === 0) throw EFAULT;
        return done;
      }
    }
  }
  return done;
}

const processVm =
  (write: boolean) =>
  (
    task: Task,
    id: number,
    localVa: number,
    localCount: number,
    remoteVa: number,
    remoteCount: number,
    flag: number,
  ): number => {
    if (flag !== 0) throw EINVAL;
    const local = { memory: task.memory, vectors: task.memory.readVectors(localVa, localCount) };
    const vectors = task.memory.readVectors(remoteVa, remoteCount);
    if (local.vectors.every(({ length }) => length === 0) || vectors.length === 0) return 0;
    const remote = { memory: subject(task, id).memory, vectors };
    return write ? transfer(local, remote) : transfer(remote, local);
  };

const ADVICES: readonly number[] = [MADV.MADV_COLD, MADV.MADV_PAGEOUT, MADV.MADV_WILLNEED];

function adviseProcess(
  task: Task,
  number: number,
  va: number,
  count: number,
  advice: number,
  flag: number,
): number {
  if (flag !== 0) throw EINVAL;
  const vectors = task.memory.readVectors(va, count);
  const group = processOf(task, number);
  const target = group.tasks.find(({ hasMm }) => hasMm);
  if (target === undefined) throw ESRCH;
  if (group !== task.group && !ADVICES.includes(advice)) throw EINVAL;
  if (!mayTrace(task, target)) throw EPERM;
  let done = 0;
  for (const { base, length } of vectors) {
    target.mm.advise(base, length, advice);
    done += length;
  }
  return done;
}

// ---- kcmp ----

const KCMP = {
  KCMP_FILE: 0,
  KCMP_VM: 1,
  KCMP_FILES: 2,
  KCMP_FS: 3,
  KCMP_SIGHAND: 4,
  KCMP_IO: 5,
  KCMP_SYSVSEM: 6,
  KCMP_EPOLL_TFD: 7,
} as const;

/** 0: the same; 1 and 2: in an order that stays. */
function compare(task: Task, first: object | null, second: object | null): number {
  if (first === second) return 0;
  return task.kernel.ordinal(first) < task.kernel.ordinal(second) ? 1 : 2;
}

function kcmp(task: Task, id1: number, id2: number, type: number, index1: number, index2: number): number {
  const { tasks } = task.kernel;
  const one = tasks.get(id1);
  const two = tasks.get(id2);
  if (one === undefined || two === undefined) throw ESRCH;
  if (!mayTrace(task, one) || !mayTrace(task, two)) throw EPERM;
  switch (type) {
    case KCMP.KCMP_FILE: {
      const files = [one.files.find(index1), two.files.find(index2)] as const;
      if (files[0] === null || files[1] === null) throw EBADF;
      return compare(task, files[0], files[1]);
    }
    case KCMP.KCMP_VM:
      return compare(task, one.hasMm ? one.mm : null, two.hasMm ? two.mm : null);
    case KCMP.KCMP_FILES:
      return compare(task, one.files, two.files);
    case KCMP.KCMP_FS:
      return compare(task, one.fs, two.fs);
    case KCMP.KCMP_SIGHAND:
      return compare(task, one.group.actions, two.group.actions);
    case KCMP.KCMP_IO:
      // Nobody has an I/O context until one is shared by CLONE_IO, which nothing depends on.
      return 0;
    case KCMP.KCMP_SYSVSEM:
      return compare(task, one.semaphoreUndo, two.semaphoreUndo);
    case KCMP.KCMP_EPOLL_TFD:
      throw EOPNOTSUPP;
    default:
      throw EINVAL;
  }
}

export const processMemoryRows = {
  process_vm_readv: sys(347, [pid, pointer, int, pointer, int, flags], processVm(false)),
  process_vm_writev: sys(348, [pid, pointer, int, pointer, int, flags], processVm(true)),
  kcmp: sys(349, [pid, pid, choice('type', KCMP), unsigned, unsigned], kcmp),
  process_madvise: sys(440, [fd, pointer, size, choice('advice', MADV), flags], adviseProcess),
} satisfies Rows;
