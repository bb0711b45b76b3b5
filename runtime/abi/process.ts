// Numbers of processes: clone flags, wait options and status words, resource limits (sched.h, wait.h, resource.h).

/** The machine's own init, which has no task here: parent of those that have none. */
export const INIT_PID = 1;

export const CLONE = {
  CLONE_VM: 0x100,
  CLONE_FS: 0x200,
  CLONE_FILES: 0x400,
  CLONE_SIGHAND: 0x800,
  CLONE_PIDFD: 0x1000,
  CLONE_PTRACE: 0x2000,
  CLONE_VFORK: 0x4000,
  CLONE_PARENT: 0x8000,
  CLONE_THREAD: 0x10000,
  CLONE_NEWNS: 0x20000,
  CLONE_SYSVSEM: 0x40000,
  CLONE_SETTLS: 0x80000,
  CLONE_PARENT_SETTID: 0x100000,
  CLONE_CHILD_CLEARTID: 0x200000,
  CLONE_DETACHED: 0x400000,
  CLONE_UNTRACED: 0x800000,
  CLONE_CHILD_SETTID: 0x1000000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
  CLONE_IO: 0x80000000,
} as const;

/** The low byte of clone's flags: the signal that the parent gets at the end. */
export const CSIGNAL = 0xff;

/** Namespace flags: a machine has one of each namespace. */
/** For unshare(2), setns(2) and clone3(2): in clone(2)'s flags it would be part of the signal. */
export const CLONE_NEWTIME = 0x80;
export const CLONE_NAMESPACES =
  CLONE.CLONE_NEWNS |
  CLONE.CLONE_NEWCGROUP |
  CLONE.CLONE_NEWUTS |
  CLONE.CLONE_NEWIPC |
  CLONE.CLONE_NEWUSER |
  CLONE.CLONE_NEWPID |
  CLONE.CLONE_NEWNET;

export const WAIT = {
  WNOHANG: 1,
  WUNTRACED: 2,
  WEXITED: 4,
  WCONTINUED: 8,
  WNOWAIT: 0x1000000,
  __WNOTHREAD: 0x20000000,
  __WALL: 0x40000000,
  __WCLONE: 0x80000000,
} as const;

export const WSTOPPED = WAIT.WUNTRACED;

/** Status words of wait4. */
export const exitedStatus = (code: number): number => (code & 0xff) << 8;
export const stoppedStatus = (signal: number): number => ((signal & 0xff) << 8) | 0x7f;
export const CONTINUED_STATUS = 0xffff;
export const CORE_FLAG = 0x80;

export const RLIMIT = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
} as const;

/** arch_prctl(2)'s options for a 32-bit process. */
export const ARCH = { ARCH_GET_CPUID: 0x1011, ARCH_SET_CPUID: 0x1012 } as const;

const MEGABYTE = 1024 * 1024;

/** The limits a first program starts with: Debian's defaults, without a core file. */
export function defaultLimits(): { soft: number; hard: number }[] {
  const limits = Array.from({ length: 16 }, () => ({ soft: Infinity, hard: Infinity }));
  limits[RLIMIT.RLIMIT_STACK] = { soft: 8 * MEGABYTE, hard: Infinity };
  limits[RLIMIT.RLIMIT_CORE] = { soft: 0, hard: Infinity };
  limits[RLIMIT.RLIMIT_NOFILE] = { soft: 1024, hard: 1048576 };
  limits[RLIMIT.RLIMIT_MEMLOCK] = { soft: 8 * MEGABYTE, hard: 8 * MEGABYTE };
  limits[RLIMIT.RLIMIT_SIGPENDING] = { soft: 16384, hard: 16384 };
  limits[RLIMIT.RLIMIT_MSGQUEUE] = { soft: 819200, hard: 819200 };
  limits[RLIMIT.RLIMIT_NICE] = { soft: 0, hard: 0 };
  limits[RLIMIT.RLIMIT_RTPRIO] = { soft: 0, hard: 0 };
  limits[RLIMIT.RLIMIT_NPROC] = { soft: 16384, hard: 16384 };
  return limits;
}
