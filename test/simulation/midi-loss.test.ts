// Dense playing over lines that lose most of what is sent: nothing missing, nothing twice, nothing hung.
import { describe, expect, it } from 'vitest';
import { type MidiLossFigures, runMidiLoss } from '../../bench/midi-loss/midi-loss-run.js';

const WHOLE = { missing: 0, reported: 0, duplicated: 0, hung: 0, healed: 0 };

function late(figures: MidiLossFigures, share: number): number {
  const { latenessMs } = figures;
  return latenessMs[Math.min(latenessMs.length - 1, Math.floor(latenessMs.length * share))];
}

describe('MIDI over a lossy line', () => {
  it('that loses nothing: every event when its block is complete', () => {
    const figures = runMidiLoss({ loss: 0, burstMs: 0, seconds: 10, seed: 30, dumpEverySeconds: 0 });
    expect(figures).toMatchObject(WHOLE);
    expect(late(figures, 0.99)).toBe(0);
    expect(figures.onFrameShare).toBe(1);
  });

  for (const [loss, seed] of [
    [0.2, 31],
    [0.5, 32],
    [0.66, 33],
    [0.66, 34],
  ] as const) {
    it(`${loss * 100} % independent loss: all events once, nearly all at once (seed ${seed})`, () => {
      const figures = runMidiLoss({ loss, burstMs: 0, seconds: 20, seed, dumpEverySeconds: 10 });
      expect(figures.sent).toBeGreaterThan(2000);
      expect(figures).toMatchObject(WHOLE);
      expect(late(figures, 0.5)).toBeLessThan(2);
      expect(late(figures, 0.99)).toBeLessThan(25);
    });
  }

  for (const [loss, burstMs, seed] of [
    [0.33, 5, 51],
    [0.66, 20, 52],
    [0.66, 20, 53],
  ] as const) {
    it(`${loss * 100} % loss in bursts of ${burstMs} ms: all there when one ends (seed ${seed})`, () => {
      const figures = runMidiLoss({ loss, burstMs, seconds: 20, seed, dumpEverySeconds: 10 });
      expect(figures).toMatchObject(WHOLE);
      expect(figures.waitedMs.at(-1)).toBeLessThan(5);
    });
  }

  for (const seed of [41, 42]) {
    it(`90 %: what is missing is reported, nothing hangs (seed ${seed})`, () => {
      const figures = runMidiLoss({ loss: 0.9, burstMs: 0, seconds: 20, seed, dumpEverySeconds: 15 });
      expect(figures.hung).toBe(0);
      expect(figures.duplicated).toBe(0);
      expect(figures.missing).toBeLessThan(figures.sent / 1000);
      expect(figures.reported).toBe(figures.missing);
    });
  }

  it('90 % with a journal of 15 ms: what is missing is missing and reported, but nothing hangs', () => {
    const figures = runMidiLoss({
      ...{ loss: 0.9, burstMs: 0, seconds: 20, seed: 43, dumpEverySeconds: 0 },
      journalMs: 15,
    });
    expect(figures.hung).toBe(0);
    expect(figures.missing).toBeGreaterThan(20);
    expect(figures.reported).toBe(figures.missing);
    expect(figures.healed).toBeGreaterThan(5);
  });
});
