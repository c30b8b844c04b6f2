// How close a repaired signal is to the true one: signal to error over a gap, and the distance of the
// short-time spectra of the frames that the gap touches.
import { fourier } from '../support/fourier.js';

const WINDOW = 512;
const HOP = 128;
const SNR_MIN_DB = -20;
const SNR_MAX_DB = 80;
/** Below this share of the window's strongest bin, differences are not heard. */
const SPECTRUM_FLOOR = 1e-7;

/** dB over [from, to), clamped; null where there is nothing to hear. */
export function gapSnrDb(
  truth: Float32Array,
  repaired: Float32Array,
  from: number,
  to: number,
): number | null {
  let signal = 0;
  let error = 0;
  for (let n = from; n < to; n++) {
    signal += truth[n] ** 2;
    error += (truth[n] - repaired[n]) ** 2;
  }
  if (signal < 1e-7 * (to - from)) return null;
  return Math.min(SNR_MAX_DB, Math.max(SNR_MIN_DB, 10 * Math.log10(signal / (error + 1e-30))));
}

/** Mean over the windows that overlap [from, to) by at least a hop of the RMS difference in dB. */
export function logSpectralDistanceDb(
  truth: Float32Array,
  repaired: Float32Array,
  from: number,
  to: number,
): number {
  let sum = 0;
  let windows = 0;
  const reach = Math.min(HOP, to - from);
  for (let start = from - WINDOW + reach; start <= to - reach; start += HOP) {
    if (start < 0 || start + WINDOW > truth.length) continue;
    const a = powerSpectrum(truth, start);
    const b = powerSpectrum(repaired, start);
    const floor = SPECTRUM_FLOOR * Math.max(...a) + 1e-12;
    let square = 0;
    for (let k = 0; k < a.length; k++) square += (10 * Math.log10((a[k] + floor) / (b[k] + floor))) ** 2;
    sum += Math.sqrt(square / a.length);
    windows++;
  }
  return windows === 0 ? 0 : sum / windows;
}

/** So far around a gap the sound itself is looked at. */
const JOIN_CONTEXT = 256;
/** Against full scale: nobody hears a smaller kink. */
const KINK_FLOOR = 1e-4;

/**
 * The worse kink at the two joins of a gap, against the largest one that the true sound has around there: up to
 * 1 it can't be told from the sound.
 */
export function joinTimes(truth: Float32Array, repaired: Float32Array, from: number, to: number): number {
  const kink = (x: Float32Array, n: number) => Math.abs(x[n] - 2 * x[n - 1] + x[n - 2]);
  let largest = KINK_FLOOR;
  for (let n = from - JOIN_CONTEXT; n < to + JOIN_CONTEXT; n++) largest = Math.max(largest, kink(truth, n));
  const joins = [from, from + 1, to, to + 1].map((n) => kink(repaired, n));
  return Math.max(...joins) / largest;
}

function powerSpectrum(x: Float32Array, start: number): Float64Array {
  const re = new Float64Array(WINDOW);
  const im = new Float64Array(WINDOW);
  for (let n = 0; n < WINDOW; n++) {
    re[n] = x[start + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
  }
  fourier(re, im);
  return Float64Array.from({ length: WINDOW / 2 }, (_, k) => re[k] ** 2 + im[k] ** 2);
}
