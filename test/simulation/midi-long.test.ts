// System exclusive messages of any length over a line that loses most of what is sent: whole and once, or missing.
import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE, type SentEvent } from '../../bench/midi-loss/dense-playing.js';
import { NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { rng, Simulation } from './support/simulation.js';

function sysex(bytes: number, seed: number): number[] {
  const random = rng(seed);
  return [0xf0, ...Array.from({ length: bytes - 2 }, () => Math.floor(random() * 128)), 0xf7];
}

interface LongRun {
  readonly heard: number[][];
  readonly missing: number;
  readonly evicted: number;
  /** Of MIDI packets, when they were sent. */
  readonly packets: { readonly atUs: number; readonly bytes: number }[];
}

function run(events: SentEvent[], impairment: Partial<typeof NO_IMPAIRMENT>, seconds: number): LongRun {
  const simulation = new Simulation({ ...NO_IMPAIRMENT, ...impairment });
  const a = simulation.addEngine();
  const b = simulation.addEngine();
  const packets: { atUs: number; bytes: number }[] = [];
  simulation.onTransmit = (_, datagram) => {
    if (datagram[5] === PACKET_TYPE.midi) packets.push({ atUs: simulation.nowUs, bytes: datagram.length });
  };
  const plugin = { channels: 0, blockFramesMax: 256 };
  const receiver = simulation.addHost(b, 0, { plugin: { ...plugin, mode: 'receive' }, block: () => 256 });
  simulation.addHost(a, 0, { plugin, block: () => 256, events });
  simulation.run(seconds * 1e6);
  return {
    heard: receiver.plugin.events.map(({ bytes }) => [...bytes]),
    missing: b.total('lost', 1, 0),
    evicted: a.total('overruns', 1, 1),
    packets,
  };
}

const at = (seconds: number, bytes: number[]): SentEvent => ({
  frame: Math.round(seconds * SAMPLE_RATE),
  bytes,
});
const sorted = (messages: readonly number[][]) => messages.map((bytes) => bytes.join()).sort();

describe('a long message', () => {
  for (const [loss, seed] of [
    [0, 1],
    [0.66, 2],
    [0.66, 3],
    [0.66, 4],
  ] as const) {
    it(`of 64 KiB at ${loss * 100} % loss: whole, once (seed ${seed})`, () => {
      const events = [at(0.2, sysex(65536, seed))];
      const { heard, missing } = run(events, { seed, lossMidi: loss }, 8);
      expect(sorted(heard)).toEqual(sorted(events.map(({ bytes }) => bytes)));
      expect(missing).toBe(0);
    });
  }

  it('of each length, several at a time, doubled and out of order, at 66 %', () => {
    const lengths = [49, 300, 1310, 1311, 1330, 2640, 4000, 20000, 65535, 65536];
    const events = lengths.map((length, i) => at(0.2 + i * 0.02, sysex(length, length)));
    const impairment = { seed: 5, lossMidi: 0.66, duplicate: 0.2, reorder: 0.3, jitterMs: 4 };
    const { heard } = run(events, impairment, 12);
    expect(sorted(heard)).toEqual(sorted(events.map(({ bytes }) => bytes)));
  });

  it('at 66 % in bursts of 20 ms', () => {
    const events = Array.from({ length: 5 }, (_, i) => at(0.2 + i, sysex(30000 + i, i)));
    const { heard } = run(events, { seed: 6, lossMidi: 0.66, burstMs: 20 }, 12);
    expect(sorted(heard)).toEqual(sorted(events.map(({ bytes }) => bytes)));
  });

  for (const loss of [0.9, 0.97]) {
    it(`at ${loss * 100} %: each is whole, or missing and counted`, () => {
      const dumps = Array.from({ length: 8 }, (_, i) =>
        at(0.2 + i * 0.7, sysex([200, 9000, 65536][i % 3], i)),
      );
      const wheel = Array.from({ length: 60 }, (_, i) => at(0.1 + i * 0.1, [0xb0, 1, i]));
      const events = [...dumps, ...wheel].sort((x, y) => x.frame - y.frame);
      const { heard, missing } = run(events, { seed: 7, lossMidi: loss }, 10);
      const sent = new Set(sorted(events.map(({ bytes }) => bytes)));
      expect(sorted(heard).every((message) => sent.has(message))).toBe(true);
      expect(new Set(sorted(heard)).size).toBe(heard.length);
      expect(heard.filter(({ length }) => length > 3).length + missing).toBe(dumps.length);
      if (loss === 0.9) expect(missing).toBeLessThan(2);
      else expect(missing).toBeGreaterThan(0);
    });
  }

  it('more than can be sent at a time: the oldest give way, counted', () => {
    const events = Array.from({ length: 40 }, (_, i) => at(0.2 + i * 0.01, sysex(3000, i)));
    const { heard, evicted } = run(events, { seed: 8 }, 6);
    expect(evicted).toBeGreaterThan(20);
    expect(new Set(sorted(heard)).size).toBe(heard.length);
    expect(heard.length).toBeGreaterThanOrEqual(16);
  });

  it('delays no note, and takes a bounded part of the line', () => {
    const notes = Array.from({ length: 200 }, (_, i) =>
      at(0.3 + i * 0.02, [i % 2 ? 0x80 : 0x90, 60 + ((i >> 1) % 40), 9]),
    );
    const dumps = Array.from({ length: 4 }, (_, i) => at(0.25 + i, sysex(65536, i)));
    const events = [...notes, ...dumps].sort((x, y) => x.frame - y.frame);
    const { packets } = run(events, { seed: 9 }, 6);
    const perTenth = new Map<number, number>();
    for (const { atUs, bytes } of packets) {
      const tenth = Math.floor(atUs / 100_000);
      perTenth.set(tenth, (perTenth.get(tenth) ?? 0) + bytes);
    }
    // A packet a millisecond for the long ones, and the notes' own.
    expect(Math.max(...perTenth.values())).toBeLessThan(100 * 1400 + 100 * 1200);
    const plain = run(notes, { seed: 9 }, 6).heard;
    const among = run(events, { seed: 9 }, 6).heard.filter(({ length }) => length === 3);
    expect(among).toEqual(plain);
  });
});
