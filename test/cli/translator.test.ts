// The options about the translator as a user gives them, and `skasm cache`. What they make of code is tested
// with the translator.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NodeTranslationStore } from '../../runtime/host/node/translation-store.ts';
import { skasm } from '../support/command.ts';
import { exit, writeProgram } from '../support/tiny-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-translator-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = writeProgram(join(folder, 'program'), exit(5));
const ended = { stdout: '', stderr: '', status: 5 };

describe('options', { concurrent: true }, () => {
  test.each<[options: string[]]>([
    [['--jit', 'off']],
    [['--jit=auto']],
    [['--jit', 'eager', '--jit-disable', 'stack,imul2', '--no-cache']],
    [['--jit-disable', 'all']],
    [['--jit', 'eager', '--jit-memory', '1M', '--no-cache']],
    [['--verify', '--no-cache']],
    [['--cache', join(folder, 'own')]],
    [['--no-cache', '-D', join(folder, 'empty-dump')]],
  ])('%j run a program', async (options) => {
    expect(await skasm(['run', ...options, program])).toMatchObject(ended);
  });

  test('a lowering that does not exist', async () => {
    const { stdout, stderr, status } = await skasm(['run', '--jit-disable', 'add,fuse', program]);
    expect(stderr).toMatch(/^skasm: --jit-disable: there is no lowering fuse \(all, integer, [^\n]*\)\n$/);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test('-d prints each region', async () => {
    const file = join(folder, 'dump');
    const options = ['--jit', 'eager', '--no-cache', '-d', 'in_asm,ir,wat', '-D', file];
    expect(await skasm(['run', ...options, program])).toMatchObject(ended);
    const dump = readFileSync(file, 'latin1');
    expect(dump).toMatch(/^region 0x[0-9a-f]+\n0x[0-9a-f]+:\n {2}0x[0-9a-f]+ {2}\w+/);
    expect(dump).toMatch(/^b0: at 0x[0-9a-f]+$/m);
    expect(dump).toMatch(/^\(func \$r0 .*\(result i32\)$/m);
  });

  test('--stats counts what is interpreted by instructions, whatever a system call costs', async () => {
    // mov esi, 1000; l: mov eax, __NR_getppid; int 0x80; dec esi; jnz l
    const loop = [0xbe, 0xe8, 3, 0, 0, 0xb8, 64, 0, 0, 0, 0xcd, 0x80, 0x4e, 0x75, 0xf6];
    const calls = writeProgram(join(folder, 'calls'), [...loop, ...exit(5)]);
    const { stderr, status } = await skasm(['run', '--no-cache', '--stats', calls]);
    expect(status).toBe(5);
    const counted = (name: string) => Number(stderr.match(new RegExp(`^ {2}${name} +(\\d+)$`, 'm'))![1]);
    expect(counted('instructions compiled')).toBe(0);
    expect(counted('instructions')).toBeGreaterThan(4000);
    expect(counted('instructions interpreted')).toBe(counted('instructions'));
    expect(counted('instructions')).toBeLessThan(4100);
  });

  test('words behind the program are its own', async () => {
    const file = join(folder, 'mine');
    expect(await skasm(['run', program, '--jit', 'fast', '-D', file, '--cache', file])).toMatchObject(ended);
    expect(existsSync(file)).toBe(false);
  });
});

describe('translations of an earlier run', () => {
  // mov ecx, 1000; l: dec ecx; jnz l
  const busy = writeProgram(join(folder, 'busy'), [0xb9, 0xe8, 3, 0, 0, 0x49, 0x75, 0xfd, ...exit(5)]);
  const run = async (cache: string, ...options: string[]): Promise<Map<string, number>> => {
    const ended = await skasm(['run', '--jit', 'eager', '--stats', '--cache', cache, ...options, busy]);
    expect(ended.status).toBe(5);
    const rows = [...ended.stderr.matchAll(/^ {2}(.+?) {2,}(\d+)$/gm)];
    return new Map(rows.map(([, name, value]) => [name!, Number(value)]));
  };

  test('are used, and nothing is compiled', async () => {
    const cache = join(folder, 'kept');
    const cold = await run(cache);
    expect(cold.get('regions from the cache')).toBe(0);
    expect(cold.get('modules')).toBeGreaterThan(0);
    expect(cold.get('cache bytes written')).toBeGreaterThan(0);
    const warm = await run(cache);
    expect(warm.get('regions from the cache')).toBe(cold.get('regions'));
    expect(warm.get('modules')).toBe(0);
    expect(warm.get('compile time, us')).toBe(0);
  });

  test('are not those of other options, nor damaged ones', async () => {
    const cache = join(folder, 'damaged');
    await run(cache);
    const other = await run(cache, '--jit-disable', 'add');
    expect(other.get('regions from the cache')).toBe(0);
    for (const file of readdirSync(cache)) {
      const bytes = readFileSync(join(cache, file));
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(join(cache, file), bytes);
    }
    const damaged = await run(cache);
    expect(damaged.get('regions from the cache')).toBe(0);
    expect(damaged.get('modules')).toBeGreaterThan(0);
  });

  test('of runs at the same time are whole', async () => {
    const cache = join(folder, 'shared');
    await Promise.all([run(cache), run(cache), run(cache)]);
    const warm = await run(cache);
    expect(warm.get('regions from the cache')).toBeGreaterThan(0);
    expect(warm.get('modules')).toBe(0);
  });
});

describe('skasm cache', () => {
  const name = 'ab'.repeat(32);
  const cache = join(folder, 'cache');
  const environment = { SKASM_CACHE: cache };
  const kept = join(cache, 'translations');

  test('info of nothing, which makes nothing', async () => {
    const { stdout, stderr, status } = await skasm(['cache', 'info'], { environment });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toBe(`path    ${kept}\nfiles   0\nbytes   0\noldest  -\nnewest  -\n`);
    expect(existsSync(cache)).toBe(false);
  });

  test('info and clear', async () => {
    new NodeTranslationStore(kept).write(name, new Uint8Array(100));
    writeFileSync(join(kept, 'notes'), '');
    const { stdout } = await skasm(['cache', 'info'], { environment });
    expect(stdout).toMatch(
      /^files {3}1\nbytes {3}148\noldest {2}20\d\d-[^\n]*Z\nnewest {2}20\d\d-[^\n]*Z\n$/m,
    );
    const cleared = await skasm(['cache', 'clear'], { environment });
    expect(cleared).toMatchObject({ stdout: `1 file removed from ${kept}\n`, stderr: '', status: 0 });
    expect(readdirSync(kept)).toEqual(['notes']);
  });

  test('--cache names the folder', async () => {
    const other = join(folder, 'other');
    new NodeTranslationStore(other).write(name, new Uint8Array(100));
    expect((await skasm(['cache', 'info', '--cache', other], { environment })).stdout).toMatch(/^files +1$/m);
    await skasm(['cache', 'clear', '--cache', other], { environment });
    expect(readdirSync(other)).toEqual([]);
  });

  test('a folder that others can write to', async () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    writeFileSync(join(open, `${name}.skt`), 'evil');
    chmodSync(open, 0o777);
    const line = `skasm: translations are not kept: ${open} can be written by other users\n`;
    const run = await skasm(['cache', 'clear', '--cache', open]);
    expect(run).toMatchObject({ stderr: line, status: 1 });
    expect(readFileSync(join(open, `${name}.skt`), 'latin1')).toBe('evil');
  });
});
