// Signal frames of i386 on the user stack: what a handler finds there and sigreturn takes down
// (sigreturn(2); the layouts are asm/sigcontext.h and asm/ucontext.h, those of a host without XSAVE).
//
//   old frame, without SA_SIGINFO            RT frame, with SA_SIGINFO
//     0  return address                        0  return address
//     4  signal                                4  signal
//     8  sigcontext, 88 bytes                  8  address of siginfo
//    96  unused FP state, 624 bytes           12  address of ucontext
//   720  upper half of the saved mask         16  siginfo, 128 bytes
//   724  return code, 8 bytes                144  ucontext: flags, link, stack 12, sigcontext 88, mask 8
//                                            260  return code, 8 bytes
//   The FP state lies above: a 112-byte FSAVE image, whose end says that FXSAVE's 512 bytes follow.

import { Errno } from '../abi/errno.ts';
import { SA, SIGINFO_SIZE, SIGSEGV, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK } from '../abi/signal.ts';
import { CS, DS, ES, FS, GS, SS, setSegment, USER_CS, USER_DS } from './segment.ts';
import { forceSignal, type SignalAction, setSignalMask } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

const SIGCONTEXT = 88;
const OLD_CONTEXT = 8;
const OLD_EXTRA_MASK = 720;
const OLD_RETURN_CODE = 724;
const OLD_SIZE = 732;
const RT_INFO = 16;
const RT_CONTEXT = RT_INFO + SIGINFO_SIZE;
const RT_STACK = RT_CONTEXT + 8;
const RT_MACHINE = RT_CONTEXT + 20;
const RT_MASK = RT_MACHINE + SIGCONTEXT;
const RT_RETURN_CODE = RT_MASK + 8;
const RT_SIZE = RT_RETURN_CODE + 8;
const FSAVE_SIZE = 112;
const FXSAVE_SIZE = 512;
const LOW_HALF = 0xffffffffn;

/** popl %eax; movl $119,%eax; int $0x80. Gdb knows frames by these bytes. */
const OLD_CODE = new Uint8Array([0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80]);
/** movl $173,%eax; int $0x80. */
const RT_CODE = new Uint8Array([0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0]);

// EFLAGS.
const TF = 0x100;
const DF = 0x400;
const RF = 0x10000;
/** What sigreturn may change: AC, RF, OF, DF, TF and the status flags. */
const RESTORABLE = 0x50dd5;

/** Word offsets in sigcontext. */
const CONTEXT = {
  gs: 0,
  fs: 1,
  es: 2,
  ds: 3,
  edi: 4,
  esi: 5,
  ebp: 6,
  esp: 7,
  ebx: 8,
  edx: 9,
  ecx: 10,
  eax: 11,
  trapno: 12,
  err: 13,
  eip: 14,
  cs: 15,
  eflags: 16,
  espAtSignal: 17,
  ss: 18,
  fpstate: 19,
  oldmask: 20,
  cr2: 21,
} as const;

/** SS_DISABLE, SS_ONSTACK or 0 for a stack pointer. Linux: sas_ss_flags. */
export function altStackFlags(task: Task, esp: number): number {
  if (task.altStack.size === 0) return SS_DISABLE;
  return isOnAltStack(task, esp) ? SS_ONSTACK : 0;
}
function isOnAltStack(task: Task, esp: number): boolean {
  return (task.altStack.flags & SS_AUTODISARM) === 0 && isWithinAltStack(task, esp);
}
function isWithinAltStack(task: Task, esp: number): boolean {
  const { base, size } = task.altStack;
  return esp > base && esp - base <= size;
}

/** Where a frame of `size` bytes goes, and its FP state; null when it would overflow the alternate stack. */
function placeFrame(
  task: Task,
  action: SignalAction,
  size: number,
): { frame: number; fpstate: number } | null {
  let { esp } = task.registers;
  const nested = isOnAltStack(task, esp);
  let entering = false;
  if ((action.flags & SA.SA_ONSTACK) !== 0) {
    if (altStackFlags(task, esp) === 0) {
      esp = task.altStack.base + task.altStack.size;
      entering = true;
    }
  } else if (
    !nested &&
    task.registers.segment(SS) !== USER_DS &&
    (action.flags & SA.SA_RESTORER) === 0 &&
    action.restorer !== 0
  ) {
    // The way before sigaltstack: sa_restorer is the stack, for programs on a segment of their own.
    esp = action.restorer;
  }
  const fxsave = Math.floor((esp - FXSAVE_SIZE) / 64) * 64;
  const fpstate = fxsave - FSAVE_SIZE;
  // As if after a call: the arguments are 16-byte aligned.
  const frame = Math.floor((fpstate - size + 4) / 16) * 16 - 4;
  if (frame < 0) return null;
  if ((nested || entering) && !isWithinAltStack(task, frame)) return null;
  return { frame, fpstate };
}

/** Writes the frame and sets the registers for the handler's first instruction; false when the stack is bad. */
export function buildFrame(task: Task, info: SignalInfo, action: SignalAction): boolean {
  try {
    return (action.flags & SA.SA_SIGINFO) === 0 ? buildOld(task, info, action) : buildRt(task, info, action);
  } catch (thrown) {
    if (thrown instanceof Errno) return false;
    throw thrown;
  }
}

function buildOld(task: Task, info: SignalInfo, action: SignalAction): boolean {
  const place = placeFrame(task, action, OLD_SIZE);
  if (place === null) return false;
  const { frame, fpstate } = place;
  const { memory } = task;
  memory.verify(frame, OLD_SIZE, true);
  const mask = task.savedMask ?? task.signalMask;
  memory.writeU32(frame, returnAddress(action, task.mm.vdso.sigreturn, frame + OLD_RETURN_CODE));
  memory.writeU32(frame + 4, info.signo);
  const { staging } = task.kernel;
  machineContext(task, fpstate, mask, staging >> 2);
  memory.store(frame + OLD_CONTEXT, SIGCONTEXT, staging);
  memory.writeU32(frame + OLD_EXTRA_MASK, Number(mask >> 32n));
  memory.copyOut(frame + OLD_RETURN_CODE, OLD_CODE);
  saveFloat(task, fpstate);
  // The old frame has no place to keep it: it stays off.
  if ((task.altStack.flags & SS_AUTODISARM) !== 0) task.altStack = { base: 0, size: 0, flags: SS_DISABLE };
  enterHandler(task, info.signo, action.handler, frame, 0, 0);
  return true;
}

function buildRt(task: Task, info: SignalInfo, action: SignalAction): boolean {
  const place = placeFrame(task, action, RT_SIZE);
  if (place === null) return false;
  const { frame, fpstate } = place;
  const { memory, altStack } = task;
  memory.verify(frame, RT_SIZE, true);
  const mask = task.savedMask ?? task.signalMask;
  const { staging, frames } = task.kernel;
  const { u8, u32 } = frames;
  const at = staging >> 2;
  u32[at] = returnAddress(action, task.mm.vdso.rtSigreturn, frame + RT_RETURN_CODE);
  u32[at + 1] = info.signo;
  u32[at + 2] = frame + RT_INFO;
  u32[at + 3] = frame + RT_CONTEXT;
  info.store(u32, at + RT_INFO / 4);
  u32[at + RT_CONTEXT / 4] = 0;
  u32[at + RT_CONTEXT / 4 + 1] = 0;
  u32[at + RT_STACK / 4] = altStack.base;
  u32[at + RT_STACK / 4 + 1] = altStack.flags;
  u32[at + RT_STACK / 4 + 2] = altStack.size;
  machineContext(task, fpstate, mask, at + RT_MACHINE / 4);
  u32[at + RT_MASK / 4] = Number(mask & LOW_HALF);
  u32[at + RT_MASK / 4 + 1] = Number(mask >> 32n);
  u8.set(RT_CODE, staging + RT_RETURN_CODE);
  memory.store(frame, RT_SIZE, staging);
  saveFloat(task, fpstate);
  if ((altStack.flags & SS_AUTODISARM) !== 0) task.altStack = { base: 0, size: 0, flags: SS_DISABLE };
  enterHandler(task, info.signo, action.handler, frame, frame + RT_INFO, frame + RT_CONTEXT);
  return true;
}

function returnAddress(action: SignalAction, vdso: number, code: number): number {
  if ((action.flags & SA.SA_RESTORER) !== 0) return action.restorer;
  return vdso === 0 ? code : vdso;
}

/** Stores struct sigcontext from word `at` of linear memory on. */
function machineContext(task: Task, fpstate: number, mask: bigint, at: number): void {
  const { registers, fault } = task;
  const words = task.kernel.frames.u32;
  words[at + CONTEXT.gs] = registers.segment(GS);
  words[at + CONTEXT.fs] = registers.segment(FS);
  words[at + CONTEXT.es] = registers.segment(ES);
  words[at + CONTEXT.ds] = registers.segment(DS);
  words[at + CONTEXT.edi] = registers.edi;
  words[at + CONTEXT.esi] = registers.esi;
  words[at + CONTEXT.ebp] = registers.ebp;
  words[at + CONTEXT.esp] = registers.esp;
  words[at + CONTEXT.ebx] = registers.ebx;
  words[at + CONTEXT.edx] = registers.edx;
  words[at + CONTEXT.ecx] = registers.ecx;
  words[at + CONTEXT.eax] = registers.eax;
  words[at + CONTEXT.trapno] = fault.trapno;
  words[at + CONTEXT.err] = fault.error;
  words[at + CONTEXT.eip] = registers.eip;
  words[at + CONTEXT.cs] = registers.segment(CS);
  words[at + CONTEXT.eflags] = registers.eflags;
  words[at + CONTEXT.espAtSignal] = registers.esp;
  words[at + CONTEXT.ss] = registers.segment(SS);
  words[at + CONTEXT.fpstate] = fpstate;
  words[at + CONTEXT.oldmask] = Number(mask & LOW_HALF);
  words[at + CONTEXT.cr2] = fault.address;
}

/** The FSAVE image, whose status and magic words say that the FXSAVE image follows it. */
function saveFloat(task: Task, fpstate: number): void {
  const { registers, memory, kernel } = task;
  const { staging, frames } = kernel;
  registers.fsave(staging);
  // The status word once more, and a magic word of 0: the other image follows.
  frames.u32[(staging + FSAVE_SIZE) / 4 - 1] = frames.u32[staging / 4 + 1]! & 0xffff;
  registers.fxsave(staging + FSAVE_SIZE);
  memory.store(fpstate, FSAVE_SIZE + FXSAVE_SIZE, staging);
}

function enterHandler(
  task: Task,
  signo: number,
  handler: number,
  frame: number,
  edx: number,
  ecx: number,
): void {
  const { registers } = task;
  registers.resetFloat();
  registers.eax = signo;
  registers.edx = edx;
  registers.ecx = ecx;
  registers.esp = frame;
  registers.eip = handler;
  registers.eflags &= ~(TF | DF | RF);
  for (const register of [ES, SS, DS]) setSegment(task, register, USER_DS);
  setSegment(task, CS, USER_CS);
}

// ---- the way back ----

/** sigreturn(2): the old frame, whose return address and signal number the stub has popped. */
export function restoreOldFrame(task: Task): void {
  const frame = (task.registers.esp - 8) >>> 0;
  restore(task, () => {
    const low = task.memory.readU32(frame + OLD_CONTEXT + CONTEXT.oldmask * 4);
    const high = task.memory.readU32(frame + OLD_EXTRA_MASK);
    setSignalMask(task, (BigInt(high) << 32n) | BigInt(low));
    restoreContext(task, frame + OLD_CONTEXT);
  });
}

/** rt_sigreturn(2). */
export function restoreFrame(task: Task): void {
  const frame = (task.registers.esp - 4) >>> 0;
  restore(task, () => {
    setSignalMask(task, task.memory.readU64(frame + RT_MASK));
    restoreContext(task, frame + RT_MACHINE);
    restoreAltStack(task, frame + RT_STACK);
  });
}

/** A frame that cannot be read costs a SIGSEGV. */
function restore(task: Task, body: () => void): void {
  task.originalEax = -1;
  try {
    body();
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    forceSignal(task, SignalInfo.kernel(SIGSEGV));
  }
}

function restoreContext(task: Task, address: number): void {
  const { registers, memory } = task;
  const { staging, frames } = task.kernel;
  memory.load(address, SIGCONTEXT, staging);
  restoreFloat(task, frames.u32[staging / 4 + CONTEXT.fpstate]!, staging + SIGCONTEXT);
  const words = frames.u32;
  const at = staging / 4;
  registers.edi = words[at + CONTEXT.edi]!;
  registers.esi = words[at + CONTEXT.esi]!;
  registers.ebp = words[at + CONTEXT.ebp]!;
  registers.esp = words[at + CONTEXT.esp]!;
  registers.ebx = words[at + CONTEXT.ebx]!;
  registers.edx = words[at + CONTEXT.edx]!;
  registers.ecx = words[at + CONTEXT.ecx]!;
  registers.eax = words[at + CONTEXT.eax]!;
  registers.eip = words[at + CONTEXT.eip]!;
  registers.eflags = (registers.eflags & ~RESTORABLE) | (words[at + CONTEXT.eflags]! & RESTORABLE);
  // A program cannot hand itself another privilege level: the selectors keep level 3.
  setSegment(task, CS, (words[at + CONTEXT.cs]! & 0xffff) | 3);
  setSegment(task, SS, (words[at + CONTEXT.ss]! & 0xffff) | 3);
  setSegment(task, DS, userSelector(words[at + CONTEXT.ds]!));
  setSegment(task, ES, userSelector(words[at + CONTEXT.es]!));
  setSegment(task, FS, userSelector(words[at + CONTEXT.fs]!));
  setSegment(task, GS, userSelector(words[at + CONTEXT.gs]!));
}
function userSelector(word: number): number {
  const selector = word & 0xffff;
  return selector <= 3 ? 0 : selector | 3;
}

/** The x87 registers come from the FSAVE image, the SSE ones from the FXSAVE image behind it. */
function restoreFloat(task: Task, fpstate: number, staging: number): void {
  const { registers, memory } = task;
  if (fpstate === 0) {
    registers.resetFloat();
    return;
  }
  memory.load(fpstate, FSAVE_SIZE + FXSAVE_SIZE, staging);
  registers.fxrstor(staging + FSAVE_SIZE);
  registers.frstor(staging);
}

/** Wrong contents are ignored, as Linux does; only memory that cannot be read is an error. */
function restoreAltStack(task: Task, address: number): void {
  const { memory } = task;
  const base = memory.readU32(address);
  const flags = memory.readU32(address + 4);
  const size = memory.readU32(address + 8);
  if (altStackFlags(task, task.registers.esp) === SS_ONSTACK) return;
  const mode = flags & ~SS_AUTODISARM;
  if (mode === SS_DISABLE) task.altStack = { base: 0, size: 0, flags };
  else if (mode === 0 || mode === SS_ONSTACK) task.altStack = { base, size, flags };
}
