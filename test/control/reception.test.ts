// How a receiver tells its loss, and what a sender takes from what all receivers tell.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricsSlab, STREAM } from '../../engine/base/metrics-slab.js';
import { LossMeter, receptionOf } from '../../engine/control/reception.js';
import { readDiscoveryBody, writeDiscoveryBody } from '../../engine/toast/discovery-body.js';
import { DISCOVERY_HEARD_MAX, type HeardStream } from '../../engine/toast/discovery-heard.js';

const SENDER = '00000002deadbeef';

function audioRow(metrics: MetricsSlab): number {
  const row = metrics.takeStreamRow();
  metrics.cells[row + STREAM.kind] = 2;
  metrics.cells[row + STREAM.slot] = -1;
  metrics.cells[row + STREAM.senderIdLow] = 0xdeadbeef;
  metrics.cells[row + STREAM.senderIdHigh] = 2;
  metrics.cells[row + STREAM.channel] = 5;
  metrics.cells[row + STREAM.epoch] = 1;
  metrics.cells[row + STREAM.receiveLatencyMs] = 12;
  return row;
}

describe('loss meter', () => {
  it('follows the loss of the last seconds, in steps', () => {
    const metrics = new MetricsSlab();
    const meter = new LossMeter(metrics);
    const row = audioRow(metrics);
    const pass = (packets: number, share: number) => {
      metrics.cells[row + STREAM.sequenceSpan] += packets;
      metrics.cells[row + STREAM.packetsThemselves] += Math.round(packets * (1 - share));
      return meter.measure();
    };
    expect(pass(750, 0)).toEqual([{ sender: SENDER, channel: 5, loss: 0, latencyMs: 12 }]);
    for (let i = 0; i < 20; i++) pass(750, 0.32);
    expect(pass(750, 0.32)[0].loss).toBe(0.33);
    for (let i = 0; i < 40; i++) pass(750, 0);
    expect(pass(750, 0)[0].loss).toBe(0.005);
  });

  it('leaves out what nobody listens to, and what comes from this engine itself', () => {
    const metrics = new MetricsSlab();
    const row = audioRow(metrics);
    metrics.cells[row + STREAM.receiveLatencyMs] = 0;
    const own = audioRow(metrics);
    metrics.cells[own + STREAM.slot] = 3;
    expect(new LossMeter(metrics).measure()).toEqual([]);
  });
});

describe('reception', () => {
  it('is the worst loss and the smallest latency of each of our channels', () => {
    const heard = (channel: number, loss: number, latencyMs: number, sender = SENDER) => ({
      ...{ sender, channel, loss, latencyMs },
    });
    const peers = [[heard(5, 0.1, 12), heard(2, 0, 30)], [heard(5, 0.33, 20)], [heard(5, 1, 1, 'other')]];
    expect(receptionOf(SENDER, peers)).toEqual([
      { channel: 2, worstLoss: 0, latencyMsMin: 30 },
      { channel: 5, worstLoss: 0.33, latencyMsMin: 12 },
    ]);
  });
});

describe('heard, on the wire', () => {
  const said = { name: 'a', session: 's', software: 'x', leaving: false, streams: [] };
  const entry = fc.record({
    sender: fc.stringMatching(/^[0-9a-f]{16}$/),
    channel: fc.integer({ min: 1, max: 64 }),
    loss: fc.double({ min: 0, max: 1, noNaN: true }),
    latencyMs: fc.integer({ min: 0, max: 5000 }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: DISCOVERY_HEARD_MAX }), (heard: HeardStream[]) => {
        const plain = heard.map((one) => ({ ...one, loss: one.loss + 0 }));
        expect(readDiscoveryBody(writeDiscoveryBody({ ...said, heard: plain }))?.heard ?? []).toEqual(plain);
      }),
    );
  });

  it('what makes no sense is left out, the rest counts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (strange) => {
        const good = { sender: SENDER, channel: 1, loss: 0.5, latencyMs: 3 };
        const text = JSON.stringify({ ...said, version: 2, heard: [strange, good] });
        const heard = readDiscoveryBody(new TextEncoder().encode(text))?.heard ?? [];
        expect(heard.at(-1)).toEqual(good);
      }),
    );
  });
});
