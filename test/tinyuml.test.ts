// tinyuml (test/guests/tinyuml), a small User Mode Linux, in each of its modes: on the machine's own kernel, where
// only tt and skas0 are possible, and under skasm with the host patches of skas3 and skas4. What programs say in it
// is what they say on Linux: life.expected was recorded natively (BLESS=1), and so were the scripts of test/guests.
// SKASM_TEST_JIT chooses modes of the translator (test/support/jit-mode.ts).

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { busyboxRoot, skasm, umlMissing } from './support/command.ts';
import { GuestCompiler, guestSources } from './support/guest-program.ts';
import { findRoot } from './support/guest-root.ts';
import { NATIVE, type Runner, runGuest, transcript } from './support/guest-run.ts';
import { modesOr, optionsOf, runnerOf } from './support/jit-mode.ts';
import { buildTinyUml } from './support/tinyuml.ts';

const TIMEOUT = 240_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const folder = join(import.meta.dirname, 'tinyuml');
const scripts = join(import.meta.dirname, 'guests');
const compiler = GuestCompiler.find();
const missing = typeof compiler === 'string' ? compiler : null;
const kernel = missing === null ? buildTinyUml() : '';
const scratch = mkdtempSync(join(tmpdir(), 'skasm-tinyuml-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A program of test/tinyuml. */
function program(name: string, flags?: readonly string[]): string {
  const source = guestSources(folder).find((candidate) => candidate.name === name)!;
  return (compiler as GuestCompiler).compile(flags === undefined ? source : { ...source, flags });
}

const patched = (patch: string): Runner => [...runnerOf(mode!), '--patch', patch];
const [mode] = modesOr('auto');
const SKASM = patched('skas3,skas4');
/** skas4 as it was posted says nothing of faults, which its guests need to know. */
const POSTED = patched('skas4-posted,faultinfo');

/** Why tinyuml does not run on this machine's kernel, or null. */
function nativeReason(): string | null {
  const [command, ...before] = NATIVE;
  const run = spawnSync(command, [...before, kernel, 'mode=skas0', `init=${program('steps')}`, 's', '1']);
  if (run.status === 0) return null;
  return `${run.error?.message ?? `status ${run.status}`} ${run.stderr?.toString().trim().split('\n').at(-1)}`;
}

if (missing !== null) console.log(`tinyuml skipped: ${missing}`);
const notNative = missing === null ? nativeReason() : missing;
if (missing === null && notNative !== null) console.log(`tinyuml on this kernel skipped: ${notNative}`);

/** Where tinyuml runs, and with which options. */
const KERNELS: readonly (readonly [where: string, options: string])[] = [
  ...(notNative === null ? [['native', 'mode=tt'] as const, ['native', 'mode=skas0'] as const] : []),
  ['skasm', 'mode=tt'],
  ['skasm', 'mode=tt jail'],
  ['skasm', 'mode=tt nosysemu'],
  ['skasm', 'mode=skas0'],
  ['skasm', 'mode=skas0 nosysemu'],
  ['skasm', 'mode=skas3'],
  ['skasm', 'mode=skas4'],
  ['skasm, as posted', 'mode=skas4 skas4=posted'],
];
const RUNNERS: Readonly<Record<string, Runner>> = {
  native: NATIVE,
  skasm: SKASM,
  'skasm, as posted': POSTED,
};

test('tinyuml is at most 3,500 lines of C', () => {
  const files = readdirSync(join(scripts, 'tinyuml')).filter((name) => /\.[ch]$/.test(name));
  const lines = files.flatMap((name) => readFileSync(join(scripts, 'tinyuml', name), 'utf8').split('\n'));
  const code = lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
  expect(code.length).toBeLessThanOrEqual(3500);
});

describe.skipIf(missing !== null)('programs in tinyuml are as on Linux', () => {
  const record = join(folder, 'life.expected');
  test.runIf(process.env.BLESS === '1')('recorded', async () => {
    writeFileSync(record, transcript(await runGuest(NATIVE, program('life'))), 'latin1');
  });
  for (const [where, options] of KERNELS) {
    for (const flags of [['-static', '-O1'], ['-O1']]) {
      test(`${where} ${options} ${flags.join(' ')}`, async () => {
        const args = ['quiet', ...options.split(' '), `init=${program('life', flags)}`];
        const run = await runGuest(RUNNERS[where]!, kernel, args);
        expect(transcript(run), run.stderr).toBe(readFileSync(record, 'latin1'));
      });
    }
  }
});

describe.skipIf(missing !== null)('on hosts with less room', () => {
  for (const [size, image] of [
    ['3g', 0xa0000000],
    ['2g', 0x60000000],
  ] as const) {
    for (const mode of ['tt', 'skas0', 'skas3']) {
      test(`--task-size ${size}, ${mode}`, async () => {
        const args = ['quiet', `mode=${mode}`, `init=${program('life')}`];
        const run = await runGuest([...SKASM, '--task-size', size], buildTinyUml(image), args);
        expect(transcript(run), run.stderr).toBe(readFileSync(join(folder, 'life.expected'), 'latin1'));
      });
    }
  }
});

// Debian's programs, and their native records: shells with pipelines and jobs, some hundred small programs.
const RUNS = {
  busybox: { root: 'busybox', command: '/bin/busybox sh', modes: ['tt', 'skas0', 'skas3', 'skas4'] },
  bash: { root: 'debian', command: '/bin/bash', modes: ['tt', 'skas0'] },
  coreutils: { root: 'debian', command: '/bin/bash', modes: ['skas3'] },
} as const;

for (const [name, { root, command, modes }] of Object.entries(RUNS)) {
  const found = missing === null ? await findRoot(root) : missing;
  if (typeof found === 'string') console.log(`${name}.sh in tinyuml skipped: ${found}`);
  describe.skipIf(typeof found === 'string')(`${name}.sh`, () => {
    for (const mode of modes) {
      test(
        mode,
        async () => {
          if (typeof found === 'string') return;
          const mounts = [`${scripts}:/guests:ro`, `${kernel}:/tinyuml:ro`].flatMap((m) => ['--mount', m]);
          const [init, ...args] = command.split(' ');
          const own = [
            'quiet',
            `mode=${mode}`,
            'mem=64M',
            `init=${init}`,
            `PATH=${PATH}`,
            'HOME=/root',
            '--',
          ];
          const runner: Runner = [...SKASM, '--root', found.path, ...mounts];
          const line = [...own, ...args, `/guests/${name}.sh`];
          const run = await runGuest(runner, '/tinyuml', line, { merge: true, timeout: TIMEOUT });
          expect(transcript(run)).toBe(readFileSync(join(scripts, `${name}.sh.expected`), 'latin1'));
        },
        TIMEOUT + 5000,
      );
    }
  });
}

// What the boot says of the host, and which mode it takes, for each patch that is left out.
const FALLBACKS: readonly (readonly [patch: string, options: string, found: string, mode: string])[] = [
  ['skas3,skas4', 'mode=skas4', 'skas3 /proc/mm PTRACE_SWITCH_MM skas4', 'SKAS4'],
  ['skas3,skas4', 'mode=skas3', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['skas3,skas4', 'mode=skas0', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas3,skas4', 'mode=tt', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'TT'],
  ['skas3', '', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['skas3', 'mode=skas4', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['skas4', 'mode=skas4', 'skas3 PTRACE_SWITCH_MM skas4', 'SKAS4'],
  ['skas4', 'mode=skas3', 'skas3 PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas4-posted,faultinfo', 'mode=skas4 skas4=posted', 'skas3 skas4', 'SKAS4'],
  ['skas4-posted', 'mode=skas4 skas4=posted', '', 'SKAS0'],
  ['skas4', 'mode=skas4 skas4=posted', 'skas3 PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas3,skas4', 'mode=skas4 skas4=posted', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['none', '', '', 'SKAS0'],
  ['none', 'mode=skas4', '', 'SKAS0'],
  ['none', 'mode=skas3 noskas0', '', 'TT'],
  ['skas3,-faultinfo', '', '/proc/mm PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas3,-faultinfo', 'noskas0', '/proc/mm PTRACE_SWITCH_MM', 'TT'],
  ['skas3,faultinfo-other', '', 'version /proc/mm PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas3,faultinfo-other', 'noskas0', 'version /proc/mm PTRACE_SWITCH_MM', 'TT'],
  ['skas3,-procmm', '', 'skas3 PTRACE_SWITCH_MM', 'SKAS0'],
  ['skas3,-procmm', 'noskas0', 'skas3 PTRACE_SWITCH_MM', 'TT'],
  ['skas3,-switchmm', '', 'skas3 /proc/mm', 'SKAS0'],
  ['skas3,-switchmm', 'noskas0', 'skas3 /proc/mm', 'TT'],
  ['skas3,-ldt', '', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['skas3,-sigpending', '', 'skas3 /proc/mm PTRACE_SWITCH_MM', 'SKAS3'],
  ['skas3,-procmm,-faultinfo', '', 'PTRACE_SWITCH_MM', 'SKAS0'],
];

/** The whole boot log on such a host. */
function bootLog(found: string, options: string, mode: string): string {
  const has = (part: string): string => (found.split(' ').includes(part) ? 'found' : 'not found');
  const skas3 = found.startsWith('version') ? 'found, but of another version' : has('skas3');
  const skas4 =
    options === 'mode=skas4' ? [`Checking for the skas4 patch in the host...${has('skas4')}`] : [];
  return [
    'Checking that ptrace can change system call numbers...OK',
    'Checking syscall emulation patch for ptrace...OK',
    'Checking advanced syscall emulation patch for ptrace...OK',
    'Checking if /dev/shm is on tmpfs...OK',
    'Checking PROT_EXEC mmap in /dev/shm/...OK',
    `Checking for the skas3 patch in the host...${skas3}`,
    `Checking for /proc/mm...${has('/proc/mm')}`,
    `Checking for PTRACE_SWITCH_MM...${has('PTRACE_SWITCH_MM')}`,
    ...skas4,
    'Locating the top of the address space ... 0xffffe000',
    `UML running in ${mode} mode`,
    'System halted.',
    '',
  ].join('\n');
}

describe.skipIf(missing !== null)('the boot falls back', () => {
  for (const [patch, options, found, mode] of FALLBACKS) {
    test(`--patch ${patch}, ${options === '' ? 'no mode' : options}: ${mode}`, async () => {
      const args = [...options.split(' ').filter((word) => word !== ''), `init=${program('life')}`, 'exec'];
      const run = await runGuest(patched(patch), kernel, args);
      // skasm's own notes on calls that an unpatched host does not have begin within a line.
      const log = run.stderr.replace(/skasm: system call .*\n/, '');
      expect(log).toBe(bootLog(found, options.split(' ')[0]!, mode));
      expect(transcript(run)).toBe('again: exec, 7 0\nstatus 5\n');
    });
  }
  test('options of the command line stand for missing patches', async () => {
    for (const [option, part] of [
      ['noprocmm', '/proc/mm'],
      ['noptracefaultinfo', 'the skas3 patch in the host'],
    ]) {
      const run = await runGuest(SKASM, kernel, [option!, `init=${program('steps')}`, 's', '1']);
      expect(run.stderr).toContain(`Checking for ${part}...found but disabled on command line\n`);
      expect(run.stderr).toContain('UML running in SKAS0 mode\n');
    }
  });
});

describe.skipIf(missing !== null)('the address space of a process', () => {
  const space = (): string => program('space');
  const inside = (options: string, ...args: string[]) =>
    runGuest(SKASM, kernel, ['quiet', ...options.split(' '), `init=${space()}`, ...args]);

  for (const flags of [['-static', '-O1'], ['-O1']]) {
    for (const mode of ['skas3', 'skas4']) {
      test(`${mode}, ${flags.join(' ')}: is what it is on the host, byte for byte`, async () => {
        const program_ = program('space', flags);
        const host = await runGuest(SKASM, program_);
        const guest = await runGuest(SKASM, kernel, ['quiet', `mode=${mode}`, `init=${program_}`]);
        expect(host.stdout).toContain('[stack]');
        expect(transcript(guest)).toBe(transcript(host));
      });
    }
  }

  test('skas0: differs by the two stub pages, below which all else ends', async () => {
    const answers = (text: string): string[] => text.split('\n').filter((line) => line.endsWith('answers'));
    const guest = await inside('mode=skas0');
    expect(guest.stdout).toMatch(/-ffffc000 rw-p 00000000 00:00 0 +\[stack\]/);
    expect(answers(guest.stdout).slice(-2)).toEqual(['ffffc000 answers', 'ffffd000 answers']);
  });

  test('tt: the kernel can be read and written, in a jail only read; in skas modes it is not there', async () => {
    const { text, data } = kernelAddresses();
    const seen = async (options: string) => (await inside(options, text, data)).stdout;
    const what = (t: string, d: string): string => `${text}: ${t}\n${data}: ${d}\n`;
    expect(await seen('mode=tt')).toBe(what('read 1, write 0', 'read 1, write 1'));
    expect(await seen('mode=tt jail')).toBe(what('read 1, write 0', 'read 1, write 0'));
    for (const mode of ['skas0', 'skas3', 'skas4'])
      expect(await seen(`mode=${mode}`), mode).toBe(what('read 0, write 0', 'read 0, write 0'));
  });
});

/** Where the kernel's code and its variables lie, in hexadecimal, by its program headers. */
function kernelAddresses(): { text: string; data: string } {
  const file = readFileSync(kernel);
  const hex = (address: number): string => address.toString(16);
  for (let at = file.readUInt32LE(28); ; at += 32) {
    const [type, address, flags] = [0, 8, 24].map((field) => file.readUInt32LE(at + field));
    if (type === 1 && flags! & 2) return { text: hex(file.readUInt32LE(24)), data: hex(address!) };
  }
}

// Inside of Debian's UML, whose processes have 2 GiB, where it works natively as well.
const noUml = missing ?? (await umlMissing());
const busybox = await busyboxRoot();
const notNested = noUml ?? (typeof busybox === 'string' ? busybox : null);
if (notNested !== null) console.log(`tinyuml in UML skipped: ${notNested}`);

const SCRIPT = `for i in 3 1 2; do echo $i; done | sort | tr '\\n' ' '
trap 'echo caught' USR1; kill -USR1 $$
(exit 7); echo $?; busybox uname -n; exit 5
`;

describe.skipIf(notNested !== null)('nested', () => {
  // That UML lacks the older calls for times (no CONFIG_COMPAT_32BIT_TIME), which is where this one once hung.
  test("tt in Debian's UML, a script, and life with preemption", { timeout: TIMEOUT }, async () => {
    if (typeof busybox === 'string') return;
    const root = join(scratch, 'nested');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(join(busybox.path, 'bin/busybox'), join(root, 'bin/busybox'));
    copyFileSync(buildTinyUml(0x60000000), join(root, 'tinyuml'));
    copyFileSync(program('life'), join(root, 'life'));
    writeFileSync(join(root, 'script'), SCRIPT);
    const line = [
      '/tinyuml quiet mode=tt init=/bin/busybox -- sh /script 2>&1; echo status $?',
      '/tinyuml quiet mode=tt init=/life; echo status $?',
    ].join('; ');
    const run = await skasm(['uml', ...optionsOf(mode!), '--root', root, '--run', line]);
    const said = run.stdout.replaceAll('\r', '');
    expect(said).toContain('1 2 3 caught\n7\ntinyuml\nstatus 5\n');
    expect(said).toContain(readFileSync(join(folder, 'life.expected'), 'latin1'));
  });
});

// What one event costs the host in calls, by the step lists of the modes: one turn of a skas kernel is SETREGS,
// SETFPXREGS, SYSEMU, wait4, GETREGS, GETFPXREGS.
const TURN = 6;
const TT_STEPS = 8 + 6; // debug registers, on the way in and out
const COSTS: readonly (readonly [mode: string, call: number, fault: number])[] = [
  ['skas3', TURN, TURN + 2], // FAULTINFO, a write to /proc/mm
  ['skas4', TURN, TURN + 2], // FAULTINFO, mm_indirect
  ['skas0', TURN, TURN + 5 + 3 + 1], // siginfo, fp, CONT, wait4, fp; SETREGS, CONT, wait4; mmap2 in the stub
  // 3 stops, GETREGS, POKEUSR of the number, 2 CONT, SYSEMU; getpid, kill, sigreturn
  ['tt', 2 * TT_STEPS + 3 + 5 + 3, 2 * TT_STEPS + 2 + 2 + 4],
];

describe.skipIf(missing !== null)('host calls', () => {
  const traced = async (mode: string, kind: string, count: number): Promise<string[]> => {
    const trace = join(scratch, `${mode}-${kind}-${count}`);
    const args = ['quiet', 'tick=5000000', `mode=${mode}`, `init=${program('steps')}`, kind, `${count}`];
    await runGuest([...SKASM, `--strace=${trace}`], kernel, args);
    return readFileSync(trace, 'latin1')
      .split('\n')
      .filter((line) => /^\d+ +[a-z]\w*\(/.test(line));
  };
  const calls = async (mode: string, kind: string, count: number): Promise<number> =>
    (await traced(mode, kind, count)).length;
  for (const [mode, call, fault] of COSTS) {
    test(`${mode}: ${call} for a system call, ${fault} for a page fault`, async () => {
      const each = async (kind: string): Promise<number> =>
        ((await calls(mode, kind, 300)) - (await calls(mode, kind, 100))) / 200;
      expect(await each('s')).toBeCloseTo(call, 0);
      expect(await each('f')).toBeCloseTo(fault, 0);
    });
  }
  // In tt there is a process between parent and child, which dies at once.
  for (const [mode, more] of [
    ['skas3', 0],
    ['skas4', 0],
    ['skas0', 1],
    ['tt', 2],
  ] as const) {
    test(`${mode}: ${more} new processes of the host for a fork, and for an exec`, async () => {
      const made = async (kind: string, count: number): Promise<number> =>
        (await traced(mode, kind, count)).filter((line) => line.includes(' clone(')).length;
      expect((await made('p', 1)) - (await made('s', 1))).toBe(more);
      expect((await made('e', 2)) - (await made('e', 1))).toBe(more);
    });
  }
});
