// The host's standard streams as descriptions: pipes look like one end of a pipe, files like files. Input
// is asked for only while a program waits for it, so what is not read is left to whoever runs after us.
// A terminal is console.ts; a stream that leads nowhere is /dev/null.

import { EAGAIN, EBADF, EPIPE } from '../abi/errno.ts';
import {
  FIONREAD,
  O_LARGEFILE,
  O_RDONLY,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
} from '../abi/file.ts';
import { HostError, type HostFile, type HostStream } from '../host/host.ts';
import type { Frames } from '../mm/frames.ts';
import { PageCache } from '../mm/page-cache.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  S_IFIFO,
  S_IFREG,
  simpleStatistics,
} from '../vfs/inode.ts';
import { DataInode, overlayResident, RegularFile } from '../vfs/regular-file.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { ByteQueue } from './byte-queue.ts';
import { ask, errnoOf } from './host-answer.ts';

/** The file system behind descriptors 0, 1 and 2 of a machine's first program. */
export class HostStreams implements FileSystem {
  readonly type = 'hoststreams';
  readonly device: number;
  readonly root: Inode;
  readonly now: () => bigint;
  readonly #inodes: readonly (PipeStream | FileStream | null)[];

  constructor(parts: {
    streams: readonly HostStream[];
    frames: Frames;
    device: number;
    now: () => bigint;
    owner: { uid: number; gid: number };
  }) {
    this.device = parts.device;
    this.now = parts.now;
    this.#inodes = parts.streams.map((stream, fd) => {
      if (stream.kind === 'pipe') return new PipeStream(this, stream, fd, parts.owner);
      const file = stream.file();
      return file === null ? null : new FileStream(this, stream, file, parts.frames);
    });
    this.root = this.#inodes.find((inode) => inode !== null) ?? NOWHERE(this, parts.owner);
  }
  readonly statistics = () => simpleStatistics(0x50495045);

  /** The description for 0, 1 or 2; null when the stream is a terminal or leads nowhere. */
  open(fd: number, caller: Caller): FileDescription | null {
    const inode = this.#inodes[fd] ?? null;
    // A file came from a 64-bit program.
    const width = inode instanceof FileStream ? O_LARGEFILE : 0;
    return inode === null ? null : inode.open((fd === 0 ? O_RDONLY : O_WRONLY) | width, caller, '');
  }
}

/** No stream has an inode of its own: the file system's root is one that never was. */
const NOWHERE = (fileSystem: HostStreams, owner: { uid: number; gid: number }): Inode =>
  new PipeStream(fileSystem, null, 0, owner);

// ---- pipes ----

class PipeStream extends Inode {
  readonly #stream: HostStream | null;
  readonly #number: number;
  readonly #created: bigint;
  readonly #owner: { uid: number; gid: number };
  #permissions = 0o600;
  readonly queue = new WaitQueue();
  readonly input = new ByteQueue();
  /** The host's input has ended. */
  ended = false;
  /** The host took nothing at the last write; onDrain ends this. */
  full = false;
  broken = false;
  #listening = false;

  constructor(
    fileSystem: HostStreams,
    stream: HostStream | null,
    fd: number,
    owner: { uid: number; gid: number },
  ) {
    super(fileSystem);
    this.#stream = stream;
    this.#number = fd + 1;
    this.#owner = { ...owner };
    this.#created = fileSystem.now();
  }
  override get mode(): number {
    return S_IFIFO | this.#permissions;
  }
  override attributes(): Attributes {
    return {
      device: this.fileSystem.device,
      inode: this.#number,
      mode: this.mode,
      links: 1,
      ...this.#owner,
      rdev: 0,
      size: 0,
      blockSize: 4096,
      blocks: 0,
      accessed: this.#created,
      modified: this.#created,
      changed: this.#created,
    };
  }
  override setAttributes(change: AttributeChange): void {
    if (change.mode !== undefined) this.#permissions = change.mode & 0o7777;
    this.#owner.uid = change.uid ?? this.#owner.uid;
    this.#owner.gid = change.gid ?? this.#owner.gid;
  }
  /** Again through /dev/stdin or /proc/self/fd: the same bytes. */
  override open(flags: number): FileDescription {
    return new HostStreamFile(this, flags, `pipe:[${this.#number}]`);
  }

  /** Somebody waits for input: one portion is let in. */
  listen(): void {
    if (this.#listening || this.ended || this.input.length > 0 || this.#stream === null) return;
    this.#listening = true;
    this.#stream.onInput((bytes) => {
      if (bytes === null) this.ended = true;
      else this.input.push(bytes);
      this.#listening = false;
      this.#stream!.onInput(null);
      this.queue.wake();
    });
  }
  give(bytes: Uint8Array): number {
    if (this.#stream === null) throw EPIPE;
    try {
      const count = this.#stream.write(bytes);
      if (count < bytes.length) {
        this.full = true;
        this.#stream.onDrain(() => {
          this.full = false;
          this.queue.wake();
        });
      }
      return count;
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      this.broken = true;
      throw EPIPE;
    }
  }
  /** The last description is gone. */
  close(): void {
    if (this.#listening) this.#stream!.onInput(null);
    this.#listening = false;
    this.#stream?.onDrain(null);
  }
}

export class HostStreamFile extends FileDescription {
  readonly #end: PipeStream;
  readonly #path: string;

  constructor(end: PipeStream, flags: number, path: string) {
    super(end, flags, end.queue);
    this.#end = end;
    this.#path = path;
  }
  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }

  override read(length: number): Uint8Array | Blocked {
    const end = this.#end;
    if (!this.readable) throw EBADF;
    if (length === 0) return new Uint8Array(0);
    if (end.input.length === 0) end.listen();
    if (end.input.length > 0) return end.input.take(length);
    if (end.ended) return new Uint8Array(0);
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([this.queue], () => 0);
  }

  override write(bytes: Uint8Array): Result {
    let done = 0;
    const attempt = (): Result => {
      while (done < bytes.length) {
        const count = this.#end.give(bytes.subarray(done));
        if (count === 0) break;
        done += count;
      }
      if (done === bytes.length) return done;
      if (this.nonblocking) {
        if (done > 0) return done;
        throw EAGAIN;
      }
      return new Blocked([this.queue], attempt, { partial: () => done });
    };
    return attempt();
  }

  override poll(): number {
    const end = this.#end;
    let events = 0;
    if (this.readable) {
      end.listen();
      if (end.input.length > 0) events |= POLLIN | POLLRDNORM;
      if (end.ended) events |= POLLHUP;
    }
    if (this.writable) {
      if (!end.full) events |= POLLOUT | POLLWRNORM;
      if (end.broken) events |= POLLERR;
    }
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== FIONREAD) return super.ioctl(caller, request, argument);
    this.#end.listen();
    caller.memory.writeU32(argument, this.#end.input.length);
    return 0;
  }

  protected override closed(): void {
    this.#end.close();
  }
}

// ---- files ----

class FileStream extends DataInode {
  readonly #stream: HostStream;
  readonly #file: HostFile;
  readonly #frames: Frames;
  readonly #cache: PageCache;

  constructor(fileSystem: HostStreams, stream: HostStream, file: HostFile, frames: Frames) {
    super(fileSystem);
    this.#stream = stream;
    this.#file = file;
    this.#frames = frames;
    this.#cache = new PageCache(frames, {
      fill: (index, page) => {
        this.#file.readAt(page, index * 4096);
      },
      store: (index, page) => {
        const length = Math.min(4096, this.size - index * 4096);
        if (length > 0) ask(() => this.#file.writeAt(page.subarray(0, length), index * 4096));
      },
    });
  }
  override get mode(): number {
    return S_IFREG | this.#stat.mode;
  }
  get #stat() {
    return ask(() => this.#file.stat());
  }
  override get size(): number {
    return this.#stat.size;
  }
  override attributes(): Attributes {
    const stat = this.#stat;
    const { device, inode, links, uid, gid, rdev, size, blockSize, blocks } = stat;
    const { accessed, modified, changed } = stat;
    const mode = S_IFREG | stat.mode;
    return {
      device,
      inode,
      mode,
      links,
      uid,
      gid,
      rdev,
      size,
      blockSize,
      blocks,
      accessed,
      modified,
      changed,
    };
  }
  override get cache(): PageCache {
    return this.#cache;
  }
  override get tracksDirty(): boolean {
    return true;
  }
  override readData(into: Uint8Array, position: number): number {
    const count = ask(() => this.#file.readAt(into, position));
    if (this.#cache.dirty) overlayResident(this.#cache, this.#frames, into.subarray(0, count), position);
    return count;
  }
  override writeData(from: Uint8Array, position: number): void {
    for (let done = 0; done < from.length; ) {
      done += ask(() => this.#file.writeAt(from.subarray(done), position + done));
    }
    this.#cache.refresh(from, position);
  }
  override truncate(size: number): void {
    ask(() => this.#file.truncate(size));
    this.#cache.truncate(size);
  }
  override allocate(_position: number, limit: number, keepSize: boolean): void {
    if (!keepSize && limit > this.size) this.truncate(limit);
  }
  override zero(position: number, limit: number): void {
    this.writeData(new Uint8Array(Math.max(0, Math.min(limit, this.size) - position)), position);
  }
  override syncData(): void {
    this.#cache.flush();
    ask(() => this.#file.sync());
  }
  override closed(): void {
    if (this.#cache.dirty) this.#cache.flush();
  }
  override open(flags: number, _caller: Caller, path: string): FileDescription {
    return new StreamedFile(this, this.#stream, flags, path === '' ? '/dev/fd/host' : path);
  }
}

/**
 * A file that the host's shell has opened for us. Its offset is shared with the programs before and after
 * us: writes in a row go through the stream, which moves it; others go to their position.
 */
class StreamedFile extends RegularFile {
  readonly #stream: HostStream;
  /** Where the host's offset stands. */
  #offset: number;

  constructor(file: FileStream, stream: HostStream, flags: number, path: string) {
    super(file, flags, path);
    this.#stream = stream;
    this.#offset = stream.offset;
    this.position = this.#offset;
  }
  override writeAt(bytes: Uint8Array, position: number): Result {
    if (position !== this.#offset) return super.writeAt(bytes, position);
    let done = 0;
    try {
      while (done < bytes.length) done += this.#stream.write(bytes.subarray(done));
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      if (done === 0) throw errnoOf(thrown);
    }
    this.#offset += done;
    this.file.cache.refresh(bytes, position);
    return done;
  }
  override write(bytes: Uint8Array): Result {
    const count = this.writeAt(bytes, this.position);
    if (typeof count === 'number') this.position += count;
    return count;
  }
  protected override closed(): void {
    if (this.readable && this.position > this.#offset)
      this.#stream.advance?.(Math.min(this.position, this.file.size) - this.#offset);
    super.closed();
  }
}
