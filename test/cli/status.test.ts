// How `skasm run` ends: the guest's exit status, its death by a signal, and signals sent to skasm itself.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ended, skasm, start } from '../support/command.ts';
import { call, exit, loop, raise, readNull, writeProgram } from '../support/tiny-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-status-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = (name: string, code: readonly number[]): string => writeProgram(join(folder, name), code);

describe('the status of a program', { concurrent: true }, () => {
  test.each([0, 1, 7, 255])('exit(%i)', async (status) => {
    const path = program(`exit-${status}`, exit(status));
    expect(await skasm(['run', path])).toEqual({ stdout: '', stderr: '', status, signal: null });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGSEGV', 'SIGKILL', 'SIGALRM'] as const)(
    'death by %s is skasm’s death too',
    async (signal) => {
      const path = program(signal, [...raise(constants.signals[signal]), ...exit(99)]);
      expect(await skasm(['run', path])).toMatchObject({ stderr: '', signal });
    },
  );

  test.each(['SIGUSR1', 'SIGPIPE', 'SIGXFSZ'] as const)(
    'death by %s, which Node survives, is 128 + n',
    async (signal) => {
      const path = program(signal, [...raise(constants.signals[signal]), ...exit(99)]);
      const status = 128 + constants.signals[signal];
      expect(await skasm(['run', path])).toEqual({ stdout: '', stderr: '', status, signal: null });
    },
  );

  test('a read of address 0 is SIGSEGV', async () => {
    const path = program('null', [...readNull, ...exit(99)]);
    expect((await skasm(['run', path])).signal).toBe('SIGSEGV');
  });
});

describe('signals to skasm', { concurrent: true }, () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)('%s ends a busy guest', async (signal) => {
    // write(1, base of the image, 4): "\x7fELF" says that it runs.
    const say = [0xba, 4, 0, 0, 0, ...call(4, 1, 0x08048000)];
    const child = start(['run', program(`busy-${signal}`, [...say, ...loop])]);
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await end).toMatchObject({ stdout: '\x7fELF', signal });
  });

  test('SIGTERM ends a sleeping guest', async () => {
    const say = [0xba, 4, 0, 0, 0, ...call(4, 1, 0x08048000)];
    const child = start(['run', program('pause', [...say, ...call(29)])]);
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await end).signal).toBe('SIGTERM');
  });
});

describe('what skasm lacks is told once', { concurrent: true }, () => {
  test('an unknown system call: number, program, process', async () => {
    const unknown = call(600);
    const path = program('unknown-call', [...unknown, ...unknown, ...exit(3)]);
    const { status, stderr } = await skasm(['run', path]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^skasm: system call 600 is not implemented \(process \d+, unknown-call\)\n$/);
  });

  test('an unknown instruction: address, bytes, process', async () => {
    const vaddps = [0xc5, 0xf0, 0x58, 0xc2];
    const { signal, stderr } = await skasm(['run', program('avx', [...vaddps, ...exit(3)])]);
    expect(signal).toBe('SIGILL');
    expect(stderr).toMatch(/^skasm: unknown instruction at 0x08048054: c5 f0 58 c2.*process \d+, avx\)\n$/);
  });

  test("a program's own ud2 is not", async () => {
    const path = program('ud2', [0x0f, 0x0b]);
    expect(await skasm(['run', path])).toMatchObject({ signal: 'SIGILL', stderr: '' });
  });
});
