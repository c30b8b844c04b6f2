// The block back from two of its descriptions, as the BINARY audio body that was described.

import { AUDIO_PREFIX_BYTES } from '../toast/audio-binary.js';
import { sampleBytes } from '../toast/audio-body.js';
import type { JellieBody } from './jellie-body.js';
import { JELLIE_FORMAT_BIT } from './jellie-body.js';
import {
  ARITHMETIC,
  evenField,
  evenModular,
  oddField,
  oddModular,
  readWord,
  writeWord,
} from './jellie-words.js';

/** Writes the prefix of the BINARY body; returns its bytes. [engine-thread] */
export function writeBinaryPrefix(body: JellieBody, dst: Uint8Array, at: number): number {
  dst[at] = body.sampleRate;
  dst[at + 1] = body.sampleRate >>> 8;
  dst[at + 2] = body.sampleRate >>> 16;
  dst[at + 3] = body.sampleRate >>> 24;
  dst[at + 4] = body.channels;
  dst[at + 5] = body.sampleFormat & ~JELLIE_FORMAT_BIT;
  dst[at + 6] = body.frames;
  dst[at + 7] = body.frames >>> 8;
  return AUDIO_PREFIX_BYTES;
}

/**
 * `a` and `b` describe the same block (sampleFormat, channels and frames agree) and differ in description; the
 * words lie at their dataOffset in `src`. Returns the bytes of the body written. [engine-thread]
 */
export function restoreBlock(
  a: JellieBody,
  b: JellieBody,
  src: Uint8Array,
  dst: Uint8Array,
  at: number,
): number {
  const first = a.description < b.description ? a : b;
  const second = first === a ? b : a;
  const { channels, frames, sampleFormat } = a;
  const bytes = sampleBytes(sampleFormat);
  const frameBytes = channels * bytes;
  const data = at + writeBinaryPrefix(a, dst, at);
  const i = first.description;
  const j = second.description;
  // Descriptions of samples themselves know no arithmetic; the later one, if any does, says which it was.
  const modular = second.arithmetic === ARITHMETIC.modular;
  for (let frame = 0; frame < frames; frame += 2) {
    const alone = frame + 1 >= frames;
    for (let channel = 0; channel < channels; channel++) {
      const word = ((frame >> 1) * channels + channel) * bytes;
      // A frame without a partner was paired with zero.
      const x = alone && i === 1 ? 0 : readWord(src, first.dataOffset + word, bytes);
      const y = alone && j === 1 ? 0 : readWord(src, second.dataOffset + word, bytes);
      const odd = modular ? oddModular(i, x, j, y, sampleFormat) : oddField(i, x, j, y);
      const even = modular ? evenModular(i, x, j, y, sampleFormat) : evenField(i, x, j, y, odd);
      const to = data + frame * frameBytes + channel * bytes;
      writeWord(dst, to, bytes, even);
      if (!alone) writeWord(dst, to + frameBytes, bytes, odd);
    }
  }
  return AUDIO_PREFIX_BYTES + frames * frameBytes;
}
