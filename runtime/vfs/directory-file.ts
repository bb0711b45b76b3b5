// An open directory: getdents(2) over a snapshot that is taken at the first read and again after a rewind,
// so that names that come and go meanwhile do not shift the others.

import { EINVAL, EISDIR, ENOENT } from '../abi/errno.ts';
import { SEEK_CUR, SEEK_SET } from '../abi/file.ts';
import type { Caller } from './caller.ts';
import { type FdTable, FileDescription } from './file-description.ts';
import { type DirectoryEntry, type Inode, S_IFDIR } from './inode.ts';

export class DirectoryFile extends FileDescription {
  readonly #directory: Inode;
  readonly #caller: Caller;
  readonly #path: string;
  #snapshot: DirectoryEntry[] | null = null;
  /** Who asked for signals by F_NOTIFY, by descriptor table: it ends when one of its descriptors is closed. */
  readonly notified = new Map<FdTable, { stop(): void }>();

  constructor(directory: Inode, flags: number, caller: Caller, path: string) {
    super(directory, flags);
    this.#directory = directory;
    this.#caller = caller;
    this.#path = path;
  }

  override get path(): string {
    return this.location?.entry.unlinked ? `${this.#path} (deleted)` : this.#path;
  }

  override readDirectory(): DirectoryEntry[] {
    if (this.location?.entry.unlinked) throw ENOENT;
    if (this.#snapshot === null || this.position === 0) this.#snapshot = this.#list();
    return this.#snapshot.slice(this.position);
  }
  #list(): DirectoryEntry[] {
    const { inode } = this.#directory.attributes();
    const above = this.location?.above().inode.attributes().inode ?? inode;
    const all = [
      { name: '.', inode, type: S_IFDIR },
      { name: '..', inode: above, type: S_IFDIR },
      ...this.#directory.entries(this.#caller),
    ];
    return all.map((entry, index) => ({ ...entry, next: index + 1 }));
  }

  override read(_length: number): Uint8Array {
    throw EISDIR;
  }
  override readAt(_length: number, _position: number): Uint8Array {
    throw EISDIR;
  }
  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) throw EINVAL;
    const position = whence === SEEK_SET ? offset : this.position + offset;
    if (position < 0) throw EINVAL;
    this.position = position;
    return position;
  }
  override sync(): void {}
  override flush(table: FdTable): void {
    this.notified.get(table)?.stop();
  }
}
