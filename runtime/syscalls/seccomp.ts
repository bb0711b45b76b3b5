// seccomp(2), and prctl(2)'s PR_SET_SECCOMP. What a filter's answers do is kernel/seccomp.ts.

import { CAP } from '../abi/capability.ts';
import { EACCES, EBUSY, EINVAL, ENOMEM, EOPNOTSUPP, ESRCH } from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  BPF_MAXINSNS,
  SECCOMP_DATA_SIZE,
  SECCOMP_FILTER_FLAG,
  SECCOMP_MODE_FILTER,
  SECCOMP_MODE_STRICT,
  SECCOMP_OPERATION,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SOCK_FILTER_SIZE,
  SOCK_FPROG_FILTER,
  seccompNotif,
  seccompNotifResp,
} from '../abi/seccomp.ts';
import type { AnonymousFs } from '../fs/anonymous.ts';
import { SeccompListenerFile } from '../fs/seccomp-listener.ts';
import { parseBpf } from '../kernel/bpf.ts';
import { filtersOf, type SeccompFilter, seccompMode } from '../kernel/seccomp-filter.ts';
import { isAlive } from '../kernel/signal.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import type { Inode } from '../vfs/inode.ts';
import { bits, choice, pointer, type Rows, sys } from './row.ts';

const {
  SECCOMP_FILTER_FLAG_NEW_LISTENER: NEW_LISTENER,
  SECCOMP_FILTER_FLAG_TSYNC: TSYNC,
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH: TSYNC_ESRCH,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: WAIT_KILLABLE_RECV,
} = SECCOMP_FILTER_FLAG;
const KNOWN_FLAGS =
  NEW_LISTENER |
  WAIT_KILLABLE_RECV |
  TSYNC |
  TSYNC_ESRCH |
  SECCOMP_FILTER_FLAG.SECCOMP_FILTER_FLAG_LOG |
  SECCOMP_FILTER_FLAG.SECCOMP_FILTER_FLAG_SPEC_ALLOW;
/** Instructions of all filters of a thread, with a few for each. Linux: MAX_INSNS_PER_PATH. */
const MOST_INSTRUCTIONS = 32768;
const FILTER_COST = 4;
const ACTIONS: readonly number[] = [
  ...[SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO],
  ...[SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_LOG, SECCOMP_RET_ALLOW],
];

function setStrict(task: Task): number {
  if (seccompMode(task) === SECCOMP_MODE_FILTER) throw EINVAL;
  task.seccomp = { mode: SECCOMP_MODE_STRICT };
  return 0;
}

/** Of what is wrong with the flags, the program or the caller, Linux tells the first. `inode`: of a listener. */
function setFilter(task: Task, flags: number, va: number, inode: Inode | null): number {
  if ((flags & ~KNOWN_FLAGS) !== 0) throw EINVAL;
  const listens = (flags & NEW_LISTENER) !== 0;
  // Of a thread and of a descriptor the number cannot both be answered.
  if (listens && (flags & (TSYNC | TSYNC_ESRCH)) === TSYNC) throw EINVAL;
  if (!listens && (flags & WAIT_KILLABLE_RECV) !== 0) throw EINVAL;
  const { memory, group } = task;
  const count = memory.readU16(va);
  const code = memory.readU32(va + SOCK_FPROG_FILTER);
  if (count === 0 || count > BPF_MAXINSNS) throw EINVAL;
  if (!group.noNewPrivileges && !capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EACCES;
  const program = parseBpf(memory.copyIn(code, count * SOCK_FILTER_SIZE));
  if (seccompMode(task) === SECCOMP_MODE_STRICT) throw EINVAL;
  let length = program.length;
  let before: SeccompFilter | null = null;
  for (const each of filtersOf(task)) {
    before ??= each;
    length += each.program.length + FILTER_COST;
  }
  if (length > MOST_INSTRUCTIONS) throw ENOMEM;
  if (listens) for (const { listener } of filtersOf(task)) if (listener !== null) throw EBUSY;
  const others = (flags & TSYNC) === 0 ? [] : group.tasks.filter((other) => other !== task && isAlive(other));
  const strange = others.find((other) => !mayFollow(other, task));
  if (strange !== undefined) {
    if ((flags & TSYNC_ESRCH) !== 0) throw ESRCH;
    return strange.tid;
  }
  const filter: SeccompFilter = { program, before, listener: null };
  let answer = 0;
  if (listens) {
    const killable = (flags & WAIT_KILLABLE_RECV) !== 0;
    const listener = new SeccompListenerFile(inode, task.kernel, filter, killable);
    answer = task.files.install(listener, group.limits[RLIMIT.RLIMIT_NOFILE]!.soft, true);
    filter.listener = listener;
  }
  const seccomp = { mode: SECCOMP_MODE_FILTER, filter } as const;
  for (const each of [task, ...others]) each.seccomp = seccomp;
  return answer;
}

/** A thread takes over another's filters if it has none of its own beside them. */
function mayFollow(other: Task, task: Task): boolean {
  if (other.seccomp === null) return true;
  const { seccomp } = other;
  return seccomp.mode === SECCOMP_MODE_FILTER && [...filtersOf(task)].includes(seccomp.filter);
}

/** prctl(PR_SET_SECCOMP). */
export function setSeccompMode(task: Task, mode: number, va: number): number {
  if (mode === SECCOMP_MODE_STRICT) return setStrict(task);
  if (mode === SECCOMP_MODE_FILTER) return setFilter(task, 0, va, null);
  throw EINVAL;
}

function tellSizes(task: Task, flags: number, va: number): number {
  if (flags !== 0) throw EINVAL;
  const sizes = [seccompNotif.size + SECCOMP_DATA_SIZE, seccompNotifResp.size, SECCOMP_DATA_SIZE];
  task.memory.copyOut(va, new Uint8Array(new Uint16Array(sizes).buffer));
  return 0;
}

const seccomp = (listeners: Inode) => (task: Task, operation: number, flags: number, va: number) => {
  switch (operation) {
    case SECCOMP_OPERATION.SECCOMP_SET_MODE_STRICT:
      if (flags !== 0 || va !== 0) throw EINVAL;
      return setStrict(task);
    case SECCOMP_OPERATION.SECCOMP_SET_MODE_FILTER:
      return setFilter(task, flags, va, listeners);
    case SECCOMP_OPERATION.SECCOMP_GET_ACTION_AVAIL:
      if (flags !== 0) throw EINVAL;
      if (!ACTIONS.includes(task.memory.readU32(va) | 0)) throw EOPNOTSUPP;
      return 0;
    case SECCOMP_OPERATION.SECCOMP_GET_NOTIF_SIZES:
      return tellSizes(task, flags, va);
    default:
      throw EINVAL;
  }
};

export const seccompRows = ({ root }: AnonymousFs) =>
  ({
    seccomp: sys(
      354,
      [choice('operation', SECCOMP_OPERATION), bits('filter flags', SECCOMP_FILTER_FLAG), pointer],
      seccomp(root),
    ),
  }) satisfies Rows;
