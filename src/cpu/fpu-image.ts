// The x87 state in memory: environment (fldenv, fnstenv), environment and registers (frstor, fnsave), and
// the 512 bytes of fxsave and fxrstor. Manual: volume 1, 8.1.10 and 10.5. Only the protected-mode layouts
// exist here; `size16` chooses the one of 16-bit operands. Everything is probed before anything changes.
import { CPU, FCS, FCW, FDP, FDS, FIP, FOP, FPR, FTAG, MXCSR, VECTOR_GP, XMM } from '../layout.ts';
import { classify, EXCEPTIONS, NORMAL, ZERO } from './float80.ts';
import { begin, put, reset, seAt, sigAt, slotOf, summarize } from './fpu.ts';
import { MXCSR_BITS, setControlWord, setStatusWord, statusWord } from './fpu-control.ts';
import { checkRead, checkReadItem, checkWrite, checkWriteItem, read, write } from './mmu.ts';
import { raise } from './state.ts';

const ENVIRONMENT_16: u32 = 14;
const ENVIRONMENT_32: u32 = 28;
const REGISTERS: u32 = 80;
const UNUSED: u32 = 0xffff0000;

// The processor touches the first field, then the last byte: a fault behind a page's end tells the latter.
function probeRead(address: u32, size16: bool, bytes: u32): void {
  const field: u32 = size16 ? 2 : 4;
  checkReadItem(address, field, field);
  checkRead(address + bytes - 1, 1);
}

function probeWrite(address: u32, size16: bool, bytes: u32): void {
  const field: u32 = size16 ? 2 : 4;
  checkWriteItem(address, field, field);
  checkWrite(address + bytes - 1, 1);
}

// ---- tags: two bits a register, of which the block keeps only whether it is in use ----

function fullTags(): u32 {
  const inUse = load<u32>(CPU + FTAG);
  let tags: u32 = 0;
  for (let physical = 0; physical < 8; physical++) {
    let tag: u32 = 3;
    if ((inUse >> physical) & 1) {
      const slot: usize = CPU + FPR + (physical << 4);
      const kind = classify(sigAt(slot), seAt(slot));
      tag = kind == NORMAL ? 0 : kind == ZERO ? 1 : 2;
    }
    tags |= tag << (physical << 1);
  }
  return tags;
}

function setFullTags(tags: u32): void {
  let inUse: u32 = 0;
  for (let physical = 0; physical < 8; physical++) {
    if (((tags >> (physical << 1)) & 3) != 3) inUse |= 1 << physical;
  }
  store<u32>(CPU + FTAG, inUse);
}

// ---- environment ----

function writeEnvironment(address: u32, size16: bool): void {
  if (size16) {
    write<u16>(address, <u16>load<u32>(CPU + FCW));
    write<u16>(address + 2, <u16>statusWord());
    write<u16>(address + 4, <u16>fullTags());
    write<u16>(address + 6, <u16>load<u32>(CPU + FIP));
    write<u16>(address + 8, <u16>load<u32>(CPU + FCS));
    write<u16>(address + 10, <u16>load<u32>(CPU + FDP));
    write<u16>(address + 12, <u16>load<u32>(CPU + FDS));
    return;
  }
  write<u32>(address, load<u32>(CPU + FCW) | UNUSED);
  write<u32>(address + 4, statusWord() | UNUSED);
  write<u32>(address + 8, fullTags() | UNUSED);
  write<u32>(address + 12, load<u32>(CPU + FIP));
  write<u32>(address + 16, (load<u32>(CPU + FCS) & 0xffff) | (load<u32>(CPU + FOP) << 16));
  write<u32>(address + 20, load<u32>(CPU + FDP));
  write<u32>(address + 24, load<u32>(CPU + FDS) | UNUSED);
}

function readEnvironment(address: u32, size16: bool): void {
  const stride: u32 = size16 ? 2 : 4;
  const control = read<u16>(address);
  const status = read<u16>(address + stride);
  const tags = read<u16>(address + 2 * stride);
  if (size16) {
    const ip = read<u16>(address + 6);
    const cs = read<u16>(address + 8);
    const dp = read<u16>(address + 10);
    setPointers(ip, cs, dp, read<u16>(address + 12), 0);
  } else {
    const ip = read<u32>(address + 12);
    const cs = read<u32>(address + 16);
    const dp = read<u32>(address + 20);
    setPointers(ip, cs & 0xffff, dp, read<u16>(address + 24), (cs >> 16) & 0x7ff);
  }
  setControlWord(control);
  setStatusWord(status);
  setFullTags(tags);
}

function setPointers(ip: u32, cs: u32, dp: u32, ds: u32, op: u32): void {
  store<u32>(CPU + FIP, ip);
  store<u32>(CPU + FCS, cs);
  store<u32>(CPU + FDP, dp);
  store<u32>(CPU + FDS, ds);
  store<u32>(CPU + FOP, op);
}

/** Non-waiting: a pending exception is stored, then masked. */
export function fnstenv(address: u32, size16: bool): void {
  probeWrite(address, size16, size16 ? ENVIRONMENT_16 : ENVIRONMENT_32);
  writeEnvironment(address, size16);
  store<u32>(CPU + FCW, load<u32>(CPU + FCW) | EXCEPTIONS);
  summarize();
}

export function fldenv(address: u32, size16: bool): void {
  begin();
  probeRead(address, size16, size16 ? ENVIRONMENT_16 : ENVIRONMENT_32);
  readEnvironment(address, size16);
}

// ---- environment and registers, in the order of the stack; the environment has to be aligned, and registers, which follow
// one another every 10 bytes, only as it is: they are taken in parts of 16 bits ----

export function fnsave(address: u32, size16: bool): void {
  const environment = size16 ? ENVIRONMENT_16 : ENVIRONMENT_32;
  probeWrite(address, size16, environment + REGISTERS);
  writeEnvironment(address, size16);
  address += environment;
  for (let i = 0; i < 8; i++) {
    const slot = slotOf(i);
    const significand = sigAt(slot);
    for (let part: u32 = 0; part < 8; part += 2) write<u16>(address + part, <u16>(significand >> (part << 3)));
    write<u16>(address + 8, <u16>seAt(slot));
    address += 10;
  }
  reset();
  setPointers(0, 0, 0, 0, 0);
}

export function frstor(address: u32, size16: bool): void {
  begin();
  const environment = size16 ? ENVIRONMENT_16 : ENVIRONMENT_32;
  probeRead(address, size16, environment + REGISTERS);
  readEnvironment(address, size16);
  address += environment;
  for (let i = 0; i < 8; i++) {
    let significand: u64 = 0;
    for (let part: u32 = 0; part < 8; part += 2) significand |= <u64>read<u16>(address + part) << (part << 3);
    put(slotOf(i), significand, read<u16>(address + 8));
    address += 10;
  }
}

// ---- fxsave: non-waiting; the dispatch has checked the alignment ----

const FX_MXCSR: u32 = 24;
const FX_REGISTERS: u32 = 32;
const FX_XMM: u32 = 160;
const FX_SIZE: u32 = 512;

export function fxsave(address: u32): void {
  // From the last byte on, as the processor does.
  checkWrite(address + FX_SIZE - 1, 1);
  checkWrite(address, 1);
  write<u32>(address, load<u32>(CPU + FCW) | (statusWord() << 16));
  write<u32>(address + 4, load<u32>(CPU + FTAG) | (load<u32>(CPU + FOP) << 16));
  write<u32>(address + 8, load<u32>(CPU + FIP));
  write<u32>(address + 12, load<u32>(CPU + FCS));
  write<u32>(address + 16, load<u32>(CPU + FDP));
  write<u32>(address + 20, load<u32>(CPU + FDS));
  write<u32>(address + FX_MXCSR, load<u32>(CPU + MXCSR));
  write<u32>(address + FX_MXCSR + 4, MXCSR_BITS);
  for (let i = 0; i < 8; i++) {
    const slot = slotOf(i);
    const to = address + FX_REGISTERS + ((<u32>i) << 4);
    write<u64>(to, sigAt(slot));
    write<u64>(to + 8, <u64>seAt(slot));
  }
  for (let i: u32 = 0; i < 128; i += 8) write<u64>(address + FX_XMM + i, load<u64>(CPU + XMM + i));
}

export function fxrstor(address: u32): void {
  checkRead(address + FX_SIZE - 1, 1);
  checkRead(address, 1);
  const mxcsr = read<u32>(address + FX_MXCSR);
  if (mxcsr & ~MXCSR_BITS) raise(VECTOR_GP, 0);
  store<u32>(CPU + MXCSR, mxcsr);
  setPointers(
    read<u32>(address + 8),
    read<u16>(address + 12),
    read<u32>(address + 16),
    read<u16>(address + 20),
    read<u16>(address + 6) & 0x7ff,
  );
  setControlWord(read<u16>(address));
  setStatusWord(read<u16>(address + 2));
  store<u32>(CPU + FTAG, read<u8>(address + 4));
  for (let i = 0; i < 8; i++) {
    const from = address + FX_REGISTERS + ((<u32>i) << 4);
    put(slotOf(i), read<u64>(from), read<u16>(from + 8));
  }
  for (let i: u32 = 0; i < 128; i += 8) store<u64>(CPU + XMM + i, read<u64>(address + FX_XMM + i));
}
