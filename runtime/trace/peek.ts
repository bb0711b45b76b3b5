// What a tracer sees of a stopped task: its registers as struct user_regs_struct, the USER area of
// PEEKUSR, the x87 and SSE images, register sets by ELF note. The layouts and the checks are those of a
// 64-bit kernel for its 32-bit programs (ptrace(2), arch/x86 ptrace).

import { CPU, EAX, EBP, EBX, ECX, EDI, EDX, EFLAGS, EIP, ESI, ESP, SEG_SELECTOR } from '../../src/layout.ts';
import { EINVAL, EIO } from '../abi/errno.ts';
import {
  FPREGS_SIZE,
  FPXREGS_SIZE,
  NT_386_TLS,
  NT_PRFPREG,
  NT_PRSTATUS,
  NT_PRXFPREG,
  REGS_SIZE,
  REGS_WORDS,
  USER_DEBUGREG,
  USER_SIZE,
} from '../abi/ptrace.ts';
import { DebugRegisters } from '../kernel/debug-registers.ts';
import { CS, DS, ES, FS, GS, SS, setSegment } from '../kernel/segment.ts';
import type { Task } from '../kernel/task.ts';
import {
  getThreadArea,
  readUserDesc,
  setThreadArea,
  TLS_FIRST,
  TLS_LAST,
  USER_DESC_SIZE,
  writeUserDesc,
} from '../kernel/tls.ts';
import type { PtraceTracing } from './tracing.ts';

const TF = 0x100;
/** EFLAGS that a tracer may change: NT, AC, RF, OF, DF, TF and the status flags. */
const WRITABLE_FLAGS = 0x54dd5;
const MXCSR_OFFSET = 24;
const MXCSR_MASK = 0xffff;

// The words of user_regs_struct: where each lies in a task's slot. orig_eax lies in the task itself.
const ORIG_EAX = 11;
const EFLAGS_WORD = 14;
const segmentAt = (register: number): number => SEG_SELECTOR + 4 * register;
const OFFSETS: readonly number[] = [
  EBX,
  ECX,
  EDX,
  ESI,
  EDI,
  EBP,
  EAX,
  segmentAt(DS),
  segmentAt(ES),
  segmentAt(FS),
  segmentAt(GS),
  -1,
  EIP,
  segmentAt(CS),
  EFLAGS,
  ESP,
  segmentAt(SS),
];
/** Segment register of a word of user_regs_struct, or -1. */
const SEGMENTS: readonly number[] = [-1, -1, -1, -1, -1, -1, -1, DS, ES, FS, GS, -1, -1, CS, -1, -1, SS];

/** What registers depend on of a tracer: whether TF is its own. */
type Stepping = Pick<PtraceTracing, 'forcedStep'>;

/** Word index of a task's register image in linear memory. */
function image(task: Task): number {
  return (task.kernel.loaded === task ? CPU : task.slot) >> 2;
}

/** Stores user_regs_struct at address `at` of linear memory. */
export function readRegisters(task: Task, tracing: Stepping, at: number): void {
  const { u32 } = task.kernel.frames;
  const base = image(task);
  const to = at >> 2;
  for (let i = 0; i < REGS_WORDS; i++)
    u32[to + i] = i === ORIG_EAX ? task.originalEax : u32[base + (OFFSETS[i]! >> 2)]!;
  if (tracing.forcedStep) u32[to + EFLAGS_WORD]! &= ~TF;
}

/** Takes `count` words from address `at` of linear memory; the first bad selector ends it with EIO. */
export function writeRegisters(task: Task, tracing: Stepping, at: number, count: number): void {
  const { u32 } = task.kernel.frames;
  for (let i = 0; i < count; i++) writeRegister(task, tracing, i, u32[(at >> 2) + i]!);
}

function readRegister(task: Task, tracing: Stepping, word: number): number {
  if (word === ORIG_EAX) return task.originalEax >>> 0;
  const value = task.kernel.frames.u32[image(task) + (OFFSETS[word]! >> 2)]!;
  return word === EFLAGS_WORD && tracing.forcedStep ? value & ~TF : value;
}

function writeRegister(task: Task, tracing: Stepping, word: number, value: number): void {
  if (word === ORIG_EAX) {
    task.originalEax = value | 0;
    return;
  }
  const register = SEGMENTS[word]!;
  if (register >= 0) {
    writeSegment(task, register, value & 0xffff);
    return;
  }
  const at = image(task) + (OFFSETS[word]! >> 2);
  const { u32 } = task.kernel.frames;
  if (word !== EFLAGS_WORD) {
    u32[at] = value;
    return;
  }
  // The tracer's own TF is the task's from now on; a step that is under way keeps its TF hidden.
  if ((value & TF) !== 0) tracing.forcedStep = false;
  else if (tracing.forcedStep) value |= TF;
  u32[at] = (u32[at]! & ~WRITABLE_FLAGS) | (value & WRITABLE_FLAGS);
}

function writeSegment(task: Task, register: number, selector: number): void {
  if (selector !== 0 && (selector & 3) !== 3) throw EIO;
  if (selector === 0 && (register === CS || register === SS)) throw EIO;
  setSegment(task, register, selector);
}

// ---- PEEKUSR, POKEUSR ----

/** Up to the start of the last one any offset will do. */
const isDebugRegister = (offset: number): boolean => offset >= USER_DEBUGREG && offset <= USER_DEBUGREG + 28;

export function peekUser(task: Task, tracing: PtraceTracing, offset: number): number {
  if (isDebugRegister(offset)) return DebugRegisters.of(task).read((offset - USER_DEBUGREG) >> 2);
  if ((offset & 3) !== 0 || offset > USER_SIZE) throw EIO;
  if (offset < REGS_SIZE) return readRegister(task, tracing, offset >> 2);
  return 0;
}

export function pokeUser(task: Task, tracing: PtraceTracing, offset: number, value: number): void {
  if (isDebugRegister(offset)) {
    DebugRegisters.of(task).write((offset - USER_DEBUGREG) >> 2, value);
    return;
  }
  if ((offset & 3) !== 0 || offset > USER_SIZE) throw EIO;
  if (offset < REGS_SIZE) writeRegister(task, tracing, offset >> 2, value);
}

// ---- x87 and SSE ----

/** FXRSTOR's image at address `at` of linear memory. */
export function writeFloatExtended(task: Task, at: number): void {
  if ((task.kernel.frames.u32[(at + MXCSR_OFFSET) >> 2]! & ~MXCSR_MASK) !== 0) throw EINVAL;
  task.registers.fxrstor(at);
}

// ---- GETREGSET, SETREGSET ----

/** One kind of register set: its size, the size its parts come in, and how it is read and written. */
interface RegisterSet {
  readonly size: number;
  readonly unit: number;
  /** Stores the set at address `at` of linear memory. */
  read(task: Task, tracing: PtraceTracing, at: number): void;
  /** The set lies at `at`; the tracer has given its first `length` bytes, the rest is as `read` leaves it. */
  write(task: Task, tracing: PtraceTracing, at: number, length: number): void;
}

const TLS_ENTRIES = TLS_LAST - TLS_FIRST + 1;

const SETS: ReadonlyMap<number, RegisterSet> = new Map<number, RegisterSet>([
  [
    NT_PRSTATUS,
    {
      size: REGS_SIZE,
      unit: 4,
      read: readRegisters,
      write: (task, tracing, at, length) => writeRegisters(task, tracing, at, length >> 2),
    },
  ],
  [
    NT_PRFPREG,
    {
      size: FPREGS_SIZE,
      unit: 4,
      read: (task, _tracing, at) => task.registers.fsave(at),
      write: (task, _tracing, at) => task.registers.frstor(at),
    },
  ],
  [
    NT_PRXFPREG,
    {
      size: FPXREGS_SIZE,
      unit: 4,
      read: (task, _tracing, at) => task.registers.fxsave(at),
      write: (task, _tracing, at, length) => {
        if (length !== FPXREGS_SIZE) throw EINVAL;
        writeFloatExtended(task, at);
      },
    },
  ],
  [
    NT_386_TLS,
    {
      size: TLS_ENTRIES * USER_DESC_SIZE,
      unit: USER_DESC_SIZE,
      read: (task, _tracing, at) => {
        const { u32 } = task.kernel.frames;
        for (let i = 0; i < TLS_ENTRIES; i++) {
          const { base, limit, bits } = getThreadArea(task, TLS_FIRST + i);
          u32.set([TLS_FIRST + i, base, limit, bits], (at + i * USER_DESC_SIZE) >> 2);
        }
      },
      write: (task, _tracing, at, length) => {
        const { u32 } = task.kernel.frames;
        for (let i = 0; i * USER_DESC_SIZE < length; i++) {
          const word = (at + i * USER_DESC_SIZE) >> 2;
          const [base, limit, bits] = [u32[word + 1]!, u32[word + 2]!, u32[word + 3]!];
          setThreadArea(task, { entry: TLS_FIRST + i, base, limit, bits }, false);
        }
      },
    },
  ],
]);

/** The set of an ELF note type, cut to the tracer's buffer. Throws EINVAL for an unknown type or odd length. */
function setFor(type: number, length: number): RegisterSet {
  const set = SETS.get(type);
  if (set === undefined || length % set.unit !== 0) throw EINVAL;
  return set;
}

/** Reads into, or writes from, the tracer's buffer behind the struct iovec at `vector`. */
export function transferSet(
  tracer: Task,
  tracee: Task,
  tracing: PtraceTracing,
  type: number,
  vector: number,
  write: boolean,
): void {
  const { memory, kernel } = tracer;
  const base = memory.readU32(vector);
  const asked = memory.readU32(vector + 4);
  const set = setFor(type, asked);
  const length = Math.min(asked, set.size);
  set.read(tracee, tracing, kernel.staging);
  if (write) {
    memory.load(base, length, kernel.staging);
    set.write(tracee, tracing, kernel.staging, length);
  } else memory.store(base, length, kernel.staging);
  memory.writeU32(vector + 4, length);
}

// ---- thread areas ----

export function peekThreadArea(tracer: Task, tracee: Task, entry: number, address: number): void {
  if (entry > 0x7fffffff) throw EIO;
  writeUserDesc(tracer.memory, address, getThreadArea(tracee, entry));
}
export function pokeThreadArea(tracer: Task, tracee: Task, entry: number, address: number): void {
  if (entry > 0x7fffffff) throw EIO;
  setThreadArea(tracee, { ...readUserDesc(tracer.memory, address), entry }, false);
}
