// The options of `npm run fuzz`, and what is wrong with them in one line.
import { Command, InvalidArgumentError } from 'commander';
import { isLowering } from '../../jit/lower/table.ts';
import { slots } from '../../src/isa/map.ts';
import { FAMILIES, type Family } from './generator.ts';

export const ENGINES = ['interpreter', 'strips', 'translator', 'verify'] as const;

export interface FuzzOptions {
  /** Sequences, and the number of the first one. */
  readonly count: number;
  readonly first: number;
  readonly seed: number;
  readonly families: readonly Family[];
  /** Mnemonics; empty: all. */
  readonly only: readonly string[];
  /** Percent of cases under TF. */
  readonly step: number;
  readonly engine: (typeof ENGINES)[number];
  /** Lowerings that the translator is to do without. */
  readonly disable: readonly string[];
  /** Mismatches to print. */
  readonly show: number;
  readonly shrink: boolean;
  readonly rows: boolean;
  /** Integer cases of a recorded set to be written instead; null: none is. */
  readonly record: number | null;
}

const number = (most: number) => (text: string) => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new InvalidArgumentError(`a number from 0 to ${most} is wanted.`);
  return Number(text);
};

const list =
  <T extends string>(isKnown: (name: string) => boolean, what: string) =>
  (text: string): T[] => {
    const names = text.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !isKnown(name));
    if (unknown !== undefined) throw new InvalidArgumentError(`${JSON.stringify(unknown)} is ${what}.`);
    return names as T[];
  };

const isFamily = (name: string): boolean => FAMILIES.some((family) => family === name);
const families = list<Family>(isFamily, `none of ${FAMILIES.join(', ')}, all`);
const isMnemonic = (name: string): boolean => slots.some(({ row }) => row.name === name);

function engine(text: string): (typeof ENGINES)[number] {
  const found = ENGINES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`it is none of ${ENGINES.join(', ')}.`);
  return found;
}

/** Throws commander's CommanderError, after its message was printed. */
export function parseOptions(words: readonly string[], quiet = false): FuzzOptions {
  const command = new Command('npm run fuzz --')
    .description(
      'Runs random sequences of instructions on an engine and on this processor, and prints where they differ, made small.',
    )
    .option('--count <n>', 'sequences', number(1e9), 20_000)
    .option('--first <n>', 'number of the first one', number(1e9), 0)
    .option('--seed <n>', 'of what is random', number(0xffffffff), 1)
    .option(
      '--family <names>',
      `of these instructions: ${FAMILIES.join(', ')}; all (default: integer)`,
      (text) => (text === 'all' ? FAMILIES : families(text)),
    )
    .option('--only <mnemonics>', 'of these instructions only', list(isMnemonic, 'no mnemonic of a row'))
    .option('--step <percent>', 'of the sequences that run under TF', number(100), 3)
    .option('--engine <name>', `what is compared: ${ENGINES.join(', ')}`, engine, 'interpreter')
    .option(
      '--disable <names>',
      'the translator without these lowerings or families of them; all',
      list(isLowering, 'no lowering (jit/lower/table.ts)'),
    )
    .option('--show <n>', 'mismatches to print', number(1e9), 10)
    .option('--no-shrink', 'print them as they are')
    .option('--rows', 'print how often each row was run')
    .option(
      '--record <n>',
      'write the recorded set of test/fuzz.test.ts instead: n integer sequences, n/8 x87, n/4 sse, n/16 of each newer',
      number(1e6),
    )
    .addHelpText(
      'after',
      '\nStatus: 0 no mismatch, 1 mismatches, 2 wrong options or no i386 on this machine.',
    )
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'fuzz: ')) })
    .allowExcessArguments(false)
    .exitOverride();
  if (quiet) command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.parse([...words], { from: 'user' });
  const given = command.opts<
    Omit<FuzzOptions, 'families' | 'only' | 'disable' | 'rows' | 'record'> & {
      family?: readonly Family[];
      only?: string[];
      disable?: string[];
      rows?: boolean;
      record?: number;
    }
  >();
  const { family = ['integer'], only = [], disable = [], rows = false, record = null, ...rest } = given;
  return { ...rest, families: family, only, disable, rows, record };
}
