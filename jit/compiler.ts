// From a job to a module: discovers the region of each entry, lifts it, and writes all of them into one module.
// A pure function of its job, so that it can run on any thread and its results can be kept.
import { PAGE_SHIFT } from '../src/layout.ts';
import { EXTENT_DATA, EXTENT_MMAP, EXTENT_STACK } from '../src/layout.ts';
import { Code } from './code.ts';
import type { ExtentChoice } from './context.ts';
import { EBP, ESP } from './locals.ts';
import { lift } from './lift.ts';
import { lowered } from './lower/table.ts';
import { x87Signatures } from './lower/x87.ts';
import { discover } from './region.ts';
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
}

export interface Translated {
  readonly entry: number;
  /** Its export in the module; null: there is nothing to translate. */
  readonly name: string | null;
  /** Linear pages whose bytes it was made from. */
  readonly pages: readonly number[];
  readonly insns: number;
}

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
  ...x87Signatures,
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
    if (displacement >>> 0 >= LEAST_ADDRESS && displacement >>> 0 < 0xffff0000) return zone(displacement >>> 0);
    return value >= LEAST_ADDRESS ? zone(value) : EXTENT_DATA;
  };
}

export function compile(job: Job, now: () => number): Result {
  const started = now();
  const code = new Code(new Map(job.pages));
  const writer = new ModuleWriter(SIGNATURES);
  const table = lowered(job.disabled);
  const regions: Translated[] = [];
  let count = 0;
  for (const { entry, registers } of job.wanted) {
    const graph = discover(code, entry);
    if (graph === null) {
      regions.push({ entry, name: null, pages: [], insns: 0 });
      continue;
    }
    writer.add(lift(graph, { lowerings: table, extentOf: chooser(registers, job.zones) }));
    const insns = graph.blocks.reduce((sum, block) => sum + block.insns.length, 0);
    regions.push({ entry, name: `r${count++}`, pages: graph.pages, insns });
  }
  const module = writer.bytes();
  writer.dispose();
  return { id: job.id, module, regions, time: now() - started };
}
