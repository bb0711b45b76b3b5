// Loads, stores and exchanges of the x87 in a region, and its control and status word.
import { FCW, REGION_STEP, VALUE_SE } from '../../src/layout.ts';
import type { Context, Host } from '../context.ts';
import { add, and, call, constant, constant64, get, load, type Node, op, or, shl, xor } from '../ir.ts';
import * as L from '../locals.ts';
import type { Real } from '../x87.ts';
import type { Lowering, Lowerings } from './row.ts';
import { withZero } from './x87-compare.ts';
import {
  add64,
  and64,
  BIAS,
  big,
  exponent,
  hasIntegerBit,
  INTEGER_BIT,
  or64,
  SIGN,
  settle,
  shl64,
  shr64,
  wide,
  within,
} from './x87-compute.ts';
import { form, indexOf, load64 } from './x87-form.ts';
import { double, integer, type Narrow, single } from './x87-operand.ts';

// ---- loads ----

const PUSH = { writes: [-1], pops: -1 } as const;

function push(x: Context, value: Real): void {
  x.fpu.clearC1();
  x.fpu.setSt(-1, value);
}

const constantLoad = (sig: Node, se: number): Lowering =>
  form(
    () => ({ reads: [], ...PUSH }),
    (x) => push(x, { sig, se: constant(se) }),
  );

const integerLoad = (bytes: number): Lowering =>
  form(
    () => ({ reads: [], ...PUSH }),
    (x, _, host) => push(x, integer(x, host!, bytes)),
  );

const narrowLoad = (operandIn: (x: Context, host: Host) => Narrow, name: string): Lowering =>
  form(
    () => ({ reads: [], ...PUSH }),
    (x, _, host) => {
      const operand = operandIn(x, host!);
      const [sig, se] = [x.temporary('i64'), x.temporary()];
      x.either(
        or(operand.normal, operand.zero),
        () => {
          const value = withZero(x, operand);
          x.set(sig, value.sig);
          x.set(se, value.se);
          x.fpu.clearC1();
        },
        () => {
          x.set(sig, call(name, [operand.bits], 'i64'));
          x.set(se, load('i32.load', constant(VALUE_SE), 0));
          settle(x);
        },
      );
      x.fpu.setSt(-1, { sig: get(sig, 'i64'), se: get(se) });
    },
  );

const registerLoad: Lowering = form(
  (insn) => ({ reads: [indexOf(insn)], ...PUSH }),
  (x, insn) => push(x, x.fpu.st(indexOf(insn))),
);

// ---- stores ----

/** ST(0) rounded to nearest by dropping all but `width` bits below the leading one; into a local of 64 bits. */
function rounded(x: Context, to: number, width: number, exp: Node): void {
  const { inexact, up } = x.fpu.locals;
  const { sig, se } = x.fpu.st(0);
  const rest = x.keep(shl64(sig, big(width + 1)));
  const sign = shl64(wide(and(se, constant(SIGN))), big(width === 52 ? 48 : 16));
  const fraction = shr64(shl64(sig, big(1)), big(64 - width));
  x.set(to, or64(or64(sign, shl64(wide(exp), big(width))), fraction));
  const tie = or64(wide(op('i64.ne', [shl64(rest, big(1)), constant64(0n)])), get(to, 'i64'));
  x.set(up, and64(shr64(rest, big(63)), tie));
  x.set(inexact, or64(get(inexact, 'i64'), rest));
  x.set(to, add64(get(to, 'i64'), get(up, 'i64')));
}

const narrowStore = (bytes: 4 | 8, pops: number): Lowering =>
  form(
    () => ({ reads: [0], writes: [], pops }),
    (x, _, host) => {
      const { sig, se } = x.fpu.st(0);
      const bits = x.temporary('i64');
      const exp = x.keep(add(exponent(se), constant((bytes === 8 ? 1023 : 127) - BIAS)));
      const sound = within(exp, 1, bytes === 8 ? 0x7fd : 0xfd);
      x.either(
        and(x.fpu.usual, and(sound, hasIntegerBit(sig))),
        () => rounded(x, bits, bytes === 8 ? 52 : 23, exp),
        () => {
          if (bytes === 8) x.set(bits, call('valueToF64', [sig, se], 'i64'));
          else x.set(bits, wide(call('valueToF32', [sig, se])));
          settle(x);
        },
      );
      x.store(bytes === 8 ? 'i64.store' : 'i64.store32', host!, get(bits, 'i64'));
    },
    { store: true },
  );

const wholeStore: Lowering = form(
  () => ({ reads: [0], writes: [], pops: 1 }),
  (x, _, host) => {
    const { sig, se } = x.fpu.st(0);
    x.store('i64.store', host!, sig);
    x.store('i32.store16', { ...host!, offset: host!.offset + 8 }, se);
    x.fpu.clearC1();
  },
  { store: true },
);

const INTEGER_STORES: Readonly<Record<number, string>> = {
  2: 'i64.store16',
  4: 'i64.store32',
  8: 'i64.store',
};

const integerStore = (bytes: number, truncates: boolean, pops: number): Lowering =>
  form(
    () => ({ reads: [0], writes: [], pops }),
    (x, _, host) => {
      const { sig, se } = x.fpu.st(0);
      const mode = [constant(bytes * 8), constant(truncates ? 1 : 0)];
      const value = x.keep(call('valueToInteger', [sig, se, ...mode], 'i64'));
      settle(x);
      x.store(INTEGER_STORES[bytes]!, host!, value);
    },
    { store: true },
  );

const registerStore = (pops: number): Lowering =>
  form(
    (insn) => ({ reads: [0], writes: indexOf(insn) === 0 ? [] : [indexOf(insn)], pops }),
    (x, insn) => {
      x.fpu.clearC1();
      if (indexOf(insn) !== 0) x.fpu.setSt(indexOf(insn), x.fpu.st(0));
    },
  );

// ---- within the stack ----

const exchange: Lowering = form(
  (insn) => ({ reads: [0, indexOf(insn)], writes: [0, indexOf(insn)] }),
  (x, insn) => {
    const { sig, se } = x.fpu.st(0);
    const first = { sig: x.keep(sig), se: x.keep(se) };
    x.fpu.setSt(0, x.fpu.st(indexOf(insn)));
    x.fpu.setSt(indexOf(insn), first);
    x.fpu.clearC1();
  },
);

const changeSign = (change: (se: Node) => Node): Lowering =>
  form(
    () => ({ reads: [0], writes: [0] }),
    (x) => {
      const { sig, se } = x.fpu.st(0);
      x.fpu.setSt(0, { sig, se: change(se) });
      x.fpu.clearC1();
    },
  );

// ---- control and status word ----

const MASKS = 0x3f;
const CONTROL = { reads: [], writes: [], status: false, control: true } as const;

/** Unmasking an exception is the interpreter's. */
const fldcw: Lowering = form(
  () => CONTROL,
  (x, _, host) => {
    const value = x.keep(or(and(x.loadFrom(host!, 2), constant(0x1f3f)), constant(0x40)));
    x.when(and(xor(value, constant(-1)), constant(MASKS)), () => x.leave(REGION_STEP));
    x.storeWord(FCW, value);
    x.fpu.readControl();
  },
);

function statusWord(x: Context): Node {
  return or(x.fpu.statusWord(), shl(x.fpu.top(), 11));
}

export const x87Move: Lowerings = {
  fld_m32: narrowLoad(single, 'valueFromF32'),
  fld_m64: narrowLoad(double, 'valueFromF64'),
  fld_m80: form(
    () => ({ reads: [], ...PUSH }),
    (x, _, host) => {
      const se = load('i32.load16_u', host!.address, host!.offset + 8);
      push(x, { sig: load64(host!), se });
    },
  ),
  fld_sti: { ...registerLoad, fits: (insn) => registerLoad.fits(insn) && indexOf(insn) !== 7 },
  fild_m16: integerLoad(2),
  fild_m32: integerLoad(4),
  fild_m64: integerLoad(8),
  fld1: constantLoad(INTEGER_BIT, BIAS),
  fldz: constantLoad(constant64(0n), 0),

  fst_m32: narrowStore(4, 0),
  fstp_m32: narrowStore(4, 1),
  fst_m64: narrowStore(8, 0),
  fstp_m64: narrowStore(8, 1),
  fstp_m80: wholeStore,
  fist_m16: integerStore(2, false, 0),
  fistp_m16: integerStore(2, false, 1),
  fisttp_m16: integerStore(2, true, 1),
  fist_m32: integerStore(4, false, 0),
  fistp_m32: integerStore(4, false, 1),
  fisttp_m32: integerStore(4, true, 1),
  fistp_m64: integerStore(8, false, 1),
  fisttp_m64: integerStore(8, true, 1),
  fst_sti: registerStore(0),
  fstp_sti: registerStore(1),

  fxch_sti: exchange,
  fchs: changeSign((se) => xor(se, constant(SIGN))),
  fabs: changeSign(exponent),

  fldcw,
  fnstcw: form(
    () => CONTROL,
    (x, _, host) => x.storeTo(host!, 2, x.word(FCW)),
    { store: true },
  ),
  fnstsw: form(
    () => CONTROL,
    (x, _, host) => x.storeTo(host!, 2, statusWord(x)),
    { store: true },
  ),
  fnstsw_ax: form(
    () => CONTROL,
    (x) => x.setRegister(L.EAX, 2, statusWord(x)),
  ),
  fwait: form(
    () => CONTROL,
    () => {},
  ),
};
