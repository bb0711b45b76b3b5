// planTransfers on random regions: a region that stores and reads only what the plan says leaves the same state as one
// that stores and reads everything. What a reload leaves out is spoiled, so that a use of it shows.
import { expect, test } from 'vitest';
import {
  add,
  type Block,
  binary,
  call,
  constant,
  get,
  type Region,
  type Statement,
} from '../../../jit/ir.ts';
import { planTransfers } from '../../../jit/transfers.ts';
import { numbers, runBlocks } from '../../support/ir-run.ts';

const REGISTERS = 8;

function randomRegion(seed: number): Region {
  const next = numbers(seed);
  const register = (): number => next(REGISTERS);
  const statement = (depth: number): Statement[] => {
    switch (next(depth < 2 ? 7 : 5)) {
      case 0:
        // A call: the state is stored, somebody else changes it, what is needed is read again.
        return [
          { kind: 'spill', eip: constant(0), undone: 0, flags: 0 },
          { kind: 'drop', value: call('other', []) },
          { kind: 'reload' },
        ];
      case 1:
        return [{ kind: 'set', local: register(), value: constant(next(100)) }];
      case 5:
        return [
          {
            kind: 'if',
            condition: binary('i32.and', get(register()), constant(1)),
            body: [...statement(depth + 1), ...(next(3) === 0 ? [way()] : [])],
          },
        ];
      case 6:
        return [
          {
            kind: 'if',
            condition: binary('i32.and', get(register()), constant(1)),
            body: statement(depth + 1),
            otherwise: statement(depth + 1),
          },
        ];
      default:
        return [{ kind: 'set', local: register(), value: add(get(register()), get(register())) }];
    }
  };
  /** Out of the region, by the common end or one of its own. */
  const way = (): Statement =>
    next(2) === 0 ? { kind: 'exit', code: 0 } : { kind: 'onward', to: constant(0), flags: 0 };
  const count = 1 + next(6);
  const blocks: Block[] = Array.from({ length: count }, (_, n) => {
    const body = Array.from({ length: 1 + next(4) }, () => statement(0)).flat();
    const last = n === count - 1 || next(5) === 0;
    if (last) return { body: [...body, way()], end: { kind: 'end' }, at: constant(n) };
    const condition = binary('i32.and', get(register()), constant(2));
    const end = { kind: 'branch', condition, to: next(count), otherwise: next(count) } as const;
    return { body, end, at: constant(n) };
  });
  return { entries: [0], locals: [], blocks, vectors: [], bounds: [] };
}

const ALL = (1 << REGISTERS) - 1;

/** The state that the region leaves. `maskOf`: which registers a spill, reload or exit moves. */
function leaves(region: Region, start: number, maskOf: (statement: Statement) => number): number[] {
  const next = numbers(start);
  const state = Array.from({ length: REGISTERS }, () => next(1000));
  const locals = new Map(state.map((value, r) => [r, value]));
  let spoilt = 0x5000_0000;
  const other = (): number => {
    for (let r = 0; r < REGISTERS; r += 2) state[r] = (state[r]! + 17 * r + 1) | 0;
    return 0;
  };
  const transfer = (statement: Statement): void => {
    const mask = maskOf(statement);
    for (let r = 0; r < REGISTERS; r++) {
      const moves = ((mask >>> r) & 1) === 1;
      if (statement.kind !== 'reload') {
        if (moves) state[r] = locals.get(r)!;
      } else locals.set(r, moves ? state[r]! : spoilt++);
    }
  };
  runBlocks({ locals, call: other, transfer }, region.blocks, 60);
  return state;
}

test('200 random regions leave what they should', () => {
  let spared = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const region = randomRegion(seed);
    const { masks, atExit } = planTransfers(region);
    const planned = (statement: Statement): number =>
      statement.kind === 'exit' ? atExit : (masks.get(statement) ?? 0);
    for (const mask of masks.values()) if (mask !== ALL) spared++;
    for (let start = 1; start <= 4; start++) {
      const expected = leaves(region, start, () => ALL);
      expect(leaves(region, start, planned), `region ${seed}`).toEqual(expected);
    }
  }
  expect(spared).toBeGreaterThan(100);
});
