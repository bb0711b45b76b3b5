// skas4: address spaces by system calls in place of /proc/mm. As documented: new_mm makes one, mm_indirect runs
// any other system call in it. As posted: new_mm copies the caller's, switch_mm takes the caller into another one.

import { EACCES, EINVAL, ESRCH } from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import { REGS_SIZE, REGS_WORDS } from '../abi/ptrace.ts';
import {
  INDIRECT_WORDS,
  MM_ALL_REGS,
  MM_COPY,
  MM_SAME,
  MM_SP_IP,
  NR_MM_INDIRECT,
  NR_NEW_MM,
  NR_NEW_MM_POSTED,
  NR_SWITCH_MM_POSTED,
} from '../abi/skas.ts';
import type { ProcEntries } from '../fs/proc-node.ts';
import { refreshTask } from '../kernel/ldt.ts';
import type { Task } from '../kernel/task.ts';
import type { Mm } from '../mm/mm.ts';
import { fd, int, partial, pointer, type Rows, sys, unsigned } from '../syscalls/row.ts';
import { readRegisters, writeRegisters } from '../trace/peek.ts';
import { mayTrace } from '../trace/ptrace.ts';
import type { Inode } from '../vfs/inode.ts';
import { NO_RETURN, type Result } from '../wait.ts';
import { emptyMm, MmFile, mmBehind } from './mm-file.ts';
import { callIn } from './space.ts';

const O_RDWR = 2;

/** What the calls need of the machine. */
export interface CallParts {
  /** The inode of files without a name. */
  readonly anonymous: Inode;
  /** Makes a system call with the given arguments on behalf of a task; throws Errno as its handler does. */
  readonly call: (task: Task, number: number, words: readonly number[]) => Result;
}

/** A descriptor for an address space, whose reference is handed over. */
function install(task: Task, anonymous: Inode, mm: Mm): number {
  const file = new MmFile(mm, anonymous, O_RDWR, 'anon_inode:[mm]').retain();
  try {
    return task.files.install(file, task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft);
  } finally {
    file.release();
  }
}

// ---- as documented ----

export const newMmRows = ({ anonymous }: CallParts): Rows => ({
  new_mm: sys(NR_NEW_MM, [], (task) => install(task, anonymous, emptyMm(task))),
});

export const indirectRows = ({ call }: CallParts): Rows => ({
  mm_indirect: sys(NR_MM_INDIRECT, [fd, pointer], (task, descriptor, at) => {
    const mm = mmBehind(task, descriptor);
    const words = Array.from({ length: INDIRECT_WORDS }, (_, i) => task.memory.readU32(at + 4 * i) | 0);
    const [number, ...args] = words;
    // Within itself it could go on without end.
    if (number === NR_MM_INDIRECT) throw EINVAL;
    return callIn(
      task,
      mm,
      () => call(task, number!, args),
      () => mmBehind(task, descriptor),
    );
  }),
});

// ---- as posted ----

/** Steps of a tracer are no matter of these calls. */
const NO_STEP = { forcedStep: false };

function switchMm(
  task: Task,
  descriptor: number,
  save: number,
  which: number,
  eip: number,
  esp: number,
): Result {
  const mm = mmBehind(task, descriptor);
  const { registers, memory, kernel } = task;
  const { staging } = kernel;
  registers.eax = 0;
  if (save !== 0) {
    readRegisters(task, NO_STEP, staging);
    memory.store(save, REGS_SIZE, staging);
  }
  const all = which !== MM_SP_IP && which !== MM_SAME;
  if (all) memory.load(which === MM_ALL_REGS ? eip : which, REGS_SIZE, staging);
  task.useMm(mm);
  if (all) writeRegisters(task, NO_STEP, staging, REGS_WORDS);
  else if (which === MM_SP_IP) {
    registers.eip = eip;
    registers.esp = esp;
  }
  refreshTask(task);
  task.originalEax = -1;
  return NO_RETURN;
}

export const postedRows = ({ anonymous }: CallParts): Rows => ({
  new_mm: sys(NR_NEW_MM_POSTED, [int], (task, what) => {
    if (what !== MM_COPY) throw EINVAL;
    return install(task, anonymous, task.mm.fork());
  }),
  switch_mm: sys(
    NR_SWITCH_MM_POSTED,
    [fd, pointer, unsigned, pointer, pointer],
    switchMm,
    partial('how the registers are named is our reading of the patch'),
  ),
});

/** /proc/PID/mm: the space that a process runs in, so that it can come back to it. */
export const ownMm = (task: Task): ProcEntries => ({
  mm: {
    kind: 'file',
    mode: 0o600,
    open: (flags, _caller, inode, path) => {
      if (!task.hasMm) throw ESRCH;
      if (!mayTrace(task.kernel.running!, task)) throw EACCES;
      return new MmFile(task.mm.retain(), inode, flags, path);
    },
  },
});
