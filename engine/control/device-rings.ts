// The plugin's ends of a slot's MIDI rings, for slots that belong to MIDI devices: writes the capture
// ring, reads the playout ring. engine/midi/midi-ring.ts holds the engine's ends and the record's format.
import { recordBytes } from '../midi/midi-ring.js';
import type { SlotView } from '../path/slot-view.js';

const HEADER_BYTES = 8;
const CONTINUES = 1;

/**
 * Appends one message to the capture ring; false when it does not fit.
 * SYNC POINT midi-capture-write: releases the records. [control-thread]
 */
export function writeCapture(slot: SlotView, frameLow: number, message: Uint8Array): boolean {
  const { at } = slot.segment;
  const ring = slot.midiCapture;
  const mask = ring.length - 1;
  let write = slot.load(at.slot.midiCaptureWrite);
  const used = (write - slot.load(at.slot.midiCaptureRead)) >>> 0;
  if (used > ring.length || recordBytes(message.length, at.midiPieceBytesMax) > ring.length - used)
    return false;
  for (let done = 0; done < message.length; ) {
    const piece = Math.min(message.length - done, at.midiPieceBytesMax);
    const flags = done + piece < message.length ? CONTINUES : 0;
    // Records are multiples of 4 in a ring that is one, too: a word never wraps.
    putWord(ring, write & mask, frameLow);
    putWord(ring, (write + 4) & mask, piece | (flags << 16));
    write += HEADER_BYTES;
    for (let i = 0; i < piece; i++) ring[(write + i) & mask] = message[done + i];
    write += (piece + 3) & ~3;
    done += piece;
  }
  slot.store(at.slot.midiCaptureWrite, write);
  return true;
}

/** Takes whole messages out of the playout ring; a ring that makes no sense is emptied and counted. */
export class PlayoutReader {
  frameLow = 0;
  corrupt = 0;
  private length = 0;
  private readonly bytes: Uint8Array;

  constructor(messageBytesMax: number) {
    this.bytes = new Uint8Array(messageBytesMax);
  }

  /** The next message, valid until the next call; null when there is none. [control-thread] */
  next(slot: SlotView): Uint8Array | null {
    const { at } = slot.segment;
    // SYNC POINT midi-playout-write: acquires the records.
    const write = slot.load(at.slot.midiPlayoutWrite);
    let read = slot.load(at.slot.midiPlayoutRead);
    if (write === read) return null;
    this.length = 0;
    for (;;) {
      const taken = this.takePiece(slot.midiPlayout, read, (write - read) >>> 0, at.midiPieceBytesMax);
      if (taken === 0) {
        this.corrupt++;
        slot.store(at.slot.midiPlayoutRead, write);
        return null;
      }
      read = (read + Math.abs(taken)) >>> 0;
      if (taken > 0) break;
    }
    slot.store(at.slot.midiPlayoutRead, read);
    return this.bytes.subarray(0, this.length);
  }

  /** Bytes the record takes, negative when the message goes on in the next one; 0 when it makes no sense. */
  private takePiece(ring: Uint8Array, read: number, available: number, pieceBytesMax: number): number {
    if (available < HEADER_BYTES || available > ring.length) return 0;
    const mask = ring.length - 1;
    const word = getWord(ring, (read + 4) & mask);
    const piece = word & 0xffff;
    const padded = HEADER_BYTES + ((piece + 3) & ~3);
    if (piece === 0 || piece > pieceBytesMax || padded > available) return 0;
    if (this.length + piece > this.bytes.length) return 0;
    if (this.length === 0) this.frameLow = getWord(ring, read & mask) >>> 0;
    for (let i = 0; i < piece; i++) this.bytes[this.length + i] = ring[(read + HEADER_BYTES + i) & mask];
    this.length += piece;
    return ((word >>> 16) & CONTINUES) !== 0 ? -padded : padded;
  }
}

function putWord(ring: Uint8Array, at: number, value: number): void {
  ring[at] = value;
  ring[at + 1] = value >>> 8;
  ring[at + 2] = value >>> 16;
  ring[at + 3] = value >>> 24;
}
function getWord(ring: Uint8Array, at: number): number {
  return ring[at] | (ring[at + 1] << 8) | (ring[at + 2] << 16) | (ring[at + 3] << 24);
}
