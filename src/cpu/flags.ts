// Lazy status flags. An operation leaves a record (its class, operands and result) and no flag is computed
// until an instruction reads one. LAZY_OP = class | shift << 8; operands and result of ADD .. DEC are kept
// shifted left by `shift` (24 for bytes, 16 for words), so that one formula serves every width. The classes
// from ADC on have CF in bit 0 of LAZY_CF.
//   NONE          the flags stand in EFLAGS
//   ADD SUB       A = first operand, R = result (the second follows from them)
//   LOGIC         R; CF = OF = AF = 0
//   ADC SBB       A, B, R
//   INC DEC       R
//   EXPLICIT      R for ZF SF PF; CF, AF and OF stand in LAZY_CF in their places in EFLAGS
//   SHL SHR SAR   A = operand, B = count 1..31, both unshifted, R
//   ROTATED is added to a class (not NONE, not EXPLICIT): CF and OF stand in LAZY_CF, the rest is as before.
import { CPU, EFLAGS, LAZY_A, LAZY_B, LAZY_CF, LAZY_OP, LAZY_R } from '../layout.ts';

export const NONE: u32 = 0;
export const ADD: u32 = 1;
export const SUB: u32 = 2;
export const LOGIC: u32 = 3;
export const ADC: u32 = 4;
export const SBB: u32 = 5;
export const INC: u32 = 6;
export const DEC: u32 = 7;
export const EXPLICIT: u32 = 8;
export const SHL: u32 = 9;
export const SHR: u32 = 10;
export const SAR: u32 = 11;
const ROTATED: u32 = 0x80;

export const CF: u32 = 0x001;
export const PF: u32 = 0x004;
export const AF: u32 = 0x010;
export const ZF: u32 = 0x040;
export const SF: u32 = 0x080;
export const OF: u32 = 0x800;
export const STATUS: u32 = CF | PF | AF | ZF | SF | OF;

// ---- leaving a record ----

// @ts-expect-error: decorator
@inline
function shift<T>(): u32 {
  return 32 - (sizeof<T>() << 3);
}

// @ts-expect-error: decorator
@inline
function up<T>(value: T): u32 {
  return <u32>value << shift<T>();
}

// @ts-expect-error: decorator
@inline
export function setAddSub<T>(kind: u32, a: T, r: T): void {
  store<u32>(CPU + LAZY_OP, kind | (shift<T>() << 8));
  store<u32>(CPU + LAZY_A, up<T>(a));
  store<u32>(CPU + LAZY_R, up<T>(r));
}

// @ts-expect-error: decorator
@inline
export function setCarrying<T>(kind: u32, carry: u32, a: T, b: T, r: T): void {
  setAddSub<T>(kind, a, r);
  store<u32>(CPU + LAZY_B, up<T>(b));
  store<u32>(CPU + LAZY_CF, carry);
}

// @ts-expect-error: decorator
@inline
export function setLogic<T>(r: T): void {
  store<u32>(CPU + LAZY_OP, LOGIC | (shift<T>() << 8));
  store<u32>(CPU + LAZY_R, up<T>(r));
}

// @ts-expect-error: decorator
@inline
export function setIncDec<T>(kind: u32, carry: u32, r: T): void {
  store<u32>(CPU + LAZY_CF, carry);
  store<u32>(CPU + LAZY_OP, kind | (shift<T>() << 8));
  store<u32>(CPU + LAZY_R, up<T>(r));
}

/** `given` holds CF, AF and OF in their places. */
// @ts-expect-error: decorator
@inline
export function setExplicit<T>(given: u32, r: T): void {
  store<u32>(CPU + LAZY_OP, EXPLICIT | (shift<T>() << 8));
  store<u32>(CPU + LAZY_CF, given);
  store<u32>(CPU + LAZY_R, up<T>(r));
}

// @ts-expect-error: decorator
@inline
export function setShift<T>(kind: u32, carry: u32, a: T, count: u32, r: T): void {
  store<u32>(CPU + LAZY_CF, carry);
  store<u32>(CPU + LAZY_OP, kind | (shift<T>() << 8));
  store<u32>(CPU + LAZY_A, <u32>a);
  store<u32>(CPU + LAZY_B, count);
  store<u32>(CPU + LAZY_R, up<T>(r));
}

/** All six status flags at once. */
// @ts-expect-error: decorator
@inline
export function setStatus(status: u32): void {
  store<u32>(CPU + EFLAGS, (load<u32>(CPU + EFLAGS) & ~STATUS) | status);
  store<u32>(CPU + LAZY_OP, NONE);
}

/** Replaces the flags of `mask` and leaves the others as they are. */
export function changeStatus(mask: u32, value: u32): void {
  settleFlags();
  store<u32>(CPU + EFLAGS, (load<u32>(CPU + EFLAGS) & ~mask) | value);
}

/** Makes ZF what `zero` says, for translated code. */
export function changeZero(zero: bool): void {
  changeStatus(ZF, zero ? ZF : 0);
}

/** The outcome of an x87 comparison into EFLAGS. */
export function setCompareFlags(z: i32, p: i32, c: i32): void {
  setStatus((z ? ZF : 0) | (p ? PF : 0) | (c ? CF : 0));
}

// ---- reading ----

// @ts-expect-error: decorator
@inline
function kind(): u32 {
  return load<u8>(CPU + LAZY_OP);
}

// @ts-expect-error: decorator
@inline
function A(): u32 {
  return load<u32>(CPU + LAZY_A);
}

// @ts-expect-error: decorator
@inline
function R(): u32 {
  return load<u32>(CPU + LAZY_R);
}

// @ts-expect-error: decorator
@inline
function eflag(mask: u32): bool {
  return (load<u32>(CPU + EFLAGS) & mask) != 0;
}

// @ts-expect-error: decorator
@inline
export function zero(): bool {
  return kind() != NONE ? R() == 0 : eflag(ZF);
}

// @ts-expect-error: decorator
@inline
export function sign(): bool {
  return kind() != NONE ? <i32>R() < 0 : eflag(SF);
}

export function parity(): bool {
  if (kind() == NONE) return eflag(PF);
  return (popcnt<u32>((R() >> load<u8>(CPU + LAZY_OP, 1)) & 0xff) & 1) == 0;
}

// @ts-expect-error: decorator
@inline
export function carry(): bool {
  const k = kind();
  if (k == SUB) return R() > A();
  if (k == LOGIC) return false;
  if (k == ADD) return R() < A();
  return ((k == NONE ? load<u32>(CPU + EFLAGS) : load<u32>(CPU + LAZY_CF)) & CF) != 0;
}

export function overflow(): bool {
  const a = A();
  const r = R();
  switch (kind()) {
    case ADD:
      return <i32>((a ^ r) & (r - a ^ r)) < 0;
    case SUB:
      return <i32>((a ^ (a - r)) & (a ^ r)) < 0;
    case ADC:
      return <i32>((a ^ r) & (load<u32>(CPU + LAZY_B) ^ r)) < 0;
    case SBB:
      return <i32>((a ^ load<u32>(CPU + LAZY_B)) & (a ^ r)) < 0;
    case INC:
      return r == 0x80000000;
    case DEC:
      return r == 0x80000000 - (1 << load<u8>(CPU + LAZY_OP, 1));
    case SHL:
      return (<i32>r < 0) != carry();
    case SHR:
      // The sign before the last step: only a count of one can have found it set.
      return load<u32>(CPU + LAZY_B) == 1 && <i32>(a << load<u8>(CPU + LAZY_OP, 1)) < 0;
    case LOGIC:
    case SAR:
      return false;
    case NONE:
      return eflag(OF);
    default:
      return (load<u32>(CPU + LAZY_CF) & OF) != 0;
  }
}

export function adjust(): bool {
  const down = load<u8>(CPU + LAZY_OP, 1);
  const a = A() >> down;
  const r = R() >> down;
  switch (kind() & ~ROTATED) {
    case ADD:
      return ((a ^ (r - a) ^ r) & 16) != 0;
    case SUB:
      return ((a ^ (a - r) ^ r) & 16) != 0;
    case ADC:
    case SBB:
      return ((a ^ (load<u32>(CPU + LAZY_B) >> down) ^ r) & 16) != 0;
    case INC:
      return (r & 15) == 0;
    case DEC:
      return (r & 15) == 15;
    case EXPLICIT:
      return (load<u32>(CPU + LAZY_CF) & AF) != 0;
    case NONE:
      return eflag(AF);
    default:
      return false;
  }
}

// ---- conditions, by the low four bits of the opcode ----

/** Whether `lessOrdered` knows the answer to the signed comparisons. */
// @ts-expect-error: decorator
@inline
export function ordered(): bool {
  return (kind() | 1) == LOGIC;
}

/** SF != OF behind a comparison or a logical operation. */
// @ts-expect-error: decorator
@inline
export function lessOrdered(): bool {
  return kind() == SUB ? <i32>A() < <i32>(A() - R()) : <i32>R() < 0;
}

/** Whether `lessCompared` knows the answer: it does behind more operations than `lessOrdered`. */
// @ts-expect-error: decorator
@inline
export function comparable(): bool {
  const k = kind();
  return k <= DEC && ((((1 << ADD) | (1 << SUB) | (1 << LOGIC) | (1 << INC) | (1 << DEC)) >>> k) & 1) != 0;
}

// @ts-expect-error: decorator
@inline
export function lessCompared(): bool {
  const k = kind();
  const r = <i32>R();
  if (k == SUB) return <i32>A() < <i32>(A() - R());
  if (k == LOGIC) return r < 0;
  if (k == ADD) return <i64>(<i32>A()) + <i64>(<i32>(R() - A())) < 0;
  // The one result of a carry into the sign that none left.
  if (k == INC) return r < 0 && <u32>r != 0x80000000;
  return r < 0 || <u32>r == 0x80000000 - (1 << load<u8>(CPU + LAZY_OP, 1));
}

function less(): bool {
  return ordered() ? lessOrdered() : sign() != overflow();
}

/** `n` is a constant wherever speed counts. */
// @ts-expect-error: decorator
@inline
export function condition(n: u32): bool {
  if (n == 0) return overflow();
  if (n == 1) return !overflow();
  if (n == 2) return carry();
  if (n == 3) return !carry();
  if (n == 4) return zero();
  if (n == 5) return !zero();
  if (n == 6) return carry() || zero();
  if (n == 7) return !(carry() || zero());
  if (n == 8) return sign();
  if (n == 9) return !sign();
  if (n == 10) return parity();
  if (n == 11) return !parity();
  if (n == 12) return less();
  if (n == 13) return !less();
  if (n == 14) return zero() || less();
  return !(zero() || less());
}

/** condition for a number that is not known before: translated code that met flags of any class. */
export function conditionOf(n: u32): bool {
  const opposite = (n & 1) != 0;
  switch (n >>> 1) {
    case 0:
      return overflow() != opposite;
    case 1:
      return carry() != opposite;
    case 2:
      return zero() != opposite;
    case 3:
      return (carry() || zero()) != opposite;
    case 4:
      return sign() != opposite;
    case 5:
      return parity() != opposite;
    case 6:
      return less() != opposite;
    default:
      return (zero() || less()) != opposite;
  }
}

/** CF, AF and OF in their places, whatever the class. */
export function explicitFlags(): u32 {
  const k = kind();
  if (k == LOGIC) return 0;
  if (k == EXPLICIT) return load<u32>(CPU + LAZY_CF);
  return (carry() ? CF : 0) | (adjust() ? AF : 0) | (overflow() ? OF : 0);
}

/** Makes CF what `value` says and keeps the others: bit tests. */
export function changeCarry(value: u32): void {
  if (kind() == NONE) {
    store<u32>(CPU + EFLAGS, (load<u32>(CPU + EFLAGS) & ~CF) | value);
    return;
  }
  const given = (explicitFlags() & ~CF) | value;
  store<u8>(CPU + LAZY_OP, <u8>EXPLICIT);
  store<u32>(CPU + LAZY_CF, given);
}

/** Makes CF and OF what `value` says and keeps the others: rotates. */
// @ts-expect-error: decorator
@inline
export function setRotated(value: u32): void {
  const k = kind();
  if (k == NONE) {
    store<u32>(CPU + EFLAGS, (load<u32>(CPU + EFLAGS) & ~(CF | OF)) | value);
  } else if (k == EXPLICIT) {
    store<u32>(CPU + LAZY_CF, (load<u32>(CPU + LAZY_CF) & AF) | value);
  } else {
    store<u8>(CPU + LAZY_OP, <u8>(k | ROTATED));
    store<u32>(CPU + LAZY_CF, value);
  }
}

/** setRotated as a function, for translated code. */
export function setRotatedFlags(value: u32): void {
  setRotated(value);
}

/** The six flags, computed. */
export function status(): u32 {
  if (kind() == NONE) return load<u32>(CPU + EFLAGS) & STATUS;
  return explicitFlags() | (parity() ? PF : 0) | (zero() ? ZF : 0) | (sign() ? SF : 0);
}

/** Writes the status flags into EFLAGS: the state at rest. */
export function settleFlags(): void {
  if (kind() != NONE) setStatus(status());
}

/** All of EFLAGS. */
export function eflags(): u32 {
  settleFlags();
  return load<u32>(CPU + EFLAGS);
}
