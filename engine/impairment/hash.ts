// A seeded hash of whole numbers: the only source of chance in the impairment model, so that a decision
// depends on what a packet is and never on when it came.

const imul = Math.imul;

/** Mixes one 32-bit word into a hash (MurmurHash3's body). No allocation. */
export function mixWord(hash: number, word: number): number {
  let k = imul(word | 0, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (imul(h, 5) + 0xe6546b64) | 0;
}

/** Avalanches every bit of the hash into every other; the result is unsigned. */
export function finishHash(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 0 <= x < 1, from a finished hash and the number of the question asked of it. */
export function uniform(hash: number, question: number): number {
  return finishHash(mixWord(hash, question)) / 0x1_0000_0000;
}
