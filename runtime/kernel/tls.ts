// Thread-local storage segments: GDT entries 6..8 of a task (set_thread_area(2), clone's CLONE_SETTLS,
// PTRACE_GET/SET_THREAD_AREA), kept as descriptors in the task's CPU slot; and struct user_desc.

import { CPU, TLS_DESCRIPTORS } from '../../src/layout.ts';
import { EINVAL, ESRCH } from '../abi/errno.ts';
import type { UserMemory } from '../mm/user-memory.ts';
import type { Task } from './task.ts';

export const TLS_FIRST = 6;
export const TLS_LAST = 8;

/** struct user_desc of asm/ldt.h: 16 bytes, the last word holds the bit fields. */
export interface UserDesc {
  readonly entry: number;
  readonly base: number;
  readonly limit: number;
  /** seg_32bit:1 contents:2 read_exec_only:1 limit_in_pages:1 seg_not_present:1 useable:1 */
  readonly bits: number;
}

export const USER_DESC_SIZE = 16;
const SEG_32BIT = 1;
const CONTENTS = 6;
const READ_EXEC_ONLY = 8;
const LIMIT_IN_PAGES = 16;
const NOT_PRESENT = 32;
const USEABLE = 64;

export function readUserDesc(memory: UserMemory, address: number): UserDesc {
  return {
    entry: memory.readU32(address) | 0,
    base: memory.readU32(address + 4),
    limit: memory.readU32(address + 8),
    bits: memory.readU32(address + 12),
  };
}

export function writeUserDesc(memory: UserMemory, address: number, desc: UserDesc): void {
  memory.writeU32(address, desc.entry);
  memory.writeU32(address + 4, desc.base);
  memory.writeU32(address + 8, desc.limit);
  memory.writeU32(address + 12, desc.bits);
}

/** LDT_empty or LDT_zero of asm/desc.h: an entry that clears its slot. */
function isEmpty(desc: UserDesc): boolean {
  const bits = desc.bits & 127;
  return desc.base === 0 && desc.limit === 0 && (bits === (READ_EXEC_ONLY | NOT_PRESENT) || bits === 0);
}

/** The two words of a segment descriptor, as fill_ldt of the manual's figure 3-8; privilege level 3. */
export function toDescriptor(desc: UserDesc): [low: number, high: number] {
  if (isEmpty(desc)) return [0, 0];
  const { base, limit, bits } = desc;
  const type = (((bits & READ_EXEC_ONLY) === 0 ? 2 : 0) | ((bits & CONTENTS) << 1)) & 0xe;
  const high =
    (base & 0xff000000) |
    ((base >>> 16) & 0xff) |
    (limit & 0xf0000) |
    ((type | 0x10 | 0x60 | ((bits & NOT_PRESENT) === 0 ? 0x80 : 0) | 1) << 8) |
    ((bits & USEABLE) === 0 ? 0 : 1 << 20) |
    ((bits & SEG_32BIT) === 0 ? 0 : 1 << 22) |
    ((bits & LIMIT_IN_PAGES) === 0 ? 0 : 1 << 23);
  return [(((base & 0xffff) << 16) | (limit & 0xffff)) >>> 0, high >>> 0];
}

/** get_thread_area's way back from a descriptor. */
export function fromDescriptor(entry: number, low: number, high: number): UserDesc {
  const type = (high >>> 8) & 0xf;
  const empty = low === 0 && high === 0;
  const bits = empty
    ? READ_EXEC_ONLY | NOT_PRESENT
    : ((high >>> 22) & 1) |
      (((type >>> 2) & 3) << 1) |
      ((type & 2) === 0 ? READ_EXEC_ONLY : 0) |
      ((high >>> 23) & 1 ? LIMIT_IN_PAGES : 0) |
      ((high >>> 15) & 1 ? 0 : NOT_PRESENT) |
      ((high >>> 20) & 1 ? USEABLE : 0);
  return {
    entry,
    base: ((high & 0xff000000) | ((high & 0xff) << 16) | (low >>> 16)) >>> 0,
    limit: (high & 0xf0000) | (low & 0xffff),
    bits,
  };
}

/** Host address of a task's three TLS descriptors. */
function area(task: Task): number {
  return (task.kernel.loaded === task ? CPU : task.slot) + TLS_DESCRIPTORS;
}

/**
 * set_thread_area(2) on any task: entry -1 takes a free one. Returns the entry used. The segment
 * registers of the task that hold its selector are loaded again by `reload`, when it runs.
 */
export function setThreadArea(task: Task, desc: UserDesc, mayAllocate: boolean): number {
  const { u32 } = task.kernel.frames;
  const base = area(task) >> 2;
  let { entry } = desc;
  if (entry === -1 && mayAllocate) {
    for (let i = TLS_FIRST; i <= TLS_LAST && entry === -1; i++) {
      const at = base + (i - TLS_FIRST) * 2;
      if (u32[at] === 0 && u32[at + 1] === 0) entry = i;
    }
    if (entry === -1) throw ESRCH;
  }
  if (entry < TLS_FIRST || entry > TLS_LAST) throw EINVAL;
  // Linux takes 32-bit data segments only (tls_desc_okay): no code, no 16-bit, not absent.
  if (!isEmpty(desc)) {
    if ((desc.bits & SEG_32BIT) === 0) throw EINVAL;
    if ((desc.bits & CONTENTS) > 2) throw EINVAL;
    if ((desc.bits & NOT_PRESENT) !== 0) throw EINVAL;
  }
  const [low, high] = toDescriptor(desc);
  const at = base + (entry - TLS_FIRST) * 2;
  u32[at] = low;
  u32[at + 1] = high;
  refreshSegments(task, entry);
  return entry;
}

export function getThreadArea(task: Task, entry: number): UserDesc {
  if (entry < TLS_FIRST || entry > TLS_LAST) throw EINVAL;
  const { u32 } = task.kernel.frames;
  const at = (area(task) >> 2) + (entry - TLS_FIRST) * 2;
  return fromDescriptor(entry, u32[at]!, u32[at + 1]!);
}

/** A changed descriptor shows at once in the segment registers that hold it (Linux reloads them too). */
function refreshSegments(task: Task, entry: number): void {
  const { kernel } = task;
  const selector = entry * 8 + 3;
  const DS = 3;
  for (const register of [0, DS, 4, 5]) {
    if (task.registers.segment(register) !== selector) continue;
    const before = kernel.loaded;
    kernel.load(task);
    if (!kernel.engine.loadSegment(register, selector)) kernel.engine.loadSegment(register, 0);
    if (before !== null && before !== task) kernel.load(before);
  }
}
