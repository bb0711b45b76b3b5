// Delivering signals: what happens between the end of a system call or a trap and the next user
// instruction (signal(7), Linux: get_signal and handle_signal). One signal after the other is taken and
// acts: the tracer is asked, a default action is done, or a handler's frame is built. An interrupted
// system call is restarted or answers EINTR here.

import { EINTR, ERESTART_RESTARTBLOCK, ERESTARTNOHAND, ERESTARTNOINTR, ERESTARTSYS } from '../abi/errno.ts';
import { CORE_FLAG, RLIMIT } from '../abi/process.ts';
import {
  CORE_SIGNALS,
  IGNORED_BY_DEFAULT,
  SA,
  SIG_DFL,
  SIG_IGN,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
  STOP_SIGNALS,
  signalBit,
} from '../abi/signal.ts';
import { exitGroup, isOrphaned } from './exit.ts';
import { restartSequence } from './restartable-sequence.ts';
import {
  deliverable,
  forceSignal,
  type SignalAction,
  sendToTask,
  setSignalMask,
  takeSignal,
} from './signal.ts';
import { buildFrame } from './signal-frame.ts';
import { SignalInfo } from './signal-info.ts';
import { joinGroupStop, startGroupStop } from './stop.ts';
import type { Task } from './task.ts';

const RESTART_SYSCALL = 0;
/** Bytes of int 0x80 and of sysenter's stand-in in the vdso. */
const CALL_LENGTH = 2;

/** True when a sleep that signals may end must not begin or go on. Linux: signal_pending. */
export function signalPending(task: Task): boolean {
  if (!task.pending.empty || !task.group.pending.empty)
    if (deliverable(task, task.signalMask) !== 0n) return true;
  return task.stopPending || task.tracing?.wantsStop === true;
}

/** Linux: fatal_signal_pending(). */
export function killPending({ pending, group }: Task): boolean {
  return pending.has(SIGKILL) || group.pending.has(SIGKILL);
}

/** True when deliverSignals has something to do before user code may run. Asked after every trap. */
export function hasDeliverable(task: Task): boolean {
  if (signalPending(task) || task.savedMask !== null) return true;
  if (task.tracing?.hasInjected) return true;
  return task.originalEax >= 0 && isRestart(task.registers.eax);
}

function isRestart(eax: number): boolean {
  const errno = -(eax | 0);
  return (
    errno === ERESTARTSYS.number ||
    errno === ERESTARTNOINTR.number ||
    errno === ERESTARTNOHAND.number ||
    errno === ERESTART_RESTARTBLOCK.number
  );
}

/** Precondition: task.phase is `user`. Ends with a handler to run, nothing left to do, or a stopped or dead task. */
export function deliverSignals(task: Task): void {
  for (;;) {
    if (task.stopPending && joinGroupStop(task)) return;
    if (task.tracing?.wantsStop && task.tracing.onInterrupt(task)) return;
    const info = nextSignal(task);
    if (info === 'stopped') return;
    if (info === null) {
      restartCall(task, null);
      restoreMask(task);
      return;
    }
    task.kernel.observer?.signal(task, info);
    const action = task.group.actions.get(info.signo);
    if (action.handler === SIG_IGN) continue;
    if (action.handler !== SIG_DFL) {
      handle(task, info, action);
      return;
    }
    if (actByDefault(task, info.signo)) return;
  }
}

/** The next signal that is to act, after the tracer's word; or a stop for the tracer. */
function nextSignal(task: Task): SignalInfo | 'stopped' | null {
  for (;;) {
    const injected = task.tracing?.takeInjected() ?? null;
    if (injected !== null) {
      if ((task.signalMask & signalBit(injected.signo)) === 0n) return injected;
      sendToTask(task, injected);
      continue;
    }
    const info = takeSignal(task, ~task.signalMask);
    if (info === null || info.signo === SIGKILL || task.tracing === null) return info;
    if (task.tracing.onSignal(task, info)) return 'stopped';
  }
}

/** True when the task is stopped or gone. */
function actByDefault(task: Task, signo: number): boolean {
  const { group, kernel } = task;
  const bit = signalBit(signo);
  if ((IGNORED_BY_DEFAULT & bit) !== 0n) return false;
  if ((STOP_SIGNALS & bit) !== 0n) {
    // Nobody could continue an orphaned process group: terminal stops do nothing to it.
    if (signo !== SIGSTOP && isOrphaned(kernel, group.pgid, null)) return false;
    startGroupStop(task, signo);
    return task.state === 'stopped';
  }
  const dumps = (CORE_SIGNALS & bit) !== 0n && group.limits[RLIMIT.RLIMIT_CORE]!.soft > 0;
  exitGroup(task, dumps ? signo | CORE_FLAG : signo);
  return true;
}

/** Builds the handler's frame and turns the registers to it. Linux: handle_signal, signal_delivered. */
function handle(task: Task, info: SignalInfo, action: SignalAction): void {
  const { signo } = info;
  restartCall(task, action);
  task.tracing?.beforeHandler(task);
  if ((action.flags & SA.SA_RESETHAND) !== 0) task.group.actions.set(signo, { ...action, handler: SIG_DFL });
  restartSequence(task);
  if (!buildFrame(task, info, action)) {
    // A SIGSEGV that cannot be delivered ends the process.
    if (signo === SIGSEGV) task.group.actions.set(SIGSEGV, { ...action, handler: SIG_DFL });
    forceSignal(task, SignalInfo.kernel(SIGSEGV));
    return;
  }
  let mask = task.signalMask | action.mask;
  if ((action.flags & SA.SA_NODEFER) === 0) mask |= signalBit(signo);
  task.savedMask = null;
  setSignalMask(task, mask);
  task.tracing?.onHandler(task);
}

/** sigsuspend and ppoll without a handler: their temporary mask ends here. */
function restoreMask(task: Task): void {
  if (task.savedMask === null) return;
  const { savedMask } = task;
  task.savedMask = null;
  setSignalMask(task, savedMask);
}

/** What becomes of a system call that a signal interrupted, with the handler's action or null for none. */
function restartCall(task: Task, action: SignalAction | null): void {
  if (task.originalEax < 0) return;
  const { registers } = task;
  const errno = -(registers.eax | 0);
  if (!isRestart(registers.eax)) return;
  const fails =
    action !== null &&
    (errno === ERESTARTNOHAND.number ||
      errno === ERESTART_RESTARTBLOCK.number ||
      (errno === ERESTARTSYS.number && (action.flags & SA.SA_RESTART) === 0));
  if (fails) {
    registers.eax = -EINTR.number;
    return;
  }
  registers.eax = errno === ERESTART_RESTARTBLOCK.number ? RESTART_SYSCALL : task.originalEax;
  registers.eip -= CALL_LENGTH;
  // The call is not under way any more: a second delivery before it is made again must not go back twice.
  task.originalEax = -1;
}
