// What is known to have been run, from recordings of the interpreter around hot entries: which instructions, and
// where computed jumps went. A region is made of such code alone; what else lies beside it is left to the
// interpreter until it proves hot itself.
import { PAGE_MASK, PAGE_SHIFT, TRACE_ENTRY } from '../src/layout.ts';

/** Instructions that may stand between two recorded ones in a row: none is longer than this, in bytes. */
const LONGEST = 15;
/** The most targets that are remembered of one computed jump. */
const TARGETS = 200;

const WORDS = TRACE_ENTRY / 4;
const REGISTERS = 8;
/** Runs of an instruction whose registers are kept. */
const SAMPLES = 3;

/** Coverage as a job carries it. */
export interface CoverageData {
  /** A bit for each byte address of a page: an instruction begins there, and has been run. */
  readonly pages: readonly (readonly [page: number, bits: Uint8Array])[];
  /** Computed jumps: the address of the instruction, and where it went. */
  readonly jumps: readonly (readonly [site: number, targets: readonly number[]])[];
  /** Of each instruction's address the registers before it, in some of its runs, eight words for each. */
  readonly samples: readonly (readonly [address: number, registers: Uint32Array])[];
}

export class Coverage {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #jumps = new Map<number, Set<number>>();
  /** By page. */
  readonly #samples = new Map<number, Map<number, Uint32Array>>();

  static from(data: CoverageData): Coverage {
    const coverage = new Coverage();
    for (const [page, bits] of data.pages) coverage.#pages.set(page, bits);
    for (const [site, targets] of data.jumps) coverage.#jumps.set(site, new Set(targets));
    for (const [address, registers] of data.samples) coverage.#samplesOf(address).set(address, registers);
    return coverage;
  }

  /** Adds instructions that were run one after the other, as they stand at TRACE. */
  add(trace: Uint32Array): void {
    let before = -1;
    for (let entry = 0; entry < trace.length; entry += WORDS) {
      const address = trace[entry]!;
      this.#sample(address, trace.subarray(entry + 1, entry + WORDS));
      const page = address >>> PAGE_SHIFT;
      let bits = this.#pages.get(page);
      if (bits === undefined) {
        bits = new Uint8Array(512);
        this.#pages.set(page, bits);
      }
      const at = address & PAGE_MASK;
      bits[at >> 3]! |= 1 << (at & 7);
      // Whether it was a computed jump the one who decodes it knows; a step to the next instruction was none.
      if (before !== -1 && (address <= before || address > before + LONGEST)) this.#went(before, address);
      before = address;
    }
  }
  #samplesOf(address: number): Map<number, Uint32Array> {
    const page = address >>> PAGE_SHIFT;
    let samples = this.#samples.get(page);
    if (samples === undefined) {
      samples = new Map();
      this.#samples.set(page, samples);
    }
    return samples;
  }
  /** The first two runs that are seen, and then the last. */
  #sample(address: number, registers: Uint32Array): void {
    const samples = this.#samplesOf(address);
    const known = samples.get(address);
    if (known === undefined) samples.set(address, registers.slice());
    else if (known.length < SAMPLES * REGISTERS) {
      const more = new Uint32Array(known.length + REGISTERS);
      more.set(known);
      more.set(registers, known.length);
      samples.set(address, more);
    } else known.set(registers, known.length - REGISTERS);
  }
  #went(from: number, to: number): void {
    const targets = this.#jumps.get(from);
    if (targets === undefined) this.#jumps.set(from, new Set([to]));
    else if (targets.size < TARGETS) targets.add(to);
  }

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }
  /** Whether the instruction at `address` has been run. */
  has(address: number): boolean {
    const at = address & PAGE_MASK;
    return ((this.#pages.get(address >>> PAGE_SHIFT)?.[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }
  /** Where the transfer at `site` has been seen to go, except to what follows it. */
  targets(site: number): ReadonlySet<number> {
    return this.#jumps.get(site) ?? NOWHERE;
  }

  /** The registers before the instruction at `address` in some of its runs. */
  samples(address: number): Uint32Array {
    return this.#samples.get(address >>> PAGE_SHIFT)?.get(address) ?? NONE;
  }

  /** What concerns the given pages. */
  extract(pages: Iterable<number>): CoverageData {
    const wanted = new Set(pages);
    return {
      pages: [...this.#pages].filter(([page]) => wanted.has(page)),
      jumps: [...this.#jumps]
        .filter(([site]) => wanted.has(site >>> PAGE_SHIFT))
        .map(([site, targets]) => [site, [...targets]] as const),
      samples: [...wanted].flatMap((page) => [...(this.#samples.get(page) ?? [])]),
    };
  }
}

const NOWHERE: ReadonlySet<number> = new Set();
const NONE = new Uint32Array(0);
