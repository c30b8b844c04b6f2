// Arithmetic on numbers that wrap at 2^32, and on 64-bit numbers kept as doubles (exact below 2^53).
// Sequence numbers, event numbers, timestamps and media times are compared only through these.

const TWO_32 = 4294967296;

/** The first number that a double no longer tells from its neighbour; 64-bit fields must lie below. */
export const EXACT_LIMIT = 9007199254740992;

/** How far `a` is ahead of `b`: negative when it is behind, right as long as they are less than 2^31 apart. [any-thread] */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}

/** [any-thread] */
export function sequenceIsAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** The sequence number `step` after (or, negative, before) `a`, as u32. [any-thread] */
export function sequenceAdd(a: number, step: number): number {
  return (a + step) >>> 0;
}

/** Upper 32 bits of a non-negative 64-bit number. [any-thread] */
export function high32(value: number): number {
  return Math.floor(value / TWO_32);
}

/** Lower 32 bits, as u32, of a 64-bit number; right for negative ones as well. [any-thread] */
export function low32(value: number): number {
  return value - Math.floor(value / TWO_32) * TWO_32;
}

/** [any-thread] */
export function join32(low: number, high: number): number {
  return high * TWO_32 + low;
}

/**
 * The 64-bit number whose lower 32 bits are `low` and that lies nearest to `near`: unwraps timestamps and
 * ring positions of which only the low half is known. Never negative for a non-negative `near`. [any-thread]
 */
export function extendLow32(low: number, near: number): number {
  const value = near + ((low - low32(near)) | 0);
  return value < 0 && near >= 0 ? value + TWO_32 : value;
}
