// A directory in memory. overlay.ts puts one over a directory of another file system: `below` is then
// asked for names that are neither here nor were removed here.

import { EEXIST, EISDIR, EMLINK, ENOENT, ENOTDIR, ENOTEMPTY, EXDEV } from '../abi/errno.ts';
import type { Caller } from '../vfs/caller.ts';
import {
  type AttributeChange,
  type Attributes,
  type ExtendedAttributes,
  Inode,
  type Maker,
  S_IFDIR,
  S_IFREG,
  S_ISGID,
} from '../vfs/inode.ts';
import { MemoryFile } from './memory-file.ts';
import {
  type InitialAttributes,
  type Linkable,
  MemoryAttributes,
  type MemoryFileSystem,
  MemoryNode,
  MemorySymlink,
} from './memory-inode.ts';

/** Linux: tmpfs has no limit of its own; ext4's is the one that programs know. */
const LINK_MAX = 65000;

export class MemoryDirectory extends Inode implements Linkable {
  readonly own: MemoryAttributes;
  readonly #fileSystem: MemoryFileSystem;
  readonly #children = new Map<string, Linkable>();

  constructor(fileSystem: MemoryFileSystem, init: InitialAttributes) {
    super(fileSystem);
    this.#fileSystem = fileSystem;
    this.own = new MemoryAttributes(fileSystem, { ...init, mode: S_IFDIR | (init.mode & 0o7777) });
    this.own.links = 2;
  }

  // What an overlay adds.
  /** The wrapped entry of the layer below, or null. */
  protected below(_name: string): Linkable | null {
    return null;
  }
  /** Brings every entry of the layer below into this directory, so that the names are complete. */
  protected gather(): void {}
  /** The name is ours from now on, whatever is below. */
  protected hide(_name: string): void {}

  override get mode(): number {
    return this.own.mode;
  }
  override attributes(): Attributes {
    return this.own.describe(this.#children.size * 20 + 40, 0, 0);
  }
  override get extended(): ExtendedAttributes {
    return this.own.extended;
  }
  override setAttributes(change: AttributeChange): void {
    this.own.change(change);
  }

  #find(name: string): Linkable | null {
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    const found = this.below(name);
    if (found !== null) this.#children.set(name, found);
    return found;
  }
  override lookup(name: string, _caller: Caller): Inode | null {
    return this.#find(name);
  }
  /** Makes sure that an entry of the layer below is known here. */
  protected fetch(name: string): void {
    this.#find(name);
  }
  override entries(_caller: Caller): { name: string; inode: number; type: number }[] {
    this.gather();
    this.own.accessed = this.#fileSystem.now();
    return [...this.#children].map(([name, child]) => ({ name, inode: child.own.number, type: child.type }));
  }

  #add(name: string, child: Linkable): Linkable {
    this.hide(name);
    this.#children.set(name, child);
    this.own.modify();
    return child;
  }
  #refuseExisting(name: string): void {
    if (this.#find(name) !== null) throw EEXIST;
    if (this.own.links === 0) throw ENOENT;
  }

  override create(name: string, mode: number, maker: Maker): Inode {
    this.#refuseExisting(name);
    return this.#add(name, this.#newFile(mode, maker));
  }
  override createUnnamed(mode: number, maker: Maker): Inode {
    const file = this.#newFile(mode, maker);
    file.own.links = 0;
    return file;
  }
  #newFile(mode: number, maker: Maker): MemoryFile {
    this.#fileSystem.countInode(1);
    return new MemoryFile(this.#fileSystem, { ...maker, mode: S_IFREG | (mode & 0o7777) });
  }
  override makeDirectory(name: string, mode: number, maker: Maker): Inode {
    this.#refuseExisting(name);
    if (this.own.links >= LINK_MAX) throw EMLINK;
    this.#fileSystem.countInode(1);
    const directory = this.newDirectory({ ...maker, mode: mode | (this.own.mode & S_ISGID) });
    this.own.links++;
    return this.#add(name, directory);
  }
  /** A directory with nothing below. */
  protected newDirectory(init: InitialAttributes): MemoryDirectory {
    return new MemoryDirectory(this.#fileSystem, init);
  }
  override makeNode(name: string, mode: number, rdev: number, maker: Maker): Inode {
    this.#refuseExisting(name);
    this.#fileSystem.countInode(1);
    return this.#add(name, new MemoryNode(this.#fileSystem, rdev, { ...maker, mode }));
  }
  override makeSymlink(name: string, target: string, maker: Maker): Inode {
    this.#refuseExisting(name);
    this.#fileSystem.countInode(1);
    return this.#add(name, new MemorySymlink(this.#fileSystem, target, maker));
  }
  /** Puts an inode that was made elsewhere under a name: devfs, bound sockets. */
  adopt(name: string, inode: Linkable): void {
    if (inode.isDirectory) this.own.links++;
    this.#add(name, inode);
  }

  override makeLink(name: string, to: Inode): void {
    if (!isLinkable(to) || to.fileSystem !== this.fileSystem) throw EXDEV;
    this.#refuseExisting(name);
    if (to.own.links >= LINK_MAX) throw EMLINK;
    to.own.links++;
    to.own.changed = this.#fileSystem.now();
    this.#add(name, to);
  }

  override unlink(name: string): void {
    const child = this.#find(name);
    if (child === null) throw ENOENT;
    if (child.isDirectory) throw EISDIR;
    this.#drop(name, child);
  }
  override removeDirectory(name: string): void {
    const child = this.#find(name);
    if (child === null) throw ENOENT;
    if (!(child instanceof MemoryDirectory)) throw ENOTDIR;
    if (!child.empty) throw ENOTEMPTY;
    this.#drop(name, child);
  }
  get empty(): boolean {
    this.gather();
    return this.#children.size === 0;
  }
  #drop(name: string, child: Linkable): void {
    this.#take(name);
    child.own.changed = this.#fileSystem.now();
    if (child.isDirectory) {
      this.own.links--;
      child.own.links = 0;
    } else {
      child.own.links--;
    }
    if (child.own.links === 0) child.nameless();
  }
  #take(name: string): void {
    this.#children.delete(name);
    this.hide(name);
    this.own.modify();
  }

  override rename(name: string, to: Inode, newName: string, exchange: boolean): void {
    if (!(to instanceof MemoryDirectory) || to.fileSystem !== this.fileSystem) throw EXDEV;
    const child = this.#find(name);
    const other = to.#find(newName);
    if (child === null) throw ENOENT;
    if (exchange) {
      if (other === null) throw ENOENT;
      this.#put(name, other, to, child);
      to.#put(newName, child, this, other);
    } else {
      if (other === child) return;
      if (other !== null) {
        if (other instanceof MemoryDirectory) {
          if (!child.isDirectory) throw EISDIR;
          if (!other.empty) throw ENOTEMPTY;
        } else if (child.isDirectory) {
          throw ENOTDIR;
        }
        to.#drop(newName, other);
      }
      this.#take(name);
      if (child.isDirectory) {
        this.own.links--;
        to.own.links++;
      }
      to.#add(newName, child);
    }
    child.own.changed = this.#fileSystem.now();
  }
  /** One half of an exchange: `child` of `from` comes under a name that `former` leaves. */
  #put(name: string, child: Linkable, from: MemoryDirectory, former: Linkable): void {
    if (from !== this) this.own.links += Number(child.isDirectory) - Number(former.isDirectory);
    this.#add(name, child);
  }

  nameless(): void {
    this.#fileSystem.countInode(-1);
  }
}

function isLinkable(inode: Inode): inode is Linkable {
  return 'own' in inode;
}
