// What can be played of a block of which one description came: half of its bandwidth. The samples that are
// missing are drawn between those that are there; of a modular sum, half is the mean of the pair, and the two
// samples are drawn between the means. A difference alone, or a sum in the field, says nothing that one could
// play: that is left to the concealment.
//
// The mean is taken of the samples' order numbers. For 24 and 16 bits these are the values themselves. For
// floats they are the bits: exact within an octave, at most 6 % off over one, close to zero across a change of
// sign. Half of a sum modulo P leaves two means, half the range apart: of floats the one below 2.0 is
// meant, of the others the one closer to the mean before.

import { AUDIO_PREFIX_BYTES } from '../toast/audio-binary.js';
import { sampleBytes } from '../toast/audio-body.js';
import { SAMPLE_FORMAT } from '../toast/types.js';
import { describedFrames, type JellieBody } from './jellie-body.js';
import { writeBinaryPrefix } from './jellie-restore.js';
import { ARITHMETIC, DESCRIPTION, fromOrdered, modulusOf, readWord, writeWord } from './jellie-words.js';

const CENTRE = [0x80000000, 0x800000, 0x8000] as const;
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The sample's value: floats as they are, the others in steps. */
function sampleValue(word: number, sampleFormat: number): number {
  if (sampleFormat === SAMPLE_FORMAT.f32) {
    floatBits[0] = word;
    return float[0];
  }
  return word < CENTRE[sampleFormat] ? word : word - 2 * CENTRE[sampleFormat];
}

function sampleWord(value: number, sampleFormat: number): number {
  if (sampleFormat === SAMPLE_FORMAT.f32) {
    float[0] = value;
    return floatBits[0];
  }
  return Math.round(value) & (2 * CENTRE[sampleFormat] - 1);
}

/** The order number of the pair's mean, from its sum. */
function meanOf(sum: number, before: number, sampleFormat: number): number {
  const low = Math.floor(sum / 2);
  const high = Math.floor((sum + modulusOf(sampleFormat)) / 2);
  const near = sampleFormat === SAMPLE_FORMAT.f32 ? CENTRE[sampleFormat] : before;
  return Math.abs(low - near) <= Math.abs(high - near) ? low : high;
}

/** [any-thread] */
export function isPlayableAlone(body: JellieBody): boolean {
  if (body.description === DESCRIPTION.sum) return body.arithmetic === ARITHMETIC.modular;
  return body.description !== DESCRIPTION.difference && describedFrames(body.description, body.frames) > 0;
}

/** Writes a BINARY body of it; returns its bytes. For a description that isPlayableAlone(). [engine-thread] */
export function writeAlone(body: JellieBody, src: Uint8Array, dst: Uint8Array, at: number): number {
  const data = at + writeBinaryPrefix(body, dst, at);
  for (let channel = 0; channel < body.channels; channel++) writeChannel(body, channel, src, dst, data);
  return AUDIO_PREFIX_BYTES + body.frames * body.channels * sampleBytes(body.sampleFormat);
}

function writeChannel(
  body: JellieBody,
  channel: number,
  src: Uint8Array,
  dst: Uint8Array,
  data: number,
): void {
  const { channels, description, frames, sampleFormat } = body;
  const bytes = sampleBytes(sampleFormat);
  const pairs = describedFrames(description, frames);
  let mean: number = CENTRE[sampleFormat];
  let before = 0;
  let here = 0;
  for (let pair = -1; pair < (frames + 1) >> 1; pair++) {
    let next = here;
    if (pair + 1 < pairs) {
      const word = readWord(src, body.dataOffset + ((pair + 1) * channels + channel) * bytes, bytes);
      if (description === DESCRIPTION.sum) mean = meanOf(word, mean, sampleFormat);
      next = sampleValue(
        description === DESCRIPTION.sum ? fromOrdered(mean, sampleFormat) : word,
        sampleFormat,
      );
    }
    if (pair >= 0) {
      const to = data + (2 * pair * channels + channel) * bytes;
      writeWord(dst, to, bytes, sampleWord(evenOf(description, before, here), sampleFormat));
      if (2 * pair + 1 < frames) {
        writeWord(
          dst,
          to + channels * bytes,
          bytes,
          sampleWord(oddOf(description, here, next), sampleFormat),
        );
      }
    }
    before = pair < 0 ? next : here;
    here = next;
  }
}

function evenOf(description: number, before: number, here: number): number {
  if (description === DESCRIPTION.even) return here;
  return description === DESCRIPTION.odd ? (before + here) / 2 : (3 * here + before) / 4;
}

function oddOf(description: number, here: number, next: number): number {
  if (description === DESCRIPTION.odd) return here;
  return description === DESCRIPTION.even ? (here + next) / 2 : (3 * here + next) / 4;
}
