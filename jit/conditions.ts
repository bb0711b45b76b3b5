// Flag records inside a region: leaving one in the flag locals, and conditions computed from one whose kind is
// known. The formulas are those of src/cpu/flags.ts, on operands kept shifted left for bytes and words; a
// comparison and the branch behind it become one comparison of wasm.
import { EFLAGS } from '../src/layout.ts';
import type { Context } from './context.ts';
import * as F from './flags.ts';
import { and, binary, call, constant, eqz, get, type Node, not, op, or, shl, shrU, xor } from './ir.ts';
import * as L from './locals.ts';

export interface FlagState {
  /** A kind of flags.ts, UNKNOWN or STORED. */
  readonly kind: number;
  /** Of bytes 24, of words 16: how far operands and result are shifted left. */
  readonly shift: number;
  /** Second operand, where it is a constant. */
  readonly b: Node;
  /** What FLAG_C is to hold, made of the other flag locals where somebody asks for it; null: it holds it. */
  readonly late: Node | null;
}

export const UNKNOWN_FLAGS: FlagState = { kind: F.UNKNOWN, shift: 0, b: get(L.FLAG_B), late: null };

export const STORED_FLAGS: FlagState = { ...UNKNOWN_FLAGS, kind: F.STORED };

export function stateOf(kind: number): FlagState {
  if (kind === F.STORED) return STORED_FLAGS;
  return { kind: kind & 0xff, shift: kind >> 8, b: get(L.FLAG_B), late: null };
}

export function shiftOf(bytes: number): number {
  return 32 - 8 * bytes;
}

/** Leaves a record; the values come unshifted. What a kind has no use for may be absent. */
export function record(
  x: Context,
  kind: number,
  bytes: number,
  values: {
    readonly a?: Node;
    readonly b?: Node;
    readonly r: Node;
    readonly c?: Node;
    readonly late?: Node;
  },
): void {
  if (!x.flagsNeeded) return;
  const shift = shiftOf(bytes);
  const counted = kind >= F.EXPLICIT;
  x.set(L.FLAG_OP, constant(kind | (shift << 8)));
  if (values.c !== undefined) x.set(L.FLAG_C, values.c);
  if (values.a !== undefined) x.set(L.FLAG_A, counted ? values.a : shl(values.a, shift));
  let b: Node = get(L.FLAG_B);
  if (values.b !== undefined) {
    const second = counted ? values.b : shl(values.b, shift);
    x.set(L.FLAG_B, second);
    if (second.op === 'const') b = second;
  }
  x.set(L.FLAG_R, shl(values.r, shift));
  x.flags = { kind, shift, b, late: values.late ?? null };
}

const A = get(L.FLAG_A);
const R = get(L.FLAG_R);
const C = get(L.FLAG_C);
const carryWord = (x: Context): Node => x.flags.late ?? get(L.FLAG_C);
const ZERO = constant(0);

const less = (a: Node, b: Node): Node => binary('i32.lt_u', a, b);
const negative = (a: Node): Node => binary('i32.lt_s', a, ZERO);

/** Leaves status bits that are all known, in their places in EFLAGS. */
export function recordBits(x: Context, bits: Node): void {
  if (!x.flagsNeeded) return;
  x.set(L.FLAG_C, bits);
  x.storeWord(EFLAGS, or(and(x.word(EFLAGS), constant(~0x8d5)), get(L.FLAG_C)));
  x.set(L.FLAG_OP, constant(F.NONE));
  x.flags = { kind: F.COMPARED, shift: 0, b: get(L.FLAG_B), late: null };
}

/** OF as 0 or 1. */
export function overflowOf(x: Context): Node {
  return overflow(x);
}

/**
 * Leaves the record of a rotate: CF and OF from the result, all else as it was. False where the record at hand has
 * no room for that; then the export of cpu.wasm has to do it.
 */
export function recordRotated(x: Context, result: Node, changes: (result: Node) => Node): boolean {
  const { kind, shift } = x.flags;
  const plain = kind & ~F.ROTATED;
  if (kind < 0 || plain === F.NONE || plain > F.SAR) return false;
  if (plain === F.ADC || plain === F.SBB || plain === F.EXPLICIT) return false;
  x.set(L.FLAG_B, result);
  x.set(L.FLAG_OP, constant(plain | F.ROTATED | (shift << 8)));
  const b = get(L.FLAG_B);
  x.flags = { kind: plain | F.ROTATED, shift, b, late: changes(b) };
  return true;
}

/** What inc and dec keep of CF: a value for FLAG_C now, or one that can still be made later. */
export function keptCarry(x: Context): { readonly c?: Node; readonly late?: Node } {
  const { kind, late } = x.flags;
  if (kind === F.SUB || kind === F.LOGIC) return { late: carry(x) };
  if ((kind === F.INC || kind === F.DEC) && late !== null) return { late };
  // It stays in the CPU block until another is stored, before which this is made.
  if (kind === F.STORED) return { late: carry(x) };
  return { c: x.keep(carry(x)) };
}

/** CF as 0 or 1. */
export function carry(x: Context): Node {
  const { kind, b } = x.flags;
  switch (kind) {
    case F.ADD:
      return less(R, A);
    case F.SUB:
      return less(A, b);
    case F.LOGIC:
      return ZERO;
    default:
      if (kind <= F.NONE) return unknown(x, 2);
      return and(carryWord(x), constant(1));
  }
}

function overflow(x: Context): Node {
  const { kind, shift, b } = x.flags;
  switch (kind) {
    case F.ADD:
    case F.ADC:
      return negative(and(xor(A, R), xor(b, R)));
    case F.SUB:
    case F.SBB:
      return negative(and(xor(A, b), xor(A, R)));
    case F.INC:
      return binary('i32.eq', R, constant(0x80000000));
    case F.DEC:
      return binary('i32.eq', R, constant(0x80000000 - 2 ** shift));
    case F.SHL:
      return binary('i32.ne', negative(R), and(carryWord(x), constant(1)));
    case F.SHR:
      return and(binary('i32.eq', b, constant(1)), shrU(shl(A, shift), 31));
    case F.LOGIC:
    case F.SAR:
      return ZERO;
    case F.EXPLICIT:
    case F.COMPARED:
      return and(shrU(carryWord(x), 11), constant(1));
    default:
      return kind > 0 && kind & F.ROTATED ? and(shrU(carryWord(x), 11), constant(1)) : unknown(x, 0);
  }
}

function zero(x: Context): Node {
  const { kind, b } = x.flags;
  if (kind <= F.NONE) return unknown(x, 4);
  if (kind === F.COMPARED) return and(C, constant(0x40));
  return kind === F.SUB ? binary('i32.eq', A, b) : eqz(R);
}

function sign(x: Context): Node {
  if (x.flags.kind === F.COMPARED) return and(shrU(C, 7), constant(1));
  return x.flags.kind <= F.NONE ? unknown(x, 8) : negative(R);
}

function parity(x: Context): Node {
  const { kind, shift } = x.flags;
  if (kind <= F.NONE) return unknown(x, 10);
  if (kind === F.COMPARED) return and(C, constant(4));
  return eqz(and(op('i32.popcnt', [and(shrU(R, shift), constant(0xff))]), constant(1)));
}

/** What the kind does not tell: the export of cpu.wasm looks at the record. */
function unknown(x: Context, n: number): Node {
  x.flushFlags();
  return call('condition', [constant(n)]);
}

/** Condition `n`, the low four bits of jcc's opcode; not zero means true. It may emit statements. */
export function condition(x: Context, n: number): Node {
  const { kind, b } = x.flags;
  if (kind <= F.NONE) return unknown(x, n);
  const positive = even(x, n & 14, kind, b);
  return n & 1 ? not(positive) : positive;
}

function even(x: Context, n: number, kind: number, b: Node): Node {
  switch (n) {
    case 0:
      return overflow(x);
    case 2:
      return carry(x);
    case 4:
      return zero(x);
    case 6:
      if (kind === F.SUB) return binary('i32.le_u', A, b);
      if (kind === F.COMPARED) return and(C, constant(0x41));
      return kind === F.LOGIC ? zero(x) : or(carry(x), zero(x));
    case 8:
      return sign(x);
    case 10:
      return parity(x);
    case 12:
      return lower(x, kind, b);
    default:
      if (kind === F.SUB) return binary('i32.le_s', A, b);
      if (kind === F.LOGIC) return binary('i32.le_s', R, ZERO);
      return or(zero(x), lower(x, kind, b));
  }
}

/** SF != OF */
function lower(x: Context, kind: number, b: Node): Node {
  if (kind === F.SUB) return binary('i32.lt_s', A, b);
  if (kind === F.LOGIC) return negative(R);
  return binary('i32.ne', sign(x), overflow(x));
}
