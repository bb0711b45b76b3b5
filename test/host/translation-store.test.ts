// What is kept of translations on disk: nothing comes back that was not written whole, and nothing is used of
// a folder that others can write to.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NodeTranslationStore } from '../../runtime/host/node/translation-store.ts';
import { projectRoot } from '../support/native-oracle.ts';

const base = mkdtempSync(join(tmpdir(), 'skasm-store-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let folders = 0;
const freshPath = (): string => join(base, String(++folders));
const name = (number: number): string => number.toString(16).padStart(64, '0');
const A = name(10);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const filled = (size: number): Uint8Array => new Uint8Array(size).fill(7);
const HEADER = 48;
const DAY = 86_400_000;
const root = process.geteuid!() === 0;

/** A store on a folder, and the lines that it has warned with. */
function open(folder: string, options: { limit?: number; now?: () => number } = {}) {
  const warnings: string[] = [];
  const reasons: string[] = [];
  const warn = (line: string, why: string): void => {
    warnings.push(line);
    reasons.push(why);
  };
  return { store: new NodeTranslationStore(folder, { warn, ...options }), warnings, reasons };
}

/** A folder with A in it. */
function withA(): { folder: string; file: string } {
  const folder = freshPath();
  open(folder).store.write(A, bytes(1, 2, 3));
  return { folder, file: join(folder, `${A}.skt`) };
}

describe('blobs', () => {
  test('come back in another run', () => {
    const { folder } = withA();
    const { store, warnings } = open(folder);
    expect(store.read(A)).toEqual(bytes(1, 2, 3));
    expect(store.read(name(11))).toBeNull();
    expect(warnings).toEqual([]);
  });

  test('may be empty, may be large, may be replaced', () => {
    const { store } = open(freshPath());
    const large = Uint8Array.from({ length: 3_000_000 }, (_, at) => at * 31);
    for (const contents of [bytes(), large, bytes(9)]) {
      store.write(A, contents);
      expect(Buffer.compare(store.read(A)!, contents)).toBe(0);
    }
  });

  test('are files of the user alone, under their final name', () => {
    const { folder, file } = withA();
    expect(readdirSync(folder)).toEqual([`${A}.skt`]);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    '',
    '..',
    '../x',
    'a/b',
    `${A}.skt`,
    'ABCDEF0123456789',
    'abc',
    'g'.repeat(64),
    'a'.repeat(129),
  ])('have a hash for a name, not %j', (bad) => {
    const folder = freshPath();
    const { store } = open(folder);
    store.write(bad, bytes(1));
    expect(store.read(bad)).toBeNull();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a damaged file', () => {
  const damages: [what: string, damage: (file: string) => void][] = [
    ['no bytes', (file) => truncateSync(file, 0)],
    ['half a header', (file) => truncateSync(file, HEADER / 2)],
    ['a cut end', (file) => truncateSync(file, HEADER + 2)],
    ['more than was written', (file) => writeFileSync(file, bytes(0), { flag: 'a' })],
    ...[0, 8, 12, 20, HEADER, HEADER + 2].map((at): [string, (file: string) => void] => [
      `byte ${at} changed`,
      (file) => {
        const contents = readFileSync(file);
        contents[at]! ^= 0x10;
        writeFileSync(file, contents);
      },
    ]),
  ];
  test.each(damages)('with %s reads as null and is removed', (_, damage) => {
    const { folder, file } = withA();
    damage(file);
    const { store } = open(folder);
    expect(store.read(A)).toBeNull();
    expect(existsSync(file)).toBe(false);
    store.write(A, bytes(4));
    expect(store.read(A)).toEqual(bytes(4));
  });

  test('is also a good one under another name', () => {
    const { folder, file } = withA();
    renameSync(file, join(folder, `${name(12)}.skt`));
    expect(open(folder).store.read(name(12))).toBeNull();
  });
});

describe('a file that is not ours', () => {
  test.each<[what: string, make: (file: string) => void]>([
    [
      'a symbolic link',
      (file) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
    ],
    ['writable by others', (file) => chmodSync(file, 0o602)],
    [
      'a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('%s is not read and not removed', (_, make) => {
    const { folder, file } = withA();
    make(file);
    const { store } = open(folder);
    expect(store.read(A)).toBeNull();
    expect(store.summary().files).toBe(0);
    expect(store.clear()).toBe(0);
    expect(lstatSync(file)).toBeDefined();
  });
});

describe('a folder', () => {
  const hostile: [what: string, make: (folder: string) => void, warning: RegExp][] = [
    ['writable by the group', (folder) => chmodSync(folder, 0o770), /can be written by other users$/],
    ['writable by all', (folder) => chmodSync(folder, 0o1707), /can be written by other users$/],
    [
      'that is a link',
      (folder) => {
        renameSync(folder, `${folder}.real`);
        symlinkSync(`${folder}.real`, folder);
      },
      /is a symbolic link$/,
    ],
    [
      'that is a file',
      (folder) => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, '');
      },
      /is not a folder$/,
    ],
  ];
  test.each(hostile)('%s is not used; one line says why', (_, make, warning) => {
    const { folder } = withA();
    make(folder);
    const { store, warnings, reasons } = open(folder);
    store.write(name(13), bytes(1));
    expect(store.read(A)).toBeNull();
    expect(store.read(name(13))).toBeNull();
    expect(store.clear()).toBe(0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
    expect(reasons).toEqual(['untrusted']);
    expect(warnings[0]).toContain(`translations are not kept: ${folder} `);
  });

  test.skipIf(!root)('of another user is not used (needs root)', () => {
    const { folder } = withA();
    chownSync(folder, 65534, 65534);
    const { store, warnings } = open(folder);
    expect(store.read(A)).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/belongs to another user$/)]);
  });

  test.skipIf(!root)('with a file of another user does not give it (needs root)', () => {
    const { folder, file } = withA();
    chownSync(file, 65534, 65534);
    expect(open(folder).store.read(A)).toBeNull();
    expect(existsSync(file)).toBe(true);
  });

  test('below one that anybody can write is not used', () => {
    const above = freshPath();
    mkdirSync(above);
    chmodSync(above, 0o777);
    const { store, warnings } = open(join(above, 'store'));
    store.write(A, bytes(1));
    expect(store.read(A)).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/, which anybody can write$/)]);
  });

  test('that cannot be made is done without', () => {
    const file = freshPath();
    writeFileSync(file, '');
    const { store, warnings, reasons } = open(join(file, 'below'));
    store.write(A, bytes(1));
    expect(store.read(A)).toBeNull();
    expect(warnings).toEqual([`translations are not kept: ${file}/below cannot be used (ENOTDIR)`]);
    expect(reasons).toEqual(['unusable']);
  });

  test('that vanishes while it is used is done without', () => {
    const { folder } = withA();
    const { store, warnings } = open(folder);
    expect(store.read(A)).toEqual(bytes(1, 2, 3));
    rmSync(folder, { recursive: true });
    store.write(name(14), bytes(1));
    store.write(name(15), bytes(1));
    expect(store.read(A)).toBeNull();
    expect(warnings).toEqual([]);
  });

  test('is not made by looking at it', () => {
    const folder = freshPath();
    const { store, warnings } = open(folder);
    expect(store.summary()).toEqual({ files: 0, bytes: 0, oldest: null, newest: null });
    expect(store.clear()).toBe(0);
    expect(existsSync(folder)).toBe(false);
    expect(warnings).toEqual([]);
  });
});

describe('size', () => {
  /** Ten files of 1,000 bytes, number 0 used longest ago. */
  function ten(): string {
    const folder = freshPath();
    const { store } = open(folder);
    for (let number = 0; number < 10; number++) {
      store.write(name(number), filled(1000 - HEADER));
      const used = Date.now() / 1000 - (10 - number) * 60;
      utimesSync(join(folder, `${name(number)}.skt`), used, used);
    }
    return folder;
  }
  const present = (store: NodeTranslationStore): number[] =>
    Array.from({ length: 30 }, (_, number) => number).filter((number) => store.read(name(number)) !== null);

  test('what was used longest ago goes first', () => {
    const { store } = open(ten(), { limit: 10_500 });
    store.write(name(10), filled(1000 - HEADER));
    expect(present(store)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(store.summary().bytes).toBe(7000);
  });

  test('a folder that is too large already shrinks at the first write', () => {
    const { store } = open(ten(), { limit: 4000 });
    expect(store.read(name(0))).not.toBeNull();
    store.write(name(10), bytes(1));
    expect(present(store)).toEqual([7, 8, 9, 10]);
  });

  test('drops once in a run, and keeps to the limit', () => {
    const { store } = open(ten(), { limit: 10_500 });
    for (let number = 10; number < 30; number++) store.write(name(number), filled(1000 - HEADER));
    expect(store.summary().bytes).toBe(10_000);
    expect(present(store)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  test('a blob larger than all drops nothing', () => {
    const { store } = open(ten(), { limit: 10_500 });
    store.write(name(10), filled(11_000));
    expect(store.summary().files).toBe(10);
  });

  test('reading renews the mark of use, once a day', () => {
    const { folder, file } = withA();
    const marked = statSync(file).mtimeMs;
    open(folder, { now: () => marked + DAY / 2 }).store.read(A);
    expect(statSync(file).mtimeMs).toBe(marked);
    open(folder, { now: () => marked + 2 * DAY }).store.read(A);
    expect(Math.abs(statSync(file).mtimeMs - marked - 2 * DAY)).toBeLessThan(1000);
  });

  test('temporary files that a crash has left go when they are old', () => {
    const { folder } = withA();
    const old = join(folder, `${name(1)}.123-abcdef.tmp`);
    const young = join(folder, `${name(2)}.124-abcdef.tmp`);
    const foreign = join(folder, 'notes.tmp');
    for (const file of [old, young, foreign]) writeFileSync(file, 'half', { mode: 0o600 });
    const yesterday = (Date.now() - DAY) / 1000;
    for (const file of [old, foreign]) utimesSync(file, yesterday, yesterday);
    open(folder).store.write(name(3), bytes(1));
    expect([old, young, foreign].map(existsSync)).toEqual([false, true, true]);
  });

  test('clear removes ours, whole and half, and leaves the rest', () => {
    const { folder } = withA();
    writeFileSync(join(folder, `${name(2)}.124-abcdef.tmp`), 'half', { mode: 0o600 });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const { store } = open(folder);
    expect(store.summary()).toMatchObject({ files: 1, bytes: HEADER + 3 });
    expect(store.clear()).toBe(2);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });
});

test('two processes that write the same names at once leave whole files', async () => {
  const folder = freshPath();
  const module = JSON.stringify(join(projectRoot(), 'dist/runtime/host/node/translation-store.js'));
  const script = join(base, 'writer.mjs');
  writeFileSync(
    script,
    `import { NodeTranslationStore } from ${module};
     const store = new NodeTranslationStore(process.argv[2]);
     let bad = 0;
     for (let round = 0; round < 40; round++)
       for (let number = 0; number < 8; number++) {
         const name = number.toString(16).padStart(64, '0');
         store.write(name, new Uint8Array(50_000 + number).fill(Number(process.argv[3])));
         const back = store.read(name);
         if (back === null || back.length !== 50_000 + number || back.some((b) => b !== back[0])) bad++;
       }
     process.exit(bad);`,
  );
  const writers = ['1', '2'].map((fill) => fork(script, [folder, fill]));
  const codes = await Promise.all(writers.map((writer) => once(writer, 'exit')));
  expect(codes.map(([code]) => code)).toEqual([0, 0]);
  expect(readdirSync(folder).sort()).toEqual(Array.from({ length: 8 }, (_, number) => `${name(number)}.skt`));
});
