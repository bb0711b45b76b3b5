// The intermediate form of a region: expression trees over wasm's own operations, statements in order, and
// blocks that end in a terminator. Operations carry wasm's names, so that the printer and the emitter
// (wasm.ts) need no table of meanings. Constants are folded where they arise; nothing else is optimised
// here, since V8 does that.

export type Type = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'none';

/** An expression. Trees are evaluated once, where they stand: what is used twice goes through a local. */
export interface Node {
  /** `const`, `get`, `call`, `enter`, `select`, or a wasm operation such as `i32.add` or `i32.load8_u`. */
  readonly op: string;
  readonly type: Type;
  readonly args: readonly Node[];
  /** The constant, the local, the static offset of a load, the lane, by `op`. */
  readonly n: number;
  /** The function of a call, a 64-bit constant in text, the bytes of a 128-bit one, or the lanes of a shuffle. */
  readonly name: string;
}

export type Statement =
  | { readonly kind: 'set'; readonly local: number; readonly value: Node }
  /** `op` is a wasm store such as `i32.store8`; `offset` is static. */
  | {
      readonly kind: 'store';
      readonly op: string;
      readonly offset: number;
      readonly address: Node;
      readonly value: Node;
    }
  | { readonly kind: 'drop'; readonly value: Node }
  /** Without `otherwise` it is held to be rare. */
  | {
      readonly kind: 'if';
      readonly condition: Node;
      readonly body: readonly Statement[];
      readonly otherwise?: readonly Statement[];
    }
  /**
   * Stores the state (the registers that have changed, the flag record, EIP, the budget) and goes on. `flags`: the kind
   * of the record, of flags.ts.
   */
  | { readonly kind: 'spill'; readonly eip: Node; readonly undone: number; readonly flags: number }
  /** Reads the registers again that are still needed. */
  | { readonly kind: 'reload' }
  /** Leaves the region by its common end, which stores the state, with one of layout.ts's REGION_ codes; NEXT is set. */
  | { readonly kind: 'exit'; readonly code: number }
  /**
   * Leaves the region to go on at `to`, a constant or a local, by an end of its own: stores the state and goes on in the
   * region there, if the jump cache knows one, or else answers the address.
   */
  | { readonly kind: 'onward'; readonly to: Node; readonly flags: number }
  /** Returns at once: the state has been stored. */
  | { readonly kind: 'return'; readonly value: Node };

/** How a block ends. Targets are block numbers. */
export type Terminator =
  | { readonly kind: 'goto'; readonly to: number }
  | { readonly kind: 'branch'; readonly condition: Node; readonly to: number; readonly otherwise: number }
  /** To `targets[index]`, or to `otherwise` where there is none. */
  | {
      readonly kind: 'switch';
      readonly index: Node;
      readonly targets: readonly number[];
      readonly otherwise: number;
    }
  /** The statements have left the region on every path. */
  | { readonly kind: 'end' };

export interface Block {
  readonly body: Statement[];
  end: Terminator;
  /** Guest address that the block stands for: with it the region can be left in the block's place. */
  readonly at: Node;
}

/** A region's function: its locals beyond the fixed ones, and its blocks; block 0 is the entry. */
export interface Region {
  /** Guest addresses at which it can be entered; EIP says which it is. */
  readonly entries: readonly number[];
  readonly locals: readonly Type[];
  readonly blocks: Block[];
  /** The locals that stand for XMM registers, -1 for what it does not touch. */
  readonly vectors: readonly number[];
  /** Locals that are 0 when registers have been read again (sse.ts). */
  readonly bounds: readonly number[];
}

const NO_ARGS: readonly Node[] = [];

export function constant(value: number): Node {
  return { op: 'const', type: 'i32', args: NO_ARGS, n: value | 0, name: '' };
}

/** A 64-bit constant. */
export function constant64(value: bigint): Node {
  return { op: 'const', type: 'i64', args: NO_ARGS, n: 0, name: BigInt.asIntN(64, value).toString() };
}

export function constantF64(value: number): Node {
  return { op: 'const', type: 'f64', args: NO_ARGS, n: value, name: '' };
}

/** A 128-bit constant by its bytes, the lowest first. */
export function constant128(bytes: readonly number[]): Node {
  return { op: 'const', type: 'v128', args: NO_ARGS, n: 0, name: bytes.join(',') };
}

export function constantF32(value: number): Node {
  return { op: 'const', type: 'f32', args: NO_ARGS, n: value, name: '' };
}

export function get(local: number, type: Type = 'i32'): Node {
  return { op: 'get', type, args: NO_ARGS, n: local, name: '' };
}

export function call(name: string, args: readonly Node[], type: Type = 'i32'): Node {
  return { op: 'call', type, args, n: 0, name };
}

/** A call of the region in a slot of the table: its answer. */
export function enter(slot: Node, args: readonly [expected: Node, level: Node, at: Node]): Node {
  return { op: 'enter', type: 'i32', args: [slot, ...args], n: 0, name: '' };
}

export function isConstant(node: Node): boolean {
  return node.op === 'const' && node.type === 'i32';
}

/** A load; `op` as wasm names it, for instance `i32.load8_u`. */
export function load(op: string, address: Node, offset: number): Node {
  return { op, type: op.slice(0, op.indexOf('.')) as Type, args: [address], n: offset, name: '' };
}

const COMPARISON = /\.(eqz?|ne|[lg][te](_[us])?)$/;

/** Any other operation; its type is the prefix of its name, i32 for comparisons. Lanes go in `n`. */
export function op(name: string, args: readonly Node[], n = 0): Node {
  const prefix = name.slice(0, name.indexOf('.'));
  let type: Type = COMPARISON.test(name) && prefix !== 'v128' ? 'i32' : (prefix as Type);
  if (prefix.includes('x')) type = 'v128';
  if (/\.(extract_lane|bitmask|all_true|any_true)/.test(name)) type = laneType(name);
  return { op: name, type, args, n, name: '' };
}

/** The bytes of `a` (0 to 15) and `b` (16 to 31) that `lanes` names, the lowest first. */
export function shuffle(a: Node, b: Node, lanes: readonly number[]): Node {
  return { op: 'i8x16.shuffle', type: 'v128', args: [a, b], n: 0, name: lanes.join(',') };
}

function laneType(name: string): Type {
  if (!name.includes('extract_lane') || /^i(8x16|16x8|32x4)/.test(name)) return 'i32';
  return name.startsWith('i64x2') ? 'i64' : name.startsWith('f32x4') ? 'f32' : 'f64';
}

export function select(condition: Node, yes: Node, no: Node): Node {
  if (isConstant(condition)) return condition.n !== 0 ? yes : no;
  return { op: 'select', type: yes.type, args: [condition, yes, no], n: 0, name: '' };
}

// ---- 32-bit integers, folded ----

/** a + b, with constants gathered on the right. */
export function add(a: Node, b: Node): Node {
  if (isConstant(a)) {
    if (isConstant(b)) return constant(a.n + b.n);
    return add(b, a);
  }
  if (isConstant(b)) {
    if (b.n === 0) return a;
    if (a.op === 'i32.add' && isConstant(a.args[1])) return add(a.args[0], constant(a.args[1].n + b.n));
  }
  return binary('i32.add', a, b);
}

export function sub(a: Node, b: Node): Node {
  if (isConstant(b)) return isConstant(a) ? constant(a.n - b.n) : add(a, constant(-b.n));
  return binary('i32.sub', a, b);
}

export function and(a: Node, b: Node): Node {
  if (isConstant(a) && isConstant(b)) return constant(a.n & b.n);
  if (isConstant(b)) {
    if (b.n === -1) return a;
    if (b.n === 0 && a.op === 'get') return b;
    if (b.n === 0xff && a.op === 'i32.load8_u') return a;
    if (b.n === 0xffff && /^i32\.load(8|16)_u$/.test(a.op)) return a;
    if (a.op === 'i32.and' && isConstant(a.args[1])) return and(a.args[0], constant(a.args[1].n & b.n));
  }
  return binary('i32.and', a, b);
}

export function or(a: Node, b: Node): Node {
  if (isConstant(a) && isConstant(b)) return constant(a.n | b.n);
  if (isConstant(b) && b.n === 0) return a;
  return binary('i32.or', a, b);
}

export function xor(a: Node, b: Node): Node {
  if (isConstant(a) && isConstant(b)) return constant(a.n ^ b.n);
  if (isConstant(b) && b.n === 0) return a;
  return binary('i32.xor', a, b);
}

export function shl(a: Node, count: number): Node {
  if (count === 0) return a;
  return isConstant(a) ? constant(a.n << count) : binary('i32.shl', a, constant(count));
}

export function shrU(a: Node, count: number): Node {
  if (count === 0) return a;
  return isConstant(a) ? constant(a.n >>> count) : binary('i32.shr_u', a, constant(count));
}

export function shrS(a: Node, count: number): Node {
  if (count === 0) return a;
  return isConstant(a) ? constant(a.n >> count) : binary('i32.shr_s', a, constant(count));
}

export function eqz(a: Node): Node {
  if (isConstant(a)) return constant(a.n === 0 ? 1 : 0);
  return { op: 'i32.eqz', type: 'i32', args: [a], n: 0, name: '' };
}

export function binary(name: string, a: Node, b: Node): Node {
  return { op: name, type: 'i32', args: [a, b], n: 0, name: '' };
}

const NEGATED: Readonly<Record<string, string>> = {
  'i32.eq': 'i32.ne',
  'i32.ne': 'i32.eq',
  'i32.lt_u': 'i32.ge_u',
  'i32.ge_u': 'i32.lt_u',
  'i32.gt_u': 'i32.le_u',
  'i32.le_u': 'i32.gt_u',
  'i32.lt_s': 'i32.ge_s',
  'i32.ge_s': 'i32.lt_s',
  'i32.gt_s': 'i32.le_s',
  'i32.le_s': 'i32.gt_s',
};

/** The opposite of a condition. */
export function not(a: Node): Node {
  const negated = NEGATED[a.op];
  if (negated !== undefined) return { ...a, op: negated };
  return eqz(a);
}
