// MmFile: an open file that holds an address space. The space lives while this file or a task holds it; what
// else the file can do depends on how it was made: /proc/mm (proc-mm.ts) or new_mm of skas4 (calls.ts).

import { EINVAL } from '../abi/errno.ts';
import { limited } from '../kernel/mapping.ts';
import type { Task } from '../kernel/task.ts';
import { Mm } from '../mm/mm.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';

export class MmFile extends FileDescription {
  /** The file has a reference of its own, which its maker hands over. */
  readonly mm: Mm;
  readonly #path: string;

  constructor(mm: Mm, inode: Inode | null, flags: number, path: string) {
    super(inode, flags);
    this.mm = mm;
    this.#path = path;
  }
  override get path(): string {
    return this.#path;
  }
  protected override closed(): void {
    this.mm.release();
  }
}

/** An address space with nothing in it: no stack, no vdso, an empty LDT. The caller has its reference. */
export function emptyMm(task: Task): Mm {
  const { frames, tables } = task.kernel;
  const mm = limited(task, new Mm({ frames, tables }, { taskSize: task.mm.taskSize }));
  mm.chooseLayout();
  return mm;
}

/** The address space behind one of the task's descriptors. Throws EBADF, EINVAL for any other file. */
export function mmBehind(task: Task, fd: number): Mm {
  const description = task.files.get(fd);
  if (!(description instanceof MmFile)) throw EINVAL;
  return description.mm;
}
