import { describe, expect, it } from 'vitest';
import { densePlaying, SAMPLE_RATE } from '../../bench/midi-loss/dense-playing.js';
import { LineTime } from '../../bench/midi-loss/line-time.js';
import { midiLoss } from '../../bench/midi-loss/midi-loss.js';
import { soundingNotes } from '../../bench/midi-loss/midi-loss-run.js';
import { BurstLine } from '../../engine/impairment/loss-process.js';

describe('bench midi-loss', () => {
  it('quick: one row, with everything asked of it', async () => {
    const rows = await midiLoss.run({ quick: true, numbers: {}, choices: {}, flags: [], say: () => {} });
    expect(rows.length).toBe(1);
    expect(rows[0]).toMatchObject({ model: 'independent', lossPercent: 66, burstMs: null });
    expect(rows[0]).toMatchObject({ missing: 0, duplicated: 0, hung: 0 });
    expect(rows[0].sent).toBeGreaterThan(500);
    expect(rows[0].latenessP50Ms).toBeLessThan(2);
    expect(rows[0].latenessP99Ms).toBeLessThan(25);
    expect(rows[0].packetsPerEvent).toBeGreaterThan(1);
  });

  it('plays what is dense, of every kind, and ends it all', () => {
    const events = densePlaying({ seconds: 60, seed: 3, dumpEverySeconds: 20 });
    expect(events.length / 60).toBeGreaterThan(120);
    const kinds = new Set(events.map(({ bytes }) => bytes[0] >> 4));
    expect([...kinds].sort((a, b) => a - b)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(Math.max(...events.map(({ bytes }) => bytes.length))).toBe(65536);
    expect(soundingNotes(events).size).toBe(0);
    expect(events.every(({ frame }, i) => i === 0 || frame >= events[i - 1].frame)).toBe(true);
    expect(events.at(-1)?.frame).toBeLessThanOrEqual(61 * SAMPLE_RATE);
    expect(densePlaying({ seconds: 5, seed: 3, dumpEverySeconds: 0 })).toEqual(
      densePlaying({ seconds: 5, seed: 3, dumpEverySeconds: 0 }),
    );
  });

  it('counts the time in which a line was good as the line itself does', () => {
    const options = { loss: 0.66, burstPackets: 0, burstMs: 20, lossInBurst: 1 };
    const time = new LineTime(options, 7, 18, 1, 1000, 20e6);
    expect(time.between(1000, 20e6 - 1000) / 20e6).toBeCloseTo(0.34, 1);
    const line = new BurstLine(options, 7, 18, 1);
    let good = 0;
    for (let atUs = 1000; atUs < 5e6; atUs += 100) good += line.next(atUs) ? 0 : 100;
    expect(Math.abs(time.between(1000, 5e6) - good)).toBeLessThan(20_000);
  });
});
