// Levels as the monitor gets them, measured by the GPU of what is played.
import { describe, expect, it } from 'vitest';
import { LEVEL_BANDS_HZ, STREAM } from '../../../engine/base/metrics-slab.js';
import { composeStreams } from '../../../engine/control/status-streams.js';
import { createPipelineMemory } from '../../../engine/gpu/pipeline/mailbox.js';
import { Simulation } from '../../simulation/support/simulation.js';
import type { VirtualEngine } from '../../simulation/support/virtual-engine.js';
import { WITHOUT_GPU } from '../support.js';
import { useGpuWorker, VirtualBatchClock } from './gpu-worker.js';

const RATE = 48_000;
const START_US = 100_000;

/** A receiver that hears a stereo sine for so long. */
function hear(hz: number, amplitude: number, seconds: number, gpu: VirtualEngineGpu): VirtualEngine {
  const simulation = new Simulation();
  const sender = simulation.addEngine();
  const receiver = simulation.addEngine({ gpu });
  simulation.addHost(receiver, 0, { plugin: { mode: 'receive' }, block: () => 64 });
  simulation.run(START_US);
  const signal = (_: number, frame: number) => amplitude * Math.sin((2 * Math.PI * hz * frame) / RATE);
  simulation.addHost(sender, 0, { plugin: { redundancy: 0 }, block: () => 64, signal, startUs: START_US });
  simulation.run(START_US + seconds * 1e6);
  return receiver;
}

type VirtualEngineGpu = { memory: ReturnType<typeof createPipelineMemory>; clock: VirtualBatchClock };

function statusOf({ metrics }: VirtualEngine) {
  const [stream] = composeStreams(metrics, () => '', 0);
  if (stream.direction !== 'received') throw new Error('nothing was received');
  return stream;
}

describe.skipIf(WITHOUT_GPU)('levels measured by the GPU', () => {
  const worker = useGpuWorker(['meter']);
  const gpu = () => ({ memory: worker().memory, clock: new VirtualBatchClock(900) });

  it('a sine of half the full scale: peak, mean, loudness of two channels, its octave', () => {
    const engine = hear(997, 0.5, 1.2, gpu());
    const { counts } = engine.receive.pipeline?.meter ?? { counts: { asked: 0, used: 0, refused: 0 } };
    expect(counts.used).toBeGreaterThan(7);
    expect(counts.used).toBeLessThan(13);
    expect(counts.asked - counts.used).toBeLessThanOrEqual(1);
    const { levelDb, levelRmsDb, loudnessLufs, bandsDb } = statusOf(engine);
    expect(levelDb).toBeCloseTo(-6, 0);
    expect(levelRmsDb).toBeCloseTo(-9, 0);
    expect(loudnessLufs).toBeCloseTo(-6, 0); // -3.01 for one channel at full scale
    const own = LEVEL_BANDS_HZ.indexOf(1000);
    expect(bandsDb?.[own]).toBeCloseTo(-6, 0);
    for (const [band, db] of (bandsDb ?? []).entries()) {
      if (band !== own) expect(db ?? -200).toBeLessThan(-60);
    }
  });

  it('takes over the peak from the processor, which takes it back when nobody measures', () => {
    const { memory, clock } = gpu();
    const engine = hear(440, 0.25, 0.5, { memory, clock });
    const [source] = engine.receive.sources.all;
    expect(source.audio?.meteredElsewhere).toBe(true);
    const row = source.audio?.row ?? 0;
    expect(engine.metrics.cells[row + STREAM.levelMeanSquare]).toBeCloseTo(0.25 ** 2 / 2, 4);
    for (let i = 0; i < 6; i++) engine.receive.houseKeeping(700_000 + i);
    expect(source.audio?.meteredElsewhere).toBe(false);
    expect(engine.metrics.cells[row + STREAM.levelMeanSquare]).toBe(0);
  });

  it('results that never come: the processor notes the peak, the rest is not known', () => {
    const late = new VirtualBatchClock(1e9);
    const { levelDb, levelRmsDb, loudnessLufs, bandsDb } = statusOf(
      hear(440, 0.5, 0.5, { memory: createPipelineMemory(), clock: late }),
    );
    expect(levelDb).toBeCloseTo(-6, 0);
    expect([levelRmsDb, loudnessLufs, bandsDb]).toEqual([null, null, null]);
  });
});
