// From announcements to peers: who came, who left, and what the engine thread must know of it.
import type { MetricsSlab } from '../base/metrics-slab.js';
import { PEER } from '../base/metrics-slab.js';
import { readDiscoveryBody } from '../toast/discovery-body.js';
import { readTransportBody, type TransportBody } from '../toast/transport-body.js';
import type { FromEngine, ToEngine } from '../worker/messages.js';
import type { Log } from './log.js';
import { type Peer, PeerDirectory, senderText } from './peer-directory.js';

type Transport = Extract<FromEngine, { kind: 'transport' }>;
type Discovery = Extract<FromEngine, { kind: 'discovery' }>;

export class PeerFollower {
  readonly directory = new PeerDirectory(1);
  /** Announcements and transport messages that made no sense. */
  invalid = 0;

  constructor(
    private readonly metrics: MetricsSlab,
    private readonly post: (message: ToEngine) => void,
    private readonly log: Log,
  ) {}

  setLimit(peersMax: number): void {
    this.directory.setLimit(peersMax);
  }

  /** [control-thread] */
  hear(from: Discovery, session: string, nowUs: number): void {
    const { senderIdLow, senderIdHigh, address } = from;
    const said = readDiscoveryBody(from.body);
    if (said === null) {
      this.invalid++;
      return;
    }
    // An announcement across sessions is for people who look for sessions, not for this one.
    if (said.session !== session) return;
    if (said.leaving) {
      this.post({ kind: 'peerStreams', senderIdLow, senderIdHigh, leaving: true, streams: [] });
      const peer = this.directory.leave(senderIdLow, senderIdHigh);
      if (peer) this.log(`${named(peer)} left`);
      return;
    }
    const { name, software, streams, heard = [] } = said;
    const peer = { senderIdLow, senderIdHigh, address, name, software, streams, heard, heardUs: nowUs };
    const hearing = this.directory.hear(peer);
    if (hearing === 'refused') return;
    if (hearing === 'new') this.log(`${named(peer)} joined`);
    // What an incomplete list leaves out may well go on.
    if (said.more === undefined)
      this.post({ kind: 'peerStreams', senderIdLow, senderIdHigh, leaving: false, streams });
  }

  hearTransport({ senderIdLow, senderIdHigh, body }: Transport): void {
    const transport = readTransportBody(body);
    if (transport === null) this.invalid++;
    else {
      this.directory.setTransport(senderText(senderIdLow, senderIdHigh), transport);
      this.tellSongPlace(senderIdLow, senderIdHigh, transport);
    }
  }

  private tellSongPlace(senderIdLow: number, senderIdHigh: number, transport: TransportBody): void {
    const { position, mediaFrame, epoch, channel, playing } = transport;
    if (position === null || mediaFrame === null || epoch === null) return;
    const place = { channel, epoch, playing, mediaFrame, songFrame: position };
    this.post({ kind: 'songPlace', senderIdLow, senderIdHigh, ...place });
  }

  /** Forgets peers of whom nothing is heard: no announcement, and no packet according to the engine thread. */
  expire(nowUs: number): void {
    const { cells } = this.metrics;
    const heard = this.metrics
      .peerRows()
      .map((row) => senderText(cells[row + PEER.senderIdLow], cells[row + PEER.senderIdHigh]));
    for (const peer of this.directory.expire(nowUs, new Set(heard))) this.log(`${named(peer)} is gone`);
  }
}

const named = (peer: Peer): string =>
  `${peer.name ? `"${peer.name}"` : senderText(peer.senderIdLow, peer.senderIdHigh)} (${peer.address})`;
