// The host's files by way of node:fs, synchronous throughout: every answer is there at once. Paths are byte
// strings, so names that are no UTF-8 survive.

import * as fs from 'node:fs';
import {
  type ByteString,
  type HostChange,
  HostError,
  type HostFile,
  type HostFiles,
  type HostFileType,
  type HostStat,
} from '../host.ts';

/** chown(2)'s way to leave an owner as it is. */
const UNCHANGED = 0xffffffff;

const bytesOf = (path: ByteString): Buffer => Buffer.from(path, 'latin1');
const textOf = (name: Buffer): ByteString => name.toString('latin1');

/** Runs a node:fs call; what it throws becomes a HostError. */
export function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (typeof code !== 'string') throw error;
    throw new HostError(code.startsWith('E') ? code : 'EIO');
  }
}

function typeOf(stat: fs.BigIntStats): HostFileType {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isCharacterDevice()) return 'character';
  if (stat.isBlockDevice()) return 'block';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

export function toHostStat(stat: fs.BigIntStats): HostStat {
  return {
    type: typeOf(stat),
    mode: Number(stat.mode) & 0o7777,
    device: Number(stat.dev),
    inode: Number(stat.ino),
    links: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    rdev: Number(stat.rdev),
    size: Number(stat.size),
    blocks: Number(stat.blocks),
    blockSize: Number(stat.blksize),
    accessed: stat.atimeNs,
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
  };
}

/**
 * Nanoseconds to what node:fs takes: seconds as a double, of which libuv keeps whole microseconds, cut off.
 * The third of a microsecond outweighs the double's error. Times before 1970 do not pass.
 */
const seconds = (nanoseconds: bigint): number => {
  const microseconds = nanoseconds / 1000n;
  return Number(microseconds / 1_000_000n) + (Number(microseconds % 1_000_000n) + 0.3) / 1e6;
};

export class NodeFile implements HostFile {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }
  readAt(into: Uint8Array, position: number): number {
    return translated(() => fs.readSync(this.#fd, into, 0, into.length, position));
  }
  writeAt(from: Uint8Array, position: number): number {
    return translated(() => fs.writeSync(this.#fd, from, 0, from.length, position));
  }
  truncate(size: number): undefined {
    translated(() => fs.ftruncateSync(this.#fd, size));
  }
  sync(): undefined {
    translated(() => fs.fsyncSync(this.#fd));
  }
  stat(): HostStat {
    return toHostStat(translated(() => fs.fstatSync(this.#fd, { bigint: true })));
  }
  setAttributes(to: HostChange): undefined {
    translated(() => {
      if (to.uid !== undefined || to.gid !== undefined)
        fs.fchownSync(this.#fd, to.uid ?? UNCHANGED, to.gid ?? UNCHANGED);
      if (to.mode !== undefined) fs.fchmodSync(this.#fd, to.mode);
      if (to.accessed !== undefined || to.modified !== undefined) {
        const now = fs.fstatSync(this.#fd, { bigint: true });
        fs.futimesSync(this.#fd, seconds(to.accessed ?? now.atimeNs), seconds(to.modified ?? now.mtimeNs));
      }
    });
    return undefined;
  }
  close(): void {
    translated(() => fs.closeSync(this.#fd));
  }
}

function openFlags(how: Parameters<HostFiles['open']>[1]): number {
  const { constants } = fs;
  let flags = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  flags |= how.write ? (how.read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  if (how.create) flags |= constants.O_CREAT;
  if (how.exclusive) flags |= constants.O_EXCL;
  if (how.truncate) flags |= constants.O_TRUNC;
  return flags;
}

function isGone(pid: string): boolean {
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

export const nodeFiles: HostFiles = {
  owner: { mark: String(process.pid), isGone },
  open: (path, how) =>
    new NodeFile(translated(() => fs.openSync(bytesOf(path), openFlags(how), how.mode ?? 0o666))),
  stat: (path) => {
    // Compilers ask for many names that are not there: Node's Error with its stack takes seven times the call's time.
    const found = translated(() => fs.lstatSync(bytesOf(path), { bigint: true, throwIfNoEntry: false }));
    if (found === undefined) throw new HostError('ENOENT');
    return toHostStat(found);
  },
  list: (path) => translated(() => fs.readdirSync(bytesOf(path), { encoding: 'buffer' })).map(textOf),
  readLink: (path) => textOf(translated(() => fs.readlinkSync(bytesOf(path), { encoding: 'buffer' }))),
  makeDirectory: (path, mode) => translated(() => fs.mkdirSync(bytesOf(path), { mode })) as undefined,
  symlink: (target, path) => translated(() => fs.symlinkSync(bytesOf(target), bytesOf(path))) as undefined,
  link: (from, to) => translated(() => fs.linkSync(bytesOf(from), bytesOf(to))) as undefined,
  remove: (path) => translated(() => fs.unlinkSync(bytesOf(path))) as undefined,
  removeDirectory: (path) => translated(() => fs.rmdirSync(bytesOf(path))) as undefined,
  rename: (from, to) => translated(() => fs.renameSync(bytesOf(from), bytesOf(to))) as undefined,
  setAttributes: (path, to) => {
    const name = bytesOf(path);
    translated(() => {
      // Owner first: a change of owner clears set-id bits that `mode` may want.
      if (to.uid !== undefined || to.gid !== undefined)
        fs.lchownSync(name, to.uid ?? UNCHANGED, to.gid ?? UNCHANGED);
      if (to.mode !== undefined) fs.chmodSync(name, to.mode);
      if (to.accessed !== undefined || to.modified !== undefined) {
        const now = fs.lstatSync(name, { bigint: true });
        fs.lutimesSync(name, seconds(to.accessed ?? now.atimeNs), seconds(to.modified ?? now.mtimeNs));
      }
    });
    return undefined;
  },
  space: (path) => {
    const { bsize, blocks, bavail, files, ffree } = translated(() => fs.statfsSync(bytesOf(path)));
    return { blockSize: bsize, blocks, free: bavail, files, filesFree: ffree };
  },
};
