// Machine code of modules that outlives a run: what comes back computes the same and is already optimised, and no
// code is used for other bytes, or when it is damaged.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { setEngineFlags, withoutBaseline } from '../../runtime/host/node/engine-flags.ts';
import { MachineCode } from '../../runtime/host/node/machine-code.ts';
import { NodeModuleStore } from '../../runtime/host/node/module-store.ts';
import { NodeTranslationStore } from '../../runtime/host/node/translation-store.ts';

setEngineFlags();
const base = mkdtempSync(join(tmpdir(), 'skasm-modules-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;
const freshPath = (): string => join(base, String(++folders));

/** Exports f(n), which adds 1 + 2 + ... + n, then `constant`. */
function sum(constant: number): Uint8Array {
  const text = `0061736d01000000 0106 0160017f017f 0302 0100 0705 01016600 00 0a1e 011c 01017f
    0340 2001 2000 6a 2101 2000 41016b 2200 0d00 0b 2001 41${constant.toString(16).padStart(2, '0')} 6a 0b`;
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

const call = (module: WebAssembly.Module): number => {
  const { f } = new WebAssembly.Instance(module).exports as { f(n: number): number };
  return f(100);
};
const exportsOf = (module: WebAssembly.Module): unknown[] =>
  Object.values(new WebAssembly.Instance(module).exports);
const optimised = (bytes: Uint8Array): WebAssembly.Module =>
  withoutBaseline(() => new WebAssembly.Module(bytes as BufferSource));

describe('machine code', () => {
  const code = new MachineCode();

  test('comes from a module with optimised functions and makes it again', () => {
    const bytes = sum(3);
    const module = optimised(bytes);
    const machine = code.of(module, exportsOf(module))!;
    expect(machine.length).toBeGreaterThan(100);
    expect(call(code.revive(bytes, machine)!)).toBe(5053);
  });

  test('is not asked of a module without optimised functions, which would end the process', () => {
    const module = new WebAssembly.Module(sum(4) as BufferSource);
    expect(code.of(module, exportsOf(module))).toBeNull();
    expect(code.of(module, [])).toBeNull();
  });

  test('is refused when it was made under other flags, or is none', () => {
    const bytes = sum(5);
    const module = optimised(bytes);
    const machine = code.of(module, exportsOf(module))!;
    expect(withoutBaseline(() => code.revive(bytes, machine))).toBeNull();
    expect(code.revive(bytes, machine.subarray(0, 8))).toBeNull();
    expect(code.revive(bytes, new Uint8Array(1000))).toBeNull();
    expect(code.revive(bytes, new Uint8Array(0))).toBeNull();
  });
});

describe('a store of modules', () => {
  const names = (folder: string): string[] => readdirSync(folder).sort();

  test('keeps the code of a module once, and gives it to the next run', () => {
    const folder = freshPath();
    const first = new NodeModuleStore(new NodeTranslationStore(folder));
    const module = withoutBaseline(() => first.module(sum(6)));
    first.keep(module, exportsOf(module));
    expect(names(folder)).toHaveLength(1);

    const second = new NodeModuleStore(new NodeTranslationStore(folder));
    const again = second.module(sum(6));
    expect(call(again)).toBe(5056);
    // It is optimised from the start: there is machine code before anything has run.
    expect(new MachineCode().of(again, exportsOf(again))).not.toBeNull();
    const before = readFileSync(join(folder, names(folder)[0]!));
    rmSync(join(folder, names(folder)[0]!));
    second.keep(again, exportsOf(again));
    expect(names(folder)).toEqual([]); // nothing more of it is optimised than there was
    expect(before.length).toBeGreaterThan(100);
  });

  test('does not take the code of one module for another', () => {
    const folder = freshPath();
    const store = new NodeModuleStore(new NodeTranslationStore(folder));
    const module = withoutBaseline(() => store.module(sum(7)));
    store.keep(module, exportsOf(module));
    expect(call(new NodeModuleStore(new NodeTranslationStore(folder)).module(sum(8)))).toBe(5058);
  });

  test('compiles where what was kept is damaged', () => {
    const folder = freshPath();
    const store = new NodeModuleStore(new NodeTranslationStore(folder));
    const module = withoutBaseline(() => store.module(sum(9)));
    store.keep(module, exportsOf(module));
    const path = join(folder, names(folder)[0]!);
    const file = readFileSync(path);
    file[file.length - 20]! ^= 1;
    writeFileSync(path, file);
    expect(call(new NodeModuleStore(new NodeTranslationStore(folder)).module(sum(9)))).toBe(5059);
    expect(names(folder)).toEqual([]);
  });

  test('keeps nothing of a module that it has not given', () => {
    const folder = freshPath();
    const module = optimised(sum(10));
    new NodeModuleStore(new NodeTranslationStore(folder)).keep(module, exportsOf(module));
    expect(() => names(folder)).toThrow(/ENOENT/);
  });

  test('throws what WebAssembly.Module throws', () => {
    const store = new NodeModuleStore(new NodeTranslationStore(freshPath()));
    expect(() => store.module(Uint8Array.of(1, 2, 3))).toThrow(/expected 4 bytes/);
  });
});
