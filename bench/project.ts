// Where things lie: the project's folder, found from the sources and from dist/ alike, and the folder for what
// the benchmarks build or fetch.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

/**
 * Builds a program from a C file, once per content and flags. Throws an Error of one line where gcc cannot.
 * `headers`: files beside the source that it includes.
 */
function build(path: string, flags: readonly string[], headers: readonly string[]): string {
  const hash = createHash('sha256').update(flags.join(' '));
  for (const file of [path, ...headers.map((header) => join(dirname(path), header))])
    hash.update(readFileSync(file));
  const program = join(benchCache(), `${basename(path, '.c')}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  const made = `${program}.${process.pid}`;
  try {
    execFileSync('gcc', [...flags, '-o', made, path], { stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    const why = code === 'ENOENT' ? 'no gcc on this machine' : (stderr ?? '').trim().split('\n').pop();
    throw new BuildProblem(`${basename(path)} cannot be built (Debian: gcc-multilib): ${why}`);
  }
  renameSync(made, program);
  return program;
}

/** Why a program could not be built: one line. */
export class BuildProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BuildProblem';
  }
}

/** A program of this machine's, from bench/. */
export function buildNative(source: string): string {
  return build(join(projectRoot(), 'bench', source), ['-O2', '-Wall', '-Wextra'], []);
}

/** A guest of bench/guest without C library, for the micro-benchmarks. `flags`: what the compiler may use. */
export function buildMicroGuest(name: string, flags: string): string {
  const path = join(projectRoot(), 'bench/guest', `${name}.c`);
  return build(path, `${FREESTANDING} ${flags}`.split(' '), ['unit.h']);
}

/** An i386 program with its C library in it. */
export function buildGuest(path: string): string {
  return build(path, ['-m32', '-march=i686', '-O2', '-static', '-w'], []);
}

const FREESTANDING =
  '-m32 -march=i686 -O2 -std=gnu11 -ffreestanding -nostdlib -static -fno-pic -no-pie -fno-stack-protector ' +
  '-fcf-protection=none -fno-asynchronous-unwind-tables -fno-tree-vectorize';
