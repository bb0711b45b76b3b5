// The shared suite as a table: which program belongs to which group, what a group's figure is, and the bars
// that skasm has to meet. The suite's own sources and lists say how much work a program does and how a real
// program is called; nothing of that is repeated here.

import type { RunnerName } from './programs/runner.ts';

/** `marginal`: CPU time of the larger amount of work less that of the standard one; `total`: from start to exit. */
export type Figure = 'marginal' | 'total';

export interface Bar {
  readonly runner: RunnerName;
  /** Largest ratio to native that passes. */
  readonly most: number;
  readonly goal: number | null;
}

export interface Group {
  readonly name: string;
  readonly title: string;
  readonly programs: readonly string[];
  readonly figure: Figure;
  /** Debian's programs in a root of their own, in place of the suite's static ones. */
  readonly real: boolean;
  readonly bars: readonly Bar[];
}

const both = (most: number, goal: number): readonly Bar[] => [
  { runner: 'skasm-cold', most, goal },
  { runner: 'skasm-warm', most, goal },
];

const programs = (names: string): readonly string[] => names.split(' ');

// biome-ignore format: columns
export const GROUPS: readonly Group[] = [
  { name: 'integer', title: 'Integer', figure: 'marginal', real: false, bars: both(2.7, 1.8),
    programs: programs('fib sieve crc32 sha256 qsort hash matmul') },
  { name: 'sse', title: 'SSE', figure: 'marginal', real: false, bars: both(4, 1.5),
    programs: programs('mandel-sse') },
  { name: 'x87', title: 'x87', figure: 'marginal', real: false, bars: both(25, 8),
    programs: programs('mandel-x87') },
  { name: 'smc', title: 'Self-modifying code', figure: 'marginal', real: false, bars: both(20, 5),
    programs: programs('smc') },
  { name: 'kernel', title: 'Kernel', figure: 'total', real: false, bars: [],
    programs: programs('syscall pipe fork exec mmap segv signal ptrace thread') },
  { name: 'real', title: 'Real programs', figure: 'total', real: true,
    bars: [{ runner: 'skasm-cold', most: 5, goal: 3 }, { runner: 'skasm-warm', most: 4, goal: 2.5 }],
    programs: programs('lua python gzip sqlite sha256sum sh') },
  { name: 'compilers', title: 'Start-up and breadth', figure: 'total', real: true,
    bars: [{ runner: 'skasm-cold', most: 20, goal: 10 }, { runner: 'skasm-warm', most: 10, goal: 5 }],
    programs: programs('tcc cc1') },
];

/** Ratios to native UML. `boot`: CPU time to the first line of init; `script`: wall clock time of fork600.sh. */
export const UML_BARS: readonly (Bar & { readonly figure: 'boot' | 'script' })[] = [
  { figure: 'boot', runner: 'skasm-cold', most: 6, goal: null },
  { figure: 'boot', runner: 'skasm-warm', most: 3, goal: null },
  { figure: 'script', runner: 'skasm-cold', most: 0.5, goal: null },
  { figure: 'script', runner: 'skasm-warm', most: 0.5, goal: null },
];

/** Peak resident set of skasm running cc1, KiB. */
export const CC1_PEAK = 500 * 1024;

/** Wall clock time of a CPU-bound program over the CPU time of the thread that runs it. */
export const WALL_OVER_THREAD = 1.1;

/** Groups whose programs only compute. */
export const CPU_BOUND: readonly string[] = ['integer', 'sse', 'x87', 'smc'];

/**
 * The argument for about four times the standard work. Most programs count rounds, so four times as many. The
 * Mandelbrot set is a square of that side: twice. fib(n) grows by 1.618 a step: three steps are 4.236 times.
 */
export function largerArgument(program: string, standard: number): number {
  if (program === 'fib') return standard + 3;
  return program.startsWith('mandel-') ? standard * 2 : standard * 4;
}

/** What `largerArgument` comes to, for the reports. */
export function largerFactor(program: string): number {
  return program === 'fib' ? ((1 + Math.sqrt(5)) / 2) ** 3 : 4;
}

export function groupOf(program: string): Group | undefined {
  return GROUPS.find((group) => group.programs.includes(program));
}
