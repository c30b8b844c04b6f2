// Everyone heard of in the session, bounded. A newcomer beyond the limit is refused and counted; who is
// silent too long makes room.
import { PEER_SILENCE_MAX_US } from '../base/limits.js';
import { type MetricsSlab, PEER } from '../base/metrics-slab.js';
import { SequenceWindow } from '../dedup/sequence-window.js';
import type { PacketFields } from '../toast/packet.js';

const CONTROL_WINDOW = 64;

export class Peer {
  lastSeenUs = 0;
  /** Packets in the present second, for the rate limit. */
  packetsThisSecond = 0;
  secondStartUs = 0;
  /** Checksum of the last discovery body handed on: only news cross to the control thread. */
  discoveryDigest = -1;
  silentNotesReleased = false;
  readonly control: SequenceWindow[] = Array.from({ length: 10 }, () => new SequenceWindow(CONTROL_WINDOW));

  constructor(
    readonly senderIdLow: number,
    readonly senderIdHigh: number,
    readonly row: number,
  ) {}
}

export class PeerTable {
  readonly all: Peer[] = [];
  private last: Peer | null = null;

  constructor(
    private readonly metrics: MetricsSlab,
    public peersMax: number,
  ) {}

  /** The sender of a packet; null when there is no room for a newcomer. [engine-thread] */
  see(fields: PacketFields, address: number, port: number, nowUs: number): Peer | null {
    const peer = this.find(fields.senderIdLow, fields.senderIdHigh) ?? this.add(fields, address, port, nowUs);
    if (peer === null) return null;
    peer.lastSeenUs = nowUs;
    peer.silentNotesReleased = false;
    const { cells } = this.metrics;
    cells[peer.row + PEER.lastSeenUs] = nowUs;
    cells[peer.row + PEER.packets]++;
    return peer;
  }

  /** Takes the silent ones out; calls `gone` for each. */
  reap(nowUs: number, gone: (peer: Peer) => void): void {
    for (let i = this.all.length - 1; i >= 0; i--) {
      const peer = this.all[i];
      if (nowUs - peer.lastSeenUs < PEER_SILENCE_MAX_US) continue;
      this.all.splice(i, 1);
      this.forget(peer);
      gone(peer);
    }
  }

  remove(senderIdLow: number, senderIdHigh: number): void {
    const peer = this.find(senderIdLow, senderIdHigh);
    if (peer === null) return;
    this.all.splice(this.all.indexOf(peer), 1);
    this.forget(peer);
  }

  find(senderIdLow: number, senderIdHigh: number): Peer | null {
    const { last } = this;
    if (last !== null && last.senderIdLow === senderIdLow && last.senderIdHigh === senderIdHigh) return last;
    for (const peer of this.all) {
      if (peer.senderIdLow === senderIdLow && peer.senderIdHigh === senderIdHigh) {
        this.last = peer;
        return peer;
      }
    }
    return null;
  }

  private add(fields: PacketFields, address: number, port: number, nowUs: number): Peer | null {
    if (this.all.length >= this.peersMax) return null;
    const row = this.metrics.takePeerRow();
    if (row < 0) return null;
    const peer = new Peer(fields.senderIdLow, fields.senderIdHigh, row);
    const { cells } = this.metrics;
    cells[row + PEER.senderIdLow] = fields.senderIdLow;
    cells[row + PEER.senderIdHigh] = fields.senderIdHigh;
    cells[row + PEER.address] = address >>> 0;
    cells[row + PEER.port] = port;
    cells[row + PEER.baseOnly] = fields.hasExtension ? 0 : 1;
    cells[row + PEER.firstSeenUs] = nowUs;
    this.all.push(peer);
    return peer;
  }

  private forget(peer: Peer): void {
    this.metrics.releaseRow(peer.row);
    if (this.last === peer) this.last = null;
  }
}
