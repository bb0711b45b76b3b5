// Arithmetic of the x87 in a region, on the stack in locals (x87.ts); and the instructions that are calls of cpu.wasm's
// functions on the stack in the CPU block: transcendentals, packed decimals, and what is rare.

import type { Insn } from '../../src/isa/decode.ts';
import { CPU, FCS, FDP, FDS, FIP, FOP, FSW, REGION_STEP, SEG_SELECTOR, VALUE_SE } from '../../src/layout.ts';
import { and, call, constant, load, type Type } from '../ir.ts';
import type { Signatures } from '../wasm.ts';
import { ES } from '../x87.ts';
import { effect, hasMemory, type Lowering, type Lowerings } from './row.ts';
import { ADD, compute, DIV, DIVR, MUL, operandOf, SUB, SUBR, settle } from './x87-compute.ts';
import { covered, effectiveAddress, form, indexOf, memoryOf, opcodeOf } from './x87-form.ts';
import { type Format, operandIn } from './x87-operand.ts';

const fromMemory = (operation: number, format: Format): Lowering =>
  form(
    () => ({ reads: [0], writes: [0] }),
    (x, _, host) => x.fpu.setSt(0, compute(x, operation, x.fpu.st(0), operandIn(x, host!, format))),
  );

/** ST(to) = ST(to) op ST(from); `direct`: to is 0. */
const registers = (operation: number, direct: boolean, pops = 0): Lowering =>
  form(
    (insn) => ({ reads: [0, indexOf(insn)], writes: [direct ? 0 : indexOf(insn)], pops }),
    (x, insn) => {
      const [to, from] = direct ? [0, indexOf(insn)] : [indexOf(insn), 0];
      x.fpu.setSt(to, compute(x, operation, x.fpu.st(to), operandOf(x.fpu.st(from))));
    },
  );

function arithmetic(): Lowerings {
  const table: Record<string, Lowering> = {};
  const names = { add: ADD, mul: MUL, sub: SUB, subr: SUBR, div: DIV, divr: DIVR };
  for (const [name, operation] of Object.entries(names)) {
    table[`f${name}_m32`] = fromMemory(operation, 'm32');
    table[`f${name}_m64`] = fromMemory(operation, 'm64');
    table[`fi${name}_m16`] = fromMemory(operation, 'i16');
    table[`fi${name}_m32`] = fromMemory(operation, 'i32');
    table[`f${name}_st0_sti`] = registers(operation, true);
    table[`f${name}_sti_st0`] = registers(operation, false);
    table[`f${name}p_sti_st0`] = registers(operation, false, 1);
  }
  return table;
}

const squareRoot: Lowering = form(
  () => ({ reads: [0], writes: [0] }),
  (x) => {
    const { sig, se } = x.fpu.st(0);
    const root = x.keep(call('valueSqrt', [sig, se], 'i64'));
    const rootSe = x.keep(load('i32.load', constant(VALUE_SE), 0));
    settle(x);
    x.fpu.setSt(0, { sig: root, se: rootSe });
  },
);

// ---- calls ----

type Kind = 'none' | 'index' | 'memory';

const CALLS: Readonly<Record<string, Kind>> = {
  f2xm1: 'none',
  fbld_m80: 'memory',
  fcos: 'none',
  fdecstp: 'none',
  ffree_sti: 'index',
  ffreep_sti: 'index',
  fincstp: 'none',
  fldl2e: 'none',
  fldl2t: 'none',
  fldlg2: 'none',
  fldln2: 'none',
  fldpi: 'none',
  fnclex: 'none',
  fninit: 'none',
  fpatan: 'none',
  fprem: 'none',
  fprem1: 'none',
  fptan: 'none',
  frndint: 'none',
  fscale: 'none',
  fsin: 'none',
  fsincos: 'none',
  fstp1_sti: 'index',
  fxam: 'none',
  fxtract: 'none',
  fyl2x: 'none',
  fyl2xp1: 'none',
};
/** These let no pending exception through, and are not remembered as the last instruction. */
const CONTROL = /^fn(clex|init)$/;
const CS = 1;

function callOf(name: string, kind: Kind): Lowering {
  const control = CONTROL.test(name);
  return {
    fits: covered,
    effect: () => effect('none', 0, true),
    stack: () => 'memory',
    write(x, insn: Insn) {
      x.fpu.toMemory();
      if (!control) x.when(and(x.word(FSW), constant(ES)), () => x.leave(REGION_STEP));
      const operand = memoryOf(insn);
      if (operand !== null)
        x.memory(operand.memory, operand.bytes, insn.row.operands[0]!.access.includes('w'));
      const args =
        operand !== null ? [x.linear(operand.memory)] : kind === 'index' ? [constant(indexOf(insn))] : [];
      x.spill(constant(insn.address));
      x.emit({ kind: 'drop', value: call(name, args, 'none') });
      if (control) return;
      x.storeWord(FOP, constant(opcodeOf(insn)));
      x.storeWord(FIP, constant(insn.address));
      x.storeWord(FCS, x.word(SEG_SELECTOR + CS * 4));
      if (!hasMemory(insn)) return;
      x.storeWord(FDP, effectiveAddress(x, operand!.memory));
      x.storeWord(FDS, load('i32.load', constant(CPU), SEG_SELECTOR + operand!.memory.segment * 4));
    },
  };
}

export const x87: Lowerings = {
  ...arithmetic(),
  fsqrt: squareRoot,
  ...Object.fromEntries(Object.entries(CALLS).map(([name, kind]) => [name, callOf(name, kind)])),
};

const [I, J] = ['i32', 'i64'] as const;
const PARAMETERS: Readonly<Record<Kind, readonly Type[]>> = { none: [], index: [I], memory: [I] };

export const x87Signatures: Signatures = {
  ...Object.fromEntries(
    Object.entries(CALLS).map(([name, kind]) => [name, [PARAMETERS[kind], 'none'] as const]),
  ),
  valueOp: [[I, J, I, J, I], J],
  valueOpF32: [[I, J, I, I], J],
  valueOpF64: [[I, J, I, J], J],
  valueSqrt: [[J, I], J],
  valueFromF32: [[I], J],
  valueFromF64: [[J], J],
  valueToF32: [[J, I], I],
  valueToF64: [[J, I], J],
  valueToInteger: [[J, I, I, I], J],
  valueCompare: [[J, I, J, I, I], I],
  valueCompareF32: [[J, I, I], I],
  valueCompareF64: [[J, I, J], I],
};
