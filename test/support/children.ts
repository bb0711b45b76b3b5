// Processes that a test starts end with it, also where it fails or takes too long, and those of a program with it. Whose they are is known by the
// context in which they are started, since tests run beside each other.

import { AsyncLocalStorage } from 'node:async_hooks';

type Kill = () => void;

const running = new AsyncLocalStorage<Set<Kill>>();

/** Calls `kill` when the test is over that runs now, unless what this answers was called before: the child has ended. */
export function killAtEnd(kill: Kill): () => void {
  const kills = running.getStore();
  kills?.add(kill);
  return () => kills?.delete(kill);
}

/** Runs what may start children, and kills those that have not ended by then. */
export async function withChildren(body: () => Promise<void>): Promise<void> {
  const kills = new Set<Kill>();
  try {
    await running.run(kills, body);
  } finally {
    for (const kill of kills) kill();
  }
}

/** Runs a program that may start children: the signals by which it is ended from outside kill them first. */
export async function untilSignal<T>(body: () => Promise<T>): Promise<T> {
  const kills = new Set<Kill>();
  const end = (signal: NodeJS.Signals): void => {
    for (const kill of kills) kill();
    process.kill(process.pid, signal); // the second one finds no handler
  };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  return running.run(kills, body);
}
