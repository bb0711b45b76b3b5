// Who runs the programs: the interface, and the jobs that are given to it.

import type { Amount, Sample } from '../result.ts';

export const RUNNER_NAMES = [
  'native',
  'qemu-i386',
  'v86',
  'skasm-cold',
  'skasm-warm',
  'interpreter',
] as const;

export type RunnerName = (typeof RUNNER_NAMES)[number];

/** One program with an amount of work. */
export interface Job {
  readonly program: string;
  readonly amount: Amount;
  /** The root folder in which `command` means something; null: a static program of the host's. */
  readonly root: string | null;
  readonly command: readonly string[];
}

export interface Runner {
  readonly name: RunnerName;
  readonly title: string;
  /** Brings what must be there before a job is measured for the first time: a warm cache. */
  prepare(job: Job): Promise<void>;
  /** Throws a RunProblem. */
  run(job: Job): Promise<Sample>;
  close(): Promise<void>;
}

/** Why a run gives no figure, in a few words; not a fault of the benchmarks. */
export class RunProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RunProblem';
  }
}
