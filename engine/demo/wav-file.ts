// RIFF WAVE files: read what people have (8 to 32 bit integers, 32 and 64 bit floats), write 32-bit float.

export interface Audio {
  readonly sampleRate: number;
  /** Planar; every channel has the same number of frames. Full scale is 1. */
  readonly channels: readonly Float32Array[];
}

/** A file that can't be read; the message says why, in plain words. */
export class WavError extends Error {}

const FORMAT_INTEGER = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
const CHANNELS_MAX = 256;
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

interface WavFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly sampleBytes: number;
}

export function readWav(file: Uint8Array): Audio {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES || text(file, 0) !== 'RIFF' || text(file, 8) !== 'WAVE') {
    throw new WavError('not a WAV file');
  }
  let format: WavFormat | undefined;
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= file.length; ) {
    const name = text(file, at);
    const start = at + CHUNK_HEADER_BYTES;
    // A recorder that was cut off leaves a size beyond the end: take what is there.
    const bytes = Math.min(view.getUint32(at + 4, true), file.length - start);
    if (name === 'fmt ') format = readFormat(view, start, bytes);
    if (name === 'data') {
      if (format === undefined) throw new WavError('the samples come before their format');
      return readSamples(view, start, bytes, format);
    }
    at = start + bytes + (bytes & 1);
  }
  throw new WavError(format === undefined ? 'there is no format in it' : 'there are no samples in it');
}

export function writeWav({ sampleRate, channels }: Audio): Uint8Array {
  const frames = channels[0].length;
  const count = channels.length;
  const dataBytes = frames * count * 4;
  if (dataBytes > 0xffff_ff00) throw new WavError('too long for a WAV file (4 GiB)');
  const file = new Uint8Array(58 + dataBytes);
  const view = new DataView(file.buffer);
  const put = (at: number, name: string) => file.set(new TextEncoder().encode(name), at);
  put(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, 18, true);
  view.setUint16(20, FORMAT_FLOAT, true);
  view.setUint16(22, count, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * count * 4, true);
  view.setUint16(32, count * 4, true);
  view.setUint16(34, 32, true);
  put(38, 'fact');
  view.setUint32(42, 4, true);
  view.setUint32(46, frames, true);
  put(50, 'data');
  view.setUint32(54, dataBytes, true);
  for (let frame = 0, at = 58; frame < frames; frame++) {
    for (let channel = 0; channel < count; channel++, at += 4) {
      view.setFloat32(at, channels[channel][frame], true);
    }
  }
  return file;
}

function text(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}

function readFormat(view: DataView, start: number, bytes: number): WavFormat {
  if (bytes < 16) throw new WavError('its format is cut off');
  let tag = view.getUint16(start, true);
  if (tag === FORMAT_EXTENSIBLE && bytes >= 26) tag = view.getUint16(start + 24, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const blockBytes = view.getUint16(start + 12, true);
  const sampleBytes = blockBytes / channels;
  const known = (tag === FORMAT_INTEGER && [1, 2, 3, 4].includes(sampleBytes)) || isFloat(tag, sampleBytes);
  if (channels === 0 || channels > CHANNELS_MAX) throw new WavError(`it has ${channels} channels`);
  if (sampleRate === 0) throw new WavError('its sample rate is 0');
  if (!known) throw new WavError(`its encoding (${tag}, ${sampleBytes * 8} bits) is not plain PCM or float`);
  return { tag, channels, sampleRate, sampleBytes };
}

function isFloat(tag: number, sampleBytes: number): boolean {
  return tag === FORMAT_FLOAT && (sampleBytes === 4 || sampleBytes === 8);
}

function readSamples(view: DataView, start: number, bytes: number, format: WavFormat): Audio {
  const frames = Math.floor(bytes / (format.sampleBytes * format.channels));
  const channels = Array.from({ length: format.channels }, () => new Float32Array(frames));
  const read = sampleReader(view, format);
  for (let frame = 0, at = start; frame < frames; frame++) {
    for (let channel = 0; channel < format.channels; channel++, at += format.sampleBytes) {
      channels[channel][frame] = read(at);
    }
  }
  return { sampleRate: format.sampleRate, channels };
}

function sampleReader(view: DataView, { tag, sampleBytes }: WavFormat): (at: number) => number {
  if (tag === FORMAT_FLOAT) {
    return sampleBytes === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  }
  switch (sampleBytes) {
    case 1: // the only unsigned one
      return (at) => (view.getUint8(at) - 128) / 128;
    case 2:
      return (at) => view.getInt16(at, true) / 2 ** 15;
    case 3:
      return (at) => (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 2 ** 23;
    default:
      return (at) => view.getInt32(at, true) / 2 ** 31;
  }
}
