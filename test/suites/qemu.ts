// QEMU's tests/tcg for i386 and for all processors, as its Makefile.target files build and run them. Those that
// need QEMU itself are left out there as well: test-i386-fprem is part of its slow run.
import type { Suite, SuiteTest } from './suite.ts';

const HERE = 'tests/tcg';
const FLAGS = `-m32 -O0 -g -fno-strict-aliasing -static -I${HERE}/i386 -I"$(dirname "$OUT")"`;

/** `sources` below tests/tcg; `flags` in front of them. */
function program(
  name: string,
  sources: readonly string[],
  flags = '',
  more: Partial<SuiteTest> = {},
): SuiteTest {
  const files = sources.map((file) => `${HERE}/${file}`).join(' ');
  return { name, build: `gcc ${FLAGS} ${flags} -o "$OUT" ${files} -lm -lrt -pthread`, ...more };
}
const i386 = (name: string, flags = '', more: Partial<SuiteTest> = {}): SuiteTest =>
  program(name, [`i386/${name}.c`], flags, more);
const any = (name: string, more: Partial<SuiteTest> = {}): SuiteTest =>
  program(name, [`multiarch/${name}.c`], '', more);
const float = (name: string, more: Partial<SuiteTest> = {}): SuiteTest =>
  program(name, [`multiarch/${name}.c`, 'multiarch/libs/float_helpers.c'], '', more);
/** A program whose table of instructions QEMU generates from its list. */
function listed(
  name: string,
  script: string,
  sets: string,
  flags = '',
  more: Partial<SuiteTest> = {},
): SuiteTest {
  const { build, ...rest } = i386(name, `-masm=intel -O ${flags}`, more);
  const generate = `python3 ${HERE}/i386/${script} ${HERE}/i386/x86.csv "$(dirname "$OUT")/${name}.h" ${sets}`;
  return { ...rest, build: `${generate} && ${build}` };
}

export const qemu: Suite = {
  name: 'qemu',
  source: 'qemu',
  tests: [
    i386('hello-i386', '-ffreestanding -nostdlib'),
    program(
      'test-i386',
      ['i386/test-i386.c', 'i386/test-i386-code16.S', 'i386/test-i386-vm86.S'],
      '-fno-pie -no-pie',
      {
        masks: [
          {
            from: /^(sh[lr]dw .* C=0000001[1-9a-f] .*) CC=.*$/gm,
            to: '$1 CC=...',
            reason: 'flags of a word shifted by more than 16',
          },
          {
            from: /^skasm: unknown instruction .*: f0 90 .*\n/gm,
            to: '',
            reason: 'a line of ours about lock nop, which is to be SIGILL',
          },
        ],
      },
    ),
    i386('test-i386-bmi2', '-O2', { cpu: 'Haswell' }),
    i386('test-i386-f2xm1'),
    i386('test-i386-fbstp'),
    i386('test-i386-fisttp'),
    i386('test-i386-fldcst'),
    i386('test-i386-fp-exceptions'),
    i386('test-i386-fpatan'),
    i386('test-i386-fprem', '', { apart: 'its output is 66 MB' }),
    i386('test-i386-fscale'),
    i386('test-i386-fxam'),
    i386('test-i386-fxtract'),
    i386('test-i386-fyl2x'),
    i386('test-i386-fyl2xp1'),
    i386('test-i386-pcmpistri', '-msse4.2'),
    i386('test-i386-pseudo-denormal'),
    i386('test-i386-snan-convert'),
    i386('test-i386-sse-exceptions', '-msse4.1 -mfpmath=sse'),
    i386('test-i386-ssse3', '-mssse3'),
    listed('test-mmx', 'test-mmx.py', 'MMX SSE SSE2 SSE3 SSSE3'),
    listed('test-3dnow', 'test-mmx.py', '3DNOW'),
    listed('test-avx', 'test-avx.py', '', '-mavx', { lacks: 'AVX' }),
    float('float_convd'),
    float('float_convs'),
    float('float_madds', {
      native: {
        environment: 'GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA',
        reason: 'libm computes fmaf by FMA, which the CPU model lacks',
      },
    }),
    any('munmap-pthread'),
    any('overflow'),
    any('sha1'),
    any('sha512'),
    program('sha512-sse', ['multiarch/sha512.c'], '-msse4.1 -O3'),
    any('sigbus'),
    any('signals', {
      unordered: 'threads write',
      masks: [{ from: /saw \d+ alarms from \d+/g, to: 'saw ...', reason: 'numbers by the clock' }],
    }),
    any('test-mmap', {
      masks: [{ from: /addr=0x\w+/g, to: 'addr=...', reason: 'addresses that the kernel chooses' }],
    }),
    any('testthread', { unordered: 'threads write' }),
    any('threadcount'),
    program('linux-madvise', ['multiarch/linux/linux-madvise.c']),
    program('linux-test', ['multiarch/linux/linux-test.c']),
  ],
};
