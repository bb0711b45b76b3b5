// The vdso: one page with the kernel entry and the signal trampolines, built here as a small ELF shared
// object that dynamic linkers, unwinders and debuggers read like Linux's linux-gate.so.1 (vdso(7)).
// There is no vvar page: clocks are asked by system calls.

import { PAGE_SIZE } from '../../src/layout.ts';
import { MAP, PROT_EXEC, PROT_READ } from '../abi/memory.ts';
import type { Frames } from '../mm/frames.ts';
import type { Mm } from '../mm/mm.ts';
import type { Area, Mappable } from '../mm/vma.ts';

const VERSION = 'LINUX_2.5';
const SONAME = 'linux-gate.so.1';

// The kernel entry is int 0x80; behind it, where sysenter returns to, the registers that programs push
// before sysenter are taken back.
const ENTRY = [0xcd, 0x80, 0xc3];
const LANDING = [0x5d, 0x5a, 0x59, 0xc3]; // pop ebp; pop edx; pop ecx; ret
// Unwinders know signal frames by exactly these bytes: pop eax; mov eax, 119; int 0x80 and mov eax, 173; int 0x80.
const SIGRETURN = [0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80];
const RT_SIGRETURN = [0xb8, 0xad, 0, 0, 0, 0xcd, 0x80];

interface VdsoImage {
  readonly bytes: Uint8Array;
  /** Offsets in the page. */
  readonly entry: number;
  readonly sysenterReturn: number;
  readonly sigreturn: number;
  readonly rtSigreturn: number;
}

/** The page of one machine, mapped into every program; private writes (breakpoints) copy it. */
export class Vdso implements Mappable {
  readonly name = '[vdso]';
  readonly device = 0;
  readonly inode = 0;
  readonly mappings = new Set<Area>();
  readonly tracksDirty = false;
  readonly #frames: Frames;
  readonly #frame: number;
  readonly #image: VdsoImage;

  constructor(frames: Frames) {
    this.#frames = frames;
    this.#image = buildVdso();
    this.#frame = frames.allocate();
    frames.bytes(this.#frame).set(this.#image.bytes);
  }

  page(index: number): number {
    if (index !== 0) return 0;
    this.#frames.retain(this.#frame);
    return this.#frame;
  }
  resident(index: number): number {
    return index === 0 ? this.#frame : 0;
  }
  markDirty(): void {}
  retain(): void {}
  release(): void {}

  /** Maps the page where room is, and tells the address space where its parts lie. */
  mapInto(mm: Mm): void {
    const base = mm.map({
      address: 0,
      length: PAGE_SIZE,
      protection: PROT_READ | PROT_EXEC,
      flags: MAP.MAP_PRIVATE,
      mappable: this,
    });
    const { entry, sysenterReturn, sigreturn, rtSigreturn } = this.#image;
    mm.vdso = {
      base,
      entry: base + entry,
      sysenterReturn: base + sysenterReturn,
      sigreturn: base + sigreturn,
      rtSigreturn: base + rtSigreturn,
    };
  }
}

/** Appends little-endian data to a page. */
class Assembler {
  readonly bytes = new Uint8Array(PAGE_SIZE);
  readonly #view = new DataView(this.bytes.buffer);
  at = 0;

  align(to: number): number {
    this.at = Math.ceil(this.at / to) * to;
    return this.at;
  }
  raw(bytes: readonly number[]): number {
    const start = this.at;
    this.bytes.set(bytes, start);
    this.at += bytes.length;
    return start;
  }
  half(...values: number[]): void {
    for (const value of values) {
      this.#view.setUint16(this.at, value, true);
      this.at += 2;
    }
  }
  word(...values: number[]): void {
    for (const value of values) {
      this.#view.setUint32(this.at, value, true);
      this.at += 4;
    }
  }
  patch(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }
}

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** The hash of System V ABI figure 5-13, used by DT_HASH and by version definitions. */
function elfHash(name: string): number {
  let hash = 0;
  for (const code of ascii(name)) {
    hash = (hash << 4) + code;
    const high = hash & 0xf0000000;
    if (high !== 0) hash ^= high >>> 24;
    hash &= ~high;
  }
  return hash >>> 0;
}

const HEADERS = 3;
const HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;

function buildVdso(): VdsoImage {
  const a = new Assembler();
  a.at = HEADER_SIZE + HEADERS * PROGRAM_HEADER_SIZE;

  // ---- code; a nop before each trampoline, because unwinders look at the address before the return ----
  a.align(32);
  const text = a.at;
  const entry = a.raw(ENTRY);
  const sysenterReturn = a.raw(LANDING);
  const textEnd = a.at;
  a.align(16);
  a.raw([0x90]);
  const sigreturn = a.raw(SIGRETURN);
  a.align(16);
  a.raw([0x90]);
  const rtSigreturn = a.raw(RT_SIGRETURN);

  // ---- names ----
  const symbols = [
    { name: '__kernel_vsyscall', value: entry, size: ENTRY.length },
    { name: '__kernel_sigreturn', value: sigreturn, size: SIGRETURN.length },
    { name: '__kernel_rt_sigreturn', value: rtSigreturn, size: RT_SIGRETURN.length },
  ];
  const names = ['', ...symbols.map(({ name }) => name), VERSION, SONAME];
  const nameAt = new Map<string, number>();
  const strtab = a.at;
  for (const name of names) {
    nameAt.set(name, a.at - strtab);
    a.raw([...ascii(name), 0]);
  }
  const strtabSize = a.at - strtab;

  const symtab = a.align(4);
  a.word(0, 0, 0, 0);
  for (const { name, value, size } of symbols) {
    a.word(nameAt.get(name)!, value, size);
    a.raw([0x12, 0]); // STB_GLOBAL, STT_FUNC
    a.half(1);
  }
  a.word(nameAt.get(VERSION)!, 0, 0);
  a.raw([0x11, 0]); // STB_GLOBAL, STT_OBJECT
  a.half(0xfff1); // SHN_ABS
  const symbolCount = symbols.length + 2;

  // One bucket: every lookup walks the chain 1, 2, ...
  const hash = a.at;
  a.word(1, symbolCount, 1);
  for (let i = 0; i < symbolCount; i++) a.word(i === 0 || i === symbolCount - 1 ? 0 : i + 1);

  const versym = a.at;
  a.half(0, ...Array.from({ length: symbolCount - 1 }, () => 2));
  const verdef = a.align(4);
  for (const [index, name, flags, next] of [
    [1, SONAME, 1, 28],
    [2, VERSION, 0, 0],
  ] as const) {
    a.half(1, flags, index, 1);
    a.word(elfHash(name), 20, next);
    a.word(nameAt.get(name)!, 0);
  }

  const dynamic = a.align(4);
  const DYNAMIC = [
    [14, nameAt.get(SONAME)!], // DT_SONAME
    [4, hash], // DT_HASH
    [5, strtab], // DT_STRTAB
    [6, symtab], // DT_SYMTAB
    [10, strtabSize], // DT_STRSZ
    [11, 16], // DT_SYMENT
    [0x6ffffffc, verdef], // DT_VERDEF
    [0x6ffffffd, 2], // DT_VERDEFNUM
    [0x6ffffff0, versym], // DT_VERSYM
    [0, 0],
  ];
  for (const [tag, value] of DYNAMIC) a.word(tag!, value!);
  const dynamicSize = a.at - dynamic;

  const { header, size: frameHeaderSize } = unwindTables(a, text, textEnd, sysenterReturn);

  // ---- headers, now that all is known ----
  const end = a.at;
  a.at = 0;
  a.raw([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  a.half(3, 3); // ET_DYN, EM_386
  a.word(1, entry, HEADER_SIZE, 0, 0);
  a.half(HEADER_SIZE, PROGRAM_HEADER_SIZE, HEADERS, 40, 0, 0);
  a.word(1, 0, 0, 0, end, end, 5, PAGE_SIZE); // PT_LOAD, readable and executable
  a.word(2, dynamic, dynamic, dynamic, dynamicSize, dynamicSize, 4, 4); // PT_DYNAMIC
  a.word(0x6474e550, header, header, header, frameHeaderSize, frameHeaderSize, 4, 4); // PT_GNU_EH_FRAME
  return { bytes: a.bytes, entry, sysenterReturn, sigreturn, rtSigreturn };
}

/** .eh_frame and .eh_frame_hdr for the kernel entry, so that backtraces and cancellation pass through it. */
function unwindTables(
  a: Assembler,
  text: number,
  textEnd: number,
  sysenterReturn: number,
): { header: number; size: number } {
  const NOP = 0;
  const frames = a.align(4);
  // CIE: augmentation zR, code alignment 1, data alignment -4, return address column 8, pcrel|sdata4.
  const cie = [1, ...ascii('zR'), 0, 1, 0x7c, 8, 1, 0x1b, 0x0c, 4, 4, 0x88, 1];
  while (cie.length % 4 !== 0) cie.push(NOP);
  a.word(cie.length + 4, 0);
  a.raw(cie);
  // FDE: at sysenter's landing three more words lie on the stack; each pop takes one away.
  const steps = [0x40 | (sysenterReturn - text), 0x0e, 16, 0x41, 0x0e, 12, 0x41, 0x0e, 8, 0x41, 0x0e, 4];
  const body = [0, ...steps];
  while (body.length % 4 !== 0) body.push(NOP);
  const fde = a.at;
  a.word(body.length + 12, fde + 4 - frames, text - (fde + 8), textEnd - text);
  a.raw(body);
  a.word(0);

  const header = a.at;
  a.raw([1, 0x1b, 0x03, 0x3b]); // version 1; pcrel|sdata4 pointer, udata4 count, datarel|sdata4 table
  a.word(frames - (header + 4), 1, text - header, fde - header);
  return { header, size: a.at - header };
}
