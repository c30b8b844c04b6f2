import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeCoefficients } from '../../engine/fec/coefficients.js';
import { addScaled, gfInverse, gfProduct, setScaled } from '../../engine/fec/gf256.js';
import { golden } from '../toast/wire-support.js';

const element = fc.integer({ min: 0, max: 255 });

describe('the field', () => {
  it('is one: closed, commutative, associative, distributive, with 0, 1 and inverses', () => {
    for (let a = 0; a < 256; a++) {
      expect(gfProduct(a, 0)).toBe(0);
      expect(gfProduct(a, 1)).toBe(a);
      for (let b = a; b < 256; b++) expect(gfProduct(a, b)).toBe(gfProduct(b, a));
    }
    for (let a = 1; a < 256; a++) {
      expect(gfProduct(a, gfInverse(a))).toBe(1);
      expect(new Set(Array.from({ length: 256 }, (_, b) => gfProduct(a, b))).size).toBe(256);
    }
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(gfProduct(gfProduct(a, b), c)).toBe(gfProduct(a, gfProduct(b, c)));
        expect(gfProduct(a, b ^ c)).toBe(gfProduct(a, b) ^ gfProduct(a, c));
      }),
    );
  });

  it('has the polynomial 0x11D, of which 2 is a generator', () => {
    expect(gfProduct(0x80, 2)).toBe(0x1d);
    const powers = new Set<number>();
    for (let k = 0, x = 1; k < 255; k++, x = gfProduct(x, 2)) powers.add(x);
    expect(powers.size).toBe(255);
  });

  it('scales whole symbols as it scales their bytes, and touches nothing else', () => {
    const words = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(element, words, fc.nat(3), fc.nat(3), fc.nat(), (c, count, dstAt, srcAt, seed) => {
        const src = Int32Array.from({ length: 24 }, (_, i) => Math.imul(seed + i, 0x9e3779b1));
        const dst = Int32Array.from({ length: 24 }, (_, i) => Math.imul(seed ^ i, 0x85ebca6b));
        const sum = dst.slice();
        const product = dst.slice();
        addScaled(sum, dstAt, src, srcAt, count, c);
        setScaled(product, dstAt, src, srcAt, count, c);
        const [s, d] = [new Uint8Array(src.buffer), new Uint8Array(dst.buffer)];
        const [sumBytes, productBytes] = [new Uint8Array(sum.buffer), new Uint8Array(product.buffer)];
        for (let i = 0; i < d.length; i++) {
          const k = i - 4 * dstAt;
          const inside = k >= 0 && k < 4 * count;
          const scaled = inside ? gfProduct(c, s[4 * srcAt + k]) : 0;
          expect(sumBytes[i]).toBe(d[i] ^ scaled);
          expect(productBytes[i]).toBe(inside ? scaled : d[i]);
        }
      }),
    );
  });
});

interface CoefficientVectors {
  readonly vectors: readonly { readonly seed: number; readonly coefficients: readonly number[] }[];
}

/** coefficients.ts's description once more, in whole numbers without end. */
function described(seed: number, k: number): number {
  const u32 = (x: bigint): bigint => BigInt.asUintN(32, x);
  const mix = (word: bigint): bigint => {
    let z = word;
    z = u32((z ^ (z >> 16n)) * 0x21f0aaadn);
    z = u32((z ^ (z >> 15n)) * 0x735a2d97n);
    return z ^ (z >> 15n);
  };
  const base = mix(BigInt(seed) ^ 0x6a616d62n);
  return 1 + Number(mix(u32(base + BigInt(k + 1) * 0x9e3779b9n)) % 255n);
}

describe('coefficients', () => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff });

  it('are those of the golden file, in any language', () => {
    for (const { seed, coefficients } of golden<CoefficientVectors>('fec-coefficients').vectors) {
      const out = new Uint8Array(coefficients.length);
      writeCoefficients(seed, out.length, out);
      expect([...out]).toEqual(coefficients);
    }
  });

  it('are as described, never zero, and no longer than asked for', () => {
    fc.assert(
      fc.property(u32, fc.integer({ min: 0, max: 40 }), (seed, count) => {
        const out = new Uint8Array(48);
        writeCoefficients(seed, count, out);
        for (let k = 0; k < count; k++) expect(out[k]).toBe(described(seed, k));
        expect(out.subarray(0, count).includes(0)).toBe(false);
        expect(out.subarray(count).every((value) => value === 0)).toBe(true);
      }),
    );
  });

  it('of seeds that follow each other have nothing to do with each other', () => {
    // Of 255 values each should meet the next seed's at the same or the neighbouring place once in 255.
    const rows = Array.from({ length: 4000 }, (_, seed) => {
      const row = new Uint8Array(8);
      writeCoefficients(seed, 8, row);
      return row;
    });
    for (const shift of [0, 1]) {
      let meetings = 0;
      for (let r = 1; r < rows.length; r++) {
        for (let k = shift; k < 8; k++) if (rows[r][k - shift] === rows[r - 1][k]) meetings++;
      }
      const expected = ((rows.length - 1) * (8 - shift)) / 255;
      expect(Math.abs(meetings - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });
});
