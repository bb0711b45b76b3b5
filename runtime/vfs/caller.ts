// Who asks: what the file layer needs to know of the calling task, so that it need not know the kernel.

import type { UserMemory } from '../mm/user-memory.ts';

/** Linux: struct cred, the parts that file permission checks read. */
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
