// The fast loop: the common instructions in the form they nearly always have (32-bit operands and addresses,
// no prefix, flat segments), inline in one switch. A case either completes and continues the loop, or breaks
// out of the switch with nothing changed: a miss in the page tables, an access across pages, a rare form.
// The loop is left then, and step.ts runs that instruction in its general form, faults included. No case
// calls a function: a single call in the loop, and V8 keeps the loop's variables on its stack.
import { type Width, width } from './generate-row.ts';
import type { Operand, Slot } from './map.ts';

const BYTES: Readonly<Record<Width, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** Functions (of the rows) with a fast form. */
const BINARY = [
  'add',
  'or',
  'adc',
  'sbb',
  'and',
  'sub',
  'xor',
  'cmp',
  'test',
  'shl',
  'shr',
  'sar',
  'rol',
  'ror',
];
const OTHERS = [
  'inc',
  'dec',
  'not',
  'neg',
  'mov',
  'movzx',
  'movsx',
  'imul2',
  'imul3',
  'mul',
  'imul',
  'bswap',
];
export const CALLED = new Set([...BINARY, ...OTHERS]);

/** A row as statements, given `p` behind ModRM, SIB and displacement, and `a` in the memory form. */
type Emit = (slot: Slot, memory: boolean) => string | null;

const DONE = 'ip = p;\ncontinue;';

/** Leaves either loop with control at `aim`. */
export const leaveFor = (why: 'ARRIVED' | 'ENTER' | 'HOT'): string =>
  `store<i32>(CPU + BUDGET, left);\nstore<u32>(CPU + EIP, aim);\nreturn ${why};`;

/** The entry of the jump cache that counts arrivals at `aim`, and what it has counted; leaves the loop where that is 0. */
export const ARRIVE = `let j: u32 = tb + jumpOffset(aim);
if (load<u32>(j, JUMP_CACHE) != aim && load<u32>(j, JUMP_CACHE + JUMP_FN) != 0) j ^= JUMP_ENTRY_SIZE;
if (load<u32>(j, JUMP_CACHE) != aim) {
store<u32>(j, aim, JUMP_CACHE);
store<u32>(j, 0, JUMP_CACHE + JUMP_FN);
store<u32>(j, first, JUMP_CACHE + JUMP_COUNT);
store<u32>(j, 0, JUMP_CACHE + JUMP_STAGE);
}
const count = load<u32>(j, JUMP_CACHE + JUMP_COUNT);
if (count == 0) {
${leaveFor('HOT')}
}`;

/** The R word of the page of `aim`, and in bit 0 whether it may be executed. */
export const TARGET_PAGE = `const e = load<u32>(tb + ((aim >>> 10) & 0x3ffffc), R_TABLE);
const x = <u32>load<u8>(tb + (aim >>> 15), X_BITMAP) >>> ((aim >>> 12) & 7);`;

/** Quotients of 32 bits by 32 bits, which cannot overflow; `b` is the divisor. */
export const QUOTIENT = {
  div: [
    'if (b == 0 || load<u32>(CPU + EDX) != 0) break;',
    'const n = load<u32>(CPU + EAX);',
    'store<u32>(CPU + EAX, n / b);',
    'store<u32>(CPU + EDX, n % b);',
  ],
  idiv: [
    'const n = load<i32>(CPU + EAX);',
    'if (b == 0 || b == 0xffffffff || load<i32>(CPU + EDX) != n >> 31) break;',
    'store<i32>(CPU + EAX, n / <i32>b);',
    'store<i32>(CPU + EDX, n % <i32>b);',
  ],
} as const;

/** Breaks out unless `n` bytes at `a` can be had through the table; `e` is the entry then. */
function check(at: string, n: number, table: 'R' | 'W'): string {
  const cross = n > 1 ? `\nif ((${at} & 4095) > ${4096 - n}) break;` : '';
  return `const e = load<u32>(tb + ((${at} >>> 10) & 0x3ffffc), ${table}_TABLE);\nif (e == 0) break;${cross}`;
}

function registerOf(o: Operand): string {
  if (o.kind === 'register') return String(o.register);
  if (o.kind === 'Z') return 'op & 7';
  return o.kind === 'G' ? '(m >>> 3) & 7' : 'm & 7';
}

/** Statements before, the expression of the value, for an operand that is read. */
function value(o: Operand, i: number, memory: boolean, size: Width = 'u32'): [string[], string] | null {
  const w = width(o, size);
  switch (o.kind) {
    case 'I':
      if (w === 'u8') {
        return [
          [`const i${i} = ${o.signed ? `<${size}><i32>load<i8>(p)` : 'load<u8>(p)'};`, 'p += 1;'],
          `i${i}`,
        ];
      }
      return [[`const i${i} = load<${w}>(p);`, `p += ${BYTES[w]};`], `i${i}`];
    case 'one':
      return [[], '1'];
    case 'E':
      if (memory) return [[], `load<${w}>(a + e, ENTRY_OFFSET)`];
      return [[], `reg<${w}>(${registerOf(o)})`];
    case 'G':
    case 'Z':
    case 'register':
      return [[], `reg<${w}>(${registerOf(o)})`];
    default:
      return null;
  }
}

/** Rows that call a function on their operands. */
function call(slot: Slot, memory: boolean, size: Width = 'u32'): string | null {
  const { operands, fn } = slot.row;
  const first = operands[0];
  const lines: string[] = [];
  const inMemory = memory ? operands.find((o) => o.kind === 'E') : undefined;
  const args: string[] = [];
  const t = width(first, size);
  for (const [i, o] of operands.entries()) {
    if (!o.access.includes('r')) continue;
    const got = value(o, i, memory, size);
    if (!got) return null;
    lines.push(...got[0]);
    const from = o.signed ? size : width(o, size);
    args.push(from !== t && !fn.startsWith('mov') ? `<${t}>(${got[1]})` : got[1]);
  }
  if (inMemory) {
    lines.push(check('a', BYTES[width(inMemory, size)], inMemory.access === 'r' ? 'R' : 'W'));
  }
  const types = fn.startsWith('mov') ? `<${t}, ${width(operands[1], size)}>` : `<${t}>`;
  const result = fn === 'mov' ? `<${t}>(${args[0]})` : `${fn}${types}(${args.join(', ')})`;
  if (!first.access.includes('w')) lines.push(`${result};`);
  else if (first === inMemory) lines.push(`store<${t}>(a + e, ${result}, ENTRY_OFFSET);`);
  else lines.push(`setReg<${t}>(${registerOf(first)}, ${result});`);
  return [...lines, DONE].join('\n');
}

/** Goes to `aim` by way of the jump cache, behind the switch: calls, returns, computed jumps. */
const TURN = ['turning = true;', 'break;'].join('\n');

/** Goes to host address `t`: forward in the page at once, else by way of the jump cache. */
const GO = ['if (t > ip && (t ^ ip) >>> 12 == 0) {', 'ip = t;', 'continue;', '}', 'aim = t - d;', TURN].join(
  '\n',
);

/** What must hold for the fast form of a condition, and the condition; null where it has none. */
export function condition(opcode: number): [string, string] | null {
  const tests = [
    '',
    'carry()',
    'zero()',
    'carry() || zero()',
    'sign()',
    '',
    'lessOrdered()',
    'zero() || lessOrdered()',
  ];
  const test = tests[(opcode >> 1) & 7];
  if (test === '') return null;
  const known = test.includes('Ordered') ? 'if (!ordered()) break;' : '';
  return [known, opcode & 1 ? `!(${test})` : test];
}

function push(expression: string, before = ''): string {
  return [
    before,
    'const sp = load<u32>(CPU + ESP) - 4;',
    check('sp', 4, 'W'),
    `store<u32>(sp + e, ${expression}, ENTRY_OFFSET);`,
    'store<u32>(CPU + ESP, sp);',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function displacement(o: Operand): [string, number] {
  return o.size === 'b' ? ['<i32>load<i8>(p)', 1] : ['load<i32>(p)', 4];
}

/** A call or jump through a register or memory operand: its target, read before anything changes. */
function indirect(memory: boolean): string {
  if (!memory) return 'const eip = reg<u32>(m & 7);';
  const found = check('a', 4, 'R').replace('const e =', 'const r =').replace('e == 0', 'r == 0');
  return `${found}\nconst eip = load<u32>(a + r, ENTRY_OFFSET);`;
}

const SPECIAL: Readonly<Record<string, Emit>> = {
  mov: (slot, memory) => {
    const [to, from] = slot.row.operands;
    const w = width(to, 'u32');
    if (to.kind !== 'O' && from.kind !== 'O') return call(slot, memory);
    const store = to.kind === 'O';
    const move = store
      ? `store<${w}>(a + e, reg<${w}>(0), ENTRY_OFFSET);`
      : `setReg<${w}>(0, load<${w}>(a + e, ENTRY_OFFSET));`;
    return [
      'const a = load<u32>(p) SEGMENT;',
      'p += 4;',
      check('a', BYTES[w], store ? 'W' : 'R'),
      move,
      DONE,
    ].join('\n');
  },
  lea: (_, memory) => (memory ? `setReg<u32>((m >>> 3) & 7, a);\n${DONE}` : null),
  nop: () => DONE,
  push: (slot, memory) => {
    const o = slot.row.operands[0];
    const got = value(o, 0, false);
    if (!got) return null;
    if (!memory) return `${push(`<u32>${got[1]}`, got[0].join('\n'))}\n${DONE}`;
    const found = check('a', 4, 'R').replace('const e =', 'const r =').replace('e == 0', 'r == 0');
    return `${push('load<u32>(a + r, ENTRY_OFFSET)', found)}\n${DONE}`;
  },
  pop: (slot) =>
    slot.row.operands[0].kind === 'E'
      ? null
      : [
          'const sp = load<u32>(CPU + ESP);',
          check('sp', 4, 'R'),
          'store<u32>(CPU + ESP, sp + 4);',
          `setReg<u32>(op & 7, load<u32>(sp + e, ENTRY_OFFSET));`,
          DONE,
        ].join('\n'),
  leave: () =>
    [
      'const sp = load<u32>(CPU + EBP);',
      check('sp', 4, 'R'),
      'store<u32>(CPU + ESP, sp + 4);',
      'store<u32>(CPU + EBP, load<u32>(sp + e, ENTRY_OFFSET));',
      DONE,
    ].join('\n'),
  jcc: (slot) => {
    const found = condition(slot.opcode);
    if (!found) return null;
    const [text, n] = displacement(slot.row.operands[0]);
    const taken = `const t = p + ${n} + ${text};\n${GO}`;
    return `${found[0]}\nif (${found[1]}) {\n${taken}\n}\np += ${n};\n${DONE}`;
  },
  jmp: (slot, memory) => {
    const o = slot.row.operands[0];
    if (o.kind !== 'J') return `${indirect(memory)}\naim = eip;\n${TURN}`;
    const [text, n] = displacement(o);
    return `const t = p + ${n} + ${text};\n${GO}`;
  },
  call: (slot, memory) => {
    const near = slot.row.operands[0].kind === 'J';
    const eip = near ? 'const eip = p + 4 + load<i32>(p) - d;\np += 4;' : indirect(memory);
    return [
      eip,
      'const sp = load<u32>(CPU + ESP) - 4;',
      check('sp', 4, 'W'),
      'store<u32>(sp + e, p - d, ENTRY_OFFSET);',
      'store<u32>(CPU + ESP, sp);',
      'aim = eip;',
      TURN,
    ].join('\n');
  },
  ret: () => ret('4'),
  ret_iw: () => ret('4 + <u32>load<u16>(p)'),
  setcc: (slot, memory) => {
    const found = condition(slot.opcode);
    if (!found) return null;
    const flag = `<u8>(${found[1]})`;
    if (!memory) return `${found[0]}\nsetReg<u8>(m & 7, ${flag});\n${DONE}`;
    return [found[0], check('a', 1, 'W'), `store<u8>(a + e, ${flag}, ENTRY_OFFSET);`, DONE].join('\n');
  },
  cmovcc: (slot, memory) => {
    const found = condition(slot.opcode);
    if (!found) return null;
    const move = `if (${found[1]}) setReg<u32>((m >>> 3) & 7, value);`;
    if (!memory) return [found[0], 'const value = reg<u32>(m & 7);', move, DONE].join('\n');
    const value = 'const value = load<u32>(a + e, ENTRY_OFFSET);';
    return [found[0], check('a', 4, 'R'), value, move, DONE].join('\n');
  },
  div: (slot, memory) => divide(slot, memory, QUOTIENT.div),
  idiv: (slot, memory) => divide(slot, memory, QUOTIENT.idiv),
  cwde: () => `cwde<u32>();\n${DONE}`,
  cdq: () => `cdq<u32>();\n${DONE}`,
  xchg: (slot, memory) => {
    if (slot.row.operands[0].kind === 'Z') return `xchg<u32>(op & 7);\n${DONE}`;
    const w = width(slot.row.operands[0], 'u32');
    const mine = `reg<${w}>((m >>> 3) & 7)`;
    const take = (other: string) => `const old = ${other};`;
    const give = `setReg<${w}>((m >>> 3) & 7, old);`;
    if (!memory) return [take(`reg<${w}>(m & 7)`), `setReg<${w}>(m & 7, ${mine});`, give, DONE].join('\n');
    return [
      check('a', BYTES[w], 'W'),
      take(`load<${w}>(a + e, ENTRY_OFFSET)`),
      `store<${w}>(a + e, ${mine}, ENTRY_OFFSET);`,
      give,
      DONE,
    ].join('\n');
  },
};

function divide(slot: Slot, memory: boolean, lines: readonly string[]): string | null {
  const o = slot.row.operands[0];
  if (width(o, 'u32') !== 'u32') return null;
  const found = memory
    ? [check('a', 4, 'R'), 'const b = load<u32>(a + e, ENTRY_OFFSET);']
    : ['const b = reg<u32>(m & 7);'];
  return [...found, ...lines, DONE].join('\n');
}

function ret(drop: string): string {
  return [
    'const sp = load<u32>(CPU + ESP);',
    check('sp', 4, 'R'),
    'aim = load<u32>(sp + e, ENTRY_OFFSET);',
    `store<u32>(CPU + ESP, sp + ${drop});`,
    TURN,
  ].join('\n');
}

const NOT_IN_MEMORY = /^(setcc|cmovcc|rol|ror|xchg|i?mul|i?div|not|neg)$/;
const NOT_BYTES = /^(adc|sbb|rol|ror|shl|shr|sar|xchg|i?mul|not|neg)$/;

/**
 * Forms too rare for the loop: beyond some thousands of values in a function V8 (in Node 20) gives its
 * variables no registers, and everything else would pay for these.
 */
function isRare(slot: Slot, memory: boolean): boolean {
  const { fn, operands } = slot.row;
  if (slot.map === 0 && slot.opcode === 0x82) return true;
  if (memory && (NOT_IN_MEMORY.test(fn) || (/^(adc|sbb)$/.test(fn) && operands[0].kind === 'E'))) return true;
  // Changing a byte of memory by a register, or a word by a large constant.
  const arithmetic = /^(add|or|and|sub|xor)$/.test(fn) && memory && operands[0].kind === 'E';
  if (arithmetic && ((operands[0].size === 'b' && slot.opcode < 0x80) || slot.opcode === 0x81)) return true;
  return operands[0]?.size === 'b' && NOT_BYTES.test(fn);
}

function body(slot: Slot | undefined, memory: boolean, size: Width): string {
  if (!slot || isRare(slot, memory)) return 'break;';
  const { fn } = slot.row;
  if (size === 'u16' && CALLED.has(fn)) return call(slot, memory, size) ?? 'break;';
  const text = SPECIAL[fn] ? SPECIAL[fn](slot, memory) : CALLED.has(fn) ? call(slot, memory) : null;
  if (!text || slot.row.cpu === '') return text ?? 'break;';
  return `if (!announces(FEATURE_${slot.row.cpu.toUpperCase()})) break;\n${text}`;
}

/** ModRM without SIB and with the SIB byte: `a` is the address, `p` moves behind it all. */
const ADDRESS = [
  'let a: u32;',
  'p = ip + LENGTH;',
  'if ((m & 7) == 4) {',
  'const s = <u32>load<u8>(p);',
  'p += 1;',
  'if (s == 0x24) {',
  'a = load<u32>(CPU + ESP);',
  '} else {',
  'a = (s & 0x38) == 0x20 ? 0 : load<u32>((s >>> 1) & 0x1c, CPU) << (s >>> 6);',
  'if ((s & 7) == 5 && m < 0x40) {',
  'a += load<u32>(p);',
  'p += 4;',
  '} else {',
  'a += load<u32>((s & 7) << 2, CPU);',
  '}',
  '}',
  '} else if ((m & 0xc7) == 5) {',
  'a = load<u32>(p);',
  'p += 4;',
  '} else {',
  'a = load<u32>((m & 7) << 2, CPU);',
  '}',
  'if (m >= 0x80) {',
  'a += load<u32>(p);',
  'p += 4;',
  '} else if (m >= 0x40) {',
  'a += <i32>load<i8>(p);',
  'p += 1;',
  '}',
].join('\n');

/** The cases of a group: a `break` in one leaves this switch only, so another must follow. */
function group(texts: readonly string[]): string {
  const forms = [...new Set(texts)].map((text) => {
    const labels = texts.flatMap((other, i) => (other === text ? [`case ${i}:`] : []));
    return `${labels.join(' ')} {\n${text}\n}`;
  });
  return forms.length === 1 ? texts[0] : `switch ((m >>> 3) & 7) {\n${forms.join('\n')}\n}`;
}

/** The prefixes that have a place in the loop, and the opcodes that often stand behind them. */
interface Prefix {
  readonly length: number;
  readonly size: Width;
  /** Behind an address. */
  readonly base: string;
  readonly opcodes: readonly number[] | null;
}

const PLAIN: Prefix = { length: 0, size: 'u32', base: '', opcodes: null };
/** Thread-local storage. */
const GS: Prefix = {
  length: 1,
  size: 'u32',
  base: '+ load<u32>(CPU + SEG_BASE + 20)',
  opcodes: [0x03, 0x2b, 0x33, 0x3b, 0x89, 0x8b, 0xa1, 0xa3],
};
const WORDS: Prefix = { length: 1, size: 'u16', base: '', opcodes: [0x39, 0x3b, 0x85, 0x89, 0x8b, 0x90] };

function opcode(list: readonly Slot[], prefix: Prefix): string | null {
  const usable = list.filter((s) => s.prefix === '' && !s.row.privileged && s.rm === -1);
  const { map, opcode: number } = list[0];
  if (prefix.opcodes && (map === 1 || !prefix.opcodes.includes(number))) return null;
  const length = prefix.length + map + 1;
  if (usable.every((s) => s.modrm === 'none')) {
    const text = body(usable[0], false, prefix.size).replace('SEGMENT', prefix.base);
    return text === 'break;' ? null : `let p: u32 = ip + ${length};\n${text}`;
  }
  const pick = (reg: number, form: 'mem' | 'reg') =>
    usable.find((s) => (s.reg === -1 || s.reg === reg) && (s.modrm === 'any' || s.modrm === form));
  const all = (form: 'mem' | 'reg') =>
    Array.from({ length: 8 }, (_, reg) => body(pick(reg, form), form === 'mem', prefix.size));
  const [regs, mems] = [all('reg'), all('mem')];
  if ([...regs, ...mems].every((text) => text === 'break;')) return null;
  const base = prefix.base === '' ? '' : `\na = a ${prefix.base};`;
  const address = ADDRESS.replaceAll('LENGTH', String(length + 1)) + base;
  const memory = mems.every((text) => text === 'break;') ? 'break;' : `${address}\n${group(mems)}`;
  return [
    `const m = <u32>load<u8>(ip, ${length});`,
    'let p: u32;',
    'if (m >= 0xc0) {',
    `p = ip + ${length + 1};`,
    prefix.base === '' ? group(regs) : 'break;',
    '} else {',
    memory,
    '}',
    'break;',
  ].join('\n');
}

function cases(slots: readonly Slot[], map: 0 | 1, prefix: Prefix): string {
  const found = new Map<string, number[]>();
  for (let key = 0; key < 256; key++) {
    const list = slots.filter((s) => s.map === map && s.opcode === key);
    const text = list.length > 0 ? opcode(list, prefix) : null;
    if (text !== null) found.set(text, [...(found.get(text) ?? []), key]);
  }
  return [...found]
    .map(([text, keys]) => `${keys.map((k) => `case 0x${k.toString(16)}:`).join(' ')} {\n${text}\n}`)
    .join('\n');
}

/** The loop; what it returns is said in step.ts. */
export function fastLoop(slots: readonly Slot[]): string {
  return `export function raw(): u32 {
let ip = entered();
let d = delta;
let end = pageEnd(ip);
let left = load<i32>(CPU + BUDGET);
let aim: u32 = 0;
let turning = false;
const tb = load<u32>(CPU + TB);
const wanted = awaited;
const first = patience;
while (true) {
if (--left < 0) {
store<i32>(CPU + BUDGET, 0);
setCode(ip, d);
return SPENT;
}
if (ip <= end) {
const op = <u32>load<u8>(ip);
switch (op) {
${cases(slots, 0, PLAIN)}
case 0xf: {
const op = <u32>load<u8>(ip, 1);
switch (op) {
${cases(slots, 1, PLAIN)}
}
break;
}
case 0x65: {
if ((flatSegments & 0x20) == 0) break;
switch (<u32>load<u8>(ip, 1)) {
${cases(slots, 0, GS)}
}
break;
}
case 0x66: {
switch (<u32>load<u8>(ip, 1)) {
${cases(slots, 0, WORDS)}
}
break;
}
}
}
if (!turning) {
store<i32>(CPU + BUDGET, left + 1);
setCode(ip, d);
return GENERAL;
}
turning = false;
if (aim == wanted) {
${leaveFor('ARRIVED')}
}
${ARRIVE}
store<u32>(j, count - 1, JUMP_CACHE + JUMP_COUNT);
if (((aim + d) ^ ip) >>> 12 != 0) {
${TARGET_PAGE}
if (e == 0 || (x & 1) == 0) {
${leaveFor('ENTER')}
}
d = e + ENTRY_OFFSET;
end = pageEnd(aim + d);
}
ip = aim + d;
const slot = stripSlot(ip);
const key = load<u32>(slot);
const visits = load<u32>(slot, 4);
if (key == ip || (key == ~ip && visits >= worth)) {
store<i32>(CPU + BUDGET, left);
setCode(ip, d);
return MISS;
}
store<u32>(slot, ~ip);
store<u32>(slot, key == ~ip ? visits + 1 : 1, 4);
}
}
`;
}
