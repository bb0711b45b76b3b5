// Files without a name (O_TMPFILE) in folders of the host: what is left of them when skasm is killed.

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ended, start } from '../support/command.ts';
import { temporary, writeProgram } from '../support/tiny-program.ts';

const O_EXCL = 0o200;

const folder = mkdtempSync(join(tmpdir(), 'skasm-temporary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const linkable = writeProgram(join(folder, 'linkable'), temporary(0));
const nameless = writeProgram(join(folder, 'nameless'), temporary(O_EXCL));

/** Names in the folder while the program has its file open; skasm is killed then. */
async function opened(program: string, place: string): Promise<string[]> {
  const child = start(['run', program, place]);
  const end = ended(child);
  await once(child.stdout, 'data');
  const names = readdirSync(place);
  child.kill('SIGKILL');
  await end;
  return names;
}

test('a file that cannot get a name has none on the host', async () => {
  const place = join(folder, 'without');
  mkdirSync(place);
  expect(await opened(nameless, place)).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
});

test('another is removed by the next that is made there, and nothing else is', async () => {
  const place = join(folder, 'with');
  mkdirSync(place);
  const others = ['.skasm-unnamed-', '.skasm-unnamed-mine-1-1', `.skasm-unnamed-${process.pid}-1-1`, 'file'];
  for (const name of others) writeFileSync(join(place, name), '');
  const first = await opened(linkable, place);
  expect(first).toHaveLength(others.length + 1);
  expect(readdirSync(place).sort()).toEqual(first.sort());
  const second = await opened(linkable, place);
  expect(second).toHaveLength(others.length + 1);
  expect(second.filter((name) => first.includes(name)).sort()).toEqual(others.sort());
});
