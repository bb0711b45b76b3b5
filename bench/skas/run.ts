// `npm run bench:skas`: the same work on skasm's host and in User Mode Linux (test/guests/tinyuml) in each of its modes:
// times, host calls, processes, and the load of many servers. Tables go to standard output, figures to bench/results
// as JSON and as a page. What cannot be measured here is left out with its reason.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { describeMachine } from '../machine.ts';
import { Stopwatch } from '../programs/timed.ts';
import { projectRoot } from '../project.ts';
import { renderTable } from '../report/table.ts';
import { machineLines } from '../report/text.ts';
import { countWork } from './counting.ts';
import { skasHtml } from './html.ts';
import type { CountsResult, SkasResult } from './result.ts';
import { layRoot } from './root.ts';
import { SYSTEMS, type System, WORKS, type Work } from './rows.ts';
import { runServers, type ServersResult } from './servers.ts';
import { SkasSummary } from './summary.ts';
import { skasTables } from './tables.ts';
import { hostPrices, nativeTimes, skasmTimes, type TimesPlan } from './times.ts';

const PARTS = ['times', 'native', 'counts', 'servers'] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly only: readonly Part[];
  readonly runs: number;
  readonly systems: readonly string[];
  readonly works: readonly string[];
  readonly servers: readonly number[];
  readonly limit: number;
  readonly out: string;
}

const progress = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const list =
  <T extends string>(known: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map((name) => {
      const found = known.find((each) => each === name.trim());
      if (found === undefined)
        throw new InvalidArgumentError(`${JSON.stringify(name)} is none of ${known.join(', ')}.`);
      return found;
    });
function count(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('a number from 1 is wanted.');
  return Number(text);
}

function parseOptions(words: readonly string[]): Options {
  const systems = SYSTEMS.map(({ name }) => name);
  const works = WORKS.map(({ name }) => name);
  const command = new Command('npm run bench:skas --')
    .description(
      "Measures User Mode Linux in its modes beside skasm's host; prints tables, writes JSON and a page.",
    )
    .option('--only <parts>', `only these parts: ${PARTS.join(', ')}`, list(PARTS), [...PARTS])
    .option('--runs <n>', 'runs of each work, of which the median counts', count, 3)
    .option('--systems <names>', `only these: ${systems.join(', ')}`, list(systems), systems)
    .option('--works <names>', `only these: ${works.join(', ')}`, list(works), works)
    .option('--servers <counts>', 'how many servers', (text) => text.split(',').map(count), [1, 10, 30])
    .option('--limit <seconds>', 'time for one run', count, 600)
    .option('--out <dir>', 'folder of the results', join(projectRoot(), 'bench/results'))
    .showHelpAfterError('(--help shows the options)')
    .exitOverride();
  return command.parse([...words], { from: 'user' }).opts<Options>();
}

class Session {
  readonly #options: Options;
  readonly #notes: string[] = [];
  readonly #systems: readonly System[];
  readonly #works: readonly Work[];

  constructor(options: Options) {
    this.#options = options;
    this.#systems = SYSTEMS.filter(({ name }) => options.systems.includes(name));
    this.#works = WORKS.filter(({ name }) => options.works.includes(name));
  }

  /** What a part gives; where it fails, `otherwise`, with the reason as a note. */
  async #part<T>(part: Part, title: string, otherwise: T, body: () => Promise<T>): Promise<T> {
    if (!this.#options.only.includes(part)) return otherwise;
    try {
      return await body();
    } catch (error) {
      const note = `${title}: ${(error as Error).message}`;
      progress(note);
      this.#notes.push(note);
      return otherwise;
    }
  }

  async run(root: string, cache: string): Promise<SkasResult> {
    const machine = describeMachine();
    const { runs, limit } = this.#options;
    const plan: TimesPlan = { root, runs, limit, stopwatch: new Stopwatch(), progress };
    const counts: CountsResult[] = [];
    await this.#part('counts', 'host calls', counts, () => this.#counts(root, cache, counts));
    const times = await this.#part('times', 'times', [], () => skasmTimes(plan, this.#systems, this.#works));
    const prices = await this.#part('native', "the host's prices", null, () => hostPrices(plan));
    const native = await this.#part('native', 'native', [], () => nativeTimes(plan, this.#works));
    const servers: ServersResult[] = [];
    await this.#part('servers', 'servers', servers, () => this.#servers(root, cache, servers));
    return { machine, runs, times, native, prices, counts, servers, notes: this.#notes };
  }

  async #counts(root: string, cache: string, results: CountsResult[]): Promise<CountsResult[]> {
    for (const work of this.#works)
      for (const system of this.#systems) {
        progress(`host calls: ${work.title}, ${system.title}`);
        // Counts are the same for each event, so that a few are enough of what only repeats itself.
        const amount = work.counted === 1 ? 2000 : work.counted;
        const counts = await countWork(system, work, amount, root, cache);
        results.push({ system: system.name, work: work.name, amount, counts });
      }
    return results;
  }

  async #servers(root: string, cache: string, results: ServersResult[]): Promise<ServersResult[]> {
    for (const servers of this.#options.servers)
      for (const system of this.#systems) {
        progress(`servers: ${servers}, ${system.title}`);
        results.push(await runServers(system, servers, root, cache));
      }
    return results;
  }
}

function textReport(summary: SkasSummary): string {
  const { machine, runs, notes } = summary.result;
  const parts = [`${machineLines(machine, runs).join('\n')}\n`];
  for (const { title, table, remarks } of skasTables(summary))
    parts.push(`${title}\n\n${renderTable(table)}${remarks.map((remark) => `  ${remark}\n`).join('')}`);
  const checks = summary
    .checks()
    .map(({ kind, what, found, met }) => `${met ? 'met   ' : 'missed'}  ${kind}  ${what}: ${found}`);
  if (checks.length > 0) parts.push(`Asked for\n\n${checks.join('\n')}\n`);
  if (notes.length > 0) parts.push(`Left out\n\n${notes.join('\n')}\n`);
  return parts.join('\n');
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const cache = mkdtempSync(join(tmpdir(), 'skasm-bench-skas-'));
  try {
    const root = await layRoot(progress);
    const result = await new Session(options).run(root, cache);
    const summary = new SkasSummary(result);
    process.stdout.write(`\n${textReport(summary)}`);
    const { date, commit } = result.machine;
    mkdirSync(options.out, { recursive: true });
    const name = `skas-${date.slice(0, 19).replaceAll(':', '-')}-${commit.replace('+', '-changed')}`;
    const file = join(resolve(options.out), name);
    writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 1)}\n`);
    writeFileSync(`${file}.html`, skasHtml(summary));
    process.stdout.write(`\n${file}.json\n${file}.html\n`);
    return 0;
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

// What runs is ended by those who started it, when this process exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
main().then(
  (status) => process.exit(status),
  (error: Error) => {
    process.stderr.write(`bench:skas: ${error.message}\n`);
    process.exit(1);
  },
);
