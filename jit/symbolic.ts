// What is known of registers without running: each is a root (an unknown value, by number) plus a constant.
// Two addresses with the same roots differ by a constant, so that one check of memory can serve both
// (context.ts). The roots are numbered by the instruction that made them, so that a first pass over a
// block and the lifting itself agree.
import type { Argument, Insn, Memory } from '../src/isa/decode.ts';
import { EBP, ECX, EDI, ESI, ESP } from './locals.ts';
import { transferOf } from './region.ts';

export interface Value {
  readonly root: string;
  readonly offset: number;
}

/** A memory operand as a root and an offset, and its parts. */
export interface Place {
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
  readonly write: boolean;
}

/** Bit n: register n is written by an instruction beyond its operands. */
const IMPLICIT: Readonly<Record<string, number>> = {
  mul: 5,
  imul: 5,
  div: 5,
  idiv: 5,
  cwde: 1,
  cdq: 4,
  cmpxchg: 1,
  cmpxchg8b: 5,
  lahf: 1,
  pcmpistri: 2,
  pcmpestri: 2,
  cpuid: 15,
  rdtsc: 5,
};
const EVERY = 0xff;

export class Symbols {
  readonly #values: Value[];
  #address = 0;

  private constructor(values: Value[]) {
    this.#values = values;
  }

  static atEntry(block: number): Symbols {
    return new Symbols(Array.from({ length: 8 }, (_, r) => ({ root: `b${block}r${r}`, offset: 0 })));
  }
  /** What all ways to a block agree on. */
  static joined(block: number, ways: readonly Symbols[]): Symbols {
    const fresh = Symbols.atEntry(block);
    const values = fresh.#values.map((value, r) => {
      const { root, offset } = ways[0]!.#values[r]!;
      const agree = ways.every((way) => way.#values[r]!.root === root && way.#values[r]!.offset === offset);
      return agree ? { root, offset } : value;
    });
    return new Symbols(values);
  }
  equals(other: Symbols): boolean {
    return this.#values.every(
      ({ root, offset }, r) => root === other.#values[r]!.root && offset === other.#values[r]!.offset,
    );
  }
  copy(): Symbols {
    return new Symbols([...this.#values]);
  }

  value(register: number): Value {
    return this.#values[register]!;
  }

  place(memory: Memory, bytes: number, write: boolean): Place {
    const base = memory.base < 0 ? null : this.#values[memory.base]!;
    const index = memory.index < 0 ? null : this.#values[memory.index]!;
    const key = `${base?.root ?? ''}+${index?.root ?? ''}*${index === null ? 0 : memory.scale}${memory.segment > 3 ? `@${memory.segment}` : ''}`;
    const offset = (base?.offset ?? 0) + (index?.offset ?? 0) * memory.scale + memory.displacement;
    return { key, offset: offset | 0, bytes, write };
  }
  /** `delta` bytes from the address in a register. */
  placeAt(register: number, delta: number, bytes: number, write: boolean): Place {
    const { root, offset } = this.#values[register]!;
    return { key: `${root}+*0`, offset: (offset + delta) | 0, bytes, write };
  }

  forget(mask: number): void {
    for (let r = 0; r < 8; r++)
      if ((mask >> r) & 1) this.#values[r] = { root: `${this.#address.toString(36)}r${r}`, offset: 0 };
  }

  /** The places in memory that a lowered instruction touches. Call before `pass`. */
  places(insn: Insn): Place[] {
    const { fn } = insn.row;
    const transfer = transferOf(insn);
    const places: Place[] = [];
    insn.operands.forEach((operand, i) => {
      if (operand.kind !== 'memory' || operand.memory.addressSize === 16 || fn === 'lea') return;
      const access = insn.row.operands[i]!.access;
      if (access !== '') places.push(this.place(operand.memory, operand.bytes, access.includes('w')));
    });
    if (insn.operandSize === 32) {
      if (fn === 'push' || transfer === 'call') places.push(this.placeAt(ESP, -4, 4, true));
      else if (fn === 'pop' || transfer === 'ret') places.push(this.placeAt(ESP, 0, 4, false));
      else if (fn === 'leave') places.push(this.placeAt(EBP, 0, 4, false));
    }
    return places;
  }

  /** Steps over an instruction; `known`: the translator has a lowering for it; `stays`: a call within the region. */
  pass(insn: Insn, known: boolean, stays: boolean): void {
    this.#address = insn.address;
    const { row, operands } = insn;
    const transfer = transferOf(insn);
    if (!known || (transfer === 'call' && !stays)) {
      this.forget(EVERY);
      return;
    }
    const [to, from] = operands;
    if (insn.operandSize === 32) {
      if (row.fn === 'push' || transfer === 'call') {
        this.#shift(ESP, -4);
        return;
      }
      if (row.fn === 'pop') {
        this.#shift(ESP, 4);
        if (to?.kind === 'register') this.forget(1 << to.register);
        return;
      }
      if (transfer === 'ret') {
        this.#shift(ESP, 4 + (to?.kind === 'immediate' ? to.value : 0));
        return;
      }
      if (row.fn === 'leave') {
        this.#values[ESP] = { root: this.#values[EBP]!.root, offset: (this.#values[EBP]!.offset + 4) | 0 };
        this.forget(1 << EBP);
        return;
      }
    }
    if (to?.kind === 'register' && to.bytes === 4 && this.#linear(insn, to.register, from)) return;
    let mask = IMPLICIT[row.fn] ?? 0;
    if (row.rep !== '') mask |= (1 << ESI) | (1 << EDI) | (1 << ECX) | 1;
    operands.forEach((operand, i) => {
      if (operand.kind !== 'register' || !row.operands[i]!.access.includes('w')) return;
      mask |= 1 << (operand.bytes === 1 ? operand.register & 3 : operand.register);
    });
    if (transfer === 'branch' && row.fn.startsWith('loop')) mask |= 1 << ECX;
    if (row.fn === 'fnstsw_ax') mask |= 1;
    this.forget(mask);
  }

  #shift(register: number, by: number): void {
    const { root, offset } = this.#values[register]!;
    this.#values[register] = { root, offset: (offset + by) | 0 };
  }

  /** Instructions whose result is a register plus a constant. */
  #linear(insn: Insn, to: number, from: Argument | undefined): boolean {
    const { fn } = insn.row;
    if (fn === 'inc' || fn === 'dec') this.#shift(to, fn === 'inc' ? 1 : -1);
    else if ((fn === 'add' || fn === 'sub') && from?.kind === 'immediate')
      this.#shift(to, fn === 'add' ? from.value : -from.value);
    else if (fn === 'mov' && from?.kind === 'register' && from.bytes === 4)
      this.#values[to] = this.#values[from.register]!;
    else if (fn === 'lea' && from?.kind === 'memory') {
      const { base, index, displacement, addressSize } = from.memory;
      if (base < 0 || index >= 0 || addressSize === 16) return false;
      const { root, offset } = this.#values[base]!;
      this.#values[to] = { root, offset: (offset + displacement) | 0 };
    } else return false;
    return true;
  }
}
