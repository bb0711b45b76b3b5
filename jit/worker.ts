// What the compiler's thread does with a job: it answers it. Runs where runtime/command-compiler.ts puts it,
// apart from the guest; nothing that the guest's thread loads may import this.

/** The answer to one job. What it throws reaches the guest's thread as `{ error }`. */
export function answer(job: unknown): unknown {
  return job;
}
