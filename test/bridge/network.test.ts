// Real multicast datagrams over the loopback interface.
import { describe, expect, it } from 'vitest';
import { addressText, listInterfaces, nowUs } from '../../bridge/index.js';
import { fillDatagrams, LOOPBACK, openDescriptors, openNetwork, startHelper } from './support.js';

const SECOND_US = 1_000_000;

/** Receives until `count` datagrams came or nothing comes for a second; gives [length, first byte]. */
function receiveAll(network: ReturnType<typeof openNetwork>, count: number): [number, number][] {
  const received: [number, number][] = [];
  const stride = network.receiveSlab.byteLength / (network.receiveMeta.length / 4);
  const bytes = new Uint8Array(network.receiveSlab);
  while (received.length < count) {
    const got = network.wait(0, 0, SECOND_US);
    if (got <= 0) break;
    for (let i = 0; i < got; i++) received.push([network.receiveMeta[4 * i], bytes[i * stride]]);
  }
  return received;
}

describe('datagrams', () => {
  it('arrive whole, in order, over several batches', () => {
    const network = openNetwork({ batchMax: 64 });
    const lengths = Array.from({ length: 64 }, (_, i) => 1 + ((i * 37) % 1400));
    const expected: [number, number][] = [];
    for (let round = 0; round < 3; round++) {
      fillDatagrams(network, lengths);
      expect(network.send(64)).toBe(64);
      for (const [i, length] of lengths.entries()) expected.push([length, i]);
    }
    expect(receiveAll(network, 192)).toEqual(expected);
    expect(network.wait(0, 0, 0)).toBe(0);
    expect(network.counters()).toMatchObject({ datagramsReceived: 192, datagramsSent: 192, sendErrors: 0 });
    expect(network.lastError()).toBe('');
  });

  it('carry every byte', () => {
    const network = openNetwork();
    for (let i = 0; i < 1400; i++) network.sendBytes[100 + i] = (i * 7 + 3) & 0xff;
    network.sendMeta.set([100, 1400]);
    network.send(1);
    expect(network.wait(0, 0, SECOND_US)).toBe(1);
    expect(new Uint8Array(network.receiveSlab, 0, 1400)).toEqual(network.sendBytes.subarray(100, 1500));
  });

  it('tell where they came from', () => {
    const network = openNetwork();
    fillDatagrams(network, [10]);
    network.send(1);
    expect(network.wait(0, 0, SECOND_US)).toBe(1);
    const [length, source, port, interfaceIndex] = network.receiveMeta;
    expect(length).toBe(10);
    expect(addressText(source)).toBe(LOOPBACK);
    expect(port).toBeGreaterThan(0);
    expect(port).not.toBe(network.port);
    expect(interfaceIndex).toBe(listInterfaces().find((entry) => entry.address === LOOPBACK)?.index);
  });

  it('of length 0 count, and one longer than its place is flagged without touching its neighbour', () => {
    const network = openNetwork({ datagramStride: 128, batchMax: 4 });
    new Uint8Array(network.receiveSlab).fill(0xee);
    fillDatagrams(network, [0, 129, 128]);
    expect(network.send(3)).toBe(3);
    expect(network.wait(0, 0, SECOND_US)).toBe(3);
    expect([0, 1, 2].map((i) => network.receiveMeta[4 * i])).toEqual([0, -1, 128]);
    const slab = new Uint8Array(network.receiveSlab);
    expect(slab.subarray(0, 128).every((byte) => byte === 0xee)).toBe(true);
    expect(slab.subarray(256, 384).every((byte) => byte === 2)).toBe(true);
    expect(slab.subarray(384).every((byte) => byte === 0xee)).toBe(true);
    expect(network.counters().datagramsTruncated).toBe(1);
  });

  it('reach every engine of this host once, the sender too', () => {
    const first = openNetwork();
    const second = openNetwork({ port: first.port });
    fillDatagrams(first, [11, 12]);
    fillDatagrams(second, [21]);
    expect(first.send(2)).toBe(2);
    expect(second.send(1)).toBe(1);
    const lengths = (network: typeof first) => receiveAll(network, 3).map(([length]) => length);
    expect(lengths(first)).toEqual([11, 12, 21]);
    expect(lengths(second)).toEqual([11, 12, 21]);
    expect(first.wait(0, 0, 0) + second.wait(0, 0, 0)).toBe(0);
  });

  it('of another group or another port do not arrive', () => {
    const network = openNetwork({ group: '239.255.77.22' });
    const otherGroup = openNetwork({ group: '239.255.77.23', port: network.port });
    const otherPort = openNetwork({ group: '239.255.77.22' });
    for (const sender of [otherGroup, otherPort]) {
      fillDatagrams(sender, [5]);
      expect(sender.send(1)).toBe(1);
    }
    expect(network.wait(0, 0, 50_000)).toBe(0);
    fillDatagrams(network, [6]);
    network.send(1);
    expect(receiveAll(network, 1)).toEqual([[6, 0]]);
  });

  it('that nobody fetched are dropped by the kernel and counted', () => {
    const network = openNetwork({ receiveBufferBytes: 8192 });
    fillDatagrams(network, Array(64).fill(1000));
    network.send(64);
    const first = receiveAll(network, 64).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(64);
    network.send(1); // the kernel tells with the next one
    expect(receiveAll(network, 1)).toHaveLength(1);
    expect(network.counters().datagramsKernelDropped).toBe(64 - first);
  });
});

describe('wait()', () => {
  it.each([
    [0, 2_000],
    [0, 20_500],
    [5_000, 5_000],
    [1_000, 300_000],
  ])('spinning %i us is over after %i us, not before', (spinUs, timeoutUs) => {
    const network = openNetwork();
    const startUs = nowUs();
    expect(network.wait(0, spinUs, timeoutUs)).toBe(0);
    const tookUs = nowUs() - startUs;
    expect(tookUs).toBeGreaterThanOrEqual(timeoutUs);
    expect(tookUs).toBeLessThan(timeoutUs + SECOND_US);
    expect(network.clockUs[0]).toBeGreaterThan(startUs);
    expect(network.clockUs[0]).toBeLessThanOrEqual(nowUs());
    // It spins first and sleeps for the rest, if the system has left it any.
    if (spinUs === timeoutUs) expect(network.counters().sleeps).toBe(0);
    if (timeoutUs === 300_000) expect(network.counters().sleeps).toBe(1);
  });

  it('takes what lies there without sleeping, whatever the timeout', () => {
    const network = openNetwork();
    fillDatagrams(network, [1]);
    for (const timeoutUs of [0, -5, Number.NaN, 30 * SECOND_US, Number.POSITIVE_INFINITY]) {
      network.send(1);
      expect(network.wait(0, 0, timeoutUs)).toBe(1);
    }
    expect(network.counters().sleeps).toBe(0);
  });
});

describe('a Network', () => {
  it('says what is wrong once it is closed, and keeps its counters', () => {
    const network = openNetwork();
    fillDatagrams(network, [1]);
    network.send(1);
    network.close();
    network.close();
    expect(() => network.wait(0, 0, 0)).toThrow('closed');
    expect(() => network.send(1)).toThrow('closed');
    expect(() => network.renewMembership()).toThrow('closed');
    expect(network.counters().datagramsSent).toBe(1);
    expect(network.lastError()).toBe('');
    expect(network.receiveSlab.byteLength).toBe(64 * 2048);
  });

  it('goes on receiving when it renews its membership', () => {
    const network = openNetwork();
    for (let i = 0; i < 20; i++) {
      network.renewMembership();
      fillDatagrams(network, [i + 1]);
      network.send(1);
      expect(receiveAll(network, 1)).toEqual([[i + 1, 0]]);
    }
    expect(network.counters().membershipErrors).toBe(0);
  });

  it('gives all descriptors back, 200 times', () => {
    const before = openDescriptors();
    for (let i = 0; i < 200; i++) {
      const network = openNetwork();
      expect(openDescriptors()).toBeGreaterThan(before);
      network.close();
    }
    expect(openDescriptors()).toBe(before);
  });

  it('reports a socket that fails for good, without becoming a busy loop', async () => {
    const seen = (await startHelper('broken-socket.mjs').next()) as Record<string, unknown>;
    expect(seen.answers).toEqual([-1]);
    expect(seen.receiveErrors).toBe(50);
    expect(seen.error).toBe('receive: Bad file descriptor');
    expect(seen.tookUs).toBeGreaterThan(40_000); // about 1 ms a call
  });
});
