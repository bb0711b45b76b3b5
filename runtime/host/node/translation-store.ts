// NodeTranslationStore: translations that outlive a run, one file each in one folder. A file is made under
// another name and renamed, so that concurrent runs and crashes leave no half of one; what is read back is
// checked against its hash. The folder is only used if nobody else can write to it: what lies in it is run.
// Knows nothing of what a translation is; no failure of the disk reaches the guest.

import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { folderProblem, isOwn, OTHERS_WRITE } from './trusted-folder.ts';

/** Bytes of all files together, unless the caller says otherwise. */
export const STORE_LIMIT = 256 * 2 ** 20;
/** To which part of the limit the files that were used longest ago are dropped. */
const KEPT = 0.75;

/** Names are hashes, in hexadecimal digits; no other can be asked for or taken for ours. */
const NAME = /^[0-9a-f]{8,128}$/;
const OWN_FILE = /^[0-9a-f]{8,128}\.skt$/;
const TEMPORARY = /^[0-9a-f]{8,128}\.[0-9]+-[0-9a-f]+\.tmp$/;
/** A temporary file this old belongs to nobody any more. */
const ABANDONED = 3_600_000;
/** How often reading a file renews the mark that it is in use. */
const MARKED_EVERY = 86_400_000;

// A file: magic, format version, length of the contents, SHA-256 of name and contents, contents.
const MAGIC = Buffer.from('skasm tr', 'latin1');
const VERSION = 1;
const HASH_AT = 16;
const HEADER = HASH_AT + 32;

/** What `skasm cache info` tells. Times are milliseconds since 1970, null without files. */
export interface StoreSummary {
  readonly files: number;
  readonly bytes: number;
  readonly oldest: number | null;
  readonly newest: number | null;
}

interface Entry {
  readonly path: string;
  readonly temporary: boolean;
  readonly size: number;
  /** When it was used last. */
  readonly used: number;
}

export interface StoreOptions {
  /** Gets one line if the folder is not used: others could write to it, or it cannot be made or read. */
  readonly warn?: (line: string, why: 'untrusted' | 'unusable') => void;
  readonly limit?: number;
  readonly now?: () => number;
}

export class NodeTranslationStore {
  readonly folder: string;
  readonly #warn: NonNullable<StoreOptions['warn']>;
  readonly #limit: number;
  readonly #now: () => number;
  /** Whether the folder may be used; undefined: not looked at yet. */
  #usable: boolean | undefined;
  /** Nothing more is written: the disk said no, or the folder is full. */
  #readOnly = false;
  /** Bytes in the folder, counted before the first write; old files were dropped once. */
  #bytes = -1;
  #dropped = false;

  constructor(folder: string, options: StoreOptions = {}) {
    this.folder = folder;
    this.#warn = options.warn ?? (() => {});
    this.#limit = options.limit ?? STORE_LIMIT;
    this.#now = options.now ?? Date.now;
  }

  /** The contents of a blob, or null: not there, damaged, not ours. A damaged one is removed. */
  read(name: string): Uint8Array | null {
    if (!NAME.test(name) || !this.#ready()) return null;
    const path = this.#path(name);
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      return null;
    }
    try {
      const stats = fstatSync(fd);
      if (!isOwnFile(stats)) return null;
      const contents = stats.size > this.#limit ? null : verified(name, readWhole(fd, stats.size));
      if (contents === null) unlinkSync(path);
      else if (this.#now() - stats.mtimeMs > MARKED_EVERY) this.#mark(fd);
      return contents;
    } catch {
      return null; // an unreadable disk is an empty one
    } finally {
      closeSync(fd);
    }
  }

  /** Keeps a blob, if it can. */
  write(name: string, contents: Uint8Array): void {
    if (!NAME.test(name) || this.#readOnly || !this.#ready()) return;
    const size = HEADER + contents.length;
    if (!this.#makeRoom(size)) return;
    const unique = randomBytes(6).toString('hex');
    const temporary = join(this.folder, `${name}.${process.pid}-${unique}.tmp`);
    try {
      const fd = openSync(temporary, 'wx', 0o600);
      try {
        writeWhole(fd, header(name, contents));
        writeWhole(fd, contents);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, this.#path(name));
      this.#bytes += size;
    } catch {
      // Full, read-only, gone: later blobs would fare no better.
      this.#readOnly = true;
      remove(temporary);
    }
  }

  /** Counts the files; does not make the folder. */
  summary(): StoreSummary {
    const files =
      this.#exists() && this.#ready() ? this.#entries().filter(({ temporary }) => !temporary) : [];
    const times = files.map(({ used }) => used);
    return {
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      oldest: files.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
      newest: files.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    };
  }

  /** Removes the files that are ours, and leaves the rest; answers how many. */
  clear(): number {
    if (!this.#exists() || !this.#ready()) return 0;
    return this.#entries().filter(({ path }) => remove(path)).length;
  }

  #path(name: string): string {
    return join(this.folder, `${name}.skt`);
  }

  #exists(): boolean {
    try {
      lstatSync(this.folder);
      return true;
    } catch {
      return false;
    }
  }

  /** Makes the folder if it is not there, and looks once whether it can be trusted. */
  #ready(): boolean {
    if (this.#usable !== undefined) return this.#usable;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    } catch {
      // It is there as something else, or cannot be made; lstat tells which.
    }
    const problem = folderProblem(this.folder);
    if (problem !== null)
      this.#warn(`translations are not kept: ${this.folder} ${problem.text}`, problem.why);
    this.#usable = problem === null;
    return this.#usable;
  }

  #mark(fd: number): void {
    try {
      const now = this.#now() / 1000;
      futimesSync(fd, now, now);
    } catch {
      // A disk that cannot be written keeps its times.
    }
  }

  /** True if `size` more bytes fit; drops what was used longest ago, once in a run. */
  #makeRoom(size: number): boolean {
    if (this.#bytes < 0) this.#bytes = this.#sweep(this.#limit);
    if (this.#bytes + size > this.#limit && !this.#dropped && size <= this.#limit * KEPT) {
      this.#dropped = true;
      this.#bytes = this.#sweep(this.#limit * KEPT - size);
    }
    return this.#bytes + size <= this.#limit;
  }

  /** Removes abandoned temporary files, and the oldest files down to `limit` bytes; answers what is left. */
  #sweep(limit: number): number {
    let bytes = 0;
    const files: Entry[] = [];
    for (const entry of this.#entries()) {
      if (entry.temporary && this.#now() - entry.used > ABANDONED && remove(entry.path)) continue;
      bytes += entry.size;
      if (!entry.temporary) files.push(entry);
    }
    if (bytes <= limit) return bytes;
    this.#dropped = true;
    const target = Math.min(limit, this.#limit * KEPT);
    for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
      if (bytes <= target) break;
      if (remove(path)) bytes -= size;
    }
    return bytes;
  }

  /** Our files in the folder, by name, kind and owner. */
  #entries(): Entry[] {
    const entries: Entry[] = [];
    let names: string[] = [];
    try {
      names = readdirSync(this.folder);
    } catch {
      // Gone meanwhile: nothing is in it.
    }
    for (const name of names) {
      const temporary = TEMPORARY.test(name);
      if (!temporary && !OWN_FILE.test(name)) continue;
      const path = join(this.folder, name);
      try {
        const stats = lstatSync(path);
        if (isOwnFile(stats)) entries.push({ path, temporary, size: stats.size, used: stats.mtimeMs });
      } catch {
        // Another run has removed it meanwhile.
      }
    }
    return entries;
  }
}

function isOwnFile(stats: Stats): boolean {
  return stats.isFile() && isOwn(stats) && (stats.mode & OTHERS_WRITE) === 0;
}

/** The name belongs to what is hashed: a file under another name is no translation of what is asked for. */
function hashOf(name: string, contents: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\0`).update(contents).digest();
}

function header(name: string, contents: Uint8Array): Buffer {
  const bytes = Buffer.alloc(HEADER);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(contents.length, 12);
  hashOf(name, contents).copy(bytes, HASH_AT);
  return bytes;
}

/** The contents of a file, or null if it is not whole. */
function verified(name: string, file: Buffer): Uint8Array | null {
  if (file.length < HEADER || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (file.readUInt32LE(8) !== VERSION || file.readUInt32LE(12) !== file.length - HEADER) return null;
  const contents = new Uint8Array(file.buffer, file.byteOffset + HEADER, file.length - HEADER);
  return hashOf(name, contents).equals(file.subarray(HASH_AT, HEADER)) ? contents : null;
}

function readWhole(fd: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const count = readSync(fd, bytes, at, size - at, null);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** True if the file is gone by our doing. */
function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
