// An overlay: a folder of the host that the guest may change, in memory only; what `--root DIR` uses. Every
// inode here belongs to the overlay; it starts with the attributes of the one below, and files take single
// pages from there until they are written (memory-file.ts), so nothing is ever copied up as a whole.

import type { Caller } from '../vfs/caller.ts';
import type { FileSystem, Inode } from '../vfs/inode.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../vfs/inode.ts';
import { DataInode } from '../vfs/regular-file.ts';
import { MemoryDirectory } from './memory-directory.ts';
import { MemoryFile } from './memory-file.ts';
import { type InitialAttributes, type Linkable, MemoryNode, MemorySymlink } from './memory-inode.ts';
import { TmpFs, type TmpFsOptions, type TmpFsParts } from './tmpfs.ts';

export class OverlayFs extends TmpFs {
  override readonly type = 'overlay';
  readonly #caller: Caller;
  /** What stands for an inode of the layer below, so that hard links stay the same file. */
  readonly #wrapped = new WeakMap<Inode, Linkable>();

  /** `caller`: as whom the layer below is read, the machine itself. */
  constructor(parts: TmpFsParts, lower: FileSystem, caller: Caller, options: TmpFsOptions = {}) {
    super(parts, options);
    this.#caller = caller;
    this.root = new OverlayDirectory(this, lower.root, this.#attributesOf(lower.root));
  }

  #attributesOf(below: Inode): InitialAttributes {
    const { mode, uid, gid, accessed, modified, changed } = below.attributes();
    return { mode, uid, gid, accessed, modified, changed };
  }
  lookupBelow(directory: Inode, name: string): Linkable | null {
    const below = directory.lookup(name, this.#caller);
    return below === null ? null : this.#wrap(below);
  }
  namesBelow(directory: Inode): string[] {
    return directory.entries(this.#caller).map(({ name }) => name);
  }
  #wrap(below: Inode): Linkable {
    const known = this.#wrapped.get(below);
    if (known !== undefined) return known;
    const made = this.#make(below);
    if (!below.isDirectory) made.own.links = below.attributes().links;
    this.#wrapped.set(below, made);
    return made;
  }
  #make(below: Inode): Linkable {
    const init = this.#attributesOf(below);
    switch (below.type) {
      case S_IFDIR:
        return new OverlayDirectory(this, below, init);
      case S_IFLNK:
        return new MemorySymlink(this, below.readLink(this.#caller), init);
      case S_IFREG:
        if (below instanceof DataInode) return new MemoryFile(this, init, below);
    }
    return new MemoryNode(this, below.attributes().rdev, init);
  }
}

class OverlayDirectory extends MemoryDirectory {
  readonly #overlay: OverlayFs;
  readonly #below: Inode;
  /** Names that were made, moved or removed here: the layer below is not asked for them any more. */
  readonly #hidden = new Set<string>();
  #gathered = false;

  constructor(overlay: OverlayFs, below: Inode, init: InitialAttributes) {
    super(overlay, init);
    this.#overlay = overlay;
    this.#below = below;
    this.own.links = below.attributes().links;
  }
  protected override below(name: string): Linkable | null {
    if (this.#gathered || this.#hidden.has(name)) return null;
    return this.#overlay.lookupBelow(this.#below, name);
  }
  protected override hide(name: string): void {
    this.#hidden.add(name);
  }
  protected override gather(): void {
    if (this.#gathered) return;
    for (const name of this.#overlay.namesBelow(this.#below)) this.fetch(name);
    this.#gathered = true;
  }
}
