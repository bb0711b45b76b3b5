// Segment loads, descriptor queries, cpuid, the time-stamp counter, flag and decimal instructions.
// Descriptors come from three places: the entries of the GDT that Linux gives every program, its three TLS
// entries, and the LDT. Manual: volume 3, 3.4 and 5.5-5.8; cpuid: volume 2.
import {
  BUDGET,
  CPU,
  EAX,
  EBX,
  ECX,
  EDX,
  EFLAGS,
  LDT_BASE,
  LDT_COUNT,
  MODEL,
  MODEL_COUNT,
  MODEL_FEATURES,
  MODEL_LEAF_SIZE,
  MODEL_LEAVES,
  MODEL_LEVEL,
  RETIRED,
  SEG_ACCESS,
  SEG_BASE,
  SEG_LIMIT,
  SEG_SELECTOR,
  TLS_DESCRIPTORS,
  TSC_BASE,
  VECTOR_DE,
  VECTOR_GP,
  VECTOR_NP,
  VECTOR_SS,
} from '../layout.ts';
import { isRegister, memoryOperand, regField, rm } from './fetch.ts';
import { AF, CF, carry, changeStatus, setExplicit, status, ZF } from './flags.ts';
import { checkEmulatedWrite, write } from './mmu.ts';
import { readE, writeE } from './operand.ts';
import {
  ACCESS_CODE,
  ACCESS_DOWN,
  ACCESS_WRITE,
  CS,
  DF,
  deriveSegments,
  gp,
  inhibit,
  raise,
  reg,
  SS,
  setReg,
  ud,
} from './state.ts';

// ---- descriptors ----

const GDT_TLS: u32 = 6; // entries 6, 7, 8
const GDT_KERNEL_CS: u32 = 12;
const GDT_KERNEL_DS: u32 = 13;
const GDT_USER_CS: u32 = 14;
const GDT_USER_DS: u32 = 15;
const PRIVILEGE: u32 = 3;

const SYSTEM: u32 = 0x10; // S = 0 is a system descriptor
const PRESENT: u32 = 0x80;
const GRANULAR: u32 = 0x8000;

let low: u32 = 0;
let high: u32 = 0;

/** Finds the descriptor of a selector; false beyond the end of its table. */
function find(selector: u32): bool {
  const entry = (selector & 0xffff) >>> 3;
  low = 0x0000ffff;
  if (selector & 4) {
    if (entry >= load<u32>(CPU + LDT_COUNT)) return false;
    const at = load<u32>(CPU + LDT_BASE) + (entry << 3);
    low = load<u32>(at);
    high = load<u32>(at, 4);
    return true;
  }
  if (entry - GDT_TLS < 3) {
    low = load<u32>((entry - GDT_TLS) << 3, CPU + TLS_DESCRIPTORS);
    high = load<u32>((entry - GDT_TLS) << 3, CPU + TLS_DESCRIPTORS + 4);
    return true;
  }
  if (entry == GDT_USER_CS) high = 0x00cffb00;
  else if (entry == GDT_USER_DS) high = 0x00cff300;
  else if (entry == GDT_KERNEL_CS) high = 0x00cf9b00;
  else if (entry == GDT_KERNEL_DS) high = 0x00cf9300;
  else {
    low = 0;
    high = 0;
  }
  return entry < 32;
}

// @ts-expect-error: decorator
@inline
function rights(): u32 {
  return (high >>> 8) & 0xf0ff;
}

function descriptorLimit(): u32 {
  const units = (low & 0xffff) | (high & 0xf0000);
  return rights() & GRANULAR ? (units << 12) | 0xfff : units;
}

function descriptorBase(): u32 {
  return (low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000);
}

// @ts-expect-error: decorator
@inline
function privilege(): u32 {
  return (rights() >>> 5) & 3;
}

function put(s: u32, selector: u32, at: u32, last: u32, access: u32): void {
  store<u32>(s << 2, selector, CPU + SEG_SELECTOR);
  store<u32>(s << 2, at, CPU + SEG_BASE);
  store<u32>(s << 2, last, CPU + SEG_LIMIT);
  store<u32>(s << 2, access, CPU + SEG_ACCESS);
  deriveSegments();
}

/** What a load of `selector` into a data segment register raises: a vector, or -1 where it succeeds. */
function refuseData(s: u32, selector: u32): i32 {
  if (!find(selector)) return VECTOR_GP;
  const type = rights();
  const code = (type & ACCESS_CODE) != 0;
  if ((type & SYSTEM) == 0) return VECTOR_GP;
  if (s == SS) {
    if (code || (type & ACCESS_WRITE) == 0 || privilege() != PRIVILEGE || (selector & 3) != PRIVILEGE) {
      return VECTOR_GP;
    }
    return type & PRESENT ? -1 : VECTOR_SS;
  }
  if (code && (type & ACCESS_WRITE) == 0) return VECTOR_GP;
  const conforming = code && (type & ACCESS_DOWN) != 0;
  if (!conforming && privilege() < PRIVILEGE) return VECTOR_GP;
  return type & PRESENT ? -1 : VECTOR_NP;
}

/** A jump or call takes any requested privilege level, a return only that of the program. */
function refuseCode(selector: u32, returning: bool): i32 {
  if ((selector & 0xfffc) == 0 || !find(selector)) return VECTOR_GP;
  const type = rights();
  if ((type & SYSTEM) == 0 || (type & ACCESS_CODE) == 0) return VECTOR_GP;
  if (returning && (selector & 3) != PRIVILEGE) return VECTOR_GP;
  if ((type & ACCESS_DOWN) == 0 && privilege() != PRIVILEGE) return VECTOR_GP;
  return type & PRESENT ? -1 : VECTOR_NP;
}

/** Loads es ss ds fs gs, or raises what the load raises. */
export function loadSegment(s: u32, selector: u32): void {
  selector &= 0xffff;
  if ((selector & 0xfffc) == 0) {
    if (s == SS) gp(0);
    put(s, selector, 0, 0, 0);
    return;
  }
  const refused = refuseData(s, selector);
  if (refused >= 0) raise(refused, selector & 0xfffc);
  put(s, selector, descriptorBase(), descriptorLimit(), rights() | 1);
  if (s == SS) inhibit(true);
}

/** The same for the kernel, CS included: false where the instruction would raise. */
export function tryLoadSegment(s: u32, selector: u32): bool {
  selector &= 0xffff;
  if (s == CS) {
    if (refuseCode(selector, true) >= 0) return false;
  } else if ((selector & 0xfffc) == 0) {
    if (s == SS) return false;
    put(s, selector, 0, 0, 0);
    return true;
  } else if (refuseData(s, selector) >= 0) {
    return false;
  }
  put(s, selector, descriptorBase(), descriptorLimit(), rights() | 1);
  return true;
}

/** Raises what a far transfer to `target` in `selector` raises; the descriptor found is kept for the commit. */
export function checkCodeSegment(selector: u32, target: u32, returning: bool): void {
  selector &= 0xffff;
  const refused = refuseCode(selector, returning);
  if (refused >= 0) raise(refused, selector & 0xfffc);
  if (target > descriptorLimit()) gp(0);
}

export function commitCodeSegment(selector: u32): void {
  put(CS, (selector & 0xffff) | PRIVILEGE, descriptorBase(), descriptorLimit(), rights() | 1);
}

// ---- queries ----

/** Whether a program can see the descriptor at all (lar, lsl, verr, verw). */
function visible(selector: u32): bool {
  if ((selector & 0xfffc) == 0 || !find(selector)) return false;
  const type = rights();
  if (type & SYSTEM && (type & (ACCESS_CODE | ACCESS_DOWN)) == (ACCESS_CODE | ACCESS_DOWN)) return true;
  return privilege() == PRIVILEGE;
}

// @ts-expect-error: decorator
@inline
function answer(yes: bool): void {
  changeStatus(ZF, yes ? ZF : 0);
}

export function verr(selector: u16): void {
  const type = visible(selector) ? rights() : 0;
  const code = (type & ACCESS_CODE) != 0;
  answer((type & SYSTEM) != 0 && (!code || (type & ACCESS_WRITE) != 0));
}

export function verw(selector: u16): void {
  const type = visible(selector) ? rights() : 0;
  answer((type & (SYSTEM | ACCESS_CODE | ACCESS_WRITE)) == (SYSTEM | ACCESS_WRITE));
}

export function lar<T>(a: T, selector: u16): T {
  const seen = visible(selector) && (rights() & SYSTEM) != 0;
  answer(seen);
  return seen ? <T>(high & 0x00ffff00) : a;
}

export function lsl<T>(a: T, selector: u16): T {
  const seen = visible(selector) && (rights() & SYSTEM) != 0;
  answer(seen);
  return seen ? <T>descriptorLimit() : a;
}

/** Writes only where the selector changes. */
export function arpl(): void {
  const selector = readE<u16>();
  const privilege = reg<u16>(regField()) & 3;
  const lower = (selector & 3) < privilege;
  if (lower) writeE<u16>((selector & ~3) | privilege);
  answer(lower);
}

/** Of the control registers only 0, 2, 3 and 4 exist. */
export function mov_control(): void {
  const n = regField();
  if (n == 1 || n > 4) ud();
  gp(0);
}

// The values that Linux answers with where the processor's UMIP refuses these instructions to programs.
const DUMMY_GDT: u32 = 0xfffe0000;
const DUMMY_IDT: u32 = 0xffff0000;
const DUMMY_CR0: u32 = 0x80050033;
const DUMMY_TASK: u32 = 0x40;

/** Stores the low `n` bytes as the kernel does that emulates the instruction for programs: no alignment is asked for. */
function storeEmulated(value: u64, n: u32): void {
  const a = memoryOperand(n, true);
  checkEmulatedWrite(a, n);
  for (let i: u32 = 0; i < n; i++) write<u8>(a + i, <u8>(value >> (i << 3)));
}

/** To a register, or the low 16 bits to memory. */
export function storeSystemWord<T>(value: T): void {
  if (isRegister()) setReg<T>(rm(), value);
  else storeEmulated(value, 2);
}

export function sgdt(): void {
  storeEmulated(<u64>DUMMY_GDT << 16, 6);
}

export function sidt(): void {
  storeEmulated(<u64>DUMMY_IDT << 16, 6);
}

export function smsw<T>(): T {
  return <T>DUMMY_CR0;
}

export function sldt<T>(): T {
  return <T>(load<u32>(CPU + LDT_COUNT) ? DUMMY_TASK + 8 : 0);
}

export function str<T>(): T {
  return <T>DUMMY_TASK;
}

// ---- identification and time ----

/** Whether the CPU model has a feature. */
// @ts-expect-error: decorator
@inline
export function announces(feature: u32): bool {
  return (load<u32>(MODEL + MODEL_FEATURES) & feature) != 0;
}

/** Where the answer stands; 0: there is none. */
function leafAt(leaf: u32, subleaf: u32): u32 {
  let at: u32 = MODEL + MODEL_LEAVES;
  for (let n = load<u32>(MODEL + MODEL_COUNT); n > 0; n--) {
    // Only function 4 and those behind it look at ecx.
    if (load<u32>(at) == leaf && (leaf - 4 > 3 || load<u32>(at, 4) == subleaf)) return at;
    at += MODEL_LEAF_SIZE;
  }
  return 0;
}

export function cpuid(): void {
  const level = load<u32>(MODEL + MODEL_LEVEL);
  const leaf = load<u32>(CPU + EAX);
  let at = leafAt(leaf, load<u32>(CPU + ECX));
  // A function beyond the last answers with the last, as Intel's do; what there is not within the range with zeros.
  if (at == 0 && (leaf > level || leaf >> 31 != 0)) at = leafAt(level, load<u32>(CPU + ECX));
  store<u32>(CPU + EAX, at == 0 ? 0 : load<u32>(at, 8));
  store<u32>(CPU + EBX, at == 0 ? 0 : load<u32>(at, 12));
  store<u32>(CPU + ECX, at == 0 ? 0 : load<u32>(at, 16));
  store<u32>(CPU + EDX, at == 0 ? 0 : load<u32>(at, 20));
}

/** BUDGET when the run began. */
let granted: i32 = 0;

export function grant(budget: i32): void {
  granted = budget;
}

/**
 * Tells the clocks that `budget` was taken from the budget without an instruction. In words of the block, so that it is
 * undone with the rest of the state (`--verify`).
 */
export function charge(budget: i32): void {
  store<u64>(CPU + TSC_BASE, load<u64>(CPU + TSC_BASE) - <u64>budget);
  store<u64>(CPU + RETIRED, load<u64>(CPU + RETIRED) - <u64>budget);
}

export function retired(): u64 {
  return <u64>(granted - load<i32>(CPU + BUDGET));
}

export function rdtsc(): void {
  const now = load<u64>(CPU + TSC_BASE) + retired();
  store<u32>(CPU + EAX, <u32>now);
  store<u32>(CPU + EDX, <u32>(now >> 32));
}

// ---- single flags ----

export function clc(): void {
  changeStatus(CF, 0);
}

export function stc(): void {
  changeStatus(CF, CF);
}

export function cmc(): void {
  changeStatus(CF, carry() ? 0 : CF);
}

export function cld(): void {
  store<u32>(CPU + EFLAGS, load<u32>(CPU + EFLAGS) & ~DF);
}

export function std(): void {
  store<u32>(CPU + EFLAGS, load<u32>(CPU + EFLAGS) | DF);
}

export function salc(): void {
  store<u8>(CPU + EAX, carry() ? 0xff : 0);
}

export function nop(): void {}

/** What pause takes of the budget: as many cycles as it takes on processors since Skylake. */
const PAUSE_COST: i32 = 140;

/** A spin loop waits for another task: its slice is over soon, and that of no other loop. */
export function pause(): void {
  store<i32>(CPU + BUDGET, load<i32>(CPU + BUDGET) - PAUSE_COST);
  charge(PAUSE_COST);
}

// ---- decimal: the formulas of the manual ----

/** SF, ZF and PF of a byte, and the carries given. */
function setDecimal(carries: u32, result: u8): void {
  setExplicit<u8>(carries, result);
}

export function daa(): void {
  const old = reg<u8>(0);
  const carries = status();
  let al = <u32>old;
  let out: u32 = 0;
  if ((al & 15) > 9 || carries & AF) {
    al += 6;
    out = AF;
  }
  if (old > 0x99 || carries & CF) {
    al += 0x60;
    out |= CF;
  }
  setReg<u8>(0, <u8>al);
  setDecimal(out, <u8>al);
}

export function das(): void {
  const old = reg<u8>(0);
  const carries = status();
  let al = <u32>old;
  let out: u32 = 0;
  if ((al & 15) > 9 || carries & AF) {
    if (al < 6 || carries & CF) out = CF;
    al -= 6;
    out |= AF;
  }
  if (old > 0x99 || carries & CF) {
    al -= 0x60;
    out |= CF;
  }
  setReg<u8>(0, <u8>al);
  setDecimal(out, <u8>al);
}

export function aaa(): void {
  const carries = status();
  const adjusted = (reg<u8>(0) & 15) > 9 || (carries & AF) != 0;
  if (adjusted) setReg<u16>(0, reg<u16>(0) + 0x106);
  setReg<u8>(0, reg<u8>(0) & 15);
  setDecimal(adjusted ? AF | CF : 0, reg<u8>(0));
}

export function aas(): void {
  const carries = status();
  const adjusted = (reg<u8>(0) & 15) > 9 || (carries & AF) != 0;
  if (adjusted) {
    setReg<u16>(0, reg<u16>(0) - 6);
    store<u8>(CPU + EAX, load<u8>(CPU + EAX, 1) - 1, 1);
  }
  setReg<u8>(0, reg<u8>(0) & 15);
  setDecimal(adjusted ? AF | CF : 0, reg<u8>(0));
}

export function aam(divisor: u8): void {
  if (divisor == 0) raise(VECTOR_DE, 0);
  const al = reg<u8>(0);
  setReg<u16>(0, (<u16>(al / divisor) << 8) | (al % divisor));
  setDecimal(0, reg<u8>(0));
}

export function aad(factor: u8): void {
  const al = <u8>(reg<u8>(0) + load<u8>(CPU + EAX, 1) * factor);
  setReg<u16>(0, <u16>al);
  setDecimal(0, al);
}
