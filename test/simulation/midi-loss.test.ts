// Dense playing over lines that lose most of what is sent: nothing missing, nothing twice, nothing hung.
import { describe, expect, it } from 'vitest';
import { rng, Simulation } from './support/simulation.js';

const RATE = 48000;

/** Chords, runs, pedal, bends and controllers on several channels; every event's bytes are followed by a mark. */
function densePlaying(seconds: number, seed: number): { frame: number; bytes: number[] }[] {
  const random = rng(seed);
  const events: { frame: number; bytes: number[] }[] = [];
  for (let frame = 2000; frame < seconds * RATE; frame += Math.floor(RATE * (0.02 + 0.08 * random()))) {
    const channel = Math.floor(random() * 3);
    const key = 30 + Math.floor(random() * 60);
    const kind = random();
    if (kind < 0.7) {
      const length = Math.floor(RATE * (0.01 + 0.3 * random()));
      events.push({ frame, bytes: [0x90 | channel, key, 1 + Math.floor(random() * 127)] });
      events.push({ frame: frame + length, bytes: [0x80 | channel, key, Math.floor(random() * 128)] });
    } else if (kind < 0.85) {
      events.push({ frame, bytes: [0xb0 | channel, random() < 0.3 ? 64 : 1, Math.floor(random() * 128)] });
    } else if (kind < 0.97) {
      events.push({ frame, bytes: [0xe0 | channel, Math.floor(random() * 128), Math.floor(random() * 128)] });
    } else events.push({ frame, bytes: [0xc0 | channel, Math.floor(random() * 128)] });
  }
  return events.sort((a, b) => a.frame - b.frame);
}

function hungNotes(events: readonly { bytes: readonly number[] }[]): number {
  const sounding = new Set<number>();
  for (const { bytes } of events) {
    const key = ((bytes[0] & 15) << 7) | bytes[1];
    if ((bytes[0] & 0xf0) === 0x90 && bytes[2] > 0) sounding.add(key);
    else if ((bytes[0] & 0xf0) === 0x80 || (bytes[0] & 0xf0) === 0x90) sounding.delete(key);
  }
  return sounding.size;
}

describe('MIDI over a lossy line', () => {
  for (const [loss, seed] of [
    [0.2, 31],
    [0.5, 32],
    [0.66, 33],
    [0.66, 34],
  ] as const) {
    it(`${loss * 100} % independent loss: all events once, most in time (seed ${seed})`, () => {
      const simulation = new Simulation({ seed, lossMidi: loss });
      const a = simulation.addEngine();
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, {
        plugin: { mode: 'receive', latencyMs: 12 },
        block: () => 64,
      });
      const events = densePlaying(30, seed);
      simulation.addHost(a, 0, { plugin: {}, block: () => 64, events });
      simulation.run(35_000_000);
      const heard = receiver.plugin.events;
      const text = (list: readonly { bytes: readonly number[] }[]) => list.map((e) => e.bytes.join()).sort();
      expect(text(heard)).toEqual(text(events));
      expect(hungNotes(heard)).toBe(0);
      const latenessMs = heard
        .map((event) => ((event.frame - event.dueFrame) * 1000) / RATE)
        .sort((x, y) => x - y);
      expect(latenessMs[Math.floor(latenessMs.length / 2)]).toBe(0);
    });
  }

  it('90 %: what is missing is missing, but nothing hangs', () => {
    const simulation = new Simulation({ seed: 41, lossMidi: 0.9 });
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
    const events = densePlaying(30, 41);
    simulation.addHost(a, 0, { plugin: {}, block: () => 64, events });
    simulation.run(42_000_000);
    const heard = receiver.plugin.events;
    expect(hungNotes(heard)).toBe(0);
    expect(heard.length).toBeGreaterThan(events.length * 0.95);
  });
});
