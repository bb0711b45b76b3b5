// The processor under our feet as an engine for fuzz cases: compiles test/fuzz/oracle.c once per content
// and runs batches through it. Answers null where no i386 program can be built or run.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  concat,
  encodeCase,
  encodeSandbox,
  type FuzzCase,
  type FuzzResult,
  WireReader,
} from '../fuzz/wire.ts';

/** The folder of package.json, from the sources and from dist/ alike. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

// Freestanding, and linked where no case points to.
const FLAGS =
  '-m32 -O2 -std=gnu11 -static -nostdlib -ffreestanding -fno-pic -no-pie -fno-stack-protector -mno-sse ' +
  '-fcf-protection=none -fno-asynchronous-unwind-tables -Wl,-Ttext-segment=0x60000000 -Wl,-z,noexecstack';

export interface NativeOracle {
  run(cases: readonly FuzzCase[]): FuzzResult[];
}

function compile(): string | null {
  const root = projectRoot();
  const source = join(root, 'test/fuzz/oracle.c');
  const digest = createHash('sha256').update(readFileSync(source)).update(FLAGS).digest('hex').slice(0, 16);
  const folder = join(root, '.cache');
  const program = join(folder, `fuzz-oracle-${digest}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('gcc', [...FLAGS.split(' '), source, '-o', `${program}.${process.pid}`], { stdio: 'pipe' });
  } catch {
    return null;
  }
  renameSync(`${program}.${process.pid}`, program);
  return program;
}

export function nativeOracle(): NativeOracle | null {
  if (process.platform !== 'linux') return null;
  const program = compile();
  if (program === null) return null;
  const sandbox = encodeSandbox();
  const run = (cases: readonly FuzzCase[]): FuzzResult[] => {
    const input = concat([sandbox, ...cases.map(encodeCase)]);
    const ran = spawnSync('setarch', ['i386', '-R', program], { input, maxBuffer: 1 << 30 });
    if (ran.error) throw ran.error;
    const reader = new WireReader(ran.stdout);
    const results: FuzzResult[] = [];
    for (const test of cases) {
      if (reader.done) {
        const why = ran.stderr.toString().trim() || `status ${ran.status} signal ${ran.signal}`;
        throw new Error(`the oracle stopped at case ${results.length} of ${cases.length}: ${why}`);
      }
      results.push(reader.result(test.fx !== null));
    }
    return results;
  };
  try {
    run([]);
  } catch {
    return null;
  }
  return { run };
}
