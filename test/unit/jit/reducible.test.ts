// makeReducible on random graphs: afterwards every loop has one entrance, and the blocks that were there are run in
// the same order, whatever the conditions say.
import { expect, test } from 'vitest';
import { type Block, call, constant, get, type Terminator } from '../../../jit/ir.ts';
import { makeReducible } from '../../../jit/reducible.ts';
import { structure, successorsOf } from '../../../jit/structure.ts';
import { numbers, runBlocks } from '../../support/ir-run.ts';

/** Beyond the fixed locals. */
const CHOICE = 100;

/** Each block tells that it runs, then chooses where to go. */
function randomGraph(seed: number): Block[] {
  const next = numbers(seed);
  // All blocks of a region can be reached.
  for (;;) {
    const blocks = anyGraph(next);
    if (reached(blocks).size === blocks.length) return blocks;
  }
}

function reached(blocks: readonly Block[]): Set<number> {
  const found = new Set([0]);
  for (const n of found) for (const to of successorsOf(blocks[n]!.end)) found.add(to);
  return found;
}

function anyGraph(next: (below: number) => number): Block[] {
  const count = 2 + next(8);
  const any = (): number => next(count);
  const end = (): Terminator => {
    switch (next(6)) {
      case 0:
        return { kind: 'end' };
      case 1:
        return { kind: 'goto', to: any() };
      case 2:
        return { kind: 'switch', index: get(CHOICE), targets: [any(), any(), any()], otherwise: any() };
      default:
        return { kind: 'branch', condition: get(CHOICE), to: any(), otherwise: any() };
    }
  };
  return Array.from({ length: count }, (_, n) => ({
    body: [
      { kind: 'drop', value: call(`block ${n}`, []) },
      { kind: 'set', local: CHOICE, value: call('choice', []) },
    ],
    end: end(),
    at: constant(n),
  }));
}

/** T1 and T2 of Hecht and Ullman: a graph is reducible if they make one node of it. */
function isReducible(blocks: readonly Block[]): boolean {
  const successors = new Map([...reached(blocks)].map((n) => [n, new Set(successorsOf(blocks[n]!.end))]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [n, targets] of successors) {
      targets.delete(n); // T1
      if (n === 0) continue;
      const from = [...successors].filter(([, list]) => list.has(n)).map(([each]) => each);
      if (from.length !== 1) continue;
      const into = successors.get(from[0]!)!; // T2
      into.delete(n);
      for (const to of targets) into.add(to);
      successors.delete(n);
      changed = true;
      break;
    }
  }
  return successors.size === 1;
}

function trace(blocks: readonly Block[], seed: number): string[] {
  const next = numbers(seed);
  const seen: string[] = [];
  const answer = (name: string): number => {
    if (name === 'choice') return next(4);
    seen.push(name);
    return 0;
  };
  // The passes' own blocks do not count: the run ends by what it has seen.
  runBlocks({ locals: new Map(), call: answer }, blocks, 1500);
  return seen.slice(0, 200);
}

test('150 random graphs: one entrance for each loop, and the same blocks in the same order', () => {
  let irreducible = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const before = randomGraph(seed);
    const after = randomGraph(seed);
    if (!isReducible(before)) irreducible++;
    makeReducible(after);
    expect(isReducible(after), `graph ${seed}`).toBe(true);
    expect(() => structure(after), `graph ${seed}`).not.toThrow();
    for (let run = 1; run <= 3; run++) expect(trace(after, run), `graph ${seed}`).toEqual(trace(before, run));
  }
  expect(irreducible).toBeGreaterThan(30);
});

test('a graph whose loops have one entrance is left as it is', () => {
  const block = (end: Terminator): Block => ({ body: [], end, at: constant(0) });
  const blocks = [
    block({ kind: 'goto', to: 1 }),
    block({ kind: 'branch', condition: get(CHOICE), to: 2, otherwise: 3 }),
    block({ kind: 'goto', to: 1 }),
    block({ kind: 'end' }),
  ];
  const copy = structuredClone(blocks);
  makeReducible(blocks);
  expect(blocks).toEqual(copy);
});
