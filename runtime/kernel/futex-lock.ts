// Locks that hand themselves over: FUTEX_LOCK_PI and its kin, futex(2) "Priority-inheritance futexes". The word
// names its owner; the kernel gives it to the next sleeper when the owner lets go or ends. There is one
// processor and tasks take turns, so there is no priority to inherit.

import { EAGAIN, EDEADLK, EINVAL, EPERM, ERESTARTNOINTR, Errno, ESRCH, ETIMEDOUT } from '../abi/errno.ts';
import type { UserMemory } from '../mm/user-memory.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS } from './futex.ts';
import type { Task } from './task.ts';

interface Sleeper {
  readonly task: Task;
  readonly queue: WaitQueue;
  /** The lock was handed over. */
  has: boolean;
}

/** A word that somebody sleeps on. Linux: struct futex_pi_state. */
interface Lock {
  owner: Task;
  readonly sleepers: Sleeper[];
  readonly memory: UserMemory;
  readonly address: number;
}

/** All locks with sleepers, by what stands for the word. */
export class FutexLocks {
  readonly #locks = new Map<object, Lock>();

  /** FUTEX_LOCK_PI and FUTEX_LOCK_PI2; `patient` false: FUTEX_TRYLOCK_PI. `deadline`: monotonic nanoseconds. */
  lock(task: Task, word: object, address: number, deadline: number, patient: boolean): Result {
    const { memory, tid } = task;
    const value = memory.readU32(address);
    const ownerTid = value & FUTEX_TID_MASK;
    if (ownerTid === tid) throw EDEADLK;
    let lock = this.#locks.get(word);
    if (lock === undefined) {
      if (ownerTid === 0) {
        memory.writeU32(address, (value & FUTEX_OWNER_DIED) | tid);
        return 0;
      }
      if (!patient) throw EAGAIN;
      const owner = task.kernel.tasks.get(ownerTid);
      if (owner === undefined || !owner.hasMm) throw ESRCH;
      lock = { owner, sleepers: [], memory, address };
      this.#locks.set(word, lock);
    } else {
      // What the word says and who the kernel knows to be the owner must agree.
      if (ownerTid !== lock.owner.tid) throw EINVAL;
      if (!patient) throw EAGAIN;
    }
    memory.writeU32(address, value | FUTEX_WAITERS);
    const sleeper: Sleeper = { task, queue: new WaitQueue(), has: false };
    lock.sleepers.push(sleeper);
    return this.#sleep(word, lock, sleeper, deadline);
  }

  #sleep(word: object, lock: Lock, sleeper: Sleeper, deadline: number): Blocked {
    const leave = (): void => {
      const at = lock.sleepers.indexOf(sleeper);
      if (at !== -1) lock.sleepers.splice(at, 1);
      if (lock.sleepers.length === 0) this.#locks.delete(word);
    };
    return new Blocked(
      [sleeper.queue],
      (reason) => {
        if (sleeper.has) return 0;
        if (reason !== 'timeout') return this.#sleep(word, lock, sleeper, deadline);
        leave();
        throw ETIMEDOUT;
      },
      { deadline, interrupted: ERESTARTNOINTR, cancel: leave },
    );
  }

  /** FUTEX_UNLOCK_PI. */
  unlock(task: Task, word: object, address: number): number {
    const { memory } = task;
    if ((memory.readU32(address) & FUTEX_TID_MASK) !== task.tid) throw EPERM;
    const lock = this.#locks.get(word);
    if (lock === undefined) memory.writeU32(address, 0);
    else this.#handOver(word, lock, 0);
    return 0;
  }

  /** The first sleeper is the owner from now on. */
  #handOver(word: object, lock: Lock, died: number): void {
    const next = lock.sleepers.shift()!;
    // As Linux has it, the mark of sleepers stays until the kernel is asked to unlock.
    lock.memory.writeU32(lock.address, (died | FUTEX_WAITERS | next.task.tid) >>> 0);
    lock.owner = next.task;
    if (lock.sleepers.length === 0) this.#locks.delete(word);
    next.has = true;
    next.queue.wake();
  }

  /** A task ends: the locks that it holds go on with the mark of its death. Linux: exit_pi_state_list. */
  ownerEnds(task: Task): void {
    for (const [word, lock] of [...this.#locks]) {
      if (lock.owner !== task) continue;
      try {
        this.#handOver(word, lock, FUTEX_OWNER_DIED);
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown; // the word is not mapped any more
      }
    }
  }
}
