// Signals in numbers: signal(7), sigaction(2), siginfo_t's codes, sigaltstack(2), signalfd's masks.
// Masks are 64-bit sets with bit n-1 for signal n. The i386 frames are in kernel/signal-frame.ts.

import { i32, struct, u32, u64 } from './struct.ts';

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGPWR = 30;
export const SIGSYS = 31;
export const SIGRTMIN = 32;
export const NSIG = 64;

const NAMES = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP ' +
  'TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

/** SIGSEGV, SIGRT_3, or the number of what is no signal. */
export function signalName(signo: number): string {
  if (signo >= 1 && signo < SIGRTMIN) return `SIG${NAMES[signo - 1]}`;
  return signo >= SIGRTMIN && signo <= NSIG ? `SIGRT_${signo - SIGRTMIN}` : String(signo);
}

const BITS: readonly bigint[] = Array.from({ length: NSIG + 1 }, (_, n) =>
  n === 0 ? 0n : 1n << BigInt(n - 1),
);

/** A set with one member. */
export function signalBit(signo: number): bigint {
  return BITS[signo]!;
}
export function signalSet(...signos: readonly number[]): bigint {
  return signos.reduce((set, signo) => set | signalBit(signo), 0n);
}

/** Signals that a program can neither catch, block nor ignore. */
export const UNBLOCKABLE = signalSet(SIGKILL, SIGSTOP);
/** Signals whose default action stops the process. */
export const STOP_SIGNALS = signalSet(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU);
/** Signals whose default action is to do nothing. */
export const IGNORED_BY_DEFAULT = signalSet(SIGCONT, SIGCHLD, SIGWINCH, SIGURG);
/** Signals whose default action dumps core. */
export const CORE_SIGNALS = signalSet(
  SIGQUIT,
  SIGILL,
  SIGTRAP,
  SIGABRT,
  SIGFPE,
  SIGSEGV,
  SIGBUS,
  SIGSYS,
  SIGXCPU,
  SIGXFSZ,
);
/** Signals caused by an instruction; delivered before all others. */
export const SYNCHRONOUS = signalSet(SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS);

export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const SA = {
  SA_NOCLDSTOP: 0x1,
  SA_NOCLDWAIT: 0x2,
  SA_SIGINFO: 0x4,
  SA_UNSUPPORTED: 0x400,
  SA_EXPOSE_TAGBITS: 0x800,
  SA_RESTORER: 0x04000000,
  SA_ONSTACK: 0x08000000,
  SA_RESTART: 0x10000000,
  SA_NODEFER: 0x40000000,
  SA_RESETHAND: 0x80000000,
} as const;

/** struct sigaction of rt_sigaction(2), 20 bytes. */
export const rtSigaction = struct({ handler: u32, flags: u32, restorer: u32, mask: u64 });
/** struct old_sigaction of sigaction(2), 16 bytes. */
export const oldSigaction = struct({ handler: u32, mask: u32, flags: u32, restorer: u32 });

export const HOW = { SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 } as const;

// si_code: who sent it. Positive codes below SI_KERNEL are faults and child events, by signal.
export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_QUEUE = -1;
export const SI_TIMER = -2;
export const SI_MESGQ = -3;
export const SI_SIGIO = -5;
export const SI_TKILL = -6;

export const ILL_ILLOPN = 2;
export const FPE_INTDIV = 1;
export const FPE_INTOVF = 2;
export const FPE_FLTDIV = 3;
export const FPE_FLTOVF = 4;
export const FPE_FLTUND = 5;
export const FPE_FLTRES = 6;
export const FPE_FLTINV = 7;
export const SEGV_MAPERR = 1;
export const SEGV_ACCERR = 2;
export const BUS_ADRALN = 1;
export const BUS_ADRERR = 2;
export const TRAP_BRKPT = 1;
export const TRAP_TRACE = 2;
export const TRAP_HWBKPT = 4;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_TRAPPED = 4;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;
export const POLL_IN = 1;
export const POLL_OUT = 2;
export const POLL_MSG = 3;
export const POLL_ERR = 4;
export const POLL_PRI = 5;
export const POLL_HUP = 6;

export const SIGINFO_SIZE = 128;

// sigaltstack(2).
export const SS_ONSTACK = 1;
export const SS_DISABLE = 2;
export const SS_AUTODISARM = 0x80000000;
export const MINSIGSTKSZ = 2048;
/** stack_t, 12 bytes. */
export const stackT = struct({ sp: u32, flags: u32, size: u32 });

// sigevent(7).
export const SIGEV_SIGNAL = 0;
export const SIGEV_NONE = 1;
export const SIGEV_THREAD = 2;
export const SIGEV_THREAD_ID = 4;
/** The head of struct sigevent (64 bytes). */
export const sigevent = struct({ value: u32, signo: i32, notify: i32, tid: i32 });
