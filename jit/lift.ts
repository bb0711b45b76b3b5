// From a region's guest code to IR: blocks in reverse postorder, each instruction by its lowering or by a call of
// the interpreter, transfers as edges. The budget is counted per block and checked where an edge leads back and at
// the entry, so that any loop can be interrupted.
import { instructionBit } from '../src/cpu-model.ts';
import type { Insn } from '../src/isa/decode.ts';
import {
  BUDGET,
  CPU,
  DEEPEST,
  EXTENT_BIAS,
  EXTENT_LOW,
  EXTENT_SIZE,
  EXTENT_SPAN,
  JUMP_CACHE,
  JUMP_EIP,
  JUMP_FN,
  NOWHERE,
  REGION_LEAVE,
  REGION_SPENT,
  REGION_STEP,
  RUNNING_EXTENTS,
  TB,
} from '../src/layout.ts';
import { type Foreseen, foresee } from './availability.ts';
import { condition, stateOf } from './conditions.ts';
import { Context, type ExtentChoice, Unforeseen } from './context.ts';
import { back, jumpHash, jumpOffset, onward, out } from './exits.ts';
import { ADD, type FlagEffect, holdsLogic, planFlags, STORED, UNKNOWN } from './flags.ts';
import { entriesOf, hashOf, inOrder, perfectHash, successorsIn } from './flow.ts';
import {
  add,
  and,
  type Block,
  binary,
  call,
  constant,
  enter,
  eqz,
  get,
  isConstant,
  load,
  type Node,
  or,
  type Region,
  type Statement,
} from './ir.ts';
import * as L from './locals.ts';
import type { Lowering, Lowerings } from './lower/row.ts';
import { makeReducible } from './reducible.ts';
import { type BasicBlock, type Graph, targetOf, transferOf } from './region.ts';
import { forget, type Known, type Learn, NOTHING, planKnown } from './sse.ts';
import { usesFpu } from './x87.ts';
import { type Effect, planStack, type Stack } from './x87-state.ts';

export interface LiftOptions {
  readonly lowerings: Lowerings;
  /** What instructions the CPU model has: MODEL_FEATURES. */
  readonly instructions: number;
  readonly extentOf: ExtentChoice;
  /** Regions call each other; else all calls go through dispatch. */
  readonly calling: boolean;
}

/**
 * A region as IR. The plan of flags foresees which accesses need no check; should a lowering check more than was
 * foreseen, the region is lifted again with a record wherever memory is touched, which is right in any case.
 */
export function lift(found: Graph, options: LiftOptions): Region {
  try {
    return new Lifter(found, options, true).region();
  } catch (thrown) {
    if (!(thrown instanceof Unforeseen)) throw thrown;
    return new Lifter(found, options, false).region();
  }
}

class Lifter {
  readonly #graph: Graph;
  readonly #lowerings: Lowerings;
  readonly #instructions: number;
  readonly #x: Context;
  readonly #blocks: Block[] = [];
  readonly #successors: (number | null)[][];
  /** Where all returns of the region meet that may go to a place in it; -1: no such place. */
  #returns = -1;
  /** Where its computed jumps meet, likewise; and where it is entered, if that may be in several places. */
  #switch = -1;
  /** Locals: the address that a return goes to, and how many calls within the region have not returned. */
  readonly #returned: number;
  readonly #calls: number;
  /** The kinds of record that blocks begin with (flags.ts). */
  #kinds: readonly number[] = [];
  /** And whether somebody looks at it. */
  #live: readonly boolean[] = [];
  /** Where the x87 stack is when each block begins. */
  readonly #stacks: readonly (Stack | null)[];
  /** What is known of the numbers in XMM registers there. */
  readonly #numbers: readonly Known[];

  /** Lowerings that have been looked for. */
  readonly #found = new Map<Insn, Lowering | null>();
  /** Flag records are left out where memory is known to be checked. */
  readonly #foresees: boolean;
  readonly #calling: boolean;

  constructor(found: Graph, options: LiftOptions, foresees: boolean) {
    const { lowerings, instructions, extentOf, calling } = options;
    this.#calling = calling;
    this.#foresees = foresees;
    this.#graph = inOrder(found);
    this.#lowerings = lowerings;
    this.#instructions = instructions;
    this.#successors = this.#graph.blocks.map((block) => successorsIn(this.#graph, block));
    this.#x = new Context(extentOf, this.#isLoop());
    this.#returned = this.#x.local();
    this.#calls = this.#x.local();
    const { blocks } = this.#graph;
    this.#stacks = planStack({ blocks, successors: this.#successors }, (insn) => this.#stackEffect(insn));
    if (blocks.some(({ insns }) => insns.some((insn) => this.#lowering(insn)?.learn !== undefined)))
      this.#x.sse.prepare();
    this.#numbers = planKnown(blocks, this.#successors, (insn) => this.#learn(insn));
  }

  /** Whether it has a loop and calls nothing: then extents are worth locals. */
  #isLoop(): boolean {
    const { blocks } = this.#graph;
    if (blocks.some(({ insns }) => transferOf(insns.at(-1)!) === 'call' && !this.#stays(insns.at(-1)!)))
      return false;
    return this.#successors.some((list, b) => list.some((to) => to !== null && to <= b));
  }

  region(): Region {
    const graph = this.#graph;
    const x = this.#x;
    // Block 0 is the entry proper; the graph's block n is n + 1.
    this.#blocks.push({ body: [], end: { kind: 'goto', to: 1 }, at: constant(graph.entry) });
    graph.blocks.forEach((block) => {
      this.#blocks.push({
        body: [],
        end: { kind: 'end' },
        at: constant(block.address),
      });
    });
    if (graph.returnSites.length > 0) this.#returns = this.#returnBlock();
    const entries = entriesOf(graph);
    if (entries.length > 1) this.#switch = this.#switchBlock(entries);
    const foreseen = this.#foresee(new Set(entries.map((address) => graph.at.get(address)!)));
    const plan = planFlags(
      graph,
      entries,
      this.#successors,
      foreseen.map(({ effects }) => effects),
    );
    this.#kinds = plan.kinds;
    this.#live = plan.live;
    graph.blocks.forEach((block, b) => {
      const { symbols, checked, spans, effects } = foreseen[b]!;
      x.symbols = symbols.copy();
      x.groups = checked.flatMap(({ name }) => x.made.get(name) ?? []);
      x.flags = stateOf(plan.kinds[b]!);
      x.fpu.stack = this.#stacks[b]!;
      x.spans = spans;
      x.sse.begin(this.#numbers[b]!);
      x.forgetLowBytes();
      x.body = this.#blocks[b + 1]!.body;
      this.#block(b, block, plan.needed[b]!, effects);
    });
    this.#blocks[0]!.body.push(...this.#prologue());
    if (this.#switch === -1)
      this.#blocks[0]!.body.push(...this.#withStack(null, () => this.#convert(0, constant(graph.entry))));
    else {
      this.#blocks[0]!.body.push({
        kind: 'set',
        local: L.NEXT,
        value: get(L.AT),
      });
      this.#blocks[0]!.end = { kind: 'goto', to: this.#switch };
    }
    makeReducible(this.#blocks);
    return { entries, locals: x.locals, blocks: this.#blocks, ...x.sse.used };
  }

  /** None for what the CPU model lacks: the interpreter raises #UD. */
  #lowering(insn: Insn): Lowering | undefined {
    let found = this.#found.get(insn);
    if (found === undefined) {
      found = this.#look(insn) ?? null;
      this.#found.set(insn, found);
    }
    return found ?? undefined;
  }
  #look(insn: Insn): Lowering | undefined {
    if ((instructionBit(insn.row.cpu) & ~this.#instructions) !== 0) return undefined;
    const lowering = this.#lowerings[insn.row.fn];
    return lowering?.fits(insn) ? lowering : undefined;
  }

  #effect(insn: Insn): FlagEffect {
    switch (transferOf(insn)) {
      case 'branch':
        return {
          exits: false,
          reads: insn.row.fn !== 'jecxz' && insn.row.fn !== 'loop',
          writes: 'none',
          kind: 0,
        };
      case '':
        return (
          this.#lowering(insn)?.effect(insn) ?? { exits: true, reads: true, writes: 'all', kind: UNKNOWN }
        );
      default:
        return { exits: true, reads: false, writes: 'none', kind: 0 };
    }
  }

  #learn(insn: Insn): Learn {
    const transfer = transferOf(insn);
    if (transfer === 'branch' || transfer === 'jump') return forget;
    const lowering = transfer === '' ? this.#lowering(insn) : undefined;
    return lowering === undefined ? () => NOTHING : (lowering.learn ?? forget);
  }

  #stackEffect(insn: Insn): Effect {
    switch (transferOf(insn)) {
      case 'call':
        return this.#stays(insn) ? 'none' : 'memory';
      case 'ret':
        return 'memory';
      case 'jump':
        return targetOf(insn) === null ? 'memory' : 'none';
      case '': {
        const lowering = this.#lowering(insn);
        if (lowering === undefined) return usesFpu(insn) ? 'memory' : 'none';
        return lowering.stack?.(insn) ?? 'none';
      }
      default:
        return 'none';
    }
  }

  #foresee(entries: ReadonlySet<number>): Foreseen[] {
    const found = foresee(this.#graph.blocks, this.#successors, entries, {
      effect: (insn) => this.#effect(insn),
      known: (insn) => this.#known(insn),
      stays: (insn) => transferOf(insn) === 'call' && this.#stays(insn),
    });
    if (this.#foresees) return found;
    // Wherever memory is touched the region may be left.
    return found.map((one, b) => ({
      ...one,
      effects: this.#graph.blocks[b]!.insns.map((insn) => this.#effect(insn)),
    }));
  }

  /** Whether a call goes to a place in the region, or to the next instruction, which asks for its address. */
  #stays(insn: Insn): boolean {
    const target = targetOf(insn);
    const next = (insn.address + insn.length) >>> 0;
    return target !== null && (target === next || this.#graph.returnSites.includes(next));
  }

  /** Statements aside, for a place where the x87 stack is in the given state. */
  #withStack(stack: Stack | null, write: () => void): Statement[] {
    const { fpu } = this.#x;
    const outer = fpu.stack;
    fpu.stack = stack;
    const body = this.#x.aside(write);
    fpu.stack = outer;
    return body;
  }

  /** Gets the x87 stack ready for the graph's block `to`, or leaves for the block's address. */
  #convert(to: number, at: Node): void {
    const { fpu } = this.#x;
    fpu.convert(this.#stacks[to]!, () => {
      fpu.store();
      for (const statement of out(at, REGION_STEP)) this.#x.emit(statement);
    });
  }

  #known(insn: Insn): boolean {
    return transferOf(insn) !== '' || this.#lowering(insn) !== undefined;
  }

  #block(b: number, block: BasicBlock, needed: readonly boolean[], effects: readonly FlagEffect[]): void {
    const x = this.#x;
    const count = block.insns.length;
    x.set(L.FUEL, add(get(L.FUEL), constant(-count)));
    block.insns.forEach((insn, i) => {
      x.insn = insn;
      x.releaseTemporaries();
      x.undone = count - i;
      x.flagsNeeded = needed[i]!;
      x.mayExit = effects[i]!.exits !== false;
      x.mayLeaveAnyway = effects[i]!.exits === true;
      if (transferOf(insn) !== '') {
        x.completeFlags();
        this.#transfer(b, block, insn);
      } else {
        const lowering = this.#lowering(insn);
        if (lowering === undefined) x.interpret();
        else lowering.write(x, insn);
        x.sse.known = this.#learn(insn)(insn, x.sse.known);
      }
      x.symbols.pass(insn, this.#known(insn), transferOf(insn) === 'call' && this.#stays(insn));
    });
    x.completeFlags();
    const last = block.insns[count - 1]!;
    if (transferOf(last) === '') this.#end(b, { kind: 'goto', to: this.#edge(b, block.next) });
  }

  #end(b: number, end: Block['end']): void {
    this.#blocks[b + 1]!.end = end;
  }

  /** The block of a way from the graph's block `b` to a guest address: itself, one that checks the budget, or an exit. */
  #edge(b: number, address: number): number {
    const to = this.#graph.at.get(address);
    if (to === undefined || to <= b) return this.#side(address, to);
    const { fpu } = this.#x;
    const stack = this.#stacks[to]!;
    const records = this.#records(to);
    if (fpu.agrees(stack) && records.length === 0) return to + 1;
    const at = constant(address);
    const body = [...records, ...this.#withStack(fpu.stack, () => this.#convert(to, at))];
    this.#blocks.push({ body, end: { kind: 'goto', to: to + 1 }, at });
    return this.#blocks.length - 1;
  }
  #side(address: number, to: number | undefined): number {
    const at = constant(address);
    const spent = binary('i32.le_s', get(L.FUEL), constant(0));
    const { fpu } = this.#x;
    const settle = this.#withStack(fpu.stack, () => fpu.store());
    const body: Statement[] =
      to === undefined
        ? [
            ...settle,
            ...(this.#graph.beyond.has(address) ? onward(at, this.#x.flags.kind) : out(at, REGION_LEAVE)),
          ]
        : [
            { kind: 'if', condition: spent, body: [...settle, ...out(at, REGION_SPENT)] },
            ...this.#records(to),
            ...this.#withStack(fpu.stack, () => this.#convert(to, at)),
          ];
    const end: Block['end'] = to === undefined ? { kind: 'end' } : { kind: 'goto', to: to + 1 };
    this.#blocks.push({ body, end, at });
    return this.#blocks.length - 1;
  }

  /**
   * On the way to the graph's block `to`: makes the record what the block begins with. One of LOGIC is one of ADD or SUB as
   * well; where the ways agree on nothing, it is stored.
   */
  #records(to: number): Statement[] {
    const x = this.#x;
    const { kind, shift } = x.flags;
    const wanted = this.#kinds[to];
    if (wanted === STORED && this.#live[to]) {
      const { flags } = x;
      const body = x.aside(() => x.storeFlags());
      x.flags = flags;
      return body;
    }
    if (wanted === undefined || kind < 0 || !holdsLogic(wanted, kind | (shift << 8))) return [];
    const result = get(L.FLAG_R);
    const [a, b] = (wanted & 0xff) === ADD ? [constant(0), result] : [result, constant(0)];
    return [
      { kind: 'set', local: L.FLAG_OP, value: constant(wanted) },
      { kind: 'set', local: L.FLAG_A, value: a },
      { kind: 'set', local: L.FLAG_B, value: b },
    ];
  }

  #transfer(b: number, block: BasicBlock, insn: Insn): void {
    const x = this.#x;
    const target = targetOf(insn);
    switch (transferOf(insn)) {
      case 'stop':
        x.leave(REGION_STEP);
        return;
      case 'branch': {
        const taken = this.#taken(insn);
        this.#end(b, {
          kind: 'branch',
          condition: taken,
          to: this.#edge(b, target!),
          otherwise: this.#edge(b, block.next),
        });
        return;
      }
      case 'jump': {
        if (target !== null) {
          this.#end(b, { kind: 'goto', to: this.#edge(b, target) });
          return;
        }
        const to = x.keep(x.read(insn.operands[0]!));
        x.undone = 0;
        if (this.#switch === -1) x.goOn(to);
        else {
          x.fpu.toMemory();
          x.storeFlags();
          x.set(L.NEXT, to);
          this.#end(b, { kind: 'goto', to: this.#switch });
        }
        return;
      }
      case 'call':
        this.#call(b, block, insn, target);
        return;
      default:
        this.#return(b, insn);
    }
  }

  #taken(insn: Insn): Node {
    const x = this.#x;
    const { fn } = insn.row;
    if (fn === 'jcc') return condition(x, insn.slot.opcode & 15);
    if (fn === 'jecxz') return eqz(get(L.ECX));
    const zero = fn === 'loop' ? null : x.keep(condition(x, fn === 'loope' ? 4 : 5));
    x.setRegister(L.ECX, 4, add(get(L.ECX), constant(-1)));
    const more = binary('i32.ne', get(L.ECX), constant(0));
    return zero === null ? more : and(more, binary('i32.ne', zero, constant(0)));
  }

  #call(b: number, block: BasicBlock, insn: Insn, target: number | null): void {
    const x = this.#x;
    const to = target === null ? x.keep(x.read(insn.operands[0]!)) : constant(target);
    const host = x.memoryAt(L.ESP, -4, 4, true);
    x.storeTo(host, 4, constant(block.next));
    x.setRegister(L.ESP, 4, add(get(L.ESP), constant(-4)));
    x.undone = 0;
    const inside = target !== null && this.#graph.returnSites.includes(block.next);
    if (inside) x.set(this.#calls, add(get(this.#calls), constant(1)));
    // A call of the next instruction asks for its address, and nobody returns from it.
    if (inside || target === block.next) {
      this.#end(b, { kind: 'goto', to: this.#edge(b, target!) });
      return;
    }
    x.fpu.toMemory();
    x.spill(to);
    this.#callOut(to, block.next);
    x.reload(0);
    this.#end(b, { kind: 'goto', to: this.#edge(b, block.next) });
  }

  /** The region at `to`, by way of the jump cache's first entry for it, until control is at `next`. */
  #callOut(to: Node, next: number): void {
    const x = this.#x;
    const expected = constant(next);
    const level = add(get(L.DEPTH), constant(1));
    const there = isConstant(to) ? get(L.TABLE) : x.keep(add(get(L.TABLE), jumpHash(to)));
    const entry = isConstant(to) ? jumpOffset(to.n) : JUMP_CACHE;
    const enterRegion = (): Node => {
      const slot = x.keep(load('i32.load', there, entry + JUMP_FN));
      const unknown = binary('i32.ne', load('i32.load', there, entry + JUMP_EIP), to);
      const deepest = binary('i32.ge_s', get(L.DEPTH), constant(DEEPEST));
      // dispatch stands in the table's first place.
      x.when(or(unknown, deepest), () => x.set(slot.n, constant(0)));
      return enter(slot, [expected, level, to]);
    };
    const answer = x.keep(this.#calling ? enterRegion() : call('dispatch', [expected, level, to]));
    const elsewhere = (): Node => binary('i32.ne', answer, expected);
    x.when(elsewhere(), () => {
      x.when(binary('i32.ne', call('proceed', [answer, expected, level]), expected), () =>
        x.emit({ kind: 'return', value: constant(NOWHERE) }),
      );
    });
  }

  #return(b: number, insn: Insn): void {
    const x = this.#x;
    const [extra] = insn.operands;
    const drop = extra?.kind === 'immediate' ? extra.value : 0;
    const value = x.loadFrom(x.memoryAt(L.ESP, 0, 4, false), 4);
    x.set(this.#returned, value);
    x.setRegister(L.ESP, 4, add(get(L.ESP), constant(4 + drop)));
    x.undone = 0;
    if (this.#returns === -1) x.goOn(get(this.#returned));
    else {
      x.fpu.toMemory();
      x.storeFlags();
      this.#end(b, { kind: 'goto', to: this.#returns });
    }
  }

  /**
   * Blocks that compare the address returned to with those of the region's own calls, as long as one of these is in
   * progress: another caller of the same function waits in dispatch.
   */
  #returnBlock(): number {
    const at = get(this.#returned);
    this.#blocks.push({ body: onward(at, STORED), end: { kind: 'end' }, at });
    const leave = this.#blocks.length - 1;
    let otherwise = leave;
    for (const site of this.#graph.returnSites) {
      const to = this.#side(site, this.#graph.at.get(site)!);
      const matches = binary('i32.eq', at, constant(site));
      this.#blocks.push({ body: [], end: { kind: 'branch', condition: matches, to, otherwise }, at });
      otherwise = this.#blocks.length - 1;
    }
    const more: Statement = { kind: 'set', local: this.#calls, value: add(get(this.#calls), constant(-1)) };
    this.#blocks.push({ body: [more], end: { kind: 'goto', to: otherwise }, at });
    const condition = binary('i32.gt_s', get(this.#calls), constant(0));
    const end = { kind: 'branch', condition, to: this.#blocks.length - 1, otherwise: leave } as const;
    this.#blocks.push({ body: [], end, at });
    return this.#blocks.length - 1;
  }

  /**
   * Blocks that find the place in the region for the address in NEXT, by a table over a hash that gives each of
   * `entries` a slot of its own; for any other address the region is left.
   */
  #switchBlock(entries: readonly number[]): number {
    const at = get(L.NEXT);
    this.#blocks.push({ body: onward(at, STORED), end: { kind: 'end' }, at });
    const leave = this.#blocks.length - 1;
    const { factor, shift, size } = perfectHash(entries);
    const targets = new Array<number>(size).fill(leave);
    for (const address of entries) {
      const to = this.#entrance(this.#graph.at.get(address)!, address);
      const condition = binary('i32.eq', at, constant(address));
      this.#blocks.push({ body: [], end: { kind: 'branch', condition, to, otherwise: leave }, at });
      targets[hashOf(address, factor, shift)] = this.#blocks.length - 1;
    }
    const spent = binary('i32.le_s', get(L.FUEL), constant(0));
    const body: Statement[] = [{ kind: 'if', condition: spent, body: out(at, REGION_SPENT) }];
    const index = binary('i32.shr_u', binary('i32.mul', at, constant(factor)), constant(shift));
    this.#blocks.push({ body, end: { kind: 'switch', index, targets, otherwise: leave }, at });
    return this.#blocks.length - 1;
  }

  /** The way to the graph's block `to` from where the x87 stack is in memory. */
  #entrance(to: number, address: number): number {
    const at = constant(address);
    const body = this.#withStack(null, () => this.#convert(to, at));
    if (body.length === 0) return to + 1;
    this.#blocks.push({ body, end: { kind: 'goto', to: to + 1 }, at });
    return this.#blocks.length - 1;
  }

  /** Statements before the first block: the state that is not in registers. */
  #prologue(): Statement[] {
    const body: Statement[] = [
      { kind: 'set', local: L.FUEL, value: load('i32.load', constant(CPU + BUDGET), 0) },
      {
        kind: 'if',
        condition: binary('i32.le_s', get(L.FUEL), constant(0)),
        body: back(REGION_SPENT),
      },
      { kind: 'reload' },
      { kind: 'set', local: L.TABLE, value: load('i32.load', constant(CPU + TB), 0) },
      { kind: 'set', local: L.FLAG_OP, value: constant(L.UNCHANGED) },
    ];
    if (this.#x.keepsExtents)
      for (const extent of this.#x.extents)
        [EXTENT_LOW, EXTENT_SPAN, EXTENT_BIAS].forEach((word, n) => {
          const offset = CPU + RUNNING_EXTENTS + extent * EXTENT_SIZE + word;
          body.push({
            kind: 'set',
            local: L.EXTENT + extent * 3 + n,
            value: load('i32.load', constant(0), offset),
          });
        });
    return body;
  }
}
