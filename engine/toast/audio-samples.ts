// Samples between a planar ring of floats and interleaved bytes in a slab, in the three sample formats.
// Integers are full scale at 2^15 and 2^23, so integer -> float -> integer is exact. A ring plane is
// `channelStride` floats after the one before it; `frame` may be any absolute frame, it is masked here;
// callers that mask it themselves save V8 from boxing a large number on the way.
// The ring's end is dealt with once, outside: the loops over samples run over plain ranges.
import { sampleBytes } from './audio-body.js';
import type { ByteSlab } from './byte-slab.js';
import { SAMPLE_FORMAT } from './types.js';

const SCALE_16 = 32768;
const SCALE_24 = 8388608;

/** Ring -> bytes at `offset`. [engine-thread] */
export function writeSamples(
  sampleFormat: number,
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  source: Float32Array,
  sourceStart: number,
  channelStride: number,
  frame: number,
  mask: number,
): void {
  const first = frame & mask;
  const run = Math.min(frames, mask + 1 - first);
  const bytes = sampleBytes(sampleFormat);
  for (let channel = 0; channel < channels; channel++) {
    const plane = sourceStart + channel * channelStride;
    const at = offset + channel * bytes;
    writeRun(sampleFormat, slab, at, channels, source, plane + first, run);
    if (run < frames) {
      writeRun(sampleFormat, slab, at + run * channels * bytes, channels, source, plane, frames - run);
    }
  }
}

function writeRun(
  sampleFormat: number,
  slab: ByteSlab,
  offset: number,
  channels: number,
  source: Float32Array,
  start: number,
  count: number,
): void {
  const { view, f32, u8 } = slab;
  const end = start + count;
  let at = offset;
  if (sampleFormat === SAMPLE_FORMAT.s16) {
    for (let i = start; i < end; i++, at += 2 * channels)
      view.setInt16(at, quantize(source[i], SCALE_16), true);
  } else if (sampleFormat === SAMPLE_FORMAT.s24) {
    for (let i = start; i < end; i++, at += 3 * channels) {
      const value = quantize(source[i], SCALE_24);
      u8[at] = value;
      u8[at + 1] = value >> 8;
      u8[at + 2] = value >> 16;
    }
  } else if ((offset & 3) === 0) {
    at = offset >> 2;
    for (let i = start; i < end; i++, at += channels) f32[at] = source[i];
  } else {
    for (let i = start; i < end; i++, at += 4 * channels) view.setFloat32(at, source[i], true);
  }
}

/** Nearest integer, held within the range; not-a-number becomes 0. */
function quantize(sample: number, scale: number): number {
  const value = Math.floor(sample * scale + 0.5);
  if (value >= scale) return scale - 1;
  return value <= -scale ? -scale : value | 0;
}

/**
 * Bytes at `offset` -> ring. A float that is not finite becomes 0: one of them would stay in every
 * feedback path it meets. All others keep their bits. [engine-thread]
 */
export function readSamples(
  sampleFormat: number,
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  target: Float32Array,
  targetStart: number,
  channelStride: number,
  frame: number,
  mask: number,
): void {
  const first = frame & mask;
  const run = Math.min(frames, mask + 1 - first);
  const bytes = sampleBytes(sampleFormat);
  for (let channel = 0; channel < channels; channel++) {
    const plane = targetStart + channel * channelStride;
    const at = offset + channel * bytes;
    readRun(sampleFormat, slab, at, channels, target, plane + first, run);
    if (run < frames) {
      readRun(sampleFormat, slab, at + run * channels * bytes, channels, target, plane, frames - run);
    }
  }
}

function readRun(
  sampleFormat: number,
  slab: ByteSlab,
  offset: number,
  channels: number,
  target: Float32Array,
  start: number,
  count: number,
): void {
  const { view, f32, u8 } = slab;
  const end = start + count;
  let at = offset;
  if (sampleFormat === SAMPLE_FORMAT.s16) {
    for (let i = start; i < end; i++, at += 2 * channels) target[i] = view.getInt16(at, true) / SCALE_16;
  } else if (sampleFormat === SAMPLE_FORMAT.s24) {
    for (let i = start; i < end; i++, at += 3 * channels) {
      const shifted = (u8[at] << 8) | (u8[at + 1] << 16) | (u8[at + 2] << 24);
      target[i] = (shifted >> 8) / SCALE_24;
    }
  } else if ((offset & 3) === 0) {
    at = offset >> 2;
    for (let i = start; i < end; i++, at += channels) {
      const sample = f32[at];
      target[i] = sample - sample === 0 ? sample : 0;
    }
  } else {
    for (let i = start; i < end; i++, at += 4 * channels) {
      const sample = view.getFloat32(at, true);
      target[i] = sample - sample === 0 ? sample : 0;
    }
  }
}
