// A lock on a folder of the cache that several skasm share: flock(1) holds it, for as long as its input is
// open, so that it is also free again when its owner dies.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Milliseconds after which somebody who waits is told so. */
const PATIENCE = 2000;

/**
 * Runs `body` while no other process works in the folder. Where there is no flock there is no apt either, and
 * `body` says so.
 */
export async function alone<T>(folder: string, waiting: () => void, body: () => Promise<T>): Promise<T> {
  const command = ['-x', join(folder, 'lock'), 'sh', '-c', 'echo; exec cat'];
  const holder = spawn('flock', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(waiting, PATIENCE);
  // An error of the spawn rejects `once`; the body runs then as well.
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]).catch(() => {});
  clearTimeout(timer);
  try {
    return await body();
  } finally {
    holder.stdin.end();
  }
}
