// Debian's source packages by the machine's own apt: the deb-src lines are made from the machine's deb lines, and
// lists and files lie in a folder of ours, so that neither root rights nor any change of the machine is needed.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export class SourceStore {
  readonly #folder: string;

  /** Everything lies below `folder`: apt's state, and one folder a package. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async #run(command: string, args: readonly string[], cwd = this.#folder): Promise<string> {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await exec(command, args, { cwd, env, maxBuffer: 1 << 26 });
    return stdout;
  }

  #apt(...args: string[]): Promise<string> {
    const at = (name: string): string => join(this.#folder, name);
    const options = {
      'Dir::State': at('apt'),
      'Dir::State::Lists': at('apt/lists'),
      'Dir::State::status': at('apt/status'),
      'Dir::Cache': at('apt'),
      'Dir::Etc::sourcelist': at('apt/sources.list'),
      'Dir::Etc::sourceparts': at('apt/none'),
      'APT::Sandbox::User': '',
      'Acquire::Languages': 'none',
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return this.#run('apt-get', ['-q', ...flags, ...args]);
  }

  async #lists(): Promise<void> {
    for (const name of ['apt/lists/partial', 'apt/archives/partial', 'apt/none'])
      await mkdir(join(this.#folder, name), { recursive: true });
    if ((await readdir(join(this.#folder, 'apt/lists'))).some((name) => name.includes('_Sources'))) return;
    const line = 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)';
    const targets = await this.#run('apt-get', ['indextargets', '--format', line, 'Created-By: Packages']);
    const lines = [...new Set(targets.split('\n'))].filter((text) => / [a-z-]+ [a-z-]+$/.test(text));
    await writeFile(join(this.#folder, 'apt/status'), '');
    await writeFile(join(this.#folder, 'apt/sources.list'), `${lines.join('\n')}\n`);
    await this.#apt('update');
  }

  /** The unpacked package with Debian's patches; fetched once. Throws where apt or dpkg-source cannot. */
  async folder(name: string): Promise<string> {
    const target = join(this.#folder, name);
    if (existsSync(target)) return target;
    await this.#lists();
    await this.#apt('source', '--download-only', name);
    const description = (await readdir(this.#folder)).find(
      (file) => file.startsWith(`${name}_`) && file.endsWith('.dsc'),
    );
    if (description === undefined) throw new Error(`apt did not fetch the source of ${name}`);
    const work = `${target}.${process.pid}`;
    await rm(work, { recursive: true, force: true });
    await this.#run('dpkg-source', ['--no-check', '-x', description, work]);
    await rename(work, target);
    return target;
  }
}
