// Program files that nobody made on purpose: seeded changes of small programs. Each is refused with a line, or
// runs until it ends, or is ended; skasm neither fails nor hangs. What Linux says to files with changed headers
// is recorded in test/syscalls/elf-mutated-*.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFakeHost } from '../runtime/host/fake.ts';
import type { Host } from '../runtime/host/host.ts';
import { Machine } from '../runtime/machine.ts';
import { projectRoot } from './support/native-oracle.ts';
import { call, elfFile, exit, loop, raise, readNull } from './support/tiny-program.ts';

const cpu = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));
const SIGKILL = 9;
const MILLISECOND = 1e6;

/** A clock that goes on by a millisecond whenever somebody looks: time passes for a program that loops, too. */
function host(): Host {
  const fake = createFakeHost();
  const monotonic = (): number => {
    fake.advance(MILLISECOND);
    return fake.clock.monotonic();
  };
  return { ...fake, clock: { monotonic, realtime: fake.clock.realtime } };
}

/** Numbers below a bound, the same for a seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A machine that runs one program after the other; what it says of them are single lines. */
class Victim {
  readonly #machine: Machine;

  constructor() {
    const report = (line: string): void => expect(line).toMatch(/^[^\n]+$/);
    this.#machine = Machine.create({ host: host(), cpu, memory: 16 * 2 ** 20, report });
  }

  /** A line of refusal, or how the program ended. */
  async run(file: Uint8Array, beside: Record<string, Uint8Array> = {}): Promise<string> {
    const machine = this.#machine;
    const { kernel } = machine;
    for (const [path, contents] of Object.entries(beside)) machine.writeFile(path, contents, 0o755);
    machine.writeFile('/program', file, 0o755);
    const program = { path: '/program', argv: ['program'], environment: {}, cwd: '/', uid: 1000, gid: 1000 };
    const started = machine.spawn(program);
    if ('message' in started) return `refused: ${started.message}`;
    // What runs on and on is ended, its children too.
    const end = (): void => {
      for (const group of kernel.groups.values()) machine.signal(group, SIGKILL);
      timer = kernel.timers.add(kernel.now() + 10 * MILLISECOND, end);
    };
    let timer = kernel.timers.add(kernel.now() + 40 * MILLISECOND, end);
    const status = await machine.run(started);
    timer.cancel();
    return (status & 0x7f) === 0 ? `exit ${status >> 8}` : `signal ${status & 0x7f}`;
  }
  close(): void {
    this.#machine.close();
  }
}

/** One program in a machine of its own. */
async function outcome(file: Uint8Array, beside: Record<string, Uint8Array> = {}): Promise<string> {
  const victim = new Victim();
  try {
    return await victim.run(file, beside);
  } finally {
    victim.close();
  }
}

const REFUSAL = /^(refused: \/program: (neither|an? |not |its |.* ELF|[A-Z][a-z ]+$)|exit \d+$|signal \d+$)/;

const PROGRAMS: readonly (readonly number[])[] = [
  exit(7),
  [...call(20), ...exit(0)],
  [...readNull, ...exit(1)],
  raise(6),
  [...call(2), ...exit(3)],
  loop,
  [...call(45, 0), ...call(192, 0, 0x100000), ...call(91, 0x08048000, 4096), ...exit(4)],
];

describe('changed program files', () => {
  test.each(Array.from({ length: 10 }, (_, part) => part))('seed %i', { timeout: 120_000 }, async (part) => {
    const seen = new Set<string>();
    const victim = new Victim();
    for (let i = 0; i < 50; i++) {
      const roll = dice(part * 1000 + i);
      const file = elfFile(PROGRAMS[roll(PROGRAMS.length)]!);
      const changes = 1 + roll(4);
      for (let n = 0; n < changes; n++) {
        // Headers as often as code.
        const at = roll(2) === 0 ? 4 + roll(80) : roll(file.length);
        file[at] = [roll(256), file[at]! ^ (1 << roll(8)), 0, 0xff][roll(4)]!;
      }
      const cut = roll(8) === 0 ? roll(file.length) : file.length;
      const how = await victim.run(file.subarray(0, cut));
      expect(how, `seed ${part * 1000 + i}`).toMatch(REFUSAL);
      seen.add(how.replace(/ \d+$/, ''));
    }
    victim.close();
    // Changes that nothing would come of, or that nobody would survive, tell nothing.
    expect(seen.size).toBeGreaterThan(2);
  });
});

/** A good program with an interpreter's name in the place of its note. */
function withInterpreter(path: string): Uint8Array {
  const name = Buffer.from(`${path}\0`);
  const file = Buffer.concat([elfFile([...exit(5), ...new Array(32).fill(0x90)]), name]);
  // The second header goes over the first bytes of the code, the entry behind it.
  const code = file.subarray(84);
  code.copyWithin(32, 0, exit(5).length);
  file.writeUInt16LE(2, 44);
  file.writeUInt32LE(0x08048000 + 84 + 32, 24);
  const second = file.subarray(84, 116);
  second.fill(0);
  second.writeUInt32LE(3, 0); // PT_INTERP
  second.writeUInt32LE(file.length - name.length, 4);
  second.writeUInt32LE(name.length, 16);
  second.writeUInt32LE(name.length, 20);
  return file;
}

describe('interpreters', () => {
  const linker = elfFile(exit(9));
  linker.writeUInt32LE(0x18048000, 60);
  linker.writeUInt32LE(0x18048000 + 84, 24);
  test.each<[string, string, Record<string, Uint8Array>, RegExp]>([
    ['a sound one', '/linker', { '/linker': linker }, /^exit 9$/],
    ['itself', '/program', {}, /^(exit|signal) \d+$/],
    ['one that wants another', '/loop', { '/loop': withInterpreter('/program') }, /^(exit|signal) \d+$/],
    ['nothing there', '/nowhere', {}, /^refused: \/program: its interpreter is not in the guest$/],
    ['a folder', '/proc', {}, /^refused: \/program: not executable$/],
    ['text', '/text', { '/text': Buffer.alloc(60, 'x') }, /^refused: \/program: [A-Z][a-z ]+$/],
  ])('%s', async (_name, path, beside, expected) => {
    expect(await outcome(withInterpreter(path), beside)).toMatch(expected);
  });
});

test('a program that asks for all memory is refused or killed, and skasm goes on', async () => {
  // mmap2 of 1 MiB, and a write to each of its pages, for ever.
  const hungry = [
    ...[0xb8, 192, 0, 0, 0, 0x31, 0xdb, 0xb9, 0, 0, 16, 0, 0xba, 3, 0, 0, 0],
    ...[0xbe, 0x22, 0, 0, 0, 0xbf, 0xff, 0xff, 0xff, 0xff, 0x31, 0xed, 0xcd, 0x80],
    ...[0x3d, 0, 0xf0, 0xff, 0xff, 0x77, 0x15], // cmp eax, -4096; ja: exit
    ...[0xb9, 0, 1, 0, 0], // mov ecx, 256
    ...[0xc6, 0x00, 1, 0x05, 0, 0x10, 0, 0, 0xe2, 0xf6], // mov byte [eax], 1; add eax, 4096; loop
    ...[0xeb, 0xc9], // jmp to the beginning
    ...[0x90, 0x90, 0x90, 0x90],
    ...exit(12),
  ];
  expect(await outcome(elfFile(hungry))).toMatch(/^(signal 9|exit 12)$/);
});
