// The x87 register stack and the way an instruction ends. R0..R7 lie in the CPU block; ST(i) is the register
// FTOP + i. An instruction computes first, then commits: what can fault, and what an unmasked exception
// forbids, comes before the first change of state. Manual: volume 1, chapter 8.
import { CPU, FCW, FPR, FSW, FTAG, FTOP, VECTOR_MF } from '../layout.ts';
import {
  BUSY,
  C0,
  C1,
  C2,
  C3,
  clearRaised,
  DE,
  ES,
  EXCEPTIONS,
  IE,
  INDEFINITE,
  INDEFINITE_SE,
  PE,
  raised,
  SF,
  signal,
  ZE,
} from './float80.ts';
import { raise } from './state.ts';

/** What every instruction of the unit but the non-waiting ones begins with: an exception left pending is due. */
// @ts-ignore: decorator
@inline
export function begin(): void {
  if (load<u32>(CPU + FSW) & ES) raise(VECTOR_MF, 0);
  clearRaised();
}

// ---- registers; `slot` is the address of R0..R7 ----

// @ts-ignore: decorator
@inline
export function slotOf(i: i32): usize {
  return CPU + FPR + (((load<i32>(CPU + FTOP) + i) & 7) << 4);
}

// @ts-ignore: decorator
@inline
export function sigAt(slot: usize): u64 {
  return load<u64>(slot);
}

// @ts-ignore: decorator
@inline
export function seAt(slot: usize): i32 {
  return <i32>load<u16>(slot, 8);
}

// @ts-ignore: decorator
@inline
export function put(slot: usize, sig: u64, se: i32): void {
  store<u64>(slot, sig);
  store<u16>(slot, <u16>se, 8);
}

// @ts-ignore: decorator
@inline
export function isEmpty(i: i32): bool {
  return ((load<u32>(CPU + FTAG) >> ((load<i32>(CPU + FTOP) + i) & 7)) & 1) == 0;
}

/** Marks ST(i) as in use. */
// @ts-ignore: decorator
@inline
export function occupy(i: i32): void {
  store<u32>(CPU + FTAG, load<u32>(CPU + FTAG) | (1 << ((load<i32>(CPU + FTOP) + i) & 7)));
}

/** Marks ST(i) as empty. */
// @ts-ignore: decorator
@inline
export function vacate(i: i32): void {
  store<u32>(CPU + FTAG, load<u32>(CPU + FTAG) & ~(1 << ((load<i32>(CPU + FTOP) + i) & 7)));
}

// @ts-ignore: decorator
@inline
export function pop(): void {
  const top = load<i32>(CPU + FTOP);
  store<u32>(CPU + FTAG, load<u32>(CPU + FTAG) & ~(1 << top));
  store<i32>(CPU + FTOP, (top + 1) & 7);
}

// @ts-ignore: decorator
@inline
export function setTop(top: i32): void {
  store<i32>(CPU + FTOP, top & 7);
}

// ---- the end of an instruction ----

/** Whether something of `bits` was raised and is not masked. */
// @ts-ignore: decorator
@inline
export function unmasked(bits: i32): bool {
  return (raised & ~load<i32>(CPU + FCW) & bits) != 0;
}

/** Adds what was raised to the status word; C1 is replaced. Something unmasked becomes pending. */
// @ts-ignore: decorator
@inline
export function commit(): void {
  let status = (load<i32>(CPU + FSW) & ~C1) | raised;
  if (raised & ~load<i32>(CPU + FCW) & EXCEPTIONS) status |= ES | BUSY;
  store<i32>(CPU + FSW, status);
}

/**
 * Commits, and says whether the result may be delivered: not so after an exception that is found before the
 * operation is carried out. Of what came later nothing is then reported.
 */
// @ts-ignore: decorator
@inline
export function commitBefore(): bool {
  if (raised & (IE | DE | ZE) && unmasked(IE | DE | ZE)) {
    abandon();
    return false;
  }
  commit();
  return true;
}

/** As commitBefore, for the instructions that leave C1 as it was. */
export function commitSticky(): bool {
  let status = load<i32>(CPU + FSW) | raised;
  const suppressed = unmasked(IE | DE);
  if (suppressed) status |= ES | BUSY;
  store<i32>(CPU + FSW, status);
  return !suppressed;
}

function abandon(): void {
  const kept = (raised & (IE | DE | ZE | SF)) | (raised & SF ? raised & C1 : 0);
  store<i32>(CPU + FSW, (load<i32>(CPU + FSW) & ~C1) | kept | ES | BUSY);
}

/** Replaces C3, C2 and C0 with `codes`, and C1 if `codes` has it. */
// @ts-ignore: decorator
@inline
export function setCodes(codes: i32): void {
  store<i32>(CPU + FSW, (load<i32>(CPU + FSW) & ~(C0 | C2 | C3)) | codes);
}

/** Recomputes the summary of pending exceptions after a new control or status word. */
export function summarize(): void {
  const status = load<i32>(CPU + FSW) & ~(ES | BUSY);
  const pending = status & ~load<i32>(CPU + FCW) & EXCEPTIONS;
  store<i32>(CPU + FSW, pending ? status | ES | BUSY : status);
}

/** An operand was missing: the masked response is the indefinite in ST(i). True if that was delivered. */
export function underflow(i: i32): bool {
  clearRaised();
  signal(IE | SF);
  if (!commitBefore()) return false;
  put(slotOf(i), INDEFINITE, INDEFINITE_SE);
  occupy(i);
  return true;
}

/** Pushes a value, or what takes its place when the stack is full. */
// @ts-ignore: decorator
@inline
export function push(sig: u64, se: i32): void {
  if (!isEmpty(-1)) {
    overflow();
    return;
  }
  if (commitBefore()) pushCommitted(sig, se);
}

// @ts-ignore: decorator
@inline
export function pushCommitted(sig: u64, se: i32): void {
  setTop(load<i32>(CPU + FTOP) - 1);
  put(slotOf(0), sig, se);
  occupy(0);
}

function overflow(): void {
  clearRaised();
  signal(IE | SF | C1);
  pushIndefinite();
}

/** The response to a missing operand of an instruction that pushes; room for the push is not asked for. */
export function pushMissing(): void {
  clearRaised();
  signal(IE | SF);
  pushIndefinite();
}

function pushIndefinite(): void {
  if (commitBefore()) pushCommitted(INDEFINITE, INDEFINITE_SE);
}

/** The state after fninit. The registers keep their bits. */
export function reset(): void {
  store<u32>(CPU + FCW, 0x37f);
  store<u32>(CPU + FSW, 0);
  store<u32>(CPU + FTOP, 0);
  store<u32>(CPU + FTAG, 0);
}

/** PE alone cannot keep a result from its place. */
export const BEFORE_STORE: i32 = EXCEPTIONS & ~PE;
