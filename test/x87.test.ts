// Every x87 instruction on recorded operands, compared with what a processor (AMD, family 26) made of them.
// BLESS=1 records anew on the processor at hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BareMachine } from './support/bare-machine.ts';
import { allEngines } from './support/engines.ts';
import { nativeOracle } from './support/native-oracle.ts';
import { agree, describe as describeOutcome, generate, parseCase } from './x87/record.ts';

const file = join(import.meta.dirname, 'x87/recorded.txt');
const SEED = 1;
const PER_ROW = 48;

if (process.env.BLESS === '1') {
  const oracle = nativeOracle();
  if (!oracle) throw new Error('BLESS needs a machine that runs i386 programs');
  const lines = generate(SEED, PER_ROW);
  const cases = lines.map((line) => parseCase(line).test);
  const results = oracle.run(cases);
  const text = lines.map((line, i) => `${line} > ${describeOutcome(cases[i], results[i])}\n`);
  writeFileSync(file, text.join(''));
}

const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

describe.each(allEngines())('$name', ({ create }) => {
  test(`agrees with the processor on ${lines.length} recorded x87 instructions`, () => {
    const machine = new BareMachine(create);
    const wrong: string[] = [];
    let near = 0;
    for (const line of lines) {
      const { test: one, after } = parseCase(line);
      const result = machine.run(one);
      const outcome = typeof result === 'string' ? result : describeOutcome(one, result);
      if (!agree(line, after, outcome)) wrong.push(`${line}\n  engine: ${outcome}`);
      else if (outcome !== after) near++;
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    // The processor's own transcendental functions are not correctly rounded; nearly all results are equal.
    expect(near / lines.length).toBeLessThan(0.01);
  });
});
