import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSmf, SmfError } from '../../engine/demo/smf-reader.js';
import { type FrameMessage, writeSmf } from '../../engine/demo/smf-writer.js';

function smfOf(division: number, ...tracks: number[][]): Uint8Array {
  const header = [...'MThd'].map((c) => c.charCodeAt(0));
  const bytes = [...header, 0, 0, 0, 6, 0, 1, 0, tracks.length, division >> 8, division & 255];
  for (const track of tracks) bytes.push(0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, track.length, ...track);
  return Uint8Array.from(bytes);
}
const END = [0, 0xff, 0x2f, 0];
const shape = (file: Uint8Array) => readSmf(file).map(({ seconds, bytes }) => [seconds, ...bytes]);

describe('reading Standard MIDI Files', () => {
  it('follows running status, merges tracks and applies the tempo where it changes', () => {
    const tempo = [0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40, 96, 0xff, 0x51, 3, 0x07, 0xa1, 0x20, ...END];
    const notes = [0, 0x90, 60, 100, 48, 60, 0, 96, 0x80, 60, 0, ...END];
    expect(shape(smfOf(96, tempo, notes))).toEqual([
      [0, 0x90, 60, 100],
      [0.5, 0x90, 60, 0],
      [1.25, 0x80, 60, 0],
    ]);
  });

  it('reads SMPTE time', () => {
    const file = smfOf(0xe728, [0x50, 0xc0, 5, ...END]); // 25 frames of 40 ticks a second
    expect(shape(file)).toEqual([[0.08, 0xc0, 5]]);
  });

  it('puts a SysEx in pieces together, and takes escapes', () => {
    const pieces = [0, 0xf0, 2, 0x7d, 1, 10, 0xf7, 2, 2, 3, 10, 0xf7, 2, 4, 0xf7];
    const raw = [0, 0xf7, 1, 0xf8];
    expect(shape(smfOf(500, [...pieces, ...raw, ...END])).map((row) => row.slice(1))).toEqual([
      [0xf0, 0x7d, 1, 2, 3, 4, 0xf7],
      [0xf8],
    ]);
  });

  it('refuses with a reason', () => {
    expect(() => readSmf(new Uint8Array(20))).toThrow('not a Standard MIDI File');
    expect(() => readSmf(smfOf(0, END))).toThrow('header');
    expect(() => readSmf(smfOf(96, [0, 60, 100]))).toThrow('without a status');
    expect(() => readSmf(smfOf(96, [0, 0x90, 60]))).toThrow('cut off');
  });
});

const byte7 = fc.nat(127);
const message: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.tuple(fc.integer({ min: 0x80, max: 0xbf }), byte7, byte7),
  fc.tuple(fc.integer({ min: 0xc0, max: 0xdf }), byte7),
  fc.tuple(fc.integer({ min: 0xe0, max: 0xef }), byte7, byte7),
  fc.array(byte7, { maxLength: 300 }).map((data) => [0xf0, ...data, 0xf7]),
  fc.constantFrom<number[]>([0xf8], [0xfa], [0xf2, 1, 2]),
);
const timed: fc.Arbitrary<FrameMessage[]> = fc
  .array(fc.record({ frame: fc.nat(3_000_000), bytes: message.map((bytes) => Uint8Array.from(bytes)) }))
  .map((messages) => messages.sort((a, b) => a.frame - b.frame));

describe('writing Standard MIDI Files', () => {
  it('keeps every message at its exact frame, at every usual rate', () => {
    fc.assert(
      fc.property(
        timed,
        fc.constantFrom(22_050, 44_100, 48_000, 88_200, 96_000, 192_000),
        (messages, rate) => {
          const back = readSmf(writeSmf(messages, rate));
          expect(back.map(({ bytes }) => bytes)).toEqual(messages.map(({ bytes }) => bytes));
          expect(back.map(({ seconds }) => Math.round(seconds * rate))).toEqual(
            messages.map(({ frame }) => frame),
          );
          expect(back.every(({ seconds }, i) => Math.abs(seconds * rate - messages[i].frame) < 1e-3)).toBe(
            true,
          );
        },
      ),
    );
  });

  it('refuses messages that go back in time', () => {
    const bytes = Uint8Array.of(0xf8);
    expect(() =>
      writeSmf(
        [
          { frame: 5, bytes },
          { frame: 4, bytes },
        ],
        48_000,
      ),
    ).toThrow('out of order');
  });

  it('survives any damage: an answer or an SmfError', () => {
    const bytes = Uint8Array.of(0xf0, 1, 2, 3, 0xf7);
    const whole = writeSmf(
      [0, 10, 1000, 100_000].map((frame) => ({ frame, bytes })),
      48_000,
    );
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), (changes, length) => {
        const damaged = whole.slice(0, length);
        for (const [at, value] of changes) if (at < length) damaged[at] = value;
        try {
          expect(readSmf(damaged).length).toBeLessThanOrEqual(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SmfError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
