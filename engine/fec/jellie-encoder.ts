// The four descriptions of a block, from its BINARY audio body. No state, no memory of its own.

import { AUDIO_PREFIX_BYTES } from '../toast/audio-binary.js';
import { sampleBytes } from '../toast/audio-body.js';
import { describedFrames, JELLIE_PREFIX_BYTES, writeJelliePrefix } from './jellie-body.js';
import {
  ARITHMETIC,
  DESCRIPTION,
  describeField,
  describeModular,
  modulusOf,
  readWord,
  toOrdered,
  writeWord,
} from './jellie-words.js';

/** Which arithmetic the block can take: ask once, say it for all four descriptions. [engine-thread] */
export function jellieArithmetic(src: Uint8Array, binary: number, bodyBytes: number): number {
  const sampleFormat = src[binary + 5];
  const bytes = sampleBytes(sampleFormat);
  const modulus = modulusOf(sampleFormat);
  const end = binary + bodyBytes;
  for (let at = binary + AUDIO_PREFIX_BYTES; at < end; at += bytes) {
    if (toOrdered(readWord(src, at, bytes), sampleFormat) >= modulus) return ARITHMETIC.field;
  }
  return ARITHMETIC.modular;
}

/**
 * Writes one description of the block whose BINARY body, as this project writes it, lies at `binary` of `src`.
 * Returns the bytes of the body written. The last frame of an odd number is paired with zeros. [engine-thread]
 */
export function writeDescription(
  description: number,
  arithmetic: number,
  src: Uint8Array,
  binary: number,
  dst: Uint8Array,
  at: number,
): number {
  const channels = src[binary + 4];
  const sampleFormat = src[binary + 5];
  const frames = src[binary + 6] | (src[binary + 7] << 8);
  const bytes = sampleBytes(sampleFormat);
  const frameBytes = channels * bytes;
  writeJelliePrefix(dst, at, src, binary, description, arithmetic);
  let to = at + JELLIE_PREFIX_BYTES;
  const pairs = describedFrames(description, frames);
  for (let pair = 0; pair < pairs; pair++) {
    const evenAt = binary + AUDIO_PREFIX_BYTES + 2 * pair * frameBytes;
    const alone = 2 * pair + 1 >= frames;
    for (let channel = 0; channel < channels; channel++, to += bytes) {
      const from = evenAt + channel * bytes;
      const even = readWord(src, from, bytes);
      const odd = alone ? 0 : readWord(src, from + frameBytes, bytes);
      let word = description === DESCRIPTION.even ? even : odd;
      if (description >= DESCRIPTION.sum) {
        word =
          arithmetic === ARITHMETIC.modular
            ? describeModular(description, even, odd, sampleFormat)
            : describeField(description, even, odd);
      }
      writeWord(dst, to, bytes, word);
    }
  }
  return to - at;
}
