// The body of an AUDIO packet in the redundancy `jellie`: one of four descriptions of a block.
//
//   { u32 sampleRate; u8 channels; u8 0x10 + sampleFormat; u16 frames; u8 description; u8 arithmetic; u16 0 }
//   and one word of the sample's size for each channel of each pair of frames
//
// The first eight bytes are those of a BINARY audio body; who doesn't know the format 0x10.. drops it. `frames`
// counts the block's frames: a description has half of them, rounded up, and of the odd ones rounded down.

import { AUDIO_PREFIX_BYTES } from '../toast/audio-binary.js';
import { plausibleAudio, sampleBytes } from '../toast/audio-body.js';
import { SAMPLE_FORMAT } from '../toast/types.js';
import { ARITHMETIC, DESCRIPTION } from './jellie-words.js';

export const JELLIE_PREFIX_BYTES = 12;
export const JELLIE_FORMAT_BIT = 0x10;
export const DESCRIPTIONS = 4;

/** What a description says of itself. Filled again and again. */
export class JellieBody {
  sampleRate = 0;
  channels = 0;
  sampleFormat = 0;
  /** Of the whole block. */
  frames = 0;
  description = 0;
  arithmetic = 0;
  /** Absolute: the first word. */
  dataOffset = 0;
  dataBytes = 0;
}

/** Frames that a description of a block of `frames` has. [any-thread] */
export function describedFrames(description: number, frames: number): number {
  return description === DESCRIPTION.odd ? frames >> 1 : (frames + 1) >> 1;
}

/** The frames of a block whose descriptions fit into `bodyBytesMax`. [any-thread] */
export function jellieFramesMax(sampleFormat: number, channels: number, bodyBytesMax: number): number {
  const frames = Math.floor((bodyBytesMax - JELLIE_PREFIX_BYTES) / (channels * sampleBytes(sampleFormat)));
  return Math.max(0, 2 * frames);
}

/** `binary` is where the BINARY body of the block begins. [engine-thread] */
export function writeJelliePrefix(
  dst: Uint8Array,
  at: number,
  src: Uint8Array,
  binary: number,
  description: number,
  arithmetic: number,
): void {
  for (let i = 0; i < AUDIO_PREFIX_BYTES; i++) dst[at + i] = src[binary + i];
  dst[at + 5] |= JELLIE_FORMAT_BIT;
  dst[at + 8] = description;
  dst[at + 9] = arithmetic;
  dst[at + 10] = 0;
  dst[at + 11] = 0;
}

/** True when the body may be a description: a BINARY body can't have this bit. [engine-thread] */
export function isJellieBody(u8: Uint8Array, at: number, bodyBytes: number): boolean {
  return bodyBytes >= JELLIE_PREFIX_BYTES && at + bodyBytes <= u8.length && (u8[at + 5] & 0x10) !== 0;
}

/** False when it can't be one. Never throws. [engine-thread] */
export function readJellieBody(u8: Uint8Array, at: number, bodyBytes: number, out: JellieBody): boolean {
  if (bodyBytes < JELLIE_PREFIX_BYTES || at < 0 || at + bodyBytes > u8.length) return false;
  const sampleFormat = u8[at + 5] ^ JELLIE_FORMAT_BIT;
  if (sampleFormat > SAMPLE_FORMAT.s16 || u8[at + 8] >= DESCRIPTIONS || u8[at + 9] > ARITHMETIC.field) {
    return false;
  }
  if ((u8[at + 10] | u8[at + 11]) !== 0) return false;
  out.sampleRate = (u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24)) >>> 0;
  out.channels = u8[at + 4];
  out.sampleFormat = sampleFormat;
  out.frames = u8[at + 6] | (u8[at + 7] << 8);
  out.description = u8[at + 8];
  out.arithmetic = u8[at + 9];
  out.dataOffset = at + JELLIE_PREFIX_BYTES;
  out.dataBytes = bodyBytes - JELLIE_PREFIX_BYTES;
  if (!plausibleAudio(out.sampleRate, out.channels, out.frames)) return false;
  const words = describedFrames(out.description, out.frames) * out.channels;
  return words * sampleBytes(sampleFormat) === out.dataBytes;
}
