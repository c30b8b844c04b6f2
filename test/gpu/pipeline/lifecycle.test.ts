// Starting, stopping, being killed, being tried again; and nothing is left behind.
import { afterEach, describe, expect, it } from 'vitest';
import { GpuHost } from '../../../engine/control/gpu-host.js';
import { BATCH, createPipelineMemory, Mailbox } from '../../../engine/gpu/pipeline/mailbox.js';
import { residentBytes } from '../../support/resident-bytes.js';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker } from './gpu-worker.js';

/** JAMBRIDGE_GPU_LONG=1: a hundred starts, and 10^5 batches. */
const LONG = process.env.JAMBRIDGE_GPU_LONG === '1';
const STARTS = LONG ? 100 : 4;
const BATCHES = LONG ? 100_000 : 1500;
/** Of the whole process, once everything has been used for the first time. */
const GROWTH_BYTES_MAX = 24 << 20;
const BATCH_MS_MAX = 20_000;
const TEST_MS = LONG ? 1_800_000 : 60_000;

async function start(memory = createPipelineMemory()): Promise<GpuWorker> {
  const started = await GpuWorker.start(['conceal'], memory);
  if (typeof started === 'string')
    throw new Error(`${started}; JAMBRIDGE_WITHOUT_GPU=1 tests everything else`);
  return started;
}

/** There and back, with one short gap. */
function roundTrip(mailbox: Mailbox, serial: number): boolean {
  const batch = serial % mailbox.batches.length;
  const { repair } = mailbox.batches[batch];
  repair.begin();
  const at = repair.place(200);
  for (let i = 0; i < 200; i++) repair.samples[at + i] = Math.sin(i / 9);
  const sides = { nearAt: at, nearFrames: 100, farAt: at + 100, farFrames: 60 };
  const bridge = { length: 8, before: at + 100, after: at + 100, steered: 8, excitation: at + 180 };
  repair.add({ ...sides, ...bridge, fitOrder: 8, model: 0 });
  repair.finish();
  mailbox.post(batch, serial, mailbox.jobBit(batch, repair));
  Atomics.wait(mailbox.control, mailbox.stateWord(batch), BATCH.posted, BATCH_MS_MAX);
  const done = mailbox.state(batch) === BATCH.done;
  mailbox.free(batch);
  return done;
}

async function until(condition: () => boolean, ms: number): Promise<void> {
  const startMs = performance.now();
  while (!condition() && performance.now() - startMs < ms) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(condition()).toBe(true);
}

describe.skipIf(WITHOUT_GPU)('the GPU thread', () => {
  it(
    `starts and stops ${STARTS} times`,
    async () => {
      const memory = createPipelineMemory();
      const mailbox = new Mailbox(memory);
      for (let i = 0; i < STARTS; i++) {
        const worker = await start(memory);
        expect(roundTrip(mailbox, i)).toBe(true);
        expect(await worker.end('stop')).toBe('');
        expect(mailbox.stages).toBe(0);
      }
    },
    TEST_MS,
  );

  it(
    `needs no more memory for ${BATCHES} batches than for a few`,
    async () => {
      const worker = await start();
      const mailbox = new Mailbox(worker.memory);
      let failed = 0;
      const run = (): void => {
        for (let i = 0; i < BATCHES; i++) if (!roundTrip(mailbox, i)) failed++;
      };
      run();
      const before = residentBytes();
      run();
      expect(failed).toBe(0);
      expect(residentBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
      expect(mailbox.figure('batches')).toBeGreaterThanOrEqual(BATCHES);
      expect(await worker.end('stop')).toBe('');
    },
    TEST_MS,
  );
});

describe.skipIf(WITHOUT_GPU)('the GPU as the engine has it', () => {
  const said: string[] = [];
  let host: GpuHost | undefined;
  afterEach(() => host?.stop());

  it('is worked when it is asked for, comes back when it was lost, and is left alone when it is not wanted', async () => {
    host = new GpuHost((text) => said.push(text));
    const mailbox = new Mailbox(host.memory);
    host.configure('gpu', process.env.JAMBRIDGE_ADAPTER ?? '');
    const working = () => host?.status().state === 'working';
    await until(working, 40_000);
    const { adapter, stages } = host.status();
    expect(adapter).not.toBe('');
    expect(stages.find(({ name }) => name === 'conceal')?.on).toBe('gpu');
    expect(stages.every(({ why }) => why !== '')).toBe(true);
    expect(roundTrip(mailbox, 1)).toBe(true);
    host.loseDevice();
    await until(() => host?.status().losses === 1, 10_000);
    expect(host.status().stages.every(({ on }) => on === 'cpu')).toBe(true);
    expect(mailbox.stages).toBe(0);
    await until(working, 40_000);
    expect(roundTrip(mailbox, 2)).toBe(true);
    host.configure('cpu', '');
    await until(() => host?.status().state === 'off', 10_000);
    expect(mailbox.stages).toBe(0);
    expect(said.some((text) => text.includes('the processor goes on'))).toBe(true);
  });

  it('a software adapter counts as the processor unless it is asked for', async () => {
    host = new GpuHost(() => {});
    host.configure('auto', 'llvmpipe');
    await until(() => host?.status().state === 'off', 40_000);
    expect(host.status().why).toMatch(/software adapter|no GPU adapter|no adapter/i);
    expect(host.status().starts).toBe(0);
  });
});
