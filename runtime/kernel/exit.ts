// The end of tasks: exit, exit_group, zombies, who inherits the children, and wait4(2).

import { ECHILD, ERESTARTSYS, Errno } from '../abi/errno.ts';
import { CONTINUED_STATUS, stoppedStatus, WAIT } from '../abi/process.ts';
import {
  CLD_CONTINUED,
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  CLD_TRAPPED,
} from '../abi/signal.ts';
import { Blocked, type BlockedOptions, type Result } from '../wait.ts';
import { exitRobustList, wakeFutex } from './futex.ts';
import type { Kernel } from './kernel.ts';
import { leaveFilters } from './seccomp-filter.ts';
import { sendToGroup, sendToProcessGroup, sendToTask } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task, ThreadGroup } from './task.ts';

const SIGHUP = 1;
const SIGKILL = 9;
const SIGCHLD = 17;
const SIGCONT = 18;
const SIG_IGN = 1;
const SA_NOCLDWAIT = 2;

/** exit_group(2) and death by signal: every thread ends, with one status word for wait4. */
export function exitGroup(task: Task, status: number): void {
  const { group } = task;
  if (group.exitStatus !== null) status = group.exitStatus;
  group.exitStatus = status;
  for (const other of [...group.tasks]) if (other !== task) endTask(other, status);
  exitTask(task, status);
}

/** exit(2): this thread ends; a tracer that asked for it is stopped for first. */
export function exitTask(task: Task, status: number): void {
  if (task.phase !== 'dying' && task.tracing?.onExit(task, status)) {
    task.phase = 'dying';
    task.dyingStatus = status;
    return;
  }
  endTask(task, status);
}

/** A vfork child no longer uses its parent's address space. */
export function releaseVfork(task: Task): void {
  const done = task.vforkDone;
  task.vforkDone = null;
  done?.wake();
}

/**
 * A thread ends at once. `replaced`: another thread of the process goes on alone (execve), so that nobody
 * is told and the leader does not stay as a zombie.
 */
export function endTask(task: Task, status: number, how: 'ended' | 'replaced' = 'ended'): void {
  if (task.state === 'zombie' || task.state === 'dead') return;
  const { kernel, group } = task;
  if (task.state === 'blocked') {
    task.sleep!.finish();
    task.sleep!.blocked.options.cancel?.();
    task.sleep = null;
  }
  kernel.observer?.exit(task, status);
  exitRobustList(task);
  kernel.futexLocks.ownerEnds(task);
  if (task.clearChildTid !== 0 && task.mm.users > 1) {
    try {
      task.memory.writeU32(task.clearChildTid, 0);
      wakeFutex(kernel, task.mm, task.clearChildTid, 1);
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown; // the guest unmapped it: nobody can wait there
    }
  }
  task.semaphoreUndo?.leave(task);
  task.semaphoreUndo = null;
  task.state = 'zombie';
  task.useMm(null);
  releaseVfork(task);
  task.files.leave();
  task.fs.leave();
  leaveFilters(task);
  for (const tracee of [...task.tracees]) {
    tracee.tracing?.detach(tracee);
    // Its end was kept for this tracer, which never asked: the parent is told now.
    const { group: orphan } = tracee;
    if (tracee.isLeader && isZombie(orphan) && orphan.parent !== group)
      notifyParent(orphan, orphan.exitStatus!);
  }
  if (kernel.loaded === task) kernel.unload();
  kernel.frames.freeSlot(task.slot);
  group.times.user += task.userTime;
  group.times.system += task.systemTime;

  task.exitStatus = status;
  if (how === 'replaced') {
    task.tracing?.detach(task);
    if (!task.isLeader) reapTask(task);
    return;
  }
  const last = group.tasks.every((other) => other.state === 'zombie' || other.state === 'dead');
  if (!task.isLeader && task.tracing === null) reapTask(task);
  else if (!task.isLeader) task.tracing!.tracer.group.childEvents.wake();
  if (last) endGroup(group, group.exitStatus ?? status);
}

/** The last thread is gone: the process becomes a zombie and its parent is told. */
function endGroup(group: ThreadGroup, status: number): void {
  const { kernel } = group.leader;
  group.exitStatus = status;
  group.continuedUnreported = false;
  kernel.timers.forget(group);
  const orphaned = groupsToOrphan(group);
  for (const child of [...group.children]) reparent(child, heir(group), kernel);
  group.children.clear();
  if (group.sid === group.pid) kernel.onSessionEnd?.(group);
  for (const pgid of orphaned) hangUpIfStopped(kernel, pgid);
  for (const listener of [...kernel.onGroupExit]) listener(group);
  const tracer = group.leader.tracing?.tracer ?? null;
  if (tracer !== null && tracer.group !== group.parent) {
    tracer.group.childEvents.wake();
    sendToGroup(tracer.group, childInfo(group, status, SIGCHLD));
    return;
  }
  notifyParent(group, status);
}

/** Tells the parent of a zombie; without one, or when the parent wants no zombies, it is reaped at once. */
function notifyParent(group: ThreadGroup, status: number): void {
  const { parent } = group;
  if (parent === null || parent.exitStatus !== null) {
    reapGroup(group);
    return;
  }
  const action = parent.actions.get(SIGCHLD);
  const unwanted =
    group.exitSignal === SIGCHLD && (action.handler === SIG_IGN || (action.flags & SA_NOCLDWAIT) !== 0);
  // The wait first: a parent asleep in wait4 finds its child, and takes the signal after that.
  parent.childEvents.wake();
  if (group.exitSignal !== 0 && !(unwanted && action.handler === SIG_IGN))
    sendToGroup(parent, childInfo(group, status, group.exitSignal));
  if (unwanted && group.leader.tracing === null) reapGroup(group);
}

function childInfo(group: ThreadGroup, status: number, signo: number): SignalInfo {
  const signal = status & 0x7f;
  const code = signal === 0 ? CLD_EXITED : (status & 0x80) !== 0 ? CLD_DUMPED : CLD_KILLED;
  return SignalInfo.child(signo, code, group, signal === 0 ? (status >> 8) & 0xff : signal);
}

/** Nearest subreaper above, else nobody: the machine's own init, which has no task and waits for all. */
function heir(group: ThreadGroup): ThreadGroup | null {
  for (let parent = group.parent; parent !== null; parent = parent.parent)
    if (parent.subreaper && parent.exitStatus === null) return parent;
  return null;
}

function reparent(child: ThreadGroup, to: ThreadGroup | null, kernel: Kernel): void {
  child.parent = to;
  to?.children.add(child);
  for (const task of child.tasks) {
    if (task.parentDeathSignal !== 0 && task.hasMm)
      sendToTask(task, SignalInfo.kernel(task.parentDeathSignal));
  }
  if (isZombie(child) && child.leader.tracing === null) notifyParent(child, child.exitStatus!);
  else if (kernel.groups.has(child.pid)) child.exitSignal = SIGCHLD;
}

function isZombie(group: ThreadGroup): boolean {
  return group.tasks.every((task) => task.state === 'zombie' || task.state === 'dead');
}

/**
 * Process groups that this exit leaves without a parent in the same session: those that it tied to the session,
 * its own by its parent, or a child's by itself. Linux: kill_orphaned_pgrp, will_become_orphaned_pgrp.
 */
function groupsToOrphan(dying: ThreadGroup): Set<number> {
  const candidates = new Set<number>();
  const ties = (parent: ThreadGroup, child: ThreadGroup): boolean =>
    parent.sid === child.sid && parent.pgid !== child.pgid;
  // The machine's first process has whoever started the machine for a parent, as a shell's job has the shell.
  const { parent } = dying;
  if (parent === null ? dying.pid === dying.sid : ties(parent, dying)) candidates.add(dying.pgid);
  for (const child of dying.children) if (ties(dying, child)) candidates.add(child.pgid);
  const { kernel } = dying.leader;
  for (const pgid of candidates) if (!isOrphaned(kernel, pgid, dying)) candidates.delete(pgid);
  return candidates;
}

/** No member's parent is in another process group of the same session; `without` does not count. */
export function isOrphaned(kernel: Kernel, pgid: number, without: ThreadGroup | null): boolean {
  for (const group of kernel.groups.values()) {
    if (group.pgid !== pgid || group === without || isZombie(group)) continue;
    const { parent } = group;
    if (parent !== null && parent !== without && parent.pgid !== pgid && parent.sid === group.sid)
      return false;
  }
  return true;
}

function hangUpIfStopped(kernel: Kernel, pgid: number): void {
  for (const group of kernel.groups.values()) {
    if (group.pgid !== pgid || group.stopSignal === 0 || isZombie(group)) continue;
    sendToProcessGroup(kernel, pgid, SignalInfo.kernel(SIGHUP));
    sendToProcessGroup(kernel, pgid, SignalInfo.kernel(SIGCONT));
    return;
  }
}

function reapTask(task: Task): void {
  task.tracing?.detach(task);
  task.state = 'dead';
  task.kernel.tasks.delete(task.tid);
  const at = task.group.tasks.indexOf(task);
  if (at > 0) task.group.tasks.splice(at, 1);
}

/** The zombie's last traces go: its ids are free again. */
export function reapGroup(group: ThreadGroup): void {
  const { kernel } = group.leader;
  const { parent, times } = group;
  if (parent !== null) {
    parent.times.childrenUser += times.user + times.childrenUser;
    parent.childrenPeakPages = Math.max(parent.childrenPeakPages, group.peakPages, group.childrenPeakPages);
    parent.times.childrenSystem += times.system + times.childrenSystem;
    parent.children.delete(group);
  }
  for (const task of [...group.tasks].reverse()) reapTask(task);
  kernel.groups.delete(group.pid);
}

/** Kills every process of the machine: power off. */
export function killAll(kernel: Kernel): void {
  for (const group of [...kernel.groups.values()]) if (!isZombie(group)) exitGroup(group.leader, SIGKILL);
}

// ---- wait4, waitid ----

/** Which children a wait looks at. */
export type WaitFor =
  | { readonly kind: 'all' }
  | { readonly kind: 'pid'; readonly id: number }
  | { readonly kind: 'group'; readonly id: number };

/** What a wait found: the id, its status word, and how long it ran. */
export interface WaitReport {
  readonly pid: number;
  readonly uid: number;
  readonly status: number;
  readonly code: number;
  readonly user: number;
  readonly system: number;
}

/**
 * Waits for a child or tracee. `options` are WAIT bits; `deliver` writes the report to the guest and
 * answers the call's result. Answers 0 reports with WNOHANG as `none`.
 */
export function wait(
  task: Task,
  what: WaitFor,
  options: number,
  deliver: (report: WaitReport) => number,
  none: () => number,
): Result {
  const { group } = task;
  const ownOnly = (options & WAIT.__WNOTHREAD) !== 0;
  let eligible = false;
  // Tracees first, then children by birth; each once, and a leader stands for its process.
  for (const waiter of group.tasks) {
    if (waiter !== task && ownOnly) continue;
    for (const tracee of waiter.tracees) {
      if (!matches(what, tracee.group, tracee.tid)) continue;
      eligible ||= mayReport(tracee, options);
      const report = look(task, tracee, options);
      if (report !== null) return deliver(report);
    }
  }
  for (const child of group.children) {
    const { leader } = child;
    if (!matches(what, child, child.pid)) continue;
    const tracer = leader.tracing?.tracer;
    if (tracer !== undefined && tracer.group === group && (tracer === task || !ownOnly)) continue;
    if (ownOnly && child.parentThread !== task) continue;
    const isClone = child.exitSignal !== SIGCHLD;
    if ((options & WAIT.__WALL) === 0 && isClone !== ((options & WAIT.__WCLONE) !== 0)) continue;
    eligible ||= mayReport(leader, options);
    const report = look(task, leader, options);
    if (report !== null) return deliver(report);
  }
  if (!eligible) throw ECHILD;
  if ((options & WAIT.WNOHANG) !== 0) return none();
  return new Blocked([group.childEvents], () => wait(task, what, options, deliver, none), RESTARTED);
}

const RESTARTED: BlockedOptions = { interrupted: ERESTARTSYS };

function matches(what: WaitFor, group: ThreadGroup, tid: number): boolean {
  if (what.kind === 'pid') return tid === what.id;
  return what.kind === 'all' || group.pgid === what.id;
}

/** A zombie has nothing but its end to tell. */
function mayReport(task: Task, options: number): boolean {
  return (options & WAIT.WEXITED) !== 0 || !isOver(task);
}

/** The whole process for a leader, else the thread. */
function isOver(task: Task): boolean {
  return task.isLeader ? isZombie(task.group) : task.state === 'zombie';
}

/** The news of one candidate, or null; unless WNOWAIT, it is told only once. */
function look(waiter: Task, task: Task, options: number): WaitReport | null {
  const { group } = task;
  const take = (options & WAIT.WNOWAIT) === 0;
  const tracing = task.tracing;
  const ours = tracing !== null && tracing.tracer.group === waiter.group;
  if (ours && tracing.unreported !== null) {
    const status = tracing.unreported;
    if (take) tracing.unreported = null;
    return reportOf(task, status, CLD_TRAPPED);
  }
  if (isOver(task) && (options & WAIT.WEXITED) !== 0) {
    if (tracing !== null && !ours) return null;
    const status = task.isLeader ? group.exitStatus! : task.exitStatus;
    const signal = status & 0x7f;
    const result = reportOf(
      task,
      status,
      signal === 0 ? CLD_EXITED : (status & 0x80) !== 0 ? CLD_DUMPED : CLD_KILLED,
    );
    if (take) bury(waiter, task);
    return result;
  }
  if (ours || !task.isLeader) return null;
  if ((options & WAIT.WUNTRACED) !== 0 && group.stopSignal !== 0 && !group.stopReported) {
    if (take) group.stopReported = true;
    return reportOf(task, stoppedStatus(group.stopSignal), CLD_STOPPED);
  }
  if ((options & WAIT.WCONTINUED) !== 0 && group.continuedUnreported) {
    if (take) group.continuedUnreported = false;
    return reportOf(task, CONTINUED_STATUS, CLD_CONTINUED);
  }
  return null;
}

function reportOf(task: Task, status: number, code: number): WaitReport {
  const { times } = task.group;
  return {
    pid: task.tid,
    uid: task.credentials.uid,
    status,
    code,
    user: times.user + times.childrenUser,
    system: times.system + times.childrenSystem,
  };
}

/** A zombie was waited for. A tracer that is not the parent hands it on to the parent. */
function bury(waiter: Task, task: Task): void {
  const { group } = task;
  if (!task.isLeader) {
    reapTask(task);
    return;
  }
  task.tracing?.detach(task);
  if (group.parent !== null && group.parent !== waiter.group) notifyParent(group, group.exitStatus!);
  else reapGroup(group);
}
