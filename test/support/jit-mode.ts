// How the tests that run guests by the skasm command translate: SKASM_TEST_JIT says it for all of them, else each
// test has its own default.
//   off      the interpreter alone         auto    what is hot, as users have it
//   eager    everything at first sight     verify  everything, and every region against the interpreter
import type { Runner } from './guest-run.ts';
import { SKASM } from './guest-run.ts';

export type TestMode = 'off' | 'auto' | 'eager' | 'verify';
const MODES: readonly TestMode[] = ['off', 'auto', 'eager', 'verify'];

/** The modes to run, in this order. */
export function modesOr(...usual: readonly TestMode[]): readonly TestMode[] {
  const asked = process.env.SKASM_TEST_JIT;
  if (asked === undefined) return usual;
  const modes = asked.split(',') as TestMode[];
  for (const mode of modes)
    if (!MODES.includes(mode)) throw new Error(`SKASM_TEST_JIT=${asked}: ${MODES.join(', ')} are possible`);
  return modes;
}

/** The command's options for a mode; no test uses the translations that a user keeps, or leaves any. */
export function optionsOf(mode: TestMode): readonly string[] {
  return mode === 'verify' ? ['--jit', 'eager', '--verify', '--no-cache'] : ['--jit', mode, '--no-cache'];
}

export const runnerOf = (mode: TestMode): Runner => [...SKASM, ...optionsOf(mode)];
