// One row as AssemblyScript: its operands fetched by their letters, its function called, its result stored.
// Immediates come first, so that the instruction is fetched whole before it can touch memory; the functions
// check what they write before they change anything. Rows that do not fit this scheme stand in SPECIAL.
import { type Operand, type Slot, slots } from './map.ts';

export type Known = ReadonlyMap<string, { readonly module: string; readonly generic: boolean }>;

export const UNDEFINED = 'ud();';

export type Width = 'u8' | 'u16' | 'u32' | 'u64';

const BYTES: Readonly<Record<Width, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };
const SIZES: Readonly<Record<string, Width>> = { b: 'u8', w: 'u16', d: 'u32', q: 'u64' };

export function width(operand: Operand, size: Width): Width {
  return SIZES[operand.size] ?? size;
}

/** Statements that fetch what follows ModRM, in the order of the operands. */
function fetches(slot: Slot, size: Width): string[] {
  return slot.row.operands.flatMap((o, i) => {
    if (o.kind === 'I') {
      const how = o.signed ? `immediateSigned<${size}>()` : `immediate<${width(o, size)}>()`;
      return [`const i${i} = ${how};`];
    }
    if (o.kind === 'O') return ['fetchOffset();'];
    return [];
  });
}

function registerNumber(o: Operand, slot: Slot): string {
  if (o.kind === 'register') return String(o.register);
  if (o.kind === 'B') return 'vvvv & 7';
  return o.kind === 'Z' ? String(slot.opcode & 7) : 'regField()';
}

function read(o: Operand, i: number, slot: Slot, size: Width): string {
  const w = width(o, size);
  switch (o.kind) {
    case 'E':
    case 'R':
    case 'M':
      return o.access === 'rw' ? `modifyE<${w}>()` : `readE<${w}>()`;
    case 'I':
      return `i${i}`;
    case 'one':
      return '1';
    case 'O':
      return `read<${w}>(memoryOperand(${BYTES[w]}, false))`;
    default:
      return `reg<${w}>(${registerNumber(o, slot)})`;
  }
}

function assign(o: Operand, slot: Slot, size: Width, value: string): string {
  const w = width(o, size);
  switch (o.kind) {
    case 'E':
    case 'R':
    case 'M':
      return o.access === 'rw' ? `replaceE<${w}>(${value});` : `writeE<${w}>(${value});`;
    case 'O':
      return `write<${w}>(memoryOperand(${BYTES[w]}, true), ${value});`;
    default:
      return `setReg<${w}>(${registerNumber(o, slot)}, ${value});`;
  }
}

type Special = (slot: Slot, size: Width) => string;

const target = (slot: Slot, size: Width) => {
  const o = slot.row.operands[0];
  if (o.kind !== 'J') return `<u32>readE<${size}>()`;
  if (o.size === 'b') return 'relative(<i32>(<i8>fetch8()))';
  return size === 'u16' ? 'relative(<i32>(<i16>fetch16()))' : 'relative(fetch32())';
};
const condition = (slot: Slot) => `condition(${slot.opcode & 15})`;
const loop = (more: string) => (slot: Slot, size: Width) =>
  `const target = ${target(slot, size)};\nloop(${more}, target);`;
const string: Special = (slot, size) => `${slot.row.fn}<${width(slot.row.operands[0], size)}>();`;
const calls = (name: string) => (_: Slot, size: Width) => `${name}<${size}>();`;
const far =
  (name: string): Special =>
  (slot, size) =>
    slot.row.operands[0].kind === 'A'
      ? `const target = <u32>immediate<${size}>();\n${name}<${size}>(fetch16(), target);`
      : [
          `const at = memoryOperand(${BYTES[size] + 2}, false);`,
          `const target = <u32>read<${size}>(at);`,
          `${name}<${size}>(<u32>read<u16>(at + ${BYTES[size]}), target);`,
        ].join('\n');
const bit =
  (name: string, immediate: boolean): Special =>
  (slot, size) => {
    const [first] = slot.row.operands;
    const lines = immediate ? [`const n = <${size}>fetch8();`] : [`const n = reg<${size}>(regField());`];
    if (!immediate) lines.push(`if (!isRegister()) moveByBits<${size}>(n);`);
    lines.push(
      first.access === 'r'
        ? `${name}<${size}>(readE<${size}>(), n);`
        : `replaceE<${size}>(${name}<${size}>(modifyE<${size}>(), n));`,
    );
    return lines.join('\n');
  };

/** Of a memory operand only the selector's 16 bits are read. */
const query = (name: string) => (slot: Slot, size: Width) => {
  const old = `reg<${size}>(regField())`;
  return assign(slot.row.operands[0], slot, size, `${name}<${size}>(${old}, readE<u16>())`);
};

const systemWord: Special = (slot, size) => {
  const w = width(slot.row.operands[0], size);
  return `storeSystemWord<${w}>(${slot.row.fn}<${w}>());`;
};

const SPECIAL: Readonly<Record<string, Special>> = {
  mov: (slot, size) => {
    const [to, from] = slot.row.operands;
    return [...fetches(slot, size), assign(to, slot, size, read(from, 1, slot, size))].join('\n');
  },
  lea: (slot, size) => assign(slot.row.operands[0], slot, size, `<${size}>offset`),
  movzx: (slot, size) => extend('movzx', slot, size),
  movsx: (slot, size) => extend('movsx', slot, size),
  xchg: (slot, size) =>
    slot.row.operands[0].kind === 'Z'
      ? `xchg<${size}>(${slot.opcode & 7});`
      : `xchgE<${width(slot.row.operands[0], size)}>();`,
  xadd: (slot, size) => `xaddE<${width(slot.row.operands[0], size)}>();`,
  cmpxchg: (slot, size) => `cmpxchgE<${width(slot.row.operands[0], size)}>();`,
  cmpxchg8b: () => 'cmpxchg8b();',
  pop: (slot, size) =>
    slot.row.operands[0].kind === 'E' ? `popE<${size}>();` : generic(slot, size, 'pop', true, true),
  push_segment: (slot, size) => `push<${size}>(<${size}>selector(${slot.row.operands[0].register}));`,
  pop_segment: (slot, size) => `pop_segment<${size}>(${slot.row.operands[0].register});`,
  mov_from_segment: (slot, size) =>
    `if (regField() > 5) ud();\nwriteE<${width(slot.row.operands[0], size)}>(<${width(slot.row.operands[0], size)}>selector(regField()));`,
  mov_to_segment: () =>
    'if (regField() == CS || regField() > 5) ud();\nloadSegment(regField(), <u32>readE<u16>());',
  les: (_, size) => `load_far<${size}>(ES);`,
  lss: (_, size) => `load_far<${size}>(SS);`,
  lds: (_, size) => `load_far<${size}>(DS);`,
  lfs: (_, size) => `load_far<${size}>(FS);`,
  lgs: (_, size) => `load_far<${size}>(GS);`,
  lar: query('lar'),
  lsl: query('lsl'),
  bound: calls('bound'),
  jmp: (slot, size) => `jmp(${target(slot, size)});`,
  call: (slot, size) => `call<${size}>(${target(slot, size)});`,
  jcc: (slot, size) => `const target = ${target(slot, size)};\njcc(${condition(slot)}, target);`,
  jecxz: (slot, size) => `jecxz(${target(slot, size)});`,
  loop: loop('true'),
  loope: loop('zero()'),
  loopne: loop('!zero()'),
  jmp_far: far('jmp_far'),
  call_far: far('call_far'),
  setcc: (slot) => `writeE<u8>(<u8>${condition(slot)});`,
  cmovcc: (slot, size) =>
    `const value = readE<${size}>();\nif (${condition(slot)}) setReg<${size}>(regField(), value);`,
  movs: string,
  cmps: string,
  stos: string,
  lods: string,
  scas: string,
  bt: bit('bt', false),
  bts: bit('bts', false),
  btr: bit('btr', false),
  btc: bit('btc', false),
  bt_imm: bit('bt', true),
  bts_imm: bit('bts', true),
  btr_imm: bit('btr', true),
  btc_imm: bit('btc', true),
  arpl: () => 'arpl();',
  smsw: systemWord,
  sldt: systemWord,
  str: systemWord,
  sgdt: () => 'sgdt();',
  sidt: () => 'sidt();',
  movnti: () => 'writeE<u32>(reg<u32>(regField()));',
  emms: () => 'waitForFloat();\nemms();',
  nop: () => '',
  crc32: (slot, size) => {
    const from = width(slot.row.operands[1], size);
    const sum = `crc32(reg<u32>(regField()), <u32>readE<${from}>(), ${BYTES[from]})`;
    return `setReg<u32>(regField(), ${sum});`;
  },
  mulx: () => 'mulx(regField(), vvvv & 7, readE<u32>());',
  // Not for programs, whatever the CPU model has.
  monitor: () => UNDEFINED,
  mwait: () => UNDEFINED,
  ud0: () => UNDEFINED,
  ud1: () => UNDEFINED,
  ud2: () => UNDEFINED,
};

function extend(name: string, slot: Slot, size: Width): string {
  const [to, from] = slot.row.operands;
  const source = width(from, size);
  return assign(to, slot, size, `${name}<${size}, ${source}>(${read(from, 1, slot, size)})`);
}

/** Call `name` with the operands that are read, and give what it returns to a first operand that is written. */
function generic(slot: Slot, size: Width, name: string, isGeneric: boolean, cast: boolean): string {
  const { operands, sized } = slot.row;
  const first = operands[0];
  const t = sized || first === undefined ? size : width(first, size);
  const args = operands.flatMap((o, i) => {
    if (!o.access.includes('r')) return [];
    const text = read(o, i, slot, size);
    return [cast && (o.signed ? size : width(o, size)) !== t ? `<${t}>${text}` : text];
  });
  const call = `${name}${isGeneric ? `<${t}>` : ''}(${args.join(', ')})`;
  const written = first?.access.includes('w');
  return [...fetches(slot, size), written ? assign(first, slot, size, call) : `${call};`].join('\n');
}

const X87_BYTES: Readonly<Record<string, number>> = { w: 2, d: 4, q: 8, t: 10 };
/** Bytes of the operands without a size letter: with 32-bit and, where that is another layout, 16-bit operands. */
const IMAGES: Readonly<Record<string, readonly [number, number?]>> = {
  fldenv: [28, 14],
  fnstenv: [28, 14],
  frstor: [108, 94],
  fnsave: [108, 94],
  fxsave: [512],
  fxrstor: [512],
};
/** The memory forms that do not wait for a pending exception; in all others it comes before the address. */
const NON_WAITING = /^(fnstcw|fnstsw|fnstenv|fnsave|fxsave|fxrstor|ldmxcsr|stmxcsr)$/;
/** The instructions that are not remembered as the last one. */
const CONTROL =
  /^(fninit|fnclex|fnsetpm|fldcw|fnstcw|fnstsw|fnstsw_ax|fldenv|fnstenv|frstor|fnsave|fwait|fxsave|fxrstor|ldmxcsr|stmxcsr)$/;

function x87(slot: Slot, known: Known): string | null {
  const { row } = slot;
  if (!known.has(row.fn)) return null;
  const memory = row.operands.find((o) => o.kind === 'M');
  const noted = !CONTROL.test(row.fn);
  const low = slot.opcode & 7;
  if (memory) {
    const [bytes, bytes16] = IMAGES[row.fn] ?? [X87_BYTES[memory.size]];
    const sized = bytes16 !== undefined;
    const at = `memoryOperand(${sized ? `operand16 ? ${bytes16} : ${bytes}` : bytes}, ${memory.access === 'w'})`;
    const wait = NON_WAITING.test(row.fn) ? '' : 'fwait();\n';
    const check = /^fx/.test(row.fn) ? 'checkImageAligned();\n' : '';
    const call = `${check}${wait}${row.fn}(${at}${sized ? ', operand16' : ''});`;
    return noted ? `${call}\nnoteMemory(${low});` : call;
  }
  const call = `${row.fn}(${row.operands.some((o) => o.kind === 'STi') ? 'rm()' : ''});`;
  return noted ? `${call}\nnote(${low});` : call;
}

function ofSize(slot: Slot, size: Width, known: Known): string | null {
  const special = SPECIAL[slot.row.fn];
  if (special) return special(slot, size);
  const found = known.get(slot.row.fn);
  if (!found) return null;
  const homogeneous = found.module === 'alu.ts' || found.module === 'shift.ts';
  return generic(slot, size, slot.row.fn, found.generic, homogeneous || slot.row.fn === 'push');
}

const isSimd = (o: Operand) => 'PQNVWU'.includes(o.kind);
const isMmx = (o: Operand) => 'PQN'.includes(o.kind);

/** Suffix of the functions of simd-operand.ts that move an operand of this size. */
function simdWidth({ kind, size }: Operand): string {
  if (kind === 'Q' || ((kind === 'P' || kind === 'N') && size === 'q')) return 'Mmx';
  const widths: Readonly<Record<string, string>> = { sd: 'F64', ss: 'F32', q: '64', d: '32', w: '16' };
  return widths[size] ?? '';
}

function simdRead(o: Operand, i: number, slot: Slot): string {
  const width = simdWidth(o);
  const memory =
    o.kind === 'Q' && o.size === 'd' ? 'Mmx32' : width || (slot.row.unaligned ? 'Unaligned' : '128');
  const load = `load${memory}()`;
  const register = width === 'Mmx' ? 'mmx' : o.kind === 'P' ? `mmx${width}` : `xmm${width}`;
  switch (o.kind) {
    case 'P':
    case 'V':
      return `${register}(regField())`;
    case 'N':
    case 'U':
      return `${register}(rm())`;
    case 'Q':
    case 'W':
      return slot.modrm === 'any' ? `(isRegister() ? ${register}(rm()) : ${load})` : load;
    case 'M':
      return o.size === 'b' || o.size === 'w' ? `readE<${SIZES[o.size]}>()` : load;
    case 'E':
    case 'R':
      return 'readE<u32>()';
    case 'I':
      return `i${i}`;
    case 'XMM0':
      return 'xmm(0)';
    default:
      return 'reg<u32>(regField())';
  }
}

function simdAssign(o: Operand, slot: Slot, value: string): string {
  const width = simdWidth(o);
  const store = `store${width || (slot.row.unaligned ? 'Unaligned' : '128')}(${value});`;
  const register = width === 'Mmx' ? 'setMmx' : `setXmm${width}`;
  switch (o.kind) {
    case 'P':
    case 'V':
      return `${register}(regField(), ${value});`;
    case 'N':
    case 'U':
      return `${register}(rm(), ${value});`;
    case 'Q':
    case 'W':
      return `if (isRegister()) ${register}(rm(), ${value});\nelse ${store}`;
    case 'M':
      return o.size === 'b' || o.size === 'w'
        ? `writeE<${SIZES[o.size]}>(<${SIZES[o.size]}>${value});`
        : store;
    case 'R':
    case 'E':
      return `writeE<u32>(${value});`;
    default:
      return `setReg<u32>(regField(), ${value});`;
  }
}

/**
 * Rows with MMX or XMM operands. What touches an MMX register waits for the x87 first and leaves it in MMX state,
 * behind all faults of its own but #XM.
 */
function simd(slot: Slot, known: Known): string | null {
  const { row } = slot;
  if (!known.has(row.fn)) return null;
  const [first] = row.operands;
  const convert = row.operands.some(isMmx) && row.name.startsWith('cvt');
  const args = row.operands.flatMap((o, i) => (o.access.includes('r') ? [simdRead(o, i, slot)] : []));
  const loads = convert ? args.map((arg, i) => `const a${i} = ${arg};`) : [];
  const call = `${row.fn}(${convert ? args.map((_, i) => `a${i}`) : args.join(', ')})`;
  const result = first.access.includes('w') ? simdAssign(first, slot, call) : `${call};`;
  const lines = [...fetches(slot, 'u32'), ...loads];
  if (!row.operands.some(isMmx)) return [...lines, result].join('\n');
  if (!convert) return ['waitForFloat();', ...lines, result, 'enterMmx();'].join('\n');
  // With a source in memory such a conversion has nothing to do with MMX registers.
  const only = first.kind === 'V' ? 'if (isRegister()) ' : '';
  return [`${only}waitForFloat();`, ...lines, `${only}enterMmx();`, result].join('\n');
}

/** The statements of a slot; null where src/cpu has no function for the row. */
export function body(slot: Slot, integer: Known, x87Known: Known): string | null {
  const { row } = slot;
  if (row.fn === 'mov_control' && row.operands.some((o) => o.kind === 'C')) return 'mov_control();';
  if (row.privileged) return 'gp(0);';
  let text: string | null;
  if (/^(D[89A-F]|9B|NP 0FAE)/.test(row.slot)) {
    if (/[lms]fence/.test(row.fn)) text = '';
    else if (row.fn === 'clflush') text = 'readE<u8>();';
    else text = x87(slot, x87Known);
  } else if (row.operands.some(isSimd)) {
    text = simd(slot, integer);
  } else if (row.sized) {
    const narrow = ofSize(slot, 'u16', integer);
    const wide = ofSize(slot, 'u32', integer);
    if (narrow === null || wide === null) return null;
    text = narrow === wide ? wide : `if (operand16) {\n${narrow}\n} else {\n${wide}\n}`;
  } else {
    text = ofSize(slot, 'u32', integer);
  }
  if (text !== null && slot.vex && !row.operands.some(({ kind }) => kind === 'B'))
    text = `if (vvvv != 0) ud();\n${text}`;
  if (text === null || row.cpu === '') return text;
  const missing = `!announces(FEATURE_${row.cpu.toUpperCase()})`;
  if (!row.ignorable) return `if (${missing}) ud();\n${text}`;
  const plain = slots.find((s) => s.map === slot.map && s.opcode === slot.opcode && s.prefix === '');
  return `if (${missing}) {\n${plain && body(plain, integer, x87Known)}\n} else {\n${text}\n}`;
}
