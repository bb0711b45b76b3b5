// The rows of User Mode Linux: the same kernel of Debian, the same busybox and the suite's init, on the native
// kernel and under skasm, with its cache cold and warm, in turn.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';
import type { RunnerName } from '../programs/runner.ts';
import { skasmBin, skasmHas } from '../programs/runners.ts';
import { benchCache } from '../project.ts';
import type { BootResult, BootSample } from '../result.ts';
import { BootProblem, boot } from './boot.ts';

const INIT = '/init.sh';
/** Seconds for one boot and its script. */
const LIMIT = 300;

export interface UmlPlan {
  readonly runs: number;
  /** The suite's folder. */
  readonly suite: string;
  readonly wanted: (runner: RunnerName) => boolean;
  readonly progress: (line: string) => void;
}

interface Roots {
  /** The packages of the kernel, with the guest's root in /guest: what a native kernel is run in. */
  readonly native: string;
  readonly guest: string;
}

/** Throws a PackageError where the packages cannot be had. */
async function layRoots(plan: UmlPlan): Promise<Roots> {
  const store = new PackageStore(cacheFolder(), plan.progress);
  const system = await store.root('user-mode-linux', ['libc6', 'user-mode-linux']);
  const busybox = await store.root('bench-busybox', ['busybox-static']);
  const native = join(benchCache(), 'uml');
  const guest = join(native, 'guest');
  if (!existsSync(join(native, 'usr'))) cpSync(system, native, { recursive: true, verbatimSymlinks: true });
  for (const name of ['proc', 'dev', 'root', 'tmp', 'guest'])
    mkdirSync(join(native, name), { recursive: true });
  if (!existsSync(join(guest, 'bin/busybox')))
    cpSync(busybox, guest, { recursive: true, verbatimSymlinks: true });
  for (const name of ['proc', 'dev', 'etc', 'tmp']) mkdirSync(join(guest, name), { recursive: true });
  writeFileSync(join(guest, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  for (const name of readdirSync(join(plan.suite, 'uml')).filter((each) => each.endsWith('.sh'))) {
    copyFileSync(join(plan.suite, 'uml', name), join(guest, name));
    chmodSync(join(guest, name), 0o755);
  }
  return { native, guest };
}

// In a mount namespace of its own, so that the machine's mounts stay as they are.
const NATIVE = `
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
exec env -i HOME=/root PATH=/usr/bin:/bin TERM=linux setarch i386 -R /usr/sbin/chroot "$1" \
  /usr/bin/linux.uml mem=128M umid=bench rootfstype=hostfs rootflags=/guest rw con0=null,fd:1 con=null init=${INIT}
`;

interface Row {
  readonly runner: RunnerName;
  readonly cache: 'none' | 'cold' | 'warm';
  readonly command: (cache: string) => readonly string[];
  readonly absent: string | null;
}

function rows(roots: Roots): readonly Row[] {
  const caching = skasmHas('--cache');
  const skasm = (options: readonly string[]): string[] => [
    skasmBin(),
    'uml',
    ...options,
    '--root',
    roots.guest,
    '--init',
    INIT,
  ];
  const root = process.getuid?.() === 0 ? null : 'a native boot needs root, for its chroot';
  // biome-ignore format: columns
  return [
    { runner: 'native', cache: 'none', command: () => ['unshare', '-m', 'sh', '-c', NATIVE, 'sh', roots.native], absent: root },
    { runner: 'skasm-cold', cache: 'cold', command: (cache) => skasm(caching ? ['--cache', cache] : []), absent: null },
    { runner: 'skasm-warm', cache: 'warm', command: (cache) => skasm(['--cache', cache]), absent: caching ? null : 'this skasm has no --cache' },
    { runner: 'interpreter', cache: 'none', command: () => skasm(['--jit', 'off']), absent: skasmHas('--jit') ? null : 'this skasm has no --jit' },
  ];
}

export async function umlResults(plan: UmlPlan): Promise<BootResult[]> {
  const roots = await layRoots(plan);
  const caches = mkdtempSync(join(tmpdir(), 'skasm-bench-uml-'));
  const cacheOf = (row: Row): string => join(caches, row.runner);
  const chosen = rows(roots).filter((row) => row.runner === 'native' || plan.wanted(row.runner));
  const tallies = chosen.map((row) => ({ row, samples: [] as BootSample[], problem: row.absent }));
  const once = async (tally: (typeof tallies)[number], keep: boolean): Promise<void> => {
    if (tally.problem !== null) return;
    const cache = cacheOf(tally.row);
    if (tally.row.cache === 'cold') rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    try {
      const sample = await boot(tally.row.command(cache), LIMIT);
      if (keep) tally.samples.push(sample);
    } catch (error) {
      if (!(error instanceof BootProblem)) throw error;
      tally.problem = error.message;
      plan.progress(`  ${tally.row.runner}: ${error.message}`);
    }
  };
  try {
    for (const tally of tallies) if (tally.row.cache === 'warm') await once(tally, false);
    for (let round = 0; round < plan.runs; round++) {
      plan.progress(`uml, boot ${round + 1} of ${plan.runs}`);
      for (const tally of tallies) await once(tally, true);
    }
  } finally {
    rmSync(caches, { recursive: true, force: true });
  }
  return tallies.map(({ row, samples, problem }) => ({ runner: row.runner, samples, problem }));
}
