import { expect, it } from 'vitest';
import { LoadAverage } from '../../../runtime/kernel/load-average.ts';

const SECOND = 1e9;

it('nears the number of active tasks, the shorter the period the sooner', () => {
  const load = new LoadAverage(0);
  for (let now = 0; now <= 60 * SECOND; now += SECOND) load.sample(now, 2);
  const [one, five, fifteen] = load.values as [number, number, number];
  expect(one).toBeCloseTo(2 * (1 - Math.exp(-1)), 6);
  expect(five).toBeCloseTo(2 * (1 - Math.exp(-1 / 5)), 6);
  expect(fifteen).toBeCloseTo(2 * (1 - Math.exp(-1 / 15)), 6);
});

it('makes up for samples that nobody took', () => {
  const [often, once] = [new LoadAverage(0), new LoadAverage(0)];
  for (let now = 5; now <= 300; now += 5) often.sample(now * SECOND, 1);
  once.sample(300 * SECOND, 1);
  for (const [i, value] of once.values.entries()) expect(value).toBeCloseTo(often.values[i]!, 9);
});
