// What a packet of a base-only peer doesn't say is derived here: who it is, where its frames belong.
// Its streams are on channel 1; its media time comes from microseconds, smoothed where it runs on.
import type { PacketFields } from '../toast/packet.js';
import { extendLow32 } from '../toast/sequence.js';
import type { RemoteSource } from './remote-source.js';

export const BASE_CHANNEL = 1;
/** Set in the upper half of made-up sender ids, so that they never meet a drawn one by design of this engine. */
const MADE_UP = 0x8000_0000;

/** Gives a base-only packet its sender's identity. [engine-thread] */
export function identifyBasePeer(fields: PacketFields, address: number, port: number): void {
  fields.senderIdLow = address >>> 0;
  fields.senderIdHigh = (MADE_UP | port) >>> 0;
  fields.streamId = BASE_CHANNEL;
}

/** What tells a base-only packet from its copies. */
export function basePacketId(fields: PacketFields): number {
  const id = fields.burstId !== 0 ? fields.burstId : fields.sequence;
  return (Math.imul(id, 0x9e37_79b1) ^ fields.type) >>> 0;
}

/** The media frame of a base-only packet of `frames` frames; 0 for MIDI, which has no next. [engine-thread] */
export function baseMediaTime(
  source: RemoteSource,
  timestampUs: number,
  sampleRate: number,
  frames: number,
): number {
  const near = source.timestampUs < 0 ? timestampUs + 0x1_0000_0000 : source.timestampUs;
  const unwrapped = extendLow32(timestampUs, near);
  source.timestampUs = Math.max(source.timestampUs, unwrapped);
  let media = Math.round((unwrapped * sampleRate) / 1e6);
  if (frames === 0) return media; // between two audio packets: it must not move the second one
  if (source.nextMediaTime >= 0 && Math.abs(media - source.nextMediaTime) < Math.max(frames, 32) / 2) {
    media = source.nextMediaTime;
  }
  source.nextMediaTime = media + frames;
  return media;
}
