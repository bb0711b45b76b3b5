// What a run has cost, in numbers by name: of the guests, of the translator if there is one, of memory.

import type { Counter } from '../src/engine.ts';
import { CPU, RETIRED } from '../src/layout.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Frames } from './mm/frames.ts';

export interface StatisticsGroup {
  readonly name: 'guest' | 'translator' | 'memory';
  readonly rows: readonly Counter[];
}

/** By all guests, up to the engine's last return. */
export function instructionsRetired({ u32 }: Frames): number {
  const at = (CPU + RETIRED) >> 2;
  return u32[at + 1]! * 2 ** 32 + u32[at]!;
}

/** Groups without rows are left out. */
export function statisticsOf(kernel: Kernel): StatisticsGroup[] {
  const { counters, engine, frames } = kernel;
  const groups: StatisticsGroup[] = [
    {
      name: 'guest',
      rows: [
        ['instructions', instructionsRetired(frames)],
        ['system calls', counters.calls],
        ['page faults', counters.faults],
        ['task switches', counters.switches],
        ['clones', counters.forks],
        ['processes at once', counters.processes],
      ],
    },
    { name: 'translator', rows: engine.counters?.() ?? [] },
    { name: 'memory', rows: [['memory, bytes', frames.u8.length]] },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

/** A line for each group and each row, numbers under each other. */
export function formatStatistics(groups: readonly StatisticsGroup[]): string {
  const rows = groups.flatMap((group) => group.rows);
  const names = Math.max(...rows.map(([name]) => name.length));
  const shown = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));
  const values = Math.max(...rows.map(([, value]) => shown(value).length));
  return groups
    .flatMap((group) => [
      group.name,
      ...group.rows.map(([name, value]) => `  ${name.padEnd(names)}  ${shown(value).padStart(values)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
