// The suite's folder, made ready: copied below .cache (it may be read-only, and building writes into it), its
// programs built, the root of the real programs laid. The packages of that root are fetched by skasm's own package
// store, so that neither another architecture nor newer lists have to be set up on the machine.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder, PackageError, PackageStore } from '../../runtime/host/node/packages.ts';
import { benchCache } from '../project.ts';
import type { Amount } from '../result.ts';
import { largerArgument } from '../suite.ts';
import type { Job } from './runner.ts';
import { QEMU_IN_ROOT, QEMU_STATIC } from './runners.ts';

/** Why the suite, or a part of it, cannot be used: one line. */
export class SuiteProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SuiteProblem';
  }
}

const COPIED = ['Makefile', 'expected.txt', 'src', 'guest', 'real', 'uml'];
/** What setup.sh makes; it is made anew in the copy. */
const MADE = new Set(['root', 'debs', 'bin']);

function run(command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, { cwd, stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 26 });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new SuiteProblem(`${command} failed: ${(stderr || message).trim().split('\n').pop()}`);
  }
}

export class SuiteFolder {
  /** The copy. */
  readonly folder: string;
  readonly #origin: string;
  readonly #amounts = new Map<string, number>();

  private constructor(origin: string, folder: string) {
    this.#origin = origin;
    this.folder = folder;
  }

  /** Copies and builds. Throws a SuiteProblem. */
  static open(origin: string): SuiteFolder {
    if (!existsSync(join(origin, 'src/bench.h')))
      throw new SuiteProblem(`${origin}: no benchmark suite is there; --suite DIR names its folder`);
    const folder = join(benchCache(), 'suite');
    mkdirSync(folder, { recursive: true });
    for (const name of COPIED) {
      const from = join(origin, name);
      if (!existsSync(from)) continue;
      const filter = (path: string): boolean => !MADE.has(basename(path));
      // Times are kept for make.
      cpSync(from, join(folder, name), { recursive: true, force: true, preserveTimestamps: true, filter });
    }
    writable(folder);
    run('make', ['-s'], folder);
    return new SuiteFolder(origin, folder);
  }

  /** The number that a program's source gives as its work. */
  #standard(program: string): number {
    const known = this.#amounts.get(program);
    if (known !== undefined) return known;
    const text = [`${program}.c`, `${program.replace(/-.*/, '')}.inc`]
      .map((name) => join(this.folder, 'src', name))
      .filter(existsSync)
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const amount = standardWork(text);
    if (amount === null) throw new SuiteProblem(`src/${program}.c does not say how much work it does`);
    this.#amounts.set(program, amount);
    return amount;
  }

  job(program: string, amount: Amount): Job {
    const path = join(this.folder, 'bin', program);
    if (!existsSync(path)) throw new SuiteProblem(`the suite has no program ${program}`);
    const args = amount === 'standard' ? [] : [String(largerArgument(program, this.#standard(program)))];
    return { program, amount, root: null, command: [path, ...args] };
  }

  /** The line that a program writes when it did the standard work right; null: not on record. */
  expected(program: string): string | null {
    const line = readFileSync(join(this.folder, 'expected.txt'), 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${program} `));
    return line === undefined ? null : `${line}\n`;
  }

  /** The root folder of the real programs, laid when it is not there yet. */
  async realRoot(progress: (line: string) => void): Promise<string> {
    if (process.getuid?.() !== 0)
      throw new SuiteProblem('real programs run natively in a chroot, which needs root');
    const root = join(this.folder, 'real/root');
    const done = join(root, 'data/text.gz');
    if (!existsSync(done)) {
      await this.#packages(progress);
      progress('laying the root of the real programs');
      run('bash', ['real/setup.sh'], this.folder);
    }
    if (existsSync(QEMU_STATIC) && !existsSync(join(root, QEMU_IN_ROOT)))
      copyFileSync(QEMU_STATIC, join(root, QEMU_IN_ROOT));
    return root;
  }

  /** Puts the packages where setup.sh looks for them before it asks apt. */
  async #packages(progress: (line: string) => void): Promise<void> {
    const script = readFileSync(join(this.folder, 'real/setup.sh'), 'utf8');
    const names =
      /packages="([^"]*)"/
        .exec(script)?.[1]
        ?.split(/\s+/)
        .filter((name) => name !== '') ?? [];
    const debs = join(this.folder, 'real/debs');
    mkdirSync(debs, { recursive: true });
    const there = join(this.#origin, 'real/debs');
    const files: string[] = existsSync(there) ? readdirSync(there).map((name) => join(there, name)) : [];
    const missing = names.filter((name) => !files.some((file) => basename(file).startsWith(`${name}_`)));
    try {
      if (missing.length > 0) files.push(...(await new PackageStore(cacheFolder(), progress).fetch(missing)));
    } catch (error) {
      if (error instanceof PackageError) throw new SuiteProblem(error.message);
      throw error;
    }
    for (const file of files) {
      const target = join(debs, basename(file));
      if (existsSync(target)) continue;
      try {
        linkSync(file, target);
      } catch {
        copyFileSync(file, target);
      }
    }
  }

  /** Jobs of the real programs by name. */
  realJobs(root: string): Map<string, Job> {
    const lines = readFileSync(join(this.folder, 'real/list.txt'), 'utf8').split('\n');
    const jobs = lines
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words.length > 1)
      .map(([program, ...command]) => ({ program: program!, amount: 'standard' as const, root, command }));
    return new Map(jobs.map((job) => [job.program, job]));
  }
}

/** The first number that `work()` is given in a source. */
export function standardWork(source: string): number | null {
  const match = /work\(argc, argv, (\d+)\)/.exec(source);
  return match === null ? null : Number(match[1]);
}

/** A copy of a read-only folder is read-only too. */
function writable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o200) === 0) chmodSync(path, mode | 0o200);
  if (statSync(path).isDirectory())
    for (const name of readdirSync(path)) if (!MADE.has(name)) writable(join(path, name));
}
