// What a listener hears of a drift: a sine through both loops, the controller and the resampler.
import { expect, it } from 'vitest';
import { PolyphaseResampler } from '../../engine/drift/polyphase-resampler.js';
import { clock, rng } from './drift-support.js';
import { PlayoutSimulation } from './playout-simulation.js';
import { EVERYWHERE, fillRing, ring, sineIn } from './resampler-support.js';

const RATE = 48_000;
const BLOCK = 128;
const CYCLES = 85; // of 4096 frames: 996 Hz, and the ring never has to be filled again
const WINDOW = 8192;

for (const [ppm, jitterMs, limitDb] of [
  [300, 0.2, -120],
  [-300, 2, -100],
]) {
  it(`${ppm} ppm, ${jitterMs} ms of jitter: THD+N of a 1 kHz sine stays below ${limitDb} dB`, () => {
    console.log('seed 31');
    const simulation = new PlayoutSimulation(
      {
        sourceRate: RATE,
        slotRate: RATE,
        source: clock(RATE, ppm),
        slot: clock(RATE, 0),
        network: { packetFrames: 64, blockFrames: 256, jitterMs, delayMsMax: 20, loss: 0.01 },
        latencyMs: 40,
        hostBlockFrames: BLOCK,
        hostJitterMs: 0.2,
      },
      rng(31),
    );
    const source = ring(4096, 1);
    fillRing(source, 0, (_, f) => Math.sin((2 * Math.PI * CYCLES * f) / 4096));
    const resampler = new PolyphaseResampler(RATE, RATE, 1);
    const out = ring(WINDOW, 1);
    while (simulation.seconds < 60) simulation.block();
    const position = { frame: 1_000_000, fraction: 0 };
    let worst = Number.NEGATIVE_INFINITY;
    for (let window = 0; window < 200; window++) {
      const before = position.frame + position.fraction;
      for (let at = 0; at < WINDOW; at += BLOCK) {
        simulation.block();
        resampler.resample(
          source,
          ...EVERYWHERE,
          position,
          simulation.controller.ratio,
          out,
          at,
          BLOCK,
          false,
        );
      }
      const ratio = (position.frame + position.fraction - before) / WINDOW;
      expect(Math.abs(ratio - 1 - ppm * 1e-6)).toBeLessThan(2e-6);
      worst = Math.max(worst, sineIn(out.frames, ((2 * Math.PI * CYCLES) / 4096) * ratio).restDb);
    }
    console.log(`${worst.toFixed(1)} dB at worst in 200 windows of ${WINDOW} frames`);
    expect(worst).toBeLessThan(limitDb);
  });
}
