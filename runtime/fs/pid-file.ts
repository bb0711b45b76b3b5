// pidfd_open(2): a descriptor that means a process; readable once the process has ended.

import { EINVAL } from '../abi/errno.ts';
import { O_RDWR, POLLIN, POLLRDNORM } from '../abi/file.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ThreadGroup } from '../kernel/task.ts';
import { FileDescription } from '../vfs/file-description.ts';

export class PidFile extends FileDescription {
  readonly group: ThreadGroup;
  readonly #kernel: Kernel;
  readonly #ended = (group: ThreadGroup): void => {
    if (group === this.group) this.queue.wake();
  };

  constructor(kernel: Kernel, group: ThreadGroup, flags: number) {
    super(null, O_RDWR | flags);
    this.#kernel = kernel;
    this.group = group;
    kernel.onGroupExit.add(this.#ended);
  }

  override get path(): string {
    return 'anon_inode:[pidfd]';
  }
  override get pollable(): boolean {
    return true;
  }
  override poll(): number {
    return this.group.tasks.every((task) => !task.hasMm) ? POLLIN | POLLRDNORM : 0;
  }
  override read(): never {
    throw EINVAL;
  }
  protected override closed(): void {
    this.#kernel.onGroupExit.delete(this.#ended);
  }
}
