// Samples between a planar ring of floats and interleaved bytes in a slab, in the three sample formats.
// Integers are full scale at 2^15 and 2^23, so integer -> float -> integer is exact. A ring plane is
// `channelStride` floats after the one before it; `frame` may be any absolute frame, it is masked here.
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
  for (let channel = 0; channel < channels; channel++) {
    const plane = sourceStart + channel * channelStride;
    if (sampleFormat === SAMPLE_FORMAT.s16)
      writePlane16(slab, offset + 2 * channel, channels, frames, source, plane, first, mask);
    else if (sampleFormat === SAMPLE_FORMAT.s24)
      writePlane24(slab, offset + 3 * channel, channels, frames, source, plane, first, mask);
    else writePlaneFloat(slab, offset + 4 * channel, channels, frames, source, plane, first, mask);
  }
}

function writePlaneFloat(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  source: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  if ((offset & 3) === 0) {
    const { f32 } = slab;
    for (let i = 0, at = offset >> 2; i < frames; i++, at += channels)
      f32[at] = source[plane + ((first + i) & mask)];
    return;
  }
  const { view } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 4 * channels) {
    view.setFloat32(at, source[plane + ((first + i) & mask)], true);
  }
}

function writePlane24(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  source: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  const { u8 } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 3 * channels) {
    const value = quantize(source[plane + ((first + i) & mask)], SCALE_24);
    u8[at] = value;
    u8[at + 1] = value >> 8;
    u8[at + 2] = value >> 16;
  }
}

function writePlane16(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  source: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  const { view } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 2 * channels) {
    view.setInt16(at, quantize(source[plane + ((first + i) & mask)], SCALE_16), true);
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
  for (let channel = 0; channel < channels; channel++) {
    const plane = targetStart + channel * channelStride;
    if (sampleFormat === SAMPLE_FORMAT.s16)
      readPlane16(slab, offset + 2 * channel, channels, frames, target, plane, first, mask);
    else if (sampleFormat === SAMPLE_FORMAT.s24)
      readPlane24(slab, offset + 3 * channel, channels, frames, target, plane, first, mask);
    else readPlaneFloat(slab, offset + 4 * channel, channels, frames, target, plane, first, mask);
  }
}

function readPlaneFloat(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  target: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  if ((offset & 3) === 0) {
    const { f32 } = slab;
    for (let i = 0, at = offset >> 2; i < frames; i++, at += channels) {
      const sample = f32[at];
      target[plane + ((first + i) & mask)] = sample - sample === 0 ? sample : 0;
    }
    return;
  }
  const { view } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 4 * channels) {
    const sample = view.getFloat32(at, true);
    target[plane + ((first + i) & mask)] = sample - sample === 0 ? sample : 0;
  }
}

function readPlane24(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  target: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  const { u8 } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 3 * channels) {
    const value = (u8[at] << 8) | (u8[at + 1] << 16) | (u8[at + 2] << 24);
    target[plane + ((first + i) & mask)] = (value >> 8) / SCALE_24;
  }
}

function readPlane16(
  slab: ByteSlab,
  offset: number,
  channels: number,
  frames: number,
  target: Float32Array,
  plane: number,
  first: number,
  mask: number,
): void {
  const { view } = slab;
  for (let i = 0, at = offset; i < frames; i++, at += 2 * channels) {
    target[plane + ((first + i) & mask)] = view.getInt16(at, true) / SCALE_16;
  }
}
