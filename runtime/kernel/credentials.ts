// How identities and capabilities change together: set*id(2), execve(2), capset(2), prctl(2). The rules are
// those of credentials(7) and capabilities(7), "Effect of user ID changes on capabilities" and
// "Transformation of capabilities during execve()".

import {
  ALL_CAPABILITIES,
  CAP,
  difference,
  FILE_CAPABILITIES,
  hasCapability,
  intersection,
  isSubset,
  NO_CAPABILITIES,
  SECBIT,
  union,
} from '../abi/capability.ts';
import { EPERM } from '../abi/errno.ts';
import { type Capabilities, type Credentials, capable } from '../vfs/caller.ts';
import type { Task } from './task.ts';

/** A change of ids: a process that changed its identity is looked into by nobody but root. */
export function changeIds(task: Task, to: Partial<Omit<Credentials, 'capabilities'>>): number {
  const before = task.credentials;
  const after = { ...before, ...to };
  task.credentials = { ...after, capabilities: capabilitiesAfterIds(before, after) };
  task.group.dumpable = 1;
  return 0;
}

/** Linux: cap_emulate_setxuid. */
function capabilitiesAfterIds(before: Credentials, after: Credentials): Capabilities {
  let own = before.capabilities;
  if ((own.securebits & SECBIT.SECBIT_NO_SETUID_FIXUP) !== 0) return own;
  const wasRoot = before.uid === 0 || before.euid === 0 || before.suid === 0;
  const isRoot = after.uid === 0 || after.euid === 0 || after.suid === 0;
  if (wasRoot && !isRoot) {
    if ((own.securebits & SECBIT.SECBIT_KEEP_CAPS) === 0)
      own = { ...own, permitted: NO_CAPABILITIES, effective: NO_CAPABILITIES };
    own = { ...own, ambient: NO_CAPABILITIES };
  }
  if (before.euid === 0 && after.euid !== 0) own = { ...own, effective: NO_CAPABILITIES };
  if (before.euid !== 0 && after.euid === 0) own = { ...own, effective: own.permitted };
  return own;
}

/** setfsuid(2): only the capabilities over files come and go. */
export function changeFileUser(task: Task, fsuid: number): void {
  const before = task.credentials;
  let { capabilities } = before;
  const { effective, permitted, securebits } = capabilities;
  if ((securebits & SECBIT.SECBIT_NO_SETUID_FIXUP) === 0) {
    if (before.fsuid === 0 && fsuid !== 0)
      capabilities = { ...capabilities, effective: difference(effective, FILE_CAPABILITIES) };
    if (before.fsuid !== 0 && fsuid === 0)
      capabilities = {
        ...capabilities,
        effective: union(effective, intersection(permitted, FILE_CAPABILITIES)),
      };
  }
  task.credentials = { ...before, fsuid, capabilities };
}

/** After an execve: `after` has the new ids. No file has capabilities of its own. */
export function capabilitiesAfterExec(before: Credentials, after: Credentials): Capabilities {
  const { inheritable, bounding, securebits } = before.capabilities;
  const changesIds = after.euid !== before.uid || after.egid !== before.gid;
  const ambient = changesIds ? NO_CAPABILITIES : before.capabilities.ambient;
  const rootCounts = (securebits & SECBIT.SECBIT_NOROOT) === 0;
  const asRoot = rootCounts && (after.euid === 0 || after.uid === 0);
  const permitted = union(
    asRoot ? union(intersection(inheritable, ALL_CAPABILITIES), bounding) : NO_CAPABILITIES,
    ambient,
  );
  return {
    inheritable,
    bounding,
    permitted,
    effective: rootCounts && after.euid === 0 ? permitted : ambient,
    ambient,
    securebits: securebits & ~SECBIT.SECBIT_KEEP_CAPS,
  };
}

/** capset(2). Throws EPERM. */
export function setCapabilities(
  task: Task,
  to: Pick<Capabilities, 'effective' | 'permitted' | 'inheritable'>,
): void {
  const old = task.credentials.capabilities;
  const mayInherit = capable(task.credentials, CAP.CAP_SETPCAP)
    ? union(old.inheritable, old.bounding)
    : union(old.inheritable, old.permitted);
  if (!isSubset(to.inheritable, mayInherit)) throw EPERM;
  if (!isSubset(to.inheritable, union(old.inheritable, old.bounding))) throw EPERM;
  if (!isSubset(to.permitted, old.permitted) || !isSubset(to.effective, to.permitted)) throw EPERM;
  const ambient = intersection(old.ambient, intersection(to.permitted, to.inheritable));
  task.credentials = { ...task.credentials, capabilities: { ...old, ...to, ambient } };
}

/** PR_CAPBSET_DROP. */
export function dropFromBounding(task: Task, capability: number): void {
  if (!capable(task.credentials, CAP.CAP_SETPCAP)) throw EPERM;
  const { capabilities } = task.credentials;
  const bounding = difference(capabilities.bounding, 2 ** capability);
  task.credentials = { ...task.credentials, capabilities: { ...capabilities, bounding } };
}

/** PR_CAP_AMBIENT_RAISE and _LOWER. */
export function changeAmbient(task: Task, capability: number, raise: boolean): void {
  const { capabilities } = task.credentials;
  const { permitted, inheritable, ambient, securebits } = capabilities;
  if (raise) {
    const has = hasCapability(permitted, capability) && hasCapability(inheritable, capability);
    if (!has || (securebits & SECBIT.SECBIT_NO_CAP_AMBIENT_RAISE) !== 0) throw EPERM;
  }
  setAmbient(task, raise ? union(ambient, 2 ** capability) : difference(ambient, 2 ** capability));
}
export function setAmbient(task: Task, ambient: number): void {
  const { credentials } = task;
  task.credentials = { ...credentials, capabilities: { ...credentials.capabilities, ambient } };
}
export function setSecurebits(task: Task, securebits: number): void {
  const { credentials } = task;
  task.credentials = { ...credentials, capabilities: { ...credentials.capabilities, securebits } };
}
