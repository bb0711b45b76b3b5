// Standard streams of `skasm run`: pipes, files, closed ones; nothing is lost behind a slow reader, and a
// reader that goes away is a SIGPIPE. The host's shell makes the pipelines.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { killAtEnd } from '../support/children.ts';
import { busyboxRoot, COMMAND, type Ended, ended } from '../support/command.ts';

const found = await busyboxRoot();
if (typeof found === 'string') console.log(`tests of streams skipped: ${found}`);
const busybox = typeof found === 'string' ? '' : join(found.path, 'bin/busybox');
const folder = mkdtempSync(join(tmpdir(), 'skasm-streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A script for the host's bash; `$guest` runs busybox under skasm. */
function shell(script: string): Promise<Ended> {
  const guest = [process.execPath, COMMAND, 'run', busybox].join(' ');
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env: { ...process.env, guest },
    detached: true,
  });
  child.once(
    'exit',
    killAtEnd(() => process.kill(-child.pid!, 'SIGKILL')),
  );
  child.stdin.end();
  return ended(child);
}

describe.skipIf(typeof found === 'string')('standard streams', { concurrent: true }, () => {
  test('input from a pipe, to its end', async () => {
    const { stdout } = await shell('(echo one; sleep 0.3; echo two) | $guest cat -n');
    expect(stdout).toBe('     1\tone\n     2\ttwo\n');
  });

  test('input from a file, shared with what comes after', async () => {
    writeFileSync(join(folder, 'lines'), 'first\nsecond\nthird\n');
    const { stdout } = await shell("{ $guest sh -c 'read line; echo $line'; cat; } < lines");
    expect(stdout).toBe('first\nsecond\nthird\n');
  });

  test('output appended to a file, and both outputs to one', async () => {
    const script = "echo before > log; $guest sh -c 'echo out; echo err >&2; echo out' >> log 2>&1";
    expect((await shell(script)).status).toBe(0);
    expect(readFileSync(join(folder, 'log'), 'latin1')).toBe('before\nout\nerr\nout\n');
  });

  test('closed input and closed output', async () => {
    expect((await shell('$guest cat <&-')).stdout).toBe('');
    expect((await shell('$guest echo lost >&-')).stderr).not.toMatch(/internal error/);
  });

  test('the null device', async () => {
    expect(await shell('$guest cat < /dev/null > /dev/null')).toMatchObject({ status: 0, stderr: '' });
  });

  test('a slow reader gets everything', async () => {
    const lines = 50_000;
    const script = `$guest seq 1 ${lines} | { sleep 0.5; wc -l -c; }; echo \${PIPESTATUS[0]}`;
    const bytes = Array.from({ length: lines }, (_, index) => `${index + 1}\n`.length).reduce(
      (a, b) => a + b,
    );
    expect((await shell(script)).stdout.trim().split(/\s+/)).toEqual([`${lines}`, `${bytes}`, '0']);
  });

  test('a reader that goes away', async () => {
    const { stdout, stderr } = await shell(`$guest yes | head -n 2; echo \${PIPESTATUS[0]}`);
    expect({ stdout, stderr }).toEqual({ stdout: 'y\ny\n141\n', stderr: '' });
  });

  test('a write to it is EPIPE for a guest that ignores SIGPIPE', async () => {
    const script = `$guest sh -c 'trap "" PIPE; sleep 0.5; echo x; echo x; echo status $? >&2' | true`;
    expect((await shell(script)).stderr).toMatch(/Broken pipe[\s\S]*status 1\n$/);
  });

  test('a pipeline of guests', async () => {
    expect((await shell('$guest seq 1 100 | $guest grep 9 | $guest wc -l')).stdout.trim()).toBe('19');
  });
});
