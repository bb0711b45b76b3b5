// String instructions. With a repeat prefix they work through the pages of their operands in runs, and the
// registers are right after each element, so that a fault, the end of the budget or a single step leaves
// them restartable: eip stays at the instruction until the count is used up. Manual: volume 2, by name.
import { BUDGET, CPU, EFLAGS, ENTRY_OFFSET, PAGE_MASK, PAGE_SIZE } from '../layout.ts';
import { cmp } from './alu.ts';
import { restart } from './control.ts';
import { address16, linear, overridden, repeat } from './fetch.ts';
import { zero } from './flags.ts';
import { entryR, entryW, read, write } from './mmu.ts';
import { base, DF, DS, direction, ES, flatSegments, reg, setReg, stepping } from './state.ts';
import { logging, logStore } from './undo-log.ts';

// @ts-expect-error: decorator
@inline
function index(r: u32): u32 {
  return address16 ? <u32>reg<u16>(r) : reg<u32>(r);
}

// @ts-expect-error: decorator
@inline
function setIndex(r: u32, value: u32): void {
  if (address16) setReg<u16>(r, <u16>value);
  else setReg<u32>(r, value);
}

const COUNT: u32 = 1;
const SOURCE: u32 = 6;
const TARGET: u32 = 7;

/** Whether a repeated instruction goes on now; if elements are left but the run must end, it is restarted. */
function goesOn(): bool {
  if (index(COUNT) == 0) return false;
  const left = load<i32>(CPU + BUDGET) - 1;
  if (left < 0 || stepping) {
    restart();
    return false;
  }
  store<i32>(CPU + BUDGET, left);
  return true;
}

/** How many elements from `a` up lie in its page. */
// @ts-expect-error: decorator
@inline
function inPage<T>(a: u32): u32 {
  return (PAGE_SIZE - (a & PAGE_MASK)) / sizeof<T>();
}

/** Whether whole runs may be done at once: upwards, in segments without limits. */
function runnable(s: u32): bool {
  const both = (1 << s) | (1 << ES);
  return !address16 && (flatSegments & both) == both && (load<u32>(CPU + EFLAGS) & DF) == 0;
}

function movsRun<T>(s: u32): u32 {
  if (!runnable(s)) return 0;
  const from = base(s) + reg<u32>(SOURCE);
  const to = base(ES) + reg<u32>(TARGET);
  let n = reg<u32>(COUNT);
  n = min(n, min(inPage<T>(from), inPage<T>(to)));
  const r = entryR(from);
  const w = entryW(to);
  if (n == 0 || r == 0 || w == 0) return 0;
  const source: usize = from + r + ENTRY_OFFSET;
  const target: usize = to + w + ENTRY_OFFSET;
  const bytes = n * sizeof<T>();
  if (logging) logStore(<u32>target, bytes);
  if (target - source < bytes) {
    // The target overlaps what is still to be read: elements propagate one by one.
    for (let i: u32 = 0; i < bytes; i += sizeof<T>()) store<T>(target + i, load<T>(source + i));
  } else {
    memory.copy(target, source, bytes);
  }
  setReg<u32>(SOURCE, reg<u32>(SOURCE) + bytes);
  setReg<u32>(TARGET, reg<u32>(TARGET) + bytes);
  setReg<u32>(COUNT, reg<u32>(COUNT) - n);
  return n;
}

function movsOne<T>(s: u32): void {
  const value = read<T>(linear(s, index(SOURCE), sizeof<T>(), false));
  write<T>(linear(ES, index(TARGET), sizeof<T>(), true), value);
  const step = direction() * sizeof<T>();
  setIndex(SOURCE, index(SOURCE) + step);
  setIndex(TARGET, index(TARGET) + step);
}

export function movs<T>(): void {
  const s = overridden(DS);
  if (!repeat) {
    movsOne<T>(s);
    return;
  }
  if (index(COUNT) == 0) return;
  do {
    if (stepping || movsRun<T>(s) == 0) {
      movsOne<T>(s);
      setIndex(COUNT, index(COUNT) - 1);
    }
  } while (goesOn());
}

function stosRun<T>(): u32 {
  if (!runnable(ES)) return 0;
  const to = base(ES) + reg<u32>(TARGET);
  const n = min(reg<u32>(COUNT), inPage<T>(to));
  const w = entryW(to);
  if (n == 0 || w == 0) return 0;
  const target: usize = to + w + ENTRY_OFFSET;
  const bytes = n * sizeof<T>();
  const value = reg<T>(0);
  if (logging) logStore(<u32>target, bytes);
  if (sizeof<T>() == 1 || value == 0) {
    memory.fill(target, <u8>value, bytes);
  } else {
    for (let i: u32 = 0; i < bytes; i += sizeof<T>()) store<T>(target + i, value);
  }
  setReg<u32>(TARGET, reg<u32>(TARGET) + bytes);
  setReg<u32>(COUNT, reg<u32>(COUNT) - n);
  return n;
}

function stosOne<T>(): void {
  write<T>(linear(ES, index(TARGET), sizeof<T>(), true), reg<T>(0));
  setIndex(TARGET, index(TARGET) + direction() * sizeof<T>());
}

export function stos<T>(): void {
  if (!repeat) {
    stosOne<T>();
    return;
  }
  if (index(COUNT) == 0) return;
  do {
    if (stepping || stosRun<T>() == 0) {
      stosOne<T>();
      setIndex(COUNT, index(COUNT) - 1);
    }
  } while (goesOn());
}

export function lods<T>(): void {
  if (repeat && index(COUNT) == 0) return;
  const s = overridden(DS);
  do {
    setReg<T>(0, read<T>(linear(s, index(SOURCE), sizeof<T>(), false)));
    setIndex(SOURCE, index(SOURCE) + direction() * sizeof<T>());
    if (!repeat) return;
    setIndex(COUNT, index(COUNT) - 1);
  } while (goesOn());
}

/** Whether the comparison just made lets a repz (F3) or repnz (F2) go on. */
// @ts-expect-error: decorator
@inline
function agrees(): bool {
  return zero() == (repeat == 0xf3);
}

/** Compares within a page until the comparison ends the repetition; how many elements that were, 0: none could be. */
function scasRun<T>(): u32 {
  if (!runnable(ES)) return 0;
  const from = base(ES) + reg<u32>(TARGET);
  const n = min(reg<u32>(COUNT), inPage<T>(from));
  const r = entryR(from);
  if (n == 0 || r == 0) return 0;
  const source: usize = from + r + ENTRY_OFFSET;
  const value = reg<T>(0);
  const whileEqual = repeat == 0xf3;
  let i: u32 = 0;
  let found: T;
  do {
    found = load<T>(source + i * sizeof<T>());
    i++;
  } while (i < n && (found == value) == whileEqual);
  cmp<T>(value, found);
  setReg<u32>(TARGET, reg<u32>(TARGET) + i * sizeof<T>());
  setReg<u32>(COUNT, reg<u32>(COUNT) - i);
  return i;
}

export function scas<T>(): void {
  if (repeat && index(COUNT) == 0) return;
  do {
    if (repeat && !stepping && scasRun<T>() != 0) continue;
    cmp<T>(reg<T>(0), read<T>(linear(ES, index(TARGET), sizeof<T>(), false)));
    setIndex(TARGET, index(TARGET) + direction() * sizeof<T>());
    if (!repeat) return;
    setIndex(COUNT, index(COUNT) - 1);
  } while (agrees() && goesOn());
}

/** As scasRun, for two strings. */
function cmpsRun<T>(s: u32): u32 {
  if (!runnable(s)) return 0;
  const one = base(s) + reg<u32>(SOURCE);
  const other = base(ES) + reg<u32>(TARGET);
  const n = min(reg<u32>(COUNT), min(inPage<T>(one), inPage<T>(other)));
  const first = entryR(one);
  const second = entryR(other);
  if (n == 0 || first == 0 || second == 0) return 0;
  const x: usize = one + first + ENTRY_OFFSET;
  const y: usize = other + second + ENTRY_OFFSET;
  const whileEqual = repeat == 0xf3;
  let i: u32 = 0;
  let a: T;
  let b: T;
  do {
    a = load<T>(x + i * sizeof<T>());
    b = load<T>(y + i * sizeof<T>());
    i++;
  } while (i < n && (a == b) == whileEqual);
  cmp<T>(a, b);
  setReg<u32>(SOURCE, reg<u32>(SOURCE) + i * sizeof<T>());
  setReg<u32>(TARGET, reg<u32>(TARGET) + i * sizeof<T>());
  setReg<u32>(COUNT, reg<u32>(COUNT) - i);
  return i;
}

export function cmps<T>(): void {
  if (repeat && index(COUNT) == 0) return;
  const s = overridden(DS);
  do {
    if (repeat && !stepping && cmpsRun<T>(s) != 0) continue;
    // Where neither can be read, processors fault for this one.
    const b = read<T>(linear(ES, index(TARGET), sizeof<T>(), false));
    const a = read<T>(linear(s, index(SOURCE), sizeof<T>(), false));
    cmp<T>(a, b);
    const step = direction() * sizeof<T>();
    setIndex(SOURCE, index(SOURCE) + step);
    setIndex(TARGET, index(TARGET) + step);
    if (!repeat) return;
    setIndex(COUNT, index(COUNT) - 1);
  } while (agrees() && goesOn());
}

// ---- for translated code: the whole of a repeated move or store within a page each, or nothing ----

/** Bytes from `a` to the end of its page. */
// @ts-expect-error: decorator
@inline
function left(a: u32): u32 {
  return PAGE_SIZE - (a & PAGE_MASK);
}

/** Copies `bytes` bytes upwards between linear addresses. False: nothing was done. */
export function copyWithinPages(from: u32, to: u32, bytes: u32): bool {
  if (bytes > left(from) || bytes > left(to)) return false;
  const r = entryR(from);
  const w = entryW(to);
  if (r == 0 || w == 0 || logging) return false;
  const source: usize = from + r + ENTRY_OFFSET;
  const target: usize = to + w + ENTRY_OFFSET;
  // Elements would propagate into what is still to be read.
  if (target - source < bytes) return false;
  if (bytes > 64) memory.copy(target, source, bytes);
  else {
    let i: u32 = 0;
    for (; i + 4 <= bytes; i += 4) store<u32>(target + i, load<u32>(source + i));
    for (; i < bytes; i++) store<u8>(target + i, load<u8>(source + i));
  }
  return true;
}

/** Fills `bytes` bytes from a linear address on with a pattern of 4 bytes. False: nothing was done. */
export function fillWithinPage(to: u32, bytes: u32, pattern: u32): bool {
  if (bytes > left(to)) return false;
  const w = entryW(to);
  if (w == 0 || logging) return false;
  const target: usize = to + w + ENTRY_OFFSET;
  let i: u32 = 0;
  for (; i + 4 <= bytes; i += 4) store<u32>(target + i, pattern);
  for (; i < bytes; i++) store<u8>(target + i, <u8>(pattern >>> ((i & 3) << 3)));
  return true;
}
