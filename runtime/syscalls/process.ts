// Processes: clone and its kin, execve, exit, waiting, thread areas, prctl, scheduling.

import { E2BIG, EACCES, EBADF, EINVAL, ENAMETOOLONG, ENODEV, ENOSYS, EPERM, ESRCH } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/file.ts';
import { CLONE, exitedStatus, RLIMIT, WAIT } from '../abi/process.ts';
import { PidFile } from '../fs/pid-file.ts';
import { clone } from '../kernel/clone.ts';
import { execve } from '../kernel/exec.ts';
import { exitGroup, exitTask, type WaitFor, type WaitReport, wait } from '../kernel/exit.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import { getThreadArea, readUserDesc, setThreadArea, writeUserDesc } from '../kernel/tls.ts';
import { NO_RETURN, type Result } from '../wait.ts';
import {
  bits,
  fd,
  flags,
  int,
  partial,
  path,
  pid,
  pointer,
  type Rows,
  refused,
  size,
  sys,
  unsigned,
} from './row.ts';

const AT_FDCWD = -100;
const P_ALL = 0;
const P_PID = 1;
const P_PGID = 2;
const P_PIDFD = 3;
const SIGCHLD = 17;

const cloneFlags = bits('cloneFlags', CLONE);
const waitOptions = bits('waitOptions', WAIT);

/** A NULL-terminated array of string pointers; a NULL array counts as empty, as Linux has it. */
function readStrings(task: Task, address: number): string[] {
  const strings: string[] = [];
  if (address === 0) return strings;
  for (let at = address; ; at += 4) {
    const pointer = task.memory.readU32(at);
    if (pointer === 0) return strings;
    strings.push(readArgument(task, pointer));
  }
}

/** One string of an execve; longer than MAX_ARG_STRLEN is E2BIG. */
function readArgument(task: Task, address: number): string {
  try {
    return task.memory.readString(address, 131072);
  } catch (thrown) {
    throw thrown === ENAMETOOLONG ? E2BIG : thrown;
  }
}

function waitForPid(task: Task, id: number): WaitFor {
  if (id === -1) return { kind: 'all' };
  if (id > 0) return { kind: 'pid', id };
  if (id === 0) return { kind: 'group', id: task.group.pgid };
  return { kind: 'group', id: -id };
}

/** struct rusage for a waited-for child: 72 bytes, two timevals and counters that stay 0. */
function writeRusage(task: Task, address: number, user: number, system: number): void {
  task.memory.zero(address, 72);
  writeTimeval(task, address, user);
  writeTimeval(task, address + 8, system);
}
function writeTimeval(task: Task, address: number, nanoseconds: number): void {
  task.memory.writeU32(address, Math.floor(nanoseconds / 1e9));
  task.memory.writeU32(address + 4, Math.floor((nanoseconds % 1e9) / 1000));
}

function wait4(task: Task, id: number, status: number, options: number, usage: number): Result {
  const known =
    WAIT.WNOHANG | WAIT.WUNTRACED | WAIT.WCONTINUED | WAIT.__WNOTHREAD | WAIT.__WCLONE | WAIT.__WALL;
  if ((options & ~known) !== 0) throw EINVAL;
  if (id === -0x80000000) throw ESRCH;
  const deliver = (report: WaitReport): number => {
    if (status !== 0) task.memory.writeU32(status, report.status);
    if (usage !== 0) writeRusage(task, usage, report.user, report.system);
    return report.pid;
  };
  return wait(task, waitForPid(task, id), options | WAIT.WEXITED, deliver, () => 0);
}

/** The process that a pidfd means. */
function processOf(task: Task, number: number): ThreadGroup {
  const description = task.files.get(number);
  if (!(description instanceof PidFile)) throw EBADF;
  return description.group;
}

/** waitid(2): siginfo_t with the child's news, or zeros. */
function waitid(task: Task, type: number, id: number, info: number, options: number, usage: number): Result {
  const kinds = WAIT.WEXITED | WAIT.WUNTRACED | WAIT.WCONTINUED;
  const rest = WAIT.WNOHANG | WAIT.WNOWAIT | WAIT.__WNOTHREAD | WAIT.__WCLONE | WAIT.__WALL;
  if ((options & kinds) === 0 || (options & ~(kinds | rest)) !== 0) throw EINVAL;
  let what: WaitFor;
  if (type === P_ALL) what = { kind: 'all' };
  else if (type === P_PID && id > 0) what = { kind: 'pid', id };
  else if (type === P_PGID && id >= 0) what = { kind: 'group', id: id === 0 ? task.group.pgid : id };
  else if (type === P_PIDFD) what = { kind: 'pid', id: processOf(task, id).pid };
  else throw EINVAL;
  const write = (words: readonly number[]): void => {
    if (info !== 0) for (const [i, word] of words.entries()) task.memory.writeU32(info + 4 * i, word);
  };
  const deliver = (report: WaitReport): number => {
    const { status } = report;
    const value =
      report.code === 1 || report.code === 4 || report.code === 5 ? (status >> 8) & 0xff : status & 0x7f;
    write([SIGCHLD, 0, report.code, report.pid, report.uid, report.code === 6 ? 18 : value]);
    if (usage !== 0) writeRusage(task, usage, report.user, report.system);
    return 0;
  };
  return wait(task, what, options, deliver, () => {
    write([0, 0, 0, 0, 0, 0]);
    return 0;
  });
}

const PR = {
  PR_SET_PDEATHSIG: 1,
  PR_GET_PDEATHSIG: 2,
  PR_GET_DUMPABLE: 3,
  PR_SET_DUMPABLE: 4,
  PR_GET_KEEPCAPS: 7,
  PR_SET_KEEPCAPS: 8,
  PR_SET_NAME: 15,
  PR_GET_NAME: 16,
  PR_GET_TIMING: 13,
  PR_SET_TIMING: 14,
  PR_CAPBSET_READ: 23,
  PR_GET_TSC: 25,
  PR_SET_TSC: 26,
  PR_GET_TIMERSLACK: 30,
  PR_SET_TIMERSLACK: 29,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_GET_CHILD_SUBREAPER: 37,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
} as const;
const DEFAULT_TIMER_SLACK = 50_000;
const PR_TSC_ENABLE = 1;

/** A thread's name: what comes after 15 bytes is cut off, not refused. */
function readName(task: Task, address: number): string {
  let name = '';
  while (name.length < 15) {
    const byte = task.memory.readU8(address + name.length);
    if (byte === 0) break;
    name += String.fromCharCode(byte);
  }
  return name;
}

function prctl(task: Task, option: number, argument: number, ...rest: number[]): number {
  const { group, memory } = task;
  switch (option) {
    case PR.PR_SET_PDEATHSIG:
      if (argument > 64) throw EINVAL;
      task.parentDeathSignal = argument;
      return 0;
    case PR.PR_GET_PDEATHSIG:
      memory.writeU32(argument, task.parentDeathSignal);
      return 0;
    case PR.PR_GET_DUMPABLE:
      return group.dumpable;
    case PR.PR_SET_DUMPABLE:
      if (argument > 1) throw EINVAL;
      group.dumpable = argument;
      return 0;
    case PR.PR_GET_KEEPCAPS:
      return group.keepCapabilities ? 1 : 0;
    case PR.PR_SET_KEEPCAPS:
      if (argument > 1) throw EINVAL;
      group.keepCapabilities = argument === 1;
      return 0;
    case PR.PR_GET_TIMING:
      return 0;
    case PR.PR_SET_TIMING:
      if (argument !== 0) throw EINVAL;
      return 0;
    case PR.PR_GET_TSC:
      memory.writeU32(argument, PR_TSC_ENABLE);
      return 0;
    case PR.PR_SET_TSC:
      if (argument !== PR_TSC_ENABLE) throw EINVAL;
      return 0;
    case PR.PR_SET_NAME:
      task.comm = readName(task, argument);
      return 0;
    case PR.PR_GET_NAME: {
      const bytes = new Uint8Array(16);
      for (let i = 0; i < task.comm.length; i++) bytes[i] = task.comm.charCodeAt(i);
      memory.copyOut(argument, bytes);
      return 0;
    }
    case PR.PR_CAPBSET_READ:
      if (argument > 40) throw EINVAL;
      return 1;
    case PR.PR_GET_TIMERSLACK:
      return task.timerSlack;
    case PR.PR_SET_TIMERSLACK:
      task.timerSlack = argument === 0 ? DEFAULT_TIMER_SLACK : argument;
      return 0;
    case PR.PR_SET_CHILD_SUBREAPER:
      group.subreaper = argument !== 0;
      return 0;
    case PR.PR_GET_CHILD_SUBREAPER:
      memory.writeU32(argument, group.subreaper ? 1 : 0);
      return 0;
    case PR.PR_SET_NO_NEW_PRIVS:
      if (argument !== 1 || rest.some((word) => word !== 0)) throw EINVAL;
      group.noNewPrivileges = true;
      return 0;
    case PR.PR_GET_NO_NEW_PRIVS:
      if (argument !== 0 || rest.some((word) => word !== 0)) throw EINVAL;
      return group.noNewPrivileges ? 1 : 0;
    default:
      throw EINVAL;
  }
}

/** The task of a scheduling call: 0 is the caller. */
function scheduled(task: Task, tid: number): Task {
  if (tid < 0) throw EINVAL;
  if (tid === 0) return task;
  const other = task.kernel.tasks.get(tid);
  if (other === undefined) throw ESRCH;
  return other;
}

/** struct clone_args: the first version's size, and ours (linux/sched.h). */
const CLONE_ARGS_SIZE_VER0 = 64;
const CLONE_ARGS_SIZE_VER2 = 88;

/** clone3(2): clone's words in a structure of 64-bit fields. */
function clone3(task: Task, address: number, bytes: number): Result {
  if (bytes < CLONE_ARGS_SIZE_VER0) throw EINVAL;
  if (bytes > 4096) throw E2BIG;
  const raw = task.memory.copyIn(address, bytes);
  if (raw.subarray(CLONE_ARGS_SIZE_VER2).some((byte) => byte !== 0)) throw E2BIG;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const field = (index: number): number =>
    index * 8 + 8 <= bytes ? Number(view.getBigUint64(index * 8, true)) : 0;
  const [flagBits, , childTid, parentTid, exitSignal, stack, stackSize, tls, setTid] = Array.from(
    { length: 9 },
    (_, index) => field(index),
  ) as [number, number, number, number, number, number, number, number, number];
  if (flagBits > 0xffffffff || (flagBits & 0xff) !== 0 || setTid !== 0) throw EINVAL;
  if (exitSignal > 64 || ((flagBits & CLONE.CLONE_THREAD) !== 0 && exitSignal !== 0)) throw EINVAL;
  if ((stack === 0) !== (stackSize === 0)) throw EINVAL;
  return clone(task, {
    flags: (flagBits | exitSignal) >>> 0,
    stack: stack + stackSize,
    parentTid,
    tls,
    childTid,
  });
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

export const processRows = {
  exit: sys(1, [int], (task, code): Result => {
    exitTask(task, exitedStatus(code));
    return NO_RETURN;
  }),
  exit_group: sys(252, [int], (task, code): Result => {
    exitGroup(task, exitedStatus(code));
    return NO_RETURN;
  }),
  fork: sys(2, [], (task) => clone(task, { flags: SIGCHLD, stack: 0, parentTid: 0, tls: 0, childTid: 0 })),
  vfork: sys(190, [], (task) =>
    clone(task, {
      flags: CLONE.CLONE_VFORK | CLONE.CLONE_VM | SIGCHLD,
      stack: 0,
      parentTid: 0,
      tls: 0,
      childTid: 0,
    }),
  ),
  clone: sys(
    120,
    [cloneFlags, pointer, pointer, pointer, pointer],
    (task, cloneBits, stack, parentTid, tls, childTid) =>
      clone(task, { flags: cloneBits, stack, parentTid, tls, childTid }),
    partial('no namespaces, no pidfd'),
  ),
  clone3: sys(435, [pointer, size], clone3, partial('no namespaces, no pidfd, no chosen ids')),
  execve: sys(11, [path, pointer, pointer], (task, name, argv, envp) =>
    execve(task, { at: AT_FDCWD, path: name, flags: 0 }, readStrings(task, argv), readStrings(task, envp)),
  ),
  execveat: sys(358, [fd, path, pointer, pointer, flags], (task, at, name, argv, envp, execFlags) =>
    execve(task, { at, path: name, flags: execFlags }, readStrings(task, argv), readStrings(task, envp)),
  ),
  waitpid: sys(7, [pid, pointer, waitOptions], (task, id, status, options) =>
    wait4(task, id, status, options, 0),
  ),
  wait4: sys(114, [pid, pointer, waitOptions, pointer], wait4),
  waitid: sys(284, [int, pid, pointer, waitOptions, pointer], waitid),
  pidfd_open: sys(434, [pid, flags], (task, id, how) => {
    if ((how & ~O_NONBLOCK) !== 0 || id <= 0) throw EINVAL;
    const group = task.kernel.groups.get(id);
    if (group === undefined) throw task.kernel.tasks.has(id) ? EINVAL : ESRCH;
    const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
    return task.files.install(new PidFile(task.kernel, group, how), limit, true);
  }),
  getpid: sys(20, [], (task) => task.pid),
  gettid: sys(224, [], (task) => task.tid),
  // A process whose parent is gone, or is skasm itself, has the machine's init for a parent.
  getppid: sys(64, [], (task) => task.group.parent?.pid ?? 1),
  set_tid_address: sys(258, [pointer], (task, address) => {
    task.clearChildTid = address;
    return task.tid;
  }),
  set_thread_area: sys(243, [pointer], (task, address) => {
    const desc = readUserDesc(task.memory, address);
    const entry = setThreadArea(task, desc, true);
    if (desc.entry === -1) task.memory.writeU32(address, entry);
    return 0;
  }),
  get_thread_area: sys(244, [pointer], (task, address) => {
    const { entry } = readUserDesc(task.memory, address);
    writeUserDesc(task.memory, address, getThreadArea(task, entry));
    return 0;
  }),
  prctl: sys(
    172,
    [int, pointer, pointer, pointer, pointer],
    prctl,
    partial('names, death signal, dumpable, subreaper, no_new_privs'),
  ),
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
    if (nice < task.group.nice && task.credentials.euid !== 0) throw EPERM;
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
    if (nice < group.nice && task.credentials.euid !== 0) throw EACCES;
    group.nice = nice;
    return 0;
  }),
  membarrier: sys(375, [int, unsigned, int], (_task, command, barrierFlags) => {
    if (barrierFlags !== 0) throw EINVAL;
    // One engine: every switch of tasks is a full barrier, so each registration and each command holds.
    const QUERY = 0;
    const SUPPORTED = 0x1ff;
    if (command === QUERY) return SUPPORTED & ~0x180;
    if ((command & ~SUPPORTED) !== 0 || (command & (command - 1)) !== 0) throw EINVAL;
    return 0;
  }),
  rseq: sys(
    386,
    [pointer, size, int, unsigned],
    () => {
      throw ENOSYS;
    },
    refused('ENOSYS: libc does without'),
  ),
  personality: sys(
    136,
    [unsigned],
    (task, persona) => {
      const old = task.personality;
      if (persona !== 0xffffffff) task.personality = persona | 0;
      return old;
    },
    partial('recorded; address layout is fixed anyway'),
  ),
  unshare: sys(310, [cloneFlags], (task, what) => {
    const known = CLONE.CLONE_FS | CLONE.CLONE_FILES | CLONE.CLONE_SYSVSEM;
    if ((what & ~known) !== 0) throw task.credentials.euid === 0 ? EINVAL : EPERM;
    if ((what & CLONE.CLONE_FILES) !== 0 && task.files.shared) {
      const own = task.files.clone();
      task.files.leave();
      task.files = own;
    }
    if ((what & CLONE.CLONE_FS) !== 0) {
      const own = task.fs.clone();
      task.fs.leave();
      task.fs = own;
    }
    return 0;
  }),
  iopl: sys(
    110,
    [unsigned],
    (_task, level) => {
      if (level > 3) throw EINVAL;
      throw EPERM;
    },
    refused('EPERM: no ports'),
  ),
  ioperm: sys(
    101,
    [unsigned, unsigned, int],
    () => {
      throw EPERM;
    },
    refused('EPERM: no ports'),
  ),
  vm86old: sys(
    113,
    [pointer],
    () => {
      throw EPERM;
    },
    refused('EPERM, as under a 64-bit kernel'),
  ),
  bpf: sys(
    357,
    [int, pointer, size],
    () => {
      throw EPERM;
    },
    refused('EPERM'),
  ),
  kcmp: sys(
    349,
    [pid, pid, int, unsigned, unsigned],
    () => {
      throw ENOSYS;
    },
    refused('ENOSYS'),
  ),
  perf_event_open: sys(
    336,
    [pointer, pid, int, fd, flags],
    () => {
      throw ENODEV;
    },
    refused('no counters'),
  ),
} satisfies Rows;
