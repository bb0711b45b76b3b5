// The few statistics that the reports use. Times are compared by medians and summed up by geometric means of
// ratios: one slow run or one program with a long name decides nothing.

/** The middle value; of an even number of values the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** NaN for none, and where a value is not positive. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0 || values.some((value) => !(value > 0))) return Number.NaN;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * What more work costs: the median at the larger amount less the median at the standard amount. Start-up and
 * the translation of what runs at all are in both and fall out. Null where noise ate the difference.
 */
export function marginal(standard: readonly number[], larger: readonly number[]): number | null {
  const difference = median(larger) - median(standard);
  return difference > 0 ? difference : null;
}
