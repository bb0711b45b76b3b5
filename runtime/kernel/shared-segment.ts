// Shared memory of System V: shmat(2) and shmdt(2) over mm's shared memory (Linux: ipc/shm.c). A segment that
// was removed stays until nobody has it attached.

import { CAP } from '../abi/capability.ts';
import { EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { SHM_DEST, SHM_EXEC, SHM_HUGETLB, SHM_RDONLY, SHM_REMAP, SHM_RND, SHMMAX } from '../abi/ipc.ts';
import { MAP, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import type { Frames } from '../mm/frames.ts';
import { SharedMemory } from '../mm/shared-memory.ts';
import { capable } from '../vfs/caller.ts';
import { IpcObject, type IpcPlace, seconds } from './ipc.ts';
import { limited } from './mapping.ts';
import type { Task } from './task.ts';

const PAGE = 4096;

/** The pages; tells the segment of each mapping that comes and goes. */
class SegmentMemory extends SharedMemory {
  readonly #changed: (by: number) => void;

  constructor(frames: Frames, size: number, name: string, id: number, changed: (by: number) => void) {
    super(frames, size, name, id);
    this.#changed = changed;
  }
  override retain(): void {
    super.retain();
    this.#changed(1);
  }
  override release(): void {
    super.release();
    this.#changed(-1);
  }
}

export class SharedSegment extends IpcObject {
  readonly size: number;
  readonly memory: SegmentMemory;
  /** Mappings, as Linux counts them: areas. */
  attached = 0;
  readonly creator: number;
  /** Seconds since 1970 of the last shmat(2) and shmdt(2), and who that was. */
  attachedAt = 0;
  detachedAt = 0;
  lastPid = 0;
  readonly #kernel: Task['kernel'];

  constructor(task: Task, place: IpcPlace, mode: number, size: number) {
    super(task, place, mode);
    this.size = size;
    this.creator = task.pid;
    this.#kernel = task.kernel;
    const name = `/SYSV${(place.key >>> 0).toString(16).padStart(8, '0')} (deleted)`;
    this.attached = -1;
    this.memory = new SegmentMemory(task.kernel.frames, size, name, this.id, (by) => this.#count(by));
    this.memory.retain();
  }

  #count(by: number): void {
    this.attached += by;
    const { running } = this.#kernel;
    // The table's own reference is the first, and no attachment.
    if (running === null || this.removed || this.attached + (by < 0 ? 1 : 0) <= 0) return;
    this.lastPid = running.pid;
    if (by > 0) this.attachedAt = seconds(running);
    else this.detachedAt = seconds(running);
    if (this.attached === 0 && (this.mode & SHM_DEST) !== 0) this.#destroy();
  }
  /** IPC_RMID: nobody finds it any more, and it goes with its last mapping. */
  remove(): void {
    this.mode |= SHM_DEST;
    this.key = 0;
    if (this.attached === 0) this.#destroy();
  }
  #destroy(): void {
    this.#kernel.ipc.segments.remove(this);
    this.memory.release();
  }
}

/** shmget(2). */
export function findSegment(task: Task, key: number, size: number, flag: number): number {
  const suits = (segment: SharedSegment): void => {
    if (size > segment.size) throw EINVAL;
  };
  return task.kernel.ipc.segments.find(task, key, flag, suits, (place) => {
    if (size < 1 || size > SHMMAX) throw EINVAL;
    // There is no pool of huge pages.
    if ((flag & SHM_HUGETLB) !== 0) throw capable(task.credentials, CAP.CAP_IPC_LOCK) ? ENOMEM : EPERM;
    return new SharedSegment(task, place, flag, size);
  }).id;
}

/** shmat(2): the address. */
export function attachSegment(task: Task, id: number, wanted: number, flag: number): number {
  if (id < 0) throw EINVAL;
  let address = wanted;
  if (address % PAGE !== 0) {
    if ((flag & SHM_RND) === 0) throw EINVAL;
    address -= address % PAGE;
    if (address === 0 && (flag & SHM_REMAP) !== 0) throw EINVAL;
  } else if (address === 0 && (flag & SHM_REMAP) !== 0) throw EINVAL;
  const readOnly = (flag & SHM_RDONLY) !== 0;
  const executable = (flag & SHM_EXEC) !== 0;
  const segment = task.kernel.ipc.segments.get(id);
  segment.check(task, (readOnly ? 0o444 : 0o666) | (executable ? 0o111 : 0));
  const mm = limited(task, task.mm);
  const length = Math.ceil(segment.size / PAGE) * PAGE;
  if (address !== 0 && (flag & SHM_REMAP) === 0) {
    const overlaps = !mm.areas.isFree(address / PAGE, (address + length) / PAGE);
    if (overlaps) throw EINVAL;
  }
  return mm.map({
    address,
    length,
    protection: PROT_READ | (readOnly ? 0 : PROT_WRITE) | (executable ? PROT_EXEC : 0),
    flags: MAP.MAP_SHARED | (address !== 0 ? MAP.MAP_FIXED : 0),
    may: PROT_READ | PROT_EXEC | (readOnly ? 0 : PROT_WRITE),
    mappable: segment.memory,
    offset: 0,
    privileged: capable(task.credentials, CAP.CAP_SYS_RAWIO),
  });
}

/** shmdt(2): all that the mapping at `address` has become. */
export function detachSegment(task: Task, address: number): number {
  if (address % PAGE !== 0) throw EINVAL;
  const { mm } = task;
  const first = mm.areas.items.find(
    ({ start, mappable, offset }) => mappable instanceof SegmentMemory && start - offset * PAGE === address,
  );
  if (first === undefined) throw EINVAL;
  const { mappable } = first;
  const pieces = mm.areas.items.filter(
    (area) => area.mappable === mappable && area.start - area.offset * PAGE === address,
  );
  for (const { start, end } of [...pieces].map(({ start, end }) => ({ start, end })))
    mm.unmap(start, end - start);
  return 0;
}
