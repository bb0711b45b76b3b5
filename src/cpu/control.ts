// Branches, calls, returns, software interrupts. A target outside the code segment raises #GP before
// anything changes; a target that may not be executed raises its page fault there, when the branch is done.
// Manual: volume 2, by name; far transfers: volume 1, 6.4 (no gates: Linux gives a program none).
import {
  BUDGET,
  CALL_GO_ON,
  CALL_REFUSED,
  CPU,
  DEBUG_STATUS,
  ECX,
  EFLAGS,
  EIP,
  TRAP_CALLED,
  TRAP_ERROR,
  TRAP_FAULT,
  TRAP_SYSCALL,
  TRAP_SYSENTER,
  TRAP_VECTOR,
  VECTOR_BP,
  VECTOR_DB,
  VECTOR_OF,
} from '../layout.ts';
import { address16, checkTarget, delta, enter, ip, linear, operand16, pretend, setIp } from './fetch.ts';
import { overflow, settleFlags } from './flags.ts';
import { write } from './mmu.ts';
import { loadFlags, peek, push } from './move.ts';
import {
  CS,
  deriveSegments,
  esp,
  flat,
  gp,
  NT,
  RF,
  reg,
  SS,
  selector,
  setEsp,
  setReg,
  stackMask,
  stepping,
} from './state.ts';
import { charge, checkCodeSegment, commitCodeSegment } from './system.ts';

/** Makes a system call in the middle of the run; answers one of layout.ts's CALL_ numbers. */
// @ts-expect-error: decorator
@external('host', 'call')
declare function hostCall(reason: i32): i32;

/** Less than zero: go on; else the TRAP_* that run returns. */
export let leaving: i32 = -1;

export function leaveWith(reason: i32): void {
  leaving = reason;
}

/** A trap: reported when the instruction is done, with eip behind it. */
export function trap(vector: u32): void {
  store<u32>(CPU + TRAP_VECTOR, vector);
  store<u32>(CPU + TRAP_ERROR, 0);
  leaving = TRAP_FAULT;
}

/** The running instruction will run again: a string instruction that is not done. */
export function restart(): void {
  enter(load<u32>(CPU + EIP));
}

// ---- near ----

/** Goes on at `eip`, which has been checked against the code segment. */
// @ts-expect-error: decorator
@inline
export function go(eip: u32): void {
  const target = eip + delta;
  // The byte before `ip` lies in the current page; `ip` itself may be behind its end.
  if ((target ^ (ip - 1)) >>> 12 == 0) setIp(target);
  else enter(eip);
}

/** The target of a relative branch; fetched last, so `ip` is behind the instruction. */
// @ts-expect-error: decorator
@inline
export function relative(displacement: u32): u32 {
  const target = ip - delta + displacement;
  return operand16 ? target & 0xffff : target;
}

export function jmp(target: u32): void {
  checkTarget(target);
  go(target);
}

export function jcc(taken: bool, target: u32): void {
  if (taken) jmp(target);
}

export function call<T>(target: u32): void {
  checkTarget(target);
  push<T>(<T>(ip - delta));
  go(target);
}

export function ret<T>(): void {
  ret_iw<T>(0);
}

export function ret_iw<T>(extra: u32): void {
  const target = <u32>peek<T>(0);
  checkTarget(target);
  setEsp(esp() + sizeof<T>() + extra);
  go(target);
}

/** The count register is cx or ecx by the address size. */
function count(): u32 {
  return address16 ? <u32>reg<u16>(1) : reg<u32>(1);
}

/** loop, loope, loopne: `more` is the flag's part of the condition. */
export function loop(more: bool, target: u32): void {
  const left = address16 ? <u32>(<u16>(count() - 1)) : count() - 1;
  const taken = more && left != 0;
  if (taken) checkTarget(target);
  if (address16) setReg<u16>(1, <u16>left);
  else store<u32>(CPU + ECX, left);
  if (taken) go(target);
}

export function jecxz(target: u32): void {
  if (count() == 0) jmp(target);
}

// ---- far ----

export function jmp_far<T>(to: u32, target: u32): void {
  checkCodeSegment(to, target, false);
  commitCodeSegment(to);
  enter(target);
}

export function call_far<T>(to: u32, target: u32): void {
  checkCodeSegment(to, target, false);
  const first = (esp() - sizeof<T>()) & stackMask;
  const sp = (first - sizeof<T>()) & stackMask;
  write<T>(linear(SS, first, sizeof<T>(), true), <T>selector(CS));
  write<T>(linear(SS, sp, sizeof<T>(), true), <T>(ip - delta));
  setEsp(sp);
  commitCodeSegment(to);
  enter(target);
}

export function retf<T>(): void {
  retf_iw<T>(0);
}

export function retf_iw<T>(extra: u32): void {
  const to = <u32>(<u16>peek<T>(sizeof<T>()));
  const target = <u32>peek<T>(0);
  checkCodeSegment(to, target, true);
  setEsp(esp() + sizeof<T>() * 2 + extra);
  commitCodeSegment(to);
  enter(target);
}

export function iret<T>(): void {
  const flags = peek<T>(sizeof<T>() * 2);
  const to = <u32>(<u16>peek<T>(sizeof<T>()));
  const target = <u32>peek<T>(0);
  if (load<u32>(CPU + EFLAGS) & NT) gp(0);
  checkCodeSegment(to, target, true);
  setEsp(esp() + sizeof<T>() * 3);
  loadFlags<T>(flags);
  if (sizeof<T>() == 4) store<u32>(CPU + EFLAGS, load<u32>(CPU + EFLAGS) | (<u32>flags & RF));
  commitCodeSegment(to);
  enter(target);
}

// ---- interrupts ----

export function int3(): void {
  trap(VECTOR_BP);
}

export function int1(): void {
  store<u32>(CPU + DEBUG_STATUS, 0);
  trap(VECTOR_DB);
}

export function into(): void {
  if (overflow()) trap(VECTOR_OF);
}

/**
 * The kernel makes most calls here and now, so that the translated code that waits in dispatch for this one's
 * return is still there afterwards.
 */
function enterKernel(reason: i32): void {
  leaving = reason;
  if (stepping || !flat) return;
  store<u32>(CPU + EIP, ip - delta);
  settleFlags();
  const budget = load<i32>(CPU + BUDGET);
  const answer = hostCall(reason);
  if (answer == CALL_REFUSED) return;
  charge(budget - load<i32>(CPU + BUDGET));
  leaving = TRAP_CALLED;
  const eip = load<u32>(CPU + EIP);
  if (answer == CALL_GO_ON) {
    deriveSegments();
    if (flat) {
      enter(eip);
      leaving = -1;
      return;
    }
  }
  pretend(eip);
}

/** Of the gates, programs may use 3, 4 and 0x80. */
export function int(vector: u32): void {
  if (vector == 0x80) enterKernel(TRAP_SYSCALL);
  else if (vector == VECTOR_BP || vector == VECTOR_OF) trap(vector);
  else gp((vector << 3) | 2);
}

export function sysenter(): void {
  restart();
  enterKernel(TRAP_SYSENTER);
}
