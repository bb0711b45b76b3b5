// Makes a mismatching case small: instructions become nops, registers and flags lose their values, patches
// go, as long as the engine and the processor still disagree.
import { slots } from '../../src/isa/map.ts';
import type { GeneratedCase } from './generator.ts';

const nop = slots.find((slot) => slot.row.name === 'nop' && slot.opcode === 0x90);

function withoutInsn(made: GeneratedCase, index: number): GeneratedCase {
  const { offset, length, slot } = made.insns[index];
  if (!nop || slot === nop) return made;
  const code = made.test.code.slice();
  code.fill(0x90, offset, offset + length);
  const insns = made.insns.map((insn, i) => (i === index ? { ...insn, slot: nop } : insn));
  return { test: { ...made.test, code }, insns };
}

function withReg(made: GeneratedCase, register: number, value: number): GeneratedCase {
  if (made.test.regs[register] === value) return made;
  const regs = made.test.regs.map((old, i) => (i === register ? value : old));
  return { ...made, test: { ...made.test, regs } };
}

function withoutPatch(made: GeneratedCase, index: number): GeneratedCase {
  const patches = made.test.patches.filter((_, i) => i !== index);
  return { ...made, test: { ...made.test, patches } };
}

function withSelector(made: GeneratedCase, register: number, value: number): GeneratedCase {
  if (made.test.selectors[register] === value) return made;
  const selectors = made.test.selectors.map((old, i) => (i === register ? value : old));
  return { ...made, test: { ...made.test, selectors } };
}

/** The smallest case it finds for which `disagrees` still holds. */
export function shrink(made: GeneratedCase, disagrees: (made: GeneratedCase) => boolean): GeneratedCase {
  let best = made;
  const attempt = (candidate: GeneratedCase) => {
    if (candidate !== best && disagrees(candidate)) best = candidate;
  };
  if (made.test.stepLimit > 0) attempt({ ...best, test: { ...best.test, stepLimit: 0 } });
  for (let i = made.insns.length - 1; i >= 0; i--) attempt(withoutInsn(best, i));
  for (let i = made.test.patches.length - 1; i >= 0; i--) attempt(withoutPatch(best, i));
  for (let r = 0; r < 8; r++) attempt(withReg(best, r, r === 4 ? 0x30001800 : 0));
  for (const r of [0, 3, 4, 5]) attempt(withSelector(best, r, r < 4 ? 0x0f : 0));
  attempt({ ...best, test: { ...best.test, eflags: 0x202 } });
  if (made.insns.length === 1) attempt({ ...best, test: { ...best.test, eip: 0x20000800 } });
  return best;
}
