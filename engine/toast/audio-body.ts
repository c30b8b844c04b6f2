import { SAMPLE_FORMAT } from './types.js';

export const SAMPLE_RATE_MIN = 8000;
export const SAMPLE_RATE_MAX = 384000;
export const AUDIO_CHANNELS_MAX = 64;

/** How the samples of a body are written down. */
export const SAMPLE_ENCODING = { bytes: 0, base64: 1, numbers: 2, planes: 3 } as const;

const NO_PLANES = new Float32Array(0);

/** What an audio body says about its samples, and where in the slab they lie. Filled again and again. */
export class AudioBody {
  sampleRate = 0;
  channels = 0;
  sampleFormat: number = SAMPLE_FORMAT.f32;
  frames = 0;
  /** Absolute in the slab: the first sample, or the first character that stands for it. */
  dataOffset = 0;
  encoding: number = SAMPLE_ENCODING.bytes;
  /** Encoding `planes`: the samples, decoded already, a channel after the other from `dataOffset` on. */
  planes: Float32Array = NO_PLANES;
}

/** [any-thread] */
export function sampleBytes(sampleFormat: number): number {
  if (sampleFormat === SAMPLE_FORMAT.f32) return 4;
  return sampleFormat === SAMPLE_FORMAT.s24 ? 3 : 2;
}

/** [any-thread] */
export function plausibleAudio(sampleRate: number, channels: number, frames: number): boolean {
  return (
    sampleRate >= SAMPLE_RATE_MIN &&
    sampleRate <= SAMPLE_RATE_MAX &&
    channels >= 1 &&
    channels <= AUDIO_CHANNELS_MAX &&
    frames >= 1
  );
}
