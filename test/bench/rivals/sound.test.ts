// The measures of the comparison, on recordings whose faults are known.
import { describe, expect, test } from 'vitest';
import { findLag } from '../../../bench/rivals/lag.js';
import { makePiece, RATE } from '../../../bench/rivals/piece.js';
import { compareSound } from '../../../bench/rivals/sound.js';

const SECONDS = 4;
const played = makePiece(SECONDS, 3).channels[0];
const FROM = RATE / 2;
const TO = SECONDS * RATE;

/** What a line that is `lag` frames long records. */
const delayed = (lag: number, gain = 1): Float32Array =>
  Float32Array.from({ length: played.length + RATE }, (_, n) => gain * (played[n - lag] ?? 0));

describe('how late a recording is', () => {
  test.each([[0], [1], [777], [1031], [20_000]])('%i frames', (lag) => {
    const found = findLag(played, delayed(lag), FROM + 20_000, 12_000, 24_000);
    expect(found.frames).toBe(lag);
    expect(found.likeness).toBeCloseTo(1, 5);
  });

  test('silence is like nothing', () => {
    expect(findLag(played, new Float32Array(TO), FROM, 12_000, 24_000).likeness).toBe(0);
  });
});

describe('what became of the sound', () => {
  test('nothing but lateness: every block exact', () => {
    const found = compareSound(played, delayed(1031), FROM, TO);
    expect(found).toMatchObject({ cleanShare: 1, exactShare: 1, gapsPerMinute: 0 });
    expect(found.latencyMs).toBeCloseTo(1031 / 48, 6);
  });

  test('another level and a shift between frames: clean, not exact', () => {
    const late = delayed(400);
    const recorded = late.map((value, n) => 0.4 * value + 0.5 * (late[n - 1] ?? 0));
    const found = compareSound(played, recorded, FROM, TO);
    expect(found).toMatchObject({ cleanShare: 1, exactShare: 0, gapsPerMinute: 0 });
  });

  test.each([
    ['silence', () => 0],
    ['what was there before', (n: number, x: Float32Array) => x[n - 64]],
  ])('a packet of %s every half second is a gap', (_, filler) => {
    const recorded = delayed(1031);
    const intact = recorded.slice();
    let gaps = 0;
    for (let at = FROM + 9000; at + 64 < TO - RATE / 4; at += RATE / 2, gaps++) {
      for (let n = at; n < at + 64; n++) recorded[n] = filler(n, intact);
    }
    const found = compareSound(played, recorded, FROM, TO);
    const minutes = (TO - FROM) / RATE / 60;
    expect(Math.round(found.gapsPerMinute * minutes)).toBeCloseTo(gaps, -0.5);
    expect(found.cleanShare).toBeGreaterThan(0.97);
    expect(found.cleanShare).toBeLessThan(1);
  });

  test('a jump of the latency is followed, and shows', () => {
    const recorded = delayed(500);
    recorded.set(delayed(4500).subarray(2 * RATE), 2 * RATE);
    const found = compareSound(played, recorded, FROM, TO);
    expect(found.latencyMaxMs).toBeCloseTo(4500 / 48, 6);
    expect(found.cleanShare).toBeGreaterThan(0.9);
    expect(found.gapsPerMinute).toBeGreaterThan(0);
  });

  test('nothing arrives: nothing is clean, and there is no latency to tell', () => {
    const found = compareSound(played, new Float32Array(TO), FROM, TO);
    expect(found).toMatchObject({ cleanShare: 0, exactShare: 0, latencyMs: Number.NaN });
  });
});
