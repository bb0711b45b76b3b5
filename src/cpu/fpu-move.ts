// Loads, stores, exchanges and constants of the x87. A store that another instruction's address faults, or
// that an unmasked exception forbids, leaves memory, registers and the stack as they were.

import { condition } from './flags.ts';
import {
  C1,
  classify,
  controlWord,
  DE,
  IE,
  INDEFINITE,
  INDEFINITE_SE,
  INTEGER_BIT,
  PE,
  QUIET_BIT,
  RC,
  RC_NEAREST,
  RC_UP,
  raised,
  resultSe,
  SF,
  SNAN,
  signal,
  unsignal,
} from './float80.ts';
import {
  fromDecimal,
  fromF32,
  fromF64,
  fromInteger,
  toDecimal,
  toF32,
  toF64,
  toInteger,
} from './float80-convert.ts';
import {
  BEFORE_STORE,
  begin,
  commit,
  commitBefore,
  isEmpty,
  occupy,
  pop,
  push,
  pushCommitted,
  pushMissing,
  put,
  seAt,
  sigAt,
  slotOf,
  underflow,
  unmasked,
} from './fpu.ts';
import { checkWriteItem, read, write } from './mmu.ts';

// ---- loads ----

// Pushes a value that came from a single or double.
// @ts-ignore: decorator
@inline
function pushConverted(sig: u64): void {
  if ((resultSe & 0x7fff) == 0x7fff && classify(sig, resultSe) == SNAN) {
    signal(IE);
    sig |= QUIET_BIT;
  }
  // A denormal is loaded even where that is an unmasked exception.
  if (raised & DE && !(controlWord() & DE) && isEmpty(-1)) {
    commit();
    pushCommitted(sig, resultSe);
  } else push(sig, resultSe);
}

export function fld_m32(address: u32): void {
  begin();
  pushConverted(fromF32(read<u32>(address)));
}

export function fld_m64(address: u32): void {
  begin();
  pushConverted(fromF64(read<u64>(address)));
}

export function fld_m80(address: u32): void {
  begin();
  const sig = read<u64>(address);
  push(sig, <i32>read<u16>(address + 8));
}

export function fild_m16(address: u32): void {
  begin();
  const sig = fromInteger(read<i16>(address));
  push(sig, resultSe);
}

export function fild_m32(address: u32): void {
  begin();
  const sig = fromInteger(read<i32>(address));
  push(sig, resultSe);
}

export function fild_m64(address: u32): void {
  begin();
  const sig = fromInteger(read<i64>(address));
  push(sig, resultSe);
}

export function fbld_m80(address: u32): void {
  begin();
  const low = read<u64>(address);
  const sig = fromDecimal(low, read<u16>(address + 8));
  push(sig, resultSe);
}

export function fld_sti(i: i32): void {
  begin();
  if (isEmpty(i)) {
    pushMissing();
    return;
  }
  const source = slotOf(i);
  push(sigAt(source), seAt(source));
}

// ---- stores ----

// Whether what was raised lets the store to memory happen; if not, it becomes pending here.
// @ts-ignore: decorator
@inline
function mayStore(address: u32, bytes: u32): bool {
  if (!unmasked(BEFORE_STORE)) return true;
  checkWriteItem(address, bytes, bytes == 10 ? 8 : bytes);
  unsignal(PE | (raised & SF ? 0 : C1));
  commit();
  return false;
}

// @ts-ignore: decorator
@inline
function storeF32(address: u32, pops: bool): void {
  begin();
  const empty = isEmpty(0);
  if (empty) signal(IE | SF);
  const source = slotOf(0);
  const bits = empty ? 0xffc00000 : toF32(sigAt(source), seAt(source));
  if (!mayStore(address, 4)) return;
  write<u32>(address, bits);
  commit();
  if (pops) pop();
}

// @ts-ignore: decorator
@inline
function storeF64(address: u32, pops: bool): void {
  begin();
  const empty = isEmpty(0);
  if (empty) signal(IE | SF);
  const source = slotOf(0);
  const bits: u64 = empty ? 0xfff8000000000000 : toF64(sigAt(source), seAt(source));
  if (!mayStore(address, 8)) return;
  write<u64>(address, bits);
  commit();
  if (pops) pop();
}

export function fst_m32(address: u32): void {
  storeF32(address, false);
}

export function fstp_m32(address: u32): void {
  storeF32(address, true);
}

export function fst_m64(address: u32): void {
  storeF64(address, false);
}

export function fstp_m64(address: u32): void {
  storeF64(address, true);
}

// Ten bytes, all or none; they have to be aligned as eight.
function write80(address: u32, sig: u64, se: i32): void {
  checkWriteItem(address, 10, 8);
  write<u64>(address, sig);
  write<u16>(address + 8, <u16>se);
}

export function fstp_m80(address: u32): void {
  begin();
  const empty = isEmpty(0);
  if (empty) signal(IE | SF);
  if (!mayStore(address, 10)) return;
  const source = slotOf(0);
  if (empty) write80(address, INDEFINITE, INDEFINITE_SE);
  else write80(address, sigAt(source), seAt(source));
  commit();
  pop();
}

export function fbstp_m80(address: u32): void {
  begin();
  const empty = isEmpty(0);
  if (empty) signal(IE | SF);
  const source = slotOf(0);
  const low = empty ? INDEFINITE : toDecimal(sigAt(source), seAt(source));
  if (!mayStore(address, 10)) return;
  write80(address, low, empty ? INDEFINITE_SE : resultSe);
  commit();
  pop();
}

// The integer that ST(0) becomes in a store of `bits` bits.
// @ts-ignore: decorator
@inline
function integerOf(bits: i32, truncates: bool): i64 {
  begin();
  if (isEmpty(0)) {
    signal(IE | SF);
    return -((<i64>1) << (bits - 1));
  }
  const source = slotOf(0);
  return toInteger(sigAt(source), seAt(source), bits, truncates ? RC : controlWord());
}

// @ts-ignore: decorator
@inline
function storeI16(address: u32, truncates: bool, pops: bool): void {
  const value = integerOf(16, truncates);
  if (!mayStore(address, 2)) return;
  write<u16>(address, <u16>value);
  commit();
  if (pops) pop();
}

// @ts-ignore: decorator
@inline
function storeI32(address: u32, truncates: bool, pops: bool): void {
  const value = integerOf(32, truncates);
  if (!mayStore(address, 4)) return;
  write<u32>(address, <u32>value);
  commit();
  if (pops) pop();
}

// @ts-ignore: decorator
@inline
function storeI64(address: u32, truncates: bool): void {
  const value = integerOf(64, truncates);
  if (!mayStore(address, 8)) return;
  write<u64>(address, <u64>value);
  commit();
  pop();
}

export function fist_m16(address: u32): void {
  storeI16(address, false, false);
}

export function fistp_m16(address: u32): void {
  storeI16(address, false, true);
}

export function fisttp_m16(address: u32): void {
  storeI16(address, true, true);
}

export function fist_m32(address: u32): void {
  storeI32(address, false, false);
}

export function fistp_m32(address: u32): void {
  storeI32(address, false, true);
}

export function fisttp_m32(address: u32): void {
  storeI32(address, true, true);
}

export function fistp_m64(address: u32): void {
  storeI64(address, false);
}

export function fisttp_m64(address: u32): void {
  storeI64(address, true);
}

// ---- between registers ----

// @ts-ignore: decorator
@inline
function copyTo(i: i32, pops: bool): void {
  begin();
  const source = slotOf(0);
  let sig = sigAt(source);
  let se = seAt(source);
  if (isEmpty(0)) {
    signal(IE | SF);
    sig = INDEFINITE;
    se = INDEFINITE_SE;
  }
  if (!commitBefore()) return;
  put(slotOf(i), sig, se);
  occupy(i);
  if (pops) pop();
}

export function fst_sti(i: i32): void {
  copyTo(i, false);
}

export function fstp_sti(i: i32): void {
  copyTo(i, true);
}

/** The undocumented twin of fstp: to it an empty ST(0) is no exception, it is only popped. */
export function fstp1_sti(i: i32): void {
  if (!isEmpty(0)) {
    copyTo(i, true);
    return;
  }
  begin();
  commit();
  pop();
}

export function fxch_sti(i: i32): void {
  begin();
  if (<i32>isEmpty(0) | <i32>isEmpty(i)) {
    exchangeMissing(i);
    return;
  }
  const a = slotOf(0);
  const b = slotOf(i);
  const sig = sigAt(a);
  const se = seAt(a);
  put(a, sigAt(b), seAt(b));
  put(b, sig, se);
  commit();
}

// The masked response fills what is empty with the indefinite and then exchanges.
function exchangeMissing(i: i32): void {
  signal(IE | SF);
  if (!commitBefore()) return;
  const a = slotOf(0);
  const b = slotOf(i);
  const aEmpty = isEmpty(0);
  const bEmpty = isEmpty(i);
  const sig = aEmpty ? INDEFINITE : sigAt(a);
  const se = aEmpty ? INDEFINITE_SE : seAt(a);
  if (bEmpty) put(a, INDEFINITE, INDEFINITE_SE);
  else put(a, sigAt(b), seAt(b));
  put(b, sig, se);
  occupy(0);
  occupy(i);
}

// ST(0) = ST(i) if the condition holds. A missing operand is an exception either way.
// @ts-ignore: decorator
@inline
function conditionalMove(i: i32, holds: bool): void {
  begin();
  if (<i32>isEmpty(0) | <i32>isEmpty(i)) {
    underflow(0);
    return;
  }
  if (!holds) return;
  const source = slotOf(i);
  put(slotOf(0), sigAt(source), seAt(source));
}

// ---- fcmovcc ----

export function fcmovb_sti(i: i32): void {
  conditionalMove(i, condition(2));
}

export function fcmovnb_sti(i: i32): void {
  conditionalMove(i, condition(3));
}

export function fcmove_sti(i: i32): void {
  conditionalMove(i, condition(4));
}

export function fcmovne_sti(i: i32): void {
  conditionalMove(i, condition(5));
}

export function fcmovbe_sti(i: i32): void {
  conditionalMove(i, condition(6));
}

export function fcmovnbe_sti(i: i32): void {
  conditionalMove(i, condition(7));
}

export function fcmovu_sti(i: i32): void {
  conditionalMove(i, condition(0xa));
}

export function fcmovnu_sti(i: i32): void {
  conditionalMove(i, condition(0xb));
}

// ---- constants ----

// @ts-ignore: decorator
@inline
function pushExact(sig: u64, se: i32): void {
  begin();
  push(sig, se);
}

// Pushes a constant of which `sig` is the part below; `nearest` tells whether to nearest it rounds up.
function pushRounded(sig: u64, se: i32, nearest: bool): void {
  begin();
  const rc = controlWord() & RC;
  push(sig + <u64>(rc == RC_UP || (rc == RC_NEAREST && nearest)), se);
}

export function fld1(): void {
  pushExact(INTEGER_BIT, 0x3fff);
}

export function fldz(): void {
  pushExact(0, 0);
}

export function fldl2t(): void {
  pushRounded(0xd49a784bcd1b8afe, 0x4000, false);
}

export function fldl2e(): void {
  pushRounded(0xb8aa3b295c17f0bb, 0x3fff, true);
}

export function fldpi(): void {
  pushRounded(0xc90fdaa22168c234, 0x4000, true);
}

export function fldlg2(): void {
  pushRounded(0x9a209a84fbcff798, 0x3ffd, true);
}

export function fldln2(): void {
  pushRounded(0xb17217f7d1cf79ab, 0x3ffe, true);
}
