// The host patches: every CASE of the C programs of test/skas, under interpreter and translator. A program says in
// its head which patches its host has (`// patch: skas3,-ldt`; default skas3), and other options (`// options: `).
// With `none` it is run natively too: what it expects is then what an unpatched Linux gives.
// One program: npx vitest run test/skas.test.ts -t NAME

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuestCompiler, type GuestSource, guestSources } from './support/guest-program.ts';
import { type GuestRun, NATIVE, type Runner, runGuest, SKASM } from './support/guest-run.ts';
import { modesOr, optionsOf, type TestMode } from './support/jit-mode.ts';

const compiler = GuestCompiler.find();
const sources = guestSources(join(import.meta.dirname, 'skas'));
/** Where tracees run code in spaces that change: everything is translated at first sight, which takes seconds. */
const EAGER = [
  ...['faultinfo', 'lifetime', 'proc-mm-change', 'proc-mm-map', 'races', 'segments', 'skas4', 'skas4-posted'],
  ...['nested', 'switch-mm', 'uml-loop'],
];
/** And where the same code runs again and again, what is translated is held against the interpreter. */
const VERIFIED = ['races', 'switch-mm', 'uml-loop'];

function isRun(mode: TestMode, name: string): boolean {
  if (process.env.SKASM_TEST_JIT !== undefined) return true;
  if (mode === 'eager') return EAGER.includes(name);
  return mode === 'verify' ? VERIFIED.includes(name) : mode === 'off' || !EAGER.includes(name);
}

/** A line of a program's head, `// key: value`. */
function directive(source: GuestSource, key: string): string | undefined {
  return new RegExp(`^// ${key}: (.*)$`, 'm').exec(readFileSync(source.file, 'utf8'))?.[1];
}
const casesOf = (source: GuestSource): string[] =>
  [...readFileSync(source.file, 'utf8').matchAll(/^ *CASE\("([^"]*)"\)/gm)].map(([, name]) => name!);

interface Way {
  readonly name: string;
  readonly runner: Runner;
}
function waysFor(source: GuestSource): Way[] {
  const patch = directive(source, 'patch') ?? 'skas3';
  const options = directive(source, 'options')?.split(' ') ?? [];
  const ways: Way[] = modesOr('off', 'auto', 'eager', 'verify')
    .filter((mode) => isRun(mode, source.name))
    .map((mode) => ({ name: mode, runner: [...SKASM, ...optionsOf(mode), '--patch', patch, ...options] }));
  return patch === 'none' ? [{ name: 'native', runner: NATIVE }, ...ways] : ways;
}

for (const source of sources)
  describe.skipIf(typeof compiler === 'string').each(waysFor(source))(
    `${source.name}, $name`,
    { concurrent: true },
    ({ runner }) => {
      let run: Promise<GuestRun> | null = null;
      const lines = async (): Promise<string[]> => {
        run ??= runGuest(runner, (compiler as GuestCompiler).compile(source), [], { merge: true });
        const { stdout, status } = await run;
        return [...stdout.trimEnd().split('\n'), `status ${status}`];
      };
      test('ends', async () => expect((await lines()).at(-1)).toBe('status 0'));
      for (const name of casesOf(source))
        test(name, async () => {
          const all = await lines();
          const own = all.filter((line) => line === `ok ${name}` || line.startsWith(`FAILED ${name}:`));
          expect(own, all.join('\n')).toEqual([`ok ${name}`]);
        });
    },
  );

if (typeof compiler === 'string') console.log(`host patch cases skipped: ${compiler}`);
