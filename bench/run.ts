// `npm run bench`: the parts in order, then the reports. Progress goes to standard error, the tables to standard
// output, the figures to bench/results as JSON and as a page. What cannot be measured here is left out with its
// reason; bars that are missed are no failure of the benchmarks.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { PackageError } from '../runtime/host/node/packages.ts';
import { describeMachine } from './machine.ts';
import { microResults } from './micro/harness.ts';
import { type BenchOptions, type Part, parseOptions } from './options.ts';
import { Programs } from './programs/measure.ts';
import { findRunners, type Runners } from './programs/runners.ts';
import { SuiteFolder, SuiteProblem } from './programs/suite-folder.ts';
import { Stopwatch } from './programs/timed.ts';
import { BuildProblem } from './project.ts';
import { htmlReport } from './report/html.ts';
import { Summary } from './report/summary.ts';
import { textReport } from './report/text.ts';
import type { BenchResult, BootResult, MicroResult, ProgramResult } from './result.ts';
import { umlResults } from './uml/uml.ts';
import { V86Runner } from './v86/runner.ts';

const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

const progress = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

class Session {
  readonly #options: BenchOptions;
  readonly #notes: string[] = [];
  #micro: MicroResult[] = [];
  #programs: ProgramResult[] = [];
  #uml: BootResult[] = [];
  #runners: Runners = { present: [], notes: [] };

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  #has(part: Part): boolean {
    return this.#options.parts.includes(part);
  }

  /** Runs a part; a reason why it cannot be done becomes a note. */
  async #attempt(part: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      const known = [SuiteProblem, PackageError, BuildProblem].some((kind) => error instanceof kind);
      if (!(known && error instanceof Error)) throw error;
      progress(`${part}: ${error.message}`);
      this.#notes.push(`${part}: ${error.message}`);
    }
  }

  async run(): Promise<BenchResult> {
    const machine = describeMachine();
    const { runs, microEngines } = this.#options;
    if (this.#has('micro'))
      await this.#attempt('micro-benchmarks', async () => {
        this.#micro = await microResults({ engines: microEngines, progress });
      });
    if (this.#has('programs') || this.#has('real') || this.#has('uml'))
      await this.#attempt('programs and UML', () => this.#suiteParts());
    return {
      machine,
      runs,
      runners: this.#runners.notes,
      micro: this.#micro,
      programs: this.#programs,
      uml: this.#uml,
      notes: this.#notes,
    };
  }

  async #suiteParts(): Promise<void> {
    const options = this.#options;
    const suite = SuiteFolder.open(options.suite);
    if (this.#has('programs') || this.#has('real')) await this.#programParts(suite);
    if (this.#has('uml'))
      await this.#attempt('UML', async () => {
        const wanted = (name: string): boolean => (options.runners as readonly string[]).includes(name);
        this.#uml = await umlResults({ runs: options.runs, suite: suite.folder, wanted, progress });
      });
  }

  async #programParts(suite: SuiteFolder): Promise<void> {
    const { runs, runners, limit, programs: chosen } = this.#options;
    const wanted = (program: string): boolean => chosen.length === 0 || chosen.includes(program);
    let root: string | null = null;
    if (this.#has('real'))
      await this.#attempt('real programs', async () => {
        root = await suite.realRoot(progress);
      });
    const guest = { suite: suite.folder, root, limit, progress };
    const v86 = (): Promise<V86Runner> => V86Runner.create(guest);
    this.#runners = await findRunners({ names: runners, limit, stopwatch: new Stopwatch(), v86 });
    for (const { title, absent } of this.#runners.notes) if (absent !== null) progress(`${title}: ${absent}`);
    const programs = new Programs(suite, { runs, runners: this.#runners.present, wanted, progress });
    this.#programs = programs.results;
    try {
      if (this.#has('programs')) await programs.own();
      if (root !== null) await programs.real(root);
    } finally {
      for (const runner of this.#runners.present) await runner.close();
    }
  }
}

/** `2026-11-24T15-46-14-COMMIT`. */
function resultName({ machine }: BenchResult): string {
  return `${machine.date.slice(0, 19).replaceAll(':', '-')}-${machine.commit.replace('+', '-changed')}`;
}

async function main(): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    throw error;
  }
  const result = await new Session(options).run();
  const summary = new Summary(result);
  process.stdout.write(`\n${textReport(summary)}`);
  mkdirSync(options.out, { recursive: true });
  const file = join(options.out, resultName(result));
  writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 1)}\n`);
  writeFileSync(`${file}.html`, htmlReport(summary));
  process.stdout.write(`\n${file}.json\n${file}.html\n`);
  return 0;
}

// What runs is ended by those who started it, when this process exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
main().then(
  (status) => process.exit(status),
  (error: Error) => {
    process.stderr.write(`bench: ${error.stack ?? error.message}\n`);
    process.exit(EXIT_FAILURE);
  },
);
