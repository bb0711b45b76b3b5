// The arithmetic behind the benchmarks' figures.

import { describe, expect, it } from 'vitest';
import { geometricMean, marginal, median } from '../../../bench/statistics.ts';

describe('median', () => {
  it('takes the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 100])).toBe(10); // by number, not as text
  });
  it('takes the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
  it('has none of nothing, and leaves its input alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
    expect(median([])).toBeNaN();
  });
});

describe('geometric mean', () => {
  it('weighs ratios alike', () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4);
    expect(geometricMean([0.5, 2])).toBeCloseTo(1);
  });
  it('has none where a ratio is missing or not positive', () => {
    expect(geometricMean([])).toBeNaN();
    expect(geometricMean([1, 0])).toBeNaN();
    expect(geometricMean([1, Number.NaN])).toBeNaN();
  });
});

describe('marginal time', () => {
  it('is the difference of the medians', () => {
    expect(marginal([1, 1.5, 50], [4, 4.5, 3])).toBe(2.5);
  });
  it('is none where the larger work took no longer', () => {
    expect(marginal([2], [2])).toBeNull();
    expect(marginal([2], [1])).toBeNull();
    expect(marginal([], [1])).toBeNull();
  });
});
