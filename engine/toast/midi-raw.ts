// Raw MIDI bytes as a cable carries them: running status, real-time bytes anywhere, system exclusive.
// What is not whole at the end is not kept for the next body: every packet can be understood alone.
import type { MidiBatch } from './midi-batch.js';
import { midiMessageBytes, REALTIME_FIRST, SYSEX_END, SYSEX_START } from './midi-message.js';

/** Events get no number and frame offset 0. Broken messages are counted in `skipped`. [engine-thread] */
export function readMidiBytes(u8: Uint8Array, offset: number, bytes: number, batch: MidiBatch): void {
  const end = offset + bytes;
  let status = 0; // running status; 0: none
  let dataBytes = 0; // of the message under way
  let first = 0; // its first data byte
  let open = false; // a message is under way
  let stray = false; // in a run of data bytes that belong to nothing
  for (let at = offset; at < end; at++) {
    const byte = u8[at];
    if (byte >= REALTIME_FIRST) {
      pushShort(batch, byte, 0, 0);
    } else if (byte >= 0x80) {
      if (open) batch.skipped++;
      stray = false;
      dataBytes = 0;
      const length = midiMessageBytes(byte);
      status = length > 1 ? byte : 0;
      open = length > 1;
      if (byte === SYSEX_START) at = takeSysex(u8, at, end, batch);
      else if (length <= 1) pushShort(batch, byte, 0, 0);
    } else if (status === 0) {
      if (!stray) batch.skipped++;
      stray = true;
    } else if (dataBytes + 2 < midiMessageBytes(status)) {
      first = byte;
      dataBytes = 1;
      open = true;
    } else {
      pushShort(batch, status, dataBytes === 1 ? first : byte, byte);
      if (status >= 0xf0) status = 0;
      dataBytes = 0;
      open = false;
    }
  }
  if (open) batch.skipped++;
}

function pushShort(batch: MidiBatch, status: number, first: number, second: number): void {
  const length = midiMessageBytes(status);
  if (length < 0 || !batch.fits(length)) {
    batch.skipped++;
    return;
  }
  batch.bytes[batch.bytesUsed] = status;
  if (length > 1) batch.bytes[batch.bytesUsed + 1] = first;
  if (length > 2) batch.bytes[batch.bytesUsed + 2] = second;
  batch.commit(0, 0, 0, length);
}

/**
 * One system exclusive message from its first byte at `start`. Real-time bytes inside it come out before it,
 * as they do on a cable. Returns the offset of the last byte used.
 */
function takeSysex(u8: Uint8Array, start: number, end: number, batch: MidiBatch): number {
  let at = start + 1;
  let length = 1;
  for (; at < end; at++) {
    const byte = u8[at];
    if (byte >= REALTIME_FIRST) pushShort(batch, byte, 0, 0);
    else if (byte >= 0x80) break;
    else length++;
  }
  if (at === end || u8[at] !== SYSEX_END) {
    batch.skipped++;
    return at - 1; // another status cut it short: that one begins a message of its own
  }
  if (!batch.fits(length + 1)) {
    batch.skipped++;
    return at;
  }
  let to = batch.bytesUsed;
  for (let i = start; i <= at; i++) if (u8[i] < REALTIME_FIRST) batch.bytes[to++] = u8[i];
  batch.commit(0, 0, 0, length + 1);
  return at;
}
