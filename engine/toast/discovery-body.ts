// The DISCOVERY body: who speaks, in which session, and which streams it sends. Every second, at once on a
// change, and a last time with `leaving`. Strange keys are ignored; a stream that makes no sense is left out;
// without a name and a session there is no announcement.

import { AUDIO_CHANNELS_MAX, SAMPLE_RATE_MAX, SAMPLE_RATE_MIN } from './audio-body.js';
import { type HeardStream, readHeard } from './discovery-heard.js';
import {
  asObject,
  type JsonObject,
  member,
  parseJsonObject,
  textMember,
  wholeMember,
} from './json-object.js';

export const DISCOVERY_BYTES_MAX = 65536;
export const DISCOVERY_STREAMS_MAX = 256;
const NAME_CHARACTERS_MAX = 64;
const FORMAT_CHARACTERS_MAX = 32;
const BLOCK_FRAMES_MAX = 65536;
const PROTOCOL_VERSION = 2;

export interface DiscoveryStream {
  readonly kind: 'midi' | 'audio';
  readonly channel: number;
  readonly epoch: number;
  readonly sampleRate: number;
  /** Audio channels; 0 for MIDI. */
  readonly channels: number;
  /** The largest block of the sender's host: how far its packets may bunch up. */
  readonly blockFrames: number;
  readonly format: string;
}

export interface DiscoveryBody {
  readonly name: string;
  readonly session: string;
  readonly software: string;
  readonly leaving: boolean;
  readonly streams: readonly DiscoveryStream[];
  /** Streams that are sent, too, but that the datagram had no room to name. */
  readonly more?: number;
  /** How this peer hears others. */
  readonly heard?: readonly HeardStream[];
}

/** [control-thread] */
export function writeDiscoveryBody(body: DiscoveryBody): Uint8Array {
  const { name, session, software, leaving } = body;
  const streams = body.streams.map(({ kind, channel, epoch, sampleRate, channels, blockFrames, format }) => ({
    kind,
    channel,
    epoch,
    sampleRate,
    channels,
    blockFrames,
    format,
  }));
  const said = leaving ? { leaving } : {};
  const unnamed = body.more ? { more: body.more } : {};
  const hears = body.heard?.length ? { heard: body.heard } : {};
  return new TextEncoder().encode(
    JSON.stringify({
      name,
      session,
      version: PROTOCOL_VERSION,
      software,
      ...said,
      streams,
      ...unnamed,
      ...hears,
    }),
  );
}

/** Null when it is no announcement. [control-thread] */
export function readDiscoveryBody(bytes: Uint8Array): DiscoveryBody | null {
  const object = parseJsonObject(bytes, DISCOVERY_BYTES_MAX);
  if (object === null || member(object, 'version') !== PROTOCOL_VERSION) return null;
  const name = textMember(object, 'name', NAME_CHARACTERS_MAX);
  const session = textMember(object, 'session', NAME_CHARACTERS_MAX);
  if (name === null || session === null) return null;
  const listed = member(object, 'streams');
  const more = wholeMember(object, 'more', 1, 0xffff);
  const heard = readHeard(object);
  const streams = Array.isArray(listed) ? listed.slice(0, DISCOVERY_STREAMS_MAX).flatMap(readStream) : [];
  return {
    name,
    session,
    software: textMember(object, 'software', NAME_CHARACTERS_MAX) ?? '',
    leaving: member(object, 'leaving') === true,
    streams,
    ...(more === null ? {} : { more }),
    ...(heard.length === 0 ? {} : { heard }),
  };
}

function readStream(value: unknown): DiscoveryStream[] {
  const object = asObject(value);
  if (object === null) return [];
  const kind = member(object, 'kind');
  if (kind !== 'midi' && kind !== 'audio') return [];
  const stream = {
    kind,
    channel: wholeMember(object, 'channel', 1, 64),
    epoch: wholeMember(object, 'epoch', 0, 0xffffffff),
    sampleRate: wholeMember(object, 'sampleRate', SAMPLE_RATE_MIN, SAMPLE_RATE_MAX),
    channels: readChannels(object, kind),
    blockFrames: wholeMember(object, 'blockFrames', 0, BLOCK_FRAMES_MAX),
    format: textMember(object, 'format', FORMAT_CHARACTERS_MAX),
  } as const;
  return isWhole(stream) ? [stream] : [];
}

function readChannels(object: JsonObject, kind: 'midi' | 'audio'): number | null {
  return kind === 'audio' ? wholeMember(object, 'channels', 1, AUDIO_CHANNELS_MAX) : 0;
}

type Perhaps<T> = { readonly [Key in keyof T]: T[Key] | null };

function isWhole(stream: Perhaps<DiscoveryStream>): stream is DiscoveryStream {
  return Object.values(stream).every((value) => value !== null);
}
