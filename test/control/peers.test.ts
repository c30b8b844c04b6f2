import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricsSlab, PEER } from '../../engine/base/metrics-slab.js';
import { announcementBody } from '../../engine/control/announcement.js';
import { PeerDirectory } from '../../engine/control/peer-directory.js';
import { PeerFollower } from '../../engine/control/peer-follower.js';
import { readDiscoveryBody } from '../../engine/toast/discovery-body.js';
import type { AnnouncedStream, ToEngine } from '../../engine/worker/messages.js';

const STREAM: AnnouncedStream = {
  ...{
    kind: 'audio',
    channel: 3,
    epoch: 77,
    sampleRate: 48_000,
    channels: 2,
    blockFrames: 256,
    format: 'binary',
  },
} as AnnouncedStream;
const FROM = { name: 'Anna', session: 'jam', bytesMax: 1336 };

function follower(peersMax = 4) {
  const metrics = new MetricsSlab();
  const posted: ToEngine[] = [];
  const said: string[] = [];
  const peers = new PeerFollower(
    metrics,
    (message) => posted.push(message),
    (text) => said.push(text),
  );
  peers.setLimit(peersMax);
  const hear = (body: Uint8Array, senderIdLow = 1, nowUs = 0) =>
    peers.hear({ kind: 'discovery', senderIdLow, senderIdHigh: 0, address: '10.0.0.2', body }, 'jam', nowUs);
  return { metrics, posted, said, peers, hear };
}

describe('announcements', () => {
  test('what is announced is understood', () => {
    expect(readDiscoveryBody(announcementBody(FROM, [STREAM]))).toMatchObject({
      ...{ name: 'Anna', session: 'jam', leaving: false, streams: [STREAM] },
    });
  });

  test('one datagram: streams that do not fit are counted, not named', () => {
    const streams = Array.from({ length: 128 }, (_, i) => ({
      ...STREAM,
      channel: 1 + (i % 64),
      epoch: 4e9 + i,
    }));
    for (const bytesMax of [1336, 8936]) {
      const body = announcementBody({ ...FROM, bytesMax }, streams);
      expect(body.length).toBeLessThanOrEqual(bytesMax);
      const read = readDiscoveryBody(body);
      expect((read?.streams.length ?? 0) + (read?.more ?? 0)).toBe(128);
      expect(read?.streams.length).toBeGreaterThan(9);
    }
  });
});

describe('peers', () => {
  test('come, change, and leave', () => {
    const { hear, posted, said, peers } = follower();
    hear(announcementBody(FROM, [STREAM]));
    hear(announcementBody(FROM, []));
    hear(announcementBody(FROM, [], true));
    expect(posted).toEqual([
      { kind: 'peerStreams', senderIdLow: 1, senderIdHigh: 0, leaving: false, streams: [STREAM] },
      { kind: 'peerStreams', senderIdLow: 1, senderIdHigh: 0, leaving: false, streams: [] },
      { kind: 'peerStreams', senderIdLow: 1, senderIdHigh: 0, leaving: true, streams: [] },
    ]);
    expect(said).toEqual(['"Anna" (10.0.0.2) joined', '"Anna" (10.0.0.2) left']);
    expect(peers.directory.ids()).toEqual([]);
  });

  test('a list that is not complete ends no stream', () => {
    const { hear, posted } = follower();
    hear(announcementBody({ ...FROM, bytesMax: 400 }, [STREAM, STREAM, STREAM, STREAM, STREAM]));
    expect(posted).toEqual([]);
  });

  test('another session is not ours', () => {
    const { hear, posted, peers } = follower();
    hear(announcementBody({ ...FROM, session: 'other' }, [STREAM]));
    expect(posted).toEqual([]);
    expect(peers.directory.ids()).toEqual([]);
  });

  test('over the limit the newcomer is refused and counted; a place that is free again is given', () => {
    const { hear, peers, posted } = follower(2);
    for (const sender of [1, 2, 3, 3]) hear(announcementBody(FROM, []), sender);
    expect(peers.directory.ids()).toHaveLength(2);
    expect(peers.directory.refused).toBe(2);
    expect(posted).toHaveLength(2);
    hear(announcementBody(FROM, [], true), 1);
    hear(announcementBody(FROM, []), 3);
    expect(peers.directory.ids()).toEqual(['0000000000000002', '0000000000000003']);
  });

  test('silence ends a peer after 3 s, unless its packets still come', () => {
    const { hear, peers, metrics, said } = follower();
    hear(announcementBody(FROM, []), 1, 0);
    hear(announcementBody({ ...FROM, name: 'Ben' }, []), 2, 0);
    const row = metrics.takePeerRow();
    metrics.cells[row + PEER.senderIdLow] = 2;
    peers.expire(2.9e6);
    expect(peers.directory.ids()).toHaveLength(2);
    peers.expire(3.1e6);
    expect(said.at(-1)).toBe('"Anna" (10.0.0.2) is gone');
    metrics.releaseRow(row);
    peers.expire(3.2e6);
    expect(peers.directory.ids()).toEqual([]);
  });

  test('junk is counted, never believed, never thrown', () => {
    const { hear, peers, posted } = follower();
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.array(fc.nat(255), { maxLength: 6 }).map((edits) => {
        const body = announcementBody(FROM, [STREAM]);
        edits.forEach((value, i) => {
          body[(value * 31 + i * 7) % body.length] = value;
        });
        return body;
      }),
    );
    fc.assert(
      fc.property(junk, (body) => hear(body)),
      { numRuns: 2000 },
    );
    expect(peers.invalid).toBeGreaterThan(500);
    expect(peers.directory.ids().length).toBeLessThanOrEqual(1);
    for (const message of posted) {
      if (message.kind !== 'peerStreams') throw new Error(message.kind);
      for (const s of message.streams) {
        expect(s.channel).toBeGreaterThanOrEqual(1);
        expect(s.channel).toBeLessThanOrEqual(64);
      }
    }
  });

  test('transport messages: kept for peers that are known', () => {
    const { hear, peers } = follower();
    const say = (senderIdLow: number, text: string) =>
      peers.hearTransport({
        kind: 'transport',
        senderIdLow,
        senderIdHigh: 0,
        body: new TextEncoder().encode(text),
      });
    say(1, '{"type":"transport","command":"play"}');
    expect(peers.directory.transport('0000000000000001')).toBeUndefined();
    hear(announcementBody(FROM, []));
    say(1, '{"type":"transport","command":"play"}');
    say(1, 'junk');
    expect(peers.directory.transport('0000000000000001')?.playing).toBe(true);
    expect(peers.invalid).toBe(1);
  });
});

test('a lowered limit pushes nobody out', () => {
  const directory = new PeerDirectory(3);
  const peer = { senderIdHigh: 0, address: '', name: '', software: '', streams: [], heard: [], heardUs: 0 };
  for (const senderIdLow of [1, 2, 3]) expect(directory.hear({ ...peer, senderIdLow })).toBe('new');
  directory.setLimit(1);
  expect(directory.hear({ ...peer, senderIdLow: 2 })).toBe('known');
  expect(directory.hear({ ...peer, senderIdLow: 4 })).toBe('refused');
});
