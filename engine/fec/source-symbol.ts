// What the code protects of an AUDIO packet: everything that the receive path needs of it.
//
//   { u16 bodyBytes; u8 format; u8 check; u32 mediaTime low; u32 captureTimeUs low } body, zeros up to the
//   symbol size of the window
//
// check tells a packet from a wrong solution, which only a corrupt or forged packet can bring about. Over the
// 12 bytes (check being 0) and the body: a = 1, s = 0; for each byte: a += byte, s += a (u32, wrapping);
// check = exclusive or of the four bytes of s. Little-endian, as everything on the wire.

export const SYMBOL_HEADER_BYTES = 12;
const FORMAT_MAX = 2;

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

function get32(u8: Uint8Array, at: number): number {
  return (u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24)) >>> 0;
}

function checkOf(u8: Uint8Array, at: number, bytes: number): number {
  let a = 1;
  let s = 0;
  for (let i = at; i < at + bytes; i++) {
    a = (a + u8[i]) | 0;
    s = (s + a) | 0;
  }
  return (s ^ (s >>> 8) ^ (s >>> 16) ^ (s >>> 24)) & 255;
}

/** Writes header and body and zeros up to a whole word; returns the symbol's bytes. [engine-thread] */
export function writeSymbol(
  dst: Uint8Array,
  at: number,
  format: number,
  mediaTime: number,
  captureTimeUs: number,
  src: Uint8Array,
  bodyOffset: number,
  bodyBytes: number,
): number {
  const body = at + SYMBOL_HEADER_BYTES;
  dst[at] = bodyBytes;
  dst[at + 1] = bodyBytes >>> 8;
  dst[at + 2] = format;
  dst[at + 3] = 0;
  put32(dst, at + 4, mediaTime % 4294967296);
  put32(dst, at + 8, captureTimeUs % 4294967296);
  for (let i = 0; i < bodyBytes; i++) dst[body + i] = src[bodyOffset + i];
  const bytes = SYMBOL_HEADER_BYTES + bodyBytes;
  for (let i = bytes; i & 3; i++) dst[at + i] = 0;
  dst[at + 3] = checkOf(dst, at, bytes);
  return bytes;
}

/** Reads the symbol in `symbolBytes` bytes; false when no sender can have written it. [engine-thread] */
export function readSymbol(u8: Uint8Array, at: number, symbolBytes: number, out: RecoveredPacket): boolean {
  if (symbolBytes < SYMBOL_HEADER_BYTES) return false;
  const bodyBytes = u8[at] | (u8[at + 1] << 8);
  const bytes = SYMBOL_HEADER_BYTES + bodyBytes;
  if (bodyBytes === 0 || bytes > symbolBytes || u8[at + 2] > FORMAT_MAX) return false;
  for (let i = bytes; i < symbolBytes; i++) if (u8[at + i] !== 0) return false;
  const check = u8[at + 3];
  u8[at + 3] = 0;
  const sound = checkOf(u8, at, bytes) === check;
  u8[at + 3] = check;
  if (!sound) return false;
  out.format = u8[at + 2];
  out.mediaTimeLow = get32(u8, at + 4);
  out.captureTimeLow = get32(u8, at + 8);
  out.bodyOffset = at + SYMBOL_HEADER_BYTES;
  out.bodyBytes = bodyBytes;
  return true;
}
