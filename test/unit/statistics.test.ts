// The table of --stats: groups, their rows, and the translator's where the engine has one.

import { expect, test } from 'vitest';
import type { Kernel } from '../../runtime/kernel/kernel.ts';
import { formatStatistics, statisticsOf } from '../../runtime/machine-statistics.ts';
import type { Counter, Engine } from '../../src/engine.ts';
import { CPU, RETIRED } from '../../src/layout.ts';

function kernelWith(counters?: () => readonly Counter[]): Kernel {
  const u32 = new Uint32Array(0x1000);
  u32[(CPU + RETIRED) >> 2] = 5;
  u32[((CPU + RETIRED) >> 2) + 1] = 2;
  const engine: Partial<Engine> = counters === undefined ? {} : { counters };
  return {
    engine,
    counters: { calls: 1, faults: 2, switches: 3, forks: 4, processes: 5 },
    frames: { u32, u8: new Uint8Array(u32.buffer) },
  } as unknown as Kernel;
}

test('an interpreter has nothing to tell of translations', () => {
  const groups = statisticsOf(kernelWith());
  expect(groups.map(({ name }) => name)).toEqual(['guest', 'memory']);
  expect(groups[0]!.rows[0]).toEqual(['instructions', 2 * 2 ** 32 + 5]);
});

test("a translator's counters stand between, in its order", () => {
  const counters: Counter[] = [
    ['regions', 12],
    ['compile time, s', 0.25],
  ];
  const groups = statisticsOf(kernelWith(() => counters));
  expect(groups[1]).toEqual({ name: 'translator', rows: counters });
  expect(formatStatistics(groups)).toBe(
    [
      'guest',
      '  instructions       8589934597',
      '  system calls                1',
      '  page faults                 2',
      '  task switches               3',
      '  clones                      4',
      '  processes at once           5',
      'translator',
      '  regions                    12',
      '  compile time, s         0.250',
      'memory',
      '  memory, bytes           16384',
      '',
    ].join('\n'),
  );
});
