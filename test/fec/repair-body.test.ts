import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  REPAIR_OVERHEAD_BYTES,
  REPAIR_PREFIX_BYTES,
  RepairBody,
  readRepairBody,
  writeRepairPrefix,
} from '../../engine/fec/repair-body.js';
import {
  RecoveredPacket,
  readSymbol,
  SYMBOL_HEADER_BYTES,
  writeSymbol,
} from '../../engine/fec/source-symbol.js';
import { fromHex, toHex } from '../toast/wire-support.js';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const WINDOW_MAX = 32;
const SYMBOL_MAX = 200;

describe('the body of a REPAIR packet', () => {
  it('has the layout that is written down', () => {
    const u8 = new Uint8Array(20).fill(0xee);
    writeRepairPrefix(u8, 2, 0x04030201, 0xfffffffe, 0x0207, 0x0190);
    expect(toHex(u8)).toBe(`eeee01020304feffffff0702900101000000eeee`);
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        ...[u32, u32, fc.integer({ min: 1, max: WINDOW_MAX }), fc.nat(SYMBOL_MAX - 12), fc.nat(5)],
        (seed, first, window, extra, at) => {
          const symbolBytes = SYMBOL_HEADER_BYTES + extra;
          const u8 = new Uint8Array(at + REPAIR_PREFIX_BYTES + symbolBytes);
          writeRepairPrefix(u8, at, seed, first, window, symbolBytes);
          const out = new RepairBody();
          expect(readRepairBody(u8, at, u8.length - at, WINDOW_MAX, SYMBOL_MAX, out)).toBe(true);
          expect(out).toEqual({
            ...{ seed, firstSequence: first, windowPackets: window, symbolBytes },
            codedOffset: at + REPAIR_PREFIX_BYTES,
          });
        },
      ),
    );
  });

  it('is refused when anything about it is wrong', () => {
    const good = (): Uint8Array => {
      const u8 = new Uint8Array(REPAIR_PREFIX_BYTES + 40);
      writeRepairPrefix(u8, 0, 1, 2, 3, 40);
      return u8;
    };
    const accepts = (u8: Uint8Array, bytes = u8.length, at = 0): boolean =>
      readRepairBody(u8, at, bytes, WINDOW_MAX, SYMBOL_MAX, new RepairBody());
    expect(accepts(good())).toBe(true);
    const changed = (at: number, value: number): Uint8Array => {
      const u8 = good();
      u8[at] = value;
      return u8;
    };
    expect(accepts(changed(8, 0))).toBe(false); // no window
    expect(accepts(changed(8, WINDOW_MAX + 1))).toBe(false);
    expect(accepts(changed(9, 1))).toBe(false);
    expect(accepts(changed(10, 39))).toBe(false); // not the size it has
    expect(accepts(changed(10, 41))).toBe(false);
    expect(accepts(changed(12, 0))).toBe(false); // version
    expect(accepts(changed(12, 2))).toBe(false);
    for (const at of [13, 14, 15]) expect(accepts(changed(at, 1))).toBe(false);
    expect(accepts(good(), 55)).toBe(false);
    expect(accepts(good(), 57)).toBe(false); // beyond the bytes there are
    expect(accepts(good(), -1)).toBe(false);
    expect(accepts(good(), 56, -1)).toBe(false);
    const large = new Uint8Array(REPAIR_PREFIX_BYTES + SYMBOL_MAX + 1);
    writeRepairPrefix(large, 0, 1, 2, 3, SYMBOL_MAX + 1);
    expect(accepts(large)).toBe(false);
    const short = new Uint8Array(REPAIR_OVERHEAD_BYTES - 1);
    writeRepairPrefix(short, 0, 1, 2, 3, SYMBOL_HEADER_BYTES - 1);
    expect(accepts(short)).toBe(false);
  });

  it('never throws, and what is accepted lies inside', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.integer({ min: -4, max: 90 }),
        fc.nat(90),
        (u8, at, n) => {
          const out = new RepairBody();
          if (u8.length > 28 && n % 3 === 0) writeRepairPrefix(u8, 0, n, n, 1 + (n % 40), u8.length - 16);
          if (!readRepairBody(u8, at, n, WINDOW_MAX, SYMBOL_MAX, out)) return;
          expect(out.codedOffset + out.symbolBytes).toBe(at + n);
          expect(at + n).toBeLessThanOrEqual(u8.length);
          expect(out.windowPackets).toBeLessThanOrEqual(WINDOW_MAX);
        },
      ),
    );
  });
});

describe('a source symbol', () => {
  const memory = (bytes: number): [Uint8Array, Int32Array] => {
    const u8 = new Uint8Array(bytes);
    return [u8, new Int32Array(u8.buffer)];
  };

  it('has the layout that is written down', () => {
    const [u8, words] = memory(20);
    u8.fill(0xee);
    const body = fromHex('aabbcc');
    expect(writeSymbol(u8, words, 0, 2, 2 ** 32 + 0x04030201, 2 ** 40 + 0x0d0c0b0a, body, 0, 3)).toBe(15);
    let h = 0x4a414d42n;
    for (const word of [0x8003n, 0x04030201n, 0x0d0c0b0an, 0x00ccbbaan]) {
      h = BigInt.asUintN(32, (h ^ word) * 0x9e3779b1n);
      h = BigInt.asUintN(32, h << 13n) | (h >> 19n);
    }
    const check = Number((h ^ (h >> 16n)) & 0xffffn);
    const hex = toHex(Uint8Array.of(check & 255, check >> 8));
    expect(toHex(u8)).toBe(`0380${hex}010203040a0b0c0daabbcc00eeeeeeee`);
  });

  it('gives back everything, with any padding, and nothing when a byte is changed', () => {
    const time = fc.integer({ min: 0, max: 2 ** 50 });
    const body = fc.uint8Array({ minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        body,
        fc.nat(2),
        time,
        time,
        fc.nat(4),
        fc.nat(),
        (bytes, format, media, capture, pad, at) => {
          const [u8, words] = memory(96);
          const used = writeSymbol(u8, words, 8, format, media, capture, bytes, 0, bytes.length);
          const count = ((used + 3) >> 2) + pad;
          const out = new RecoveredPacket();
          expect(readSymbol(words, 8, count, out)).toBe(true);
          const found = u8.slice(out.bodyOffset, out.bodyOffset + out.bodyBytes);
          expect([...found]).toEqual([...bytes]);
          expect([out.format, out.mediaTimeLow, out.captureTimeLow]).toEqual([
            ...[format, media % 2 ** 32, capture % 2 ** 32],
          ]);
          expect(readSymbol(words, 8, ((used + 3) >> 2) - 1, out)).toBe(false);
          u8[8 + (at % (4 * count))] ^= 1 + (at % 255);
          expect(readSymbol(words, 8, count, out)).toBe(false);
        },
      ),
      { seed: 1 }, // one change in 65536 can't be seen
    );
  });

  it('is told from noise', () => {
    let accepted = 0;
    const [u8, words] = memory(40);
    const out = new RecoveredPacket();
    for (let k = 0; k < 100_000; k++) {
      for (let i = 0; i < 10; i++) words[i] = Math.imul(k * 10 + i + 1, 0x9e3779b1) ^ (k << 7);
      u8[0] = 28; // the hardest case: a length and a format that fit
      u8[1] = 0;
      if (readSymbol(words, 0, 10, out)) accepted++;
    }
    expect(accepted).toBeLessThan(12); // 1.5 by chance
  });

  it('is never empty, never zero', () => {
    const [, words] = memory(40);
    expect(readSymbol(words, 0, 10, new RecoveredPacket())).toBe(false);
    expect(readSymbol(words, 0, 2, new RecoveredPacket())).toBe(false);
  });
});
