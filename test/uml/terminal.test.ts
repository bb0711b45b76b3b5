// `skasm uml` at a real terminal: a shell with line editing and job control, its status, and the terminal as
// it was before.

import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';

/** A command at a pty of 80 by 24. */
class Terminal {
  #output = '';
  readonly #pty;
  readonly ended: Promise<number>;

  constructor(command: string, args: string[]) {
    this.#pty = spawn(command, args, { cols: 80, rows: 24, name: 'linux' });
    this.#pty.onData((data) => {
      this.#output += data;
    });
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  type(text: string): void {
    this.#pty.write(text);
  }
  /** Waits for a text, and forgets the output up to it; answers what came before it. */
  async expect(text: string, milliseconds = 30_000): Promise<string> {
    const end = Date.now() + milliseconds;
    while (!this.#output.includes(text)) {
      if (Date.now() > end) throw new Error(`no ${JSON.stringify(text)} in ${JSON.stringify(this.#output)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const at = this.#output.indexOf(text);
    const before = this.#output.slice(0, at);
    this.#output = this.#output.slice(at + text.length);
    return before;
  }
}

async function unavailable(): Promise<string | null> {
  try {
    await new PackageStore(cacheFolder(), () => {}).fetch(['libc6', 'user-mode-linux', 'busybox-static']);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const reason = await unavailable();
if (reason !== null) console.warn(`the terminal test of User Mode Linux is skipped: ${reason}`);

describe.skipIf(reason !== null)('skasm uml at a terminal', () => {
  it('gives a shell, and the terminal back', async () => {
    const settings = 'stty -g';
    const terminal = new Terminal('/bin/sh', [
      '-c',
      `${settings}; "${process.execPath}" dist/runtime/launch.js uml; echo "status $?"; ${settings}`,
    ]);
    const before = (await terminal.expect('\n')).trim();
    await terminal.expect('~ # ');
    terminal.type('echo $((6 * 7)); tty\r');
    await terminal.expect('42\r\n/dev/tty0\r\n');
    await terminal.expect('~ # ');
    terminal.type('sleep 1000\r');
    await terminal.expect('sleep 1000\r\n');
    terminal.type('\x03');
    await terminal.expect('~ # ');
    terminal.type('exit 4\r');
    await terminal.expect('status 4\r\n');
    expect((await terminal.expect('\n')).trim()).toBe(before);
    expect(await terminal.ended).toBe(0);
  });
});
