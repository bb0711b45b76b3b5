// Scheduling: policies and priorities, which are recorded; affinity, to the one processor. sched(7).

import { CAP } from '../abi/capability.ts';
import { EACCES, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { int, partial, pid, pointer, type Rows, size, sys } from './row.ts';

/** The task of a scheduling call: 0 is the caller. */
function scheduled(task: Task, tid: number): Task {
  if (tid < 0) throw EINVAL;
  if (tid === 0) return task;
  const other = task.kernel.tasks.get(tid);
  if (other === undefined) throw ESRCH;
  return other;
}

const ONE_CPU = 1;
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
const SCHED_RR = 2;
const SCHED_BATCH = 3;
const SCHED_IDLE = 5;
const SCHED_DEADLINE = 6;

function checkPolicy(policy: number, priority: number): void {
  const base = policy & ~0x40000000;
  const realTime = base === SCHED_FIFO || base === SCHED_RR;
  if (!realTime && base !== SCHED_OTHER && base !== SCHED_BATCH && base !== SCHED_IDLE) throw EINVAL;
  if (realTime ? priority < 1 || priority > 99 : priority !== 0) throw EINVAL;
}

export const schedulingRows = {
  sched_yield: sys(158, [], () => 0),
  sched_getaffinity: sys(242, [pid, size, pointer], (task, id, length, mask) => {
    if (length < 4 || (length & 3) !== 0) throw EINVAL;
    scheduled(task, id);
    task.memory.writeU32(mask, ONE_CPU);
    return 4;
  }),
  sched_setaffinity: sys(241, [pid, size, pointer], (task, id, length, mask) => {
    scheduled(task, id);
    const word = length >= 4 ? task.memory.readU32(mask) : length > 0 ? task.memory.readU8(mask) : 0;
    if ((word & ONE_CPU) === 0) throw EINVAL;
    return 0;
  }),
  getcpu: sys(318, [pointer, pointer, pointer], (task, cpu, node) => {
    if (cpu !== 0) task.memory.writeU32(cpu, 0);
    if (node !== 0) task.memory.writeU32(node, 0);
    return 0;
  }),
  sched_getscheduler: sys(157, [pid], (task, id) => scheduled(task, id).scheduling.policy),
  sched_setscheduler: sys(
    156,
    [pid, int, pointer],
    (task, id, policy, parameter) => {
      const priority = task.memory.readU32(parameter) | 0;
      checkPolicy(policy, priority);
      scheduled(task, id).scheduling = { policy, priority };
      return 0;
    },
    partial('recorded; tasks take turns whatever the policy'),
  ),
  sched_getparam: sys(155, [pid, pointer], (task, id, parameter) => {
    if (parameter === 0) throw EINVAL;
    task.memory.writeU32(parameter, scheduled(task, id).scheduling.priority);
    return 0;
  }),
  sched_setparam: sys(154, [pid, pointer], (task, id, parameter) => {
    const other = scheduled(task, id);
    const priority = task.memory.readU32(parameter) | 0;
    checkPolicy(other.scheduling.policy, priority);
    other.scheduling = { ...other.scheduling, priority };
    return 0;
  }),
  sched_get_priority_max: sys(159, [int], (_task, policy) => {
    if (policy === SCHED_DEADLINE) return 0;
    checkPolicy(policy, policy === SCHED_FIFO || policy === SCHED_RR ? 1 : 0);
    return policy === SCHED_FIFO || policy === SCHED_RR ? 99 : 0;
  }),
  sched_get_priority_min: sys(160, [int], (_task, policy) => {
    if (policy === SCHED_DEADLINE) return 0;
    checkPolicy(policy, policy === SCHED_FIFO || policy === SCHED_RR ? 1 : 0);
    return policy === SCHED_FIFO || policy === SCHED_RR ? 1 : 0;
  }),
  sched_rr_get_interval: sys(161, [pid, pointer], (task, id, interval) => {
    scheduled(task, id);
    task.memory.writeU32(interval, 0);
    task.memory.writeU32(interval + 4, 0);
    return 0;
  }),
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
