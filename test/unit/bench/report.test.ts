// From raw figures to reports: ratios, means, verdicts, tables, and a page that loads nothing.

import { describe, expect, it } from 'vitest';
import { decades } from '../../../bench/report/chart.ts';
import { htmlReport } from '../../../bench/report/html.ts';
import { judge, Summary } from '../../../bench/report/summary.ts';
import { renderTable, short } from '../../../bench/report/table.ts';
import { textReport } from '../../../bench/report/text.ts';
import type { Amount, BenchResult, ProgramResult, Sample } from '../../../bench/result.ts';

const sample = (cpu: number): Sample => ({
  wall: cpu * 1.05,
  user: cpu * 0.75,
  system: cpu * 0.25,
  thread: cpu,
  queued: 0,
  peak: 100 * 1024,
  output: 'x',
});

const runs = (
  program: string,
  group: string,
  runner: string,
  amount: Amount,
  seconds: readonly number[],
  problem: string | null = null,
): ProgramResult => ({ program, group, runner, amount, samples: seconds.map(sample), problem });

function result(programs: readonly ProgramResult[]): BenchResult {
  return {
    machine: {
      date: '2026-01-02T03:04:05.000Z',
      processor: 'A <fast> processor',
      processors: 2,
      memory: 2 ** 33,
      system: 'Linux',
      versions: { node: 'v20' },
      commit: 'abc',
      load: [0, 0, 0],
    },
    runs: 3,
    runners: [
      { name: 'native', title: 'native', absent: null },
      { name: 'qemu-i386', title: 'qemu-i386', absent: 'it is not here' },
      { name: 'skasm-cold', title: 'skasm, cold cache', absent: null },
    ],
    micro: [
      { chapter: 'arithmetic', name: 'add', engine: 'native', nanoseconds: 0.5, margin: 1, problem: null },
      { chapter: 'arithmetic', name: 'add', engine: 'jit', nanoseconds: 1, margin: 1, problem: null },
    ],
    programs,
    uml: [
      { runner: 'native', samples: [{ boot: 1, script: 8 }], problem: null },
      { runner: 'skasm-cold', samples: [{ boot: 5, script: 5 }], problem: null },
    ],
    notes: ['a note'],
  };
}

const SMC = [
  runs('smc', 'smc', 'native', 'standard', [0.1, 0.2, 0.3]),
  runs('smc', 'smc', 'native', 'larger', [0.6, 0.5, 0.7]),
  runs('smc', 'smc', 'skasm-cold', 'standard', [2, 2, 2]),
  runs('smc', 'smc', 'skasm-cold', 'larger', [4, 4, 9]),
];

describe('summary', () => {
  it('compares differences of medians, and totals beside them', () => {
    const cell = new Summary(result(SMC)).groups[0]!.programs[0]!.cells.get('skasm-cold')!;
    expect(cell.figure).toBeCloseTo(2);
    expect(cell.figureRatio).toBeCloseTo(5);
    expect(cell.totalRatio).toBeCloseTo(10);
  });
  it('gives no figure for a program that failed, and no mean over a part of a group meets a bar', () => {
    const lua = runs('lua', 'real', 'native', 'standard', [1]);
    const summary = new Summary(
      result([
        lua,
        runs('lua', 'real', 'skasm-cold', 'standard', [2]),
        runs('sh', 'real', 'native', 'standard', [1]),
        runs('sh', 'real', 'skasm-cold', 'standard', [2], 'its output is wrong'),
      ]),
    );
    const [row] = summary.groups;
    expect(row!.means.get('skasm-cold')).toEqual({ figure: 2, total: 2, counted: 1 });
    const [judged] = summary.judged();
    expect(judged).toMatchObject({ value: null, verdict: 'no figure' });
  });
  it('judges', () => {
    const bar = { runner: 'skasm-cold', most: 4, goal: 2 } as const;
    expect(judge(4.01, bar)).toBe('missed');
    expect(judge(4, bar)).toBe('met');
    expect(judge(2, bar)).toBe('goal met');
    expect(judge(1, { ...bar, goal: null })).toBe('met');
    expect(judge(null, bar)).toBe('no figure');
  });
  it('judges UML beside native UML', () => {
    const verdicts = new Summary(result([])).judgedUml().map((each) => [each.value, each.verdict]);
    expect(verdicts).toEqual([
      [5, 'met'],
      [0.625, 'missed'],
    ]);
  });
  it('checks the wall clock of what only computes', () => {
    const [wall] = new Summary(result(SMC)).checks();
    expect(wall).toMatchObject({ found: '1.05 (smc)', met: true });
  });
});

describe('tables', () => {
  it('have columns as wide as they need', () => {
    const text = renderTable({
      head: ['a', 'n'],
      rows: [
        ['long name', '1'],
        ['b', '10.5'],
      ],
      words: 1,
    });
    expect(text).toBe('a             n\n---------  ----\nlong name     1\nb          10.5\n');
  });
  it('have numbers of three digits', () => {
    expect([0.1234, 1.234, 12.34, 123.4, null, Number.NaN].map(short)).toEqual([
      '0.123',
      '1.23',
      '12.3',
      '123',
      '-',
      '-',
    ]);
  });
});

it('an axis has whole decades around all values', () => {
  expect(decades([0.5, 300])).toEqual({ low: -1, high: 3 });
  expect(decades([1])).toEqual({ low: 0, high: 1 });
  expect(decades([10, 100])).toEqual({ low: 1, high: 2 });
  expect(decades([])).toEqual({ low: 0, high: 1 });
});

describe('reports', () => {
  const summary = new Summary(result(SMC));
  it('say on a terminal what was found, what was missed and what was left out', () => {
    const text = textReport(summary);
    expect(text).toMatch(/Self-modifying code +skasm, cold cache +marginal +1 +5\.00 +<= 20 +<= 5 +goal met/);
    expect(text).toContain('qemu-i386: it is not here');
    expect(text).toContain('a note');
    expect(text).toMatch(/arithmetic +add +0\.500 +1\.00 +2\.00/);
  });
  it('are a page that loads nothing', () => {
    const page = htmlReport(summary);
    expect(page).toContain('<svg');
    expect(page).toContain('A &lt;fast&gt; processor');
    expect(page).not.toMatch(/(src|href)=|url\(|@import|<script/);
  });
});
