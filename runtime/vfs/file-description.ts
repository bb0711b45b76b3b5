// FileDescription: an open file (Linux: struct file), and FdTable: descriptor numbers (struct files_struct).
// A kind of file overrides what it can do; the default of every operation is the errno that Linux gives.

import { EAGAIN, EBADF, EINVAL, EMFILE, ENODEV, ENOTDIR, ENOTTY, Errno, ESPIPE } from '../abi/errno.ts';
import type { Mappable } from '../mm/vma.ts';
import { Blocked, type Result, type Waiter, WaitQueue } from '../wait.ts';
import type { Caller } from './caller.ts';
import type { DirectoryEntry, Inode } from './inode.ts';
import type { Location } from './mount.ts';
import type { LockOwner } from './record-lock.ts';
import type { Watches } from './watch.ts';

// Open flags that live in a description, open(2); the rest is in abi/file.ts.
const O_ACCMODE = 3;
const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;

// poll(2) events.
const POLLIN = 0x001;
const POLLOUT = 0x004;
const POLLRDNORM = 0x040;
const POLLWRNORM = 0x100;

/** An epoll's list, which forgets a description when that is closed. */
export interface Interest {
  forget(description: FileDescription): void;
}

export abstract class FileDescription implements LockOwner {
  /** f_flags: access mode and status flags (O_APPEND, O_NONBLOCK, O_ASYNC, O_DIRECT, O_NOATIME, O_PATH). */
  flags: number;
  /** f_pos in bytes; meaningless for pipes, sockets, ttys. */
  position = 0;
  /** f_count: descriptors, mappings and messages in flight that hold this description. */
  #references = 0;
  /** Woken whenever poll() may answer more than before. Readers, writers, poll, epoll and SIGIO sleep here. */
  readonly queue: WaitQueue;
  /** F_SETOWN: > 0 a process, < 0 a process group, 0 nobody (f_owner). */
  owner = 0;
  /** F_SETOWN_EX with F_OWNER_TID: `owner` is a thread. */
  ownerIsThread = false;
  /** The process or thread that had the number `owner` when it was set: once it is gone, another may get it. */
  ownerHolder: object | null = null;
  /** F_SETSIG: the signal for O_ASYNC; 0 means SIGIO without siginfo. */
  ownerSignal = 0;
  /** Set by the kernel while O_ASYNC is on: the waiter on `queue` that sends the owner its signal. */
  asyncWaiter: Waiter | null = null;
  /** f_path: where it was opened, for *at calls, fchdir and /proc; null for objects without a name. */
  location: Location | null = null;
  /** Who hears that it is closed; null where nobody opened it by a name. */
  watches: Watches | null = null;
  /** The owner of the flock(2) or OFD lock that this one waits for. */
  waitsFor: LockOwner | null = null;
  /** f_ep: lists that it is in as long as it is open; null where there was none. */
  interests: Set<Interest> | null = null;

  constructor(
    /** f_inode; null for anonymous objects without one (epoll, eventfd). */
    readonly inode: Inode | null,
    flags: number,
    queue: WaitQueue = new WaitQueue(),
  ) {
    this.flags = flags;
    this.queue = queue;
  }

  /** What /proc/PID/fd/N points to: a path, or `pipe:[12]`. */
  abstract get path(): string;

  get readable(): boolean {
    const mode = this.flags & O_ACCMODE;
    return mode === O_RDONLY || mode === O_RDWR;
  }
  get writable(): boolean {
    const mode = this.flags & O_ACCMODE;
    return mode === O_WRONLY || mode === O_RDWR;
  }
  get nonblocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  retain(): this {
    this.#references++;
    return this;
  }
  /** Drops a reference; the last one closes the file. */
  release(): void {
    if (--this.#references > 0) return;
    this.inode?.locks?.dropOwner(this);
    if (this.interests !== null) for (const interest of [...this.interests]) interest.forget(this);
    if (this.watches !== null) {
      this.location!.entry.opens--;
      if (this.watches.active) this.watches.closed(this);
    }
    this.closed();
  }
  /** How many hold it: f_count. 0: no descriptor was ever made of it. */
  get references(): number {
    return this.#references;
  }

  /**
   * read(2) at the file position: up to `length` bytes, empty at the end of the file. After a Blocked's queue
   * was woken, read is called anew; at its deadline, retry('timeout') gives the call's answer.
   */
  read(_length: number): Uint8Array | Blocked {
    throw EINVAL;
  }
  /** write(2) at the file position (at the end with O_APPEND): bytes taken. */
  write(_bytes: Uint8Array): Result {
    throw EINVAL;
  }
  /** pread64(2), pwrite64(2): `position` in bytes; f_pos is not touched. */
  readAt(_length: number, _position: number): Uint8Array | Blocked {
    throw ESPIPE;
  }
  writeAt(_bytes: Uint8Array, _position: number): Result {
    throw ESPIPE;
  }
  /** lseek(2): the new position. */
  seek(_offset: number, _whence: number): number {
    throw ESPIPE;
  }
  /** getdents64(2): the entries from `position` on; an entry's `next` is the position behind it. */
  readDirectory(): DirectoryEntry[] {
    throw ENOTDIR;
  }
  /** poll(2): the POLL* events that hold now. Regular files are always ready. */
  poll(): number {
    return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
  }
  /**
   * For files that take a write(2) as one request: its largest size. More is EINVAL, and a bad address anywhere
   * in it EFAULT. 0: a stream of bytes.
   */
  get requestSize(): number {
    return 0;
  }
  /** True for kinds that epoll accepts (regular files and directories: EPERM). */
  get pollable(): boolean {
    return false;
  }
  ioctl(_caller: Caller, _request: number, _argument: number): Result {
    throw ENOTTY;
  }
  truncate(_size: number): void {
    throw EINVAL;
  }
  sync(): void {
    throw EINVAL;
  }
  /** The object that mmap(2) maps; throws ENODEV where there is none. */
  mappable(): Mappable {
    throw ENODEV;
  }
  /** open(2) of a FIFO waits for the other end: the wait, or null when the open is complete. */
  awaitOpen(): Blocked | null {
    return null;
  }
  /** f_op->flush: a descriptor of `table` was closed (not only the last). */
  flush(_table: FdTable): void {}
  /** f_op->release: the last reference is gone. */
  protected closed(): void {}

  /**
   * The usual shape of a blocking operation: `attempt` answers a result or null for "would block"; then
   * EAGAIN for a nonblocking description, else a wait on this description's queue.
   */
  protected waitFor(attempt: () => Result | null): Result {
    const result = attempt();
    if (result !== null) return result;
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([this.queue], () => this.waitFor(attempt));
  }
}

interface Slot {
  readonly description: FileDescription;
  closeOnExec: boolean;
}

export class FdTable implements LockOwner {
  #slots: (Slot | undefined)[] = [];
  /** No number below is free. Linux: next_fd. */
  #lowest = 0;
  /** Tasks that share this table (CLONE_FILES); the last one to leave closes everything. */
  #users = 1;
  /** The owner of the record lock that a process with this table waits for. */
  waitsFor: LockOwner | null = null;

  /** Throws EBADF. */
  get(fd: number): FileDescription {
    const slot = this.#slots[fd];
    if (slot === undefined) throw EBADF;
    return slot.description;
  }
  find(fd: number): FileDescription | null {
    return this.#slots[fd]?.description ?? null;
  }

  /** Lowest free number >= `from`, below `limit` (RLIMIT_NOFILE): EMFILE. Takes a reference. */
  install(description: FileDescription, limit: number, closeOnExec = false, from = 0): number {
    let fd = Math.max(from, this.#lowest);
    while (this.#slots[fd] !== undefined) fd++;
    if (from <= this.#lowest) this.#lowest = fd;
    if (fd >= limit) throw EMFILE;
    this.#slots[fd] = { description: description.retain(), closeOnExec };
    return fd;
  }
  /** dup2(2)'s way: whatever was open under `fd` is closed. */
  replace(fd: number, description: FileDescription, closeOnExec = false): void {
    const old = this.#slots[fd];
    this.#slots[fd] = { description: description.retain(), closeOnExec };
    if (old !== undefined) this.#drop(old);
  }
  close(fd: number): void {
    const slot = this.#slots[fd];
    if (slot === undefined) throw EBADF;
    delete this.#slots[fd];
    if (fd < this.#lowest) this.#lowest = fd;
    this.#drop(slot);
  }
  #drop(slot: Slot): void {
    // Closing any descriptor of a file drops the process's record locks on it: fcntl(2), F_SETLK.
    slot.description.inode?.locks?.records.dropOwner(this);
    slot.description.flush(this);
    slot.description.release();
  }
  closeOnExec(fd: number): boolean {
    const slot = this.#slots[fd];
    if (slot === undefined) throw EBADF;
    return slot.closeOnExec;
  }
  setCloseOnExec(fd: number, on: boolean): void {
    const slot = this.#slots[fd];
    if (slot === undefined) throw EBADF;
    slot.closeOnExec = on;
  }
  /** Open descriptor numbers, ascending. */
  numbers(): number[] {
    return Object.keys(this.#slots).map(Number);
  }

  /** fork(2): the same descriptions under the same numbers. */
  clone(): FdTable {
    const copy = new FdTable();
    copy.#lowest = this.#lowest;
    this.#slots.forEach((slot, fd) => {
      if (slot === undefined) return;
      copy.#slots[fd] = { description: slot.description.retain(), closeOnExec: slot.closeOnExec };
    });
    return copy;
  }
  closeForExec(): void {
    for (const fd of this.numbers()) if (this.#slots[fd]!.closeOnExec) this.close(fd);
  }
  share(): this {
    this.#users++;
    return this;
  }
  get shared(): boolean {
    return this.#users > 1;
  }
  /** A task leaves; the last one closes all. */
  leave(): void {
    if (--this.#users > 0) return;
    for (const fd of this.numbers()) {
      try {
        this.close(fd);
      } catch (error) {
        if (!(error instanceof Errno)) throw error; // close errors of an exiting task have no receiver
      }
    }
  }
}
