// How a tracer meets a task: the hooks that the run loop, signal delivery, clone, exec and exit call on a
// traced task. trace/ptrace.ts implements them; the kernel itself knows no ptrace request.
// A hook that stops the task sets its state to `stopped` and answers true; the caller then returns to the
// scheduler and the story goes on from Task.phase once the tracer has resumed the task.

import type { SignalInfo } from './signal.ts';
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
  /** System call exit, after eax was set. */
  onSyscallExit(task: Task): boolean;
  /** A signal was taken from the queue and is about to act; not called for SIGKILL nor for `injected`. */
  onSignal(task: Task, info: SignalInfo): boolean;
  /** The signal that the tracer ordered at resume, if any; taking it clears it. */
  takeInjected(): SignalInfo | null;
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
