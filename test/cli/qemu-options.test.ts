// qemu-i386's spellings and variables, skasm's own variables, and runs that a seed repeats.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { busyboxRoot, type CommandOptions, type Ended, skasm } from '../support/command.ts';
import { exit, writeProgram } from '../support/tiny-program.ts';

const found = await busyboxRoot();
if (typeof found === 'string') console.log(`tests of qemu-i386's options skipped: ${found}`);
const busybox = typeof found === 'string' ? '' : join(found.path, 'bin/busybox');
const folder = mkdtempSync(join(tmpdir(), 'skasm-qemu-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sh = (options: readonly string[], script: string, more: CommandOptions = {}): Promise<Ended> =>
  skasm(['run', ...options, busybox, 'sh', '-c', script], more);

describe.skipIf(busybox === '')('options of qemu-i386', { concurrent: true }, () => {
  test('-E and -U: several with commas, the last word counts', async () => {
    const script = 'echo "$A,$B,$C,$HOME"; env | grep -cE "^(C|HOME)="';
    const options = ['-E', 'A=1,B=x,y', '-E', 'C=3', '-U', 'C,HOME', '-U', 'A', '-E', 'A=2'];
    expect((await sh(options, script)).stdout).toBe('2,x,y,,\n0\n');
  });

  test('-0 names the program, -r the release, -s the stack', async () => {
    const run = await skasm(['run', '-0', 'echo', '-s', '1M', busybox, 'as', 'echo']);
    expect(run.stdout).toBe('as echo\n');
    const { stdout } = await sh(['-r', '2.6.32', '-s', '4m'], 'uname -r; ulimit -s');
    expect(stdout).toBe('2.6.32\n4096\n');
  });

  test('-strace, -singlestep, -B, -R and -p', async () => {
    const options = ['-strace', '-singlestep', '-B', '0x10000', '-R', '1G', '-p', '4096'];
    const { stdout, stderr, status } = await skasm(['run', ...options, busybox, 'echo', 'hi']);
    expect({ stdout, status }).toEqual({ stdout: 'hi\n', status: 0 });
    expect(stderr).toMatch(/\n\d+ +write\(1, .*, 3\) += 3\n/);
  });

  test('-d with the names of both, -D', async () => {
    const file = join(folder, 'log');
    const options = ['--jit', 'eager', '-d', 'in_asm,out_asm,unimp', '-D', file];
    const program = writeProgram(join(folder, 'short'), exit(3));
    expect((await skasm(['run', ...options, program])).status).toBe(3);
    const text = readFileSync(file, 'latin1');
    expect(text).toMatch(/^region 0x[\da-f]+$/m);
    expect(text).toMatch(/\(func /);
    expect((await skasm(['run', '-d', 'strace', busybox, 'true'])).stderr).toMatch(/\+\+\+ exited with 0/);
  });

  test('-version', async () => {
    expect((await skasm(['run', '-version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('variables: qemu-i386 first, skasm next, the command line last', async () => {
    const environment = {
      QEMU_SET_ENV: 'A=qemu,B=qemu,C=qemu',
      SKASM_SET_ENV: 'B=skasm,C=skasm',
      QEMU_UNSET_ENV: 'D',
      D: 'here',
      QEMU_UNAME: '3.0',
      SKASM_STRACE: '1',
      QEMU_STRACE: '0',
    };
    const { stdout, stderr } = await sh(['-E', 'C=line'], 'echo $A $B $C $D.; uname -r', {
      environment,
    });
    expect(stdout).toBe('qemu skasm line .\n3.0\n');
    expect(stderr).toMatch(/\+\+\+ exited with 0 \+\+\+\n$/);
  });

  test('a wrong variable is named', async () => {
    const { stderr, status } = await skasm(['run', busybox, 'true'], {
      environment: { SKASM_MEMORY: 'lots' },
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/a size such as 512M or 2G is wanted/);
    expect(stderr).toMatch(/came from the environment too: SKASM_MEMORY\n$/);
  });

  test.each([
    [['-g', '1234'], /-g: skasm has no gdb server/],
    [['-plugin', 'x.so'], /-plugin: skasm has no plugins/],
    [['-p', '8192'], /-p 8192: pages are of 4096 bytes/],
    [['-B', 'high'], /-B high: a number is wanted/],
    [['-s', '4K'], /128K to 1G is possible/],
    [['-seed', 'x'], /a whole number from 0 is wanted/],
    [['-U', 'A=1'], /-U A=1: names are wanted/],
  ])('%s is refused', async (words, message) => {
    const { stderr, status } = await skasm(['run', ...words, busybox, 'true']);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe.skipIf(busybox === '')('--seed', { concurrent: true }, () => {
  const environment = { FIXED: 'environment' };
  /** Three processes whose turns depend on time. */
  const turns = (loops: number): string =>
    `for k in 1 2 3; do (i=0; while [ $i -lt ${loops} ]; do i=$((i+1)); [ $((i%50)) = 0 ] && echo $k$i; done) & done; wait`;
  /** Randomness of all kinds, both clocks. */
  const script = [
    'od -An -tx4 -N16 /dev/urandom',
    'cat /proc/sys/kernel/random/uuid',
    'mktemp -u',
    'date +%s',
    'cat /proc/uptime',
    turns(100),
    'sleep 0.3; cat /proc/uptime',
  ].join('\n');
  const seeded = async (text: string, ...options: string[]): Promise<string> => {
    const { stdout, stderr, status } = await sh(options, text, { environment });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout;
  };

  test('the same number gives the same run, another gives another', async () => {
    const first = await seeded(script, '--seed', '7');
    expect(await seeded(script, '-seed', '7')).toBe(first);
    const other = await seeded(script, '--seed', '8');
    const random = (text: string): string[] => text.split('\n').slice(0, 3);
    for (const [i, line] of random(first).entries()) expect(random(other)[i]).not.toBe(line);
    expect(other.split('\n')[3]).toBe('1767225600');
  });

  test('with the translator at work, or switched off', async () => {
    // Long enough for the translator to be asked.
    const text = `${turns(1500)}; cat /proc/uptime`;
    expect(await seeded(text, '--seed', '9')).toBe(await seeded(text, '--seed', '9'));
    expect(await seeded(script, '--seed', '9', '--jit', 'off')).toBe(await seeded(script, '--seed', '9'));
  });

  test('sleep takes its time, and the clock knows', async () => {
    const before = performance.now();
    const { stdout } = await sh(['--seed', '1'], 'cat /proc/uptime; sleep 1; cat /proc/uptime');
    expect(performance.now() - before).toBeGreaterThan(1000);
    const [start, end] = stdout.split('\n').map((line) => Number(line.split(' ')[0]));
    expect(end! - start!).toBeGreaterThanOrEqual(1);
    expect(end! - start!).toBeLessThan(1.1);
  });
});
