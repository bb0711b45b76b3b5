// skasm doctor on a machine where skasm works, and where it does not.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { COMMAND, skasm } from '../support/command.ts';

interface Finding {
  readonly name: string;
  readonly value: string;
  readonly ok: boolean | null;
}
interface Report {
  readonly works: boolean;
  readonly chapters: Readonly<Record<string, readonly Finding[]>>;
}

describe('doctor', { concurrent: true }, () => {
  test('finds that skasm works here', async () => {
    const { stdout, stderr, status } = await skasm(['doctor']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    for (const title of ['versions', 'features', 'limits', 'cache', 'programs'])
      expect(stdout).toMatch(new RegExp(`^${title}$`, 'm'));
    expect(stdout).toMatch(/^ {2}node \(at least 20\.19\) +\d+\.\d+/m);
    expect(stdout).not.toMatch(/^!/m);
    expect(stdout).toMatch(/\nskasm works here\n$/);
  });

  test('--json: the guest gave the right answer in each tier', async () => {
    const { stdout, status } = await skasm(['doctor', '--json']);
    const { works, chapters } = JSON.parse(stdout) as Report;
    expect({ works, status }).toEqual({ works: true, status: 0 });
    const guest = chapters['a guest through each tier']!;
    expect(guest.map(({ name }) => name)).toEqual([
      'interpreter',
      'translator',
      'translator against interpreter',
    ]);
    for (const { value, ok } of guest) {
      expect(value).toMatch(/^right, \d+ ms$/);
      expect(ok).toBe(true);
    }
    expect(chapters.versions!.find(({ name }) => name === 'binaryen')!.value).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('status 1 and a mark where something is missing', () => {
    // A Node whose memories end at 1 GiB.
    const node = spawnSync(process.execPath, ['--wasm-max-mem-pages=16384', COMMAND, 'doctor'], {
      encoding: 'utf8',
    });
    const { stdout, status } = node;
    expect(status).toBe(1);
    expect(stdout).toMatch(/^! largest memory of guests +\d+ MiB$/m);
    expect(stdout).toMatch(/skasm does not work here/);
  });
});
