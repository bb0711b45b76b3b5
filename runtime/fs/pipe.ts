// Pipes and FIFOs, pipe(7): PipeBuffer, the bytes between the two ends; PipeEnd, an open end; PipeFs, the
// nameless file system behind pipe(2). FIFOs share all but the way of opening (fifo.ts); an open of a pipe
// through /proc/PID/fd waits for nobody.

import { EAGAIN, EBUSY, EINVAL, EPERM, EPIPE } from '../abi/errno.ts';
import {
  FIONREAD,
  O_RDONLY,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
} from '../abi/file.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  S_IFIFO,
  simpleStatistics,
} from '../vfs/inode.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';

const PAGE = 4096;
/** Writes up to this many bytes are atomic. */
export const PIPE_BUF = 4096;
const DEFAULT_CAPACITY = 65536;
/** So many bytes are copied one by one. */
const FEW = 32;
/** /proc/sys/fs/pipe-max-size. */
export const PIPE_MAX_SIZE = 1048576;

export class PipeBuffer {
  /** Woken at every change: bytes, room, an end that comes or goes. */
  readonly queue = new WaitQueue();
  /** Open ends (pipe->readers, pipe->writers). */
  readers = 0;
  writers = 0;
  /** Ends that were ever opened: an open of a FIFO waits for these to move (r_counter, w_counter). */
  readersEver = 0;
  writersEver = 0;
  #capacity = DEFAULT_CAPACITY;
  #ring = new Uint8Array(PAGE);
  #start = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }
  get capacity(): number {
    return this.#capacity;
  }
  get room(): number {
    return this.#capacity - this.#length;
  }

  /** F_SETPIPE_SZ: rounded up to a power of two of pages. */
  resize(bytes: number, privileged: boolean): number {
    if (bytes > 2 ** 31) throw EINVAL;
    let capacity = PAGE;
    while (capacity < bytes) capacity *= 2;
    if (capacity > PIPE_MAX_SIZE && capacity > this.#capacity && !privileged) throw EPERM;
    if (capacity < this.#length) throw EBUSY;
    this.#capacity = capacity;
    this.queue.wake();
    return capacity;
  }

  /** As many bytes as there is room for. */
  put(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room);
    if (this.#length + count > this.#ring.length) this.#grow(this.#length + count);
    const ring = this.#ring;
    const at = (this.#start + this.#length) % ring.length;
    const first = Math.min(count, ring.length - at);
    // A view for a few bytes costs more than the bytes.
    if (count <= FEW) for (let i = 0; i < count; i++) ring[i < first ? at + i : i - first] = bytes[i]!;
    else {
      ring.set(bytes.subarray(0, first), at);
      ring.set(bytes.subarray(first, count), 0);
    }
    this.#length += count;
    if (count > 0) this.queue.wake();
    return count;
  }
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    const count = bytes.length;
    this.#length -= count;
    this.#start = this.#length === 0 ? 0 : (this.#start + count) % this.#ring.length;
    if (count > 0) this.queue.wake();
    return bytes;
  }
  /** The next bytes, which stay (tee(2)). */
  peek(length: number): Uint8Array {
    const count = Math.min(length, this.#length);
    const bytes = new Uint8Array(count);
    const ring = this.#ring;
    const start = this.#start;
    const first = Math.min(count, ring.length - start);
    if (count <= FEW) for (let i = 0; i < count; i++) bytes[i] = ring[i < first ? start + i : i - first]!;
    else {
      bytes.set(ring.subarray(start, start + first));
      bytes.set(ring.subarray(0, count - first), first);
    }
    return bytes;
  }
  #grow(needed: number): void {
    const content = this.peek(this.#length);
    let size = this.#ring.length;
    while (size < needed) size *= 2;
    this.#ring = new Uint8Array(size);
    this.#ring.set(content);
    this.#start = 0;
  }
  /** Both ends are gone: what was not read is lost. */
  clear(): void {
    this.#length = 0;
    this.#start = 0;
    this.#ring = new Uint8Array(PAGE);
  }
}

export class PipeEnd extends FileDescription {
  readonly buffer: PipeBuffer;
  readonly #path: string;
  /** While only so many writers were ever there, none is missed: no POLLHUP. Linux: file->f_pipe. */
  protected writersBefore = -1;

  constructor(inode: Inode, buffer: PipeBuffer, flags: number, path: string) {
    super(inode, flags, buffer.queue);
    this.buffer = buffer;
    this.#path = path;
    if (this.readable) {
      buffer.readers++;
      buffer.readersEver++;
    }
    if (this.writable) {
      buffer.writers++;
      buffer.writersEver++;
    }
    buffer.queue.wake();
  }

  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }

  override read(length: number): Uint8Array | Blocked {
    const { buffer } = this;
    if (length === 0) return new Uint8Array(0);
    if (buffer.length > 0) return buffer.take(length);
    if (buffer.writers === 0) return new Uint8Array(0);
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([buffer.queue], () => 0);
  }

  override write(bytes: Uint8Array): Result {
    if (bytes.length === 0) return 0;
    let done = 0;
    const attempt = (): Result => {
      const { buffer } = this;
      if (buffer.readers === 0) {
        if (done > 0) return done;
        throw EPIPE;
      }
      const left = bytes.length - done;
      if (left > PIPE_BUF || bytes.length > PIPE_BUF || buffer.room >= left) {
        done += buffer.put(done === 0 ? bytes : bytes.subarray(done));
      }
      if (done === bytes.length) return done;
      if (this.nonblocking) {
        if (done > 0) return done;
        throw EAGAIN;
      }
      return new Blocked([buffer.queue], attempt, { partial: () => done });
    };
    return attempt();
  }

  override poll(): number {
    const { buffer } = this;
    let events = 0;
    if (this.readable) {
      if (buffer.length > 0) events |= POLLIN | POLLRDNORM;
      if (buffer.writers === 0 && buffer.writersEver !== this.writersBefore) events |= POLLHUP;
    }
    if (this.writable) {
      if (buffer.room >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
      if (buffer.readers === 0) events |= POLLERR;
    }
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== FIONREAD) return super.ioctl(caller, request, argument);
    caller.memory.writeU32(argument, this.buffer.length);
    return 0;
  }

  protected override closed(): void {
    const { buffer } = this;
    if (this.readable) buffer.readers--;
    if (this.writable) buffer.writers--;
    if (buffer.readers === 0 && buffer.writers === 0) buffer.clear();
    buffer.queue.wake();
  }
}

class PipeInode extends Inode {
  readonly buffer = new PipeBuffer();
  readonly number: number;
  readonly #created: bigint;
  #uid: number;
  #gid: number;
  #permissions = 0o600;

  constructor(fileSystem: PipeFs, number: number, owner: { uid: number; gid: number }, now: bigint) {
    super(fileSystem);
    this.number = number;
    this.#uid = owner.uid;
    this.#gid = owner.gid;
    this.#created = now;
  }
  override get mode(): number {
    return S_IFIFO | this.#permissions;
  }
  override attributes(): Attributes {
    return {
      device: this.fileSystem.device,
      inode: this.number,
      mode: this.mode,
      links: 1,
      uid: this.#uid,
      gid: this.#gid,
      rdev: 0,
      size: 0,
      blockSize: PAGE,
      blocks: 0,
      accessed: this.#created,
      modified: this.#created,
      changed: this.#created,
    };
  }
  override setAttributes(change: AttributeChange): void {
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    if (change.mode !== undefined) this.#permissions = change.mode & 0o7777;
  }
  /** Through /proc/PID/fd. */
  override open(flags: number): FileDescription {
    return this.end(flags);
  }
  end(flags: number): PipeEnd {
    return new PipeEnd(this, this.buffer, flags, `pipe:[${this.number}]`);
  }
}

export class PipeFs implements FileSystem {
  readonly type = 'pipefs';
  readonly device: number;
  readonly root: Inode;
  readonly #now: () => bigint;
  #lastInode = 0;

  constructor(device: number, now: () => bigint) {
    this.device = device;
    this.#now = now;
    this.root = new PipeInode(this, ++this.#lastInode, { uid: 0, gid: 0 }, now());
  }
  readonly statistics = () => simpleStatistics(0x50495045);

  /** pipe2(2): the read end and the write end. */
  create(caller: Caller, flags: number): [PipeEnd, PipeEnd] {
    const { fsuid, fsgid } = caller.credentials;
    const inode = new PipeInode(this, ++this.#lastInode, { uid: fsuid, gid: fsgid }, this.#now());
    return [inode.end(O_RDONLY | flags), inode.end(O_WRONLY | flags)];
  }
}
