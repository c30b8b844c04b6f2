// Forward error correction through the whole path: what a lossy line leaves of the music.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const FEC = 3;
const RATE = 48000;

function run(loss: number, seed: number, seconds: number, settings: object, latencyMs = 12) {
  const simulation = new Simulation({ seed, lossAudio: loss, lossOther: loss });
  const signal = (channel: number, frame: number) =>
    Math.fround(((frame % 65536) + 1) * (channel === 0 ? 1 : -1));
  const a = simulation.addEngine({ settings });
  const b = simulation.addEngine();
  const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive', latencyMs }, block: () => 64 });
  simulation.run(100_000);
  const sender = simulation.addHost(a, 0, {
    plugin: { redundancy: FEC },
    block: () => 64,
    signal,
    startUs: 100_000,
  });
  simulation.run(100_000 + seconds * 1e6);
  const share = (column: 'framesReceived' | 'framesRecovered' | 'framesConcealed') =>
    b.total(column, 2, 0) / b.total('framesPlayed', 2, 0);
  return { a, b, receiver, sender, signal, share };
}

describe('forward error correction', () => {
  for (const [loss, bytesRatio, shareMin, seed] of [
    [0.33, 3, 0.9995, 51],
    [0.33, 3, 0.9995, 52],
    [0.1, 2, 0.9999, 53],
    [0.05, 2, 0.9999, 54],
  ] as const) {
    it(`${loss * 100} % loss, ${bytesRatio}x the bytes, 12 ms (seed ${seed})`, () => {
      const { a, receiver, signal, share } = run(loss, seed, 15, { bytesRatio });
      expect(share('framesReceived') + share('framesRecovered')).toBeGreaterThanOrEqual(shareMin);
      expect(share('framesRecovered')).toBeGreaterThan(loss * 0.9);
      // Repair packets are a little longer than what they protect, so there are a few less of them.
      const packetsRatio = a.total('sent', 2, 1) / a.total('packetized', 2, 1);
      expect(packetsRatio).toBeLessThan(bytesRatio);
      expect(packetsRatio).toBeGreaterThan(bytesRatio - 0.12);
      // Recovered is exact: every frame heard is the frame that was sent, but for the concealed ones.
      const heard = receiver.heard(1);
      const start = heard.indexOf(signal(1, 1000)) - 1000;
      let wrong = 0;
      const end = 14 * RATE;
      for (let f = 0; f < end; f++) if (heard[start + f] !== signal(1, f)) wrong++;
      expect(wrong / end).toBeLessThanOrEqual(1 - shareMin);
    });
  }

  it('costs nothing when nothing is lost: every frame as it came', () => {
    const { b, share } = run(0, 1, 3, { bytesRatio: 3 });
    expect(share('framesReceived')).toBe(1);
    expect(b.total('repairPackets', 2, 0)).toBeGreaterThan(4000);
  });
});
