// Lowerings of movs and stos, and of the direction flag. A repeated one is done at once where all of it lies
// within a page on either side, by an export of cpu.wasm that does all or nothing; the rest is the interpreter's,
// as is everything downwards. Manual: volume 2, by name.
import type { Insn } from '../../src/isa/decode.ts';
import { EFLAGS, PAGE_SIZE, REGION_STEP } from '../../src/layout.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import { add, and, binary, call, constant, eqz, get, type Node, or, shl } from '../ir.ts';
import * as L from '../locals.ts';
import { effect, type Lowering, type Lowerings, plain, widthOf } from './row.ts';

const DF = 0x400;

const down = (x: Context): Node => and(x.word(EFLAGS), constant(DF));

const fits = (insn: Insn): boolean => insn.addressSize === 32 && plain(insn) && insn.segment === -1;

/** All elements by `call`, which answers whether it did them; else the instruction by the interpreter. */
function repeated(
  x: Context,
  bytes: number,
  all: (length: Node) => Node,
  registers: readonly number[],
): void {
  const shift = Math.log2(bytes);
  const done = x.temporary();
  const length = x.temporary();
  x.completeFlags();
  x.set(done, eqz(get(L.ECX)));
  const few = binary('i32.le_u', get(L.ECX), constant(PAGE_SIZE));
  x.sometimes(and(and(eqz(get(done)), few), eqz(down(x))), () => {
    x.set(length, shl(get(L.ECX), shift));
    x.set(done, all(get(length)));
    x.sometimes(get(done), () => {
      for (const register of registers) x.setRegister(register, 4, add(get(register), get(length)));
      x.setRegister(L.ECX, 4, constant(0));
    });
  });
  x.sometimes(eqz(get(done)), () => x.interpret());
}

/** The pattern of four bytes that a store of al, ax or eax repeats. */
function pattern(x: Context, bytes: number): Node {
  if (bytes === 4) return get(L.EAX);
  const value = x.register(L.EAX, bytes);
  return binary('i32.mul', value, constant(bytes === 1 ? 0x01010101 : 0x00010001));
}

function string(one: (x: Context, insn: Insn) => void, many: (x: Context, insn: Insn) => void): Lowering {
  return {
    fits,
    effect: (insn) => (insn.repeat === 0 ? effect('none', 0, true) : effect('part', F.UNKNOWN, true, true)),
    write(x, insn) {
      if (insn.repeat !== 0) {
        many(x, insn);
        return;
      }
      x.when(down(x), () => x.leave(REGION_STEP));
      one(x, insn);
    },
  };
}

/** Reads or writes eflags itself; the status flags are elsewhere. */
function direction(change: (eflags: Node) => Node): Lowering {
  return {
    fits: () => true,
    effect: () => effect('none', 0, false),
    write: (x) => x.storeWord(EFLAGS, change(x.word(EFLAGS))),
  };
}

export const strings: Lowerings = {
  movs: string(
    (x, insn) => {
      const bytes = widthOf(insn);
      const [to, from] = insn.operands;
      const value = x.keep(x.read(from!));
      if (to!.kind !== 'memory') throw new Error('movs without an address');
      x.storeTo(x.memory(to!.memory, bytes, true), bytes, value);
      for (const register of [L.ESI, L.EDI]) x.setRegister(register, 4, add(get(register), constant(bytes)));
    },
    (x, insn) =>
      repeated(x, widthOf(insn), (length) => call('copyWithinPages', [get(L.ESI), get(L.EDI), length]), [
        L.ESI,
        L.EDI,
      ]),
  ),
  stos: string(
    (x, insn) => {
      const bytes = widthOf(insn);
      const [to] = insn.operands;
      if (to!.kind !== 'memory') throw new Error('stos without an address');
      x.storeTo(x.memory(to!.memory, bytes, true), bytes, x.register(L.EAX, bytes));
      x.setRegister(L.EDI, 4, add(get(L.EDI), constant(bytes)));
    },
    (x, insn) =>
      repeated(
        x,
        widthOf(insn),
        (length) => call('fillWithinPage', [get(L.EDI), length, pattern(x, widthOf(insn))]),
        [L.EDI],
      ),
  ),
  cld: direction((eflags) => and(eflags, constant(~DF))),
  std: direction((eflags) => or(eflags, constant(DF))),
};
