// How long the pipeline takes on this machine: an empty batch, and batches of each stage beside its twin.
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { FromGpu, GpuThreadData, ToGpu } from '../worker/gpu-messages.js';
import type { KernelJob } from './kernel-job.js';
import { BatchJobs } from './pipeline/batch-jobs.js';
import { BATCH, createPipelineMemory, Mailbox } from './pipeline/mailbox.js';
import { STAGES, type StageName } from './pipeline/stages.js';
import type { ProbeReport, StageCost } from './probe-report.js';
import { STAGE_LOADS, type StageLoad } from './stage-loads.js';

const EMPTY_BATCHES = 60;
const BATCHES = 24;
/** A slow device is known after fewer. */
const BATCHES_MIN = 10;
const STAGE_MS_MAX = 250;
/** Not counted: caches and compilers. */
const FIRST = 4;
const BATCH_MS_MAX = 10_000;
const GPU_THREAD = new URL('../worker/gpu-thread.js', import.meta.url);

type Measured = Pick<ProbeReport, 'roundTripUs' | 'roundTripP99Us' | 'costs'>;

/** One stage's batches of one size. */
export interface SizeCost extends StageCost {
  readonly stage: StageName;
  readonly unit: string;
  readonly size: number;
}

const nowUs = (): number => performance.now() * 1000;

/** [main-thread of a process of its own] */
export async function measureGpu(adapterName: string): Promise<Measured> {
  const { empty, sizes } = await measureStages(adapterName, ({ usual }) => [usual]);
  const costs = Object.fromEntries(
    sizes.map(({ stage, roundTripUs, roundTripP99Us, handOverUs, processorUs }) => [
      stage,
      { roundTripUs, roundTripP99Us, handOverUs, processorUs },
    ]),
  );
  return { roundTripUs: share(empty, 0.5), roundTripP99Us: share(empty, 0.99), costs };
}

/** Round trips of empty batches, and what batches of each stage cost; it waits for them. [main-thread] */
export async function measureStages(
  adapterName: string,
  sizesOf: (load: StageLoad) => readonly number[],
): Promise<{ empty: number[]; sizes: SizeCost[] }> {
  const memory = createPipelineMemory();
  const stages = STAGES.filter((name) => STAGE_LOADS[name] !== undefined);
  const workerData: GpuThreadData = { memory, adapterName, stages };
  const worker = new Worker(GPU_THREAD, { workerData, env: SHARE_ENV });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const first = await new Promise<FromGpu>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (first.kind === 'gone') throw new Error(first.why);
  const mailbox = new Mailbox(memory);
  try {
    const empty = roundTrips(mailbox, EMPTY_BATCHES, []);
    return { empty, sizes: stages.flatMap((stage) => measureStage(mailbox, stage, sizesOf)) };
  } finally {
    worker.postMessage({ kind: 'stop' } satisfies ToGpu);
    mailbox.ring();
    await exited;
  }
}

function measureStage(
  mailbox: Mailbox,
  stage: StageName,
  sizesOf: (load: StageLoad) => readonly number[],
): SizeCost[] {
  const load = STAGE_LOADS[stage];
  if (load === undefined) return [];
  return sizesOf(load).map((size) => ({
    ...{ stage, unit: load.unit, size },
    ...measureLoad(mailbox, load, size),
  }));
}

function measureLoad(mailbox: Mailbox, load: StageLoad, size: number): StageCost {
  const [batch] = mailbox.batches;
  const handOvers: number[] = [];
  const times = roundTrips(mailbox, BATCHES, load.jobs(batch), () => {
    const startUs = nowUs();
    load.fill(batch, size);
    handOvers.push(nowUs() - startUs);
  });
  const own = new BatchJobs((words) => new Uint32Array(words));
  const run = load.twin();
  const twins: number[] = [];
  const endUs = nowUs() + 1000 * STAGE_MS_MAX;
  for (let i = 0; i < BATCHES && (i < BATCHES_MIN || nowUs() < endUs); i++) {
    load.fill(own, size);
    const startUs = nowUs();
    run(own);
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
  wanted: readonly KernelJob[],
  fill: () => void = () => {},
): number[] {
  const bits = wanted.reduce((all, job) => all | mailbox.jobBit(0, job), 0);
  const times: number[] = [];
  const endUs = nowUs() + 1000 * STAGE_MS_MAX;
  for (let i = 0; i < count && (i < BATCHES_MIN || nowUs() < endUs); i++) {
    fill();
    const startUs = nowUs();
    mailbox.post(0, i, bits);
    Atomics.wait(mailbox.control, mailbox.stateWord(0), BATCH.posted, BATCH_MS_MAX);
    times.push(nowUs() - startUs);
    if (mailbox.state(0) !== BATCH.done) throw new Error('a batch did not come back while it was measured');
    mailbox.free(0);
  }
  return times.slice(FIRST);
}

function share(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
