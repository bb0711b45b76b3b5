// The recorded part of the fuzz on every engine. Fresh sequences: `npm run fuzz -- --count 100000 --seed 7`.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences } from './fuzz/compare.ts';
import { loadRecord } from './fuzz/record.ts';
import { describeCase } from './fuzz/report.ts';
import { BareMachine } from './support/bare-machine.ts';
import { allEngines } from './support/engines.ts';

const record = loadRecord(join(import.meta.dirname, 'fuzz/recorded.bin.gz'));

describe.each(allEngines())('$name', ({ create }) => {
  test(`agrees with the processor on ${record.length} recorded sequences`, () => {
    const machine = new BareMachine(create);
    const wrong = record.flatMap((one, number) => {
      const engine = machine.run(one.test);
      if (typeof engine === 'string') return [`case ${number}: ${engine}`];
      const found = differences(one.test, one.native, engine, one.ignored);
      return found.length > 0
        ? [`case ${number}\n${describeCase({ test: one.test, insns: [] })}\n${found.join('\n')}`]
        : [];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
