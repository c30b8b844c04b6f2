import { describe, expect, test } from 'vitest';
import { GLOBAL, HISTOGRAM, MetricsSlab, PEER, REJECT, STREAM } from '../../engine/base/metrics-slab.js';
import { DEFAULTS } from '../../engine/control/configuration-table.js';
import { PeerDirectory } from '../../engine/control/peer-directory.js';
import { StatusArea, statusJson } from '../../engine/control/status-area.js';
import { addressText, composeStatus, type StatusSources } from '../../engine/control/status-compose.js';
import type { StatusDocument } from '../../engine/control/status-document.js';

const NOW_US = 90e6;

function sources(metrics = new MetricsSlab(), peers = new PeerDirectory(8)): StatusSources {
  return {
    nowUs: NOW_US,
    version: '1.2.3',
    pid: 42,
    generation: 3,
    senderId: '00000000000000ff',
    memoryBytes: 1000,
    realtime: '',
    receiveBufferBytes: 4096,
    configuration: DEFAULTS,
    interfaces: [{ name: 'eth0', address: '10.0.0.1', up: true, multicast: true, loopback: false, index: 2 }],
    metrics,
    peers,
    announcementsInvalid: 0,
    slots: [],
    devices: { unavailable: '', routes: [] },
    gpu: {
      ...{ wanted: 'auto', state: 'off', why: 'no GPU adapter', adapter: '', software: false },
      ...{ stages: [], starts: 0, losses: 0 },
      copies: { hostBytes: 0, deviceBytes: 0, payloadBytes: 0, perByte: 0 },
    },
  };
}

function addStream(metrics: MetricsSlab, cells: Partial<Record<keyof typeof STREAM, number>>): void {
  const row = metrics.takeStreamRow();
  for (const [name, value] of Object.entries(cells))
    metrics.cells[row + STREAM[name as keyof typeof STREAM]] = value;
}

describe('the document', () => {
  test('says what the counters say, under the names of the route', () => {
    const metrics = new MetricsSlab();
    metrics.setGlobal(GLOBAL.startedUs, 80e6);
    metrics.addGlobal(GLOBAL.packetsSent, 7);
    for (let i = 0; i < 3; i++) metrics.countReject(REJECT.badChecksum);
    for (let i = 0; i < 100; i++) metrics.recordUs(HISTOGRAM.receiveToPlayout, 100);
    addStream(metrics, {
      kind: 2,
      direction: 1,
      slot: 4,
      channel: 9,
      captured: 640,
      packetized: 10,
      sent: 30,
    });
    addStream(metrics, {
      ...{ kind: 2, direction: 0, slot: -1, senderIdLow: 1, senderIdHigh: 2, channel: 3, lastPacketUs: 89e6 },
      ...{ received: 10, duplicates: 2, late: 1, rejected: 1, accepted: 6, lost: 4, levelPeak: 0.5 },
      ...{
        framesReceived: 384,
        framesRecovered: 64,
        framesConcealed: 32,
        framesSilent: 16,
        framesPlayed: 496,
      },
    });
    addStream(metrics, { kind: 1, direction: 0, channel: 3, eventsPlayed: 5, framesPlayed: 999 });
    metrics.countReject(REJECT.accepted);
    const { accepted, counters, engine, latencyUs, rejected, streams } = composeStatus(sources(metrics));
    expect(engine.uptimeS).toBe(10);
    expect(counters.packetsSent).toBe(7);
    expect(accepted).toBe(1);
    expect(rejected).toMatchObject({ badChecksum: 3, self: 0 });
    expect(rejected).not.toHaveProperty('accepted');
    expect(latencyUs.captureToSend).toBeNull();
    expect(latencyUs.receiveToPlayout?.p50).toBeGreaterThan(99);
    expect(latencyUs.receiveToPlayout?.p50).toBeLessThan(120);
    expect(streams.map((s) => [s.direction, s.kind, s.channel])).toEqual([
      ['sent', 'audio', 9],
      ['received', 'audio', 3],
      ['received', 'midi', 3],
    ]);
    expect(streams[0]).toMatchObject({ slot: 4, captured: 640, packetized: 10, sent: 30, levelDb: null });
    expect(streams[1]).toMatchObject({
      ...{
        sender: '0000000200000001',
        received: 10,
        duplicates: 2,
        late: 1,
        rejected: 1,
        accepted: 6,
        lost: 4,
      },
      ...{ framesReceived: 384, recovered: 64, concealed: 32, silent: 16, played: 496 },
      ...{ levelDb: -6, silentMs: 1000 },
    });
    expect(streams[2]).toMatchObject({ played: 5 });
  });

  test('ended streams live on in their sums', () => {
    const metrics = new MetricsSlab();
    for (const played of [3, 4]) {
      const row = metrics.takeStreamRow();
      metrics.cells[row + STREAM.kind] = 1;
      metrics.cells[row + STREAM.eventsPlayed] = played;
      metrics.retireStreamRow(row);
    }
    const { ended, streams } = composeStatus(sources(metrics));
    expect(streams).toEqual([]);
    expect(ended.received.midi.played).toBe(7);
    expect(ended.received.audio.played).toBe(0);
  });

  test('peers: packets and announcements of one sender are one peer', () => {
    const metrics = new MetricsSlab();
    const peers = new PeerDirectory(8);
    const row = metrics.takePeerRow();
    metrics.cells[row + PEER.senderIdLow] = 0xfedcba98;
    metrics.cells[row + PEER.address] = 0x0200000a;
    metrics.cells[row + PEER.packets] = 12;
    metrics.cells[row + PEER.lastSeenUs] = NOW_US - 2000;
    const base = { senderIdHigh: 0, software: 'x/1', streams: [], heard: [], heardUs: NOW_US - 1e6 };
    peers.hear({ ...base, senderIdLow: 0xfedcba98, address: '10.0.0.2', name: 'Anna' });
    peers.hear({ ...base, senderIdLow: 7, address: '10.0.0.3', name: 'Ben' });
    const listed = composeStatus(sources(metrics, peers)).peers;
    expect(listed.map((p) => [p.name, p.address, p.packets, p.silentMs])).toEqual([
      ['Anna', '10.0.0.2', 12, 2],
      ['Ben', '10.0.0.3', 0, 1000],
    ]);
  });

  test('addresses are read in network order', () => {
    expect(addressText(0x0100007f)).toBe('127.0.0.1');
    expect(addressText(-1)).toBe('255.255.255.255');
  });
});

describe('its place in the segment', () => {
  const LAYOUT = {
    kHeaderBytes: 4096,
    kStatusOffset: 4096,
    kStatusBytes: 4096,
    'header.statusSequence': 320,
    'header.statusLength': 324,
  };
  const make = () => {
    const buffer = new ArrayBuffer(8192);
    return { buffer, words: new Int32Array(buffer), area: new StatusArea(buffer, LAYOUT) };
  };

  test('what is written is read', () => {
    const { area } = make();
    expect(area.read()).toBe('');
    area.write('{"é":1}');
    area.write('{"ü":2}');
    expect(area.read()).toBe('{"ü":2}');
  });

  test('a writer that died in the middle: nothing is read until the next one writes', () => {
    const { area, words } = make();
    area.write('{}');
    words[80] = 5;
    expect(area.read()).toBe('');
    area.write('{"a":1}');
    expect(words[80] & 1).toBe(0);
    expect(area.read()).toBe('{"a":1}');
  });

  test('a length of nonsense is not believed', () => {
    const { area, words } = make();
    for (const length of [-1, 4097, 0x7fffffff]) {
      words[81] = length;
      expect(area.read()).toBe('');
    }
  });

  test('too much for the area: tails go, what went is counted, the rest is whole', () => {
    const metrics = new MetricsSlab();
    for (let i = 0; i < 256; i++)
      addStream(metrics, { kind: 2, direction: 0, channel: 1 + (i % 64), received: i });
    const whole = composeStatus(sources(metrics));
    expect(JSON.parse(statusJson(whole, 1 << 20)).truncated).toEqual({ streams: 0, peers: 0, slots: 0 });
    const cut = JSON.parse(statusJson(whole, 16_384)) as StatusDocument;
    expect(JSON.stringify(cut).length).toBeLessThanOrEqual(16_384);
    expect(cut.streams.length).toBeGreaterThan(5);
    expect(cut.streams.length + cut.truncated.streams).toBe(256);
    expect(cut.streams).toEqual(whole.streams.slice(0, cut.streams.length));
    expect(statusJson(whole, 10)).toBe('{}');
  });

  test('the fullest status fits the real area without losing anything', () => {
    const metrics = new MetricsSlab();
    for (let i = 0; i < 256; i++)
      addStream(metrics, {
        kind: 2,
        direction: 0,
        channel: 64,
        received: 1e9,
        accepted: 1e9,
        framesPlayed: 1e12,
      });
    expect(statusJson(composeStatus(sources(metrics)), 256 * 1024).length).toBeLessThan(200 * 1024);
  });
});
