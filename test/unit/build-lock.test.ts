// The lock of scripts/build.mjs.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { killAtEnd } from '../support/children.ts';
import { projectRoot } from '../support/native-oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lock = join(folder, 'lock');

/** Holds the lock, says so, and lets go at the end of its input. */
function holder(): ChildProcess {
  const script = `
    import { locked } from ${JSON.stringify(join(projectRoot(), 'scripts/lock.mjs'))};
    await locked(${JSON.stringify(lock)}, () => {
      console.log('held');
      return new Promise((resolve) => process.stdin.on('end', resolve).resume());
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = killAtEnd(() => child.kill('SIGKILL'));
  child.once('exit', ended);
  return child;
}

const held = (child: ChildProcess): Promise<unknown[]> => once(child.stdout!, 'data');

test('one waits for the other, and nothing is left', async () => {
  const first = holder();
  await held(first);
  const second = holder();
  const taken = held(second);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(readlinkSync(lock)).toBe(String(first.pid));
  first.stdin!.end();
  await taken;
  expect(readlinkSync(lock)).toBe(String(second.pid));
  second.stdin!.end();
  await once(second, 'exit');
  expect(readdirSync(folder)).toEqual([]);
});

test('who was killed is not waited for', async () => {
  const killed = holder();
  await held(killed);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(lstatSync(lock).isSymbolicLink()).toBe(true);
  const next = [holder(), holder()];
  const began = performance.now();
  const winner = await Promise.race(next.map(async (child) => held(child).then(() => child)));
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(readlinkSync(lock)).toBe(String(winner.pid));
  const loser = next.find((child) => child !== winner)!;
  winner.stdin!.end();
  await held(loser);
  loser.stdin!.end();
  await once(loser, 'exit');
  expect(readdirSync(folder)).toEqual([]);
});
