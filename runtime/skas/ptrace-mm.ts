// ptrace's requests of skas3: what made a process stop, and in which address space it runs. Each is a row of
// its own, so that a host may lack any of them; what is missing answers EIO, as unknown requests do.

import { EFAULT, EIO } from '../abi/errno.ts';
import { exFaultInfo, faultInfo, PTRACE_SKAS, ptraceLdt } from '../abi/skas.ts';
import { modifyLdt, refreshTask } from '../kernel/ldt.ts';
import type { Task } from '../kernel/task.ts';
import { fd, pointer, type Rows, sys } from '../syscalls/row.ts';
import { tracee } from '../trace/ptrace.ts';
import { mmBehind } from './mm-file.ts';

/** Words of struct faultinfo. */
const ERROR_CODE = 0;
const CR2 = 1;
/** The page-fault error code's bit for writes. */
const PF_WRITE = 2;

export const faultInfoRows: Rows = {
  PTRACE_FAULTINFO: sys(
    PTRACE_SKAS.FAULTINFO,
    [tracee, pointer, pointer],
    (tracer, target, _address, data) => {
      const { error, address } = target.fault;
      const { staging, frames } = tracer.kernel;
      frames.u32[staging / 4 + ERROR_CODE] = error;
      frames.u32[staging / 4 + CR2] = address;
      tracer.memory.store(data, faultInfo.size, staging);
      return 0;
    },
  ),
  PTRACE_EX_FAULTINFO: sys(PTRACE_SKAS.EX_FAULTINFO, [tracee, pointer, pointer], extendedInfo),
};

function extendedInfo(tracer: Task, target: Task, _address: number, data: number): number {
  const { error, address, trapno } = target.fault;
  const info = { is_write: (error & PF_WRITE) === 0 ? 0 : 1, addr: address, trap_no: trapno };
  tracer.memory.copyOut(data, exFaultInfo.pack(info));
  return 0;
}

/** A host whose patch is of another version: the request is there and fills the extended form. */
export const otherFaultInfoRows: Rows = {
  PTRACE_FAULTINFO: sys(PTRACE_SKAS.FAULTINFO, [tracee, pointer, pointer], extendedInfo),
};

export const sigPendingRows: Rows = {
  PTRACE_SIGPENDING: sys(
    PTRACE_SKAS.SIGPENDING,
    [tracee, pointer, pointer],
    (tracer, target, _address, data) => {
      tracer.memory.writeU64(data, target.pending.mask);
      return 0;
    },
  ),
};

/** modify_ldt(2) for the tracee's space; the buffer lies in the tracer's memory. */
function changeLdt(tracer: Task, target: Task, _address: number, data: number): number {
  let image: Uint8Array;
  try {
    image = tracer.memory.copyIn(data, ptraceLdt.size);
  } catch (thrown) {
    throw thrown === EFAULT ? EIO : thrown;
  }
  const { func, ptr, bytecount } = ptraceLdt.unpack(image);
  return modifyLdt(target.kernel, target.mm, tracer.memory, func, ptr, bytecount);
}
export const ldtRows: Rows = {
  PTRACE_LDT: sys(PTRACE_SKAS.LDT, [tracee, pointer, pointer], changeLdt),
};

/** The tracee runs in the space behind a descriptor of the tracer from now on. */
function switchMm(tracer: Task, target: Task, _address: number, descriptor: number): number {
  target.useMm(mmBehind(tracer, descriptor));
  refreshTask(target);
  return 0;
}
/** PTRACE_SWITCH_MM under the number of a patch. */
export const switchMmRows = (number: number): Rows => ({
  PTRACE_SWITCH_MM: sys(number, [tracee, pointer, fd], switchMm),
});
