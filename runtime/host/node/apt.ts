// The machine's apt with a state of its own: lists, configuration and archives below one folder, for i386, so
// that neither root rights nor any change of the machine is needed. Of the machine's configuration it takes
// where packages come from and how (sources, keys, pins, proxies), and none of the hooks. Follows apt.conf(5),
// apt-get(8). Knows nothing of roots.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Why packages could not be had; the text is one clear line for the user. */
export class PackageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PackageError';
  }
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool of the machine; throws a PackageError with what it said. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Output> {
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: options.cwd, maxBuffer: 1 << 26, env }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(toolError(command, error, { stdout, stderr }));
    });
  });
}

/** The error of a tool that could not be started, or ended with a failure. */
export function toolError(command: string, error: Error | null, output: Output): PackageError {
  const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
  if (missing) return new PackageError(`${command} is not on this machine`);
  return new PackageError(complaint(output) ?? `${command} failed`);
}

/** Errors that only say that there was one. */
const VAGUE =
  /^(Unable to fetch some archives|Some index files failed|Unable to correct problems|Some files failed)/;

/** What apt or dpkg-deb complained of, in one line: dependencies that cannot be met, else its errors. */
function complaint({ stdout, stderr }: Output): string | undefined {
  const unmet = /unmet dependencies:\n((?: .*\n)+)/.exec(stdout)?.[1];
  if (unmet !== undefined) return inOneLine(unmet.split('\n').map((line) => line.trim()));
  const errors = stderr
    .split('\n')
    .flatMap((line) => /^(?:E|dpkg-deb: error|tar): (.*)/.exec(line)?.[1] ?? []);
  const telling = errors.filter((line) => !VAGUE.test(line));
  return inOneLine(telling.length > 0 ? telling : errors);
}

function inOneLine(lines: readonly string[]): string | undefined {
  const some = lines.filter((line) => line !== '').slice(0, 3);
  return some.length === 0 ? undefined : some.join('; ').replace(/\s+/g, ' ');
}

export interface SolvedPackage {
  readonly name: string;
  readonly version: string;
  /** The name of its .deb file. */
  readonly file: string;
}

/** Parts of the machine's configuration that say where packages come from and how they are fetched. */
const TAKEN = /^(Acquire|Dir::Etc)(::\S+)? /;

export class Apt {
  /** Where the .deb files are. */
  readonly debs: string;
  readonly #folder: string;
  readonly #sources: readonly string[] | null;

  /** `sources`: lines of sources.list(5); null for the machine's own. */
  constructor(folder: string, debs: string, sources: readonly string[] | null) {
    this.#folder = folder;
    this.debs = debs;
    this.#sources = sources;
  }

  get #lists(): string {
    return join(this.#folder, 'lists');
  }

  /** Makes the folders and the configuration. */
  async #prepare(): Promise<void> {
    for (const folder of [join(this.#lists, 'partial'), join(this.debs, 'partial')])
      await mkdir(folder, { recursive: true });
    const machine = await runTool('apt-config', ['dump'], { cwd: this.#folder });
    const taken = machine.stdout.split('\n').filter((line) => TAKEN.test(line));
    const settings: Record<string, string> = {
      'Dir::Etc::main': '/dev/null',
      'Dir::Etc::parts': '/dev/null',
      'Dir::State': this.#folder,
      'Dir::State::lists': this.#lists,
      'Dir::State::status': join(this.#folder, 'status'),
      'Dir::Cache': this.#folder,
      'Dir::Cache::archives': this.debs,
      'APT::Architecture': 'i386',
      'APT::Architectures::': 'i386',
      // The lists are ours, whoever we are; apt need not drop to another user to write them.
      'APT::Sandbox::User': '',
      'APT::Install-Recommends': 'false',
      'Acquire::Languages': 'none',
    };
    if (this.#sources !== null) {
      const file = join(this.#folder, 'sources.list');
      await replaceFile(file, this.#sources.map((line) => `${line}\n`).join(''));
      settings['Dir::Etc::sourcelist'] = file;
      settings['Dir::Etc::sourceparts'] = '/dev/null';
    }
    const own = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
    await replaceFile(join(this.#folder, 'apt.conf'), [...taken, ...own, ''].join('\n'));
    const status = join(this.#folder, 'status');
    if (!existsSync(status)) await writeFile(status, '');
  }

  #run(cwd: string, ...args: string[]): Promise<Output> {
    const env = { APT_CONFIG: join(this.#folder, 'apt.conf') };
    return runTool('apt-get', ['-q', ...args], { cwd, env });
  }

  async #hasLists(): Promise<boolean> {
    return (await readdir(this.#lists)).some((name) => name.includes('_Packages'));
  }

  /**
   * Runs `body` with package lists there, and once more with fresh ones if it fails: old lists name versions
   * that the mirror no longer has. `fetching` is told before lists are fetched.
   */
  async withLists<T>(fetching: () => void, body: () => Promise<T>): Promise<T> {
    await this.#prepare();
    let fresh = false;
    const update = async (): Promise<void> => {
      fetching();
      await this.#update();
      fresh = true;
    };
    if (!(await this.#hasLists())) await update();
    try {
      return await body();
    } catch (error) {
      if (fresh || !(error instanceof PackageError)) throw error;
      // Without a network, what the old lists said remains the answer.
      await update().catch(() => {
        throw error;
      });
      return await body();
    }
  }

  /** Fetches the lists. One mirror of several may fail; what matters is whether the packages can then be had. */
  async #update(): Promise<void> {
    let said = '';
    try {
      said = (await this.#run(this.#folder, 'update')).stderr;
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      said = `E: ${error.message}`;
    }
    if (await this.#hasLists()) return;
    const why = /^[WE]: (.*)/m.exec(said)?.[1] ?? 'no source of the machine has any for i386';
    throw new PackageError(`the i386 package lists cannot be fetched: ${why}`);
  }

  /** What `apt-get install` of these arguments installs where nothing is, each after what it depends on. */
  async solve(wanted: readonly string[]): Promise<SolvedPackage[]> {
    const { stdout } = await this.#run(this.debs, 'install', '--simulate', ...wanted);
    return [...stdout.matchAll(/^Inst (\S+) \((\S+) .*\[(\S+)\]\)/gm)].map(
      ([, name, version, architecture]) => ({
        name: name!,
        version: version!,
        file: `${name}_${version!.replaceAll(':', '%3a')}_${architecture}.deb`,
      }),
    );
  }

  /**
   * Fetches packages, `NAME` or `NAME=VERSION`, and no others; apt checks the hashes. A file has its name only
   * when it is whole.
   */
  async download(wanted: readonly string[]): Promise<void> {
    const partial = join(this.debs, 'partial');
    await this.#run(partial, 'download', ...wanted);
    for (const file of await readdir(partial))
      if (file.endsWith('.deb')) await rename(join(partial, file), join(this.debs, file));
  }
}

/** Writes a file that is either the old or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
