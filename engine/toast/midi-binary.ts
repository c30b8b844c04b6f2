// The BINARY MIDI body: events of { u32 eventNumber; i32 frameOffset; u16 length; bytes }, packed, little-endian.
// Length 0: all the rest of the body, for one message of any length.
import type { MidiBatch, MidiWritten } from './midi-batch.js';
import { isMidiMessage } from './midi-message.js';

const EVENT_HEADER_BYTES = 10;
/** 0xFFFE and 0xFFFF as the first length say that the body is none of events. */
const LENGTH_MAX = 0xfffd;

/** [engine-thread] */
export function writeMidiBinary(
  u8: Uint8Array,
  bodyOffset: number,
  bodyBytesMax: number,
  batch: MidiBatch,
  first: number,
  end: number,
  out: MidiWritten,
): void {
  let at = bodyOffset;
  let next = first;
  for (; next < end; next++) {
    const length = batch.byteLength[next];
    const start = batch.byteOffset[next];
    if (!isMidiMessage(batch.bytes, start, length)) {
      batch.skipped++;
      continue;
    }
    if (length > LENGTH_MAX || at + EVENT_HEADER_BYTES + length > bodyOffset + bodyBytesMax) break;
    at = writeU32(u8, at, batch.eventNumber[next]);
    at = writeU32(u8, at, batch.frameOffset[next]);
    u8[at] = length;
    u8[at + 1] = length >>> 8;
    at += 2;
    for (let i = 0; i < length; i++) u8[at + i] = batch.bytes[start + i];
    at += length;
  }
  out.bytes = at - bodyOffset;
  out.next = next;
}

/** A body whose lengths don't add up is refused whole; a message that is not MIDI is skipped. [engine-thread] */
export function readMidiBinary(u8: Uint8Array, offset: number, bytes: number, batch: MidiBatch): boolean {
  const end = offset + bytes;
  let at = offset;
  while (at < end) {
    if (end - at < EVENT_HEADER_BYTES) return false;
    at += EVENT_HEADER_BYTES + lengthAt(u8, at, end);
  }
  if (at !== end) return false;
  for (at = offset; at < end; ) {
    const length = lengthAt(u8, at, end);
    const start = at + EVENT_HEADER_BYTES;
    const whole = isMidiMessage(u8, start, length);
    if (!whole || !batch.push(readU32(u8, at + 4), readU32(u8, at), u8, start, length)) batch.skipped++;
    at = start + length;
  }
  return true;
}

function lengthAt(u8: Uint8Array, event: number, end: number): number {
  const length = u8[event + 8] | (u8[event + 9] << 8);
  return length === 0 ? end - event - EVENT_HEADER_BYTES : length;
}

function writeU32(u8: Uint8Array, at: number, value: number): number {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
  u8[at + 2] = value >>> 16;
  u8[at + 3] = value >>> 24;
  return at + 4;
}

/** The bits as int32; the batch's arrays give them their sign. */
function readU32(u8: Uint8Array, at: number): number {
  return u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24);
}
