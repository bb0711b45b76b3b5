// How long a work takes in a system: CPU time of the thread that runs the guests, of the work alone (a run without it
// is subtracted). Natively, where that is possible, user and system time of all processes, and the host's prices.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skasmBin } from '../programs/runners.ts';
import { type Stopwatch, TIMED_OUT, type TimedRun } from '../programs/timed.ts';
import { buildGuest, projectRoot } from '../project.ts';
import { KINDS, type Kind } from './counting.ts';
import { amountOf, commandOf, SYSTEMS, type System, type Work } from './rows.ts';

export interface TimeSample {
  /** CPU time of the guests' thread (natively: of all processes), seconds. */
  readonly cpu: number;
  /** Natively: its part in user mode. */
  readonly user: number;
  readonly wall: number;
}

export interface TimesResult {
  readonly system: string;
  readonly work: string;
  readonly amount: number;
  /** Each a pair: the work, and the run without it. */
  readonly samples: readonly (readonly [whole: TimeSample, less: TimeSample])[];
  readonly problem: string | null;
}

/** Nanoseconds of CPU time for one of each kind. */
export type Prices = Readonly<Record<Kind, number>>;

/** Why a run failed: one line. */
class RunFailure extends Error {}

function sampleOf({ sample, status, stderr }: TimedRun): TimeSample {
  if (status === TIMED_OUT) throw new RunFailure('not done in time');
  if (status !== 0)
    throw new RunFailure(`status ${status}: ${stderr.trim().split('\n').pop() ?? ''}`.slice(0, 160));
  return { cpu: sample.thread ?? sample.user + sample.system, user: sample.user, wall: sample.wall };
}

/** `limit`: seconds for one run. */
export interface TimesPlan {
  readonly root: string;
  readonly runs: number;
  readonly limit: number;
  readonly stopwatch: Stopwatch;
  readonly progress: (line: string) => void;
}

async function timed(
  plan: TimesPlan,
  system: System,
  work: Work,
  run: (words: readonly string[]) => Promise<TimeSample>,
  warm: boolean,
): Promise<TimesResult> {
  const amount = amountOf(work, system);
  const samples: [TimeSample, TimeSample][] = [];
  let problem: string | null = null;
  const once = (count: number): Promise<TimeSample> => run(commandOf(system, work.command(count)));
  try {
    if (warm) await once(amount);
    for (let i = 0; i < plan.runs; i++) samples.push([await once(amount), await once(0)]);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    problem = error.message;
    plan.progress(`  ${system.title}, ${work.title}: ${problem}`);
  }
  return { system: system.name, work: work.name, amount, samples, problem };
}

/** All works in all systems under skasm, with translations of a run before. */
export async function skasmTimes(
  plan: TimesPlan,
  systems: readonly System[],
  works: readonly Work[],
): Promise<TimesResult[]> {
  const cache = mkdtempSync(join(tmpdir(), 'skasm-bench-skas-'));
  const results: TimesResult[] = [];
  try {
    for (const work of works)
      for (const system of systems) {
        plan.progress(`time: ${work.title}, ${system.title}`);
        const words = [skasmBin(), 'run', '--patch', 'skas3,skas4', '--cache', cache, '--root', plan.root];
        const run = async (command: readonly string[]): Promise<TimeSample> =>
          sampleOf(await plan.stopwatch.run([...words, ...command], plan.limit));
        results.push(await timed(plan, system, work, run, true));
      }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  return results;
}

/** Modes that this machine's own kernel has. */
export const NATIVE_SYSTEMS = SYSTEMS.filter(({ name }) => ['host', 'tt', 'skas0'].includes(name));

/** The same on the processor, in a mount namespace of its own. Where that cannot be, each has it as its problem. */
export async function nativeTimes(plan: TimesPlan, works: readonly Work[]): Promise<TimesResult[]> {
  const results: TimesResult[] = [];
  const absent = process.getuid?.() === 0 ? null : 'a native run needs root, for its chroot';
  for (const work of works)
    for (const system of NATIVE_SYSTEMS) {
      if (absent !== null) {
        const amount = amountOf(work, system);
        results.push({ system: system.name, work: work.name, amount, samples: [], problem: absent });
        continue;
      }
      plan.progress(`native: ${work.title}, ${system.title}`);
      const words = [
        'unshare',
        '-m',
        'env',
        '-i',
        'PATH=/usr/bin:/bin',
        'setarch',
        'i386',
        '-R',
        '/usr/sbin/chroot',
      ];
      const run = async (command: readonly string[]): Promise<TimeSample> => {
        const ran = await plan.stopwatch.run([...words, plan.root, ...command], plan.limit);
        const { user, system: inKernel, wall } = ran.sample;
        return { ...sampleOf(ran), cpu: user + inKernel, wall };
      };
      results.push(await timed(plan, system, work, run, false));
    }
  return results;
}

export async function hostPrices(plan: TimesPlan): Promise<Prices> {
  const program = buildGuest(join(projectRoot(), 'bench/skas/prices.c'));
  const { stdout, status } = await plan.stopwatch.run([program], plan.limit);
  if (status !== 0) throw new RunFailure(`prices of the host: status ${status}`);
  const lines = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const prices = Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]));
  for (const kind of KINDS) if (!(prices[kind]! > 0)) throw new RunFailure(`no price of ${kind}`);
  return prices as Prices;
}
