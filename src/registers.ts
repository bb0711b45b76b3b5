// A view of one CPU slot at rest: general registers, whole EFLAGS, selectors, and the floating-point state
// as the images that signal frames and ptrace exchange. Works on the CPU block and on any task's slot.
// Images: Intel SDM volume 1, 8.1.10 (FSAVE, 32-bit protected mode) and 10.5.1 (FXSAVE).
import {
  EAX,
  EBP,
  EBX,
  ECX,
  EDI,
  EDX,
  EFLAGS,
  EIP,
  ESI,
  ESP,
  FCS,
  FCW,
  FDP,
  FDS,
  FIP,
  FOP,
  FPR,
  FSW,
  FTAG,
  FTOP,
  MXCSR,
  SEG_SELECTOR,
  XMM,
} from './layout.ts';

export const FSAVE_BYTES = 108;
export const FXSAVE_BYTES = 512;

const INITIAL_FCW = 0x37f;
const INITIAL_MXCSR = 0x1f80;
/** The MXCSR bits that exist; the mask that FXSAVE reports. */
const MXCSR_MASK = 0xffff;
const FSAVE_REGISTERS = 28;
const FXSAVE_REGISTERS = 32;
const FXSAVE_XMM = 160;
/** Reserved halves of the FSAVE environment are stored as ones. */
const ONES = 0xffff0000;

export class Registers {
  readonly #memory: WebAssembly.Memory;
  /** Host address of the slot. */
  readonly #slot: number;
  /** Renewed when the memory has grown. */
  #view: DataView;

  constructor(memory: WebAssembly.Memory, slot: number) {
    this.#memory = memory;
    this.#slot = slot;
    this.#view = new DataView(memory.buffer);
  }

  get #data(): DataView {
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new DataView(this.#memory.buffer);
    return this.#view;
  }

  #get(offset: number): number {
    return this.#data.getUint32(this.#slot + offset, true);
  }

  #set(offset: number, value: number): void {
    this.#data.setUint32(this.#slot + offset, value, true);
  }

  #bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#slot + offset, length);
  }

  // ---- general registers, unsigned; a setter takes signed values too ----

  get eax(): number {
    return this.#get(EAX);
  }

  set eax(value: number) {
    this.#set(EAX, value);
  }

  get ecx(): number {
    return this.#get(ECX);
  }

  set ecx(value: number) {
    this.#set(ECX, value);
  }

  get edx(): number {
    return this.#get(EDX);
  }

  set edx(value: number) {
    this.#set(EDX, value);
  }

  get ebx(): number {
    return this.#get(EBX);
  }

  set ebx(value: number) {
    this.#set(EBX, value);
  }

  get esp(): number {
    return this.#get(ESP);
  }

  set esp(value: number) {
    this.#set(ESP, value);
  }

  get ebp(): number {
    return this.#get(EBP);
  }

  set ebp(value: number) {
    this.#set(EBP, value);
  }

  get esi(): number {
    return this.#get(ESI);
  }

  set esi(value: number) {
    this.#set(ESI, value);
  }

  get edi(): number {
    return this.#get(EDI);
  }

  set edi(value: number) {
    this.#set(EDI, value);
  }

  get eip(): number {
    return this.#get(EIP);
  }

  set eip(value: number) {
    this.#set(EIP, value);
  }

  /** All of EFLAGS. */
  get eflags(): number {
    return this.#get(EFLAGS);
  }

  set eflags(value: number) {
    this.#set(EFLAGS, value);
  }

  /** Selector of es cs ss ds fs gs, counted from 0. */
  segment(register: number): number {
    return this.#get(SEG_SELECTOR + register * 4);
  }

  // ---- floating point ----

  /** The state of a new task: what FNINIT and a reset MXCSR give, all registers zero. */
  resetFloat(): void {
    this.#bytes(FPR, XMM + 128 - FPR).fill(0);
    this.#set(FCW, INITIAL_FCW);
    this.#set(MXCSR, INITIAL_MXCSR);
  }

  /** Address offset of ST(i): the physical register that TOP + i names. */
  #stack(i: number): number {
    return FPR + ((this.#get(FTOP) + i) & 7) * 16;
  }

  /** The two-bit tag of physical register `i`: 0 valid, 1 zero, 2 special, 3 empty. */
  #tag(i: number): number {
    if (((this.#get(FTAG) >> i) & 1) === 0) return 3;
    const at = FPR + i * 16;
    const exponent = this.#get(at + 8) & 0x7fff;
    const high = this.#get(at + 4);
    if (exponent === 0) return (high | this.#get(at)) === 0 ? 1 : 2;
    return exponent === 0x7fff || high >>> 31 === 0 ? 2 : 0;
  }

  /** FSW with TOP in its place. */
  get statusWord(): number {
    return this.#get(FSW) | (this.#get(FTOP) << 11);
  }
  /** FCW. */
  get controlWord(): number {
    return this.#get(FCW);
  }
  get mxcsr(): number {
    return this.#get(MXCSR);
  }

  #setStatusWord(word: number): void {
    this.#set(FSW, word & 0xffff & ~0x3800);
    this.#set(FTOP, (word >>> 11) & 7);
  }

  /** The 108-byte image of FNSAVE. */
  fsave(): Uint8Array {
    const image = new Uint8Array(FSAVE_BYTES);
    const words = new Uint32Array(image.buffer);
    let tags = 0;
    for (let i = 0; i < 8; i++) {
      tags |= this.#tag(i) << (i * 2);
      image.set(this.#bytes(this.#stack(i), 10), FSAVE_REGISTERS + i * 10);
    }
    words[0] = this.#get(FCW) | ONES;
    words[1] = this.statusWord | ONES;
    words[2] = tags | ONES;
    words[3] = this.#get(FIP);
    words[4] = (this.#get(FCS) & 0xffff) | (this.#get(FOP) << 16);
    words[5] = this.#get(FDP);
    words[6] = this.#get(FDS) | ONES;
    return image;
  }

  frstor(image: Uint8Array): void {
    const words = new DataView(image.buffer, image.byteOffset);
    this.#set(FCW, words.getUint16(0, true));
    this.#setStatusWord(words.getUint16(4, true));
    const tags = words.getUint16(8, true);
    let used = 0;
    for (let i = 0; i < 8; i++) {
      if (((tags >>> (i * 2)) & 3) !== 3) used |= 1 << i;
      this.#bytes(this.#stack(i), 10).set(
        image.subarray(FSAVE_REGISTERS + i * 10, FSAVE_REGISTERS + i * 10 + 10),
      );
    }
    this.#set(FTAG, used);
    this.#set(FIP, words.getUint32(12, true));
    this.#set(FCS, words.getUint16(16, true));
    this.#set(FOP, words.getUint16(18, true) & 0x7ff);
    this.#set(FDP, words.getUint32(20, true));
    this.#set(FDS, words.getUint16(24, true));
  }

  /** The 512-byte image of FXSAVE. */
  fxsave(): Uint8Array {
    const image = new Uint8Array(FXSAVE_BYTES);
    const words = new DataView(image.buffer);
    words.setUint16(0, this.#get(FCW), true);
    words.setUint16(2, this.statusWord, true);
    words.setUint8(4, this.#get(FTAG));
    words.setUint16(6, this.#get(FOP), true);
    words.setUint32(8, this.#get(FIP), true);
    words.setUint16(12, this.#get(FCS), true);
    words.setUint32(16, this.#get(FDP), true);
    words.setUint16(20, this.#get(FDS), true);
    words.setUint32(24, this.#get(MXCSR), true);
    words.setUint32(28, MXCSR_MASK, true);
    for (let i = 0; i < 8; i++) image.set(this.#bytes(this.#stack(i), 10), FXSAVE_REGISTERS + i * 16);
    image.set(this.#bytes(XMM, 128), FXSAVE_XMM);
    return image;
  }

  /** Bits of MXCSR that do not exist are dropped, as Linux does. */
  fxrstor(image: Uint8Array): void {
    const words = new DataView(image.buffer, image.byteOffset);
    this.#set(FCW, words.getUint16(0, true));
    this.#setStatusWord(words.getUint16(2, true));
    this.#set(FTAG, words.getUint8(4));
    this.#set(FOP, words.getUint16(6, true) & 0x7ff);
    this.#set(FIP, words.getUint32(8, true));
    this.#set(FCS, words.getUint16(12, true));
    this.#set(FDP, words.getUint32(16, true));
    this.#set(FDS, words.getUint16(20, true));
    this.#set(MXCSR, words.getUint32(24, true) & MXCSR_MASK);
    for (let i = 0; i < 8; i++) {
      const at = FXSAVE_REGISTERS + i * 16;
      this.#bytes(this.#stack(i), 10).set(image.subarray(at, at + 10));
    }
    this.#bytes(XMM, 128).set(image.subarray(FXSAVE_XMM, FXSAVE_XMM + 128));
  }
}
