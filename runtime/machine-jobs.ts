// What terminals ask of the process tables: fs/job-control.ts's JobControl over the kernel.

import { RLIMIT } from './abi/process.ts';
import type { JobControl } from './fs/job-control.ts';
import { isOrphaned } from './kernel/exit.ts';
import type { Kernel } from './kernel/kernel.ts';
import { isAlive, sendToGroup, sendToProcessGroup } from './kernel/signal.ts';
import { SignalInfo } from './kernel/signal-info.ts';

const SIG_IGN = 1;

export function jobControl(kernel: Kernel): JobControl {
  return {
    current: () => kernel.running!,
    signalGroup: (pgid, signo) => sendToProcessGroup(kernel, pgid, SignalInfo.kernel(signo)),
    signalProcess: (pid, signo) => {
      const group = kernel.groups.get(pid);
      if (group?.tasks.some(isAlive)) sendToGroup(group, SignalInfo.kernel(signo));
    },
    groupIsOrphaned: (pgid) => isOrphaned(kernel, pgid, null),
    sessionOfGroup: (pgid) => {
      for (const group of kernel.groups.values()) if (group.pgid === pgid) return group.sid;
      return null;
    },
    isIgnoringOrBlocking: (caller, signo) => {
      const task = kernel.tasks.get(caller.tid);
      if (task === undefined) return false;
      const blocked = (task.signalMask & (1n << BigInt(signo - 1))) !== 0n;
      return blocked || task.group.actions.get(signo).handler === SIG_IGN;
    },
    install: (caller, description, closeOnExec) => {
      const task = kernel.tasks.get(caller.tid)!;
      return task.files.install(description, task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft, closeOnExec);
    },
    now: () => kernel.now(),
  };
}
