// The test modules of Debian's python3.11, each by its regrtest, in a process of its own (or --together): natively in a chroot, and
// under skasm in the same root. A module passes where regrtest ends with 0. What was run lies in
// .cache/suites/python: native.json, which is used again, skasm.json, for --resume, and the words of each module.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Runner, runGuest } from '../support/guest-run.ts';
import { runnerOf, type TestMode } from '../support/jit-mode.ts';
import { projectRoot } from '../support/native-oracle.ts';
import type { SuiteOptions } from './options.ts';
import { type Outcome, pythonRecord } from './python-record.ts';
import { pythonModules, pythonNative, pythonRoot } from './python-root.ts';
import { SuiteError } from './suite.ts';

type PythonOptions = Pick<
  SuiteOptions,
  'only' | 'jobs' | 'patience' | 'resume' | 'seed' | 'together' | 'record'
> & {
  readonly mode: TestMode;
};

const ENVIRONMENT = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8'];
/** Changes are kept in memory, on a file system of their own; test_shutil asks for one that is not empty. */
const ENTER = 'echo > /etc/used && exec env -i -C /tmp "$@"';
/** Seconds that a test may take: how regrtest is told of a slow machine, where it waits longer for threads and peers. */
const SLOW = ['--timeout', '3600'];
const REGRTEST = ['-c', ENTER, 'sh', ...ENVIRONMENT, '/usr/bin/python3.11', '-m', 'test', '-v', ...SLOW];

/** Seconds: natively; under skasm at least, for each second that it takes natively, and at most. */
const LIMITS = { native: 600, least: 120, each: 60, most: 2400 };

/** Outcomes by module, in a file that is read and written each time: several runs may go on at once. */
class OutcomeFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  #read(): Record<string, Outcome> {
    return existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, 'utf8')) : {};
  }

  get(module: string): Outcome | undefined {
    return this.#read()[module];
  }

  set(module: string, outcome: Outcome): void {
    writeFileSync(this.#path, `${JSON.stringify({ ...this.#read(), [module]: outcome }, null, 1)}\n`);
  }
}

/** What regrtest writes in front of each module's words; behind it how long the last one took, if that was long. */
const HEAD = /^\d+:\d\d:\d\d load avg: \S+ \[ *\d+\/\d+\] (test_\w+)(?: -- .*)?$/gm;

/**
 * Runs modules one after the other in one process of Python: the outcome of each, or of none where there are several
 * and not all pass: then nothing says that the first one to fail was alone to blame.
 */
async function runModules(
  runner: Runner,
  modules: readonly string[],
  limit: number,
  log: (module: string) => string,
): Promise<ReadonlyMap<string, Outcome>> {
  const begin = Date.now();
  const { status, stdout } = await runGuest(runner, '/bin/sh', [...REGRTEST, ...modules], {
    timeout: limit * 1000,
    merge: true,
  });
  const seconds = Math.round((Date.now() - begin) / 100 / modules.length) / 10;
  const alone = modules.length === 1;
  if (!alone && status !== 0) return new Map();
  // What stands in front, the name of the first, what it said, the name of the second, ...
  const [, ...said] = stdout.split(HEAD);
  return new Map(
    modules.map((module) => {
      const at = said.indexOf(module);
      const text = alone ? stdout : at < 0 ? '' : said[at + 1]!;
      writeFileSync(log(module), text, 'latin1');
      const last = (pattern: RegExp): number => Number([...text.matchAll(pattern)].pop()?.[1] ?? 0);
      const ran = last(/^Ran (\d+) tests? in/gm);
      return [module, { status, ran, skipped: last(/^(?:OK|FAILED) \(.*\bskipped=(\d+)/gm), seconds }];
    }),
  );
}

/** Calls `body` for each, `jobs` at a time. */
async function forEach<T>(list: readonly T[], jobs: number, body: (one: T) => Promise<void>): Promise<void> {
  const rest = [...list];
  const worker = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await body(one);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function cell(outcome: Outcome): string {
  const end = outcome.status === 0 ? 'ok' : outcome.status === null ? 'late' : `status ${outcome.status}`;
  const skipped = outcome.skipped > 0 ? ` (${outcome.skipped} skipped)` : '';
  return `${end.padEnd(11)}${`${outcome.ran}${skipped}`.padEnd(18)}${outcome.seconds.toFixed(1).padStart(7)} s   `;
}

/** Prints a row a module, quick ones first; answers the names of those that pass natively and not here. */
export async function runPython(folder: string, options: PythonOptions): Promise<string[]> {
  const { jobs, patience, mode, seed, together } = options;
  const root = await pythonRoot();
  const all = pythonModules(root);
  const unknown = options.only.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new SuiteError(`there is no module ${unknown.join(', ')}`);
  const modules = options.only.length > 0 ? options.only : all;
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const log = (module: string, where: string): string => join(folder, 'logs', `${module}.${where}.txt`);

  const natively = new OutcomeFile(join(folder, 'native.json'));
  const here = new OutcomeFile(join(folder, 'skasm.json'));
  if (options.record !== null) {
    const tree = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: projectRoot(),
      encoding: 'utf8',
    });
    const when = `${new Date().toISOString().slice(0, 10)}, commit ${tree.trim()}`;
    const known = (file: OutcomeFile) => (module: string) => file.get(module);
    writeFileSync(options.record, pythonRecord(all, known(natively), known(here), when));
    return [];
  }
  const runner = pythonNative(root);
  await forEach(
    modules.filter((module) => natively.get(module) === undefined),
    jobs,
    async (module) => {
      const ran = await runModules(runner, [module], LIMITS.native * patience, (name) => log(name, 'native'));
      const outcome = ran.get(module)!;
      natively.set(module, outcome);
      console.log(`natively   ${module.padEnd(28)}${cell(outcome)}`);
    },
  );

  const timed = seed === null ? [] : ['--seed', String(seed)];
  const skasm = [...runnerOf(mode), ...timed, '--patch', 'none', '--root', root] as const;
  /** What the record says of how a process with so many modules was run. */
  const told = (count: number): Pick<Outcome, 'options'> => {
    const together = count === 1 ? [] : ['--together', String(count)];
    const words = [...(mode === 'auto' ? [] : ['--mode', mode]), ...timed, ...together];
    return words.length === 0 ? {} : { options: words.join(' ') };
  };
  const passing = modules.filter((module) => natively.get(module)!.status === 0);
  const seconds = (module: string): number => natively.get(module)!.seconds;
  const failed: string[] = [];
  const title = `python (${modules.length} modules)`;
  console.log(`\n${title.padEnd(30)}${'natively'.padEnd(40)}skasm`);
  const tell = (module: string, outcome: Outcome): void => {
    if (outcome.status !== 0) failed.push(module);
    console.log(`${module.padEnd(30)}${cell(natively.get(module)!)}${cell(outcome)}`.trimEnd());
  };
  const run = async (group: readonly string[]): Promise<void> => {
    const limit = group.reduce((sum, module) => sum + LIMITS.least + LIMITS.each * seconds(module), 0);
    const most = LIMITS.most * group.length;
    const ran = await runModules(skasm, group, Math.min(most, limit) * patience, (name) =>
      log(name, 'skasm'),
    );
    for (const [module, outcome] of ran) {
      here.set(module, { ...outcome, ...told(group.length) });
      tell(module, outcome);
    }
    if (ran.size === 0) for (const module of group) await run([module]);
  };
  passing.sort((a, b) => seconds(a) - seconds(b));
  const known = passing.filter((module) => options.resume && here.get(module) !== undefined);
  for (const module of known) tell(module, here.get(module)!);
  const rest = passing.filter((module) => !known.includes(module));
  const groups: string[][] = [];
  while (rest.length > 0) groups.push(rest.splice(0, together));
  await forEach(groups, jobs, run);

  for (const module of modules.filter((one) => !passing.includes(one)))
    console.log(`not counted: ${module}: does not pass natively: ${cell(natively.get(module)!).trimEnd()}`);
  console.log(`python: ${passing.length - failed.length} of ${passing.length} that pass natively pass`);
  if (failed.length > 0) console.log(`python: different: ${failed.sort().join(', ')}`);
  return failed;
}
