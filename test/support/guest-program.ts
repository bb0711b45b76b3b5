// C programs of the tests, compiled to i386 once per content. Where there is no `gcc -m32`, the reason is
// told and the tests that need one are skipped. A source may say, in comments on its first lines:
//   // gcc: FLAGS     instead of -static -O1
//   // needs: root    the case means something to root only

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from './native-oracle.ts';

export interface GuestSource {
  /** File name without `.c`. */
  readonly name: string;
  readonly file: string;
  readonly flags: readonly string[];
  readonly needsRoot: boolean;
}

export class GuestCompiler {
  readonly #folder: string;
  readonly #version: string;

  private constructor(version: string) {
    this.#version = version;
    this.#folder = join(projectRoot(), '.cache', 'guests');
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The compiler, or the reason why there is none. */
  static find(): GuestCompiler | string {
    try {
      const version = execFileSync('gcc', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0]!;
      const compiler = new GuestCompiler(version);
      compiler.#build('probe', ['-static'], 'int main(void) { return 0; }\n', null);
      return compiler;
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no gcc' : 'gcc -m32 does not link';
      return `${reason} on this machine (Debian: gcc-multilib)`;
    }
  }

  /** The program of a source; throws with the compiler's messages. */
  compile(source: GuestSource): string {
    const folder = dirname(source.file);
    const headers = readdirSync(folder).filter((name) => name.endsWith('.h'));
    const content = [...headers.sort().map((name) => join(folder, name)), source.file]
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    return this.#build(source.name, source.flags, content, source.file);
  }

  #build(name: string, flags: readonly string[], content: string, file: string | null): string {
    const line = ['-m32', '-pthread', '-w', ...flags];
    const hash = createHash('sha256').update(this.#version).update(line.join(' ')).update(content);
    const program = join(this.#folder, `${name}-${hash.digest('hex').slice(0, 16)}`);
    if (existsSync(program)) return program;
    const made = `${program}.${process.pid}`;
    execFileSync('gcc', [...line, '-o', made, ...(file === null ? ['-x', 'c', '-'] : [file])], {
      input: file === null ? content : '',
      encoding: 'utf8',
      stdio: 'pipe',
    });
    renameSync(made, program);
    return program;
  }
}

/** The C programs of a folder, in order. */
export function guestSources(folder: string): GuestSource[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const head = readFileSync(file, 'utf8').split('\n').slice(0, 12);
      const directive = (key: string): string | undefined =>
        head.find((line) => line.startsWith(`// ${key}: `))?.slice(key.length + 5);
      return {
        name: basename(name, '.c'),
        file,
        flags: (directive('gcc') ?? '-static -O1').split(' '),
        needsRoot: directive('needs') === 'root',
      };
    });
}
