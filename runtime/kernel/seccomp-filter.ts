// What seccomp(2) has made of a thread: its mode, its filters, and who listens to them. What they do with a call is
// seccomp.ts. Linux: struct seccomp, struct seccomp_filter.

import { SECCOMP_MODE_DISABLED, SECCOMP_MODE_FILTER, type SECCOMP_MODE_STRICT } from '../abi/seccomp.ts';
import type { Result } from '../wait.ts';
import type { BpfProgram } from './bpf.ts';
import type { Task } from './task.ts';

/** A filter and those that were set before it, which are asked, too. Linux: struct seccomp_filter. */
export interface SeccompFilter {
  readonly program: BpfProgram;
  readonly before: SeccompFilter | null;
  /** Whom SECCOMP_RET_USER_NOTIF asks; null without one, or once it is closed. */
  listener: SeccompListener | null;
}
/** Decides about calls in their stead. Linux: struct notification. */
export interface SeccompListener {
  /** Asks about the call that the task is about to make, struct seccomp_data; `perform` makes it. */
  ask(task: Task, data: Uint32Array, perform: () => Result): Result;
  /** A thread that had the filter has ended. */
  left(): void;
}
/** Linux: struct seccomp. Without it a thread's calls are asked for by nobody. */
export type Seccomp =
  | { readonly mode: typeof SECCOMP_MODE_STRICT }
  | { readonly mode: typeof SECCOMP_MODE_FILTER; readonly filter: SeccompFilter };

export const seccompMode = ({ seccomp }: Task): number => seccomp?.mode ?? SECCOMP_MODE_DISABLED;
/** A thread's filters, the newest first. */
export function* filtersOf({ seccomp }: Task): Generator<SeccompFilter> {
  if (seccomp?.mode !== SECCOMP_MODE_FILTER) return;
  for (let at: SeccompFilter | null = seccomp.filter; at !== null; at = at.before) yield at;
}

/** A thread has ended: who listens may be the last one to know its filters. Linux: seccomp_filter_release. */
export function leaveFilters(task: Task): void {
  for (const { listener } of filtersOf(task)) listener?.left();
}
