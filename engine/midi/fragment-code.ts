// The code that protects payloads in fragments: a coded fragment is the exclusive or of some of them, drawn by a
// number that travels with it. Whichever arrive, as many as there are fragments and a few more restore them all: at
// 66 % loss that takes a third of what copies take. Its body, BINARY MIDI whose first event has an impossible length:
//
//   u32 sequence of the packets that carry the fragments
//   u32 bytes of the whole payload
//   u16 0xFFFE           what tells it from events
//   u16 fragmentCount
//   u32 draw             which fragments are in it
//   the exclusive or; a shorter last fragment counts as filled up with zeros
const MARK = 0xfffe;
export const CODED_HEADER_BYTES = 16;
/** More fragments than this are not coded: putting them together would take too long in one tick. */
export const CODED_FRAGMENTS_MAX = 256;
/** A set of fragments, one bit each. */
export const SET_WORDS = CODED_FRAGMENTS_MAX / 32;

/** Header of a coded fragment. */
export class CodedFragment {
  sequence = 0;
  payloadBytes = 0;
  fragmentCount = 0;
  draw = 0;
}

/** Which fragments are in draw number `draw`: about half of them, at least one. [engine-thread] */
export function drawFragments(draw: number, count: number, set: Uint32Array): void {
  let any = 0;
  for (let word = 0; word * 32 < count; word++) {
    const left = count - word * 32;
    set[word] = mixed(draw, word) & (left >= 32 ? 0xffffffff : (1 << left) - 1);
    any |= set[word];
  }
  if (any !== 0) return;
  const only = (draw >>> 0) % count;
  set[only >> 5] |= 1 << (only & 31);
}

/** [engine-thread] */
export function xorWords(
  into: Uint32Array,
  intoAt: number,
  from: Uint32Array,
  fromAt: number,
  words: number,
): void {
  for (let i = 0; i < words; i++) into[intoAt + i] ^= from[fromAt + i];
}

/** Is this BINARY body a coded fragment? [engine-thread] */
export function isCodedFragment(u8: Uint8Array, offset: number, bytes: number): boolean {
  return bytes > CODED_HEADER_BYTES && (u8[offset + 8] | (u8[offset + 9] << 8)) === MARK;
}

/** [engine-thread] */
export function readCodedHeader(u8: Uint8Array, offset: number, out: CodedFragment): void {
  out.sequence = get32(u8, offset);
  out.payloadBytes = get32(u8, offset + 4);
  out.fragmentCount = u8[offset + 10] | (u8[offset + 11] << 8);
  out.draw = get32(u8, offset + 12);
}

/** [engine-thread] */
export function writeCodedHeader(u8: Uint8Array, offset: number, header: CodedFragment): void {
  put32(u8, offset, header.sequence);
  put32(u8, offset + 4, header.payloadBytes);
  put32(u8, offset + 8, MARK | (header.fragmentCount << 16));
  put32(u8, offset + 12, header.draw);
}

function mixed(draw: number, word: number): number {
  let h = Math.imul(draw ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(word + 1, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d);
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b);
  return (h ^ (h >>> 16)) >>> 0;
}

function get32(u8: Uint8Array, at: number): number {
  return (u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24)) >>> 0;
}
function put32(u8: Uint8Array, at: number, value: number): void {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
  u8[at + 2] = value >>> 16;
  u8[at + 3] = value >>> 24;
}
