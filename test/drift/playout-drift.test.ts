// Both loops and the controller together, as a tap uses them: an hour of simulated time, and the latency
// that is heard, told from the true clocks.
import { describe, expect, it } from 'vitest';
import { clock, rng } from './drift-support.js';
import { type PlayoutOptions, PlayoutSimulation } from './playout-simulation.js';

const RATE = 48_000;

function options(sourcePpm: number, slotPpm: number, more: Partial<PlayoutOptions> = {}): PlayoutOptions {
  const network = { packetFrames: 128, blockFrames: 256, jitterMs: 2, delayMsMax: 20, loss: 0.01 };
  return {
    sourceRate: RATE,
    slotRate: RATE,
    source: clock(more.sourceRate ?? RATE, sourcePpm),
    slot: clock(RATE, slotPpm),
    network,
    latencyMs: 35,
    hostBlockFrames: 256,
    hostJitterMs: 0.3,
    startFrame: 2 ** 51,
    ...more,
  };
}

interface Heard {
  low: number;
  high: number;
  held: number;
}

/** What is heard from `fromSeconds` on. */
function hear(simulation: PlayoutSimulation, fromSeconds: number, toSeconds: number): Heard {
  while (simulation.seconds < fromSeconds) simulation.block();
  const heard = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, held: 0 };
  while (simulation.seconds < toSeconds) {
    simulation.block();
    heard.low = Math.min(heard.low, simulation.trueErrorFrames);
    heard.high = Math.max(heard.high, simulation.trueErrorFrames);
    heard.held = Math.max(heard.held, Math.abs(simulation.controller.offPlaceFrames));
  }
  const { low, high, held } = heard;
  const engaged = simulation.engagedSeconds.toFixed(1);
  console.log(
    `engaged ${engaged} s, off ${low.toFixed(2)}..${high.toFixed(2)} frames, held ${held.toFixed(2)}`,
  );
  return heard;
}

describe('an hour of drift', () => {
  for (const [sourcePpm, slotPpm] of [
    [300, 0],
    [-150, 150],
  ]) {
    it(`${sourcePpm} against ${slotPpm} ppm: latency within a frame, no underrun`, () => {
      const seed = 100 + sourcePpm;
      console.log(`seed ${seed}`);
      const simulation = new PlayoutSimulation(options(sourcePpm, slotPpm), rng(seed));
      const heard = hear(simulation, 60, 3600);
      expect(simulation.controller.engaged).toBe(true);
      expect(simulation.engagedSeconds).toBeLessThan(10);
      expect(heard.held).toBeLessThan(1);
      expect(heard.high - heard.low).toBeLessThan(1);
      expect(Math.max(heard.high, -heard.low)).toBeLessThan(2); // against the very first moment
      expect(simulation.underrunFrames).toBe(0);
      expect(simulation.sourceLoop.discontinuities + simulation.slotLoop.discontinuities).toBe(0);
      expect(simulation.stepPpmMax).toBeLessThan(2);
    });
  }

  // The faster the wander and the rarer the early packets, the further the loop must look back.
  const wanders = [
    { jitterMs: 0.1, periodSeconds: 1200, toSeconds: 2500, framesMax: 1 },
    { jitterMs: 2, periodSeconds: 3600, toSeconds: 3600, framesMax: 1.5 },
    { jitterMs: 2, periodSeconds: 1200, toSeconds: 1300, framesMax: 3.3 },
  ];
  for (const { jitterMs, periodSeconds, toSeconds, framesMax } of wanders) {
    it(`that wanders by 20 ppm to and fro in ${periodSeconds} s, ${jitterMs} ms of jitter: no underrun`, () => {
      console.log('seed 21');
      const source = clock(RATE, 40, 20, periodSeconds);
      const network = { packetFrames: 128, blockFrames: 256, jitterMs, delayMsMax: 20, loss: 0.01 };
      const simulation = new PlayoutSimulation(options(0, 0, { source, network }), rng(21));
      const heard = hear(simulation, 60, toSeconds);
      expect(heard.high - heard.low).toBeLessThan(framesMax);
      expect(simulation.underrunFrames).toBe(0);
    });
  }
});

describe('sooner', () => {
  it('44.1 kHz into 48, both with a drift of their own', () => {
    const simulation = new PlayoutSimulation(options(80, -40, { sourceRate: 44_100 }), rng(22));
    const heard = hear(simulation, 40, 300);
    expect(heard.held).toBeLessThan(1);
    expect(Math.max(heard.high, -heard.low)).toBeLessThan(2);
    expect(simulation.underrunFrames).toBe(0);
  });

  it('blocks of 4096 frames on both sides', () => {
    const network = { packetFrames: 128, blockFrames: 4096, jitterMs: 1, delayMsMax: 20, loss: 0.01 };
    const more = { network, latencyMs: 220, hostBlockFrames: 4096 };
    const simulation = new PlayoutSimulation(options(-200, 20, more), rng(23));
    const heard = hear(simulation, 90, 900);
    expect(heard.high - heard.low).toBeLessThan(4);
    expect(simulation.underrunFrames).toBe(0);
  });
});

describe('equal clocks', () => {
  const cases = [
    { ppm: 0, jitterMs: 0.1, blockFrames: 128, hostBlockFrames: 64 },
    { ppm: 40, jitterMs: 5, blockFrames: 256, hostBlockFrames: 1024 },
    { ppm: -90, jitterMs: 20, blockFrames: 1024, hostBlockFrames: 512 },
    { ppm: 15, jitterMs: 5, blockFrames: 4096, hostBlockFrames: 4096 },
  ];
  for (const { ppm, jitterMs, blockFrames, hostBlockFrames } of cases) {
    it(`of ${ppm} ppm, ${jitterMs} ms of jitter, blocks of ${blockFrames}: the ratio is 1 for good`, () => {
      console.log('seeds 7919, 2 * 7919 .. 8 * 7919');
      for (let seed = 1; seed <= 8; seed++) {
        const network = { packetFrames: 128, blockFrames, jitterMs, delayMsMax: 60, loss: 0.05 };
        const more = { network, latencyMs: 250, hostBlockFrames, hostJitterMs: 1 };
        const simulation = new PlayoutSimulation(options(ppm, ppm, more), rng(seed * 7919));
        while (simulation.seconds < (seed === 1 ? 600 : 60)) {
          simulation.block();
          if (simulation.controller.ratio !== 1) expect([seed, simulation.seconds]).toEqual([]);
        }
        expect(simulation.trueErrorFrames).toBeCloseTo(0, 3);
      }
    });
  }

  it('and a network whose delay changes', () => {
    const baseDelayMs = (timeUs: number) => (timeUs > 60e6 ? 4 : timeUs > 30e6 ? 1 : 3);
    const network = {
      packetFrames: 128,
      blockFrames: 256,
      jitterMs: 1,
      delayMsMax: 20,
      loss: 0.01,
      baseDelayMs,
    };
    const simulation = new PlayoutSimulation(options(10, 10, { network }), rng(24));
    while (simulation.seconds < 300) simulation.block();
    expect(simulation.controller.ratio).toBe(1);
  });
});
