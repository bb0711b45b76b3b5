// fadd fsub fsubr fmul fdiv fdivr in all their forms, fsqrt, fabs, fchs. The name of a function is the
// mnemonic and the form of its row; `address` is linear.
import { add, divide, multiply, resultSe, squareRoot, subtract } from './float80.ts';
import { fromF32, fromF64, fromInteger } from './float80-convert.ts';
import { begin, commitBefore, isEmpty, pop, put, seAt, sigAt, slotOf, underflow } from './fpu.ts';
import { read } from './mmu.ts';

const ADD: i32 = 0;
const SUB: i32 = 1;
const SUBR: i32 = 2;
const MUL: i32 = 3;
const DIV: i32 = 4;
const DIVR: i32 = 5;

// @ts-ignore: decorator
@inline
function compute(op: i32, aSig: u64, aSe: i32, bSig: u64, bSe: i32): u64 {
  if (op == ADD) return add(aSig, aSe, bSig, bSe);
  if (op == SUB) return subtract(aSig, aSe, bSig, bSe);
  if (op == SUBR) return subtract(bSig, bSe, aSig, aSe);
  if (op == MUL) return multiply(aSig, aSe, bSig, bSe);
  if (op == DIV) return divide(aSig, aSe, bSig, bSe);
  return divide(bSig, bSe, aSig, aSe);
}

// ST(to) = ST(to) op ST(from); one of them is ST(0).
// @ts-ignore: decorator
@inline
function registers(op: i32, to: i32, from: i32, pops: bool): void {
  begin();
  if (<i32>isEmpty(to) | <i32>isEmpty(from)) {
    if (underflow(to) && pops) pop();
    return;
  }
  const target = slotOf(to);
  const source = slotOf(from);
  const sig = compute(op, sigAt(target), seAt(target), sigAt(source), seAt(source));
  if (!commitBefore()) return;
  put(target, sig, resultSe);
  if (pops) pop();
}

// ST(0) = ST(0) op value, `sig` and resultSe being the value.
// @ts-ignore: decorator
@inline
function operand(op: i32, sig: u64): void {
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  const target = slotOf(0);
  sig = compute(op, sigAt(target), seAt(target), sig, resultSe);
  if (commitBefore()) put(target, sig, resultSe);
}

// ---- fadd ----

export function fadd_st0_sti(i: i32): void {
  registers(ADD, 0, i, false);
}

export function fadd_sti_st0(i: i32): void {
  registers(ADD, i, 0, false);
}

export function faddp_sti_st0(i: i32): void {
  registers(ADD, i, 0, true);
}

export function fadd_m32(address: u32): void {
  begin();
  operand(ADD, fromF32(read<u32>(address)));
}

export function fadd_m64(address: u32): void {
  begin();
  operand(ADD, fromF64(read<u64>(address)));
}

export function fiadd_m32(address: u32): void {
  begin();
  operand(ADD, fromInteger(read<i32>(address)));
}

export function fiadd_m16(address: u32): void {
  begin();
  operand(ADD, fromInteger(read<i16>(address)));
}

// ---- fmul ----

export function fmul_st0_sti(i: i32): void {
  registers(MUL, 0, i, false);
}

export function fmul_sti_st0(i: i32): void {
  registers(MUL, i, 0, false);
}

export function fmulp_sti_st0(i: i32): void {
  registers(MUL, i, 0, true);
}

export function fmul_m32(address: u32): void {
  begin();
  operand(MUL, fromF32(read<u32>(address)));
}

export function fmul_m64(address: u32): void {
  begin();
  operand(MUL, fromF64(read<u64>(address)));
}

export function fimul_m32(address: u32): void {
  begin();
  operand(MUL, fromInteger(read<i32>(address)));
}

export function fimul_m16(address: u32): void {
  begin();
  operand(MUL, fromInteger(read<i16>(address)));
}

// ---- fsub ----

export function fsub_st0_sti(i: i32): void {
  registers(SUB, 0, i, false);
}

export function fsub_sti_st0(i: i32): void {
  registers(SUB, i, 0, false);
}

export function fsubp_sti_st0(i: i32): void {
  registers(SUB, i, 0, true);
}

export function fsub_m32(address: u32): void {
  begin();
  operand(SUB, fromF32(read<u32>(address)));
}

export function fsub_m64(address: u32): void {
  begin();
  operand(SUB, fromF64(read<u64>(address)));
}

export function fisub_m32(address: u32): void {
  begin();
  operand(SUB, fromInteger(read<i32>(address)));
}

export function fisub_m16(address: u32): void {
  begin();
  operand(SUB, fromInteger(read<i16>(address)));
}

// ---- fsubr ----

export function fsubr_st0_sti(i: i32): void {
  registers(SUBR, 0, i, false);
}

export function fsubr_sti_st0(i: i32): void {
  registers(SUBR, i, 0, false);
}

export function fsubrp_sti_st0(i: i32): void {
  registers(SUBR, i, 0, true);
}

export function fsubr_m32(address: u32): void {
  begin();
  operand(SUBR, fromF32(read<u32>(address)));
}

export function fsubr_m64(address: u32): void {
  begin();
  operand(SUBR, fromF64(read<u64>(address)));
}

export function fisubr_m32(address: u32): void {
  begin();
  operand(SUBR, fromInteger(read<i32>(address)));
}

export function fisubr_m16(address: u32): void {
  begin();
  operand(SUBR, fromInteger(read<i16>(address)));
}

// ---- fdiv ----

export function fdiv_st0_sti(i: i32): void {
  registers(DIV, 0, i, false);
}

export function fdiv_sti_st0(i: i32): void {
  registers(DIV, i, 0, false);
}

export function fdivp_sti_st0(i: i32): void {
  registers(DIV, i, 0, true);
}

export function fdiv_m32(address: u32): void {
  begin();
  operand(DIV, fromF32(read<u32>(address)));
}

export function fdiv_m64(address: u32): void {
  begin();
  operand(DIV, fromF64(read<u64>(address)));
}

export function fidiv_m32(address: u32): void {
  begin();
  operand(DIV, fromInteger(read<i32>(address)));
}

export function fidiv_m16(address: u32): void {
  begin();
  operand(DIV, fromInteger(read<i16>(address)));
}

// ---- fdivr ----

export function fdivr_st0_sti(i: i32): void {
  registers(DIVR, 0, i, false);
}

export function fdivr_sti_st0(i: i32): void {
  registers(DIVR, i, 0, false);
}

export function fdivrp_sti_st0(i: i32): void {
  registers(DIVR, i, 0, true);
}

export function fdivr_m32(address: u32): void {
  begin();
  operand(DIVR, fromF32(read<u32>(address)));
}

export function fdivr_m64(address: u32): void {
  begin();
  operand(DIVR, fromF64(read<u64>(address)));
}

export function fidivr_m32(address: u32): void {
  begin();
  operand(DIVR, fromInteger(read<i32>(address)));
}

export function fidivr_m16(address: u32): void {
  begin();
  operand(DIVR, fromInteger(read<i16>(address)));
}

// ---- one operand ----

export function fsqrt(): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  const target = slotOf(0);
  const sig = squareRoot(sigAt(target), seAt(target));
  if (commitBefore()) put(target, sig, resultSe);
}

export function fabs(): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  commitBefore();
  const target = slotOf(0);
  put(target, sigAt(target), seAt(target) & 0x7fff);
}

export function fchs(): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  commitBefore();
  const target = slotOf(0);
  put(target, sigAt(target), seAt(target) ^ 0x8000);
}
