import type { Statistics } from '../report/types.generated.js';

/** With fewer, the nearest rank of the 95th percentile is the largest value. */
const LEAST_FOR_P95 = 20;

/**
 * Undefined for no values. The median of an even count is the mean of the two in the middle; p95 is the nearest rank, and
 * left out where there are too few values for one.
 */
export function statistics(values: readonly number[]): Statistics | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return undefined;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = Math.floor(count / 2);
  return {
    count,
    min: at(0),
    median: count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    ...(count < LEAST_FOR_P95 ? {} : { p95: at(Math.ceil(count * 0.95) - 1) }),
    max: at(count - 1),
  };
}
