// Lowerings of push, pop and leave, in the 32-bit form. The stack is checked before esp changes.
// Manual: volume 2, by name.
import { add, constant, get } from '../ir.ts';
import * as L from '../locals.ts';
import { assign } from './integer.ts';
import { atMemory, effect, type Lowerings, wide } from './row.ts';

export const stack: Lowerings = {
  push: {
    fits: wide,
    effect: (insn) => effect('none', 0, atMemory(insn) || 'memory'),
    write(x, insn) {
      const value = x.keep(x.read(insn.operands[0]!));
      const host = x.memoryAt(L.ESP, -4, 4, true);
      x.storeTo(host, 4, value);
      x.setRegister(L.ESP, 4, add(get(L.ESP), constant(-4)));
    },
  },
  pop: {
    fits: (insn) => wide(insn) && insn.operands[0]?.kind === 'register',
    effect: () => effect('none', 0, 'memory'),
    write(x, insn) {
      const value = x.keep(x.loadFrom(x.memoryAt(L.ESP, 0, 4, false), 4));
      x.setRegister(L.ESP, 4, add(get(L.ESP), constant(4)));
      assign(x, insn.operands[0]!, () => value);
    },
  },
  leave: {
    fits: (insn) => insn.operandSize === 32,
    effect: () => effect('none', 0, 'memory'),
    write(x) {
      const value = x.keep(x.loadFrom(x.memoryAt(L.EBP, 0, 4, false), 4));
      x.setRegister(L.ESP, 4, add(get(L.EBP), constant(4)));
      x.setRegister(L.EBP, 4, value);
    },
  },
};
