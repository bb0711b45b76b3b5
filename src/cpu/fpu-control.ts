// The x87 unit's own registers: control and status word, the top of stack, tags; and MXCSR, its SSE sibling.
import { CPU, EAX, FCW, FSW, FTOP, MXCSR, VECTOR_GP } from '../layout.ts';
import { BUSY, ES, EXCEPTIONS, SF } from './float80.ts';
import { begin, commit, pop, reset, setTop, summarize, vacate } from './fpu.ts';
import { read, write } from './mmu.ts';
import { raise } from './state.ts';

/** Bits of the control word that exist; bit 6 reads as one. */
const FCW_BITS: u32 = 0x1f3f;
const FCW_ONE: u32 = 0x40;
/** Bits of MXCSR that may be set: FXSAVE's MXCSR_MASK. */
export const MXCSR_BITS: u32 = 0xffff;

// ---- control and status word ----

export function setControlWord(value: u32): void {
  store<u32>(CPU + FCW, (value & FCW_BITS) | FCW_ONE);
}

/** Sets the status word from its image, TOP included. The summary follows from the control word. */
export function setStatusWord(value: u32): void {
  store<u32>(CPU + FSW, value & 0xc7ff & ~(ES | BUSY));
  store<u32>(CPU + FTOP, (value >> 11) & 7);
  summarize();
}

export function statusWord(): u32 {
  return load<u32>(CPU + FSW) | (load<u32>(CPU + FTOP) << 11);
}

export function fldcw(address: u32): void {
  begin();
  setControlWord(read<u16>(address));
  summarize();
}

export function fnstcw(address: u32): void {
  write<u16>(address, load<u16>(CPU + FCW));
}

export function fnstsw(address: u32): void {
  write<u16>(address, <u16>statusWord());
}

export function fnstsw_ax(): void {
  store<u16>(CPU + EAX, <u16>statusWord());
}

export function fnclex(): void {
  store<u32>(CPU + FSW, load<u32>(CPU + FSW) & ~(EXCEPTIONS | SF | ES | BUSY));
}

export function fninit(): void {
  reset();
}

/** Waits for nothing, but lets a pending exception through. */
export function fwait(): void {
  begin();
}

export function fnop(): void {
  begin();
}

/** This one, and fneni and fndisi, did something to the 8087 and the 287; they do not wait. */
export function fnsetpm(): void {}

// ---- stack ----

export function fincstp(): void {
  begin();
  setTop(load<i32>(CPU + FTOP) + 1);
  commit();
}

export function fdecstp(): void {
  begin();
  setTop(load<i32>(CPU + FTOP) - 1);
  commit();
}

export function ffree_sti(i: i32): void {
  begin();
  vacate(i);
  commit();
}

export function ffreep_sti(i: i32): void {
  begin();
  vacate(i);
  commit();
  pop();
}

// ---- MXCSR ----

export function ldmxcsr(address: u32): void {
  const value = read<u32>(address);
  if (value & ~MXCSR_BITS) raise(VECTOR_GP, 0);
  store<u32>(CPU + MXCSR, value);
}

export function stmxcsr(address: u32): void {
  write<u32>(address, load<u32>(CPU + MXCSR));
}
