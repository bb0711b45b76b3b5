// Guest memory by linear address. The running address space is two flat tables (layout.ts): one load finds
// the entry of a page, one test whether the access is allowed, and the host address is guest + entry. An
// access that is not allowed, or that crosses into another page, takes the slow path, which checks every
// page before it writes to any. Manual: volume 3, 4.6 (access rights) and 4.7 (page-fault exceptions).
import {
  CPU,
  EMPTY_TABLES,
  ENTRY_OFFSET,
  PAGE_MASK,
  PAGE_SIZE,
  PF_EMULATED_SHIFT,
  PF_PRESENT,
  PF_USER,
  PF_WRITE,
  R_TABLE,
  TB,
  VECTOR_PF,
  W_TABLE,
} from '../layout.ts';
import { checkAlignment, observe } from './debug.ts';
import { raisePageFault } from './state.ts';
import { logging, logStore } from './undo-log.ts';

/** Asks the kernel for a page, in the middle of the instruction. Raises the page fault where it has none. */
// @ts-expect-error: decorator
@external('host', 'fault')
declare function hostFault(address: u32, error: u32): void;

/** Where a read-modify-write that crosses a page finds its operand. */
const BOUNCE: usize = memory.data(16);

// @ts-expect-error: decorator
@inline
export function entryR(a: u32): u32 {
  return load<u32>(load<u32>(CPU + TB) + ((a >>> 10) & 0x3ffffc), R_TABLE);
}

// @ts-expect-error: decorator
@inline
export function entryW(a: u32): u32 {
  return load<u32>(load<u32>(CPU + TB) + ((a >>> 10) & 0x3ffffc), W_TABLE);
}

/** For regions: the entry of `bytes` bytes that may be read and lie as on one page, or 0 where the interpreter is needed. */
export function readable(a: u32, bytes: u32): u32 {
  const e = entryR(a);
  // Neighbours in linear memory have the same entry.
  if (e == 0 || ((a & PAGE_MASK) > <u32>PAGE_SIZE - bytes && entryR(a + bytes - 1) != e)) return 0;
  return e;
}

/** The same for bytes that may be written. */
export function writable(a: u32, bytes: u32): u32 {
  const e = entryW(a);
  if (e == 0 || ((a & PAGE_MASK) > <u32>PAGE_SIZE - bytes && entryW(a + bytes - 1) != e)) return 0;
  return e;
}

// @ts-expect-error: decorator
@inline
function crosses<T>(a: u32): bool {
  return sizeof<T>() > 1 && (a & PAGE_MASK) > <u32>PAGE_SIZE - sizeof<T>();
}

// @ts-expect-error: decorator
@inline
export function read<T>(a: u32): T {
  const e = entryR(a);
  if (e == 0 || crosses<T>(a)) return readSlow<T>(a);
  return load<T>(a + e, ENTRY_OFFSET);
}

// @ts-expect-error: decorator
@inline
export function write<T>(a: u32, value: T): void {
  const e = entryW(a);
  if (e == 0 || crosses<T>(a)) writeSlow<T>(a, value);
  else {
    if (logging) logStore(a + e + ENTRY_OFFSET, sizeof<T>());
    store<T>(a + e, value, ENTRY_OFFSET);
  }
}

/** 16 bytes, at any address. */
export function read128(a: u32): v128 {
  const e = entryR(a);
  if (e == 0 || (a & PAGE_MASK) > <u32>PAGE_SIZE - 16) {
    if (concealed) observe(a, 16, false);
    checkRead(a, 16);
    return i64x2.replace_lane(i64x2.splat(<i64>read<u64>(a)), 1, <i64>read<u64>(a + 8));
  }
  return v128.load(a + e, ENTRY_OFFSET);
}

export function write128(a: u32, value: v128): void {
  const e = entryW(a);
  if (e == 0 || (a & PAGE_MASK) > <u32>PAGE_SIZE - 16) {
    if (concealed) observe(a, 16, true);
    checkWrite(a, 16);
    write<u64>(a, <u64>i64x2.extract_lane(value, 0));
    write<u64>(a + 8, <u64>i64x2.extract_lane(value, 1));
  } else {
    v128.store(a + e, value, ENTRY_OFFSET);
  }
}

/**
 * The host address (less ENTRY_OFFSET) of an operand that will be read, then written; after the store
 * `writeBack` must follow.
 */
// @ts-expect-error: decorator
@inline
export function modify<T>(a: u32): usize {
  const e = entryW(a);
  if (e == 0 || crosses<T>(a)) return modifySlow(a, sizeof<T>());
  if (logging) logStore(a + e + ENTRY_OFFSET, sizeof<T>());
  return a + e;
}

// @ts-expect-error: decorator
@inline
export function writeBack<T>(host: usize, a: u32): void {
  if (sizeof<T>() > 1 && host == BOUNCE - ENTRY_OFFSET) writeSlow<T>(a, load<T>(BOUNCE));
}

// ---- observed accesses ----

/** The tables of the address space, while TB leads to empty ones and every access to a slow path; else 0. */
let concealed: u32 = 0;

export function isConcealed(): bool {
  return concealed != 0;
}

/** From now on each access of the instruction is shown to debug.ts. */
export function conceal(): void {
  concealed = load<u32>(CPU + TB);
  store<u32>(CPU + TB, EMPTY_TABLES);
}

export function reveal(): void {
  if (concealed == 0) return;
  store<u32>(CPU + TB, concealed);
  concealed = 0;
}

function readObserved<T>(a: u32): T {
  reveal();
  observe(a, sizeof<T>(), false);
  checkRead(a, sizeof<T>());
  const value = read<T>(a);
  conceal();
  return value;
}

function writeObserved<T>(a: u32, value: T): void {
  reveal();
  observe(a, sizeof<T>(), true);
  checkWrite(a, sizeof<T>());
  write<T>(a, value);
  conceal();
}

function modifyObserved(a: u32, n: u32): usize {
  reveal();
  observe(a, n, true);
  const host = modifySlow(a, n);
  conceal();
  return host;
}

// ---- slow paths ----

function readSlow<T>(a: u32): T {
  if (concealed) return readObserved<T>(a);
  checkRead(a, sizeof<T>());
  let value: u64 = 0;
  for (let i: u32 = sizeof<T>(); i > 0; i--) {
    value = (value << 8) | load<u8>(a + i - 1 + entryR(a + i - 1), ENTRY_OFFSET);
  }
  return <T>value;
}

function writeSlow<T>(a: u32, value: T): void {
  if (concealed) {
    writeObserved<T>(a, value);
    return;
  }
  checkWrite(a, sizeof<T>());
  let rest: u64 = <u64>value;
  for (let i: u32 = 0; i < sizeof<T>(); i++) {
    const at = a + i + entryW(a + i);
    if (logging) logStore(at + ENTRY_OFFSET, 1);
    store<u8>(at, <u8>rest, ENTRY_OFFSET);
    rest >>= 8;
  }
}

function modifySlow(a: u32, n: u32): usize {
  if (concealed) return modifyObserved(a, n);
  checkWrite(a, n);
  if ((a & PAGE_MASK) <= <u32>PAGE_SIZE - n) {
    // The kernel has brought the page in. Bytes never lie in BOUNCE: writeBack does not look for them there.
    const host = a + entryW(a);
    if (logging) logStore(host + ENTRY_OFFSET, n);
    return host;
  }
  for (let i: u32 = 0; i < n; i++) {
    store<u8>(BOUNCE + i, load<u8>(a + i + entryW(a + i), ENTRY_OFFSET));
  }
  return BOUNCE - ENTRY_OFFSET;
}

/** Raises a page fault unless `n` bytes (at most a page) may be read, now or when the kernel was asked. */
export function checkRead(a: u32, n: u32): void {
  if (entryR(a) == 0) {
    if (concealed) {
      reveal();
      checkRead(a, n);
      conceal();
      return;
    }
    readFault(a);
  }
  const last = a + n - 1;
  if ((last ^ a) >>> 12 && entryR(last) == 0) readFault(last & ~PAGE_MASK);
}

/** The same for writing. */
export function checkWrite(a: u32, n: u32): void {
  if (entryW(a) == 0) {
    if (concealed) {
      reveal();
      checkWrite(a, n);
      conceal();
      return;
    }
    writeFault(a);
  }
  const last = a + n - 1;
  if ((last ^ a) >>> 12 && entryW(last) == 0) writeFault(last & ~PAGE_MASK);
}

/** As checkWrite, for what the kernel stores in place of an instruction: a fault tells how far behind `a` it is. */
export function checkEmulatedWrite(a: u32, n: u32): void {
  if (concealed) {
    reveal();
    checkEmulatedWrite(a, n);
    conceal();
    return;
  }
  if (entryW(a) == 0) emulatedWriteFault(a, a);
  const last = a + n - 1;
  if ((last ^ a) >>> 12 && entryW(last) == 0) emulatedWriteFault(last & ~PAGE_MASK, a);
}

function emulatedWriteFault(a: u32, operand: u32): void {
  const error = PF_USER | PF_WRITE | ((a - operand + 1) << PF_EMULATED_SHIFT);
  if (!logging) hostFault(a, error);
  if (entryW(a) == 0) raisePageFault(a, VECTOR_PF, error);
}

/** As checkRead, for what has to be at a multiple of `alignment` where that is asked for. #AC comes before page faults. */
export function checkReadItem(a: u32, n: u32, alignment: u32): void {
  if (concealed) checkAlignment(a, alignment);
  checkRead(a, n);
}

/** The same for writing. */
export function checkWriteItem(a: u32, n: u32, alignment: u32): void {
  if (concealed) checkAlignment(a, alignment);
  checkWrite(a, n);
}

// Inline: an exception costs by the frames it goes through. What is run twice is to find the same pages both times.
// @ts-expect-error: decorator
@inline
function readFault(a: u32): void {
  if (!logging) hostFault(a, PF_USER);
  if (entryR(a) == 0) raisePageFault(a, VECTOR_PF, PF_USER);
}

// @ts-expect-error: decorator
@inline
function writeFault(a: u32): void {
  const error = PF_USER | PF_WRITE | (entryR(a) != 0 ? PF_PRESENT : 0);
  if (!logging) hostFault(a, error);
  if (entryW(a) == 0) raisePageFault(a, VECTOR_PF, error);
}
