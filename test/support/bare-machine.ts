// A machine of one engine and the fuzz sandbox, without Linux: table set 0 maps the pages with their
// protections, the LDT holds the sandbox's segments. It runs fuzz cases and answers in the oracle's terms.
import type { CodeFrames } from '../../jit/frames.ts';
import { type CpuModel, installModel, parseCpuModel } from '../../src/cpu-model.ts';
import type { Engine } from '../../src/engine.ts';
import * as L from '../../src/layout.ts';
import {
  PAGES,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  pristineImage,
  type SandboxSegment,
  SEGMENTS,
} from '../fuzz/sandbox.ts';
import type { FuzzCase, FuzzResult, FuzzStep } from '../fuzz/wire.ts';

export type EngineFactory = (memory: WebAssembly.Memory, frames: CodeFrames) => Engine;

/** What no oracle can answer for: the sequence ran on and on, or it called the kernel. */
export type Unfinished = 'loop' | 'system call';

const BUDGET = 2000;
const SIGVTALRM = 26;
const PAGE_WORDS = L.PAGE_SIZE / 4;
const HOST_PAGES = L.FRAMES;
const HOST_LDT = L.FRAMES + PAGES.length * L.PAGE_SIZE;
const LDT_BYTES = 0x1000;
const EVERYTHING = parseCpuModel('max') as CpuModel;
const INITIAL_FCW = 0x37f;
const INITIAL_MXCSR = 0x1f80;

/** The two words of a descriptor, as modify_ldt(2) makes it. */
function descriptor(segment: SandboxSegment): [number, number] {
  const { base, limit, contents } = segment;
  const type = (contents << 2) | (segment.readOnly ? 0 : 2) | 1;
  const access = type | 0x10 | 0x60 | (segment.absent ? 0 : 0x80);
  const high = (segment.pages ? 0x800000 : 0) | (segment.small ? 0 : 0x400000) | 0x100000;
  return [
    ((base << 16) | (limit & 0xffff)) >>> 0,
    ((base & 0xff000000) | high | (limit & 0xf0000) | (access << 8) | ((base >>> 16) & 0xff)) >>> 0,
  ];
}

export class BareMachine {
  readonly engine: Engine;
  readonly #view: DataView;
  readonly #words: Int32Array;
  readonly #pristine: Int32Array;
  readonly #before: Int32Array;
  /** Pages that code was translated from. */
  readonly #translated = new Set<number>();

  constructor(create: EngineFactory, model = EVERYTHING) {
    const bytes = HOST_LDT + LDT_BYTES;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 65536 });
    installModel(memory, model);
    this.engine = create(memory, { protect: (frame) => this.#protect(frame) });
    this.#view = new DataView(memory.buffer);
    this.#words = new Int32Array(memory.buffer, HOST_PAGES, PAGES.length * PAGE_WORDS);
    this.#pristine = new Int32Array(pristineImage().buffer);
    this.#before = this.#pristine.slice();
    this.#words.set(this.#pristine);
    for (let i = 0; i < PAGES.length; i++) this.#map(PAGES[i].address, HOST_PAGES + i * L.PAGE_SIZE, i);
    SEGMENTS.forEach((segment, index) => {
      const [low, high] = descriptor(segment);
      this.#view.setUint32(HOST_LDT + index * 8, low, true);
      this.#view.setUint32(HOST_LDT + index * 8 + 4, high, true);
    });
  }

  #map(address: number, host: number, index: number): void {
    const { protection } = PAGES[index];
    const page = address >>> L.PAGE_SHIFT;
    const entry = host - address + L.ENTRY_BIAS;
    if (protection & PROT_READ) this.#view.setInt32(L.TABLES + L.R_TABLE + page * 4, entry, true);
    if (protection & PROT_WRITE) this.#view.setInt32(L.TABLES + L.W_TABLE + page * 4, entry, true);
    if (protection & PROT_EXEC) {
      const at = L.TABLES + L.X_BITMAP + (page >>> 3);
      this.#view.setUint8(at, this.#view.getUint8(at) | (1 << (page & 7)));
    }
  }

  /** Frame of page `index` of the sandbox. */
  #frame(index: number): number {
    return (HOST_PAGES >>> L.PAGE_SHIFT) + index;
  }
  #protect(frame: number): void {
    const index = frame - this.#frame(0);
    this.#view.setInt32(L.TABLES + L.W_TABLE + (PAGES[index].address >>> L.PAGE_SHIFT) * 4, 0, true);
    this.#translated.add(index);
  }
  /** The sandbox's page `index` is about to change: translations of it are stale. */
  #release(index: number): void {
    if (!this.#translated.delete(index)) return;
    this.engine.invalidateFrame(this.#frame(index));
    this.#map(PAGES[index].address, HOST_PAGES + index * L.PAGE_SIZE, index);
  }

  /** Runs; a write that only a translation stands against is let through. */
  #run(): number {
    for (;;) {
      const trap = this.engine.run();
      if (trap !== L.TRAP_FAULT || this.#get(L.TRAP_VECTOR) !== L.VECTOR_PF) return trap;
      const page = this.#get(L.TRAP_ADDRESS) & ~L.PAGE_MASK;
      const index = PAGES.findIndex(({ address }) => address === page >>> 0);
      if (!this.#translated.has(index) || !(PAGES[index].protection & PROT_WRITE)) return trap;
      if (!(this.#get(L.TRAP_ERROR) & L.PF_WRITE)) return trap;
      this.#release(index);
    }
  }

  #set(offset: number, value: number): void {
    this.#view.setUint32(L.CPU + offset, value, true);
  }

  #get(offset: number): number {
    return this.#view.getUint32(L.CPU + offset, true);
  }

  #regs(): number[] {
    return Array.from({ length: 8 }, (_, i) => this.#get(L.EAX + i * 4));
  }

  #host(address: number): number {
    const index = PAGES.findIndex((page) => address >= page.address && address < page.address + L.PAGE_SIZE);
    return HOST_PAGES + index * L.PAGE_SIZE + (address & L.PAGE_MASK);
  }

  #putByte(address: number, value: number): void {
    const at = this.#host(address);
    this.#view.setUint8(at, value);
    new Uint8Array(this.#before.buffer)[at - HOST_PAGES] = value;
  }

  #restoreByte(address: number): void {
    const offset = this.#host(address) - HOST_PAGES;
    this.#putByte(address, new Uint8Array(this.#pristine.buffer)[offset]);
  }

  #loadSegment(register: number, selector: number): void {
    const index = selector >> 3;
    let base = 0;
    let limit = 0;
    let access = 0;
    if (selector > 3) {
      const segment = SEGMENTS[index];
      base = segment.base;
      limit = segment.pages ? ((segment.limit << 12) | 0xfff) >>> 0 : segment.limit;
      access = (descriptor(segment)[1] >>> 8) & 0xffff;
    }
    this.#set(L.SEG_SELECTOR + register * 4, selector);
    this.#set(L.SEG_BASE + register * 4, base);
    this.#set(L.SEG_LIMIT + register * 4, limit);
    this.#set(L.SEG_ACCESS + register * 4, access);
  }

  /** Puts the whole CPU block into the state the case starts from. */
  #load(test: FuzzCase): void {
    new Uint8Array(this.engine.memory.buffer, L.CPU, L.CPU_SIZE).fill(0);
    test.regs.forEach((value, i) => {
      this.#set(L.EAX + i * 4, value);
    });
    this.#set(L.EIP, test.eip);
    this.#set(L.EFLAGS, test.eflags | (test.stepLimit > 0 ? 0x100 : 0));
    this.#set(L.TB, L.TABLES);
    this.#set(L.BUDGET, BUDGET);
    this.#set(L.LDT_BASE, HOST_LDT);
    this.#set(L.LDT_COUNT, SEGMENTS.length);
    test.selectors.forEach((selector, register) => {
      this.#loadSegment(register, selector);
    });
    this.#loadFloat(test.fx);
  }

  #loadFloat(fx: Uint8Array | null): void {
    this.#set(L.FCW, INITIAL_FCW);
    this.#set(L.MXCSR, INITIAL_MXCSR);
    if (fx === null) return;
    const image = new DataView(fx.buffer, fx.byteOffset, fx.byteLength);
    const status = image.getUint16(2, true);
    const top = (status >> 11) & 7;
    this.#set(L.FCW, image.getUint16(0, true));
    this.#set(L.FSW, status & ~0x3800);
    this.#set(L.FTOP, top);
    this.#set(L.FTAG, fx[4]);
    this.#set(L.FOP, image.getUint16(6, true));
    this.#set(L.MXCSR, image.getUint32(24, true));
    const block = new Uint8Array(this.engine.memory.buffer, L.CPU, L.CPU_SIZE);
    for (let i = 0; i < 8; i++) {
      // The image is in stack order, the block in that of the physical registers.
      block.set(fx.subarray(32 + i * 16, 42 + i * 16), L.FPR + ((top + i) & 7) * 16);
    }
    block.set(fx.subarray(160, 288), L.XMM);
  }

  #saveFloat(): Uint8Array {
    const fx = new Uint8Array(512);
    const image = new DataView(fx.buffer);
    const top = this.#get(L.FTOP);
    image.setUint16(0, this.#get(L.FCW), true);
    image.setUint16(2, this.#get(L.FSW) | (top << 11), true);
    fx[4] = this.#get(L.FTAG);
    image.setUint16(6, this.#get(L.FOP), true);
    image.setUint32(24, this.#get(L.MXCSR), true);
    const block = new Uint8Array(this.engine.memory.buffer, L.CPU, L.CPU_SIZE);
    for (let i = 0; i < 8; i++) {
      const register = L.FPR + ((top + i) & 7) * 16;
      fx.set(block.subarray(register, register + 10), 32 + i * 16);
    }
    fx.set(block.subarray(L.XMM, L.XMM + 128), 160);
    return fx;
  }

  /** Runs one case; the sandbox is pristine before and after. */
  run(test: FuzzCase): FuzzResult | Unfinished {
    for (const index of this.#translated) this.#release(index);
    for (const [address, value] of test.patches) {
      for (let i = 0; i < 4; i++) this.#putByte(address + i, (value >>> (8 * i)) & 0xff);
    }
    for (let i = 0; i < test.code.length; i++) this.#putByte(test.eip + i, test.code[i]);
    this.#load(test);
    const steps: FuzzStep[] = [];
    let trap = this.#run();
    while (test.stepLimit > 0 && trap === L.TRAP_FAULT && this.#get(L.TRAP_VECTOR) === L.VECTOR_DB) {
      steps.push({ eip: this.#get(L.EIP), eflags: this.#get(L.EFLAGS), regs: this.#regs() });
      if (steps.length === test.stepLimit) break;
      this.#set(L.BUDGET, BUDGET);
      trap = this.#run();
    }
    const changes = this.#takeChanges();
    for (const [address] of test.patches) {
      for (let i = 0; i < 4; i++) this.#restoreByte(address + i);
    }
    for (let i = 0; i < test.code.length; i++) this.#restoreByte(test.eip + i);
    if (trap === L.TRAP_SYSCALL || trap === L.TRAP_SYSENTER) return 'system call';
    if (trap === L.TRAP_BUDGET) return 'loop';
    return {
      regs: this.#regs(),
      eflags: this.#get(L.EFLAGS),
      eip: this.#get(L.EIP),
      selectors: Array.from({ length: 6 }, (_, i) => this.#get(L.SEG_SELECTOR + i * 4)),
      signal: 0,
      vector: this.#get(L.TRAP_VECTOR),
      error: this.#get(L.TRAP_ERROR),
      cr2: this.#get(L.TRAP_ADDRESS),
      steps,
      changes,
      fx: test.fx ? this.#saveFloat() : null,
    };
  }

  /** Words that differ from the start; puts the start back. */
  #takeChanges(): Map<number, number> {
    const changes = new Map<number, number>();
    const words = this.#words;
    const before = this.#before;
    for (let i = 0; i < words.length; i++) {
      if (words[i] === before[i]) continue;
      const page = PAGES[Math.floor(i / PAGE_WORDS)];
      changes.set(page.address + (i % PAGE_WORDS) * 4, words[i] >>> 0);
      words[i] = before[i];
    }
    return changes;
  }
}

/** The oracle's own way to say that a sequence did not end. */
export function isUnfinished(result: FuzzResult): boolean {
  return result.signal === SIGVTALRM;
}
