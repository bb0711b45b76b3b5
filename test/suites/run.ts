// `npm run test:suites`: programs that others wrote as tests of an i386, fetched as Debian source packages and
// built here, native beside skasm: same bytes on both outputs, same status. Not part of `npm test`.
// options.ts has the options, `--help` lists them.
// A program that does not build or that ends natively in no way twice the same is listed with the reason and
// does not count. Test modules of Python are python.ts's.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError } from 'commander';
import { Refusal } from '../../runtime/command-refusal.ts';
import { untilSignal } from '../support/children.ts';
import { NATIVE, type Runner, runGuest } from '../support/guest-run.ts';
import { runnerOf, type TestMode } from '../support/jit-mode.ts';
import { projectRoot } from '../support/native-oracle.ts';
import { PYTHON, parseOptions, SUITES, type SuiteOptions } from './options.ts';
import { runPython } from './python.ts';
import { SourceStore } from './sources.ts';
import { type Suite, SuiteError, type SuiteTest } from './suite.ts';

const TIMEOUT = 600_000;

const EXIT_DIFFERENT = 1;
const EXIT_USAGE = 2;

type Options = Pick<SuiteOptions, 'only' | 'show'> & { readonly modes: readonly TestMode[] };

/** The program's path; throws with the compiler's words. */
function build(suite: Suite, source: string, test: SuiteTest): string {
  const digest = createHash('sha256').update(test.build).digest('hex').slice(0, 8);
  const program = join(projectRoot(), '.cache/suites/built', suite.name, `${test.name}-${digest}`, test.name);
  if (existsSync(program)) return program;
  mkdirSync(dirname(program), { recursive: true });
  try {
    execFileSync('sh', ['-c', test.build], {
      cwd: source,
      env: { ...process.env, OUT: program },
      stdio: 'pipe',
    });
  } catch (error) {
    rmSync(program, { force: true });
    const words = (error as { stderr: Buffer }).stderr.toString().split('\n');
    throw new Error(words.find((line) => /error/.test(line)) ?? words[0]);
  }
  return program;
}

/** Both outputs and the end of a run, masked, as lines. */
async function transcript(runner: Runner, program: string, test: SuiteTest): Promise<string[]> {
  const run = await runGuest(runner, program, test.args, { timeout: TIMEOUT });
  let text = `${run.stdout}\n--- standard error\n${run.stderr}`;
  for (const { from, to } of test.masks ?? []) text = text.replaceAll(from, to);
  const lines = text.split('\n');
  if (test.unordered !== undefined) lines.sort();
  return [...lines, `status ${run.status ?? 'none: it did not end'}`];
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n');

function difference(native: readonly string[], skasm: readonly string[], show: number): string {
  const lines: string[] = [];
  for (let i = 0; i < Math.max(native.length, skasm.length) && lines.length < show; i++)
    if (native[i] !== skasm[i])
      lines.push(`    native ${native[i] ?? '(end)'}`, `    skasm  ${skasm[i] ?? '(end)'}`);
  return lines.join('\n');
}

/** Prints a row a program; answers the names of those that differ. */
async function runSuite(suite: Suite, source: string, options: Options): Promise<string[]> {
  const failed: string[] = [];
  const left: string[] = [];
  let counted = 0;
  console.log(
    `\n${`${suite.name} (${suite.source})`.padEnd(28)}${options.modes.map((mode) => mode.padEnd(8)).join('')}`,
  );
  for (const test of suite.tests) {
    if (options.only.length > 0 && !options.only.includes(test.name)) continue;
    if (test.apart !== undefined && options.only.length === 0) {
      left.push(`${test.name}: only by --only: ${test.apart}`);
      continue;
    }
    let program: string;
    try {
      program = build(suite, source, test);
    } catch (error) {
      left.push(`${test.name}: does not build: ${(error as Error).message}`);
      continue;
    }
    const oracle: Runner = test.native === undefined ? NATIVE : [...NATIVE, 'env', test.native.environment];
    const native = await transcript(oracle, program, test);
    const ended = native.at(-1)!;
    if (!same(native, await transcript(oracle, program, test))) {
      left.push(`${test.name}: native runs differ from each other`);
      continue;
    }
    if (/none|status 13[24679]$/.test(ended)) {
      left.push(`${test.name}: does not pass natively: ${ended}`);
      continue;
    }
    if (test.lacks !== undefined) {
      left.push(`${test.name}: the CPU model lacks ${test.lacks}`);
      continue;
    }
    counted++;
    const cells: string[] = [];
    const details: string[] = [];
    for (const mode of options.modes) {
      const model = test.cpu === undefined ? [] : ['--cpu', test.cpu];
      const skasm = await transcript([...runnerOf(mode), '--patch', 'none', ...model], program, test);
      const good = same(native, skasm);
      cells.push((good ? 'same' : 'DIFFERS').padEnd(8));
      if (!good) details.push(`  ${mode}:\n${difference(native, skasm, options.show)}`);
    }
    console.log(`${test.name.padEnd(28)}${cells.join('')}`);
    for (const detail of details) console.log(detail);
    if (details.length > 0) failed.push(test.name);
  }
  for (const line of left) console.log(`not counted: ${line}`);
  for (const test of suite.tests) {
    for (const { reason } of test.masks ?? []) console.log(`masked: ${test.name}: ${reason}`);
    if (test.unordered !== undefined) console.log(`in any order: ${test.name}: ${test.unordered}`);
    if (test.native !== undefined) console.log(`natively: ${test.name}: ${test.native.reason}`);
    if (test.cpu !== undefined) console.log(`by --cpu ${test.cpu}: ${test.name}`);
  }
  console.log(`${suite.name}: ${counted - failed.length} of ${counted} the same as natively`);
  if (failed.length > 0) console.log(`${suite.name}: different: ${failed.join(', ')}`);
  return failed;
}

/** The status of the command. */
async function main(): Promise<number> {
  let options: SuiteOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    throw error;
  }
  const folder = join(projectRoot(), '.cache/suites');
  const store = new SourceStore(folder);
  let failures = 0;
  for (const name of options.suites) {
    try {
      if (name === PYTHON) {
        const mode = options.modes?.[0] ?? 'auto';
        failures += (await runPython(join(folder, name), { ...options, mode })).length;
        continue;
      }
      const suite = SUITES.find((one) => one.name === name)!;
      const source = await store.folder(suite.source).catch((error: Error) => {
        throw new SuiteError(`the source cannot be had: ${error.message.trim()}`);
      });
      const modes = options.modes ?? ['off', 'eager'];
      failures += (await runSuite(suite, source, { ...options, modes })).length;
    } catch (error) {
      if (!(error instanceof SuiteError || error instanceof Refusal)) throw error;
      console.error(`test:suites: ${name}: ${error.message}`);
      return EXIT_USAGE;
    }
  }
  return failures === 0 ? 0 : EXIT_DIFFERENT;
}

process.exitCode = await untilSignal(main);
