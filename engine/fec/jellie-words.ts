// The arithmetic of JELLIE: four descriptions of pairs (even, odd) of samples, any two of which give back the
// pair bit by bit, whatever it is. Samples are taken as whole numbers of 4, 3 or 2 bytes, for float sums round.
//
// The sum and the difference of two n-bit numbers need n + 1 bits, and modulo 2^n they give back twice the
// pair, which is one bit too few. Modulo an odd number halves exist: 2 has an inverse. So, P being the largest
// prime below 2^n, and the samples as numbers that grow with the value (negative floats' bits turned over):
//
//   MODULAR   sum = (even + odd) mod P        difference = (even - odd) mod P
//             even = (sum + difference) / 2   odd = (sum - difference) / 2
//
// A number from P up has no place in this: the five largest NaN patterns of f32, or 3 values at full scale of
// s24, 15 of s16. A block with one of them takes, byte by byte in GF(2^8),
//
//   FIELD     sum = even + odd                difference = even + 2 odd
//             odd = (sum + difference) / 3    even = sum + odd
//
// Half of a modular sum is the mean of the pair, which can be played when nothing else is there.

import { SAMPLE_FORMAT } from '../toast/types.js';
import { gfInverse, gfProduct } from './gf256.js';

export const ARITHMETIC = { modular: 0, field: 1 } as const;
export const DESCRIPTION = { even: 0, odd: 1, sum: 2, difference: 3 } as const;

const PRIMES = [4294967291, 16777213, 65521] as const;
const HALF = gfInverse(2);
const THIRD = gfInverse(3);
const SIGN = [0x80000000, 0x800000, 0x8000] as const;

/** The modulus for a sample format. */
export function modulusOf(sampleFormat: number): number {
  return PRIMES[sampleFormat];
}

export function readWord(u8: Uint8Array, at: number, bytes: number): number {
  const low = u8[at] | (u8[at + 1] << 8);
  if (bytes === 2) return low;
  return bytes === 3 ? low | (u8[at + 2] << 16) : (low | (u8[at + 2] << 16) | (u8[at + 3] << 24)) >>> 0;
}

export function writeWord(u8: Uint8Array, at: number, bytes: number, word: number): void {
  u8[at] = word;
  u8[at + 1] = word >>> 8;
  if (bytes > 2) u8[at + 2] = word >>> 16;
  if (bytes > 3) u8[at + 3] = word >>> 24;
}

/** A sample's bits as a number that grows with its value. */
export function toOrdered(word: number, sampleFormat: number): number {
  if (sampleFormat !== SAMPLE_FORMAT.f32) return word ^ SIGN[sampleFormat];
  return (word >= 0x80000000 ? ~word : word | 0x80000000) >>> 0;
}

export function fromOrdered(value: number, sampleFormat: number): number {
  if (sampleFormat !== SAMPLE_FORMAT.f32) return value ^ SIGN[sampleFormat];
  return (value >= 0x80000000 ? value & 0x7fffffff : ~value) >>> 0;
}

/** Of two field elements in each byte. */
function times(word: number, factor: number): number {
  return (
    (gfProduct(word & 255, factor) |
      (gfProduct((word >>> 8) & 255, factor) << 8) |
      (gfProduct((word >>> 16) & 255, factor) << 16) |
      (gfProduct(word >>> 24, factor) << 24)) >>>
    0
  );
}

export function describeModular(description: number, even: number, odd: number, format: number): number {
  const p = PRIMES[format];
  const a = toOrdered(even, format);
  const b = toOrdered(odd, format);
  return description === DESCRIPTION.sum ? (a + b) % p : (a + p - b) % p;
}

export function describeField(description: number, even: number, odd: number): number {
  return (even ^ (description === DESCRIPTION.sum ? odd : times(odd, 2))) >>> 0;
}

/** The pair's even sample, from descriptions `i` < `j` of it with the values `x` and `y`. */
export function evenModular(i: number, x: number, j: number, y: number, format: number): number {
  if (i === DESCRIPTION.even) return x;
  const p = PRIMES[format];
  let even: number;
  if (i === DESCRIPTION.odd) {
    const odd = toOrdered(x, format);
    even = j === DESCRIPTION.sum ? y + 2 * p - odd : y + odd;
  } else {
    const twice = (x + y) % p;
    even = (twice % 2 === 0 ? twice : twice + p) / 2;
  }
  return fromOrdered(even % p, format);
}

export function oddModular(i: number, x: number, j: number, y: number, format: number): number {
  if (i === DESCRIPTION.odd) return x;
  if (j === DESCRIPTION.odd) return y;
  const p = PRIMES[format];
  let odd: number;
  if (i === DESCRIPTION.even) {
    const even = toOrdered(x, format);
    odd = j === DESCRIPTION.sum ? y + 2 * p - even : even + 2 * p - y;
  } else {
    const twice = (x + 2 * p - y) % p;
    odd = (twice % 2 === 0 ? twice : twice + p) / 2;
  }
  return fromOrdered(odd % p, format);
}

export function oddField(i: number, x: number, j: number, y: number): number {
  if (i === DESCRIPTION.odd) return x;
  if (j === DESCRIPTION.odd) return y;
  if (i === DESCRIPTION.sum) return times(x ^ y, THIRD);
  return j === DESCRIPTION.sum ? (x ^ y) >>> 0 : times(x ^ y, HALF);
}

/** With the odd sample already known. */
export function evenField(i: number, x: number, j: number, y: number, odd: number): number {
  if (i === DESCRIPTION.even) return x;
  const sum = i === DESCRIPTION.sum ? x : y;
  return (sum ^ (i === DESCRIPTION.odd && j === DESCRIPTION.difference ? times(odd, 2) : odd)) >>> 0;
}
