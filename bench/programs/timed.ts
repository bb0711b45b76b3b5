// One measured run of a program on the host: wall clock and CPU time of its whole process tree, peak memory, exit
// status and a digest of its output. The measuring is done by a small native program (bench/timed.c), which
// this file builds and reads; Node itself is told nothing about descendants.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNative } from '../project.ts';
import type { Sample } from '../result.ts';

export interface TimedRun {
  readonly sample: Omit<Sample, 'output'>;
  /** As a shell gives it: 128 + n for death by signal n, 124 for the time limit. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

type Line = [number, number, number, number, number, number, number];

/** Reads the line that timed.c writes. */
export function parseTimes(line: string): { sample: Omit<Sample, 'output'>; status: number } {
  const fields = line.trim().split(' ').map(Number);
  if (fields.length !== 7 || fields.some((field) => !Number.isFinite(field)))
    throw new Error(`not a line of times: ${JSON.stringify(line)}`);
  const [wall, user, system, thread, queued, peak, status] = fields as Line;
  const seconds = (microseconds: number): number => microseconds / 1e6;
  return {
    sample: {
      wall: seconds(wall),
      user: seconds(user),
      system: seconds(system),
      thread: thread < 0 ? null : seconds(thread),
      queued: queued < 0 ? null : seconds(queued),
      peak,
    },
    status,
  };
}

export const TIMED_OUT = 124;

export class Stopwatch {
  readonly #program = buildNative('timed.c');

  /** Runs a command line in a folder of its own with empty input. */
  async run(command: readonly string[], limit: number): Promise<TimedRun> {
    const folder = mkdtempSync(join(tmpdir(), 'skasm-bench-'));
    const at = (name: string): string => join(folder, name);
    const files = ['out', 'err', 'times'].map((name) => openSync(at(name), 'w'));
    try {
      const child = spawn(this.#program, [String(limit), ...command], {
        cwd: folder,
        stdio: ['ignore', ...files],
      });
      // Ctrl-C and kill end what is being measured, which lives in a session of its own.
      const stop = (): void => {
        child.kill('SIGTERM');
      };
      process.on('exit', stop);
      await once(child, 'exit');
      process.off('exit', stop);
      return {
        ...parseTimes(readFileSync(at('times'), 'utf8')),
        stdout: readFileSync(at('out')),
        stderr: readFileSync(at('err'), 'utf8'),
      };
    } finally {
      for (const file of files) closeSync(file);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** FNV-1a of 32 bits: the sum that the suite's guest/tm.c makes of what a program wrote. */
export function digest(output: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of output) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
