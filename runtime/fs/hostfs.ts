// hostfs: a directory tree of the host as a file system of the guest. Names and attributes are asked for
// anew each time, so changes by others are seen; inodes are unique per host inode while anybody uses them.
// FIFOs and sockets that the guest makes live here in memory: their data never leaves this machine.

import { EACCES, EEXIST, ENOENT, ENXIO, EPERM, Errno, EXDEV } from '../abi/errno.ts';
import type { HostFiles, HostStat } from '../host/host.ts';
import type { Frames } from '../mm/frames.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Devices } from '../vfs/devices.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  Inode,
  type Maker,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFSOCK,
  S_ISGID,
} from '../vfs/inode.ts';
import { Fifo } from './fifo.ts';
import { ask } from './host-answer.ts';
import { HostRegularFile } from './host-file.ts';
import { type HostFileSystem, type HostInode, HostNode, modeOf } from './host-node.ts';
import { type InitialAttributes, type Linkable, type MemoryFileSystem, MemoryNode } from './memory-inode.ts';

const HOSTFS_MAGIC = 0x00c0ffee;
/** Files whose pages are kept after the last use, so that programs start without reading them again. */
const CACHED_FILES = 256;
/** What the host calls a file that has no name for the guest. */
const HIDDEN_NAME = '.skasm-unnamed-';
/** And an entry that RENAME_EXCHANGE has in its hand. */
const ASIDE_NAME = '.skasm-aside-';
/** Inode numbers of nodes that exist in memory only; above what host file systems hand out first. */
const MEMORY_INODES = 0x7f000000;

export interface HostFsParts {
  readonly files: HostFiles;
  /** Absolute path on the host that becomes the root. */
  readonly path: string;
  readonly frames: Frames;
  readonly devices: Devices;
  readonly now: () => bigint;
  readonly device: number;
}

export class HostFs implements HostFileSystem {
  readonly type = 'hostfs';
  readonly device: number;
  readonly files: HostFiles;
  readonly frames: Frames;
  readonly devices: Devices;
  readonly root: Inode;
  /** For FIFOs and sockets in memory, by the directory they are in. */
  readonly nodes: HostedNodes;
  readonly #inodes = new Map<string, WeakRef<HostInode>>();
  #sweepAt = 4096;
  /** Files with pages that nobody has open, least recently used first. */
  readonly #cached = new Set<HostRegularFile>();
  /** Files of O_TMPFILE, by device and inode: the host has names for them, which the guest is not to see. */
  readonly #unnamed = new Set<string>();
  readonly #now: () => bigint;
  #lastName = 0;

  constructor(parts: HostFsParts) {
    this.files = parts.files;
    this.frames = parts.frames;
    this.devices = parts.devices;
    this.device = parts.device;
    this.nodes = new HostedNodes(this, parts);
    this.#now = parts.now;
    const path = parts.path.replace(/\/+$/, '');
    // The root itself may be reached by a symlink on the host: `/.` is what it leads to.
    const stat = ask(() => parts.files.stat(path === '' ? '/' : `${path}/.`));
    this.root = this.#make(new HostNode(this, null, path, stat));
  }

  deviceOf(stat: HostStat): number {
    return stat.device;
  }

  /** The inode for what the host has under this name. */
  inode(parent: HostNode, name: string, stat: HostStat): HostInode {
    const key = keyOf(stat);
    const known = this.#inodes.get(key)?.deref();
    if (known !== undefined && (modeOf(stat) & S_IFMT) === known.type) {
      const { node } = known;
      node.parent = parent;
      node.name = name;
      node.removed = false;
      if (known instanceof HostRegularFile) {
        known.changedOnHost(node.known, stat);
        if (known.hasPages) this.#keep(known);
      }
      node.learn(stat);
      return known;
    }
    const inode = this.#make(new HostNode(this, parent, name, stat));
    if (this.#inodes.size >= this.#sweepAt) this.#sweep();
    this.#inodes.set(key, new WeakRef(inode));
    return inode;
  }
  #make(node: HostNode): HostInode {
    switch (node.known.type) {
      case 'file':
        return new HostRegularFile(this, node, this.frames);
      case 'directory':
        return new HostDirectory(this, node);
      case 'symlink':
        return new HostSymlink(this, node);
      default:
        return new HostSpecial(this, node);
    }
  }
  #sweep(): void {
    for (const [key, reference] of this.#inodes) {
      if (reference.deref() === undefined) this.#inodes.delete(key);
    }
    this.#sweepAt = Math.max(4096, this.#inodes.size * 2);
  }

  #keep(file: HostRegularFile): void {
    this.#cached.delete(file);
    this.#cached.add(file);
    if (this.#cached.size <= CACHED_FILES) return;
    for (const old of this.#cached) {
      if (old.isOpen) continue;
      this.#cached.delete(old);
      old.forget();
      break;
    }
  }

  // ---- O_TMPFILE ----
  // The host links by name: a file that may get one is kept under a hidden name until it is closed or linked.

  isUnnamed(stat: HostStat): boolean {
    return this.#unnamed.size > 0 && this.#unnamed.has(keyOf(stat));
  }
  hideName(node: HostNode): void {
    node.unnamed = true;
    this.#unnamed.add(keyOf(node.known));
  }
  forgetUnnamed(node: HostNode): void {
    this.showName(node);
    node.removed = true;
    try {
      ask(() => this.files.remove(node.path));
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown; // somebody on the host was faster
    }
  }
  showName(node: HostNode): void {
    this.#unnamed.delete(keyOf(node.known));
    node.unnamed = false;
  }
  /** A name that nothing has; whose it is stands behind the prefix. */
  ownName(prefix: string): string {
    const mark = this.files.owner?.mark ?? '0';
    return `${prefix}${mark}-${this.#now().toString(36)}-${++this.#lastName}`;
  }

  sync(): void {
    for (const reference of this.#inodes.values()) {
      const inode = reference.deref();
      if (inode instanceof HostRegularFile) inode.syncData();
    }
  }

  readonly statistics = () => {
    const space = ask(() => this.files.space((this.root as HostInode).node.path));
    return {
      type: HOSTFS_MAGIC,
      blockSize: space.blockSize,
      blocks: space.blocks,
      blocksFree: space.free,
      files: space.files,
      filesFree: space.filesFree,
      nameLength: 255,
    };
  };
}

const keyOf = (stat: HostStat): string => `${stat.device}:${stat.inode}`;

/** Names that exist in our memory only, below directories of the host. */
class HostedNodes implements MemoryFileSystem {
  readonly type = 'hostfs';
  readonly device: number;
  readonly frames: Frames;
  readonly devices: Devices;
  readonly now: () => bigint;
  readonly #hostFs: HostFs;
  readonly #names = new Map<string, Map<string, Linkable>>();
  #lastInode = MEMORY_INODES;

  constructor(hostFs: HostFs, parts: HostFsParts) {
    this.#hostFs = hostFs;
    this.device = parts.device;
    this.frames = parts.frames;
    this.devices = parts.devices;
    this.now = parts.now;
  }
  get root(): Inode {
    return this.#hostFs.root;
  }
  get statistics() {
    return this.#hostFs.statistics;
  }
  nextInode(): number {
    return ++this.#lastInode;
  }
  countInode(_by: number): void {}
  reservePages(_by: number): void {}
  countPages(_by: number): void {}

  #key(directory: HostNode): string {
    return keyOf(directory.known);
  }
  in(directory: HostNode): ReadonlyMap<string, Linkable> {
    return this.#names.get(this.#key(directory)) ?? new Map();
  }
  put(directory: HostNode, name: string, node: Linkable): void {
    const key = this.#key(directory);
    const names = this.#names.get(key) ?? new Map<string, Linkable>();
    this.#names.set(key, names.set(name, node));
  }
  take(directory: HostNode, name: string): Linkable | null {
    const names = this.#names.get(this.#key(directory));
    const node = names?.get(name) ?? null;
    names?.delete(name);
    return node;
  }
  make(rdev: number, init: InitialAttributes): MemoryNode {
    return new MemoryNode(this, rdev, init);
  }
}

class HostDirectory extends Inode implements HostInode {
  readonly node: HostNode;
  readonly #hostFs: HostFs;

  constructor(hostFs: HostFs, node: HostNode) {
    super(hostFs);
    this.#hostFs = hostFs;
    this.node = node;
  }
  override get mode(): number {
    return this.node.mode;
  }
  override attributes(): Attributes {
    return this.node.attributes();
  }
  override setAttributes(change: AttributeChange): void {
    this.node.setAttributes(change);
  }
  get #files(): HostFiles {
    return this.#hostFs.files;
  }

  override lookup(name: string, _caller: Caller): Inode | null {
    return this.#hostFs.nodes.in(this.node).get(name) ?? this.#onHost(name);
  }
  #onHost(name: string): HostInode | null {
    try {
      const stat = ask(() => this.#files.stat(this.node.below(name)));
      return this.#hostFs.isUnnamed(stat) ? null : this.#hostFs.inode(this.node, name, stat);
    } catch (error) {
      if (error === ENOENT) return null;
      throw error;
    }
  }
  override entries(_caller: Caller): { name: string; inode: number; type: number }[] {
    const entries: { name: string; inode: number; type: number }[] = [];
    for (const name of ask(() => this.#files.list(this.node.path))) {
      try {
        const stat = ask(() => this.#files.stat(this.node.below(name)));
        if (!this.#hostFs.isUnnamed(stat))
          entries.push({ name, inode: stat.inode, type: modeOf(stat) & S_IFMT });
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        // Gone since the list was made, or not for us to see: no entry, or one of unknown type.
        if (error === EACCES) entries.push({ name, inode: this.node.known.inode, type: 0 });
      }
    }
    for (const [name, node] of this.#hostFs.nodes.in(this.node)) {
      entries.push({ name, inode: node.own.number, type: node.type });
    }
    return entries;
  }

  /** The inode of a name that the host has just got from us. */
  #made(name: string, mode: number, maker: Maker): HostInode {
    const inode = this.#onHost(name);
    if (inode === null) throw ENOENT;
    inode.node.settleNew(mode, maker);
    return inode;
  }
  #refuseHosted(name: string): void {
    if (this.#hostFs.nodes.in(this.node).has(name)) throw EEXIST;
  }
  override create(name: string, mode: number, maker: Maker): Inode {
    this.#refuseHosted(name);
    const path = this.node.below(name);
    // Readable and writable for us in any case; settleNew() puts the guest's mode in place.
    const how = { read: false, write: true, create: true, exclusive: true, mode: (mode & 0o777) | 0o600 };
    ask(() => this.#files.open(path, how)).close();
    return this.#made(name, mode, maker);
  }
  override createUnnamed(mode: number, maker: Maker, linkable: boolean): Inode {
    const name = this.#hostFs.ownName(HIDDEN_NAME);
    if (linkable) {
      this.#removeAbandoned();
      const inode = this.create(name, mode, maker) as HostInode;
      this.#hostFs.hideName(inode.node);
      return inode;
    }
    const path = this.node.below(name);
    const file = ask(() =>
      this.#files.open(path, { read: true, write: true, create: true, exclusive: true, mode: 0o600 }),
    );
    try {
      const inode = this.#made(name, mode, maker) as HostRegularFile;
      inode.adopt(file);
      return inode;
    } catch (thrown) {
      file.close();
      throw thrown;
    } finally {
      ask(() => this.#files.remove(path));
    }
  }
  /** Removes the files without a name that are left of machines that were killed. */
  #removeAbandoned(): void {
    const { owner } = this.#files;
    if (owner === undefined) return;
    for (const name of ask(() => this.#files.list(this.node.path))) {
      if (!name.startsWith(HIDDEN_NAME)) continue;
      const [mark] = name.slice(HIDDEN_NAME.length).split('-');
      if (!owner.isGone(mark!)) continue;
      try {
        ask(() => this.#files.remove(this.node.below(name)));
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown; // another was faster, or it is not ours to remove
      }
    }
  }
  override makeDirectory(name: string, mode: number, maker: Maker): Inode {
    this.#refuseHosted(name);
    ask(() => this.#files.makeDirectory(this.node.below(name), mode & 0o777));
    return this.#made(name, S_IFDIR | (mode & 0o7777) | (this.mode & S_ISGID), maker);
  }
  override makeSymlink(name: string, target: string, maker: Maker): Inode {
    this.#refuseHosted(name);
    ask(() => this.#files.symlink(target, this.node.below(name)));
    return this.#made(name, 0o777, maker);
  }
  override makeNode(name: string, mode: number, rdev: number, maker: Maker): Inode {
    const type = mode & S_IFMT;
    if (type === S_IFCHR || type === S_IFBLK) throw EPERM;
    if (type !== S_IFIFO && type !== S_IFSOCK) return this.create(name, mode, maker);
    this.#refuseHosted(name);
    if (this.#onHost(name) !== null) throw EEXIST;
    const node = this.#hostFs.nodes.make(rdev, { ...maker, mode });
    this.#hostFs.nodes.put(this.node, name, node);
    return node;
  }
  override makeLink(name: string, to: Inode): void {
    this.#refuseHosted(name);
    if (to instanceof MemoryNode && to.fileSystem === this.#hostFs.nodes) {
      to.own.links++;
      this.#hostFs.nodes.put(this.node, name, to);
      return;
    }
    if (!isHostInode(to) || to.fileSystem !== this.fileSystem) throw EXDEV;
    const { node } = to;
    ask(() => this.#files.link(node.path, this.node.below(name)));
    if (!node.unnamed) return;
    ask(() => this.#files.remove(node.path));
    this.#hostFs.showName(node);
    node.parent = this.node;
    node.name = name;
  }

  override unlink(name: string): void {
    const hosted = this.#hostFs.nodes.take(this.node, name);
    if (hosted !== null) {
      hosted.own.links--;
      return;
    }
    const inode = this.#onHost(name);
    if (inode === null) throw ENOENT;
    ask(() => this.#files.remove(this.node.below(name)));
    if (inode.node.known.links <= 1) inode.node.removed = true;
  }
  override removeDirectory(name: string): void {
    const inode = this.#onHost(name);
    ask(() => this.#files.removeDirectory(this.node.below(name)));
    if (inode !== null) inode.node.removed = true;
  }

  override rename(name: string, to: Inode, newName: string, exchange: boolean): void {
    if (!(to instanceof HostDirectory) || to.fileSystem !== this.fileSystem) throw EXDEV;
    if (exchange) {
      this.#exchange(name, to, newName);
      return;
    }
    const { nodes } = this.#hostFs;
    const hosted = nodes.in(this.node).get(name);
    if (hosted !== undefined) {
      if (to.#onHost(newName) !== null) to.unlink(newName);
      nodes.take(this.node, name);
      nodes.put(to.node, newName, hosted);
      return;
    }
    const moved = this.#onHost(name);
    if (moved === null) throw ENOENT;
    const replaced = to.#onHost(newName);
    ask(() => this.#files.rename(this.node.below(name), to.node.below(newName)));
    nodes.take(to.node, newName);
    if (
      replaced !== null &&
      replaced !== moved &&
      replaced.node.known.links <= (replaced.isDirectory ? 2 : 1)
    ) {
      replaced.node.removed = true;
    }
    moved.node.parent = to.node;
    moved.node.name = newName;
  }

  /** Guests see either name always; the host has three renames to see. */
  #exchange(name: string, other: HostDirectory, otherName: string): void {
    const { nodes } = this.#hostFs;
    const hosted = nodes.in(this.node).get(name);
    const otherHosted = nodes.in(other.node).get(otherName);
    const [mine, theirs] = [this.#onHost(name), other.#onHost(otherName)];
    if (mine !== null && theirs !== null) this.#exchangeOnHost(name, other, otherName);
    else if (mine !== null) move(this.#files, this.node.below(name), other.node.below(otherName));
    else if (theirs !== null) move(this.#files, other.node.below(otherName), this.node.below(name));
    nodes.take(this.node, name);
    nodes.take(other.node, otherName);
    if (hosted !== undefined) nodes.put(other.node, otherName, hosted);
    if (otherHosted !== undefined) nodes.put(this.node, name, otherHosted);
    if (mine !== null) [mine.node.parent, mine.node.name] = [other.node, otherName];
    if (theirs !== null) [theirs.node.parent, theirs.node.name] = [this.node, name];
  }
  #exchangeOnHost(name: string, other: HostDirectory, otherName: string): void {
    const [here, there] = [this.node.below(name), other.node.below(otherName)];
    const aside = this.node.below(this.#hostFs.ownName(ASIDE_NAME));
    move(this.#files, here, aside);
    try {
      move(this.#files, there, here);
    } catch (thrown) {
      move(this.#files, aside, here);
      throw thrown;
    }
    try {
      move(this.#files, aside, there);
    } catch (thrown) {
      move(this.#files, here, there);
      move(this.#files, aside, here);
      throw thrown;
    }
  }
}

function move(files: HostFiles, from: string, to: string): void {
  ask(() => files.rename(from, to));
}

class HostSymlink extends Inode implements HostInode {
  readonly node: HostNode;

  constructor(hostFs: HostFs, node: HostNode) {
    super(hostFs);
    this.node = node;
  }
  override get mode(): number {
    return this.node.mode;
  }
  override attributes(): Attributes {
    return this.node.attributes();
  }
  override setAttributes(change: AttributeChange): void {
    this.node.setAttributes({ ...change, mode: undefined });
  }
  override readLink(_caller: Caller): string {
    return ask(() => this.node.fileSystem.files.readLink(this.node.path));
  }
}

/** Devices, FIFOs and sockets of the host: devices are ours by number, a FIFO's data stays among guests. */
class HostSpecial extends Inode implements HostInode {
  readonly node: HostNode;
  readonly #hostFs: HostFs;
  readonly #fifo = new Fifo();

  constructor(hostFs: HostFs, node: HostNode) {
    super(hostFs);
    this.#hostFs = hostFs;
    this.node = node;
  }
  override get mode(): number {
    return this.node.mode;
  }
  override attributes(): Attributes {
    return this.node.attributes();
  }
  override setAttributes(change: AttributeChange): void {
    this.node.setAttributes(change);
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    const { type } = this;
    if (type === S_IFIFO) return this.#fifo.open(this, flags, path);
    if (type === S_IFSOCK) throw ENXIO;
    return this.#hostFs.devices.open(type, this.node.known.rdev, flags, caller, this, path);
  }
}

function isHostInode(inode: Inode): inode is HostInode {
  return 'node' in inode && inode.node instanceof HostNode;
}
