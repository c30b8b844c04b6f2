// The part of an announcement in which a receiver says how it hears others: `heard`, one entry an audio stream.
// Periodic status, no acknowledgement: senders may follow it, and need not.
import { asObject, type JsonObject, member, numberMember, textMember, wholeMember } from './json-object.js';

export const DISCOVERY_HEARD_MAX = 128;
const SENDER_ID = /^[0-9a-f]{16}$/;
const LATENCY_MS_MAX = 5000;

export interface HeardStream {
  /** 16 hexadecimal digits. */
  readonly sender: string;
  readonly channel: number;
  /** Share of packets, 0..1, that did not come by themselves. */
  readonly loss: number;
  /** The smallest receive latency with which it is listened to. */
  readonly latencyMs: number;
}

/** What of it makes sense. [control-thread] */
export function readHeard(object: JsonObject): HeardStream[] {
  const listed = member(object, 'heard');
  return Array.isArray(listed) ? listed.slice(0, DISCOVERY_HEARD_MAX).flatMap(readOne) : [];
}

function readOne(value: unknown): HeardStream[] {
  const object = asObject(value);
  if (object === null) return [];
  const sender = textMember(object, 'sender', 16);
  const channel = wholeMember(object, 'channel', 1, 64);
  const loss = numberMember(object, 'loss', 0, 1);
  const latencyMs = numberMember(object, 'latencyMs', 0, LATENCY_MS_MAX);
  if (sender === null || !SENDER_ID.test(sender) || channel === null) return [];
  return loss === null || latencyMs === null ? [] : [{ sender, channel, loss, latencyMs }];
}
