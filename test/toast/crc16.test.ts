import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, crc16Change, packetChecksum } from '../../engine/toast/crc16.js';
import { golden, guarded, slowCrc16 } from './wire-support.js';

describe('CRC-16/MODBUS', () => {
  it('has the catalogue check value', () => {
    const { crc16: check } = golden<{ crc16: { text: string; value: number } }>('packets');
    const bytes = new TextEncoder().encode(check.text);
    expect(check.value).toBe(0x4b37);
    expect(crc16(bytes, 0, bytes.length)).toBe(check.value);
    expect(slowCrc16(bytes)).toBe(check.value);
  });

  it('equals the definition for every packet length and alignment, the checksum field taken as zero', () => {
    for (let length = 32; length <= 1500; length += length < 400 ? 1 : 13) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 197 + length * 31 + (i >>> 3)) & 255);
      const slab = guarded(bytes, length % 5, 0xa5);
      const zeroed = bytes.slice();
      zeroed.fill(0, 26, 28);
      expect(packetChecksum(slab.view, length % 5, length)).toBe(slowCrc16(zeroed));
    }
  });

  it('equals the definition for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 9000 }), fc.nat(3), (bytes, offset) => {
        const zeroed = bytes.slice();
        zeroed.fill(0, 26, 28);
        return packetChecksum(guarded(bytes, offset, 0xff).view, offset, bytes.length) === slowCrc16(zeroed);
      }),
    );
  });

  it('goes on from one part to the next', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const both = Uint8Array.of(...first, ...second);
        const value = crc16(second, 0, second.length, crc16(first, 0, first.length));
        return value === slowCrc16(both);
      }),
    );
  });

  it('tells what a changed byte changes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 9000 }),
        fc.nat(),
        fc.nat(255),
        (bytes, at, to) => {
          const index = at % bytes.length;
          const before = slowCrc16(bytes);
          const change = crc16Change(bytes[index] ^ to, bytes.length - index - 1);
          bytes[index] = to;
          return (before ^ change) === slowCrc16(bytes);
        },
      ),
    );
  });
});
