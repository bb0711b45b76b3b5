// From a job to a module: discovers the region of each entry, lifts it, and writes all of them into one module.
// A pure function of its job, so that it can run on any thread and its results can be kept.
import { EXTENT_DATA, EXTENT_MMAP, EXTENT_STACK, PAGE_SHIFT } from '../src/layout.ts';
import { Code } from './code.ts';
import type { ExtentChoice } from './context.ts';
import { Coverage, type CoverageData } from './coverage.ts';
import { instructionsText, irText } from './dump.ts';
import type { Region } from './ir.ts';
import { lift } from './lift.ts';
import { EBP, ESP } from './locals.ts';
import { sseSignatures } from './lower/sse.ts';
import { lowered } from './lower/table.ts';
import { x87Signatures } from './lower/x87.ts';
import { discover, type Graph } from './region.ts';
import type { DumpKind } from './settings.ts';
import type { Signatures } from './wasm.ts';
import { ModuleWriter } from './wasm.ts';

/** What is wanted at one address, with the registers when it was asked for: hints for where accesses go. */
export interface Wanted {
  readonly entry: number;
  readonly registers: readonly number[];
}

export interface Job {
  readonly id: number;
  readonly wanted: readonly Wanted[];
  /** Copies of code pages by linear page number. */
  readonly pages: readonly (readonly [page: number, bytes: Uint8Array])[];
  /** First pages of the mmap zone and of the stack zone of the address space. */
  readonly zones: readonly [mmap: number, stack: number];
  readonly disabled: readonly string[];
  readonly coverage: CoverageData;
  /** Regions tell of their stores before they make them (verify.ts). */
  readonly verify: boolean;
  /** Texts that are wanted of each region. */
  readonly texts: readonly DumpKind[];
}

/** Addresses of the first byte and behind the last. */
export type Span = readonly [start: number, end: number];

export interface Translated {
  /** Addresses at which it can be entered: the one that was wanted, then others. */
  readonly entries: readonly number[];
  /** Its export in the module; null: there is nothing to translate. */
  readonly name: string | null;
  /** Linear pages whose bytes it was made from. */
  readonly pages: readonly number[];
  /** Its code, and nothing else of those pages matters to it: stretches, in order. */
  readonly spans: readonly Span[];
  readonly insns: number;
  readonly texts: Texts;
}

export type Texts = Readonly<Partial<Record<DumpKind, string>>>;

export interface Result {
  readonly id: number;
  readonly module: Uint8Array;
  readonly regions: readonly Translated[];
  /** CPU time taken, milliseconds. */
  readonly time: number;
}

const I32 = 'i32' as const;

export const SIGNATURES: Signatures = {
  dispatch: [[I32], I32],
  stepOne: [[], I32],
  condition: [[I32], I32],
  changeCarry: [[I32], 'none'],
  changeZero: [[I32], 'none'],
  setRotated: [[I32], 'none'],
  copyWithinPages: [[I32, I32, I32], I32],
  fillWithinPage: [[I32, I32, I32], I32],
  logStore: [[I32, I32], 'none'],
  ...x87Signatures,
  ...sseSignatures,
};

/** Values below are counts, not addresses. */
const LEAST_ADDRESS = 0x10000;

function chooser(registers: readonly number[], [mmap, stack]: Job['zones']): ExtentChoice {
  const zone = (address: number): number => {
    const page = address >>> PAGE_SHIFT;
    return page >= stack ? EXTENT_STACK : page >= mmap ? EXTENT_MMAP : EXTENT_DATA;
  };
  return (register, displacement) => {
    if (register === ESP) return EXTENT_STACK;
    const value = register < 0 ? 0 : registers[register]! >>> 0;
    if (register === EBP && zone(value) === EXTENT_STACK) return EXTENT_STACK;
    // A large displacement is an array, and the register its index.
    if (displacement >>> 0 >= LEAST_ADDRESS && displacement >>> 0 < 0xffff0000)
      return zone(displacement >>> 0);
    return value >= LEAST_ADDRESS ? zone(value) : EXTENT_DATA;
  };
}

function textsOf(
  kinds: readonly DumpKind[],
  graph: Graph,
  region: Region,
  writer: ModuleWriter,
  name: string,
): Texts {
  const makers: Readonly<Record<DumpKind, () => string>> = {
    in_asm: () => instructionsText(graph),
    ir: () => irText(region),
    wat: () => writer.text(name),
  };
  return Object.fromEntries(kinds.map((kind) => [kind, makers[kind]()]));
}

function spansOf({ blocks }: Graph): Span[] {
  const spans: [number, number][] = [];
  const parts = blocks.map(({ address, next }) => [address, next === 0 ? 2 ** 32 : next] as const);
  for (const [start, end] of parts.sort((a, b) => a[0] - b[0])) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

export function compile(job: Job, now: () => number): Result {
  const started = now();
  const code = new Code(new Map(job.pages));
  const writer = new ModuleWriter(SIGNATURES, job.verify);
  const table = lowered(job.disabled);
  const coverage = Coverage.from(job.coverage);
  const done = new Set<number>();
  const regions: Translated[] = [];
  let count = 0;
  for (const { entry, registers } of job.wanted) {
    if (done.has(entry)) continue;
    const graph = discover(code, entry, coverage);
    if (graph === null) {
      regions.push({ entries: [entry], name: null, pages: [], spans: [], insns: 0, texts: {} });
      continue;
    }
    const region = lift(graph, { lowerings: table, extentOf: chooser(registers, job.zones) });
    writer.add(region);
    for (const address of region.entries) done.add(address);
    const insns = graph.blocks.reduce((sum, block) => sum + block.insns.length, 0);
    const name = `r${count++}`;
    regions.push({
      entries: region.entries,
      name,
      pages: graph.pages,
      spans: spansOf(graph),
      insns,
      texts: textsOf(job.texts, graph, region, writer, name),
    });
  }
  const module = writer.bytes();
  writer.dispose();
  return { id: job.id, module, regions, time: now() - started };
}
