// Comparisons of the x87: into the condition codes, or (fcomi and its kind) into EFLAGS; ftst and fxam.

import { setCompareFlags } from './flags.ts';
import {
  C0,
  C1,
  C2,
  C3,
  classify,
  clearRaised,
  compare,
  DENORMAL,
  IE,
  INFINITE,
  NORMAL,
  raised,
  resultSe,
  SF,
  signal,
  UNSUPPORTED,
  ZERO,
} from './float80.ts';
import { fromF32, fromF64, fromInteger } from './float80-convert.ts';
import { begin, commitBefore, commitSticky, isEmpty, pop, seAt, setCodes, sigAt, slotOf } from './fpu.ts';
import { read } from './mmu.ts';

// Ends a comparison: codes, then as many pops. An unmasked exception keeps the stack from changing, not them.
// @ts-ignore: decorator
@inline
function conclude(codes: i32, pops: i32): void {
  const done = commitBefore();
  setCodes(codes);
  if (!done) return;
  if (pops > 0) pop();
  if (pops > 1) pop();
}

// @ts-ignore: decorator
@inline
function registers(i: i32, quiet: bool, pops: i32): void {
  begin();
  let codes = C0 | C2 | C3;
  if (<i32>isEmpty(0) | <i32>isEmpty(i)) signal(IE | SF);
  else {
    const a = slotOf(0);
    const b = slotOf(i);
    codes = compare(sigAt(a), seAt(a), sigAt(b), seAt(b), quiet);
  }
  conclude(codes, pops);
}

// Compares ST(0) with the value that `sig` and resultSe are.
// @ts-ignore: decorator
@inline
function operand(sig: u64, pops: i32): void {
  let codes = C0 | C2 | C3;
  if (isEmpty(0)) {
    clearRaised();
    signal(IE | SF);
  } else {
    const a = slotOf(0);
    codes = compare(sigAt(a), seAt(a), sig, resultSe, false);
  }
  conclude(codes, pops);
}

export function fcom_sti(i: i32): void {
  registers(i, false, 0);
}

export function fcomp_sti(i: i32): void {
  registers(i, false, 1);
}

export function fcompp(): void {
  registers(1, false, 2);
}

export function fucom_sti(i: i32): void {
  registers(i, true, 0);
}

export function fucomp_sti(i: i32): void {
  registers(i, true, 1);
}

export function fucompp(): void {
  registers(1, true, 2);
}

export function fcom_m32(address: u32): void {
  begin();
  operand(fromF32(read<u32>(address)), 0);
}

export function fcom_m64(address: u32): void {
  begin();
  operand(fromF64(read<u64>(address)), 0);
}

export function ficom_m32(address: u32): void {
  begin();
  operand(fromInteger(read<i32>(address)), 0);
}

export function ficom_m16(address: u32): void {
  begin();
  operand(fromInteger(read<i16>(address)), 0);
}

export function fcomp_m32(address: u32): void {
  begin();
  operand(fromF32(read<u32>(address)), 1);
}

export function fcomp_m64(address: u32): void {
  begin();
  operand(fromF64(read<u64>(address)), 1);
}

export function ficomp_m32(address: u32): void {
  begin();
  operand(fromInteger(read<i32>(address)), 1);
}

export function ficomp_m16(address: u32): void {
  begin();
  operand(fromInteger(read<i16>(address)), 1);
}

// ---- into EFLAGS ----

// @ts-ignore: decorator
@inline
function intoFlags(i: i32, quiet: bool, pops: bool): void {
  begin();
  let codes = C0 | C2 | C3;
  if (<i32>isEmpty(0) | <i32>isEmpty(i)) signal(IE | SF);
  else {
    const a = slotOf(0);
    const b = slotOf(i);
    codes = compare(sigAt(a), seAt(a), sigAt(b), seAt(b), quiet);
  }
  setCompareFlags(<i32>((codes & C3) != 0), <i32>((codes & C2) != 0), <i32>((codes & C0) != 0));
  // C1 is a matter of a missing operand only, unlike with fcom.
  const done = raised & SF ? commitBefore() : commitSticky();
  if (done && pops) pop();
}

export function fcomi_sti(i: i32): void {
  intoFlags(i, false, false);
}

export function fcomip_sti(i: i32): void {
  intoFlags(i, false, true);
}

export function fucomi_sti(i: i32): void {
  intoFlags(i, true, false);
}

export function fucomip_sti(i: i32): void {
  intoFlags(i, true, true);
}

// ---- ST(0) alone ----

export function ftst(): void {
  begin();
  let codes = C0 | C2 | C3;
  if (isEmpty(0)) signal(IE | SF);
  else {
    const a = slotOf(0);
    codes = compare(sigAt(a), seAt(a), 0, 0, false);
  }
  conclude(codes, 0);
}

export function fxam(): void {
  begin();
  const a = slotOf(0);
  const se = seAt(a);
  let codes: i32;
  if (isEmpty(0)) codes = C3 | C0;
  else {
    const kind = classify(sigAt(a), se);
    if (kind == NORMAL) codes = C2;
    else if (kind == ZERO) codes = C3;
    else if (kind == DENORMAL) codes = C3 | C2;
    else if (kind == INFINITE) codes = C2 | C0;
    else codes = kind == UNSUPPORTED ? 0 : C0;
  }
  if (se & 0x8000) signal(C1);
  conclude(codes, 0);
}
