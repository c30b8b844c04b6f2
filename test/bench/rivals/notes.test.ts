import { describe, expect, test } from 'vitest';
import { compareNotes } from '../../../bench/rivals/notes.js';
import { makePiece, RATE } from '../../../bench/rivals/piece.js';

const on = (frame: number, key: number) => ({ frame, bytes: Uint8Array.of(0x90, key, 100) });
const off = (frame: number, key: number) => ({ frame, bytes: Uint8Array.of(0x80, key, 0) });
const SENT = [on(0, 60), off(4800, 60), on(48_000, 62), off(52_800, 62)];
const later = (frames: number) => SENT.map((message) => ({ ...message, frame: message.frame + frames }));

describe('what became of the notes', () => {
  test('all of them, late', () => {
    expect(compareNotes(SENT, later(480))).toEqual({
      ...{ notes: 2, missing: 0, duplicated: 0, hung: 0, p50Ms: 10, p99Ms: 10 },
    });
  });

  test('the piece itself hangs nothing and misses nothing', () => {
    const { midi, seconds } = makePiece(2, 21);
    expect(compareNotes(midi, midi)).toMatchObject({ missing: 0, duplicated: 0, hung: 0 });
    expect(midi.every(({ frame }) => frame <= seconds * RATE)).toBe(true);
  });

  test('an end that never comes hangs, and so does one that comes a second too late', () => {
    expect(compareNotes(SENT, later(0).slice(0, 3)).hung).toBe(1);
    const slow = [...SENT.slice(0, 3), off(52_800 + RATE + 1, 62)];
    expect(compareNotes(SENT, slow).hung).toBe(1);
    expect(compareNotes(SENT, [...SENT.slice(0, 3), off(52_800 + RATE, 62)]).hung).toBe(0);
  });

  test('a beginning that never comes is missing; its end harms nobody', () => {
    expect(compareNotes(SENT, SENT.slice(1))).toMatchObject({ missing: 1, hung: 0, duplicated: 0 });
  });

  test('what comes twice, or half a second late, is not the note that was played', () => {
    expect(compareNotes(SENT, [SENT[0], on(10, 60), ...SENT.slice(1)])).toMatchObject({ duplicated: 1 });
    expect(compareNotes(SENT, later(RATE))).toMatchObject({ missing: 2, duplicated: 2 });
  });

  test('a note-on without velocity, and all notes off, end a note', () => {
    const silent = { frame: 4800, bytes: Uint8Array.of(0x90, 60, 0) };
    const panic = { frame: 52_800, bytes: Uint8Array.of(0xb0, 123, 0) };
    expect(compareNotes(SENT, [SENT[0], silent, SENT[2], panic])).toMatchObject({ missing: 0, hung: 0 });
  });
});
