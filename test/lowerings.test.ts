// Lowerings are an optimisation: without any of them, and without each family, the cases and a part of the recorded
// fuzz come out as the processor had it. The interpreter does then, instruction by instruction, what is not lowered.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { families, isLowering, lowered, lowerings } from '../jit/lower/table.ts';
import { differences } from './fuzz/compare.ts';
import { loadRecord } from './fuzz/record.ts';
import { BareMachine } from './support/bare-machine.ts';
import { ignoredFlags, parseCases } from './support/case-file.ts';
import { translatorOf } from './support/engines.ts';

const cases = readdirSync(join(import.meta.dirname, 'cases'))
  .filter((name) => name.endsWith('.x86'))
  .flatMap((name) => parseCases(readFileSync(join(import.meta.dirname, 'cases', name), 'utf8')))
  .map((one) => ({ name: one.name, test: one.test, native: one.native, ignored: ignoredFlags(one) }));
/** Every third sequence: compiling is what takes the time. */
const recorded = loadRecord(join(import.meta.dirname, 'fuzz/recorded.bin.gz'))
  .map((one, number) => ({ name: `sequence ${number}`, ...one }))
  .filter((_, number) => number % 3 === 0);

describe.each(['all', ...Object.keys(families)])('without %s', (name) => {
  test(`${cases.length} cases and ${recorded.length} sequences are right`, () => {
    const machine = new BareMachine(translatorOf({ disabled: [name] }));
    const wrong = [...cases, ...recorded].flatMap((one) => {
      const result = machine.run(one.test);
      const found =
        typeof result === 'string' ? [result] : differences(one.test, one.native, result, one.ignored);
      return found.length > 0 ? [`${one.name}: ${found.join('; ')}`] : [];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

test('names are single lowerings, families, or all', () => {
  expect(Object.keys(lowered(['imul2']))).toEqual(Object.keys(lowerings).filter((fn) => fn !== 'imul2'));
  expect(Object.keys(lowered(['stack'])).some((fn) => fn in families.stack!)).toBe(false);
  expect(lowered(['all'])).toEqual({});
  for (const name of ['all', 'stack', 'imul2']) expect(isLowering(name)).toBe(true);
  for (const name of ['', 'fuse', 'toString']) expect(isLowering(name)).toBe(false);
});
