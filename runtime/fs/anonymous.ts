// Inodes for descriptions without a name: anon_inode:[eventfd] and its like share one (anon_inodefs),
// every socket has its own (sockfs). fstat(2) and /proc/PID/fd show them.

import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  S_IFSOCK,
  simpleStatistics,
} from '../vfs/inode.ts';

const BLOCK_SIZE = 4096;

class NamelessInode extends Inode {
  readonly number: number;
  readonly #created: bigint;
  #mode: number;
  #uid: number;
  #gid: number;

  constructor(fileSystem: NamelessFs, number: number, mode: number, owner: { uid: number; gid: number }) {
    super(fileSystem);
    this.number = number;
    this.#mode = mode;
    this.#uid = owner.uid;
    this.#gid = owner.gid;
    this.#created = fileSystem.now();
  }
  override get mode(): number {
    return this.#mode;
  }
  override attributes(): Attributes {
    return {
      device: this.fileSystem.device,
      inode: this.number,
      mode: this.#mode,
      links: 1,
      uid: this.#uid,
      gid: this.#gid,
      rdev: 0,
      size: 0,
      blockSize: BLOCK_SIZE,
      blocks: 0,
      accessed: this.#created,
      modified: this.#created,
      changed: this.#created,
    };
  }
  override setAttributes(change: AttributeChange): void {
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    if (change.mode !== undefined) this.#mode = (this.#mode & ~0o7777) | (change.mode & 0o7777);
  }
}

abstract class NamelessFs implements FileSystem {
  abstract readonly type: string;
  abstract readonly magic: number;
  readonly device: number;
  /** CLOCK_REALTIME, nanoseconds. */
  readonly now: () => bigint;
  readonly root: Inode;
  #lastInode = 0;

  constructor(device: number, now: () => bigint) {
    this.device = device;
    this.now = now;
    this.root = this.inode(0o600, { uid: 0, gid: 0 });
  }
  protected inode(mode: number, owner: { uid: number; gid: number }): NamelessInode {
    return new NamelessInode(this, ++this.#lastInode, mode, owner);
  }
  readonly statistics = () => simpleStatistics(this.magic);
}

/** What epoll, eventfd, timerfd and signalfd have for an inode: one for all, without a file type. */
export class AnonymousFs extends NamelessFs {
  override readonly type = 'anon_inodefs';
  override readonly magic = 0x09041934;
}

export class SocketFs extends NamelessFs {
  override readonly type = 'sockfs';
  override readonly magic = 0x534f434b;

  /** The inode of a new socket. */
  create(owner: { uid: number; gid: number }): { readonly inode: Inode; readonly number: number } {
    const inode = this.inode(S_IFSOCK | 0o777, owner);
    return { inode, number: inode.number };
  }
}
