// One fuzz case in the making: encodes the chosen slots one after the other, remembers which registers
// still hold their initial values, and gives registers and memory the values the instructions need.
import { type Operand, type Row, type Slot, slots } from '../../src/isa/map.ts';
import { Encoding } from './encoding.ts';
import { EXCLUDED_IMMEDIATE, EXCLUDED_MEMORY } from './exclusions.ts';
import { floatImage } from './float-image.ts';
import { flagsRead, UndefinedFlags } from './flow.ts';
import type { GeneratedCase, GeneratedInsn } from './generator.ts';
import type { Random } from './random.ts';
import { CODE_END, PAGES, SELECTOR_CODE, SELECTOR_DATA } from './sandbox.ts';
import { codePlace, dataPointer, selector, stackPointer, startFlags, value } from './values.ts';
import { vector } from './vector-values.ts';
import { CODE_BYTES } from './wire.ts';

const [EAX, ECX, EDX, , ESP, EBP, ESI, EDI] = [0, 1, 2, 3, 4, 5, 6, 7];
const [ES, CS, SS, DS, FS, GS] = [0, 1, 2, 3, 4, 5];

/** Registers that instructions change without naming them in an operand. */
const IMPLICIT: Readonly<Record<string, readonly number[]>> = {
  mul: [EAX, EDX],
  div: [EAX, EDX],
  idiv: [EAX, EDX],
  cdq: [EDX],
  cwde: [EAX],
  aaa: [EAX],
  aas: [EAX],
  aam: [EAX],
  aad: [EAX],
  daa: [EAX],
  das: [EAX],
  lahf: [EAX],
  salc: [EAX],
  xlat: [EAX],
  cmpxchg: [EAX],
  cmpxchg8b: [EAX, EDX],
  pcmpistri: [ECX],
  pcmpestri: [ECX],
  leave: [ESP, EBP],
  enter: [ESP, EBP],
  loop: [ECX],
  loope: [ECX],
  loopne: [ECX],
  popa: [0, 1, 2, 3, 5, 6, 7],
  movs: [ESI, EDI, ECX],
  cmps: [ESI, EDI, ECX],
  stos: [EDI, ECX],
  scas: [EDI, ECX],
  lods: [EAX, ESI, ECX],
};

/** Whether #UD or #GP wins for the numbers in between is the processor's choice. */
const CONTROL_REGISTERS = [0, 2, 3, 4];

const STACK_READERS = new Set(['ret', 'retf', 'iret', 'pop', 'popf', 'popa', 'leave']);
const cmpAl = slots.find((slot) => slot.map === 0 && slot.opcode === 0x3c);

/** A place in the code that waits for an address: `width` bytes at `at`. */
interface Fixup {
  readonly at: number;
  readonly width: number;
  readonly relative: boolean;
  readonly target: number;
}

export class Draft {
  readonly #random: Random;
  readonly #chosen: readonly Slot[];
  readonly #code: number[] = [];
  readonly #insns: GeneratedInsn[] = [];
  readonly #starts: number[] = [];
  readonly #fixups: Fixup[] = [];
  readonly #patches: [number, number][] = [];
  /** Initial values that are addresses of instructions: register or patch to set, ordinal of the target. */
  readonly #codeValues: { set: (address: number) => void; target: number }[] = [];
  readonly #regs: number[];
  readonly #selectors: number[];
  /** Registers nobody has written yet. */
  readonly #intact = new Set([0, 1, 2, 3, 4, 5, 6, 7]);
  /** Registers whose initial value an earlier instruction relies on. */
  readonly #settled = new Set<number>();
  readonly #undefined = new UndefinedFlags();
  readonly #withFx: boolean;

  constructor(random: Random, chosen: readonly Slot[], withFx: boolean) {
    this.#random = random;
    this.#chosen = chosen;
    this.#withFx = withFx;
    this.#regs = Array.from({ length: 8 }, () => (random.chance(45) ? dataPointer(random) : value(random)));
    this.#regs[ESP] = stackPointer(random);
    const names = new Set(chosen.map((slot) => slot.row.name));
    if (names.has('enter') || names.has('leave')) {
      if (random.chance(80)) this.#regs[EBP] = stackPointer(random);
    }
    if (chosen.some((slot) => slot.row.rep !== '') && random.chance(90)) {
      this.#regs[ECX] = random.chance(80) ? random.below(24) : random.below(400);
      this.#regs[ESI] = dataPointer(random);
      this.#regs[EDI] = dataPointer(random);
    }
    // Lengths of strings.
    if (names.has('pcmpestri') || names.has('pcmpestrm'))
      for (const r of [EAX, EDX]) if (random.chance(85)) this.#regs[r] = random.between(-20, 20) >>> 0;
    if (names.has('maskmovq') || names.has('maskmovdqu')) this.#regs[EDI] = dataPointer(random);
    const data = () => (random.chance(92) ? SELECTOR_DATA : random.pick([0x17, 0x1f, 0x27]));
    const extra = () => random.pick([0, 0x17, 0x17, 0x17, 0x0f, 0x1f, 0x27, 0x47]);
    this.#selectors = [data(), SELECTOR_CODE, SELECTOR_DATA, data(), extra(), extra()];
  }

  finish(stepping: boolean): GeneratedCase {
    const random = this.#random;
    for (const slot of this.#chosen) {
      if (this.#code.length > CODE_BYTES - 22) break;
      this.#starts.push(this.#code.length);
      if ((flagsRead(slot.row, slot.opcode) & this.#undefined.bits) !== 0 && cmpAl) {
        this.#append(cmpAl, [0x3c, random.below(256)], -1);
        this.#undefined.pass(cmpAl.row, this.#starts.length - 1);
      }
      this.#instruction(slot, this.#starts.length - 1);
    }
    const end = this.#code.length;
    this.#code.push(0xcc);
    const eip = codePlace(random, this.#code.length);
    const address = (ordinal: number) => eip + (this.#starts[ordinal] ?? end);
    for (const { at, width, relative, target } of this.#fixups) {
      const number = relative ? address(target) - (eip + at + width) : address(target);
      for (let i = 0; i < width; i++) this.#code[at + i] = (number >> (8 * i)) & 0xff;
    }
    if (this.#chosen.some((slot) => STACK_READERS.has(slot.row.name)) && random.chance(75)) this.#fillStack();
    for (const { set, target } of this.#codeValues) set(address(target));
    return {
      test: {
        eip,
        selectors: this.#selectors,
        regs: this.#regs.map((r) => r >>> 0),
        eflags: startFlags(random),
        code: Uint8Array.from(this.#code.slice(0, Math.min(CODE_BYTES, CODE_END - eip))),
        patches: this.#patches.filter(([at]) => inPage(at)),
        fx: this.#withFx ? floatImage(random) : null,
        stepLimit: stepping ? 40 : 0,
      },
      insns: this.#insns,
    };
  }

  /** Return addresses, selectors, flags and numbers where the stack pointer starts. */
  #fillStack(): void {
    const random = this.#random;
    const esp = this.#regs[ESP];
    // iret and retf want eip, cs and flags in order; give that to some from the first word on.
    const names = this.#chosen.map((slot) => slot.row.name);
    const lastReader = names.findLastIndex((name) => STACK_READERS.has(name));
    const far = names.includes('iret') || names.includes('retf');
    for (let i = -4; i < 12; i++) {
      const patch: [number, number] = [(esp + 4 * i) >>> 0, value(random)];
      if (far && i === 1) patch[1] = random.chance(70) ? SELECTOR_CODE : selector(random);
      else if (far && i === 2) patch[1] = startFlags(random);
      else if (random.chance(35) || (far && i === 0)) {
        this.#codeValues.push({
          set: (at) => (patch[1] = at),
          target: random.between(lastReader + 1, this.#chosen.length),
        });
      } else if (random.chance(30))
        patch[1] = random.pick([startFlags(random), selector(random), dataPointer(random)]);
      this.#patches.push(patch);
    }
  }

  #append(slot: Slot, bytes: readonly number[], target: number): void {
    this.#insns.push({
      offset: this.#code.length,
      length: bytes.length,
      slot,
      ordinal: this.#starts.length - 1,
      target,
    });
    this.#code.push(...bytes);
  }

  #instruction(slot: Slot, ordinal: number): void {
    const random = this.#random;
    const { row } = slot;
    const encoding = new Encoding(random, slot, this.#selectors, this.#countFits(slot) ? 0 : 32);
    const modrm = this.#modrm(slot, encoding);
    const third = row.operands.find(({ kind }) => kind === 'B');
    const vvvv = third || random.chance(1) ? random.below(8) : 0;
    if (third?.access.includes('w')) this.#write(vvvv, third);
    const bytes = [...encoding.prefixes(modrm !== null && modrm[0] < 0xc0), ...encoding.opcode(vvvv)];
    if (modrm) bytes.push(...modrm);
    const start = this.#code.length;
    let target = -1;
    for (const operand of row.operands) {
      if (operand.kind === 'J') {
        const width = operand.size === 'b' ? 1 : encoding.size / 8;
        target = this.#forward(ordinal);
        if (random.chance(97)) this.#fixups.push({ at: start + bytes.length, width, relative: true, target });
        else target = -1;
        bytes.push(...bytesOf(random.word(), width));
      } else if (operand.kind === 'A') {
        const width = encoding.size / 8;
        this.#fixups.push({
          at: start + bytes.length,
          width,
          relative: false,
          target: this.#forward(ordinal),
        });
        bytes.push(...bytesOf(0, width), ...bytesOf(random.chance(60) ? SELECTOR_CODE : selector(random), 2));
      } else if (operand.kind === 'O') {
        bytes.push(
          ...(encoding.address === 32 ? bytesOf(dataPointer(random), 4) : bytesOf(random.word() & 0x1fff, 2)),
        );
      } else if (operand.kind === 'I') bytes.push(...this.#immediate(slot, operand, encoding.size));
    }
    this.#append(slot, bytes, target);
    this.#undefined.pass(row, ordinal);
    if (row.ends !== '') this.#undefined.branch(target >= 0 ? target : this.#chosen.length);
    for (const register of IMPLICIT[row.name] ?? []) this.#intact.delete(register);
    if (/^(push|pop|call|ret|iret)/.test(row.name)) this.#intact.delete(ESP);
    if (row.name === 'imul' && row.operands.length === 1) for (const r of [EAX, EDX]) this.#intact.delete(r);
  }

  /** Whether a double shift by CL may be one of 16 bits: counts above the width are undefined. */
  #countFits(slot: Slot): boolean {
    if (slot.map !== 1 || (slot.opcode !== 0xa5 && slot.opcode !== 0xad)) return true;
    if (!this.#intact.has(ECX) || this.#settled.has(ECX)) return false;
    this.#regs[ECX] = this.#random.below(17);
    this.#settled.add(ECX);
    return true;
  }

  #forward(ordinal: number): number {
    return this.#random.between(ordinal + 1, this.#chosen.length);
  }

  #immediate(slot: Slot, operand: Operand, size: number): number[] {
    const random = this.#random;
    const { name } = slot.row;
    if (name === 'enter') {
      return operand.size === 'w'
        ? bytesOf(random.below(64), 2)
        : [random.chance(80) ? random.below(5) : random.below(256)];
    }
    if ((name === 'ret' || name === 'retf') && random.chance(80)) return bytesOf(random.below(16) * 4, 2);
    let width = operand.size === 'b' ? 1 : operand.size === 'w' ? 2 : operand.size === 'd' ? 4 : size / 8;
    if (slot.map === 0 && slot.opcode === 0xcd) width = 1;
    let number = value(random);
    if (name === 'int' && random.chance(40)) number = random.between(3, 4);
    // A count above the operand's width is undefined for the 16-bit double shifts.
    if ((name === 'shld' || name === 'shrd') && size === 16) number = random.below(17);
    while (EXCLUDED_IMMEDIATE[name]?.includes(number & 0xff)) number = random.word();
    return bytesOf(number, width);
  }

  /** A register whose initial value may still be chosen, or -1. */
  #freeRegister(): number {
    const free = [...this.#intact].filter((r) => r !== ESP && !this.#settled.has(r));
    return free.length > 0 ? this.#random.pick(free) : -1;
  }

  #modrm(slot: Slot, encoding: Encoding): number[] | null {
    if (slot.modrm === 'none') {
      for (const operand of slot.row.operands) {
        if (operand.access.includes('w')) {
          if (operand.kind === 'Z') this.#write(slot.opcode & 7, operand);
          if (operand.kind === 'register') this.#write(operand.register, operand);
        }
      }
      return null;
    }
    const random = this.#random;
    const { row } = slot;
    const segmentOperand = row.operands.find((o) => o.kind === 'S');
    const control = row.operands.some((o) => o.kind === 'C');
    const reg =
      slot.reg >= 0
        ? slot.reg
        : segmentOperand
          ? pickSegment(random, row.operands[0].kind === 'S')
          : control
            ? random.pick(CONTROL_REGISTERS)
            : random.below(8);
    const isMemory =
      slot.modrm === 'mem' || (slot.modrm === 'any' && !(row.name in EXCLUDED_MEMORY) && random.chance(55));
    const wants = isVector(row) && random.chance(70) ? 'vector' : wantedValue(slot, reg);
    let form: number[];
    if (isMemory) {
      form = this.#memory(reg, encoding, wants);
    } else {
      let rm = slot.rm >= 0 ? slot.rm : random.below(8);
      if (wants !== '' && wants !== 'vector' && random.chance(90)) {
        const free = this.#freeRegister();
        if (free >= 0) {
          rm = free;
          this.#settled.add(rm);
          if (wants === 'code')
            this.#codeValues.push({
              set: (at) => (this.#regs[free] = at),
              target: this.#forward(this.#starts.length - 1),
            });
          else
            this.#regs[rm] = random.chance(50)
              ? selector(random)
              : (selector(random) | (random.word() << 16)) >>> 0;
        }
      }
      form = [0xc0 | (reg << 3) | rm];
    }
    for (const operand of row.operands) {
      if (!operand.access.includes('w')) continue;
      if (operand.kind === 'G') this.#write(reg, operand);
      if ((operand.kind === 'E' || operand.kind === 'R') && !isMemory) this.#write(form[0] & 7, operand);
    }
    return form;
  }

  #write(register: number, operand: Operand): void {
    this.#intact.delete(operand.size === 'b' ? register & 3 : register);
  }

  /** ModRM, SIB and displacement of a memory operand; the memory gets what the instruction wants. */
  #memory(reg: number, encoding: Encoding, wants: string): number[] {
    const random = this.#random;
    const digit = reg << 3;
    if (encoding.address === 16) {
      const rm = random.below(8);
      const mod = random.below(3);
      // Registers hold 32-bit pointers, so only the plain displacement has a fair chance.
      if (random.chance(70)) return [digit | 6, ...bytesOf(random.word() & 0x1fff, 2)];
      const size = mod === 1 ? 1 : mod === 2 || rm === 6 ? 2 : 0;
      return [(mod << 6) | digit | rm, ...bytesOf(value(random), size)];
    }
    const places = [...this.#intact].filter((r) => isPlace(this.#regs[r]));
    if (wants !== '' || random.chance(15) || (places.length === 0 && random.chance(80))) {
      const pointer = dataPointer(random);
      const at = wants === 'vector' && random.chance(85) ? (pointer & ~15) >>> 0 : pointer;
      if (wants === 'vector') this.#putVector(at);
      else if (wants !== '' && random.chance(90)) this.#put(at, encoding, wants);
      // The plain displacement has two encodings.
      return random.chance(80)
        ? [digit | 5, ...bytesOf(at, 4)]
        : [digit | 4, 0x25 | (random.below(4) << 6), ...bytesOf(at, 4)];
    }
    const base = random.chance(85) && places.length > 0 ? random.pick(places) : random.below(8);
    this.#settled.add(base);
    const mod = random.pick([0, 0, 1, 1, 2]);
    const displacement = (width: number) =>
      bytesOf(
        width === 1 ? random.word() : random.chance(70) ? random.between(-300, 300) : value(random),
        width,
      );
    const size = mod === 0 ? (base === EBP ? -1 : 0) : mod === 1 ? 1 : 4;
    if (size === -1) return [0x40 | digit | 5, ...displacement(1)];
    if (base !== ESP && random.chance(60)) return [(mod << 6) | digit | base, ...displacement(size)];
    const small = [...this.#intact].filter((r) => r !== ESP && this.#regs[r] < 0x400);
    const index = random.chance(50)
      ? 4
      : random.chance(80) && small.length > 0
        ? random.pick(small)
        : random.below(8);
    if (index !== 4) this.#settled.add(index);
    return [(mod << 6) | digit | 4, (random.below(4) << 6) | (index << 3) | base, ...displacement(size)];
  }

  #putVector(at: number): void {
    const words = new Uint32Array(vector(this.#random).buffer);
    words.forEach((word, i) => {
      this.#patches.push([at + 4 * i, word]);
    });
  }

  #put(at: number, encoding: Encoding, wants: string): void {
    const random = this.#random;
    const first: [number, number] = [at, selector(random)];
    this.#patches.push(first);
    if (wants === 'selector') return;
    const target = this.#forward(this.#starts.length - 1);
    if (wants === 'code' || wants === 'far code')
      this.#codeValues.push({ set: (address) => (first[1] = address), target });
    else first[1] = value(random);
    if (wants === 'code') return;
    const chosen = wants === 'far code' && random.chance(60) ? SELECTOR_CODE : selector(random);
    this.#patches.push([at + encoding.size / 8, chosen]);
  }
}

function bytesOf(number: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => (number >> (8 * i)) & 0xff);
}

function isPlace(address: number): boolean {
  return address >>> 28 === 1 || address >>> 28 === 3;
}

function isVector(row: Row): boolean {
  return row.operands.some(({ kind }) => kind.length === 1 && 'PQNVWU'.includes(kind));
}

function inPage(address: number): boolean {
  const inside = (at: number) => PAGES.some((page) => at >= page.address && at < page.address + 0x1000);
  return inside(address) && inside(address + 3);
}

function pickSegment(random: Random, load: boolean): number {
  if (random.chance(4)) return random.below(8);
  return load ? random.pick([ES, ES, SS, DS, DS, FS, FS, GS, GS]) : random.pick([ES, CS, SS, DS, FS, GS]);
}

/** What the r/m operand should hold for the instruction to get anywhere: '', 'selector', 'code' or far. */
function wantedValue(slot: Slot, reg: number): string {
  const { name, operands } = slot.row;
  if (operands[0]?.kind === 'S') return reg < 6 ? 'selector' : '';
  if (['verr', 'verw', 'lar', 'lsl', 'arpl'].includes(name)) return 'selector';
  const last = operands.at(-1);
  const isFar = last?.size === 'p' && last.kind === 'M';
  if (name === 'call' || name === 'jmp') return isFar ? 'far code' : 'code';
  return isFar ? 'far' : '';
}
