import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JellieBody, jellieFramesMax, readJellieBody } from '../../engine/fec/jellie-body.js';
import { JellieDecoder } from '../../engine/fec/jellie-decoder.js';
import { jellieArithmetic, writeDescription } from '../../engine/fec/jellie-encoder.js';
import { ARITHMETIC } from '../../engine/fec/jellie-words.js';
import { sampleBytes } from '../../engine/toast/audio-body.js';

const PAIRS = [
  ...[0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b !== a).map((b) => [a, b] as const)),
];

/** A BINARY body: 48 kHz, words of the format's size. */
function binaryBody(channels: number, sampleFormat: number, words: readonly number[]): Uint8Array {
  const bytes = sampleBytes(sampleFormat);
  const body = new Uint8Array(8 + words.length * bytes);
  const view = new DataView(body.buffer);
  view.setUint32(0, 48000, true);
  view.setUint8(4, channels);
  view.setUint8(5, sampleFormat);
  view.setUint16(6, words.length / channels, true);
  words.forEach((word, index) => {
    for (let k = 0; k < bytes; k++) body[8 + index * bytes + k] = word >>> (8 * k);
  });
  return body;
}

const floatBody = (channels: number, samples: readonly number[]): Uint8Array =>
  binaryBody(channels, 0, [...new Uint32Array(Float32Array.from(samples).buffer)]);

function describe4(body: Uint8Array, arithmetic = jellieArithmetic(body, 0, body.length)): Uint8Array[] {
  return [0, 1, 2, 3].map((description) => {
    const out = new Uint8Array(body.length + 40);
    return out.slice(0, writeDescription(description, arithmetic, body, 0, out, 0));
  });
}

function block(decoder: JellieDecoder): Uint8Array {
  return decoder.slab.u8.slice(decoder.bodyOffset, decoder.bodyOffset + decoder.bodyBytes);
}

const specials = [
  ...[0, 0x80000000, 0x7fc00000, 0xffc00000, 0x7f800000, 0xff800000, 0x7fffffff, 0xffffffff, 0x7ffffffa],
  ...[
    0x7ffffffb, 0x7f800001, 1, 0x80000001, 0x3f800000, 0xbf800000, 0x7fffff, 0x800000, 0x7fff, 0x8000, 0x7ff0,
  ],
];
const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(...specials));
const anyBlock = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    sampleFormat: fc.nat(2),
    frames: fc.integer({ min: 2, max: 9 }),
  })
  .chain(({ channels, sampleFormat, frames }) =>
    fc
      .array(word, { minLength: channels * frames, maxLength: channels * frames })
      .map((words) => binaryBody(channels, sampleFormat, words)),
  );

describe('four descriptions', () => {
  it('any two give back every bit, whatever the samples are, in any order', () => {
    fc.assert(
      fc.property(anyBlock, (body) => {
        const four = describe4(body);
        for (const [a, b] of PAIRS) {
          const decoder = new JellieDecoder(4, 200);
          expect(decoder.add(640, 7, four[a], 0, four[a].length)).toBe(false);
          expect(decoder.add(640, 7, four[b], 0, four[b].length)).toBe(true);
          expect([...block(decoder)]).toEqual([...body]);
          expect([decoder.mediaTime, decoder.captureTimeUs]).toEqual([640, 7]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keep both arithmetics right over the whole range of 16 bits', () => {
    const words = Array.from({ length: 4096 }, (_, k) => (k * 16 + (k >> 8)) & 0xffff);
    const body = binaryBody(1, 2, words);
    for (const arithmetic of [jellieArithmetic(body, 0, body.length), ARITHMETIC.field]) {
      const four = describe4(body, arithmetic);
      for (const [a, b] of PAIRS) {
        const decoder = new JellieDecoder(1, 9000);
        decoder.add(0, 0, four[a], 0, four[a].length);
        decoder.add(0, 0, four[b], 0, four[b].length);
        expect(block(decoder).every((byte, index) => byte === body[index])).toBe(true);
      }
    }
  });

  it('take the modular arithmetic for all sound and most of the rest', () => {
    const arithmetic = (format: number, words: number[]): number => {
      const body = binaryBody(1, format, words);
      return jellieArithmetic(body, 0, body.length);
    };
    expect(arithmetic(0, [0, 0x80000000, 0x7fc00000, 0xffc00000, 0x7f800000, 0x7ffffffa])).toBe(
      ARITHMETIC.modular,
    );
    expect(arithmetic(0, [0, 0x7ffffffb])).toBe(ARITHMETIC.field);
    expect(arithmetic(1, [0x7ffffc, 0x800000])).toBe(ARITHMETIC.modular);
    expect(arithmetic(1, [0, 0x7ffffd])).toBe(ARITHMETIC.field);
    expect(arithmetic(2, [0x7ff0, 0x8000])).toBe(ARITHMETIC.modular);
    expect(arithmetic(2, [0, 0x7ff1])).toBe(ARITHMETIC.field);
  });

  it('are half as long each, and are said to fit when they do', () => {
    const body = floatBody(2, new Array(128).fill(0.25));
    expect(describe4(body).map((one) => one.length)).toEqual([268, 268, 268, 268]);
    expect(jellieFramesMax(0, 2, 268)).toBe(64);
    expect(jellieFramesMax(0, 2, 267)).toBe(62);
    expect(jellieFramesMax(0, 2, 4)).toBe(0);
  });
});

describe('one description alone', () => {
  const FRAMES = 64;
  const tone = (frame: number): number => 0.9 * Math.sin(0.05 * frame + 0.3);
  const stereo = Array.from({ length: 2 * FRAMES }, (_, i) => (i & 1 ? 0.4 * tone(i >> 1) : tone(i >> 1)));

  function aloneError(description: number): number {
    const body = floatBody(2, stereo);
    const decoder = new JellieDecoder(4, 300);
    const one = describe4(body)[description];
    decoder.add(6400, 1, one, 0, one.length);
    expect(decoder.takeAlone(6399)).toBe(false);
    expect(decoder.takeAlone(6400 + FRAMES)).toBe(false);
    if (!decoder.takeAlone(6410)) return Number.POSITIVE_INFINITY;
    expect(decoder.mediaTime).toBe(6400);
    const made = new Float32Array(block(decoder).slice(8).buffer);
    expect(made.length).toBe(stereo.length);
    return Math.sqrt(made.reduce((sum, value, i) => sum + (value - stereo[i]) ** 2, 0) / made.length);
  }

  it('gives half of the bandwidth: a low tone nearly as it was', () => {
    expect(aloneError(0)).toBeLessThan(0.006);
    expect(aloneError(1)).toBeLessThan(0.006);
    expect(aloneError(2)).toBeLessThan(0.02);
    expect(aloneError(3)).toBe(Number.POSITIVE_INFINITY);
  });

  it('works for whole numbers up to full scale as well', () => {
    for (const [format, full] of [
      [1, 8388600],
      [2, 32750],
    ]) {
      const words = Array.from({ length: FRAMES }, (_, k) => Math.round(full * Math.sin(0.05 * k)));
      const body = binaryBody(1, format, words);
      for (const description of [0, 1, 2]) {
        const decoder = new JellieDecoder(1, 300);
        const one = describe4(body)[description];
        decoder.add(0, 0, one, 0, one.length);
        expect(decoder.takeAlone(5)).toBe(true);
        const made = block(decoder);
        const bytes = sampleBytes(format);
        const shift = 32 - 8 * bytes;
        words.forEach((value, k) => {
          let found = 0;
          for (let i = 0; i < bytes; i++) found |= made[8 + k * bytes + i] << (8 * i);
          expect(Math.abs(((found << shift) >> shift) - value) / full).toBeLessThan(0.06);
        });
      }
    }
  });

  it('copes with an odd number of frames', () => {
    const body = floatBody(1, [0.1, 0.2, 0.3]);
    for (const description of [0, 1, 2]) {
      const decoder = new JellieDecoder(1, 300);
      const one = describe4(body)[description];
      decoder.add(0, 0, one, 0, one.length);
      expect(decoder.takeAlone(2)).toBe(true);
      const made = new Float32Array(block(decoder).slice(8).buffer);
      expect(made.every((value) => value > -0.01 && value < 0.31)).toBe(true);
    }
  });
});

describe('bodies from outside', () => {
  it('are read only when everything fits', () => {
    const good = describe4(floatBody(2, new Array(12).fill(0.5)))[2];
    const accepts = (change: (u8: Uint8Array) => unknown, bytes = good.length): boolean => {
      const u8 = good.slice();
      change(u8);
      return readJellieBody(u8, 0, bytes, new JellieBody());
    };
    expect(accepts(() => {})).toBe(true);
    expect(accepts(() => {}, good.length - 1)).toBe(false);
    expect(accepts(() => {}, good.length + 1)).toBe(false);
    for (const [at, value] of [
      ...[
        [5, 0x00],
        [5, 0x13],
        [5, 0x30],
        [8, 4],
        [9, 2],
        [10, 1],
        [11, 1],
        [4, 0],
        [4, 65],
      ],
      ...[
        [6, 8],
        [6, 0],
        [1, 0],
      ],
    ]) {
      expect(accepts((u8) => u8.fill(value, at, at + 1))).toBe(false);
    }
  });

  it('never throw, never take memory outside, whatever they say', () => {
    const decoder = new JellieDecoder(4, 100);
    const good = describe4(floatBody(2, new Array(12).fill(0.5)));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 110 }),
        fc.nat(3),
        fc.array(fc.tuple(fc.nat(13), fc.nat(255))),
        (noise, d, edits) => {
          const changed = good[d].slice();
          for (const [at, value] of edits) changed[at] = value;
          for (const u8 of [noise, changed]) {
            decoder.add(d, 0, u8, 0, u8.length);
            decoder.add(d, 0, u8, 3, u8.length);
            decoder.takeAlone(d);
            expect(decoder.bodyOffset + decoder.bodyBytes).toBeLessThanOrEqual(decoder.slab.u8.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the decoder of descriptions', () => {
  const bodies = Array.from({ length: 6 }, (_, k) => floatBody(1, [k, k + 0.5, k + 0.25, -k]));
  const give = (decoder: JellieDecoder, k: number, d: number): boolean => {
    const one = describe4(bodies[k])[d];
    return decoder.add(4 * k, 0, one, 0, one.length);
  };

  it('restores blocks that come mixed, each once', () => {
    const decoder = new JellieDecoder(4, 100);
    expect([give(decoder, 0, 0), give(decoder, 1, 3), give(decoder, 0, 0), give(decoder, 1, 2)]).toEqual([
      ...[false, false, false, true],
    ]);
    expect([...block(decoder)]).toEqual([...bodies[1]]);
    expect(give(decoder, 1, 1)).toBe(false);
    expect(give(decoder, 0, 2)).toBe(true);
    expect([...block(decoder)]).toEqual([...bodies[0]]);
    expect(decoder.takeAlone(0)).toBe(false);
    expect({ ...decoder.counts }).toEqual({ restored: 2, alone: 0, redundant: 2, malformed: 0 });
  });

  it('forgets the block that came first when it has no more room, and everything at a reset', () => {
    const decoder = new JellieDecoder(2, 100);
    for (const k of [0, 1, 2]) give(decoder, k, 0);
    expect(give(decoder, 1, 1)).toBe(true);
    expect(give(decoder, 0, 1)).toBe(false);
    decoder.reset();
    expect(give(decoder, 2, 1)).toBe(false);
  });

  it('does not mix descriptions that do not belong together', () => {
    const decoder = new JellieDecoder(2, 100);
    give(decoder, 0, 0);
    const other = describe4(floatBody(1, [1, 2, 3, 4, 5, 6]))[1];
    expect(decoder.add(0, 0, other, 0, other.length)).toBe(false);
    const field = describe4(bodies[0], ARITHMETIC.field)[2];
    expect(decoder.add(0, 0, field, 0, field.length)).toBe(false);
    expect(decoder.counts.malformed).toBe(2);
    expect(give(decoder, 0, 3)).toBe(true);
  });
});
