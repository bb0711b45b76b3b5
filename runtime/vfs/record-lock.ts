// Advisory locks of one inode: record locks of processes (fcntl(2), owner: the descriptor table), open file
// description locks and flock(2) locks (owner: the description). Linux: struct file_lock_context.

import { EDEADLK } from '../abi/errno.ts';
import { F_RDLCK, F_UNLCK, F_WRLCK } from '../abi/file.ts';
import { WaitQueue } from '../wait.ts';

/** Whoever holds locks; `waitsFor` closes the circle that is a deadlock. */
export interface LockOwner {
  /** The owner of a lock that this one waits for; null when it does not wait. */
  waitsFor: LockOwner | null;
}

/** A locked range: bytes [start, end), end may be Infinity. */
export interface RecordLock {
  readonly owner: LockOwner;
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** F_GETLK shows it; -1 for locks of open file descriptions. */
  readonly pid: number;
}

const DEADLOCK_DEPTH = 64;

class LockList {
  /** Woken when a lock goes. */
  readonly queue = new WaitQueue();
  #locks: RecordLock[] = [];

  get all(): readonly RecordLock[] {
    return this.#locks;
  }
  /** A lock of somebody else that does not go together with `wanted`. */
  conflict(wanted: RecordLock): RecordLock | null {
    if (wanted.type === F_UNLCK) return null;
    for (const lock of this.#locks) {
      if (lock.owner === wanted.owner || lock.start >= wanted.end || wanted.start >= lock.end) continue;
      if (lock.type === F_WRLCK || wanted.type === F_WRLCK) return lock;
    }
    return null;
  }
  /** Puts the lock in place of what its owner has there; F_UNLCK only removes. Precondition: no conflict. */
  set(wanted: RecordLock): void {
    const { owner } = wanted;
    let { start, end } = wanted;
    const kept: RecordLock[] = [];
    for (const lock of this.#locks) {
      if (lock.owner !== owner || lock.end < start || lock.start > end) {
        kept.push(lock);
      } else if (lock.type === wanted.type && wanted.type !== F_UNLCK) {
        start = Math.min(start, lock.start);
        end = Math.max(end, lock.end);
      } else {
        if (lock.start < start) kept.push({ ...lock, end: Math.min(lock.end, start) });
        if (lock.end > end) kept.push({ ...lock, start: Math.max(lock.start, end) });
      }
    }
    if (wanted.type !== F_UNLCK) kept.push({ ...wanted, start, end });
    kept.sort((a, b) => a.start - b.start);
    this.#locks = kept;
    this.queue.wake();
  }
  dropOwner(owner: LockOwner): void {
    const count = this.#locks.length;
    this.#locks = this.#locks.filter((lock) => lock.owner !== owner);
    if (this.#locks.length !== count) this.queue.wake();
  }
}

export class FileLocks {
  readonly records = new LockList();
  readonly whole = new LockList();

  dropOwner(owner: LockOwner): void {
    this.records.dropOwner(owner);
    this.whole.dropOwner(owner);
  }
}

/** Notes that `owner` is about to wait. Throws EDEADLK when the circle of waits would close. */
export function waitFor(owner: LockOwner, blocker: LockOwner): void {
  let other: LockOwner | null = blocker;
  for (let depth = 0; other !== null && depth < DEADLOCK_DEPTH; depth++) {
    if (other === owner) throw EDEADLK;
    other = other.waitsFor;
  }
  owner.waitsFor = blocker;
}

/** flock(2)'s words in those of records. */
export const SHARED = F_RDLCK;
export const EXCLUSIVE = F_WRLCK;
