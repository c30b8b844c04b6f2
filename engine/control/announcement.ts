// What this engine says of itself on the network: the body of a DISCOVERY packet.
import { writeDiscoveryBody } from '../toast/discovery-body.js';
import type { AnnouncedStream } from '../worker/messages.js';
import { SOFTWARE } from './package-root.js';

export interface Announcer {
  readonly name: string;
  readonly session: string;
  /** The body must fit one datagram. */
  readonly bytesMax: number;
}

/**
 * As many streams as fit are named; `more` tells that there are others, so that nobody takes a stream for
 * ended because it isn't named. [control-thread]
 */
export function announcementBody(
  { name, session, bytesMax }: Announcer,
  streams: readonly AnnouncedStream[],
  leaving = false,
): Uint8Array {
  for (let count = streams.length; ; count--) {
    const named = streams.slice(0, count);
    const more = streams.length - count;
    const bytes = writeDiscoveryBody({ name, session, software: SOFTWARE, leaving, streams: named, more });
    if (bytes.length <= bytesMax || count === 0) return bytes;
  }
}
