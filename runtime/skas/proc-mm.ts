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

const PAGE_SHIFT = 12;

/** `words` is the whole request, its number first. */
type Operation = (writer: Task, mm: Mm, words: Uint32Array) => void;

function mapRequest(writer: Task, mm: Mm, words: Uint32Array): void {
  const flags = words[4]! | 0;
  // Where there is room is asked of the caller's own space in the patch: only a fixed place makes sense.
  if ((flags & MAP.MAP_FIXED) === 0) throw EINVAL;
  mapInto(writer, mm, words[1]!, words[2]!, words[3]!, flags, words[5]! | 0, words[6]! >>> PAGE_SHIFT);
}

function copySegments(writer: Task, mm: Mm, words: Uint32Array): void {
  const source = mmBehind(writer, words[1]! | 0);
  if (source === mm) return;
  mm.ldt.copyFrom(source.ldt);
  refreshSegments(writer.kernel, mm);
}

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [MM.MM_MMAP, mapRequest],
  [MM.MM_MUNMAP, (writer, mm, words) => limited(writer, mm).unmap(words[1]!, words[2]!)],
  [MM.MM_MPROTECT, (writer, mm, words) => protectIn(writer, mm, words[1]!, words[2]!, words[3]! | 0)],
  [MM.MM_COPY_SEGMENTS, copySegments],
]);

class ProcMmFile extends MmFile {
  readonly #kernel: Kernel;
  /** The request under way, as words and as the bytes that are written. */
  readonly #words = new Uint32Array(MM_OP_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  constructor(opener: Task, inode: Inode, flags: number, path: string) {
    super(emptyMm(opener), inode, flags, path);
    this.#kernel = opener.kernel;
  }
  override get requestSize(): number {
    return MM_OP_SIZE;
  }
  override write(bytes: Uint8Array): number {
    if (bytes.length < MM_OP_SIZE) this.#words.fill(0);
    this.#bytes.set(bytes);
    const operation = OPERATIONS.get(this.#words[0]!);
    if (operation === undefined) throw EINVAL;
    operation(this.#kernel.running!, this.mm, this.#words);
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
