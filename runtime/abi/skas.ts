// The ABI of the skas host patches in numbers: requests written to /proc/mm, ptrace's further requests, the
// calls of skas4. From the public patches for Linux 2.4 and 2.6 (include/linux/proc_mm.h, asm-i386/ptrace.h);
// docs/skas.md tells their story.

import { i32, struct, u32 } from './struct.ts';

/** Requests of /proc/mm: the first word of what is written. */
export const MM = {
  MM_MMAP: 54,
  MM_MUNMAP: 55,
  MM_MPROTECT: 56,
  MM_COPY_SEGMENTS: 57,
} as const;

/** Words of struct proc_mm_op; which of them count depends on the request. */
export const MM_OP_WORDS = 7;
export const MM_OP_SIZE = 4 * MM_OP_WORDS;

/** ptrace's requests of skas3, between Linux's own. */
export const PTRACE_SKAS = {
  FAULTINFO: 52,
  SIGPENDING: 53,
  LDT: 54,
  SWITCH_MM: 55,
  EX_FAULTINFO: 56,
} as const;

/** struct ptrace_faultinfo: the last fault's error code and address. */
export const faultInfo = struct({ error_code: i32, cr2: u32 });
/** struct ptrace_ex_faultinfo. */
export const exFaultInfo = struct({ is_write: i32, addr: u32, trap_no: i32 });
/** struct ptrace_ldt: modify_ldt(2)'s arguments. */
export const ptraceLdt = struct({ func: i32, ptr: u32, bytecount: u32 });

/** The calls of skas4 as its documents describe them, on numbers of skasm's own: Linux has none from 1000 on. */
export const NR_NEW_MM = 1000;
export const NR_MM_INDIRECT = 1001;
/** struct mm_indirect: a system call's number and its arguments. */
export const INDIRECT_WORDS = 7;

/** skas4 as it was posted. Since Linux 2.6.25 these calls are timerfd_settime and timerfd_gettime. */
export const NR_NEW_MM_POSTED = 325;
export const NR_SWITCH_MM_POSTED = 326;
export const PTRACE_SWITCH_MM_POSTED = 33;
/** What new_mm is to make. */
export const MM_COPY = 0;
/** Which registers switch_mm loads; an address of a struct user_regs_struct means all of them, too. */
export const MM_ALL_REGS = 0;
export const MM_SP_IP = 1;
export const MM_SAME = 2;
