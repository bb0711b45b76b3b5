// Big programs of Debian in a root of their own: Node, Python, Java. Standard output, standard
// error and the end of a run are those of the machine's own kernel in the same root, or what was recorded of it.
// They take minutes: only with SKASM_CORPUS=all. BLESS=1 records natively, as root.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Runner, runGuest } from '../../support/guest-run.ts';
import { modesOr, runnerOf } from '../../support/jit-mode.ts';
import { bigRoot, nativeRunner } from './root.ts';

const TIMEOUT = 1_200_000;
const folder = import.meta.dirname;
const bless = process.env.BLESS === '1';
const wanted = bless || process.env.SKASM_CORPUS === 'all';

const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'node.js': ['/usr/bin/node', '/corpus/node.js'],
  'node-net.js': ['/usr/bin/node', '/corpus/node-net.js'],
  'python.py': ['/usr/bin/python3', '/corpus/python.py'],
  java: ['/usr/lib/jvm/java-17-openjdk-i386/bin/java', '-version'],
};

if (!wanted) console.log('big programs skipped: they take minutes, and run with SKASM_CORPUS=all');
const root = wanted ? await bigRoot() : 'not asked for';
if (wanted && typeof root === 'string') console.log(`big programs skipped, packages cannot be had: ${root}`);

for (const [name, [program, ...args]] of Object.entries(PROGRAMS)) {
  const mounts: [string, string][] = [[folder, '/corpus']];
  const absent = typeof root === 'string';
  const native = typeof root === 'string' ? root : nativeRunner(root.path, mounts);
  if (!absent && typeof native === 'string')
    console.log(`${name} is compared with what was recorded; no native run: ${native}`);
  const record = join(folder, `${name}.expected`);
  const run = async (runner: Runner): Promise<string> => {
    const { stdout, stderr, status } = await runGuest(runner, program!, args, { timeout: TIMEOUT });
    const text = `${stdout}--- stderr\n${stderr}--- status ${status ?? 'none: it did not end'}\n`;
    // Debian's updates of Java are no difference.
    return name === 'java' ? text.replaceAll(/\b(17|20\d\d-)[\w.+-]*/g, '$1') : text;
  };

  test.skipIf(absent || typeof native === 'string')(
    `${name}, native run is as recorded`,
    async () => {
      const ran = await run(native as Runner);
      if (bless) writeFileSync(record, ran, 'latin1');
      expect(ran).toBe(readFileSync(record, 'latin1'));
    },
    TIMEOUT,
  );
  test.skipIf(absent || bless).each([...modesOr('auto')])(
    `${name}, %s`,
    async (mode) => {
      if (typeof root === 'string') return;
      const options = mounts.flatMap(([from, to]) => ['--mount', `${from}:${to}:ro`]);
      expect(await run([...runnerOf(mode), '--root', root.path, ...options])).toBe(
        readFileSync(record, 'latin1'),
      );
    },
    TIMEOUT,
  );
}
