// What skasm asks of the world it runs in: files, console, clock, entropy. The complete list, in our
// own words: no Linux numbers, no x86, no Node or DOM types. host/node, host/browser and host/fake
// implement it; nothing else touches node:* or the DOM.

/** A name on the host as bytes, one byte a UTF-16 unit (0..255), so that any file name survives. */
export type ByteString = string;

/** An answer that is not there yet; `ready` settles when the same question will be answered at once. */
export class Pending {
  constructor(readonly ready: Promise<void>) {}
}

/** Why the host refused; adapters translate their own errors into these. `code` is an errno name such as 'ENOENT'. */
export class HostError {
  constructor(readonly code: string) {}
}

export type HostFileType = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';

export interface HostStat {
  readonly type: HostFileType;
  /** Permission bits, 0..0o7777. */
  readonly mode: number;
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** For device files: Linux's makedev encoding (new_encode_dev). */
  readonly rdev: number;
  readonly size: number;
  /** 512-byte units. */
  readonly blocks: number;
  readonly blockSize: number;
  /** Nanoseconds since 1970. */
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** What can be changed of a file; what is not given stays. Times are nanoseconds since 1970. */
export interface HostChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly accessed?: bigint;
  readonly modified?: bigint;
}

/** An open host file; positions are always explicit. */
export interface HostFile {
  /** Bytes read into `into`, 0 at the end of the file. */
  readAt(into: Uint8Array, position: number): number | Pending;
  writeAt(from: Uint8Array, position: number): number | Pending;
  truncate(size: number): undefined | Pending;
  sync(): undefined | Pending;
  stat(): HostStat | Pending;
  /** Of the file itself, whose name may be gone; absent where a host can do it by name only. */
  setAttributes?(to: HostChange): undefined | Pending;
  close(): void;
}

/** Absolute paths on the host. Every method throws HostError. */
export interface HostFiles {
  /** How names tell which process made them, where files outlive a process. */
  readonly owner?: {
    /** Of this process; without a hyphen. */
    readonly mark: ByteString;
    /** Whether no process has this mark any more. */
    isGone(mark: ByteString): boolean;
  };
  open(
    path: ByteString,
    how: {
      read: boolean;
      write: boolean;
      create?: boolean;
      exclusive?: boolean;
      truncate?: boolean;
      mode?: number;
    },
  ): HostFile | Pending;
  /** Never follows a final symlink. */
  stat(path: ByteString): HostStat | Pending;
  list(path: ByteString): ByteString[] | Pending;
  readLink(path: ByteString): ByteString | Pending;
  makeDirectory(path: ByteString, mode: number): undefined | Pending;
  symlink(target: ByteString, path: ByteString): undefined | Pending;
  link(from: ByteString, to: ByteString): undefined | Pending;
  remove(path: ByteString): undefined | Pending;
  removeDirectory(path: ByteString): undefined | Pending;
  rename(from: ByteString, to: ByteString): undefined | Pending;
  /** mode, owner and times that are given; symlinks are not followed. */
  setAttributes(path: ByteString, to: HostChange): undefined | Pending;
  space(path: ByteString): {
    blockSize: number;
    blocks: number;
    free: number;
    files: number;
    filesFree: number;
  };
}

/** One of the host's standard streams. */
export interface HostStream {
  readonly kind: 'tty' | 'pipe' | 'file' | 'null';
  /** Starts delivery: bytes as they come, then null at the end. Calling with null stops it. */
  onInput(sink: ((bytes: Uint8Array | null) => void) | null): void;
  /** Bytes taken; 0 = full now, `onDrain` tells when to try again. Throws HostError('EPIPE') when nobody reads. */
  write(bytes: Uint8Array): number;
  onDrain(sink: (() => void) | null): void;
  /** A tty's window; null otherwise. */
  size(): { columns: number; rows: number } | null;
  onResize(sink: (() => void) | null): void;
  /** Puts the host's terminal in raw mode, or back. */
  setRaw(raw: boolean): void;
  /** A regular file behind the stream, when there is one (kind 'file'). */
  file(): HostFile | null;
  /** Where in that file the stream stands: programs before us in a shell's pipeline may have read or written. */
  readonly offset: number;
  /** Moves that place forward, for the program after us; only where there may be a file. */
  advance?(bytes: number): void;
}

export interface HostClock {
  /** Nanoseconds since an arbitrary start; never goes back. */
  monotonic(): number;
  /** Nanoseconds since 1970-01-01 UTC. */
  realtime(): bigint;
}

export interface Host {
  readonly files: HostFiles;
  /** stdin, stdout, stderr. */
  readonly streams: readonly [HostStream, HostStream, HostStream];
  readonly clock: HostClock;
  random(into: Uint8Array): void;
  /** Lets the host's own events happen, then goes on. */
  yield(): Promise<void>;
  /** Sleeps until `deadline` (monotonic nanoseconds, Infinity = for ever) or until `wakeUp` is called. */
  sleep(deadline: number): Promise<void>;
  /** Ends a sleep early; called from input sinks through the kernel. */
  wakeUp(): void;
}
