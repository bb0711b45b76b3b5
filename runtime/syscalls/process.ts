// Processes: clone and its kin, execve, exit, waiting, thread areas, prctl, scheduling.

import { CAP } from '../abi/capability.ts';
import { E2BIG, EAGAIN, EBUSY, EFAULT, EINVAL, ENAMETOOLONG, ENODEV, EPERM, ESRCH } from '../abi/errno.ts';
import { ARCH, CLONE, exitedStatus, INIT_PID, WAIT } from '../abi/process.ts';
import { type CloneRequest, clone } from '../kernel/clone.ts';
import { execve } from '../kernel/exec.ts';
import { exitGroup, exitTask, type WaitFor, type WaitReport, wait } from '../kernel/exit.ts';
import { forgetArea, RSEQ_SIZE, restartSequence } from '../kernel/restartable-sequence.ts';
import type { Task } from '../kernel/task.ts';
import { getThreadArea, readUserDesc, setThreadArea, writeUserDesc } from '../kernel/tls.ts';
import { capable } from '../vfs/caller.ts';
import { NO_RETURN, type Result } from '../wait.ts';
import { cloneFlags } from './namespace.ts';
import { installPidfd, processOf, reservePidfd } from './pidfd.ts';
import {
  bits,
  choice,
  fd,
  flags,
  int,
  type Kind,
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
import { environment, strings } from './shown.ts';
import { atFlags } from './shown-file.ts';
import { userDesc, waitStatus } from './shown-process.ts';

const AT_FDCWD = -100;
const P_ALL = 0;
const P_PID = 1;
const P_PGID = 2;
const P_PIDFD = 3;
const SIGCHLD = 17;

const archOption = choice('option', ARCH);
/** With its name, if one of `needs` is among the flags: the others mean nothing then. */
const cloneArgument = (name: string, of: Kind<number>, needs = 0): Kind<number> => ({
  ...of,
  print: (raw, task, call) =>
    needs !== 0 && (call.words[1]! & needs) === 0 ? null : `${name}=${of.print(raw, task, call)}`,
});
/** clone(2) as strace shows it, the stack first. */
const shownClone = [
  cloneArgument('child_stack', pointer),
  cloneArgument('flags', cloneFlags),
  cloneArgument('parent_tid', pointer, CLONE.CLONE_PARENT_SETTID | CLONE.CLONE_PIDFD),
  cloneArgument('tls', pointer, CLONE.CLONE_SETTLS),
  cloneArgument('child_tidptr', pointer, CLONE.CLONE_CHILD_SETTID | CLONE.CLONE_CHILD_CLEARTID),
];
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
  // A descriptor that does not wait makes a waitid that does not.
  const patient = type !== P_PIDFD || !task.files.get(id).nonblocking;
  return wait(task, what, patient ? options : options | WAIT.WNOHANG, deliver, () => {
    if (!patient && (options & WAIT.WNOHANG) === 0) throw EAGAIN;
    write([0, 0, 0, 0, 0, 0]);
    return 0;
  });
}

/** struct clone_args: the first version's size, and ours (linux/sched.h). */
const CLONE_ARGS_SIZE_VER0 = 64;
const CLONE_ARGS_SIZE_VER2 = 88;

const CLONE_CLEAR_SIGHAND = 2 ** 32;

/** clone3(2): clone's words in a structure of 64-bit fields. */
function clone3(task: Task, address: number, bytes: number): Result {
  if (bytes > 4096) throw E2BIG;
  if (bytes < CLONE_ARGS_SIZE_VER0) throw EINVAL;
  const raw = task.memory.copyIn(address, bytes);
  if (raw.subarray(CLONE_ARGS_SIZE_VER2).some((byte) => byte !== 0)) throw E2BIG;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const fields = Array.from({ length: CLONE_ARGS_SIZE_VER2 / 8 }, (_, index) =>
    index * 8 + 8 <= bytes ? Number(view.getBigUint64(index * 8, true)) : 0,
  );
  const [flagBits, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls, setTid, setTidSize] =
    fields as [number, number, number, number, number, number, number, number, number, number];
  const clearHandlers = Math.floor(flagBits / CLONE_CLEAR_SIGHAND) === 1;
  const low = flagBits % CLONE_CLEAR_SIGHAND;
  if (flagBits >= 2 * CLONE_CLEAR_SIGHAND || (low & (0xff | CLONE.CLONE_DETACHED)) !== 0) throw EINVAL;
  if (clearHandlers && (low & CLONE.CLONE_SIGHAND) !== 0) throw EINVAL;
  if ((setTid === 0) !== (setTidSize === 0) || setTidSize > MAX_PID_NS_LEVEL) throw EINVAL;
  if (exitSignal > 64) throw EINVAL;
  if ((low & (CLONE.CLONE_THREAD | CLONE.CLONE_PARENT)) !== 0 && exitSignal !== 0) throw EINVAL;
  if ((stack === 0) !== (stackSize === 0)) throw EINVAL;
  return cloneWith(
    task,
    {
      flags: (low | exitSignal) >>> 0,
      stack: stack + stackSize,
      parentTid,
      tls,
      childTid,
      tid: setTid === 0 ? undefined : chosenTid(task, setTid, setTidSize),
      clearHandlers,
    },
    pidfd,
  );
}
/** There is one namespace of process ids. */
function chosenTid(task: Task, va: number, count: number): number {
  if (count > 1) throw EINVAL;
  const tid = task.memory.readU32(va) | 0;
  if (tid < 1) throw EINVAL;
  if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
  return tid;
}

/** clone(2) has one place for the parent's id and the descriptor. */
function checkPidfd(flagBits: number): number {
  const wrong = CLONE.CLONE_PARENT_SETTID | CLONE.CLONE_DETACHED;
  if ((flagBits & CLONE.CLONE_PIDFD) !== 0 && (flagBits & wrong) !== 0) throw EINVAL;
  return flagBits;
}
/** A clone; with CLONE_PIDFD its descriptor goes to `pidfd`. */
function cloneWith(task: Task, request: CloneRequest, pidfd: number): Result {
  if ((request.flags & CLONE.CLONE_PIDFD) === 0) return clone(task, request);
  if ((request.flags & CLONE.CLONE_THREAD) !== 0) throw EINVAL;
  const number = reservePidfd(task);
  task.memory.verify(pidfd, 4, true);
  return clone(task, {
    ...request,
    made: (child) => {
      installPidfd(task, child.group, number);
      task.memory.writeU32(pidfd, number);
    },
  });
}
const MAX_PID_NS_LEVEL = 32;

const RSEQ_FLAG_UNREGISTER = 1;

/** rseq(2). */
function restartable(task: Task, address: number, length: number, flag: number, signature: number): number {
  const { rseq, mm } = task;
  const isOurs = rseq !== null && rseq.address === address && length === RSEQ_SIZE;
  if ((flag & RSEQ_FLAG_UNREGISTER) !== 0) {
    if ((flag & ~RSEQ_FLAG_UNREGISTER) !== 0 || !isOurs) throw EINVAL;
    if (signature !== rseq.signature) throw EPERM;
    forgetArea(task, rseq);
    return 0;
  }
  if (flag !== 0) throw EINVAL;
  if (rseq !== null) {
    if (!isOurs) throw EINVAL;
    throw signature === rseq.signature ? EBUSY : EPERM;
  }
  if (address % RSEQ_SIZE !== 0 || length !== RSEQ_SIZE) throw EINVAL;
  if (address + length > mm.taskSize) throw EFAULT;
  task.rseq = { address, signature, mm };
  restartSequence(task);
  return 0;
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
  clone: {
    ...sys(
      120,
      [cloneFlags, pointer, pointer, pointer, pointer],
      (task, how, stack, parentTid, tls, childTid) =>
        cloneWith(task, { flags: checkPidfd(how), stack, parentTid, tls, childTid }, parentTid),
      partial('no new namespaces'),
    ),
    chosen: ([how, stack, ...others]: readonly number[]) => ({
      row: { name: 'clone', kinds: shownClone },
      words: [stack!, how!, ...others],
    }),
  },
  clone3: sys(435, [pointer, size], clone3, partial('no new namespaces, no CLONE_INTO_CGROUP')),
  execve: sys(11, [path, strings, environment], (task, name, argv, envp) =>
    execve(task, { at: AT_FDCWD, path: name, flags: 0 }, readStrings(task, argv), readStrings(task, envp)),
  ),
  execveat: sys(358, [fd, path, strings, environment, atFlags], (task, at, name, argv, envp, execFlags) =>
    execve(task, { at, path: name, flags: execFlags }, readStrings(task, argv), readStrings(task, envp)),
  ),
  waitpid: sys(7, [pid, waitStatus, waitOptions], (task, id, status, options) =>
    wait4(task, id, status, options, 0),
  ),
  wait4: sys(114, [pid, waitStatus, waitOptions, pointer], wait4),
  waitid: sys(284, [int, pid, pointer, waitOptions, pointer], waitid),
  getpid: sys(20, [], (task) => task.pid),
  gettid: sys(224, [], (task) => task.tid),
  // A process whose parent is gone, or is skasm itself, has the machine's init for a parent.
  getppid: sys(64, [], (task) => task.group.parent?.pid ?? INIT_PID),
  set_tid_address: sys(258, [pointer], (task, address) => {
    task.clearChildTid = address;
    return task.tid;
  }),
  set_thread_area: sys(243, [userDesc], (task, address) => {
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
  membarrier: sys(375, [int, unsigned, int], (_task, command, barrierFlags) => {
    if (barrierFlags !== 0) throw EINVAL;
    // One engine: every switch of tasks is a full barrier, so each registration and each command holds.
    const QUERY = 0;
    const SUPPORTED = 0x1ff;
    if (command === QUERY) return SUPPORTED & ~0x180;
    if ((command & ~SUPPORTED) !== 0 || (command & (command - 1)) !== 0) throw EINVAL;
    return 0;
  }),
  rseq: sys(386, [pointer, size, flags, unsigned], restartable),
  arch_prctl: sys(384, [archOption, pointer], (_task, option) => {
    if (option === ARCH.ARCH_GET_CPUID) return 1; // it works, and cannot be made to fault
    if (option === ARCH.ARCH_SET_CPUID) throw ENODEV;
    throw EINVAL;
  }),
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
  perf_event_open: sys(
    336,
    [pointer, pid, int, fd, flags],
    () => {
      throw ENODEV;
    },
    refused('no counters'),
  ),
} satisfies Rows;
