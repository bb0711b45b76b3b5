// One run of an i386 program, on the processor or under skasm: same fresh working folder, same environment,
// standard input empty, standard output a file. What is compared is what it wrote and how it ended.

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtEnd } from './children.ts';
import { projectRoot } from './native-oracle.ts';

/** A command line in front of the program's own. */
export type Runner = readonly [command: string, ...args: string[]];

/** The processor, seen as an i386 without random addresses. */
export const NATIVE: Runner = ['setarch', 'i386', '-R'];
export const SKASM: Runner = [process.execPath, join(projectRoot(), 'dist/runtime/cli.js'), 'run'];

export interface GuestRun {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status; 128 + n for death by signal n; null when it did not end in time. */
  readonly status: number | null;
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', LC_ALL: 'C', TZ: 'UTC', TMPDIR: '.' };

export interface GuestRunOptions {
  /** Milliseconds; the whole process group is killed then. */
  readonly timeout?: number;
  /** Both outputs into one, in the order in which they were written. */
  readonly merge?: boolean;
}

export async function runGuest(
  runner: Runner,
  program: string,
  args: readonly string[] = [],
  options: GuestRunOptions = {},
): Promise<GuestRun> {
  const { timeout = 150_000, merge = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'skasm-case-'));
  const outputs = mkdtempSync(join(tmpdir(), 'skasm-output-'));
  // Files, not pipes: Node's pipes are sockets, and a guest sees the difference.
  const out = openSync(join(outputs, 'stdout'), 'a');
  const err = merge ? out : openSync(join(outputs, 'stderr'), 'a');
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      const [command, ...before] = runner;
      const child = spawn(command, [...before, program, ...args], {
        cwd: folder,
        env: ENVIRONMENT,
        stdio: ['ignore', out, err],
        detached: true,
      });
      let late = false;
      const kill = () => process.kill(-child.pid!, 'SIGKILL');
      const ended = killAtEnd(kill);
      const timer = setTimeout(() => {
        late = true;
        kill();
      }, timeout);
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        ended();
        if (late) resolve(null);
        else resolve(code ?? 128 + constants.signals[signal!]);
      });
    });
    const text = (name: string): string => readFileSync(join(outputs, name), 'latin1');
    return { stdout: text('stdout'), stderr: merge ? '' : text('stderr'), status };
  } finally {
    closeSync(out);
    if (!merge) closeSync(err);
    rmSync(folder, { recursive: true, force: true });
    rmSync(outputs, { recursive: true, force: true });
  }
}

/** The form in which a run is recorded. */
export function transcript(run: GuestRun): string {
  const end = run.stdout === '' || run.stdout.endsWith('\n') ? '' : '\n';
  return `${run.stdout}${end}status ${run.status ?? 'none: it did not end'}\n`;
}
