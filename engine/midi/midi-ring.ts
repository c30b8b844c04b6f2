// The MIDI rings of a slot. Record: u32 frame (low 32 bits), u16 length, u16 flags, bytes padded to 4.
// Single producer, single consumer; a long message travels as several records, all or none.
import type { SlotView } from '../path/slot-view.js';

const RECORD_HEADER_BYTES = 8;
const CONTINUES = 1;

/** Bytes a message takes in a ring, its headers and padding included. */
export function recordBytes(messageBytes: number, pieceBytesMax: number): number {
  const whole = Math.floor(messageBytes / pieceBytesMax);
  const rest = messageBytes - whole * pieceBytesMax;
  return (
    whole * (RECORD_HEADER_BYTES + pieceBytesMax) + (rest > 0 ? RECORD_HEADER_BYTES + ((rest + 3) & ~3) : 0)
  );
}

/** Appends one message to the playout ring; false when it does not fit. [engine-thread] */
export function writeMidi(
  slot: SlotView,
  frame: number,
  source: Uint8Array,
  start: number,
  length: number,
): boolean {
  const { at } = slot.segment;
  const ring = slot.midiPlayout;
  const mask = ring.length - 1;
  let write = slot.load(at.slot.midiPlayoutWrite);
  // SYNC POINT midi-playout-read: room is what the plugin has taken.
  const used = (write - slot.load(at.slot.midiPlayoutRead)) >>> 0;
  if (used > ring.length || recordBytes(length, at.midiPieceBytesMax) > ring.length - used) return false;
  let done = 0;
  while (done < length) {
    const piece = Math.min(length - done, at.midiPieceBytesMax);
    putU32(ring, write & mask, frame);
    putU32(ring, (write + 4) & mask, piece | (done + piece < length ? CONTINUES << 16 : 0));
    write += RECORD_HEADER_BYTES;
    for (let i = 0; i < piece; i++) ring[(write + i) & mask] = source[start + done + i];
    write += (piece + 3) & ~3;
    done += piece;
  }
  // SYNC POINT midi-playout-write: releases the records.
  slot.store(at.slot.midiPlayoutWrite, write);
  return true;
}

/** Takes messages out of a slot's capture ring, putting long ones together. */
export class MidiCaptureReader {
  /** Low 32 bits of the message's frame. */
  frameLow = 0;
  length = 0;
  readonly bytes: Uint8Array;
  /** Rings whose contents made no sense, emptied. */
  corrupt = 0;

  constructor(messageBytesMax: number) {
    this.bytes = new Uint8Array(messageBytesMax);
  }

  /** The next message into `bytes`; false when there is none. [engine-thread] */
  next(slot: SlotView): boolean {
    const { at } = slot.segment;
    const ring = slot.midiCapture;
    const mask = ring.length - 1;
    // SYNC POINT midi-capture-write: acquires the records.
    const write = slot.load(at.slot.midiCaptureWrite);
    let read = slot.load(at.slot.midiCaptureRead);
    this.length = 0;
    for (let continues = true; continues; ) {
      const available = (write - read) >>> 0;
      if (available === 0 && this.length === 0) return false;
      const word = available < RECORD_HEADER_BYTES ? 0 : getU32(ring, (read + 4) & mask);
      const piece = word & 0xffff;
      const padded = RECORD_HEADER_BYTES + ((piece + 3) & ~3);
      if (
        available > ring.length ||
        piece === 0 ||
        piece > at.midiPieceBytesMax ||
        padded > available ||
        this.length + piece > this.bytes.length
      ) {
        this.corrupt++;
        slot.store(at.slot.midiCaptureRead, write);
        return false;
      }
      if (this.length === 0) this.frameLow = getU32(ring, read & mask) >>> 0;
      for (let i = 0; i < piece; i++) {
        this.bytes[this.length + i] = ring[(read + RECORD_HEADER_BYTES + i) & mask];
      }
      this.length += piece;
      read = (read + padded) >>> 0;
      continues = ((word >>> 16) & CONTINUES) !== 0;
    }
    slot.store(at.slot.midiCaptureRead, read);
    return true;
  }
}

function putU32(ring: Uint8Array, at: number, value: number): void {
  ring[at] = value;
  ring[at + 1] = value >>> 8;
  ring[at + 2] = value >>> 16;
  ring[at + 3] = value >>> 24;
}
function getU32(ring: Uint8Array, at: number): number {
  return ring[at] | (ring[at + 1] << 8) | (ring[at + 2] << 16) | (ring[at + 3] << 24);
}
