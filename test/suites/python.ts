// The test modules of Debian's python3.11, each by its regrtest in a process of its own: natively in a chroot, and
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

type PythonOptions = Pick<SuiteOptions, 'only' | 'jobs' | 'patience' | 'resume' | 'seed' | 'record'> & {
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

async function runModule(runner: Runner, module: string, limit: number, log: string): Promise<Outcome> {
  const begin = Date.now();
  const run = await runGuest(runner, '/bin/sh', [...REGRTEST, module], {
    timeout: limit * 1000,
    merge: true,
  });
  const seconds = Math.round((Date.now() - begin) / 100) / 10;
  writeFileSync(log, run.stdout, 'latin1');
  const last = (pattern: RegExp): number => Number([...run.stdout.matchAll(pattern)].pop()?.[1] ?? 0);
  return {
    status: run.status,
    ran: last(/^Ran (\d+) tests? in/gm),
    skipped: last(/^(?:OK|FAILED) \(.*\bskipped=(\d+)/gm),
    seconds,
  };
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
  const { jobs, patience, mode, seed } = options;
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
      const outcome = await runModule(runner, module, LIMITS.native * patience, log(module, 'native'));
      natively.set(module, outcome);
      console.log(`natively   ${module.padEnd(28)}${cell(outcome)}`);
    },
  );

  const timed = seed === null ? [] : ['--seed', String(seed)];
  const skasm = [...runnerOf(mode), ...timed, '--patch', 'none', '--root', root] as const;
  const how = [...(mode === 'auto' ? [] : ['--mode', mode]), ...timed].join(' ');
  const passing = modules.filter((module) => natively.get(module)!.status === 0);
  const seconds = (module: string): number => natively.get(module)!.seconds;
  const failed: string[] = [];
  const title = `python (${modules.length} modules)`;
  console.log(`\n${title.padEnd(30)}${'natively'.padEnd(40)}skasm`);
  await forEach(
    passing.sort((a, b) => seconds(a) - seconds(b)),
    jobs,
    async (module) => {
      const limit = Math.min(LIMITS.most, LIMITS.least + LIMITS.each * seconds(module)) * patience;
      let outcome = options.resume ? here.get(module) : undefined;
      if (outcome === undefined) {
        const ran = await runModule(skasm, module, limit, log(module, 'skasm'));
        outcome = how === '' ? ran : { ...ran, options: how };
        here.set(module, outcome);
      }
      if (outcome.status !== 0) failed.push(module);
      console.log(`${module.padEnd(30)}${cell(natively.get(module)!)}${cell(outcome)}`.trimEnd());
    },
  );

  for (const module of modules.filter((one) => !passing.includes(one)))
    console.log(`not counted: ${module}: does not pass natively: ${cell(natively.get(module)!).trimEnd()}`);
  console.log(`python: ${passing.length - failed.length} of ${passing.length} that pass natively pass`);
  if (failed.length > 0) console.log(`python: different: ${failed.sort().join(', ')}`);
  return failed;
}
