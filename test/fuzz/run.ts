// `npm run fuzz -- --count N --seed S`: differential fuzzing of an engine against the processor. Prints
// each mismatch made small, and with --rows a table of how often every row was reached; `--help` lists the options.
// Status 0: no mismatch, 1: mismatches, 2: wrong options, or a machine that cannot run i386 programs.
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { BareMachine } from '../support/bare-machine.ts';
import { allEngines, translatorOf } from '../support/engines.ts';
import { type NativeOracle, nativeOracle, projectRoot } from '../support/native-oracle.ts';
import { Campaign, type Mismatch } from './campaign.ts';
import { FAMILIES, type Family, Generator } from './generator.ts';
import { type FuzzOptions, parseOptions } from './options.ts';
import { runPortion, tellPortion } from './portion.ts';
import { saveRecord } from './record.ts';
import { describeCase, rowTable } from './report.ts';
import { shrink } from './shrink.ts';

const BATCH = 5000;
/** Sequences that a process runs; more are run by several, one after the other. */
const PORTION = { interpreter: 200_000, strips: 200_000, translator: 20_000, verify: 20_000 };
const EXIT_MISMATCH = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  let options: FuzzOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    throw error;
  }
  const oracle = nativeOracle();
  if (!oracle) {
    console.error('fuzz: this machine cannot build or run i386 programs');
    return EXIT_USAGE;
  }
  const machine = machineOf(options);
  if (options.record !== null) {
    record(options.record, machine, oracle);
    return 0;
  }
  return compare(options, machine, oracle);
}

function machineOf({ engine, disable }: FuzzOptions): BareMachine {
  if (disable.length > 0)
    return new BareMachine(translatorOf({ disabled: disable, verify: engine === 'verify' }));
  return new BareMachine(allEngines().find(({ name }) => name === engine)!.create);
}

function record(count: number, machine: BareMachine, oracle: NativeOracle): void {
  const part = (family: Family, cases: number, stepping: number) =>
    new Campaign(new Generator({ families: [family], only: [], stepping }), machine, oracle).record(
      20,
      cases,
    );
  const [integer, x87, sse, ...newer] = FAMILIES;
  const cases = [
    ...part(integer, count, 3),
    ...part(x87, count >> 3, 0),
    ...part(sse, count >> 2, 0),
    ...newer.flatMap((family) => part(family, count >> 4, 0)),
  ];
  console.log(`${cases.length} cases recorded`);
  saveRecord(join(projectRoot(), 'test/fuzz/recorded.bin.gz'), cases);
}

/** The status of the command. */
async function compare(options: FuzzOptions, machine: BareMachine, oracle: NativeOracle): Promise<number> {
  const { seed, first, count, show } = options;
  const generator = new Generator({
    families: options.families,
    only: options.only,
    stepping: options.step,
  });
  if (generator.rows.length === 0) {
    console.error('fuzz: the families have none of these instructions that can be compared');
    return EXIT_USAGE;
  }
  const campaign = new Campaign(generator, machine, oracle);
  let total = 0;
  const most = options.disable.length > 0 ? PORTION.translator : PORTION[options.engine];
  if (count > most) {
    for (let at = first; at < first + count; at += most) {
      const part = [
        '--first',
        at,
        '--count',
        Math.min(most, first + count - at),
        '--show',
        Math.max(0, show - total),
      ];
      // Of an option that is given twice the last one counts.
      const portion = await runPortion([...process.argv.slice(2), ...part.map(String)]);
      campaign.add(portion);
      total += portion.mismatches;
    }
  } else {
    for (let at = first; at < first + count; at += BATCH) {
      const mismatches = campaign.run(seed, at, Math.min(BATCH, first + count - at));
      for (const mismatch of mismatches) if (total++ < show) print(campaign, mismatch, options.shrink);
    }
    if (tellPortion(campaign, total)) return total === 0 ? 0 : EXIT_MISMATCH;
  }
  if (options.rows) console.log(rowTable(generator, campaign));
  const dropped = [...campaign.dropped].map(([reason, number]) => `${number} ${reason}`).join(', ');
  const reached = generator.rows.filter(([slot]) => campaign.executed.has(slot.row)).length;
  console.log(
    `${campaign.compared} sequences compared, ${total} mismatches; not compared: ${dropped || 'none'}`,
  );
  console.log(`${reached} of ${generator.rows.length} rows executed`);
  return total === 0 ? 0 : EXIT_MISMATCH;
}

function print(campaign: Campaign, mismatch: Mismatch, small: boolean): void {
  const made = small ? shrink(mismatch.made, (one) => campaign.differences(one).length > 0) : mismatch.made;
  const found = small ? campaign.differences(made) : mismatch.found;
  console.log(`--- case ${mismatch.number}\n${describeCase(made)}`);
  for (const line of (found.length > 0 ? found : mismatch.found).slice(0, 12)) console.log(`  ${line}`);
}

process.exitCode = await main();
