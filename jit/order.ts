// Orders of a control-flow graph: reverse postorder, and immediate dominators over it (Cooper, Harvey and
// Kennedy, "A simple, fast dominance algorithm"). Nodes are numbers; what a node is, the caller knows.

export type Successors = (node: number) => readonly number[];

/** Nodes reachable from `root` in reverse postorder: a node stands before those that only it leads to. */
export function reversePostorder(root: number, successors: Successors): number[] {
  const order: number[] = [];
  const seen = new Set<number>([root]);
  const stack: { node: number; next: number; list: readonly number[] }[] = [
    { node: root, next: 0, list: successors(root) },
  ];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (top.next === top.list.length) {
      order.push(top.node);
      stack.pop();
      continue;
    }
    const node = top.list[top.next++]!;
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push({ node, next: 0, list: successors(node) });
  }
  return order.reverse();
}

export interface Dominance {
  /** Position of a node in reverse postorder. */
  readonly position: ReadonlyMap<number, number>;
  /** Immediate dominator of a node; the root's is itself. */
  readonly parent: ReadonlyMap<number, number>;
  readonly order: readonly number[];
}

export function dominance(root: number, successors: Successors): Dominance {
  const order = reversePostorder(root, successors);
  const position = new Map(order.map((node, i) => [node, i]));
  const predecessors: number[][] = order.map(() => []);
  order.forEach((node, i) => {
    for (const to of successors(node)) predecessors[position.get(to)!]!.push(i);
  });
  const parent = new Array<number>(order.length).fill(-1);
  parent[0] = 0;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (a > b) a = parent[a]!;
      while (b > a) b = parent[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      let found = -1;
      for (const p of predecessors[i]!) if (parent[p] !== -1) found = found === -1 ? p : meet(p, found);
      if (found !== parent[i]) {
        parent[i] = found;
        changed = true;
      }
    }
  }
  return { position, parent: new Map(order.map((node, i) => [node, order[parent[i]!]!])), order };
}
