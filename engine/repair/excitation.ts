// What a long gap lacks when it is only interpolated: its noise. A model that runs without excitation grows
// quiet in the middle of a gap of noise; some of it is put back, less than was there, for each part of it
// that differs from the truth costs accuracy.

const FROM_MS = 4;
const FULL_MS = 10;
const GAIN = 0.45;

/** Deterministic signs times `amplitude`, none in short gaps, fading in and out. [engine-thread] */
export function fillExcitation(
  x: Float64Array,
  length: number,
  frame: number,
  channel: number,
  amplitude: number,
  sampleRate: number,
): void {
  const ms = (length * 1000) / sampleRate;
  const gain = GAIN * amplitude * Math.min(1, Math.max(0, (ms - FROM_MS) / (FULL_MS - FROM_MS)));
  const ramp = sampleRate / 500;
  for (let i = 0; i < length; i++) {
    const edge = Math.min(1, (i + 1) / ramp, (length - i) / ramp);
    x[i] = gain * edge * (hash(frame + i, channel) & 1 ? 1 : -1);
  }
}

function hash(frame: number, channel: number): number {
  let h = Math.imul((frame | 0) ^ Math.imul(channel + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 7;
}
