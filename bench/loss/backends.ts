// The same losses with the GPU and with the processor alone: the same frames must come through, and what is estimated
// must be as good.
import { GpuWorker, VirtualBatchClock } from '../../test/gpu/pipeline/gpu-worker.js';
import { type Heard, type LossFigures, type LossRunOptions, runLoss } from './loss-run.js';
import type { Music } from './music.js';

/** What a batch takes in virtual time: more than on hardware, less than on a loaded software driver. */
const ROUND_TRIP_US = 1000;
/** An estimate may happen to be right, within the last bit or so. */
const SAME = 1e-5;

interface Side {
  readonly figures: LossFigures;
  readonly heard: Heard;
}

export interface BackendComparison {
  readonly latencyMs: number;
  readonly cpu: LossFigures;
  readonly gpu: LossFigures;
  /** Frames that came through exactly on one side alone. */
  readonly exactOnCpuOnly: number;
  readonly exactOnGpuOnly: number;
  /** By how much the GPU's estimates miss the sound more than the processor's do; null where nothing is estimated. */
  readonly missDb: number | null;
  readonly windowsUsed: number;
  readonly windowsLate: number;
  readonly gapsUsed: number;
  readonly gapsLate: number;
}

/** A GPU for receivers, one after another. */
export class LossGpu {
  private constructor(
    readonly adapterName: string,
    private readonly worker: GpuWorker,
  ) {}

  static async open(): Promise<LossGpu> {
    const worker = await GpuWorker.start(['recover', 'conceal']);
    if (typeof worker === 'string') throw new Error(worker);
    return new LossGpu(worker.adapterName, worker);
  }

  /** One row a receive latency. */
  compare(options: LossRunOptions, music: Music): BackendComparison[] {
    const clock = new VirtualBatchClock(ROUND_TRIP_US);
    const { memory } = this.worker;
    // Alone on the line, on both sides: where losses come in bursts they depend on all that is sent.
    const alone = options.latenciesMs.map((latencyMs) => ({ ...options, latenciesMs: [latencyMs] }));
    const cpu = alone.flatMap((one) => listen(one, music));
    const gpu = alone.flatMap((one) => listen({ ...one, gpu: { memory, clock } }, music));
    if (clock.missing > 0) throw new Error('the GPU thread did not answer');
    return cpu.map((side, i) => compareSides(side, gpu[i], music));
  }

  async close(): Promise<void> {
    await this.worker.end('stop');
  }
}

function listen(options: LossRunOptions, music: Music): Side[] {
  const heard: Heard[] = [];
  const figures = runLoss({ ...options, onHeard: (one) => heard.push(one) }, music);
  return figures.map((one, i) => ({ figures: one, heard: heard[i] }));
}

function compareSides(cpu: Side, gpu: Side, music: Music): BackendComparison {
  const { range, delay, latencyMs } = cpu.heard;
  const [from, to] = range;
  let exactOnCpuOnly = 0;
  let exactOnGpuOnly = 0;
  let cpuMiss = 0;
  let gpuMiss = 0;
  for (let frame = from; frame < to; frame++) {
    let cpuOff = 0;
    let gpuOff = 0;
    for (let channel = 0; channel < 2; channel++) {
      const sent = music.sample(channel, frame);
      const offCpu = Math.abs(sent - (cpu.heard.samples[2 * (frame + delay) + channel] ?? 0));
      const offGpu = Math.abs(sent - (gpu.heard.samples[2 * (frame + gpu.heard.delay) + channel] ?? 0));
      cpuOff = Math.max(cpuOff, offCpu);
      gpuOff = Math.max(gpuOff, offGpu);
      cpuMiss += offCpu ** 2;
      gpuMiss += offGpu ** 2;
    }
    if (cpuOff === 0 && gpuOff > SAME) exactOnCpuOnly++;
    if (gpuOff === 0 && cpuOff > SAME) exactOnGpuOnly++;
  }
  const { pipeline } = gpu.heard.engine.receive;
  return {
    ...{ latencyMs, cpu: cpu.figures, gpu: gpu.figures, exactOnCpuOnly, exactOnGpuOnly },
    missDb: cpuMiss > 0 && gpuMiss > 0 ? 10 * Math.log10(gpuMiss / cpuMiss) : null,
    windowsUsed: pipeline?.recover.counts.used ?? 0,
    windowsLate: pipeline?.recover.counts.late ?? 0,
    gapsUsed: pipeline?.conceal.counts.used ?? 0,
    gapsLate: pipeline?.conceal.counts.late ?? 0,
  };
}
