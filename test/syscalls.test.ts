// Every C program of test/syscalls, run under skasm, says byte for byte what it said on a Linux kernel.
//   BLESS=1   records NAME.expected natively (setarch i386 -R)
//   SKASM_TEST_JIT=verify,auto    other modes of the translator than off and eager (test/support/jit-mode.ts)
//   NATIVE=n  runs natively n times instead and compares: a case must not vary
// One case: npx vitest run test/syscalls.test.ts -t NAME

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuestCompiler, guestSources } from './support/guest-program.ts';
import { NATIVE, runGuest, transcript } from './support/guest-run.ts';
import { modesOr, runnerOf } from './support/jit-mode.ts';

const folder = join(import.meta.dirname, 'syscalls');
const compiler = GuestCompiler.find();
const bless = process.env.BLESS === '1';
const rounds = Number(process.env.NATIVE ?? 0);
const runners =
  bless || rounds > 0
    ? [{ mode: 'native', runner: NATIVE }]
    : modesOr('off', 'eager').map((mode) => ({ mode, runner: runnerOf(mode) }));

describe.skipIf(typeof compiler === 'string').each(runners)(
  'system calls, $mode',
  { concurrent: true },
  ({ runner }) => {
    for (const source of guestSources(folder)) {
      const foreign = source.needsRoot && process.getuid!() !== 0;
      test.skipIf(foreign)(source.name, async () => {
        if (typeof compiler === 'string') return;
        const program = compiler.compile(source);
        const record = join(folder, `${source.name}.expected`);
        for (let round = 0; round < Math.max(1, rounds); round++) {
          const run = await runGuest(runner, program);
          if (bless) {
            expect(run.status, 'it ends').not.toBeNull();
            writeFileSync(record, transcript(run), 'latin1');
            return;
          }
          if (!existsSync(record)) expect.fail(`no ${source.name}.expected: record it with BLESS=1`);
          expect(transcript(run), run.stderr).toBe(readFileSync(record, 'latin1'));
        }
      });
    }
  },
);

if (typeof compiler === 'string') console.log(`system call cases skipped: ${compiler}`);
