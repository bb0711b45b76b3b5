// Numbers of seccomp(2) and of classic BPF: linux/seccomp.h, linux/bpf_common.h, linux/filter.h, linux/audit.h.

import { i32, struct, u32, u64 } from './struct.ts';

export const SECCOMP_MODE_DISABLED = 0;
export const SECCOMP_MODE_STRICT = 1;
export const SECCOMP_MODE_FILTER = 2;

export const SECCOMP_OPERATION = {
  SECCOMP_SET_MODE_STRICT: 0,
  SECCOMP_SET_MODE_FILTER: 1,
  SECCOMP_GET_ACTION_AVAIL: 2,
  SECCOMP_GET_NOTIF_SIZES: 3,
} as const;

export const SECCOMP_FILTER_FLAG = {
  SECCOMP_FILTER_FLAG_TSYNC: 1,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  SECCOMP_FILTER_FLAG_NEW_LISTENER: 8,
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH: 16,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
} as const;

/** A filter's answer: an action above, its data below. As signed words they stand from the sternest up. */
export const SECCOMP_RET_ACTION = 0xffff0000 | 0;
export const SECCOMP_RET_DATA = 0xffff;
export const SECCOMP_RET_KILL_PROCESS = 0x80000000 | 0;
export const SECCOMP_RET_KILL_THREAD = 0;
export const SECCOMP_RET_TRAP = 0x00030000;
export const SECCOMP_RET_ERRNO = 0x00050000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
export const SECCOMP_RET_TRACE = 0x7ff00000;
export const SECCOMP_RET_LOG = 0x7ffc0000;
export const SECCOMP_RET_ALLOW = 0x7fff0000;

// Listeners: their ioctls, what these take, and the flags in it.
export const SECCOMP_IOCTL = {
  SECCOMP_IOCTL_NOTIF_RECV: 0xc0502100,
  SECCOMP_IOCTL_NOTIF_SEND: 0xc0182101,
  SECCOMP_IOCTL_NOTIF_ID_VALID: 0x40082102,
  /** The same with the direction that it had first. */
  SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR: 0x80082102,
  SECCOMP_IOCTL_NOTIF_ADDFD: 0x40182103,
  SECCOMP_IOCTL_NOTIF_SET_FLAGS: 0x40082104,
} as const;
/** struct seccomp_notif; seccomp_data follows. */
export const seccompNotif = struct({ id: u64, pid: u32, flags: u32 });
/** struct seccomp_notif_resp. */
export const seccompNotifResp = struct({ id: u64, val: u64, error: i32, flags: u32 });
/** struct seccomp_notif_addfd. */
export const seccompNotifAddfd = struct({ id: u64, flags: u32, srcfd: u32, newfd: u32, newfd_flags: u32 });
export const SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
export const SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
export const SECCOMP_ADDFD_FLAG_SETFD = 1;
export const SECCOMP_ADDFD_FLAG_SEND = 2;

/** struct seccomp_data: nr, arch, instruction_pointer and six args of 64 bits each. */
export const SECCOMP_DATA_SIZE = 64;
export const AUDIT_ARCH_I386 = 0x40000003;
/** si_code of a SIGSYS that a filter sends. */
export const SYS_SECCOMP = 1;

export const BPF_MAXINSNS = 4096;
export const BPF_MEMWORDS = 16;
/** struct sock_filter: code (16 bits), jt, jf, k. */
export const SOCK_FILTER_SIZE = 8;
/** struct sock_fprog on i386: len (16 bits, padded), filter. */
export const SOCK_FPROG_FILTER = 4;

/** Instruction codes that a filter of system calls may have. */
export const BPF = {
  RET_K: 0x06,
  RET_A: 0x16,
  LD_IMM: 0x00,
  LD_ABS: 0x20,
  LD_MEM: 0x60,
  LD_LEN: 0x80,
  LDX_IMM: 0x01,
  LDX_MEM: 0x61,
  LDX_LEN: 0x81,
  ST: 0x02,
  STX: 0x03,
  TAX: 0x07,
  TXA: 0x87,
  ADD: 0x04,
  SUB: 0x14,
  MUL: 0x24,
  DIV: 0x34,
  OR: 0x44,
  AND: 0x54,
  LSH: 0x64,
  RSH: 0x74,
  NEG: 0x84,
  XOR: 0xa4,
  JA: 0x05,
  JEQ: 0x15,
  JGT: 0x25,
  JGE: 0x35,
  JSET: 0x45,
} as const;
/** In ALU and JMP codes: the operand is X, not k. */
export const BPF_X = 0x08;
