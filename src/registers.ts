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

const FXSAVE_BYTES = 512;

const INITIAL_FCW = 0x37f;
const INITIAL_MXCSR = 0x1f80;
/** The MXCSR bits that exist; the mask that FXSAVE reports. */
const MXCSR_MASK = 0xffff;
const FSAVE_REGISTERS = 28;
const FXSAVE_REGISTERS = 32;
const FXSAVE_XMM = 160;
const XMM_WORDS = 32;
/** Behind the last register: reserved, and what software may use. */
const FXSAVE_END = FXSAVE_XMM + XMM_WORDS * 4;
/** Reserved halves of the FSAVE environment are stored as ones. */
const ONES = 0xffff0000;

export class Registers {
  readonly #memory: WebAssembly.Memory;
  /** Host address of the slot. */
  readonly #slot: number;
  /** Renewed when the memory has grown: the old ones have no length any more. */
  #words: Uint32Array;
  #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory, slot: number) {
    this.#memory = memory;
    this.#slot = slot;
    this.#words = new Uint32Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  #renew(): void {
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  #get(offset: number): number {
    if (this.#words.length === 0) this.#renew();
    return this.#words[(this.#slot + offset) >>> 2]!;
  }

  #set(offset: number, value: number): void {
    if (this.#words.length === 0) this.#renew();
    this.#words[(this.#slot + offset) >>> 2] = value;
  }

  // ---- debug registers, by their offsets in the slot ----

  debug(offset: number): number {
    return this.#get(offset);
  }

  setDebug(offset: number, value: number): void {
    this.#set(offset, value);
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
    if (this.#words.length === 0) this.#renew();
    this.#bytes.fill(0, this.#slot + FPR, this.#slot + MXCSR);
    this.#bytes.fill(0, this.#slot + XMM, this.#slot + XMM + 128);
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

  // The images lie at `at` in the same linear memory, at a multiple of 4: an array of their own each time
  // costs more than all the rest.

  /** Stores the 108-byte image of FNSAVE. */
  fsave(at: number): void {
    let tags = 0;
    for (let i = 0; i < 8; i++) tags |= this.#tag(i) << (i * 2);
    const words = this.#words;
    const bytes = this.#bytes;
    for (let i = 0; i < 8; i++) {
      const from = this.#slot + this.#stack(i);
      bytes.copyWithin(at + FSAVE_REGISTERS + i * 10, from, from + 10);
    }
    const to = at >>> 2;
    words[to] = this.#get(FCW) | ONES;
    words[to + 1] = this.statusWord | ONES;
    words[to + 2] = tags | ONES;
    words[to + 3] = this.#get(FIP);
    words[to + 4] = (this.#get(FCS) & 0xffff) | (this.#get(FOP) << 16);
    words[to + 5] = this.#get(FDP);
    words[to + 6] = this.#get(FDS) | ONES;
  }

  frstor(at: number): void {
    if (this.#words.length === 0) this.#renew();
    const words = this.#words;
    const from = at >>> 2;
    this.#set(FCW, words[from]! & 0xffff);
    this.#setStatusWord(words[from + 1]!);
    const tags = words[from + 2]!;
    let used = 0;
    for (let i = 0; i < 8; i++) {
      if (((tags >>> (i * 2)) & 3) !== 3) used |= 1 << i;
      const register = at + FSAVE_REGISTERS + i * 10;
      this.#bytes.copyWithin(this.#slot + this.#stack(i), register, register + 10);
    }
    this.#set(FTAG, used);
    this.#set(FIP, words[from + 3]!);
    this.#set(FCS, words[from + 4]! & 0xffff);
    this.#set(FOP, (words[from + 4]! >>> 16) & 0x7ff);
    this.#set(FDP, words[from + 5]!);
    this.#set(FDS, words[from + 6]! & 0xffff);
  }

  /** Stores the 512-byte image of FXSAVE. */
  fxsave(at: number): void {
    if (this.#words.length === 0) this.#renew();
    const words = this.#words;
    const to = at >>> 2;
    // Few words: a call of fill or copyWithin takes longer than they do.
    for (let i = FXSAVE_END >>> 2; i < FXSAVE_BYTES >>> 2; i++) words[to + i] = 0;
    words[to] = (this.#get(FCW) & 0xffff) | (this.statusWord << 16);
    words[to + 1] = (this.#get(FTAG) & 0xff) | (this.#get(FOP) << 16);
    words[to + 2] = this.#get(FIP);
    words[to + 3] = this.#get(FCS) & 0xffff;
    words[to + 4] = this.#get(FDP);
    words[to + 5] = this.#get(FDS) & 0xffff;
    words[to + 6] = this.#get(MXCSR);
    words[to + 7] = MXCSR_MASK;
    for (let i = 0; i < 8; i++) {
      const from = (this.#slot + this.#stack(i)) >>> 2;
      const register = (at + FXSAVE_REGISTERS + i * 16) >>> 2;
      words[register] = words[from]!;
      words[register + 1] = words[from + 1]!;
      words[register + 2] = words[from + 2]! & 0xffff;
      words[register + 3] = 0;
    }
    const xmm = (this.#slot + XMM) >>> 2;
    for (let i = 0; i < XMM_WORDS; i++) words[to + (FXSAVE_XMM >>> 2) + i] = words[xmm + i]!;
  }

  /** Bits of MXCSR that do not exist are dropped, as Linux does. */
  fxrstor(at: number): void {
    if (this.#words.length === 0) this.#renew();
    const words = this.#words;
    const from = at >>> 2;
    this.#set(FCW, words[from]! & 0xffff);
    this.#setStatusWord(words[from]! >>> 16);
    this.#set(FTAG, words[from + 1]! & 0xff);
    this.#set(FOP, (words[from + 1]! >>> 16) & 0x7ff);
    this.#set(FIP, words[from + 2]!);
    this.#set(FCS, words[from + 3]! & 0xffff);
    this.#set(FDP, words[from + 4]!);
    this.#set(FDS, words[from + 5]! & 0xffff);
    this.#set(MXCSR, words[from + 6]! & MXCSR_MASK);
    for (let i = 0; i < 8; i++) {
      const register = (at + FXSAVE_REGISTERS + i * 16) >>> 2;
      const to = (this.#slot + this.#stack(i)) >>> 2;
      words[to] = words[register]!;
      words[to + 1] = words[register + 1]!;
      words[to + 2] = (words[to + 2]! & 0xffff0000) | (words[register + 2]! & 0xffff);
    }
    const xmm = (this.#slot + XMM) >>> 2;
    for (let i = 0; i < XMM_WORDS; i++) words[xmm + i] = words[from + (FXSAVE_XMM >>> 2) + i]!;
  }
}
