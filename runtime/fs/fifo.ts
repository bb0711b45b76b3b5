// A FIFO's data behind its inode, fifo(7): a pipe that exists while somebody has it open. The waiting of
// open(2) is PipeEnd.awaitOpen.

import { ENXIO } from '../abi/errno.ts';
import { O_ACCMODE, O_NONBLOCK, O_WRONLY } from '../abi/file.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { PipeBuffer, PipeEnd } from './pipe.ts';

export class Fifo {
  readonly #buffer = new PipeBuffer();

  open(inode: Inode, flags: number, path: string): FileDescription {
    const writesOnly = (flags & O_ACCMODE) === O_WRONLY;
    if (writesOnly && (flags & O_NONBLOCK) !== 0 && this.#buffer.readers === 0) throw ENXIO;
    return new PipeEnd(inode, this.#buffer, flags, path);
  }
}
