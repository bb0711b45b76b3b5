// test/guests/tinyuml, built once per content with the flags that stand beside it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './native-oracle.ts';

const folder = join(projectRoot(), 'test/guests/tinyuml');

/** The kernel's file; throws with the compiler's messages. A lower address is for hosts of 2 GiB. */
export function buildTinyUml(address = 0xa0000000): string {
  const names = readdirSync(folder).sort();
  const base = `-Wl,-Ttext-segment=0x${address.toString(16)}`;
  const hash = createHash('sha256').update(base);
  for (const name of names) hash.update(readFileSync(join(folder, name)));
  const cache = join(projectRoot(), '.cache', 'guests');
  mkdirSync(cache, { recursive: true });
  const program = join(cache, `tinyuml-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  const made = `${program}.${process.pid}`;
  const sources = names.filter((name) => name.endsWith('.c') || name.endsWith('.S'));
  execFileSync('gcc', ['@flags', base, '-Werror', '-o', made, ...sources, '-lgcc'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  renameSync(made, program);
  return program;
}
