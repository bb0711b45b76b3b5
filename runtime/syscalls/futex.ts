// futex(2) and its lists: one row for each form of time, a sub-table by operation.

import { EINVAL, ENOSYS, EPERM, ESRCH } from '../abi/errno.ts';
import { FUTEX_BITSET_MATCH_ANY, requeue, waitOn, wake, wakeOperation } from '../kernel/futex.ts';
import type { Task } from '../kernel/task.ts';
import { mayTrace } from '../trace/ptrace.ts';
import type { Result } from '../wait.ts';
import { choice, type Kind, partial, pid, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { timespec, timespecs64 } from './shown-time.ts';
import { type ReadTime, readTimespec32, readTimespec64 } from './timespec.ts';

const FUTEX = {
  FUTEX_WAIT: 0,
  FUTEX_WAKE: 1,
  FUTEX_REQUEUE: 3,
  FUTEX_CMP_REQUEUE: 4,
  FUTEX_WAKE_OP: 5,
  FUTEX_WAIT_BITSET: 9,
  FUTEX_WAKE_BITSET: 10,
} as const;
const FUTEX_CMD_MASK = 0x7f;
const FUTEX_PRIVATE_FLAG = 0x80;
const FUTEX_CLOCK_REALTIME = 0x100;
const ROBUST_LIST_HEAD_SIZE = 12;

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
  if ((code & FUTEX_CLOCK_REALTIME) === 0) return given;
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
    const waits = command === FUTEX.FUTEX_WAIT || command === FUTEX.FUTEX_WAIT_BITSET;
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
      default:
        throw ENOSYS;
    }
  };

/** The fourth argument: a time for those who wait, for others a number. */
const timeout = (of: Kind<number>): Kind<number> => ({
  ...of,
  print: (raw, task, call) => {
    const command = call.words[1]! & FUTEX_CMD_MASK;
    const waits = command === FUTEX.FUTEX_WAIT || command === FUTEX.FUTEX_WAIT_BITSET;
    return waits ? of.print(raw, task, call) : String(raw >>> 0);
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
const support = partial('no priority inheritance: LOCK_PI and its kin answer ENOSYS');

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
} satisfies Rows;
