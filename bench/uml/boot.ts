// One boot of User Mode Linux with the suite's init: CPU time of the process tree when its first line appears on
// the console, wall clock time of fork600.sh after it. The command line decides who is the kernel's host.

import { spawn } from 'node:child_process';
import type { BootSample } from '../result.ts';
import { treeTime } from './process-tree.ts';

/** What the suite's init.sh and fork600.sh print. */
const FIRST_LINE = 'first line of init';
const SCRIPT_DONE = /^fork600 \d+/m;

export class BootProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BootProblem';
  }
}

/** Boots once. `limit` is in seconds. Throws a BootProblem. */
export async function boot(command: readonly string[], limit: number): Promise<BootSample> {
  const [program, ...args] = command;
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const pid = child.pid;
  if (pid === undefined) throw new BootProblem(`${program} cannot be run`);
  // The whole session: the kernel's own processes as well.
  const kill = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
  };
  process.on('exit', kill);
  let said = '';
  let errors = '';
  let bootTime: number | null = null;
  let begun = 0n;
  let script: number | null = null;
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
    if (bootTime === null && said.includes(FIRST_LINE)) {
      begun = process.hrtime.bigint();
      bootTime = treeTime(pid);
    }
    if (script === null && SCRIPT_DONE.test(said)) script = Number(process.hrtime.bigint() - begun) / 1e9;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString('latin1');
  });
  let late = false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, limit * 1000);
    child.on('error', () => resolve());
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    // Children of the kernel may keep the pipes open.
    child.on('exit', kill);
  });
  process.off('exit', kill);
  if (bootTime !== null && script !== null) return { boot: bootTime, script };
  if (late) throw new BootProblem(`not done in ${limit} s`);
  const last = (errors.trim() || said.trim()).split('\n').pop() ?? '';
  throw new BootProblem(`it ended before ${bootTime === null ? 'init' : 'the script'} was done: ${last}`);
}
