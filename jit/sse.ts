// The XMM registers in the locals of a region: read at its entry and stored wherever its general registers are
// (wasm.ts); and what is known of the numbers in them. Arithmetic is inline while MXCSR rounds to nearest and an
// inexact result changes nothing in it; `bound` says so, and is at once what the exponents of results are compared
// with: 0 as long as instructions have to go through cpu.wasm. Manual: volume 1, 10.2.3 and 11.5.
import { MXCSR } from '../src/layout.ts';
import { and, binary, constant, get, type Node, select, type Type } from './ir.ts';

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
  keep(node: Node): Node;
  word(offset: number): Node;
}

export class Sse {
  readonly #x: Writer;
  readonly #locals: number[] = new Array<number>(8).fill(-1);
  readonly #bounds: Record<Width, number> = { f32: -1, f64: -1 };
  #written = 0;
  /** Widths whose bound has been set in this block. */
  #ready = new Set<Width>();
  /** Registers (bits) whose low number is neither a NaN nor denormal, unless the bound is 0. */
  #known: Record<Width, number> = { f32: 0, f64: 0 };

  constructor(x: Writer) {
    this.#x = x;
  }

  get used(): { readonly vectors: readonly number[]; readonly vectorsWritten: number } {
    return { vectors: this.#locals, vectorsWritten: this.#written };
  }

  /** Nothing is known: at the beginning of a block, and behind what may change anything. */
  begin(): void {
    this.#ready = new Set();
    this.#known = { f32: 0, f64: 0 };
  }

  register(i: number): Node {
    if (this.#locals[i] === -1) this.#locals[i] = this.#x.local('v128');
    return get(this.#locals[i]!, 'v128');
  }
  setRegister(i: number, value: Node): void {
    this.register(i);
    this.#written |= 1 << i;
    this.#known.f32 &= ~(1 << i);
    this.#known.f64 &= ~(1 << i);
    this.#x.set(this.#locals[i]!, value);
  }

  knows(i: number, width: Width): boolean {
    return ((this.#known[width] >> i) & 1) !== 0;
  }
  learn(i: number, width: Width): void {
    this.#known[width] |= 1 << i;
  }
  /** After `to` has become what `from` is. */
  copy(to: number, from: number): void {
    for (const width of ['f32', 'f64'] as const) if (this.knows(from, width)) this.learn(to, width);
  }

  /** The bound for exponents of results, less 2. */
  bound(width: Width): Node {
    if (this.#bounds[width] === -1) this.#bounds[width] = this.#x.local();
    const local = this.#bounds[width];
    if (!this.#ready.has(width)) {
      this.#ready.add(width);
      const silent = binary('i32.eq', and(this.#x.word(MXCSR), constant(MODE)), constant(SILENT));
      this.#x.set(local, select(silent, constant(BOUND[width]), constant(0)));
    }
    return get(local);
  }
  /** Until the end of the block nothing more counts as known. */
  distrust(width: Width): void {
    if (this.#ready.has(width)) this.#x.set(this.#bounds[width], constant(0));
  }
}
