// What the benchmarks read from others: the line of timed.c, proc(5), the suite's sources. And timed.c itself,
// where there is a compiler: it counts a whole tree.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { standardWork } from '../../../bench/programs/suite-folder.ts';
import { parseTimes, Stopwatch, TIMED_OUT } from '../../../bench/programs/timed.ts';
import { GROUPS, largerArgument } from '../../../bench/suite.ts';
import { parseStat } from '../../../bench/uml/process-tree.ts';

describe('the line of timed.c', () => {
  it('is microseconds and KiB', () => {
    expect(parseTimes('1500000 1000000 250000 1200000 30000 20480 3\n')).toEqual({
      sample: { wall: 1.5, user: 1, system: 0.25, thread: 1.2, queued: 0.03, peak: 20480 },
      status: 3,
    });
  });
  it('may not know the thread', () => {
    const { sample } = parseTimes('1 1 1 -1 -1 1 0');
    expect(sample.thread).toBeNull();
    expect(sample.queued).toBeNull();
  });
  it('is refused when it is anything else', () => {
    expect(() => parseTimes('')).toThrow('not a line of times');
    expect(() => parseTimes('1 2 3 4 5 6')).toThrow('not a line of times');
    expect(() => parseTimes('1 2 3 4 5 x 7')).toThrow('not a line of times');
  });
});

it('reads proc(5) past a name with spaces and parentheses', () => {
  const rest = 'S 10 11 12 0 -1 4194304 1 2 3 4 150 50 30 20 20 0 5';
  expect(parseStat(`77 (a) b (c)) ${rest}`)).toEqual({ parent: 10, session: 12, own: 2, children: 0.5 });
});

describe('amounts of work', () => {
  it('are in the sources', () => {
    expect(standardWork('int n = work(argc, argv, 500);\nwork(argc, argv, 7)')).toBe(500);
    expect(standardWork('int main(void)')).toBeNull();
  });
  it('are about four times as large', () => {
    expect(largerArgument('sieve', 40)).toBe(160);
    expect(largerArgument('mandel-x87', 500) ** 2).toBe(4 * 500 ** 2);
    expect(largerArgument('fib', 40)).toBe(43);
  });
});

it('no program is in two groups', () => {
  const names = GROUPS.flatMap((group) => group.programs);
  expect(new Set(names).size).toBe(names.length);
});

/** The reason why timed.c cannot be run here, or null. */
function lacking(): string | null {
  if (process.platform !== 'linux') return 'no Linux';
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'no gcc on this machine';
  }
}

const reason = lacking();
if (reason !== null) console.warn(`timed.c is not tested: ${reason}`);

describe.skipIf(reason !== null)('timed.c', () => {
  it('counts the children of children', async () => {
    const count = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
    const run = ['sh', '-c', 'sh -c "sh -c \'$0\'; true"; echo done', count];
    const { sample, status, stdout } = await new Stopwatch().run(run, 30);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe('done\n');
    expect(sample.user).toBeGreaterThan(0.02);
    expect(sample.thread!).toBeLessThan(sample.user / 2);
    expect(sample.wall).toBeGreaterThanOrEqual(sample.user);
  });

  it('counts an orphan, which it ends with the program', async () => {
    const { sample, status } = await new Stopwatch().run(
      ['sh', '-c', '(i=0; while :; do i=$((i+1)); done) & sleep 0.4'],
      30,
    );
    expect(status).toBe(0);
    expect(sample.user + sample.system).toBeGreaterThan(0.05);
    expect(sample.wall).toBeLessThan(10);
  });

  it('gives the status as a shell does, and ends what takes too long', async () => {
    const stopwatch = new Stopwatch();
    expect((await stopwatch.run(['sh', '-c', 'exit 7'], 10)).status).toBe(7);
    expect((await stopwatch.run(['sh', '-c', 'kill -9 $$'], 10)).status).toBe(137);
    expect((await stopwatch.run(['/no/such/program'], 10)).status).toBe(127);
    const late = await stopwatch.run(['sleep', '60'], 1);
    expect(late.status).toBe(TIMED_OUT);
    expect(late.sample.wall).toBeLessThan(20);
  });
});
