// Scheduling: policies and priorities, which are recorded; affinity, to the one processor. sched(7).

import { CAP } from '../abi/capability.ts';
import { E2BIG, EACCES, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { INIT_PID, RLIMIT } from '../abi/process.ts';
import { i32, struct, u32, u64 } from '../abi/struct.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { choice, flags, int, partial, pid, pointer, type Rows, size, sys } from './row.ts';
import { type WriteTime, writeTimespec32, writeTimespec64 } from './timespec.ts';

/** The task of a scheduling call: 0 is the caller. */
function scheduled(task: Task, tid: number): Task {
  if (tid < 0) throw EINVAL;
  if (tid === 0) return task;
  const other = task.kernel.tasks.get(tid);
  if (other === undefined) throw ESRCH;
  return other;
}
/** The policy of a task, or of the machine's own init, which is an ordinary process. */
function schedulingOf(task: Task, tid: number): Task['scheduling'] {
  if (tid === INIT_PID && !task.kernel.tasks.has(tid)) return { policy: SCHED_OTHER, priority: 0 };
  return scheduled(task, tid).scheduling;
}
/** The calls of affinities look for a negative id, too, and do not find it. */
function existing(task: Task, tid: number): void {
  if (tid < 0) throw ESRCH;
  scheduled(task, tid);
}

const ONE_CPU = 1;
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
const SCHED_RR = 2;
const SCHED_BATCH = 3;
const SCHED_IDLE = 5;
const SCHED_DEADLINE = 6;

const SCHED_RESET_ON_FORK = 0x40000000;
/** What SCHED_RR gives a task at once, nanoseconds. */
const RR_INTERVAL = 100_000_000;
/** What ordinary tasks get here, nanoseconds. */
const FAIR_INTERVAL = 4_000_000;

const isRealTime = (policy: number): boolean => policy === SCHED_FIFO || policy === SCHED_RR;

function checkPolicy(policy: number, priority: number): void {
  const known = isRealTime(policy) || [SCHED_OTHER, SCHED_BATCH, SCHED_IDLE].includes(policy);
  if (!known) throw EINVAL;
  if (isRealTime(policy) ? priority < 1 || priority > 99 : priority !== 0) throw EINVAL;
}

/** May the caller give `other` that policy (sched(7), "Privileges and resource limits")? */
function checkMay(task: Task, other: Task, policy: number, priority: number): void {
  const who = task.credentials;
  if (capable(who, CAP.CAP_SYS_NICE)) return;
  const { uid, euid } = other.credentials;
  if (who.euid !== uid && who.euid !== euid) throw EPERM;
  const old = other.scheduling;
  if (isRealTime(policy)) {
    const limit = other.group.limits[RLIMIT.RLIMIT_RTPRIO]!.soft;
    const changes = policy !== (old.policy & ~SCHED_RESET_ON_FORK);
    if (changes && limit === 0) throw EPERM;
    if (priority > old.priority && priority > limit) throw EPERM;
  }
  // To leave SCHED_IDLE is to take a better place.
  const wasIdle = (old.policy & ~SCHED_RESET_ON_FORK) === SCHED_IDLE;
  const nicest = 20 - other.group.limits[RLIMIT.RLIMIT_NICE]!.soft;
  if (wasIdle && policy !== SCHED_IDLE && other.group.nice < nicest) throw EPERM;
  if ((old.policy & SCHED_RESET_ON_FORK) !== 0 && (policy & SCHED_RESET_ON_FORK) === 0) throw EPERM;
}

/** `policy` with SCHED_RESET_ON_FORK, or without. */
function setPolicy(task: Task, id: number, policy: number, priority: number): void {
  if (policy < 0) throw EINVAL;
  const base = policy & ~SCHED_RESET_ON_FORK;
  const other = scheduled(task, id);
  if (base === SCHED_DEADLINE) throw capable(task.credentials, CAP.CAP_SYS_NICE) ? EINVAL : EPERM;
  checkPolicy(base, priority);
  checkMay(task, other, base, priority);
  other.scheduling = { policy, priority };
}

// ---- sched_setattr(2) ----

const schedAttr = struct({
  size: u32,
  policy: u32,
  flags: u64,
  nice: i32,
  priority: u32,
  runtime: u64,
  deadline: u64,
  period: u64,
  utilMin: u32,
  utilMax: u32,
});
const SCHED_ATTR_SIZE_VER0 = 48;
const SCHED_FLAG_RESET_ON_FORK = 1n;
const SCHED_FLAG_KEEP_POLICY = 8n;
const SCHED_FLAG_KEEP_PARAMS = 16n;
const SCHED_FLAG_ALL = 0x7fn;

function setAttributes(task: Task, id: number, va: number, flag: number): number {
  if (va === 0 || id < 0 || flag !== 0) throw EINVAL;
  const { memory } = task;
  const given = memory.readU32(va) || SCHED_ATTR_SIZE_VER0;
  const tooLong =
    given > schedAttr.size &&
    memory
      .copyIn(va, Math.min(given, 4096))
      .subarray(schedAttr.size)
      .some((b) => b !== 0);
  if (given < SCHED_ATTR_SIZE_VER0 || given > 4096 || tooLong) {
    memory.writeU32(va, schedAttr.size);
    throw E2BIG;
  }
  const image = new Uint8Array(schedAttr.size);
  image.set(memory.copyIn(va, Math.min(given, schedAttr.size)));
  const to = schedAttr.unpack(image);
  if ((to.policy | 0) < 0 || (to.flags & ~SCHED_FLAG_ALL) !== 0n) throw EINVAL;
  const other = scheduled(task, id);
  const keep = (bit: bigint): boolean => (to.flags & bit) !== 0n;
  const base = keep(SCHED_FLAG_KEEP_POLICY) ? other.scheduling.policy & ~SCHED_RESET_ON_FORK : to.policy;
  const priority = keep(SCHED_FLAG_KEEP_PARAMS) ? other.scheduling.priority : to.priority;
  if ((base & SCHED_RESET_ON_FORK) !== 0) throw EINVAL;
  const reset = keep(SCHED_FLAG_RESET_ON_FORK) ? SCHED_RESET_ON_FORK : 0;
  if (!isRealTime(base) && !keep(SCHED_FLAG_KEEP_PARAMS)) {
    const nice = Math.max(-20, Math.min(19, to.nice));
    if (nice < other.group.nice && !capable(task.credentials, CAP.CAP_SYS_NICE)) throw EPERM;
    setPolicy(task, id, base | reset, priority);
    other.group.nice = nice;
  } else setPolicy(task, id, base | reset, priority);
  return 0;
}

function getAttributes(task: Task, id: number, va: number, bytes: number, flag: number): number {
  if (va === 0 || id < 0 || bytes < SCHED_ATTR_SIZE_VER0 || bytes > 4096 || flag !== 0) throw EINVAL;
  const { scheduling, group } = scheduled(task, id);
  const { policy, priority } = scheduling;
  const base = policy & ~SCHED_RESET_ON_FORK;
  const size = Math.min(bytes, schedAttr.size);
  const image = schedAttr.pack({
    size,
    policy: base,
    flags: (policy & SCHED_RESET_ON_FORK) === 0 ? 0n : SCHED_FLAG_RESET_ON_FORK,
    nice: isRealTime(base) ? 0 : group.nice,
    priority,
    runtime: base === SCHED_OTHER || base === SCHED_BATCH ? BigInt(FAIR_INTERVAL) : 0n,
    utilMax: 1024,
  });
  task.memory.copyOut(va, image.subarray(0, size));
  return 0;
}

const interval =
  (write: WriteTime) =>
  (task: Task, id: number, va: number): number => {
    const policy = scheduled(task, id).scheduling.policy & ~SCHED_RESET_ON_FORK;
    write(task.memory, va, policy === SCHED_RR ? RR_INTERVAL : policy === SCHED_FIFO ? 0 : FAIR_INTERVAL);
    return 0;
  };

// ---- ioprio_set(2): recorded ----

const IOPRIO_WHO = { IOPRIO_WHO_PROCESS: 1, IOPRIO_WHO_PGRP: 2, IOPRIO_WHO_USER: 3 } as const;
const IOPRIO_CLASS_SHIFT = 13;
const IOPRIO_CLASS_NONE = 0;
const IOPRIO_CLASS_RT = 1;
const IOPRIO_CLASS_BE = 2;
const IOPRIO_CLASS_IDLE = 3;

/** Whom a (which, who) pair means. */
function chosen(task: Task, which: number, who: number): Task[] {
  const { tasks } = task.kernel;
  const { IOPRIO_WHO_PROCESS, IOPRIO_WHO_PGRP, IOPRIO_WHO_USER } = IOPRIO_WHO;
  let found: Task[];
  if (which === IOPRIO_WHO_PROCESS) {
    const one = who === 0 ? task : tasks.get(who);
    found = one === undefined ? [] : [one];
  } else if (which === IOPRIO_WHO_PGRP) {
    const pgid = who === 0 ? task.pgid : who;
    found = [...tasks.values()].filter((each) => each.pgid === pgid);
  } else if (which === IOPRIO_WHO_USER) {
    const uid = who === 0 ? task.credentials.uid : who;
    found = [...tasks.values()].filter((each) => each.credentials.uid === uid);
  } else throw EINVAL;
  if (found.length === 0) throw ESRCH;
  return found;
}
function setIoPriority(task: Task, which: number, who: number, priority: number): number {
  const kind = priority >> IOPRIO_CLASS_SHIFT;
  const level = priority & 7;
  if (kind === IOPRIO_CLASS_RT) {
    if (!capable(task.credentials, CAP.CAP_SYS_ADMIN) && !capable(task.credentials, CAP.CAP_SYS_NICE))
      throw EPERM;
  } else if (kind === IOPRIO_CLASS_NONE) {
    if (level !== 0) throw EINVAL;
  } else if (kind !== IOPRIO_CLASS_BE && kind !== IOPRIO_CLASS_IDLE) throw EINVAL;
  for (const each of chosen(task, which, who)) each.ioPriority = priority;
  return 0;
}
export const schedulingRows = {
  sched_yield: sys(158, [], () => 0),
  sched_getaffinity: sys(242, [pid, size, pointer], (task, id, length, mask) => {
    if (length < 4 || (length & 3) !== 0) throw EINVAL;
    existing(task, id);
    task.memory.writeU32(mask, ONE_CPU);
    return 4;
  }),
  sched_setaffinity: sys(241, [pid, size, pointer], (task, id, length, mask) => {
    existing(task, id);
    const word = length >= 4 ? task.memory.readU32(mask) : length > 0 ? task.memory.readU8(mask) : 0;
    if ((word & ONE_CPU) === 0) throw EINVAL;
    return 0;
  }),
  getcpu: sys(318, [pointer, pointer, pointer], (task, cpu, node) => {
    if (cpu !== 0) task.memory.writeU32(cpu, 0);
    if (node !== 0) task.memory.writeU32(node, 0);
    return 0;
  }),
  sched_getscheduler: sys(157, [pid], (task, id) => schedulingOf(task, id).policy),
  sched_setscheduler: sys(
    156,
    [pid, int, pointer],
    (task, id, policy, parameter) => {
      if (parameter === 0 || id < 0) throw EINVAL;
      setPolicy(task, id, policy, task.memory.readU32(parameter) | 0);
      return 0;
    },
    partial('recorded; tasks take turns whatever the policy'),
  ),
  sched_getparam: sys(155, [pid, pointer], (task, id, parameter) => {
    if (parameter === 0) throw EINVAL;
    task.memory.writeU32(parameter, schedulingOf(task, id).priority);
    return 0;
  }),
  sched_setparam: sys(154, [pid, pointer], (task, id, parameter) => {
    if (parameter === 0 || id < 0) throw EINVAL;
    const { policy } = scheduled(task, id).scheduling;
    setPolicy(task, id, policy, task.memory.readU32(parameter) | 0);
    return 0;
  }),
  sched_setattr: sys(351, [pid, pointer, flags], setAttributes, partial('recorded; no SCHED_DEADLINE')),
  sched_getattr: sys(352, [pid, pointer, size, flags], getAttributes),
  sched_get_priority_max: sys(159, [int], (_task, policy) => {
    if (policy === SCHED_DEADLINE) return 0;
    checkPolicy(policy, isRealTime(policy) ? 1 : 0);
    return isRealTime(policy) ? 99 : 0;
  }),
  sched_get_priority_min: sys(160, [int], (_task, policy) => {
    if (policy === SCHED_DEADLINE) return 0;
    checkPolicy(policy, isRealTime(policy) ? 1 : 0);
    return isRealTime(policy) ? 1 : 0;
  }),
  sched_rr_get_interval: sys(161, [pid, pointer], interval(writeTimespec32)),
  sched_rr_get_interval_time64: sys(423, [pid, pointer], interval(writeTimespec64)),
  ioprio_set: sys(289, [choice('which', IOPRIO_WHO), int, int], setIoPriority, partial('recorded')),
  ioprio_get: sys(290, [choice('which', IOPRIO_WHO), int], (task, which, who) =>
    Math.min(...chosen(task, which, who).map(({ ioPriority }) => ioPriority)),
  ),
  nice: sys(34, [int], (task, increment) => {
    const nice = Math.max(-20, Math.min(19, task.group.nice + increment));
    if (nice < task.group.nice && !capable(task.credentials, CAP.CAP_SYS_NICE)) throw EPERM;
    task.group.nice = nice;
    return 0;
  }),
  getpriority: sys(96, [int, pid], (task, which, who) => {
    if (which < 0 || which > 2) throw EINVAL;
    const group = which === 0 && who !== 0 ? task.kernel.groups.get(who) : task.group;
    if (group === undefined) throw ESRCH;
    return 20 - group.nice;
  }),
  setpriority: sys(97, [int, pid, int], (task, which, who, priority) => {
    if (which < 0 || which > 2) throw EINVAL;
    const group = which === 0 && who !== 0 ? task.kernel.groups.get(who) : task.group;
    if (group === undefined) throw ESRCH;
    const nice = Math.max(-20, Math.min(19, priority));
    if (nice < group.nice && !capable(task.credentials, CAP.CAP_SYS_NICE)) throw EACCES;
    group.nice = nice;
    return 0;
  }),
} satisfies Rows;
