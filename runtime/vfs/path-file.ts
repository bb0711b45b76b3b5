// A description opened with O_PATH: it names a place and can be used for *at calls, fstat, fchdir and
// /proc/self/fd, but not for the file's data; open(2), O_PATH.

import { EBADF } from '../abi/errno.ts';
import type { Result } from '../wait.ts';
import { FileDescription } from './file-description.ts';

export class PathFile extends FileDescription {
  readonly #path: string;

  constructor(inode: FileDescription['inode'], flags: number, path: string) {
    super(inode, flags);
    this.#path = path;
  }
  override get path(): string {
    return this.location?.entry.unlinked ? `${this.#path} (deleted)` : this.#path;
  }
  override get readable(): boolean {
    return false;
  }
  override get writable(): boolean {
    return false;
  }
  override seek(_offset: number, _whence: number): number {
    throw EBADF;
  }
  override ioctl(): Result {
    throw EBADF;
  }
  override truncate(_size: number): void {
    throw EBADF;
  }
  override sync(): void {
    throw EBADF;
  }
  override readDirectory(): never {
    throw EBADF;
  }
  override mappable(): never {
    throw EBADF;
  }
}
