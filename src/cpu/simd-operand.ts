// Operands of MMX and XMM instructions: the registers, as bits or as numbers, and memory. MMi is the
// significand of R_i; a v128 holds it in its low half. A memory operand of 16 bytes must lie at a multiple
// of 16 unless the instruction says otherwise. Manual: volume 1, 9.2 (MMX state) and 10.2 (XMM registers).
import { CPU, FPR, FSW, FTAG, FTOP, VECTOR_GP, VECTOR_MF, XMM } from '../layout.ts';
import { checkAlignment } from './debug.ts';
import { memoryOperand, offset, segment } from './fetch.ts';
import { ES } from './float80.ts';
import { read, read128, write, write128 } from './mmu.ts';
import { base, raise } from './state.ts';

// ---- XMM registers ----

// @ts-expect-error: decorator
@inline
export function xmm(i: u32): v128 {
  return v128.load(CPU + XMM + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function setXmm(i: u32, value: v128): void {
  v128.store(CPU + XMM + (i << 4), value);
}

// @ts-expect-error: decorator
@inline
export function xmm64(i: u32): u64 {
  return load<u64>(CPU + XMM + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function xmm32(i: u32): u32 {
  return load<u32>(CPU + XMM + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function xmm16(i: u32): u16 {
  return load<u16>(CPU + XMM + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function xmmF64(i: u32): f64 {
  return load<f64>(CPU + XMM + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function xmmF32(i: u32): f32 {
  return load<f32>(CPU + XMM + (i << 4));
}

/** Replaces the low half. */
// @ts-expect-error: decorator
@inline
export function setXmmF64(i: u32, value: f64): void {
  store<f64>(CPU + XMM + (i << 4), value);
}

/** Replaces the low quarter. */
// @ts-expect-error: decorator
@inline
export function setXmmF32(i: u32, value: f32): void {
  store<f32>(CPU + XMM + (i << 4), value);
}

// ---- MMX registers ----

// @ts-expect-error: decorator
@inline
export function mmx(i: u32): v128 {
  return v128.load_zero<u64>(CPU + FPR + (i << 4));
}

// @ts-expect-error: decorator
@inline
export function mmx32(i: u32): u32 {
  return load<u32>(CPU + FPR + (i << 4));
}

/** The bits of sign and exponent all become ones. */
// @ts-expect-error: decorator
@inline
export function setMmx(i: u32, value: v128): void {
  store<u64>(CPU + FPR + (i << 4), <u64>i64x2.extract_lane(value, 0));
  store<u16>(CPU + FPR + (i << 4), 0xffff, 8);
}

/** An exception that the x87 left pending is due. */
export function waitForFloat(): void {
  if (load<u32>(CPU + FSW) & ES) raise(VECTOR_MF, 0);
}

/** What an MMX instruction leaves of the x87: all registers in use, the top is 0. */
export function enterMmx(): void {
  store<u32>(CPU + FTOP, 0);
  store<u32>(CPU + FTAG, 0xff);
}

export function emms(): void {
  store<u32>(CPU + FTOP, 0);
  store<u32>(CPU + FTAG, 0);
}

// ---- memory ----

/** #GP where the memory operand is not at a multiple of 16; that is found before the end of a segment. */
export function checkAligned(): void {
  if ((base(segment) + offset) & 15) raise(VECTOR_GP, 0);
}

/** The same for the image of fxsave and fxrstor. While AC is set, what is not even at a multiple of 4 is #AC. */
export function checkImageAligned(): void {
  checkAlignment(base(segment) + offset, 4);
  checkAligned();
}

function aligned(writing: bool): u32 {
  checkAligned();
  return memoryOperand(16, writing);
}

export function load128(): v128 {
  return read128(aligned(false));
}

export function store128(value: v128): void {
  write128(aligned(true), value);
}

export function loadUnaligned(): v128 {
  return read128(memoryOperand(16, false));
}

export function storeUnaligned(value: v128): void {
  write128(memoryOperand(16, true), value);
}

export function load64(): u64 {
  return read<u64>(memoryOperand(8, false));
}

export function store64(value: u64): void {
  write<u64>(memoryOperand(8, true), value);
}

export function load32(): u32 {
  return read<u32>(memoryOperand(4, false));
}

export function store32(value: u32): void {
  write<u32>(memoryOperand(4, true), value);
}

export function load16(): u16 {
  return read<u16>(memoryOperand(2, false));
}

export function loadF64(): f64 {
  return reinterpret<f64>(load64());
}

export function loadF32(): f32 {
  return reinterpret<f32>(load32());
}

export function loadMmx(): v128 {
  return i64x2.replace_lane(i64x2.splat(0), 0, <i64>load64());
}

export function loadMmx32(): v128 {
  return i32x4.replace_lane(i32x4.splat(0), 0, <i32>load32());
}

export function storeMmx(value: v128): void {
  store64(<u64>i64x2.extract_lane(value, 0));
}
