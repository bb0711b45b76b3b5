// The recorded x87 cases: one instruction a line with the state it starts from, and what a processor made
// of it. A line holds only what counts; the rest of the state is the same everywhere.
//
//   code control status tags st.. [m=operand] > vector status tags st=.. [e=eflags] [a=eax] [m=operand] [cw=]
//
// All numbers are hex; the status words hold TOP. Before: eight registers in the order of the stack, a
// register left out (-) being BACKGROUND. After: only registers and memory that changed.
import { slots } from '../../src/isa/map.ts';
import { Random } from '../fuzz/random.ts';
import { CODE, DATA, SELECTOR_CODE, SELECTOR_DATA, STACK } from '../fuzz/sandbox.ts';
import type { FuzzCase, FuzzResult } from '../fuzz/wire.ts';
import { type Float80, float80, memoryOperand, sharpen } from './values.ts';

const BACKGROUND = '3fffc90fdaa22168c235';
/** The memory operand; ecx points to it. Four words are looked at, the first of them not touched. */
const OPERAND = DATA + 0x100;
const WORDS = 3;
const ECX = 1;
const STATUS = 0x8d5;
const EAX = 0x12345678;

interface Before {
  readonly code: string;
  readonly control: number;
  readonly status: number;
  readonly tags: number;
  readonly stack: readonly string[];
  readonly memory: bigint | null;
}

const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, '0');

export function parseCase(line: string): { readonly test: FuzzCase; readonly after: string } {
  const [before, after] = line.split(' > ');
  const [code, control, status, tags, ...rest] = before.split(' ');
  const memory = rest.find((word) => word.startsWith('m='));
  const stack = rest.filter((word) => word !== memory);
  const test = build({
    code,
    control: Number.parseInt(control, 16),
    status: Number.parseInt(status, 16),
    tags: Number.parseInt(tags, 16),
    stack: Array.from({ length: 8 }, (_, i) => (stack[i] ?? '-').replace('-', BACKGROUND)),
    memory: memory === undefined ? null : BigInt(`0x${memory.slice(2)}`),
  });
  return { test, after };
}

function build(before: Before): FuzzCase {
  const fx = new Uint8Array(512);
  const view = new DataView(fx.buffer);
  view.setUint16(0, before.control, true);
  view.setUint16(2, before.status, true);
  fx[4] = before.tags;
  view.setUint32(24, 0x1f80, true);
  before.stack.forEach((text, i) => {
    view.setUint16(40 + i * 16, Number.parseInt(text.slice(0, 4), 16), true);
    view.setBigUint64(32 + i * 16, BigInt(`0x${text.slice(4)}`), true);
  });
  const memory = before.memory ?? 0n;
  const patches = Array.from({ length: WORDS }, (_, i) => {
    return [OPERAND + i * 4, Number((memory >> BigInt(i * 32)) & 0xffffffffn)] as const;
  });
  const regs = [EAX, 0, 0, 0, STACK + 0x1800, 0, 0, 0];
  regs[ECX] = OPERAND;
  return {
    eip: CODE + 0x800,
    selectors: [SELECTOR_DATA, SELECTOR_CODE, SELECTOR_DATA, SELECTOR_DATA, 0, 0],
    regs,
    eflags: 0x202 | STATUS,
    code: Uint8Array.from(Buffer.from(before.code, 'hex')),
    patches,
    fx,
    stepLimit: 0,
  };
}

const registerAt = (fx: Uint8Array, i: number) => {
  const view = new DataView(fx.buffer, fx.byteOffset);
  return hex(view.getUint16(40 + i * 16, true), 4) + hex(view.getBigUint64(32 + i * 16, true), 16);
};

/** The right half of a line. Registers are compared in their physical places, and named by the new stack. */
export function describe(test: FuzzCase, result: FuzzResult): string {
  const [old, now] = [test.fx!, result.fx!];
  const view = new DataView(now.buffer, now.byteOffset);
  const status = view.getUint16(2, true);
  const words = [hex(result.vector, 2), hex(status, 4), hex(now[4], 2)];
  const moved = ((status >> 11) & 7) - ((new DataView(old.buffer).getUint16(2, true) >> 11) & 7);
  for (let i = 0; i < 8; i++) {
    const value = registerAt(now, i);
    if (value !== registerAt(old, (i + moved) & 7)) words.push(`${i}=${value}`);
  }
  const flags = result.eflags & STATUS;
  if (flags !== STATUS) words.push(`e=${hex(flags, 3)}`);
  if (result.regs[0] !== EAX) words.push(`a=${hex(result.regs[0], 8)}`);
  const control = view.getUint16(0, true);
  if (control !== new DataView(old.buffer).getUint16(0, true)) words.push(`cw=${hex(control, 4)}`);
  if (result.changes.size > 0) {
    const value = test.patches.map(([address, word]) => result.changes.get(address) ?? word);
    words.push(
      `m=${value
        .reverse()
        .map((word) => hex(word, 8))
        .join('')}`,
    );
  }
  return words.join(' ');
}

const EXCLUDED = /^(fisttp|f(n?)(save|stenv|rstor)|fldenv|fnsave|fnstenv|frstor)$/;

/** The mnemonic and one encoding for every x87 row, with the register number left open. */
function instructions(): {
  mnemonic: string;
  code: (i: number) => number[];
  bytes: number;
  other: boolean;
}[] {
  // A row of eight registers is eight slots, of which one is enough; every other slot is an instruction.
  const rows = slots.filter(
    (s) => s.map === 0 && s.opcode >= 0xd8 && s.opcode <= 0xdf && (s.rm <= 0 || !s.row.slot.endsWith('+i')),
  );
  return rows
    .filter((s) => !EXCLUDED.test(s.row.name))
    .map((slot) => {
      const operand = slot.row.operands.find((o) => o.kind === 'M');
      const other = slot.row.slot.endsWith('+i');
      const bytes = operand ? ({ w: 2, d: 4, q: 8, t: 10 }[operand.size] ?? 0) : 0;
      const code = (i: number) =>
        operand
          ? [slot.opcode, (slot.reg << 3) | ECX]
          : [slot.opcode, 0xc0 | (slot.reg << 3) | (slot.rm + (other ? i : 0))];
      return { mnemonic: slot.row.name, code, bytes, other };
    });
}

/** The left halves of a new record, the same for the same seed. */
export function generate(seed: number, perRow: number): string[] {
  const random = new Random(seed, 87);
  return instructions().flatMap(({ mnemonic, code, bytes, other }) =>
    Array.from({ length: perRow }, () => {
      const i = random.below(8);
      const unmasked = random.chance(20);
      const control =
        0x40 |
        (unmasked ? random.below(64) : 0x3f) |
        random.pick([0x300, 0x300, 0x300, 0x200, 0]) |
        (random.chance(50) ? 0 : random.below(4) << 10);
      const sticky = random.chance(20) ? random.word() & 0x4740 : 0;
      const top = random.below(8);
      const pushes = /^(fld|fild|fbld|fptan|fsincos|fxtract)/.test(mnemonic);
      let tags = random.chance(15) ? random.below(256) : 0xff;
      if (pushes && random.chance(85)) tags &= ~(1 << ((top + 7) & 7));
      const st: Float80[] = Array.from({ length: 8 }, () => float80(random));
      sharpen(random, mnemonic, bytes, st, other ? i : 1);
      const used = (n: number) => n === 0 || (other ? n === i : n === 1);
      const stack = st.map((value, n) => (used(n) ? hex(value.se, 4) + hex(value.sig, 16) : '-'));
      while (stack.at(-1) === '-') stack.pop();
      const words = [
        Buffer.from(code(i)).toString('hex'),
        hex(control, 4),
        hex(sticky | (top << 11), 4),
        hex(tags, 2),
      ];
      words.push(...stack);
      if (bytes > 0) words.push(`m=${hex(memoryOperand(random, mnemonic, bytes), 1)}`);
      return words.join(' ');
    }),
  );
}

const TRANSCENDENTAL = /^d9(f[01239bef])/;

/**
 * Whether two outcomes are the same. The transcendental functions may differ by one unit in the last place,
 * and then in C1.
 */
export function agree(line: string, native: string, engine: string): boolean {
  if (native === engine) return true;
  if (!TRANSCENDENTAL.test(line)) return false;
  const [, nativeStatus, ...expected] = native.split(' ');
  const [, engineStatus, ...actual] = engine.split(' ');
  const codes = Number.parseInt(nativeStatus, 16) ^ Number.parseInt(engineStatus, 16);
  if (codes & ~0x200 || expected.length !== actual.length) return false;
  return expected.every((word, i) => {
    if (word === actual[i]) return true;
    const a = value(word);
    const b = value(actual[i]);
    return a !== null && b !== null && word[0] === actual[i][0] && [1n, -1n].includes(a - b);
  });
}

// A register as one number in which neighbours differ by one.
function value(word: string): bigint | null {
  const match = /^\d=([0-9a-f]{4})([0-9a-f]{16})$/.exec(word);
  if (!match) return null;
  return (BigInt(`0x${match[1]}`) << 63n) + (BigInt(`0x${match[2]}`) & ((1n << 63n) - 1n));
}
