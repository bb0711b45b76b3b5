// The options of `npm run bench`, and what is wrong with them in one line.

import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { RunnerName } from './programs/runner.ts';
import { projectRoot } from './project.ts';
import { GROUPS } from './suite.ts';

export const PARTS = ['micro', 'programs', 'real', 'uml'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  readonly runs: number;
  /** Empty: all. */
  readonly programs: readonly string[];
  readonly runners: readonly RunnerName[];
  /** Of the micro-benchmarks; empty: all. */
  readonly microEngines: readonly string[];
  readonly out: string;
  readonly suite: string;
  /** Seconds for one run of a program. */
  readonly limit: number;
}

/** What each name of --engines means to the programs and to the micro-benchmarks. */
// biome-ignore format: columns
const ENGINES: Readonly<Record<string, { readonly runners: readonly RunnerName[]; readonly micro: readonly string[] }>> = {
  native:        { runners: ['native'],                   micro: ['native'] },
  'qemu-i386':   { runners: ['qemu-i386'],                micro: [] },
  v86:           { runners: ['v86'],                      micro: [] },
  skasm:         { runners: ['skasm-cold', 'skasm-warm'], micro: ['jit'] },
  'skasm-cold':  { runners: ['skasm-cold'],               micro: [] },
  'skasm-warm':  { runners: ['skasm-warm'],               micro: ['jit'] },
  interpreter:   { runners: ['interpreter'],              micro: ['interpreter'] },
};
const DEFAULT_ENGINES = ['native', 'qemu-i386', 'v86', 'skasm'];

const list =
  (known: readonly string[]) =>
  (text: string): string[] => {
    const names = text.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new InvalidArgumentError(`${JSON.stringify(unknown)} is none of ${known.join(', ')}.`);
    return names;
  };

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a number from 1 is wanted.');
  return Number(text);
}

function folder(text: string): string {
  if (!existsSync(text) || !statSync(text).isDirectory()) throw new InvalidArgumentError('no such folder.');
  return resolve(text);
}

/** Throws commander's CommanderError, after its message was printed. */
export function parseOptions(words: readonly string[], quiet = false): BenchOptions {
  const programs = GROUPS.flatMap((group) => group.programs);
  const root = projectRoot();
  const command = new Command('npm run bench --')
    .description(
      'Measures skasm beside native, qemu-i386 and v86; prints tables, writes JSON and an HTML page.',
    )
    .option('--only <parts>', `only these parts: ${PARTS.join(', ')}`, list(PARTS))
    .option('--runs <n>', 'runs of each program, of which the median counts', count, 3)
    .option('--programs <names>', `only these programs: ${programs.join(' ')}`, list(programs))
    .option(
      '--engines <names>',
      `only these: ${Object.keys(ENGINES).join(', ')}; native is always there (default: all but interpreter, which is slow; micro: all)`,
      list(Object.keys(ENGINES)),
    )
    .option('--out <dir>', 'folder of the results (default: bench/results)')
    .option(
      '--suite <dir>',
      'folder of the shared suite (default: ../shared/suite beside the project)',
      folder,
    )
    .option('--limit <seconds>', 'time for one run of a program', count, 300)
    .showHelpAfterError('(--help shows the options)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'bench: ')) })
    .exitOverride();
  if (quiet) command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.parse([...words], { from: 'user' });
  const given = command.opts<{
    only?: Part[];
    runs: number;
    programs?: string[];
    engines?: string[];
    out?: string;
    suite?: string;
    limit: number;
  }>();
  const chosen = (given.engines ?? DEFAULT_ENGINES).map((name) => ENGINES[name]!);
  const microEngines = given.engines === undefined ? [] : chosen.flatMap((each) => each.micro);
  return {
    parts: given.only ?? PARTS,
    runs: given.runs,
    programs: given.programs ?? [],
    runners: [...new Set(chosen.flatMap((each) => each.runners))],
    microEngines: microEngines.length === 0 ? [] : ['native', ...microEngines],
    out: resolve(given.out ?? join(root, 'bench/results')),
    suite: given.suite ?? resolve(root, '../shared/suite'),
    limit: given.limit,
  };
}
