import { describe, expect, it } from 'vitest';
import { type HostOptions, rng, Simulation } from './support/simulation.js';

const RATE = 48000;

function notes(count: number, everyFrames: number, channel: number): { frame: number; bytes: number[] }[] {
  return Array.from({ length: count }, (_, i) => ({
    frame: (i + 1) * everyFrames,
    bytes: [(i % 2 === 0 ? 0x90 : 0x80) | channel, (i >> 1) % 128, 64],
  }));
}

/** The same number of times in both lists, whatever the order. */
function counts(events: readonly { bytes: readonly number[] }[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { bytes } of events) found.set(bytes.join(), (found.get(bytes.join()) ?? 0) + 1);
  return found;
}

describe('exactly once', () => {
  for (const seed of [11, 12, 13]) {
    it(`under duplication and reordering from two senders with equal sequence numbers (seed ${seed})`, () => {
      const simulation = new Simulation({
        seed,
        duplicate: 0.3,
        reorder: 0.3,
        reorderHoldMs: 5,
        jitterMs: 3,
      });
      const receiverEngine = simulation.addEngine({ settings: { copies: 3 } });
      const receiver = simulation.addHost(receiverEngine, 0, {
        plugin: { mode: 'receive', latencyMs: 30 },
        block: () => 64,
      });
      simulation.run(100_000);
      const sent = [notes(300, 500, 0), notes(300, 500, 5)];
      for (const [i, events] of sent.entries()) {
        const engine = simulation.addEngine({ settings: { copies: 3, midiCopies: 4 } });
        simulation.addHost(engine, 0, {
          plugin: {},
          block: () => 64,
          // Each sender has its own bits: a sum tells both.
          signal: (_, frame) => ((frame % 1000) + 1) * (i === 0 ? 1 : 1024),
          events,
          startUs: 100_000,
        });
      }
      simulation.run(4_000_000);
      expect(counts(receiver.plugin.events)).toEqual(counts(sent.flat()));
      expect(receiverEngine.total('framesConcealed', 2, 0)).toBe(0);
      const heard = receiver.heard(0);
      // After both have begun, every frame is one sample of each, added exactly.
      for (let f = 0.5 * RATE; f < 3 * RATE; f++) {
        const low = heard[f] % 1024;
        const high = (heard[f] - low) / 1024;
        if (low < 1 || low > 1000 || high < 1 || high > 1000) {
          expect.fail(`frame ${f} holds ${heard[f]}`);
        }
      }
      const received = receiverEngine.total('received', 2, 0);
      const accounted = (['rejected', 'duplicates', 'late', 'accepted'] as const)
        .map((column) => receiverEngine.total(column, 2, 0))
        .reduce((a, b) => a + b);
      expect(accounted).toBe(received);
      expect(receiverEngine.total('duplicates', 2, 0)).toBeGreaterThan(received / 2);
    });
  }

  it('across the wrap of frame counters at 2^32, at both ends', () => {
    const simulation = new Simulation({ seed: 5, jitterMs: 2, duplicate: 0.2 });
    const a = simulation.addEngine({ settings: { copies: 2 } });
    const b = simulation.addEngine();
    const near = 2 ** 32 - 0.5 * RATE;
    const receiver = simulation.addHost(b, 0, {
      plugin: { mode: 'receive', latencyMs: 20, blockFramesMax: 128 },
      block: () => 128,
      startFrame: near,
    });
    simulation.run(50_000);
    const events = notes(200, 480, 3);
    simulation.addHost(a, 0, {
      plugin: { blockFramesMax: 256 },
      block: () => 256,
      signal: (_, frame) => frame + 1,
      events,
      startUs: 50_000,
      startFrame: near,
    });
    simulation.run(3_000_000);
    const heard = receiver.heard(0);
    const offset = heard.indexOf(1);
    expect(offset).toBeGreaterThan(0);
    const wrong = heard.subarray(offset).findIndex((sample, i) => sample !== i + 1);
    expect(wrong).toBe(-1);
    expect(receiver.plugin.events.map((event) => event.frame - near - offset)).toEqual(
      events.map((event) => event.frame),
    );
  });
});

describe('channels', () => {
  it('a host hears others of its channel, on the same engine too, but never itself nor other channels', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const both = (value: number, channel: number): HostOptions => ({
      plugin: { mode: 'sendReceive', channel },
      block: () => 64,
      signal: () => value,
    });
    const one = simulation.addHost(a, 0, both(1, 7));
    const two = simulation.addHost(a, 1, both(10, 7));
    const three = simulation.addHost(b, 0, both(100, 7));
    const other = simulation.addHost(b, 1, both(1000, 8));
    simulation.run(1_000_000);
    const last = (host: typeof one) => host.heard(0)[host.sent - 1];
    expect([last(one), last(two), last(three), last(other)]).toEqual([110, 101, 11, 0]);
  });

  it('a channel changed on the run is followed', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const sender = simulation.addHost(a, 0, { plugin: { channel: 3 }, block: () => 64, signal: () => 0.5 });
    const receiver = simulation.addHost(b, 0, {
      plugin: { mode: 'receive', channel: 3 },
      block: () => 64,
    });
    simulation.run(500_000);
    expect(receiver.heard(0)[receiver.sent - 1]).toBe(0.5);
    sender.plugin.settings.channel = 4;
    simulation.run(1_000_000);
    expect(receiver.heard(0)[receiver.sent - 1]).toBe(0);
    receiver.plugin.settings.channel = 4;
    simulation.run(1_500_000);
    expect(receiver.heard(0)[receiver.sent - 1]).toBe(0.5);
  });

  it.each([
    [96_000, 48_000, 0.5, 0],
    [192_000, 8000, 0, 1],
  ])(
    '%d Hz heard at %d Hz: converted or, too far off, refused and counted; MIDI in proportion',
    (rate, slotRate, level, refused) => {
      const simulation = new Simulation();
      const a = simulation.addEngine();
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, {
        plugin: { mode: 'receive', sampleRate: slotRate },
        block: () => 64,
      });
      simulation.run(100_000);
      simulation.addHost(a, 0, {
        plugin: { sampleRate: rate },
        block: () => 64,
        signal: () => 0.5,
        events: notes(50, rate / 100, 0),
        startUs: 100_000,
      });
      simulation.run(1_000_000);
      expect(receiver.heard(0)[slotRate * 0.6]).toBeCloseTo(level, 4);
      expect(b.total('rateMismatch', 2, 0)).toBe(refused);
      const frames = receiver.plugin.events.map((event) => event.frame);
      expect(frames.length).toBe(50);
      const gaps = frames.slice(1).map((frame, i) => frame - frames[i]);
      expect(Math.min(...gaps)).toBe(slotRate / 100);
      expect(Math.max(...gaps)).toBe(slotRate / 100);
    },
  );
});

describe('a sender that goes', () => {
  it('without a word: its notes are released within two seconds, its stream goes within three', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
    const sender = simulation.addHost(a, 0, {
      plugin: {},
      block: () => 64,
      signal: (_, frame) => Math.sin(frame / 10),
      events: [
        { frame: 1000, bytes: [0x93, 60, 100] },
        { frame: 1100, bytes: [0xb3, 64, 127] },
      ],
    });
    simulation.run(1_000_000);
    sender.stopped = true;
    simulation.engines.splice(simulation.engines.indexOf(a), 1);
    a.tick = () => Number.POSITIVE_INFINITY; // killed
    const silentFrom = receiver.sent;
    simulation.run(3_000_000);
    const released = receiver.plugin.events.filter((event) => event.frame >= silentFrom);
    expect(released.map((event) => event.bytes.slice(0, 2))).toEqual([
      [0xb3, 64],
      [0x83, 60],
    ]);
    simulation.run(4_100_000);
    expect(b.receive.sources.all.length).toBe(0);
    expect(b.receive.peers.all.length).toBe(0);
    // Faded out within 60 ms of the last frame, and nothing stale afterwards.
    const heard = receiver.heard(0).subarray(silentFrom + 0.1 * RATE);
    expect(heard.every((sample) => sample === 0)).toBe(true);
  });

  it('while a note of it is still to come: the note ends after it began', () => {
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const receiver = simulation.addHost(b, 0, {
      plugin: { mode: 'receive', latencyMs: 100 },
      block: () => 64,
    });
    const events = [{ frame: 4000, bytes: [0x90, 22, 100] }];
    simulation.addHost(a, 0, { plugin: {}, block: () => 64, events });
    simulation.run(100_000); // it has arrived, and is due in 83 ms
    expect(receiver.plugin.events).toEqual([]);
    b.receive.announced(a.id, 0xabcd, true, () => false);
    simulation.run(400_000);
    expect(receiver.plugin.events.map((event) => event.bytes.slice(0, 2))).toEqual([
      [0x90, 22],
      [0x80, 22],
    ]);
  });

  it('and comes back: sound returns by itself', () => {
    const random = rng(3);
    const simulation = new Simulation();
    const a = simulation.addEngine();
    const b = simulation.addEngine();
    const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
    const first = simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal: () => 0.25 });
    simulation.run(500_000 + random() * 1000);
    first.plugin.deactivate(simulation.nowUs);
    first.plugin.vanish();
    first.stopped = true;
    simulation.tick(a);
    simulation.run(700_000);
    expect(receiver.heard(0)[receiver.sent - 1]).toBe(0);
    simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal: () => 0.75, startUs: 700_000 });
    simulation.run(900_000);
    expect(receiver.heard(0)[receiver.sent - 1]).toBe(0.75);
  });
});
