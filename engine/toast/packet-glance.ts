// What a glance at a datagram tells before anybody has verified it: enough to know which kernel may have a use for it.
import type { ByteSlab } from './byte-slab.js';
import { BODY_OFFSET, EXTENSION_BYTES, PACKET_TYPE, PAYLOAD_FORMAT } from './types.js';

const AT_TYPE = 5;
const AT_FLAGS = 6;
const AT_PAYLOAD_BYTES = 16;
const AT_FRAGMENT_COUNT = 44;
const FLAG_EXT = 0x01;
const FORMAT_SHIFT = 4;

/** 0: too short to have one. [engine-thread] */
export function packetTypeAt(slab: ByteSlab, offset: number, length: number): number {
  return length >= BODY_OFFSET ? slab.u8[offset + AT_TYPE] : 0;
}

/** Looks like MIDI or audio in COMPACT text. [engine-thread] */
export function isTextMedia(slab: ByteSlab, offset: number, length: number): boolean {
  const type = packetTypeAt(slab, offset, length);
  if (type !== PACKET_TYPE.midi && type !== PACKET_TYPE.audio) return false;
  const flags = slab.u8[offset + AT_FLAGS];
  return (flags & FLAG_EXT) !== 0 && ((flags >>> FORMAT_SHIFT) & 7) === PAYLOAD_FORMAT.compact;
}

/** Its text is here, all of it. [engine-thread] */
export function isWholeText(slab: ByteSlab, offset: number, length: number): boolean {
  const bytes = textBodyBytes(slab, offset);
  return (
    slab.view.getUint16(offset + AT_FRAGMENT_COUNT, true) === 1 && bytes > 0 && BODY_OFFSET + bytes <= length
  );
}

export function textBodyBytes(slab: ByteSlab, offset: number): number {
  return slab.view.getUint32(offset + AT_PAYLOAD_BYTES, true) - EXTENSION_BYTES;
}
