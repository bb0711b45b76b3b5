// PackageStore: Debian i386 packages, fetched by the machine's apt (apt.ts), unpacked with dpkg-deb into root
// folders that programs can run in. All lies below one folder, which is only used if nobody else can write to
// it. A root is made under another name and renamed, under a lock: concurrent runs and crashes leave no half
// of one.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Apt, PackageError, toolError } from './apt.ts';
import { alone } from './folder-lock.ts';
import { folderProblem } from './trusted-folder.ts';

export { PackageError } from './apt.ts';

/** $SKASM_CACHE, else $XDG_CACHE_HOME/skasm, else ~/.cache/skasm. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { SKASM_CACHE, XDG_CACHE_HOME } = environment;
  return SKASM_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'skasm');
}

/** A package as apt-get takes it: `NAME`, `NAME=VERSION`, `NAME/SUITE`. */
export const PACKAGE = /^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9][A-Za-z0-9.+~:-]*|\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

/**
 * What every package takes for granted (Debian policy 3.8), in apt's patterns (apt-patterns(7)); none of them
 * need exist. apt counts itself among the essential ones. The roots have a merged /usr, which usr-is-merged
 * states.
 */
const BASE = ['?essential?not(?exact-name(apt))', '?exact-name(usr-is-merged)'];
/** Folders of the root that are links into /usr. */
const MERGED = ['bin', 'sbin', 'lib'];
/** Part of an installed root's name; another number where roots are made in another way. */
const FORMAT = 1;
const UNFINISHED = '.partial';

/** Does what the packages' own scripts would do, before a root gets its name. `debs`: paths of its packages. */
export type Finish = (folder: string, debs: readonly string[]) => Promise<void>;

export class PackageStore {
  /** Everything lies below: roots/, debs/, and a folder for each state of apt. */
  readonly folder: string;
  readonly #apt: Apt;
  readonly #sources: readonly string[] | null;
  readonly #progress: (line: string) => void;

  /** `sources`: lines of sources.list(5) in place of the machine's. */
  constructor(folder: string, progress: (line: string) => void, sources: readonly string[] | null = null) {
    this.folder = resolve(folder);
    this.#progress = progress;
    this.#sources = sources;
    // Files of one name may differ between sources.
    const state = join(this.folder, sources === null ? 'apt' : `apt-${digest(sources)}`);
    this.#apt = new Apt(state, sources === null ? join(this.folder, 'debs') : join(state, 'debs'), sources);
  }

  get #roots(): string {
    return join(this.folder, 'roots');
  }

  /** Makes the folder, and throws unless it can be trusted. */
  async #prepare(): Promise<void> {
    try {
      await mkdir(this.#roots, { recursive: true, mode: 0o700 });
    } catch {
      // It is there as something else, or cannot be made; what follows tells which.
    }
    for (const folder of [this.folder, this.#roots]) {
      const problem = folderProblem(folder);
      if (problem !== null) throw new PackageError(`packages cannot be kept: ${folder} ${problem.text}`);
    }
    // There are set-user-ID programs among the unpacked files, which then are the user's.
    await chmod(this.#roots, 0o700);
  }

  async #alone<T>(body: () => Promise<T>): Promise<T> {
    await this.#prepare();
    return alone(this.folder, () => this.#progress('waiting for another skasm that fetches packages'), body);
  }

  #withLists<T>(body: () => Promise<T>): Promise<T> {
    return this.#apt.withLists(() => this.#progress('fetching the i386 package lists'), body);
  }

  /** Names of the packages and of all that they depend on, each after what it depends on. */
  closure(names: readonly string[]): Promise<string[]> {
    return this.#alone(async () => {
      const solved = await this.#withLists(() => this.#apt.solve(names));
      return solved.map(({ name }) => name);
    });
  }

  /** The .deb files of the named packages, fetched unless they are in the cache. Names only, no dependencies. */
  fetch(names: readonly string[]): Promise<string[]> {
    return this.#alone(() => this.#fetch(names));
  }
  async #fetch(names: readonly string[]): Promise<string[]> {
    const folder = this.#apt.debs;
    await mkdir(folder, { recursive: true });
    const have = async (name: string): Promise<string | undefined> =>
      (await readdir(folder)).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
    const missing: string[] = [];
    for (const name of names) if ((await have(name)) === undefined) missing.push(name);
    if (missing.length > 0)
      await this.#withLists(() => {
        this.#progress(`fetching ${missing.join(', ')}`);
        return this.#apt.download(missing);
      });
    const files: string[] = [];
    for (const name of names) {
      const file = await have(name);
      if (file === undefined) throw new PackageError(`apt did not fetch ${name}`);
      files.push(join(folder, file));
    }
    return files;
  }

  /** A root folder with the named packages unpacked and nothing else, made once; answers its path. */
  root(name: string, packages: readonly string[], finish: Finish = async () => {}): Promise<string> {
    return this.#root(name, async (work) => {
      const debs = await this.#fetch(packages);
      await this.#unpack(debs, work);
      await finish(work, debs);
    });
  }

  /**
   * A root folder with these packages (see PACKAGE), all that they depend on, and Debian's essential packages,
   * made once; answers its path. /bin, /sbin and /lib are links into /usr.
   */
  install(packages: readonly string[], finish: Finish = async () => {}): Promise<string> {
    const wanted = [...new Set(packages)].sort();
    for (const name of wanted)
      if (!PACKAGE.test(name)) throw new PackageError(`${name}: NAME, NAME=VERSION or NAME/SUITE is wanted`);
    const readable = wanted
      .join('_')
      .replace(/[^a-z0-9+._-]/g, '-')
      .slice(0, 48);
    const key = digest([String(FORMAT), ...(this.#sources ?? []), '', ...wanted]);
    return this.#root(`deb-${readable}-${key}`, async (work) => {
      const debs = await this.#withLists(async () => {
        const solved = await this.#apt.solve([...BASE, ...wanted]);
        const paths = solved.map(({ file }) => join(this.#apt.debs, file));
        const missing = solved.filter((_, at) => !existsSync(paths[at]!));
        if (missing.length > 0) {
          this.#progress(`fetching ${missing.length} packages`);
          await this.#apt.download(missing.map(({ name, version }) => `${name}=${version}`));
        }
        return paths;
      });
      for (const name of MERGED) {
        await mkdir(join(work, 'usr', name), { recursive: true });
        await symlink(`usr/${name}`, join(work, name));
      }
      await this.#unpack(debs, work);
      await finish(work, debs);
    });
  }

  /** The root of that name; `make` fills it unless it is there. */
  async #root(name: string, make: (work: string) => Promise<void>): Promise<string> {
    const target = join(this.#roots, name);
    await this.#prepare();
    if (existsSync(target)) return target;
    return await this.#alone(async () => {
      if (existsSync(target)) return target; // another skasm has made it meanwhile
      const work = target + UNFINISHED;
      await rm(work, { recursive: true, force: true }); // of one that crashed: we have the lock
      await mkdir(work, { mode: 0o755 });
      try {
        await make(work);
        await rename(work, target);
      } catch (error) {
        await rm(work, { recursive: true, force: true });
        throw error;
      }
      return target;
    });
  }

  async #unpack(debs: readonly string[], folder: string): Promise<void> {
    this.#progress(`unpacking ${debs.length} packages`);
    for (const file of debs) await unpack(file, folder);
  }
}

function digest(words: readonly string[]): string {
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 12);
}

/**
 * Unpacks one package. Not by `dpkg-deb --extract`, which replaces a link to a folder, as those of a merged
 * /usr, by a folder.
 */
async function unpack(file: string, folder: string): Promise<void> {
  const archive = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const flags = ['-x', '-p', '--keep-directory-symlink', '--warning=no-timestamp', '-f', '-', '-C', folder];
  const tar = spawn('tar', flags, { stdio: ['pipe', 'ignore', 'pipe'] });
  const ends = [ended('dpkg-deb', archive), ended('tar', tar)];
  // A tool that failed closes its end; why it failed is what counts.
  const flow = pipeline(archive.stdout, tar.stdin).catch(() => {});
  const problems = (await Promise.all([...ends, flow])).filter((each) => each instanceof PackageError);
  if (problems.length > 0) throw new PackageError(`${basename(file)}: ${problems[0]!.message}`);
}

type Tool = ReturnType<typeof spawn>;
async function ended(command: string, child: Tool): Promise<PackageError | null> {
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString('latin1');
  });
  try {
    const [status] = await once(child, 'close');
    return status === 0 ? null : toolError(command, null, { stdout: '', stderr });
  } catch (error) {
    return toolError(command, error as Error, { stdout: '', stderr });
  }
}
