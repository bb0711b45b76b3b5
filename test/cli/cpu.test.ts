// --cpu of `skasm run`: what a guest sees of the processor, and what becomes of instructions that it lacks.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { busyboxRoot, skasm } from '../support/command.ts';
import { exit, writeProgram } from '../support/tiny-program.ts';

const found = await busyboxRoot();
if (typeof found === 'string') console.log(`tests of /proc/cpuinfo skipped: ${found}`);
const folder = mkdtempSync(join(tmpdir(), 'skasm-cpu-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** pxor xmm0, xmm0, and exit(0). */
const sse2 = (): string => writeProgram(join(folder, 'sse2'), [0x66, 0x0f, 0xef, 0xc0, ...exit(0)]);

describe('--cpu', { concurrent: true }, () => {
  test('help lists the models', async () => {
    const { stdout, status } = await skasm(['run', '--cpu', 'help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}pentium {2,}fpu tsc cx8$/m);
    expect(stdout).toMatch(/^ {2}Nehalem \(default\) .* sse4_2 popcnt$/m);
  });

  test('what is no model is refused', async () => {
    const { stderr, status } = await skasm(['run', '--cpu', 'z80', 'true']);
    expect(status).toBe(2);
    expect(stderr).toContain('there is no CPU model z80 (pentium, ');
  });

  test('what a model lacks is an illegal instruction, and told', async () => {
    const program = sse2();
    const lacking = await skasm(['run', '-cpu', 'pentium3', program]);
    expect(lacking.status).toBe(132);
    expect(lacking.stderr).toMatch(
      /instruction that the CPU model lacks \(sse2\) at 0x[\da-f]{8}: 66 0f ef c0 {2}pxor/,
    );
    expect((await skasm(['run', '--cpu', 'pentium3,+sse2', program])).status).toBe(0);
  });

  test.skipIf(typeof found === 'string')('/proc/cpuinfo has its flags', async () => {
    const busybox = typeof found === 'string' ? '' : join(found.path, 'bin/busybox');
    const run = [
      'run',
      '--cpu',
      'Haswell,-movbe',
      busybox,
      'grep',
      '-E',
      '^(flags|model\\s)',
      '/proc/cpuinfo',
    ];
    const { stdout } = await skasm(run);
    expect(stdout).toMatch(/^model\t\t: 60$/m);
    expect(stdout).toMatch(/^flags\t\t: fpu tsc .* pni ssse3 sse4_1 sse4_2 popcnt abm bmi1 bmi2$/m);
  });
});
