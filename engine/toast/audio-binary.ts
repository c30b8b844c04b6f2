// The BINARY audio body: { u32 sampleRate; u8 channels; u8 sampleFormat; u16 frames } and interleaved samples.
// Upstream's form has zeros in the last three prefix bytes: floats, frame count from the size.
import { type AudioBody, plausibleAudio, SAMPLE_ENCODING, sampleBytes } from './audio-body.js';
import { writeSamples } from './audio-samples.js';
import type { ByteSlab } from './byte-slab.js';
import { SAMPLE_FORMAT } from './types.js';

const AT_CHANNELS = 4;
const AT_SAMPLE_FORMAT = 5;
const AT_FRAMES = 6;
export const AUDIO_PREFIX_BYTES = 8;
const FRAMES_MAX = 65535;

/** [engine-thread] */
export function writeAudioBinary(
  sampleFormat: number,
  slab: ByteSlab,
  bodyOffset: number,
  sampleRate: number,
  channels: number,
  frames: number,
  source: Float32Array,
  sourceStart: number,
  channelStride: number,
  frame: number,
  mask: number,
): number {
  slab.view.setUint32(bodyOffset, sampleRate, true);
  slab.view.setUint8(bodyOffset + AT_CHANNELS, channels);
  slab.view.setUint8(bodyOffset + AT_SAMPLE_FORMAT, sampleFormat);
  slab.view.setUint16(bodyOffset + AT_FRAMES, frames, true);
  const data = bodyOffset + AUDIO_PREFIX_BYTES;
  writeSamples(sampleFormat, slab, data, channels, frames, source, sourceStart, channelStride, frame, mask);
  return AUDIO_PREFIX_BYTES + frames * channels * sampleBytes(sampleFormat);
}

/** [engine-thread] */
export function readAudioBinary(
  slab: ByteSlab,
  bodyOffset: number,
  bodyBytes: number,
  out: AudioBody,
): boolean {
  if (bodyBytes < AUDIO_PREFIX_BYTES) return false;
  const { view } = slab;
  const channels = view.getUint8(bodyOffset + AT_CHANNELS);
  const sampleFormat = view.getUint8(bodyOffset + AT_SAMPLE_FORMAT);
  if (channels === 0 || sampleFormat > SAMPLE_FORMAT.s16) return false;
  const frameBytes = channels * sampleBytes(sampleFormat);
  const dataBytes = bodyBytes - AUDIO_PREFIX_BYTES;
  let frames = view.getUint16(bodyOffset + AT_FRAMES, true);
  if (frames === 0 && sampleFormat === SAMPLE_FORMAT.f32) frames = Math.floor(dataBytes / frameBytes);
  if (frames * frameBytes !== dataBytes) return false;
  out.sampleRate = view.getUint32(bodyOffset, true);
  out.channels = channels;
  out.sampleFormat = sampleFormat;
  out.frames = frames;
  out.dataOffset = bodyOffset + AUDIO_PREFIX_BYTES;
  out.encoding = SAMPLE_ENCODING.bytes;
  return plausibleAudio(out.sampleRate, channels, frames);
}

/** [any-thread] */
export function audioBinaryFramesMax(sampleFormat: number, channels: number, bodyBytesMax: number): number {
  const frames = Math.floor((bodyBytesMax - AUDIO_PREFIX_BYTES) / (channels * sampleBytes(sampleFormat)));
  return Math.max(0, Math.min(FRAMES_MAX, frames));
}
