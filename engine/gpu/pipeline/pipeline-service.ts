// The GPU's end of the pipeline: device, kernels and buffers, all made before the first batch, and the loop that
// runs batches one after another.
import { BatchRunner } from '../batch-runner.js';
import { type GpuDevice, openGpu } from '../gpu-device.js';
import { GpuKernel } from '../gpu-kernel.js';
import type { KernelJob, KernelSpec } from '../kernel-job.js';
import { BURST_DEDUP } from '../kernels/burst-dedup.js';
import { GF256_RECOVER } from '../kernels/gf256-recover.js';
import { JSONL_PARSE } from '../kernels/jsonl-parse.js';
import { METER } from '../kernels/meter.js';
import { PACKET_PARSE } from '../kernels/packet-parse.js';
import { PCM_REPAIR } from '../kernels/pcm-repair.js';
import { RESAMPLE } from '../kernels/resample.js';
import { ExpectedTime } from './expected-time.js';
import { BATCH, Mailbox, type PipelineMemory } from './mailbox.js';
import { type StageName, stageBits } from './stages.js';

export interface ServiceOptions {
  readonly memory: PipelineMemory;
  readonly adapterName: string;
  readonly stages: readonly StageName[];
}

/** What is not rung for is noticed after so long at the latest: that the device is gone. */
const NAP_MS = 100;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class PipelineService {
  readonly adapterName: string;
  readonly software: boolean;
  private stopped = false;
  private readonly expected = new ExpectedTime();

  private constructor(
    private readonly gpu: GpuDevice,
    private readonly mailbox: Mailbox,
    private readonly kernels: ReadonlyMap<string, GpuKernel>,
    private readonly runner: BatchRunner,
    private readonly stages: readonly StageName[],
  ) {
    this.adapterName = gpu.adapterName;
    this.software = gpu.software;
  }

  /** Everything is made and warmed here; a text says why it can't be. [gpu-thread, starting] */
  static async open({ memory, adapterName, stages }: ServiceOptions): Promise<PipelineService | string> {
    const mailbox = new Mailbox(memory);
    mailbox.failAll();
    const gpu = await openGpu({ adapterName });
    if (typeof gpu === 'string') return gpu;
    try {
      const kernels = new Map<string, GpuKernel>();
      for (const spec of kernelsOf(stages)) {
        const jobs = jobsOf(mailbox, spec);
        for (const job of jobs) job.prepare();
        const lent = lentTo(spec.stem, kernels);
        kernels.set(spec.stem, await GpuKernel.make(gpu, spec, jobs[0].wordsMax, lent));
      }
      const runner = new BatchRunner(gpu, runnerSizes(mailbox.batches[0].all, kernels));
      await runner.warmUp([...kernels.values()]);
      const service = new PipelineService(gpu, mailbox, kernels, runner, stages);
      return gpu.lostReason || gpu.lastError || service;
    } catch (error) {
      await gpu.close();
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Runs what is posted until stop() or until the device is gone; returns why it ended. [gpu-thread] */
  async serve(): Promise<string> {
    const { mailbox } = this;
    mailbox.setStages(stageBits(this.stages));
    while (!this.stopped && this.gpu.lostReason === '') {
      const heard = mailbox.heard();
      const batch = this.nextPosted();
      // It sleeps outright: the engine's bell wakes it within microseconds, an event loop would take its time.
      if (batch >= 0) await this.run(batch);
      else Atomics.wait(mailbox.control, mailbox.bell, heard, NAP_MS);
      await turn();
    }
    mailbox.setStages(0);
    mailbox.failAll();
    return this.gpu.lostReason;
  }

  /** [gpu-thread] */
  stop(): void {
    this.stopped = true;
    this.mailbox.ring();
  }

  /** As if the driver had dropped it. [gpu-thread] */
  loseDevice(): void {
    this.gpu.device.destroy();
  }

  async close(): Promise<void> {
    this.mailbox.setStages(0);
    this.mailbox.failAll();
    this.runner.destroy();
    for (const kernel of this.kernels.values()) kernel.destroy();
    await this.gpu.close();
  }

  private nextPosted(): number {
    const { mailbox } = this;
    let next = -1;
    for (let batch = 0; batch < mailbox.batches.length; batch++) {
      if (mailbox.state(batch) !== BATCH.posted) continue;
      if (next < 0 || ((mailbox.serial(batch) - mailbox.serial(next)) | 0) < 0) next = batch;
    }
    return next;
  }

  private async run(batch: number): Promise<void> {
    const { mailbox, runner } = this;
    const steps = mailbox.wanted(batch).flatMap((job) => {
      const kernel = this.kernels.get(job.spec.stem);
      return kernel === undefined ? [] : [{ kernel, job }];
    });
    const jobs = steps.map(({ job }) => job);
    const napMs = this.expected.napMs(jobs);
    const startUs = performance.now() * 1000;
    try {
      await runner.run(steps, napMs);
    } catch {
      mailbox.finish(batch, BATCH.failed);
      return;
    }
    if (napMs === 0) this.expected.learn(jobs, runner.times.waitUs / 1000);
    this.note(performance.now() * 1000 - startUs);
    mailbox.finish(batch, this.gpu.lostReason === '' ? BATCH.done : BATCH.failed);
  }

  private note(roundTripUs: number): void {
    const { mailbox, runner } = this;
    mailbox.setFigure('batches', mailbox.figure('batches') + 1);
    mailbox.setFigure('roundTripUs', roundTripUs);
    mailbox.setFigure('roundTripMaxUs', Math.max(roundTripUs, mailbox.figure('roundTripMaxUs')));
    mailbox.setFigure('hostBytes', runner.counts.hostBytes);
    mailbox.setFigure('deviceBytes', runner.counts.deviceBytes);
    mailbox.setFigure('payloadBytes', runner.counts.payloadBytes);
  }
}

const KERNELS: Readonly<Partial<Record<StageName, readonly KernelSpec[]>>> = {
  parse: [PACKET_PARSE, BURST_DEDUP, JSONL_PARSE],
  recover: [GF256_RECOVER],
  conceal: [PCM_REPAIR],
  resample: [RESAMPLE],
  meter: [METER],
};

/** What a kernel finds on the device, where another one before it has left it: buffer, owner, its name there. */
const LENT: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  [BURST_DEDUP.stem]: [['records', PACKET_PARSE.stem, 'records']],
  [JSONL_PARSE.stem]: [['slab', PACKET_PARSE.stem, 'slab']],
};

function lentTo(stem: string, kernels: ReadonlyMap<string, GpuKernel>): Record<string, GPUBuffer> {
  const lent: Record<string, GPUBuffer> = {};
  for (const [name, owner, buffer] of LENT[stem] ?? []) {
    const made = kernels.get(owner)?.buffer(buffer);
    if (made !== undefined) lent[name] = made;
  }
  return lent;
}

function kernelsOf(stages: readonly StageName[]): KernelSpec[] {
  return stages.flatMap((stage) => KERNELS[stage] ?? []);
}

function jobsOf(mailbox: Mailbox, { stem }: KernelSpec): KernelJob[] {
  return mailbox.batches.flatMap(({ all }) => all.filter(({ spec }) => spec.stem === stem));
}

function runnerSizes(
  jobs: readonly KernelJob[],
  kernels: ReadonlyMap<string, GpuKernel>,
): { uploadBytesMax: number; readBackBytesMax: number } {
  let uploadBytesMax = 16;
  let readBackBytesMax = 0;
  for (const { spec, wordsMax } of jobs) {
    for (const { name, use } of kernels.has(spec.stem) ? spec.buffers : []) {
      if (use === 'output') readBackBytesMax += wordsMax[name] * 4;
      else if (use !== 'scratch') uploadBytesMax = Math.max(uploadBytesMax, wordsMax[name] * 4);
    }
  }
  return { uploadBytesMax, readBackBytesMax };
}
