// Why a task does not run although nothing is the matter with it: job control's group stop, and how a
// tracer meets a task. `Tracing` is what the run loop, signal delivery, clone, exec and exit call on a
// traced task; trace/ptrace.ts implements it, the kernel itself knows no ptrace request.
// A hook that stops the task sets its state to `stopped` and answers true; the caller then returns to the
// scheduler and the story goes on from Task.phase once the tracer has resumed the task.

import { CLD_STOPPED } from '../abi/signal.ts';
import { isAlive, notifyJobControl } from './signal.ts';
import type { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

export interface Tracing {
  /** The task that traces; its whole thread group may wait for the stops. */
  readonly tracer: Task;
  /** The wait4 status word of a stop that nobody has been told yet; null when told or running. */
  unreported: number | null;
  /** System call entry, before the number in originalEax is looked at. */
  onSyscallEnter(task: Task): boolean;
  /** After an entry stop: true when the call must not be run (PTRACE_SYSEMU). */
  readonly skipsCall: boolean;
  /** A seccomp filter answered SECCOMP_RET_TRACE with these data. */
  onSeccomp(task: Task, data: number): boolean;
  /** System call exit, after eax was set. */
  onSyscallExit(task: Task): boolean;
  /** A signal was taken from the queue and is about to act; not called for SIGKILL nor for `injected`. */
  onSignal(task: Task, info: SignalInfo): boolean;
  /** The signal that the tracer ordered at resume, if any; taking it clears it. */
  takeInjected(): SignalInfo | null;
  readonly hasInjected: boolean;
  /** A handler's frame is about to be built: the flags it saves must not show the tracer's single step. */
  beforeHandler(task: Task): void;
  /** A handler's frame was built; a single step ends there. */
  onHandler(task: Task): boolean;
  /** The task is to take part in a group stop for `signo`. */
  onGroupStop(task: Task, signo: number): boolean;
  /** SIGCONT was sent to the process, or its group stop has ended otherwise. */
  onContinue(task: Task): void;
  /** True when onInterrupt is to be called before user code runs (PTRACE_INTERRUPT, a seized child's start). */
  readonly wantsStop: boolean;
  onInterrupt(task: Task): boolean;
  /** clone, fork or vfork made `child`; may attach the tracer to it. */
  onClone(task: Task, child: Task, kind: 'fork' | 'vfork' | 'clone'): boolean;
  /** A vfork child has released the task. */
  onVforkDone(task: Task): boolean;
  onExec(task: Task): boolean;
  /** The task is about to exit with this status word (PTRACE_O_TRACEEXIT). */
  onExit(task: Task, status: number): boolean;
  /** The task became a zombie or its tracer is gone: forget each other. */
  detach(task: Task): void;
}

/**
 * A stop signal acts: every thread of the process is to stop, this one now, the others when they next
 * come by. Linux: do_signal_stop.
 */
export function startGroupStop(task: Task, signo: number): void {
  const { group, kernel } = task;
  if (group.stopSignal === 0) group.stopSignal = signo;
  // Nothing to tell before the last thread has stopped.
  group.stopReported = true;
  group.continuedUnreported = false;
  for (const other of group.tasks) {
    if (!isAlive(other) || (other.state === 'stopped' && other.tracing === null)) continue;
    other.stopPending = true;
    kernel.interrupt(other);
  }
  joinGroupStop(task);
}

/** This thread's part in a group stop; true when it stopped. */
export function joinGroupStop(task: Task): boolean {
  const { group, tracing } = task;
  task.stopPending = false;
  const complete = group.tasks.every((other) => !isAlive(other) || !other.stopPending);
  if (complete) group.stopReported = false;
  const stopped = tracing === null || tracing.onGroupStop(task, group.stopSignal);
  if (tracing === null) {
    task.state = 'stopped';
    task.kernel.observer?.stop(task, group.stopSignal);
  }
  if (complete && (tracing === null || tracing.tracer.group !== group.parent))
    notifyJobControl(group, CLD_STOPPED, group.stopSignal);
  return stopped;
}
