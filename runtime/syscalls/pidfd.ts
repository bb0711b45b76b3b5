// Processes by descriptor: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), and what clone's CLONE_PIDFD
// and waitid's P_PIDFD need.

import { EBADF, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { NSIG, SI_TKILL, SIGINFO_SIZE } from '../abi/signal.ts';
import { PidFile } from '../fs/pid-file.ts';
import { ProcessFolder } from '../fs/procfs-task.ts';
import { mayKill, sendToGroup } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import { mayTrace } from '../trace/ptrace.ts';
import { DirectoryFile } from '../vfs/directory-file.ts';
import { fd, flags, pid, pointer, type Rows, signal, sys } from './row.ts';

/** The process that a descriptor means. Throws EBADF. */
export function processOf(task: Task, number: number): ThreadGroup {
  const description = task.files.get(number);
  if (!(description instanceof PidFile)) throw EBADF;
  return description.group;
}

/** Of a pidfd, or of an open /proc/PID, which is older than pidfds. Linux: pidfd_to_pid. Throws EBADF. */
function receiverOf(task: Task, number: number): ThreadGroup {
  const description = task.files.get(number);
  if (description instanceof DirectoryFile && description.inode instanceof ProcessFolder)
    return description.inode.group;
  return processOf(task, number);
}

/** The number that the next descriptor gets. Throws EMFILE. */
export function reservePidfd(task: Task): number {
  const probe = new PidFile(task.kernel, task.group, 0);
  const number = task.files.install(probe, task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft, true);
  task.files.close(number);
  return number;
}
/** Close-on-exec, as always. */
export function installPidfd(task: Task, group: ThreadGroup, number: number): void {
  task.files.replace(number, new PidFile(task.kernel, group, 0), true);
}

function open(task: Task, id: number, how: number): number {
  if ((how & ~O_NONBLOCK) !== 0 || id <= 0) throw EINVAL;
  const group = task.kernel.groups.get(id);
  // Linux has told threads from nobody by ENOENT since 6.9; before, by EINVAL.
  if (group === undefined) throw task.kernel.tasks.has(id) ? EINVAL : ESRCH;
  const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
  return task.files.install(new PidFile(task.kernel, group, how), limit, true);
}

function sendSignal(task: Task, number: number, signo: number, va: number, how: number): number {
  if (how !== 0) throw EINVAL;
  const group = receiverOf(task, number);
  let info = SignalInfo.user(signo, task);
  if (va !== 0) {
    const given = SignalInfo.fromBytes(task.memory.copyIn(va, SIGINFO_SIZE), signo);
    if (task.memory.readU32(va) !== signo) throw EINVAL;
    if (group !== task.group && (given.code >= 0 || given.code === SI_TKILL)) throw EPERM;
    info = given;
  }
  if (signo < 0 || signo > NSIG) throw EINVAL;
  if (!task.kernel.groups.has(group.pid)) throw ESRCH;
  if (!mayKill(task, group, signo)) throw EPERM;
  if (signo !== 0) sendToGroup(group, info);
  return 0;
}

/** pidfd_getfd(2): a descriptor of another process, as if by SCM_RIGHTS. */
function getDescriptor(task: Task, number: number, from: number, how: number): number {
  if (how !== 0) throw EINVAL;
  const group = processOf(task, number);
  const target = group.tasks.find(({ hasMm }) => hasMm);
  if (target === undefined || !task.kernel.groups.has(group.pid)) throw ESRCH;
  if (!mayTrace(task, target)) throw EPERM;
  const description = target.files.get(from);
  return task.files.install(description, task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft, true);
}

export const pidfdRows = {
  pidfd_open: sys(434, [pid, flags], open),
  pidfd_send_signal: sys(424, [fd, signal, pointer, flags], sendSignal),
  pidfd_getfd: sys(438, [fd, fd, flags], getDescriptor),
} satisfies Rows;
