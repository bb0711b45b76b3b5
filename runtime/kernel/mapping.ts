// mmap(2) and mprotect(2) on behalf of a task: the checks that need its files, limits and credentials. The
// address space is named apart from the task: a write to /proc/mm changes another one than the writer's.

import { CAP } from '../abi/capability.ts';
import { EACCES, EAGAIN, EBADF, EINVAL, ENOMEM, EOPNOTSUPP, EPERM } from '../abi/errno.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_WRITE, O_PATH } from '../abi/file.ts';
import {
  MAP,
  MAP_LEGACY,
  MAP_SHARED_VALIDATE,
  MAP_TYPE,
  PROT,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../abi/memory.ts';
import { RLIMIT } from '../abi/process.ts';
import { pagesOf } from '../mm/address-space.ts';
import type { Mm } from '../mm/mm.ts';
import { type Mappable, VM_LOCKED } from '../mm/vma.ts';
import { capable } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { RegularFile } from '../vfs/regular-file.ts';
import type { Task } from './task.ts';

const PAGE = 4096;

/** An address space under the limits of the task that changes it. */
export function limited(task: Task, mm: Mm): Mm {
  task.group.limitMemory(mm);
  return mm;
}

/** mmap2(2) into `mm`; `fd` is one of the task's. Answers the address. */
export function mapInto(
  task: Task,
  mm: Mm,
  address: number,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  pageOffset: number,
): number {
  limited(task, mm);
  const privileged = capable(task.credentials, CAP.CAP_SYS_RAWIO);
  const locks = (flags & MAP.MAP_LOCKED) !== 0 || (mm.defaultFlags & VM_LOCKED) !== 0;
  if (locks && !mayLock(task, mm, pagesOf(length))) throw EAGAIN;
  if ((flags & MAP.MAP_ANONYMOUS) !== 0) {
    // There is no pool of huge pages.
    if ((flags & MAP.MAP_HUGETLB) !== 0) throw ENOMEM;
    if ((flags & MAP_TYPE) === MAP_SHARED_VALIDATE && length !== 0) {
      mm.choosePlace({ address, length, protection, flags, privileged });
      throw EINVAL;
    }
    return mm.map({ address, length, protection, flags, privileged });
  }
  const description = task.files.get(fd);
  if ((description.flags & O_PATH) !== 0) throw EBADF;
  if (length === 0 || (flags & MAP.MAP_HUGETLB) !== 0) throw EINVAL;
  mm.choosePlace({ address, length, protection, flags, privileged });
  const may = allowedProtection(description, protection, flags);
  const mappable = mappableOf(description, flags);
  return mm.map({ address, length, protection, flags, privileged, offset: pageOffset * PAGE, may, mappable });
}

/** What mprotect(2) may make of a file mapping. Throws EACCES, EPERM, EINVAL, EOPNOTSUPP. */
function allowedProtection(description: FileDescription, protection: number, flags: number): number {
  const type = flags & MAP_TYPE;
  const all = PROT_READ | PROT_WRITE | PROT_EXEC;
  if (type === MAP_SHARED_VALIDATE && (flags & ~MAP_LEGACY) !== 0) throw EOPNOTSUPP;
  if (type === MAP.MAP_PRIVATE) {
    if (!description.readable) throw EACCES;
    return all;
  }
  if (type !== MAP.MAP_SHARED && type !== MAP_SHARED_VALIDATE) throw EINVAL;
  const write = (protection & PROT_WRITE) !== 0;
  if ((write && !description.writable) || !description.readable) throw EACCES;
  const sealed =
    description instanceof RegularFile &&
    (description.file.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0;
  if (sealed && write) throw EPERM;
  return description.writable && !sealed ? all : all & ~PROT_WRITE;
}

function mappableOf(description: FileDescription, flags: number): Mappable {
  const mappable = description.mappable();
  if ((flags & MAP.MAP_GROWSDOWN) !== 0) throw EINVAL;
  return mappable;
}

/** mprotect(2) in `mm`. */
export function protectIn(task: Task, mm: Mm, address: number, length: number, protection: number): void {
  const { PROT_GROWSDOWN, PROT_GROWSUP, PROT_SEM } = PROT;
  const grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
  // Nothing grows up on x86.
  if ((grows & PROT_GROWSUP) !== 0) throw EINVAL;
  limited(task, mm).protect(address, length, protection & ~grows & ~PROT_SEM, grows !== 0);
}

/** May the task have `pages` more pages of `mm` locked? Throws EPERM where it may have none at all. */
export function mayLock(task: Task, mm: Mm, pages: number): boolean {
  const limit = task.group.limits[RLIMIT.RLIMIT_MEMLOCK]!.soft;
  if (capable(task.credentials, CAP.CAP_IPC_LOCK)) return true;
  if (limit === 0) throw EPERM;
  return (mm.lockedPages + pages) * PAGE <= limit;
}
