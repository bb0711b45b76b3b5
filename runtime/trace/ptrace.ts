// ptrace(2): one row for each request. A row's kinds are those of the call's last three arguments: the
// tracee, addr and data; the kind of the tracee refuses a task that is not a stopped tracee of the caller.

import { CAP } from '../abi/capability.ts';
import { EFAULT, EINVAL, EIO, EPERM, ESRCH } from '../abi/errno.ts';
import {
  AUDIT_ARCH_I386,
  FPREGS_SIZE,
  FPXREGS_SIZE,
  PTRACE,
  PTRACE_EVENTMSG_SYSCALL_ENTRY,
  PTRACE_EVENTMSG_SYSCALL_EXIT,
  PTRACE_O,
  PTRACE_O_MASK,
  PTRACE_PEEKSIGINFO_SHARED,
  PTRACE_SYSCALL_INFO_ENTRY,
  PTRACE_SYSCALL_INFO_EXIT,
  PTRACE_SYSCALL_INFO_NONE,
  peekSiginfoArgs,
  REGS_SIZE,
  REGS_WORDS,
  rseqConfiguration,
  syscallInfoHead,
} from '../abi/ptrace.ts';
import { NSIG, SIGINFO_SIZE, SIGKILL, SIGSTOP, SIGTRAP } from '../abi/signal.ts';
import { RSEQ_SIZE } from '../kernel/restartable-sequence.ts';
import { isAlive, sendToTask, setSignalMask } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import { bits, flags, type Kind, pointer, type Rows, signal, size, sys, unsigned } from '../syscalls/row.ts';
import { capable } from '../vfs/caller.ts';
import {
  peekThreadArea,
  peekUser,
  pokeThreadArea,
  pokeUser,
  readRegisters,
  transferSet,
  writeFloatExtended,
  writeRegisters,
} from './peek.ts';
import { PtraceTracing, type ResumeMode } from './tracing.ts';

const SIGSET_SIZE = 8;

/** The tracing of a tracee of this thread. Throws ESRCH for any other task. */
export function tracingOf(tracer: Task, tracee: Task): PtraceTracing {
  const { tracing } = tracee;
  if (!(tracing instanceof PtraceTracing) || tracing.tracer !== tracer) throw ESRCH;
  return tracing;
}

const taskKind = (label: string, decode: (raw: number, task: Task) => Task): Kind<Task> => ({
  label,
  decode,
  print: (raw) => String(raw),
});

function findTask(raw: number, task: Task): Task {
  const found = task.kernel.tasks.get(raw);
  if (found === undefined) throw ESRCH;
  return found;
}
/** A stopped tracee of the caller: what nearly all requests need. */
export const tracee = taskKind('tracee', (raw, task) => {
  const found = findTask(raw, task);
  if (!tracingOf(task, found).stopped) throw ESRCH;
  return found;
});
/** A tracee of the caller, stopped or not. */
const anyTracee = taskKind('tracee', (raw, task) => {
  const found = findTask(raw, task);
  tracingOf(task, found);
  return found;
});
/** Any task at all. */
const anyTask = taskKind('pid', findTask);
const options = bits('options', PTRACE_O);

// ---- attaching ----

/** May this task look into that one? Linux: ptrace_may_access. */
export function mayTrace(tracer: Task, target: Task): boolean {
  if (tracer.group === target.group) return true;
  const from = tracer.credentials;
  const to = target.credentials;
  if (capable(from, CAP.CAP_SYS_PTRACE)) return true;
  const sameUser = from.uid === to.euid && from.uid === to.suid && from.uid === to.uid;
  const sameGroup = from.gid === to.egid && from.gid === to.sgid && from.gid === to.gid;
  return sameUser && sameGroup && target.group.dumpable === 1;
}

function attach(tracer: Task, target: Task, seize: boolean): PtraceTracing {
  if (tracer.group === target.group || !mayTrace(tracer, target)) throw EPERM;
  if (target.tracing !== null || !isAlive(target)) throw EPERM;
  const wasStopped = target.state === 'stopped';
  const tracing = new PtraceTracing(target, tracer, seize);
  if (!seize) sendToTask(target, SignalInfo.kernel(SIGSTOP));
  if (wasStopped) tracing.adoptStop();
  return tracing;
}

/** PTRACE_TRACEME: the parent traces the caller. */
export function traceMe(task: Task): number {
  const tracer = task.group.parentThread;
  if (task.tracing !== null || tracer === null) throw EPERM;
  new PtraceTracing(task, tracer, false);
  return 0;
}

function setOptions(tracing: PtraceTracing, bitset: number): number {
  if ((bitset & ~PTRACE_O_MASK) !== 0) throw EINVAL;
  tracing.options = bitset;
  return 0;
}

// ---- resuming ----

const resume =
  (mode: ResumeMode, step: boolean) =>
  (tracer: Task, target: Task, _address: number, signo: number): number => {
    if (signo < 0 || signo > NSIG) throw EIO;
    tracingOf(tracer, target).resume(mode, step, signo);
    return 0;
  };

// ---- memory ----

function peekData(tracer: Task, target: Task, address: number, data: number): number {
  let bytes: Uint8Array;
  try {
    bytes = target.memory.forceRead(address, 4);
  } catch (thrown) {
    throw thrown === EFAULT ? EIO : thrown;
  }
  tracer.memory.copyOut(data, bytes);
  return 0;
}

function pokeData(_tracer: Task, target: Task, address: number, value: number): number {
  try {
    target.memory.forceWrite(address, new Uint8Array(new Uint32Array([value]).buffer));
  } catch (thrown) {
    throw thrown === EFAULT ? EIO : thrown;
  }
  return 0;
}

// ---- signals ----

function stopInfo(tracer: Task, target: Task): SignalInfo {
  const { stop } = tracingOf(tracer, target);
  if (stop === null || stop.info === null) throw EINVAL;
  return stop.info;
}

function setStopInfo(tracer: Task, target: Task, _address: number, data: number): number {
  const info = SignalInfo.fromBytes(tracer.memory.copyIn(data, SIGINFO_SIZE));
  stopInfo(tracer, target);
  tracingOf(tracer, target).stop!.info = info;
  return 0;
}

function peekSiginfo(tracer: Task, target: Task, address: number, data: number): number {
  const {
    off,
    flags: which,
    nr,
  } = peekSiginfoArgs.unpack(tracer.memory.copyIn(address, peekSiginfoArgs.size));
  if ((which & ~PTRACE_PEEKSIGINFO_SHARED) !== 0 || nr < 0) throw EINVAL;
  const pending = which === PTRACE_PEEKSIGINFO_SHARED ? target.group.pending : target.pending;
  const infos = pending.infos.slice(Number(off), Number(off) + nr);
  for (const [i, info] of infos.entries()) tracer.memory.copyOut(data + i * SIGINFO_SIZE, info.toBytes());
  return infos.length;
}

// ---- PTRACE_GET_SYSCALL_INFO ----

/** struct ptrace_syscall_info of the stop: up to `length` bytes are stored, the full size is answered. */
function syscallInfo(tracer: Task, target: Task, length: number, data: number): number {
  const tracing = tracingOf(tracer, target);
  const { registers } = target;
  const atCall = tracing.stop?.info?.code === (SIGTRAP | 0x80);
  const isEntry = atCall && tracing.eventMessage === PTRACE_EVENTMSG_SYSCALL_ENTRY;
  const isExit = atCall && tracing.eventMessage === PTRACE_EVENTMSG_SYSCALL_EXIT;
  const image = new Uint8Array(80);
  const view = new DataView(image.buffer);
  syscallInfoHead.write(view, 0, {
    op: isEntry ? PTRACE_SYSCALL_INFO_ENTRY : isExit ? PTRACE_SYSCALL_INFO_EXIT : PTRACE_SYSCALL_INFO_NONE,
    arch: AUDIT_ARCH_I386,
    ip: BigInt(registers.eip >>> 0),
    sp: BigInt(registers.esp >>> 0),
  });
  let full = syscallInfoHead.size;
  if (isEntry) {
    const { ebx, ecx, edx, esi, edi, ebp } = registers;
    const words = [target.originalEax, ebx, ecx, edx, esi, edi, ebp];
    for (const [i, word] of words.entries()) view.setBigUint64(24 + 8 * i, BigInt(word >>> 0), true);
    full = 80;
  } else if (isExit) {
    const result = registers.eax | 0;
    view.setBigInt64(24, BigInt(result), true);
    image[32] = result < 0 && result >= -4095 ? 1 : 0;
    full = 33;
  }
  tracer.memory.copyOut(data, image.subarray(0, Math.min(length, full)));
  return full;
}

/** struct ptrace_rseq_configuration: up to `length` bytes are stored, the full size is answered. */
function sequenceConfiguration(tracer: Task, { rseq }: Task, length: number, data: number): number {
  const image = new Uint8Array(rseqConfiguration.size);
  rseqConfiguration.write(new DataView(image.buffer), 0, {
    rseq_abi_pointer: BigInt(rseq?.address ?? 0),
    rseq_abi_size: rseq === null ? 0 : RSEQ_SIZE,
    signature: rseq?.signature ?? 0,
  });
  tracer.memory.copyOut(data, image.subarray(0, length));
  return image.length;
}

/** Every request of Linux that needs no extra hardware; a host patch adds rows of its own. */
export const requests = {
  PTRACE_PEEKTEXT: sys(PTRACE.PEEKTEXT, [tracee, pointer, pointer], peekData),
  PTRACE_PEEKDATA: sys(PTRACE.PEEKDATA, [tracee, pointer, pointer], peekData),
  PTRACE_PEEKUSER: sys(PTRACE.PEEKUSR, [tracee, unsigned, pointer], (tracer, target, offset, data) => {
    tracer.memory.writeU32(data, peekUser(target, tracingOf(tracer, target), offset));
    return 0;
  }),
  PTRACE_POKETEXT: sys(PTRACE.POKETEXT, [tracee, pointer, unsigned], pokeData),
  PTRACE_POKEDATA: sys(PTRACE.POKEDATA, [tracee, pointer, unsigned], pokeData),
  PTRACE_POKEUSER: sys(PTRACE.POKEUSR, [tracee, unsigned, unsigned], (tracer, target, offset, value) => {
    pokeUser(target, tracingOf(tracer, target), offset, value);
    return 0;
  }),
  PTRACE_CONT: sys(PTRACE.CONT, [tracee, pointer, signal], resume('continue', false)),
  PTRACE_KILL: sys(PTRACE.KILL, [anyTracee, pointer, pointer], (_tracer, target) => {
    if (isAlive(target)) sendToTask(target, SignalInfo.kernel(SIGKILL));
    return 0;
  }),
  PTRACE_SINGLESTEP: sys(PTRACE.SINGLESTEP, [tracee, pointer, signal], resume('continue', true)),
  PTRACE_GETREGS: sys(PTRACE.GETREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    readRegisters(target, tracingOf(tracer, target), staging);
    tracer.memory.store(data, REGS_SIZE, staging);
    return 0;
  }),
  PTRACE_SETREGS: sys(PTRACE.SETREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    tracer.memory.load(data, REGS_SIZE, staging);
    writeRegisters(target, tracingOf(tracer, target), staging, REGS_WORDS);
    return 0;
  }),
  PTRACE_GETFPREGS: sys(PTRACE.GETFPREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    target.registers.fsave(staging);
    tracer.memory.store(data, FPREGS_SIZE, staging);
    return 0;
  }),
  PTRACE_SETFPREGS: sys(PTRACE.SETFPREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    tracer.memory.load(data, FPREGS_SIZE, staging);
    target.registers.frstor(staging);
    return 0;
  }),
  PTRACE_GETFPXREGS: sys(PTRACE.GETFPXREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    target.registers.fxsave(staging);
    tracer.memory.store(data, FPXREGS_SIZE, staging);
    return 0;
  }),
  PTRACE_SETFPXREGS: sys(PTRACE.SETFPXREGS, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging } = tracer.kernel;
    tracer.memory.load(data, FPXREGS_SIZE, staging);
    writeFloatExtended(target, staging);
    return 0;
  }),
  PTRACE_ATTACH: sys(PTRACE.ATTACH, [anyTask, pointer, pointer], (tracer, target) => {
    attach(tracer, target, false);
    return 0;
  }),
  PTRACE_DETACH: sys(PTRACE.DETACH, [tracee, pointer, signal], (tracer, target, _address, signo) => {
    if (signo < 0 || signo > NSIG) throw EIO;
    tracingOf(tracer, target).detach(target, signo);
    return 0;
  }),
  PTRACE_OLDSETOPTIONS: sys(
    PTRACE.OLDSETOPTIONS,
    [tracee, pointer, options],
    (tracer, target, _address, bitset) => setOptions(tracingOf(tracer, target), bitset),
  ),
  PTRACE_SYSCALL: sys(PTRACE.SYSCALL, [tracee, pointer, signal], resume('syscall', false)),
  PTRACE_GET_THREAD_AREA: sys(
    PTRACE.GET_THREAD_AREA,
    [tracee, unsigned, pointer],
    (tracer, target, entry, data) => {
      peekThreadArea(tracer, target, entry, data);
      return 0;
    },
  ),
  PTRACE_SET_THREAD_AREA: sys(
    PTRACE.SET_THREAD_AREA,
    [tracee, unsigned, pointer],
    (tracer, target, entry, data) => {
      pokeThreadArea(tracer, target, entry, data);
      return 0;
    },
  ),
  PTRACE_SYSEMU: sys(PTRACE.SYSEMU, [tracee, pointer, signal], resume('emulate', false)),
  PTRACE_SYSEMU_SINGLESTEP: sys(PTRACE.SYSEMU_SINGLESTEP, [tracee, pointer, signal], resume('emulate', true)),
  PTRACE_SETOPTIONS: sys(PTRACE.SETOPTIONS, [tracee, pointer, options], (tracer, target, _address, bitset) =>
    setOptions(tracingOf(tracer, target), bitset),
  ),
  PTRACE_GETEVENTMSG: sys(
    PTRACE.GETEVENTMSG,
    [tracee, pointer, pointer],
    (tracer, target, _address, data) => {
      tracer.memory.writeU32(data, tracingOf(tracer, target).eventMessage);
      return 0;
    },
  ),
  PTRACE_GETSIGINFO: sys(PTRACE.GETSIGINFO, [tracee, pointer, pointer], (tracer, target, _address, data) => {
    const { staging, frames } = tracer.kernel;
    stopInfo(tracer, target).store(frames.u32, staging / 4);
    tracer.memory.store(data, SIGINFO_SIZE, staging);
    return 0;
  }),
  PTRACE_SETSIGINFO: sys(PTRACE.SETSIGINFO, [tracee, pointer, pointer], setStopInfo),
  PTRACE_GETREGSET: sys(PTRACE.GETREGSET, [tracee, flags, pointer], (tracer, target, type, data) => {
    transferSet(tracer, target, tracingOf(tracer, target), type, data, false);
    return 0;
  }),
  PTRACE_SETREGSET: sys(PTRACE.SETREGSET, [tracee, flags, pointer], (tracer, target, type, data) => {
    transferSet(tracer, target, tracingOf(tracer, target), type, data, true);
    return 0;
  }),
  PTRACE_SEIZE: sys(PTRACE.SEIZE, [anyTask, pointer, options], (tracer, target, address, bitset) => {
    if (address !== 0 || (bitset & ~PTRACE_O_MASK) !== 0) throw EIO;
    attach(tracer, target, true).options = bitset;
    return 0;
  }),
  PTRACE_INTERRUPT: sys(PTRACE.INTERRUPT, [anyTracee, pointer, pointer], (tracer, target) => {
    const tracing = tracingOf(tracer, target);
    if (!tracing.seized || !isAlive(target)) throw EIO;
    tracing.interrupt();
    return 0;
  }),
  PTRACE_LISTEN: sys(PTRACE.LISTEN, [tracee, pointer, pointer], (tracer, target) => {
    const tracing = tracingOf(tracer, target);
    if (!tracing.seized || tracing.stop?.kind !== 'group') throw EIO;
    tracing.listen();
    return 0;
  }),
  PTRACE_PEEKSIGINFO: sys(PTRACE.PEEKSIGINFO, [tracee, pointer, pointer], peekSiginfo),
  PTRACE_GETSIGMASK: sys(PTRACE.GETSIGMASK, [tracee, size, pointer], (tracer, target, length, data) => {
    if (length !== SIGSET_SIZE) throw EINVAL;
    tracer.memory.writeU64(data, target.savedMask ?? target.signalMask);
    return 0;
  }),
  PTRACE_SETSIGMASK: sys(PTRACE.SETSIGMASK, [tracee, size, pointer], (tracer, target, length, data) => {
    if (length !== SIGSET_SIZE) throw EINVAL;
    setSignalMask(target, tracer.memory.readU64(data));
    target.savedMask = null;
    return 0;
  }),
  PTRACE_GET_SYSCALL_INFO: sys(PTRACE.GET_SYSCALL_INFO, [tracee, size, pointer], syscallInfo),
  PTRACE_GET_RSEQ_CONFIGURATION: sys(
    PTRACE.GET_RSEQ_CONFIGURATION,
    [tracee, size, pointer],
    sequenceConfiguration,
  ),
} satisfies Rows;
