// burst-dedup against its twin, and both against the engine's own window: verdicts and windows, batch after batch.
import { describe, expect, it } from 'vitest';
import { SEEN, SequenceWindow } from '../../engine/dedup/sequence-window.js';
import { BurstDedupJob, type DedupSizes, VERDICT } from '../../engine/gpu/kernels/burst-dedup.js';
import { PACKET_RECORD, STREAM_HEAD } from '../../engine/gpu/layouts.js';
import { BurstDedupTwin } from '../../engine/gpu/twins/burst-dedup.js';
import { Random } from '../fuzz/datagram-maker.js';
import { expectSameWords, Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const AT = PACKET_RECORD.at;
const SIZES: DedupSizes = { packetsMax: 65536, streamEntries: 128, windowSize: 1024, seed: 0x5eed };
const STREAMS = 40;

const keyOf = (stream: number) => ({
  type: 1 + (stream % 3),
  streamId: 1 + (stream % 64),
  senderIdLow: Math.imul(stream, 0x9e3779b1) >>> 0,
  senderIdHigh: stream >> 3,
  epoch: 1000 + stream,
});

/** Streams that have a window, with the newest number 1000 before the wrap for every third. */
function admitStreams(job: BurstDedupJob): void {
  for (let stream = 0; stream < STREAMS; stream++) job.admit(keyOf(stream), startOf(stream));
}
const startOf = (stream: number): number => (stream % 3 === 0 ? 0xfffffc00 + stream : 5000 * stream);

function writeRecord(job: BurstDedupJob, i: number, stream: number, sequence: number): void {
  const { records } = job.memory;
  const at = i * PACKET_RECORD.words;
  const key = keyOf(stream);
  records.fill(0, at, at + PACKET_RECORD.words);
  records[at + AT.kind] = key.type | (1 << 17);
  records[at + AT.streamId] = key.streamId;
  records[at + AT.senderIdLow] = key.senderIdLow;
  records[at + AT.senderIdHigh] = key.senderIdHigh;
  records[at + AT.epoch] = key.epoch;
  records[at + AT.sequence] = sequence;
  records[at + AT.fragment] = 1 << 16;
}

interface Plan {
  readonly count: number;
  readonly streams: number;
  /** How far a sequence number may lie from where the stream began. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

/** Any order, any number of copies, some packets that are not judged here. */
function fill(job: BurstDedupJob, { count, streams, from, to, seed }: Plan): void {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) {
    const stream = random.below(streams);
    const sequence = (startOf(stream) + from + random.below(to - from)) >>> 0;
    writeRecord(job, i, stream, sequence);
    const at = i * PACKET_RECORD.words;
    const odd = random.below(50);
    if (odd === 0) job.memory.records[at + AT.kind] = 8 << 24;
    if (odd === 1) job.memory.records[at + AT.kind] &= 255;
    if (odd === 2) job.memory.records[at + AT.fragment] = 1 | (3 << 16);
  }
  job.finish(count);
}

describe.skipIf(WITHOUT_GPU)('burst-dedup', SLOWLY, () => {
  const gpu = useGpu();

  async function openPair(sizes: DedupSizes): Promise<Pair<BurstDedupJob>> {
    const pair = new Pair(new BurstDedupJob(sizes), new BurstDedupJob(sizes), new BurstDedupTwin());
    for (const job of [pair.onGpu, pair.onCpu]) admitStreams(job);
    return await pair.open(gpu());
  }

  /** Verdicts, newest numbers and every bit. */
  async function expectAgreement(pair: Pair<BurstDedupJob>): Promise<void> {
    pair.expectEqual('verdicts');
    const heads = await pair.state(gpu(), 'heads');
    const next = (words: Uint32Array): Uint32Array =>
      words.filter((_, index) => index % STREAM_HEAD.words === STREAM_HEAD.at.next);
    expectSameWords(next(heads), next(pair.onCpu.memory.heads));
    expectSameWords(await pair.state(gpu(), 'windows'), pair.onCpu.memory.windows);
  }

  it('agrees with its twin over batches of any size, windows included', async () => {
    const pair = await openPair(SIZES);
    const counts = [1, 0, 2, 64, 65, 200, 1000, 3, 4099, 20000, 65536, 63];
    for (const [index, count] of counts.entries()) {
      const from = 200 * index - 300;
      await pair.run((job) => fill(job, { count, streams: STREAMS + 3, from, to: from + 1500, seed: index }));
      await expectAgreement(pair);
    }
    pair.close();
  });

  it('survives jumps of every size, backwards and around the wrap', async () => {
    const pair = await openPair(SIZES);
    for (let round = 0; round < 12; round++) {
      const from = -(2 ** (4 + 2 * round));
      const to = 2 ** (3 + 2 * round);
      await pair.run((job) => fill(job, { count: 700, streams: 7, from, to, seed: 90 + round }));
      await expectAgreement(pair);
    }
    pair.close();
  });

  it('lets the lowest index win among copies in all workgroups', async () => {
    const pair = await openPair(SIZES);
    await pair.run((job) => {
      for (let i = 0; i < 50000; i++) writeRecord(job, i, 3, startOf(3) + 1 + (i % 3));
      job.finish(50000);
    });
    const first = [...pair.onGpu.memory.verdicts.entries()].filter(
      ([i, verdict]) => i < 50000 && (verdict & 255) === VERDICT.first,
    );
    expect(first.map(([i]) => i)).toEqual([0, 1, 2]);
    await expectAgreement(pair);
    pair.close();
  });

  it('hands a batch back whole when its table is too small, and goes on as if it had not been', async () => {
    const pair = await openPair({ ...SIZES, tableMax: 64 });
    const plan = { streams: STREAMS, from: 0, to: 1000, seed: 4 };
    await pair.run((job) => fill(job, { ...plan, count: 60 }));
    await expectAgreement(pair);
    await pair.run((job) => fill(job, { ...plan, count: 5000, seed: 5 }));
    const kinds = new Set([...pair.onGpu.memory.verdicts.subarray(0, 5000)].map((verdict) => verdict & 255));
    expect(kinds).toContain(VERDICT.overflow);
    expect(kinds).not.toContain(VERDICT.first);
    expect(pair.onGpu.memory.summary[0]).toBeGreaterThan(0);
    await expectAgreement(pair);
    await pair.run((job) => fill(job, { ...plan, count: 60, seed: 6 }));
    await expectAgreement(pair);
    pair.close();
  });
});

describe('burst-dedup on the processor', () => {
  it('says what the window of a stream says packet by packet', () => {
    const job = new BurstDedupJob(SIZES);
    const twin = new BurstDedupTwin();
    admitStreams(job);
    const windows = Array.from({ length: STREAMS }, (_, stream) => {
      const window = new SequenceWindow(SIZES.windowSize);
      window.admit(startOf(stream));
      return window;
    });
    for (let round = 0; round < 40; round++) {
      const plan = { count: 500, streams: STREAMS, from: 100 * round, to: 100 * round + 400, seed: round };
      fill(job, plan);
      twin.run(job);
      for (let i = 0; i < plan.count; i++) {
        const verdict = job.memory.verdicts[i] & 255;
        if (verdict === VERDICT.notJudged) continue;
        const at = i * PACKET_RECORD.words;
        const stream = job.memory.records[at + AT.epoch] - 1000;
        const seen = windows[stream].admit(job.memory.records[at + AT.sequence]);
        expect(verdict === VERDICT.first).toBe(seen === SEEN.first);
      }
    }
  });

  it('keeps streams that find no place in its table off it', () => {
    const job = new BurstDedupJob({ ...SIZES, streamEntries: 16 });
    const places = Array.from({ length: 40 }, (_, stream) => job.admit(keyOf(stream), 0));
    const given = places.filter((place) => place >= 0);
    expect(new Set(given).size).toBe(given.length);
    expect(given.length).toBeLessThanOrEqual(16);
    expect(given.length).toBeGreaterThan(8);
    const removed = places.findIndex((place) => place >= 0);
    job.forget(places[removed]);
    expect(job.admit(keyOf(removed), 0)).toBeGreaterThanOrEqual(0);
  });
});
