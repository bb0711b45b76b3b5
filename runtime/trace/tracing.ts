// PtraceTracing: the tracer's side of one traced task (Linux: the ptrace fields of task_struct and
// ptrace_stop). It decides where the task stops, what the tracer is told, and how the task goes on.
// Which request does what is in ptrace.ts.

import {
  PTRACE_EVENT,
  PTRACE_EVENTMSG_SYSCALL_ENTRY,
  PTRACE_EVENTMSG_SYSCALL_EXIT,
  PTRACE_O,
} from '../abi/ptrace.ts';
import { CLD_STOPPED, CLD_TRAPPED, SI_USER, SIGKILL, SIGSTOP, SIGTRAP, TRAP_BRKPT } from '../abi/signal.ts';
import { forceSignal, isAlive, notifyStop, sendToTask } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Tracing } from '../kernel/stop.ts';
import type { Task } from '../kernel/task.ts';

const TF = 0x100;
const SYSGOOD = 0x80;
const STOPPED = 0x7f;
/** How far a resumed task runs. `emulate`: as `syscall`, but the call is not made (PTRACE_SYSEMU). */
export type ResumeMode = 'continue' | 'syscall' | 'emulate';

/** A stop under way: what it was for decides what a signal given at resume does. */
interface Stop {
  readonly kind: 'signal' | 'syscall' | 'event' | 'group';
  /** Signal in the low byte, event in the second: the status word without its 0x7f. */
  readonly code: number;
  /** PTRACE_GETSIGINFO's answer; null at a group stop. SETSIGINFO changes it. */
  info: SignalInfo | null;
}

export class PtraceTracing implements Tracing {
  unreported: number | null = null;
  /** PTRACE_O_* bits. */
  options = 0;
  /** PTRACE_GETEVENTMSG's answer. */
  eventMessage = 0;
  /** The stop that the task is in; null while it runs. */
  stop: Stop | null = null;
  mode: ResumeMode = 'continue';
  /** The task runs one instruction, then traps. Linux: TIF_SINGLESTEP. */
  stepping = false;
  /** TF in the task's EFLAGS is ours, not the program's: hidden from it and from the tracer. Linux: TIF_FORCED_TF. */
  forcedStep = false;
  /** Captured at an entry stop: the call under way is not to be made. */
  skipsCall = false;
  /** Stopped with PTRACE_LISTEN: waits on, but tells when the group stop ends. */
  listening = false;
  #injected: SignalInfo | null = null;
  /** PTRACE_INTERRUPT, the first stop of a seized child, or the end of a group stop is to be told. */
  #trapPending = false;
  /** An event stop came in the middle of a call, whose exit stop is still to come. */
  #exitOwed = false;
  /** Between the entry and the exit of a system call. */
  #inCall = false;
  #lastChild = 0;

  constructor(
    readonly task: Task,
    readonly tracer: Task,
    /** Attached by PTRACE_SEIZE: no SIGSTOP at attach, group stops are told apart. */
    readonly seized: boolean,
  ) {
    tracer.tracees.add(task);
    task.tracing = this;
  }

  #has(option: number): boolean {
    return (this.options & option) !== 0;
  }

  // ---- stopping ----

  #halt(stop: Stop, why: number): true {
    this.stop = stop;
    this.listening = false;
    this.#trapPending = false;
    this.unreported = (stop.code << 8) | STOPPED;
    this.task.state = 'stopped';
    notifyStop(this.tracer.group, why, this.task, stop.code & 0x7f);
    return true;
  }
  /** Linux: ptrace_notify. */
  #haltFor(kind: 'syscall' | 'event', code: number, message: number): true {
    this.eventMessage = message;
    const info = new SignalInfo(SIGTRAP, code, [this.task.tid, this.task.credentials.uid]);
    return this.#halt({ kind, code, info }, CLD_TRAPPED);
  }
  #haltForEvent(event: number, message: number): true {
    return this.#haltFor('event', SIGTRAP | (event << 8), message);
  }
  #haltForCall(message: number): true {
    return this.#haltFor(
      'syscall',
      this.#has(PTRACE_O.PTRACE_O_TRACESYSGOOD) ? SIGTRAP | SYSGOOD : SIGTRAP,
      message,
    );
  }
  /** PTRACE_EVENT_STOP of a seized task: with the signal of a group stop, else SIGTRAP. */
  #haltSeized(signo: number): true {
    const code = signo | (PTRACE_EVENT.STOP << 8);
    const info = new SignalInfo(signo, code, [this.task.tid, this.task.credentials.uid]);
    this.eventMessage = 0;
    return this.#halt({ kind: 'group', code, info }, CLD_STOPPED);
  }

  onSyscallEnter(): boolean {
    this.#inCall = true;
    this.skipsCall = this.mode === 'emulate';
    if (this.mode === 'continue') return false;
    return this.#haltForCall(PTRACE_EVENTMSG_SYSCALL_ENTRY);
  }

  onSeccomp(_task: Task, data: number): boolean {
    if (!this.#has(PTRACE_O.PTRACE_O_TRACESECCOMP)) return false;
    return this.#haltForEvent(PTRACE_EVENT.SECCOMP, data);
  }

  onSyscallExit(task: Task): boolean {
    if (!this.#inCall) return false;
    this.#inCall = false;
    // An event stop in the middle of the call: its resume decides about the exit stop.
    if (this.stop !== null) {
      this.#exitOwed = true;
      return true;
    }
    if (this.mode === 'syscall') return this.#haltForCall(PTRACE_EVENTMSG_SYSCALL_EXIT);
    if (this.stepping && this.mode !== 'emulate')
      forceSignal(task, SignalInfo.fault(SIGTRAP, TRAP_BRKPT, task.registers.eip));
    return false;
  }

  onSignal(_task: Task, info: SignalInfo): boolean {
    return this.#halt({ kind: 'signal', code: info.signo, info }, CLD_TRAPPED);
  }
  get hasInjected(): boolean {
    return this.#injected !== null;
  }
  takeInjected(): SignalInfo | null {
    const info = this.#injected;
    this.#injected = null;
    return info;
  }

  beforeHandler(): void {
    this.#hideStep();
  }
  onHandler(): boolean {
    if (!this.stepping) return false;
    this.stepping = false;
    const info = new SignalInfo(SIGTRAP, SIGTRAP, [this.task.tid, this.task.credentials.uid]);
    return this.#halt({ kind: 'syscall', code: SIGTRAP, info }, CLD_TRAPPED);
  }

  onGroupStop(_task: Task, signo: number): boolean {
    if (this.seized) return this.#haltSeized(signo);
    return this.#halt({ kind: 'group', code: signo, info: null }, CLD_STOPPED);
  }
  onContinue(): void {
    if (!this.seized) return;
    this.#trapPending = true;
    if (this.listening) this.#wake();
  }

  get wantsStop(): boolean {
    return this.#trapPending || this.#exitOwed;
  }
  onInterrupt(task: Task): boolean {
    if (this.#exitOwed) {
      this.#exitOwed = false;
      if (this.mode === 'syscall') return this.#haltForCall(PTRACE_EVENTMSG_SYSCALL_EXIT);
    }
    if (!this.#trapPending) return false;
    return this.#haltSeized(task.group.stopSignal === 0 ? SIGTRAP : task.group.stopSignal);
  }
  /** PTRACE_LISTEN: the group stop goes on, but the tracer hears when it ends. */
  listen(): void {
    this.listening = true;
    if (this.#trapPending) this.#wake();
  }
  /** PTRACE_INTERRUPT. */
  interrupt(): void {
    this.#trapPending = true;
    if (this.listening) this.#wake();
    else this.task.kernel.interrupt(this.task);
  }

  onClone(_task: Task, child: Task, kind: 'fork' | 'vfork' | 'clone'): boolean {
    if (this.forcedStep) child.registers.eflags &= ~TF;
    this.#lastChild = child.tid;
    const [option, event] = {
      fork: [PTRACE_O.PTRACE_O_TRACEFORK, PTRACE_EVENT.FORK] as const,
      vfork: [PTRACE_O.PTRACE_O_TRACEVFORK, PTRACE_EVENT.VFORK] as const,
      clone: [PTRACE_O.PTRACE_O_TRACECLONE, PTRACE_EVENT.CLONE] as const,
    }[kind];
    if (!this.#has(option)) return false;
    const tracing = new PtraceTracing(child, this.tracer, this.seized);
    tracing.options = this.options;
    if (this.seized) tracing.#trapPending = true;
    else sendToTask(child, new SignalInfo(SIGSTOP, SI_USER));
    return this.#haltForEvent(event, child.tid);
  }
  onVforkDone(): boolean {
    if (!this.#has(PTRACE_O.PTRACE_O_TRACEVFORKDONE)) return false;
    return this.#haltForEvent(PTRACE_EVENT.VFORK_DONE, this.#lastChild);
  }
  onExec(task: Task): boolean {
    if (this.#has(PTRACE_O.PTRACE_O_TRACEEXEC)) return this.#haltForEvent(PTRACE_EVENT.EXEC, task.tid);
    if (!this.seized) sendToTask(task, SignalInfo.user(SIGTRAP, task));
    return false;
  }
  onExit(_task: Task, status: number): boolean {
    if (!this.#has(PTRACE_O.PTRACE_O_TRACEEXIT)) return false;
    return this.#haltForEvent(PTRACE_EVENT.EXIT, status);
  }

  // ---- going on ----

  /** True while requests other than PTRACE_KILL and PTRACE_INTERRUPT are allowed. */
  get stopped(): boolean {
    return this.stop !== null && this.task.state === 'stopped' && !this.listening;
  }

  /** PTRACE_CONT and its kin; `signo` 0 or the signal to give the task. */
  resume(mode: ResumeMode, step: boolean, signo: number): void {
    this.mode = mode;
    if (step) this.#step();
    else this.#hideStep();
    this.stepping = step;
    const { stop } = this;
    if (signo !== 0 && stop !== null) this.#inject(stop, signo);
    this.#wake();
  }
  #inject(stop: Stop, signo: number): void {
    if (stop.kind === 'signal')
      this.#injected = stop.info?.signo === signo ? stop.info : SignalInfo.user(signo, this.tracer);
    // At a system call stop the signal is an ordinary new one; at events and group stops it is dropped.
    else if (stop.kind === 'syscall') sendToTask(this.task, SignalInfo.kernel(signo));
  }
  #wake(): void {
    this.stop = null;
    this.listening = false;
    this.unreported = null;
    if (this.task.state === 'stopped') this.task.kernel.makeReady(this.task);
  }

  #step(): void {
    const { registers } = this.task;
    if ((registers.eflags & TF) !== 0) return;
    registers.eflags |= TF;
    this.forcedStep = true;
  }
  #hideStep(): void {
    if (this.forcedStep) this.task.registers.eflags &= ~TF;
    this.forcedStep = false;
  }

  /** A task that was stopped by job control before it was attached: the tracer is told of that stop. */
  adoptStop(): void {
    if (this.seized) this.#haltSeized(this.task.group.stopSignal);
    else this.#halt({ kind: 'group', code: this.task.group.stopSignal, info: null }, CLD_STOPPED);
  }

  /** PTRACE_DETACH with a signal, or without one the end of the tracer. */
  detach(task: Task, signo = 0): void {
    const { stop } = this;
    this.tracer.tracees.delete(task);
    task.tracing = null;
    if (!isAlive(task)) return;
    this.#hideStep();
    this.stepping = false;
    if (signo !== 0 && stop !== null) {
      this.#inject(stop, signo);
      const info = this.takeInjected();
      if (info !== null) sendToTask(task, info);
    }
    // A process that job control has stopped stays so without its tracer.
    if (task.group.stopSignal !== 0) task.stopPending = true;
    if (task.state === 'stopped') this.#wake();
    if (signo === 0 && this.#has(PTRACE_O.PTRACE_O_EXITKILL) && !isAlive(this.tracer))
      sendToTask(task, SignalInfo.kernel(SIGKILL));
  }
}
