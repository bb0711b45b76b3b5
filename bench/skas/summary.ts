// What the raw figures come to: times for an event and their ratios to the host's, the ratios that a real host's prices
// give, counts beside the step lists, and whether what issue and documents ask for is met.

import { median } from '../statistics.ts';
import { KINDS, type Kind } from './counting.ts';
import type { CountsResult, SkasResult } from './result.ts';
import { SYSTEMS, type System, type SystemName, WORKS, type Work, type WorkName } from './rows.ts';
import type { ServersResult } from './servers.ts';
import { STEPS, STEPS_MARGIN, type Steps } from './steps.ts';
import type { TimesResult } from './times.ts';

export interface Check {
  readonly what: string;
  readonly found: string;
  /** A goal is wished for, a bar asked for. */
  readonly kind: 'bar' | 'goal';
  readonly met: boolean;
}

export interface CountedSteps {
  readonly steps: Steps;
  /** For one event; null: not counted. */
  readonly calls: number | null;
  readonly stops: number | null;
}

/** The most that skas3's processes may be: kernel, the guests' process and helpers. */
const PROCESSES = 4;
const BUILD_OVER_HOST = 1.3;
const BUILD_GOAL = 2;
const SCRIPT_GOAL = 4;
const LOAD_FACTOR = 10;

const divided = (a: number | null, b: number | null): number | null =>
  a === null || b === null || !(b > 0) ? null : a / b;

/** Seconds of the work alone, for one event; null where there is no figure. */
function eventTime(result: TimesResult | undefined, pick: 'cpu' | 'user' | 'wall'): number | null {
  if (result === undefined || result.samples.length === 0) return null;
  const seconds = median(result.samples.map(([whole, less]) => whole[pick] - less[pick]));
  return seconds > 0 ? seconds / result.amount : null;
}

export class SkasSummary {
  readonly result: SkasResult;

  constructor(result: SkasResult) {
    this.result = result;
  }

  /** Works that were done, and systems in which. */
  get works(): readonly Work[] {
    const { times, counts } = this.result;
    return WORKS.filter(({ name }) => [...times, ...counts].some((each) => each.work === name));
  }
  get systems(): readonly System[] {
    const { times, counts, servers } = this.result;
    return SYSTEMS.filter(({ name }) =>
      [...times, ...counts, ...servers].some((each) => each.system === name),
    );
  }

  /** Seconds of the guests' thread for one event under skasm. */
  time(system: SystemName, work: WorkName): number | null {
    return eventTime(find(this.result.times, system, work), 'cpu');
  }
  ratio(system: SystemName, work: WorkName): number | null {
    return divided(this.time(system, work), this.time('host', work));
  }
  problem(system: SystemName, work: WorkName): string | null {
    return find(this.result.times, system, work)?.problem ?? null;
  }

  /** Seconds of all processes for one event, natively. */
  native(system: SystemName, work: WorkName): number | null {
    return eventTime(find(this.result.native, system, work), 'cpu');
  }
  nativeProblem(system: SystemName, work: WorkName): string | null {
    return find(this.result.native, system, work)?.problem ?? null;
  }

  /**
   * Seconds for one event on a real host: what the programs take in user mode there, and for each call that the kernel
   * makes the host's price. What the kernel itself computes is left out; `native` has it, for the modes that are there.
   */
  priced(system: SystemName, work: WorkName): number | null {
    const { prices, native } = this.result;
    if (system === 'host') return this.native('host', work);
    const counted = find(this.result.counts, system, work);
    const own = eventTime(find(native, 'host', work), 'user') ?? 0;
    if (prices === null || counted === undefined) return null;
    const cost = (kind: Kind): number => (counted.counts.kinds[kind] * prices[kind]) / 1e9;
    return own + KINDS.reduce((sum, kind) => sum + cost(kind), 0) / counted.amount;
  }
  pricedRatio(system: SystemName, work: WorkName): number | null {
    return divided(this.priced(system, work), this.priced('host', work));
  }

  steps(): CountedSteps[] {
    return STEPS.flatMap((steps) => {
      const counted = find(this.result.counts, steps.system, steps.work);
      if (counted === undefined) return [];
      const { amount, counts } = counted;
      return [{ steps, calls: counts.calls / amount, stops: counts.kinds.stop / amount }];
    });
  }
  processes(system: SystemName): CountsResult | undefined {
    return find(this.result.counts, system, 'script');
  }
  servers(system: SystemName, servers: number): ServersResult | undefined {
    return this.result.servers.find((each) => each.system === system && each.servers === servers);
  }
  get serverCounts(): readonly number[] {
    return [...new Set(this.result.servers.map((each) => each.servers))].sort((a, b) => a - b);
  }

  checks(): Check[] {
    return [...this.#timeChecks(), ...this.#stepChecks(), ...this.#processChecks(), ...this.#loadChecks()];
  }

  #timeChecks(): Check[] {
    const checks: Check[] = this.works.flatMap((work) => {
      const faster = divided(this.time('tt', work.name), this.time('skas3', work.name));
      if (faster === null) return [];
      return [times('bar', `${work.title}: skas3 faster than tt`, faster, faster > 1)];
    });
    const build = this.ratio('skas3', 'build');
    if (build !== null)
      checks.push(
        times(
          'bar',
          `build in skas3 within ${BUILD_OVER_HOST} times the host's`,
          build,
          build <= BUILD_OVER_HOST,
        ),
      );
    for (const [work, goal] of [
      ['build', BUILD_GOAL],
      ['script', SCRIPT_GOAL],
    ] as const) {
      const own = divided(this.time('tt', work), this.time('skas3', work));
      const real = divided(this.priced('tt', work), this.priced('skas3', work));
      if (own !== null) checks.push(times('goal', `${work}: tt ${goal} times skas3`, own, own >= goal));
      if (real !== null)
        checks.push(
          times('goal', `${work}: tt ${goal} times skas3, at a real host's prices`, real, real >= goal),
        );
    }
    return checks;
  }

  #stepChecks(): Check[] {
    return this.steps().map(({ steps, calls, stops }): Check => {
      const near = (found: number, asked: number): boolean => Math.abs(found - asked) <= asked * STEPS_MARGIN;
      return {
        kind: 'bar',
        what: `${steps.work} in ${steps.system}: ${steps.calls} host calls, ${steps.stops} stops`,
        found: `${calls!.toFixed(2)}, ${stops!.toFixed(2)}`,
        met: near(calls!, steps.calls) && near(stops!, steps.stops),
      };
    });
  }

  #processChecks(): Check[] {
    const [skas3, tt] = [this.processes('skas3'), this.processes('tt')];
    if (skas3 === undefined || tt === undefined) return [];
    return [
      {
        kind: 'bar',
        what: `skas3: at most ${PROCESSES} processes of the host, whatever the guests do`,
        found: `${skas3.counts.peak} at once, ${skas3.counts.made} made`,
        met: skas3.counts.peak <= PROCESSES && skas3.counts.made <= PROCESSES + PROBES,
      },
      {
        kind: 'bar',
        what: 'tt: a process of the host for each of the guest',
        found: `${tt.counts.peak} at once, ${tt.counts.made} made`,
        met: tt.counts.made >= tt.amount * 3,
      },
    ];
  }

  #loadChecks(): Check[] {
    const most = this.serverCounts.at(-1);
    if (most === undefined) return [];
    const [tt, skas3] = [this.servers('tt', most), this.servers('skas3', most)];
    const factor = divided(tt?.load ?? null, skas3?.load ?? null);
    if (factor === null) return [];
    return [
      times(
        'bar',
        `${most} servers: tt's load at least ${LOAD_FACTOR} times skas3's`,
        factor,
        factor >= LOAD_FACTOR,
      ),
    ];
  }
}

/** Processes that a boot makes to see what the host can do, and that are gone when it is over. */
const PROBES = 8;

function times(kind: Check['kind'], what: string, value: number, met: boolean): Check {
  return { kind, what, found: `${value.toFixed(2)} times`, met };
}

function find<T extends { readonly system: string; readonly work: string }>(
  results: readonly T[],
  system: SystemName,
  work: WorkName,
): T | undefined {
  return results.find((each) => each.system === system && each.work === work);
}
