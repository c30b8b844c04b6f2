// What may happen to a GPU while music plays: nobody hears it, and it is counted.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { BATCH, createPipelineMemory, Mailbox } from '../../../engine/gpu/pipeline/mailbox.js';
import type { BatchClock } from '../../../engine/gpu/pipeline/pipeline.js';
import type { StageName } from '../../../engine/gpu/pipeline/stages.js';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { counted, expectNoClick, type Played, play, recoverCounts } from './world.js';

const ROUND_TRIP_US = 700;
/** The middle of the piece. */
const MIDDLE_US = 400_000;
const UNDER_WAY_MAX = 8;

/** Delivered is what was delivered without a GPU; whoever asked got an answer or the processor's estimate. */
function expectUnharmed(gpu: Played, cpu: Played): void {
  expect(counted(gpu)).toEqual(counted(cpu));
  expect(gpu.underruns).toBe(cpu.underruns);
  const { asked, used, late, needless, refused } = gpu.counts;
  expect(asked - used - late - needless - refused).toBeGreaterThanOrEqual(0);
  expect(asked - used - late - needless - refused).toBeLessThanOrEqual(UNDER_WAY_MAX);
  expectNoClick(gpu);
}

/** Bit by bit. As buffers: element by element it would take a hundred times as long. */
function expectSameSound(gpu: Played, cpu: Played): void {
  const [a, b] = [gpu, cpu].map(({ heard }) => Buffer.from(heard.buffer, heard.byteOffset, heard.byteLength));
  expect(a.length).toBeGreaterThan(0);
  expect(a.equals(b)).toBe(true);
}

async function start(stages: readonly StageName[], memory = createPipelineMemory()): Promise<GpuWorker> {
  const started = await GpuWorker.start(stages, memory);
  if (typeof started === 'string') throw new Error(started);
  return started;
}

function waitUntil(condition: () => boolean): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 2000 && !condition(); i++) Atomics.wait(pause, 0, 0, 5);
  expect(condition()).toBe(true);
}

describe('without a GPU', () => {
  it("everything is the processor's, frame by frame", () => {
    const cpu = play({});
    const gpu = play({
      gpu: { memory: createPipelineMemory(), clock: new VirtualBatchClock(ROUND_TRIP_US) },
    });
    expectSameSound(gpu, cpu);
    expect(gpu.counts.asked).toBe(0);
  });

  it('a thread that finds no adapter says so and ends', async () => {
    const before = process.env.VK_DRIVER_FILES;
    process.env.VK_DRIVER_FILES = '/nonexistent.json';
    const started = await GpuWorker.start(['conceal']);
    if (before === undefined) delete process.env.VK_DRIVER_FILES;
    else process.env.VK_DRIVER_FILES = before;
    expect(started).toMatch(/no GPU adapter/);
  });
});

describe.skipIf(WITHOUT_GPU)('while music plays', () => {
  let worker: GpuWorker;
  let mailbox: Mailbox;
  /** What comes next needs another one. */
  let spent = true;
  const clock = new VirtualBatchClock(ROUND_TRIP_US);
  const cpu = play({});
  beforeEach(async () => {
    if (spent) worker = await start(['conceal']);
    mailbox = new Mailbox(worker.memory);
    spent = false;
    clock.dead = false;
    clock.roundTripUs = ROUND_TRIP_US;
  });
  afterAll(async () => {
    await worker.kill();
  });
  const listen = (meanwhile: () => void) =>
    play({ gpu: { memory: worker.memory, clock } }, (simulation) => simulation.at(MIDDLE_US, meanwhile));

  it('the device is lost', () => {
    spent = true;
    const gpu = listen(() => {
      worker.tell('lose');
      waitUntil(() => mailbox.stages === 0);
    });
    expect(gpu.counts.used).toBeGreaterThan(5);
    expectUnharmed(gpu, cpu);
    expect(gpu.counts.asked).toBeLessThan(13); // of the eighteen gaps of the whole piece
  });

  it('its thread is killed and nobody notices', () => {
    spent = true;
    const gpu = listen(() => {
      void worker.kill();
      clock.dead = true;
    });
    expectUnharmed(gpu, cpu);
    expect(gpu.counts.used).toBeGreaterThan(5);
    expect(gpu.counts.late).toBeGreaterThan(0);
  });

  it('and a new thread takes over where the old one was', async () => {
    const first = listen(() => {
      void worker.kill();
      clock.dead = true;
    });
    expect(mailbox.isWaiting).toBe(true);
    worker = await start(['conceal'], worker.memory);
    expect(mailbox.isWaiting).toBe(false);
    clock.dead = false;
    const second = play({ gpu: { memory: worker.memory, clock } });
    expectUnharmed(first, cpu);
    expectUnharmed(second, cpu);
    expect(second.counts.late + second.counts.refused).toBe(0);
    expect(second.counts.used).toBeGreaterThan(first.counts.used);
  });

  it('every result is late: the processor has done it all, frame by frame', () => {
    clock.roundTripUs = 40_000;
    const gpu = listen(() => {});
    expectUnharmed(gpu, cpu);
    expect(gpu.counts.used).toBe(0);
    expect(gpu.counts.late).toBeGreaterThan(5);
    expectSameSound(gpu, cpu);
  });

  it('results begin to be late, and are in time again', () => {
    const gpu = play({ seconds: 0.9, gpu: { memory: worker.memory, clock } }, (simulation) => {
      simulation.at(300_000, () => {
        clock.roundTripUs = 20_000;
      });
      simulation.at(500_000, () => {
        clock.roundTripUs = ROUND_TRIP_US;
      });
    });
    expectUnharmed(gpu, play({ seconds: 0.9 }));
    expect(gpu.counts.used).toBeGreaterThan(10);
    expect(gpu.counts.late).toBeGreaterThan(2);
  });

  it('results come whenever they come, as in an engine: nobody waits, nothing is different', async () => {
    const all = await start(['recover', 'conceal', 'resample', 'meter']);
    const whenever: BatchClock = { isBack: (box, batch) => box.state(batch) !== BATCH.posted };
    const pause = new Int32Array(new SharedArrayBuffer(4));
    const world = { loss: 0.33, redundancy: 3 };
    const gpu = play({ ...world, gpu: { memory: all.memory, clock: whenever } }, (simulation) => {
      // About as fast as time goes: some results are in time.
      for (let atUs = 100_000; atUs < 700_000; atUs += 2000) {
        simulation.at(atUs, () => void Atomics.wait(pause, 0, 0, 1));
      }
    });
    await all.end('stop');
    const { asked, used, late, needless, refused } = recoverCounts(gpu);
    expect(asked).toBeGreaterThan(5);
    expect(refused).toBe(0);
    expect(asked - used - late - needless).toBeGreaterThanOrEqual(0);
    expect(asked - used - late - needless).toBeLessThanOrEqual(2);
    expectSameSound(gpu, play(world));
  });

  it('the device is lost while every stage is at work: packets are restored as ever', async () => {
    const world = { loss: 0.33, redundancy: 3 };
    const all = await start(['recover', 'conceal', 'resample', 'meter']);
    const gpu = play({ ...world, gpu: { memory: all.memory, clock } }, (simulation) =>
      simulation.at(MIDDLE_US, () => {
        all.tell('lose');
        waitUntil(() => new Mailbox(all.memory).stages === 0);
      }),
    );
    await all.end('stop');
    const { asked, used, late, needless, refused } = recoverCounts(gpu);
    expect(used).toBeGreaterThan(20);
    expect(asked - used - late - needless - refused).toBeGreaterThanOrEqual(0);
    expect(asked - used - late - needless - refused).toBeLessThanOrEqual(2);
    expect(gpu.engine.receive.pipeline?.meter.counts.used).toBeGreaterThan(0);
    expectSameSound(gpu, play(world));
    expect(gpu.underruns).toBe(play(world).underruns);
  });
});
