// Roots of Debian i386 packages for tests, from the machine's apt sources, made once and kept in the cache folder.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';

/** Packages of each root, before their dependencies. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  busybox: ['busybox-static'],
  debian: [
    ...['bash', 'coreutils', 'sed', 'grep', 'lua5.4', 'findutils', 'gawk', 'mawk'],
    ...['tar', 'gzip', 'diffutils', 'dash'],
  ],
};

/** The folder of a root, or the reason why it cannot be had. Another list of packages is another root. */
export async function findRoot(name: string): Promise<{ path: string } | string> {
  const packages = ROOTS[name]!;
  const store = new PackageStore(cacheFolder(), (line) => console.log(line));
  const digest = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  const folder = `test-${name}-${digest}`;
  const path = join(store.folder, 'roots', folder);
  if (existsSync(path)) return { path };
  try {
    return { path: await store.root(folder, await store.closure(packages)) };
  } catch (error) {
    return (error as Error).message;
  }
}
