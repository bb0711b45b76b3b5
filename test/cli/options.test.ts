// The options of `skasm run`, seen from inside with busybox.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { busyboxRoot, type CommandOptions, type Ended, ended, skasm, start } from '../support/command.ts';

const found = await busyboxRoot();
if (typeof found === 'string') console.log(`tests of options skipped: ${found}`);
const root = typeof found === 'string' ? '' : found.path;
const busybox = join(root, 'bin/busybox');
const folder = mkdtempSync(join(tmpdir(), 'skasm-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shell script with options in front. */
const sh = (options: readonly string[], script: string, more: CommandOptions = {}): Promise<Ended> =>
  skasm(['run', ...options, busybox, 'sh', '-c', script], more);
const inRoot = (options: readonly string[], script: string): Promise<Ended> =>
  skasm(['run', ...options, '/bin/busybox', 'sh', '-c', script]);
function scratch(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe.skipIf(typeof found === 'string')('options', { concurrent: true }, () => {
  test('without --root: the own folder, user, environment and files', async () => {
    const cwd = scratch('plain');
    const script = 'pwd; id -u; echo $COLOUR; echo written > here; chmod 640 here';
    const { stdout, status } = await sh([], script, { cwd, environment: { COLOUR: 'green' } });
    expect({ stdout, status }).toEqual({ stdout: `${cwd}\n${process.getuid!()}\ngreen\n`, status: 0 });
    expect(readFileSync(join(cwd, 'here'), 'latin1')).toBe('written\n');
  });

  test('words behind the program are its own', async () => {
    const args = ['--strace', '--memory', '-E', '--', '--root=/x'];
    const { stdout, stderr } = await skasm(['run', busybox, 'echo', ...args]);
    expect({ stdout, stderr }).toEqual({ stdout: `${args.join(' ')}\n`, stderr: '' });
    expect((await skasm(['run', '--', busybox, 'echo', 'hi'])).stdout).toBe('hi\n');
  });

  test('-E sets, --cwd goes', async () => {
    const { stdout } = await sh(['-E', 'A=1=2', '-E', 'HOME=', '--cwd', '/usr'], 'echo "$A,$HOME,$PWD"');
    expect(stdout).toBe('1=2,,/usr\n');
  });

  test('--root: root of an overlay, nothing of the host', async () => {
    const script = 'id -u; pwd; echo $PATH; echo new > /new; rm /bin/busybox; cat /new; exit 4';
    const before = readdirSync(root);
    const { stdout, status } = await inRoot(['--root', root], script);
    expect(stdout).toMatch(/^0\n\/\n\/usr\/local\/sbin:/);
    expect(stdout).toMatch(/\nnew\n$/);
    expect(status).toBe(4);
    expect(readdirSync(root)).toEqual(before);
    expect(existsSync(busybox)).toBe(true);
  });

  test('--root DIR:rw writes through', async () => {
    const own = scratch('own-root');
    mkdirSync(join(own, 'bin'));
    writeFileSync(join(own, 'bin/busybox'), readFileSync(busybox), { mode: 0o755 });
    expect((await inRoot(['--root', `${own}:rw`], 'echo new > /new')).status).toBe(0);
    expect(readFileSync(join(own, 'new'), 'latin1')).toBe('new\n');
  });

  test('--mount: read and write, read only, one file, on places made in memory', async () => {
    const source = scratch('mounted');
    writeFileSync(join(source, 'file'), 'text\n');
    const options = ['--root', root, '--mount', `${source}:/a/b`, '--mount', `${source}:/c:ro`];
    const script = 'cat /a/b/file; echo more > /a/b/more; cat /c/more; echo x > /c/x; rm /c/file; cat /one';
    const run = await inRoot([...options, '--mount', `${source}/file:/one:ro`], script);
    expect(run.stdout).toBe('text\nmore\ntext\n');
    expect(run.stderr.match(/Read-only file system/g)).toHaveLength(2);
    expect(readdirSync(source).sort()).toEqual(['file', 'more']);
    expect(existsSync(join(root, 'a'))).toBe(false);
  });

  test('--mount over a file of the host hides it and leaves it alone', async () => {
    const place = join(folder, 'place');
    const source = join(folder, 'source');
    writeFileSync(place, 'old\n');
    writeFileSync(source, 'new\n');
    expect((await sh(['--mount', `${source}:${place}:ro`], `cat ${place}`)).stdout).toBe('new\n');
    expect(readFileSync(place, 'latin1')).toBe('old\n');
  });

  test('-L: interpreter and libraries from another root, everything else from the host', async () => {
    const prefix = scratch('prefix');
    writeFileSync(join(prefix, 'only-here'), 'found\n');
    expect((await sh(['-L', prefix], 'cat /only-here; ls /proc/self/exe')).stdout).toMatch(/^found\n/);
  });

  test('--strace writes to standard error, and takes no value', async () => {
    const { stdout, stderr, status } = await skasm(['run', '--strace', busybox, 'echo', 'hi']);
    expect({ stdout, status }).toEqual({ stdout: 'hi\n', status: 0 });
    expect(stderr).toMatch(/^100 +brk\(NULL\) += 0x/);
    expect(stderr).toMatch(
      /\n100 +write\(1, "hi\\n", 3\) += 3\n100 +exit_group\(0\) += \?\n100 +\+\+\+ exited with 0 \+\+\+\n$/,
    );
  });

  test('--strace=FILE writes there', async () => {
    const file = join(folder, 'trace');
    const { stderr } = await sh([`--strace=${file}`], 'kill -TERM $$');
    expect(stderr).toBe('');
    expect(readFileSync(file, 'latin1')).toMatch(/SIGTERM/);
  });

  test('--stats', async () => {
    const { stderr, status } = await skasm(['run', '--stats', busybox, 'true']);
    expect(status).toBe(0);
    for (const group of ['guest', 'memory']) expect(stderr).toMatch(new RegExp(`^${group}$`, 'm'));
    for (const name of ['instructions', 'system calls', 'page faults', 'clones', 'memory, bytes'])
      expect(stderr).toMatch(new RegExp(`^ {2}${name} +\\d+$`, 'm'));
    expect(new Set(stderr.match(/^ .*/gm)!.map((line) => line.length)).size).toBe(1);
  });

  test('--ps-on lists the processes when the signal comes, and the guest does not see it', async () => {
    const child = start([
      'run',
      '--ps-on',
      'USR1',
      busybox,
      'sh',
      '-c',
      '(sleep 9; true) & echo up; read line',
    ]);
    const end = ended(child);
    child.stdout.once('data', () => child.kill('SIGUSR1'));
    child.stderr.once('data', () => child.kill('SIGTERM'));
    const { stderr, status } = await end;
    expect(status).toBe(143);
    const [head, ...lines] = stderr.trim().split('\n');
    expect(head).toMatch(/^PID +PPID +PGID +S +THR +SIZE +RSS +TIME COMMAND$/);
    expect(lines[0]).toMatch(/^100 +1 +100 +S +1 .* \S*busybox sh -c \(sleep 9/);
    expect(lines.length).toBeGreaterThan(1);
  });

  test('--memory: a guest that wants more is killed, skasm is not', async () => {
    const script = 'x=0123456789abcdef; while true; do x=$x$x; done';
    const { status, stderr } = await sh(['--memory', '64M'], `(${script}); echo survived $?`);
    expect(stderr).toMatch(/^skasm: out of memory: process \d+ \(busybox\) is killed$/m);
    expect(status).toBe(0);
  });
});
