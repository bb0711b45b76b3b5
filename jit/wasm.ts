// IR to WebAssembly: the only file that imports binaryen. One module holds the functions of several regions; it
// imports the memory and what it calls of cpu.wasm's exports. Nothing is optimised or validated here: V8 does the
// one, the tests do the other.
import binaryen from 'binaryen';
import { BUDGET, CPU, EAX, EIP, REGION_LEAVE, REGION_SPENT, REGION_STEP, XMM } from '../src/layout.ts';
import { answering, following, goingOn } from './exits.ts';
import { partsOf, UNKNOWN } from './flags.ts';
import { add, binary, constant, get, type Node, type Region, type Statement, type Type } from './ir.ts';
import * as L from './locals.ts';
import { type Shape, structure } from './structure.ts';
import { planTransfers, type Transfers } from './transfers.ts';

type Ref = number;
type Emit = (...operands: number[]) => Ref;

/** Signatures of the exports of cpu.wasm that regions call: parameters and result, a letter each. */
export type Signatures = Readonly<Record<string, readonly [parameters: readonly Type[], result: Type]>>;

const TYPES: Readonly<Record<Type, number>> = {
  i32: binaryen.i32,
  i64: binaryen.i64,
  f32: binaryen.f32,
  f64: binaryen.f64,
  v128: binaryen.v128,
  none: binaryen.none,
};

/** Operations that binaryen calls otherwise than wasm does. */
const NAMES: Readonly<Record<string, string>> = {
  'i64.extend_i32_s': 'i64.extend_s',
  'i64.extend_i32_u': 'i64.extend_u',
  'i32.wrap_i64': 'i32.wrap',
  'i64.reinterpret_f64': 'i64.reinterpret',
  'f64.reinterpret_i64': 'f64.reinterpret',
  'i32.reinterpret_f32': 'i32.reinterpret',
  'f32.reinterpret_i32': 'f32.reinterpret',
  'f64.promote_f32': 'f64.promote',
  'f32.demote_f64': 'f32.demote',
  'f64.convert_i32_s': 'f64.convert_s.i32',
  'f64.convert_i64_s': 'f64.convert_s.i64',
  'f32.convert_i32_s': 'f32.convert_s.i32',
  'i32.trunc_sat_f64_s': 'i32.trunc_s_sat.f64',
  'i32.trunc_sat_f32_s': 'i32.trunc_s_sat.f32',
  'i64.trunc_sat_f64_s': 'i64.trunc_s_sat.f64',
  ...Object.fromEntries(
    ['i8x16', 'i16x8'].flatMap((lanes) =>
      ['add_sat_s', 'add_sat_u', 'sub_sat_s', 'sub_sat_u'].map((name) => [
        `${lanes}.${name}`,
        `${lanes}.${name.replace('sat', 'saturate')}`,
      ]),
    ),
  ),
};

/** Builds a module of the given regions, exported as r0, r1, ... */
export class ModuleWriter {
  readonly #module = new binaryen.Module();
  readonly #signatures: Signatures;
  readonly #tails: boolean;
  readonly #logsStores: boolean;
  readonly #imported = new Set<string>();
  readonly #emitters = new Map<string, Emit>();
  #count = 0;

  /**
   * `calls`: regions may enter others by the table; `tails`: also at their end. `logsStores`: `logStore` of cpu.wasm is
   * called before each store to guest memory.
   */
  constructor(signatures: Signatures, calls: boolean, tails: boolean, logsStores = false) {
    this.#signatures = signatures;
    this.#tails = calls && tails;
    this.#logsStores = logsStores;
    const m = this.#module;
    m.setFeatures(
      binaryen.Features.SIMD128 |
        binaryen.Features.SignExt |
        binaryen.Features.NontrappingFPToInt |
        (this.#tails ? binaryen.Features.TailCall : 0),
    );
    m.setMemory(1, 65536, null);
    m.addMemoryImport('0', 'env', 'memory');
    if (calls) {
      m.addTable(TABLE, 1, -1);
      m.addTableImport(TABLE, 'cpu', 'table');
    }
    // All of them, in this order, so that functions of several modules can be put together (module-parts.ts).
    for (const name of Object.keys(signatures)) this.#import(name);
  }

  add(region: Region): void {
    const writer = new FunctionWriter(this.#module, region, {
      operation: (name) => this.#operation(name),
      callee: (name) => this.#import(name),
      tails: this.#tails,
      logsStores: this.#logsStores,
    });
    const name = `r${this.#count++}`;
    this.#module.addFunction(name, PARAMETERS, binaryen.i32, localsOf(region), writer.body());
    this.#module.addFunctionExport(name, name);
  }

  bytes(): Uint8Array {
    return this.#module.emitBinary();
  }
  /** The text of one function. */
  text(name: string): string {
    const lines = this.#module.emitText().split('\n');
    const first = lines.findIndex((line) => line.startsWith(` (func $${name} `));
    const last = lines.indexOf(' )', first);
    return lines
      .slice(first, last + 1)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  }
  dispose(): void {
    this.#module.dispose();
  }

  #import(name: string): Type {
    const signature = this.#signatures[name];
    if (signature === undefined) throw new Error(`cpu.wasm exports no ${name}`);
    const [parameters, result] = signature;
    if (!this.#imported.has(name)) {
      this.#imported.add(name);
      const types = binaryen.createType(parameters.map((type) => TYPES[type]));
      this.#module.addFunctionImport(name, 'cpu', name, types, TYPES[result]);
    }
    return result;
  }

  #operation(name: string): Emit {
    let emit = this.#emitters.get(name);
    if (emit === undefined) {
      let owner: unknown;
      let found: unknown = this.#module;
      for (const part of (NAMES[name] ?? name).split('.')) {
        owner = found;
        found = (found as Record<string, unknown>)?.[part];
      }
      if (typeof found !== 'function') throw new Error(`binaryen has no ${name}`);
      emit = (found as Emit).bind(owner);
      this.#emitters.set(name, emit);
    }
    return emit;
  }
}

function localsOf(region: Region): number[] {
  const fixed = new Array<number>(L.FIXED).fill(binaryen.i32);
  return [...fixed, ...region.locals.map((type) => TYPES[type])];
}

/** How many bytes a store of wasm's writes. */
function storedBytes(op: string): number {
  const narrow = /store(\d+)/.exec(op);
  if (narrow !== null) return Number(narrow[1]) / 8;
  return op.startsWith('v128') ? 16 : op.includes('64.') ? 8 : 4;
}

interface Names {
  operation(name: string): Emit;
  callee(name: string): Type;
  readonly tails: boolean;
  readonly logsStores: boolean;
}

const EXIT = 'exit';
const TABLE = 'regions';

/** Of a region's function, see L.EXPECTED, L.LEVEL and L.AT. */
const PARAMETERS = binaryen.createType([binaryen.i32, binaryen.i32, binaryen.i32]);
const FIRST_LOCAL = 3;

class FunctionWriter {
  readonly #m: binaryen.Module;
  readonly #region: Region;
  readonly #transfers: Transfers;
  readonly #names: Names;
  #labels = 0;

  constructor(module: binaryen.Module, region: Region, names: Names) {
    this.#m = module;
    this.#region = region;
    this.#transfers = planTransfers(region);
    this.#names = names;
  }

  body(): Ref {
    const m = this.#m;
    const inner = this.#shapes(structure(this.#region.blocks));
    const leave = [
      ...this.#spill(get(L.NEXT), 0, this.#transfers.atExit, UNKNOWN),
      ...(this.#names.tails ? [m.if(this.#node(get(L.SLOT)), this.#tail(get(L.NEXT)))] : []),
      ...this.#statement({ kind: 'return', value: get(L.ANSWER) }),
    ];
    // A block for each code, one in the other; behind each what its exits have in common.
    let body = inner;
    for (const code of [REGION_STEP, REGION_SPENT, REGION_LEAVE])
      body = [
        m.block(`${EXIT}${code}`, body, binaryen.none),
        ...this.#statements(answering(code)),
        ...(code === REGION_LEAVE && this.#names.tails ? this.#statements(following()) : []),
        ...(code === REGION_LEAVE ? [] : [m.br(EXIT)]),
      ];
    const depth = m.local.set(FIRST_LOCAL + L.DEPTH, m.local.get(FIRST_LOCAL + L.LEVEL, binaryen.i32));
    return m.block(null, [depth, m.block(EXIT, body, binaryen.none), ...leave], binaryen.none);
  }

  /** Goes on in another region, which answers the caller in this one's place. */
  #tail(at: Node): Ref {
    const [slot, ...args] = this.#nodes([get(L.SLOT), get(L.EXPECTED), get(L.LEVEL), at]);
    return this.#m.return_call_indirect(TABLE, slot!, args, PARAMETERS, binaryen.i32);
  }

  #shapes(shapes: readonly Shape[]): Ref[] {
    return shapes.flatMap((shape) => this.#shape(shape));
  }

  #shape(shape: Shape): Ref[] {
    const m = this.#m;
    switch (shape.kind) {
      case 'basic':
        return this.#statements(this.#region.blocks[shape.block]!.body);
      case 'block':
        return [m.block(shape.label, this.#shapes(shape.body), binaryen.none)];
      case 'loop':
        return [m.loop(shape.label, this.#sequence(this.#shapes(shape.body)))];
      case 'br':
        return [m.br(shape.label)];
      case 'if': {
        const condition = this.#node(shape.condition);
        const [yes, no] = [this.#shapes(shape.yes), this.#shapes(shape.no)];
        return [m.if(condition, this.#sequence(yes), this.#sequence(no))];
      }
      case 'switch':
        return [m.switch(shape.labels, shape.otherwise, this.#node(shape.index))];
    }
  }

  #sequence(list: readonly Ref[]): Ref {
    if (list.length === 0) return this.#m.nop();
    return list.length === 1 ? list[0]! : this.#m.block(null, list, binaryen.none);
  }

  #statements(list: readonly Statement[]): Ref[] {
    return list.flatMap((statement) => this.#statement(statement));
  }

  #statement(s: Statement): Ref[] {
    const m = this.#m;
    switch (s.kind) {
      case 'set':
        return [m.local.set(FIRST_LOCAL + s.local, this.#node(s.value))];
      case 'store':
        return [
          ...this.#logged(s),
          this.#names.operation(s.op)(s.offset, 1, this.#node(s.address), this.#node(s.value)),
        ];
      case 'drop': {
        const value = this.#node(s.value);
        return [s.value.type === 'none' ? value : m.drop(value)];
      }
      case 'if':
        if (s.otherwise === undefined && s.condition.op === 'i32.or')
          return [this.#rare(s.condition, s.body)];
        return [
          m.if(
            this.#node(s.condition),
            this.#sequence(this.#statements(s.body)),
            s.otherwise && this.#sequence(this.#statements(s.otherwise)),
          ),
        ];
      case 'exit':
        return [m.br(`${EXIT}${s.code}`)];
      case 'return':
        return [m.return(this.#node(s.value))];
      case 'onward':
        return [
          ...this.#spill(s.to, 0, this.#transfers.masks.get(s) ?? 0, s.flags),
          ...(this.#names.tails
            ? [...this.#statements(goingOn(s.to)), this.#tail(s.to)]
            : [m.return(this.#node(s.to))]),
        ];
      case 'spill':
        return this.#spill(s.eip, s.undone, this.#transfers.masks.get(s) ?? 0, s.flags);
      case 'reload':
        return this.#reload(this.#transfers.masks.get(s) ?? 0);
    }
  }

  /** What seldom happens for one of two reasons: a branch each, which is less than to compute whether either holds. */
  #rare({ args: [one, other] }: Node, body: readonly Statement[]): Ref {
    const m = this.#m;
    const [label, done] = [`rare${this.#labels}`, `done${this.#labels++}`];
    const reasons = [one!, other!].map((reason) => m.if(this.#node(reason), m.br(label)));
    const rare = m.block(label, [...reasons, m.br(done)], binaryen.none);
    return m.block(done, [rare, ...this.#statements(body)], binaryen.none);
  }

  /** Addresses that are constants are the CPU block's. */
  #logged({ op, address, offset }: Statement & { kind: 'store' }): Ref[] {
    if (!this.#names.logsStores || address.op === 'const') return [];
    const call: Node = {
      op: 'call',
      type: 'none',
      name: 'logStore',
      args: [add(address, constant(offset)), constant(storedBytes(op))],
      n: 0,
    };
    return this.#statement({ kind: 'drop', value: call });
  }

  #spill(eip: Node, undone: number, registers: number, flags: number): Ref[] {
    const word = (offset: number, value: Node): Statement => ({
      kind: 'store',
      op: 'i32.store',
      address: constant(CPU),
      offset,
      value,
    });
    const list: Statement[] = [];
    for (let r = 0; r < 8; r++) if ((registers >> r) & 1) list.push(word(EAX + r * 4, get(r)));
    this.#region.vectors.forEach((local, i) => {
      if ((registers >> (8 + i)) & 1)
        list.push({ ...word(XMM + i * 16, get(local, 'v128')), op: 'v128.store' } as Statement);
    });
    const record = (locals: readonly number[]): Statement[] =>
      L.FLAG_WORDS.flatMap(([offset, local]) => (locals.includes(local) ? [word(offset, get(local))] : []));
    if (flags >= 0) list.push(...record(partsOf(flags)));
    else if (flags === UNKNOWN)
      list.push({
        kind: 'if',
        condition: binary('i32.ne', get(L.FLAG_OP), constant(L.UNCHANGED)),
        body: record(L.FLAG_WORDS.map(([, local]) => local)),
        otherwise: [],
      });
    list.push(word(EIP, eip), word(BUDGET, add(get(L.FUEL), constant(undone))));
    return this.#statements(list);
  }

  #reload(registers: number): Ref[] {
    const m = this.#m;
    const list: Ref[] = [];
    const set = (local: number, value: Ref): void => {
      list.push(m.local.set(FIRST_LOCAL + local, value));
    };
    for (let r = 0; r < 8; r++)
      if ((registers >> r) & 1) set(r, m.i32.load(EAX + r * 4, 4, m.i32.const(CPU)));
    this.#region.vectors.forEach((local, i) => {
      if ((registers >> (8 + i)) & 1) set(local, m.v128.load(XMM + i * 16, 16, m.i32.const(CPU)));
    });
    for (const local of this.#region.bounds) set(local, m.i32.const(0));
    return list;
  }

  #node(node: Node): Ref {
    const m = this.#m;
    switch (node.op) {
      case 'const':
        if (node.type === 'i32') return m.i32.const(node.n);
        if (node.type === 'f64') return m.f64.const(node.n);
        if (node.type === 'f32') return m.f32.const(node.n);
        if (node.type === 'v128') return m.v128.const(node.name.split(',').map(Number));
        return this.#names.operation('i64.const')(BigInt(node.name) as unknown as number);
      case 'get':
        return m.local.get(FIRST_LOCAL + node.n, TYPES[node.type]);
      case 'call': {
        const result = this.#names.callee(node.name);
        return m.call(node.name, this.#nodes(node.args), TYPES[result]);
      }
      case 'enter': {
        const [slot, ...args] = this.#nodes(node.args);
        return m.call_indirect(TABLE, slot!, args, PARAMETERS, binaryen.i32);
      }
      case 'select': {
        const [condition, yes, no] = node.args;
        // binaryen evaluates in wasm's order: the condition last.
        return m.select(this.#node(condition!), this.#node(yes!), this.#node(no!));
      }
      default:
        break;
    }
    const emit = this.#names.operation(node.op);
    if (node.op === 'i8x16.shuffle') {
      const lanes = node.name.split(',').map(Number);
      return m.i8x16.shuffle(this.#node(node.args[0]!), this.#node(node.args[1]!), lanes);
    }
    if (node.op.includes('.load')) return emit(node.n, 1, this.#node(node.args[0]!));
    if (node.op.includes('extract_lane')) return emit(this.#node(node.args[0]!), node.n);
    if (node.op.includes('replace_lane'))
      return emit(this.#node(node.args[0]!), node.n, this.#node(node.args[1]!));
    return emit(...this.#nodes(node.args));
  }

  #nodes(nodes: readonly Node[]): Ref[] {
    return nodes.map((node) => this.#node(node));
  }
}
