// A graph of blocks as WebAssembly's structured control flow: each block once, below its immediate dominator;
// a block that several ways lead to behind a `block` to break out of, a loop's head in a `loop` (Ramsey, "Beyond
// Relooper", 2022). The graph must be reducible: makeReducible sees to that by leaving the region in place of
// an edge into the middle of a loop.
import { REGION_LEAVE } from '../src/layout.ts';
import { out } from './exits.ts';
import type { Block, Node, Terminator } from './ir.ts';
import { type Dominance, dominance, dominates } from './order.ts';

export type Shape =
  | { readonly kind: 'block'; readonly label: string; readonly body: readonly Shape[] }
  | { readonly kind: 'loop'; readonly label: string; readonly body: readonly Shape[] }
  /** The statements of a block. */
  | { readonly kind: 'basic'; readonly block: number }
  | { readonly kind: 'br'; readonly label: string }
  | {
      readonly kind: 'if';
      readonly condition: Node;
      readonly yes: readonly Shape[];
      readonly no: readonly Shape[];
    }
  | {
      readonly kind: 'switch';
      readonly index: Node;
      readonly labels: readonly string[];
      readonly otherwise: string;
    };

export function successorsOf(end: Terminator): readonly number[] {
  switch (end.kind) {
    case 'goto':
      return [end.to];
    case 'branch':
      return [end.to, end.otherwise];
    case 'switch':
      return [...end.targets, end.otherwise];
    case 'end':
      return [];
  }
}

function retarget(end: Terminator, from: number, to: number): Terminator {
  const swap = (n: number): number => (n === from ? to : n);
  switch (end.kind) {
    case 'goto':
      return { ...end, to: swap(end.to) };
    case 'branch':
      return { ...end, to: swap(end.to), otherwise: swap(end.otherwise) };
    case 'switch':
      return { ...end, targets: end.targets.map(swap), otherwise: swap(end.otherwise) };
    case 'end':
      return end;
  }
}

/** Replaces edges that lead back to a block which does not dominate their origin. Adds blocks to the list. */
export function makeReducible(blocks: Block[]): void {
  const successors = (n: number): readonly number[] => successorsOf(blocks[n]!.end);
  const flow = dominance(0, successors);
  for (const node of flow.order)
    for (const to of successors(node)) {
      const back = flow.position.has(to) && flow.position.get(to)! <= flow.position.get(node)!;
      if (!back || dominates(flow, to, node)) continue;
      const { at, settle = [] } = blocks[to]!;
      blocks.push({
        body: [...settle, ...out(at, REGION_LEAVE)],
        end: { kind: 'end' },
        at,
      });
      blocks[node]!.end = retarget(blocks[node]!.end, to, blocks.length - 1);
    }
}

export function structure(blocks: readonly Block[]): readonly Shape[] {
  const successors = (n: number): readonly number[] => successorsOf(blocks[n]!.end);
  return new Structurer(blocks, dominance(0, successors)).tree(0);
}

class Structurer {
  readonly #blocks: readonly Block[];
  readonly #flow: Dominance;
  readonly #children = new Map<number, number[]>();
  /** Blocks that more than one forward edge leads to, or that a switch leads to. */
  readonly #merges = new Set<number>();
  readonly #heads = new Set<number>();

  constructor(blocks: readonly Block[], flow: Dominance) {
    this.#blocks = blocks;
    this.#flow = flow;
    const forward = new Map<number, number>();
    for (const node of flow.order) {
      const parent = flow.parent.get(node)!;
      if (parent !== node) {
        const list = this.#children.get(parent);
        if (list === undefined) this.#children.set(parent, [node]);
        else list.push(node);
      }
      const { end } = blocks[node]!;
      for (const to of successorsOf(end)) {
        if (this.#isBack(node, to)) this.#heads.add(to);
        else {
          forward.set(to, (forward.get(to) ?? 0) + 1);
          if (forward.get(to)! > 1 || end.kind === 'switch') this.#merges.add(to);
        }
      }
    }
  }

  #isBack(from: number, to: number): boolean {
    return this.#flow.position.get(to)! <= this.#flow.position.get(from)!;
  }

  tree(node: number): readonly Shape[] {
    // Latest in reverse postorder outermost: it is reached from all that stand before it.
    const merges = (this.#children.get(node) ?? [])
      .filter((child) => this.#merges.has(child))
      .sort((a, b) => this.#flow.position.get(b)! - this.#flow.position.get(a)!);
    const inner = this.#within(node, merges);
    return this.#heads.has(node) ? [{ kind: 'loop', label: `l${node}`, body: inner }] : inner;
  }

  #within(node: number, merges: readonly number[]): readonly Shape[] {
    const [first, ...rest] = merges;
    if (first === undefined)
      return [{ kind: 'basic', block: node }, ...this.#end(node, this.#blocks[node]!.end)];
    return [{ kind: 'block', label: `b${first}`, body: this.#within(node, rest) }, ...this.tree(first)];
  }

  #end(node: number, end: Terminator): readonly Shape[] {
    switch (end.kind) {
      case 'end':
        return [];
      case 'goto':
        return this.#go(node, end.to);
      case 'branch':
        return [
          {
            kind: 'if',
            condition: end.condition,
            yes: this.#go(node, end.to),
            no: this.#go(node, end.otherwise),
          },
        ];
      case 'switch': {
        const label = (to: number): string => (this.#isBack(node, to) ? `l${to}` : `b${to}`);
        return [
          {
            kind: 'switch',
            index: end.index,
            labels: end.targets.map(label),
            otherwise: label(end.otherwise),
          },
        ];
      }
    }
  }

  #go(from: number, to: number): readonly Shape[] {
    if (this.#isBack(from, to)) return [{ kind: 'br', label: `l${to}` }];
    return this.#merges.has(to) ? [{ kind: 'br', label: `b${to}` }] : this.tree(to);
  }
}
