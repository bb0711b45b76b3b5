// Path walk: from a byte string to a Location, and FsContext, what a task brings to it (Linux: fs_struct).
// path_resolution(7): dots, mounts, at most 40 symlinks, trailing slashes, magic links, search permission.
// What is done with the place that is found: open.ts, syscalls/directory.ts.

import { EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, Errno, EXDEV } from '../abi/errno.ts';
import { NAME_MAX, PATH_MAX } from '../abi/file.ts';
import type { Caller } from './caller.ts';
import { S_IFLNK } from './inode.ts';
import { anonymousLocation, Location, type Mount, type Namespace, pathOf } from './mount.ts';
import { allows, MAY_EXEC } from './permission.ts';

/** Linux: MAXSYMLINKS. */
const MAX_SYMLINKS = 40;

/**
 * What becomes of a symlink as the last component: followed, followed before a slash only, or left alone. `unseen`: a
 * last component that is a name is not even looked for.
 */
export type LastLink = 'follow' | 'before-slash' | 'leave' | 'unseen';

export interface WalkOptions {
  readonly last?: LastLink;
  /** Where a relative path begins; default: the working directory. */
  readonly base?: Location | null;
  /** AT_EMPTY_PATH: the empty path means the base itself. */
  readonly empty?: boolean;
  /** openat2(2): RESOLVE_* bits. */
  readonly resolve?: number;
}

/** openat2(2): what a walk must not meet. */
export const RESOLVE = {
  RESOLVE_NO_XDEV: 1,
  RESOLVE_NO_MAGICLINKS: 2,
  RESOLVE_NO_SYMLINKS: 4,
  RESOLVE_BENEATH: 8,
  RESOLVE_IN_ROOT: 16,
  RESOLVE_CACHED: 32,
} as const;

/** Where a walk ended. */
export interface Walked {
  /** The directory that has, or would have, the last component; the place itself for `/`, `.` and `..`. */
  readonly parent: Location;
  /** The last component: a name, '.', '..', or '' for `/` and a magic link. */
  readonly name: string;
  /** What is there; null when the directory exists and the name does not, or was not looked for. */
  readonly place: Location | null;
  readonly trailingSlash: boolean;
}

export class FsContext {
  readonly namespace: Namespace;
  /** Working directory and root directory. Linux: fs->pwd, fs->root. */
  cwd: Location;
  root: Location;
  /** Permission bits that new files do not get. */
  umask: number;
  /** Tasks that share this (CLONE_FS). */
  #users = 1;

  constructor(namespace: Namespace, init: { cwd?: Location; root?: Location; umask?: number } = {}) {
    this.namespace = namespace;
    this.root = init.root ?? namespace.root.covering();
    this.cwd = init.cwd ?? this.root;
    this.umask = init.umask ?? 0o022;
  }

  /** fork(2) without CLONE_FS. */
  clone(): FsContext {
    return new FsContext(this.namespace, { cwd: this.cwd, root: this.root, umask: this.umask });
  }
  share(): this {
    this.#users++;
    return this;
  }
  leave(): void {
    this.#users--;
  }
  get shared(): boolean {
    return this.#users > 1;
  }

  /** The path of a place as this task sees it. */
  pathOf(place: Location): string {
    return pathOf(place, this.root);
  }

  /** The existing file a path leads to. Throws ENOENT and whatever the walk meets. */
  resolve(caller: Caller, path: string, options: WalkOptions = {}): Location {
    const { place } = this.walk(caller, path, options);
    if (place === null) throw ENOENT;
    return place;
  }

  /** Walks to the last component, which need not exist. */
  walk(caller: Caller, path: string, options: WalkOptions = {}): Walked {
    const { prefix } = this.namespace;
    if (prefix !== null && path.charCodeAt(0) === SLASH && !options.resolve) {
      const found = this.#walkBelow(prefix, caller, path, options);
      if (found !== null) return found;
    }
    return this.#walk(caller, path, options);
  }
  /** What an absolute path leads to below another root, or null when nothing is there. */
  #walkBelow(base: Location, caller: Caller, path: string, options: WalkOptions): Walked | null {
    const relative = path.replace(/^\/+/, '');
    if (relative === '') return null;
    try {
      const found = this.#walk(caller, relative, { ...options, base });
      return found.place === null ? null : found;
    } catch (thrown) {
      if (thrown instanceof Errno) return null;
      throw thrown;
    }
  }
  #walk(caller: Caller, path: string, options: WalkOptions): Walked {
    if (path.length >= PATH_MAX) throw ENAMETOOLONG;
    const resolve = options.resolve ?? 0;
    const beneath = (resolve & RESOLVE.RESOLVE_BENEATH) !== 0;
    const scoped = (resolve & (RESOLVE.RESOLVE_BENEATH | RESOLVE.RESOLVE_IN_ROOT)) !== 0;
    const start = options.base ?? this.cwd;
    /** What `/` means, and what `..` does not leave. */
    const root = scoped ? start : this.root;
    if (beneath && path.charCodeAt(0) === SLASH) throw EXDEV;
    let current = path.charCodeAt(0) === SLASH ? root : start;
    const { mount } = current;
    const stays = (resolve & RESOLVE.RESOLVE_NO_XDEV) !== 0;
    const enter = stays ? (place: Location) => onMount(place, mount) : anywhere;
    if (path === '') {
      if (!options.empty) throw ENOENT;
      return { parent: current, name: '', place: current, trailingSlash: false };
    }
    const last = options.last ?? 'follow';
    let links = 0;
    let name = '';
    let parent = current;
    let rest = path;
    let at = 0;
    for (;;) {
      while (rest.charCodeAt(at) === SLASH) at++;
      // Only slashes are left: `current` is the root, or what a link such as `/` led to.
      if (at === rest.length) {
        return { parent: current, name: '', place: current, trailingSlash: false };
      }
      let end = rest.indexOf('/', at);
      if (end < 0) end = rest.length;
      let after = end;
      while (rest.charCodeAt(after) === SLASH) after++;
      const isLast = after === rest.length;
      const trailingSlash = isLast && end < rest.length;
      name = rest.slice(at, end);
      if (!current.inode.isDirectory) throw ENOTDIR;
      if (!allows(current.inode, MAY_EXEC, caller.credentials)) throw EACCES;
      parent = current;
      if (name === '.' || name === '..') {
        if (name === '..') {
          if (beneath && current.equals(root)) throw EXDEV;
          current = current.equals(root) ? current : enter(this.#above(current));
        }
        if (isLast) return { parent, name, place: current, trailingSlash };
        at = after;
        continue;
      }
      if (isLast && last === 'unseen') return { parent, name, place: null, trailingSlash };
      const place = placeIn(current, name, caller);
      if (place === null) {
        if (!isLast) throw ENOENT;
        return { parent, name, place: null, trailingSlash };
      }
      const isLink = place.inode.type === S_IFLNK;
      if (isLink && (!isLast || last === 'follow' || (last === 'before-slash' && trailingSlash))) {
        if (++links > MAX_SYMLINKS) throw ELOOP;
        if ((resolve & RESOLVE.RESOLVE_NO_SYMLINKS) !== 0) throw ELOOP;
        const target = this.#magic(caller, place);
        if (target !== null) {
          if ((resolve & RESOLVE.RESOLVE_NO_MAGICLINKS) !== 0) throw ELOOP;
          if (scoped) throw EXDEV;
          enter(target);
          if (isLast) {
            if (trailingSlash && !target.inode.isDirectory) throw ENOTDIR;
            return { parent: target, name: '', place: target, trailingSlash };
          }
          current = target;
          at = after;
          continue;
        }
        const text = place.inode.readLink(caller);
        if (text === '') throw ENOENT;
        rest = isLast && !trailingSlash ? text : `${text}/${rest.slice(after)}`;
        at = 0;
        if (text.charCodeAt(0) === SLASH) {
          if (beneath) throw EXDEV;
          current = enter(root);
        }
        continue;
      }
      enter(place);
      if (isLast) {
        if (trailingSlash && last !== 'leave' && !place.inode.isDirectory) throw ENOTDIR;
        return { parent, name, place, trailingSlash };
      }
      current = place;
      at = after;
    }
  }

  #above(place: Location): Location {
    return place.equals(this.root) ? place : place.above();
  }

  /** Where a magic link leads without a walk, or null for an ordinary one. */
  #magic(caller: Caller, link: Location): Location | null {
    const target = link.inode.follow(caller);
    if (target === null || target instanceof Location) return target;
    return anonymousLocation(target, link.inode.readLink(caller));
  }
}

const SLASH = 0x2f;

/** What a directory has under a name, or null. Linux: lookup_one(). */
export function placeIn(directory: Location, name: string, caller: Caller): Location | null {
  if (name.length > NAME_MAX) throw ENAMETOOLONG;
  const inode = directory.inode.lookup(name, caller);
  return inode === null ? null : new Location(directory.mount, directory.entry.child(name, inode)).covering();
}

const anywhere = (place: Location): Location => place;
function onMount(place: Location, mount: Mount): Location {
  if (place.mount !== mount) throw EXDEV;
  return place;
}
