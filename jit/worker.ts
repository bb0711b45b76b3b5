// What the compiler's thread does with a job: it answers it. Runs where runtime/command-compiler.ts puts it,
// apart from the guest; nothing that the guest's thread loads may import this.
import { compile, type Job, type Result } from './compiler.ts';

/** The answer to one job; `now`: milliseconds. What it throws reaches the guest's thread as `{ error }`. */
export function answer(job: unknown, now: () => number): Result {
  return compile(job as Job, now);
}
