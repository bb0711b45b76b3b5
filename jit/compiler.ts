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
import { bitSignatures } from './lower/bits.ts';
import { sseSignatures } from './lower/sse.ts';
import { lowered } from './lower/table.ts';
import { x87Signatures } from './lower/x87.ts';
import { putTogether, takeApart } from './module-parts.ts';
import { discover, type Graph } from './region.ts';
import type { DumpKind } from './settings.ts';
import { type Owner, type Span, Territory } from './territory.ts';
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
  /** The extents of the address space, by number, as they are; and where its gs segment begins. */
  readonly extents: readonly Span[];
  readonly gs: number;
  /** What instructions there are: MODEL_FEATURES. */
  readonly instructions: number;
  readonly disabled: readonly string[];
  readonly coverage: CoverageData;
  /** Regions that there are around the pages. */
  readonly owners: readonly Owner[];
  /** Regions call each other by the function table, of which each module gets a copy; else all calls go by dispatch. */
  readonly calls: boolean;
  /** They also go on in each other at their end (tail-calls.ts). */
  readonly tails: boolean;
  /** Regions tell of their stores before they make them (verify.ts). */
  readonly verify: boolean;
  /** Texts that are wanted of each region. */
  readonly texts: readonly DumpKind[];
}

export interface Translated {
  /** Addresses at which it can be entered: the one that was wanted, then others. */
  readonly entries: readonly number[];
  /** Its export in the module; null: there is nothing to translate. */
  readonly name: string | null;
  /** Linear pages whose bytes it was made from. */
  readonly pages: readonly number[];
  /** Its code, and nothing else of those pages matters to it: stretches; first what belongs to it (territory.ts). */
  readonly spans: readonly Span[];
  readonly own: number;
  /** Of the job's `owners` those that it has taken in. */
  readonly taken: readonly number[];
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
  dispatch: [[I32, I32, I32], I32],
  proceed: [[I32, I32, I32], I32],
  readable: [[I32, I32], I32],
  writable: [[I32, I32], I32],
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
  ...bitSignatures,
};

/** Values below are counts, not addresses. */
const LEAST_ADDRESS = 0x10000;
const GS = 5;
const NO_EXTENT = -1;

/** Chooses extents by where the instructions' accesses went when they were recorded. */
function chooser(registers: readonly number[], job: Job, coverage: Coverage): ExtentChoice {
  const guess = guesser(registers, job.zones);
  const extentAt = (address: number): number =>
    job.extents.findIndex(([start, end]) => start <= address && address < end);
  return (instruction, { base, index, scale, displacement, segment }) => {
    const samples = coverage.samples(instruction);
    let found: number | undefined;
    for (let at = 0; at < samples.length; at += 8) {
      const value = (register: number): number => (register < 0 ? 0 : samples[at + register]!);
      const offset = value(base) + value(index) * scale + displacement;
      const extent = extentAt((offset + (segment === GS ? job.gs : 0)) >>> 0);
      // Where it goes here and there, one table serves all.
      found = found === undefined || found === extent ? extent : NO_EXTENT;
    }
    return found ?? guess(base >= 0 ? base : index, displacement);
  };
}

/** For what has not been recorded: by the registers when the region was asked for. */
function guesser(
  registers: readonly number[],
  [mmap, stack]: Job['zones'],
): (register: number, displacement: number) => number {
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

function spansOf({ blocks, borrowed }: Graph, isBorrowed: boolean): Span[] {
  const spans: [number, number][] = [];
  const parts = blocks
    .filter(({ address }) => borrowed.has(address) === isBorrowed)
    .map(({ address, next }) => [address, next === 0 ? 2 ** 32 : next] as const);
  for (const [start, end] of parts.sort((a, b) => a[0] - b[0])) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

/** A graph that is to be translated, and what it has taken in. */
interface Found {
  readonly graph: Graph;
  readonly insns: number;
  readonly registers: readonly number[];
  readonly taken: readonly number[];
}

/** The graphs of all that is wanted, and the entries where there is none. */
function discoverAll(
  job: Job,
  code: Code,
  coverage: Coverage,
): { readonly found: readonly Found[]; readonly nothing: readonly number[] } {
  // Where nothing is known of what is run, limits are reached too soon to share code out.
  const territory = coverage.isEmpty ? null : new Territory(job.owners);
  const found: Found[] = [];
  const nothing: number[] = [];
  for (const { entry, registers } of job.wanted) {
    const taken: Owner[] = [];
    const graph = discover(code, entry, coverage, territory ?? new Territory([]), taken);
    if (graph === null) {
      nothing.push(entry);
      continue;
    }
    const insns = graph.blocks.reduce((sum, block) => sum + block.insns.length, 0);
    found.push({ graph, insns, registers, taken: taken.flatMap(({ id }) => (id < 0 ? [] : [id])) });
    territory?.add({ id: NEW, entries: [entry], insns });
  }
  return { found, nothing };
}

/** Of an owner that the job itself has made. */
const NEW = -1;

export function compile(job: Job, now: () => number): Result {
  const started = now();
  const code = new Code(new Map(job.pages));
  const writer = new ModuleWriter(SIGNATURES, job.calls, job.tails, job.verify);
  const lowerings = lowered(job.disabled);
  const coverage = Coverage.from(job.coverage);
  const { found, nothing } = discoverAll(job, code, coverage);
  const regions: Translated[] = found.map(({ graph, registers, insns, taken }, i) => {
    const own = spansOf(graph, false);
    const extentOf = chooser(registers, job, coverage);
    const region = lift(graph, { lowerings, instructions: job.instructions, extentOf, calling: job.calls });
    writer.add(region);
    const name = `r${i}`;
    return {
      entries: region.entries,
      name,
      pages: graph.pages,
      spans: [...own, ...spansOf(graph, true)],
      own: own.length,
      taken,
      insns,
      texts: textsOf(job.texts, graph, region, writer, name),
    };
  });
  for (const entry of nothing)
    regions.push({
      entries: [entry],
      name: null,
      pages: [],
      spans: [],
      own: 0,
      taken: [],
      insns: 0,
      texts: {},
    });
  const { prelude, functions } = takeApart(writer.bytes());
  const module = putTogether(prelude, functions);
  writer.dispose();
  return { id: job.id, module, regions, time: now() - started };
}
