// Semaphores of System V: semop(2) and what SEM_UNDO takes back (Linux: ipc/sem.c).

import { EAGAIN, EFBIG, EIDRM, EINTR, EINVAL, ENOSPC, ERANGE } from '../abi/errno.ts';
import { IPC_NOWAIT, SEM_UNDO, SEMMSL, SEMVMX } from '../abi/ipc.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { IpcObject, type IpcPlace, seconds } from './ipc.ts';
import type { Task } from './task.ts';

/** struct sembuf. */
export interface SemaphoreOperation {
  readonly number: number;
  readonly change: number;
  readonly flags: number;
}

interface Semaphore {
  value: number;
  /** Who changed it last. */
  pid: number;
}

/** What a process takes back when it ends, by set; shared by CLONE_SYSVSEM. Linux: struct sem_undo_list. */
export class SemaphoreUndo {
  readonly #adjustments = new Map<SemaphoreSet, Int16Array>();
  #users = 1;

  share(): this {
    this.#users++;
    return this;
  }
  of(set: SemaphoreSet): Int16Array {
    let own = this.#adjustments.get(set);
    if (own === undefined) {
      this.#adjustments.set(set, (own = new Int16Array(set.semaphores.length)));
      set.undos.add(own);
    }
    return own;
  }
  /** A task leaves; the last one's adjustments are made. */
  leave(task: Task): void {
    if (--this.#users > 0) return;
    for (const [set, adjustments] of this.#adjustments) {
      set.undos.delete(adjustments);
      if (!set.removed) set.adjust(adjustments, task);
    }
    this.#adjustments.clear();
  }
}

/** A sleeper in semop(2): the operation that it cannot do. */
interface Sleeper {
  readonly number: number;
  readonly forZero: boolean;
}

export class SemaphoreSet extends IpcObject {
  readonly semaphores: Semaphore[];
  readonly undos = new Set<Int16Array>();
  /** Seconds since 1970 of the last semop(2). */
  operated = 0;
  readonly #queue = new WaitQueue();
  readonly #sleepers = new Set<Sleeper>();

  constructor(task: Task, place: IpcPlace, mode: number, count: number) {
    super(task, place, mode);
    this.semaphores = Array.from({ length: count }, () => ({ value: 0, pid: 0 }));
  }

  /** semop(2), all or nothing. `deadline`: monotonic nanoseconds. */
  operate(task: Task, operations: readonly SemaphoreOperation[], deadline: number): Result {
    if (operations.some(({ number }) => number >= this.semaphores.length)) throw EFBIG;
    const alters = operations.some(({ change }) => change !== 0);
    this.check(task, alters ? 0o222 : 0o444);
    return this.#attempt(task, operations, deadline, false);
  }

  #attempt(task: Task, operations: readonly SemaphoreOperation[], deadline: number, late: boolean): Result {
    if (this.removed) throw EIDRM;
    const obstacle = this.#apply(task, operations);
    if (obstacle === null) return 0;
    if ((obstacle.flags & IPC_NOWAIT) !== 0 || late) throw EAGAIN;
    const sleeper = { number: obstacle.number, forZero: obstacle.change === 0 };
    this.#sleepers.add(sleeper);
    return new Blocked(
      [this.#queue],
      (reason) => {
        this.#sleepers.delete(sleeper);
        return this.#attempt(task, operations, deadline, reason === 'timeout');
      },
      { deadline, interrupted: EINTR, cancel: () => this.#sleepers.delete(sleeper) },
    );
  }

  /** Does all operations and answers null, or none and answers the one that has to wait. Throws ERANGE. */
  #apply(task: Task, operations: readonly SemaphoreOperation[]): SemaphoreOperation | null {
    const values = new Map<number, number>();
    const undo = new Map<number, number>();
    for (const operation of operations) {
      const { number, change, flags } = operation;
      const value = values.get(number) ?? this.semaphores[number]!.value;
      const next = value + change;
      if (change === 0 ? value !== 0 : next < 0) return operation;
      if (next > SEMVMX) throw ERANGE;
      if ((flags & SEM_UNDO) !== 0 && change !== 0) {
        const before = undo.get(number) ?? task.semaphoreUndo?.of(this)[number] ?? 0;
        if (before - change < -SEMVMX - 1 || before - change > SEMVMX) throw ERANGE;
        undo.set(number, before - change);
      }
      values.set(number, next);
    }
    for (const { number } of operations) this.semaphores[number]!.pid = task.pid;
    for (const [number, value] of values) this.semaphores[number]!.value = value;
    if (undo.size > 0) {
      task.semaphoreUndo ??= new SemaphoreUndo();
      const own = task.semaphoreUndo.of(this);
      for (const [number, value] of undo) own[number] = value;
    }
    this.operated = seconds(task);
    if (operations.some(({ change }) => change !== 0)) this.#queue.wake();
    return null;
  }

  /** What an ended process had changed is taken back, as far as the values go. */
  adjust(adjustments: Int16Array, task: Task): void {
    adjustments.forEach((adjustment, number) => {
      if (adjustment === 0) return;
      const semaphore = this.semaphores[number]!;
      semaphore.value = Math.min(SEMVMX, Math.max(0, semaphore.value + adjustment));
      semaphore.pid = task.pid;
    });
    this.operated = seconds(task);
    this.#queue.wake();
  }

  /** SETVAL, SETALL: the adjustments of everybody for these semaphores are forgotten. */
  set(task: Task, first: number, values: readonly number[]): void {
    if (values.some((value) => value < 0 || value > SEMVMX)) throw ERANGE;
    values.forEach((value, i) => {
      this.semaphores[first + i] = { value, pid: task.pid };
      for (const undo of this.undos) undo[first + i] = 0;
    });
    this.changed = seconds(task);
    this.#queue.wake();
  }
  /** GETNCNT, GETZCNT. */
  waiting(number: number, forZero: boolean): number {
    return [...this.#sleepers].filter((each) => each.number === number && each.forZero === forZero).length;
  }
  wakeAll(): void {
    this.#queue.wake();
  }
}

/** semget(2). */
export function findSemaphores(task: Task, key: number, count: number, flag: number): number {
  if (count < 0 || count > SEMMSL) throw EINVAL;
  const table = task.kernel.ipc.semaphores;
  const suits = (set: SemaphoreSet): void => {
    if (count > set.semaphores.length) throw EINVAL;
  };
  return table.find(task, key, flag, suits, (place) => {
    if (count === 0) throw EINVAL;
    const total = table.all.reduce((sum, { semaphores }) => sum + semaphores.length, 0);
    if (total + count > 1_024_000_000) throw ENOSPC;
    return new SemaphoreSet(task, place, flag, count);
  }).id;
}
