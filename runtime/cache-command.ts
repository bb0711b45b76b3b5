// `skasm cache`: what is kept of translations, and how to be rid of it.

import { translationsFolder } from './command-jit.ts';
import { NodeTranslationStore } from './host/node/translation-store.ts';

export interface CacheOptions {
  readonly cache?: string;
}

function storeOf(options: CacheOptions): {
  readonly store: NodeTranslationStore;
  readonly trusted: () => boolean;
} {
  let trusted = true;
  const warn = (line: string): void => {
    process.stderr.write(`skasm: ${line}\n`);
    trusted = false;
  };
  return {
    store: new NodeTranslationStore(translationsFolder(options.cache), { warn }),
    trusted: () => trusted,
  };
}

const date = (time: number | null): string => (time === null ? '-' : new Date(time).toISOString());

/** Prints a line each: folder, number of files, bytes, when the first and the last file was used. */
export function cacheInfo(options: CacheOptions): void {
  const { store, trusted } = storeOf(options);
  const { files, bytes, oldest, newest } = store.summary();
  const rows = { path: store.folder, files, bytes, oldest: date(oldest), newest: date(newest) };
  for (const [name, value] of Object.entries(rows)) process.stdout.write(`${name.padEnd(8)}${value}\n`);
  if (!trusted()) process.exitCode = 1;
}

/** Removes skasm's files; others in the folder stay. */
export function cacheClear(options: CacheOptions): void {
  const { store, trusted } = storeOf(options);
  const count = store.clear();
  process.stdout.write(`${count} file${count === 1 ? '' : 's'} removed from ${store.folder}\n`);
  if (!trusted()) process.exitCode = 1;
}
