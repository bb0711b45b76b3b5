// clone(2), fork(2), vfork(2): a new task from a running one.

import { CPU_SIZE } from '../../src/layout.ts';
import { CAP } from '../abi/capability.ts';
import { EAGAIN, EINVAL, EPERM } from '../abi/errno.ts';
import { CLONE, CLONE_NAMESPACES, CSIGNAL, RLIMIT } from '../abi/process.ts';
import { capable } from '../vfs/caller.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { DebugRegisters } from './debug-registers.ts';
import { inheritArea } from './restartable-sequence.ts';
import { SemaphoreUndo } from './semaphore-set.ts';
import { PendingSignals } from './signal.ts';
import { Task, ThreadGroup } from './task.ts';
import { readUserDesc, setThreadArea } from './tls.ts';

const SIGCHLD = 17;
const SCHED_RESET_ON_FORK = 0x40000000;
const ORDINARY = { policy: 0, priority: 0 } as const;

export interface CloneRequest {
  /** CLONE_* flags and, in the low byte, the signal for the parent at the end. */
  readonly flags: number;
  /** New esp; 0 = the parent's. */
  readonly stack: number;
  readonly parentTid: number;
  /** Address of the child's struct user_desc with CLONE_SETTLS. */
  readonly tls: number;
  readonly childTid: number;
  /** The child's id, chosen by the caller; absent: the next one. Throws EEXIST, EINVAL. */
  readonly tid?: number;
  /** CLONE_CLEAR_SIGHAND: no handler is inherited. */
  readonly clearHandlers?: boolean;
  /** Called before the child runs, for CLONE_PIDFD. */
  readonly made?: (child: Task) => void;
}

/** Makes the child and answers its id; with CLONE_VFORK the wait for the child's exec or exit. */
export function clone(task: Task, request: CloneRequest): Result {
  const { flags } = request;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(CLONE.CLONE_SIGHAND) && !has(CLONE.CLONE_VM)) throw EINVAL;
  if (has(CLONE.CLONE_THREAD) && !has(CLONE.CLONE_SIGHAND)) throw EINVAL;
  if (has(CLONE.CLONE_NEWNS) && has(CLONE.CLONE_FS)) throw EINVAL;
  if (has(CLONE_NAMESPACES)) throw capable(task.credentials, CAP.CAP_SYS_ADMIN) ? EINVAL : EPERM;
  const { kernel, group } = task;
  if (kernel.tasks.size >= group.limits[RLIMIT.RLIMIT_NPROC]!.soft) throw EAGAIN;

  const tid = request.tid === undefined ? kernel.allocatePid() : kernel.claimPid(request.tid);
  const mm = has(CLONE.CLONE_VM) ? task.mm : task.mm.fork();
  const slot = kernel.frames.allocateSlot();
  // The running task's state lies in the CPU block; its slot is the block's image once it is written back.
  if (kernel.loaded === task) kernel.unload();
  kernel.frames.u8.copyWithin(slot, task.slot, task.slot + CPU_SIZE);

  const thread = has(CLONE.CLONE_THREAD);
  const childGroup = thread ? group : childGroupOf(task, tid, flags);
  const child = new Task(kernel, tid, childGroup, {
    slot,
    mm,
    files: has(CLONE.CLONE_FILES) ? task.files.share() : task.files.clone(),
    fs: has(CLONE.CLONE_FS) ? task.fs.share() : task.fs.clone(),
    credentials: task.credentials,
    pending: new PendingSignals(),
  });
  // Task holds its own reference; the one that fork made is ours.
  if (!has(CLONE.CLONE_VM)) mm.release();
  DebugRegisters.inherit(child, task);
  if (has(CLONE.CLONE_SYSVSEM)) child.semaphoreUndo = (task.semaphoreUndo ??= new SemaphoreUndo()).share();
  child.signalMask = task.savedMask ?? task.signalMask;
  child.comm = task.comm;
  if (!has(CLONE.CLONE_VM) || has(CLONE.CLONE_VFORK)) child.altStack = { ...task.altStack };
  child.originalEax = -1;
  child.seccomp = task.seccomp;
  inheritArea(child, task, has(CLONE.CLONE_VM));
  child.timerSlack = task.timerSlack;
  child.scheduling = (task.scheduling.policy & SCHED_RESET_ON_FORK) === 0 ? task.scheduling : ORDINARY;
  child.ioPriority = task.ioPriority;
  child.personality = task.personality;

  const { registers } = child;
  registers.eax = 0;
  if (request.stack !== 0) registers.esp = request.stack;
  if (has(CLONE.CLONE_SETTLS)) setThreadArea(child, readUserDesc(task.memory, request.tls), false);
  if (has(CLONE.CLONE_PARENT_SETTID)) task.memory.writeU32(request.parentTid, tid);
  if (has(CLONE.CLONE_CHILD_SETTID)) child.memory.writeU32(request.childTid, tid);
  if (has(CLONE.CLONE_CHILD_CLEARTID)) child.clearChildTid = request.childTid;

  if (request.clearHandlers) childGroup.actions.resetForExec();

  childGroup.tasks.push(child);
  kernel.tasks.set(tid, child);
  if (!thread) {
    kernel.addGroup(childGroup);
    childGroup.parent?.children.add(childGroup);
  }
  kernel.counters.forks++;
  request.made?.(child);

  const kind = has(CLONE.CLONE_VFORK) ? 'vfork' : (flags & CSIGNAL) === SIGCHLD ? 'fork' : 'clone';
  if (!has(CLONE.CLONE_UNTRACED)) task.tracing?.onClone(task, child, kind);
  if (child.state === 'ready') kernel.makeReady(child);
  if (!has(CLONE.CLONE_VFORK)) return tid;

  const released = new WaitQueue();
  child.vforkDone = released;
  const wait = (): Result => {
    if (child.vforkDone === released) return new Blocked([released], wait, { interruptible: false });
    task.tracing?.onVforkDone(task);
    return tid;
  };
  return wait();
}

/** The process that a clone without CLONE_THREAD starts. */
function childGroupOf(task: Task, pid: number, flags: number): ThreadGroup {
  const { group, kernel } = task;
  const sibling = (flags & CLONE.CLONE_PARENT) !== 0;
  const child = new ThreadGroup(pid, {
    pgid: group.pgid,
    sid: group.sid,
    actions: (flags & CLONE.CLONE_SIGHAND) !== 0 ? group.actions.share() : group.actions.clone(),
    pending: new PendingSignals(),
    exitSignal: sibling ? group.exitSignal : flags & CSIGNAL,
    limits: group.limits.map((limit) => ({ ...limit })),
    started: kernel.now(),
  });
  child.parent = sibling ? group.parent : group;
  child.maker = sibling ? group.maker : task;
  child.exePath = group.exePath;
  child.exePlace = group.exePlace;
  child.dumpable = group.dumpable;
  child.nice = group.nice;
  child.oomAdjustment = group.oomAdjustment;
  child.noNewPrivileges = group.noNewPrivileges;
  return child;
}
