// SignalInfo: what is known of one signal (Linux: kernel_siginfo), as sigaction(2) describes siginfo_t,
// and which signal an exception of the CPU becomes. The 128 bytes of i386's siginfo_t are kept as a head
// of three words and the words behind it, whose meaning si_code and the signal decide.

import {
  DEBUG_STATUS,
  VECTOR_AC,
  VECTOR_BP,
  VECTOR_DB,
  VECTOR_DE,
  VECTOR_MF,
  VECTOR_NP,
  VECTOR_SS,
  VECTOR_UD,
  VECTOR_XM,
} from '../../src/layout.ts';
import {
  BUS_ADRALN,
  FPE_FLTDIV,
  FPE_FLTINV,
  FPE_FLTOVF,
  FPE_FLTRES,
  FPE_FLTUND,
  FPE_INTDIV,
  ILL_ILLOPN,
  SI_KERNEL,
  SI_SIGIO,
  SI_TIMER,
  SI_TKILL,
  SI_USER,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGINFO_SIZE,
  SIGIO,
  SIGSEGV,
  SIGSYS,
  SIGTRAP,
  TRAP_BRKPT,
  TRAP_HWBKPT,
  TRAP_TRACE,
} from '../abi/signal.ts';
import { USER_HZ } from '../abi/time.ts';
import type { Task, ThreadGroup } from './task.ts';

const DR6_BREAKPOINTS = 0xf;
const DR6_SINGLE_STEP = 0x4000;
const HEAD_WORDS = 3;
const NANOSECONDS_PER_TICK = 1e9 / USER_HZ;

/** How many words of siginfo_t's union mean something; the rest is never passed on. Linux: siginfo_layout. */
function memberWords(signo: number, code: number): number {
  if (code === SI_USER || code === SI_KERNEL || code === SI_SIGIO) return 2; // pid, uid; or band, fd
  if (code < 0) return 3; // pid or timer, uid or overrun, value
  if (signo === SIGCHLD) return 5;
  if (signo === SIGSYS) return 3;
  return signo === SIGIO ? 2 : 1;
}

/** Who sends: a process id and a user id. */
export interface Sender {
  readonly pid: number;
  readonly credentials: { readonly uid: number };
}

export class SignalInfo {
  constructor(
    readonly signo: number,
    /** SI_USER, SI_KERNEL, TRAP_TRACE ... */
    readonly code: number,
    /** The words of siginfo_t from offset 12 on; missing ones are zero. */
    readonly words: readonly number[] = [],
    readonly errno = 0,
    /** Called when the signal leaves its queue: a timer then tells its overruns and may fire again. */
    readonly onTaken: (() => SignalInfo) | null = null,
  ) {}

  /** kill(2). */
  static user(signo: number, sender: Sender): SignalInfo {
    return new SignalInfo(signo, SI_USER, [sender.pid, sender.credentials.uid]);
  }
  /** tgkill(2). */
  static thread(signo: number, sender: Sender): SignalInfo {
    return new SignalInfo(signo, SI_TKILL, [sender.pid, sender.credentials.uid]);
  }
  /** Sent by the kernel itself, nobody in particular. Linux: SEND_SIG_PRIV. */
  static kernel(signo: number): SignalInfo {
    return new SignalInfo(signo, SI_KERNEL);
  }
  static fault(signo: number, code: number, address: number): SignalInfo {
    return new SignalInfo(signo, code, [address]);
  }
  /** What a process tells its parent: `status` is an exit code or a signal number. */
  static child(signo: number, code: number, group: ThreadGroup, status: number): SignalInfo {
    return SignalInfo.#ofChild(signo, code, group.leader, group.pid, status);
  }
  /** What one thread tells its tracer. */
  static tracee(code: number, task: Task, status: number): SignalInfo {
    return SignalInfo.#ofChild(SIGCHLD, code, task, task.tid, status);
  }
  static #ofChild(signo: number, code: number, task: Task, pid: number, status: number): SignalInfo {
    const user = task.group.times.user + task.userTime;
    const system = task.group.times.system + task.systemTime;
    const ticks = (time: number): number => Math.floor(time / NANOSECONDS_PER_TICK);
    return new SignalInfo(signo, code, [pid, task.credentials.uid, status, ticks(user), ticks(system)]);
  }
  static timer(
    signo: number,
    id: number,
    overrun: number,
    value: number,
    taken: () => SignalInfo,
  ): SignalInfo {
    return new SignalInfo(signo, SI_TIMER, [id, overrun, value], 0, taken);
  }
  /** F_SETSIG's signals: which descriptor has which POLL* events. */
  static poll(signo: number, code: number, band: number, fd: number): SignalInfo {
    return new SignalInfo(signo, code, [band, fd]);
  }
  /** A siginfo_t that a program made (rt_sigqueueinfo(2), PTRACE_SETSIGINFO). */
  static fromBytes(bytes: Uint8Array, signo?: number): SignalInfo {
    const view = new DataView(bytes.buffer, bytes.byteOffset, SIGINFO_SIZE);
    signo ??= view.getInt32(0, true);
    const code = view.getInt32(8, true);
    const words: number[] = [];
    for (let i = 0; i < memberWords(signo, code); i++) words.push(view.getInt32((HEAD_WORDS + i) * 4, true));
    return new SignalInfo(signo, code, words, view.getInt32(4, true));
  }

  // The members of siginfo_t's union; which of them mean something, si_code says.
  get pid(): number {
    return this.words[0] ?? 0;
  }
  get uid(): number {
    return this.words[1] ?? 0;
  }
  get address(): number {
    return (this.words[0] ?? 0) >>> 0;
  }
  get status(): number {
    return this.words[2] ?? 0;
  }
  get value(): number {
    return this.words[2] ?? 0;
  }
  get timer(): number {
    return this.words[0] ?? 0;
  }
  get overrun(): number {
    return this.words[1] ?? 0;
  }
  get band(): number {
    return this.words[0] ?? 0;
  }
  get fd(): number {
    return this.words[1] ?? 0;
  }
  /** Made by the kernel or by kill(2), not by rt_sigqueueinfo(2): such a signal is never refused for a full queue. */
  get overridesLimit(): boolean {
    return this.code >= 0;
  }

  /** Stores siginfo_t as i386 programs see it, 128 bytes, from words[at] on. */
  store(words: Uint32Array, at: number): void {
    words[at] = this.signo;
    words[at + 1] = this.errno;
    words[at + 2] = this.code;
    const members = this.words;
    for (let i = 0; i < SIGINFO_SIZE / 4 - HEAD_WORDS; i++)
      words[at + HEAD_WORDS + i] = i < members.length ? members[i]! : 0;
  }
  toBytes(): Uint8Array {
    const words = new Uint32Array(SIGINFO_SIZE / 4);
    this.store(words, 0);
    return new Uint8Array(words.buffer);
  }
}

/** si_code of an x87 or SSE exception: the first unmasked one in the order that Linux looks. */
export function floatCode(status: number, control: number): number {
  const raised = status & ~control;
  if ((raised & 0x01) !== 0) return FPE_FLTINV;
  if ((raised & 0x04) !== 0) return FPE_FLTDIV;
  if ((raised & 0x08) !== 0) return FPE_FLTOVF;
  if ((raised & 0x12) !== 0) return FPE_FLTUND;
  if ((raised & 0x20) !== 0) return FPE_FLTRES;
  return 0;
}

/** si_code of a debug exception, from DR6: the trap flag, a breakpoint of the debug registers, or int1. */
function debugCode(status: number): number {
  if ((status & DR6_SINGLE_STEP) !== 0) return TRAP_TRACE;
  return (status & DR6_BREAKPOINTS) !== 0 ? TRAP_HWBKPT : TRAP_BRKPT;
}

/** The signal that an exception other than a page fault becomes (manual volume 3, chapter 6; Linux traps.c). */
export function exceptionSignal(task: Task, vector: number): SignalInfo {
  const { registers } = task;
  switch (vector) {
    case VECTOR_DE:
      return SignalInfo.fault(SIGFPE, FPE_INTDIV, registers.eip);
    case VECTOR_DB:
      return SignalInfo.fault(SIGTRAP, debugCode(registers.debug(DEBUG_STATUS)), registers.eip);
    case VECTOR_BP:
      return SignalInfo.kernel(SIGTRAP);
    case VECTOR_UD:
      return SignalInfo.fault(SIGILL, ILL_ILLOPN, registers.eip);
    case VECTOR_MF:
      return SignalInfo.fault(SIGFPE, floatCode(registers.statusWord, registers.controlWord), registers.eip);
    case VECTOR_XM:
      return SignalInfo.fault(SIGFPE, floatCode(registers.mxcsr, registers.mxcsr >>> 7), registers.eip);
    case VECTOR_AC:
      return SignalInfo.fault(SIGBUS, BUS_ADRALN, 0);
    case VECTOR_NP:
    case VECTOR_SS:
      return SignalInfo.kernel(SIGBUS);
    // Overflow, bounds, protection.
    default:
      return SignalInfo.kernel(SIGSEGV);
  }
}

/** The signal of a page fault: SIGSEGV or SIGBUS with its code, and the address touched. */
export function pageFaultSignal(signo: number, code: number, address: number): SignalInfo {
  return SignalInfo.fault(signo, code, address);
}
