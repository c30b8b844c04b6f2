// Bursts do what arithmetic says: a packet of n copies is lost with probability p^n, no more, no less.
import { describe, expect, it } from 'vitest';
import { Simulation } from './support/simulation.js';

const PACKETS = 4000;
/** Two-sided 99.99 % of the normal distribution: one run in ten thousand fails by chance, and seeds are fixed. */
const Z = 3.89;

/** Score interval (Wilson) of a share seen in n trials. */
function interval(seen: number, trials: number): [number, number] {
  const share = seen / trials;
  const z2 = (Z * Z) / trials;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials));
  return [centre - half, centre + half];
}

describe('burst delivery', () => {
  for (const [loss, copies, seed] of [
    [0.1, 1, 21],
    [0.1, 2, 22],
    [0.33, 1, 23],
    [0.33, 3, 24],
    [0.5, 2, 25],
    [0.66, 3, 26],
    [0.66, 5, 27],
    [0.33, 8, 28],
  ] as const) {
    it(`audio: ${copies} copies at ${loss * 100} % loss (seed ${seed})`, () => {
      const simulation = new Simulation({ seed, lossAudio: loss });
      const a = simulation.addEngine({ settings: { copies, audioSpacingUs: 1000 } });
      const b = simulation.addEngine();
      simulation.addHost(b, 0, { plugin: { mode: 'receive', latencyMs: 20 }, block: () => 64 });
      const host = simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal: () => 0.5 });
      while (host.sent < PACKETS * 64) simulation.run(simulation.nowUs + 100_000);
      const accepted = b.total('accepted', 2, 0);
      const sent = a.total('packetized', 2, 1);
      const [low, high] = interval(accepted, sent);
      const promised = 1 - loss ** copies;
      expect(promised, `${accepted} of ${sent} delivered`).toBeGreaterThan(low);
      expect(promised, `${accepted} of ${sent} delivered`).toBeLessThan(high);
      const datagrams = a.total('sent', 2, 1);
      expect(datagrams / sent).toBeGreaterThan(copies - 0.01);
      // What was not delivered was concealed, packet for packet, and nothing else was.
      const missing = b.total('framesConcealed', 2, 0) / 64;
      expect(Math.abs(missing - (sent - accepted))).toBeLessThan(25);
      const played = b.total('framesPlayed', 2, 0);
      const origins =
        b.total('framesReceived', 2, 0) + b.total('framesConcealed', 2, 0) + b.total('framesSilent', 2, 0);
      expect(played).toBe(origins);
    });

    it(`MIDI: ${copies} copies at ${loss * 100} % loss (seed ${seed})`, () => {
      const simulation = new Simulation({ seed, lossMidi: loss });
      const a = simulation.addEngine({
        settings: { midiCopies: copies, midiSpacingUs: 1000, midiJournalUs: 0 },
      });
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, {
        plugin: { mode: 'receive', latencyMs: 20 },
        block: () => 256,
      });
      receiver.plugin.settings.blockFramesMax = 256;
      const events = Array.from({ length: PACKETS }, (_, i) => ({
        frame: i * 256,
        bytes: [0xb0, i & 127, (i >> 7) & 127],
      }));
      simulation.addHost(a, 0, { plugin: { blockFramesMax: 256 }, block: () => 256, events });
      simulation.run(((PACKETS + 20) * 256 * 1e6) / 48000);
      const delivered = receiver.plugin.events.length;
      const [low, high] = interval(delivered, PACKETS);
      const promised = 1 - loss ** copies;
      expect(promised, `${delivered} of ${PACKETS} delivered`).toBeGreaterThan(low);
      expect(promised, `${delivered} of ${PACKETS} delivered`).toBeLessThan(high);
      expect(new Set(receiver.plugin.events.map((event) => event.bytes.join())).size).toBe(delivered);
    });
  }
});
