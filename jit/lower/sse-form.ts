// What the lowerings of XMM instructions have in common: which forms are covered, and operands as vectors or as
// numbers of a width. A memory operand of 16 bytes lies at a multiple of 16, or the interpreter raises #GP.
import type { Argument, Insn } from '../../src/isa/decode.ts';
import { CPU, FPR, FSW, FTAG, FTOP, REGION_STEP } from '../../src/layout.ts';
import type { Context, Host } from '../context.ts';
import { add, and, constant, constant128, load, type Node, op } from '../ir.ts';
import { forget, type Known, type Learn, type Width } from '../sse.ts';
import { effect, hasMemory, type Lowering, plain } from './row.ts';

export const ZERO = constant128(new Array<number>(16).fill(0));

/** Flat 32-bit memory, general and XMM registers; nothing of MMX. */
export function covered(insn: Insn): boolean {
  const others = insn.operands.filter(({ kind }) => kind !== 'xmm');
  return !insn.lock && others.length < insn.operands.length && plain({ ...insn, operands: others });
}

const isMmx = (insn: Insn): boolean => insn.operands.some(({ kind }) => kind === 'mmx');

/** The same, or with MMX registers. */
function coveredInBoth(insn: Insn): boolean {
  const others = insn.operands.filter(({ kind }) => kind !== 'xmm' && kind !== 'mmx');
  return !insn.lock && others.length < insn.operands.length && plain({ ...insn, operands: others });
}

/**
 * A form whose operands may be MMX registers as well: in the low half of a vector, from the CPU block and into it, since
 * they are the significands of the x87's registers. Such an instruction waits for the x87 and leaves it in MMX state.
 */
export function formOfBoth(
  write: (x: Context, insn: Insn) => void,
  options: { readonly flags?: Lowering['effect']; readonly learn?: Learn } = {},
): Lowering {
  const { effect: ofXmm, ...rest } = form(write, options);
  return {
    ...rest,
    fits: coveredInBoth,
    effect: (insn) => (isMmx(insn) ? { ...ofXmm(insn), exits: true } : ofXmm(insn)),
    stack: (insn) => (isMmx(insn) ? 'memory' : 'none'),
    write(x, insn) {
      const mmx = isMmx(insn);
      if (mmx) waitForFloat(x);
      write(x, insn);
      if (!mmx) return;
      x.storeWord(FTOP, constant(0));
      x.storeWord(FTAG, constant(0xff));
    },
  };
}

/** The x87's registers stand in the CPU block, and no exception of it is pending; or the region is left. */
export function waitForFloat(x: Context): void {
  x.fpu.toMemory();
  x.when(and(x.word(FSW), constant(PENDING)), () => x.leave(REGION_STEP));
}

/** The status word's summary of exceptions. */
const PENDING = 0x80;
const mmxAt = (register: number): Node => constant(CPU + FPR + 16 * register);

/** Writes an XMM register, or an MMX register with the low half; the latter's sign and exponent become ones. */
export function setVector(x: Context, operand: Argument | undefined, value: Node): void {
  if (operand?.kind !== 'mmx') {
    x.sse.setRegister(registerOf(operand), value);
    return;
  }
  const address = mmxAt(operand.register);
  x.store('i64.store', { address, offset: 0 }, op('i64x2.extract_lane', [value]));
  x.store('i32.store16', { address, offset: 8 }, constant(0xffff));
}

/** `exits`: also without a memory operand. */
export function form(
  write: (x: Context, insn: Insn) => void,
  options: { readonly exits?: boolean; readonly flags?: Lowering['effect']; readonly learn?: Learn } = {},
): Lowering {
  return {
    fits: covered,
    effect: options.flags ?? ((insn) => effect('none', 0, options.exits === true || hasMemory(insn))),
    write,
    ...(options.learn === undefined ? {} : { learn: options.learn }),
  };
}

export function registerOf(operand: Argument | undefined): number {
  if (operand?.kind !== 'xmm' && operand?.kind !== 'mmx' && operand?.kind !== 'register')
    throw new Error('no register');
  return operand.register;
}

/** Where a memory operand lies. */
export function place(x: Context, operand: Argument, write: boolean): Host {
  if (operand.kind !== 'memory') throw new Error('no memory operand');
  const host = x.memory(operand.memory, operand.bytes, write);
  if (operand.bytes === 16 && !x.insn.row.unaligned)
    x.when(and(add(host.address, constant(host.offset)), constant(15)), () => x.leave(REGION_STEP));
  return host;
}

/** A whole register, or so much memory as the operand has, zeros above it. */
export function vector(x: Context, operand: Argument): Node {
  if (operand.kind === 'xmm') return x.sse.register(operand.register);
  if (operand.kind === 'mmx') return load('v128.load64_zero', mmxAt(operand.register), 0);
  const { address, offset } = place(x, operand, false);
  const { bytes } = operand as { bytes: number };
  const name = bytes === 16 ? 'v128.load' : bytes === 8 ? 'v128.load64_zero' : 'v128.load32_zero';
  return load(name, address, offset);
}

const LANES = { i32: 'i32x4', i64: 'i64x2', f32: 'f32x4', f64: 'f64x2' } as const;
export type Lane = keyof typeof LANES;

/** The lowest lane of a register, a general register, or memory. */
export function low(x: Context, operand: Argument, type: Lane): Node {
  if (operand.kind === 'xmm' || operand.kind === 'mmx')
    return op(`${LANES[type]}.extract_lane`, [vector(x, operand)]);
  if (operand.kind === 'register') return x.register(operand.register, operand.bytes);
  const { address, offset } = place(x, operand, false);
  return load(`${type}.load`, address, offset);
}

/** `into` with its lowest lane replaced. */
export function withLow(into: Node, value: Node): Node {
  return op(`${LANES[value.type as Lane]}.replace_lane`, [into, value], 0);
}

// ---- what is known of numbers behind an instruction ----

/** All its registers' numbers of a width have been looked at. */
export const looksAt =
  (width: Width): Learn =>
  (insn, known) => {
    let mask = 0;
    for (const operand of insn.operands) if (operand.kind === 'xmm') mask |= 1 << operand.register;
    const rest = forget(insn, known);
    return { ...rest, [width]: rest[width] | mask };
  };

/** The first operand's numbers are known if those of the second are, of these widths. */
export const copies =
  (...widths: readonly Width[]): Learn =>
  (insn, known) => {
    const rest: Record<Width, number> = { ...forget(insn, known) };
    const [to, from] = insn.operands;
    if (to?.kind === 'xmm' && from?.kind === 'xmm')
      for (const width of widths) rest[width] |= ((known[width] >> from.register) & 1) << to.register;
    return rest satisfies Known;
  };
