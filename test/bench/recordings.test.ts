// Recordings for the concealment benchmark: what becomes of them, and what happens where there are none.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cut, recordingOf } from '../../bench/repair/recordings.js';
import { PARTS, type Part, scoreOf } from '../../bench/repair/scores.js';
import { readSmf } from '../../engine/demo/smf-reader.js';

afterEach(() => vi.unstubAllEnvs());

describe('recordings', () => {
  test('begin with their first sound, as loud as all others, and are repeated when they are too short', () => {
    const recorded = new Float32Array(3000);
    recorded.set([0.1, -0.25, 0.2], 2000);
    const samples = cut(recorded, 4000, 48_000);
    expect(samples).toHaveLength(4000);
    // A hundredth of a second is left before the sound.
    expect([...samples.subarray(479, 484)].map((value) => Number(value.toFixed(3)))).toEqual([
      ...[0, 0.2, -0.5, 0.4, 0],
    ]);
    expect(samples[480 + 1480]).toBeCloseTo(0.2, 6);
    expect(() => cut(new Float32Array(100), 10, 48_000)).toThrow('silent');
  });

  test('where the packages are missing a reason is told, and what to install', () => {
    vi.stubEnv('PATH', '/nonexistent');
    expect(recordingOf('voice', 1000, 48_000)).toMatch(/^not installed: .*apt-get install alsa-utils sox$/);
    expect(recordingOf('sine', 1000, 48_000)).toContain('made up');
  });

  test.each(Object.keys(PARTS))('the notes of %s: the same ones every time, each with its end', (name) => {
    const part = name as Part;
    expect(scoreOf(part)).toEqual(scoreOf(part));
    const messages = readSmf(scoreOf(part));
    expect([...messages[0].bytes]).toEqual([0xc0, PARTS[part].program]);
    const kinds = messages.map(({ bytes }) => bytes[0]);
    expect(kinds.filter((kind) => kind === 0x90).length).toBeGreaterThan(20);
    expect(kinds.filter((kind) => kind === 0x80)).toHaveLength(kinds.filter((kind) => kind === 0x90).length);
  });
});
