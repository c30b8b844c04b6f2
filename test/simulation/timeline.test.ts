// Timeline lock through the real paths: what was played at a song position is heard where the local song is at
// that position plus the declared latency, whatever came first, and through loops and locates.
import { describe, expect, it } from 'vitest';
import { type Host, Simulation } from './support/simulation.js';

const RATE = 48_000;
const LATENCY_MS = 40;
const BLOCK = 64;
/** As the plugin declares it. */
const DECLARED = (LATENCY_MS * RATE) / 1000 + 2 * BLOCK;

type Song = (frame: number) => number | null;

interface Scene {
  readonly senderSong: Song;
  readonly receiverSong: Song;
  readonly timeline?: boolean;
  /** When the sender's host begins; the receiver's begins at 0. */
  readonly senderStartUs?: number;
  readonly seconds: number;
  /** Both hosts at one engine, which hears itself by no network. */
  readonly oneEngine?: boolean;
}

/** The sample tells the sender's song position: none while it stands. */
function play(scene: Scene): Host {
  const { senderSong, receiverSong, timeline = true, senderStartUs = 0, seconds, oneEngine } = scene;
  const simulation = new Simulation({ seed: 9, jitterMs: 1 });
  const a = simulation.addEngine();
  const b = oneEngine ? a : simulation.addEngine();
  const receiver = simulation.addHost(b, 0, {
    plugin: { mode: 'receive', latencyMs: LATENCY_MS },
    block: () => BLOCK,
    ...{ song: receiverSong, timeline },
  });
  simulation.addHost(a, oneEngine ? 1 : 0, {
    plugin: { redundancy: 0 },
    block: () => BLOCK,
    signal: (_, frame) => ((senderSong(frame) ?? -1) + 1) / 2 ** 22,
    ...{ song: senderSong, startUs: senderStartUs },
  });
  simulation.run(seconds * 1e6);
  return receiver;
}

/** Heard song position minus the local one, for frames [from, to) of the receiver. */
function distances(host: Host, song: Song, from: number, to: number): Set<number> {
  const heard = host.heard(0);
  const seen = new Set<number>();
  for (let f = from; f < to; f++) {
    const local = song(f);
    if (local !== null) seen.add(local - (Math.round(heard[f] * 2 ** 22) - 1));
  }
  return seen;
}

const rolling =
  (fromFrame: number): Song =>
  (frame) =>
    frame < fromFrame ? null : frame - fromFrame;

describe('timeline lock', () => {
  for (const lateFrames of [0, 480, 4800, -480]) {
    it(`the local song begins ${lateFrames} frames after the remote one`, () => {
      const senderSong = rolling(RATE);
      const receiverSong = rolling(RATE + lateFrames);
      const host = play({ senderSong, receiverSong, seconds: 5 });
      expect([...distances(host, receiverSong, 3 * RATE, 5 * RATE - 1000)]).toEqual([DECLARED]);
      expect(host.plugin.underrunFrames).toBe(0);
    });
  }

  it('two instances at one engine, as on two tracks of one session', () => {
    const receiverSong = rolling(RATE + 480);
    const host = play({ senderSong: rolling(RATE), receiverSong, seconds: 5, oneEngine: true });
    expect([...distances(host, receiverSong, 3 * RATE, 5 * RATE - 1000)]).toEqual([DECLARED]);
  });

  it('hosts that were started at different times', () => {
    const receiverSong = rolling(RATE + 4321);
    const host = play({ senderSong: rolling(RATE / 2), receiverSong, senderStartUs: 513_130, seconds: 5 });
    expect([...distances(host, receiverSong, 3 * RATE, 5 * RATE - 1000)]).toEqual([DECLARED]);
  });

  it('a loop at both ends, and a locate', () => {
    const looped =
      (fromFrame: number): Song =>
      (frame) =>
        frame < fromFrame ? null : frame < 6 * RATE ? (frame - fromFrame) % RATE : frame - fromFrame + 777;
    const receiverSong = looped(RATE + 960);
    const host = play({ senderSong: looped(RATE), receiverSong, seconds: 9 });
    for (const second of [3, 4, 8]) {
      const from = second * RATE + RATE / 2;
      expect([...distances(host, receiverSong, from, from + RATE / 4)]).toEqual([DECLARED]);
    }
  });

  it('a place that lies too far off is not taken: the sound goes on', () => {
    const receiverSong = rolling(RATE);
    const host = play({ senderSong: rolling(3 * RATE), receiverSong, seconds: 5 });
    const far = distances(host, receiverSong, 4.5 * RATE, 5 * RATE - 1000);
    expect(far.size).toBe(1);
    expect(Math.abs([...far][0] - 2 * RATE)).toBeLessThan(2 * DECLARED);
  });

  it('is left alone where it is not wanted, or nobody rolls', () => {
    const receiverSong = rolling(RATE + 480);
    const unwanted = play({ senderSong: rolling(RATE), receiverSong, timeline: false, seconds: 4 });
    const seen = distances(unwanted, receiverSong, 3 * RATE, 4 * RATE - 1000);
    expect(seen.size).toBe(1);
    expect(seen.has(DECLARED)).toBe(false);
  });
});
