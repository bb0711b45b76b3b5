// A pseudoterminal of the host with a program in it: what the screen showed, what somebody types.

import { type IPty, spawn } from '@lydell/node-pty';
import { killAtEnd } from './children.ts';

const PATIENCE = 15_000;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
}

export class Terminal {
  /** Everything shown so far. */
  screen = '';
  readonly ended: Promise<{ readonly status: number; readonly signal: number }>;
  readonly #pty: IPty;
  /** How much of the screen earlier calls of `sees` have taken. */
  #seen = 0;
  #changed: () => void = () => {};

  constructor(command: string, args: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24, cwd } = options;
    this.#pty = spawn(command, [...args], { cols: columns, rows, cwd, env: process.env });
    this.#pty.onData((text) => {
      this.screen += text;
      this.#changed();
    });
    this.ended = new Promise((resolve) => {
      const ended = killAtEnd(() => this.close());
      this.#pty.onExit(({ exitCode, signal }) => {
        ended();
        resolve({ status: exitCode, signal: signal ?? 0 });
      });
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }
  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }
  kill(signal: NodeJS.Signals): void {
    process.kill(this.#pty.pid, signal);
  }
  get pid(): number {
    return this.#pty.pid;
  }

  /** Waits until the screen shows the text, behind what was waited for before; answers what came until then. */
  async sees(wanted: string | RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const rest = this.screen.slice(this.#seen);
      const at = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
      if (at >= 0) {
        const length = typeof wanted === 'string' ? wanted.length : wanted.exec(rest)![0].length;
        this.#seen += at + length;
        return rest.slice(0, at + length);
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${wanted} is not on the screen: ${JSON.stringify(rest)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ends what still runs. */
  close(): void {
    try {
      this.#pty.kill('SIGKILL');
    } catch {
      // it has ended
    }
  }
}
