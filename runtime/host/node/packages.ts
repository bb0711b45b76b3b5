// Fetches Debian i386 packages with the machine's own apt: private lists and cache below one folder, so
// neither root rights nor any change of the machine is needed. The mirror comes from the machine's apt
// sources; apt checks the hashes. Unpacks with dpkg-deb into a root folder that programs can run in.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Why packages could not be had; the text is one clear line for the user. */
export class PackageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PackageError';
  }
}

/** $SKASM_CACHE, else $XDG_CACHE_HOME/skasm, else ~/.cache/skasm. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { SKASM_CACHE, XDG_CACHE_HOME } = environment;
  return SKASM_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'skasm');
}

function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { cwd, maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          reject(new PackageError(`${command} is not on this machine`));
        else reject(new PackageError(lastError(stderr) ?? `${command} failed`));
      },
    );
  });
}

/** apt's own last `E:` line. */
function lastError(stderr: string): string | undefined {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('E: ') || line.startsWith('dpkg-deb: error'))
    .pop();
}

export class PackageStore {
  /** Everything lies below: lists/, debs/, roots/. */
  readonly folder: string;
  readonly #progress: (line: string) => void;

  constructor(folder: string, progress: (line: string) => void) {
    this.folder = folder;
    this.#progress = progress;
  }

  #apt(command: 'apt-get' | 'apt-cache', ...args: string[]): Promise<string> {
    const at = (name: string): string => join(this.folder, name);
    const options = {
      'Dir::State': at('apt'),
      'Dir::State::Lists': at('apt/lists'),
      'Dir::State::status': at('apt/status'),
      'Dir::Cache': at('apt'),
      'Dir::Cache::archives': at('apt/archives'),
      'APT::Architecture': 'i386',
      'APT::Architectures::': 'i386',
      // The lists are ours, whoever we are; apt need not drop to another user to write them.
      'APT::Sandbox::User': '',
      'Acquire::Languages': 'none',
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return run(command, ['-q', ...flags, ...args], at('debs'));
  }

  async #prepare(): Promise<void> {
    for (const name of ['apt/lists/partial', 'apt/archives/partial', 'debs', 'roots'])
      await mkdir(join(this.folder, name), { recursive: true });
    const status = join(this.folder, 'apt/status');
    if (!existsSync(status)) await writeFile(status, '');
  }

  /** Brings the i386 package lists, unless they are there already. */
  async #lists(again = false): Promise<void> {
    const lists = await readdir(join(this.folder, 'apt/lists'));
    if (!again && lists.some((name) => name.includes('_Packages'))) return;
    this.#progress('fetching the i386 package lists');
    try {
      await this.#apt('apt-get', 'update');
    } catch (error) {
      // One mirror of several may fail; what matters is whether the packages can then be had.
      const found = await readdir(join(this.folder, 'apt/lists'));
      if (!found.some((name) => name.includes('_Packages'))) throw error;
    }
  }

  /** Runs `body` while no other process works in the folder: apt refuses a second one, and files are half there. */
  async #alone<T>(body: () => Promise<T>): Promise<T> {
    await this.#prepare();
    // flock's child holds the lock until its input ends, which it also does when we die. Where there is no
    // flock there is no apt either, and `body` says so.
    const lock = ['-x', join(this.folder, 'lock'), 'sh', '-c', 'echo; exec cat'];
    const holder = spawn('flock', lock, { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'error'), once(holder, 'exit')]).catch(
      () => {},
    );
    try {
      return await body();
    } finally {
      holder.stdin.end();
    }
  }

  /** Names of the packages and all that they depend on (Depends and Pre-Depends, first alternative that exists). */
  async closure(names: readonly string[]): Promise<string[]> {
    await this.#alone(() => this.#lists());
    const flags = [
      '--no-recommends',
      '--no-suggests',
      '--no-conflicts',
      '--no-breaks',
      '--no-replaces',
      '--no-enhances',
    ];
    const text = await this.#apt('apt-cache', 'depends', '--recurse', '--important', ...flags, ...names);
    const found = text.split('\n').filter((line) => /^[a-z0-9]/.test(line));
    return [...new Set(found)].filter((name) => !name.startsWith('<')).sort();
  }

  /** The .deb files of the named packages, fetched unless they are in the cache. Names only, no closure. */
  fetch(names: readonly string[]): Promise<string[]> {
    return this.#alone(() => this.#fetch(names));
  }
  async #fetch(names: readonly string[]): Promise<string[]> {
    const folder = join(this.folder, 'debs');
    const have = async (name: string): Promise<string | undefined> =>
      (await readdir(folder)).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
    const missing: string[] = [];
    for (const name of names) if ((await have(name)) === undefined) missing.push(name);
    if (missing.length > 0) {
      await this.#lists();
      this.#progress(`fetching ${missing.join(', ')}`);
      try {
        await this.#apt('apt-get', 'download', ...missing);
      } catch (error) {
        if (!(error instanceof PackageError)) throw error;
        // Lists that are older than the mirror name versions it no longer has.
        await this.#lists(true);
        await this.#apt('apt-get', 'download', ...missing);
      }
    }
    const files: string[] = [];
    for (const name of names) {
      const file = await have(name);
      if (file === undefined) throw new PackageError(`apt did not fetch ${name}`);
      files.push(join(folder, file));
    }
    return files;
  }

  /**
   * A root folder with the named packages unpacked, made once; answers its path. `finish` does what the
   * packages' own scripts would do, before the folder gets its name.
   */
  async root(
    name: string,
    packages: readonly string[],
    finish: (folder: string) => Promise<void> = async () => {},
  ): Promise<string> {
    const target = join(this.folder, 'roots', name);
    if (existsSync(target)) return target;
    const files = await this.fetch(packages);
    const work = `${target}.${process.pid}`;
    await mkdir(work, { recursive: true });
    this.#progress(`unpacking ${packages.length} packages`);
    for (const file of files) await run('dpkg-deb', ['-x', file, work], this.folder);
    await finish(work);
    try {
      await rename(work, target);
    } catch (error) {
      // Another skasm has made it meanwhile.
      await rm(work, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
    return target;
  }
}
