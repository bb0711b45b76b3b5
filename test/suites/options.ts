// The options of `npm run test:suites`, and what is wrong with them in one line.
import { Command, InvalidArgumentError } from 'commander';
import { isTestMode, TEST_MODES, type TestMode } from '../support/jit-mode.ts';
import { qemu } from './qemu.ts';
import type { Suite } from './suite.ts';
import { valgrind } from './valgrind.ts';

/** Suites of programs, in which skasm's bytes are the native ones. */
export const SUITES: readonly Suite[] = [qemu, valgrind];
/** The suite of test modules that judge themselves (python.ts). */
export const PYTHON = 'python';

export interface SuiteOptions {
  readonly suites: readonly string[];
  /** Modes of the translator; null: the suite's own. */
  readonly modes: readonly TestMode[] | null;
  /** Names of programs or modules; empty: all. */
  readonly only: readonly string[];
  /** Lines of a difference. */
  readonly show: number;
  /** Modules at a time. */
  readonly jobs: number;
  /** Scales the time limits of modules. */
  readonly patience: number;
  /** Modules by one process of Python under skasm. */
  readonly together: number;
  readonly resume: boolean;
  /** Modules run by the guest's own time (skasm's --seed): a machine with other work has no part in time limits. */
  readonly seed: number | null;
  /** A file for the record of what is known of modules, of which none is run then; or null. */
  readonly record: string | null;
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

const number = (least: number) => (text: string) => {
  if (!/^\d{1,6}$/.test(text) || Number(text) < least)
    throw new InvalidArgumentError(`a number from ${least} on is wanted.`);
  return Number(text);
};

function suites(text: string): string[] {
  const known = [...SUITES.map(({ name }) => name), PYTHON];
  for (const name of names(text))
    if (!known.includes(name)) throw new InvalidArgumentError(`there are ${known.join(', ')}.`);
  return names(text);
}

function modes(text: string): TestMode[] {
  return names(text).map((mode) => {
    if (!isTestMode(mode)) throw new InvalidArgumentError(`there are ${TEST_MODES.join(', ')}.`);
    return mode;
  });
}

/** Throws commander's CommanderError, after its message was printed. */
export function parseOptions(words: readonly string[], quiet = false): SuiteOptions {
  const command = new Command('npm run test:suites --')
    .description('Programs that others wrote as tests of an i386, natively and under skasm.')
    .option(
      '--suite <names>',
      `which (default: ${SUITES.map(({ name }) => name).join(',')}; python takes hours)`,
      suites,
    )
    .option(
      '--mode <names>',
      `of the translator: ${TEST_MODES.join(', ')} (default: off,eager; python: auto, and one only)`,
      modes,
    )
    .option('--only <names>', 'these programs or modules', names, [])
    .option('--show <n>', 'lines of a difference', number(1), 6)
    .option('--jobs <n>', 'python: modules at a time', number(1), 1)
    .option('--patience <n>', 'python: times the time limits', number(1), 1)
    .option(
      '--together <n>',
      'python: modules in one process, whose start takes longer than most of them; where one fails each is run alone',
      number(1),
      1,
    )
    .option('--resume', 'python: what has not been run, after it was stopped', false)
    .option(
      '--seed <n>',
      'python: time is what the guest does, so that time limits do not depend on what else the machine does',
      number(0),
    )
    .option('--record <file>', 'python: write what is known of all modules, in Markdown, and run none')
    .addHelpText(
      'after',
      '\nStatus: 0 all as natively, 1 differences, 2 wrong options, or sources that cannot be had.',
    )
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'test:suites: ')) })
    .allowExcessArguments(false)
    .exitOverride();
  if (quiet) command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.parse([...words], { from: 'user' });
  const {
    suite = SUITES.map(({ name }) => name),
    mode = null,
    seed = null,
    record = null,
    ...rest
  } = command.opts<
    Omit<SuiteOptions, 'suites' | 'modes' | 'seed' | 'record'> & {
      suite?: string[];
      mode?: TestMode[];
      seed?: number;
      record?: string;
    }
  >();
  if (suite.includes(PYTHON) && mode !== null && mode.length !== 1)
    command.error('test:suites: modules of python are run in one mode');
  return { ...rest, suites: suite, modes: mode, seed, record };
}
