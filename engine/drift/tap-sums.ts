// The resampler's inner loops. The taps for a fraction lie between two rows of the kernel, `row` and the one
// after it, `between` of the way; they are made where they are used. Two sums each: one alone would wait for
// each addition.

/** One plane: taps times the `width` frames from line[at] on. [engine-thread] */
export function tapSum(
  taps: Float32Array,
  row: number,
  width: number,
  between: number,
  line: Float64Array,
  at: number,
): number {
  const next = row + width;
  let even = 0;
  let odd = 0;
  for (let k = 0; k < width; k += 2) {
    const t0 = taps[row + k];
    const t1 = taps[row + k + 1];
    even += (t0 + between * (taps[next + k] - t0)) * line[at + k];
    odd += (t1 + between * (taps[next + k + 1] - t1)) * line[at + k + 1];
  }
  return even + odd;
}

/** Two planes, at `left` and `right`: sums[plane] and the one after it. [engine-thread] */
export function tapSums(
  taps: Float32Array,
  row: number,
  width: number,
  between: number,
  line: Float64Array,
  left: number,
  right: number,
  sums: Float64Array,
  plane: number,
): void {
  const next = row + width;
  let leftEven = 0;
  let leftOdd = 0;
  let rightEven = 0;
  let rightOdd = 0;
  for (let k = 0; k < width; k += 2) {
    const t0 = taps[row + k];
    const t1 = taps[row + k + 1];
    const even = t0 + between * (taps[next + k] - t0);
    const odd = t1 + between * (taps[next + k + 1] - t1);
    leftEven += even * line[left + k];
    leftOdd += odd * line[left + k + 1];
    rightEven += even * line[right + k];
    rightOdd += odd * line[right + k + 1];
  }
  sums[plane] = leftEven + leftOdd;
  sums[plane + 1] = rightEven + rightOdd;
}
