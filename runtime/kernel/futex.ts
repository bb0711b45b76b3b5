// futex(2): sleeping on a word of memory, and the robust lists of set_robust_list(2). A word in a shared
// mapping is known by its object and offset, any other by its address space and address, so that the same
// word has one queue under all its names. Locks with priority inheritance are futex-lock.ts.

import {
  EAGAIN,
  EINVAL,
  ENOSYS,
  ERESTART_RESTARTBLOCK,
  ERESTARTSYS,
  Errno,
  ETIMEDOUT,
} from '../abi/errno.ts';
import type { AddressSpace } from '../mm/address-space.ts';
import type { Mappable } from '../mm/vma.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

const PAGE = 4096;
export const FUTEX_BITSET_MATCH_ANY = 0xffffffff;
/** Bits of a futex word: the owner's tid, "the owner died", "somebody waits". */
export const FUTEX_TID_MASK = 0x3fffffff;
export const FUTEX_OWNER_DIED = 0x40000000;
export const FUTEX_WAITERS = 0x80000000;
/** Longest robust list that is walked. */
const ROBUST_LIST_LIMIT = 2048;
/** A futex is an aligned word. */
const WORD_MASK = 3;

/** One sleeper. Linux: struct futex_q. */
interface FutexWaiter {
  readonly bitset: number;
  readonly queue: WaitQueue;
  /** Where it waits now; requeue moves it. */
  bucket: FutexWaiter[];
  woken: boolean;
}

/** All sleepers of a machine. */
export class Futexes {
  readonly #byObject = new WeakMap<Mappable | AddressSpace, Map<number, FutexWaiter[]>>();

  /** Who sleeps on a word, first come first. Throws EINVAL for an odd address, EFAULT. */
  bucket(space: AddressSpace, address: number, isPrivate: boolean): FutexWaiter[] {
    if ((address & WORD_MASK) !== 0) throw EINVAL;
    let object: Mappable | AddressSpace = space;
    let offset = address;
    const area = isPrivate ? null : space.areas.atAddress(address);
    if (area?.shared && area.mappable !== null) {
      object = area.mappable;
      offset = area.indexOf(Math.floor(address / PAGE)) * PAGE + (address % PAGE);
    }
    let words = this.#byObject.get(object);
    if (words === undefined) this.#byObject.set(object, (words = new Map()));
    let waiters = words.get(offset);
    if (waiters === undefined) words.set(offset, (waiters = []));
    return waiters;
  }
}

function wakeSome(bucket: FutexWaiter[], count: number, bitset: number): number {
  let woken = 0;
  for (let i = 0; i < bucket.length && woken < count; ) {
    const waiter = bucket[i]!;
    if ((waiter.bitset & bitset) === 0) {
      i++;
      continue;
    }
    bucket.splice(i, 1);
    waiter.woken = true;
    waiter.queue.wake();
    woken++;
  }
  return woken;
}

/** FUTEX_WAKE, FUTEX_WAKE_BITSET. */
export function wake(task: Task, address: number, isPrivate: boolean, count: number, bitset: number): number {
  if (bitset === 0) throw EINVAL;
  const bucket = task.kernel.futexes.bucket(task.mm, address, isPrivate);
  if (!isPrivate) task.memory.verify(address, 4, false);
  return wakeSome(bucket, Math.max(count, 1), bitset);
}

/** Wakes sleepers of a word on the kernel's own behalf: thread exit, robust lists. Never throws. */
export function wakeFutex(kernel: Kernel, space: AddressSpace, address: number, count: number): void {
  if ((address & WORD_MASK) === 0)
    wakeSome(kernel.futexes.bucket(space, address, false), count, FUTEX_BITSET_MATCH_ANY);
}

/** FUTEX_WAIT, FUTEX_WAIT_BITSET. `deadline`: monotonic nanoseconds, Infinity for none. */
export function waitOn(
  task: Task,
  address: number,
  isPrivate: boolean,
  expected: number,
  bitset: number,
  deadline: number,
): Result {
  if (bitset === 0) throw EINVAL;
  const bucket = task.kernel.futexes.bucket(task.mm, address, isPrivate);
  if (task.memory.readU32(address) !== expected >>> 0) throw EAGAIN;
  const waiter: FutexWaiter = { bitset, queue: new WaitQueue(), bucket, woken: false };
  bucket.push(waiter);
  const leave = (): void => {
    const at = waiter.bucket.indexOf(waiter);
    if (at !== -1) waiter.bucket.splice(at, 1);
  };
  const timed = deadline !== Infinity;
  return new Blocked(
    [waiter.queue],
    (reason) => {
      if (waiter.woken) return 0;
      leave();
      if (reason === 'timeout') throw ETIMEDOUT;
      return waitOn(task, address, isPrivate, expected, bitset, deadline);
    },
    {
      deadline,
      interrupted: timed ? ERESTART_RESTARTBLOCK : ERESTARTSYS,
      cancel: () => {
        leave();
        if (timed) task.restart = () => waitOn(task, address, isPrivate, expected, bitset, deadline);
      },
    },
  );
}

/** FUTEX_REQUEUE, FUTEX_CMP_REQUEUE: wakes some, lets others sleep on `target`. */
export function requeue(
  task: Task,
  address: number,
  isPrivate: boolean,
  count: number,
  target: number,
  move: number,
  expected: number | null,
): number {
  if (count < 0 || move < 0) throw EINVAL;
  const { futexes } = task.kernel;
  const from = futexes.bucket(task.mm, address, isPrivate);
  const to = futexes.bucket(task.mm, target, isPrivate);
  if (expected !== null && task.memory.readU32(address) !== expected >>> 0) throw EAGAIN;
  const woken = wakeSome(from, count, FUTEX_BITSET_MATCH_ANY);
  const moved = from === to ? from.slice(0, move) : from.splice(0, move);
  if (from !== to)
    for (const waiter of moved) {
      waiter.bucket = to;
      to.push(waiter);
    }
  return woken + moved.length;
}

/** FUTEX_WAKE_OP: changes the second word, wakes on the first, and on the second if its old value compares. */
export function wakeOperation(
  task: Task,
  address: number,
  isPrivate: boolean,
  count: number,
  second: number,
  secondCount: number,
  encoded: number,
): number {
  const { futexes } = task.kernel;
  const first = futexes.bucket(task.mm, address, isPrivate);
  const other = futexes.bucket(task.mm, second, isPrivate);
  const old = task.memory.readU32(second) | 0;
  const operation = (encoded >>> 28) & 7;
  let operand = (encoded << 8) >> 20;
  if ((encoded & 0x80000000) !== 0) operand = 1 << (operand & 31);
  const change = [
    () => operand,
    () => old + operand,
    () => old | operand,
    () => old & ~operand,
    () => old ^ operand,
  ][operation];
  if (change === undefined) throw ENOSYS;
  task.memory.writeU32(second, change());
  const compare = (encoded >>> 24) & 15;
  const against = (encoded << 20) >> 20;
  const holds = [
    () => old === against,
    () => old !== against,
    () => old < against,
    () => old <= against,
    () => old > against,
    () => old >= against,
  ][compare];
  if (holds === undefined) throw ENOSYS;
  let woken = wakeSome(first, Math.max(count, 1), FUTEX_BITSET_MATCH_ANY);
  if (holds()) woken += wakeSome(other, Math.max(secondCount, 1), FUTEX_BITSET_MATCH_ANY);
  return woken;
}

/**
 * The locks that a dying thread still holds are marked and their sleepers woken. The list is the guest's
 * own and may be nonsense: whatever is unreadable ends the walk.
 */
export function exitRobustList(task: Task): void {
  const head = task.robustList;
  task.robustList = 0;
  if (head === 0 || !task.hasMm) return;
  const { memory } = task;
  try {
    const offset = memory.readU32(head + 4) | 0;
    const pending = memory.readU32(head + 8);
    let entry = memory.readU32(head);
    for (let n = 0; (entry & ~1) >>> 0 !== head && n < ROBUST_LIST_LIMIT; n++) {
      const at = (entry & ~1) >>> 0;
      const next = memory.readU32(at);
      if (at !== (pending & ~1) >>> 0) handleDeath(task, (at + offset) >>> 0, (entry & 1) !== 0);
      entry = next;
    }
    if ((pending & ~1) !== 0) handleDeath(task, (((pending & ~1) >>> 0) + offset) >>> 0, (pending & 1) !== 0);
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
}

/** `handsOver`: the sleepers of the lock are those of futex-lock.ts. */
function handleDeath(task: Task, address: number, handsOver: boolean): void {
  if ((address & WORD_MASK) !== 0) throw EINVAL;
  const word = task.memory.readU32(address);
  if ((word & FUTEX_TID_MASK) !== task.tid) return;
  task.memory.writeU32(address, (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
  if (!handsOver && (word & FUTEX_WAITERS) !== 0) wakeFutex(task.kernel, task.mm, address, 1);
}

/** One word of futex_waitv(2). */
export interface FutexWanted {
  readonly address: number;
  readonly expected: number;
  readonly isPrivate: boolean;
}

/** futex_waitv(2): the index of one that was woken. `deadline`: monotonic nanoseconds, Infinity for none. */
export function waitOnAny(task: Task, wanted: readonly FutexWanted[], deadline: number): Result {
  const queue = new WaitQueue();
  const waiters: FutexWaiter[] = [];
  const leave = (): void => {
    for (const waiter of waiters) {
      const at = waiter.bucket.indexOf(waiter);
      if (at !== -1) waiter.bucket.splice(at, 1);
    }
  };
  try {
    for (const { address, expected, isPrivate } of wanted) {
      const bucket = task.kernel.futexes.bucket(task.mm, address, isPrivate);
      if (task.memory.readU32(address) !== expected >>> 0) throw EAGAIN;
      const waiter: FutexWaiter = { bitset: FUTEX_BITSET_MATCH_ANY, queue, bucket, woken: false };
      bucket.push(waiter);
      waiters.push(waiter);
    }
  } catch (thrown) {
    leave();
    throw thrown;
  }
  return new Blocked(
    [queue],
    (reason) => {
      leave();
      const woken = waiters.findLastIndex((waiter) => waiter.woken);
      if (woken !== -1) return woken;
      if (reason === 'timeout') throw ETIMEDOUT;
      return waitOnAny(task, wanted, deadline);
    },
    { deadline, interrupted: ERESTARTSYS, cancel: leave },
  );
}
