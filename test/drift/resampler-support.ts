// Rings with known sounds in them, and what is left of a sine when the sine is taken out.
import type { PlanarRing, SourcePosition } from '../../engine/drift/planar-ring.js';
import type { PolyphaseResampler } from '../../engine/drift/polyphase-resampler.js';

export const EVERYWHERE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

export function ring(ringFrames: number, channels: number): PlanarRing {
  return { frames: new Float32Array(ringFrames * channels), ringFrames, mask: ringFrames - 1, channels };
}

/** Fills the ring with frames [first, first + ringFrames) of a sound; f counts from `first`. */
export function fillRing(to: PlanarRing, first: number, sound: (channel: number, f: number) => number): void {
  for (let c = 0; c < to.channels; c++) {
    for (let f = 0; f < to.ringFrames; f++)
      to.frames[c * to.ringFrames + ((first + f) & to.mask)] = sound(c, f);
  }
}

/** `count` frames of channel 0 from there on. */
export function resampled(
  resampler: PolyphaseResampler,
  source: PlanarRing,
  position: SourcePosition,
  ratio: number,
  count: number,
): Float32Array {
  const out = ring(2 ** Math.ceil(Math.log2(count)), source.channels);
  resampler.resample(source, ...EVERYWHERE, position, ratio, out, 0, count, false);
  return out.frames.slice(0, count);
}

/** A sine of `radians` a sample in `x`: its amplitude, and the power of all else against it in dB. */
export function sineIn(x: ArrayLike<number>, radians: number): { amplitude: number; restDb: number } {
  let [ss, cc, sc, sx, cx] = [0, 0, 0, 0, 0];
  for (let n = 0; n < x.length; n++) {
    const s = Math.sin(radians * n);
    const c = Math.cos(radians * n);
    ss += s * s;
    cc += c * c;
    sc += s * c;
    sx += s * x[n];
    cx += c * x[n];
  }
  const determinant = ss * cc - sc * sc;
  const a = (sx * cc - cx * sc) / determinant;
  const b = (cx * ss - sx * sc) / determinant;
  let rest = 0;
  for (let n = 0; n < x.length; n++)
    rest += (x[n] - a * Math.sin(radians * n) - b * Math.cos(radians * n)) ** 2;
  const amplitude = Math.hypot(a, b);
  return { amplitude, restDb: 10 * Math.log10(rest / x.length / (amplitude ** 2 / 2)) };
}

export const decibels = (x: number): number => 20 * Math.log10(Math.abs(x));
