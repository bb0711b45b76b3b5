// Programs that npm carries for i386, in Go, Rust and C: what they write under skasm is what they write on the
// machine's own kernel, or, where that runs no i386 programs, what was recorded of it (NAME.expected).
// BLESS=1 records. Packages come by the machine's npm; without them the tests are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NATIVE, type Runner, runGuest } from '../../support/guest-run.ts';
import { modesOr, runnerOf } from '../../support/jit-mode.ts';
import { npmPackage } from '../../support/npm-package.ts';

const TIMEOUT = 600_000;
const folder = import.meta.dirname;
const at = (name: string): string => join(folder, name);

interface NpmProgram {
  readonly name: string;
  readonly specifier: string;
  /** The program within the package. */
  readonly file: string;
  readonly args: readonly (string | ((program: string) => string))[];
  /** What differs from run to run. */
  readonly mask?: readonly [RegExp, string];
}

const TEST_PICTURE = ['-f', 'lavfi', '-i', 'testsrc=size=128x96:rate=10:duration=1'];
const TEST_TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1'];

const PROGRAMS: readonly NpmProgram[] = [
  {
    name: 'esbuild',
    specifier: '@esbuild/linux-ia32@0.28.2',
    file: 'bin/esbuild',
    args: [
      at('project/index.ts'),
      '--bundle',
      '--minify',
      '--format=esm',
      '--target=es2020',
      '--log-level=warning',
    ],
  },
  {
    name: 'sentry-cli',
    specifier: '@sentry/cli-linux-i686@3.8.0',
    file: 'bin/sentry-cli',
    args: ['debug-files', 'check', (program) => program],
    mask: [/\S*\/bin\/sentry-cli/g, 'sentry-cli'],
  },
  {
    name: 'dbmate',
    specifier: '@dbmate/linux-ia32@2.24.0',
    file: 'bin/dbmate',
    args: [
      '--url',
      'sqlite:t.sqlite3',
      '--migrations-dir',
      at('migrations'),
      '--no-dump-schema',
      'up',
      '--verbose',
    ],
    mask: [/ in [\d.]+.?s/g, ''],
  },
  {
    name: 'ffmpeg',
    specifier: '@ffmpeg-installer/linux-ia32@4.1.0',
    file: 'ffmpeg',
    args: [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', ...TEST_PICTURE, ...TEST_TONE, '-threads', '1'],
      ...['-c:v', 'mpeg4', '-c:a', 'aac', '-bitexact', '-f', 'framemd5', '-'],
    ],
  },
];

const bless = process.env.BLESS === '1';
/** Why the machine's own kernel does not run this program; null when it does. */
function whyNotNative(program: string): string | null {
  const [command, ...words] = [...NATIVE, program, '--help'] as const;
  const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 126 || status === 127 ? stderr.trim() : null;
}

for (const { name, specifier, file, args, mask } of PROGRAMS) {
  const found = await npmPackage(specifier);
  if (typeof found === 'string') console.log(`${specifier} skipped, it cannot be had: ${found}`);
  const program = typeof found === 'string' ? '' : join(found.path, file);
  const foreign = program === '' ? 'nothing to run' : whyNotNative(program);
  if (program !== '' && foreign !== null)
    console.log(`${name} is compared with what was recorded; no native run: ${foreign}`);
  const record = at(`${name}.expected`);
  const run = async (runner: Runner): Promise<string> => {
    const words = args.map((word) => (typeof word === 'string' ? word : word(program)));
    const { stdout, stderr, status } = await runGuest(runner, program, words, { timeout: TIMEOUT });
    const text = `${stdout}--- stderr\n${stderr}--- status ${status ?? 'none: it did not end'}\n`;
    return mask === undefined ? text : text.replaceAll(...mask);
  };

  test.skipIf(foreign !== null)(
    `${name}, native run is as recorded`,
    async () => {
      const ran = await run(NATIVE);
      if (bless) writeFileSync(record, ran, 'latin1');
      expect(ran).toBe(readFileSync(record, 'latin1'));
    },
    TIMEOUT,
  );
  test.skipIf(program === '' || bless).each([...modesOr('auto')])(
    `${name}, %s`,
    async (mode) => {
      expect(await run(runnerOf(mode))).toBe(readFileSync(record, 'latin1'));
    },
    TIMEOUT,
  );
}
