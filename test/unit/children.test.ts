// Children do not outlive their tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killAtEnd, withChildren } from '../support/children.ts';

function sleeper(): ChildProcess {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  child.once(
    'exit',
    killAtEnd(() => child.kill('SIGKILL')),
  );
  return child;
}

test('what runs is killed when its test fails, and nobody else', async () => {
  let mine: ChildProcess | undefined;
  const other = sleeper();
  const failed = withChildren(async () => {
    mine = sleeper();
    throw new Error('late');
  });
  await expect(failed).rejects.toThrow('late');
  expect(await once(mine!, 'exit')).toEqual([null, 'SIGKILL']);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

test('tests beside each other have their own', async () => {
  const children: ChildProcess[] = [];
  let go: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    go = resolve;
  });
  const long = withChildren(async () => {
    await over;
    children.push(sleeper());
    await once(children[0]!, 'spawn');
    expect(children[0]!.signalCode).toBeNull();
  });
  await withChildren(async () => {
    await Promise.resolve();
    children.unshift(sleeper());
    const ended = once(children[0]!, 'exit');
    children[0]!.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    children.length = 0;
  });
  go();
  await long;
  expect(await once(children[0]!, 'exit')).toEqual([null, 'SIGKILL']);
});
