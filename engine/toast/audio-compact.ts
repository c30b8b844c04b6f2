// Writes the text form of an audio body, for COMPACT and JSON alike: one JSON object on one line with the
// samples' bytes in base64. `samples` counts frames.
//   {"format":"pcm_f32le","channels":2,"sample_rate":48000,"samples":64,"data":"..."}
import { sampleBytes } from './audio-body.js';
import { writeSamples } from './audio-samples.js';
import { base64Length, writeBase64 } from './base64.js';
import { ByteSlab } from './byte-slab.js';
import { decimalDigits, writeDecimal } from './decimal.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export const FORMAT_NAMES: readonly Uint8Array[] = [
  ascii('pcm_f32le'),
  ascii('pcm_s24le'),
  ascii('pcm_s16le'),
];
const TO_FORMAT = ascii('{"format":"');
const TO_CHANNELS = ascii('","channels":');
const TO_RATE = ascii(',"sample_rate":');
const TO_SAMPLES = ascii(',"samples":');
const TO_DATA = ascii(',"data":"');
const TO_END = ascii('"}');

/** More PCM than this is in no body: the largest datagram holds less even in base64. */
export const TEXT_PCM_BYTES_MAX = 16384;
const SAMPLE_RATE_DIGITS = 6;
const FRAMES_DIGITS = 5;

/** PCM on its way into base64: scratch of the one thread that this module instance belongs to. */
const pcm = new ByteSlab(TEXT_PCM_BYTES_MAX + 16);

/** [engine-thread] */
export function writeAudioText(
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
  const { u8 } = slab;
  writeSamples(sampleFormat, pcm, 0, channels, frames, source, sourceStart, channelStride, frame, mask);
  let at = put(u8, bodyOffset, TO_FORMAT);
  at = put(u8, at, FORMAT_NAMES[sampleFormat]);
  at = writeDecimal(u8, put(u8, at, TO_CHANNELS), channels);
  at = writeDecimal(u8, put(u8, at, TO_RATE), sampleRate);
  at = writeDecimal(u8, put(u8, at, TO_SAMPLES), frames);
  at = writeBase64(u8, put(u8, at, TO_DATA), pcm.u8, 0, frames * channels * sampleBytes(sampleFormat));
  return put(u8, at, TO_END) - bodyOffset;
}

function put(u8: Uint8Array, offset: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i++) u8[offset + i] = text[i];
  return offset + text.length;
}

/** [any-thread] */
export function audioTextFramesMax(sampleFormat: number, channels: number, bodyBytesMax: number): number {
  const fixedBytes =
    TO_FORMAT.length +
    FORMAT_NAMES[sampleFormat].length +
    TO_CHANNELS.length +
    decimalDigits(channels) +
    TO_RATE.length +
    SAMPLE_RATE_DIGITS +
    TO_SAMPLES.length +
    FRAMES_DIGITS +
    TO_DATA.length +
    TO_END.length;
  const frameBytes = channels * sampleBytes(sampleFormat);
  const pcmBytes = Math.min(TEXT_PCM_BYTES_MAX, Math.floor((bodyBytesMax - fixedBytes) / 4) * 3);
  const frames = Math.max(0, Math.floor(pcmBytes / frameBytes));
  return base64Length(frames * frameBytes) + fixedBytes <= bodyBytesMax ? frames : 0;
}
