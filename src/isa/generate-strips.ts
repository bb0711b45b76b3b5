// The strip loop: the instructions of the fast loop once more, for code that has been decoded (src/cpu/strip.ts). A
// record of 16 bytes names its handler and the places of its operands, so that a handler is one straight piece of
// code for one form: nothing is decided again that the bytes decided. Handlers are made of the rows
// (strip-handlers.ts), one for all slots that come to the same text; the tables beside the loop tell the decoder which.
import { ARRIVE, leaveFor, TARGET_PAGE } from './generate-fast.ts';
import type { Width } from './generate-row.ts';
import type { Slot } from './map.ts';
import { before, CHECK, type Handler, handler, INDEXED, nameOf, PLAIN } from './strip-handlers.ts';

/**
 * What often stands together and is done by one handler, by names: function, width and operands (R register, I
 * immediate, 1 one, M memory, X memory with an index), \`; \` between what is done together already.
 */
const TOGETHER: readonly (readonly [string, string])[] = [
  ['push R', 'push R'],
  ['push R; push R', 'push R'],
  ['push R; push R; push R', 'push R'],
  ['pop R', 'pop R'],
  ['pop R; pop R', 'pop R'],
  ['pop R; pop R; pop R', 'pop R'],
  ['pop R', 'ret'],
  ['pop R; pop R', 'ret'],
  ['pop R; pop R; pop R', 'ret'],
  ['pop R; pop R; pop R; pop R', 'ret'],
  ['add32 RI', 'pop R'],
  ['push R', 'sub32 RI'],
  ['push R', 'call J'],
  ['push M', 'push M'],
  ['push R', 'mov32 RR'],
  ['mov32 RR', 'push R'],
  ['push R', 'mov32 RM'],
  ['mov32 RM', 'push R'],
  ['mov32 RM', 'mov32 RM'],
  ['mov32 RM', 'mov32 MR'],
  ['mov32 MR', 'mov32 RM'],
  ['mov32 MR', 'mov32 MR'],
  ['mov32 RM', 'mov32 RX'],
  ['mov32 RX', 'mov32 RX'],
  ['mov32 RX', 'mov32 RM'],
  ['mov32 RR', 'mov32 RR'],
  ['mov32 RR', 'mov32 RM'],
  ['mov32 RM', 'mov32 RR'],
  ['mov32 MI', 'mov32 MI'],
  ['mov32 RM', 'ret'],
  ['mov32 RM', 'add32 RI'],
  ['add32 RI', 'mov32 RM'],
  ['sub32 RI', 'mov32 RM'],
  ['add32 RI', 'mov32 RR'],
  ['add32 RI', 'sub32 RI'],
  ['mov32 RM', 'test32 RR; jcc'],
  ['mov32 RR', 'test32 RR; jcc'],
  ['mov32 RM', 'cmp32 RI; jcc'],
  ['mov32 RM', 'cmp32 RR; jcc'],
  ['mov32 RM', 'cmp32 RM; jcc'],
  ['add32 RI', 'cmp32 RR; jcc'],
  ['add32 RI', 'test32 RR; jcc'],
  ['mov32 RM; mov32 RM', 'mov32 RM'],
  ['mov32 RM; mov32 RM', 'test32 RR; jcc'],
  ['movzx32 RM', 'cmp8 RI; jcc'],
  ['movzx32 RM', 'cmp16 RI; jcc'],
  ['mov32 RM', 'movzx32 RM'],
  ['mov32 RM', 'lea RX'],
  ['mov32 RM', 'lea RM'],
  ['lea RX', 'lea RX'],
  ['lea RX', 'mov32 RM'],
  ['mov32 RR', 'and32 RI'],
  ['mov32 RR', 'shr32 RI'],
  ['mov32 MR', 'mov32 RR'],
  ['mov32 MR', 'jmp J'],
  ['movzx32 RR', 'lea RX'],
  ['push R; push R', 'call J'],
  ['push M', 'call J'],
];

/** What has a handler of its own for addresses without an index; too many handlers, and V8 gives no registers. */
const APART = /^(lea|push|(mov|cmp|test)(8|32)|(add|sub|and|or|movzx|movsx)32) /;

/** 16-bit forms that often occur. */
// biome-ignore format: by groups
const WORDS = [
  0x01, 0x03, 0x0b, 0x23, 0x25, 0x29, 0x2b, 0x31, 0x33, 0x39, 0x3b, 0x3d, 0x81, 0x83, 0x85, 0xa9, 0xf7,
  0x89, 0x8b, 0x90, 0xc1, 0xc7,
];

/** Handlers by number and the tables of the decoder. */
class Tables {
  readonly texts = ['turn = ON;\nbreak;', CHECK];
  readonly entries = [0];
  readonly rows: number[] = [];
  /** Of a handler that has a place before another: the second, and what does both; in turn. */
  readonly pairs = new Map<number, number[]>();
  readonly #numbers = new Map<string, number>();
  readonly #named = new Map<string, Set<number>>();
  /** Of joined handlers. */
  readonly #parts = new Map<number, string[]>();
  readonly #withBranch = new Map<number, number>();

  #number(text: string, name: string): number {
    let n = this.#numbers.get(text);
    if (n === undefined) {
      n = this.texts.push(text) - 1;
      this.#numbers.set(text, n);
    }
    this.#named.set(name, (this.#named.get(name) ?? new Set()).add(n));
    return n;
  }

  /** Handlers of a memory operand come in pairs where that pays: without and with an index. */
  #add(text: string, memory: boolean, name: string): number {
    if (!memory) return this.#number(text, name);
    if (!APART.test(name)) return this.#number(`${INDEXED}\n${text}`, name);
    const n = this.#number(`${PLAIN}\n${text}`, name);
    const other = this.#number(`${INDEXED}\n${text}`, name.replace('M', 'X'));
    if (other !== n + 1) throw new Error('handlers of a pair are apart');
    return n;
  }

  /** Handlers for what stands together; all others are known. */
  join(): void {
    const jccs = this.#named.get('jcc')!;
    for (const [first, both] of this.#withBranch)
      this.pairs.set(
        first,
        [...jccs].flatMap((jcc) => [jcc, both]),
      );
    for (const [a, b] of TOGETHER)
      for (const first of this.#named.get(a) ?? [])
        for (const second of this.#named.get(b) ?? []) {
          const parts = [first, second].flatMap((n) => this.#parts.get(n) ?? [this.texts[n]]);
          const texts = parts.map((text, i) => (i + 1 < parts.length ? before(text) : text));
          const both = this.#number(texts.map((text) => `{\n${text}\n}`).join('\n'), `${a}; ${b}`);
          this.#parts.set(both, parts);
          this.pairs.set(first, [...(this.pairs.get(first) ?? []), second, both]);
        }
  }

  entry(found: Handler | null, name: string): number {
    if (!found) return 0;
    const { fill, text, fused } = found;
    const apart = APART.test(name);
    const n = this.#add(text, fill.memory, name);
    if (fused !== undefined) {
      const f = this.#add(fused, fill.memory, `${name}; jcc`);
      this.#withBranch.set(n, f);
      if (fill.memory && apart) this.#withBranch.set(n + 1, f + 1);
    }
    const flags = [fill.memory, fill.absolute, fill.ends, fill.bare, apart].map((on, i) => (on ? 1 << i : 0));
    const bits = fill.first | (fill.second << 4) | (fill.immediate << 8);
    return n + (bits + flags.reduce((sum, bit) => sum + (bit << 11), 0)) * 0x10000;
  }

  #form(slot: Slot | undefined, memory: boolean, size: Width): number {
    return slot ? this.entry(handler(slot, memory, size), nameOf(slot, memory, size)) : 0;
  }

  row(list: readonly Slot[], size: Width): void {
    const usable = list.filter((s) => s.prefix === '' && !s.row.privileged && s.rm === -1);
    if (usable.length === 0) {
      this.rows.push(0);
      return;
    }
    const modrm = usable.some((s) => s.modrm !== 'none');
    const pick = (reg: number, form: 'mem' | 'reg') =>
      usable.find((s) => (s.reg === -1 || s.reg === reg) && (s.modrm === 'any' || s.modrm === form));
    const found = modrm
      ? Array.from({ length: 8 }, (_, reg) =>
          (['mem', 'reg'] as const).map((form) => this.#form(pick(reg, form), form === 'mem', size)),
        ).flat()
      : [this.#form(usable[0], false, size)];
    if (found.every((entry) => entry === 0)) {
      this.rows.push(0);
      return;
    }
    const group = found.some((entry, i) => entry !== found[i & 1]);
    const at =
      this.entries.push(...(group ? found : found.slice(0, 2))) - Math.min(found.length, group ? 16 : 2);
    this.rows.push((at << 2) | (modrm ? 2 : 0) | (group ? 1 : 0));
  }
}

/** The loop and its tables; what it returns is said in step.ts. */
export function stripLoop(slots: readonly Slot[]): string {
  const tables = new Tables();
  for (const [map, size] of [
    [0, 'u32'],
    [1, 'u32'],
    [0, 'u16'],
  ] as const)
    for (let opcode = 0; opcode < 256; opcode++) {
      const all = slots.filter((s) => s.map === map && s.opcode === opcode);
      tables.row(size === 'u16' && !WORDS.includes(opcode) ? [] : all, size);
    }
  tables.join();
  const seconds = [0];
  const fusions = tables.texts.map((_, n) => {
    const list = tables.pairs.get(n);
    return list ? seconds.push(...list, 0) - list.length - 1 : 0;
  });
  const cases = tables.texts.map((text, n) => `case ${n}: {\n${text}\n}`).join('\n');
  return `/** By map (words: 2) and opcode: 4 * first entry, + 2: with ModRM, + 1: eight pairs, by its reg. */
export const ROWS: usize = memory.data<u16>([${tables.rows.join(', ')}]);
/** Handler, and from bit 16 on how the record is filled: for memory, for registers. */
export const FORMS: usize = memory.data<u32>([${tables.entries.join(', ')}]);
/** By handler: where its list in SECONDS begins, or 0. */
export const FUSIONS: usize = memory.data<u16>([${fusions.join(', ')}]);
/** Lists of second handlers, each with the handler that does both, and 0. */
export const SECONDS: usize = memory.data<u16>([${seconds.join(', ')}]);

/** The handlers that are no instruction's; GENERAL_FORM stands for all without one. */
export const END: u32 = 0;
export const CHECK: u32 = 1;
export const GENERAL_FORM: u32 = ${tables.texts.length};

// How a handler leaves the switch: 0 with nothing done.
/** Goes on at the record's place, which has to be looked up. */
const SEAM: u32 = 1;
/** The same; the record has a link to the strip that is there. */
const ON: u32 = 2;
/** A branch to the record's target. */
const TAKEN: u32 = 3;
/** To \`aim\`. */
const TURN: u32 = 4;
const LOOSE: u32 = 5;

export function strips(): u32 {
let at = entered();
let d = delta;
let left = load<i32>(CPU + BUDGET);
let aim: u32 = 0;
let own: u32 = (at & ~PAGE_MASK) - ENTRY_OFFSET;
let rec: u32 = <u32>BEGIN;
let start: u32 = <u32>BEGIN;
let turn: u32 = 0;
const tb = load<u32>(CPU + TB);
const wanted = awaited;
const first = patience;
store<u16>(BEGIN, at & PAGE_MASK, 2);
while (true) {
switch (<u32>load<u16>(rec)) {
${cases}
}
left -= (rec - start) >>> 4;
const place = <u32>load<u16>(rec, 2);
at = own + ENTRY_OFFSET + place;
if (turn >= TAKEN) {
left -= 1;
let near = false;
if (turn == TAKEN) {
aim = own + ENTRY_OFFSET + load<u32>(rec, 12) - d;
near = load<u8>(rec, NEAR) != 0;
} else if (turn == LOOSE) rec = <u32>BEGIN;
if (!near) {
if (aim == wanted) {
${leaveFor('ARRIVED')}
}
let there = d;
if (((aim + d) ^ at) >>> 12 != 0) {
${TARGET_PAGE}
there = e == 0 || (x & 1) == 0 ? 0 : e + ENTRY_OFFSET;
}
let to: u32 = 0;
if (there != 0) {
to = load<u32>(rec, STRIP_LINK);
if (load<u32>(to) != aim + there) {
to = stripAt(aim + there);
store<u32>(rec, to, STRIP_LINK);
}
}
const credit = load<u32>(to, STRIP_CREDIT);
if (credit != 0) store<u32>(to, credit - 1, STRIP_CREDIT);
else {
${ARRIVE}
if (there == 0) {
store<u32>(j, count - 1, JUMP_CACHE + JUMP_COUNT);
${leaveFor('ENTER')}
}
const some = to == 0 ? 0 : creditOf(count);
store<u32>(j, count - 1 - some, JUMP_CACHE + JUMP_COUNT);
if (to != 0) store<u32>(to, some, STRIP_CREDIT);
}
d = there;
}
at = aim + d;
} else if (turn == 0) {
store<i32>(CPU + BUDGET, left);
setCode(at, d);
return GENERAL;
} else if (turn == SEAM) rec = <u32>BEGIN;
turn = 0;
let strip = load<u32>(rec, STRIP_LINK);
if (load<u32>(strip) != at) {
strip = stripAt(at);
if (strip == 0) {
store<i32>(CPU + BUDGET, left);
setCode(at, d);
return MISS;
}
store<u32>(rec, strip, STRIP_LINK);
}
if (differs(at, strip)) {
store<u32>(strip, 0);
const slot = stripSlot(at);
if (load<u32>(slot, 4) == strip) store<u32>(slot, 0);
store<i32>(CPU + BUDGET, left);
setCode(at, d);
return MISS;
}
const segments = <u32>load<u8>(strip, STRIP_SEGMENTS);
if (segments != 0) {
if ((segments & ~flatSegments) != 0) {
store<i32>(CPU + BUDGET, left);
setCode(at, d);
return MISS;
}
}
if (<i32>load<u8>(strip, STRIP_COUNT) > left) {
store<i32>(CPU + BUDGET, left);
setCode(at, d);
return MISS;
}
own = (at & ~PAGE_MASK) - ENTRY_OFFSET;
rec = strip + STRIP_RECORDS;
start = rec;
}
}
`;
}
