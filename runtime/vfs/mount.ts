// Names and mounts: Entry (Linux: struct dentry), Mount (struct mount), Location (struct path) and
// Namespace (struct mnt_namespace). An entry is unique per directory and name while anybody holds it, so
// a rename or an unlink is seen by every open file and working directory below. Walking is path.ts.

import { EBUSY, EINVAL } from '../abi/errno.ts';
import type { FileSystem, Inode } from './inode.ts';
import type { FileServices } from './services.ts';
import { Watches } from './watch.ts';

export class Entry {
  /** Directory that holds the name; null for the root of a file system and for anonymous objects. */
  parent: Entry | null;
  /** The name in `parent`; for an anonymous object what /proc shows, such as `pipe:[12]`. */
  name: string;
  /** The name was removed or its place taken: paths get " (deleted)". Linux: d_unlinked(). */
  unlinked = false;
  /** Made by O_TMPFILE: linkat(2) may give it a first name. Linux: I_LINKABLE. */
  linkable = false;
  /** Descriptions that were opened by it: an inode without names lives as long as the last of them. */
  opens = 0;
  /** Entries below that somebody may hold; a dead reference means that nobody does. */
  #children: Map<string, WeakRef<Entry>> | null = null;
  /** Size of #children at which the dead ones are swept out next. */
  #sweepAt = 64;

  constructor(
    parent: Entry | null,
    name: string,
    readonly inode: Inode,
  ) {
    this.parent = parent;
    this.name = name;
  }

  /** The entry for a name that the file system says leads to `inode`. */
  child(name: string, inode: Inode): Entry {
    const known = this.held(name);
    if (known !== null) {
      if (known.inode === inode) return known;
      known.unlinked = true; // changed behind our back, as a host may
    }
    const entry = new Entry(this, name, inode);
    this.#children ??= new Map();
    if (this.#children.size >= this.#sweepAt) this.#sweep();
    this.#children.set(name, new WeakRef(entry));
    return entry;
  }
  /** The entry, if anybody holds it. */
  held(name: string): Entry | null {
    return this.#children?.get(name)?.deref() ?? null;
  }
  #sweep(): void {
    for (const [name, reference] of this.#children!) {
      if (reference.deref() === undefined) this.#children!.delete(name);
    }
    this.#sweepAt = Math.max(64, this.#children!.size * 2);
  }

  /** The name is gone from the directory. */
  removed(name: string): void {
    const entry = this.held(name);
    this.#children?.delete(name);
    if (entry !== null) entry.unlinked = true;
  }
  /** The name now stands in another directory or under another name; what was there is gone. */
  moved(name: string, to: Entry, newName: string): void {
    const entry = this.held(name);
    this.#children?.delete(name);
    to.removed(newName);
    if (entry !== null) to.#adopt(entry, newName);
  }
  exchanged(name: string, other: Entry, otherName: string): void {
    const mine = this.held(name);
    const theirs = other.held(otherName);
    this.#children?.delete(name);
    other.#children?.delete(otherName);
    if (mine !== null) other.#adopt(mine, otherName);
    if (theirs !== null) this.#adopt(theirs, name);
  }
  #adopt(entry: Entry, name: string): void {
    entry.parent = this;
    entry.name = name;
    this.#children ??= new Map();
    this.#children.set(name, new WeakRef(entry));
  }

  /** True when this entry is `other` or lies below it. */
  isBelow(other: Entry): boolean {
    for (let entry: Entry | null = this; entry !== null; entry = entry.parent) {
      if (entry === other) return true;
    }
    return false;
  }
}

/** Per-mount flags, mount(2); a subset of MS_*. */
export interface MountFlags {
  readonly readonly?: boolean;
  readonly nosuid?: boolean;
  readonly nodev?: boolean;
  readonly noexec?: boolean;
  readonly noatime?: boolean;
}

export class Mount {
  /** mnt_id: in /proc/PID/mountinfo, fdinfo and statx. */
  readonly id: number;
  readonly fileSystem: FileSystem;
  /** What the mount shows at its place: the file system's root, or any entry for a bind mount. */
  readonly root: Entry;
  /** Where it is attached; null for the namespace's root mount and after umount. */
  point: Location | null;
  /** First column of /proc/mounts. */
  readonly source: string;
  flags: MountFlags;
  /** Mounts attached to entries of this mount. */
  readonly covered = new Map<Entry, Mount>();

  constructor(init: {
    id: number;
    fileSystem: FileSystem;
    root: Entry;
    point: Location | null;
    source: string;
    flags: MountFlags;
  }) {
    this.id = init.id;
    this.fileSystem = init.fileSystem;
    this.root = init.root;
    this.point = init.point;
    this.source = init.source;
    this.flags = init.flags;
  }
}

/** A place in the tree: an entry as seen through a mount. */
export class Location {
  constructor(
    readonly mount: Mount,
    readonly entry: Entry,
  ) {}

  get inode(): Inode {
    return this.entry.inode;
  }
  equals(other: Location): boolean {
    return this.entry === other.entry && this.mount === other.mount;
  }
  /** The top of the stack of mounts attached here, or this place itself. */
  covering(): Location {
    let place: Location = this;
    for (;;) {
      const mount = place.mount.covered.get(place.entry);
      if (mount === undefined) return place;
      place = new Location(mount, mount.root);
    }
  }
  /** The directory above, through mount points; the root's is itself. */
  above(): Location {
    let place: Location = this;
    while (place.entry === place.mount.root) {
      if (place.mount.point === null) return place;
      place = place.mount.point;
    }
    return new Location(place.mount, place.entry.parent!).covering();
  }
}

/**
 * An object without a place in the tree: what a magic link to a pipe, socket or memfd leads to. Its mount is the
 * kernel's own, and refuses nothing.
 */
export function anonymousLocation(inode: Inode, name: string): Location {
  const root = new Entry(null, '', inode);
  const mount = new Mount({
    id: 0,
    fileSystem: inode.fileSystem,
    root,
    point: null,
    source: 'none',
    flags: {},
  });
  return new Location(mount, new Entry(null, name, inode));
}

/**
 * The path of a place as seen from `root`, as d_path() says it: " (deleted)" behind a removed name,
 * "(unreachable)" before a place outside of the root. Anonymous objects have their name only.
 */
export function pathOf(place: Location, root: Location): string {
  const text = walkUp(place, root);
  return place.entry.unlinked ? `${text} (deleted)` : text;
}

function walkUp(place: Location, root: Location): string {
  let text = '';
  let { mount, entry } = place;
  for (;;) {
    if (mount === root.mount && entry === root.entry) return text === '' ? '/' : text;
    if (entry === mount.root) {
      if (mount.point === null) {
        const rest = text === '' ? '/' : text;
        return mount.id === root.mount.id ? rest : `(unreachable)${rest}`;
      }
      ({ mount, entry } = mount.point);
      continue;
    }
    if (entry.parent === null) return text === '' ? entry.name : `(unreachable)${text}`;
    text = `/${entry.name}${text}`;
    entry = entry.parent;
  }
}

export class Namespace {
  /** In the order of mounting, as /proc/mounts lists them. */
  readonly mounts: Mount[] = [];
  readonly root: Location;
  readonly services: FileServices;
  readonly watches = new Watches();
  /** A tree in which absolute paths are looked for first (qemu-i386's -L); null: none. */
  prefix: Location | null = null;
  #lastId = 0;

  constructor(services: FileServices, fileSystem: FileSystem, source: string, flags: MountFlags = {}) {
    this.services = services;
    const mount = new Mount({
      id: ++this.#lastId,
      fileSystem,
      root: new Entry(null, '', fileSystem.root),
      point: null,
      source,
      flags,
    });
    this.mounts.push(mount);
    this.root = new Location(mount, mount.root);
  }

  /** Attaches a file system at a place (which is covered from now on). `root`: part of it, for a bind mount. */
  attach(
    point: Location,
    fileSystem: FileSystem,
    source: string,
    flags: MountFlags = {},
    root: Entry = new Entry(null, '', fileSystem.root),
  ): Mount {
    const place = point.covering();
    const mount = new Mount({ id: ++this.#lastId, fileSystem, root, point: place, source, flags });
    place.mount.covered.set(place.entry, mount);
    this.mounts.push(mount);
    return mount;
  }

  /** A mount outside of the tree; answers its root. */
  aside(fileSystem: FileSystem, source: string, flags: MountFlags = {}): Location {
    const root = new Entry(null, '', fileSystem.root);
    const mount = new Mount({ id: ++this.#lastId, fileSystem, root, point: null, source, flags });
    return new Location(mount, root);
  }

  /** umount(2): takes the mount away whose root `place` is. `detach` (MNT_DETACH) takes those below along. */
  detach(place: Location, detach: boolean): void {
    const { mount } = place;
    if (place.entry !== mount.root || mount.point === null) throw EINVAL;
    if (mount.covered.size > 0 && !detach) throw EBUSY;
    for (const below of [...mount.covered.values()]) this.detach(new Location(below, below.root), true);
    mount.point.mount.covered.delete(mount.point.entry);
    mount.point = null;
    this.mounts.splice(this.mounts.indexOf(mount), 1);
  }
}
