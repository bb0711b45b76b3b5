// HostPatch: what a patch of the host kernel adds to an unpatched Linux, as rows for /proc, for ptrace and for
// the system call table. machine.ts applies those that were chosen; without this folder Linux is plain.

import { PTRACE_SKAS, PTRACE_SWITCH_MM_POSTED } from '../abi/skas.ts';
import type { ProcEntries } from '../fs/proc-node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import type { Rows } from '../syscalls/row.ts';
import { type CallParts, indirectRows, newMmRows, ownMm, postedRows } from './calls.ts';
import { procMm } from './proc-mm.ts';
import { faultInfoRows, ldtRows, otherFaultInfoRows, sigPendingRows, switchMmRows } from './ptrace-mm.ts';

export interface HostPatch {
  /** Files in the root of /proc. */
  readonly proc?: (kernel: Kernel) => ProcEntries;
  /** Files in the folder of each process. */
  readonly taskProc?: (task: Task) => ProcEntries;
  /** Requests of ptrace(2). */
  readonly ptrace?: Rows;
  /** System calls. They take the place of Linux's own that have the same numbers. */
  readonly calls?: (parts: CallParts) => Rows;
}

/** The parts of skas3, each with a switch of its own. */
export const SKAS3 = {
  procmm: { proc: procMm },
  faultinfo: { ptrace: faultInfoRows },
  sigpending: { ptrace: sigPendingRows },
  ldt: { ptrace: ldtRows },
  switchmm: { ptrace: switchMmRows(PTRACE_SKAS.SWITCH_MM) },
} as const satisfies Readonly<Record<string, HostPatch>>;

/** FAULTINFO of another version, in the place of skas3's. */
export const OTHER_FAULTINFO: HostPatch = { ptrace: otherFaultInfoRows };

/** What skas4 has of its own. */
export const SKAS4 = {
  newmm: { calls: newMmRows },
  indirect: { calls: indirectRows },
} as const satisfies Readonly<Record<string, HostPatch>>;

/** skas4 on the numbers, and with the meaning, of the patch that was posted. */
export const SKAS4_POSTED: HostPatch = {
  calls: postedRows,
  ptrace: switchMmRows(PTRACE_SWITCH_MM_POSTED),
  taskProc: ownMm,
};
