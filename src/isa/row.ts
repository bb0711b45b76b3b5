// A Row is one line of the x86 specification: the slot it occupies, its mnemonic, its operands in the
// letters of the opcode maps (Intel SDM volume 2, appendix A) and what the instruction does to flags and
// to the flow of control. Not its meaning: that is written once, in src/cpu, under the name `fn`.
//
// Slot text            Operand letters (an addressing method, then a size)
//   40+r   eight regs    E  ModRM r/m: register or memory   G  ModRM reg: general register
//   70+c   conditions    M  r/m, memory only                R  r/m, register only
//   80/0   ModRM /digit  Z  register in the opcode's low 3 bits
//   0FC7/1 second map    I  immediate   J  relative target   A  far pointer   O  absolute offset
//   D8C0+i ST(i)         S  ModRM reg: segment   C  control   D  debug register
//   D9D0   fixed ModRM   X  ds:[esi]   Y  es:[edi]   STi  x87 register in r/m   ST0  its top
//   0F3800, 0F3A0F: the  P  MMX reg   Q  MMX reg or memory   N  MMX r/m, register only
//   third and the fourth V  XMM reg   W  XMM reg or memory   U  XMM r/m, register only
//   NP 0F28, 66 0F28,    B  general register in VEX.vvvv
//   F3 90: the prefix    AL CL DX eAX ES .. GS XMM0 1: literal. eAX is AX or EAX by operand size
//   belongs to the code; sizes b w d q t; v and z: w or d by operand size; p far pointer; a two of v;
//   NP: none may stand   dq ps pd ss sd: XMM; none: only the address counts. Ibs: Ib, sign-extended
//   VEX.F2 0F38F5: behind a VEX prefix that says so

/** How an operand is addressed: the first letter of Intel's notation, or a literal or x87 register. */
// biome-ignore format: letters in two lines
export type OperandKind =
  | 'E' | 'G' | 'M' | 'R' | 'Z' | 'I' | 'J' | 'A' | 'O' | 'S' | 'C' | 'D' | 'X' | 'Y'
  | 'P' | 'Q' | 'N' | 'V' | 'W' | 'U' | 'B'
  | 'register' | 'segment' | 'one' | 'STi' | 'ST0' | 'XMM0';

/** What the instruction does to an operand; '' where only its address counts (lea). */
export type Access = 'r' | 'w' | 'rw' | '';

export interface Operand {
  /** As written in the row: 'Eb', 'Ibs', 'eAX', 'STi'. */
  readonly letters: string;
  readonly kind: OperandKind;
  /** The size letters: b w d q t v z p a dq ps pd ss sd, or '' for memory of no size. */
  readonly size: string;
  /** Of a literal general or segment register: its number; else -1. */
  readonly register: number;
  /** A byte immediate that is sign-extended to the operand size. */
  readonly signed: boolean;
  readonly access: Access;
}

/** How control leaves a translated block behind this instruction; '' = it goes on. */
export type Ends = '' | 'branch' | 'jump' | 'call' | 'ret' | 'trap';

export interface Attributes {
  /** Flags it defines, of 'oszapcd'. */
  readonly writes?: string;
  /** Flags it depends on, or 'cond': the condition in the opcode's low four bits. */
  readonly reads?: string;
  /** Flags the manual leaves undefined (for some operands at least). */
  readonly undefined?: string;
  /** LOCK is allowed when the first operand is in memory. */
  readonly lock?: boolean;
  /** F3/F2 repeat it: 'rep' by count alone, 'repz' also by ZF. */
  readonly rep?: '' | 'rep' | 'repz';
  /** #GP in user mode (CPL 3, IOPL 0). */
  readonly privileged?: boolean;
  readonly ends?: Ends;
  /** CPUID feature that must be announced; else #UD. */
  readonly cpu?: string;
  /** Where the CPU model lacks it its prefix says nothing: the instruction without it is run. */
  readonly ignorable?: boolean;
  /** Access of each operand, first to last, in words; default 'rw r r'. */
  readonly access?: string;
  /** A memory operand of 16 bytes may lie anywhere; else #GP unless its address is a multiple of 16. */
  readonly unaligned?: boolean;
  /** The operand size matters although no operand shows it (cwde, pusha, ret). */
  readonly sized?: boolean;
  /** Mnemonic under a 16-bit operand size, where it differs. */
  readonly name16?: string;
  /** Mnemonic under a 16-bit address size, where it differs. */
  readonly nameA16?: string;
  /** Function family in src/cpu; default: the name. */
  readonly fn?: string;
}

export interface Row extends Required<Omit<Attributes, 'access'>> {
  readonly slot: string;
  readonly name: string;
  readonly operands: readonly Operand[];
  /** The 66 prefix changes it: an operand has size v, z, p or a, or it is declared so. */
  readonly sized: boolean;
  readonly fn: string;
}

const REGISTERS: Readonly<Record<string, readonly [number, string]>> = {
  AL: [0, 'b'],
  CL: [1, 'b'],
  AX: [0, 'w'],
  DX: [2, 'w'],
  eAX: [0, 'v'],
};
const SEGMENTS = ['ES', 'CS', 'SS', 'DS', 'FS', 'GS'];
const METHODS = 'EGMRZIJAOSCDXYPQNVWUB';
const SIZES = ['', 'b', 'w', 'd', 'q', 't', 'v', 'z', 'p', 'a', 'dq', 'ps', 'pd', 'ss', 'sd'];

function operand(letters: string, access: Access): Operand {
  const literal = { letters, register: -1, signed: false, access };
  const register = REGISTERS[letters];
  if (register) return { ...literal, kind: 'register', register: register[0], size: register[1] };
  const segment = SEGMENTS.indexOf(letters);
  if (segment >= 0) return { ...literal, kind: 'segment', register: segment, size: 'w' };
  if (letters === '1') return { ...literal, kind: 'one', size: 'b' };
  if (letters === 'STi' || letters === 'ST0') return { ...literal, kind: letters, size: 't' };
  if (letters === 'XMM0') return { ...literal, kind: letters, size: 'dq' };
  const signed = letters === 'Ibs';
  const size = signed ? 'b' : letters.slice(1);
  if (!METHODS.includes(letters[0]) || !SIZES.includes(size)) throw new Error(`no such operand: ${letters}`);
  return { ...literal, kind: letters[0] as OperandKind, size, signed };
}

/** One line of a row file; `operands` is a list with commas, '' for none. */
export function row(slot: string, name: string, operands = '', attributes: Attributes = {}): Row {
  const access = (attributes.access ?? 'rw').split(' ');
  const list = operands === '' ? [] : operands.split(',');
  const parsed = list.map((letters, i) => {
    const word = access[i] ?? 'r';
    return operand(letters, word === '-' ? '' : (word as Access));
  });
  return {
    slot,
    name,
    operands: parsed,
    writes: attributes.writes ?? '',
    reads: attributes.reads ?? '',
    undefined: attributes.undefined ?? '',
    lock: attributes.lock ?? false,
    rep: attributes.rep ?? '',
    privileged: attributes.privileged ?? false,
    ends: attributes.ends ?? '',
    cpu: attributes.cpu ?? '',
    ignorable: attributes.ignorable ?? false,
    unaligned: attributes.unaligned ?? false,
    sized: attributes.sized ?? parsed.some((o) => o.size !== '' && 'vzpa'.includes(o.size)),
    name16: attributes.name16 ?? name,
    nameA16: attributes.nameA16 ?? name,
    fn: attributes.fn ?? name,
  };
}
