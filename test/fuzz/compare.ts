// Compares what an engine made of a case with what the processor made of it. It looks away from flags
// the manual leaves undefined, from RF, and from what a fault does not define (cr2 of a #GP).
import * as L from '../../src/layout.ts';
import { UndefinedFlags } from './flow.ts';
import type { GeneratedCase } from './generator.ts';
import { flagBits } from './values.ts';
import type { FuzzCase, FuzzResult } from './wire.ts';

const RESUME_FLAG = 0x10000;
/** The oracle continues a single-stepped case by sigreturn, which clears NT and ID and sets RPL 3. */
const SIGRETURN_LOSES = 0x204000;
const ALL_STATUS = flagBits('oszapc');
const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const WITH_ERROR: readonly number[] = [L.VECTOR_NP, L.VECTOR_SS, L.VECTOR_GP, L.VECTOR_PF, L.VECTOR_AC];
/** Bytes of an FXSAVE image that instructions define: control, status, tags, MXCSR, registers. */
const FX_RANGES = [
  [0, 5],
  [24, 28],
  ...Array.from({ length: 8 }, (_, i) => [32 + i * 16, 42 + i * 16]),
  ...Array.from({ length: 8 }, (_, i) => [160 + i * 16, 176 + i * 16]),
];

export const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** Bits of EFLAGS that are not defined where the processor stopped. */
export function undefinedFlags(made: GeneratedCase, stop: FuzzResult): number {
  const flags = new UndefinedFlags();
  const { test, insns } = made;
  const at = stop.eip - test.eip;
  const inside = at >= 0 && at <= test.code.length;
  // Where control left the straight path, whatever the case leaves undefined may be so here.
  const open = insns.reduce((bits, { slot }) => bits | flagBits(slot.row.undefined), 0);
  if (!inside) return open;
  for (const { offset, length, slot, ordinal, target } of insns) {
    if (offset >= at) {
      // The flags after a division that faults are as undefined as after one that does not.
      if (offset === at && stop.vector === L.VECTOR_DE) flags.bits |= flagBits(slot.row.undefined);
      break;
    }
    if (target < 0 && /^(branch|jump|call|ret)$/.test(slot.row.ends))
      return goesInside(made, offset, length) ? ALL_STATUS : open;
    flags.pass(slot.row, ordinal);
    if (slot.row.ends !== '') flags.branch(target >= 0 ? target : Number.MAX_SAFE_INTEGER);
  }
  return flags.bits;
}

/** Whether the branch of one byte at `offset` leads into an instruction: what lies there may leave any flag undefined. */
function goesInside({ test, insns }: GeneratedCase, offset: number, length: number): boolean {
  const end = offset + length;
  const to = end + ((test.code[end - 1] << 24) >> 24);
  return insns.some((insn) => to > insn.offset && to < insn.offset + insn.length);
}

/** Differences in words, none when the engine agrees. `ignored`: bits of EFLAGS not to look at. */
export function differences(
  test: FuzzCase,
  native: FuzzResult,
  engine: FuzzResult,
  ignored: number,
): string[] {
  const found: string[] = [];
  const check = (what: string, expected: number, actual: number) => {
    if (expected !== actual) found.push(`${what}: native ${hex(expected)}, engine ${hex(actual)}`);
  };
  check('vector', native.vector, engine.vector);
  check('eip', native.eip, engine.eip);
  REGISTERS.forEach((name, i) => {
    check(name, native.regs[i], engine.regs[i]);
  });
  const stepped = test.stepLimit > 0;
  const mask = ~(ignored | RESUME_FLAG | (stepped ? SIGRETURN_LOSES : 0));
  check('eflags', (native.eflags & mask) >>> 0, (engine.eflags & mask) >>> 0);
  SEGMENTS.forEach((name, i) => {
    const level = stepped ? 3 : 0;
    check(name, native.selectors[i] | level, engine.selectors[i] | level);
  });
  if (native.vector === engine.vector) {
    if (WITH_ERROR.includes(native.vector)) check('error code', native.error, engine.error);
    if (native.vector === L.VECTOR_PF) check('cr2', native.cr2, engine.cr2);
  }
  for (const address of new Set([...native.changes.keys(), ...engine.changes.keys()])) {
    const expected = native.changes.get(address);
    const actual = engine.changes.get(address);
    if (expected === actual) continue;
    const text = (value: number | undefined) => (value === undefined ? 'unchanged' : hex(value));
    found.push(`[${hex(address)}]: native ${text(expected)}, engine ${text(actual)}`);
  }
  compareSteps(native, engine, check);
  if (test.fx && native.fx && engine.fx) compareFloat(native.fx, engine.fx, found);
  return found;
}

/** Single steps: which instructions, with which registers. Flags only where no instruction leaves them open. */
function compareSteps(
  native: FuzzResult,
  engine: FuzzResult,
  check: (w: string, e: number, a: number) => void,
): void {
  check('steps', native.steps.length, engine.steps.length);
  native.steps.forEach((step, n) => {
    const other = engine.steps[n];
    if (!other) return;
    check(`step ${n} eip`, step.eip, other.eip);
    const mask = ~(RESUME_FLAG | ALL_STATUS | SIGRETURN_LOSES);
    check(`step ${n} eflags`, step.eflags & mask, other.eflags & mask);
    REGISTERS.forEach((name, i) => {
      check(`step ${n} ${name}`, step.regs[i], other.regs[i]);
    });
  });
}

function compareFloat(native: Uint8Array, engine: Uint8Array, found: string[]): void {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).reverse().toString('hex');
  for (const [first, end] of FX_RANGES) {
    const expected = text(native.subarray(first, end));
    const actual = text(engine.subarray(first, end));
    if (expected !== actual) found.push(`fx[${first}]: native ${expected}, engine ${actual}`);
  }
}
