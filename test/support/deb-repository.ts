// A repository of Debian packages made by a test: each a few files, built with dpkg-deb, with the index that apt
// reads (deb822(5), sources.list(5)), so that --deb can be tried without a network.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Why there can be no repository on this machine, or null. */
export function repositoryMissing(): string | null {
  for (const [tool, flag] of [
    ['dpkg-deb', '--version'],
    ['apt-get', '--version'],
    ['flock', '--version'],
  ] as const)
    if (spawnSync(tool, [flag]).status !== 0) return `${tool} is not on this machine`;
  return null;
}

export interface DebPackage {
  readonly name: string;
  readonly version?: string;
  /** More fields of the control file: `Depends`, `Essential`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Contents by path; a program is bytes and can be executed, text cannot. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

export class DebRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'skasm-repository-'));
  /** A line of sources.list(5). */
  readonly source = `deb [trusted=yes] file:${this.folder} ./`;
  #index = '';

  add({ name, version = '1.0', fields = {}, files }: DebPackage): void {
    const tree = join(this.folder, 'build');
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      'Architecture: i386',
      'Maintainer: nobody <nobody@example.org>',
      ...Object.entries(fields).map(([field, value]) => `${field}: ${value}`),
      `Description: ${name} of a test`,
      '',
    ].join('\n');
    const write = (path: string, contents: string | Uint8Array, mode: number): void => {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), contents, { mode });
    };
    write('DEBIAN/control', control, 0o644);
    for (const [path, contents] of Object.entries(files))
      write(path, contents, typeof contents === 'string' ? 0o644 : 0o755);
    const file = `${name}_${version}_i386.deb`;
    execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, join(this.folder, file)]);
    rmSync(tree, { recursive: true });
    const bytes = readFileSync(join(this.folder, file));
    const sum = createHash('sha256').update(bytes).digest('hex');
    this.#index += `${control}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sum}\n\n`;
    writeFileSync(join(this.folder, 'Packages'), this.#index);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
