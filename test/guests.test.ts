// Programs of Debian i386 in roots of their own: every script of test/guests writes under skasm what it wrote
// on a Linux kernel in the same root, and ends with the same status. A script says how it is run:
//   root: busybox        one of test/support/guest-root.ts
//   run: /bin/bash       the command in front of the script's name
// SKASM_TEST_JIT chooses modes of the translator (test/support/jit-mode.ts); else it translates what is hot, and
// one script is run with every region verified.
// BLESS=1 records natively, as root (chroot in a copy of the root). Packages come from the machine's apt
// sources once; without them the tests are skipped.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRoot } from './support/guest-root.ts';
import { type Runner, runGuest, transcript } from './support/guest-run.ts';
import { modesOr, runnerOf } from './support/jit-mode.ts';

const VERIFIED = 'busybox.sh';
const TIMEOUT = 240_000;
const folder = join(import.meta.dirname, 'guests');
const bless = process.env.BLESS === '1';

interface GuestScript {
  readonly name: string;
  readonly file: string;
  readonly root: string;
  readonly command: readonly string[];
}

function scripts(): GuestScript[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => entry.name).filter((name) => !name.endsWith('.expected'));
  return names.sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const value = (key: string): string => {
      const found = new RegExp(`^(?:#|--) ${key}: (.*)$`, 'm').exec(text);
      if (found === null) throw new Error(`${file} has no line "${key}:"`);
      return found[1]!;
    };
    return { name: basename(file), file, root: value('root'), command: value('run').split(' ') };
  });
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The same root on the machine's own kernel, with devices and /proc, in a copy that may be written. */
function nativeRunner(root: string): { runner: Runner; remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), 'skasm-root-'));
  spawnSync('cp', ['-a', `${root}/.`, folder, copy], { stdio: 'inherit' });
  const enter =
    'mkdir -p "$0/dev" "$0/proc" && mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && cd / && ' +
    `exec env -i PATH=${PATH} HOME=/root chroot "$0" "$@"`;
  return {
    runner: ['setarch', 'i386', '-R', 'unshare', '--mount', '--pid', '--fork', 'sh', '-c', enter, copy],
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

const all = scripts();
const roots = new Map<string, { path: string } | string>();
for (const name of new Set(all.map((script) => script.root))) {
  const found = await findRoot(name);
  roots.set(name, found);
  if (typeof found === 'string')
    console.log(`guests of ${name} skipped, their packages cannot be had: ${found}`);
}

describe.each(bless ? (['off'] as const) : modesOr('auto', 'verify-hot'))('guests, %s', (mode) => {
  const part = mode === 'verify-hot' && process.env.SKASM_TEST_JIT === undefined;
  for (const { name, file, root, command } of part ? all.filter((script) => script.file === VERIFIED) : all) {
    const found = roots.get(root)!;
    test.skipIf(typeof found === 'string')(
      name,
      async () => {
        if (typeof found === 'string') return;
        const record = join(folder, `${name}.expected`);
        const [program, ...args] = [...command, `/guests/${file}`];
        if (bless) {
          const { runner, remove } = nativeRunner(found.path);
          const run = await runGuest(runner, program!, args, { merge: true, timeout: TIMEOUT });
          remove();
          expect(run.status, 'it ends').not.toBeNull();
          writeFileSync(record, transcript(run), 'latin1');
        } else {
          const runner: Runner = [...runnerOf(mode), '--root', found.path, '--mount', `${folder}:/guests:ro`];
          const run = await runGuest(runner, program!, args, { merge: true, timeout: TIMEOUT });
          expect(transcript(run)).toBe(readFileSync(record, 'latin1'));
        }
      },
      TIMEOUT + 5000,
    );
  }
});
