// ptrace(2) in numbers: requests, options, events, struct user_regs_struct and the USER area of i386.

import { i32, struct, u8, u32, u64 } from './struct.ts';

export const PTRACE = {
  TRACEME: 0,
  PEEKTEXT: 1,
  PEEKDATA: 2,
  PEEKUSR: 3,
  POKETEXT: 4,
  POKEDATA: 5,
  POKEUSR: 6,
  CONT: 7,
  KILL: 8,
  SINGLESTEP: 9,
  GETREGS: 12,
  SETREGS: 13,
  GETFPREGS: 14,
  SETFPREGS: 15,
  ATTACH: 16,
  DETACH: 17,
  GETFPXREGS: 18,
  SETFPXREGS: 19,
  OLDSETOPTIONS: 21,
  SYSCALL: 24,
  GET_THREAD_AREA: 25,
  SET_THREAD_AREA: 26,
  SYSEMU: 31,
  SYSEMU_SINGLESTEP: 32,
  SETOPTIONS: 0x4200,
  GETEVENTMSG: 0x4201,
  GETSIGINFO: 0x4202,
  SETSIGINFO: 0x4203,
  GETREGSET: 0x4204,
  SETREGSET: 0x4205,
  SEIZE: 0x4206,
  INTERRUPT: 0x4207,
  LISTEN: 0x4208,
  PEEKSIGINFO: 0x4209,
  GETSIGMASK: 0x420a,
  SETSIGMASK: 0x420b,
  GET_SYSCALL_INFO: 0x420e,
  GET_RSEQ_CONFIGURATION: 0x420f,
} as const;

export const PTRACE_O = {
  PTRACE_O_TRACESYSGOOD: 0x1,
  PTRACE_O_TRACEFORK: 0x2,
  PTRACE_O_TRACEVFORK: 0x4,
  PTRACE_O_TRACECLONE: 0x8,
  PTRACE_O_TRACEEXEC: 0x10,
  PTRACE_O_TRACEVFORKDONE: 0x20,
  PTRACE_O_TRACEEXIT: 0x40,
  PTRACE_O_TRACESECCOMP: 0x80,
  PTRACE_O_EXITKILL: 0x100000,
  PTRACE_O_SUSPEND_SECCOMP: 0x200000,
} as const;
/** Every option Linux knows but SUSPEND_SECCOMP, which needs a kernel built for checkpoints. */
export const PTRACE_O_MASK = 0x1000ff;

export const PTRACE_EVENT = {
  FORK: 1,
  VFORK: 2,
  CLONE: 3,
  EXEC: 4,
  VFORK_DONE: 5,
  EXIT: 6,
  SECCOMP: 7,
  STOP: 128,
} as const;

/** PTRACE_GETEVENTMSG's answers at system call stops. */
export const PTRACE_EVENTMSG_SYSCALL_ENTRY = 1;
export const PTRACE_EVENTMSG_SYSCALL_EXIT = 2;

// struct user_regs_struct: 17 words. Word indexes.
export const REGS_WORDS = 17;
export const REGS_SIZE = 68;
export const FPREGS_SIZE = 108;
export const FPXREGS_SIZE = 512;

/** Offsets in the USER area: the registers stand first, the debug registers near the end. */
export const USER_DEBUGREG = 0xfc;
export const USER_SIZE = 0x11c;

// Register sets of PTRACE_GETREGSET: ELF note types.
export const NT_PRSTATUS = 1;
export const NT_PRFPREG = 2;
export const NT_386_TLS = 0x200;
export const NT_PRXFPREG = 0x46e62b7f;

export const PTRACE_PEEKSIGINFO_SHARED = 1;
export const peekSiginfoArgs = struct({ off: u64, flags: u32, nr: i32 });

// struct ptrace_syscall_info.
export const AUDIT_ARCH_I386 = 0x40000003;
export const PTRACE_SYSCALL_INFO_NONE = 0;
export const PTRACE_SYSCALL_INFO_ENTRY = 1;
export const PTRACE_SYSCALL_INFO_EXIT = 2;
export const syscallInfoHead = struct({ op: u8, pad: u8, pad2: u8, pad3: u8, arch: u32, ip: u64, sp: u64 });

export const rseqConfiguration = struct({
  rseq_abi_pointer: u64,
  rseq_abi_size: u32,
  signature: u32,
  flags: u32,
  pad: u32,
});
