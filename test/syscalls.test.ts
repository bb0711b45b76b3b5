// Every C program of test/syscalls, run under skasm, says byte for byte what it said on a Linux kernel.
//   BLESS=1   records NAME.expected natively (setarch i386 -R)
//   SKASM_TEST_JIT=eager,auto     all of them in these modes of the translator (test/support/jit-mode.ts); else all
//             without it, and those of EAGER and VERIFIED with it: to translate everything takes 2 s a program
//   NATIVE=n  runs natively n times instead and compares: a case must not vary
// One case: npx vitest run test/syscalls.test.ts -t NAME

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuestCompiler, guestSources } from './support/guest-program.ts';
import { NATIVE, runGuest, transcript } from './support/guest-run.ts';
import { modesOr, runnerOf, type TestMode } from './support/jit-mode.ts';

const folder = join(import.meta.dirname, 'syscalls');
const compiler = GuestCompiler.find();
const bless = process.env.BLESS === '1';
const rounds = Number(process.env.NATIVE ?? 0);
const native = bless || rounds > 0;

/** What the translator may trip over: code that changes, faults in it, signals and tracers at any instruction. */
const EAGER = [
  ...['clone-thread', 'code-alias', 'code-rewrite', 'fault-arithmetic', 'fault-context'],
  ...['fault-modify', 'fault-traps', 'flags-loops', 'fork-memory', 'futex-pthread', 'map-file'],
  ...['modify-ldt', 'mprotect', 'mremap', 'ptrace-breakpoint', 'ptrace-memory'],
  ...[
    'ptrace-singlestep',
    'ptrace-sysemu',
    'rseq',
    'run-fork',
    'seccomp-filter',
    'signal-frame-float',
    'thread-area',
  ],
];
const VERIFIED = [
  'code-rewrite',
  'fault-context',
  'ptrace-singlestep',
  'rseq',
  'run-heap',
  'scheduling-pause',
  'signal-restart',
  'vfork',
];
/** Compiling is charged to the guest where it is waited for, and these measure the guest's time to 10 ms. */
const MEASURING = ['poll-timerfd', 'timer-cpu'];

function isRun(mode: TestMode, name: string): boolean {
  const waits = mode === 'eager' || mode === 'verify';
  if (waits && MEASURING.includes(name)) {
    console.log(`${name} skipped in mode ${mode}: it measures time, and compiling takes some`);
    return false;
  }
  if (process.env.SKASM_TEST_JIT !== undefined || !waits) return true;
  return (mode === 'eager' ? EAGER : VERIFIED).includes(name);
}

const runs = native
  ? [{ mode: 'native', runner: NATIVE, sources: guestSources(folder) }]
  : modesOr('off', 'eager', 'verify').map((mode) => ({
      mode,
      // The host that recorded has no patches.
      runner: [...runnerOf(mode), '--patch', 'none'] as const,
      sources: guestSources(folder).filter(({ name }) => isRun(mode, name)),
    }));

describe.skipIf(typeof compiler === 'string').each(runs)(
  'system calls, $mode',
  { concurrent: true },
  ({ runner, sources }) => {
    for (const source of sources) {
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
