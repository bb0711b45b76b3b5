// The runners of this machine: a table of who there is and how they are called, and the reason for each that
// is not there.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PackageError } from '../../runtime/host/node/packages.ts';
import { BuildProblem, projectRoot } from '../project.ts';
import type { RunnerNote } from '../result.ts';
import { v86Absent } from '../v86/runner.ts';
import { ProcessRunner, type ProcessRunnerOptions } from './process-runner.ts';
import { RUNNER_NAMES, type Runner, type RunnerName } from './runner.ts';
import type { Stopwatch } from './timed.ts';

export interface Runners {
  readonly present: readonly Runner[];
  readonly notes: readonly RunnerNote[];
}

export function skasmBin(): string {
  return join(projectRoot(), 'node_modules/.bin/skasm');
}

/** Whether `skasm run` knows an option. */
export function skasmHas(option: string): boolean {
  return spawnSync(skasmBin(), ['run', '--help'], { encoding: 'utf8' }).stdout?.includes(option) ?? false;
}

function answers(command: string, ...args: string[]): boolean {
  const ran = spawnSync(command, args, { stdio: 'ignore' });
  return ran.error === undefined && ran.status === 0;
}

/** Programs in a root folder are natively run by chroot, which is root's. */
const inRoot = (root: string | null, ...words: string[]): string[] =>
  root === null ? words : ['chroot', root, ...words];

/** Where a copy of the static qemu lies in a root folder. */
export const QEMU_IN_ROOT = '/usr/bin/qemu-i386-static';
export const QEMU_STATIC = '/usr/bin/qemu-i386-static';

interface Row extends Omit<ProcessRunnerOptions, 'limit'> {
  readonly absent: () => string | null;
}

function rows(): readonly Row[] {
  const bin = skasmBin();
  const caching = skasmHas('--cache');
  const tiers = skasmHas('--jit');
  const skasm =
    (...options: string[]) =>
    (root: string | null, cache: string): string[] => [
      bin,
      'run',
      ...options.map((word) => (word === 'CACHE' ? cache : word)),
      ...(root === null ? [] : ['--root', root]),
    ];
  const built = (): string | null => (existsSync(bin) ? null : 'not built (npm run build)');
  const cached = (): string | null => built() ?? (caching ? null : 'this skasm has no --cache');
  // biome-ignore format: columns
  return [
    { name: 'native', title: 'native', cache: 'none', prefix: (root) => inRoot(root), absent: () => null },
    { name: 'qemu-i386', title: 'qemu-i386', cache: 'none',
      prefix: (root) => (root === null ? ['qemu-i386'] : inRoot(root, QEMU_IN_ROOT)),
      absent: () => (answers('qemu-i386', '-version') ? null : "no qemu-i386 (Debian's qemu-user and qemu-user-static)") },
    { name: 'v86', title: 'v86', cache: 'none', prefix: () => [], absent: v86Absent },
    { name: 'skasm-cold', title: caching ? 'skasm, cold cache' : 'skasm', cache: 'cold',
      prefix: caching ? skasm('--cache', 'CACHE') : skasm(), absent: built },
    { name: 'skasm-warm', title: 'skasm, warm cache', cache: 'warm', prefix: skasm('--cache', 'CACHE'), absent: cached },
    { name: 'interpreter', title: 'skasm --jit off', cache: 'none',
      prefix: tiers ? skasm('--jit', 'off') : skasm(), absent: () => built() ?? (tiers ? null : 'this skasm has no --jit') },
  ];
}

export interface RunnersWanted {
  readonly names: readonly RunnerName[];
  /** Seconds for one run. */
  readonly limit: number;
  readonly stopwatch: Stopwatch;
  /** v86 needs more than a command: a kernel to boot. Throws where that cannot be had. */
  readonly v86: () => Promise<Runner>;
}

/** The named runners as far as they are there. `native` is always among them: everything is a ratio to it. */
export async function findRunners({ names, limit, stopwatch, v86 }: RunnersWanted): Promise<Runners> {
  const present: Runner[] = [];
  const notes: RunnerNote[] = [];
  const table = rows();
  for (const name of RUNNER_NAMES) {
    if (name !== 'native' && !names.includes(name)) continue;
    const row = table.find((each) => each.name === name);
    if (row === undefined) continue;
    let absent = row.absent();
    if (absent === null)
      try {
        present.push(name === 'v86' ? await v86() : new ProcessRunner({ ...row, limit }, stopwatch));
      } catch (error) {
        if (!(error instanceof PackageError || error instanceof BuildProblem)) throw error;
        absent = error.message;
      }
    notes.push({ name, title: row.title, absent });
  }
  return { present, notes };
}

/** First line of what a program says of its version; null where it is not there. */
export function versionOf(command: string, ...args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    )[0]!;
  } catch {
    return null;
  }
}
