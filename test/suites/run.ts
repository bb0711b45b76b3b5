// `npm run test:suites`: programs that others wrote as tests of an i386, fetched as Debian source packages and
// built here, native beside skasm: same bytes on both outputs, same status. Not part of `npm test`.
//   --suite qemu,valgrind   which (default all)        --mode off,auto,eager   the translator (default off,eager)
//   --only NAME,NAME        these programs             --show N                lines of a difference (default 6)
//   --suite python          the test modules of python3.11, in a root of Debian's packages: hours, so only by name
//   --only test_re,test_json      --jobs N at a time      --patience 2: twice the time      --resume: what is missing
//   --record FILE           writes what is known of the modules, and runs none
// A program that does not build or that ends natively in no way twice the same is listed with the reason and
// does not count. Status 1 where a program differs, 2 where the sources cannot be had.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { NATIVE, type Runner, runGuest } from '../support/guest-run.ts';
import { runnerOf, type TestMode } from '../support/jit-mode.ts';
import { projectRoot } from '../support/native-oracle.ts';
import { runPython } from './python.ts';
import { qemu } from './qemu.ts';
import { SourceStore } from './sources.ts';
import type { Suite, SuiteTest } from './suite.ts';
import { valgrind } from './valgrind.ts';

const SUITES: readonly Suite[] = [qemu, valgrind];
const TIMEOUT = 600_000;

interface Options {
  readonly modes: readonly TestMode[];
  readonly only: readonly string[];
  readonly show: number;
}

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

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      suite: { type: 'string', default: SUITES.map(({ name }) => name).join(',') },
      mode: { type: 'string', default: 'off,eager' },
      only: { type: 'string', default: '' },
      show: { type: 'string', default: '6' },
      jobs: { type: 'string', default: '1' },
      patience: { type: 'string', default: '1' },
      resume: { type: 'boolean', default: false },
      record: { type: 'string' },
    },
  });
  const list = (text: string): string[] => (text === '' ? [] : text.split(','));
  const options = {
    modes: list(values.mode) as TestMode[],
    only: list(values.only),
    show: Number(values.show),
  };
  const folder = join(projectRoot(), '.cache/suites');
  const store = new SourceStore(folder);
  let failures = 0;
  for (const name of list(values.suite)) {
    if (name === 'python') {
      const { resume, record = null } = values;
      const python = { ...options, jobs: Number(values.jobs), patience: Number(values.patience) };
      failures += (await runPython(join(folder, name), { ...python, resume, record })).length;
      continue;
    }
    const suite = SUITES.find((one) => one.name === name);
    if (suite === undefined) {
      console.error(`test:suites: no suite ${name}; there are ${SUITES.map((one) => one.name).join(', ')}`);
      return 2;
    }
    let source: string;
    try {
      source = await store.folder(suite.source);
    } catch (error) {
      console.error(`test:suites: the source of ${name} cannot be had: ${(error as Error).message.trim()}`);
      return 2;
    }
    failures += (await runSuite(suite, source, options)).length;
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
