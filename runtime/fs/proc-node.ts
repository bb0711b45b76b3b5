// The kinds of nodes that /proc is made of: texts made when they are read, links, folders whose names are
// a table or are asked for, and files that open in their own way. proc(5). What they say is elsewhere.

import { EINVAL, EIO, ENOENT, EPERM, ESPIPE } from '../abi/errno.ts';
import { SEEK_CUR, SEEK_SET } from '../abi/file.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from '../vfs/inode.ts';
import type { Location } from '../vfs/mount.ts';
import type { Result } from '../wait.ts';

const BLOCK_SIZE = 1024;

/** What an entry of /proc is; other packages add their own (skas: /proc/mm). */
export type ProcEntry =
  | {
      readonly kind: 'text';
      readonly mode?: number;
      /** The contents, one byte a code unit; made anew whenever reading begins at the start. */
      read(caller: Caller): string;
      /** What a write(2) means; without it writing fails. */
      write?(text: string, caller: Caller): void;
    }
  | {
      readonly kind: 'link';
      readonly mode?: number;
      target(caller: Caller): string;
      /** Where a magic link leads; null: the text is a path. */
      follow?(caller: Caller): Inode | Location | null;
    }
  | {
      readonly kind: 'folder';
      readonly mode?: number;
      /** Whose it is and what is below it; else the owner of what it is in. */
      readonly owner?: ProcOwner;
      readonly entries: ProcEntries;
      readonly more?: ProcNames;
    }
  | {
      readonly kind: 'file';
      readonly mode: number;
      open(flags: number, caller: Caller, inode: Inode, path: string): FileDescription;
    };

export type ProcEntries = Readonly<Record<string, ProcEntry>>;

/** Names that come and go: processes, descriptors. */
export interface ProcNames {
  list(caller: Caller): { readonly name: string; readonly type: number }[];
  /** The node of a name, or null; the same node as long as it is the same thing. */
  find(name: string, caller: Caller, folder: ProcFolder): Inode | null;
}

/** Whose file it is, asked at each stat. */
export type ProcOwner = () => { readonly uid: number; readonly gid: number };
export const ROOT_OWNER: ProcOwner = () => ({ uid: 0, gid: 0 });
/** Root as it owns /proc/sys, where nobody goes past the permission bits or changes them. */
export const SETTING_OWNER: ProcOwner = () => ({ uid: 0, gid: 0 });

/** The file system as its nodes see it. */
export interface ProcFileSystem extends FileSystem {
  /** CLOCK_REALTIME, nanoseconds. */
  readonly now: () => bigint;
  nextInode(): number;
}

export abstract class ProcNode extends Inode {
  readonly proc: ProcFileSystem;
  readonly number: number;
  readonly owner: ProcOwner;
  #mode: number;
  readonly #made: bigint;

  constructor(proc: ProcFileSystem, mode: number, owner: ProcOwner) {
    super(proc);
    this.proc = proc;
    this.number = proc.nextInode();
    this.owner = owner;
    this.#mode = mode;
    this.#made = proc.now();
  }
  override get mode(): number {
    return this.#mode;
  }
  override attributes(): Attributes {
    const { uid, gid } = this.owner();
    return {
      device: this.proc.device,
      inode: this.number,
      mode: this.#mode,
      links: this.isDirectory ? 2 : 1,
      uid,
      gid,
      rdev: 0,
      size: this.type === S_IFLNK ? 64 : 0,
      blockSize: BLOCK_SIZE,
      blocks: 0,
      accessed: this.#made,
      modified: this.#made,
      changed: this.#made,
    };
  }
  /** A process's files keep the mode that they have, and belong to whoever it runs as, whatever chown(2) says. */
  override setAttributes({ mode, uid, gid }: AttributeChange): void {
    if (this.isSetting && (mode ?? uid ?? gid) !== undefined) throw EPERM;
    if (mode === undefined) return;
    if (this.isOfProcess) throw EPERM;
    this.#mode = (this.#mode & ~0o7777) | (mode & 0o7777);
  }
  get isOfProcess(): boolean {
    return this.owner !== ROOT_OWNER && !this.isSetting;
  }
  get isSetting(): boolean {
    return this.owner === SETTING_OWNER;
  }
  override get bindsEverybody(): boolean {
    return this.isSetting;
  }
}

/** A node for an entry. */
export function procNode(proc: ProcFileSystem, entry: ProcEntry, owner: ProcOwner): Inode {
  switch (entry.kind) {
    case 'text':
      return new ProcText(proc, entry, owner);
    case 'link':
      return new ProcLink(proc, entry, owner);
    case 'folder':
      return new ProcFolder(proc, entry, entry.owner ?? owner);
    case 'file':
      return new ProcOpener(proc, entry, owner);
  }
}

const typeOf = (entry: ProcEntry): number =>
  entry.kind === 'folder' ? S_IFDIR : entry.kind === 'link' ? S_IFLNK : S_IFREG;

type Entry<K extends ProcEntry['kind']> = Extract<ProcEntry, { kind: K }>;

export class ProcFolder extends ProcNode {
  readonly #entries: Record<string, ProcEntry>;
  readonly #more: ProcNames | null;
  readonly #nodes = new Map<string, Inode>();

  constructor(proc: ProcFileSystem, entry: Omit<Entry<'folder'>, 'kind'>, owner: ProcOwner) {
    super(proc, S_IFDIR | (entry.mode ?? 0o555), owner);
    this.#entries = { ...entry.entries };
    this.#more = entry.more ?? null;
  }
  /** Adds entries to the table, or replaces them. */
  add(entries: ProcEntries): void {
    for (const name of Object.keys(entries)) this.#nodes.delete(name);
    Object.assign(this.#entries, entries);
  }
  override lookup(name: string, caller: Caller): Inode {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const entry = Object.hasOwn(this.#entries, name) ? this.#entries[name] : undefined;
    if (entry === undefined) {
      const found = this.#more?.find(name, caller, this) ?? null;
      // Linux's /proc has no names that could be made: that there is none is an error of the lookup.
      if (found === null) throw ENOENT;
      return found;
    }
    const node = procNode(this.proc, entry, this.owner);
    this.#nodes.set(name, node);
    return node;
  }
  override entries(caller: Caller): { name: string; inode: number; type: number }[] {
    const fixed = Object.entries(this.#entries).map(([name, entry]) => ({ name, type: typeOf(entry) }));
    const all = [...fixed, ...(this.#more?.list(caller) ?? [])];
    return all.map(({ name, type }) => {
      const node = this.#nodes.get(name);
      return { name, type, inode: node instanceof ProcNode ? node.number : this.number };
    });
  }
}

/** /proc/PID and /proc/PID/task/TID. */
export class TaskFolder extends ProcFolder {
  override get immutable(): boolean {
    return true;
  }
}

class ProcLink extends ProcNode {
  readonly #entry: Entry<'link'>;

  constructor(proc: ProcFileSystem, entry: Entry<'link'>, owner: ProcOwner) {
    super(proc, S_IFLNK | (entry.mode ?? 0o777), owner);
    this.#entry = entry;
  }
  override readLink(caller: Caller): string {
    return this.#entry.target(caller);
  }
  override follow(caller: Caller): Inode | Location | null {
    return this.#entry.follow?.(caller) ?? null;
  }
}

class ProcText extends ProcNode {
  readonly entry: Entry<'text'>;

  constructor(proc: ProcFileSystem, entry: Entry<'text'>, owner: ProcOwner) {
    super(proc, S_IFREG | (entry.mode ?? 0o444), owner);
    this.entry = entry;
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    return new ProcTextFile(this, this.entry, flags, caller, path);
  }
  override truncate(): void {}
}

class ProcOpener extends ProcNode {
  readonly #entry: Entry<'file'>;

  constructor(proc: ProcFileSystem, entry: Entry<'file'>, owner: ProcOwner) {
    super(proc, S_IFREG | entry.mode, owner);
    this.#entry = entry;
  }
  override open(flags: number, caller: Caller, path: string): FileDescription {
    return this.#entry.open(flags, caller, this, path);
  }
  override truncate(): void {}
}

/** Bytes of a string with one byte a code unit. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

class ProcTextFile extends FileDescription {
  readonly #node: ProcNode;
  readonly #entry: Entry<'text'>;
  readonly #caller: Caller;
  readonly #path: string;
  #content: Uint8Array | null = null;

  constructor(node: ProcNode, entry: Entry<'text'>, flags: number, caller: Caller, path: string) {
    super(node, flags);
    this.#node = node;
    this.#entry = entry;
    this.#caller = caller;
    this.#path = path;
  }
  override get path(): string {
    return this.#path;
  }
  override read(length: number): Uint8Array {
    const bytes = this.readAt(length, this.position);
    this.position += bytes.length;
    return bytes;
  }
  override readAt(length: number, position: number): Uint8Array {
    if (this.#content === null || position === 0) this.#content = bytesOf(this.#entry.read(this.#caller));
    return this.#content.slice(position, position + length);
  }
  override write(bytes: Uint8Array): Result {
    if (this.#entry.write === undefined) throw this.#node.isOfProcess ? EINVAL : EIO;
    this.#entry.write(String.fromCharCode(...bytes), this.#caller);
    this.position += bytes.length;
    return bytes.length;
  }
  override writeAt(bytes: Uint8Array, _position: number): Result {
    if (this.#entry.write === undefined) throw ESPIPE;
    return this.write(bytes);
  }
  override truncate(): void {}
  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) throw EINVAL;
    const position = whence === SEEK_SET ? offset : this.position + offset;
    if (position < 0) throw EINVAL;
    this.position = position;
    return position;
  }
}
