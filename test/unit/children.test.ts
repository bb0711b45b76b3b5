// What a program starts ends with it (test/support/children.ts).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/native-oracle.ts';

const PROGRAM = `
import { spawn } from 'node:child_process';
import { killAtEnd, untilSignal } from '${join(projectRoot(), 'dist/test/support/children.js')}';
await untilSignal(async () => {
  const child = spawn('sleep', ['100'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
  killAtEnd(() => process.kill(-child.pid, 'SIGKILL'));
  console.log('started');
  await new Promise((resolve) => child.on('exit', resolve));
});
`;

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s ends them first', async (signal) => {
  const program = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  await new Promise((resolve) => program.stdout.once('data', resolve));
  program.stdout.resume();
  // 'close' comes when nobody has its output any more, the child neither.
  const closed = new Promise((resolve) => program.on('close', (_code, by) => resolve(by)));
  program.kill(signal);
  expect(await closed).toBe(signal);
});
