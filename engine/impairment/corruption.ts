// Bits that arrive inverted.
import { uniform } from './hash.js';

/** Up to here each bit is another one; the checksum of a packet finds any three. */
export const FLIPPED_BITS_MAX = 8;

const chosen = new Float64Array(FLIPPED_BITS_MAX);

/** Inverts `count` bits of a packet, the same ones for the same seed. No allocation. [any-thread] */
export function flipBits(
  bytes: Uint8Array,
  offset: number,
  length: number,
  seed: number,
  count: number,
): void {
  const bits = Math.min(count, FLIPPED_BITS_MAX, length * 8);
  for (let done = 0, question = 0; done < bits; question++) {
    const bit = Math.floor(uniform(seed, question) * length * 8);
    if (chosen.indexOf(bit) >= 0 && chosen.indexOf(bit) < done) continue;
    chosen[done++] = bit;
    bytes[offset + (bit >> 3)] ^= 1 << (bit & 7);
  }
}
