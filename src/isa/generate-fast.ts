// The fast loop: the common instructions in the form they nearly always have (32-bit operands and addresses,
// no prefix, flat segments), inline in one switch. A case either completes and continues the loop, or breaks
// out of the switch with nothing changed: a miss in the page tables, an access across pages, a rare form.
// The code behind the switch then runs that instruction in its general form, faults included.
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
  'div',
  'idiv',
  'bswap',
];
const CALLED = new Set([...BINARY, ...OTHERS]);

/** A row as statements, given `p` behind ModRM, SIB and displacement, and `a` in the memory form. */
type Emit = (slot: Slot, memory: boolean) => string | null;

const DONE = 'ip = p;\ncontinue;';

/** Breaks out unless `n` bytes at `a` can be had through the table; `e` is the entry then. */
function check(at: string, n: number, table: 'R' | 'W'): string {
  const cross = n > 1 ? ` || (${at} & 4095) > ${4096 - n}` : '';
  return `const e = load<u32>(tb + ((${at} >>> 10) & 0x3ffffc), ${table}_TABLE);\nif (e == 0${cross}) break;`;
}

function registerOf(o: Operand, slot: Slot): string {
  if (o.kind === 'register') return String(o.register);
  if (o.kind === 'Z') return String(slot.opcode & 7);
  return o.kind === 'G' ? '(m >>> 3) & 7' : 'm & 7';
}

/** Statements before, the expression of the value, for an operand that is read. */
function value(o: Operand, i: number, slot: Slot, memory: boolean): [string[], string] | null {
  const w = width(o, 'u32');
  switch (o.kind) {
    case 'I':
      if (w === 'u8') {
        return [[`const i${i} = ${o.signed ? '<u32><i32>load<i8>(p)' : 'load<u8>(p)'};`, 'p += 1;'], `i${i}`];
      }
      return w === 'u32' ? [[`const i${i} = load<u32>(p);`, 'p += 4;'], `i${i}`] : null;
    case 'one':
      return [[], '1'];
    case 'E':
      if (memory) return [[], `load<${w}>(a + e, ENTRY_OFFSET)`];
      return [[], `reg<${w}>(${registerOf(o, slot)})`];
    case 'G':
    case 'Z':
    case 'register':
      return [[], `reg<${w}>(${registerOf(o, slot)})`];
    default:
      return null;
  }
}

/** Rows that call a function on their operands. */
function call(slot: Slot, memory: boolean): string | null {
  const { operands, fn } = slot.row;
  const first = operands[0];
  const lines: string[] = [];
  const inMemory = memory ? operands.find((o) => o.kind === 'E') : undefined;
  const args: string[] = [];
  const t = width(first, 'u32');
  for (const [i, o] of operands.entries()) {
    if (!o.access.includes('r')) continue;
    const got = value(o, i, slot, memory);
    if (!got) return null;
    lines.push(...got[0]);
    const from = o.signed ? 'u32' : width(o, 'u32');
    args.push(from !== t && !fn.startsWith('mov') ? `<${t}>(${got[1]})` : got[1]);
  }
  if (inMemory) {
    lines.push(check('a', BYTES[width(inMemory, 'u32')], inMemory.access === 'r' ? 'R' : 'W'));
  }
  // The only functions here that raise an exception.
  if (fn === 'div' || fn === 'idiv')
    lines.push('store<u32>(CPU + EIP, ip - d);', 'store<i32>(CPU + BUDGET, left);');
  const types = fn.startsWith('mov') ? `<${t}, ${width(operands[1], 'u32')}>` : `<${t}>`;
  const result = fn === 'mov' ? `<${t}>(${args[0]})` : `${fn}${types}(${args.join(', ')})`;
  if (!first.access.includes('w')) lines.push(`${result};`);
  else if (first === inMemory) lines.push(`store<${t}>(a + e, ${result}, ENTRY_OFFSET);`);
  else lines.push(`setReg<${t}>(${registerOf(first, slot)}, ${result});`);
  return [...lines, DONE].join('\n');
}

/** Goes to host address `t`, or by way of the tables where that is another page. */
const GO = [
  'if ((t ^ ip) >>> 12 == 0) {',
  'ip = t;',
  'continue;',
  '}',
  'if (!turn(t - d)) break;',
  'ip = turned;',
  'd = delta;',
  'end = pageEnd(ip);',
  'continue;',
].join('\n');

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
    return ['const a = load<u32>(p);', 'p += 4;', check('a', BYTES[w], store ? 'W' : 'R'), move, DONE].join(
      '\n',
    );
  },
  lea: (_, memory) => (memory ? `setReg<u32>((m >>> 3) & 7, a);\n${DONE}` : null),
  nop: () => DONE,
  push: (slot, memory) => {
    const o = slot.row.operands[0];
    const got = value(o, 0, slot, false);
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
          `setReg<u32>(${slot.opcode & 7}, load<u32>(sp + e, ENTRY_OFFSET));`,
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
    const [text, n] = displacement(slot.row.operands[0]);
    const taken = `const t = p + ${n} + ${text};\n${GO}`;
    return `if (condition(${slot.opcode & 15})) {\n${taken}\n}\np += ${n};\n${DONE}`;
  },
  jmp: (slot, memory) => {
    const o = slot.row.operands[0];
    if (o.kind !== 'J') return `${indirect(memory)}\nconst t = eip + d;\n${GO}`;
    const [text, n] = displacement(o);
    return `const t = p + ${n} + ${text};\n${GO}`;
  },
  call: (slot, memory) => {
    const near = slot.row.operands[0].kind === 'J';
    const eip = near ? 'const eip = p + 4 + load<i32>(p) - d;\np += 4;' : indirect(memory);
    // The target's page is looked up before the push: where it cannot be entered, nothing has changed.
    return [
      eip,
      'const sp = load<u32>(CPU + ESP) - 4;',
      check('sp', 4, 'W'),
      'const back = p - d;',
      'const t = eip + d;',
      'if ((t ^ ip) >>> 12 == 0) {',
      'ip = t;',
      '} else {',
      'if (!turn(eip)) break;',
      'ip = turned;',
      'd = delta;',
      'end = pageEnd(ip);',
      '}',
      'store<u32>(sp + e, back, ENTRY_OFFSET);',
      'store<u32>(CPU + ESP, sp);',
      'continue;',
    ].join('\n');
  },
  ret: () => ret('4'),
  ret_iw: () => ret('4 + <u32>load<u16>(p)'),
  setcc: (slot, memory) => {
    const flag = `<u8>condition(${slot.opcode & 15})`;
    if (!memory) return `setReg<u8>(m & 7, ${flag});\n${DONE}`;
    return [check('a', 1, 'W'), `store<u8>(a + e, ${flag}, ENTRY_OFFSET);`, DONE].join('\n');
  },
  cmovcc: (slot, memory) => {
    const move = `if (condition(${slot.opcode & 15})) setReg<u32>((m >>> 3) & 7, value);`;
    if (!memory) return ['const value = reg<u32>(m & 7);', move, DONE].join('\n');
    return [check('a', 4, 'R'), 'const value = load<u32>(a + e, ENTRY_OFFSET);', move, DONE].join('\n');
  },
  cwde: () => `cwde<u32>();\n${DONE}`,
  cdq: () => `cdq<u32>();\n${DONE}`,
  xchg: (slot, memory) => {
    if (slot.row.operands[0].kind === 'Z') return `xchg<u32>(${slot.opcode & 7});\n${DONE}`;
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

function ret(drop: string): string {
  return [
    'const sp = load<u32>(CPU + ESP);',
    check('sp', 4, 'R'),
    'const t = load<u32>(sp + e, ENTRY_OFFSET) + d;',
    'if ((t ^ ip) >>> 12 == 0) {',
    `store<u32>(CPU + ESP, sp + ${drop});`,
    'ip = t;',
    'continue;',
    '}',
    'if (!turn(t - d)) break;',
    `store<u32>(CPU + ESP, sp + ${drop});`,
    'ip = turned;',
    'd = delta;',
    'end = pageEnd(ip);',
    'continue;',
  ].join('\n');
}

function body(slot: Slot | undefined, memory: boolean): string {
  if (!slot) return 'break;';
  const { fn } = slot.row;
  const text = SPECIAL[fn] ? SPECIAL[fn](slot, memory) : CALLED.has(fn) ? call(slot, memory) : null;
  return text ?? 'break;';
}

/** ModRM without SIB and with the SIB byte: `a` is the address, `p` moves behind it all. */
const ADDRESS = [
  'let a: u32;',
  'if ((m & 7) == 4) {',
  'const s = <u32>load<u8>(ip, LENGTH);',
  'const b = s & 7;',
  'a = s == 0x24 ? load<u32>(CPU + ESP) : (s & 0x38) == 0x20 ? 0 : load<u32>((s >>> 1) & 0x1c, CPU) << (s >>> 6);',
  'p = ip + LENGTH + 1;',
  'if (s != 0x24) {',
  'if (b == 5 && m < 0x40) {',
  'a += load<u32>(p);',
  'p += 4;',
  '} else {',
  'a += load<u32>(b << 2, CPU);',
  '}',
  '}',
  'if (m >= 0x80) {',
  'a += load<u32>(p);',
  'p += 4;',
  '} else if (m >= 0x40) {',
  'a += <i32>load<i8>(p);',
  'p += 1;',
  '}',
  '} else if (m >= 0x80) {',
  'a = load<u32>((m & 7) << 2, CPU) + load<u32>(ip, LENGTH);',
  'p = ip + LENGTH + 4;',
  '} else if (m >= 0x40) {',
  'a = load<u32>((m & 7) << 2, CPU) + <i32>load<i8>(ip, LENGTH);',
  'p = ip + LENGTH + 1;',
  '} else if ((m & 7) == 5) {',
  'a = load<u32>(ip, LENGTH);',
  'p = ip + LENGTH + 4;',
  '} else {',
  'a = load<u32>((m & 7) << 2, CPU);',
  'p = ip + LENGTH;',
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

function opcode(list: readonly Slot[]): string | null {
  const usable = list.filter((s) => s.prefix === '' && !s.row.privileged && s.rm === -1);
  const length = list[0].map + 1;
  if (usable.every((s) => s.modrm === 'none')) {
    const text = body(usable[0], false);
    return text === 'break;' ? null : `let p: u32 = ip + ${length};\n${text}`;
  }
  const pick = (reg: number, form: 'mem' | 'reg') =>
    usable.find((s) => (s.reg === -1 || s.reg === reg) && (s.modrm === 'any' || s.modrm === form));
  const all = (form: 'mem' | 'reg') =>
    Array.from({ length: 8 }, (_, reg) => body(pick(reg, form), form === 'mem'));
  const [regs, mems] = [all('reg'), all('mem')];
  if ([...regs, ...mems].every((text) => text === 'break;')) return null;
  const memory = `${ADDRESS.replaceAll('LENGTH', String(length + 1))}\n${group(mems)}`;
  return [
    `const m = <u32>load<u8>(ip, ${length});`,
    'let p: u32;',
    'if (m >= 0xc0) {',
    `p = ip + ${length + 1};`,
    group(regs),
    '} else {',
    memory,
    '}',
    'break;',
  ].join('\n');
}

function cases(slots: readonly Slot[], map: 0 | 1): string {
  const found = new Map<string, number[]>();
  for (let key = 0; key < 256; key++) {
    const list = slots.filter((s) => s.map === map && s.opcode === key);
    const text = list.length > 0 ? opcode(list) : null;
    if (text !== null) found.set(text, [...(found.get(text) ?? []), key]);
  }
  return [...found]
    .map(([text, keys]) => `${keys.map((k) => `case 0x${k.toString(16)}:`).join(' ')} {\n${text}\n}`)
    .join('\n');
}

/** Runs until the budget is spent or an instruction in its general form asks to leave the loop. */
export function fastLoop(slots: readonly Slot[]): string {
  return `export function fast(): void {
let ip = entered();
let d = delta;
let end = pageEnd(ip);
let left = load<i32>(CPU + BUDGET);
const tb = load<u32>(CPU + TB);
while (true) {
if (--left < 0) {
store<i32>(CPU + BUDGET, 0);
setIp(ip);
return;
}
if (ip <= end) {
switch (<u32>load<u8>(ip)) {
${cases(slots, 0)}
case 0xf: {
switch (<u32>load<u8>(ip, 1)) {
${cases(slots, 1)}
}
break;
}
}
}
setIp(ip);
store<i32>(CPU + BUDGET, left + 1);
if (!general()) return;
ip = entered();
d = delta;
end = pageEnd(ip);
left = load<i32>(CPU + BUDGET);
}
}
`;
}
