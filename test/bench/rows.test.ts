import { describe, expect, test } from 'vitest';
import { cpuRow, type EngineUsage } from '../../bench/cpu/engine-usage.js';
import { latencyRow } from '../../bench/latency/latency-row.js';
import { blockRow } from '../../bench/shm/block-way.js';
import { processRow } from '../../bench/shm/process-cost.js';
import { tableText } from '../../bench/table.js';

/** 1..100 microseconds and more, in two repetitions. */
const times = (plus: number) => [0, 1].map(() => Array.from({ length: 100 }, (_, i) => i + 1 + plus));

const usage = (changes: Partial<EngineUsage> = {}): EngineUsage => ({
  ...{ timeUs: 0, processorNs: 0, packets: 0, ticks: 0, memoryBytes: 0, framesPlayed: 0, framesConcealed: 0 },
  ...{ sendErrors: 0, collections: { mainThread: 0, otherThreads: 0 } },
  ...changes,
});

describe('rows', () => {
  test('latency: ours against the floor, percentile by percentile', () => {
    const row = latencyRow(
      { wait: 'blocking', realtime: true, packetBytes: 105, eventsSent: 201 },
      { our: times(50), packet: times(20), plugin: times(150), floor: times(0), relayed: times(50) },
    );
    expect(row).toMatchObject({
      ...{ wait: 'blocking', ourP50Us: 100, ourP99Us: 149, floorP50Us: 50, floorP99Us: 99 },
      ...{ ratioP50: 2, ratioP99: 1.51, packetP50Us: 70, pluginP50Us: 200, relayedFloorP50Us: 100 },
      ...{ pluginRatioP50: 2, ourSamples: 200, floorSamples: 200, repetitions: 2, eventsSent: 201 },
    });
  });

  test('latency: what did not arrive is null, not a figure', () => {
    const nothing = { our: [[]], packet: [[]], plugin: [[]], floor: times(0), relayed: times(0) };
    const made = { wait: 'spinning', realtime: false, packetBytes: 1, eventsSent: 1 } as const;
    expect(latencyRow(made, nothing)).toMatchObject({ ourP50Us: null, ratioP50: null, ourSamples: 0 });
  });

  test('cpu: a share of one processor, for each stream', () => {
    const before = usage({ timeUs: 1e6, processorNs: 5e8, packets: 1000 });
    const after = usage({
      ...{ timeUs: 3e6, processorNs: 9e8, packets: 3000, ticks: 500, memoryBytes: 2048 },
      ...{ framesConcealed: 7, collections: { mainThread: 2, otherThreads: 1 } },
    });
    const row = cpuRow({ streams: 8, redundancy: 'none', end: 'receive' }, before, after, { lateBlocks: 0 });
    expect(row).toMatchObject({
      ...{ streams: 8, end: 'receive', cpuPercent: 20, cpuPercentPerStream: 2.5, packetsPerSecond: 1000 },
      ...{ usPerPacket: 200, ticksPerSecond: 250, seconds: 2, collectionsEngineThread: 1 },
      ...{ memoryGrowthKiB: 2, framesConcealed: 7, sendErrors: null, lateBlocks: 0 },
    });
  });

  test('shm: the way of blocks, the lost ones counted', () => {
    const row = blockRow(true, [[10, 20, Number.NaN], [30]]);
    expect(row).toMatchObject({ measure: 'block', p50Us: 10, p99Us: 20, blocks: 4, arrived: 3 });
  });

  test('shm: process() against copies, with and without the doorbell', () => {
    const list = (value: number) => Array.from({ length: 8 }, () => value);
    const row = processRow(8, {
      ...{ granted: true, lateBlocks: 0, markNs: [], processNs: list(900), quietNs: list(600) },
      ...{ copyNs: list(300), bellNs: [8000, 8000] },
    });
    expect(row).toMatchObject({
      ...{ measure: 'process', instances: 8, processNsPerInstance: 900, copyNsPerInstance: 300, ratio: 3 },
      ...{ quietRatio: 2, bellP50Ns: 8000, bellsPerBlock: 0.25, blocks: 8 },
    });
  });

  test('a table has a column a name, long texts once below', () => {
    const text = tableText([
      { name: 'a', value: 1, path: 'a text that is too long for a column' },
      { name: 'bb', value: null, path: 'a text that is too long for a column' },
    ]);
    expect(text).toBe('name  value\n   a      1\n  bb      -\npath: a text that is too long for a column\n');
  });
});
