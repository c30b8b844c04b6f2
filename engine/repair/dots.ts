// The inner loops of repair. Results are written, not returned: a number that is returned may cost memory.
// Four sums at a time: one alone would wait for each addition.

const TINY = 1e-30;

/**
 * out[outAt + c outStep] = sum over i < length of x[xAt + c xStep + i] y[yAt + c yStep + i], for c < count.
 * [engine-thread]
 */
export function dots(
  out: Float64Array,
  outAt: number,
  outStep: number,
  x: Float64Array,
  xAt: number,
  xStep: number,
  y: Float64Array,
  yAt: number,
  yStep: number,
  length: number,
  count: number,
): void {
  for (let c = 0; c < count; c++) {
    let a = xAt + c * xStep;
    let b = yAt + c * yStep;
    const end = a + length;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (; a + 3 < end; a += 4, b += 4) {
      s0 += x[a] * y[b];
      s1 += x[a + 1] * y[b + 1];
      s2 += x[a + 2] * y[b + 2];
      s3 += x[a + 3] * y[b + 3];
    }
    for (; a < end; a++, b++) s0 += x[a] * y[b];
    out[outAt + c * outStep] = s0 + s1 + (s2 + s3);
  }
}

/**
 * run[n] -= a[1] run[n-1] + .. + a[order] run[n-order], from <= n < to; `reversed` holds a[order] .. a[1].
 * [engine-thread]
 */
export function synthesize(
  run: Float64Array,
  from: number,
  to: number,
  reversed: Float64Array,
  order: number,
): void {
  for (let n = from; n < to; n++) {
    const first = n - order;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = 0;
    for (; i + 3 < order; i += 4) {
      s0 += run[first + i] * reversed[i];
      s1 += run[first + i + 1] * reversed[i + 1];
      s2 += run[first + i + 2] * reversed[i + 2];
      s3 += run[first + i + 3] * reversed[i + 3];
    }
    for (; i < order; i++) s0 += run[first + i] * reversed[i];
    const value = run[n] - (s0 + s1 + (s2 + s3));
    // Denormal numbers would be slow, others than numbers would stay for ever.
    run[n] = value > TINY || value < -TINY ? value : 0;
  }
}

/** errors[i] = what the model misses x[from + i] by, i < count. Needs x[from - order, ..). [engine-thread] */
export function predictionErrors(
  errors: Float64Array,
  x: Float64Array,
  from: number,
  count: number,
  reversed: Float64Array,
  order: number,
): void {
  dots(errors, 0, 1, x, from - order, 1, reversed, 0, 0, order, count);
  for (let i = 0; i < count; i++) errors[i] += x[from + i];
}
