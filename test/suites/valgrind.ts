// Valgrind's none/tests/x86, as its Makefile.am builds them. A test is what a .vgtest file names; the programs of
// insn_*.def are made by the suite's own generator.
import type { Suite, SuiteTest } from './suite.ts';

const HERE = 'none/tests/x86';
/** Not position-independent: instructions of insn_*.def are given ebx. */
const FLAGS = `-m32 -fno-pie -no-pie -O -g -mmmx -msse -w -I. -I${HERE} -I"$(dirname "$OUT")"`;
/** xadd.c asks configure's header whether this is x86. */
const CONFIGURED = ': > "$(dirname "$OUT")/config.h"';

function program(
  name: string,
  flags = '',
  sources = [`${name}.c`],
  more: Partial<SuiteTest> = {},
): SuiteTest {
  const files = sources.map((file) => `${HERE}/${file}`).join(' ');
  return { name, build: `${CONFIGURED} && gcc ${FLAGS} ${flags} -o "$OUT" ${files} -lm -pthread`, ...more };
}
function instructions(name: string): SuiteTest {
  const generate = `perl ${HERE}/gen_insn_test.pl < ${HERE}/${name}.def > "$OUT.c"`;
  return { name, build: `${CONFIGURED} && ${generate} && gcc ${FLAGS} -o "$OUT" "$OUT.c" -lm` };
}

export const valgrind: Suite = {
  name: 'valgrind',
  source: 'valgrind',
  tests: [
    program('aad_aam'),
    program('badseg'),
    program('bswapw'),
    program('bt_everything'),
    program('bt_literal'),
    program('bug125959-x86'),
    program('bug126147-x86'),
    program('bug132813-x86'),
    program('bug135421-x86'),
    program('bug137714-x86'),
    program('bug152818-x86'),
    program('cet_nops'),
    program('cmpxchg8b'),
    program('cpuid', '', ['cpuid_c.c', 'cpuid_s.S'], {
      masks: [
        { from: /0x[0-9a-f]+/g, to: '0x...', reason: 'which processor it is (its own filter drops all)' },
      ],
    }),
    program('cse_fail'),
    program('faultstatus'),
    program('fcmovnu'),
    program('fpu_lazy_eflags', '-O2 -march=pentiumpro'),
    program('fxtract'),
    program('getseg'),
    program('incdec_alt'),
    instructions('insn_basic'),
    instructions('insn_cmov'),
    instructions('insn_fpu'),
    instructions('insn_mmx'),
    instructions('insn_mmxext'),
    instructions('insn_sse'),
    instructions('insn_sse2'),
    instructions('insn_sse3'),
    instructions('insn_ssse3'),
    program('jcxz'),
    program('lahf'),
    program('looper'),
    program('lzcnt32', '', undefined, { cpu: 'Nehalem,+lzcnt' }),
    program('movbe', '', undefined, { cpu: 'Nehalem,+movbe' }),
    program('movx'),
    program('pushpopseg'),
    program('sbbmisc'),
    program('shift_ndep'),
    program('smc1', '-z execstack'),
    program('ssse3_misaligned'),
    program('x86locked'),
    program('x87trigOOR'),
    program('xadd'),
    program('yield', '', undefined, {
      apart: 'Valgrind has it disabled: it compares how far two threads come that spin, and fails randomly',
    }),
  ],
};
