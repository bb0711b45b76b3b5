// futex(2) and its lists: one row for each form of time, a sub-table by operation.

import { EFAULT, EINVAL, ENOSYS, EPERM, ESRCH } from '../abi/errno.ts';
import { CLOCK } from '../abi/time.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  type FutexWanted,
  requeue,
  waitOn,
  waitOnAny,
  wake,
  wakeOperation,
} from '../kernel/futex.ts';
import type { Task } from '../kernel/task.ts';
import { mayTrace } from '../trace/ptrace.ts';
import type { Result } from '../wait.ts';
import { choice, flags, type Kind, partial, pid, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { timespec, timespecs64 } from './shown-time.ts';
import { type ReadTime, readTimespec32, readTimespec64 } from './timespec.ts';

const FUTEX = {
  FUTEX_WAIT: 0,
  FUTEX_WAKE: 1,
  FUTEX_REQUEUE: 3,
  FUTEX_CMP_REQUEUE: 4,
  FUTEX_WAKE_OP: 5,
  FUTEX_LOCK_PI: 6,
  FUTEX_UNLOCK_PI: 7,
  FUTEX_TRYLOCK_PI: 8,
  FUTEX_WAIT_BITSET: 9,
  FUTEX_WAKE_BITSET: 10,
  FUTEX_LOCK_PI2: 13,
} as const;
/** Operations that may name a clock. */
const CLOCKED: readonly number[] = [FUTEX.FUTEX_WAIT, FUTEX.FUTEX_WAIT_BITSET, FUTEX.FUTEX_LOCK_PI2];
const FUTEX_CMD_MASK = 0x7f;
const FUTEX_PRIVATE_FLAG = 0x80;
const FUTEX_CLOCK_REALTIME = 0x100;
const ROBUST_LIST_HEAD_SIZE = 12;

const clock = choice('clock', CLOCK);
const commands = choice('futex operation', FUTEX);
const operation: Kind<number> = {
  ...commands,
  print: (raw, task, call) => {
    const name = commands.print(raw & FUTEX_CMD_MASK, task, call);
    const scope = (raw & FUTEX_PRIVATE_FLAG) === 0 ? '' : '_PRIVATE';
    return `${name}${scope}${(raw & FUTEX_CLOCK_REALTIME) === 0 ? '' : '|FUTEX_CLOCK_REALTIME'}`;
  },
};

/** Monotonic nanoseconds of a futex timeout: relative for FUTEX_WAIT, else a moment of one of two clocks. */
function deadlineOf(task: Task, time: number, code: number, read: ReadTime): number {
  if (time === 0) return Infinity;
  const given = read(task.memory, time);
  const { kernel } = task;
  if ((code & FUTEX_CMD_MASK) === FUTEX.FUTEX_WAIT) return kernel.now() + given;
  const isRealtime = (code & FUTEX_CLOCK_REALTIME) !== 0 || (code & FUTEX_CMD_MASK) === FUTEX.FUTEX_LOCK_PI;
  if (!isRealtime) return given;
  return kernel.now() + given - Number(kernel.realtime());
}

const futexWith =
  (read: ReadTime) =>
  (
    task: Task,
    address: number,
    code: number,
    value: number,
    time: number,
    second: number,
    value3: number,
  ): Result => {
    const isPrivate = (code & FUTEX_PRIVATE_FLAG) !== 0;
    const command = code & FUTEX_CMD_MASK;
    const waits = CLOCKED.includes(command);
    if ((code & FUTEX_CLOCK_REALTIME) !== 0 && !waits) throw ENOSYS;
    switch (command) {
      case FUTEX.FUTEX_WAIT:
      case FUTEX.FUTEX_WAIT_BITSET: {
        const bitset = command === FUTEX.FUTEX_WAIT ? FUTEX_BITSET_MATCH_ANY : value3;
        return waitOn(task, address, isPrivate, value, bitset, deadlineOf(task, time, code, read));
      }
      case FUTEX.FUTEX_WAKE:
        return wake(task, address, isPrivate, value | 0, FUTEX_BITSET_MATCH_ANY);
      case FUTEX.FUTEX_WAKE_BITSET:
        return wake(task, address, isPrivate, value | 0, value3);
      case FUTEX.FUTEX_REQUEUE:
        return requeue(task, address, isPrivate, value | 0, second, time | 0, null);
      case FUTEX.FUTEX_CMP_REQUEUE:
        return requeue(task, address, isPrivate, value | 0, second, time | 0, value3);
      case FUTEX.FUTEX_WAKE_OP:
        return wakeOperation(task, address, isPrivate, value | 0, second, time | 0, value3);
      case FUTEX.FUTEX_LOCK_PI:
      case FUTEX.FUTEX_LOCK_PI2: {
        const word = task.kernel.futexes.bucket(task.mm, address, isPrivate);
        return task.kernel.futexLocks.lock(task, word, address, deadlineOf(task, time, code, read), true);
      }
      case FUTEX.FUTEX_TRYLOCK_PI: {
        const word = task.kernel.futexes.bucket(task.mm, address, isPrivate);
        return task.kernel.futexLocks.lock(task, word, address, Infinity, false);
      }
      case FUTEX.FUTEX_UNLOCK_PI: {
        const word = task.kernel.futexes.bucket(task.mm, address, isPrivate);
        return task.kernel.futexLocks.unlock(task, word, address);
      }
      default:
        throw ENOSYS;
    }
  };

const TIMED: readonly number[] = [
  FUTEX.FUTEX_WAIT,
  FUTEX.FUTEX_WAIT_BITSET,
  FUTEX.FUTEX_LOCK_PI,
  FUTEX.FUTEX_LOCK_PI2,
];
/** The fourth argument: a time for those who wait, for others a number. */
const timeout = (of: Kind<number>): Kind<number> => ({
  ...of,
  print: (raw, task, call) => {
    const command = call.words[1]! & FUTEX_CMD_MASK;
    return TIMED.includes(command) ? of.print(raw, task, call) : String(raw >>> 0);
  },
});
/** Of the command; the last two arguments belong to some alone. */
const operand = (of: Kind<number>, ...commands: readonly number[]): Kind<number> => ({
  ...of,
  print: (raw, task, call) =>
    commands.includes(call.words[1]! & FUTEX_CMD_MASK) ? of.print(raw, task, call) : null,
});
const { FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP } = FUTEX;
const kindsWith = (time: Kind<number>) =>
  [
    pointer,
    operation,
    unsigned,
    timeout(time),
    operand(pointer, FUTEX_WAIT_BITSET, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP),
    operand(unsigned, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP),
  ] as const;
const support = partial(
  'no FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI, which glibc has not used since 2.25',
);

// ---- futex_waitv(2) ----

/** struct futex_waitv: value and address of 64 bits, flags, a reserved word. */
const WAITV_SIZE = 24;
const FUTEX_WAITV_MAX = 128;
const FUTEX2_SIZE_U32 = 2;
const FUTEX2_PRIVATE = 0x80;

function waitAny(task: Task, va: number, count: number, flag: number, time: number, clockId: number): Result {
  const { memory, kernel } = task;
  if (flag !== 0 || count === 0 || count > FUTEX_WAITV_MAX || va === 0) throw EINVAL;
  let deadline = Infinity;
  if (time !== 0) {
    if (clockId !== CLOCK.CLOCK_MONOTONIC && clockId !== CLOCK.CLOCK_REALTIME) throw EINVAL;
    deadline = readTimespec64(memory, time);
    if (clockId === CLOCK.CLOCK_REALTIME) deadline += kernel.now() - Number(kernel.realtime());
  }
  const wanted = Array.from({ length: count }, (_, i): FutexWanted => {
    const at = va + i * WAITV_SIZE;
    const flags = memory.readU32(at + 16);
    if ((flags & ~FUTEX2_PRIVATE) !== FUTEX2_SIZE_U32 || memory.readU32(at + 20) !== 0) throw EINVAL;
    if (memory.readU32(at + 12) !== 0) throw EFAULT;
    return {
      address: memory.readU32(at + 8),
      expected: memory.readU32(at),
      isPrivate: (flags & FUTEX2_PRIVATE) !== 0,
    };
  });
  return waitOnAny(task, wanted, deadline);
}

export const futexRows = {
  futex: sys(240, kindsWith(timespec.given), futexWith(readTimespec32), support),
  set_robust_list: sys(311, [pointer, size], (task, head, bytes) => {
    if (bytes !== ROBUST_LIST_HEAD_SIZE) throw EINVAL;
    task.robustList = head;
    return 0;
  }),
  get_robust_list: sys(312, [pid, pointer, pointer], (task, tid, head, length) => {
    const found = tid === 0 ? task : task.kernel.tasks.get(tid);
    if (found === undefined) throw ESRCH;
    if (!mayTrace(task, found)) throw EPERM;
    task.memory.writeU32(length, ROBUST_LIST_HEAD_SIZE);
    task.memory.writeU32(head, found.robustList);
    return 0;
  }),
  futex_time64: sys(422, kindsWith(timespecs64.given), futexWith(readTimespec64), support),
  futex_waitv: sys(449, [pointer, unsigned, flags, pointer, clock], waitAny),
} satisfies Rows;
