// How long the pipeline takes on this machine: an empty batch, and a usual one of each stage beside its twin.
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { FromGpu, GpuThreadData, ToGpu } from '../worker/gpu-messages.js';

import type { KernelJob } from './kernel-job.js';
import type { PcmRepairJob } from './kernels/pcm-repair.js';
import { BatchJobs, REPAIR_SIZES } from './pipeline/batch-jobs.js';
import { BATCH, createPipelineMemory, Mailbox } from './pipeline/mailbox.js';
import { readSound } from './pipeline/read-sound.js';
import type { ProbeReport, StageCost } from './probe-report.js';
import { PcmRepairTwin } from './twins/pcm-repair.js';

const EMPTY_BATCHES = 60;
const BATCHES = 24;
/** Not counted: caches and compilers. */
const FIRST = 4;
/** One lost packet of two stereo streams. */
const GAPS_USUAL = 4;
const ORDER = 128;
const GAP_FRAMES = 64;
const BATCH_MS_MAX = 10_000;
const GPU_THREAD = new URL('../worker/gpu-thread.js', import.meta.url);

type Measured = Pick<ProbeReport, 'roundTripUs' | 'roundTripP99Us' | 'costs'>;

const nowUs = (): number => performance.now() * 1000;

/** [main-thread of a process of its own] */
export async function measureGpu(adapterName: string): Promise<Measured> {
  const { empty, conceal } = await measureConcealment(adapterName, [GAPS_USUAL]);
  return {
    roundTripUs: share(empty, 0.5),
    roundTripP99Us: share(empty, 0.99),
    costs: { conceal: conceal[0] },
  };
}

/** Round trips of empty batches, and what batches of so many gaps cost; it waits for them. [main-thread] */
export async function measureConcealment(
  adapterName: string,
  gapCounts: readonly number[],
): Promise<{ empty: number[]; conceal: StageCost[] }> {
  const memory = createPipelineMemory();
  const workerData: GpuThreadData = { memory, adapterName, stages: ['conceal'] };
  const worker = new Worker(GPU_THREAD, { workerData, env: SHARE_ENV });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const first = await new Promise<FromGpu>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (first.kind === 'gone') throw new Error(first.why);
  const mailbox = new Mailbox(memory);
  try {
    const empty = roundTrips(mailbox, EMPTY_BATCHES, null);
    return { empty, conceal: gapCounts.map((gaps) => measureGaps(mailbox, gaps)) };
  } finally {
    worker.postMessage({ kind: 'stop' } satisfies ToGpu);
    mailbox.ring();
    await exited;
  }
}

function measureGaps(mailbox: Mailbox, gaps: number): StageCost {
  const { repair } = mailbox.batches[0];
  const handOvers: number[] = [];
  const fill = (): void => {
    const startUs = nowUs();
    fillGaps(repair, gaps);
    handOvers.push(nowUs() - startUs);
  };
  const times = roundTrips(mailbox, BATCHES, repair, fill);
  const own = new BatchJobs((words) => new Uint32Array(words)).repair;
  const twin = new PcmRepairTwin(REPAIR_SIZES.lengthMax, REPAIR_SIZES.fitFramesMax);
  const twins: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    fillGaps(own, gaps);
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

/** Waits as the engine never does. */
function roundTrips(
  mailbox: Mailbox,
  count: number,
  wanted: KernelJob | null,
  fill: () => void = () => {},
): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    fill();
    const startUs = nowUs();
    mailbox.post(0, i, (job) => job === wanted);
    Atomics.wait(mailbox.control, mailbox.stateWord(0), BATCH.posted, BATCH_MS_MAX);
    times.push(nowUs() - startUs);
    if (mailbox.state(0) !== BATCH.done) throw new Error('a batch did not come back while it was measured');
    mailbox.free(0);
  }
  return times.slice(FIRST);
}

function fillGaps(job: PcmRepairJob, gaps: number): void {
  job.begin();
  const near = 16 * ORDER;
  const far = 4 * ORDER;
  const excitation = job.place(GAP_FRAMES);
  job.samples.fill(0, excitation, excitation + GAP_FRAMES);
  for (let gap = 0; gap < gaps; gap++) {
    const at = job.place(near + far);
    readSound(SOUND, 0, SOUND.length - 1, gap * 100, near + far, job.samples, at);
    const sides = { nearAt: at, nearFrames: near, farAt: at + near, farFrames: far };
    const bridge = { length: GAP_FRAMES, before: at + near, after: at + near, steered: 32, excitation };
    job.add({ ...sides, ...bridge, fitOrder: ORDER, model: gap });
  }
  job.finish();
}

/** A tone, and noise that no model predicts. */
const SOUND = Float32Array.from(
  { length: 4096 },
  (_, i) => Math.sin(i * 0.05) + ((Math.imul(i, 0x9e3779b1) >>> 16) / 65536 - 0.5) / 50,
);

function share(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
