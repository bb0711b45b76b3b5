// Doing something in another address space than the task's own, and coming back: what skas4's mm_indirect is
// made of. The task sleeps in its own space; each attempt of a blocked call goes to the other one again.

import { refreshTask } from '../kernel/ldt.ts';
import type { Task } from '../kernel/task.ts';
import type { Mm } from '../mm/mm.ts';
import { Blocked, type Result } from '../wait.ts';

/** Calls `action` with `mm` as the task's space. */
function visit<T>(task: Task, mm: Mm, action: () => T): T {
  const own = task.mm.retain();
  task.useMm(mm);
  try {
    return action();
  } finally {
    // Who has called execve keeps the space that it got, and who has exited has none.
    if (task.hasMm && task.mm === mm) {
      task.useMm(own);
      refreshTask(task);
    }
    own.release();
  }
}

/** A system call in `mm`, with all its waits. `restarted` says how restart_syscall(2) finds the space again. */
export function callIn(task: Task, mm: Mm, attempt: () => Result, restarted: () => Mm): Result {
  const before = task.restart;
  let result: Result;
  try {
    result = visit(task, mm, attempt);
  } catch (thrown) {
    if (!(thrown instanceof Blocked)) throw thrown;
    result = thrown;
  }
  const { restart } = task;
  if (restart !== null && restart !== before)
    task.restart = () => callIn(task, restarted(), restart, restarted);
  if (!(result instanceof Blocked)) return result;
  const { queues, retry, options } = result;
  // The wait holds the space, whoever closes it meanwhile.
  mm.retain();
  const again = (reason: Parameters<typeof retry>[0]): Result => {
    try {
      return callIn(task, mm, () => retry(reason), restarted);
    } finally {
      mm.release();
    }
  };
  const cancel = (): void => {
    if (options.cancel !== undefined) visit(task, mm, options.cancel);
    mm.release();
  };
  return new Blocked(queues, again, { ...options, cancel });
}
