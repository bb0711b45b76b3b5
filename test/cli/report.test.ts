// --report: what it says of a guest that crashes, and of skasm's own failures.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFakeHost } from '../../runtime/host/fake.ts';
import { Machine } from '../../runtime/machine.ts';
import { describeRunning } from '../../runtime/machine-crash.ts';
import { skasm } from '../support/command.ts';
import { GuestCompiler } from '../support/guest-program.ts';
import { call, elfFile, exit, readNull, writeProgram } from '../support/tiny-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const compiler = GuestCompiler.find();
if (typeof compiler === 'string') console.warn(`no C program crashes: ${compiler}`);

const report = async (
  name: string,
  program: string,
  ...options: string[]
): Promise<{ text: string; status: number }> => {
  const file = join(folder, name);
  const { status } = await skasm(['run', '--no-cache', '--report', file, ...options, program]);
  return { text: readFileSync(file, 'latin1'), status };
};

describe('--report', { concurrent: true }, () => {
  test.skipIf(typeof compiler === 'string')('of a C program that crashes', async () => {
    const source = { name: 'crash', file: 'test/cli/crash.c', flags: ['-static', '-O1'], needsRoot: false };
    const program = (compiler as GuestCompiler).compile(source);
    const { text, status } = await report('c', program);
    expect(status).toBe(139);
    expect(text).toMatch(/^ {2}skasm \d.*, node \d.*, V8 \d/m);
    expect(text).toMatch(/^ {2}arguments: "run" "--no-cache" "--report"/m);
    expect(text).toMatch(
      /^process 100, thread 100 \(crash-\w+, .*\): killed by SIGSEGV \{.*si_addr=NULL\}$/m,
    );
    // The instruction, decoded from its beginning, between its neighbours.
    expect(text).toMatch(
      /^ {5}0x0804\w+ {2}\w.*\n {2}=> 0x0804\w+ {2}(mov|add) e..,DWORD PTR \[e..\]\n {5}0x0804/m,
    );
    expect(text).toMatch(/^ {2}eip 0x0804\w+ {2}eflags 0x\w+ \[.*if\]/m);
    expect(text).toMatch(/^ {2}last fault: trap 14, error 4, cr2 0x00000000$/m);
    expect(text).toMatch(/^ {2}080\w+-080\w+ r-xp .*crash/m);
    expect(text).toMatch(/^ {2}\w+-ffffe000 rw-p .*\[stack\]$/m);
    expect(text).toMatch(/^ {2}100 write\(0x1, 0x\w+, 0x7\) = 7$/m);
    expect(text).toMatch(/^ {4}system calls +\d+$/m);
  });

  test('of a jump to nowhere, beside --strace', async () => {
    const program = writeProgram(join(folder, 'jump'), [0x31, 0xc0, 0xff, 0xe0]); // xor eax,eax; jmp eax
    const { text, status } = await report('jump-report', program, `--strace=${join(folder, 'trace')}`);
    expect(status).toBe(139);
    expect(text).toMatch(/^ {2}=> 0x00000000 {2}\(cannot be read\)$/m);
    expect(readFileSync(join(folder, 'trace'), 'latin1')).toMatch(/killed by SIGSEGV/);
  });

  test('empty when nothing happens, and when a signal is no crash', async () => {
    const good = writeProgram(join(folder, 'good'), exit(3));
    expect(await report('nothing', good)).toEqual({ text: '', status: 3 });
  });
});

test('a failure of skasm itself: who ran, and the call that is still under way', async () => {
  const cpu = readFileSync(join(import.meta.dirname, '../../dist/cpu.wasm'));
  const host = createFakeHost();
  let random = host.random.bind(host);
  const machine = Machine.create({
    host: { ...host, random: (into) => random(into) },
    cpu,
  });
  const GETPID = 20;
  const GETRANDOM = 355;
  machine.writeFile(
    '/program',
    elfFile([...call(GETPID), ...call(GETRANDOM, 0x08048000, 4), ...readNull]),
    0o755,
  );
  const group = machine.spawn({ path: '/program', argv: [], environment: {}, cwd: '/', uid: 0, gid: 0 });
  if ('reason' in group) throw new Error(group.message);
  const recorder = machine.recordCrashes(() => ({ length: 1, text: 'an instruction' }));
  random = () => {
    throw new Error('no entropy');
  };
  await expect(machine.run(group)).rejects.toThrow(/getrandom\(0x8048000, 0x4, .*failed inside skasm/);
  expect(describeRunning(machine.kernel, recorder)).toMatch(
    /^process 100, thread 100 \(program, .*was running\n/,
  );
  expect(recorder.lastCalls()).toBe('100 getpid() = 100\n100 getrandom(0x8048000, 0x4, 0x0) ...\n');
});
