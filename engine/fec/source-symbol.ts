// What the code protects of an AUDIO packet: everything that the receive path needs of it.
//
//   { u16 bodyBytes (14 bits) and format (2 bits); u16 check; u32 mediaTime low; u32 captureTimeUs low } body,
//   zeros up to the symbol size of the window
//
// check tells a packet from a wrong solution, which only a corrupt or forged packet can bring about: with
// h = 0x4A414D42, for each little-endian u32 w of the symbol, check being 0, as far as the body goes:
// h = rotl((h ^ w) * 0x9E3779B1, 13); check = (h ^ h >> 16) mod 2^16.

export const SYMBOL_HEADER_BYTES = 12;

/** The longest body that can be protected: longer than any datagram. */
export const SYMBOL_BODY_BYTES_MAX = 0x3fff;
const FORMAT_MAX = 2;
const HASH_START = 0x4a414d42;

/** Can a packet with this body be protected by symbols of at most so many bytes? [any-thread] */
export function fitsSymbol(format: number, bodyBytes: number, symbolBytesMax: number): boolean {
  if (bodyBytes < 1 || bodyBytes > SYMBOL_BODY_BYTES_MAX || format > FORMAT_MAX) return false;
  return bodyBytes + SYMBOL_HEADER_BYTES <= symbolBytesMax;
}

/** A source packet that was recovered. Filled again and again. */
export class RecoveredPacket {
  sequence = 0;
  mediaTimeLow = 0;
  captureTimeLow = 0;
  format = 0;
  /** Absolute in the decoder's slab; a multiple of four. */
  bodyOffset = 0;
  bodyBytes = 0;
}

function put32(u8: Uint8Array, at: number, value: number): void {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
  u8[at + 2] = value >>> 16;
  u8[at + 3] = value >>> 24;
}

/** Of the symbol in `count` words from `at` on; its own field is taken as zero. */
function checkOf(words: Int32Array, at: number, count: number): number {
  let h = HASH_START;
  for (let i = 0; i < count; i++) {
    const word = i === 0 ? words[at] & 0xffff : words[at + i];
    h = Math.imul(h ^ word, 0x9e3779b1);
    h = (h << 13) | (h >>> 19);
  }
  return (h ^ (h >>> 16)) & 0xffff;
}

/**
 * Writes header and body and zeros up to a whole word; returns the symbol's bytes. `u8` and `words` are views
 * of the same memory from its beginning, `at` is a multiple of four. [engine-thread]
 */
export function writeSymbol(
  u8: Uint8Array,
  words: Int32Array,
  at: number,
  format: number,
  mediaTime: number,
  captureTimeUs: number,
  src: Uint8Array,
  bodyOffset: number,
  bodyBytes: number,
): number {
  const body = at + SYMBOL_HEADER_BYTES;
  put32(u8, at, bodyBytes | (format << 14));
  put32(u8, at + 4, mediaTime % 4294967296);
  put32(u8, at + 8, captureTimeUs % 4294967296);
  for (let i = 0; i < bodyBytes; i++) u8[body + i] = src[bodyOffset + i];
  const bytes = SYMBOL_HEADER_BYTES + bodyBytes;
  for (let i = bytes; i & 3; i++) u8[at + i] = 0;
  const check = checkOf(words, at >> 2, (bytes + 3) >> 2);
  u8[at + 2] = check;
  u8[at + 3] = check >>> 8;
  return bytes;
}

/** Reads the symbol in `count` words; false when no sender can have written it. [engine-thread] */
export function readSymbol(words: Int32Array, at: number, count: number, out: RecoveredPacket): boolean {
  if (count < SYMBOL_HEADER_BYTES >> 2) return false;
  const head = words[at >> 2];
  const bodyBytes = head & SYMBOL_BODY_BYTES_MAX;
  const format = (head >>> 14) & 3;
  const used = (SYMBOL_HEADER_BYTES + bodyBytes + 3) >> 2;
  if (bodyBytes === 0 || format > FORMAT_MAX || used > count) return false;
  const first = at >> 2;
  for (let i = used; i < count; i++) if (words[first + i] !== 0) return false;
  const padding = used * 4 - SYMBOL_HEADER_BYTES - bodyBytes;
  if (padding !== 0 && words[first + used - 1] >>> (32 - 8 * padding) !== 0) return false;
  if (checkOf(words, first, used) !== head >>> 16) return false;
  out.format = format;
  out.mediaTimeLow = words[first + 1] >>> 0;
  out.captureTimeLow = words[first + 2] >>> 0;
  out.bodyOffset = at + SYMBOL_HEADER_BYTES;
  out.bodyBytes = bodyBytes;
  return true;
}
