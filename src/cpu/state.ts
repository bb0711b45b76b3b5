// What an instruction finds: the general registers in the CPU block, and in wasm globals what the engine
// derives from the segment registers when a run begins or one of them is loaded. Registers are addressed
// by their number in the manual's order, so that a ModRM field is an index and no switch is needed.
import {
  CPU,
  DEBUG_CONTROL,
  EFLAGS,
  EIP,
  ESP,
  FLAT_SEGMENTS,
  SEG_ACCESS,
  SEG_BASE,
  SEG_LIMIT,
  SEG_SELECTOR,
  TRAP_ADDRESS,
  TRAP_ERROR,
  TRAP_VECTOR,
  VECTOR_GP,
  VECTOR_UD,
} from '../layout.ts';

/** Throws to the JavaScript that called run: the instruction ends here, see src/interpreter.ts. */
// @ts-expect-error: decorator
@external('host', 'raise')
declare function hostRaise(): void;

export const ES: u32 = 0;
export const CS: u32 = 1;
export const SS: u32 = 2;
export const DS: u32 = 3;
export const FS: u32 = 4;
export const GS: u32 = 5;

export const AL: u32 = 0;
export const CL: u32 = 1;
export const SP: u32 = 4;

/** Segments (bit n = register n) that all reads and writes may use without a limit check. */
export let flatSegments: u32 = 0;
/** DR7 enables a breakpoint. */
export let armed: bool = false;
/** es cs ss ds are flat with base 0, code and stack are 32 bits wide, and not armed: the fast loop may run. */
export let flat: bool = false;
export let code16: bool = false;
/** 0xffff where the stack segment is 16 bits wide. */
export let stackMask: u32 = 0xffffffff;
export let csBase: u32 = 0;
/** Set by a load of SS: no single-step trap behind this instruction. */
export let inhibited: bool = false;

/** Instructions run one by one, string instructions element by element: for TF, or for the debug registers. */
export let stepping: bool = false;

export function setStepping(on: bool): void {
  stepping = on;
}

export function inhibit(on: bool): void {
  inhibited = on;
}

// ---- general registers ----

// @ts-expect-error: decorator
@inline
export function reg<T>(i: u32): T {
  if (sizeof<T>() == 1) return load<T>(((i & 3) << 2) + (i >> 2), CPU);
  return load<T>(i << 2, CPU);
}

// @ts-expect-error: decorator
@inline
export function setReg<T>(i: u32, value: T): void {
  if (sizeof<T>() == 1) store<T>(((i & 3) << 2) + (i >> 2), value, CPU);
  else store<T>(i << 2, value, CPU);
}

// @ts-expect-error: decorator
@inline
export function esp(): u32 {
  return load<u32>(CPU + ESP);
}

/** A new stack pointer; a 16-bit stack leaves the upper half alone. */
// @ts-expect-error: decorator
@inline
export function setEsp(value: u32): void {
  store<u32>(CPU + ESP, (load<u32>(CPU + ESP) & ~stackMask) | (value & stackMask));
}

// ---- segments ----

// @ts-expect-error: decorator
@inline
export function selector(segment: u32): u32 {
  return load<u32>(segment << 2, CPU + SEG_SELECTOR);
}

// @ts-expect-error: decorator
@inline
export function base(segment: u32): u32 {
  return load<u32>(segment << 2, CPU + SEG_BASE);
}

// @ts-expect-error: decorator
@inline
export function limit(segment: u32): u32 {
  return load<u32>(segment << 2, CPU + SEG_LIMIT);
}

// @ts-expect-error: decorator
@inline
export function access(segment: u32): u32 {
  return load<u32>(segment << 2, CPU + SEG_ACCESS);
}

// SEG_ACCESS holds descriptor bits 40..55: type in 0..3, S 4, DPL 5..6, P 7, AVL 12, D/B 14, G 15.
export const ACCESS_WRITE: u32 = 0x02; // of data: writable; of code: readable
export const ACCESS_DOWN: u32 = 0x04; // of data: expand down; of code: conforming
export const ACCESS_CODE: u32 = 0x08;
export const ACCESS_BIG: u32 = 0x4000;

/** Recomputes what is derived from the segment registers and DR7. */
export function deriveSegments(): void {
  let mask: u32 = 0;
  let zero = true;
  for (let s: u32 = 0; s < 6; s++) {
    const rights = access(s);
    const readable = (rights & (ACCESS_CODE | ACCESS_DOWN)) == 0 ? rights & ACCESS_WRITE : 0;
    const code = s == CS ? rights & ACCESS_WRITE : 0;
    if (limit(s) == 0xffffffff && readable | code) mask |= 1 << s;
    if (s < 4 && base(s) != 0) zero = false;
  }
  flatSegments = mask;
  csBase = base(CS);
  code16 = (access(CS) & ACCESS_BIG) == 0;
  stackMask = access(SS) & ACCESS_BIG ? 0xffffffff : 0xffff;
  armed = (load<u32>(CPU + DEBUG_CONTROL) & 0xff) != 0;
  flat = !armed && zero && (mask & 15) == 15 && !code16 && stackMask == 0xffffffff;
  store<u32>(CPU + FLAT_SEGMENTS, mask | ((flat ? 1 : 0) << 8));
}

// ---- exceptions ----

/** Raises an exception at the running instruction. Does not return. */
export function raise(vector: u32, error: u32): void {
  store<u32>(CPU + TRAP_VECTOR, vector);
  store<u32>(CPU + TRAP_ERROR, error);
  hostRaise();
  unreachable();
}

export function raisePageFault(address: u32, vector: u32, error: u32): void {
  store<u32>(CPU + TRAP_ADDRESS, address);
  raise(vector, error);
}

export function gp(error: u32): void {
  raise(VECTOR_GP, error);
}

export function ud(): void {
  raise(VECTOR_UD, 0);
}

// ---- eflags that are never lazy ----

export const TF: u32 = 0x100;
export const IF: u32 = 0x200;
export const DF: u32 = 0x400;
export const NT: u32 = 0x4000;
export const RF: u32 = 0x10000;
export const AC: u32 = 0x40000;
export const ID: u32 = 0x200000;
/** While one of them is set, instructions run one by one. */
export const SLOW: u32 = TF | RF | AC;

/** 1 or -1: the step of string instructions in elements. */
// @ts-expect-error: decorator
@inline
export function direction(): i32 {
  return load<u32>(CPU + EFLAGS) & DF ? -1 : 1;
}

// @ts-expect-error: decorator
@inline
export function setEip(value: u32): void {
  store<u32>(CPU + EIP, value);
}
