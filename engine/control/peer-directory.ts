// Who else is in the session, as far as announcements tell. Bounded; the engine thread keeps its own,
// packet-driven picture in the metrics slab.
import type { HeardStream } from '../toast/discovery-heard.js';
import type { TransportBody } from '../toast/transport-body.js';
import type { AnnouncedStream } from '../worker/messages.js';

/** A peer whose announcements stop for this long, and of which nothing else is heard, is gone. */
export const PEER_SILENCE_US = 3_000_000;

export interface Peer {
  readonly senderIdLow: number;
  readonly senderIdHigh: number;
  readonly address: string;
  readonly name: string;
  readonly software: string;
  readonly streams: readonly AnnouncedStream[];
  /** How it hears others. */
  readonly heard: readonly HeardStream[];
  readonly heardUs: number;
}

export type Hearing = 'new' | 'known' | 'refused';

/** 16 hexadecimal digits, as logs and `status` show a sender. */
export function senderText(senderIdLow: number, senderIdHigh: number): string {
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return hex(senderIdHigh) + hex(senderIdLow);
}

export class PeerDirectory {
  /** Announcements of senders for which there was no room. */
  refused = 0;
  private readonly peers = new Map<string, Peer>();
  private readonly transports = new Map<string, TransportBody>();

  constructor(private peersMax: number) {}

  /** Peers over a lowered limit stay until they fall silent. */
  setLimit(peersMax: number): void {
    this.peersMax = peersMax;
  }

  /** A newcomer over the limit is refused: those who play already are not pushed out. [control-thread] */
  hear(peer: Peer): Hearing {
    const id = senderText(peer.senderIdLow, peer.senderIdHigh);
    const known = this.peers.has(id);
    if (!known && this.peers.size >= this.peersMax) {
      this.refused++;
      return 'refused';
    }
    this.peers.set(id, peer);
    return known ? 'known' : 'new';
  }

  leave(senderIdLow: number, senderIdHigh: number): Peer | undefined {
    const id = senderText(senderIdLow, senderIdHigh);
    const peer = this.peers.get(id);
    this.forget(id);
    return peer;
  }

  /** Forgets who fell silent, and returns them. `heard`: senders of which packets still come. */
  expire(nowUs: number, heard: ReadonlySet<string>): Peer[] {
    const gone: Peer[] = [];
    for (const [id, peer] of this.peers) {
      if (nowUs - peer.heardUs <= PEER_SILENCE_US || heard.has(id)) continue;
      this.forget(id);
      gone.push(peer);
    }
    return gone;
  }

  /** What the host of a known peer does; of a stranger nothing is kept. */
  setTransport(id: string, transport: TransportBody): void {
    if (this.peers.has(id)) this.transports.set(id, transport);
  }
  transport(id: string): TransportBody | undefined {
    return this.transports.get(id);
  }

  private forget(id: string): void {
    this.peers.delete(id);
    this.transports.delete(id);
  }

  /** How each peer hears others. */
  heard(): (readonly HeardStream[])[] {
    return [...this.peers.values()].map((peer) => peer.heard);
  }

  get(id: string): Peer | undefined {
    return this.peers.get(id);
  }
  ids(): string[] {
    return [...this.peers.keys()];
  }
}
