// The body of a REPAIR packet (streamId = the channel it protects, the epoch of that stream, a sequence
// space of its own): a 16-byte prefix and the coded bytes, one random linear combination of the symbols of
// `windowPackets` source packets that follow each other.
//
//   { u32 seed; u32 firstSequence; u16 windowPackets; u16 symbolBytes; u8 version = 1; 3 zero bytes }

import { SYMBOL_HEADER_BYTES } from './source-symbol.js';

export const REPAIR_PREFIX_BYTES = 16;
export const REPAIR_VERSION = 1;

/** How much longer a REPAIR packet is than the longest source packet that it protects. */
export const REPAIR_OVERHEAD_BYTES = REPAIR_PREFIX_BYTES + SYMBOL_HEADER_BYTES;

/** What a repair body says. Filled again and again. */
export class RepairBody {
  seed = 0;
  /** Sequence number of the window's oldest source packet. */
  firstSequence = 0;
  windowPackets = 0;
  symbolBytes = 0;
  /** Absolute: the first coded byte. */
  codedOffset = 0;
}

function put16(u8: Uint8Array, at: number, value: number): void {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
}

function get16(u8: Uint8Array, at: number): number {
  return u8[at] | (u8[at + 1] << 8);
}

/** [engine-thread] */
export function writeRepairPrefix(
  u8: Uint8Array,
  at: number,
  seed: number,
  firstSequence: number,
  windowPackets: number,
  symbolBytes: number,
): void {
  put16(u8, at, seed);
  put16(u8, at + 2, seed >>> 16);
  put16(u8, at + 4, firstSequence);
  put16(u8, at + 6, firstSequence >>> 16);
  put16(u8, at + 8, windowPackets);
  put16(u8, at + 10, symbolBytes);
  u8[at + 12] = REPAIR_VERSION;
  u8[at + 13] = 0;
  u8[at + 14] = 0;
  u8[at + 15] = 0;
}

/** False when it can't be one, or is larger than the limits given. Never throws. [engine-thread] */
export function readRepairBody(
  u8: Uint8Array,
  bodyOffset: number,
  bodyBytes: number,
  windowMax: number,
  symbolBytesMax: number,
  out: RepairBody,
): boolean {
  const at = bodyOffset;
  if (bodyBytes < REPAIR_OVERHEAD_BYTES || at < 0 || at + bodyBytes > u8.length) return false;
  if (u8[at + 12] !== REPAIR_VERSION || (u8[at + 13] | u8[at + 14] | u8[at + 15]) !== 0) return false;
  const windowPackets = get16(u8, at + 8);
  const symbolBytes = get16(u8, at + 10);
  if (windowPackets === 0 || windowPackets > windowMax) return false;
  if (symbolBytes > symbolBytesMax || symbolBytes !== bodyBytes - REPAIR_PREFIX_BYTES) return false;
  out.seed = (get16(u8, at) | (get16(u8, at + 2) << 16)) >>> 0;
  out.firstSequence = (get16(u8, at + 4) | (get16(u8, at + 6) << 16)) >>> 0;
  out.windowPackets = windowPackets;
  out.symbolBytes = symbolBytes;
  out.codedOffset = at + REPAIR_PREFIX_BYTES;
  return true;
}
