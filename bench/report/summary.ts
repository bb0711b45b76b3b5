// What the raw figures come to: for each program and runner its seconds and its ratio to native, for each group
// the geometric means, and whether the bars are met. Both reports are made from this.

import type { RunnerName } from '../programs/runner.ts';
import type { Amount, BenchResult, ProgramResult, RunnerNote } from '../result.ts';
import { geometricMean, marginal, median } from '../statistics.ts';
import { type Bar, CC1_PEAK, CPU_BOUND, GROUPS, type Group, UML_BARS, WALL_OVER_THREAD } from '../suite.ts';

export type Verdict = 'goal met' | 'met' | 'missed' | 'no figure';

/** Null where there is no figure. */
export interface Cell {
  /** CPU seconds: of the group's kind, and of the standard work from start to exit. */
  readonly figure: number | null;
  readonly total: number | null;
  readonly figureRatio: number | null;
  readonly totalRatio: number | null;
  readonly problem: string | null;
}

export interface ProgramRow {
  readonly program: string;
  /** By the runner's name. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface GroupMean {
  readonly figure: number | null;
  readonly total: number | null;
  /** Programs that have a figure, of all that were to be run. */
  readonly counted: number;
}

export interface GroupRow {
  readonly group: Group;
  readonly programs: readonly ProgramRow[];
  readonly means: ReadonlyMap<string, GroupMean>;
}

export interface Judged {
  readonly what: string;
  readonly runner: RunnerName;
  readonly value: number | null;
  readonly bar: Bar;
  readonly verdict: Verdict;
}

export interface Check {
  readonly what: string;
  readonly found: string;
  readonly met: boolean;
}

export const UML_FIGURES = {
  boot: 'CPU time to the first line of init',
  script: 'fork600.sh, wall clock time',
} as const;

const cpu = (result: ProgramResult): number[] => result.samples.map((each) => each.user + each.system);

export function judge(value: number | null, bar: Bar): Verdict {
  if (value === null) return 'no figure';
  if (value > bar.most) return 'missed';
  return bar.goal !== null && value <= bar.goal ? 'goal met' : 'met';
}

const ratio = (value: number | null, native: number | null | undefined): number | null =>
  value === null || native === null || native === undefined || native <= 0 ? null : value / native;

export class Summary {
  readonly result: BenchResult;
  readonly groups: readonly GroupRow[];

  constructor(result: BenchResult) {
    this.result = result;
    this.groups = GROUPS.map((group) => this.#group(group)).filter((row) => row.programs.length > 0);
  }

  /** Runners that took part. */
  get runners(): readonly RunnerNote[] {
    return this.result.runners.filter((runner) => runner.absent === null);
  }

  #find(program: string, runner: string, amount: Amount): ProgramResult | undefined {
    return this.result.programs.find(
      (each) => each.program === program && each.runner === runner && each.amount === amount,
    );
  }

  #seconds(group: Group, program: string, runner: string): Omit<Cell, 'figureRatio' | 'totalRatio'> {
    const standard = this.#find(program, runner, 'standard');
    const larger = this.#find(program, runner, 'larger');
    const problem = standard?.problem ?? larger?.problem ?? null;
    const has = (result: ProgramResult | undefined): result is ProgramResult =>
      result !== undefined && result.problem === null && result.samples.length > 0;
    const total = has(standard) ? median(cpu(standard)) : null;
    if (group.figure === 'total') return { figure: total, total, problem };
    const figure = has(standard) && has(larger) ? marginal(cpu(standard), cpu(larger)) : null;
    return { figure, total, problem: problem ?? (figure === null ? 'no difference' : null) };
  }

  #group(group: Group): GroupRow {
    const programs = group.programs
      .filter((program) => this.result.programs.some((each) => each.program === program))
      .map((program): ProgramRow => {
        const native = this.#seconds(group, program, 'native');
        const cells = this.runners.map(({ name }): [string, Cell] => {
          const seconds = this.#seconds(group, program, name);
          return [
            name,
            {
              ...seconds,
              figureRatio: ratio(seconds.figure, native.figure),
              totalRatio: ratio(seconds.total, native.total),
            },
          ];
        });
        return { program, cells: new Map(cells) };
      });
    const means = this.runners.map(({ name }): [string, GroupMean] => {
      const cells = programs.map((row) => row.cells.get(name)!);
      const mean = (pick: (cell: Cell) => number | null): number | null => {
        const values = cells.map(pick).filter((value) => value !== null);
        return values.length === 0 ? null : geometricMean(values);
      };
      return [
        name,
        {
          figure: mean((cell) => cell.figureRatio),
          total: mean((cell) => cell.totalRatio),
          counted: cells.filter((cell) => cell.figureRatio !== null).length,
        },
      ];
    });
    return { group, programs, means: new Map(means) };
  }

  #took(runner: string): boolean {
    return this.runners.some((each) => each.name === runner);
  }

  /** The bars of the groups. A mean over a part of a group's programs meets no bar. */
  judged(): Judged[] {
    return this.groups.flatMap(({ group, means }) =>
      group.bars
        .filter((bar) => this.#took(bar.runner))
        .map((bar) => {
          const mean = means.get(bar.runner)!;
          const value = mean.counted === group.programs.length ? mean.figure : null;
          return { what: group.title, runner: bar.runner, value, bar, verdict: judge(value, bar) };
        }),
    );
  }

  /** Median of a figure of User Mode Linux, seconds. */
  uml(runner: string, figure: 'boot' | 'script'): number | null {
    const samples = this.result.uml.find((each) => each.runner === runner)?.samples ?? [];
    return samples.length === 0 ? null : median(samples.map((each) => each[figure]));
  }

  judgedUml(): Judged[] {
    return UML_BARS.filter((bar) =>
      this.result.uml.some((each) => each.runner === bar.runner && each.samples.length > 0),
    ).map((bar) => {
      const value = ratio(this.uml(bar.runner, bar.figure), this.uml('native', bar.figure));
      return { what: UML_FIGURES[bar.figure], runner: bar.runner, value, bar, verdict: judge(value, bar) };
    });
  }

  /** What is asked for besides ratios. */
  checks(): Check[] {
    return [...this.#peaks(), ...this.#walls(), ...this.#tiers()];
  }

  #skasm(): readonly RunnerNote[] {
    return this.runners.filter((runner) => runner.name.startsWith('skasm-'));
  }

  #peaks(): Check[] {
    return this.#skasm().flatMap(({ name, title }) => {
      const peaks = (this.#find('cc1', name, 'standard')?.samples ?? []).flatMap((each) => each.peak ?? []);
      if (peaks.length === 0) return [];
      const peak = Math.max(...peaks);
      return {
        what: `cc1's peak resident set, ${title}: at most ${CC1_PEAK / 1024} MiB`,
        found: `${Math.round(peak / 1024)} MiB`,
        met: peak <= CC1_PEAK,
      };
    });
  }

  /** Wall clock time, less what others on the machine took of it, over the guest thread's CPU time. */
  #walls(): Check[] {
    return this.#skasm().flatMap(({ name, title }) => {
      const found = this.result.programs
        .filter((each) => each.runner === name && each.amount === 'larger' && CPU_BOUND.includes(each.group))
        .flatMap(({ program, samples }) => {
          const ratios = samples.flatMap(({ wall, thread, queued }) =>
            thread === null ? [] : (wall - (queued ?? 0)) / thread,
          );
          return ratios.length === 0 ? [] : [{ program, value: median(ratios) }];
        });
      if (found.length === 0) return [];
      const worst = found.reduce((a, b) => (b.value > a.value ? b : a));
      return {
        what: `CPU-bound programs, ${title}: wall clock at most ${WALL_OVER_THREAD}x the guest thread's CPU time`,
        found: `${worst.value.toFixed(2)} (${worst.program})`,
        met: worst.value <= WALL_OVER_THREAD,
      };
    });
  }

  /** No program is slower than in the interpreter. */
  #tiers(): Check[] {
    if (!this.#took('interpreter')) return [];
    return this.#skasm().map(({ name, title }) => {
      const slower = this.groups.flatMap((row) =>
        row.programs.flatMap(({ program, cells }) => {
          const quick = cells.get('interpreter')?.total ?? null;
          const own = cells.get(name)?.total ?? null;
          return quick !== null && own !== null && own > quick
            ? [`${program} ${(own / quick).toFixed(2)}x`]
            : [];
        }),
      );
      return {
        what: `no program slower than in the interpreter, ${title}`,
        found: slower.length === 0 ? 'none is' : slower.join(', '),
        met: slower.length === 0,
      };
    });
  }
}
