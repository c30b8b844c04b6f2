import { describe, expect, it } from 'vitest';
import { composePiece } from '../../engine/demo/piece.js';
import { midiOfPiece } from '../../engine/demo/piece-midi.js';
import { renderPiece } from '../../engine/demo/synth.js';
import { writeWav } from '../../engine/demo/wav-file.js';

const RATE = 48_000;
const SECONDS = 6;

describe('the generated piece', () => {
  const piece = composePiece(7, SECONDS, RATE);
  const audio = renderPiece(piece);
  const midi = midiOfPiece(piece);

  it('is the same for the same seed, another for another', () => {
    const again = writeWav(renderPiece(composePiece(7, SECONDS, RATE)));
    expect(Buffer.compare(again, writeWav(audio))).toBe(0);
    expect(midiOfPiece(composePiece(7, SECONDS, RATE))).toEqual(midi);
    expect(composePiece(8, SECONDS, RATE).notes).not.toEqual(piece.notes);
  });

  it('has sound throughout, on both sides, and never clips', () => {
    for (const channel of audio.channels) {
      expect(channel.length).toBe(SECONDS * RATE);
      expect(channel.every((sample) => Math.abs(sample) < 1)).toBe(true);
      for (let start = RATE / 2; start + RATE / 2 <= channel.length; start += RATE / 2) {
        const half = channel.subarray(start, start + RATE / 2);
        const rms = Math.sqrt(half.reduce((sum, sample) => sum + sample * sample, 0) / half.length);
        expect(rms).toBeGreaterThan(0.02);
      }
    }
    expect(audio.channels[0].some((sample, i) => sample !== audio.channels[1][i])).toBe(true);
  });

  it('plays all four parts', () => {
    expect(new Set(piece.notes.map((note) => note.part)).size).toBe(4);
  });

  it('has MIDI of every kind, in order, within the piece', () => {
    const kinds = new Set(midi.map(({ bytes }) => (bytes[0] < 0xf0 ? bytes[0] & 0xf0 : bytes[0])));
    expect(kinds).toEqual(new Set([0x80, 0x90, 0xb0, 0xc0, 0xe0, 0xf0]));
    expect(midi.every(({ frame }, i) => frame >= (midi[i - 1]?.frame ?? 0) && frame < piece.frames)).toBe(
      true,
    );
    expect(midi.filter(({ bytes }) => bytes[0] === 0xf0).some(({ bytes }) => bytes.length > 128)).toBe(true);
  });

  it('ends every note it begins, and begins none that sounds', () => {
    const sounding = new Set<number>();
    for (const { bytes } of midi) {
      const kind = bytes[0] & 0xf0;
      if (kind !== 0x80 && kind !== 0x90) continue;
      const note = ((bytes[0] & 0x0f) << 7) | bytes[1];
      expect(sounding.has(note)).toBe(kind === 0x80);
      if (kind === 0x90) sounding.add(note);
      else sounding.delete(note);
    }
    expect(sounding.size).toBe(0);
  });

  it('begins with a melody whatever the seed', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const parts = new Set(composePiece(seed, 8, RATE).notes.map((note) => note.part));
      expect(parts, `seed ${seed}`).toContain('melody');
    }
  });
});
