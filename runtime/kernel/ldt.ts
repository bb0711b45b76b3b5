// modify_ldt(2): reading and writing the local descriptor table of an address space. PTRACE_LDT calls the
// same function for another task's space, with the tracer's memory.

import { EINVAL, ENOSYS } from '../abi/errno.ts';
import { LDT_ENTRIES, LDT_ENTRY_SIZE } from '../mm/ldt.ts';
import type { Mm } from '../mm/mm.ts';
import type { UserMemory } from '../mm/user-memory.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';
import { readUserDesc, toDescriptor, USER_DESC_SIZE, type UserDesc } from './tls.ts';

/** Bytes of zeros that function 2, the default LDT, has on a 64-bit kernel. */
const DEFAULT_LDT_SIZE = 128;
// Bits of user_desc's last word, and of a descriptor's high word.
const CONTENTS = 6;
const CONTENTS_CONFORMING = 6;
const EMPTY_BITS = 8 | 32; // read_exec_only, seg_not_present
const NOT_PRESENT = 32;
const ALL_BITS = 127;
const AVL = 1 << 20;
/** What fill_ldt makes of an all-zero user_desc: a present 16-bit data segment of one byte. */
const ZERO_SEGMENT = 0xf300;
/** The bit of a selector that chooses the LDT. */
const SELECTOR_LDT = 4;

/** `memory` holds the buffer at `pointer`; the table is that of `mm`. Throws EINVAL, EFAULT, ENOMEM, ENOSYS. */
export function modifyLdt(
  kernel: Kernel,
  mm: Mm,
  memory: UserMemory,
  func: number,
  pointer: number,
  byteCount: number,
): number {
  switch (func) {
    case 0:
      return read(mm, memory, pointer, byteCount);
    case 1:
    case 0x11:
      write(mm, readRequest(memory, pointer, byteCount), func === 1);
      refreshSegments(kernel, mm);
      return 0;
    case 2: {
      const size = Math.min(byteCount, DEFAULT_LDT_SIZE);
      memory.zero(pointer, size);
      return size;
    }
    default:
      throw ENOSYS;
  }
}

function read(mm: Mm, memory: UserMemory, pointer: number, byteCount: number): number {
  if (mm.ldt.count === 0) return 0;
  const size = Math.min(byteCount, LDT_ENTRIES * LDT_ENTRY_SIZE);
  const entries = mm.ldt.read(size);
  memory.copyOut(pointer, entries);
  memory.zero(pointer + entries.length, size - entries.length);
  return size;
}

function readRequest(memory: UserMemory, pointer: number, byteCount: number): UserDesc {
  if (byteCount !== USER_DESC_SIZE) throw EINVAL;
  return readUserDesc(memory, pointer);
}

function write(mm: Mm, desc: UserDesc, oldMode: boolean): void {
  const { entry, base, limit } = desc;
  const bits = desc.bits & ALL_BITS;
  if (entry >>> 0 >= LDT_ENTRIES) throw EINVAL;
  if ((bits & CONTENTS) === CONTENTS_CONFORMING && (oldMode || (bits & NOT_PRESENT) === 0)) throw EINVAL;
  const none = base === 0 && limit === 0;
  if (none && (oldMode || bits === EMPTY_BITS)) {
    mm.ldt.set(entry, 0, 0);
  } else if (none && bits === 0) {
    mm.ldt.set(entry, 0, ZERO_SEGMENT);
  } else {
    const [low, high] = toDescriptor(desc);
    mm.ldt.set(entry, low, oldMode ? high & ~AVL : high);
  }
}

/** Segment registers that hold a selector of the changed table are loaded again, as Linux does. */
export function refreshSegments(kernel: Kernel, mm: Mm): void {
  const before = kernel.loaded;
  for (const task of kernel.tasks.values()) if (task.hasMm && task.mm === mm) reloadSelectors(task);
  // The caller's block, with the table's new address.
  if (before !== null) kernel.load(before);
}

/** The same for a task that has another table than before: it was given another address space. */
export function refreshTask(task: Task): void {
  const before = task.kernel.loaded;
  reloadSelectors(task);
  if (before !== null) task.kernel.load(before);
}

function reloadSelectors(task: Task): void {
  const { kernel } = task;
  for (const register of [0, 1, 2, 3, 4, 5]) {
    const selector = task.registers.segment(register);
    if ((selector & SELECTOR_LDT) === 0) continue;
    kernel.load(task);
    const isData = register !== 1 && register !== 2;
    if (!kernel.engine.loadSegment(register, selector) && isData) kernel.engine.loadSegment(register, 0);
  }
}
