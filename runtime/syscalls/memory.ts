// Memory: mmap(2) and its relatives, brk(2), locking, modify_ldt(2). The work is done by Mm; the checks of
// mmap and mprotect, which /proc/mm shares, are in kernel/mapping.ts.

import { EINVAL, ENOMEM } from '../abi/errno.ts';
import { MADV, MAP, MCL, MLOCK_ONFAULT, MREMAP, MS, PROT } from '../abi/memory.ts';
import { modifyLdt } from '../kernel/ldt.ts';
import { limited, mapInto, mayLock, protectIn } from '../kernel/mapping.ts';
import type { Task } from '../kernel/task.ts';
import { pagesOf } from '../mm/address-space.ts';
import type { Mm } from '../mm/mm.ts';
import { address, bits, choice, fd, int, partial, pointer, type Rows, size, sys, unsigned } from './row.ts';

const prot = bits('prot', PROT, 'PROT_NONE');
const mapFlags = bits('flags', MAP);
const PAGE = 4096;

const memoryOf = (task: Task): Mm => limited(task, task.mm);

/** mmap of 1991: its arguments lie in a struct, the offset is in bytes. */
function oldMmap(task: Task, at: number): number {
  const words = Array.from({ length: 6 }, (_, i) => task.memory.readU32(at + 4 * i));
  const [address, length, protection, flags, fileNumber, offset] = words;
  if (offset! % PAGE !== 0) throw EINVAL;
  return mapInto(task, task.mm, address!, length!, protection!, flags!, fileNumber! | 0, offset! / PAGE);
}

/** Since Linux 4.0 this is a mapping of its own over the old one. */
function remapFilePages(
  task: Task,
  address: number,
  length: number,
  protection: number,
  pageOffset: number,
  flags: number,
): number {
  const start = address - (address % PAGE);
  const count = Math.floor(length / PAGE);
  if (protection !== 0 || count === 0 || pageOffset + count > 2 ** 32) throw EINVAL;
  const mm = memoryOf(task);
  const area = mm.areas.atAddress(start);
  if (area === null || !area.shared || start + count * PAGE > area.end) throw EINVAL;
  mm.map({
    address: start,
    length: count * PAGE,
    protection: area.protection,
    flags: MAP.MAP_SHARED | MAP.MAP_FIXED | MAP.MAP_POPULATE | (flags & MAP.MAP_NONBLOCK),
    may: area.may,
    mappable: area.mappable,
    offset: pageOffset * PAGE,
    privileged: true,
  });
  return 0;
}

// ---- locking: nothing is ever paged out, so the limits and the answers are what counts ----

function mlock(task: Task, address: number, length: number, onFault: boolean): number {
  const start = address - (address % PAGE);
  const end = pagesOf(address + length) * PAGE;
  if (end > 2 ** 32) throw ENOMEM;
  if (!mayLock(task, task.mm, (end - start) / PAGE)) throw ENOMEM;
  if (end > start) memoryOf(task).lock(start, end - start, true, onFault);
  return 0;
}

function munlock(task: Task, address: number, length: number): number {
  const start = address - (address % PAGE);
  const end = pagesOf(address + length) * PAGE;
  if (end > 2 ** 32) throw EINVAL;
  if (end > start) memoryOf(task).lock(start, end - start, false);
  return 0;
}

function mlockall(task: Task, flags: number): number {
  const { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } = MCL;
  if (flags === 0 || flags === MCL_ONFAULT || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) !== 0)
    throw EINVAL;
  const mm = memoryOf(task);
  if ((flags & MCL_CURRENT) !== 0 && !mayLock(task, task.mm, mm.totalPages - mm.lockedPages)) throw ENOMEM;
  mm.lockAll((flags & MCL_CURRENT) !== 0, (flags & MCL_FUTURE) !== 0, (flags & MCL_ONFAULT) !== 0);
  return 0;
}

export const memoryRows: Rows = {
  brk: address(sys(45, [pointer], (task, end) => memoryOf(task).brk(end))),
  mmap: address(sys(90, [pointer], oldMmap)),
  mmap2: sys(192, [pointer, size, prot, mapFlags, fd, unsigned], (task, ...words) =>
    mapInto(task, task.mm, ...words),
  ),
  munmap: sys(91, [pointer, size], (task, address, length) => {
    memoryOf(task).unmap(address, length);
    return 0;
  }),
  mprotect: sys(125, [pointer, size, prot], (task, address, length, protection) => {
    protectIn(task, task.mm, address, length, protection);
    return 0;
  }),
  mremap: sys(
    163,
    [pointer, size, size, bits('flags', MREMAP), pointer],
    (task, old, oldLength, newLength, flags, wanted) =>
      memoryOf(task).remap(old, oldLength, newLength, flags, wanted),
  ),
  remap_file_pages: sys(
    257,
    [pointer, size, prot, unsigned, mapFlags],
    remapFilePages,
    partial('ranges within one mapping'),
  ),
  msync: sys(144, [pointer, size, bits('flags', MS)], (task, address, length, flags) => {
    memoryOf(task).sync(address, length, flags);
    return 0;
  }),
  madvise: sys(219, [pointer, size, choice('advice', MADV)], (task, address, length, advice) => {
    memoryOf(task).advise(address, length, advice);
    return 0;
  }),
  mincore: sys(218, [pointer, size, pointer], (task, address, length, vector) => {
    task.memory.copyOut(vector, memoryOf(task).mincore(address, length));
    return 0;
  }),
  mlock: sys(150, [pointer, size], (task, address, length) => mlock(task, address, length, false)),
  mlock2: sys(376, [pointer, size, int], (task, address, length, flags) => {
    if ((flags & ~MLOCK_ONFAULT) !== 0) throw EINVAL;
    return mlock(task, address, length, flags === MLOCK_ONFAULT);
  }),
  munlock: sys(151, [pointer, size], munlock),
  mlockall: sys(152, [bits('flags', MCL)], mlockall),
  munlockall: sys(153, [], (task) => {
    task.mm.unlockAll();
    return 0;
  }),
  modify_ldt: sys(123, [int, pointer, size], (task, func, at, byteCount) =>
    modifyLdt(task.kernel, task.mm, task.memory, func, at, byteCount),
  ),
};
