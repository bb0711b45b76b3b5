// The fuzz on every engine: a recorded part everywhere, and where the processor runs i386 programs a minute of fresh
// sequences from FUZZ_SEED (default 1). What differs is shown by `npm run fuzz -- --engine ENGINE --seed SEED --first CASE
// --count 1 --family integer,x87,sse`; many more: `npm run fuzz -- --count 100000 --seed 7`.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Campaign } from './fuzz/campaign.ts';
import { differences } from './fuzz/compare.ts';
import { Generator } from './fuzz/generator.ts';
import { loadRecord } from './fuzz/record.ts';
import { describeCase } from './fuzz/report.ts';
import { BareMachine } from './support/bare-machine.ts';
import { allEngines } from './support/engines.ts';
import { nativeOracle } from './support/native-oracle.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Milliseconds for all engines together, and sequences between two looks at the clock. */
const FRESH = 60_000;
const BATCH = 500;

const engines = allEngines();
const oracle = nativeOracle();
if (oracle === null) console.log('fresh sequences skipped: this machine cannot build or run i386 programs');

const record = loadRecord(join(import.meta.dirname, 'fuzz/recorded.bin.gz'));

describe.each(engines)('$name', ({ name, create }) => {
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

  test.skipIf(oracle === null)(
    'agrees with the processor on fresh sequences',
    () => {
      const generator = new Generator({ families: ['integer', 'x87', 'sse'], only: [], stepping: 3 });
      const campaign = new Campaign(generator, new BareMachine(create), oracle!);
      const end = Date.now() + FRESH / engines.length;
      let first = 0;
      const wrong: string[] = [];
      for (; Date.now() < end && wrong.length === 0; first += BATCH)
        for (const { number, made, found } of campaign.run(SEED, first, BATCH))
          wrong.push(`case ${number} of seed ${SEED}\n${describeCase(made)}\n${found.join('\n')}`);
      const rows = generator.rows.filter(([slot]) => campaign.executed.has(slot.row)).length;
      console.log(
        `${name}: ${campaign.compared} sequences, ${rows} of ${generator.rows.length} rows executed`,
      );
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(campaign.compared).toBeGreaterThan(0);
    },
    2 * FRESH,
  );
});
