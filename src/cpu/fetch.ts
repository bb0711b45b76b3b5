// Fetching: where the instruction bytes lie in linear memory, prefixes, ModRM, SIB, immediates. The bytes
// are read anew for each instruction, so that code may modify itself. `ip` is a host address; the code page
// it lies in is looked up when control enters the page and at the start of a run, and never kept longer.
// Manual: volume 2, chapter 2; addressing forms in tables 2-1 to 2-3.
import {
  CPU,
  EBP,
  EBX,
  EDI,
  EIP,
  ENTRY_OFFSET,
  ESI,
  PAGE_MASK,
  PAGE_SIZE,
  PF_FETCH,
  PF_PRESENT,
  PF_USER,
  TB,
  VECTOR_DB,
  VECTOR_PF,
  VECTOR_SS,
  X_BITMAP,
} from '../layout.ts';
import { causes, reportCauses } from './debug.ts';
import { conceal, entryR, isConcealed, reveal } from './mmu.ts';
import {
  ACCESS_BIG,
  ACCESS_CODE,
  ACCESS_DOWN,
  ACCESS_WRITE,
  access,
  base,
  CS,
  code16,
  csBase,
  DS,
  flatSegments,
  gp,
  limit,
  raise,
  raisePageFault,
  reg,
  SS,
  stepping,
  ud,
} from './state.ts';

/** Host address of the next instruction byte. */
export let ip: u32 = 0;
/** Host address minus instruction pointer, constant within a code page. */
export let delta: u32 = 0;
/** Host address behind the last byte of the code page, or of the code segment if it ends before. */
let codeEnd: u32 = 0;
/** Bytes of the instruction fetched so far: more than 15 raise #GP. */
let length: u32 = 0;

// ---- prefixes ----
export let operand16: bool = false;
export let address16: bool = false;
/** F3 or F2, the last one given, or 0. */
export let repeat: u32 = 0;
export let locked: bool = false;
/** 66 was given, as distinct from a 16-bit code segment: it selects SIMD opcodes. */
export let prefix66: bool = false;
const NO_SEGMENT: u32 = 8;
let segmentPrefix: u32 = NO_SEGMENT;
/** VEX.vvvv turned round: a general register in its low three bits, or 0. */
export let vvvv: u32 = 0;

// ---- ModRM ----
export let modrm: u32 = 0;
/** Of a memory operand: its segment, and the offset in it. */
export let segment: u32 = 0;
export let offset: u32 = 0;
/** Its base register is esp, which `pop` counts as popped already. */
export let stackBased: bool = false;

export function setIp(value: u32): void {
  ip = value;
}

/** Looks up the code page of `eip` and makes it current. Raises a page fault at `eip` where it may not run. */
export function enter(eip: u32): void {
  store<u32>(CPU + EIP, eip);
  // The branch is done, so its debug trap comes before a fault of the next instruction.
  if (stepping && causes && !runnable(eip)) {
    reportCauses();
    raise(VECTOR_DB, 0);
  }
  lookUp(eip);
  ip = eip + delta;
}

/** The run ends with EIP at `eip`, which may lie anywhere. */
export function pretend(eip: u32): void {
  delta = ip - eip;
}

/** Whether the page of `eip` may be executed. */
function runnable(eip: u32): bool {
  const page = (eip + csBase) >>> 12;
  const bits = <u32>load<u8>(load<u32>(CPU + TB) + (page >>> 3), X_BITMAP);
  return (((bits >>> (page & 7)) & 1) != 0 && entryR(eip + csBase) != 0) || (isConcealed() && runnableRevealed(eip));
}

function runnableRevealed(eip: u32): bool {
  reveal();
  const answer = runnable(eip);
  conceal();
  return answer;
}

/** The fast loop's place, in a flat code segment. */
export function setCode(host: u32, difference: u32): void {
  ip = host;
  delta = difference;
  codeEnd = (host & ~PAGE_MASK) + PAGE_SIZE;
}

/** Where the fast loop goes on: behind the end of a page, in the next one. */
export function entered(): u32 {
  if (ip == codeEnd) enter(ip - delta);
  return ip;
}

/** The last place in the code page of `host` from which any instruction ends before the page does. */
// @ts-ignore: decorator
@inline
export function pageEnd(host: u32): u32 {
  return (host & ~PAGE_MASK) + PAGE_SIZE - 16;
}

function lookUp(eip: u32): void {
  const linear = eip + csBase;
  const entry = entryR(linear);
  if (entry == 0 && isConcealed()) {
    reveal();
    lookUp(eip);
    conceal();
    return;
  }
  if (!runnable(eip)) {
    raisePageFault(linear, VECTOR_PF, PF_FETCH | PF_USER | (entry ? PF_PRESENT : 0));
  }
  delta = csBase + entry + ENTRY_OFFSET;
  const rest: u32 = PAGE_SIZE - (linear & PAGE_MASK);
  const left = limit(CS) - eip;
  codeEnd = eip + delta + (left < rest - 1 ? left + 1 : rest);
}

/** Raises #GP if `eip` lies outside the code segment: branches ask before they change anything. */
// @ts-expect-error: decorator
@inline
export function checkTarget(eip: u32): void {
  if (eip > limit(CS)) gp(0);
}

/** The byte behind the page: `ip` moves to the next one. */
function nextPage(): void {
  const eip = ip - delta;
  if (eip > limit(CS) || eip == 0) gp(0);
  lookUp(eip);
  ip = eip + delta;
}

export function fetch8(): u32 {
  if (++length > 15) gp(0);
  if (ip == codeEnd) nextPage();
  return load<u8>(ip++);
}

export function fetch16(): u32 {
  const low = fetch8();
  return low | (fetch8() << 8);
}

export function fetch32(): u32 {
  if (length <= 11 && ip + 4 <= codeEnd) {
    const value = load<u32>(ip);
    ip += 4;
    length += 4;
    return value;
  }
  const low = fetch16();
  return low | (fetch16() << 16);
}

/** Reads the prefixes and returns the opcode behind them: its byte, and above it 1, 2 or 3 behind 0F, 0F38 or 0F3A. */
export function fetchOpcode(): u32 {
  length = 0;
  operand16 = code16;
  address16 = code16;
  repeat = 0;
  locked = false;
  prefix66 = false;
  segmentPrefix = NO_SEGMENT;
  while (true) {
    const byte = fetch8();
    switch (byte) {
      case 0x0f: {
        const second = fetch8();
        if (second == 0x38) return fetch8() | 0x200;
        if (second == 0x3a) return fetch8() | 0x300;
        return second | 0x100;
      }
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
        segmentPrefix = (byte >>> 3) & 3;
        break;
      case 0x64:
      case 0x65:
        segmentPrefix = byte - 0x60;
        break;
      case 0x66:
        operand16 = !code16;
        prefix66 = true;
        break;
      case 0x67:
        address16 = !code16;
        break;
      case 0xf0:
        locked = true;
        break;
      case 0xf2:
      case 0xf3:
        repeat = byte;
        break;
      default:
        return byte;
    }
  }
}

/**
 * Reads the rest of a VEX prefix of `bytes` bytes, of which fetchModrm has taken the second, and returns the opcode
 * as fetchOpcode does. What it says of prefixes stands in their places. Manual: volume 2, 2.3.5.
 */
export function fetchVex(bytes: u32): u32 {
  let map: u32 = 1;
  let last = modrm;
  if (bytes == 3) {
    map = modrm & 31;
    last = fetch8();
  }
  const opcode = fetch8();
  // The length is of 128 bits.
  if (locked || prefix66 || repeat != 0 || (last & 4) != 0) ud();
  vvvv = (~last >>> 3) & 15;
  prefix66 = (last & 3) == 1;
  repeat = (last & 3) == 2 ? 0xf3 : (last & 3) == 3 ? 0xf2 : 0;
  return (map << 8) | opcode;
}

// @ts-expect-error: decorator
@inline
export function isRegister(): bool {
  return modrm >= 0xc0;
}

// @ts-expect-error: decorator
@inline
export function rm(): u32 {
  return modrm & 7;
}

// @ts-expect-error: decorator
@inline
export function regField(): u32 {
  return (modrm >>> 3) & 7;
}

/** The segment in use where the manual names `given` as the default. */
// @ts-expect-error: decorator
@inline
export function overridden(given: u32): u32 {
  return segmentPrefix == NO_SEGMENT ? given : segmentPrefix;
}

/** Fetches ModRM with SIB and displacement; a memory operand's segment and offset are known then. */
export function fetchModrm(): void {
  modrm = fetch8();
  if (modrm >= 0xc0) return;
  if (address16) {
    fetchAddress16();
    return;
  }
  let natural = DS;
  let index: u32 = 0;
  let r = modrm & 7;
  stackBased = false;
  if (r == 4) {
    const sib = fetch8();
    r = sib & 7;
    stackBased = r == 4;
    if ((sib & 0x38) != 0x20) index = reg<u32>((sib >>> 3) & 7) << (sib >>> 6);
  }
  const mod = modrm >>> 6;
  if (r == 5 && mod == 0) {
    offset = index + fetch32();
  } else {
    if (r == 4 || r == 5) natural = SS;
    offset = index + reg<u32>(r);
    if (mod == 1) offset += <i32>(<i8>fetch8());
    else if (mod == 2) offset += fetch32();
  }
  segment = overridden(natural);
}

function fetchAddress16(): void {
  stackBased = false;
  const mod = modrm >>> 6;
  const r = modrm & 7;
  const bx = <u32>load<u16>(CPU + EBX);
  const bp = <u32>load<u16>(CPU + EBP);
  const si = <u32>load<u16>(CPU + ESI);
  const di = <u32>load<u16>(CPU + EDI);
  let natural = r == 2 || r == 3 || r == 6 ? SS : DS;
  let sum: u32 = 0;
  if (r == 6 && mod == 0) {
    sum = fetch16();
    natural = DS;
  } else {
    if (r == 0) sum = bx + si;
    else if (r == 1) sum = bx + di;
    else if (r == 2) sum = bp + si;
    else if (r == 3) sum = bp + di;
    else if (r == 4) sum = si;
    else if (r == 5) sum = di;
    else if (r == 6) sum = bp;
    else sum = bx;
    if (mod == 1) sum += <i32>(<i8>fetch8());
    else if (mod == 2) sum += fetch16();
  }
  offset = sum & 0xffff;
  segment = overridden(natural);
}

// @ts-expect-error: decorator
@inline
export function addressMask(): u32 {
  return address16 ? 0xffff : 0xffffffff;
}

/** Moves the memory operand to the element that holds bit `n` of a bit string. */
export function moveByBits<T>(n: T): void {
  const elements = sizeof<T>() == 2 ? <i32>(<i16>n) >> 4 : <i32>n >> 5;
  offset = (offset + elements * sizeof<T>()) & addressMask();
}

/** The offset of an `O` operand, in the width of the address size. */
export function fetchOffset(): void {
  offset = address16 ? fetch16() : fetch32();
  segment = overridden(DS);
}

/** Linear address of `n` bytes at `at` in `s`, after the checks of limit and rights. */
// @ts-expect-error: decorator
@inline
export function linear(s: u32, at: u32, n: u32, writing: bool): u32 {
  const usual = ((flatSegments >>> s) & 1) != 0 && !(writing && s == CS);
  if (!usual || at + (n - 1) < at) checkSegment(s, at, n, writing);
  return base(s) + at;
}

/** Linear address of the memory operand of `n` bytes. */
export function memoryOperand(n: u32, writing: bool): u32 {
  return linear(segment, offset, n, writing);
}

function checkSegment(s: u32, at: u32, n: u32, writing: bool): void {
  const rights = access(s);
  const last = at + n - 1;
  const end = limit(s);
  const code = (rights & ACCESS_CODE) != 0;
  let good = rights != 0;
  if (writing) good = good && !code && (rights & ACCESS_WRITE) != 0;
  else if (code) good = good && (rights & ACCESS_WRITE) != 0;
  if (!code && rights & ACCESS_DOWN) {
    good = good && at > end && last >= at && last <= (rights & ACCESS_BIG ? 0xffffffff : 0xffff);
  } else {
    good = good && last >= at && last <= end;
  }
  if (good) return;
  if (s == SS) raise(VECTOR_SS, 0);
  gp(0);
}
