// Comparisons of the x87 in a region: into the condition codes or into EFLAGS. Normal numbers and zeros are compared
// inline, by their signed exponents first; the rest is src/cpu/fpu-values.ts's.
import { condition, overflowOf, recordBits } from '../conditions.ts';
import type { Context } from '../context.ts';
import * as F from '../flags.ts';
import {
  and,
  binary,
  call,
  constant,
  constant64,
  get,
  type Node,
  op,
  or,
  select,
  shl,
  shrU,
  sub,
} from '../ir.ts';
import * as L from '../locals.ts';
import type { Real } from '../x87.ts';
import { effect, type Lowering, type Lowerings } from './row.ts';
import { exponent, hasIntegerBit, or64, SIGN, settle, wide, within } from './x87-compute.ts';
import { form, indexOf } from './x87-form.ts';
import { double, integer, type Narrow, single } from './x87-operand.ts';

const CODES = 0x4500;

/** What is compared with: a value, whether it is easily compared, and the codes if not. */
interface Other {
  readonly value: Real;
  readonly easy: Node;
  readonly slow: (a: Real) => Node;
}

function isEasy(x: Context, { sig, se }: Real): Node {
  const exp = x.keep(exponent(se));
  return or(and(within(exp, 1, 0x7ffe), hasIntegerBit(sig)), op('i64.eqz', [or64(sig, wide(exp))]));
}

function real(x: Context, value: Real, quiet: boolean): Other {
  const slow = (a: Real): Node =>
    call('valueCompare', [a.sig, a.se, value.sig, value.se, constant(quiet ? 1 : 0)]);
  return { value, easy: isEasy(x, value), slow };
}

/** The value, right for zeros too. */
export function withZero(x: Context, { value, zero }: Narrow): Real {
  const isZero = x.keep(zero);
  return {
    sig: x.keep(select(isZero, constant64(0n), value.sig)),
    se: x.keep(select(isZero, and(value.se, constant(SIGN)), value.se)),
  };
}

function narrowed(x: Context, operand: Narrow, name: string): Other {
  const value = withZero(x, operand);
  const slow = (a: Real): Node => call(name, [a.sig, a.se, operand.bits]);
  return { value, easy: or(operand.normal, operand.zero), slow };
}

/** C3, C2 and C0 in their places. */
function compare(x: Context, a: Real, b: Other, keepsC1: boolean): Node {
  const codes = x.temporary();
  x.either(
    and(isEasy(x, a), b.easy),
    () => {
      const negative = x.keep(and(a.se, constant(SIGN)));
      const rank = ({ se }: Real): Node => {
        const exp = x.keep(exponent(se));
        return x.keep(select(and(se, constant(SIGN)), sub(constant(0), exp), exp));
      };
      const [first, second] = [rank(a), rank(b.value)];
      const same = x.keep(binary('i32.eq', first, second));
      const sigs = [a.sig, b.value.sig];
      const below = select(negative, op('i64.gt_u', sigs), op('i64.lt_u', sigs));
      const less = or(binary('i32.lt_s', first, second), and(same, below));
      x.set(codes, or(shl(less, 8), shl(and(same, op('i64.eq', sigs)), 14)));
      if (!keepsC1) x.fpu.clearC1();
    },
    () => {
      x.set(codes, b.slow(a));
      settle(x, keepsC1);
    },
  );
  return get(codes);
}

function intoCodes(x: Context, b: Other): void {
  const codes = compare(x, x.fpu.st(0), b, false);
  const { status } = x.fpu.locals;
  x.set(status, or(and(get(status), constant(~CODES)), codes));
}

const registers = (quiet: boolean, pops: number, both = false): Lowering =>
  form(
    (insn) => ({ reads: [0, both ? 1 : indexOf(insn)], writes: [], pops }),
    (x, insn) => intoCodes(x, real(x, x.fpu.st(both ? 1 : indexOf(insn)), quiet)),
  );

const memory = (pops: number, format: 'm32' | 'm64' | 2 | 4): Lowering =>
  form(
    () => ({ reads: [0], writes: [], pops }),
    (x, _, host) => {
      if (format === 'm32') intoCodes(x, narrowed(x, single(x, host!), 'valueCompareF32'));
      else if (format === 'm64') intoCodes(x, narrowed(x, double(x, host!), 'valueCompareF64'));
      else intoCodes(x, real(x, integer(x, host!, format), false));
    },
  );

const intoFlags = (quiet: boolean, pops: number): Lowering =>
  form(
    (insn) => ({ reads: [0, indexOf(insn)], writes: [], pops }),
    (x, insn) => {
      const codes = compare(x, x.fpu.st(0), real(x, x.fpu.st(indexOf(insn)), quiet), true);
      recordBits(x, shrU(codes, 8));
    },
    { flags: () => effect('all', F.COMPARED, true) },
  );

const conditionalMove = (n: number): Lowering =>
  form(
    (insn) => ({ reads: [0, indexOf(insn)], writes: [0], status: false }),
    (x, insn) => {
      const holds = x.keep(condition(x, n));
      const [to, from] = [x.fpu.st(0), x.fpu.st(indexOf(insn))];
      x.fpu.setSt(0, { sig: select(holds, from.sig, to.sig), se: select(holds, from.se, to.se) });
    },
    { flags: () => effect('none', 0, true, true) },
  );

/** SF ZF AF PF CF from AH: the way of the codes to conditional jumps, behind fnstsw. */
const sahf: Lowering = {
  fits: () => true,
  effect: () => effect('all', F.COMPARED, false, true),
  write(x) {
    if (!x.flagsNeeded) return;
    const overflow = x.keep(overflowOf(x));
    const low = and(shrU(get(L.EAX), 8), constant(0xd5));
    recordBits(x, or(low, shl(binary('i32.ne', overflow, constant(0)), 11)));
  },
};

export const x87Compare: Lowerings = {
  fcom_sti: registers(false, 0),
  fcomp_sti: registers(false, 1),
  fcompp: registers(false, 2, true),
  fucom_sti: registers(true, 0),
  fucomp_sti: registers(true, 1),
  fucompp: registers(true, 2, true),
  fcom_m32: memory(0, 'm32'),
  fcomp_m32: memory(1, 'm32'),
  fcom_m64: memory(0, 'm64'),
  fcomp_m64: memory(1, 'm64'),
  ficom_m16: memory(0, 2),
  ficomp_m16: memory(1, 2),
  ficom_m32: memory(0, 4),
  ficomp_m32: memory(1, 4),
  ftst: form(
    () => ({ reads: [0], writes: [] }),
    (x) => intoCodes(x, real(x, { sig: constant64(0n), se: constant(0) }, false)),
  ),
  fcomi_sti: intoFlags(false, 0),
  fcomip_sti: intoFlags(false, 1),
  fucomi_sti: intoFlags(true, 0),
  fucomip_sti: intoFlags(true, 1),
  fcmovb_sti: conditionalMove(2),
  fcmovnb_sti: conditionalMove(3),
  fcmove_sti: conditionalMove(4),
  fcmovne_sti: conditionalMove(5),
  fcmovbe_sti: conditionalMove(6),
  fcmovnbe_sti: conditionalMove(7),
  fcmovu_sti: conditionalMove(10),
  fcmovnu_sti: conditionalMove(11),
  sahf,
};
