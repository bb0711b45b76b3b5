// A graph of blocks in which loops may have several entrances is given others: all ways into such a loop lead to one
// block, with a number in LABEL, and that block tells them apart. What goes round in the loop passes it with 0 in
// LABEL, at the price of one comparison. Loops in loops are treated likewise, from the outside in.
import { type Block, binary, constant, get, type Terminator } from './ir.ts';
import * as L from './locals.ts';
import { successorsOf } from './structure.ts';

/** Adds blocks to the list. Block 0 is the entry; LABEL is 0 there. */
export function makeReducible(blocks: Block[]): void {
  const open: number[][] = [blocks.map((_, n) => n)];
  while (open.length > 0)
    for (const loop of loopsIn(blocks, open.pop()!)) {
      const head = withOneEntrance(blocks, loop);
      open.push(loop.filter((n) => n !== head));
    }
}

/** Sees to it that the loop is entered at one block, and answers which: it is among `loop` then. */
function withOneEntrance(blocks: Block[], loop: number[]): number {
  const inside = new Set(loop);
  const entrances = new Set<number>();
  const outside: number[] = [];
  blocks.forEach(({ end }, n) => {
    if (inside.has(n)) return;
    const targets = successorsOf(end).filter((to) => inside.has(to));
    if (targets.length > 0) outside.push(n);
    for (const to of targets) entrances.add(to);
  });
  // The entry of the region may be the head of a loop.
  if (inside.has(0)) entrances.add(0);
  const [head] = entrances;
  if (entrances.size < 2) return head ?? loop[0]!;
  const others = [...entrances].slice(1);
  const { at } = blocks[head!]!;
  const add = (block: Block): number => blocks.push(block) - 1;
  let otherwise = head!;
  const numbers = new Map<number, number>([[head!, 0]]);
  const made: number[] = [];
  others.forEach((to, i) => {
    numbers.set(to, i + 1);
    const inner: Block = { body: [label(0)], end: { kind: 'goto', to }, at: blocks[to]!.at };
    const entered = add(inner);
    const condition = binary('i32.eq', get(L.LABEL), constant(i + 1));
    otherwise = add({ body: [], end: { kind: 'branch', condition, to: entered, otherwise }, at });
    made.push(entered, otherwise);
  });
  const first = add({
    body: [],
    end: { kind: 'branch', condition: get(L.LABEL), to: otherwise, otherwise: head! },
    at,
  });
  for (const n of outside)
    for (const to of new Set(successorsOf(blocks[n]!.end).filter((target) => inside.has(target)))) {
      const number = numbers.get(to)!;
      const way =
        number === 0
          ? first
          : add({ body: [label(number)], end: { kind: 'goto', to: first }, at: blocks[to]!.at });
      blocks[n]!.end = retarget(blocks[n]!.end, to, way);
    }
  for (const n of loop) blocks[n]!.end = retarget(blocks[n]!.end, head!, first);
  loop.push(...made, first);
  return first;
}

const label = (number: number) => ({ kind: 'set', local: L.LABEL, value: constant(number) }) as const;

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

/** The loops among `nodes`: strongly connected parts of the graph between them (Tarjan). */
function loopsIn(blocks: readonly Block[], nodes: readonly number[]): number[][] {
  const among = new Set(nodes);
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const held: number[] = [];
  const isHeld = new Set<number>();
  const found: number[][] = [];
  const targets = (n: number): number[] => successorsOf(blocks[n]!.end).filter((to) => among.has(to));
  const visit = (root: number): void => {
    const path: { readonly node: number; readonly list: readonly number[]; next: number }[] = [];
    const enter = (node: number): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      held.push(node);
      isHeld.add(node);
      path.push({ node, list: targets(node), next: 0 });
    };
    enter(root);
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const { node, list } = top;
      if (top.next < list.length) {
        const to = list[top.next++]!;
        if (!index.has(to)) enter(to);
        else if (isHeld.has(to)) low.set(node, Math.min(low.get(node)!, index.get(to)!));
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      const part = held.splice(held.indexOf(node));
      for (const each of part) isHeld.delete(each);
      if (part.length > 1 || list.includes(node)) found.push(part);
    }
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}
