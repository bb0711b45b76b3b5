// Restartable sequences, rseq(2): a thread's area that holds its processor's number and names the code that must run
// without a break. Who was preempted or gets a signal in there goes on at the sequence's abort handler.
// Linux: kernel/rseq.c, include/uapi/linux/rseq.h.

import { Errno } from '../abi/errno.ts';
import { SIGSEGV } from '../abi/signal.ts';
import type { Mm } from '../mm/mm.ts';
import { forceSignal } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

/** struct rseq: cpu_id_start, cpu_id, rseq_cs (64 bits), flags, and room for what came later. */
export const RSEQ_SIZE = 32;
const CPU_ID_START = 0;
const CPU_ID = 4;
const SEQUENCE = 8;
const RSEQ_CPU_ID_UNINITIALIZED = 0xffffffff;
/** struct rseq_cs: version, flags, start_ip, post_commit_offset, abort_ip. */
const VERSION = 0;
const FLAGS = 4;
const START = 8;
const LENGTH = 16;
const ABORT = 24;
/** The number that stands before an abort handler's first instruction. */
const SIGNATURE_SIZE = 4;

/** What a thread has registered. Linux: current->rseq, rseq_sig. */
export interface RestartableArea {
  readonly address: number;
  readonly signature: number;
  /** The address space that it lies in: under host patches a task may run in another one. */
  readonly mm: Mm;
}

/** A new process has the area of its parent if it lies in the memory that was copied, a thread of the same one none. */
export function inheritArea(child: Task, { rseq, mm }: Task, sharesMemory: boolean): void {
  child.rseq = sharesMemory || rseq?.mm !== mm ? null : { ...rseq, mm: child.mm };
}

/** The area is no longer used. Throws EFAULT. */
export function forgetArea(task: Task, { address }: RestartableArea): void {
  task.memory.writeU32(address + CPU_ID_START, 0);
  task.memory.writeU32(address + CPU_ID, RSEQ_CPU_ID_UNINITIALIZED);
  task.rseq = null;
}

/**
 * Before the task goes on in user code, or before a handler's frame is built: the end of a sequence that it is in, and
 * the processor's number. A bad area is SIGSEGV. Throws Blocked while a page is on its way. Linux:
 * rseq_handle_notify_resume.
 */
export function restartSequence(task: Task): void {
  const { rseq } = task;
  if (rseq === null || rseq.mm !== task.mm) return;
  try {
    const fine = fixAddress(task, rseq);
    if (fine) {
      task.memory.writeU32(rseq.address + CPU_ID_START, 0);
      task.memory.writeU32(rseq.address + CPU_ID, 0);
      return;
    }
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
  forceSignal(task, SignalInfo.kernel(SIGSEGV));
}

/** False for an area that names what cannot be a sequence. */
function fixAddress(task: Task, { address, signature }: RestartableArea): boolean {
  const { memory, registers } = task;
  const named = memory.readU64(address + SEQUENCE);
  if (named === 0n) return true;
  const top = BigInt(task.mm.taskSize);
  if (named >= top) return false;
  const sequence = Number(named);
  const start = memory.readU64(sequence + START);
  const length = memory.readU64(sequence + LENGTH);
  const abort = memory.readU64(sequence + ABORT);
  if (start >= top || start + length >= top || abort >= top || memory.readU32(sequence + VERSION) !== 0)
    return false;
  if (abort >= start && abort < start + length) return false;
  if (memory.readU32(Number(abort) - SIGNATURE_SIZE) !== signature) return false;
  const at = BigInt(registers.eip >>> 0);
  const isInside = at >= start && at < start + length;
  if (isInside && memory.readU32(sequence + FLAGS) !== 0) return false;
  memory.writeU64(address + SEQUENCE, 0n);
  if (isInside) registers.eip = Number(abort);
  return true;
}
