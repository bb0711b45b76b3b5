// Runners that are a command in front of the program's: native, qemu-i386 and skasm. The command of skasm is its
// bin by its absolute path, as it is installed; with `--cache`, a folder for each job, empty at each run (cold) or
// filled by one run before (warm).

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '../result.ts';
import { type Job, type Runner, type RunnerName, RunProblem } from './runner.ts';
import { digest, type Stopwatch, TIMED_OUT } from './timed.ts';

/** The words before a program: it is a file of the host, or (`root`) a path in a folder. */
export type Prefix = (root: string | null, cache: string) => readonly string[];

export type CachePolicy = 'none' | 'cold' | 'warm';

export interface ProcessRunnerOptions {
  readonly name: RunnerName;
  readonly title: string;
  readonly prefix: Prefix;
  readonly cache: CachePolicy;
  /** Seconds. */
  readonly limit: number;
}

export class ProcessRunner implements Runner {
  readonly name: RunnerName;
  readonly title: string;
  readonly #options: ProcessRunnerOptions;
  readonly #stopwatch: Stopwatch;
  readonly #caches = mkdtempSync(join(tmpdir(), 'skasm-bench-cache-'));

  constructor(options: ProcessRunnerOptions, stopwatch: Stopwatch) {
    this.name = options.name;
    this.title = options.title;
    this.#options = options;
    this.#stopwatch = stopwatch;
  }

  #cacheOf(job: Job): string {
    return join(this.#caches, `${job.program}-${job.amount}`);
  }

  async prepare(job: Job): Promise<void> {
    mkdirSync(this.#cacheOf(job), { recursive: true, mode: 0o700 });
    if (this.#options.cache === 'warm') await this.#once(job);
  }

  run(job: Job): Promise<Sample> {
    if (this.#options.cache === 'cold') {
      rmSync(this.#cacheOf(job), { recursive: true, force: true });
      mkdirSync(this.#cacheOf(job), { mode: 0o700 });
    }
    return this.#once(job);
  }

  async #once(job: Job): Promise<Sample> {
    const command = [...this.#options.prefix(job.root, this.#cacheOf(job)), ...job.command];
    const ran = await this.#stopwatch.run(command, this.#options.limit);
    if (ran.status === TIMED_OUT) throw new RunProblem(`not done in ${this.#options.limit} s`);
    if (ran.status !== 0) {
      const said = ran.stderr.trim().split('\n').pop() ?? '';
      throw new RunProblem(`status ${ran.status}${said === '' ? '' : `: ${said.slice(0, 120)}`}`);
    }
    return { ...ran.sample, output: digest(ran.stdout) };
  }

  async close(): Promise<void> {
    rmSync(this.#caches, { recursive: true, force: true });
  }
}
