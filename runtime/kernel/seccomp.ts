// seccomp(2): what a thread has forbidden itself, asked before each of its system calls. Linux: kernel/seccomp.c.
// Setting it is syscalls/seccomp.ts; fs/seccomp-listener.ts is who decides calls from outside.

import { ENOSYS } from '../abi/errno.ts';
import { CORE_FLAG, RLIMIT } from '../abi/process.ts';
import {
  AUDIT_ARCH_I386,
  SECCOMP_DATA_SIZE,
  SECCOMP_MODE_STRICT,
  SECCOMP_RET_ACTION,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_DATA,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SYS_SECCOMP,
} from '../abi/seccomp.ts';
import { SIGKILL, SIGSYS } from '../abi/signal.ts';
import { NO_RETURN, type Result } from '../wait.ts';
import { runBpf } from './bpf.ts';
import { exitGroup, exitTask } from './exit.ts';
import { filtersOf, type SeccompFilter } from './seccomp-filter.ts';
import { forceSignal, isAlive } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

const MAX_ERRNO = 4095;
/** read, write, exit and sigreturn: what SECCOMP_MODE_STRICT leaves. */
const STRICT_CALLS: readonly number[] = [3, 4, 1, 119];

/**
 * What becomes of the call that the task is about to make: null: it is made. A result: it is not, and that is its
 * answer. `stopped`: a tracer is asked first; then `seccompTold` says that it was. `perform`: the call itself.
 */
export function askSeccomp(task: Task, perform: () => Result): Result | 'stopped' | null {
  const { seccomp } = task;
  if (seccomp === null) return null;
  const told = task.seccompTold;
  task.seccompTold = false;
  if (seccomp.mode === SECCOMP_MODE_STRICT) {
    if (STRICT_CALLS.includes(task.originalEax)) return null;
    exitTask(task, SIGKILL);
    return NO_RETURN;
  }
  const call = dataOf(task);
  const { answer, filter } = answerOf(task, call);
  const data = answer & SECCOMP_RET_DATA;
  switch (answer & SECCOMP_RET_ACTION) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
      return null;
    case SECCOMP_RET_TRACE:
      if (told) return null;
      if (!task.tracing?.onSeccomp(task, data)) return -ENOSYS.number;
      task.seccompTold = true;
      task.phase = 'call';
      return 'stopped';
    case SECCOMP_RET_USER_NOTIF:
      return filter?.listener?.ask(task, call, perform) ?? -ENOSYS.number;
    case SECCOMP_RET_ERRNO:
      return -Math.min(data, MAX_ERRNO);
    case SECCOMP_RET_TRAP:
      task.registers.eax = task.originalEax;
      forceSignal(task, sigsys(task, data));
      return NO_RETURN;
    case SECCOMP_RET_KILL_THREAD:
      if (task.group.tasks.some((other) => other !== task && isAlive(other))) {
        exitTask(task, SIGSYS);
        return NO_RETURN;
      }
  }
  const dumps = task.group.limits[RLIMIT.RLIMIT_CORE]!.soft > 0;
  exitGroup(task, dumps ? SIGSYS | CORE_FLAG : SIGSYS);
  return NO_RETURN;
}

/** struct seccomp_data of the call. */
function dataOf({ registers: r, originalEax }: Task): Uint32Array {
  const data = new Uint32Array(SECCOMP_DATA_SIZE / 4);
  data.set([originalEax, AUDIT_ARCH_I386, r.eip, 0]);
  for (const [i, word] of [r.ebx, r.ecx, r.edx, r.esi, r.edi, r.ebp].entries()) data[4 + 2 * i] = word;
  return data;
}

/** The sternest answer of all filters, and whose it is; of several, the newest one's. null: all let the call pass. */
function answerOf(task: Task, data: Uint32Array): { answer: number; filter: SeccompFilter | null } {
  let answer = SECCOMP_RET_ALLOW;
  let filter: SeccompFilter | null = null;
  for (const each of filtersOf(task)) {
    const found = runBpf(each.program, data);
    if ((found & SECCOMP_RET_ACTION) >= (answer & SECCOMP_RET_ACTION)) continue;
    answer = found;
    filter = each;
  }
  return { answer, filter };
}

function sigsys(task: Task, reason: number): SignalInfo {
  return new SignalInfo(SIGSYS, SYS_SECCOMP, [task.registers.eip, task.originalEax, AUDIT_ARCH_I386], reason);
}
