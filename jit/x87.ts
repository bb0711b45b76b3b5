// The x87 stack in the locals of a region: taken over from the CPU block, kept across instructions and blocks, and
// stored wherever the region can be left. Within, nothing unmasked is pending; what would raise or leave an
// exception, and what finds the stack too full or too empty, leaves the region before it has done anything. The
// status word is kept in parts: PE gathers in a local as the bits that were rounded away.
import type { Insn } from '../src/isa/decode.ts';
import { CPU, FCS, FCW, FDP, FDS, FIP, FOP, FPR, FSW, FTAG, FTOP, SEG_SELECTOR } from '../src/layout.ts';
import {
  add,
  and,
  binary,
  constant,
  constant64,
  get,
  isConstant,
  load,
  type Node,
  op,
  or,
  type Statement,
  shl,
  shrU,
  type Type,
} from './ir.ts';
import {
  advance,
  FRESH,
  MEMORY_NOTE,
  NOTE,
  needs,
  type Shape,
  STATUS,
  type Stack,
  slotOf,
  TOP,
} from './x87-state.ts';

export const PE = 0x20;
export const ES = 0x80;
export const C1 = 0x200;
/** Control word: precision and rounding, and the masks; the value of them with which results are computed inline. */
const MODE = 0xf3f;
const USUAL = 0x33f;
/** The same with 53 bits of precision, as the functions of libm have it. */
const DOUBLE = 0x23f;
const CS = 1;
const NOTHING = -1;

/** What it needs of Context. */
export interface Writer {
  local(type?: Type): number;
  emit(statement: Statement): void;
  set(local: number, value: Node): void;
  when(condition: Node, write: () => void): void;
  sometimes(condition: Node, write: () => void): void;
  word(offset: number): Node;
  storeWord(offset: number, value: Node): void;
  keep(node: Node): Node;
}

/** A value in the 80-bit format: significand, and sign over exponent. */
export interface Real {
  readonly sig: Node;
  readonly se: Node;
}

interface Locals {
  readonly sig: readonly number[];
  readonly se: readonly number[];
  readonly base: number;
  /** FSW without C1 and without what `inexact` and `up` tell. */
  readonly status: number;
  /** Not zero: PE. */
  readonly inexact: number;
  /** C1, as 64 bits. */
  readonly up: number;
  /** 1: the control word is the usual one. */
  readonly usual: number;
  /** 1: and it asks for 53 bits of precision. */
  readonly double: number;
  readonly opcode: number;
  readonly ip: number;
  readonly segment: number;
  readonly offset: number;
}

/** Whether it may look at the stack where the CPU block has it. */
export function usesFpu(insn: Insn): boolean {
  const { cpu, fn, operands } = insn.row;
  // MMX registers are the significands of the x87's, and using one empties or fills the stack.
  return fn.startsWith('f') || cpu === 'mmx' || operands.some(({ kind }) => 'PQN'.includes(kind));
}

const bits = (mask: number): number[] => [0, 1, 2, 3, 4, 5, 6, 7].filter((k) => (mask >> k) & 1);

export class Fpu {
  /** Where the stack is at the place being written. */
  stack: Stack | null = null;
  readonly #x: Writer;
  #locals: Locals | null = null;

  constructor(x: Writer) {
    this.#x = x;
  }

  get locals(): Locals {
    const x = this.#x;
    this.#locals ??= {
      sig: Array.from({ length: 8 }, () => x.local('i64')),
      se: Array.from({ length: 8 }, () => x.local()),
      base: x.local(),
      status: x.local(),
      inexact: x.local('i64'),
      up: x.local('i64'),
      usual: x.local(),
      double: x.local(),
      opcode: x.local(),
      ip: x.local(),
      segment: x.local(),
      offset: x.local(),
    };
    return this.#locals;
  }

  // ---- for lowerings ----

  /** Takes the stack over if need be, sees to the operands of `shape`, or leaves the region. */
  prepare(shape: Shape, leave: () => void): void {
    if (this.stack === null) this.#takeOver(FRESH, leave);
    const need = needs(this.stack!, shape);
    this.#check(need.full, need.empty, leave);
    this.#load(need.full & ~this.stack!.loaded);
    const { loaded } = this.stack!;
    this.stack = { ...this.stack!, loaded: loaded | need.full };
  }
  /** ST(i), counted from TOP before the instruction. */
  st(i: number): Real {
    const k = slotOf(this.stack!, i);
    return { sig: get(this.locals.sig[k]!, 'i64'), se: get(this.locals.se[k]!) };
  }
  setSt(i: number, { sig, se }: Real): void {
    const k = slotOf(this.stack!, i);
    this.#x.set(this.locals.sig[k]!, sig);
    this.#x.set(this.locals.se[k]!, se);
  }
  /** The instruction is done. */
  conclude(shape: Shape): void {
    this.stack = advance(this.stack!, shape);
  }
  get usual(): Node {
    return get(this.locals.usual);
  }
  get double(): Node {
    return get(this.locals.double);
  }
  /** C1 of an instruction that rounds nothing. */
  clearC1(): void {
    this.#x.set(this.locals.up, constant64(0n));
  }
  note(opcode: number, address: number): void {
    this.#x.set(this.locals.opcode, constant(opcode));
    this.#x.set(this.locals.ip, constant(address));
  }
  noteMemory(segment: number, offset: Node): void {
    this.#x.set(this.locals.segment, constant(segment));
    this.#x.set(this.locals.offset, offset);
  }
  /** The status word without TOP. */
  statusWord(): Node {
    const { status, inexact, up } = this.locals;
    const pe = shl(op('i64.ne', [get(inexact, 'i64'), constant64(0n)]), 5);
    const c1 = shl(op('i32.wrap_i64', [get(up, 'i64')]), 9);
    return or(get(status), or(pe, c1));
  }
  top(): Node {
    return and(add(get(this.locals.base), constant(this.stack!.delta)), constant(7));
  }
  /** After the control word was changed. */
  readControl(): void {
    const { usual, double } = this.locals;
    const mode = this.#x.keep(and(this.#x.word(FCW), constant(MODE)));
    this.#x.set(double, binary('i32.eq', mode, constant(DOUBLE)));
    this.#x.set(usual, or(binary('i32.eq', mode, constant(USUAL)), get(double)));
  }

  // ---- between locals and the CPU block ----

  /** Stores what the CPU block does not hold. The state of the locals stays what it is. */
  store(): void {
    const { stack } = this;
    if (stack === null) return;
    const x = this.#x;
    this.#storeSlots(stack.dirty);
    this.#storeTags(stack.tags);
    if (stack.dirty & TOP) x.storeWord(FTOP, this.top());
    if (stack.dirty & STATUS) x.storeWord(FSW, this.statusWord());
    const { opcode, ip, segment, offset } = this.locals;
    if (stack.dirty & NOTE)
      x.sometimes(binary('i32.ne', get(opcode), constant(NOTHING)), () => {
        x.storeWord(FOP, get(opcode));
        x.storeWord(FIP, get(ip));
        x.storeWord(FCS, x.word(SEG_SELECTOR + CS * 4));
      });
    if (stack.dirty & MEMORY_NOTE)
      x.sometimes(binary('i32.ne', get(segment), constant(NOTHING)), () => {
        x.storeWord(FDP, get(offset));
        x.storeWord(FDS, load('i32.load', shl(get(segment), 2), CPU + SEG_SELECTOR));
      });
  }
  /** Gives the stack back to the CPU block. */
  toMemory(): void {
    this.store();
    this.stack = null;
  }
  /** Makes the state the one that a block begins with. */
  convert(to: Stack | null, leave: () => void): void {
    if (to === null || (this.stack !== null && this.stack.delta !== to.delta)) this.toMemory();
    if (to === null) return;
    if (this.stack === null) {
      this.#takeOver(to, leave);
      return;
    }
    const from = this.stack;
    if ((to.full & ~from.full) | (to.empty & ~from.empty)) {
      this.#storeTags(from.tags);
      this.#check(to.full, to.empty, leave);
    } else if (from.tags & ~to.tags) this.#storeTags(from.tags);
    this.#storeParts(from, to);
    this.#load(to.loaded & ~from.loaded);
    this.stack = to;
  }
  /** Whether `convert` has nothing to do. */
  agrees(to: Stack | null): boolean {
    const from = this.stack;
    if (from === null || to === null) return from === to;
    const missing = (to.full & ~from.full) | (to.empty & ~from.empty) | (to.loaded & ~from.loaded);
    return from.delta === to.delta && !(missing | (from.dirty & ~to.dirty) | (from.tags & ~to.tags));
  }

  #storeParts(from: Stack, to: Stack): void {
    const late = from.dirty & ~to.dirty;
    if (late === 0) return;
    this.stack = { ...from, dirty: late, tags: 0 };
    this.store();
    this.stack = from;
  }

  #takeOver(to: Stack, leave: () => void): void {
    const x = this.#x;
    const { base, status, inexact, up } = this.locals;
    const word = x.keep(x.word(FSW));
    x.when(and(word, constant(ES)), leave);
    x.set(base, and(add(x.word(FTOP), constant(-to.delta)), constant(7)));
    this.#checkTags(to.full, to.empty, leave);
    x.set(status, and(word, constant(~C1)));
    x.set(inexact, constant64(0n));
    x.set(up, op('i64.extend_i32_u', [and(shrU(word, 9), constant(1))]));
    this.readControl();
    this.#load(to.loaded);
    this.stack = to;
  }

  #check(full: number, empty: number, leave: () => void): void {
    const stack = this.stack!;
    const more = full & ~stack.full;
    const less = empty & ~stack.empty;
    if ((more | less) === 0) return;
    // What is known to be otherwise cannot be asked of memory.
    if ((more & stack.empty) | (less & stack.full)) this.#storeTags(stack.tags);
    this.#checkTags(more, less, leave);
    this.stack = {
      ...stack,
      full: (stack.full | more) & ~less,
      empty: (stack.empty | less) & ~more,
      tags: stack.tags & ~(more | less),
    };
  }
  #checkTags(full: number, empty: number, leave: () => void): void {
    if ((full | empty) === 0) return;
    const x = this.#x;
    const tags = and(x.word(FTAG), this.#rotated(full | empty));
    x.when(binary('i32.ne', tags, this.#rotated(full)), leave);
  }

  /** A mask of locals as a mask of R0..R7. */
  #rotated(mask: number): Node {
    if (mask === 0 || mask === 0xff) return constant(mask);
    return and(shrU(binary('i32.shl', constant(mask * 0x101), get(this.locals.base)), 8), constant(0xff));
  }
  #storeTags(mask: number): void {
    if (mask === 0) return;
    const x = this.#x;
    const others = binary('i32.and', x.word(FTAG), binary('i32.xor', this.#rotated(mask), constant(-1)));
    const set = this.#rotated(mask & this.stack!.full);
    x.storeWord(FTAG, isConstant(set) && set.n === 0 ? others : binary('i32.or', others, set));
  }

  #address(k: number): Node {
    return shl(and(add(get(this.locals.base), constant(k)), constant(7)), 4);
  }
  #load(mask: number): void {
    const x = this.#x;
    const { sig, se, opcode, segment } = this.locals;
    for (const k of bits(mask)) {
      x.set(sig[k]!, load('i64.load', this.#address(k), CPU + FPR));
      x.set(se[k]!, load('i32.load16_u', this.#address(k), CPU + FPR + 8));
    }
    if (mask & NOTE) x.set(opcode, constant(NOTHING));
    if (mask & MEMORY_NOTE) x.set(segment, constant(NOTHING));
  }
  #storeSlots(mask: number): void {
    const { sig, se } = this.locals;
    for (const k of bits(mask)) {
      const address = this.#address(k);
      const value = get(sig[k]!, 'i64');
      this.#x.emit({ kind: 'store', op: 'i64.store', address, offset: CPU + FPR, value });
      this.#x.emit({ kind: 'store', op: 'i32.store16', address, offset: CPU + FPR + 8, value: get(se[k]!) });
    }
  }
}
