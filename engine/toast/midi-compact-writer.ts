// Writes MIDI messages as text: COMPACT, one object a line, or JSON, one array of the same objects.
import { decimalDigits, writeDecimal } from './decimal.js';
import type { MidiBatch, MidiWritten } from './midi-batch.js';
import { isMidiMessage, QUARTER_FRAME, SYSEX_START } from './midi-message.js';
import {
  CHANNEL_FORMS,
  FRAME_KEY,
  NUMBER_KEY,
  OTHER_HEAD,
  QUARTER_FRAME_HEAD,
  SYSEX_HEAD,
} from './midi-text.js';
import { PAYLOAD_FORMAT } from './types.js';

/** Writes events [first, end) as far as they fit; see writeMidiBody. [engine-thread] */
export function writeMidiText(
  format: number,
  u8: Uint8Array,
  bodyOffset: number,
  bodyBytesMax: number,
  batch: MidiBatch,
  first: number,
  end: number,
  out: MidiWritten,
): void {
  const json = format === PAYLOAD_FORMAT.json;
  const limit = bodyOffset + bodyBytesMax - (json ? 1 : 0); // room for the closing bracket
  let at = bodyOffset;
  let next = first;
  for (; next < end; next++) {
    if (!isMidiMessage(batch.bytes, batch.byteOffset[next], batch.byteLength[next])) {
      batch.skipped++;
      continue;
    }
    const separatorBytes = json || at > bodyOffset ? 1 : 0;
    if (at + separatorBytes + objectBytes(batch, next) > limit) break;
    if (json) u8[at] = at === bodyOffset ? 0x5b : 0x2c;
    else if (at > bodyOffset) u8[at] = 0x0a;
    at = writeObject(u8, at + separatorBytes, batch, next);
  }
  const closed = json && at > bodyOffset;
  if (closed) u8[at] = 0x5d;
  out.bytes = at - bodyOffset + (closed ? 1 : 0);
  out.next = next;
}

function objectBytes(batch: MidiBatch, index: number): number {
  const { bytes } = batch;
  const start = batch.byteOffset[index];
  const length = batch.byteLength[index];
  const status = bytes[start];
  const frame = batch.frameOffset[index];
  let total = NUMBER_KEY.length + decimalDigits(batch.eventNumber[index]) + FRAME_KEY.length + 1;
  total += frame < 0 ? 1 + decimalDigits(-frame) : decimalDigits(frame);
  if (status === QUARTER_FRAME) return total + QUARTER_FRAME_HEAD.length + decimalDigits(bytes[start + 1]);
  if (status >= 0xf0) {
    total += SYSEX_HEAD.length + length; // a comma after each byte but the last, and the bracket
    for (let i = 0; i < length; i++) total += decimalDigits(bytes[start + i]);
    return total;
  }
  const form = CHANNEL_FORMS[(status >>> 4) - 8];
  total += form.head.length + decimalDigits((status & 15) + 1) + form.firstKey.length;
  total += decimalDigits(firstValue(bytes, start));
  if (form.secondKey.length > 0) total += form.secondKey.length + decimalDigits(bytes[start + 2]);
  return total;
}

function writeObject(u8: Uint8Array, offset: number, batch: MidiBatch, index: number): number {
  const { bytes } = batch;
  const start = batch.byteOffset[index];
  const status = bytes[start];
  let at = offset;
  if (status === QUARTER_FRAME) {
    at = writeDecimal(u8, put(u8, at, QUARTER_FRAME_HEAD), bytes[start + 1]);
  } else if (status >= 0xf0) {
    at = put(u8, at, status === SYSEX_START ? SYSEX_HEAD : OTHER_HEAD);
    const end = start + batch.byteLength[index];
    for (let i = start; i < end; i++) {
      at = writeDecimal(u8, at, bytes[i]);
      u8[at++] = i + 1 < end ? 0x2c : 0x5d;
    }
  } else {
    const form = CHANNEL_FORMS[(status >>> 4) - 8];
    at = writeDecimal(u8, put(u8, at, form.head), (status & 15) + 1);
    at = writeDecimal(u8, put(u8, at, form.firstKey), firstValue(bytes, start));
    if (form.secondKey.length > 0) at = writeDecimal(u8, put(u8, at, form.secondKey), bytes[start + 2]);
  }
  at = writeDecimal(u8, put(u8, at, NUMBER_KEY), batch.eventNumber[index]);
  at = writeDecimal(u8, put(u8, at, FRAME_KEY), batch.frameOffset[index]);
  u8[at] = 0x7d;
  return at + 1;
}

/** The first data byte, or both as one number for a bend. */
function firstValue(bytes: Uint8Array, start: number): number {
  return bytes[start] >= 0xe0 ? bytes[start + 1] | (bytes[start + 2] << 7) : bytes[start + 1];
}

function put(u8: Uint8Array, offset: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i++) u8[offset + i] = text[i];
  return offset + text.length;
}
