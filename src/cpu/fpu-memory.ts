// The record of the last x87 instruction and its operand, which fnstenv stores (volume 1, 8.1.8); kept by
// the generated dispatch, so that the instructions themselves know nothing of segments.
import { CPU, EIP, FCS, FDP, FDS, FIP, FOP, SEG_SELECTOR } from '../layout.ts';
import { modrm, offset, segment } from './fetch.ts';
import { CS } from './state.ts';

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
