// A fuzz campaign: generates cases, runs them on the engine and on the processor in batches, and keeps
// the mismatches and a count of which rows were reached.
import type { Row } from '../../src/isa/map.ts';
import type { BareMachine } from '../support/bare-machine.ts';
import { isUnfinished } from '../support/bare-machine.ts';
import type { NativeOracle } from '../support/native-oracle.ts';
import { differences, undefinedFlags } from './compare.ts';
import type { GeneratedCase, Generator } from './generator.ts';
import type { Portion } from './portion.ts';
import type { Recorded } from './record.ts';
import { belongsToOracle } from './sandbox.ts';
import { tolerated } from './tolerance.ts';
import type { FuzzResult } from './wire.ts';

export interface Mismatch {
  readonly number: number;
  readonly made: GeneratedCase;
  readonly found: readonly string[];
}

/** A case both sides can answer for. */
export interface Sample {
  readonly number: number;
  readonly made: GeneratedCase;
  readonly engine: FuzzResult;
}

const PAGE_FAULT = 14;

function count<T>(map: Map<T, number>, key: T, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

export class Campaign {
  readonly #generator: Generator;
  readonly #machine: BareMachine;
  readonly #oracle: NativeOracle;
  /** How often a row was executed to its end, and how often it ended the case by a fault. */
  readonly executed = new Map<Row, number>();
  readonly faulted = new Map<Row, number>();
  /** Cases not compared, by reason. */
  readonly dropped = new Map<string, number>();
  compared = 0;

  constructor(generator: Generator, machine: BareMachine, oracle: NativeOracle) {
    this.#generator = generator;
    this.#machine = machine;
    this.#oracle = oracle;
  }

  /** Generates cases `first` .. and keeps those that end within the sandbox. */
  collect(seed: number, first: number, count: number): Sample[] {
    const samples: Sample[] = [];
    for (let number = first; number < first + count; number++) {
      const made = this.#generator.generate(seed, number);
      const engine = this.#machine.run(made.test);
      if (typeof engine === 'string') this.#drop(engine);
      else if (engine.vector === PAGE_FAULT && belongsToOracle(engine.cr2))
        this.#drop('memory of the oracle');
      else samples.push({ number, made, engine });
    }
    return samples;
  }

  run(seed: number, first: number, count: number): Mismatch[] {
    const samples = this.collect(seed, first, count);
    const natives = this.#oracle.run(samples.map((sample) => sample.made.test));
    const mismatches: Mismatch[] = [];
    samples.forEach(({ number, made, engine }, i) => {
      const native = natives[i];
      if (isUnfinished(native)) {
        mismatches.push({ number, made, found: ['the processor does not come to an end'] });
        return;
      }
      this.compared++;
      this.#cover(made, native);
      const found = differences(made.test, native, engine, undefinedFlags(made, native));
      if (found.length === 0) return;
      const reason = tolerated(made, native, engine);
      if (reason) this.#drop(reason);
      else mismatches.push({ number, made, found });
    });
    return mismatches;
  }

  /** Cases for the recorded set, with the processor's answers. Where the two disagree nothing is recorded. */
  record(seed: number, count: number): Recorded[] {
    const samples = this.collect(seed, 0, count);
    const natives = this.#oracle.run(samples.map((sample) => sample.made.test));
    return samples.flatMap(({ made, engine }, i) => {
      const native = natives[i];
      if (isUnfinished(native)) return [];
      const ignored = undefinedFlags(made, native);
      if (differences(made.test, native, engine, ignored).length > 0) return [];
      return [{ test: made.test, native, ignored }];
    });
  }

  /** Compares a single case, as the shrinker does. */
  differences(made: GeneratedCase): string[] {
    const engine = this.#machine.run(made.test);
    if (typeof engine === 'string') return [];
    if (engine.vector === PAGE_FAULT && belongsToOracle(engine.cr2)) return [];
    const [native] = this.#oracle.run([made.test]);
    if (isUnfinished(native)) return [];
    const found = differences(made.test, native, engine, undefinedFlags(made, native));
    return tolerated(made, native, engine) ? [] : found;
  }

  #drop(reason: string): void {
    count(this.dropped, reason, 1);
  }

  /** What was done so far, for another process. */
  portion(mismatches: number): Portion {
    const { compared, dropped } = this;
    const rows = (map: ReadonlyMap<Row, number>) =>
      this.#rows.flatMap((row, i): [number, number][] => (map.has(row) ? [[i, map.get(row)!]] : []));
    return {
      compared,
      mismatches,
      dropped: [...dropped],
      executed: rows(this.executed),
      faulted: rows(this.faulted),
    };
  }
  /** Adds what another process has done by a generator with the same options. */
  add({ compared, dropped, executed, faulted }: Portion): void {
    this.compared += compared;
    for (const [reason, number] of dropped) count(this.dropped, reason, number);
    for (const [row, number] of executed) count(this.executed, this.#rows[row]!, number);
    for (const [row, number] of faulted) count(this.faulted, this.#rows[row]!, number);
  }
  get #rows(): readonly Row[] {
    return this.#generator.rows.map(([slot]) => slot!.row);
  }

  #cover(made: GeneratedCase, stop: FuzzResult): void {
    const at = stop.eip - made.test.eip;
    const inside = at >= 0 && at <= made.test.code.length;
    for (const { offset, slot } of made.insns) {
      if (inside && offset > at) break;
      const map = inside && offset === at ? this.faulted : this.executed;
      count(map, slot.row, 1);
    }
  }
}
