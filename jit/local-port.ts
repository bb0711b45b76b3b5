// A compiler on the guest's own thread, for hosts without another: loaded when the first job comes, then each
// job is done when it is posted.

import type { Job, Result } from './compiler.ts';
import type { CompilerPort } from './settings.ts';

export class LocalPort implements CompilerPort {
  readonly #now: () => number;
  readonly #answers: (Result | { error: string })[] = [];
  readonly #early: Job[] = [];
  #compile: ((job: Job, now: () => number) => Result) | null = null;
  #loading = false;

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when jobs are done at once. */
  async ready(): Promise<void> {
    if (this.#compile !== null) return;
    const { compile } = await import('./compiler.ts');
    this.#compile = compile;
    for (const job of this.#early.splice(0)) this.post(job);
  }

  post(job: unknown): void {
    if (this.#compile !== null) {
      this.#answers.push(this.#compile(job as Job, this.#now));
      return;
    }
    this.#early.push(job as Job);
    if (this.#loading) return;
    this.#loading = true;
    this.ready().catch((error) => this.#answers.push({ error: String(error) }));
  }

  poll(): unknown {
    return this.#answers.shift();
  }

  close(): void {
    this.#early.length = 0;
    this.#answers.length = 0;
  }
}
