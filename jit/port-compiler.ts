// The compiler behind a port: begun with the first job, since it takes a thread and half a second of its own.
import type { Job, Result } from './compiler.ts';
import type { Compiler } from './engine.ts';
import type { CompilerPort } from './settings.ts';

export class PortCompiler implements Compiler {
  readonly #open: () => CompilerPort;
  /** Every job is waited for: `eager` means at first sight, and a seeded run is to be the same each time. */
  readonly #waits: boolean;
  readonly #report: (line: string) => void;
  #port: CompilerPort | null = null;
  #failed = false;
  #pending = 0;

  constructor(open: () => CompilerPort, waits: boolean, report: (line: string) => void) {
    this.#open = open;
    this.#waits = waits;
    this.#report = report;
  }

  request(job: Job): void {
    if (this.#failed) return;
    this.#port ??= this.#open();
    this.#port.post(job);
    this.#pending++;
  }

  poll(): Result | null {
    if (this.#port === null || this.#pending === 0) return null;
    const answer = this.#waits && this.#port.wait !== undefined ? this.#port.wait() : this.#port.poll();
    if (answer === undefined) return null;
    this.#pending--;
    const { error } = answer as { readonly error?: string };
    if (error === undefined) return answer as Result;
    // What is translated goes on, the rest is interpreted.
    this.#failed = true;
    this.#report(`the translator has failed, and the interpreter goes on alone: ${error}`);
    this.close();
    return null;
  }

  close(): void {
    this.#port?.close();
    this.#port = null;
  }
}
