// What may happen to a GPU that reads the packets: no event is lost or doubled, no sample is another one, and it is
// counted who has read what.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PACKET_RECORD } from '../../../engine/gpu/layouts.js';
import { BATCH, Mailbox } from '../../../engine/gpu/pipeline/mailbox.js';
import { SLOWLY, WITHOUT_GPU } from '../support.js';
import { GpuWorker, VirtualBatchClock } from './gpu-worker.js';
import { type Received, receive } from './parse-world.js';

const ROUND_TRIP_US = 700;
const MIDDLE_US = 400_000;

function waitUntil(condition: () => boolean): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 2000 && !condition(); i++) Atomics.wait(pause, 0, 0, 5);
  expect(condition()).toBe(true);
}

/** What the processor alone receives; whoever was asked to read a packet, somebody has. */
function expectSame(gpu: Received, cpu: Received): void {
  expect(gpu.counted).toEqual(cpu.counted);
  expect(gpu.events).toEqual(cpu.events);
  expect(gpu.heard).toEqual(cpu.heard);
  const { asked = 0, used = 0, late = 0, refused = 0 } = gpu.counts;
  expect(used + late + refused).toBe(asked);
}

describe.skipIf(WITHOUT_GPU)('while packets are read by the GPU', SLOWLY, () => {
  let worker: GpuWorker;
  let mailbox: Mailbox;
  let clock: VirtualBatchClock;
  const cpu = receive({ format: 'compact' });
  beforeEach(async () => {
    const started = await GpuWorker.start(['parse']);
    if (typeof started === 'string') throw new Error(started);
    worker = started;
    mailbox = new Mailbox(worker.memory);
    clock = new VirtualBatchClock(ROUND_TRIP_US);
  });
  afterEach(async () => {
    await worker.kill();
  });
  /** Between two batches: in the middle of a call the driver's binding would end the process. */
  const killIdle = () => {
    waitUntil(() => !mailbox.isWaiting);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
    void worker.kill();
    clock.dead = true;
  };
  const listen = (meanwhile: () => void) =>
    receive({ format: 'compact', gpu: { memory: worker.memory, clock } }, (simulation) =>
      simulation.at(MIDDLE_US, meanwhile),
    );

  it('the device is lost: the processor reads on', () => {
    const gpu = listen(() => {
      worker.tell('lose');
      waitUntil(() => mailbox.stages === 0);
    });
    expectSame(gpu, cpu);
    const { used = 0, refused = 0, late = 0 } = gpu.counts;
    expect(used).toBeGreaterThan(300);
    expect(refused + late).toBeLessThan(100);
  });

  it('its thread is killed and nobody notices: what it was asked for is late', () => {
    const gpu = listen(() => {
      killIdle();
    });
    expectSame(gpu, cpu);
    expect(gpu.counts.used).toBeGreaterThan(300);
    expect(gpu.counts.late).toBeGreaterThan(100);
  });

  it('every result is late, and comes when nobody wants it', () => {
    clock.roundTripUs = 9000;
    const gpu = listen(() => {});
    expectSame(gpu, cpu);
    expect(gpu.counts.used).toBe(0);
    expect(gpu.counts.late).toBeGreaterThan(20);
  });

  it('results begin to be late, and are in time again', () => {
    const gpu = receive({ format: 'compact', gpu: { memory: worker.memory, clock } }, (simulation) => {
      simulation.at(250_000, () => {
        clock.roundTripUs = 4000;
      });
      simulation.at(300_000, () => {
        clock.roundTripUs = ROUND_TRIP_US;
      });
    });
    expectSame(gpu, cpu);
    expect(gpu.counts.late).toBeGreaterThan(10);
    expect(gpu.counts.used).toBeGreaterThan(300);
  });

  it('a new thread takes over, whose windows know nothing', async () => {
    const first = listen(() => {
      killIdle();
    });
    expectSame(first, cpu);
    const next = await GpuWorker.start(['parse'], worker.memory);
    if (typeof next === 'string') throw new Error(next);
    worker = next;
    clock.dead = false;
    const second = receive({ format: 'compact', gpu: { memory: worker.memory, clock } });
    expectSame(second, cpu);
    expect(second.counts).toMatchObject({ late: 0, refused: 0, seenDisputed: 0 });
  });

  it('a device that writes nonsense over what it found: the processor reads what can not be true', () => {
    const isBack = clock.isBack.bind(clock);
    let spoiled = 0;
    clock.isBack = (box, batch, postedUs, nowUs) => {
      if (!isBack(box, batch, postedUs, nowUs)) return false;
      const { records } = box.batches[batch].parse;
      if (box.state(batch) === BATCH.done && ++spoiled % 3 === 0) {
        for (let i = 0; i < 8; i++)
          records[i * PACKET_RECORD.words + PACKET_RECORD.at.bodyOffset] = spoiled * 977 + 1;
      }
      return true;
    };
    const gpu = listen(() => {});
    expectSame(gpu, cpu);
    expect(gpu.counts.refused).toBeGreaterThan(50);
  });
});
