// Lowerings of arithmetic, logic, moves and multiplication. Values are 32-bit words, zero-extended for
// narrower operands. Manual: volume 2, by name; what src/cpu/alu.ts and move.ts do.
import type { Argument, Insn } from '../../src/isa/decode.ts';
import { REGION_STEP } from '../../src/layout.ts';
import { carry, condition, keptCarry, record, shiftOf } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import {
  add,
  and,
  binary,
  constant,
  eqz,
  get,
  type Node,
  op,
  or,
  select,
  shl,
  shrS,
  sub,
  xor,
} from '../ir.ts';
import * as L from '../locals.ts';
import { atMemory, effect, type Lowering, type Lowerings, plain, wide, widthOf } from './row.ts';

export const maskOf = (bytes: number): number => (bytes === 4 ? -1 : 2 ** (8 * bytes) - 1);
const trim = (value: Node, bytes: number): Node => and(value, constant(maskOf(bytes)));
export const signed = (value: Node, bytes: number): Node =>
  bytes === 4 ? value : op(bytes === 1 ? 'i32.extend8_s' : 'i32.extend16_s', [value]);

const flagsOf = (kind: number) => (insn: Insn) =>
  effect('all', kind | (shiftOf(widthOf(insn)) << 8), atMemory(insn), kind === F.ADC || kind === F.SBB);

/** Reads the first operand, lets `compute` make the new value, and writes it back where it came from. */
export function modify(x: Context, operand: Argument, compute: (old: Node) => Node): void {
  if (operand.kind === 'memory') {
    const host = x.memory(operand.memory, operand.bytes, true);
    const old = x.keep(x.loadFrom(host, operand.bytes));
    x.storeTo(host, operand.bytes, compute(old));
  } else if (operand.kind === 'register') {
    const old =
      operand.bytes === 4 ? get(operand.register) : x.keep(x.register(operand.register, operand.bytes));
    x.setRegister(operand.register, operand.bytes, compute(old));
  }
}

/** Writes an operand whose old value does not count. The memory is checked before the value is computed. */
export function assign(x: Context, operand: Argument, compute: () => Node): void {
  if (operand.kind === 'memory') {
    const host = x.memory(operand.memory, operand.bytes, true);
    x.storeTo(host, operand.bytes, compute());
  } else if (operand.kind === 'register') x.setRegister(operand.register, operand.bytes, compute());
}

/** The second operand, read before the first is changed. */
function second(x: Context, insn: Insn): Node {
  const operand = insn.operands[1]!;
  if (operand.kind === 'immediate') return constant(operand.value);
  return x.keep(x.read(operand));
}

type Compute = (x: Context, a: Node, b: Node, bytes: number) => Node;

function arithmetic(kind: number, compute: Compute, writes = true): Lowering {
  return {
    fits: plain,
    effect: flagsOf(kind),
    write(x, insn) {
      const bytes = widthOf(insn);
      const [first] = insn.operands;
      // A memory operand is checked, for writing too, before the flags change.
      if (writes && first!.kind === 'memory') {
        const b = second(x, insn);
        modify(x, first!, (a) => compute(x, a, b, bytes));
        return;
      }
      const b = second(x, insn);
      const a = x.keep(x.read(first!));
      const r = compute(x, a, b, bytes);
      if (writes && first!.kind === 'register') x.setRegister(first!.register, bytes, r);
    },
  };
}

function addition(x: Context, a: Node, b: Node, bytes: number): Node {
  const r = x.keep(trim(add(a, b), bytes));
  record(x, F.ADD, bytes, { a, b, r });
  return r;
}

function subtraction(x: Context, a: Node, b: Node, bytes: number): Node {
  const r = x.keep(trim(sub(a, b), bytes));
  record(x, F.SUB, bytes, { a, b, r });
  return r;
}

function logic(compute: (a: Node, b: Node) => Node): Compute {
  return (x, a, b, bytes) => {
    const r = x.keep(compute(a, b));
    record(x, F.LOGIC, bytes, { r });
    return r;
  };
}

function withCarry(x: Context, a: Node, b: Node, bytes: number): Node {
  const c = x.keep(carry(x));
  const r = x.keep(trim(add(add(a, b), c), bytes));
  if (x.flagsNeeded) {
    const out = select(c, binary('i32.le_u', r, a), binary('i32.lt_u', r, a));
    record(x, F.ADC, bytes, { a, b, r, c: out });
  }
  return r;
}

function withBorrow(x: Context, a: Node, b: Node, bytes: number): Node {
  const c = x.keep(carry(x));
  const r = x.keep(trim(binary('i32.sub', sub(a, b), c), bytes));
  if (x.flagsNeeded) {
    const out = select(c, binary('i32.le_u', a, b), binary('i32.lt_u', a, b));
    record(x, F.SBB, bytes, { a, b, r, c: out });
  }
  return r;
}

function step(kind: number, by: number): Lowering {
  return {
    fits: plain,
    effect: (insn) => effect('part', kind | (shiftOf(widthOf(insn)) << 8), atMemory(insn)),
    write(x, insn) {
      const bytes = widthOf(insn);
      modify(x, insn.operands[0]!, (a) => {
        const kept = x.flagsNeeded ? keptCarry(x) : {};
        const r = x.keep(trim(add(a, constant(by)), bytes));
        record(x, kind, bytes, { r, ...kept });
        return r;
      });
    },
  };
}

/** Instructions that leave the flags alone and write the first operand. */
function silent(fits: Lowering['fits'], value: (x: Context, insn: Insn) => Node): Lowering {
  return {
    fits,
    effect: (insn) => effect('none', 0, atMemory(insn)),
    write(x, insn) {
      const [first] = insn.operands;
      if (first!.kind === 'memory') assign(x, first!, () => value(x, insn));
      else {
        const made = value(x, insn);
        assign(x, first!, () => made);
      }
    },
  };
}

/** CF and OF in their places, both where `condition` holds. */
const overflowed = (condition: Node): Node => select(condition, constant(0x801), constant(0));

/** Full product of eax, as 64 bits, and its halves. */
function multiply(isSigned: boolean): Lowering {
  return {
    fits: (insn) => wide(insn) && widthOf(insn) === 4,
    effect: (insn) => effect('all', F.EXPLICIT, atMemory(insn)),
    write(x, insn) {
      const extend = isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u';
      const b = x.keep(x.read(insn.operands[0]!));
      const product = x.keep(op('i64.mul', [op(extend, [get(L.EAX)]), op(extend, [b])]));
      const low = x.keep(op('i32.wrap_i64', [product]));
      const high = x.keep(
        op('i32.wrap_i64', [op('i64.shr_u', [product, op('i64.extend_i32_u', [constant(32)])])]),
      );
      x.setRegister(L.EAX, 4, low);
      x.setRegister(L.EDX, 4, high);
      const [a, r] = [get(L.FLAG_A), get(L.FLAG_R)];
      const matters = isSigned ? binary('i32.ne', a, shrS(r, 31)) : binary('i32.ne', a, constant(0));
      record(x, F.EXPLICIT, 4, { a: high, r: low, late: overflowed(matters) });
    },
  };
}

function product(x: Context, a: Node, b: Node, bytes: number): Node {
  if (bytes === 2) {
    const full = x.keep(binary('i32.mul', signed(a, 2), signed(b, 2)));
    const r = x.keep(and(full, constant(0xffff)));
    record(x, F.EXPLICIT, 2, { r, c: overflowed(binary('i32.ne', full, signed(full, 2))) });
    return r;
  }
  const r = x.keep(binary('i32.mul', a, b));
  const wide = (local: number): Node => op('i64.extend_i32_s', [get(local)]);
  const full = op('i64.mul', [wide(L.FLAG_A), wide(L.FLAG_B)]);
  record(x, F.EXPLICIT, 4, { a, b, r, late: overflowed(op('i64.ne', [full, wide(L.FLAG_R)])) });
  return r;
}

const signedProduct = (first: number): Lowering => ({
  fits: plain,
  effect: (insn) => effect('all', F.EXPLICIT | (shiftOf(widthOf(insn)) << 8), atMemory(insn)),
  write(x, insn) {
    const a = x.keep(x.read(insn.operands[first]!));
    const b = x.keep(x.read(insn.operands[first + 1]!));
    const to = insn.operands[0]!;
    const r = product(x, a, b, widthOf(insn));
    assign(x, to, () => r);
  },
});

/** Division of edx:eax by 32 bits; what raises an exception is left to the interpreter. */
function divide(isSigned: boolean): Lowering {
  return {
    fits: (insn) => wide(insn) && widthOf(insn) === 4,
    effect: () => effect('none', 0, true),
    write(x, insn) {
      const b = x.keep(x.read(insn.operands[0]!));
      const [eax, edx] = [get(L.EAX), get(L.EDX)];
      if (isSigned) {
        // Sign-extended dividends only, as compilers make them.
        const bad = or(or(eqz(b), binary('i32.eq', b, constant(-1))), binary('i32.ne', edx, shrS(eax, 31)));
        x.when(bad, () => x.leave(REGION_STEP));
        const q = x.keep(binary('i32.div_s', eax, b));
        const r = x.keep(binary('i32.sub', eax, binary('i32.mul', q, b)));
        x.setRegister(L.EAX, 4, q);
        x.setRegister(L.EDX, 4, r);
        return;
      }
      // The quotient fits when the upper half is below the divisor, which is then not zero either.
      x.when(binary('i32.ge_u', edx, b), () => x.leave(REGION_STEP));
      const q = x.temporary();
      const r = x.temporary();
      const narrow = x.keep(eqz(edx));
      x.sometimes(narrow, () => {
        x.set(q, binary('i32.div_u', eax, b));
        x.set(r, binary('i32.rem_u', eax, b));
      });
      x.sometimes(eqz(narrow), () => {
        const thirtyTwo = op('i64.extend_i32_u', [constant(32)]);
        const high = op('i64.shl', [op('i64.extend_i32_u', [edx]), thirtyTwo]);
        const dividend = x.keep(op('i64.or', [high, op('i64.extend_i32_u', [eax])]));
        const divisor = x.keep(op('i64.extend_i32_u', [b]));
        x.set(q, op('i32.wrap_i64', [op('i64.div_u', [dividend, divisor])]));
        x.set(r, op('i32.wrap_i64', [op('i64.rem_u', [dividend, divisor])]));
      });
      x.setRegister(L.EAX, 4, get(q));
      x.setRegister(L.EDX, 4, get(r));
    },
  };
}

const compare = arithmetic(F.SUB, subtraction, false);

export const integer: Lowerings = {
  add: arithmetic(F.ADD, addition),
  sub: arithmetic(F.SUB, subtraction),
  cmp: compare,
  and: arithmetic(F.LOGIC, logic(and)),
  or: arithmetic(F.LOGIC, logic(or)),
  xor: {
    ...arithmetic(F.LOGIC, logic(xor)),
    write(x, insn) {
      const [a, b] = insn.operands;
      const cleared = a!.kind === 'register' && b!.kind === 'register' && a!.register === b!.register;
      if (!cleared) return arithmetic(F.LOGIC, logic(xor)).write(x, insn);
      record(x, F.LOGIC, a.bytes, { r: constant(0) });
      x.setRegister(a.register, a.bytes, constant(0));
    },
  },
  test: arithmetic(F.LOGIC, logic(and), false),
  adc: arithmetic(F.ADC, withCarry),
  sbb: arithmetic(F.SBB, withBorrow),
  inc: step(F.INC, 1),
  dec: step(F.DEC, -1),
  neg: {
    fits: plain,
    effect: flagsOf(F.SUB),
    write(x, insn) {
      const bytes = widthOf(insn);
      modify(x, insn.operands[0]!, (old) => subtraction(x, constant(0), x.keep(old), bytes));
    },
  },
  not: {
    fits: plain,
    effect: (insn) => effect('none', 0, atMemory(insn)),
    write(x, insn) {
      modify(x, insn.operands[0]!, (old) => xor(old, constant(maskOf(widthOf(insn)))));
    },
  },
  mov: silent(plain, (x, insn) => x.read(insn.operands[1]!)),
  movzx: silent(plain, (x, insn) => x.read(insn.operands[1]!)),
  movsx: silent(plain, (x, insn) => {
    const from = insn.operands[1]!;
    return signed(x.read(from), 'bytes' in from ? from.bytes : 4);
  }),
  lea: {
    fits: (insn) => insn.addressSize === 32,
    effect: () => effect('none', 0, false),
    write(x, insn) {
      const [to, from] = insn.operands;
      if (to!.kind !== 'register' || from!.kind !== 'memory') throw new Error('lea without an address');
      x.setRegister(to.register, to.bytes, x.linear({ ...from.memory, segment: 3 }));
    },
  },
  nop: { fits: () => true, effect: () => effect('none', 0, false), write() {} },
  xchg: {
    fits: plain,
    effect: (insn) => effect('none', 0, atMemory(insn)),
    write(x, insn) {
      const [a, b] = insn.operands;
      const [memory, other] = a!.kind === 'memory' ? [a!, b!] : [b!, a!];
      const mine = x.keep(x.read(other));
      modify(x, memory, (old) => {
        const kept = x.keep(old);
        assign(x, other, () => kept);
        return mine;
      });
    },
  },
  xadd: {
    fits: plain,
    effect: flagsOf(F.ADD),
    write(x, insn) {
      const [to, from] = insn.operands;
      const b = x.keep(x.read(from!));
      modify(x, to!, (old) => {
        const a = x.keep(old);
        const r = addition(x, a, b, widthOf(insn));
        assign(x, from!, () => a);
        return r;
      });
    },
  },
  cmpxchg: {
    fits: plain,
    effect: flagsOf(F.SUB),
    write(x, insn) {
      const bytes = widthOf(insn);
      const [to, from] = insn.operands;
      const mine = x.keep(x.read(from!));
      const expected = x.keep(x.register(L.EAX, bytes));
      modify(x, to!, (old) => {
        const a = x.keep(old);
        const same = x.keep(binary('i32.eq', expected, a));
        subtraction(x, expected, a, bytes);
        const kept = x.keep(select(same, mine, a));
        if (to!.kind === 'register' && to!.register === L.EAX) return kept;
        x.setRegister(L.EAX, bytes, select(same, expected, a));
        return kept;
      });
    },
  },
  mul: multiply(false),
  imul: multiply(true),
  imul2: signedProduct(0),
  imul3: signedProduct(1),
  div: divide(false),
  idiv: divide(true),
  cwde: {
    fits: () => true,
    effect: () => effect('none', 0, false),
    write(x, insn) {
      if (insn.operandSize === 32) x.setRegister(L.EAX, 4, signed(get(L.EAX), 2));
      else x.setRegister(L.EAX, 2, signed(get(L.EAX), 1));
    },
  },
  cdq: {
    fits: () => true,
    effect: () => effect('none', 0, false),
    write(x, insn) {
      if (insn.operandSize === 32) x.setRegister(L.EDX, 4, shrS(get(L.EAX), 31));
      else x.setRegister(L.EDX, 2, shrS(shl(get(L.EAX), 16), 31));
    },
  },
  bswap: {
    fits: wide,
    effect: () => effect('none', 0, false),
    write(x, insn) {
      modify(x, insn.operands[0]!, (a) => {
        const even = and(binary('i32.rotl', a, constant(8)), constant(0x00ff00ff));
        return or(even, and(binary('i32.rotr', a, constant(8)), constant(0xff00ff00)));
      });
    },
  },
  setcc: {
    fits: plain,
    effect: (insn) => effect('none', 0, atMemory(insn), true),
    write(x, insn) {
      const [to] = insn.operands;
      const n = insn.slot.opcode & 15;
      if (to!.kind === 'memory') assign(x, to!, () => truth(condition(x, n)));
      else {
        const value = truth(condition(x, n));
        assign(x, to!, () => value);
      }
    },
  },
  cmovcc: {
    fits: plain,
    effect: (insn) => effect('none', 0, atMemory(insn), true),
    write(x, insn) {
      const [to, from] = insn.operands;
      const value = x.keep(x.read(from!));
      const taken = x.keep(condition(x, insn.slot.opcode & 15));
      modify(x, to!, (old) => select(taken, value, old));
    },
  },
};

/** 0 or 1: a condition may be any value that is not zero. */
export function truth(node: Node): Node {
  return /\.(eqz?|ne|[lg][te]_[us])$/.test(node.op) || node.op === 'call' ? node : eqz(eqz(node));
}
