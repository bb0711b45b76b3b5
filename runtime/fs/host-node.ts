// What the inodes of hostfs have in common: where on the host they are and what the host last said of
// them. Names are kept as parent and component, so a renamed directory takes along what is below.

import type { HostFile, HostFiles, HostStat } from '../host/host.ts';
import type { AttributeChange, Attributes, FileSystem, Inode, Maker } from '../vfs/inode.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK } from '../vfs/inode.ts';
import { ask } from './host-answer.ts';

const TYPES = {
  file: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
  socket: S_IFSOCK,
} as const;

export const modeOf = (stat: HostStat): number => TYPES[stat.type] | stat.mode;

/** The file system as its inodes see it. */
export interface HostFileSystem extends FileSystem {
  readonly files: HostFiles;
  /** st_dev of a file: the host's own, as one tree of the host may span several of its file systems. */
  deviceOf(stat: HostStat): number;
  /** The last that had a file of O_TMPFILE open has closed it. */
  forgetUnnamed(node: HostNode): void;
}

export class HostNode {
  readonly fileSystem: HostFileSystem;
  /** Directory it was last seen in; null for the file system's root. */
  parent: HostNode | null;
  /** Name in there; for the root its path on the host. */
  name: string;
  /** Names of it that we removed while it stays open. */
  removed = false;
  /** A file of O_TMPFILE: its name on the host is no name for the guest (hostfs.ts, Unnamed). */
  unnamed = false;
  #stat: HostStat;

  constructor(fileSystem: HostFileSystem, parent: HostNode | null, name: string, stat: HostStat) {
    this.fileSystem = fileSystem;
    this.parent = parent;
    this.name = name;
    this.#stat = stat;
  }

  get path(): string {
    if (this.parent === null) return this.name === '' ? '/' : this.name;
    return this.parent.below(this.name);
  }
  below(name: string): string {
    const { path } = this;
    return path === '/' ? `/${name}` : `${path}/${name}`;
  }

  /** What the host said last. */
  get known(): HostStat {
    return this.#stat;
  }
  get mode(): number {
    return modeOf(this.#stat);
  }
  /** Asks the host again, an open file when there is one (its name may be gone). */
  refresh(open: HostFile | null = null): HostStat {
    if (open !== null) this.#stat = ask(() => open.stat());
    else if (!this.removed) this.#stat = ask(() => this.fileSystem.files.stat(this.path));
    return this.#stat;
  }
  /** The host was asked already, as part of a lookup. */
  learn(stat: HostStat): void {
    this.#stat = stat;
  }

  attributes(open: HostFile | null = null): Attributes {
    const stat = this.refresh(open);
    return {
      device: this.fileSystem.deviceOf(stat),
      inode: stat.inode,
      mode: modeOf(stat),
      links: this.removed && open === null ? 0 : stat.links - (this.unnamed ? 1 : 0),
      uid: stat.uid,
      gid: stat.gid,
      rdev: stat.rdev,
      size: stat.size,
      blockSize: stat.blockSize,
      blocks: stat.blocks,
      accessed: stat.accessed,
      modified: stat.modified,
      changed: stat.changed,
    };
  }
  setAttributes(change: AttributeChange, open: HostFile | null = null): void {
    ask(() =>
      this.removed && open?.setAttributes !== undefined
        ? open.setAttributes(change)
        : this.fileSystem.files.setAttributes(this.path, change),
    );
    this.refresh(open);
  }
  /** The host's umask and identity made the file; mode and owner become what the guest asked for. */
  settleNew(mode: number, maker: Maker): void {
    const { mode: got, uid, gid } = this.#stat;
    const change: { mode?: number; uid?: number; gid?: number } = {};
    if (uid !== maker.uid) change.uid = maker.uid;
    if (gid !== maker.gid) change.gid = maker.gid;
    if (got !== (mode & 0o7777) || change.uid !== undefined || change.gid !== undefined) {
      if (this.#stat.type !== 'symlink') change.mode = mode & 0o7777;
    }
    if (Object.keys(change).length === 0) return;
    try {
      this.setAttributes(change);
    } catch {
      // Not allowed to give files away: the file stays with the host's user, as with any user-mode emulator.
      if (change.mode !== undefined) this.setAttributes({ mode: change.mode });
    }
  }
}

/** An inode of hostfs of any kind. */
export interface HostInode extends Inode {
  readonly node: HostNode;
}
