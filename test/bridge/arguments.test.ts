// Wrong arguments throw and name the mistake; no argument whatever ends the process.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as bridge from '../../bridge/index.js';
import { networkOptions, openDescriptors, openNetwork, ownSegmentName } from './support.js';

const { Network } = bridge;

describe('new Network()', () => {
  it.each([
    [{ group: '239.255.77' }, "group: '239.255.77' is not an IPv4 address"],
    [{ group: '::1' }, "group: '::1' is not an IPv4 address"],
    [
      { group: '192.168.1.1' },
      'group: 192.168.1.1 is not a multicast address (224.0.0.0 .. 239.255.255.255)',
    ],
    [{ group: '239.255.77.7\0' }, 'group: at most 64 bytes, without NUL'],
    [{ interfaceAddresses: [] }, 'interfaceAddresses: name at least one interface'],
    [{ interfaceAddresses: ['lo'] }, "interfaceAddresses: 'lo' is not an IPv4 address"],
    [{ interfaceAddresses: ['203.0.113.99'] }, 'no interface of this machine has the address 203.0.113.99'],
    [{ interfaceAddresses: Array(17).fill('127.0.0.1') }, 'at most 16 interfaces'],
    [{ port: -1 }, 'port: must be an integer in 0..65535'],
    [{ port: 65536 }, 'port: must be an integer in 0..65535'],
    [{ port: 1.5 }, 'port: must be an integer in 0..65535'],
    [{ ttl: 256 }, 'ttl: must be an integer in 0..255'],
    [{ receiveBufferBytes: 0 }, 'receiveBufferBytes: must be an integer in'],
    [{ sendBufferBytes: Number.NaN }, 'sendBufferBytes: must be an integer in'],
    [{ datagramStride: 100 }, 'datagramStride: must be a multiple of 8'],
    [{ batchMax: 0 }, 'batchMax: must be an integer in 1..1024'],
    [{ batchMax: 1025 }, 'batchMax: must be an integer in 1..1024'],
    [{ loop: 1 as unknown as boolean }, 'loop: must be true or false'],
    [{ sendSlab: new Uint8Array(8) as unknown as ArrayBuffer }, 'sendSlab: must be an ArrayBuffer'],
    [{ segment: { name: '/x' } as unknown as bridge.Segment }, 'segment: must come from createSegment()'],
  ])('%j: %s', (changes, message) => {
    const before = openDescriptors();
    expect(() => new Network(networkOptions(changes))).toThrow(message);
    expect(openDescriptors()).toBe(before);
  });

  it('takes the limits themselves', () => {
    for (const changes of [
      { ttl: 0 },
      { ttl: 255 },
      { batchMax: 1 },
      { batchMax: 1024 },
      { datagramStride: 65536, batchMax: 2 },
    ]) {
      expect(openNetwork(changes).wait(0, 0, 0)).toBe(0);
    }
  });

  it('is refused for a port that another program has for itself', async () => {
    const { createSocket } = await import('node:dgram');
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '239.255.77.41', resolve));
    const { port } = socket.address();
    expect(() => new Network(networkOptions({ group: '239.255.77.41', port }))).toThrow(
      /cannot bind to 239\.255\.77\.41:\d+: Address already in use/,
    );
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  });
});

describe('send()', () => {
  it.each([[[0, 4097]], [[4096, 1]], [[-1, 1]], [[0, -1]], [[0x7fffffff, 0x7fffffff]]])(
    'refuses the entry %j',
    (entry) => {
      const network = openNetwork({ sendSlab: new ArrayBuffer(4096) });
      network.sendMeta.set(entry, 2);
      expect(() => network.send(2)).toThrow('an entry of sendMeta lies outside sendSlab');
      expect(network.send(1)).toBe(1);
    },
  );

  it('refuses more than a batch, and longer than UDP carries', () => {
    const network = openNetwork({ batchMax: 4 });
    expect(() => network.send(5)).toThrow('send(count): must be an integer in 0..4');
    network.sendMeta.set([0, 65_508]);
    expect(() => network.send(1)).toThrow('outside sendSlab');
    expect(network.send(0)).toBe(0);
  });
});

const junk = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true }),
  fc.constantFrom(...Object.values(bridge)),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom(Symbol('x'), new ArrayBuffer(8), new SharedArrayBuffer(8), () => 1, new Proxy({}, {})),
);

describe('junk', () => {
  it('given to any function throws or is answered', () => {
    // Not these: they would change this process (priority, locked memory) or the user's default segment.
    const {
      requestRealtime: _r,
      lockMemory: _l,
      createSegment: _c,
      unlinkSegment: _u,
      LAYOUT: _t,
      ...functions
    } = bridge;
    const names = Object.keys(functions) as (keyof typeof functions)[];
    const call = (name: keyof typeof functions, args: unknown[]) => {
      try {
        Reflect.apply(functions[name], undefined, args);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(junk, { maxLength: 4 }), (name, args) =>
        call(name, args),
      ),
      { numRuns: 3000 },
    );
  });

  it('in the options of a Network throws, and leaves no socket open', () => {
    const before = openDescriptors();
    const keys = Object.keys(networkOptions()) as (keyof bridge.NetworkOptions)[];
    fc.assert(
      fc.property(fc.constantFrom(...keys, 'segment' as const), junk, (key, value) => {
        try {
          new Network({ ...networkOptions(), [key]: value } as bridge.NetworkOptions).close();
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2000 },
    );
    expect(openDescriptors()).toBe(before);
  });

  it('given to the methods, or methods given to strangers, throws or is answered', () => {
    const network = openNetwork({ batchMax: 8 });
    const segment = bridge.createSegment(ownSegmentName());
    const methods = ['wait', 'send', 'renewMembership', 'lastError', 'counters'] as const;
    const owners = fc.oneof(fc.constantFrom(network, segment, network, Network.prototype), junk);
    // Numbers that wait() would obey are kept from making it sleep.
    const tame = junk.map((value) => (typeof value === 'number' ? Math.min(value, 50) : value));
    fc.assert(
      fc.property(
        fc.constantFrom(...methods),
        owners,
        fc.array(tame, { maxLength: 4 }),
        (name, owner, args) => {
          try {
            Reflect.apply(network[name] as () => unknown, owner, args);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('in sendMeta is refused or sent, never read from elsewhere', () => {
    const network = openNetwork({ batchMax: 4, sendSlab: new ArrayBuffer(512) });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer(), fc.nat(600)), { minLength: 8, maxLength: 8 }),
        (entries) => {
          network.sendMeta.set(entries);
          const inside = [0, 2, 4, 6].every(
            (i) => entries[i] >= 0 && entries[i + 1] >= 0 && entries[i] + entries[i + 1] <= 512,
          );
          if (inside) expect(network.send(4)).toBe(4);
          else expect(() => network.send(4)).toThrow('outside');
          while (network.wait(0, 0, 0) > 0);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('in the segment header does not disturb wait()', () => {
    const segment = bridge.createSegment(ownSegmentName());
    expect(bridge.claimEngine(segment, 'test').ok).toBe(true);
    const network = openNetwork({ segment, doorbell: true });
    const words = new Int32Array(segment.buffer, 0, 1024);
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 1023 }), fc.integer(), (word, value) => {
        words[word] = value;
        expect(network.wait(0, 0, 10)).toBe(0);
        bridge.ringDoorbell(segment);
        bridge.reapDeadSlots(segment);
      }),
      { numRuns: 1000 },
    );
  });
});
