// What a lowering works with: the block being written, guest registers as locals, flag records, memory
// operands as host addresses, and the ways out of a region. One Context lifts one region. An instruction's
// checks come before its effects, so that every exit finds nothing of it done.
import type { Argument, Insn, Memory } from '../src/isa/decode.ts';
import {
  BUDGET,
  CPU,
  EIP,
  ENTRY_OFFSET,
  EXTENT_BIAS,
  EXTENT_LOW,
  EXTENT_SIZE,
  EXTENT_SPAN,
  FLAT_SEGMENTS,
  NOWHERE,
  R_TABLE,
  REGION_STEP,
  RUNNING_EXTENTS,
  SEG_BASE,
  W_TABLE,
} from '../src/layout.ts';
import { type Checked, checkedBy, covers, type Foreseen, spanOf } from './availability.ts';
import { type FlagState, STORED_FLAGS, UNKNOWN_FLAGS } from './conditions.ts';
import { onward, out } from './exits.ts';
import { partsOf, STORED, UNKNOWN } from './flags.ts';
import {
  add,
  and,
  binary,
  call,
  constant,
  eqz,
  get,
  isConstant,
  load,
  type Node,
  or,
  type Statement,
  shl,
  shrU,
  type Type,
} from './ir.ts';
import * as L from './locals.ts';
import { Sse } from './sse.ts';
import type { Place, Symbols } from './symbolic.ts';
import { Fpu, usesFpu } from './x87.ts';

/** So many registers have a low byte with a name. */
const LOW_BYTES = 4;
const SS = 2;
const GS = 5;

/** A checked stretch of memory: `host` holds the host address of `low` bytes from the root. */
interface Group extends Checked {
  readonly host: number;
}

interface Temporaries {
  readonly locals: number[];
  used: number;
}

/** Where an operand lies in linear memory: a load or store at `address` with the static `offset`. */
export interface Host {
  readonly address: Node;
  readonly offset: number;
}

/** An address as an instruction makes it: registers, -1 for none, by their numbers. */
export type Reference = Pick<Memory, 'base' | 'index' | 'displacement' | 'segment'> & {
  readonly scale: number;
};

/** Chooses the extent that an instruction's accesses most likely meet; -1: none. */
export type ExtentChoice = (instruction: number, reference: Reference) => number;

/** Thrown when memory has to be checked where the plan of flags relied on its being checked already. */
export class Unforeseen extends Error {}

export class Context {
  readonly locals: Type[] = [];
  /** Extents that the region uses; and whether it has them in locals, read at its entry. */
  readonly extents = new Set<number>();
  readonly keepsExtents: boolean;
  body: Statement[] = [];
  insn!: Insn;
  symbols!: Symbols;
  flags: FlagState = STORED_FLAGS;
  /** Whether somebody may look at the record that the instruction leaves. */
  flagsNeeded = true;
  /** Whether the instruction may leave the region; and whether it may for another reason than its memory operands. */
  mayExit = true;
  mayLeaveAnyway = true;
  /** Groups that have been checked on every way here; all there are, by name; and what the block's accesses span. */
  groups: Group[] = [];
  readonly made = new Map<string, Group>();
  spans: Foreseen['spans'] = new Map();
  /** Instructions of the block that are counted but not done when this one begins. */
  undone = 0;
  readonly fpu = new Fpu(this);
  readonly sse = new Sse(this);
  /** Locals for the low bytes of eax, ecx, edx and ebx, where one was needed; bit n: that of register n holds it. */
  readonly #lows: number[] = [];
  #known = 0;
  readonly #extentOf: ExtentChoice;
  readonly #temporaries: Readonly<Record<Type, Temporaries>> = {
    i32: { locals: [], used: 0 },
    i64: { locals: [], used: 0 },
    f32: { locals: [], used: 0 },
    f64: { locals: [], used: 0 },
    v128: { locals: [], used: 0 },
    none: { locals: [], used: 0 },
  };

  constructor(extentOf: ExtentChoice, keepsExtents: boolean) {
    this.#extentOf = extentOf;
    this.keepsExtents = keepsExtents;
  }

  // ---- locals and statements ----

  /** A local of its own. */
  local(type: Type = 'i32'): number {
    this.locals.push(type);
    return L.FIXED + this.locals.length - 1;
  }
  /** A local until the end of the instruction. */
  temporary(type: Type = 'i32'): number {
    const pool = this.#temporaries[type];
    if (pool.used === pool.locals.length) pool.locals.push(this.local(type));
    return pool.locals[pool.used++]!;
  }
  releaseTemporaries(): void {
    for (const pool of Object.values(this.#temporaries)) pool.used = 0;
  }
  emit(statement: Statement): void {
    this.body.push(statement);
  }
  set(local: number, value: Node): void {
    if (local < LOW_BYTES) this.#known &= ~(1 << local);
    this.body.push({ kind: 'set', local, value });
  }
  /** A node that the instruction may use more than once, and later than what it reads is changed. */
  keep(node: Node): Node {
    if (node.op === 'const') return node;
    const local = this.temporary(node.type);
    this.set(local, node);
    return get(local, node.type);
  }
  /** Statements under a condition that seldom holds. */
  when(condition: Node, write: () => void): void {
    const body = this.aside(write);
    this.body.push({ kind: 'if', condition, body });
  }
  /** The same where nothing is known of the condition. */
  sometimes(condition: Node, write: () => void): void {
    this.either(condition, write, () => {});
  }
  either(condition: Node, write: () => void, other: () => void): void {
    const body = this.aside(write);
    this.body.push({ kind: 'if', condition, body, otherwise: this.aside(other) });
  }
  /** Statements for a place of their own, which control may come to or not. */
  aside(write: () => void): Statement[] {
    const outer = this.body;
    const { flags } = this;
    const known = this.#known;
    const body: Statement[] = [];
    this.body = body;
    write();
    this.body = outer;
    this.#known &= known;
    if (this.flags !== flags) this.flags = UNKNOWN_FLAGS;
    return body;
  }
  store(op: string, { address, offset }: Host, value: Node): void {
    this.body.push({ kind: 'store', op, address, offset, value });
  }
  /** Stores a word of the CPU block. */
  storeWord(offset: number, value: Node): void {
    this.body.push({ kind: 'store', op: 'i32.store', address: constant(CPU + offset), offset: 0, value });
  }
  word(offset: number): Node {
    return load('i32.load', constant(CPU + offset), 0);
  }

  // ---- registers ----

  register(register: number, bytes: number): Node {
    if (bytes === 4) return get(register);
    if (bytes === 2) return and(get(register), constant(0xffff));
    if ((this.#known >> register) & 1) return get(this.#lows[register]!);
    return and(shrU(get(register & 3), register > 3 ? 8 : 0), constant(0xff));
  }
  setRegister(register: number, bytes: number, value: Node): void {
    const whole = bytes === 1 ? register & 3 : register;
    if (bytes === 4) this.set(register, value);
    else if (bytes === 2)
      this.set(register, or(and(get(whole), constant(0xffff0000)), and(value, constant(0xffff))));
    else if (register < LOW_BYTES) {
      // The byte is often all that is read of the register before the rest is written again.
      this.#lows[register] ??= this.local();
      const low = this.#lows[register];
      this.set(low, and(value, constant(0xff)));
      this.set(whole, or(and(get(whole), constant(~0xff)), get(low)));
      this.#known |= 1 << register;
    } else this.set(whole, or(and(get(whole), constant(~0xff00)), shl(and(value, constant(0xff)), 8)));
  }

  /** Where a block begins, the locals of low bytes hold what another block left. */
  forgetLowBytes(): void {
    this.#known = 0;
  }

  // ---- operands ----

  /** The linear address of a memory operand. */
  linear(memory: Memory, delta = 0): Node {
    let address: Node = constant(memory.displacement + delta);
    if (memory.index >= 0) address = add(shl(get(memory.index), Math.log2(memory.scale)), address);
    if (memory.base >= 0)
      address = isConstant(address)
        ? add(get(memory.base), address)
        : address.op === 'i32.add' && isConstant(address.args[1]!)
          ? add(add(get(memory.base), address.args[0]!), address.args[1]!)
          : add(get(memory.base), address);
    if (memory.segment === GS) address = add(this.word(SEG_BASE + GS * 4), address);
    return address;
  }

  /** Checks a memory operand and says where it lies. */
  memory(memory: Memory, bytes: number, write: boolean): Host {
    if (memory.segment === GS)
      this.when(eqz(and(this.word(FLAT_SEGMENTS), constant(1 << GS))), () => this.leave(REGION_STEP));
    const place = this.symbols.place(memory, bytes, write);
    return this.#host(place, (delta) => this.linear(memory, delta), memory);
  }
  /** The same for bytes at a register plus a constant: the stack. */
  memoryAt(register: number, delta: number, bytes: number, write: boolean): Host {
    const place = this.symbols.placeAt(register, delta, bytes, write);
    const reference = { base: register, index: -1, scale: 1, displacement: delta, segment: SS };
    return this.#host(place, (more) => add(get(register), constant(delta + more)), reference);
  }

  #host(place: Place, addressAt: (delta: number) => Node, reference: Reference): Host {
    const { key, offset } = place;
    let group = this.groups.find((one) => covers(one, place));
    if (group === undefined) {
      // The plan of flags has relied on it.
      if (!this.mayExit) throw new Unforeseen(`a check at 0x${this.insn.address.toString(16)}`);
      const by = this.insn.address;
      const checked = checkedBy(by, key, spanOf(place, this.spans));
      const { low, high, write } = checked;
      const host = this.local();
      group = { ...checked, host };
      const extent = this.#extentOf(by, reference);
      this.#check(host, addressAt(low - offset), high - low, write, extent);
      // What else may leave is not in the plan.
      if (!this.mayLeaveAnyway) {
        this.groups.push(group);
        this.made.set(group.name, group);
      }
    }
    return { address: get(group.host), offset: offset - group.low };
  }

  /** Puts the host address of `bytes` bytes at `address` into a local, or leaves the region. */
  #check(host: number, address: Node, bytes: number, write: boolean, extent: number): void {
    const at = this.keep(address);
    const misses = extent < 0 ? this.#byTable(host, at, bytes, write) : this.#byExtent(host, at, extent);
    this.when(misses, () => {
      const entry = this.keep(call(write ? 'writable' : 'readable', [at, constant(bytes)]));
      this.when(eqz(entry), () => this.leave(REGION_STEP));
      // A sum on each way here, which V8 knows to fill a 64-bit register with zeros; of an answer it does not.
      this.set(host, add(add(at, entry), constant(ENTRY_OFFSET)));
    });
  }
  /** The host address if the extent holds it; the condition that it does not. */
  #byExtent(host: number, at: Node, extent: number): Node {
    this.extents.add(extent);
    const word = (offset: number, n: number): Node =>
      this.keepsExtents
        ? get(L.EXTENT + extent * 3 + n)
        : load('i32.load', constant(CPU + RUNNING_EXTENTS + extent * EXTENT_SIZE), offset);
    this.set(host, add(at, word(EXTENT_BIAS, 2)));
    return binary('i32.ge_u', binary('i32.sub', at, word(EXTENT_LOW, 0)), word(EXTENT_SPAN, 1));
  }
  /** The same by the table of pages. */
  #byTable(host: number, at: Node, bytes: number, write: boolean): Node {
    const table = write ? W_TABLE : R_TABLE;
    const place = add(get(L.TABLE), and(shrU(at, 10), constant(0x3ffffc)));
    const entry = this.keep(load('i32.load', place, table));
    this.set(host, add(add(at, entry), constant(ENTRY_OFFSET)));
    if (bytes === 1) return eqz(entry);
    return or(eqz(entry), binary('i32.gt_u', and(at, constant(0xfff)), constant(4096 - bytes)));
  }

  /** The value of an operand, zero-extended to 32 bits. */
  read(operand: Argument): Node {
    switch (operand.kind) {
      case 'register':
        return this.register(operand.register, operand.bytes);
      case 'immediate':
        return constant(operand.value);
      case 'memory':
        return this.loadFrom(this.memory(operand.memory, operand.bytes, false), operand.bytes);
      default:
        throw new Error(`operand ${operand.kind} has no integer value`);
    }
  }
  loadFrom({ address, offset }: Host, bytes: number): Node {
    return load(bytes === 4 ? 'i32.load' : bytes === 2 ? 'i32.load16_u' : 'i32.load8_u', address, offset);
  }
  storeTo(host: Host, bytes: number, value: Node): void {
    this.store(bytes === 4 ? 'i32.store' : bytes === 2 ? 'i32.store16' : 'i32.store8', host, value);
  }

  // ---- ways out ----

  /** Leaves the region with the instruction not done. */
  leave(code: number): void {
    this.#settle();
    if (this.undone > 0) this.set(L.FUEL, add(get(L.FUEL), constant(this.undone)));
    for (const statement of out(constant(this.insn.address), code)) this.emit(statement);
  }
  /** Leaves it behind the block, to go on at `to`, a local. */
  goOn(to: Node): void {
    this.#settle();
    for (const statement of onward(to, this.flags.kind)) this.emit(statement);
  }
  #settle(): void {
    if (this.flags.late !== null) this.set(L.FLAG_C, this.flags.late);
    this.fpu.store();
  }

  /** Stores the whole state, EIP included: before a call of something that works on the CPU block. */
  spill(eip: Node): void {
    this.completeFlags();
    this.fpu.store();
    this.emit({ kind: 'spill', eip, undone: this.undone, flags: this.flags.kind });
  }
  /** Reads all of it again; the flag record is the block's. */
  reload(undone: number): void {
    this.emit({ kind: 'reload' });
    this.forgetLowBytes();
    const budget = this.word(BUDGET);
    this.set(L.FUEL, undone > 0 ? add(budget, constant(-undone)) : budget);
    this.set(L.FLAG_OP, constant(L.UNCHANGED));
    this.flags = STORED_FLAGS;
    this.groups = [];
    this.sse.begin(this.sse.known);
  }

  /** The instruction by the interpreter, without leaving the region if nothing comes of it. */
  interpret(): void {
    const { address, length } = this.insn;
    const next = (address + length) >>> 0;
    if (usesFpu(this.insn)) this.fpu.toMemory();
    this.spill(constant(address));
    this.when(call('stepOne', []), () => this.emit({ kind: 'return', value: constant(NOWHERE) }));
    // A string instruction that is not done stays where it is.
    this.when(binary('i32.ne', this.word(EIP), constant(next)), () =>
      this.emit({ kind: 'return', value: this.word(EIP) }),
    );
    this.reload(this.undone - 1);
  }

  /** The flag locals hold the whole record. */
  completeFlags(): void {
    if (this.flags.late === null) return;
    this.set(L.FLAG_C, this.flags.late);
    this.flags = { ...this.flags, late: null };
  }

  /** Sees to it that the flag record stands in the CPU block, for exports that read or change it. */
  flushFlags(): void {
    this.completeFlags();
    const { kind, shift } = this.flags;
    if (kind === STORED) return;
    const store = (locals: readonly number[]): void => {
      for (const [word, local] of L.FLAG_WORDS) if (locals.includes(local)) this.storeWord(word, get(local));
      this.set(L.FLAG_OP, constant(L.UNCHANGED));
    };
    if (kind !== UNKNOWN) store(partsOf(kind | (shift << 8)));
    else
      this.sometimes(binary('i32.ne', get(L.FLAG_OP), constant(L.UNCHANGED)), () =>
        store(L.FLAG_WORDS.map(([, local]) => local)),
      );
  }

  /** The same for good: the record is STORED, and its locals are constants that V8 carries round no loop. */
  storeFlags(): void {
    if (this.flags.kind === STORED) return;
    this.flushFlags();
    for (const [, local] of L.FLAG_WORDS) this.set(local, constant(local === L.FLAG_OP ? L.UNCHANGED : 0));
    this.flags = STORED_FLAGS;
  }
}
