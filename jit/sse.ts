// The XMM registers in the locals of a region: read at its entry and stored wherever its general registers are
// (wasm.ts); and what is known of the numbers in them. Arithmetic is inline while MXCSR rounds to nearest and an
// inexact result changes nothing in it; a local says so, the bound, and is at once what the exponents of results are
// compared with: 0 as long as instructions have to go through cpu.wasm. What is known of registers holds only while
// the bound is not 0. Manual: volume 1, 10.2.3 and 11.5.
import type { Insn } from '../src/isa/decode.ts';
import { MXCSR } from '../src/layout.ts';
import {
  and,
  binary,
  constant,
  constant64,
  constantF32,
  constantF64,
  eqz,
  get,
  type Node,
  op,
  or,
  type Region,
  select,
  shrU,
  type Type,
} from './ir.ts';

export type Width = 'f32' | 'f64';

/** RC, PM and PE; and their value when rounding is to nearest and PE is masked and set already. */
const MODE = 0x7020;
const SILENT = 0x1020;

/** Exponents of results from 2 on: one less may be that of a number that was tiny before it was rounded. */
const BOUND: Readonly<Record<Width, number>> = { f32: 0xfd, f64: 0x7fd };

/** What it needs of Context. */
interface Writer {
  local(type?: Type): number;
  set(local: number, value: Node): void;
  when(condition: Node, write: () => void): void;
  word(offset: number): Node;
}

/** By width, the registers (bits) whose low number is neither denormal nor a NaN, unless the bound is 0. */
export type Known = Readonly<Record<Width, number>>;

export const NOTHING: Known = { f32: 0, f64: 0 };

/** What an instruction makes of what is known. */
export type Learn = (insn: Insn, known: Known) => Known;

/** Nothing is known of the registers that it writes. */
export const forget: Learn = ({ operands, row }, known) => {
  let mask = 0;
  operands.forEach((operand, i) => {
    if (operand.kind === 'xmm' && row.operands[i]!.access.includes('w')) mask |= 1 << operand.register;
  });
  return mask === 0 ? known : { f32: known.f32 & ~mask, f64: known.f64 & ~mask };
};

/**
 * What is known at the beginning of each block: what is at the end of all that lead there. Where the region is
 * entered the bound is 0, so that this may be claimed there as well; but no more than the region has a use for, since
 * it is all looked at before the bound is set.
 */
export function planKnown(
  blocks: readonly { readonly insns: readonly Insn[] }[],
  successors: readonly (readonly (number | null)[])[],
  learnOf: (insn: Insn) => Learn,
): readonly Known[] {
  const used = { f32: 0, f64: 0 };
  for (const { insns } of blocks)
    for (const insn of insns) {
      const { f32, f64 } = learnOf(insn)(insn, NOTHING);
      used.f32 |= f32;
      used.f64 |= f64;
    }
  const targets = new Set(successors.flat());
  const known: Known[] = blocks.map((_, b) => (targets.has(b) ? used : NOTHING));
  for (let changed = true; changed; ) {
    changed = false;
    blocks.forEach(({ insns }, b) => {
      const end = insns.reduce((state, insn) => learnOf(insn)(insn, state), known[b]!);
      for (const to of successors[b]!) {
        if (to === null) continue;
        const { f32, f64 } = known[to]!;
        const both = { f32: f32 & end.f32, f64: f64 & end.f64 };
        if (both.f32 === f32 && both.f64 === f64) continue;
        known[to] = both;
        changed = true;
      }
    });
  }
  return known;
}

// ---- kinds of numbers ----

export function isZero(value: Node): Node {
  return op(`${value.type}.eq`, [value, value.type === 'f32' ? constantF32(0) : constantF64(0)]);
}

/** Sign and exponent, at the right. */
export function top(value: Node): Node {
  if (value.type === 'f32') return shrU(op('i32.reinterpret_f32', [value]), 23);
  return op('i32.wrap_i64', [op('i64.shr_u', [op('i64.reinterpret_f64', [value]), constant64(52n)])]);
}

export const exponentMask = (width: Width): number => (width === 'f32' ? 0xff : 0x7ff);

export function isNotDenormal(value: Node): Node {
  const exponent = and(top(value), constant(exponentMask(value.type as Width)));
  return or(binary('i32.ne', exponent, constant(0)), isZero(value));
}

export function isNumber(value: Node): Node {
  return op(`${value.type}.eq`, [value, value]);
}

/** What the writer of a region has to know. */
export type Vectors = Pick<Region, 'vectors' | 'bounds'>;

export class Sse {
  known: Known = NOTHING;
  readonly #x: Writer;
  readonly #locals: number[] = new Array<number>(8).fill(-1);
  #bounds: Readonly<Record<Width, number>> | null = null;
  /** Widths whose bound has been looked at in this block. */
  #ready = new Set<Width>();

  constructor(x: Writer) {
    this.#x = x;
  }

  get used(): Vectors {
    return {
      vectors: this.#locals,
      bounds: this.#bounds === null ? [] : Object.values(this.#bounds),
    };
  }

  /** There will be arithmetic in the region. */
  prepare(): void {
    this.#bounds = { f32: this.#x.local(), f64: this.#x.local() };
  }
  begin(known: Known): void {
    this.#ready = new Set();
    this.known = known;
  }

  register(i: number): Node {
    if (this.#locals[i] === -1) this.#locals[i] = this.#x.local('v128');
    return get(this.#locals[i]!, 'v128');
  }
  setRegister(i: number, value: Node): void {
    this.register(i);
    this.#x.set(this.#locals[i]!, value);
  }

  knows(i: number, width: Width): boolean {
    return ((this.known[width] >> i) & 1) !== 0;
  }

  /** The bound for exponents of results, less 2. Where it is 0, each block looks whether that must remain so. */
  bound(width: Width): Node {
    const local = this.#bounds![width];
    if (!this.#ready.has(width)) {
      this.#ready.add(width);
      this.#x.when(eqz(get(local)), () => this.#x.set(local, this.#recovered(width)));
    }
    return get(local);
  }
  /** What counts as known of this width may be wrong from here on. */
  distrust(width: Width): void {
    this.#x.set(this.#bounds![width], constant(0));
  }

  /** MXCSR may be another: the bounds are looked at again where they are asked for. */
  renew(): void {
    for (const local of Object.values(this.#bounds!)) this.#x.set(local, constant(0));
    this.#ready = new Set();
  }

  #recovered(width: Width): Node {
    const silent = binary('i32.eq', and(this.#x.word(MXCSR), constant(MODE)), constant(SILENT));
    const lanes = width === 'f32' ? 'f32x4' : 'f64x2';
    const checks = [0, 1, 2, 3, 4, 5, 6, 7]
      .filter((i) => this.knows(i, width))
      .map((i) => op(`${lanes}.extract_lane`, [this.register(i)]))
      .map((value) => and(isNotDenormal(value), isNumber(value)));
    return select(
      checks.reduce((a, b) => and(a, b), silent),
      constant(BOUND[width]),
      constant(0),
    );
  }
}
