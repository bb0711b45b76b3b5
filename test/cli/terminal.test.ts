// `skasm run` at a terminal: a shell with prompt, echo, editing and job control, the window's size, and the
// terminal as it was when skasm ends, however it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { busyboxRoot, COMMAND } from '../support/command.ts';
import { Terminal, type TerminalOptions } from '../support/terminal.ts';
import { exit, readNull, writeProgram } from '../support/tiny-program.ts';

const found = await busyboxRoot();
if (typeof found === 'string') console.log(`tests of the terminal skipped: ${found}`);
const busybox = typeof found === 'string' ? '' : join(found.path, 'bin/busybox');
const folder = mkdtempSync(join(tmpdir(), 'skasm-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';
const CTRL_Z = '\x1a';
const PROMPT = '%> ';
/** A job says so when it runs: what is typed before that may still meet the shell's line editor. */
const GO = '\ngo\r\n';
/** skasm's own words for busybox sh, its prompt set. */
const SHELL = [COMMAND, 'run', '-E', `PS1=${PROMPT}`, busybox, 'sh', '-i'];

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});
function terminal(command: string, args: readonly string[], options: TerminalOptions = {}): Terminal {
  const made = new Terminal(command, args, { cwd: folder, ...options });
  open.push(made);
  return made;
}
async function shell(options: TerminalOptions = {}): Promise<Terminal> {
  const made = terminal(process.execPath, SHELL, options);
  await made.sees(PROMPT);
  return made;
}

describe.skipIf(typeof found === 'string')('a shell at a terminal', () => {
  test('prompt, echo, commands, exit status', async () => {
    const tty = await shell();
    tty.type('echo one$((1+1))three\r');
    await tty.sees('echo one$((1+1))three\r\none2three\r\n%> ');
    tty.type('tty; test -t 0 && test -t 1 && echo a terminal\r');
    await tty.sees('a terminal\r\n%> ');
    tty.type('exit 7\r');
    expect(await tty.ended).toEqual({ status: 7, signal: 0 });
  });

  test('line editing of the terminal: erase and kill', async () => {
    const tty = await shell();
    tty.type('sh -c "echo go; exec cat"\r');
    await tty.sees(GO);
    tty.type('wrong\x7f\x7f\x7f\x7f\x7fright\r');
    await tty.sees('\r\nright\r\n');
    tty.type(`nothing${CTRL_U}kept\r`);
    await tty.sees('\r\nkept\r\n');
    tty.type(CTRL_D);
    await tty.sees(PROMPT);
  });

  test('Ctrl-C ends the foreground job, sleeping or busy, and not the shell', async () => {
    const tty = await shell();
    tty.type('sh -c "echo go; exec sleep 1000"\r');
    await tty.sees(GO);
    tty.type(CTRL_C);
    await tty.sees('^C');
    await tty.sees(PROMPT);
    tty.type('sh -c "echo go; while :; do :; done"\r');
    await tty.sees(GO);
    tty.type(CTRL_C);
    await tty.sees(PROMPT);
    tty.type('echo status $?\r');
    await tty.sees('\nstatus 130\r\n');
    tty.type(`half a line${CTRL_C}`);
    await tty.sees(PROMPT);
    tty.type('exit\r');
    expect((await tty.ended).signal).toBe(0);
  });

  test('Ctrl-Z stops a job, fg brings it back', async () => {
    const tty = await shell();
    tty.type('sh -c "echo go; exec cat"\r');
    await tty.sees(GO);
    tty.type(CTRL_Z);
    await tty.sees('Stopped');
    await tty.sees(PROMPT);
    tty.type('fg\r');
    await tty.sees(/fg\r\n.*cat"?\r\n/);
    tty.type('still here\r');
    await tty.sees('\r\nstill here\r\n');
    tty.type(CTRL_C);
    await tty.sees(PROMPT);
  });

  test('Ctrl-D ends the shell', async () => {
    const tty = await shell();
    tty.type(CTRL_D);
    expect(await tty.ended).toEqual({ status: 0, signal: 0 });
  });

  test('the window: its size, and SIGWINCH when it changes', async () => {
    const tty = await shell({ columns: 100, rows: 30 });
    tty.type('stty size\r');
    await tty.sees('\n30 100\r\n%> ');
    tty.type('sh -c "trap \'stty size; exit\' WINCH; echo ready; while :; do sleep 0.1; done"\r');
    await tty.sees('\nready\r\n');
    tty.resize(120, 40);
    await tty.sees('40 120\r\n');
  });

  test('raw mode of a program, and cooked mode after it', async () => {
    const tty = await shell();
    tty.type('stty raw -echo; echo go; dd bs=1 count=1 2>/dev/null | od -An -c; stty sane; echo done\r');
    await tty.sees('\ngo\n');
    tty.type(CTRL_C);
    await tty.sees('003');
    await tty.sees('\ndone\r\n');
  });
});

describe.skipIf(typeof found === 'string')('the terminal afterwards', () => {
  const crash = writeProgram(join(folder, 'crash'), [...readNull, ...exit(0)]);
  /** A host shell that shows the terminal's settings before and after a command. */
  function around(words: readonly string[]): Terminal {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `echo "before $(stty -g)"; ${quoted} & echo "pid $!"; fg >/dev/null 2>&1; echo "after $(stty -g)"`;
    return terminal('bash', ['--norc', '-m', '-c', script]);
  }
  async function settings(tty: Terminal): Promise<{ before: string; after: string }> {
    await tty.ended;
    const [, before] = /before ([0-9a-f:]+)/.exec(tty.screen) ?? [];
    const [, after] = /after ([0-9a-f:]+)/.exec(tty.screen) ?? [];
    return { before: before ?? 'none', after: after ?? 'no more' };
  }

  test.each<[name: string, words: string[]]>([
    ['an exit', [busybox, 'true']],
    ['a guest that leaves it raw', [busybox, 'stty', 'raw', '-echo']],
    ['a crash of the guest', [crash]],
    ['a kill of the guest by itself', [busybox, 'sh', '-c', 'stty raw; kill -KILL $$']],
    ['a refusal', ['/nowhere/program']],
  ])('%s', async (_name, words) => {
    const { before, after } = await settings(around([process.execPath, COMMAND, 'run', ...words]));
    expect(after).toBe(before);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR1'] as const)('%s to skasm', async (signal) => {
    const guest = [busybox, 'sh', '-c', 'stty raw; echo raw; sleep 1000'];
    const tty = around([process.execPath, COMMAND, 'run', ...guest]);
    const pid = /pid (\d+)\r\n$/.exec(await tty.sees(/pid \d+\r\n/))![1];
    await tty.sees('raw\n');
    process.kill(Number(pid), signal);
    const { before, after } = await settings(tty);
    expect(after).toBe(before);
  });
});
