// How long the pipeline takes on this machine: an empty batch, and a usual one of each stage beside its twin.
/// <reference lib="es2024.sharedmemory" />

import type { KernelJob } from './kernel-job.js';
import type { PcmRepairJob } from './kernels/pcm-repair.js';
import { BatchJobs, REPAIR_SIZES } from './pipeline/batch-jobs.js';
import { BATCH, createPipelineMemory, Mailbox } from './pipeline/mailbox.js';
import { PipelineService } from './pipeline/pipeline-service.js';
import type { ProbeReport, StageCost } from './probe-report.js';
import { PcmRepairTwin } from './twins/pcm-repair.js';

const EMPTY_BATCHES = 60;
const BATCHES = 24;
/** Not counted: caches and compilers. */
const FIRST = 4;
/** One lost packet of two stereo streams. */
const GAPS = 4;
const ORDER = 128;
const GAP_FRAMES = 64;

type Measured = Pick<ProbeReport, 'roundTripUs' | 'roundTripP99Us' | 'costs'>;

const nowUs = (): number => performance.now() * 1000;

/** [main-thread of a process of its own] */
export async function measureGpu(adapterName: string): Promise<Measured> {
  const memory = createPipelineMemory();
  const service = await PipelineService.open({ memory, adapterName, stages: ['conceal'] });
  if (typeof service === 'string') throw new Error(service);
  const served = service.serve();
  const mailbox = new Mailbox(memory);
  const empty = await roundTrips(mailbox, EMPTY_BATCHES, null);
  const conceal = await measureConceal(mailbox);
  service.stop();
  await served;
  await service.close();
  return { roundTripUs: share(empty, 0.5), roundTripP99Us: share(empty, 0.99), costs: { conceal } };
}

async function measureConceal(mailbox: Mailbox): Promise<StageCost> {
  const { repair } = mailbox.batches[0];
  const handOvers: number[] = [];
  const fill = (): void => {
    const startUs = nowUs();
    fillGaps(repair);
    handOvers.push(nowUs() - startUs);
  };
  const times = await roundTrips(mailbox, BATCHES, repair, fill);
  const own = new BatchJobs((words) => new Uint32Array(words)).repair;
  const twin = new PcmRepairTwin(REPAIR_SIZES.lengthMax, REPAIR_SIZES.fitFramesMax);
  const twins: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    fillGaps(own);
    const startUs = nowUs();
    twin.run(own);
    twins.push(nowUs() - startUs);
  }
  return {
    roundTripUs: share(times, 0.5),
    roundTripP99Us: share(times, 0.99),
    handOverUs: share(handOvers.slice(FIRST), 0.5),
    processorUs: share(twins.slice(FIRST), 0.5),
  };
}

async function roundTrips(
  mailbox: Mailbox,
  count: number,
  wanted: KernelJob | null,
  fill: () => void = () => {},
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    fill();
    const startUs = nowUs();
    mailbox.post(0, i, (job) => job === wanted);
    await Atomics.waitAsync(mailbox.control, mailbox.stateWord(0), BATCH.posted).value;
    times.push(nowUs() - startUs);
    if (mailbox.state(0) !== BATCH.done) throw new Error('the device was lost while it was measured');
    mailbox.free(0);
  }
  return times.slice(FIRST);
}

function fillGaps(job: PcmRepairJob): void {
  job.begin();
  const near = 16 * ORDER;
  const far = 4 * ORDER;
  const excitation = job.place(GAP_FRAMES);
  job.samples.fill(0, excitation, excitation + GAP_FRAMES);
  for (let gap = 0; gap < GAPS; gap++) {
    const at = job.place(near + far);
    for (let i = 0; i < near + far; i++) job.samples[at + i] = sound(i, gap);
    const sides = { nearAt: at, nearFrames: near, farAt: at + near, farFrames: far };
    const bridge = { length: GAP_FRAMES, before: at + near, after: at + near, steered: 32, excitation };
    job.add({ ...sides, ...bridge, fitOrder: ORDER, model: gap });
  }
  job.finish();
}

/** A tone, and noise that no model predicts. */
function sound(frame: number, gap: number): number {
  return Math.sin(frame * 0.05 + gap) + ((Math.imul(frame, 0x9e3779b1) >>> 16) / 65536 - 0.5) / 50;
}

function share(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
