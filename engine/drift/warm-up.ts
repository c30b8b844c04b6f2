// What the first converted stream would otherwise wait for: the filters between usual rates, and compiled loops.
import type { PlanarRing } from './planar-ring.js';
import { PolyphaseResampler } from './polyphase-resampler.js';
import { prepareUsualKernels } from './sinc-kernel.js';

const RATE = 48_000;
const CHANNELS = 2;
const RING_FRAMES = 1024;
const BLOCK_FRAMES = 64;
const BLOCKS = 100;

function ring(): PlanarRing {
  const frames = new Float32Array(CHANNELS * RING_FRAMES);
  return { frames, ringFrames: RING_FRAMES, mask: RING_FRAMES - 1, channels: CHANNELS };
}

/** Takes some 0.2 s, allocates. [engine-thread, starting] */
export function warmUpConversion(): void {
  prepareUsualKernels();
  const source = ring();
  for (let i = 0; i < source.frames.length; i++) source.frames[i] = Math.sin(i / 5);
  const destination = ring();
  const resampler = new PolyphaseResampler(RATE, RATE, CHANNELS);
  const position = { frame: 500, fraction: 0.25 };
  for (let block = 0; block < BLOCKS; block++) {
    const start = block * BLOCK_FRAMES;
    resampler.resample(source, 0, 1e9, position, 1.0001, destination, start, BLOCK_FRAMES, (block & 1) === 1);
  }
}
