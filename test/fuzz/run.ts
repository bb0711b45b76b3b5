// `npm run fuzz -- --count N --seed S`: differential fuzzing of an engine against the processor. Prints
// each mismatch made small, and a table of how often every row was reached.
//   --count N      sequences (default 20000)      --first N    number of the first one
//   --seed S       (default 1)                    --only a,b   these mnemonics only
//   --family f,g   integer, x87, sse, sse3, ssse3, sse4_1, sse4_2, bits; all
//   --step P       percent of cases under TF (default 3)
//   --engine NAME  (default interpreter)          --show N     mismatches to print (default 10)
//   --disable a,b  without these lowerings (jit/lower/table.ts)
//   --record N     write the recorded set of test/fuzz.test.ts instead: N integer, N/8 x87, N/4 sse, N/16 of each newer
//   --rows         print the table of rows        --no-shrink  print mismatches as they are
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BareMachine } from '../support/bare-machine.ts';
import { allEngines, translatorOf } from '../support/engines.ts';
import { nativeOracle, projectRoot } from '../support/native-oracle.ts';
import { Campaign, type Mismatch } from './campaign.ts';
import { type Family, Generator } from './generator.ts';
import { saveRecord } from './record.ts';
import { describeCase, rowTable } from './report.ts';
import { shrink } from './shrink.ts';

const BATCH = 5000;
const NEWER: readonly Family[] = ['sse3', 'ssse3', 'sse4_1', 'sse4_2', 'bits'];
const ALL: readonly Family[] = ['integer', 'x87', 'sse', ...NEWER];

function main(): number {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      first: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      family: { type: 'string', default: 'integer' },
      step: { type: 'string', default: '3' },
      engine: { type: 'string', default: 'interpreter' },
      show: { type: 'string', default: '10' },
      record: { type: 'string', default: '' },
      rows: { type: 'boolean', default: false },
      disable: { type: 'string', default: '' },
      'no-shrink': { type: 'boolean', default: false },
    },
  });
  const list = (text: string) => (text === '' ? [] : text.split(','));
  const oracle = nativeOracle();
  const engine = allEngines().find((one) => one.name === values.engine);
  if (!oracle || !engine) {
    console.error(
      oracle ? `no engine ${values.engine}` : 'fuzz: this machine cannot build or run i386 programs',
    );
    return 2;
  }
  const disabled = list(values.disable);
  const machine = new BareMachine(disabled.length > 0 ? translatorOf({ disabled }) : engine.create);
  if (values.record !== '') {
    const part = (family: Family, count: number, stepping: number) =>
      new Campaign(new Generator({ families: [family], only: [], stepping }), machine, oracle).record(
        20,
        count,
      );
    const count = Number(values.record);
    const record = [
      ...part('integer', count, 3),
      ...part('x87', count >> 3, 0),
      ...part('sse', count >> 2, 0),
      ...NEWER.flatMap((family) => part(family, count >> 4, 0)),
    ];
    console.log(`${record.length} cases recorded`);
    saveRecord(join(projectRoot(), 'test/fuzz/recorded.bin.gz'), record);
    return 0;
  }
  const families: readonly Family[] = values.family === 'all' ? ALL : (list(values.family) as Family[]);
  const generator = new Generator({ families, only: list(values.only), stepping: Number(values.step) });
  const campaign = new Campaign(generator, machine, oracle);
  const [seed, first, count, show] = [values.seed, values.first, values.count, values.show].map(Number);
  let total = 0;
  for (let at = first; at < first + count; at += BATCH) {
    const mismatches = campaign.run(seed, at, Math.min(BATCH, first + count - at));
    for (const mismatch of mismatches) if (total++ < show) print(campaign, mismatch, !values['no-shrink']);
  }
  if (values.rows) console.log(rowTable(generator, campaign));
  const dropped = [...campaign.dropped].map(([reason, number]) => `${number} ${reason}`).join(', ');
  const reached = generator.rows.filter(([slot]) => campaign.executed.has(slot.row)).length;
  console.log(
    `${campaign.compared} sequences compared, ${total} mismatches; not compared: ${dropped || 'none'}`,
  );
  console.log(`${reached} of ${generator.rows.length} rows executed`);
  return total === 0 ? 0 : 1;
}

function print(campaign: Campaign, mismatch: Mismatch, small: boolean): void {
  const made = small ? shrink(mismatch.made, (one) => campaign.differences(one).length > 0) : mismatch.made;
  const found = small ? campaign.differences(made) : mismatch.found;
  console.log(`--- case ${mismatch.number}\n${describeCase(made)}`);
  for (const line of (found.length > 0 ? found : mismatch.found).slice(0, 12)) console.log(`  ${line}`);
}

process.exitCode = main();
