// Packages of npm for tests: fetched once by the machine's own npm, which checks their hashes, and unpacked into
// the cache folder. Never part of this repository.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../runtime/host/node/packages.ts';

const run = promisify(execFile);
const PATIENCE = 300_000;

/** Links, which npm's archives leave out: PostgreSQL's package lists them for a script of its own. */
async function makeLinks(folder: string): Promise<void> {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links)
    await symlink(relative(dirname(target), source), join(folder, target));
}

/** The folder of an unpacked package, `name@version`, or the reason why it cannot be had. */
export async function npmPackage(specifier: string): Promise<{ path: string } | string> {
  const parent = join(cacheFolder(), 'npm');
  const path = join(parent, specifier.replaceAll('/', '+'));
  if (existsSync(path)) return { path };
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'fetch-'));
  try {
    const options = { cwd: work, timeout: PATIENCE };
    const { stdout } = await run('npm', ['pack', '--silent', specifier], options);
    await run('tar', ['-xzf', stdout.trim().split('\n').pop()!], options);
    await makeLinks(join(work, 'package'));
    await rename(join(work, 'package'), path);
    return { path };
  } catch (error) {
    if (existsSync(path)) return { path }; // another run was faster
    return (error as Error).message.trim().split('\n')[0]!;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
