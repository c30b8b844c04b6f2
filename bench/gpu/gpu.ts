// Every kernel against its twin, over batch sizes and channel counts: how long a batch takes on the way up, through
// and back, where the time goes, from which size on it pays, and how often a byte is copied.
import { BatchRunner } from '../../engine/gpu/batch-runner.js';
import { type GpuDevice, openGpu } from '../../engine/gpu/gpu-device.js';
import { GpuKernel } from '../../engine/gpu/gpu-kernel.js';
import type { Bench, BenchOptions, Row } from '../bench.js';
import { writeCurves } from '../plot/curves.js';
import { describeMachine } from '../support/machine.js';
import { percentile, rounded } from '../support/statistics.js';
import { CODE_WORKLOADS } from './code-workloads.js';
import { PACKET_WORKLOADS } from './packet-workloads.js';
import { measurePipeline } from './pipeline.js';
import { measureRoute } from './route.js';
import { SOUND_WORKLOADS } from './sound-workloads.js';
import { measureUploads } from './upload.js';
import type { Case, Workload } from './workload.js';

const WORKLOADS: readonly Workload[] = [...PACKET_WORKLOADS, ...CODE_WORKLOADS, ...SOUND_WORKLOADS];

/** Of a case, on either side. */
const WARM_UP_RUNS = 10;
/** Until the compiler has done all it will do, however short a run is. */
const WARM_UP_MS = 150;
const RUNS_MAX = 200;
const RUNS_MIN = 5;
const CASE_MS = 500;
const QUICK_SIZE_MAX = 64;

export const gpu: Bench = {
  name: 'gpu',
  summary:
    'each kernel on the GPU against its twin on the processor: round trips, time split, crossover, copies',
  flags: { plot: 'draws the curves of the README into bench/curves' },
  async run({ quick, flags, say }: BenchOptions): Promise<Row[]> {
    const device = await openGpu({ adapterName: process.env.JAMBRIDGE_ADAPTER ?? '' });
    if (typeof device === 'string') throw new Error(device);
    say(`gpu: ${device.adapterName}${device.software ? ' (software)' : ''}`);
    const machine = describeMachine();
    const rows: Row[] = [];
    try {
      for (const workload of WORKLOADS) {
        rows.push(...(await measureWorkload(device, workload, quick, say)));
      }
      say('gpu: ways up');
      rows.push(...(await measureUploads(device, quick)));
    } finally {
      await device.close();
    }
    say('gpu: the pipeline');
    rows.push(...(await measurePipeline(quick)));
    say('gpu: copies on the route');
    rows.push(...(await measureRoute()));
    if (flags.includes('plot')) writeCurves({ bench: 'gpu', machine, rows }, say);
    return rows;
  },
};

async function measureWorkload(
  device: GpuDevice,
  workload: Workload,
  quick: boolean,
  say: BenchOptions['say'],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of quick ? workload.sizes.filter((s) => s <= QUICK_SIZE_MAX).slice(-1) : workload.sizes) {
    say(`gpu: ${workload.stem}, ${size} ${workload.unit}`);
    rows.push(await measureCase(device, workload, size, quick));
  }
  const cheaper = rows
    .filter((row) => Number(row.gpuP50Us) < Number(row.twinP50Us))
    .map((row) => Number(row.size));
  // From there on, at every larger size measured as well.
  const lost = rows.filter((row) => !cheaper.includes(Number(row.size))).map((row) => Number(row.size));
  const crossover = cheaper.find((size) => size > Math.max(0, ...lost)) ?? null;
  return rows.map((row) => ({ ...row, crossover }));
}

async function measureCase(
  device: GpuDevice,
  workload: Workload,
  size: number,
  quick: boolean,
): Promise<Row> {
  const { job, runTwin }: Case = workload.make(size);
  const twinUs = await measureTwin(runTwin, quick);
  const kernel = await GpuKernel.make(device, job.spec, job.wordsMax);
  const bytes = Object.values(job.wordsMax).map((words) => words * 4);
  const runner = new BatchRunner(device, {
    uploadBytesMax: Math.max(...bytes),
    readBackBytesMax: job.spec.buffers.reduce(
      (sum, { name, use }) => sum + (use === 'output' ? job.used[name] * 4 : 0),
      0,
    ),
  });
  await runner.warmUp([kernel]);
  const steps = [{ kernel, job }];
  await warmUp(() => runner.run(steps), quick);
  const { counts, times } = runner;
  counts.reset();
  const totals: number[] = [];
  const parts = { upload: [], encode: [], submit: [], wait: [], readBack: [] } as Record<string, number[]>;
  const endMs = performance.now() + (quick ? 50 : CASE_MS);
  while (totals.length < RUNS_MIN || (totals.length < RUNS_MAX && performance.now() < endMs)) {
    const startUs = performance.now() * 1000;
    await runner.run(steps);
    totals.push(performance.now() * 1000 - startUs);
    parts.upload.push(times.uploadUs);
    parts.encode.push(times.encodeUs);
    parts.submit.push(times.submitUs);
    parts.wait.push(times.waitUs);
    parts.readBack.push(times.readBackUs);
  }
  runner.destroy();
  kernel.destroy();
  const split = Object.entries(parts).map(([name, values]) => [
    `${name}P50Us`,
    rounded(percentile(values, 0.5)),
  ]);
  return {
    ...{ kernel: workload.stem, size, unit: workload.unit },
    twinP50Us: rounded(percentile(twinUs, 0.5)),
    twinP99Us: rounded(percentile(twinUs, 0.99)),
    gpuMinUs: rounded(percentile(totals, 0)),
    gpuP50Us: rounded(percentile(totals, 0.5)),
    gpuP99Us: rounded(percentile(totals, 0.99)),
    ...(Object.fromEntries(split) as Row),
    payloadBytes: counts.payloadBytes / totals.length,
    copiesByProcessorPerByte: rounded(counts.hostBytes / counts.payloadBytes, 2),
    copiesOnDevicePerByte: rounded(counts.deviceBytes / counts.payloadBytes, 2),
    runs: totals.length,
    adapter: device.adapterName,
    software: device.software,
  };
}

async function warmUp(run: () => Promise<void> | void, quick: boolean): Promise<void> {
  const endMs = performance.now() + (quick ? 0 : WARM_UP_MS);
  for (let i = 0; i < (quick ? 2 : WARM_UP_RUNS) || performance.now() < endMs; i++) await run();
}

async function measureTwin(run: () => void, quick: boolean): Promise<number[]> {
  const us: number[] = [];
  await warmUp(run, quick);
  const endMs = performance.now() + (quick ? 50 : CASE_MS);
  while (us.length < RUNS_MIN || (us.length < RUNS_MAX && performance.now() < endMs)) {
    const startUs = performance.now() * 1000;
    run();
    us.push(performance.now() * 1000 - startUs);
  }
  return us;
}
