// Signals: sigaction, masks, kill and its kin, waiting for signals, sigreturn (signal(7)). What the calls
// do to queues and frames is in kernel/signal.ts, signal-delivery.ts and signal-frame.ts.

import { CAP } from '../abi/capability.ts';
import { EAGAIN, EINTR, EINVAL, ENOMEM, EPERM, ERESTARTNOHAND, ESRCH } from '../abi/errno.ts';
import { INIT_PID } from '../abi/process.ts';
import {
  HOW,
  MINSIGSTKSZ,
  NSIG,
  oldSigaction,
  rtSigaction,
  SA,
  SI_TKILL,
  SIGINFO_SIZE,
  SIGKILL,
  SIGSTOP,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
  signalBit,
  stackT,
  UNBLOCKABLE,
} from '../abi/signal.ts';
import {
  mayKill,
  type SignalAction,
  sendToGroup,
  sendToTask,
  setSignalMask,
  takeSignal,
} from '../kernel/signal.ts';
import { altStackFlags, restoreFrame, restoreOldFrame } from '../kernel/signal-frame.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { Blocked, NO_RETURN, type Result } from '../wait.ts';
import { choice, int, pid, pointer, type Rows, signal, size, sys, unsigned } from './row.ts';
import { oldSignalSet, signalAction, signalSet, signalStack } from './shown-process.ts';
import { timespec, timespecs64 } from './shown-time.ts';
import { readTimespec32, readTimespec64 } from './timespec.ts';

const SIGSET_SIZE = 8;
const LOW_HALF = 0xffffffffn;
/** What sa_flags may hold; the rest is dropped, so that programs can ask which flags exist. */
const SA_KNOWN = Object.values(SA).reduce((all, flag) => all | flag, 0) & ~SA.SA_UNSUPPORTED;

const how = choice('how', HOW);

function checkSetSize(bytes: number): void {
  if (bytes !== SIGSET_SIZE) throw EINVAL;
}
function checkSignal(signo: number): void {
  if (signo < 0 || signo > NSIG) throw EINVAL;
}

// ---- actions ----

/** Sets (unless null) and answers the old action. */
function change(task: Task, signo: number, action: SignalAction | null): SignalAction {
  if (signo < 1 || signo > NSIG) throw EINVAL;
  if (action !== null && (signo === SIGKILL || signo === SIGSTOP)) throw EINVAL;
  const { actions } = task.group;
  const old = actions.get(signo);
  if (action === null) return old;
  actions.set(signo, { ...action, flags: action.flags & SA_KNOWN, mask: action.mask & ~UNBLOCKABLE });
  if (actions.ignores(signo)) {
    // POSIX: what is now ignored does not wait any longer.
    task.group.pending.remove(signalBit(signo));
    for (const other of task.group.tasks) other.pending.remove(signalBit(signo));
  }
  return old;
}

function rtSigactionCall(task: Task, signo: number, act: number, oldAct: number, bytes: number): number {
  checkSetSize(bytes);
  const action = act === 0 ? null : rtSigaction.unpack(task.memory.copyIn(act, rtSigaction.size));
  const old = change(task, signo, action);
  if (oldAct !== 0) task.memory.copyOut(oldAct, rtSigaction.pack({ ...old, flags: old.flags >>> 0 }));
  return 0;
}

function sigaction(task: Task, signo: number, act: number, oldAct: number): number {
  let action: SignalAction | null = null;
  if (act !== 0) {
    const given = oldSigaction.unpack(task.memory.copyIn(act, oldSigaction.size));
    action = { ...given, mask: BigInt(given.mask) };
  }
  const old = change(task, signo, action);
  if (oldAct !== 0)
    task.memory.copyOut(
      oldAct,
      oldSigaction.pack({ ...old, flags: old.flags >>> 0, mask: Number(old.mask & LOW_HALF) }),
    );
  return 0;
}

/** signal(2), System V's: the handler works once, and is not blocked meanwhile. */
function signalCall(task: Task, signo: number, handler: number): number {
  const flags = SA.SA_RESETHAND | SA.SA_NODEFER;
  return change(task, signo, { handler, flags, restorer: 0, mask: 0n }).handler | 0;
}

// ---- masks ----

function changeMask(task: Task, method: number, set: bigint): void {
  const { signalMask } = task;
  if (method === HOW.SIG_BLOCK) setSignalMask(task, signalMask | set);
  else if (method === HOW.SIG_UNBLOCK) setSignalMask(task, signalMask & ~set);
  else if (method === HOW.SIG_SETMASK) setSignalMask(task, set);
  else throw EINVAL;
}

function rtSigprocmask(task: Task, method: number, set: number, old: number, bytes: number): number {
  checkSetSize(bytes);
  const { signalMask, memory } = task;
  if (set !== 0) changeMask(task, method, memory.readU64(set));
  if (old !== 0) memory.writeU64(old, signalMask);
  return 0;
}

/** Touches signals 1..32 only. */
function sigprocmask(task: Task, method: number, set: number, old: number): number {
  const { signalMask, memory } = task;
  if (set !== 0) {
    const low = BigInt(memory.readU32(set));
    changeMask(task, method, method === HOW.SIG_SETMASK ? (signalMask & ~LOW_HALF) | low : low);
  }
  if (old !== 0) memory.writeU32(old, Number(signalMask & LOW_HALF));
  return 0;
}

function pendingSet(task: Task): bigint {
  return (task.pending.mask | task.group.pending.mask) & task.signalMask;
}

/** Sleeps until a handler has run; the mask comes back when its frame is taken down. */
function suspend(task: Task, mask: bigint): Result {
  task.savedMask = task.signalMask;
  setSignalMask(task, mask);
  return pause();
}
function pause(): Result {
  return new Blocked([], pause, { interrupted: ERESTARTNOHAND });
}

/** rt_sigtimedwait(2). `timeout` in nanoseconds, null = for ever. */
function timedWait(task: Task, set: number, info: number, timeout: number | null, bytes: number): Result {
  checkSetSize(bytes);
  const wanted = task.memory.readU64(set) & ~UNBLOCKABLE;
  const deadline = timeout === null ? Infinity : task.kernel.now() + timeout;
  const attempt = (mayWait: boolean): Result => {
    const taken = takeSignal(task, wanted);
    if (taken !== null) {
      if (info !== 0) task.memory.copyOut(info, taken.toBytes());
      return taken.signo;
    }
    if (!mayWait) throw EAGAIN;
    return new Blocked([task.group.actions.arrival], (reason) => attempt(reason === 'woken'), {
      deadline,
      interrupted: EINTR,
    });
  };
  return attempt(timeout !== 0);
}

// ---- sending ----

function sendIfAllowed(task: Task, group: ThreadGroup, info: SignalInfo, signo: number): void {
  if (!mayKill(task, group, signo)) throw EPERM;
  if (signo !== 0) sendToGroup(group, info);
}

/** Sends to many; the call succeeds when one was reached. */
function sendToMany(task: Task, groups: readonly ThreadGroup[], info: SignalInfo, signo: number): number {
  let reached = false;
  for (const group of groups) {
    if (!mayKill(task, group, signo)) continue;
    reached = true;
    if (signo !== 0) sendToGroup(group, info);
  }
  if (!reached) throw groups.length === 0 ? ESRCH : EPERM;
  return 0;
}

function kill(task: Task, target: number, signo: number): number {
  checkSignal(signo);
  const { kernel } = task;
  const info = SignalInfo.user(signo, task);
  if (target > 0) {
    const found = kernel.tasks.get(target);
    if (found === undefined) {
      if (target !== INIT_PID) throw ESRCH;
      // The machine's own init has no handlers, and what it does not handle does not reach it.
      if (!capable(task.credentials, CAP.CAP_KILL)) throw EPERM;
      return 0;
    }
    sendIfAllowed(task, found.group, info, signo);
    return 0;
  }
  const groups = [...kernel.groups.values()];
  if (target === -1) {
    const others = groups.filter((group) => group !== task.group && mayKill(task, group, signo));
    return sendToMany(task, others, info, signo);
  }
  const pgid = target === 0 ? task.group.pgid : -target;
  return sendToMany(
    task,
    groups.filter((group) => group.pgid === pgid),
    info,
    signo,
  );
}

function threadOf(task: Task, tgid: number | null, tid: number): Task {
  if (tid <= 0 || (tgid !== null && tgid <= 0)) throw EINVAL;
  const found = task.kernel.tasks.get(tid);
  if (found === undefined || (tgid !== null && found.group.pid !== tgid)) throw ESRCH;
  return found;
}

function killThread(task: Task, tgid: number | null, tid: number, signo: number): number {
  const found = threadOf(task, tgid, tid);
  checkSignal(signo);
  if (!mayKill(task, found.group, signo)) throw EPERM;
  if (signo !== 0) sendToTask(found, SignalInfo.thread(signo, task));
  return 0;
}

/** A program's own siginfo; it may not look as if the kernel or kill(2) had sent it to somebody else. */
function readInfo(task: Task, address: number, signo: number, target: number): SignalInfo {
  const info = SignalInfo.fromBytes(task.memory.copyIn(address, SIGINFO_SIZE), signo);
  if ((info.code >= 0 || info.code === SI_TKILL) && target !== task.pid) throw EPERM;
  return info;
}

function queueInfo(task: Task, target: number, signo: number, address: number): number {
  const info = readInfo(task, address, signo, target);
  checkSignal(signo);
  const found = task.kernel.tasks.get(target);
  if (found === undefined) throw ESRCH;
  sendIfAllowed(task, found.group, info, signo);
  return 0;
}

function queueThreadInfo(task: Task, tgid: number, tid: number, signo: number, address: number): number {
  if (tid <= 0 || tgid <= 0) throw EINVAL;
  const info = readInfo(task, address, signo, tid);
  const found = threadOf(task, tgid, tid);
  checkSignal(signo);
  if (!mayKill(task, found.group, signo)) throw EPERM;
  if (signo !== 0) sendToTask(found, info);
  return 0;
}

// ---- the alternate stack ----

function sigaltstack(task: Task, stack: number, old: number): number {
  const { memory, altStack } = task;
  const { esp } = task.registers;
  const status = altStackFlags(task, esp);
  const before = {
    sp: altStack.base,
    size: altStack.size,
    flags: (status | (altStack.flags & SS_AUTODISARM)) >>> 0,
  };
  if (stack !== 0) {
    const { sp, flags, size: length } = stackT.unpack(memory.copyIn(stack, stackT.size));
    setAltStack(task, sp, flags, length, status);
  }
  if (old !== 0) memory.copyOut(old, stackT.pack(before));
  return 0;
}

function setAltStack(task: Task, base: number, flags: number, length: number, status: number): void {
  if (status === SS_ONSTACK) throw EPERM;
  const mode = flags & ~SS_AUTODISARM;
  if (mode !== 0 && mode !== SS_DISABLE && mode !== SS_ONSTACK) throw EINVAL;
  if (mode === SS_DISABLE) {
    task.altStack = { base: 0, size: 0, flags };
    return;
  }
  if (length < MINSIGSTKSZ) throw ENOMEM;
  task.altStack = { base, size: length, flags };
}

export const signalRows = {
  restart_syscall: sys(0, [], (task) => {
    const { restart } = task;
    task.restart = null;
    if (restart === null) throw EINTR;
    return restart();
  }),
  pause: sys(29, [], pause),
  kill: sys(37, [pid, signal], kill),
  signal: sys(48, [signal, pointer], signalCall),
  sigaction: sys(67, [signal, pointer, pointer], sigaction),
  sgetmask: sys(68, [], (task) => Number(task.signalMask & LOW_HALF) | 0),
  ssetmask: sys(69, [unsigned], (task, mask) => {
    const old = Number(task.signalMask & LOW_HALF) | 0;
    setSignalMask(task, BigInt(mask));
    return old;
  }),
  sigsuspend: sys(72, [int, int, unsigned], (task, _history0, _history1, mask) =>
    suspend(task, BigInt(mask)),
  ),
  sigpending: sys(73, [pointer], (task, set) => {
    task.memory.writeU32(set, Number(pendingSet(task) & LOW_HALF));
    return 0;
  }),
  sigreturn: sys(119, [], (task) => {
    restoreOldFrame(task);
    return NO_RETURN;
  }),
  sigprocmask: sys(126, [how, oldSignalSet.given, oldSignalSet.answer], sigprocmask),
  rt_sigreturn: sys(173, [], (task) => {
    restoreFrame(task);
    return NO_RETURN;
  }),
  rt_sigaction: sys(174, [signal, signalAction.given, signalAction.answer, size], rtSigactionCall),
  rt_sigprocmask: sys(175, [how, signalSet.given, signalSet.answer, size], rtSigprocmask),
  rt_sigpending: sys(176, [signalSet.answer, size], (task, set, bytes) => {
    // Short sets are allowed here: old C libraries pass 4.
    if (bytes > SIGSET_SIZE) throw EINVAL;
    const image = new Uint8Array(new BigUint64Array([pendingSet(task)]).buffer);
    task.memory.copyOut(set, image.subarray(0, bytes));
    return 0;
  }),
  rt_sigtimedwait: sys(
    177,
    [signalSet.given, pointer, timespec.given, size],
    (task, set, info, timeout, bytes) =>
      timedWait(task, set, info, timeout === 0 ? null : readTimespec32(task.memory, timeout), bytes),
  ),
  rt_sigqueueinfo: sys(178, [pid, signal, pointer], queueInfo),
  rt_sigsuspend: sys(179, [signalSet.given, size], (task, set, bytes) => {
    checkSetSize(bytes);
    return suspend(task, task.memory.readU64(set));
  }),
  sigaltstack: sys(186, [signalStack.given, signalStack.answer], sigaltstack),
  tkill: sys(238, [pid, signal], (task, tid, signo) => killThread(task, null, tid, signo)),
  tgkill: sys(270, [pid, pid, signal], killThread),
  rt_tgsigqueueinfo: sys(335, [pid, pid, signal, pointer], queueThreadInfo),
  rt_sigtimedwait_time64: sys(
    421,
    [signalSet.given, pointer, timespecs64.given, size],
    (task, set, info, timeout, bytes) =>
      timedWait(task, set, info, timeout === 0 ? null : readTimespec64(task.memory, timeout), bytes),
  ),
} satisfies Rows;
