// --strace beside strace(1): test/strace/program.c under both, line by line. strace's part is recorded:
// BLESS=1 npx vitest run test/strace.test.ts (Debian: strace, gcc-multilib).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ended, skasm, start } from './support/command.ts';
import { GuestCompiler } from './support/guest-program.ts';
import { call, writeProgram } from './support/tiny-program.ts';

const RECORD = 'test/strace/program.expected';
const compiler = GuestCompiler.find();
if (typeof compiler === 'string') console.warn(`--strace is not compared with strace's: ${compiler}`);
const folder = mkdtempSync(join(tmpdir(), 'skasm-strace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UNFINISHED = ' <unfinished ...>';
const RESUMED = /^<\.\.\. \w+ resumed>/;

/** Lines by process, in the order in which each begins; a call in two parts is one line. */
function byProcess(text: string): string[][] {
  const processes = new Map<string, string[]>();
  for (const line of text.trimEnd().split('\n')) {
    const [, pid, rest] = /^(\d+) +(.*)$/.exec(line)!;
    const lines = processes.get(pid!) ?? [];
    processes.set(pid!, lines);
    if (RESUMED.test(rest!)) {
      const begin = lines.pop()!.slice(0, -UNFINISHED.length);
      const end = rest!.replace(RESUMED, '');
      lines.push((begin + end).replace(/ +=/, ' ='));
    } else lines.push(rest!.replace(/\) +=/, ') ='));
  }
  return [...processes.values()];
}

/**
 * What differs from run to run or on purpose: addresses, ids, user times; the C library's start; strace tells of
 * ignored signals; what is left of a set of directory entries or a limit depends on the host.
 */
function steady(text: string): string[] {
  const ids = new Map<string, string>();
  const id = (pid: string): string => {
    if (!ids.has(pid)) ids.set(pid, `P${ids.size}`);
    return ids.get(pid)!;
  };
  for (const line of text.split('\n')) if (/^\d+ /.test(line)) id(/^\d+/.exec(line)![0]);
  const [first, ...others] = byProcess(text);
  const begin = first!.findIndex((line) => line.startsWith('write(-1, "begin"'));
  return [first!.slice(begin + 1), ...others].flatMap((lines) =>
    lines
      .filter(
        (line) =>
          !/^--- SIGCHLD |^(brk|set_thread_area|set_robust_list|set_tid_address|rseq|ugetrlimit\(RLIMIT_STACK|readlink\("\/proc\/self|getrandom|mprotect\(0x80)/.test(
            line,
          ),
      )
      .map((line) =>
        line
          .replace(/0x[\da-f]{5,}/g, 'ADDRESS')
          .replace(/\/\* \d+ (vars|entries|entry) \*\//, '/* N */')
          .replace(/nodename="[^"]*"/, 'nodename="HOST"')
          .replace(/st_size=\d+/, 'st_size=N')
          .replace(/si_uid=\d+/, 'si_uid=UID')
          .replace(/(kill\(|si_pid=|getpid\(\) = )(\d+)/, (_, what: string, pid: string) => what + id(pid))
          .replace(/^((?:clone|wait4)\(.*\) = )(\d+)$/, (_, what: string, pid: string) => what + id(pid)),
      ),
  );
}

describe.skipIf(typeof compiler === 'string')('--strace', () => {
  const program =
    typeof compiler === 'string'
      ? ''
      : compiler.compile({
          name: 'strace',
          file: 'test/strace/program.c',
          flags: ['-static', '-O1'],
          needsRoot: false,
        });

  it('prints what strace prints', async () => {
    if (process.env.BLESS === '1') {
      const file = join(folder, 'native');
      const { signal } = spawnSync('setarch', ['i386', '-R', 'strace', '-f', '-o', file, program], {
        cwd: folder,
      });
      expect(signal).toBe('SIGTERM');
      writeFileSync(RECORD, `${steady(readFileSync(file, 'latin1')).join('\n')}\n`);
    }
    const file = join(folder, 'ours');
    const { status } = await skasm(['run', `--strace=${file}`, program], { cwd: folder });
    expect(status).toBe(143);
    const ours = steady(readFileSync(file, 'latin1'));
    expect(ours).toEqual(readFileSync(RECORD, 'latin1').trimEnd().split('\n'));
  });

  it('tells of what passes when it passes', async () => {
    const { stderr } = await skasm(['run', '--strace', program, 'again']);
    expect(stderr).toMatch(/\n100 {3}exit_group\(7\) {21}= \?\n100 {3}\+\+\+ exited with 7 \+\+\+\n$/);
  });
});

const PAUSE = 29;
const FORK = 2;

describe('--strace of a call that waits', () => {
  const traced = async (code: readonly number[], signal: NodeJS.Signals): Promise<string> => {
    const file = writeProgram(join(folder, `waits-${code.length}`), code);
    const child = start(['run', '--strace', file]);
    const end = ended(child);
    let seen = '';
    child.stderr.on('data', (bytes: Buffer) => {
      seen += bytes.toString('latin1');
      if (seen.split('pause(').length > code.length / call(PAUSE).length && !child.killed) child.kill(signal);
    });
    return (await end).stderr;
  };

  it('goes on in its line', async () => {
    const text = await traced([...call(PAUSE)], 'SIGTERM');
    expect(text.split('\n')).toEqual([
      '100   pause()                           = ? ERESTARTNOHAND (To be restarted if no handler)',
      '100   --- SIGTERM {si_signo=SIGTERM, si_code=SI_KERNEL} ---',
      '100   +++ killed by SIGTERM +++',
      '',
    ]);
  });

  it('is unfinished when another process has something to tell, and resumed', async () => {
    const text = await traced([...call(FORK), ...call(PAUSE)], 'SIGTERM');
    expect(text.split('\n').slice(0, 5)).toEqual([
      '100   fork()                            = 101',
      '100   pause( <unfinished ...>',
      '101   pause( <unfinished ...>',
      '100   <... pause resumed>)              = ? ERESTARTNOHAND (To be restarted if no handler)',
      '100   --- SIGTERM {si_signo=SIGTERM, si_code=SI_KERNEL} ---',
    ]);
    expect(text).toMatch(/\n101 {3}<\.\.\. pause resumed>\)/);
  });
});
