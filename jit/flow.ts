// What the lifter asks of a region's graph: where control may go behind each block, where the region is entered, its
// blocks in reverse postorder; and the hash by which an address finds its place in it.
import { reversePostorder } from './order.ts';
import { type BasicBlock, type Graph, targetOf, transferOf } from './region.ts';

/** Block numbers that control may go to behind `block`; null: out of the region. */
export function successorsIn(graph: Graph, block: BasicBlock): (number | null)[] {
  const last = block.insns.at(-1)!;
  const target = targetOf(last);
  const to = (address: number): number | null => graph.at.get(address) ?? null;
  switch (transferOf(last)) {
    case '':
      return [to(block.next)];
    case 'branch':
      return [to(target!), to(block.next)];
    case 'jump':
      return target === null ? [null, ...jumpTargets(graph).map((address) => to(address))] : [to(target)];
    case 'call':
      return [target !== null && graph.returnSites.includes(block.next) ? to(target) : to(block.next)];
    case 'ret':
      return [null, ...graph.returnSites.map((site) => graph.at.get(site)!)];
    case 'stop':
      return [null];
  }
}

/** Places in the graph that its computed jumps go to. */
function jumpTargets(graph: Graph): number[] {
  const targets = new Set<number>();
  for (const list of graph.jumps.values()) for (const to of list) if (graph.at.has(to)) targets.add(to);
  return [...targets];
}

export function entriesOf(graph: Graph): number[] {
  return [
    ...new Set([
      graph.entry,
      ...graph.others.filter((address) => graph.at.has(address)),
      ...jumpTargets(graph),
    ]),
  ];
}

export function hashOf(address: number, factor: number, shift: number): number {
  return Math.imul(address, factor) >>> shift;
}

/** A factor and a shift under which no two of `addresses` collide in a table of `size`. */
export function perfectHash(addresses: readonly number[]): { factor: number; shift: number; size: number } {
  let factor = 0x9e3779b1;
  for (let bits = Math.ceil(Math.log2(addresses.length)) + 1; bits < 16; bits++)
    for (let tries = 0; tries < 64; tries++) {
      factor = (Math.imul(factor, 0x19660d) + 0x3c6ef35f) | 1;
      const taken = new Set(addresses.map((address) => hashOf(address, factor, 32 - bits)));
      if (taken.size === addresses.length) return { factor, shift: 32 - bits, size: 2 ** bits };
    }
  throw new Error('no hash without collisions');
}

/** The graph with its blocks in reverse postorder, the entry first; what nothing leads to is left out. */
export function inOrder(graph: Graph): Graph {
  const successors = (n: number): number[] =>
    successorsIn(graph, graph.blocks[n]!).filter((to) => to !== null);
  const entry = graph.at.get(graph.entry)!;
  const others = graph.others.map((address) => graph.at.get(address)!);
  const order = reversePostorder(entry, (n) => (n === entry ? [...successors(n), ...others] : successors(n)));
  const blocks = order.map((n) => graph.blocks[n]!);
  const at = new Map(blocks.map((block, n) => [block.address, n]));
  return { ...graph, blocks, at, returnSites: graph.returnSites.filter((site) => at.has(site)) };
}

/** The one block that leads to each; -1 where there are several, or none, or the region is entered there. */
export function countPredecessors(
  successors: readonly (readonly (number | null)[])[],
  entries: readonly number[],
): number[] {
  const from = new Array<number>(successors.length).fill(-2);
  for (const b of entries) from[b] = -1;
  successors.forEach((list, b) => {
    for (const to of new Set(list)) if (to !== null) from[to] = from[to] === -2 && to > b ? b : -1;
  });
  return from.map((b) => (b === -2 ? -1 : b));
}
