// Standard input, output and error of a Node process. Writing is synchronous, so nothing is lost when the
// process ends; input is read only while somebody wants it, and then alone keeps the process alive.

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { isatty } from 'node:tty';
import { HostError, type HostFile, type HostStream } from '../host.ts';
import { NodeFile, toHostStat } from './files.ts';

/** How long to wait before a full pipe (that somebody made nonblocking) is tried again, milliseconds. */
const RETRY = 2;
const NULL_DEVICE = 0x103;

/** The parts of process.stdin that tty, pipe and socket have in common. */
interface Input {
  on(event: 'data' | 'end' | 'error', listener: (data: Uint8Array) => void): unknown;
  off(event: 'data' | 'end' | 'error', listener: (data: Uint8Array) => void): unknown;
  readonly readableEnded: boolean;
  resume(): unknown;
  pause(): unknown;
  ref?(): unknown;
  unref?(): unknown;
  setRawMode?(raw: boolean): unknown;
}

function kindOf(fd: number): HostStream['kind'] {
  if (isatty(fd)) return 'tty';
  try {
    const stat = toHostStat(fs.fstatSync(fd, { bigint: true }));
    if (stat.type === 'file') return 'file';
    if (stat.type === 'character' && stat.rdev === NULL_DEVICE) return 'null';
    return stat.type === 'directory' ? 'null' : 'pipe';
  } catch {
    return 'null'; // closed
  }
}

/** Where the shared file offset stands, as far as the host says. */
function offsetOf(fd: number): number {
  try {
    return Number(/^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** An open standard stream is not ours to close. */
class BorrowedFile extends NodeFile {
  override close(): void {}
}

export class NodeStream implements HostStream {
  readonly kind: HostStream['kind'];
  readonly #fd: number;
  #stopInput: (() => void) | null = null;
  #drain: (() => void) | null = null;
  #drainTimer: NodeJS.Timeout | null = null;
  #stopResize: (() => void) | null = null;

  constructor(fd: number) {
    this.#fd = fd;
    this.kind = kindOf(fd);
  }

  onInput(sink: ((bytes: Uint8Array | null) => void) | null): void {
    this.#stopInput?.();
    this.#stopInput = null;
    if (sink === null) return;
    // Reading from stdout or stderr has a meaning for terminals only, and they are the one behind stdin.
    const input: Input = process.stdin;
    const data = (bytes: Uint8Array): void => sink(bytes);
    const end = (): void => {
      stop();
      sink(null);
    };
    const stop = (): void => {
      input.off('data', data);
      input.off('end', end);
      input.off('error', end);
      input.pause();
      input.unref?.();
      this.#stopInput = null;
    };
    this.#stopInput = stop;
    input.on('data', data);
    input.on('end', end);
    input.on('error', end);
    input.ref?.();
    input.resume();
    // A stream that ended says so once; whoever asks later is told again.
    if (input.readableEnded) queueMicrotask(() => this.#stopInput === stop && end());
  }
  write(bytes: Uint8Array): number {
    try {
      return fs.writeSync(this.#fd, bytes);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
      if (code !== 'EAGAIN') throw new HostError(code);
      this.#scheduleDrain();
      return 0;
    }
  }
  onDrain(sink: (() => void) | null): void {
    this.#drain = sink;
    if (sink === null && this.#drainTimer !== null) {
      clearTimeout(this.#drainTimer);
      this.#drainTimer = null;
    }
  }
  #scheduleDrain(): void {
    this.#drainTimer ??= setTimeout(() => {
      this.#drainTimer = null;
      this.#drain?.();
    }, RETRY);
  }

  size(): { columns: number; rows: number } | null {
    if (this.kind !== 'tty') return null;
    const out = process.stdout.isTTY ? process.stdout : process.stderr;
    return { columns: out.columns ?? 80, rows: out.rows ?? 24 };
  }
  onResize(sink: (() => void) | null): void {
    this.#stopResize?.();
    this.#stopResize = null;
    if (sink === null || this.kind !== 'tty') return;
    const out = process.stdout.isTTY ? process.stdout : process.stderr;
    out.on('resize', sink);
    this.#stopResize = () => out.off('resize', sink);
  }
  setRaw(raw: boolean): void {
    if (this.kind !== 'tty' || !process.stdin.isTTY) return;
    process.stdin.setRawMode(raw);
    // Node's raw mode still puts a carriage return before each newline. Leaving raw mode puts that back, too.
    if (raw) spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  }

  file(): HostFile | null {
    return this.kind === 'file' ? new BorrowedFile(this.#fd) : null;
  }
  get offset(): number {
    return this.kind === 'file' ? offsetOf(this.#fd) : 0;
  }
  advance(bytes: number): void {
    const chunk = new Uint8Array(Math.min(bytes, 65536));
    // Node has no lseek: what is read in a row moves the offset.
    for (let left = bytes; left > 0; ) {
      const done = fs.readSync(this.#fd, chunk, 0, Math.min(left, chunk.length), null);
      if (done === 0) return;
      left -= done;
    }
  }
}
