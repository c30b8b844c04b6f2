// The coefficients of a repair packet, from the 32-bit seed that it carries. In any language, on u32 with
// wrapping arithmetic:
//
//   mix(z):  z ^= z >> 16;  z *= 0x21F0AAAD;  z ^= z >> 15;  z *= 0x735A2D97;  z ^= z >> 15
//   base     = mix(seed ^ 0x6A616D62)
//   c[k]     = 1 + mix(base + (k + 1) * 0x9E3779B9) mod 255,   k = 0 for the window's oldest source packet
//
// All are nonzero: every repair packet speaks of every packet of its window. Each k stands alone, so a
// kernel can make them in parallel. The seed is mixed first: seeds that follow each other, whatever their
// step, never give the same coefficients one place shifted, which would make dependent combinations.

const imul = Math.imul;
const SALT = 0x6a616d62;
const STEP = 0x9e3779b9;

function mix(word: number): number {
  let z = word;
  z = imul(z ^ (z >>> 16), 0x21f0aaad);
  z = imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** Fills out[0 .. count-1]. [any-thread] */
export function writeCoefficients(seed: number, count: number, out: Uint8Array): void {
  const base = mix((seed ^ SALT) | 0);
  for (let k = 0; k < count; k++) out[k] = 1 + (mix((base + imul(k + 1, STEP)) | 0) % 255);
}
