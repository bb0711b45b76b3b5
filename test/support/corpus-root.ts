// Roots of the guest corpus, made by what `--deb` makes roots with.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './native-oracle.ts';

const ROOTS = {
  tools: [
    ...['bash', 'bc', 'bzip2', 'coreutils', 'file', 'gawk', 'git', 'grep', 'gzip', 'jq', 'lua5.4', 'luajit'],
    ...['make', 'openssl', 'perl', 'sed', 'sqlite3', 'tar', 'xz-utils'],
  ],
  compilers: ['g++', 'gcc', 'make'],
  postgres: ['bash', 'coreutils', 'grep', 'libstdc++6', 'sed'],
} as const;
export type CorpusRoot = keyof typeof ROOTS;

// In a process of its own: programs run in the root when it is made, on the streams of the process.
const MAKE = `
const { debRoot } = await import(process.argv[1]);
try {
  console.log('path ' + (await debRoot(process.argv[2].split(','), null)));
} catch (error) {
  console.log('problem ' + error.message);
}
process.exit();
`;

/** The folder of a root, or the reason why it cannot be had. Needs the build. */
export function corpusRoot(name: CorpusRoot): { readonly path: string } | string {
  const built = pathToFileURL(join(projectRoot(), 'dist/runtime/command-deb.js')).href;
  const words = ['--input-type=module', '-e', MAKE, built, ROOTS[name].join(',')];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const [, kind, text] = /^(path|problem) (.*)$/m.exec(stdout) ?? [];
  if (kind === 'path') return { path: text! };
  return text ?? stderr.trim();
}
