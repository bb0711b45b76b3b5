// Insn to text, in the Intel syntax that `objdump -M intel` prints, one space behind the mnemonic and
// targets as bare numbers. Names, sizes and order all come from the rows; this file knows punctuation only.
import { type Argument, decode, type Insn, type Memory } from './decode.ts';
import type { Operand } from './row.ts';

const REGISTERS8 = ['al', 'cl', 'dl', 'bl', 'ah', 'ch', 'dh', 'bh'];
const REGISTERS16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];
const PREDICATES = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];
const SIZES: Readonly<Record<number, string>> = {
  1: 'BYTE PTR ',
  2: 'WORD PTR ',
  4: 'DWORD PTR ',
  6: 'FWORD PTR ',
  8: 'QWORD PTR ',
  10: 'TBYTE PTR ',
  16: 'XMMWORD PTR ',
};
const PREFIXES: Readonly<Record<number, string>> = {
  38: 'es',
  46: 'cs',
  54: 'ss',
  62: 'ds',
  100: 'fs',
  101: 'gs',
  102: 'data16',
  103: 'addr16',
  240: 'lock',
  242: 'repnz',
  243: 'repz',
};

const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

function registerName(register: number, bytes: number): string {
  if (bytes === 1) return REGISTERS8[register];
  return bytes === 2 ? REGISTERS16[register] : `e${REGISTERS16[register]}`;
}

function addressText(memory: Memory): string {
  const { base, index, scale, displacement, displacementBytes, addressSize, sib } = memory;
  const width = addressSize >> 3;
  const parts: string[] = [];
  if (base >= 0) parts.push(registerName(base, width));
  if (sib >= 0 && (index >= 0 || base !== 4 || scale > 1)) {
    parts.push(`${index < 0 ? 'eiz' : registerName(index, width)}*${scale}`);
  } else if (index >= 0) {
    parts.push(registerName(index, width));
  }
  if (parts.length === 0) return hex(addressSize === 16 ? displacement & 0xffff : displacement);
  const sum = parts.join('+');
  if (displacementBytes === 0) return `[${sum}]`;
  return `[${sum}${displacement < 0 ? '-' : '+'}${hex(Math.abs(displacement))}]`;
}

function memoryText(memory: Memory, insn: Insn, operand: Operand, bytes: number): string {
  const bare = memory.base < 0 && memory.index < 0 && memory.sib < 0;
  const named = insn.segment >= 0 || bare || operand.kind === 'X' || operand.kind === 'Y';
  const size = operand.kind === 'O' ? '' : (SIZES[bytes] ?? '');
  return `${size}${named ? `${SEGMENTS[memory.segment]}:` : ''}${addressText(memory)}`;
}

function argumentText(argument: Argument, insn: Insn, operand: Operand): string {
  switch (argument.kind) {
    case 'register':
      return registerName(argument.register, argument.bytes);
    case 'segment':
      return SEGMENTS[argument.register];
    case 'control':
      return `cr${argument.register}`;
    case 'debug':
      return `dr${argument.register}`;
    case 'mmx':
      return `mm${argument.register}`;
    case 'xmm':
      return `xmm${argument.register}`;
    case 'st':
      return operand.kind === 'ST0' ? 'st' : `st(${argument.register})`;
    case 'memory':
      return memoryText(argument.memory, insn, operand, argument.bytes);
    case 'immediate':
      return operand.kind === 'one' ? '1' : hex(argument.value);
    case 'target':
      return hex(argument.address);
    case 'far':
      return `${hex(argument.selector)}:${hex(argument.offset)}`;
  }
}

/** The mnemonic: the condition filled in, the 16-bit name where the prefixes ask for it. */
function mnemonic(insn: Insn): string {
  const { row } = insn;
  const name =
    insn.addressSize === 16 && row.nameA16 !== row.name
      ? row.nameA16
      : insn.operandSize === 16
        ? row.name16
        : row.name;
  return row.reads === 'cond' ? name.replace(/cc$/, CONDITIONS[insn.slot.opcode & 15]) : name;
}

/** The mnemonic that has the predicate of cmpps and its like in it; '' where there is none for the immediate. */
function withPredicate({ row, operands }: Insn): string {
  const match = /^cmp([ps][sd])$/.exec(row.name);
  const last = operands.at(-1);
  if (!match || last?.kind !== 'immediate' || last.value >= PREDICATES.length) return '';
  return `cmp${PREDICATES[last.value]}${match[1]}`;
}

/** Text of a prefix byte that the operands do not show, '' when they do. */
function prefixText(byte: number, insn: Insn): string {
  const { row, slot } = insn;
  const letters = row.operands.map((o) => o.letters);
  const inMemory = insn.operands.some((a) => a.kind === 'memory');
  if (byte === 0x66) {
    return slot.prefix === '66' || row.name16 !== row.name || (row.sized && !letters.includes('Jb'))
      ? ''
      : 'data16';
  }
  if (byte === 0x67)
    return (inMemory && !letters.some((l) => l[0] === 'O')) || row.nameA16 !== row.name ? '' : 'addr16';
  if (byte === 0xf2 || byte === 0xf3) {
    if (byte !== insn.repeat) return '';
    return byte === 0xf3 && row.rep === 'rep' ? 'rep' : PREFIXES[byte];
  }
  if (byte === 0xf0) return 'lock';
  const overridable = insn.operands.some((a, i) => a.kind === 'memory' && row.operands[i].kind !== 'Y');
  return overridable ? '' : PREFIXES[byte];
}

export function disassemble(insn: Insn): string {
  const before = insn.prefixes.map((byte) => prefixText(byte, insn)).filter((text) => text !== '');
  const operands = insn.operands.map((argument, i) => argumentText(argument, insn, insn.row.operands[i]));
  const special = withPredicate(insn);
  if (special !== '') operands.pop();
  return [...before, special || mnemonic(insn), operands.join(',')].join(' ').trimEnd();
}

/** One line for a message: the text of the instruction at `address`, or `(bad)` when there is none. */
export function disassembleAt(bytes: Uint8Array, offset: number, address: number): string {
  const insn = decode(bytes, offset, address);
  return typeof insn === 'string' ? '(bad)' : disassemble(insn);
}
