// What may happen to a GPU while music plays: nobody hears it, and it is counted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPipelineMemory, Mailbox } from '../../../engine/gpu/pipeline/mailbox.js';
import { WITHOUT_GPU } from '../support.js';
import { GpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { counted, expectNoClick, type Played, play } from './world.js';

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
    expect(gpu.heard).toEqual(cpu.heard);
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
  const clock = new VirtualBatchClock(ROUND_TRIP_US);
  const cpu = play({});
  beforeEach(async () => {
    const started = await GpuWorker.start(['conceal']);
    if (typeof started === 'string') throw new Error(started);
    worker = started;
    mailbox = new Mailbox(worker.memory);
    clock.dead = false;
    clock.roundTripUs = ROUND_TRIP_US;
  });
  afterEach(async () => {
    await worker.kill();
  });
  const listen = (meanwhile: () => void) =>
    play({ gpu: { memory: worker.memory, clock } }, (simulation) => simulation.at(MIDDLE_US, meanwhile));

  it('the device is lost', () => {
    const gpu = listen(() => {
      worker.tell('lose');
      waitUntil(() => mailbox.stages === 0);
    });
    expect(gpu.counts.used).toBeGreaterThan(5);
    expectUnharmed(gpu, cpu);
    expect(gpu.counts.asked).toBeLessThan(13); // of the eighteen gaps of the whole piece
  });

  it('its thread is killed and nobody notices', () => {
    const gpu = listen(() => {
      void worker.kill();
      clock.dead = true;
    });
    expectUnharmed(gpu, cpu);
    expect(gpu.counts.used).toBeGreaterThan(5);
    expect(gpu.counts.late).toBeGreaterThan(0);
  });

  it('and a new thread takes over where the old one was', async () => {
    let next: GpuWorker | string = '';
    const first = listen(() => {
      void worker.kill();
      clock.dead = true;
    });
    expect(mailbox.isWaiting).toBe(true);
    next = await GpuWorker.start(['conceal'], worker.memory);
    if (typeof next === 'string') throw new Error(next);
    expect(mailbox.isWaiting).toBe(false);
    worker = next;
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
    expect(gpu.heard).toEqual(cpu.heard);
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
});
