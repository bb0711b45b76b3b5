// An archive for Linux's initramfs, in the format `newc` of cpio(5): what a guest's root is made of before it has
// any disk. Symlinks, folders and plain files of root's; hard links are written as files of their own.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = '070701';
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

const padding = (length: number): Buffer => Buffer.alloc(-length & 3);

export class Archive {
  readonly #parts: Buffer[] = [];
  readonly #folders = new Set<string>();
  #inode = 0;

  #entry(name: string, mode: number, data: Uint8Array): void {
    const path = Buffer.from(`${name}\0`, 'utf8');
    // inode, mode, uid, gid, links, time, size, four device numbers, length of the name, checksum
    const fields = [++this.#inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length, 0];
    const head = Buffer.from(
      MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''),
      'latin1',
    );
    this.#parts.push(head, path, padding(head.length + path.length), Buffer.from(data), padding(data.length));
  }

  /** A folder, and those above it. */
  folder(name: string): void {
    if (name === '' || this.#folders.has(name)) return;
    this.folder(name.split('/').slice(0, -1).join('/'));
    this.#folders.add(name);
    this.#entry(name, S_IFDIR | 0o755, new Uint8Array(0));
  }
  file(name: string, data: Uint8Array | string, mode = 0o755): void {
    this.folder(name.split('/').slice(0, -1).join('/'));
    this.#entry(name, S_IFREG | mode, Buffer.from(data));
  }
  /** A folder of the host with all that is in it; devices and the like are left out. */
  tree(from: string, name: string): void {
    this.folder(name);
    for (const child of readdirSync(from)) {
      const path = join(from, child);
      const to = name === '' ? child : `${name}/${child}`;
      const stat = lstatSync(path);
      if (stat.isDirectory()) this.tree(path, to);
      else if (stat.isSymbolicLink()) this.#entry(to, S_IFLNK | 0o777, Buffer.from(readlinkSync(path)));
      else if (stat.isFile()) this.file(to, readFileSync(path), stat.mode & 0o7777);
    }
  }

  bytes(): Buffer {
    const parts = [...this.#parts];
    const end = new Archive();
    end.#inode = -1;
    end.#entry('TRAILER!!!', 0, new Uint8Array(0));
    return Buffer.concat([...parts, ...end.#parts]);
  }
}
