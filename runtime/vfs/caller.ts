// Who asks: what the file layer needs to know of the calling task, so that it need not know the kernel.

import { ALL_CAPABILITIES, hasCapability, NO_CAPABILITIES } from '../abi/capability.ts';
import type { UserMemory } from '../mm/user-memory.ts';

/** capabilities(7): sets as numbers, see abi/capability.ts. */
export interface Capabilities {
  readonly permitted: number;
  readonly effective: number;
  readonly inheritable: number;
  readonly bounding: number;
  readonly ambient: number;
  /** PR_SET_SECUREBITS. */
  readonly securebits: number;
}

/** Linux: struct cred. */
export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly capabilities: Capabilities;
}

/** Somebody with one user and one group; user 0 may do everything. */
export function credentialsOf(uid: number, gid: number, groups: readonly number[]): Credentials {
  const all = uid === 0 ? ALL_CAPABILITIES : NO_CAPABILITIES;
  const capabilities: Capabilities = {
    permitted: all,
    effective: all,
    inheritable: NO_CAPABILITIES,
    bounding: ALL_CAPABILITIES,
    ambient: NO_CAPABILITIES,
    securebits: 0,
  };
  return {
    uid,
    euid: uid,
    suid: uid,
    fsuid: uid,
    gid,
    egid: gid,
    sgid: gid,
    fsgid: gid,
    groups,
    capabilities,
  };
}

/** Has the effective capability (CAP_*). */
export function capable(who: Credentials, capability: number): boolean {
  return hasCapability(who.capabilities.effective, capability);
}

/** The calling task as files, ttys and /proc entries see it; implemented by kernel/task.ts. */
export interface Caller {
  /** The caller's address space, for ioctl arguments. */
  readonly memory: UserMemory;
  readonly credentials: Credentials;
  /** Thread group id, process group and session (getpid, getpgrp, getsid). */
  readonly pid: number;
  readonly tid: number;
  readonly pgid: number;
  readonly sid: number;
}
