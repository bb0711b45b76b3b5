// How the tests that run guests by the skasm command translate: SKASM_TEST_JIT says it for all of them, else each
// test has its own default.
//   off      the interpreter alone         auto    what is hot, as users have it
//   eager    everything at first sight
//   verify   everything, and every region is held against the interpreter; verify-hot: what is hot
import type { Runner } from './guest-run.ts';
import { SKASM } from './guest-run.ts';

export type TestMode = keyof typeof OPTIONS;
const OPTIONS = {
  off: ['--jit', 'off'],
  auto: ['--jit', 'auto'],
  eager: ['--jit', 'eager'],
  verify: ['--jit', 'eager', '--verify'],
  'verify-hot': ['--jit', 'auto', '--verify'],
};

export const TEST_MODES = Object.keys(OPTIONS) as readonly TestMode[];
export const isTestMode = (name: string): name is TestMode => Object.hasOwn(OPTIONS, name);

/** The modes to run, in this order. */
export function modesOr(...usual: readonly TestMode[]): readonly TestMode[] {
  const asked = process.env.SKASM_TEST_JIT;
  if (asked === undefined) return usual;
  const modes = asked.split(',');
  if (!modes.every(isTestMode))
    throw new Error(`SKASM_TEST_JIT=${asked}: ${TEST_MODES.join(', ')} are possible`);
  return modes;
}

/** The command's options for a mode; no test uses the translations that a user keeps, or leaves any. */
export function optionsOf(mode: TestMode): readonly string[] {
  return [...OPTIONS[mode], '--no-cache'];
}

export const runnerOf = (mode: TestMode): Runner => [...SKASM, ...optionsOf(mode)];
