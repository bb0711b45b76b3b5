// What is known of the machine and the software that a run was measured with.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { versionOf } from './programs/runners.ts';
import { projectRoot } from './project.ts';
import type { Machine } from './result.ts';

/** The commit that is checked out; with a `+` when files differ from it. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: projectRoot(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

function packageVersion(folder: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}

export function describeMachine(): Machine {
  const root = projectRoot();
  const found: Record<string, string | null> = {
    skasm: packageVersion(root),
    node: process.version,
    v8: process.versions.v8,
    binaryen: packageVersion(join(root, 'node_modules/binaryen')),
    v86: packageVersion(join(root, 'node_modules/v86')),
    'qemu-i386': /version (\S+)/.exec(versionOf('qemu-i386', '-version') ?? '')?.[1] ?? null,
    gcc: /(\d+\.\d+\.\d+)$/.exec(versionOf('gcc', '--version') ?? '')?.[1] ?? null,
  };
  const versions: Record<string, string> = {};
  for (const [name, version] of Object.entries(found)) if (version !== null) versions[name] = version;
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    processors: processors.length,
    memory: totalmem(),
    system: `${type()} ${release()}`,
    versions,
    commit: commit(),
    load: loadavg(),
  };
}
