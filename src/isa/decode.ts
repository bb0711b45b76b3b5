// Bytes to Insn: finds the slot of an instruction and resolves its operands, driven by the rows alone.
// For the translator, the disassembler and crash lines; the interpreter has a decoder of its own,
// generated from the same slots. Knows 32-bit protected mode only. Intel SDM volume 2, chapter 2.
import { type Operand, type Row, type Slot, slots } from './map.ts';

/** An address expression: base + index * scale + displacement in a segment. Registers are -1 when absent. */
export interface Memory {
  /** es cs ss ds fs gs from 0: the override, or the default of the base register. */
  readonly segment: number;
  readonly base: number;
  readonly index: number;
  readonly scale: 1 | 2 | 4 | 8;
  /** Signed; addresses wrap at `addressSize` bits. */
  readonly displacement: number;
  /** Bytes of the displacement in the instruction: 0, 1, 2 or 4. */
  readonly displacementBytes: number;
  readonly addressSize: 16 | 32;
  /** The SIB byte, -1 = none. Two encodings can mean the same address; text tells them apart. */
  readonly sib: number;
}

/** A resolved operand; `bytes` is its width, 0 where the row gives none. */
export type Argument =
  | { readonly kind: 'register'; readonly register: number; readonly bytes: number }
  | { readonly kind: 'segment' | 'control' | 'debug' | 'mmx' | 'xmm' | 'st'; readonly register: number }
  | { readonly kind: 'memory'; readonly memory: Memory; readonly bytes: number }
  | { readonly kind: 'immediate'; readonly value: number; readonly bytes: number }
  | { readonly kind: 'target'; readonly address: number }
  | { readonly kind: 'far'; readonly selector: number; readonly offset: number };

export interface Insn {
  readonly address: number;
  readonly length: number;
  readonly slot: Slot;
  readonly row: Row;
  readonly operandSize: 16 | 32;
  readonly addressSize: 16 | 32;
  /** Segment override, es cs ss ds fs gs from 0; -1 = none. */
  readonly segment: number;
  readonly lock: boolean;
  /** The last of F3 and F2 that is not part of the opcode, 0 = none. */
  readonly repeat: 0 | 0xf2 | 0xf3;
  /** All prefix bytes, in their order. */
  readonly prefixes: readonly number[];
  /** The ModRM byte, -1 = none. */
  readonly modrm: number;
  readonly operands: readonly Argument[];
}

/** Why there is no Insn: #UD, more bytes needed, or beyond 15 bytes (#GP). */
export type Undecoded = 'undefined' | 'truncated' | 'too long';

const LONGEST = 15;
const SEGMENT_PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const ES = 0;
const CS = 1;
const SS = 2;
const DS = 3;
const ESP = 4;
const EBP = 5;
const ESI = 6;
const EDI = 7;

/** Base and index of the eight 16-bit forms; Intel SDM volume 2, table 2-1. */
const FORMS16: readonly (readonly [number, number])[] = [
  [3, ESI],
  [3, EDI],
  [EBP, ESI],
  [EBP, EDI],
  [ESI, -1],
  [EDI, -1],
  [EBP, -1],
  [3, -1],
];

const WIDTHS: Readonly<Record<string, number>> = {
  b: 1,
  w: 2,
  d: 4,
  q: 8,
  t: 10,
  dq: 16,
  ps: 16,
  pd: 16,
  ss: 4,
  sd: 8,
};

/** By map and opcode; those behind a VEX prefix from VEX on. */
const VEX = 1024;
const index: readonly (readonly Slot[])[] = Array.from({ length: 2 * VEX }, (_, i) =>
  slots.filter((s) => s.vex === i >= VEX && s.map === ((i >> 8) & 3) && s.opcode === (i & 255)),
);

function widthOf(operand: Operand, operandSize: 16 | 32): number {
  const v = operandSize >> 3;
  if (operand.size === 'v' || operand.size === 'z') return v;
  if (operand.size === 'p') return v + 2;
  if (operand.size === 'a') return 2 * v;
  return WIDTHS[operand.size] ?? 0;
}

/** Reads on from `position`; throws 'truncated' or 'too long', which decode() returns. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #position: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#start = this.#position = start;
  }

  get length(): number {
    return this.#position - this.#start;
  }

  peek(): number {
    if (this.length >= LONGEST) throw 'too long' satisfies Undecoded;
    if (this.#position >= this.#bytes.length) throw 'truncated' satisfies Undecoded;
    return this.#bytes[this.#position];
  }

  u8(): number {
    const byte = this.peek();
    this.#position++;
    return byte;
  }

  unsigned(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value |= this.u8() << (8 * i);
    return value >>> 0;
  }

  signed(bytes: number): number {
    const shift = 32 - 8 * bytes;
    return (this.unsigned(bytes) << shift) >> shift;
  }
}

interface Prefixes {
  readonly list: readonly number[];
  readonly operandSize: 16 | 32;
  readonly addressSize: 16 | 32;
  readonly segment: number;
  readonly lock: boolean;
  readonly repeat: 0 | 0xf2 | 0xf3;
  /** VEX.vvvv turned round, a general register in its low three bits; 0 without a VEX prefix. */
  readonly vvvv: number;
}

function readPrefixes(reader: Reader): Prefixes {
  const list: number[] = [];
  let segment = -1;
  let repeat: Prefixes['repeat'] = 0;
  for (;;) {
    const byte = reader.peek();
    if (SEGMENT_PREFIXES.includes(byte)) segment = SEGMENT_PREFIXES.indexOf(byte);
    else if (byte === 0xf2 || byte === 0xf3) repeat = byte;
    else if (byte !== 0x66 && byte !== 0x67 && byte !== 0xf0) break;
    list.push(reader.u8());
  }
  const operandSize = list.includes(0x66) ? 16 : 32;
  const addressSize = list.includes(0x67) ? 16 : 32;
  return { list, operandSize, addressSize, segment, repeat, lock: list.includes(0xf0), vvvv: 0 };
}

/** The opcode behind its escape bytes or its VEX prefix, as an index, and what the latter says in place of prefixes. */
function readOpcode(reader: Reader, prefixes: Prefixes): [number, Prefixes] {
  const first = reader.u8();
  if ((first === 0xc4 || first === 0xc5) && reader.peek() >= 0xc0) return readVex(reader, prefixes, first);
  if (first !== 0x0f) return [first, prefixes];
  const second = reader.u8();
  if (second !== 0x38 && second !== 0x3a) return [0x100 | second, prefixes];
  return [(second === 0x38 ? 0x200 : 0x300) | reader.u8(), prefixes];
}

/** Where bits 7 and 6 of the byte behind C4 or C5 are set, les and lds would have a register. Volume 2, 2.3.5. */
function readVex(reader: Reader, prefixes: Prefixes, first: number): [number, Prefixes] {
  const second = reader.u8();
  const last = first === 0xc4 ? reader.u8() : second;
  const map = first === 0xc4 ? second & 31 : 1;
  const opcode = reader.u8();
  const crowded = prefixes.operandSize === 16 || prefixes.repeat !== 0 || prefixes.lock;
  if (crowded || map === 0 || map > 3 || (last & 4) !== 0) throw 'undefined' satisfies Undecoded;
  const repeat = ([0, 0, 0xf3, 0xf2] as const)[last & 3]!;
  const operandSize = (last & 3) === 1 ? 16 : 32;
  return [VEX | (map << 8) | opcode, { ...prefixes, repeat, operandSize, vvvv: (~last >> 3) & 15 }];
}

function findSlot(candidates: readonly Slot[], prefixes: Prefixes, modrm: number): Slot | undefined {
  const fits = (s: Slot) =>
    s.modrm === 'none' ||
    (modrm >= 0 &&
      (s.modrm === 'any' || (s.modrm === 'reg') === modrm >= 0xc0) &&
      (s.reg === -1 || s.reg === ((modrm >> 3) & 7)) &&
      (s.rm === -1 || s.rm === (modrm & 7)));
  const present = prefixes.repeat
    ? prefixes.repeat.toString(16).toUpperCase()
    : prefixes.operandSize === 16
      ? '66'
      : '';
  return (
    candidates.find((s) => s.prefix === present && fits(s)) ??
    candidates.find((s) => s.prefix === '' && !s.strict && fits(s))
  );
}

function readMemory(reader: Reader, modrm: number, { addressSize, segment }: Prefixes): Memory {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  let base: number;
  let indexRegister = -1;
  let scale = 1 as Memory['scale'];
  let sib = -1;
  let displacementBytes = mod === 1 ? 1 : mod === 2 ? addressSize >> 3 : 0;
  if (addressSize === 16) {
    [base, indexRegister] = FORMS16[rm];
    if (mod === 0 && rm === 6) {
      base = -1;
      displacementBytes = 2;
    }
  } else {
    base = rm;
    if (rm === ESP) {
      sib = reader.u8();
      base = sib & 7;
      indexRegister = ((sib >> 3) & 7) === ESP ? -1 : (sib >> 3) & 7;
      scale = (1 << (sib >> 6)) as Memory['scale'];
    }
    if (mod === 0 && base === EBP) {
      base = -1;
      displacementBytes = 4;
    }
  }
  const byDefault = base === EBP || (base === ESP && addressSize === 32) ? SS : DS;
  return {
    segment: segment >= 0 ? segment : byDefault,
    base,
    index: indexRegister,
    scale,
    displacement: displacementBytes ? reader.signed(displacementBytes) : 0,
    displacementBytes,
    addressSize,
    sib,
  };
}

function plainMemory(segment: number, base: number, displacement: number, addressSize: 16 | 32): Memory {
  const displacementBytes = base < 0 ? addressSize >> 3 : 0;
  return { segment, base, index: -1, scale: 1, displacement, displacementBytes, addressSize, sib: -1 };
}

/** What the operand letters share: everything read so far. */
interface Context {
  readonly reader: Reader;
  readonly prefixes: Prefixes;
  readonly opcode: number;
  readonly modrm: number;
  /** The memory operand of ModRM, null for a register. */
  readonly memory: Memory | null;
  readonly address: number;
}

function resolve(operand: Operand, context: Context): Argument {
  const { reader, prefixes, modrm, memory } = context;
  const bytes = widthOf(operand, prefixes.operandSize);
  const reg = (modrm >> 3) & 7;
  const rm = modrm & 7;
  const override = prefixes.segment >= 0 ? prefixes.segment : DS;
  switch (operand.kind) {
    case 'E':
    case 'M':
    case 'R':
      return memory ? { kind: 'memory', memory, bytes } : { kind: 'register', register: rm, bytes };
    case 'G':
      return { kind: 'register', register: reg, bytes };
    case 'B':
      return { kind: 'register', register: prefixes.vvvv & 7, bytes };
    case 'XMM0':
      return { kind: 'xmm', register: 0 };
    case 'Z':
      return { kind: 'register', register: context.opcode & 7, bytes };
    case 'register':
      return { kind: 'register', register: operand.register, bytes };
    case 'segment':
      return { kind: 'segment', register: operand.register };
    case 'S':
      if (reg > 5 || (reg === CS && operand.access === 'w')) throw 'undefined' satisfies Undecoded;
      return { kind: 'segment', register: reg };
    case 'C':
      return { kind: 'control', register: reg };
    case 'D':
      return { kind: 'debug', register: reg };
    case 'P':
      return { kind: 'mmx', register: reg };
    case 'V':
      return { kind: 'xmm', register: reg };
    case 'Q':
    case 'N':
      return memory ? { kind: 'memory', memory, bytes } : { kind: 'mmx', register: rm };
    case 'W':
    case 'U':
      return memory ? { kind: 'memory', memory, bytes } : { kind: 'xmm', register: rm };
    case 'STi':
      return { kind: 'st', register: rm };
    case 'ST0':
      return { kind: 'st', register: 0 };
    case 'one':
      return { kind: 'immediate', value: 1, bytes };
    case 'I': {
      if (!operand.signed) return { kind: 'immediate', value: reader.unsigned(bytes), bytes };
      const mask = prefixes.operandSize === 16 ? 0xffff : 0xffffffff;
      return { kind: 'immediate', value: (reader.signed(1) & mask) >>> 0, bytes: prefixes.operandSize >> 3 };
    }
    case 'J': {
      const distance = reader.signed(bytes);
      const target = (context.address + reader.length + distance) >>> 0;
      return { kind: 'target', address: prefixes.operandSize === 16 ? target & 0xffff : target };
    }
    case 'A': {
      const offset = reader.unsigned(bytes - 2);
      return { kind: 'far', offset, selector: reader.unsigned(2) };
    }
    case 'O': {
      const offset = reader.unsigned(prefixes.addressSize >> 3);
      return { kind: 'memory', memory: plainMemory(override, -1, offset | 0, prefixes.addressSize), bytes };
    }
    case 'X':
      return { kind: 'memory', memory: plainMemory(override, ESI, 0, prefixes.addressSize), bytes };
    case 'Y':
      return { kind: 'memory', memory: plainMemory(ES, EDI, 0, prefixes.addressSize), bytes };
  }
}

function decodeFrom(reader: Reader, address: number): Insn | Undecoded {
  const [at, prefixes] = readOpcode(reader, readPrefixes(reader));
  const candidates = index[at];
  if (candidates.length === 0) return 'undefined';
  const modrm = candidates.some((s) => s.modrm !== 'none') ? reader.peek() : -1;
  const slot = findSlot(candidates, prefixes, modrm);
  if (!slot) return 'undefined';
  const given = slot.modrm === 'none' ? -1 : reader.u8();
  const memory = given >= 0 && given < 0xc0 ? readMemory(reader, given, prefixes) : null;
  const context = { reader, prefixes, opcode: at & 255, modrm: given, memory, address };
  const { row } = slot;
  if (prefixes.vvvv !== 0 && !row.operands.some(({ kind }) => kind === 'B')) return 'undefined';
  const operands = row.operands.map((operand) => resolve(operand, context));
  if (prefixes.lock && !(row.lock && memory)) return 'undefined';
  const { operandSize, addressSize, segment, lock, list } = prefixes;
  const repeat = slot.prefix === 'F3' || slot.prefix === 'F2' ? 0 : prefixes.repeat;
  const sizes = { operandSize, addressSize, segment, lock, repeat, prefixes: list };
  return { address, length: reader.length, slot, row, ...sizes, modrm: given, operands };
}

/** Decodes the instruction at `offset` of `bytes`, which lies at guest address `address`. */
export function decode(bytes: Uint8Array, offset = 0, address = 0): Insn | Undecoded {
  const reader = new Reader(bytes, offset);
  try {
    return decodeFrom(reader, address);
  } catch (reason) {
    if (typeof reason === 'string') return reason as Undecoded;
    throw reason;
  }
}
