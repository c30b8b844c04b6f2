// The eventcount: a sleeping engine is woken by whoever publishes, and never sleeps over a block.
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  claimEngine,
  createSegment,
  nowUs,
  openSegment,
  ringDoorbell,
  type Segment,
} from '../../bridge/index.js';
import { layoutWord } from '../../bridge/layout.js';
import { addonPath } from '../../bridge/native.js';
import { fillDatagrams, fixturePath, openNetwork, ownSegmentName } from './support.js';

const SECOND_US = 1_000_000;
const PUBLISH_COUNT = layoutWord('header.publishCount');
const ENGINE_SLEEPING = layoutWord('header.engineSleeping');

function engineSegment(): { name: string; segment: Segment; words: Int32Array } {
  const name = ownSegmentName();
  const segment = createSegment(name);
  expect(claimEngine(segment, 'test')).toMatchObject({ ok: true });
  return { name, segment, words: new Int32Array(segment.buffer) };
}

function startPublisher(segmentName: string, blocks: number, ring: boolean, seed = 1) {
  const shared = new SharedArrayBuffer(4);
  const workerData = { addon: addonPath(), segmentName, blocks, shared, ring, seed };
  const worker = new Worker(fixturePath('publisher.mjs'), { workerData });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  return { acknowledged: new Int32Array(shared), ended };
}

describe('wait() with a segment', () => {
  it('does not sleep over a block published before', () => {
    const { segment, words } = engineSegment();
    const network = openNetwork({ segment, doorbell: true });
    Atomics.add(words, PUBLISH_COUNT, 1);
    const startUs = nowUs();
    expect(network.wait(0, 0, 30 * SECOND_US)).toBe(0);
    expect(nowUs() - startUs).toBeLessThan(5 * SECOND_US);
    expect(network.counters().sleeps).toBe(0);
    expect(Atomics.load(words, ENGINE_SLEEPING)).toBe(0);
  });

  it('is ended by the bell, rung by another thread through a mapping of its own', () => {
    const { name, segment } = engineSegment();
    const network = openNetwork({ segment, doorbell: true });
    const other = openSegment(name) as Segment;
    ringDoorbell(other);
    const startUs = nowUs();
    expect(network.wait(0, 0, 30 * SECOND_US)).toBe(0);
    expect(nowUs() - startUs).toBeLessThan(5 * SECOND_US);
    expect(network.wait(0, 0, 1000)).toBe(0); // one ring, one wake-up: this one slept its time
    expect(network.counters().sleeps).toBe(2);
  });

  it('takes datagrams even when blocks are published all the time', () => {
    const { segment } = engineSegment();
    const network = openNetwork({ segment, doorbell: true });
    fillDatagrams(network, [1]);
    network.send(1);
    expect(network.wait(-1, 0, SECOND_US)).toBe(1); // -1: never equal to the count
  });

  it('never says that it sleeps when it has no bell', async () => {
    const { name, segment, words } = engineSegment();
    const network = openNetwork({ segment, doorbell: false });
    const { acknowledged, ended } = startPublisher(name, 50, true);
    let seen = 0;
    while (seen < 50) {
      network.wait(seen, 0, 500);
      expect(Atomics.load(words, ENGINE_SLEEPING)).toBe(0);
      seen = Atomics.load(words, PUBLISH_COUNT);
      Atomics.store(acknowledged, 0, seen);
      Atomics.notify(acknowledged, 0);
    }
    await ended;
  });

  it.each([1, 2, 3])(
    'misses no block of a publisher that waits for each to be seen (seed %i)',
    async (seed) => {
      const { name, segment, words } = engineSegment();
      const network = openNetwork({ segment, doorbell: true });
      const blocks = 10_000;
      const { acknowledged, ended } = startPublisher(name, blocks, true, seed);
      let seen = 0;
      let longestUs = 0;
      while (seen < blocks) {
        const startUs = nowUs();
        network.wait(seen, seed === 3 ? 20 : 0, 20 * SECOND_US);
        longestUs = Math.max(longestUs, nowUs() - startUs);
        if (longestUs > 15 * SECOND_US) break;
        seen = Atomics.load(words, PUBLISH_COUNT);
        Atomics.store(acknowledged, 0, seen);
        Atomics.notify(acknowledged, 0);
      }
      Atomics.store(acknowledged, 0, blocks);
      await ended;
      expect(longestUs).toBeLessThan(15 * SECOND_US); // a missed block would sleep all 20 s
      expect(seen).toBe(blocks);
      expect(network.counters().sleeps).toBeGreaterThan(100); // else nothing was tested
    },
  );

  it('sleeps its whole time when the publisher does not ring: it is the bell that wakes', async () => {
    const { name, segment, words } = engineSegment();
    const network = openNetwork({ segment, doorbell: true });
    const { acknowledged, ended } = startPublisher(name, 1, false);
    const startUs = nowUs();
    expect(network.wait(0, 0, 3 * SECOND_US)).toBe(0);
    expect(nowUs() - startUs).toBeGreaterThanOrEqual(3 * SECOND_US);
    expect(Atomics.load(words, PUBLISH_COUNT)).toBe(1);
    Atomics.store(acknowledged, 0, 1);
    await ended;
  });
});

describe('the doorbell', () => {
  it('belongs to the engine alone', () => {
    const segment = createSegment(ownSegmentName());
    expect(() => openNetwork({ segment, doorbell: true })).toThrow('claim the segment');
    expect(() => openNetwork({ doorbell: true })).toThrow('doorbell: needs a segment');
    expect(() => ringDoorbell(segment)).not.toThrow(); // nobody is there
  });

  it('rung without end does not keep wait() from ending', () => {
    const { segment } = engineSegment();
    const network = openNetwork({ segment, doorbell: true });
    for (let i = 0; i < 1000; i++) ringDoorbell(segment);
    expect(network.wait(0, 0, 10_000)).toBe(0);
    expect(network.wait(0, 0, 10_000)).toBe(0);
  });
});
