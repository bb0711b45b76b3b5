// The general form of an operand: register or memory by the ModRM byte just fetched, in any segment and
// width. Generated code calls these; the fast loop has its own, inline forms. A memory operand that is
// written is checked before the instruction changes anything.
import { ENTRY_OFFSET } from '../layout.ts';
import { fetch8, fetch16, fetch32, isRegister, memoryOperand, rm } from './fetch.ts';
import { modify, read, write, writeBack } from './mmu.ts';
import { reg, setReg } from './state.ts';

/** The memory operand between modifyE and replaceE: linear address and host address. */
let address: u32 = 0;
let host: usize = 0;

export function readE<T>(): T {
  if (isRegister()) return reg<T>(rm());
  return read<T>(memoryOperand(sizeof<T>(), false));
}

export function writeE<T>(value: T): void {
  if (isRegister()) setReg<T>(rm(), value);
  else write<T>(memoryOperand(sizeof<T>(), true), value);
}

/** Reads an operand that replaceE will write. */
export function modifyE<T>(): T {
  if (isRegister()) return reg<T>(rm());
  address = memoryOperand(sizeof<T>(), true);
  host = modify<T>(address);
  return load<T>(host, ENTRY_OFFSET);
}

export function replaceE<T>(value: T): void {
  if (isRegister()) {
    setReg<T>(rm(), value);
    return;
  }
  store<T>(host, value, ENTRY_OFFSET);
  writeBack<T>(host, address);
}

// @ts-expect-error: decorator
@inline
export function immediate<T>(): T {
  if (sizeof<T>() == 1) return <T>fetch8();
  if (sizeof<T>() == 2) return <T>fetch16();
  return <T>fetch32();
}

/** A byte, sign-extended to T. */
// @ts-expect-error: decorator
@inline
export function immediateSigned<T>(): T {
  return <T>(<i32>(<i8>fetch8()));
}
