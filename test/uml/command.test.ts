// The options of `skasm uml`: whose root, what runs in it, and which status comes out. The boot itself is
// boot.test.ts.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../runtime/host/node/packages.ts';
import { busyboxRoot, skasm, umlMissing } from '../support/command.ts';

const found = await busyboxRoot();
const missing = await umlMissing();
if (missing !== null) console.log(`tests of uml's options skipped: ${missing}`);
const folder = mkdtempSync(join(tmpdir(), 'skasm-uml-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A root with nothing but busybox. */
function bareRoot(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'bin'), { recursive: true });
  if (typeof found !== 'string') copyFileSync(join(found.path, 'bin/busybox'), join(root, 'bin/busybox'));
  return root;
}

describe.skipIf(missing !== null)('skasm uml', { concurrent: true }, () => {
  test('--root: the guest changes a copy in memory', async () => {
    const root = bareRoot('kept');
    const run = await skasm(['uml', '--root', root, '--run', 'echo new > /new; cat /new; exit 5']);
    expect(run.status).toBe(5);
    expect(run.stdout).toMatch(/^new\r?$/m);
    expect(readdirSync(root)).toEqual(['bin']);
  });

  test('--root DIR:rw: it changes the folder, and only what the guest wrote stays', async () => {
    const root = bareRoot('written');
    expect((await skasm(['uml', '--root', `${root}:rw`, '--run', 'echo new > /new'])).status).toBe(0);
    expect(readFileSync(join(root, 'new'), 'latin1')).toBe('new\n');
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('--run has no input; without it, and without a terminal, standard input is the script', async () => {
    const command = await skasm(['uml', '--run', 'cat; echo done'], { input: 'not for the guest\n' });
    expect(command.stdout).toMatch(/^done\r?$/m);
    const script = await skasm(['uml'], { input: 'for i in 1 2; do echo round $i; done\nexit 6\n' });
    expect(script.stdout).toMatch(/^round 1\r?\nround 2\r?$/m);
    expect(script.status).toBe(6);
  });

  test('the status of a command that a signal ended', async () => {
    expect((await skasm(['uml', '--run', 'kill -9 $$'])).status).toBe(137);
  });

  test('--append reaches the kernel, --mem sets its memory', async () => {
    const script = 'cat /proc/cmdline; grep MemTotal /proc/meminfo';
    const { stdout } = await skasm(['uml', '--mem', '64M', '--append', 'one two=3', '--run', script]);
    expect(stdout).toMatch(/^.*mem=64M.* one two=3.*$/m);
    expect(Number(/MemTotal: +(\d+) kB/.exec(stdout)![1])).toBeLessThan(64 * 1024);
  });

  test('a panic is 125', async () => {
    const { status, stdout, stderr } = await skasm(['uml', '--init', '/nonexistent']);
    expect(stdout).toContain('Kernel panic - not syncing: Requested init /nonexistent failed');
    expect(stderr).toMatch(/^skasm: the guest ended without a status$/m);
    expect(status).toBe(125);
  });

  const dynamic = existsSync('/lib/ld-linux.so.2');
  if (!dynamic) console.log('test of --kernel skipped: Debian’s kernel needs libc6:i386 on this machine');
  test.skipIf(!dynamic)('--kernel: a kernel of the host', async () => {
    const kernel = join(cacheFolder(), 'roots/user-mode-linux/usr/bin/linux.uml');
    if (!existsSync(kernel)) await skasm(['uml', '--run', 'true']); // fetches it
    const { status, stdout } = await skasm(['uml', '--kernel', kernel, '--run', 'echo booted; exit 3']);
    expect(stdout).toMatch(/^booted\r?$/m);
    expect(status).toBe(3);
  });
});

test('a root without a shell is refused', async () => {
  const root = join(folder, 'empty');
  mkdirSync(root);
  const run = await skasm(['uml', '--kernel', process.execPath, '--root', root, '--run', 'true']);
  expect(run).toMatchObject({
    status: 2,
    stderr: `skasm: --root ${root}: neither /bin/busybox nor /bin/sh is there; --init names another init\n`,
  });
});
