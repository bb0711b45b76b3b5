// Which code a region covers: from a hot entry along both sides of branches, over jumps, and into calls of
// itself and of small functions that call nothing; not where another region begins, unless that is small
// (territory.ts). The result is a control-flow graph of basic blocks. What lies beyond is reached by leaving the region.
import type { Insn } from '../src/isa/decode.ts';
import { PAGE_SHIFT } from '../src/layout.ts';
import type { Code } from './code.ts';
import type { Coverage } from './coverage.ts';
import type { Owner, Territory } from './territory.ts';

export interface Limits {
  readonly insns: number;
  /** The most instructions of a function that is taken in where it is called. */
  readonly inlined: number;
}

export const LIMITS: Limits = { insns: 500, inlined: 40 };
/** Where nothing is known of what is run, a region takes in what is never needed too. */
export const BLIND: Limits = { insns: 200, inlined: 28 };

export interface BasicBlock {
  readonly address: number;
  /** Never empty. Only the last may transfer control. */
  readonly insns: readonly Insn[];
  /** Address behind the last instruction. */
  readonly next: number;
}

export interface Graph {
  readonly entry: number;
  readonly blocks: readonly BasicBlock[];
  /** Block number by address. */
  readonly at: ReadonlyMap<number, number>;
  /** Addresses behind calls whose callee is in the graph. */
  readonly returnSites: readonly number[];
  /** Of computed jumps: places in the graph that they have been seen to go to, by the jump's address. */
  readonly jumps: ReadonlyMap<number, readonly number[]>;
  /** Addresses outside that control was seen to go to. */
  readonly beyond: ReadonlySet<number>;
  /** Linear pages that bytes were taken from. */
  readonly pages: readonly number[];
  /** Addresses of blocks that are there for the sake of a call in the region, and belong to nobody. */
  readonly borrowed: ReadonlySet<number>;
}

/** Where a near transfer goes, null when that is computed. */
export function targetOf(insn: Insn): number | null {
  const [operand] = insn.operands;
  return operand?.kind === 'target' ? operand.address : null;
}

/**
 * Segments that a region may use: es ss ds, which are flat where regions run, and gs, for which it looks. Not cs,
 * which is not for writing, nor fs, which no Linux program has flat.
 */
export const SEGMENTS: ReadonlySet<number> = new Set([0, 2, 3, 5]);

/** The form of a transfer that a region knows; '' for other instructions; `stop`: the interpreter's. */
export type Transfer = '' | 'branch' | 'jump' | 'call' | 'ret' | 'stop';

const NEAR: ReadonlyMap<string, Transfer> = new Map([
  ['jcc', 'branch'],
  ['loop', 'branch'],
  ['loope', 'branch'],
  ['loopne', 'branch'],
  ['jecxz', 'branch'],
  ['jmp', 'jump'],
  ['call', 'call'],
  ['ret', 'ret'],
  ['ret_iw', 'ret'],
]);

/** Instructions after which the state that regions rely on may be another: segments, TF, the kernel. */
const STOPS: ReadonlySet<string> = new Set([
  'int',
  'int1',
  'int3',
  'into',
  'iret',
  'sysenter',
  'syscall',
  'call_far',
  'jmp_far',
  'retf',
  'retf_iw',
  'popf',
  'mov_to_segment',
  'pop_segment',
  'les',
  'lds',
  'lss',
  'lfs',
  'lgs',
  'mov_control',
  'bound',
  'ud0',
  'ud1',
  'ud2',
]);

export function transferOf(insn: Insn): Transfer {
  const { row } = insn;
  if (row.privileged || STOPS.has(row.fn)) return 'stop';
  const near = NEAR.get(row.fn);
  if (near === undefined) return row.ends === '' ? '' : 'stop';
  if (insn.operandSize === 16 || insn.addressSize === 16 || insn.lock) return 'stop';
  const [operand] = insn.operands;
  if (operand?.kind === 'memory' && !SEGMENTS.has(operand.memory.segment)) return 'stop';
  return near;
}

/** Whether the function at `address` is small and calls nothing, as far as it is run at all. */
function isLeaf(code: Code, address: number, limit: number, isRun: (address: number) => boolean): boolean {
  const seen = new Set<number>();
  const open = [address];
  let returns = false;
  while (open.length > 0) {
    let at = open.pop()!;
    while (!seen.has(at)) {
      const insn = code.insn(at);
      if (insn === null || seen.size >= limit) return false;
      seen.add(at);
      const transfer = transferOf(insn);
      const target = targetOf(insn);
      if (transfer === 'ret') {
        returns = true;
        break;
      }
      if (transfer === 'call' || transfer === 'stop') return false;
      if (transfer === 'jump' && target === null) return false;
      const next = (at + insn.length) >>> 0;
      if (transfer === 'branch') {
        if (isRun(target!)) open.push(target!);
        if (!isRun(next)) break;
      }
      at = transfer === 'jump' ? target! : next;
    }
  }
  return returns;
}

/** A graph from `entry` on; the owners in `territory` that it takes in are removed there, and added to `taken`. */
export function discover(
  code: Code,
  entry: number,
  coverage: Coverage,
  territory: Territory,
  taken: Owner[],
): Graph | null {
  const limits = coverage.isEmpty ? BLIND : LIMITS;
  const isRun = (address: number): boolean => coverage.isEmpty || coverage.has(address);
  const insns = new Map<number, Insn>();
  const leaders = new Set<number>();
  const returnSites = new Set<number>();
  const borrowed = new Set<number>();
  const beyond = new Set<number>();
  const jumps = new Map<number, readonly number[]>();
  const queue: { readonly address: number; readonly borrows: boolean }[] = [];
  let expected = 0;
  let borrows = false;
  const lead = (address: number): void => {
    leaders.add(address);
    if (!insns.has(address)) queue.push({ address, borrows });
  };
  /** Whether the code at `address` may become part of the region. */
  const isFree = (address: number): boolean => {
    const owner = borrows || address === entry ? undefined : territory.ownerAt(address);
    if (owner === undefined) return true;
    if (Math.max(insns.size, expected) + owner.insns > limits.insns) return false;
    territory.remove(owner);
    taken.push(owner);
    expected = Math.max(insns.size, expected) + owner.insns;
    return true;
  };
  lead(entry);
  for (let head = 0; head < queue.length; head++) {
    let at = queue[head]!.address;
    borrows = queue[head]!.borrows;
    while (!insns.has(at) && insns.size < limits.insns && isFree(at)) {
      const insn = code.insn(at);
      if (insn === null) break;
      insns.set(at, insn);
      if (borrows) borrowed.add(at);
      const next = (at + insn.length) >>> 0;
      const transfer = transferOf(insn);
      if (transfer === '') {
        at = next;
        continue;
      }
      const target = targetOf(insn);
      if (transfer === 'jump') {
        if (target !== null) lead(target);
        else {
          const targets = [...coverage.targets(at)].filter((to) => code.insn(to) !== null);
          if (targets.length > 0) jumps.set(at, targets);
          for (const to of targets) lead(to);
        }
      } else if (transfer === 'branch') {
        if (isRun(next)) lead(next);
        if (isRun(target!)) lead(target!);
      } else if (transfer === 'call') {
        const inline = target !== null && (target === entry || isLeaf(code, target, limits.inlined, isRun));
        if (inline) {
          returnSites.add(next);
          const outer = borrows;
          borrows ||= target !== entry;
          lead(target);
          borrows = outer;
        }
        lead(next);
      }
      break;
    }
    if (!coverage.isEmpty && !insns.has(at)) beyond.add(at);
  }
  if (insns.size === 0) return null;
  return { ...partition(entry, insns, leaders, returnSites, jumps), borrowed, beyond };
}

/** Cuts the instructions into blocks at their leaders. */
function partition(
  entry: number,
  insns: ReadonlyMap<number, Insn>,
  leaders: ReadonlySet<number>,
  returnSites: ReadonlySet<number>,
  jumps: Graph['jumps'],
): Omit<Graph, 'borrowed' | 'beyond'> {
  const blocks: BasicBlock[] = [];
  const at = new Map<number, number>();
  const pages = new Set<number>();
  for (const address of leaders) {
    if (!insns.has(address)) continue;
    const list: Insn[] = [];
    let next = address;
    do {
      const insn = insns.get(next)!;
      list.push(insn);
      pages.add(next >>> PAGE_SHIFT);
      next = (next + insn.length) >>> 0;
      pages.add(((next - 1) >>> 0) >>> PAGE_SHIFT);
      if (transferOf(insn) !== '') break;
    } while (insns.has(next) && !leaders.has(next));
    at.set(address, blocks.length);
    blocks.push({ address, insns: list, next });
  }
  const sites = [...returnSites].filter((site) => at.has(site));
  return { entry, blocks, at, returnSites: sites, jumps, pages: [...pages].sort((a, b) => a - b) };
}
