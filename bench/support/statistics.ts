// Percentiles and medians, the nearest-rank kind: every figure reported is one that was measured.

/** The value that `share` (0..1) of all values do not exceed; NaN when there are none. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * The percentile of each repetition, and of those the median: one disturbed repetition says little. Empty
 * repetitions don't count.
 */
export function medianOfPercentiles(repetitions: readonly (readonly number[])[], share: number): number {
  return median(repetitions.filter(({ length }) => length > 0).map((values) => percentile(values, share)));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To `digits` after the point; JSON has no NaN: what was not measured is null. */
export function rounded(value: number, digits = 1): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null;
}
