// `skasm doctor`: versions, what this Node can do, limits, the cache, and a guest run through each tier. Its exit
// status is 0 when skasm works here, 1 when something that it needs is missing or the guest went wrong.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jitSettings, translationsFolder } from './command-jit.ts';
import { loadBuilt } from './command-modules.ts';
import { skasmVersion } from './command-version.ts';
import { DOCTOR_STATUS, doctorAnswer, doctorProgram } from './doctor-guest.ts';
import type { HostStream } from './host/host.ts';
import { setEngineFlags } from './host/node/engine-flags.ts';
import { createNodeHost } from './host/node/index.ts';
import { NodeTranslationStore } from './host/node/translation-store.ts';
import { Machine } from './machine.ts';

export interface DoctorOptions {
  readonly json?: boolean;
}

/** `ok`: false is a failure, null is of no matter to whether skasm works. */
interface Finding {
  readonly name: string;
  readonly value: string;
  readonly ok: boolean | null;
}
type Chapters = Readonly<Record<string, readonly Finding[]>>;

const fact = (name: string, value: string | number): Finding => ({ name, value: String(value), ok: null });
const need = (name: string, ok: boolean, value = ok ? 'yes' : 'no'): Finding => ({ name, value, ok });
const may = (name: string, there: boolean): Finding => fact(name, there ? 'yes' : 'no');

const MEBIBYTE = 2 ** 20;
const mebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;

// ---- versions ----

function binaryenVersion(): string {
  // As Node looks for a package: from here upwards.
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    const file = join(folder, 'node_modules/binaryen/package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return 'not found';
}

const LEAST_NODE = [20, 19] as const;
function nodeIsNewEnough(): boolean {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major! > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor! >= LEAST_NODE[1]);
}

function versions(): Finding[] {
  const binaryen = binaryenVersion();
  return [
    fact('skasm', skasmVersion()),
    need(`node (at least ${LEAST_NODE.join('.')})`, nodeIsNewEnough(), process.versions.node),
    fact('V8', process.versions.v8),
    need('binaryen', binaryen !== 'not found', binaryen),
    fact('system', `${process.platform} ${release()} ${process.arch}`),
  ];
}

// ---- WebAssembly ----

/** (module (func (result i32) BODY)) and the like, with one byte string for the code. */
function validates(
  type: readonly number[],
  body: readonly number[],
  memory: readonly number[] = [],
): boolean {
  const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
  return WebAssembly.validate(
    new Uint8Array([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, 0, ...type]),
      ...section(3, [1, 0]),
      ...(memory.length === 0 ? [] : section(5, [1, ...memory])),
      ...section(10, [1, body.length + 2, 0, ...body, 0x0b]),
    ]),
  );
}
const I32 = [1, 0x7f];
const hasSimd = (): boolean => validates(I32, [0x41, 0, 0xfd, 0x0f, 0xfd, 0x63]); // i8x16.splat, all_true
const hasThreads = (): boolean => validates(I32, [0x41, 0, 0x41, 0, 0xfe, 0x1e, 2, 0], [3, 1, 1]); // i32.atomic.rmw.add
const hasTailCalls = (): boolean => validates([0], [0x12, 0]); // return_call 0
const hasBigInt = (): boolean => validates([1, 0x7e], [0x42, 0]);

/** The largest memory that one can grow to, each time half of what was too much; nothing of it is touched. */
function largestMemory(): number {
  for (let pages = 65536; pages >= 1024; pages /= 2)
    try {
      new WebAssembly.Memory({ initial: 1, maximum: pages }).grow(pages - 1);
      return pages * 65536;
    } catch {
      // less, then
    }
  return 0;
}

function features(): Finding[] {
  return [
    need('WebAssembly SIMD', hasSimd()),
    need('WebAssembly with 64-bit integers', hasBigInt()),
    may('WebAssembly threads', hasThreads()),
    may('WebAssembly tail calls', hasTailCalls()),
    need('SharedArrayBuffer (the compiler has a thread of its own)', typeof SharedArrayBuffer === 'function'),
  ];
}

// ---- limits, cache, programs ----

function limits(): Finding[] {
  const largest = largestMemory();
  return [
    fact('processors', cpus().length),
    fact('memory', `${mebibytes(totalmem())}, ${mebibytes(freemem())} free`),
    need('largest memory of guests', largest >= 2 ** 31, mebibytes(largest)),
    fact(
      'heap of Node',
      process.execArgv.find((word) => word.startsWith('--max-old-space-size')) ?? 'default',
    ),
  ];
}

function cache(): Finding[] {
  const warnings: string[] = [];
  try {
    const store = new NodeTranslationStore(translationsFolder(undefined), {
      warn: (line) => warnings.push(line),
    });
    const { files, bytes } = store.summary();
    return [
      fact('folder', store.folder),
      fact('translations', `${files} files, ${mebibytes(bytes)}`),
      fact('used', warnings.length === 0 ? 'yes' : `no: ${warnings.join('; ')}`),
    ];
  } catch (error) {
    return [fact('folder', (error as Error).message)];
  }
}

function answers(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
function programs(): Finding[] {
  return [
    may('apt (fetches the kernel of `skasm uml` and --deb)', answers('apt-get', '--version')),
    may("the host's i386 libraries (/lib/ld-linux.so.2, else -L or --root)", canRead('/lib/ld-linux.so.2')),
  ];
}

// ---- the guest ----

/** A stream that takes all and gives nothing. */
class Captured implements HostStream {
  readonly kind = 'pipe';
  readonly offset = 0;
  readonly taken: number[] = [];
  onInput(sink: ((bytes: Uint8Array | null) => void) | null): void {
    sink?.(null);
  }
  write(bytes: Uint8Array): number {
    this.taken.push(...bytes);
    return bytes.length;
  }
  onDrain(): void {}
  size(): null {
    return null;
  }
  onResize(): void {}
  setRaw(): void {}
  file(): null {
    return null;
  }
}

const TIERS = {
  interpreter: { jit: 'off' },
  translator: { jit: 'eager' },
  'translator against interpreter': { jit: 'eager', verify: true },
} as const;

async function runGuest(tier: keyof typeof TIERS): Promise<Finding> {
  const output = new Captured();
  const reports: string[] = [];
  const began = performance.now();
  try {
    const machine = Machine.create({
      host: { ...createNodeHost(), streams: [new Captured(), output, new Captured()] },
      cpu: loadBuilt(new URL('../cpu.wasm', import.meta.url)),
      memory: 64 * MEBIBYTE,
      jit: jitSettings({ ...TIERS[tier], cache: false }),
      report: (line) => reports.push(line),
    });
    machine.writeFile('/guest', doctorProgram(), 0o755);
    const program = { path: '/guest', argv: ['guest'], environment: {}, cwd: '/', uid: 0, gid: 0 };
    const group = machine.spawn(program);
    if ('reason' in group) return need(tier, false, group.message);
    const status = await machine.run(group);
    const counters = machine.statistics().find(({ name }) => name === 'translator')?.rows ?? [];
    const regions = counters.find(([name]) => name === 'regions')?.[1] ?? 0;
    machine.close();
    const time = Math.round(performance.now() - began);
    if (reports.length > 0) return need(tier, false, reports.join('; '));
    if (status >> 8 !== DOCTOR_STATUS) return need(tier, false, `wait status 0x${status.toString(16)}`);
    const right = doctorAnswer().every((byte, i) => byte === output.taken[i]);
    if (!right || output.taken.length !== 16) return need(tier, false, `a wrong answer: ${output.taken}`);
    if (tier !== 'interpreter' && regions === 0) return need(tier, false, 'nothing was translated');
    return need(tier, true, `right, ${time} ms`);
  } catch (error) {
    return need(tier, false, (error as Error).message);
  }
}

export async function doctorCommand({ json }: DoctorOptions): Promise<void> {
  setEngineFlags();
  const guest: Finding[] = [];
  for (const tier of Object.keys(TIERS) as (keyof typeof TIERS)[]) guest.push(await runGuest(tier));
  const chapters: Chapters = {
    versions: versions(),
    features: features(),
    limits: limits(),
    cache: cache(),
    programs: programs(),
    'a guest through each tier': guest,
  };
  const works = Object.values(chapters).every((list) => list.every(({ ok }) => ok !== false));
  process.stdout.write(json ? `${JSON.stringify({ works, chapters }, null, 2)}\n` : text(chapters, works));
  process.exitCode = works ? 0 : 1;
}

function text(chapters: Chapters, works: boolean): string {
  const width = Math.max(...Object.values(chapters).flatMap((list) => list.map(({ name }) => name.length)));
  const parts = Object.entries(chapters).map(([title, list]) =>
    [
      title,
      ...list.map(({ name, value, ok }) => `${ok === false ? '!' : ' '} ${name.padEnd(width)}  ${value}`),
    ].join('\n'),
  );
  return `${parts.join('\n\n')}\n\n${works ? 'skasm works here' : 'skasm does not work here: see the lines marked !'}\n`;
}
