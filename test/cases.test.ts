// Every case of test/cases/*.x86 through every engine, equal to what a processor did. The format stands
// in test/support/case-file.ts; BLESS=1 records on the processor at hand.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences } from './fuzz/compare.ts';
import { BareMachine } from './support/bare-machine.ts';
import { formatCase, ignoredFlags, parseCases } from './support/case-file.ts';
import { allEngines } from './support/engines.ts';
import { nativeOracle } from './support/native-oracle.ts';

const folder = join(import.meta.dirname, 'cases');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.x86'))
  .map((name) => join(folder, name));

if (process.env.BLESS === '1') {
  const oracle = nativeOracle();
  if (!oracle) throw new Error('BLESS needs a machine that runs i386 programs');
  for (const file of files) {
    const cases = parseCases(readFileSync(file, 'utf8'));
    const results = oracle.run(cases.map((one) => one.test));
    writeFileSync(file, `${cases.map((one, i) => formatCase(one, results[i])).join('\n\n')}\n`);
  }
}

describe.each(allEngines())('$name', ({ create }) => {
  const machine = new BareMachine(create);
  describe.each(files.map((file) => ({ file, title: basename(file, '.x86') })))('$title', ({ file }) => {
    test.each(parseCases(readFileSync(file, 'utf8')))('$name', (one) => {
      const result = machine.run(one.test);
      if (typeof result === 'string') expect.fail(result);
      expect(differences(one.test, one.native, result, ignoredFlags(one))).toEqual([]);
    });
  });
});
