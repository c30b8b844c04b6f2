// The twin of shaders/resample.wgsl: the engine's resampler, piece after piece.
import type { PlanarRing } from '../../drift/planar-ring.js';
import { PolyphaseResampler } from '../../drift/polyphase-resampler.js';
import type { ResampleJob } from '../kernels/resample.js';
import { RESAMPLE_PIECE } from '../layouts.js';

const AT = RESAMPLE_PIECE.at;

export class ResampleTwin {
  private readonly resamplers = new Map<string, PolyphaseResampler>();

  constructor(private readonly channelsMax: number) {}

  /** [engine-thread] */
  run(job: ResampleJob): void {
    const { pieces } = job.memory;
    for (const [index, { rates, fraction, ratio }] of job.pieces.entries()) {
      const at = index * RESAMPLE_PIECE.words;
      const planes = pieces[at + AT.planes];
      const frames = pieces[at + AT.frames];
      const source = ring(job.source, pieces[at + AT.source], pieces[at + AT.sourceStride], planes);
      const stride = 2 ** Math.ceil(Math.log2(frames));
      const made = ring(new Float32Array(stride * planes), 0, stride, planes);
      const { halfTaps } = job.filters[rates];
      const position = { frame: halfTaps - 1, fraction };
      const { sourceRate, slotRate } = job.sizes.rates[rates];
      const resampler = this.resampler(sourceRate, slotRate);
      resampler.resample(source, 0, source.ringFrames, position, ratio, made, 0, frames, false);
      for (let p = 0; p < planes; p++) {
        const to = pieces[at + AT.result] + p * pieces[at + AT.resultStride];
        job.result.set(made.frames.subarray(p * stride, p * stride + frames), to);
      }
    }
  }

  private resampler(sourceRate: number, slotRate: number): PolyphaseResampler {
    const key = `${sourceRate}:${slotRate}`;
    const known = this.resamplers.get(key);
    if (known !== undefined) return known;
    const made = new PolyphaseResampler(sourceRate, slotRate, this.channelsMax);
    this.resamplers.set(key, made);
    return made;
  }
}

function ring(frames: Float32Array, start: number, ringFrames: number, channels: number): PlanarRing {
  return {
    frames: frames.subarray(start, start + ringFrames * channels),
    ringFrames,
    mask: ringFrames - 1,
    channels,
  };
}
