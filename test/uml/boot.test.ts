// Debian's User Mode Linux 6.1 (skas0) boots: its whole boot log, the probes of the host among it, is what
// the same kernel says natively. boot.stdout and boot.stderr were recorded with record.sh; lines that depend
// on measured speed, on the time of day, or on the host's processor and release are left out on both sides.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';
import { killAtEnd } from '../support/children.ts';
import { umlMissing } from '../support/command.ts';
import { modesOr, optionsOf } from '../support/jit-mode.ts';

const CLI = 'dist/runtime/launch.js';

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** SKASM_TEST_JIT chooses another mode of the translator. */
const [mode] = modesOr('auto');

function uml(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, 'uml', ...optionsOf(mode!), ...args],
      { encoding: 'latin1', maxBuffer: 1 << 24 },
      (error, stdout, stderr) =>
        resolve({
          status: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
          stdout: stdout.replaceAll('\r', ''),
          stderr,
        }),
    );
    child.once(
      'exit',
      killAtEnd(() => child.kill('SIGKILL')),
    );
    child.stdin!.end();
  });
}

/**
 * What another machine, another minute or another processor says otherwise: measured speeds (raid6, xor,
 * BogoMIPS), the clock, the command line, and the host's name, flags and TLS entries (6 to 9 here, as on an
 * i386 kernel; the record was made under a 64-bit one), and what kind of file standard output is (epoll).
 */
const VARIES =
  /^(raid6: (int|using algorithm|\.{4})|xor:| {3}[\w-]+ +: +\d+ MB|Calibrating delay|audit: type=2000|host\t|flags\t|Detected host type|Kernel command line:|Unknown kernel command line|epollctl add err)/;
const steady = (text: string): string[] => text.split('\n').filter((line) => !VARIES.test(line));
const recorded = (name: string): string[] => steady(readFileSync(join('test/uml', name), 'utf8'));

const reason = await umlMissing();
if (reason !== null) console.warn(`User Mode Linux tests are skipped: ${reason}`);

describe.skipIf(reason !== null)("Debian's User Mode Linux", () => {
  const scratch = mkdtempSync(join(tmpdir(), 'skasm-uml-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('boots with the log of a native run', async () => {
    const probe = 'grep -v bogomips /proc/cpuinfo';
    const run = await uml('--run', `echo first line of init; ${probe}`, '--append', 'umid=probe');
    expect(run.status).toBe(0);
    const log = steady(run.stdout).map((line) => line.replace('/.skasm-init', '/probe-init'));
    expect(log).toEqual(recorded('boot.stdout'));
    expect(steady(run.stderr)).toEqual(recorded('boot.stderr'));
    expect(run.stdout).toContain('Detected host type: i386 (GDT indexes 6 to 9)');
    expect(run.stdout).toMatch(/^mode\t\t: skas$/m);
  });

  it('runs the script of npm start', async () => {
    const { status, stdout } = await uml('--demo');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Linux skasm 6\.1\.\d+ .* i686 GNU\/Linux$/m);
    const script = stdout.slice(stdout.indexOf('9 node'));
    expect(script.split('\n').slice(0, 10)).toEqual([
      '9 node',
      '8 in',
      '7 or',
      'sum 5050',
      'ROW 1',
      'ROW 2',
      'ROW 3',
      '3',
      'from a subshell',
      'grep found it',
    ]);
  });

  it('gives the status of a command', async () => {
    expect((await uml('--run', 'exit 5')).status).toBe(5);
    expect((await uml('--run', 'kill -9 $$')).status).toBe(137);
  });

  it('answers 125 when the kernel panics', async () => {
    const { status, stdout } = await uml('--append', 'rootflags=/nowhere', '--run', 'true');
    expect(stdout).toContain('Kernel panic');
    expect(status).toBe(125);
  });

  it('keeps the root folder as it was, unless it is to be written', async () => {
    const store = new PackageStore(cacheFolder(), () => {});
    const root = join(store.folder, 'roots/busybox');
    const kept = await uml(
      '--root',
      root,
      '--run',
      'echo changed > /tmp/x; echo changed > /.changed; cat /.changed',
    );
    expect(kept.stdout).toMatch(/^changed$/m);
    expect(() => readFileSync(join(root, '.changed'))).toThrow();
  });

  it('refuses what it cannot use', async () => {
    expect(await uml('--root', '/nonexistent')).toMatchObject({
      status: 2,
      stderr: 'skasm: /nonexistent: not a folder\n',
    });
    expect((await uml('--kernel', '/nonexistent')).status).toBe(127);
    writeFileSync(join(scratch, 'text'), 'no kernel\n', { mode: 0o755 });
    const text = await uml('--kernel', join(scratch, 'text'), '--run', 'true');
    expect(text.status).toBe(126);
    expect(text.stderr).toMatch(/^skasm: .*neither an ELF program nor a script/m);
  });
});
