// /proc/mm: each open makes an address space, and what is written to it changes that space. One request a
// write, struct proc_mm_op; descriptors in it are the writer's. The file has no other operation.

import { EINVAL } from '../abi/errno.ts';
import { MAP } from '../abi/memory.ts';
import { MM, MM_OP_SIZE, MM_OP_WORDS } from '../abi/skas.ts';
import type { ProcEntries } from '../fs/proc-node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { refreshSegments } from '../kernel/ldt.ts';
import { limited, mapInto, protectIn } from '../kernel/mapping.ts';
import type { Task } from '../kernel/task.ts';
import type { Mm } from '../mm/mm.ts';
import type { Inode } from '../vfs/inode.ts';
import { emptyMm, MmFile, mmBehind } from './mm-file.ts';

/** Words of a request behind its number. */
type Operation = (writer: Task, mm: Mm, words: Uint32Array) => void;

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [
    MM.MM_MMAP,
    (writer, mm, [, address, length, protection, flags, fd, offset]) => {
      // Where there is room is asked of the caller's own space in the patch: only a fixed place makes sense.
      if ((flags! & MAP.MAP_FIXED) === 0) throw EINVAL;
      mapInto(writer, mm, address!, length!, protection!, flags! | 0, fd! | 0, offset! >>> 12);
    },
  ],
  [MM.MM_MUNMAP, (writer, mm, [, address, length]) => limited(writer, mm).unmap(address!, length!)],
  [
    MM.MM_MPROTECT,
    (writer, mm, [, address, length, protection]) =>
      protectIn(writer, mm, address!, length!, protection! | 0),
  ],
  [
    MM.MM_COPY_SEGMENTS,
    (writer, mm, [, from]) => {
      const source = mmBehind(writer, from! | 0);
      if (source === mm) return;
      mm.ldt.copyFrom(source.ldt);
      refreshSegments(writer.kernel, mm);
    },
  ],
]);

class ProcMmFile extends MmFile {
  readonly #kernel: Kernel;

  constructor(opener: Task, inode: Inode, flags: number, path: string) {
    super(emptyMm(opener), inode, flags, path);
    this.#kernel = opener.kernel;
  }
  override get requestSize(): number {
    return MM_OP_SIZE;
  }
  override write(bytes: Uint8Array): number {
    const words = new Uint32Array(MM_OP_WORDS);
    new Uint8Array(words.buffer).set(bytes);
    const operation = OPERATIONS.get(words[0]!);
    if (operation === undefined) throw EINVAL;
    operation(this.#kernel.running!, this.mm, words);
    return bytes.length;
  }
}

export function procMm(kernel: Kernel): ProcEntries {
  return {
    mm: {
      kind: 'file',
      mode: 0o222,
      open: (flags, _caller, inode, path) => new ProcMmFile(kernel.running!, inode, flags, path),
    },
  };
}
