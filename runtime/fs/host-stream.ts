// HostStreamFile: one of the host's standard streams as a description when it is a pipe or nothing at all.
// To the guest it looks like one end of a pipe. Terminals are console.ts, files go through hostfs.

import { EAGAIN, EBADF, EPIPE } from '../abi/errno.ts';
import { FIONREAD, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/file.ts';
import { HostError, type HostStream } from '../host/host.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result } from '../wait.ts';
import { ByteQueue } from './byte-queue.ts';

export class HostStreamFile extends FileDescription {
  readonly #stream: HostStream;
  readonly #path: string;
  readonly #input = new ByteQueue();
  /** The host's input has ended. */
  #ended = false;
  /** The host took nothing at the last write; onDrain ends this. */
  #full = false;
  #broken = false;

  constructor(stream: HostStream, flags: number, inode: Inode | null, path: string) {
    super(inode, flags);
    this.#stream = stream;
    this.#path = path;
    if (this.readable) {
      stream.onInput((bytes) => {
        if (bytes === null) this.#ended = true;
        else this.#input.push(bytes);
        this.queue.wake();
      });
    }
    if (this.writable) {
      stream.onDrain(() => {
        this.#full = false;
        this.queue.wake();
      });
    }
  }

  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }

  override read(length: number): Uint8Array | Blocked {
    if (!this.readable) throw EBADF;
    if (length === 0) return new Uint8Array(0);
    if (this.#input.length > 0) return this.#input.take(length);
    if (this.#ended) return new Uint8Array(0);
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([this.queue], () => 0);
  }

  override write(bytes: Uint8Array): Result {
    let done = 0;
    const attempt = (): Result => {
      done += this.#give(bytes.subarray(done));
      if (done === bytes.length) return done;
      this.#full = true;
      if (this.nonblocking) {
        if (done > 0) return done;
        throw EAGAIN;
      }
      return new Blocked([this.queue], attempt, { partial: () => done });
    };
    return attempt();
  }
  #give(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    try {
      return this.#stream.write(bytes);
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      this.#broken = true;
      throw EPIPE;
    }
  }

  override poll(): number {
    let events = 0;
    if (this.readable) {
      if (this.#input.length > 0) events |= POLLIN | POLLRDNORM;
      if (this.#ended) events |= POLLHUP;
    }
    if (this.writable) {
      if (!this.#full) events |= POLLOUT | POLLWRNORM;
      if (this.#broken) events |= POLLERR;
    }
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== FIONREAD) return super.ioctl(caller, request, argument);
    caller.memory.writeU32(argument, this.#input.length);
    return 0;
  }

  protected override closed(): void {
    if (this.readable) this.#stream.onInput(null);
    if (this.writable) this.#stream.onDrain(null);
  }
}
