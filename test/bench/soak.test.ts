// A minute of the soak: everything adds up, nothing grows, and the same seed gives the same run to the last bit.
import { describe, expect, it } from 'vitest';
import { broken } from '../../bench/soak/laws.js';
import { Digest, MidiLedger } from '../../bench/soak/ledger.js';
import { MemoryWatch } from '../../bench/soak/memory.js';
import { MixedLine } from '../../bench/soak/mixed-line.js';
import { simulatedRow } from '../../bench/soak/simulated.js';
import { eventsBetween, runSoak } from '../../bench/soak/soak-run.js';
import { Fate, PacketIdentity } from '../../engine/impairment/fate.js';

describe('the soak', { timeout: 240_000 }, () => {
  it('the same seed gives the same run, another one another', () => {
    const [first, again, other] = [5, 5, 6].map((seed) => runSoak({ minutes: 0.25, seed }).digest);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('a minute of everything: all laws hold', () => {
    const first = runSoak({ minutes: 1, seed: 5 });
    expect(first.broken).toEqual([]);
    const row = simulatedRow(first, { minutes: 1, seed: 5, replay: first.digest });
    expect(row).toMatchObject({
      ...{ part: 'simulated', eventsMissing: 0, eventsSurplus: 0, notesHung: 0, underrunFrames: 0 },
      ...{ lawsBroken: 'none' },
    });
    // It was no walk in the park.
    for (const name of ['lost', 'cut', 'duplicated', 'corrupted', 'eventsSent'])
      expect(Number(row[name]), name).toBeGreaterThan(300);
    for (const name of ['framesRecovered', 'framesConcealed'])
      expect(Number(row[name])).toBeGreaterThan(48_000);
  });
});

describe('its instruments', () => {
  it('find what is missing, doubled, hung', () => {
    const ledger = new MidiLedger();
    for (const bytes of [
      [0x90, 60, 1],
      [0x80, 60, 0],
      [0x90, 61, 1],
      [0xf0, 1, 2, 3, 0xf7],
    ])
      ledger.send(bytes);
    for (const bytes of [
      [0x90, 60, 1],
      [0x90, 61, 1],
      [0x90, 61, 1],
      [0xf0, 1, 2, 3, 0xf7],
    ])
      ledger.hear(bytes);
    expect([ledger.missing, ledger.surplus, ledger.hung]).toEqual([1, 1, 2]);
  });

  it('a digest depends on every bit', () => {
    const digests = [[1, 2], [2, 1], [1, 2.0000002384185791], [1, -2], [1]].map((values) => {
      const digest = new Digest();
      digest.addSamples(Float32Array.from(values));
      return digest.text;
    });
    expect(new Set(digests).size).toBe(5);
  });

  it('memory: what grows is told from what came at the start', () => {
    const flat = new MemoryWatch();
    const leaking = new MemoryWatch();
    for (let i = 0; i < 40; i++) {
      flat.take(i < 10 ? i * 1e6 : 10e6 + (i % 3));
      leaking.take(i * 1000);
    }
    expect(Math.abs(flat.growthBytes)).toBeLessThan(3);
    expect(leaking.growthBytes).toBeGreaterThan(15_000);
  });

  it('laws: a difference is told, one that may be is not', () => {
    const laws = [
      { name: 'a', left: 3, right: 3 },
      { name: 'b', left: 3, right: 4 },
      { name: 'c', left: 3, right: 4, within: 1 },
      { name: 'd', left: 3, right: 9, within: 5 },
    ];
    expect(broken(laws)).toEqual(['b: 3, 4', 'd: 3, 9 (within 5)']);
  });

  it('the endless loop: each event once, in order, whatever the blocks', () => {
    const loop = [0, 100, 100, 50_000].map((frame, i) => ({ frame, bytes: [i] }));
    const period = 22 * 48_000;
    const heard = [];
    for (let from = 0; from < 2 * period; from += 333) {
      heard.push(...eventsBetween(loop, from, Math.min(from + 333, 2 * period)));
    }
    expect(heard.map(({ frame }) => frame)).toEqual(
      [0, 100, 100, 50_000].flatMap((f) => [f]).concat([0, 100, 100, 50_000].map((f) => f + period)),
    );
  });

  it('the line changes with time and turns round', () => {
    const line = new MixedLine(1);
    const fate = new Fate();
    const packet = Object.assign(new PacketIdentity(), { type: 2 });
    const lossBetween = (fromSecond: number, toSecond: number) => {
      let lost = 0;
      for (let us = fromSecond * 1e6; us < toSecond * 1e6; us += 1000) {
        packet.sequence++;
        line.decide(0, packet, fate, us);
        if (fate.lost) lost++;
      }
      return lost / ((toSecond - fromSecond) * 1000);
    };
    const shares = [0, 5, 15, 25, 45, 55, 70].map((from, i, all) => lossBetween(from, all[i + 1] ?? 75));
    const expected = [0, 0.02, 0.33, 0.33, 0.1, 0.08, 0];
    for (const [index, share] of shares.entries()) {
      expect(Math.abs(share - expected[index]), `spell ${index}`).toBeLessThan(0.04);
    }
  });
});
