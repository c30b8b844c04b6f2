import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWav, WavError, writeWav } from '../../engine/demo/wav-file.js';

/** A WAV file of any encoding, built byte by byte, so that the reader is not tested by its own writer. */
function wavOf(tag: number, bits: number, channels: number, data: number[], extensible = false): Uint8Array {
  const formatBytes = extensible ? 40 : 16;
  const file = new Uint8Array(20 + formatBytes + 8 + data.length);
  const view = new DataView(file.buffer);
  const put = (at: number, text: string) => file.set(new TextEncoder().encode(text), at);
  put(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, formatBytes, true);
  view.setUint16(20, extensible ? 0xfffe : tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, 44_100, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  if (extensible) view.setUint16(44, tag, true);
  put(20 + formatBytes, 'data');
  view.setUint32(24 + formatBytes, data.length, true);
  file.set(data, 28 + formatBytes);
  return file;
}

describe('reading WAV files', () => {
  it('knows every plain encoding', () => {
    const first = (file: Uint8Array) => Array.from(readWav(file).channels[0]);
    expect(first(wavOf(1, 8, 1, [0, 128, 255]))).toEqual([-1, 0, 127 / 128]);
    expect(first(wavOf(1, 16, 1, [0, 0x80, 0xff, 0x7f]))).toEqual([-1, 32767 / 32768]);
    expect(first(wavOf(1, 24, 1, [0, 0, 0x80, 0xff, 0xff, 0x7f]))).toEqual([
      -1,
      Math.fround(8388607 / 8388608),
    ]);
    expect(first(wavOf(1, 32, 1, [0, 0, 0, 0x80, 0, 0, 0, 0x40]))).toEqual([-1, 0.5]);
    expect(first(wavOf(3, 32, 1, [0, 0, 0x80, 0xbf]))).toEqual([-1]);
    expect(first(wavOf(3, 64, 1, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f]))).toEqual([0.5]);
    expect(first(wavOf(1, 16, 1, [0, 0x40], true))).toEqual([0.5]);
  });

  it('keeps channels apart', () => {
    const { channels } = readWav(wavOf(1, 16, 2, [0, 0x40, 0, 0xc0, 0, 0x20, 0, 0xe0]));
    expect(channels.map((channel) => Array.from(channel))).toEqual([
      [0.5, 0.25],
      [-0.5, -0.25],
    ]);
  });

  it('takes what is there of a file that was cut off', () => {
    const whole = wavOf(1, 16, 1, [0, 0x40, 0, 0x40, 0, 0x40]);
    expect(readWav(whole.subarray(0, whole.length - 3)).channels[0].length).toBe(1);
  });

  it('refuses with a reason', () => {
    expect(() => readWav(new TextEncoder().encode('no audio at all'))).toThrow('not a WAV file');
    expect(() => readWav(wavOf(0x55, 16, 1, []))).toThrow('not plain PCM');
    expect(() => readWav(wavOf(1, 16, 0, []))).toThrow('0 channels');
  });

  it('gives back what was written, bit for bit', () => {
    const channel = fc.float32Array({ minLength: 5, maxLength: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(channel, { minLength: 1, maxLength: 4 }), (channels) => {
        const read = readWav(writeWav({ sampleRate: 48_000, channels }));
        expect(read.sampleRate).toBe(48_000);
        expect(read.channels).toEqual(channels); // toEqual tells -0 from 0
      }),
    );
  });

  it('survives any damage: an answer or a WavError', () => {
    const whole = writeWav({ sampleRate: 48_000, channels: [new Float32Array(8), new Float32Array(8)] });
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
        const damaged = whole.slice(0, length);
        for (const [at, value] of changes) if (at < length) damaged[at] = value;
        try {
          const { channels } = readWav(damaged);
          expect(channels.length * channels[0].length).toBeLessThanOrEqual(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(WavError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
