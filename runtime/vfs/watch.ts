// Who wants to hear of changes to files: inotify's marks by inode, and the events that reach them, a file's own
// and, with its name, its directory's (Linux: fsnotify). What is done with an event is fs/inotify.ts. Whoever
// changes something asks `active` first, so that nobody pays for it who is not watched.

import type { FileDescription } from './file-description.ts';
import type { Inode } from './inode.ts';
import type { Entry, Location } from './mount.ts';

export const IN_ACCESS = 0x1;
export const IN_MODIFY = 0x2;
export const IN_ATTRIB = 0x4;
export const IN_CLOSE_WRITE = 0x8;
export const IN_CLOSE_NOWRITE = 0x10;
export const IN_OPEN = 0x20;
export const IN_MOVED_FROM = 0x40;
export const IN_MOVED_TO = 0x80;
export const IN_CREATE = 0x100;
export const IN_DELETE = 0x200;
export const IN_DELETE_SELF = 0x400;
export const IN_MOVE_SELF = 0x800;
/** To a directory in which a name has become another. Not among inotify's. Linux: FS_RENAME. */
export const RENAMED_WITHIN = 0x10000000;
export const IN_ISDIR = 0x40000000;

/** Somebody's interest in one inode. Linux: fsnotify_mark. */
export interface Watch {
  /** `name`: of the entry in the watched directory; '' for the watched inode itself. `unlinked`: the entry is gone. */
  event(mask: number, cookie: number, name: string, unlinked: boolean): void;
  /** The inode is gone. */
  gone(): void;
}

export class Watches {
  readonly #watches = new Map<Inode, Set<Watch>>();
  #lastCookie = 0;

  /** Anybody watches anything. */
  get active(): boolean {
    return this.#watches.size > 0;
  }

  add(inode: Inode, watch: Watch): void {
    let own = this.#watches.get(inode);
    if (own === undefined) this.#watches.set(inode, (own = new Set()));
    own.add(watch);
  }
  remove(inode: Inode, watch: Watch): void {
    const own = this.#watches.get(inode);
    own?.delete(watch);
    if (own?.size === 0) this.#watches.delete(inode);
  }

  /** Something happened to a place: its directory hears the name, it hears it itself. */
  about(place: Location, event: number): void {
    const { inode, entry } = place;
    const mask = inode.isDirectory ? event | IN_ISDIR : event;
    if (entry.parent !== null && place.entry !== place.mount.root)
      this.#tell(entry.parent.inode, mask, 0, entry.name, entry.unlinked);
    this.#tell(inode, mask, 0, '', false);
  }
  /** A name came or went. */
  entry(directory: Inode, name: string, inode: Inode, event: number, cookie = 0): void {
    this.#tell(directory, inode.isDirectory ? event | IN_ISDIR : event, cookie, name, false);
  }
  /** To the inode alone, without IN_ISDIR: IN_DELETE_SELF and IN_MOVE_SELF. */
  self(inode: Inode, event: number): void {
    this.#tell(inode, event, 0, '', false);
  }
  /** A name that nobody has open is gone, or what was opened by a removed one is closed: was it the last? */
  dropped({ inode, opens }: Entry): void {
    if (opens > 0 || !this.#watches.has(inode)) return;
    if (!inode.isDirectory && inode.attributes().links > 0) return;
    this.self(inode, IN_DELETE_SELF);
    for (const watch of [...(this.#watches.get(inode) ?? [])]) watch.gone();
    this.#watches.delete(inode);
  }
  /** The last reference to a description is gone. */
  closed(description: FileDescription): void {
    const { location, writable } = description;
    if (location === null) return;
    this.about(location, writable ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    if (location.entry.unlinked) this.dropped(location.entry);
  }
  /** Links IN_MOVED_FROM and IN_MOVED_TO. */
  nextCookie(): number {
    return ++this.#lastCookie;
  }

  #tell(inode: Inode, mask: number, cookie: number, name: string, unlinked: boolean): void {
    const own = this.#watches.get(inode);
    if (own === undefined) return;
    for (const watch of [...own]) watch.event(mask, cookie, name, unlinked);
  }
}
