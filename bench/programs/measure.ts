// The measuring of programs: every job by every runner in turn, again and again, so that what disturbs the machine
// disturbs all alike. A run whose output differs from the native one's, or from the suite's record, gives no
// figure. A runner that failed a job is not asked again for it.

import type { Amount, ProgramResult, Sample } from '../result.ts';
import { GROUPS, type Group } from '../suite.ts';
import { type Job, type Runner, RunProblem } from './runner.ts';
import type { SuiteFolder } from './suite-folder.ts';
import { digest } from './timed.ts';

export interface Plan {
  readonly runs: number;
  readonly runners: readonly Runner[];
  readonly wanted: (program: string) => boolean;
  readonly progress: (line: string) => void;
}

interface Tally {
  readonly runner: Runner;
  readonly job: Job;
  readonly samples: Sample[];
  problem: string | null;
}

/** `reference`: digest of the right output, once one is known. */
async function measureJobs(jobs: readonly Job[], plan: Plan, expected: string | null): Promise<Tally[]> {
  const tallies: Tally[] = jobs.flatMap((job) =>
    plan.runners.map((runner) => ({ runner, job, samples: [], problem: null })),
  );
  const reference = new Map<Amount, string>();
  if (expected !== null) reference.set('standard', digest(Buffer.from(expected)));
  const guard = async (tally: Tally, body: () => Promise<void>): Promise<void> => {
    if (tally.problem !== null) return;
    try {
      await body();
    } catch (error) {
      if (!(error instanceof RunProblem)) throw error;
      tally.problem = error.message;
      plan.progress(`  ${tally.runner.title}, ${tally.job.amount} work: ${error.message}`);
    }
  };
  for (const tally of tallies) await guard(tally, () => tally.runner.prepare(tally.job));
  for (let round = 0; round < plan.runs; round++)
    for (const tally of tallies)
      await guard(tally, async () => {
        const sample = await tally.runner.run(tally.job);
        const { amount } = tally.job;
        // The native runner comes first.
        if (!reference.has(amount)) reference.set(amount, sample.output);
        if (sample.output !== reference.get(amount)) throw new RunProblem('its output is wrong');
        tally.samples.push(sample);
      });
  return tallies;
}

export class Programs {
  readonly results: ProgramResult[] = [];
  readonly #suite: SuiteFolder;
  readonly #plan: Plan;

  constructor(suite: SuiteFolder, plan: Plan) {
    this.#suite = suite;
    this.#plan = plan;
  }

  /** The suite's own programs: both amounts where the figure is a difference. */
  async own(): Promise<void> {
    for (const group of GROUPS.filter((each) => !each.real))
      for (const program of group.programs.filter(this.#plan.wanted)) {
        const amounts: Amount[] = group.figure === 'marginal' ? ['standard', 'larger'] : ['standard'];
        const jobs = amounts.map((amount) => this.#suite.job(program, amount));
        await this.#measure(group, program, jobs, this.#suite.expected(program));
      }
  }

  async real(root: string): Promise<void> {
    const jobs = this.#suite.realJobs(root);
    for (const group of GROUPS.filter((each) => each.real))
      for (const program of group.programs.filter(this.#plan.wanted)) {
        const job = jobs.get(program);
        if (job !== undefined) await this.#measure(group, program, [job], null);
      }
  }

  async #measure(
    group: Group,
    program: string,
    jobs: readonly Job[],
    expected: string | null,
  ): Promise<void> {
    this.#plan.progress(program);
    for (const { runner, job, samples, problem } of await measureJobs(jobs, this.#plan, expected))
      this.results.push({
        program,
        group: group.name,
        runner: runner.name,
        amount: job.amount,
        samples,
        problem,
      });
  }
}
