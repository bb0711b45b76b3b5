// Record locks: joining, splitting, conflicts and the circle of waits.

import { describe, expect, it } from 'vitest';
import { EDEADLK } from '../../../runtime/abi/errno.ts';
import { F_RDLCK, F_UNLCK, F_WRLCK } from '../../../runtime/abi/file.ts';
import { FileLocks, type LockOwner, type RecordLock, waitFor } from '../../../runtime/vfs/record-lock.ts';
import { thrown } from '../../support/thrown.ts';

const owner = (): LockOwner => ({ waitsFor: null });
const lock = (who: LockOwner, type: number, start: number, end: number): RecordLock => ({
  owner: who,
  type,
  start,
  end,
  pid: 1,
});
const ranges = (locks: FileLocks) => locks.records.all.map(({ type, start, end }) => [type, start, end]);

describe('record locks', () => {
  it('of one owner join when they touch', () => {
    const locks = new FileLocks();
    const a = owner();
    locks.records.set(lock(a, F_WRLCK, 0, 10));
    locks.records.set(lock(a, F_WRLCK, 20, 30));
    locks.records.set(lock(a, F_WRLCK, 10, 20));
    expect(ranges(locks)).toEqual([[F_WRLCK, 0, 30]]);
  });

  it('are split by another type and by an unlock', () => {
    const locks = new FileLocks();
    const a = owner();
    locks.records.set(lock(a, F_WRLCK, 0, Number.POSITIVE_INFINITY));
    locks.records.set(lock(a, F_RDLCK, 10, 20));
    locks.records.set(lock(a, F_UNLCK, 15, 40));
    expect(ranges(locks)).toEqual([
      [F_WRLCK, 0, 10],
      [F_RDLCK, 10, 15],
      [F_WRLCK, 40, Number.POSITIVE_INFINITY],
    ]);
  });

  it('conflict only between owners, and only with a writer', () => {
    const locks = new FileLocks();
    const [a, b] = [owner(), owner()];
    locks.records.set(lock(a, F_RDLCK, 0, 10));
    expect(locks.records.conflict(lock(a, F_WRLCK, 0, 10))).toBeNull();
    expect(locks.records.conflict(lock(b, F_RDLCK, 0, 10))).toBeNull();
    expect(locks.records.conflict(lock(b, F_WRLCK, 10, 20))).toBeNull();
    expect(locks.records.conflict(lock(b, F_WRLCK, 9, 20))?.owner).toBe(a);
  });

  it('find a circle of waits', () => {
    const [a, b, c] = [owner(), owner(), owner()];
    waitFor(a, b);
    waitFor(b, c);
    expect(thrown(() => waitFor(c, a))).toBe(EDEADLK);
    a.waitsFor = null;
    waitFor(c, a);
  });

  it('wake those who wait when an owner goes', () => {
    const locks = new FileLocks();
    const a = owner();
    let woken = 0;
    locks.records.set(lock(a, F_WRLCK, 0, 10));
    locks.records.queue.add({ wake: () => woken++ });
    locks.dropOwner(a);
    locks.dropOwner(a);
    expect([woken, ranges(locks)]).toEqual([1, []]);
  });
});
