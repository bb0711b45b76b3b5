// System V IPC, what its three kinds share: identifiers, keys, owners and permission (sysvipc(7), Linux:
// ipc/util.c). The kinds are semaphore-set.ts, message-queue.ts and shared-segment.ts.

import { CAP } from '../abi/capability.ts';
import { EACCES, EEXIST, EIDRM, EINVAL, ENOENT, ENOSPC, EPERM } from '../abi/errno.ts';
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from '../abi/ipc.ts';
import { capable } from '../vfs/caller.ts';
import type { MessageQueue } from './message-queue.ts';
import type { SemaphoreSet } from './semaphore-set.ts';
import type { SharedSegment } from './shared-segment.ts';
import type { Task } from './task.ts';

/** An identifier is the index plus so many times the sequence number, so that a removed object's is not met again soon. */
const INDEX_LIMIT = 32768;

/** What every object has. Linux: struct kern_ipc_perm. */
export class IpcObject {
  /** The identifier that programs use. */
  readonly id: number;
  readonly sequence: number;
  /** IPC_PRIVATE once nobody is to find it any more. */
  key: number;
  uid: number;
  gid: number;
  readonly cuid: number;
  readonly cgid: number;
  mode: number;
  removed = false;
  /** Seconds since 1970 of the last change by IPC_SET, and of the making. */
  changed: number;

  constructor(task: Task, place: IpcPlace, mode: number) {
    const { euid, egid } = task.credentials;
    this.id = place.index + place.sequence * INDEX_LIMIT;
    this.sequence = place.sequence;
    this.key = place.key;
    this.uid = this.cuid = euid;
    this.gid = this.cgid = egid;
    this.mode = mode & 0o777;
    this.changed = seconds(task);
  }

  /** Throws EACCES unless the caller may do what `wanted`, permission bits for anybody, says. Linux: ipcperms. */
  check(task: Task, wanted: number): void {
    const who = task.credentials;
    const inGroup = (gid: number): boolean => who.egid === gid || who.groups.includes(gid);
    const isOwner = who.euid === this.uid || who.euid === this.cuid;
    const isGroup = inGroup(this.cgid) || inGroup(this.gid);
    const granted = isOwner ? this.mode >> 6 : isGroup ? this.mode >> 3 : this.mode;
    const asked = (wanted >> 6) | (wanted >> 3) | wanted;
    if ((asked & ~granted & 7) !== 0 && !capable(who, CAP.CAP_IPC_OWNER)) throw EACCES;
  }
  /** IPC_SET and IPC_RMID are for the owner and the maker. Throws EPERM. */
  checkOwner(task: Task): void {
    const { euid } = task.credentials;
    if (euid === this.uid || euid === this.cuid || capable(task.credentials, CAP.CAP_SYS_ADMIN)) return;
    throw EPERM;
  }
  /** IPC_SET: owner, group and permission. */
  change(task: Task, to: { readonly uid: number; readonly gid: number; readonly mode: number }): void {
    this.uid = to.uid;
    this.gid = to.gid;
    this.mode = (this.mode & ~0o777) | (to.mode & 0o777);
    this.changed = seconds(task);
  }
  /** The members of struct ipc64_perm. */
  get permission() {
    const { key, uid, gid, cuid, cgid, mode, sequence } = this;
    return { key, uid, gid, cuid, cgid, mode, seq: sequence };
  }
}

export const seconds = (task: Task): number => Number(task.kernel.realtime() / 1_000_000_000n);

/** Where a new object comes. */
export interface IpcPlace {
  readonly index: number;
  readonly sequence: number;
  readonly key: number;
}

/** All objects of one kind. */
export class IpcTable<T extends IpcObject> {
  readonly #limit: number;
  readonly #slots: (T | undefined)[] = [];
  /** Goes up with every object that is removed. */
  #sequence = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get all(): readonly T[] {
    return this.#slots.filter((object) => object !== undefined);
  }
  /** The highest index in use, for the *_INFO commands. */
  get highest(): number {
    return Math.max(
      0,
      this.#slots.findLastIndex((object) => object !== undefined),
    );
  }

  /** By identifier. Throws EINVAL, or EIDRM where the index has another object now. */
  get(id: number): T {
    const object = id < 0 ? undefined : this.#slots[id % INDEX_LIMIT];
    if (object === undefined) throw EINVAL;
    if (object.id !== id) throw EIDRM;
    return object;
  }
  /** By index, for the *_STAT commands. */
  at(index: number): T {
    const object = this.#slots[index];
    if (index < 0 || object === undefined) throw EINVAL;
    return object;
  }

  /** The object of a key, or a new one: semget(2) and its relatives. `suits` throws where the old one does not. */
  find(task: Task, key: number, flag: number, suits: (object: T) => void, make: (place: IpcPlace) => T): T {
    const known = key === IPC_PRIVATE ? undefined : this.#slots.find((object) => object?.key === key);
    if (known !== undefined) {
      if ((flag & IPC_CREAT) !== 0 && (flag & IPC_EXCL) !== 0) throw EEXIST;
      suits(known);
      known.check(task, flag);
      return known;
    }
    if (key !== IPC_PRIVATE && (flag & IPC_CREAT) === 0) throw ENOENT;
    let index = 0;
    while (this.#slots[index] !== undefined) index++;
    if (index >= this.#limit) throw ENOSPC;
    const object = make({ index, sequence: this.#sequence, key });
    this.#slots[index] = object;
    return object;
  }

  remove(object: T): void {
    object.removed = true;
    this.#slots[object.id % INDEX_LIMIT] = undefined;
    this.#sequence = (this.#sequence + 1) % INDEX_LIMIT;
  }
}

/** The objects of a machine. Linux: struct ipc_namespace. */
export interface Ipc {
  readonly semaphores: IpcTable<SemaphoreSet>;
  readonly queues: IpcTable<MessageQueue>;
  readonly segments: IpcTable<SharedSegment>;
}
