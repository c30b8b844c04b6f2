// Base64 (RFC 4648, padded) between byte ranges, without strings.

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
const INVALID = 255;
const VALUES = new Uint8Array(256).fill(INVALID);
for (let value = 0; value < 64; value++) VALUES[ALPHABET[value]] = value;

/** [any-thread] */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** Encodes source[start, start + count) at `offset`; returns the offset after it. [any-thread] */
export function writeBase64(
  text: Uint8Array,
  offset: number,
  source: Uint8Array,
  start: number,
  count: number,
): number {
  let at = offset;
  for (let i = 0; i < count; i += 3) {
    const left = count - i;
    const group =
      (source[start + i] << 16) |
      (left > 1 ? source[start + i + 1] << 8 : 0) |
      (left > 2 ? source[start + i + 2] : 0);
    text[at] = ALPHABET[group >>> 18];
    text[at + 1] = ALPHABET[(group >>> 12) & 63];
    text[at + 2] = left > 1 ? ALPHABET[(group >>> 6) & 63] : PADDING;
    text[at + 3] = left > 2 ? ALPHABET[group & 63] : PADDING;
    at += 4;
  }
  return at;
}

/** How many bytes text[start, end) stands for; -1 when it is not base64. [any-thread] */
export function base64Bytes(text: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if ((length & 3) !== 0) return -1;
  let padding = 0;
  while (padding < 2 && padding < length && text[end - 1 - padding] === PADDING) padding++;
  for (let i = start; i < end - padding; i++) if (VALUES[text[i]] === INVALID) return -1;
  return (length / 4) * 3 - padding;
}

/**
 * Decodes `count` bytes from byte `first` of a text that base64Bytes() accepted. Whole groups of three are
 * written to `target` from 0 on, so up to two bytes before the first and after the last are written as
 * well. Returns where byte `first` lies: 0, 1 or 2. [any-thread]
 */
export function readBase64(
  text: Uint8Array,
  start: number,
  first: number,
  count: number,
  target: Uint8Array,
): number {
  const group = Math.floor(first / 3);
  const before = first - 3 * group;
  let from = start + 4 * group;
  for (let to = 0; to < before + count; to += 3, from += 4) {
    const bits =
      ((VALUES[text[from]] & 63) << 18) |
      ((VALUES[text[from + 1]] & 63) << 12) |
      ((VALUES[text[from + 2]] & 63) << 6) |
      (VALUES[text[from + 3]] & 63);
    target[to] = bits >>> 16;
    target[to + 1] = bits >>> 8;
    target[to + 2] = bits;
  }
  return before;
}
