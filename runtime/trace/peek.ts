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

/** Word index of a task's register image in linear memory. */
function image(task: Task): number {
  return (task.kernel.loaded === task ? CPU : task.slot) >> 2;
}

export function readRegisters(task: Task, tracing: PtraceTracing): Uint32Array {
  const { u32 } = task.kernel.frames;
  const base = image(task);
  const words = new Uint32Array(REGS_WORDS);
  for (let i = 0; i < REGS_WORDS; i++)
    words[i] = i === ORIG_EAX ? task.originalEax : u32[base + (OFFSETS[i]! >> 2)]!;
  if (tracing.forcedStep) words[EFLAGS_WORD]! &= ~TF;
  return words;
}

/** Stores words in order; the first bad selector ends it with EIO. */
export function writeRegisters(task: Task, tracing: PtraceTracing, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) writeRegister(task, tracing, i, words[i]!);
}

function readRegister(task: Task, tracing: PtraceTracing, word: number): number {
  if (word === ORIG_EAX) return task.originalEax >>> 0;
  const value = task.kernel.frames.u32[image(task) + (OFFSETS[word]! >> 2)]!;
  return word === EFLAGS_WORD && tracing.forcedStep ? value & ~TF : value;
}

function writeRegister(task: Task, tracing: PtraceTracing, word: number, value: number): void {
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

export function peekUser(task: Task, tracing: PtraceTracing, offset: number): number {
  if ((offset & 3) !== 0 || offset > USER_SIZE) throw EIO;
  if (offset < REGS_SIZE) return readRegister(task, tracing, offset >> 2);
  if (offset >= USER_DEBUGREG && offset < USER_SIZE)
    return tracing.debugRegister((offset - USER_DEBUGREG) >> 2);
  return 0;
}

export function pokeUser(task: Task, tracing: PtraceTracing, offset: number, value: number): void {
  if ((offset & 3) !== 0 || offset > USER_SIZE) throw EIO;
  if (offset < REGS_SIZE) writeRegister(task, tracing, offset >> 2, value);
  else if (offset >= USER_DEBUGREG && offset < USER_SIZE)
    tracing.setDebugRegister((offset - USER_DEBUGREG) >> 2, value);
}

// ---- x87 and SSE ----

export function writeFloatExtended(task: Task, bytes: Uint8Array): void {
  const mxcsr = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MXCSR_OFFSET, true);
  if ((mxcsr & ~MXCSR_MASK) !== 0) throw EINVAL;
  task.registers.fxrstor(bytes);
}

// ---- GETREGSET, SETREGSET ----

/** One kind of register set: its size, the size its parts come in, and how it is read and written. */
interface RegisterSet {
  readonly size: number;
  readonly unit: number;
  read(task: Task, tracing: PtraceTracing): Uint8Array;
  /** `bytes` may be a head of the set; the rest stays. */
  write(task: Task, tracing: PtraceTracing, bytes: Uint8Array): void;
}

/** The set with its head replaced. */
function patched(whole: Uint8Array, head: Uint8Array): Uint8Array {
  const copy = whole.slice();
  copy.set(head);
  return copy;
}

const TLS_ENTRIES = TLS_LAST - TLS_FIRST + 1;

const SETS: ReadonlyMap<number, RegisterSet> = new Map<number, RegisterSet>([
  [
    NT_PRSTATUS,
    {
      size: REGS_SIZE,
      unit: 4,
      read: (task, tracing) => new Uint8Array(readRegisters(task, tracing).buffer),
      write: (task, tracing, bytes) => writeRegisters(task, tracing, new Uint32Array(bytes.slice().buffer)),
    },
  ],
  [
    NT_PRFPREG,
    {
      size: FPREGS_SIZE,
      unit: 4,
      read: (task) => task.registers.fsave(),
      write: (task, _tracing, bytes) => task.registers.frstor(patched(task.registers.fsave(), bytes)),
    },
  ],
  [
    NT_PRXFPREG,
    {
      size: FPXREGS_SIZE,
      unit: 4,
      read: (task) => task.registers.fxsave(),
      write: (task, _tracing, bytes) => {
        if (bytes.length !== FPXREGS_SIZE) throw EINVAL;
        writeFloatExtended(task, bytes);
      },
    },
  ],
  [
    NT_386_TLS,
    {
      size: TLS_ENTRIES * USER_DESC_SIZE,
      unit: USER_DESC_SIZE,
      read: (task) => {
        const words: number[] = [];
        for (let entry = TLS_FIRST; entry <= TLS_LAST; entry++) {
          const { base, limit, bits } = getThreadArea(task, entry);
          words.push(entry, base, limit, bits);
        }
        return new Uint8Array(new Uint32Array(words).buffer);
      },
      write: (task, _tracing, bytes) => {
        const words = new Uint32Array(bytes.slice().buffer);
        for (let i = 0; i * 4 < words.length; i++) {
          const [, base, limit, bits] = words.subarray(i * 4);
          setThreadArea(task, { entry: TLS_FIRST + i, base: base!, limit: limit!, bits: bits! }, false);
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
  const { memory } = tracer;
  const base = memory.readU32(vector);
  const asked = memory.readU32(vector + 4);
  const set = setFor(type, asked);
  const length = Math.min(asked, set.size);
  if (write) set.write(tracee, tracing, memory.copyIn(base, length));
  else memory.copyOut(base, set.read(tracee, tracing).subarray(0, length));
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
