/**
 * Sum of x[xFrom + i] y[yFrom + i], i < count. Four sums at a time: one alone would wait for each addition.
 * [engine-thread]
 */
export function dot(x: Float64Array, xFrom: number, y: Float64Array, yFrom: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const a = xFrom + i;
    const b = yFrom + i;
    s0 += x[a] * y[b];
    s1 += x[a + 1] * y[b + 1];
    s2 += x[a + 2] * y[b + 2];
    s3 += x[a + 3] * y[b + 3];
  }
  for (; i < count; i++) s0 += x[xFrom + i] * y[yFrom + i];
  return s0 + s1 + (s2 + s3);
}
