// Data movement: the stack, exchanges, extensions, flag transfers. Everything that can fault comes before
// the first change of a register. Manual: volume 2, by name.
import { CPU, EAX, EBP, EBX, ECX, EDX, EFLAGS, VECTOR_BR } from '../layout.ts';
import { add, cmp } from './alu.ts';
import {
  addressMask,
  isRegister,
  linear,
  memoryOperand,
  offset,
  overridden,
  regField,
  segment,
  stackBased,
} from './fetch.ts';
import { AF, CF, changeStatus, eflags, PF, SF, STATUS, status, ZF } from './flags.ts';
import { checkWriteItem, read, write } from './mmu.ts';
import { modifyE, replaceE, writeE } from './operand.ts';
import { AC, DF, DS, esp, ID, inhibit, NT, RF, raise, reg, SS, setEsp, setReg, stackMask, TF } from './state.ts';
import { loadSegment } from './system.ts';

// ---- the stack ----

export function push<T>(value: T): void {
  const sp = (esp() - sizeof<T>()) & stackMask;
  write<T>(linear(SS, sp, sizeof<T>(), true), value);
  setEsp(sp);
}

/** The value `depth` bytes above the top of the stack, which stays. */
export function peek<T>(depth: u32): T {
  return read<T>(linear(SS, (esp() + depth) & stackMask, sizeof<T>(), false));
}

export function pop<T>(): T {
  const value = peek<T>(0);
  setEsp(esp() + sizeof<T>());
  return value;
}

/** pop Ev: an address by esp uses the value after the pop. */
export function popE<T>(): void {
  const value = peek<T>(0);
  if (isRegister()) {
    setEsp(esp() + sizeof<T>());
    writeE<T>(value);
    return;
  }
  const at = stackBased ? (offset + sizeof<T>()) & addressMask() : offset;
  write<T>(linear(segment, at, sizeof<T>(), true), value);
  setEsp(esp() + sizeof<T>());
}

/** Linear address of an element of the stack. */
function stackAt<T>(sp: u32, writing: bool): u32 {
  return linear(SS, sp & stackMask, sizeof<T>(), writing);
}

export function pusha<T>(): void {
  let sp = esp();
  for (let i: u32 = 0; i < 8; i++) {
    sp -= sizeof<T>();
    write<T>(stackAt<T>(sp, true), reg<T>(i));
  }
  setEsp(sp);
}

/** Registers popped before a fault keep their new values; the stack pointer does not move. */
export function popa<T>(): void {
  let sp = esp();
  for (let i: u32 = 8; i > 0; i--) {
    const value = read<T>(stackAt<T>(sp, false));
    if (i != 5) setReg<T>(i - 1, value);
    sp += sizeof<T>();
  }
  setEsp(sp);
}

/** What is pushed before a fault stays written below the stack pointer, which does not move. */
export function enter<T>(size: u32, depth: u32): void {
  const level = depth & 31;
  const old = load<u32>(CPU + EBP);
  const frame = esp() - sizeof<T>();
  let sp = frame;
  write<T>(stackAt<T>(sp, true), <T>old);
  for (let i: u32 = 1; i < level; i++) {
    const outer = read<T>(stackAt<T>(old - i * sizeof<T>(), false));
    sp -= sizeof<T>();
    write<T>(stackAt<T>(sp, true), outer);
  }
  if (level) {
    sp -= sizeof<T>();
    write<T>(stackAt<T>(sp, true), <T>frame);
  }
  sp -= size;
  checkWriteItem(stackAt<T>(sp, true), sizeof<T>(), sizeof<T>());
  setReg<T>(5, <T>frame);
  setEsp(sp);
}

export function leave<T>(): void {
  const bp = load<u32>(CPU + EBP) & stackMask;
  const value = read<T>(linear(SS, bp, sizeof<T>(), false));
  setEsp(bp + sizeof<T>());
  setReg<T>(5, value);
}

// ---- exchange ----

export function xchgE<T>(): void {
  const a = modifyE<T>();
  replaceE<T>(reg<T>(regField()));
  setReg<T>(regField(), a);
}

/** xchg Zv,eAX */
// @ts-expect-error: decorator
@inline
export function xchg<T>(r: u32): void {
  const a = reg<T>(0);
  setReg<T>(0, reg<T>(r));
  setReg<T>(r, a);
}

export function xaddE<T>(): void {
  const a = modifyE<T>();
  const sum = add<T>(a, reg<T>(regField()));
  setReg<T>(regField(), a);
  replaceE<T>(sum);
}

/** Writes its destination in both cases, as the processors do. */
export function cmpxchgE<T>(): void {
  const a = modifyE<T>();
  const accumulator = reg<T>(0);
  cmp<T>(accumulator, a);
  if (a == accumulator) {
    replaceE<T>(reg<T>(regField()));
  } else {
    replaceE<T>(a);
    setReg<T>(0, a);
  }
}

export function cmpxchg8b(): void {
  const at = memoryOperand(8, true);
  checkWriteItem(at, 8, 8);
  const value = read<u64>(at);
  const expected = <u64>load<u32>(CPU + EAX) | (<u64>load<u32>(CPU + EDX) << 32);
  if (value == expected) {
    write<u64>(at, <u64>load<u32>(CPU + EBX) | (<u64>load<u32>(CPU + ECX) << 32));
    changeStatus(ZF, ZF);
  } else {
    write<u64>(at, value);
    store<u32>(CPU + EAX, <u32>value);
    store<u32>(CPU + EDX, <u32>(value >> 32));
    changeStatus(ZF, 0);
  }
}

// ---- widths ----

// @ts-expect-error: decorator
@inline
export function movzx<T, S>(b: S): T {
  return <T>b;
}

// @ts-expect-error: decorator
@inline
export function movsx<T, S>(b: S): T {
  if (sizeof<S>() == 1) return <T>(<i32>(<i8>b));
  return <T>(<i32>(<i16>b));
}

/** cbw, cwde */
// @ts-expect-error: decorator
@inline
export function cwde<T>(): void {
  if (sizeof<T>() == 2) setReg<u16>(0, <u16>(<i16>(<i8>reg<u8>(0))));
  else setReg<u32>(0, <u32>(<i32>(<i16>reg<u16>(0))));
}

/** cwd, cdq */
// @ts-expect-error: decorator
@inline
export function cdq<T>(): void {
  if (sizeof<T>() == 2) setReg<u16>(2, <u16>((<i16>reg<u16>(0)) >> 15));
  else setReg<u32>(2, <u32>((<i32>reg<u32>(0)) >> 31));
}

// @ts-expect-error: decorator
@inline
export function bswap<T>(a: T): T {
  // Of a 16-bit register the processors make zero.
  if (sizeof<T>() == 2) return 0;
  return <T>((rotl<u32>(<u32>a, 8) & 0x00ff00ff) | (rotr<u32>(<u32>a, 8) & 0xff00ff00));
}

export function xlat(): void {
  const s = overridden(DS);
  const at = (load<u32>(CPU + EBX) + load<u8>(CPU + EAX)) & addressMask();
  store<u8>(CPU + EAX, read<u8>(linear(s, at, 1, false)));
}

/** The flags a program may change; IF and IOPL are not among them. */
const CHANGEABLE: u32 = STATUS | TF | DF | NT | AC | ID;

export function pushf<T>(): void {
  push<T>(<T>(eflags() & ~RF));
}

export function popf<T>(): void {
  loadFlags<T>(pop<T>());
}

export function loadFlags<T>(value: T): void {
  const mask = sizeof<T>() == 2 ? CHANGEABLE & 0xffff : CHANGEABLE;
  const kept = eflags() & ~mask;
  store<u32>(CPU + EFLAGS, (sizeof<T>() == 2 ? kept : kept & ~RF) | (<u32>value & mask));
}

const LOW: u32 = CF | PF | AF | ZF | SF;

export function sahf(): void {
  changeStatus(LOW, <u32>load<u8>(CPU + EAX, 1) & LOW);
}

export function lahf(): void {
  store<u8>(CPU + EAX, <u8>((status() & LOW) | 2), 1);
}

export function bound<T>(): void {
  const low = read<T>(memoryOperand(sizeof<T>(), false));
  const second = (offset + sizeof<T>()) & addressMask();
  const high = read<T>(linear(segment, second, sizeof<T>(), false));
  const index = reg<T>(regField());
  if (signed<T>(index) < signed<T>(low) || signed<T>(index) > signed<T>(high)) raise(VECTOR_BR, 0);
}

// @ts-expect-error: decorator
@inline
function signed<T>(value: T): i32 {
  return sizeof<T>() == 2 ? <i32>(<i16>value) : <i32>value;
}

// ---- segment registers ----

/** Pops the selector, then loads it: what fails leaves the stack alone. */
export function pop_segment<T>(s: u32): void {
  const selector = <u32>(<u16>peek<T>(0));
  loadSegment(s, selector);
  setEsp(esp() + sizeof<T>());
}

/** les, lds, lss, lfs, lgs. Unlike the other loads of SS, lss does not hold back a single-step trap. */
export function load_far<T>(s: u32): void {
  const at = memoryOperand(sizeof<T>() + 2, false);
  const value = read<T>(at);
  loadSegment(s, <u32>read<u16>(at + sizeof<T>()));
  inhibit(false);
  setReg<T>(regField(), value);
}
