// The guest corpus: scripts of this folder, run by Debian's i386 programs in a root of their packages. What they
// write to each of standard output and standard error, and how they end, is what they do on the machine's own
// kernel in the same root; where that cannot be asked, what was recorded of it. A script says how it is run:
//   root: tools            one of test/support/corpus-root.ts
//   run: /bin/bash         the command in front of the script's name
//   modes: off auto        of the translator (test/support/jit-mode.ts); auto if it does not say
//   npm test: yes          it belongs to the part that `npm test` runs; `npm run test:corpus` runs all
// BLESS=1 records natively, as root. SKASM_TEST_JIT chooses other modes.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CorpusRoot, corpusRoot } from '../support/corpus-root.ts';
import { type GuestRun, type Runner, runGuest } from '../support/guest-run.ts';
import { modesOr, runnerOf, type TestMode } from '../support/jit-mode.ts';
import { nativeRoot } from '../support/native-root.ts';

const TIMEOUT = 1_200_000;
const folder = import.meta.dirname;
const bless = process.env.BLESS === '1';
const whole = bless || process.env.SKASM_CORPUS === 'all';

interface Script {
  readonly file: string;
  readonly root: CorpusRoot;
  readonly command: readonly string[];
  readonly modes: readonly TestMode[];
  readonly always: boolean;
}

function scripts(): Script[] {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ts|expected)$/.test(entry.name))
    .map(({ name }) => name);
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const value = (key: string): string | undefined =>
      new RegExp(`^(?:#|--|//) ${key}: (.*)$`, 'm').exec(text)?.[1];
    const [root, command] = [value('root'), value('run')];
    if (root === undefined || command === undefined) throw new Error(`${file} lacks "root:" or "run:"`);
    return {
      file,
      root: root as CorpusRoot,
      command: command.split(' '),
      modes: (value('modes')?.split(' ') ?? ['auto']) as TestMode[],
      always: value('npm test') === 'yes',
    };
  });
}

/** The form in which a run is recorded. */
function transcript({ stdout, stderr, status }: GuestRun): string {
  const part = (name: string, text: string): string =>
    `--- ${name}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}`;
  return `${part('stdout', stdout)}${part('stderr', stderr)}--- status ${status ?? 'none: it did not end'}\n`;
}

const all = scripts().filter((script) => whole || script.always);
const roots = new Map<CorpusRoot, { readonly path: string; readonly native: Runner | string } | string>();
for (const name of new Set(all.map((script) => script.root))) {
  const found = corpusRoot(name);
  const root =
    typeof found === 'string' ? found : { ...found, native: nativeRoot(found.path, folder, '/corpus') };
  roots.set(name, root);
  if (typeof root === 'string') console.log(`corpus in ${name} skipped, packages cannot be had: ${root}`);
  else if (typeof root.native === 'string')
    console.log(`corpus in ${name} compared with what was recorded; no native run: ${root.native}`);
}
if (!whole) console.log('a part of the corpus; npm run test:corpus runs all');

describe.each(all)('corpus $file', ({ file, root: name, command, modes }) => {
  const root = roots.get(name)!;
  const record = join(folder, `${file}.expected`);
  const [program, ...args] = [...command, `/corpus/${file}`];
  const run = async (runner: Runner): Promise<string> =>
    transcript(await runGuest(runner, program!, args, { timeout: TIMEOUT }));
  const native = typeof root === 'string' ? '' : root.native;

  test.skipIf(typeof native === 'string')(
    'native run is as recorded',
    async () => {
      const ran = await run(native as Runner);
      if (bless) writeFileSync(record, ran, 'latin1');
      expect(ran).toBe(readFileSync(record, 'latin1'));
    },
    TIMEOUT,
  );

  test.skipIf(typeof root === 'string' || bless).each([...modesOr(...modes)])(
    '%s',
    async (mode) => {
      if (typeof root === 'string') return;
      const options = ['--root', root.path, '--mount', `${folder}:/corpus:ro`];
      expect(await run([...runnerOf(mode), ...options])).toBe(readFileSync(record, 'latin1'));
    },
    TIMEOUT,
  );
});
