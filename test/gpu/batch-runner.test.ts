// Batches as the engine runs them: several kernels in one submission, memory that threads share, copies counted, and
// a device that goes away.
import { describe, expect, it } from 'vitest';
import { BatchRunner } from '../../engine/gpu/batch-runner.js';
import { openGpu } from '../../engine/gpu/gpu-device.js';
import { GpuKernel } from '../../engine/gpu/gpu-kernel.js';
import { type Allocate, allocateOwn, allocateShared } from '../../engine/gpu/kernel-job.js';
import { BurstDedupJob, VERDICT } from '../../engine/gpu/kernels/burst-dedup.js';
import { PacketParseJob } from '../../engine/gpu/kernels/packet-parse.js';
import { BurstDedupTwin } from '../../engine/gpu/twins/burst-dedup.js';
import { PacketParseTwin } from '../../engine/gpu/twins/packet-parse.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { PacketFields, writePacket } from '../../engine/toast/packet.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { Random } from '../fuzz/datagram-maker.js';
import { residentBytes } from '../support/resident-bytes.js';
import { expectSameWords, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const PACKETS = 3000;
const STRIDE = 128;
const SIZES = { packetsMax: PACKETS, streamEntries: 16, windowSize: 256, seed: 9 };

/** Packets of one sender in any order, each about three times, a few damaged. */
function fill(parse: PacketParseJob, seed: number): void {
  const random = new Random(seed);
  const slab = new ByteSlab(parse.slab.buffer);
  const fields = new PacketFields();
  fields.type = PACKET_TYPE.audio;
  fields.streamId = 1;
  fields.epoch = 1;
  parse.begin();
  for (let i = 0; i < PACKETS; i++) {
    fields.sequence = (seed * 100 + random.below(PACKETS / 3)) >>> 0;
    const length = writePacket(slab, i * STRIDE, fields, random.below(60));
    if (random.below(100) === 0) slab.u8[i * STRIDE + 40] ^= 1;
    parse.add(i * STRIDE, length);
  }
  parse.finish(PACKETS * STRIDE);
}

const makeParse = (allocate: Allocate): PacketParseJob =>
  new PacketParseJob(PACKETS, PACKETS * STRIDE, allocate);

function makeDedup(allocate: Allocate): BurstDedupJob {
  const job = new BurstDedupJob(SIZES, allocate);
  const stream = { type: PACKET_TYPE.audio, streamId: 1, senderIdLow: 0, senderIdHigh: 0, epoch: 1 };
  job.admit(stream, 0);
  return job;
}

describe.skipIf(WITHOUT_GPU)('a batch', SLOWLY, () => {
  const gpu = useGpu();
  const options = { uploadBytesMax: PACKETS * STRIDE, readBackBytesMax: PACKETS * 80 };

  it.each([
    ['own', allocateOwn],
    ['shared', allocateShared],
  ])('runs kernel after kernel in one submission, in %s memory', async (_, allocate) => {
    const [parse, dedup] = [makeParse(allocate), makeDedup(allocate)];
    const first = await GpuKernel.make(gpu(), parse.spec, parse.wordsMax);
    // What the first one writes, the second one reads where it lies.
    const lent = { records: first.buffer('records') };
    const second = await GpuKernel.make(gpu(), dedup.spec, dedup.wordsMax, lent);
    const runner = new BatchRunner(gpu(), options);
    await runner.warmUp([first, second]);
    const [twinParse, twinDedup] = [makeParse(allocateOwn), makeDedup(allocateOwn)];
    const [parser, deduper] = [new PacketParseTwin(), new BurstDedupTwin()];
    for (let seed = 0; seed < 4; seed++) {
      for (const job of [parse, twinParse]) fill(job, seed);
      dedup.finish(PACKETS, true);
      await runner.run([
        { kernel: first, job: parse },
        { kernel: second, job: dedup },
      ]);
      parser.run(twinParse);
      twinDedup.memory.records.set(twinParse.records);
      twinDedup.finish(PACKETS);
      deduper.run(twinDedup);
      expectSameWords(parse.records, twinParse.records);
      expectSameWords(dedup.memory.verdicts, twinDedup.memory.verdicts);
      expect([...dedup.memory.verdicts].some((verdict) => (verdict & 255) === VERDICT.first)).toBe(true);
    }
    runner.destroy();
    second.destroy();
    first.destroy();
  });

  it('counts what it copies: once up and once down on either side', async () => {
    const job = makeParse(allocateOwn);
    const kernel = await GpuKernel.make(gpu(), job.spec, job.wordsMax);
    const runner = new BatchRunner(gpu(), options);
    fill(job, 1);
    await runner.run([{ kernel, job }]);
    const { params, slab, spans, records } = job.used;
    const bytes = 4 * (params + slab + spans + records);
    const { payloadBytes, hostBytes, deviceBytes } = runner.counts;
    expect([payloadBytes, hostBytes, deviceBytes]).toEqual([bytes, bytes, bytes]);
    expect(runner.times.totalUs).toBeGreaterThan(0);
    runner.destroy();
    kernel.destroy();
  });

  it('from shared memory, small inputs are copied once more', async () => {
    const job = new PacketParseJob(4, 4 * STRIDE, allocateShared);
    const kernel = await GpuKernel.make(gpu(), job.spec, job.wordsMax);
    const runner = new BatchRunner(gpu(), options);
    job.begin();
    for (let i = 0; i < 4; i++) job.add(i * STRIDE, 32);
    job.finish(4 * STRIDE);
    await runner.run([{ kernel, job }]);
    expect([...job.records].filter((word) => word !== 0).length).toBe(4);
    const { payloadBytes, hostBytes } = runner.counts;
    expect(hostBytes - payloadBytes).toBe(4 * (job.used.params + job.used.slab + job.used.spans));
    runner.destroy();
    kernel.destroy();
  });

  it('fails when the device is destroyed under it, and the next device works', async () => {
    const doomed = await openGpu();
    if (typeof doomed === 'string') throw new Error(doomed);
    const job = makeParse(allocateOwn);
    const kernel = await GpuKernel.make(doomed, job.spec, job.wordsMax);
    const runner = new BatchRunner(doomed, options);
    fill(job, 2);
    const running = runner.run([{ kernel, job }]);
    doomed.device.destroy();
    await expect(running).rejects.toThrow();
    await expect(runner.run([{ kernel, job }])).rejects.toThrow();
    expect(doomed.lostReason).not.toBe('');
    await doomed.close();
    const next = await GpuKernel.make(gpu(), job.spec, job.wordsMax);
    const again = new BatchRunner(gpu(), options);
    await again.run([{ kernel: next, job }]);
    expect(job.records.some((word) => word !== 0)).toBe(true);
    again.destroy();
    next.destroy();
  });

  it('leaves nothing behind: devices come and go, thousands of batches take no memory', async () => {
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      const opened = await openGpu();
      if (typeof opened === 'string') throw new Error(opened);
      await opened.close();
      expect(opened.lostReason).not.toBe('');
    }
    const job = new PacketParseJob(64, 64 * STRIDE);
    const kernel = await GpuKernel.make(gpu(), job.spec, job.wordsMax);
    const runner = new BatchRunner(gpu(), options);
    job.begin();
    for (let i = 0; i < 64; i++) job.add(i * STRIDE, 32);
    job.finish(64 * STRIDE);
    const steps = [{ kernel, job }];
    const batches = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) await runner.run(steps);
      return residentBytes();
    };
    const before = await batches(1500);
    const after = await batches(3000);
    expect(after - before).toBeLessThan(24 << 20);
    runner.destroy();
    kernel.destroy();
  });
});

describe('without a driver', () => {
  it('says why, and throws nothing', async () => {
    const missing = await openGpu({ adapterName: 'no adapter of this name' });
    expect(missing).toBeTypeOf('string');
    expect(missing).not.toBe('');
  });
});
