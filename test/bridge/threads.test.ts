// One process, several threads: each loads the module for itself and keeps to itself.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createSegment } from '../../bridge/index.js';
import { layoutWord, slotOffset } from '../../bridge/layout.js';
import { addonPath, loadAddon } from '../../bridge/native.js';
import { fixturePath, networkOptions, openDescriptors, openNetwork, ownSegmentName } from './support.js';

const THREADS = 4;
const SCRATCH_WORD = slotOffset(63) / 4 + layoutWord('slot.streamsHeard');

async function runThreads(segmentName: string, port: number) {
  const workers = Array.from({ length: THREADS }, (_, mark) => {
    const { sendSlab: _slab, ...options } = networkOptions({ port });
    const workerData = { addon: addonPath(), segmentName, options, mark: mark + 1, threads: THREADS };
    return new Worker(fixturePath('thread.mjs'), {
      workerData: { ...workerData, word: SCRATCH_WORD + mark },
    });
  });
  const ready = await Promise.all(workers.map((worker) => once(worker, 'message')));
  for (const worker of workers) worker.postMessage('go');
  const results = await Promise.all(workers.map((worker) => once(worker, 'message')));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return {
    slots: ready.map(([message]) => message.slot as number),
    lengths: results.map(([message]) => message.lengths as number[]),
  };
}

describe('four threads', () => {
  it('share segment and network, and leave nothing behind when they end', async () => {
    const name = ownSegmentName();
    const segment = createSegment(name);
    const { port } = openNetwork();
    await runThreads(name, port); // whatever Node itself opens for its first workers
    const before = openDescriptors();
    for (let round = 0; round < 3; round++) {
      const { slots, lengths } = await runThreads(name, port);
      expect(new Set(slots).size).toBe(THREADS);
      for (const heard of lengths) expect(heard).toEqual([11, 12, 13, 14]);
      const words = new Int32Array(segment.buffer);
      expect([0, 1, 2, 3].map((i) => words[SCRATCH_WORD + i])).toEqual([1, 2, 3, 4]);
    }
    expect(openDescriptors()).toBe(before);
  });
});

describe('memory', () => {
  it('that the module looks at can not be moved away', () => {
    const network = openNetwork();
    for (const buffer of [network.receiveSlab, network.sendMeta.buffer, network.receiveMeta.buffer]) {
      const bytes = buffer.byteLength;
      structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }); // Node copies such buffers
      expect(buffer.byteLength).toBe(bytes);
    }
  });

  it('to send from is looked at anew each time, should its owner give it away or shrink it', () => {
    const sendSlab = new ArrayBuffer(4096);
    const network = openNetwork({ sendSlab });
    network.sendMeta.set([0, 4096]);
    expect(network.send(1)).toBe(1);
    structuredClone(sendSlab, { transfer: [sendSlab] });
    expect(() => network.send(1)).toThrow('outside sendSlab');
    network.sendMeta.set([0, 0]);
    expect(network.send(1)).toBe(1);
  });
});

describe('loading', () => {
  it('says how to build when the module is missing or broken', () => {
    expect(() => loadAddon('/nowhere/jambridge.node')).toThrow(
      /\/nowhere\/jambridge\.node is missing.*npm run build/,
    );
    expect(() => loadAddon(fixturePath('thread.mjs'))).toThrow(/does not load.*npm run build/s);
  });

  it('looks in build/ of the package unless told otherwise', () => {
    const told = process.env.JAMBRIDGE_ADDON;
    delete process.env.JAMBRIDGE_ADDON;
    try {
      expect(addonPath()).toBe(new URL('../../build/jambridge.node', import.meta.url).pathname);
      process.env.JAMBRIDGE_ADDON = '/elsewhere/x.node';
      expect(addonPath()).toBe('/elsewhere/x.node');
    } finally {
      if (told === undefined) delete process.env.JAMBRIDGE_ADDON;
      else process.env.JAMBRIDGE_ADDON = told;
    }
  });
});
