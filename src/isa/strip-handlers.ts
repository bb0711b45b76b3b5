// The handlers of the strip loop (generate-strips.ts): one row and form as a piece of AssemblyScript that finds its
// operands in a record, and how the decoder (src/cpu/strip.ts) is to fill such a record. As in the fast loop a handler
// completes or breaks out with nothing changed, and calls nothing.
import { CALLED as COMMON, condition, QUOTIENT } from './generate-fast.ts';
import { type Width, width } from './generate-row.ts';
import type { Operand, Slot } from './map.ts';

const CALLED = new Set([...COMMON, 'shld', 'shrd']);

// How a record is filled: bits of an entry, above the handler's number. src/cpu/strip.ts reads them.
const FROM = { none: 0, G: 1, E: 2, Z: 3, eax: 4, condition: 5 } as const;
const IMMEDIATE = { none: 0, signed: 1, u8: 2, u16: 3, u32: 4, near: 5, far: 6, condition: 7 } as const;

interface Fill {
  first: number;
  second: number;
  immediate: number;
  /** There is a memory operand. */
  memory: boolean;
  /** Its address is an immediate. */
  absolute: boolean;
  /** Nothing is decoded behind it. */
  ends: boolean;
  /** A segment prefix says nothing. */
  bare: boolean;
}

export interface Handler {
  readonly fill: Fill;
  readonly text: string;
  /** With the branch behind it. */
  readonly fused?: string;
}

const BYTES: Readonly<Record<Width, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };
const FIRST = '<u32>load<u8>(rec, 4)';
const SECOND = '<u32>load<u8>(rec, 5)';
const IMM = '12';
const DONE = 'rec += 16;\ncontinue;';
/** Behind a store: the code may have changed itself, and is looked up again where it has. */
const STORED = 'rec += 16;\nif (a + e - own >= 4096) continue;\nturn = SEAM;\nbreak;';
/** More bytes to be compared before the strip goes on: two records' room holds them. */
export const CHECK = [
  'if (differs(own + ENTRY_OFFSET + <u32>load<u16>(rec, 2), rec)) {',
  'turn = SEAM;',
  'break;',
  '}',
  'start += 48;',
  'rec += 48;',
  'continue;',
].join('\n');
const TAKEN = 'turn = TAKEN;\nbreak;';
const TURN = 'turn = TURN;\nbreak;';
/** The same from a record that has no room for a link. */
const LOOSE = 'turn = LOOSE;\nbreak;';
/** The address, with and without an index. */
export const PLAIN = `const a = load<u32>(<u32>load<u8>(rec, 6), CPU) + load<u32>(rec, 8);`;
export const INDEXED = [
  'const x = <u32>load<u8>(rec, 7);',
  'const a = load<u32>(<u32>load<u8>(rec, 6), CPU) + (load<u32>(x & 0x3c, CPU) << (x & 3)) + load<u32>(rec, 8);',
].join('\n');

const nothing = (): Fill => ({
  first: 0,
  second: 0,
  immediate: 0,
  memory: false,
  absolute: false,
  ends: false,
  bare: false,
});

function check(at: string, n: number, table: 'R' | 'W', e = 'e'): string {
  const cross = n > 1 ? `\nif ((${at} & 4095) > ${4096 - n}) break;` : '';
  return `const ${e} = load<u32>(tb + ((${at} >>> 10) & 0x3ffffc), ${table}_TABLE);\nif (${e} == 0) break;${cross}`;
}

const read = (w: Width, place: string) => `load<${w}>(${place}, CPU)`;
const write = (w: Width, place: string, value: string) => `store<${w}>(${place}, ${value}, CPU);`;

/** Where the decoder finds a register operand, or null. */
function from(o: Operand, w: Width): number | null {
  const byte = w === 'u8' ? 8 : 0;
  if (o.kind === 'G') return FROM.G | byte;
  if (o.kind === 'E' || o.kind === 'R') return FROM.E | byte;
  if (o.kind === 'Z') return FROM.Z | byte;
  if (o.kind !== 'register') return null;
  return o.register === 0 ? FROM.eax | byte : null;
}

function immediateKind(o: Operand, w: Width): number {
  if (o.signed) return IMMEDIATE.signed;
  if (w === 'u8') return IMMEDIATE.u8;
  return w === 'u16' ? IMMEDIATE.u16 : IMMEDIATE.u32;
}

/** Operands in order: registers to the record's first and second place, the immediate, memory. */
function operands(slot: Slot, memory: boolean, size: Width) {
  const fill = nothing();
  const places: string[] = [];
  let found = 0;
  for (const o of slot.row.operands) {
    const w = width(o, size);
    if (o.kind === 'I') {
      fill.immediate = immediateKind(o, w);
      places.push(`load<${w}>(rec, ${IMM})`);
    } else if (o.kind === 'one') {
      places.push('1');
    } else if (o.letters === 'CL') {
      places.push('reg<u8>(1)');
    } else if (o.kind === 'O' || (memory && (o.kind === 'E' || o.kind === 'M'))) {
      fill.memory = true;
      fill.absolute = o.kind === 'O';
      places.push(`load<${w}>(a + e, ENTRY_OFFSET)`);
    } else {
      const place = from(o, w);
      if (place === null || found === 2) return null;
      if (found === 0) fill.first = place;
      else fill.second = place;
      places.push(read(w, found === 0 ? FIRST : SECOND));
      found++;
    }
  }
  return { fill, places };
}

const inMemory = (o: Operand) => o.kind === 'E' || o.kind === 'M' || o.kind === 'O';

/** Rows that call a function on their operands, and moves. */
function call(slot: Slot, memory: boolean, size: Width): Handler | null {
  const { fn, operands: list } = slot.row;
  const got = operands(slot, memory, size);
  if (!got) return null;
  const { fill, places } = got;
  const t = width(list[0], size);
  const args = list.flatMap((o, i) => {
    if (!o.access.includes('r')) return [];
    // A signed byte lies extended in the record.
    const text = o.signed ? places[i].replace('load<u8>', `load<${size}>`) : places[i];
    const w = o.signed ? size : width(o, size);
    return [w !== t && !fn.startsWith('mov') ? `<${t}>(${text})` : text];
  });
  const lines: string[] = [];
  const target = fill.memory ? list.find(inMemory) : undefined;
  if (target) lines.push(check('a', BYTES[width(target, size)], target.access === 'r' ? 'R' : 'W'));
  const types = fn.startsWith('mov') ? `<${t}, ${width(list[1], size)}>` : `<${t}>`;
  const result = fn === 'mov' ? `<${t}>(${args[0]})` : `${fn}${types}(${args.join(', ')})`;
  if (!list[0].access.includes('w')) {
    const text = [...lines, `${result};`, DONE].join('\n');
    const fused = fn === 'cmp' || fn === 'test' ? [...lines, branch(fn, t, args)].join('\n') : undefined;
    return { fill, text, fused };
  }
  if (list[0] === target)
    return { fill, text: [...lines, `store<${t}>(a + e, ${result}, ENTRY_OFFSET);`, STORED].join('\n') };
  return { fill, text: [...lines, write(t, FIRST, result), DONE].join('\n') };
}

/** A comparison and the branch behind it: the record of the flags is left as ever, the branch does not read it. */
function branch(fn: string, t: Width, args: readonly string[]): string {
  const signed = t.replace('u', 'i');
  const start =
    fn === 'cmp'
      ? [`const u = ${args[0]};`, `const v = ${args[1]};`, `cmp<${t}>(u, v);`, `const r = <${t}>(u - v);`]
      : [`const r = <${t}>(${args[0]} & ${args[1]});`, `setLogic<${t}>(r);`];
  const bits =
    fn === 'cmp'
      ? `<u32>(u < v) | (<u32>(u == v) << 1) | (<u32>(<${signed}>r < 0) << 2) | (<u32>(<${signed}>u < <${signed}>v) << 3)`
      : `(<u32>(r == 0) << 1) | ((<u32>(<${signed}>r < 0)) * 12)`;
  return [
    ...start,
    'rec += 16;',
    `if (<u32>(((${bits}) & ${FIRST}) != 0) != ${SECOND}) {`,
    TAKEN,
    '}',
    DONE,
  ].join('\n');
}

const sp = 'const a = load<u32>(CPU + ESP) - 4;';

function push(expression: string, before: string, fill: Fill): Handler {
  const text = [
    before,
    sp.replace(' a ', ' s '),
    check('s', 4, 'W'),
    `store<u32>(s + e, ${expression}, ENTRY_OFFSET);`,
    'store<u32>(CPU + ESP, s);',
    STORED.replace('a + e', 's + e'),
  ];
  return { fill, text: text.filter((line) => line !== '').join('\n') };
}

/** The value of an operand that is read alone, with what comes before it. */
function single(slot: Slot, memory: boolean): { fill: Fill; before: string; value: string } | null {
  const got = operands(slot, memory, 'u32');
  if (!got) return null;
  const value = got.places[0];
  if (!memory) return { fill: got.fill, before: '', value };
  return {
    fill: got.fill,
    before: `${check('a', 4, 'R', 'f')}\nconst value = load<u32>(a + f, ENTRY_OFFSET);`,
    value: 'value',
  };
}

const jump = (o: Operand) => (o.size === 'b' ? IMMEDIATE.near : IMMEDIATE.far);

function ret(drop: string): string {
  return [
    'const s = load<u32>(CPU + ESP);',
    check('s', 4, 'R'),
    'aim = load<u32>(s + e, ENTRY_OFFSET);',
    `store<u32>(CPU + ESP, s + ${drop});`,
    TURN,
  ].join('\n');
}

type Emit = (slot: Slot, memory: boolean) => Handler | null;

/** The condition of an even opcode; the record says whether it is to be turned round. */
function even(slot: Slot): [string, string] | null {
  const found = condition(slot.opcode & ~1);
  if (!found || found[0] === '') return found;
  return ['if (!comparable()) break;', found[1].replace('lessOrdered', 'lessCompared')];
}

const SPECIAL: Readonly<Record<string, Emit>> = {
  lea: (slot, memory) => {
    const got = operands(slot, memory, 'u32');
    if (!got || !memory) return null;
    return { fill: { ...got.fill, bare: true }, text: [write('u32', FIRST, 'a'), DONE].join('\n') };
  },
  nop: (slot) => (slot.row.operands.length > 0 ? null : { fill: nothing(), text: DONE }),
  push: (slot, memory) => {
    if (slot.row.operands[0].kind === 'segment') return null;
    const got = single(slot, memory);
    if (!got) return null;
    const value = got.fill.immediate ? `load<u32>(rec, ${IMM})` : got.value;
    return push(value, got.before, got.fill);
  },
  pop: (slot) => {
    if (slot.row.operands[0].kind !== 'Z') return null;
    const text = [
      'const s = load<u32>(CPU + ESP);',
      check('s', 4, 'R'),
      'store<u32>(CPU + ESP, s + 4);',
      write('u32', FIRST, 'load<u32>(s + e, ENTRY_OFFSET)'),
      DONE,
    ];
    return { fill: { ...nothing(), first: FROM.Z }, text: text.join('\n') };
  },
  leave: () => {
    const text = [
      'const s = load<u32>(CPU + EBP);',
      check('s', 4, 'R'),
      'store<u32>(CPU + ESP, s + 4);',
      'store<u32>(CPU + EBP, load<u32>(s + e, ENTRY_OFFSET));',
      DONE,
    ];
    return { fill: nothing(), text: text.join('\n') };
  },
  jcc: (slot) => {
    const found = even(slot);
    if (!found) return null;
    const fill = { ...nothing(), first: FROM.condition, immediate: jump(slot.row.operands[0]) };
    return {
      fill,
      text: `${found[0]}\nif (<u32>(${found[1]}) != ${SECOND}) {\n${TAKEN}\n}\n${DONE}`,
    };
  },
  jmp: (slot, memory) => {
    const o = slot.row.operands[0];
    if (o.kind === 'J') return { fill: { ...nothing(), immediate: jump(o), ends: true }, text: TAKEN };
    const got = single(slot, memory);
    if (!got) return null;
    return {
      fill: { ...got.fill, ends: true },
      text: `${got.before}\naim = ${got.value};\n${memory ? LOOSE : TURN}`.trim(),
    };
  },
  call: (slot, memory) => {
    const near = slot.row.operands[0].kind === 'J';
    const got = near
      ? {
          fill: { ...nothing(), immediate: IMMEDIATE.far },
          before: '',
          value: `own + ENTRY_OFFSET + load<u32>(rec, ${IMM}) - d`,
        }
      : single(slot, memory);
    if (!got) return null;
    const text = [
      got.before,
      `const to = ${got.value};`,
      sp.replace(' a ', ' s '),
      check('s', 4, 'W'),
      'store<u32>(s + e, own + ENTRY_OFFSET + <u32>load<u16>(rec, 18) - d, ENTRY_OFFSET);',
      'store<u32>(CPU + ESP, s);',
      'aim = to;',
      memory ? LOOSE : TURN,
    ];
    return {
      fill: { ...got.fill, ends: true },
      text: text.filter((line) => line !== '').join('\n'),
    };
  },
  ret: () => ({ fill: { ...nothing(), ends: true }, text: ret('4') }),
  ret_iw: () => ({
    fill: { ...nothing(), immediate: IMMEDIATE.u16, ends: true },
    text: ret(`4 + <u32>load<u16>(rec, ${IMM})`),
  }),
  setcc: (slot, memory) => {
    const found = even(slot);
    const got = operands(slot, memory, 'u32');
    if (!found || !got) return null;
    const fill = { ...got.fill, immediate: IMMEDIATE.condition };
    const value = `<u8>(<u32>(${found[1]}) ^ load<u32>(rec, ${IMM}))`;
    if (!memory) return { fill, text: [found[0], write('u8', FIRST, value), DONE].join('\n') };
    return {
      fill,
      text: [found[0], check('a', 1, 'W'), `store<u8>(a + e, ${value}, ENTRY_OFFSET);`, STORED].join('\n'),
    };
  },
  cmovcc: (slot, memory) => {
    const found = even(slot);
    const got = operands(slot, memory, 'u32');
    if (!found || !got) return null;
    const fill = { ...got.fill, immediate: IMMEDIATE.condition };
    const text = [
      found[0],
      ...(memory ? [check('a', 4, 'R')] : []),
      `const value = ${got.places[1]};`,
      `if (<u32>(${found[1]}) != load<u32>(rec, ${IMM})) ${write('u32', FIRST, 'value')}`,
      DONE,
    ];
    return { fill, text: text.join('\n') };
  },
  div: (slot, memory) => divide(slot, memory, QUOTIENT.div),
  idiv: (slot, memory) => divide(slot, memory, QUOTIENT.idiv),
  cwde: () => ({ fill: nothing(), text: `cwde<u32>();\n${DONE}` }),
  cdq: () => ({ fill: nothing(), text: `cdq<u32>();\n${DONE}` }),
  xchg: (slot, memory) => {
    const got = operands(slot, memory, 'u32');
    if (!got || memory) return null;
    const w = width(slot.row.operands[0], 'u32');
    const text = [
      `const old = ${read(w, FIRST)};`,
      write(w, FIRST, read(w, SECOND)),
      write(w, SECOND, 'old'),
      DONE,
    ];
    return { fill: got.fill, text: text.join('\n') };
  },
};

function divide(slot: Slot, memory: boolean, lines: readonly string[]): Handler | null {
  const o = slot.row.operands[0];
  if (width(o, 'u32') !== 'u32') return null;
  const got = operands(slot, memory, 'u32');
  if (!got) return null;
  const found = memory ? [check('a', 4, 'R')] : [];
  return { fill: got.fill, text: [...found, `const b = ${got.places[0]};`, ...lines, DONE].join('\n') };
}

const NOT_IN_MEMORY = /^(rol|ror|xchg|not|neg|shld|shrd|cmovcc)$/;
const NOT_BYTES = /^(adc|sbb|rol|ror|shl|shr|sar|xchg|i?mul|not|neg|inc|dec)$/;
const NOT_WORDS = /^(adc|sbb|rol|ror|i?mul|i?div|not|neg)$/;

/**
 * Forms too rare for the loop: beyond some thousands of values in a function V8 (in Node 20) gives its variables no
 * registers, and everything else would pay for these.
 */
function isRare(slot: Slot, memory: boolean, size: Width): boolean {
  const { fn, operands: list } = slot.row;
  if (slot.map === 0 && slot.opcode === 0x82) return true;
  if (memory && NOT_IN_MEMORY.test(fn)) return true;
  const changed = memory && list[0].kind === 'E' && list[0].access === 'rw';
  if (changed && (size === 'u16' || /^(adc|sbb)$/.test(fn))) return true;
  // A byte of memory by a register.
  if (changed && list[0].size === 'b' && slot.opcode < 0x80) return true;
  if (size === 'u16' && NOT_WORDS.test(fn)) return true;
  return list[0]?.size === 'b' && NOT_BYTES.test(fn);
}

export function handler(slot: Slot, memory: boolean, size: Width): Handler | null {
  if (isRare(slot, memory, size)) return null;
  const { fn } = slot.row;
  if (size === 'u16' && fn !== 'nop' && !CALLED.has(fn)) return null;
  if (fn === 'nop' || !CALLED.has(fn)) return SPECIAL[fn]?.(slot, memory) ?? null;
  return call(slot, memory, size);
}

/** A handler's text, made to go on with the next one's. */
export function before(text: string): string {
  if (text.endsWith(DONE)) return text.slice(0, -'\ncontinue;'.length);
  const at = text.lastIndexOf('if (');
  const test = text.slice(at, text.indexOf(' >= 4096)', at));
  return `${text.slice(0, at)}${test} < 4096) {\nturn = SEAM;\nbreak;\n}`;
}

/** What TOGETHER calls it. */
export function nameOf(slot: Slot, memory: boolean, size: Width): string {
  const { fn, operands: list } = slot.row;
  if (fn === 'jcc' || fn === 'ret') return fn;
  const kinds = list.map((o) => {
    if (o.kind === 'I' || o.kind === 'J') return o.kind;
    if (o.kind === 'one') return '1';
    return o.kind === 'O' || (memory && inMemory(o)) ? 'M' : 'R';
  });
  if (!CALLED.has(fn)) return `${fn} ${kinds.join('')}`;
  return `${fn}${8 * BYTES[width(list[0], size)]} ${kinds.join('')}`;
}
