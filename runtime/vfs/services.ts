// What the file calls need of the machine beyond files themselves; machine.ts puts it together and hangs
// it on the namespace, so that rows of the call table need no state of their own.

import { ENOSYS } from '../abi/errno.ts';
import type { Caller } from './caller.ts';
import type { FileDescription } from './file-description.ts';
import type { FileSystem, Inode } from './inode.ts';

export interface FileServices {
  /** pipe2(2): read end and write end. */
  pipe(caller: Caller, flags: number): readonly [FileDescription, FileDescription];
  /** memfd_create(2). */
  memoryFile(name: string, caller: Caller, seals: number): FileDescription;
  /** mount(2): a file system of that type, or null when there is none. `data` is the option string. */
  mount(type: string, source: string, data: string): FileSystem | null;
  /** O_ASYNC goes on or off: whoever sends SIGIO watches the description from now on; `fd` is its si_fd. */
  setAsync(description: FileDescription, fd: number, on: boolean): void;
  /** Some process runs the file: opening it for writing is ETXTBSY. */
  isExecuting(inode: Inode): boolean;
}

const missing = (): never => {
  throw ENOSYS;
};
/** A namespace by itself, as in tests: files, and nothing else. */
export const NO_SERVICES: FileServices = {
  pipe: missing,
  memoryFile: missing,
  mount: () => null,
  setAsync: missing,
  isExecuting: () => false,
};
