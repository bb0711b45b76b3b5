// devpts: /dev/pts, one node for every open pty, and /dev/ptmx, which makes them. pts(4).

import { EAGAIN, EIO } from '../abi/errno.ts';
import { makedev, O_NOCTTY } from '../abi/file.ts';
import type { Caller } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  S_IFCHR,
  S_IFDIR,
  simpleStatistics,
} from '../vfs/inode.ts';
import type { Sessions } from './job-control.ts';
import { Pty, PtyMaster, type PtyOwner } from './pty.ts';

/** Group `tty` on Debian; /dev/pts is mounted with gid=5,mode=620. */
const TTY_GROUP = 5;
const FIRST_SLAVE_MAJOR = 136;
const PTMX_DEVICE = makedev(5, 2);
/** /proc/sys/kernel/pty/max. */
const MAX_PTYS = 4096;
const ROOT_INODE = 1;
const PTMX_INODE = 2;
/** Slave N has inode N + this. */
const FIRST_INODE = 3;
const BLOCK_SIZE = 1024;

abstract class DevPtsInode extends Inode {
  readonly number: number;
  #mode: number;
  #uid: number;
  #gid: number;
  #accessed: bigint;
  #modified: bigint;
  #changed: bigint;
  readonly devpts: DevPts;

  constructor(devpts: DevPts, number: number, mode: number, uid: number, gid: number) {
    super(devpts);
    this.devpts = devpts;
    this.number = number;
    this.#mode = mode;
    this.#uid = uid;
    this.#gid = gid;
    this.#accessed = this.#modified = this.#changed = devpts.now();
  }
  protected get rdev(): number {
    return 0;
  }
  override get mode(): number {
    return this.#mode;
  }
  override attributes(): Attributes {
    return {
      device: this.devpts.device,
      inode: this.number,
      mode: this.#mode,
      links: this.isDirectory ? 2 : 1,
      uid: this.#uid,
      gid: this.#gid,
      rdev: this.rdev,
      size: 0,
      blockSize: BLOCK_SIZE,
      blocks: 0,
      accessed: this.#accessed,
      modified: this.#modified,
      changed: this.#changed,
    };
  }
  override setAttributes(change: AttributeChange): void {
    if (change.mode !== undefined) this.#mode = (this.#mode & ~0o7777) | (change.mode & 0o7777);
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    this.#accessed = change.accessed ?? this.#accessed;
    this.#modified = change.modified ?? this.#modified;
    this.#changed = this.devpts.now();
  }
}

class SlaveInode extends DevPtsInode {
  readonly pty: Pty;

  constructor(devpts: DevPts, index: number, owner: Caller, sessions: Sessions) {
    super(devpts, FIRST_INODE + index, S_IFCHR | 0o620, owner.credentials.fsuid, TTY_GROUP);
    const device = makedev(FIRST_SLAVE_MAJOR + (index >> 8), index & 0xff);
    this.pty = new Pty(index, device, sessions);
  }
  protected override get rdev(): number {
    return this.pty.tty.device;
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    if (this.pty.locked) throw EIO;
    return this.pty.tty.openBy(caller, this, flags, path);
  }
}

class PtmxInode extends DevPtsInode {
  protected override get rdev(): number {
    return PTMX_DEVICE;
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    return this.devpts.openMaster(caller, this, flags, path);
  }
}

class DevPtsRoot extends DevPtsInode {
  override lookup(name: string): Inode | null {
    if (name === 'ptmx') return this.devpts.ptmx;
    return /^(0|[1-9]\d*)$/.test(name) ? this.devpts.node(Number(name)) : null;
  }
  override entries(): { name: string; inode: number; type: number }[] {
    const nodes = this.devpts.indices().map((index) => ({
      name: String(index),
      inode: FIRST_INODE + index,
      type: S_IFCHR,
    }));
    return [{ name: 'ptmx', inode: PTMX_INODE, type: S_IFCHR }, ...nodes];
  }
}

export class DevPts implements FileSystem, PtyOwner {
  readonly type = 'devpts';
  readonly device: number;
  readonly root: Inode;
  /** /dev/pts/ptmx; nobody may open it unless its mode is changed, as on Debian. */
  readonly ptmx: Inode;
  /** CLOCK_REALTIME, nanoseconds. */
  readonly now: () => bigint;
  readonly #sessions: Sessions;
  /** By index; an index is free again once its master is closed. */
  readonly #slaves = new Map<number, SlaveInode>();

  constructor(device: number, sessions: Sessions, now: () => bigint) {
    this.device = device;
    this.now = now;
    this.#sessions = sessions;
    this.root = new DevPtsRoot(this, ROOT_INODE, S_IFDIR | 0o755, 0, 0);
    this.ptmx = new PtmxInode(this, PTMX_INODE, S_IFCHR, 0, 0);
  }
  readonly statistics = () => simpleStatistics(0x1cd1);

  /** Opens /dev/ptmx: a new pair, its slave locked. */
  openMaster(caller: Caller, inode: Inode | null, flags: number, path: string): PtyMaster {
    let index = 0;
    while (this.#slaves.has(index)) index++;
    if (index >= MAX_PTYS) throw EAGAIN;
    const slave = new SlaveInode(this, index, caller, this.#sessions);
    this.#slaves.set(index, slave);
    return new PtyMaster(slave.pty, this, inode, flags & ~O_NOCTTY, path);
  }
  node(index: number): Inode | null {
    return this.#slaves.get(index) ?? null;
  }
  masterClosed(index: number): void {
    this.#slaves.delete(index);
  }
  indices(): number[] {
    return [...this.#slaves.keys()].sort((a, b) => a - b);
  }
}
