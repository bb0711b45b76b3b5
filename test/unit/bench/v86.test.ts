// What the benchmarks tell a guest of v86, and what they read from it: the initramfs, the marks on the serial line.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digest } from '../../../bench/programs/timed.ts';
import { Archive } from '../../../bench/v86/cpio.ts';
import { MarkReader } from '../../../bench/v86/marks.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-cpio-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Entries of a `newc` archive, read as Linux's init/initramfs.c reads them: by the lengths in the heads. */
function entries(bytes: Buffer): { name: string; mode: number; data: string }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number): number =>
      Number.parseInt(bytes.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, size, length] = [field(1), field(6), field(11)];
    const name = bytes.toString('utf8', at + 110, at + 110 + length - 1);
    const start = (at + 110 + length + 3) & ~3;
    found.push({ name, mode, data: bytes.toString('utf8', start, start + size) });
    at = (start + size + 3) & ~3;
  }
  return found;
}

describe('the initramfs', () => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/tool'), 'odd', { mode: 0o755 });
  symlinkSync('tool', join(folder, 'bin/link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);

  it('has folders before what is in them, and ends with its trailer', () => {
    const archive = new Archive();
    archive.file('etc/conf', 'text', 0o644);
    archive.tree(folder, 'root');
    const found = entries(archive.bytes()).map(({ name, mode, data }) => [name, mode.toString(8), data]);
    expect(found.slice(0, 4)).toEqual([
      ['etc', '40755', ''],
      ['etc/conf', '100644', 'text'],
      ['root', '40755', ''],
      ['root/bin', '40755', ''],
    ]);
    expect(found.slice(4, -1).sort()).toEqual([
      ['root/bin/link', '120777', 'tool'],
      ['root/bin/tool', '100755', 'odd'],
    ]);
    expect(found.at(-1)).toEqual(['TRAILER!!!', '0', '']);
  });
});

describe('the marks on the serial line', () => {
  const read = (text: string) => {
    const reader = new MarkReader();
    return [...text].flatMap((character) => reader.take(character.charCodeAt(0)) ?? []);
  };

  it('are those of init and tm.c', () => {
    expect(read('[ 1.0] noise\r\n@ready\r\n@S fib\r\n@E fib 0 12.5 11.0 811c9dc5 fib 1\r\n@.\r\n')).toEqual([
      { kind: 'ready' },
      { kind: 'start' },
      { kind: 'end', status: 0 },
      { kind: 'output', output: '811c9dc5' },
      { kind: 'done' },
    ]);
  });
  it('tell the end before the output was read', () => {
    expect(read('@E fib 139 1.0 0.5 ')).toEqual([{ kind: 'end', status: 139 }]);
  });
});

it('sums output as tm.c does: FNV-1a', () => {
  expect(digest(Buffer.from(''))).toBe('811c9dc5');
  expect(digest(Buffer.from('a'))).toBe('e40c292c');
  expect(digest(Buffer.from('foobar'))).toBe('bf9cf968');
});
