// The x87's way to the rest of the processor: guest memory by linear address, exceptions, EFLAGS, and the
// record of the last instruction that fnstenv stores (volume 1, 8.1.8).
import { CPU, EIP, FCS, FDP, FDS, FIP, FOP, SEG_SELECTOR } from '../layout.ts';
import { modrm, offset, segment } from './fetch.ts';
import { read, write } from './mmu.ts';
import { CS } from './state.ts';

export { condition, setCompareFlags } from './flags';
export { checkWrite } from './mmu';
export { raise } from './state';

export function read8(a: u32): u32 {
  return read<u8>(a);
}

export function read16(a: u32): u32 {
  return read<u16>(a);
}

export function read32(a: u32): u32 {
  return read<u32>(a);
}

export function read64(a: u32): u64 {
  return read<u64>(a);
}

export function write8(a: u32, value: u32): void {
  write<u8>(a, <u8>value);
}

export function write16(a: u32, value: u32): void {
  write<u16>(a, <u16>value);
}

export function write32(a: u32, value: u32): void {
  write<u32>(a, value);
}

export function write64(a: u32, value: u64): void {
  write<u64>(a, value);
}

/** Behind every instruction but the control ones; `escape` is the low three bits of D8..DF. */
export function note(escape: u32): void {
  store<u32>(CPU + FOP, (escape << 8) | modrm);
  store<u32>(CPU + FIP, load<u32>(CPU + EIP));
  store<u32>(CPU + FCS, load<u32>(CPU + SEG_SELECTOR + CS * 4));
}

export function noteMemory(escape: u32): void {
  note(escape);
  store<u32>(CPU + FDP, offset);
  store<u32>(CPU + FDS, load<u32>(segment << 2, CPU + SEG_SELECTOR));
}
