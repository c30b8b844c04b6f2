// What this engine says of itself on the network: the body of a DISCOVERY packet.
import { writeDiscoveryBody } from '../toast/discovery-body.js';
import type { HeardStream } from '../toast/discovery-heard.js';
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
 * ended because it isn't named; how others are heard is left out first. [control-thread]
 */
export function announcementBody(
  { name, session, bytesMax }: Announcer,
  streams: readonly AnnouncedStream[],
  leaving = false,
  heard: readonly HeardStream[] = [],
): Uint8Array {
  const common = { name, session, software: SOFTWARE, leaving };
  const whole = writeDiscoveryBody({ ...common, streams, heard });
  if (whole.length <= bytesMax) return whole;

  for (let count = streams.length; ; count--) {
    const named = streams.slice(0, count);
    const more = streams.length - count;
    const bytes = writeDiscoveryBody({ ...common, streams: named, more });
    if (bytes.length <= bytesMax || count === 0) return bytes;
  }
}
