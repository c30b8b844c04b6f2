// Audio bodies in every payload format: planar ring -> body -> planar ring. A ring is planes of floats,
// `channelStride` apart, indexed by absolute frame & mask.
import { audioBinaryFramesMax, readAudioBinary, writeAudioBinary } from './audio-binary.js';
import { type AudioBody, SAMPLE_ENCODING, sampleBytes } from './audio-body.js';
import { audioTextFramesMax, TEXT_PCM_BYTES_MAX, writeAudioText } from './audio-compact.js';
import { readSamples } from './audio-samples.js';
import { AudioTextReader } from './audio-text-reader.js';
import { readBase64 } from './base64.js';
import { ByteSlab } from './byte-slab.js';
import { PAYLOAD_FORMAT } from './types.js';

export { AudioBody } from './audio-body.js';

const textReader = new AudioTextReader();
/** PCM taken out of text: scratch of the one thread that this module instance belongs to. */
const pcm = new ByteSlab(TEXT_PCM_BYTES_MAX + 16);

/**
 * Writes frames [frame, frame + frames) of the ring as a body at `bodyOffset`; returns its bytes. No more
 * frames than audioFramesMax() allows. [engine-thread]
 */
export function writeAudioBody(
  format: number,
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
  const write = format === PAYLOAD_FORMAT.binary ? writeAudioBinary : writeAudioText;
  return write(
    sampleFormat,
    slab,
    bodyOffset,
    sampleRate,
    channels,
    frames,
    source,
    sourceStart,
    channelStride,
    frame,
    mask,
  );
}

/** Checks a body and fills `out`; false when anything about it is wrong. Only reads the slab. [engine-thread] */
export function readAudioBody(
  format: number,
  slab: ByteSlab,
  bodyOffset: number,
  bodyBytes: number,
  out: AudioBody,
): boolean {
  return format === PAYLOAD_FORMAT.binary
    ? readAudioBinary(slab, bodyOffset, bodyBytes, out)
    : textReader.read(slab.u8, bodyOffset, bodyBytes, out);
}

/**
 * Copies frames [firstFrame, firstFrame + frames) of a body that readAudioBody() accepted, still in place in
 * the slab, into the ring at `frame`. May be called any number of times. [engine-thread]
 */
export function copyAudioFrames(
  slab: ByteSlab,
  body: AudioBody,
  firstFrame: number,
  frames: number,
  target: Float32Array,
  targetStart: number,
  channelStride: number,
  frame: number,
  mask: number,
): void {
  const { channels, sampleFormat } = body;
  if (body.encoding === SAMPLE_ENCODING.planes) {
    const end = firstFrame + frames;
    copyPlanes(body, firstFrame, end, target, targetStart, channelStride, frame, mask);
    return;
  }
  const frameBytes = channels * sampleBytes(sampleFormat);
  let from = slab;
  let offset = body.dataOffset + firstFrame * frameBytes;
  if (body.encoding !== SAMPLE_ENCODING.bytes) {
    from = pcm;
    offset = takeFromText(slab.u8, body, firstFrame, frames, frameBytes);
  }
  readSamples(sampleFormat, from, offset, channels, frames, target, targetStart, channelStride, frame, mask);
}

/** Samples that somebody has decoded already. */
function copyPlanes(
  { planes, dataOffset, channels, frames }: AudioBody,
  firstFrame: number,
  endFrame: number,
  target: Float32Array,
  targetStart: number,
  channelStride: number,
  frame: number,
  mask: number,
): void {
  for (let c = 0; c < channels; c++) {
    const from = dataOffset + c * frames;
    const to = targetStart + c * channelStride;
    for (let f = firstFrame; f < endFrame; f++)
      target[to + ((frame + f - firstFrame) & mask)] = planes[from + f];
  }
}

/** Brings PCM out of text into the scratch slab; returns its offset there. */
function takeFromText(
  bytes: Uint8Array,
  body: AudioBody,
  firstFrame: number,
  frames: number,
  frameBytes: number,
): number {
  if (body.encoding === SAMPLE_ENCODING.base64) {
    return readBase64(bytes, body.dataOffset, firstFrame * frameBytes, frames * frameBytes, pcm.u8);
  }
  textReader.copyNumbers(bytes, body.dataOffset, firstFrame * body.channels, frames * body.channels, pcm.f32);
  return 0;
}

/** The most frames whose body fits in `bodyBytesMax`. [any-thread] */
export function audioFramesMax(
  format: number,
  sampleFormat: number,
  channels: number,
  bodyBytesMax: number,
): number {
  return format === PAYLOAD_FORMAT.binary
    ? audioBinaryFramesMax(sampleFormat, channels, bodyBytesMax)
    : audioTextFramesMax(sampleFormat, channels, bodyBytesMax);
}
