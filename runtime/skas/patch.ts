// HostPatch: what a patch of the host kernel adds to an unpatched Linux, as rows for /proc, for ptrace and for
// the system call table. machine.ts applies those that were chosen; without this folder Linux is plain.

import { PTRACE_SKAS } from '../abi/skas.ts';
import type { ProcEntries } from '../fs/proc-node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Rows } from '../syscalls/row.ts';
import { procMm } from './proc-mm.ts';
import { faultInfoRows, ldtRows, sigPendingRows, switchMmRows } from './ptrace-mm.ts';

export interface HostPatch {
  /** Files in the root of /proc. */
  readonly proc?: (kernel: Kernel) => ProcEntries;
  /** Requests of ptrace(2). */
  readonly ptrace?: Rows;
}

/** The parts of skas3, each with a switch of its own. */
export const SKAS3 = {
  procmm: { proc: procMm },
  faultinfo: { ptrace: faultInfoRows },
  sigpending: { ptrace: sigPendingRows },
  ldt: { ptrace: ldtRows },
  switchmm: { ptrace: switchMmRows(PTRACE_SKAS.SWITCH_MM) },
} as const satisfies Readonly<Record<string, HostPatch>>;
