// Where things lie: the project's folder, found from the sources and from dist/ alike, and the folder for what
// the benchmarks build or fetch.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function benchCache(): string {
  const folder = join(projectRoot(), '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A program of the benchmarks' own sources, built once per content. Throws an Error of one line where gcc cannot. */
export function buildProgram(
  source: string,
  flags: readonly string[],
  headers: readonly string[] = [],
): string {
  const path = join(projectRoot(), 'bench', source);
  const hash = createHash('sha256').update(flags.join(' '));
  for (const file of [path, ...headers.map((header) => join(dirname(path), header))])
    hash.update(readFileSync(file));
  const name = source.replace(/^.*\//, '').replace(/\.c$/, '');
  const program = join(benchCache(), `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  const made = `${program}.${process.pid}`;
  try {
    execFileSync('gcc', [...flags, '-o', made, path], { stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    const why = code === 'ENOENT' ? 'no gcc on this machine' : (stderr ?? '').trim().split('\n').pop();
    throw new Error(`${source} cannot be built (Debian: gcc-multilib): ${why}`);
  }
  renameSync(made, program);
  return program;
}
