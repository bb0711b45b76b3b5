// namespaces(7): a machine has one of each kind, which nobody leaves. unshare(2), which also takes apart what clone(2)
// shares, and setns(2).

import { CAP } from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import { CLONE, CLONE_NAMESPACES, CLONE_NEWTIME, CSIGNAL } from '../abi/process.ts';
import { PidFile } from '../fs/pid-file.ts';
import { NamespaceFile } from '../fs/proc-namespaces.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { bits, fd, type Kind, partial, type Rows, signal, sys } from './row.ts';

const cloneBits = bits('clone flags', CLONE);
/** The low byte is the signal at the end. */
export const cloneFlags: Kind<number> = {
  ...cloneBits,
  print: (raw, task, call) => {
    const names = (raw & ~CSIGNAL) === 0 ? [] : [cloneBits.print(raw & ~CSIGNAL, task, call)];
    return [...names, signal.print(raw & CSIGNAL, task, call)].join('|');
  },
};
/** Here no part of the flags is a signal. */
const parts = bits('clone flags', { ...CLONE, CLONE_NEWTIME });

/** setns(2): all that can be joined are the namespaces in which everybody is. */
function joinNamespace(task: Task, number: number, kind: number): number {
  const description = task.files.get(number);
  if (description instanceof PidFile) {
    const known = CLONE_NAMESPACES | CLONE_NEWTIME;
    if (kind === 0 || (kind & ~known) !== 0) throw EINVAL;
    if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
    if ((kind & CLONE.CLONE_NEWUSER) !== 0) throw EINVAL;
    return 0;
  }
  if (!(description instanceof NamespaceFile)) throw EINVAL;
  if (kind !== 0 && kind !== description.kind) throw EINVAL;
  // Nobody enters the user namespace that he is in.
  if (description.kind === CLONE.CLONE_NEWUSER) throw EINVAL;
  if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
  return 0;
}

export const namespaceRows = {
  setns: sys(346, [fd, parts], joinNamespace, partial('one namespace of each kind')),
  unshare: sys(310, [parts], (task, what) => {
    const alone = CLONE.CLONE_THREAD | CLONE.CLONE_SIGHAND | CLONE.CLONE_VM;
    const shared = CLONE.CLONE_FS | CLONE.CLONE_FILES | CLONE.CLONE_SYSVSEM;
    const namespaces = CLONE_NAMESPACES | CLONE_NEWTIME;
    if ((what & ~(shared | alone | namespaces)) !== 0) throw EINVAL;
    if ((what & alone) !== 0 && task.group.tasks.length > 1) throw EINVAL;
    if ((what & namespaces) !== 0) throw capable(task.credentials, CAP.CAP_SYS_ADMIN) ? EINVAL : EPERM;
    if ((what & CLONE.CLONE_FILES) !== 0 && task.files.shared) {
      const own = task.files.clone();
      task.files.leave();
      task.files = own;
    }
    if ((what & CLONE.CLONE_SYSVSEM) !== 0) {
      task.semaphoreUndo?.leave(task);
      task.semaphoreUndo = null;
    }
    if ((what & CLONE.CLONE_FS) !== 0) {
      const own = task.fs.clone();
      task.fs.leave();
      task.fs = own;
    }
    return 0;
  }),
} satisfies Rows;
