// Sending signals: queues, actions, who may send, who is woken (signal(7), kill(2), Linux: the sending
// half of kernel/signal.c). What a signal then does to its task is signal-delivery.ts.

import { CAP } from '../abi/capability.ts';
import { EAGAIN } from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  CLD_CONTINUED,
  IGNORED_BY_DEFAULT,
  NSIG,
  SA,
  SI_USER,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGRTMIN,
  STOP_SIGNALS,
  SYNCHRONOUS,
  signalBit,
  UNBLOCKABLE,
} from '../abi/signal.ts';
import { capable } from '../vfs/caller.ts';
import { WaitQueue } from '../wait.ts';
import type { Kernel } from './kernel.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task, ThreadGroup } from './task.ts';

/** Signals that wait to be taken, of a thread or of a process. Linux: struct sigpending. */
export class PendingSignals {
  /** Which signals wait. A SIGKILL, or a signal whose info found no room, has a bit but no entry in the queue. */
  mask = 0n;
  /** In the order in which they came. Linux: sigqueue list. */
  readonly #queue: SignalInfo[] = [];

  get empty(): boolean {
    return this.mask === 0n;
  }
  has(signo: number): boolean {
    return (this.mask & signalBit(signo)) !== 0n;
  }
  get length(): number {
    return this.#queue.length;
  }
  /** The entries, oldest first, for PTRACE_PEEKSIGINFO. */
  get infos(): readonly SignalInfo[] {
    return this.#queue;
  }

  /** Adds a signal; with a full queue (`limit` entries) only its bit is kept. */
  add(info: SignalInfo, limit: number): void {
    this.mask |= signalBit(info.signo);
    if (this.#queue.length < limit) this.#queue.push(info);
  }
  /** Takes the oldest instance of a signal that is pending. */
  take(signo: number): SignalInfo {
    const at = this.#queue.findIndex((info) => info.signo === signo);
    const info = at === -1 ? new SignalInfo(signo, SI_USER) : this.#queue.splice(at, 1)[0]!;
    if (!this.#queue.some((other) => other.signo === signo)) this.mask &= ~signalBit(signo);
    return info.onTaken === null ? info : info.onTaken();
  }
  remove(set: bigint): void {
    if ((this.mask & set) === 0n) return;
    this.mask &= ~set;
    for (let i = this.#queue.length - 1; i >= 0; i--)
      if ((signalBit(this.#queue[i]!.signo) & set) !== 0n) this.#queue.splice(i, 1);
  }
  removeInfo(info: SignalInfo): void {
    const at = this.#queue.indexOf(info);
    if (at === -1) return;
    this.#queue.splice(at, 1);
    if (!this.#queue.some((other) => other.signo === info.signo)) this.mask &= ~signalBit(info.signo);
  }
}

/** struct k_sigaction. */
export interface SignalAction {
  readonly handler: number;
  readonly flags: number;
  readonly restorer: number;
  readonly mask: bigint;
}

const DEFAULT_ACTION: SignalAction = { handler: SIG_DFL, flags: 0, restorer: 0, mask: 0n };

/** What a process does on each signal. Linux: struct sighand_struct. */
export class SignalActions {
  readonly #actions: SignalAction[];
  /** Woken for every signal sent to the threads here: rt_sigtimedwait and signalfd sleep on it. Linux: signalfd_wqh. */
  readonly arrival = new WaitQueue();

  constructor(actions: readonly SignalAction[] = Array.from({ length: NSIG + 1 }, () => DEFAULT_ACTION)) {
    this.#actions = [...actions];
  }

  get(signo: number): SignalAction {
    return this.#actions[signo]!;
  }
  set(signo: number, action: SignalAction): void {
    this.#actions[signo] = action;
  }
  /** fork(2): a copy. */
  clone(): SignalActions {
    return new SignalActions(this.#actions);
  }
  /** CLONE_SIGHAND: the same. */
  share(): this {
    return this;
  }
  /** execve(2): handlers go, ignored signals stay ignored. */
  resetForExec(): void {
    for (let signo = 1; signo <= NSIG; signo++) {
      const ignored = this.#actions[signo]!.handler === SIG_IGN;
      this.#actions[signo] = ignored ? { ...DEFAULT_ACTION, handler: SIG_IGN } : DEFAULT_ACTION;
    }
  }
  /** True when the signal's disposition is to do nothing. Linux: sig_handler_ignored. */
  ignores(signo: number): boolean {
    const { handler } = this.#actions[signo]!;
    return handler === SIG_IGN || (handler === SIG_DFL && (IGNORED_BY_DEFAULT & signalBit(signo)) !== 0n);
  }
}

export function isAlive(task: Task): boolean {
  return task.state !== 'zombie' && task.state !== 'dead';
}

// ---- sending ----

/** To one thread: tgkill(2), faults. Throws EAGAIN for a queued signal that finds no room. */
export function sendToTask(task: Task, info: SignalInfo): void {
  send(task.group, task, info);
}
/** To a process: any thread may take it. */
export function sendToGroup(group: ThreadGroup, info: SignalInfo): void {
  send(group, null, info);
}
/** To every process of a process group, without asking for permission (terminals, orphans). */
export function sendToProcessGroup(kernel: Kernel, pgid: number, info: SignalInfo): void {
  for (const group of [...kernel.groups.values()]) if (group.pgid === pgid) sendToGroup(group, info);
}

/** A fault of the task itself: neither ignored nor blocked, at the price of its handler. Linux: force_sig_info. */
export function forceSignal(task: Task, info: SignalInfo): void {
  const { actions } = task.group;
  const bit = signalBit(info.signo);
  const blocked = (task.signalMask & bit) !== 0n;
  if (blocked || actions.get(info.signo).handler === SIG_IGN) {
    actions.set(info.signo, { ...actions.get(info.signo), handler: SIG_DFL });
    task.signalMask &= ~bit;
  }
  sendToTask(task, info);
}

function send(group: ThreadGroup, task: Task | null, info: SignalInfo): void {
  const { signo } = info;
  const witness = task ?? group.leader;
  if (!prepare(group, witness, signo)) return;
  const pending = task === null ? group.pending : task.pending;
  // A standard signal waits only once; a timer's own entry is the exception (Linux: send_sigqueue).
  if (signo < SIGRTMIN && pending.has(signo) && info.onTaken === null) return;
  const limit = group.limits[RLIMIT.RLIMIT_SIGPENDING]!.soft;
  if (signo >= SIGRTMIN && info.code < 0 && info.onTaken === null && pending.length >= limit) throw EAGAIN;
  pending.add(info, signo < SIGRTMIN && info.overridesLimit ? Infinity : limit);
  group.actions.arrival.wake();
  const receiver = task === null ? chooseReceiver(group, signo) : wants(task, signo) ? task : null;
  if (receiver !== null) wake(receiver, signo);
}

/**
 * Job control's side effects, and whether the signal is to be queued at all. Stop signals and SIGCONT
 * take each other back. Linux: prepare_signal.
 */
function prepare(group: ThreadGroup, witness: Task, signo: number): boolean {
  if (group.exitStatus !== null) {
    // A process that is dying anyway still must not hang in a stop that its tracer never ends.
    if (signo === SIGKILL) for (const task of group.tasks) if (task.phase === 'dying') release(task);
    return false;
  }
  const bit = signalBit(signo);
  if ((STOP_SIGNALS & bit) !== 0n) removeEverywhere(group, signalBit(SIGCONT));
  else if (signo === SIGCONT) continueGroup(group);
  return !isIgnored(witness, signo);
}

/** Would be thrown away at once. A blocked signal is kept: its action may change. Linux: sig_ignored. */
function isIgnored(task: Task, signo: number): boolean {
  if ((task.signalMask & signalBit(signo)) !== 0n) return false;
  if (task.tracing !== null && signo !== SIGKILL) return false;
  return task.group.actions.ignores(signo);
}

function removeEverywhere(group: ThreadGroup, set: bigint): void {
  group.pending.remove(set);
  for (const task of group.tasks) task.pending.remove(set);
}

/** SIGCONT was sent: whatever it then does, a stopped process goes on. */
function continueGroup(group: ThreadGroup): void {
  removeEverywhere(group, STOP_SIGNALS);
  const stopped = group.stopSignal !== 0 && group.tasks.every((task) => !task.stopPending);
  group.stopSignal = 0;
  group.stopReported = false;
  for (const task of group.tasks) {
    task.stopPending = false;
    if (task.tracing !== null) task.tracing.onContinue(task);
    else if (task.state === 'stopped') release(task);
  }
  if (!stopped) return;
  group.continuedUnreported = true;
  notifyJobControl(group, CLD_CONTINUED, SIGCONT);
}

/** Tells the parent that a child stopped or went on. Linux: do_notify_parent_cldstop. */
export function notifyJobControl(group: ThreadGroup, code: number, status: number): void {
  const { parent } = group;
  if (parent === null) return;
  notifyStop(parent, code, group.leader, status);
}
/**
 * A look for the receiver's wait4, and SIGCHLD for a stop of `task` unless it wants none. `why` is CLD_STOPPED,
 * CLD_TRAPPED or CLD_CONTINUED, `status` a signal. A signal that would be thrown away at once is not even made.
 */
export function notifyStop(receiver: ThreadGroup, why: number, task: Task, status: number): void {
  const action = receiver.actions.get(SIGCHLD);
  receiver.childEvents.wake();
  if (action.handler === SIG_IGN || (action.flags & SA.SA_NOCLDSTOP) !== 0) return;
  if (!isIgnored(receiver.leader, SIGCHLD)) sendToGroup(receiver, SignalInfo.tracee(why, task, status));
}

/** The thread that is to take a signal of the whole process: the leader if it can. Linux: complete_signal. */
function chooseReceiver(group: ThreadGroup, signo: number): Task | null {
  let busy: Task | null = null;
  for (const task of group.tasks) {
    if (!wants(task, signo)) continue;
    if (task.pending.empty) return task;
    busy ??= task;
  }
  return busy;
}
function wants(task: Task, signo: number): boolean {
  if (!isAlive(task)) return false;
  if (signo === SIGKILL) return true;
  return (task.signalMask & signalBit(signo)) === 0n && task.state !== 'stopped';
}

function wake(task: Task, signo: number): void {
  if (task.state === 'blocked') task.kernel.interrupt(task, signo === SIGKILL);
  else if (task.state === 'stopped' && signo === SIGKILL) {
    if (task.phase !== 'dying') task.phase = 'user';
    release(task);
  }
}

/** Lets a stopped task run; a tracer that has not looked yet will not see the stop any more. */
function release(task: Task): void {
  if (task.state !== 'stopped') return;
  if (task.tracing !== null) task.tracing.unreported = null;
  task.kernel.makeReady(task);
}

// ---- taking ----

/** What waits for a task and is not blocked by `mask`. */
export function deliverable(task: Task, mask: bigint): bigint {
  return (task.pending.mask | task.group.pending.mask) & ~mask;
}

/** Takes the next signal out of `set`: the thread's own first, faults before others, then the lowest number. */
export function takeSignal(task: Task, set: bigint): SignalInfo | null {
  for (const pending of [task.pending, task.group.pending]) {
    const waiting = pending.mask & set;
    if (waiting === 0n) continue;
    const first = waiting & SYNCHRONOUS;
    return pending.take(lowestSignal(first === 0n ? waiting : first));
  }
  return null;
}

function lowestSignal(set: bigint): number {
  for (let signo = 1; signo < NSIG; signo++) if ((set & signalBit(signo)) !== 0n) return signo;
  return NSIG;
}

/** Changes a task's mask; SIGKILL and SIGSTOP stay out. Linux: set_current_blocked. */
export function setSignalMask(task: Task, mask: bigint): void {
  task.signalMask = mask & ~UNBLOCKABLE;
}

// ---- permission ----

/** May this task send that signal to that process (kill(2))? Signal 0 asks only. */
export function mayKill(sender: Task, target: ThreadGroup, signo: number): boolean {
  if (sender.group === target) return true;
  const from = sender.credentials;
  const to = target.leader.credentials;
  if (capable(from, CAP.CAP_KILL)) return true;
  if (from.euid === to.suid || from.euid === to.uid || from.uid === to.suid || from.uid === to.uid)
    return true;
  return signo === SIGCONT && sender.group.sid === target.sid;
}
