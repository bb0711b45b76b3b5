// --profile: where the instructions went, in a file that speedscope opens. Which functions are hot is known
// from the sources beside this file; the shape of the file is what speedscope's schema demands.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ElfSymbols } from '../../runtime/loader/elf-symbols.ts';
import { skasm } from '../support/command.ts';
import { GuestCompiler, guestSources } from '../support/guest-program.ts';

interface SampledProfile {
  readonly type: string;
  readonly name: string;
  readonly unit: string;
  readonly startValue: number;
  readonly endValue: number;
  readonly samples: number[][];
  readonly weights: number[];
}
interface SpeedscopeFile {
  readonly $schema: string;
  readonly exporter: string;
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: { readonly name: string; readonly file?: string }[] };
  readonly profiles: SampledProfile[];
}

const folder = mkdtempSync(join(tmpdir(), 'skasm-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const compiler = GuestCompiler.find();
if (typeof compiler === 'string') console.log(`tests of profiles skipped: ${compiler}`);
const program = (name: string): string =>
  (compiler as GuestCompiler).compile(
    guestSources(import.meta.dirname).find((source) => source.name === name)!,
  );

let files = 0;
async function profileOf(program: string, ...args: string[]): Promise<SpeedscopeFile> {
  const file = join(folder, `${++files}.json`);
  const { stderr, status } = await skasm(['run', '--profile', file, program, ...args]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Parts of a process's instructions by function: its own, and with what it calls. */
function shares(file: SpeedscopeFile, { samples, weights, endValue }: SampledProfile) {
  const own = new Map<string, number>();
  const total = new Map<string, number>();
  const add = (map: Map<string, number>, name: string, weight: number): void => {
    map.set(name, (map.get(name) ?? 0) + weight / endValue);
  };
  samples.forEach((stack, at) => {
    const names = stack.map((frame) => file.shared.frames[frame]!.name);
    add(own, names[names.length - 1]!, weights[at]!);
    for (const name of new Set(names)) add(total, name, weights[at]!);
  });
  return { own: (name: string) => own.get(name) ?? 0, total: (name: string) => total.get(name) ?? 0 };
}

describe.skipIf(typeof compiler === 'string')('profiles', { concurrent: true }, () => {
  test('are what speedscope opens', async () => {
    const file = await profileOf(program('hot'));
    expect(file.$schema).toBe('https://www.speedscope.app/file-format-schema.json');
    expect(file.exporter).toBe('skasm');
    expect(file.profiles.length).toBeGreaterThan(file.activeProfileIndex);
    for (const frame of file.shared.frames) {
      expect(frame.name).toMatch(/./);
      expect(['string', 'undefined']).toContain(typeof frame.file);
    }
    for (const profile of file.profiles) {
      expect(profile).toMatchObject({ type: 'sampled', unit: 'none', startValue: 0 });
      expect(profile.samples.length).toBe(profile.weights.length);
      expect(profile.weights.reduce((sum, weight) => sum + weight, 0)).toBe(profile.endValue);
      expect(Math.min(...profile.weights)).toBeGreaterThan(0);
      for (const stack of profile.samples) {
        expect(stack.length).toBeGreaterThan(0);
        expect(stack.length).toBeLessThanOrEqual(64);
        for (const frame of stack) expect(file.shared.frames[frame]).toBeDefined();
      }
    }
  });

  test('show hot functions, their share and their callers', async () => {
    const file = await profileOf(program('hot'));
    expect(file.profiles).toHaveLength(1);
    const { own, total } = shares(file, file.profiles[0]!);
    expect(file.profiles[0]!.name).toMatch(/^hot-\w+ \(100\)$/);
    expect(own('heavy')).toBeGreaterThan(0.65);
    expect(own('heavy')).toBeLessThan(0.85);
    expect(own('heavy') + own('light')).toBeGreaterThan(0.95);
    expect(own('caller')).toBeLessThan(0.02);
    for (const name of ['caller', 'main']) expect(total(name)).toBeGreaterThan(0.9);
    // 300 * 4 * 5000 rounds of at least four instructions.
    expect(file.profiles[0]!.endValue).toBeGreaterThan(24_000_000);
  });

  // A static program has .eh_frame alone, a dynamic one the search table too, and lies elsewhere.
  test.each([
    ['hot', 'heavy', 0.65, 100],
    ['children', 'in_child', 0.8, 101],
  ])('name functions of %s, stripped, by where they begin', async (source, name, least, pid) => {
    const stripped = join(folder, `${source}-stripped`);
    copyFileSync(program(source), stripped);
    execFileSync('strip', [stripped]);
    const file = await profileOf(stripped);
    const symbols = execFileSync('nm', [program(source)], { encoding: 'utf8' });
    const start = new RegExp(`^0*([0-9a-f]+) T ${name}$`, 'm').exec(symbols)![1]!;
    const process = file.profiles.find((each) => each.name.endsWith(` (${pid})`))!;
    expect(shares(file, process).own(`${source}-stripped+0x${start}`)).toBeGreaterThan(least);
  });

  test('are one a process', async () => {
    const file = await profileOf(program('children'));
    const named = (name: RegExp): SampledProfile[] => file.profiles.filter((each) => name.test(each.name));
    const child = named(/^children\S* \(101\)$/);
    const grandchild = named(/^exe \(102\)$/);
    expect([child.length, grandchild.length]).toEqual([1, 1]);
    expect(shares(file, child[0]!).own('in_child')).toBeGreaterThan(0.8);
    expect(shares(file, grandchild[0]!).own('in_program')).toBeGreaterThan(0.8);
  });

  test('must have a place', async () => {
    const { status, stderr } = await skasm(['run', '--profile', '/nowhere/x', program('hot')]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'skasm: --profile /nowhere/x: No such file or directory\n',
    });
  });
});

describe.skipIf(typeof compiler === 'string')('symbols', () => {
  const fileReader = (bytes: Uint8Array) => (offset: number, length: number) =>
    bytes.slice(offset, offset + length);

  test('agree with nm on every function of a program', () => {
    const path = program('hot');
    const symbols = ElfSymbols.read(fileReader(readFileSync(path)))!;
    const lines = execFileSync('nm', ['-S', path], { encoding: 'utf8' }).split('\n');
    const functions = lines.flatMap((line) => {
      const match = /^([0-9a-f]{8}) ([0-9a-f]{8}) [Tt] (\S+)$/.exec(line);
      return match === null ? [] : [{ start: parseInt(match[1]!, 16), size: parseInt(match[2]!, 16) }];
    });
    expect(functions.length).toBeGreaterThan(500);
    const nameAt = (address: number): string | null | undefined => symbols.functionAt(address)?.name;
    for (const { start, size } of functions) {
      expect(nameAt(start)).toBeTypeOf('string');
      // Some functions share code with others that begin within them.
      if (nameAt(start) !== nameAt(start + size - 1))
        expect(functions.some((other) => other.start > start && other.start < start + size)).toBe(true);
    }
    expect(nameAt(functions[0]!.start)).not.toBe(nameAt(functions[1]!.start));
  });

  test('of a damaged file are fewer, never a failure', () => {
    const whole = readFileSync(program('hot'));
    for (let length = 0; length < whole.length; length += 4097)
      expect(() => ElfSymbols.read(fileReader(whole.subarray(0, length)))).not.toThrow();
    // Every field of the headers at its worst.
    for (let at = 16; at < 52 + 32 * 8; at += 2) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = 0xff;
      damaged[at + 1] = 0xff;
      const symbols = ElfSymbols.read(fileReader(damaged));
      expect(() => symbols?.functionAt(0x8049000)).not.toThrow();
    }
    expect(ElfSymbols.read(fileReader(new TextEncoder().encode('#!/bin/sh\n')))).toBeNull();
    const foreign = Uint8Array.from(whole);
    foreign[4] = 2;
    expect(ElfSymbols.read(fileReader(foreign))).toBeNull();
  });
});
