// Runs the skasm command as a user does: its own process, pipes for its streams, how it ended.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';
import { killAtEnd } from './children.ts';
import { projectRoot } from './native-oracle.ts';

export const COMMAND = join(projectRoot(), 'dist/runtime/launch.js');
/** Milliseconds; SKASM_TEST_TIMEOUT (seconds for a test as a whole) is for machines that have other work to do. */
const TIMEOUT = Number(process.env.SKASM_TEST_TIMEOUT ?? 180) * 1000 - 10_000;

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** As a shell sees it: 128 + n for death by signal n. */
  readonly status: number;
  /** The signal that ended skasm itself. */
  readonly signal: NodeJS.Signals | null;
}

export interface CommandOptions {
  /** Standard input; without it, its end comes at once. */
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export function start(args: readonly string[], options: CommandOptions = {}): ChildProcessWithoutNullStreams {
  const { cwd, environment = {} } = options;
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { ...process.env, ...environment },
  });
  const ended = killAtEnd(() => child.kill('SIGKILL'));
  child.once('exit', ended);
  return child;
}

export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString('latin1');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString('latin1');
  });
  child.stdin.on('error', () => {}); // nobody reads any more
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, status: code ?? 128 + constants.signals[signal!], signal });
    });
  });
}

export function skasm(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const child = start(args, options);
  const result = ended(child);
  child.stdin.end(options.input ?? '');
  return result;
}

/** A root folder with Debian's busybox at /bin/busybox, or the reason why it cannot be had. */
export async function busyboxRoot(): Promise<{ readonly path: string } | string> {
  const store = new PackageStore(cacheFolder(), (line) => console.log(line));
  try {
    return { path: await store.root('test-busybox', ['busybox-static']) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why Debian's User Mode Linux cannot be had, or null. Its own packages are fetched once. */
export async function umlMissing(): Promise<string | null> {
  const store = new PackageStore(cacheFolder(), (line) => console.log(line));
  try {
    await store.fetch(['libc6', 'user-mode-linux', 'busybox-static']);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
