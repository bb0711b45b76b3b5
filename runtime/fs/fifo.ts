// A FIFO's data behind its inode, fifo(7): a pipe that exists while somebody has it open, and whose open(2)
// waits for the other side.

import { ENXIO } from '../abi/errno.ts';
import { O_ACCMODE, O_NONBLOCK, O_RDWR, O_WRONLY } from '../abi/file.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result } from '../wait.ts';
import { PipeBuffer, PipeEnd } from './pipe.ts';

export class Fifo {
  readonly #buffer = new PipeBuffer();

  open(inode: Inode, flags: number, path: string): FileDescription {
    const writesOnly = (flags & O_ACCMODE) === O_WRONLY;
    if (writesOnly && (flags & O_NONBLOCK) !== 0 && this.#buffer.readers === 0) throw ENXIO;
    return new FifoEnd(inode, this.#buffer, flags, path);
  }
}

class FifoEnd extends PipeEnd {
  constructor(inode: Inode, buffer: PipeBuffer, flags: number, path: string) {
    super(inode, buffer, flags, path);
    if (this.nonblocking && buffer.writers === 0) this.writersBefore = buffer.writersEver;
  }

  /** Waits for the first end of the other kind. */
  override awaitOpen(): Blocked | null {
    if (this.nonblocking || (this.flags & O_ACCMODE) === O_RDWR) return null;
    const { buffer } = this;
    const before = this.readable ? buffer.writersEver : buffer.readersEver;
    const met = (): boolean =>
      this.readable
        ? buffer.writers > 0 || buffer.writersEver !== before
        : buffer.readers > 0 || buffer.readersEver !== before;
    if (met()) return null;
    const wait = (): Result => (met() ? 0 : new Blocked([buffer.queue], wait));
    return new Blocked([buffer.queue], wait);
  }
}
