// `skasm run --deb`: packages of a repository that the test makes, fetched by the machine's apt without a
// network, and the ways in which they cannot be had. Debian's own packages are test/corpus.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandOptions, type Ended, ended, skasm, start } from '../support/command.ts';
import { DebRepository, repositoryMissing } from '../support/deb-repository.ts';
import { creator, elfFile, exit, shower } from '../support/tiny-program.ts';

const missing = repositoryMissing();
if (missing !== null) console.log(`tests of --deb skipped: ${missing}`);
const scratch = mkdtempSync(join(tmpdir(), 'skasm-deb-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function folder(name: string): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
}

describe.skipIf(missing !== null)('run --deb', { timeout: 120_000 }, () => {
  const repository = new DebRepository();
  const source = ['--deb-source', repository.source];
  const home = folder('home');
  const work = folder('work');
  afterAll(() => repository.remove());
  beforeAll(() => {
    repository.add({ name: 'greeting', files: { 'usr/share/greeting': 'good morning\n' } });
    repository.add({
      name: 'show',
      fields: { Depends: 'absent | greetings' },
      files: { 'bin/show': elfFile(shower) },
    });
    repository.add({
      name: 'greeting-hard',
      fields: { Provides: 'greetings', Depends: 'greeting' },
      files: {},
    });
    repository.add({ name: 'leave', files: { 'usr/bin/leave': elfFile(creator) } });
    repository.add({
      name: 'base',
      fields: { Essential: 'yes' },
      files: {
        'etc/base': 'taken for granted\n',
        'usr/share/libc-bin/nsswitch.conf': 'hosts: files dns\n',
      },
    });
    repository.add({ name: 'broken', fields: { Depends: 'nowhere (>= 2)' }, files: {} });
    repository.add({ name: 'hosts', files: { 'etc/hosts': '127.0.0.1 mine\n' } });
    repository.add({ name: 'seven', files: { 'usr/bin/seven': elfFile(exit(7)) } });
    writeFileSync(join(home, 'note'), 'at home\n');
    writeFileSync(join(work, 'note'), 'at work\n');
  });

  const deb = (
    cache: string,
    packages: string,
    words: readonly string[],
    more: CommandOptions = {},
  ): Promise<Ended> =>
    skasm(['run', ...source, '--deb', packages, '--', ...words], {
      cwd: work,
      ...more,
      environment: { SKASM_CACHE: join(scratch, cache), HOME: home, ...more.environment },
    });
  const roots = (cache: string): string[] => readdirSync(join(scratch, cache, 'roots'));

  test('the program is found in PATH, with its dependencies and what is essential', async () => {
    const show = (path: string): Promise<Ended> => deb('first', 'show', ['show', path]);
    expect(await show('/usr/share/greeting')).toMatchObject({
      stdout: 'good morning\n',
      stderr: '',
      status: 0,
    });
    expect((await show('/etc/base')).stdout).toBe('taken for granted\n');
    expect((await show('/nowhere')).status).toBe(2); // ENOENT, which the program exits with
    expect(await deb('first', 'seven', ['seven'])).toMatchObject({ stderr: '', status: 7 });
  });

  test('/bin, /sbin and /lib are links into /usr', async () => {
    for (const path of ['/bin/show', '/usr/bin/show'])
      expect((await deb('first', 'show', [path, '/etc/base'])).status).toBe(0);
  });

  test('the current folder and home are the own ones, the rest stays in memory', async () => {
    expect((await deb('first', 'show', ['show', 'note'])).stdout).toBe('at work\n');
    expect((await deb('first', 'show', ['show', join(home, 'note')])).stdout).toBe('at home\n');
    expect((await deb('first', 'leave,show', ['leave', 'written'])).status).toBe(0);
    expect(existsSync(join(work, 'written'))).toBe(true);
    expect((await deb('first', 'leave,show', ['leave', '/usr/written'])).status).toBe(0);
    for (const root of roots('first'))
      expect(readdirSync(join(scratch, 'first/roots', root, 'usr'))).not.toContain('written');
    const { stdout } = await deb('first', 'show', ['show', '/etc/passwd']);
    expect(stdout).toMatch(
      new RegExp(`^[^:]+:x:${process.getuid!()}:${process.getgid!()}::${home}:/bin/sh$`, 'm'),
    );
  });

  test('names of hosts are known', async () => {
    const { stdout } = await deb('first', 'show', ['show', '/etc/hosts']);
    expect(stdout.startsWith(`127.0.0.1\tlocalhost\n127.0.1.1\t${hostname()}\n`)).toBe(true);
    expect((await deb('first', 'show', ['show', '/etc/nsswitch.conf'])).stdout).toBe('hosts: files dns\n');
    expect((await deb('first', 'show,hosts', ['show', '/etc/hosts'])).stdout).toBe('127.0.0.1 mine\n');
  });

  test('a folder of the root is not hidden by the current one of that name', async () => {
    const { stdout } = await deb('first', 'show', ['show', 'share/greeting'], { cwd: '/usr' });
    expect(stdout).toBe('good morning\n');
    expect((await deb('first', 'show', ['show', 'usr/share/greeting'], { cwd: '/' })).stdout).toBe(stdout);
  });

  test('a root is made once for a set of packages, and needs no repository then', async () => {
    const before = roots('first');
    const moved = new DebRepository();
    moved.add({ name: 'alone', files: { 'bin/alone': elfFile(exit(9)) } });
    moved.add({ name: 'other', files: {} });
    const run = (packages: string): Promise<Ended> =>
      skasm(['run', '--deb-source', moved.source, '--deb', packages, 'alone'], {
        environment: { SKASM_CACHE: join(scratch, 'first') },
      });
    expect((await run('alone,other')).status).toBe(9);
    expect(roots('first').length).toBe(before.length + 1);
    moved.remove();
    expect((await run('other,alone')).status).toBe(9);
    expect(roots('first').length).toBe(before.length + 1);
    // Another set needs the repository.
    expect(await run('other,alone,third')).toMatchObject({ stdout: '', status: 2 });
  });

  test('several at once make one root', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => deb('crowd', 'show', ['show', 'note'])));
    for (const run of runs) expect(run).toMatchObject({ stdout: 'at work\n', stderr: '', status: 0 });
    expect(roots('crowd')).toHaveLength(1);
  });

  test('one that was killed half way is made anew', async () => {
    const cache = folder('killed');
    const big = new DebRepository();
    const filling = Object.fromEntries([...Array(3000).keys()].map((each) => [`usr/share/big/${each}`, 'x']));
    big.add({ name: 'big', files: { 'bin/big': elfFile(exit(5)), ...filling } });
    const words = ['run', '--deb-source', big.source, '--deb', 'big', 'big'];
    const environment = { SKASM_CACHE: cache };
    const child = start(words, { environment });
    child.stdin.end();
    const end = ended(child);
    const unfinished = (): string | undefined =>
      existsSync(join(cache, 'roots'))
        ? readdirSync(join(cache, 'roots')).find((name) => name.endsWith('.partial'))
        : undefined;
    while (unfinished() === undefined && child.exitCode === null) await new Promise((r) => setTimeout(r, 2));
    child.kill('SIGKILL');
    expect((await end).signal).toBe('SIGKILL');
    expect(readdirSync(join(cache, 'roots'))).toEqual([expect.stringMatching(/\.partial$/)]);
    expect((await skasm(words, { environment })).status).toBe(5);
    const made = readdirSync(join(cache, 'roots'));
    expect(made).toEqual([expect.not.stringMatching(/\.partial$/)]);
    expect(readdirSync(join(cache, 'roots', made[0]!, 'usr/share/big'))).toHaveLength(3000);
    big.remove();
  });

  describe('refused in one line', () => {
    const refused = async (run: Promise<Ended>, text: RegExp, status = 2): Promise<void> => {
      const result = await run;
      expect(result).toMatchObject({ stdout: '', status });
      expect(result.stderr).toMatch(text);
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    };

    test('a package that nobody has', () =>
      refused(
        deb('first', 'show,nosuch', ['show']),
        /^skasm: --deb show,nosuch: Unable to locate package nosuch\n$/,
      ));

    test('one that depends on such', () =>
      refused(deb('first', 'broken', ['show']), /^skasm: --deb broken: broken : Depends: nowhere \(>= 2\)/));

    test('a version that there is not', () =>
      refused(
        deb('first', 'show=2.0', ['show']),
        /^skasm: --deb show=2\.0: Version '2\.0' for 'show' was not found\n$/,
      ));

    test.each(['', 'show,', 'Show', '-o=x', '../x', 'a b', 'show;id'])('%j', (packages) =>
      refused(deb('first', packages, ['show']), /NAME, NAME=VERSION or NAME\/SUITE is wanted\n$/),
    );

    test('a program that no package has', () =>
      refused(deb('first', 'show', ['nosuch']), /^skasm: nosuch: /, 127));

    test('with another root', async () => {
      await refused(skasm(['run', '--deb', 'show', '--root', work, 'x']), /^skasm: --deb .*--root cannot/);
      await refused(skasm(['run', '--deb', 'show', '-L', work, 'x']), /^skasm: --deb .*-L cannot/);
      await refused(skasm(['run', '--deb-source', 'deb x y', 'x']), /^skasm: --deb-source .*no --deb\n$/);
    });

    test('no repository', () =>
      refused(
        skasm(['run', '--deb-source', `deb [trusted=yes] file:${scratch}/gone ./`, '--deb', 'show', 'show'], {
          environment: { SKASM_CACHE: join(scratch, 'offline') },
        }),
        /^skasm: --deb show: the i386 package lists cannot be fetched: .*gone/,
      ));

    test('no apt', async () => {
      const PATH = folder('empty');
      const environment = { PATH };
      await refused(
        deb('without', 'show', ['show'], { environment }),
        /apt-config is not on this machine\n$/,
      );
    });

    test('a package that is damaged', async () => {
      const bad = new DebRepository();
      bad.add({ name: 'bad', files: { 'bin/bad': elfFile(exit(0)) } });
      const file = join(bad.folder, 'bad_1.0_i386.deb');
      const bytes = readFileSync(file);
      bytes.fill(0, bytes.length - 40);
      writeFileSync(file, bytes);
      const words = ['run', '--deb-source', bad.source, '--deb', 'bad', 'bad'];
      await refused(
        skasm(words, { environment: { SKASM_CACHE: join(scratch, 'bad') } }),
        /^skasm: --deb bad: .*(Hash Sum mismatch|bad_1\.0_i386\.deb)/,
      );
      expect(roots('bad')).toEqual([]);
      bad.remove();
    });

    test('a cache folder that others can write, or that is none', async () => {
      chmodSync(folder('open'), 0o777);
      await refused(
        deb('open', 'show', ['show']),
        /packages cannot be kept: .* can be written by other users\n$/,
      );
      symlinkSync(folder('real'), join(scratch, 'link'));
      await refused(deb('link', 'show', ['show']), /is a symbolic link\n$/);
      writeFileSync(join(scratch, 'file'), '');
      await refused(deb('file', 'show', ['show']), /is not a folder\n$/);
      folder('inside/roots');
      chmodSync(join(scratch, 'inside/roots'), 0o777);
      await refused(deb('inside', 'show', ['show']), /roots can be written by other users\n$/);
    });
  });
});
