// Machine.processes(): what ps(1) would list, while the machine runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeHost } from '../../runtime/host/fake.ts';
import type { ThreadGroup } from '../../runtime/kernel/task.ts';
import { Machine } from '../../runtime/machine.ts';
import { formatProcesses } from '../../runtime/machine-processes.ts';
import { call, elfFile } from '../support/tiny-program.ts';

const FORK = 2;
const PAUSE = 29;
const SIGKILL = 9;
const cpu = readFileSync(join(import.meta.dirname, '../../dist/cpu.wasm'));

function started(machine: Machine, code: readonly number[]): ThreadGroup {
  machine.writeFile('/program', elfFile(code), 0o755);
  const group = machine.spawn({
    path: '/program',
    argv: ['program', 'two words'],
    environment: {},
    cwd: '/',
    uid: 7,
    gid: 7,
  });
  if ('reason' in group) throw new Error(group.message);
  return group;
}

test('processes are listed as they are, and counted', async () => {
  const machine = Machine.create({ host: createFakeHost(), cpu });
  expect(machine.processes()).toEqual([]);
  const group = started(machine, [...call(FORK), ...call(PAUSE)]);
  const [fresh] = machine.processes();
  expect(fresh).toMatchObject({ pid: 100, parent: 1, state: 'R', name: 'program', uid: 7 });

  const end = machine.run(group); // as far as both wait for a signal
  const both = machine.processes();
  expect(both.map(({ pid, parent, state, threads }) => ({ pid, parent, state, threads }))).toEqual([
    { pid: 100, parent: 1, state: 'S', threads: 1 },
    { pid: 101, parent: 100, state: 'S', threads: 1 },
  ]);
  for (const each of both) {
    expect(each.command).toEqual(['program', 'two words']);
    expect(each.resident).toBeGreaterThan(0);
    expect(each.size).toBeGreaterThanOrEqual(each.resident);
  }
  expect(formatProcesses(both).split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^PID +PPID +PGID +S +THR +SIZE +RSS +TIME COMMAND$/),
    expect.stringMatching(/^100 +1 +100 +S +1 +\d+K +\d+K +0:00\.\d\d program two words$/),
  ]);

  machine.signal(group, SIGKILL);
  expect(await end).toBe(SIGKILL);
  expect(machine.processes()).toEqual([]);
  const guest = machine.statistics().find(({ name }) => name === 'guest')!;
  expect(guest.rows).toContainEqual(['processes at once', 2]);
});
