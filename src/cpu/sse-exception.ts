// MXCSR: what an SSE instruction may raise, and the way it ends. An instruction computes all its lanes
// first, while `raised` gathers flags; then it commits, which raises #XM where one of them is not masked,
// and only then is the destination written. Manual: volume 1, 10.2.3 (MXCSR) and 11.5 (SIMD exceptions).
import { CPU, MXCSR, VECTOR_XM } from '../layout.ts';
import { raise } from './state.ts';

export const IE: u32 = 0x01;
export const DE: u32 = 0x02;
export const ZE: u32 = 0x04;
export const OE: u32 = 0x08;
export const UE: u32 = 0x10;
export const PE: u32 = 0x20;
/** Found before the operation is carried out. */
const BEFORE: u32 = IE | DE | ZE;
const FLAGS: u32 = 0x3f;
const MASKS: u32 = 7;

const DAZ: u32 = 0x0040;
const PM: u32 = 0x1000;
const RC: u32 = 0x6000;
const FTZ: u32 = 0x8000;

/** Values of the rounding control. */
export const NEAREST: u32 = 0;
export const DOWN: u32 = 1;
export const UP: u32 = 2;
export const TRUNCATE: u32 = 3;

/** Flags of the running instruction; 0 between instructions. */
let raised: u32 = 0;

// @ts-expect-error: decorator
@inline
function mxcsr(): u32 {
  return load<u32>(CPU + MXCSR);
}

// @ts-expect-error: decorator
@inline
export function signal(flags: u32): void {
  raised |= flags;
}

// @ts-expect-error: decorator
@inline
export function rounding(): u32 {
  return (mxcsr() >>> 13) & 3;
}

// @ts-expect-error: decorator
@inline
export function roundsToNearest(): bool {
  return (mxcsr() & RC) == 0;
}

/** Rounding to nearest whose inexact results change nothing: PE is masked and set already. */
// @ts-expect-error: decorator
@inline
export function roundsSilently(): bool {
  return (mxcsr() & (RC | PM | PE)) == (PM | PE);
}

// @ts-expect-error: decorator
@inline
export function denormalsAreZero(): bool {
  return (mxcsr() & DAZ) != 0;
}

// @ts-expect-error: decorator
@inline
export function flushesToZero(): bool {
  return (mxcsr() & FTZ) != 0;
}

// @ts-expect-error: decorator
@inline
export function isMasked(flag: u32): bool {
  return ((mxcsr() >>> MASKS) & flag) != 0;
}

/** The end of the instruction: the flags become sticky, or the instruction ends here with #XM. */
// @ts-expect-error: decorator
@inline
export function commit(): void {
  if (raised) commitRaised();
}

function commitRaised(): void {
  let flags = raised;
  raised = 0;
  const unmasked = ~(mxcsr() >>> MASKS) & FLAGS;
  // Nothing is computed behind an exception of the operands, so nothing more is found.
  if (flags & BEFORE & unmasked) flags &= BEFORE;
  store<u32>(CPU + MXCSR, mxcsr() | flags);
  if (flags & unmasked) raise(VECTOR_XM, 0);
}
