// The root folder in which the work is done, in all systems the same: Debian's make, tcc and busybox, the generated
// sources of the build, the loops of test/tinyuml/steps.c, and the kernel itself. Made anew at each run but for the
// packages.

import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, PackageStore } from '../../runtime/host/node/packages.ts';
import { buildTinyUml } from '../../test/support/tinyuml.ts';
import { benchCache, buildGuest, projectRoot } from '../project.ts';
import { UNITS } from './rows.ts';

const PACKAGES = ['busybox-static', 'libc6', 'libc6-dev', 'linux-libc-dev', 'make', 'tcc'];
const APPLETS = ['sh', 'true', 'cat', 'echo', 'sleep'];

/** One file of the build: what a small module of a real program is like, headers included. */
function unit(index: number): string {
  return `#include <stdio.h>
#include <string.h>
struct record { int key, value; char name[16]; };
static struct record table[${20 + (index % 7)}];
static int mix(int a, int b) { return (a ^ b * ${index + 3}) + (a >> 3) - (b << 1); }
int unit${index}(int seed) {
  int sum = seed, i;
  for (i = 0; i < ${20 + (index % 7)}; i++) {
    table[i].key = mix(sum, i);
    table[i].value = sum % (i + 1);
    sprintf(table[i].name, "r%d", table[i].key & 255);
    if (strlen(table[i].name) > 3) sum += table[i].value * 7;
    else switch (sum & 3) { case 0: sum += i; break; case 1: sum ^= i << 4; break; default: sum -= ${index}; }
  }
  return sum;
}
`;
}

function sources(): Readonly<Record<string, string>> {
  const numbers = Array.from({ length: UNITS }, (_, index) => index);
  const objects = numbers.map((index) => `unit${index}.o`).join(' ');
  const declared = numbers.map((index) => `int unit${index}(int);\n`).join('');
  const called = numbers.map((index) => `  sum = unit${index}(sum);\n`).join('');
  const files: Record<string, string> = {
    Makefile: `program: main.o ${objects}\n\ttcc -o program main.o ${objects}\n%.o: %.c\n\ttcc -c -o $@ $<\nnothing:\n`,
    'main.c': `#include <stdio.h>\n${declared}int main(void) {\n  int sum = 1;\n${called}  printf("%d\\n", sum);\n  return 0;\n}\n`,
    // A round: three new processes, of which each runs a program of its own, and a pipe.
    'script.sh':
      'i=0\nwhile [ $i -lt $1 ]; do\n  i=$((i + 1))\n  /bin/true\n  /bin/echo $i | /bin/cat >/dev/null\ndone\n',
  };
  for (const index of numbers) files[`unit${index}.c`] = unit(index);
  return files;
}

/** The root's folder. Throws a PackageError or a BuildProblem where it cannot be made. */
export async function layRoot(progress: (line: string) => void): Promise<string> {
  const packages = await new PackageStore(cacheFolder(), progress).root('bench-skas', PACKAGES);
  const root = join(benchCache(), 'skas-root');
  rmSync(root, { recursive: true, force: true });
  cpSync(packages, root, { recursive: true, verbatimSymlinks: true });
  for (const name of ['dev', 'proc', 'root', 'tmp', 'work']) mkdirSync(join(root, name), { recursive: true });
  for (const name of APPLETS) symlinkSync('busybox', join(root, 'bin', name));
  copyFileSync(buildTinyUml(), join(root, 'bin/tinyuml'));
  copyFileSync(buildGuest(join(projectRoot(), 'test/tinyuml/steps.c')), join(root, 'bin/steps'));
  for (const [name, text] of Object.entries(sources())) writeFileSync(join(root, 'work', name), text);
  return root;
}
