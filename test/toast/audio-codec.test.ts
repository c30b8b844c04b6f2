import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AudioBody,
  audioFramesMax,
  copyAudioFrames,
  readAudioBody,
  writeAudioBody,
} from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { fromHex, golden, guarded } from './wire-support.js';

interface GoldenBody {
  name: string;
  format: number;
  sampleFormat: number;
  sampleRate: number;
  channels: number;
  frames: number;
  samples: number[];
  hex?: string;
  text?: string;
  written: boolean;
}
const { bodies } = golden<{ bodies: GoldenBody[] }>('audio-bodies');
const bytesOf = (body: GoldenBody): Uint8Array =>
  fromHex(body.hex ?? Buffer.from(body.text ?? '').toString('hex'));

const RING = 1024;
const MASK = RING - 1;

function interleaved(slab: ByteSlab, body: AudioBody, first = 0, frames = body.frames): number[] {
  const ring = new Float32Array(frames * body.channels);
  const plane = 2 ** Math.ceil(Math.log2(Math.max(1, frames)));
  const planes = new Float32Array(plane * body.channels);
  copyAudioFrames(slab, body, first, frames, planes, 0, plane, 0, plane - 1);
  for (let i = 0; i < frames; i++) {
    for (let c = 0; c < body.channels; c++) ring[i * body.channels + c] = planes[c * plane + i];
  }
  return [...ring];
}

describe('golden audio bodies', () => {
  for (const example of bodies) {
    it(`${example.name}: read`, () => {
      for (const offset of [64, 65, 67]) {
        const bytes = bytesOf(example);
        const slab = guarded(bytes, offset, 0x30);
        const body = new AudioBody();
        expect(readAudioBody(example.format, slab, offset, bytes.length, body)).toBe(true);
        const { sampleRate, channels, frames, sampleFormat } = example;
        expect(body).toMatchObject({ sampleRate, channels, frames, sampleFormat });
        expect(interleaved(slab, body)).toEqual(example.samples);
        expect(slab.u8).toEqual(guarded(bytes, offset, 0x30).u8);
      }
    });

    if (!example.written) continue;
    it(`${example.name}: written`, () => {
      const { format, sampleFormat, sampleRate, channels, frames, samples } = example;
      const ring = new Float32Array(RING * channels);
      for (let i = 0; i < samples.length; i++) {
        ring[(i % channels) * RING + ((1023 + Math.floor(i / channels)) & MASK)] = samples[i];
      }
      for (const offset of [64, 65, 66]) {
        const slab = new ByteSlab(4096);
        const bytes = writeAudioBody(
          format,
          sampleFormat,
          slab,
          offset,
          sampleRate,
          channels,
          frames,
          ring,
          0,
          RING,
          1023,
          MASK,
        );
        expect(slab.u8.slice(offset, offset + bytes)).toEqual(bytesOf(example));
      }
    });

    it(`${example.name}: one byte more or less is refused`, () => {
      const bytes = bytesOf(example);
      const body = new AudioBody();
      for (let length = 0; length < bytes.length; length++) {
        expect(readAudioBody(example.format, guarded(bytes, 0, 0), 0, length, body)).toBe(false);
      }
      expect(readAudioBody(example.format, guarded(bytes, 0, 0), 0, bytes.length + 1, body)).toBe(false);
    });
  }
});

const shape = fc.record({
  format: fc.integer({ min: 0, max: 2 }),
  sampleFormat: fc.integer({ min: 0, max: 2 }),
  channels: fc.integer({ min: 1, max: 6 }),
  frames: fc.integer({ min: 1, max: 96 }),
  sampleRate: fc.integer({ min: 8000, max: 384000 }),
  offset: fc.nat(70),
  from: fc.integer({ min: 0, max: 2 ** 52 }),
  to: fc.integer({ min: 0, max: 2 ** 52 }),
});

/** What a sample comes back as: itself, or the nearest step of the integer scale. */
function expected(sampleFormat: number, sample: number): number {
  if (sampleFormat === 0) return sample;
  const scale = sampleFormat === 1 ? 2 ** 23 : 2 ** 15;
  return Math.max(-scale, Math.min(scale - 1, Math.floor(sample * scale + 0.5))) / scale;
}

describe('audio bodies', () => {
  it('carry ring frames to ring frames, whatever wraps where', () => {
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.float({ min: -2, max: 2, noNaN: true })), (s, samples) => {
        const source = new Float32Array(RING * s.channels);
        const target = new Float32Array(RING * s.channels).fill(9);
        const at = (ring: Float32Array, frame: number, c: number, i: number): number =>
          ring[c * RING + Number((BigInt(frame) + BigInt(i)) & BigInt(MASK))];
        for (let c = 0; c < s.channels; c++) {
          for (let i = 0; i < s.frames; i++) {
            source[c * RING + Number((BigInt(s.from) + BigInt(i)) & BigInt(MASK))] = samples.next().value;
          }
        }
        const slab = new ByteSlab(8192);
        const { format, sampleFormat, sampleRate, channels, frames } = s;
        const bytes = writeAudioBody(
          format,
          sampleFormat,
          slab,
          s.offset,
          sampleRate,
          channels,
          frames,
          source,
          0,
          RING,
          s.from,
          MASK,
        );
        const body = new AudioBody();
        expect(readAudioBody(format, slab, s.offset, bytes, body)).toBe(true);
        expect(body).toMatchObject({ sampleRate, channels, frames, sampleFormat });
        // In two parts, the second first.
        const half = Math.floor(frames / 2);
        copyAudioFrames(slab, body, half, frames - half, target, 0, RING, s.to + half, MASK);
        copyAudioFrames(slab, body, 0, half, target, 0, RING, s.to, MASK);
        for (let c = 0; c < channels; c++) {
          for (let i = 0; i < frames; i++) {
            expect(at(target, s.to, c, i)).toBe(expected(sampleFormat, at(source, s.from, c, i)));
          }
        }
        expect(target.filter((value) => value !== 9).length).toBe(frames * channels);
        expect(slab.u8.subarray(s.offset + bytes).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  it('are never longer than audioFramesMax promises, and would be with one frame more', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 200, max: 1400 }), (s, bodyBytesMax) => {
        const { format, sampleFormat, channels } = s;
        const most = audioFramesMax(format, sampleFormat, channels, bodyBytesMax);
        const source = new Float32Array(RING * channels);
        const slab = new ByteSlab(16384);
        const written = (frames: number): number =>
          writeAudioBody(format, sampleFormat, slab, 0, 384000, channels, frames, source, 0, RING, 0, MASK);
        if (most > 0) expect(written(most)).toBeLessThanOrEqual(bodyBytesMax);
        // Text reserves room for five digits of frames, and base64 comes in fours.
        expect(written(most + 1)).toBeGreaterThan(bodyBytesMax - (format === 0 ? 0 : 8));
      }),
    );
    expect(audioFramesMax(0, 0, 2, 1400 - 64)).toBe(166);
    expect(audioFramesMax(0, 0, 64, 40)).toBe(0);
    expect(audioFramesMax(2, 0, 2, 50)).toBe(0);
  });

  it('give silence for floats that are not finite, and keep all others, -0 and the smallest too', () => {
    const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** -149, 3.4e38];
    for (const offset of [0, 1]) {
      const slab = new ByteSlab(64);
      slab.view.setUint32(offset, 48000, true);
      slab.u8.set([1, 0, 6, 0], offset + 4);
      for (let i = 0; i < 6; i++) slab.view.setFloat32(offset + 8 + 4 * i, samples[i], true);
      const body = new AudioBody();
      expect(readAudioBody(0, slab, offset, 32, body)).toBe(true);
      expect(interleaved(slab, body)).toEqual([0, 0, 0, -0, 2 ** -149, Math.fround(3.4e38)]);
    }
  });

  it('hold integers of both scales exactly', () => {
    const body = new AudioBody();
    const slab = new ByteSlab(16 + 65536 * 2);
    slab.view.setUint32(0, 48000, true);
    slab.u8.set([1, 2, 0xff, 0xff], 4);
    for (let i = 0; i < 65535; i++) slab.view.setInt16(8 + 2 * i, i - 32768, true);
    expect(readAudioBody(0, slab, 0, 8 + 2 * 65535, body)).toBe(true);
    const ring = new Float32Array(65536);
    copyAudioFrames(slab, body, 0, 65535, ring, 0, 65536, 0, 65535);
    const again = new ByteSlab(slab.buffer.byteLength);
    expect(writeAudioBody(0, 2, again, 0, 48000, 1, 65535, ring, 0, 65536, 0, 65535)).toBe(8 + 2 * 65535);
    expect(Buffer.compare(again.u8, slab.u8)).toBe(0);
  });
});

describe('an audio body is refused', () => {
  const refused: [string, number, Uint8Array | string][] = [
    ['without channels', 0, fromHex('80bb00000000020000000000')],
    ['in an unknown sample format', 0, fromHex('80bb00000103010000000000')],
    ['with no frames', 0, fromHex('80bb000001000000')],
    ['at a rate of 0', 0, fromHex('000000000100010000000000')],
    ['at a rate of 4 GHz', 0, fromHex('ffffffff0100010000000000')],
    ['with half a frame', 0, fromHex('80bb000002000000000000000000')],
    ['as integers without a frame count', 0, fromHex('80bb00000102000000000000')],
    ['that is no object', 2, '[]'],
    ['without data', 2, '{"format":"pcm_f32le","channels":1,"sample_rate":48000,"samples":1}'],
    ['with broken base64', 2, '{"channels":1,"sample_rate":48000,"data":"AAAA*A=="}'],
    ['with padding inside', 2, '{"channels":1,"sample_rate":48000,"data":"AA==AAAA"}'],
    ['with escaped base64', 2, '{"channels":1,"sample_rate":48000,"data":"AAAAA\\/=="}'],
    ['with a wrong count', 2, '{"channels":1,"sample_rate":48000,"samples":2,"data":"AAAAAA=="}'],
    [
      'in an unknown text format',
      2,
      '{"format":"pcm_u8","channels":1,"sample_rate":48000,"data":"AAAAAA=="}',
    ],
    ['with data twice over', 1, '{"channels":1,"sample_rate":48000,"samples":[0],"data":"AAAAAA=="}'],
    ['with an odd count of stereo numbers', 1, '{"channels":2,"sample_rate":48000,"samples":[0,1,2]}'],
    ['with numbers beyond a float', 1, '{"channels":1,"sample_rate":48000,"samples":[1e39]}'],
    ['with an empty array', 1, '{"channels":1,"sample_rate":48000,"samples":[]}'],
    ['with half a channel', 1, '{"channels":0.5,"sample_rate":48000,"samples":[1]}'],
    ['with words among the numbers', 1, '{"channels":1,"sample_rate":48000,"samples":[null]}'],
    ['with something behind it', 1, '{"channels":1,"sample_rate":48000,"samples":[1]}x'],
  ];
  for (const [name, format, content] of refused) {
    it(name, () => {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      expect(readAudioBody(format, guarded(bytes, 5, 0), 5, bytes.length, new AudioBody())).toBe(false);
    });
  }

  it('when more text than a datagram holds would have to be unpacked', () => {
    const text = `{"channels":1,"sample_rate":48000,"data":"${'AAAA'.repeat(6000)}"}`;
    const bytes = new TextEncoder().encode(text);
    expect(readAudioBody(2, guarded(bytes, 0, 0), 0, bytes.length, new AudioBody())).toBe(false);
  });
});
