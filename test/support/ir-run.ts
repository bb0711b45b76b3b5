// Runs blocks of the intermediate form: the operations that tests of graph passes put into them, no more. Locals
// are JavaScript numbers of 32 bits; calls are answered by the test.
import type { Block, Node, Statement } from '../../jit/ir.ts';

export interface IrRun {
  readonly locals: Map<number, number>;
  /** Answers a `call` node. */
  readonly call: (name: string) => number;
  /** What a spill, a reload and an exit do. */
  readonly transfer?: (statement: Statement) => void;
}

export class Left extends Error {}

function value({ locals, call }: IrRun, node: Node): number {
  const args = node.args.map((arg) => value({ locals, call }, arg));
  switch (node.op) {
    case 'const':
      return node.n;
    case 'get':
      return locals.get(node.n) ?? 0;
    case 'call':
      return call(node.name);
    case 'i32.eq':
      return args[0] === args[1] ? 1 : 0;
    case 'i32.add':
      return (args[0]! + args[1]!) | 0;
    case 'i32.mul':
      return Math.imul(args[0]!, args[1]!);
    case 'i32.and':
      return args[0]! & args[1]!;
    default:
      throw new Error(`the test's blocks have no ${node.op}`);
  }
}

export function runStatements(run: IrRun, list: readonly Statement[]): void {
  for (const s of list)
    switch (s.kind) {
      case 'set':
        run.locals.set(s.local, value(run, s.value));
        break;
      case 'drop':
        value(run, s.value);
        break;
      case 'if':
        if (value(run, s.condition) !== 0) runStatements(run, s.body);
        else if (s.otherwise !== undefined) runStatements(run, s.otherwise);
        break;
      case 'exit':
      case 'onward':
        run.transfer!(s);
        throw new Left();
      case 'spill':
      case 'reload':
        run.transfer!(s);
        break;
      default:
        throw new Error(`the test's blocks have no ${s.kind}`);
    }
}

/** From block 0 until an `end`, an exit, or so many blocks. */
export function runBlocks(run: IrRun, blocks: readonly Block[], most: number): void {
  try {
    for (let n = 0, steps = 0; steps < most; steps++) {
      const { body, end } = blocks[n]!;
      runStatements(run, body);
      if (end.kind === 'end') return;
      if (end.kind === 'goto') n = end.to;
      else if (end.kind === 'branch') n = value(run, end.condition) !== 0 ? end.to : end.otherwise;
      else n = end.targets[value(run, end.index)] ?? end.otherwise;
    }
  } catch (thrown) {
    if (!(thrown instanceof Left)) throw thrown;
  }
}

/** Numbers that a seed repeats (mulberry32): each below `below`. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}
