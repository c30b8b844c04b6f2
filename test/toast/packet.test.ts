import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REJECT, REJECT_REASONS } from '../../engine/base/metrics-slab.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { PacketFields, readPacket, rewriteBurstIndex, writePacket } from '../../engine/toast/packet.js';
import { BODY_OFFSET, HEADER_BYTES } from '../../engine/toast/types.js';
import { anyBody, anyFields, fromHex, golden, guarded, sign, toHex } from './wire-support.js';

interface GoldenPacket {
  name: string;
  hex: string;
  fields: Partial<PacketFields>;
}
const { packets } = golden<{ packets: GoldenPacket[] }>('packets');

function write(fields: PacketFields, body: Uint8Array, offset = 0): { slab: ByteSlab; length: number } {
  const slab = new ByteSlab(offset + BODY_OFFSET + body.length + 64);
  slab.u8.set(body, offset + (fields.hasExtension ? BODY_OFFSET : HEADER_BYTES));
  return { slab, length: writePacket(slab, offset, fields, body.length) };
}

function reasonOf(packet: Uint8Array): string {
  return REJECT_REASONS[readPacket(guarded(packet, 4, 0), 4, packet.length, new PacketFields())];
}

/** A valid packet of ours, 20 bytes of body, changed by `change` and signed anew. */
function changed(change: (view: DataView) => void, fields = new PacketFields()): Uint8Array {
  fields.type = fields.type || 2;
  fields.streamId = fields.streamId || 1;
  const { slab, length } = write(fields, new Uint8Array(20));
  change(slab.view);
  return sign(slab.u8.slice(0, length));
}

describe('golden packets', () => {
  for (const { name, hex, fields } of packets) {
    it(`${name}: read`, () => {
      const bytes = fromHex(hex);
      const out = new PacketFields();
      expect(readPacket(guarded(bytes, 3, 0xee), 3, bytes.length, out)).toBe(REJECT.accepted);
      expect(out).toMatchObject(fields);
      expect(out.bodyOffset).toBe(3 + (out.hasExtension ? BODY_OFFSET : HEADER_BYTES));
    });

    it(`${name}: written`, () => {
      const bytes = fromHex(hex);
      const out = new PacketFields();
      const slab = guarded(bytes, 0, 0);
      readPacket(slab, 0, bytes.length, out);
      const body = bytes.slice(out.bodyOffset, out.bodyOffset + out.bodyBytes);
      const { slab: written, length } = write(out, body);
      expect(toHex(written.u8.slice(0, length))).toBe(hex);
    });

    it(`${name}: every flipped bit is noticed`, () => {
      const bytes = fromHex(hex);
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = bytes.slice();
        flipped[bit >>> 3] ^= 1 << (bit & 7);
        expect(reasonOf(flipped), `bit ${bit}`).not.toBe('accepted');
      }
    });

    it(`${name}: cut short anywhere, it is refused`, () => {
      const bytes = fromHex(hex);
      for (let length = 0; length < bytes.length; length++) {
        const reason = reasonOf(bytes.slice(0, length));
        expect(reason).toBe(length < HEADER_BYTES ? 'tooShort' : 'badLength');
      }
    });
  }
});

describe('packets', () => {
  it('say after the wire what was written', () => {
    fc.assert(
      fc.property(anyFields, anyBody, fc.nat(7), (fields, body, offset) => {
        const { slab, length } = write(fields, body, offset);
        const out = new PacketFields();
        expect(readPacket(slab, offset, length, out)).toBe(REJECT.accepted);
        expect(slab.u8.slice(out.bodyOffset, out.bodyOffset + out.bodyBytes)).toEqual(body);
        const { bodyOffset, bodyBytes } = out;
        expect(out).toEqual(Object.assign(new PacketFields(), fields, { bodyOffset, bodyBytes }));
      }),
    );
  });

  it('lose no flipped bit', () => {
    fc.assert(
      fc.property(anyFields, anyBody, fc.nat(), (fields, body, at) => {
        const { slab, length } = write(fields, body);
        const bit = at % (8 * length);
        // A shorter payloadSize may meet a matching checksum by chance, 1 in 65536: the golden packets show those.
        fc.pre(bit < 128 || bit >= 160);
        slab.u8[bit >>> 3] ^= 1 << (bit & 7);
        return readPacket(slab, 0, length, new PacketFields()) !== REJECT.accepted;
      }),
    );
  });

  it('may be followed by bytes that mean nothing', () => {
    fc.assert(
      fc.property(anyFields, anyBody, anyBody, (fields, body, tail) => {
        const { slab, length } = write(fields, body);
        const bytes = Uint8Array.of(...slab.u8.slice(0, length), ...tail);
        const out = new PacketFields();
        expect(readPacket(guarded(bytes, 0, 1), 0, bytes.length, out)).toBe(REJECT.accepted);
        return out.bodyBytes === body.length;
      }),
    );
  });

  it('are read without a look at the bytes around them, and without a write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyFields, fc.nat(7), (junk, fields, offset) => {
        const { slab, length } = write(fields, junk);
        for (const bytes of [
          junk,
          slab.u8.slice(0, length),
          sign(junk.length < 32 ? new Uint8Array(32) : junk),
        ]) {
          const one = guarded(bytes, offset, 0x00);
          const other = guarded(bytes, offset, 0xff);
          const outOne = new PacketFields();
          const outOther = new PacketFields();
          const reason = readPacket(one, offset, bytes.length, outOne);
          expect(readPacket(other, offset, bytes.length, outOther)).toBe(reason);
          if (reason === REJECT.accepted) expect(outOne).toEqual(outOther);
          expect(one.u8).toEqual(guarded(bytes, offset, 0x00).u8);
        }
      }),
    );
  });

  it('become further copies of a burst with a right checksum', () => {
    fc.assert(
      fc.property(anyFields, anyBody, fc.nat(15), (fields, body, index) => {
        fields.burstTotal = 16;
        const { slab, length } = write(fields, body);
        rewriteBurstIndex(slab, 0, length, index);
        const rewritten = slab.u8.slice(0, length);
        fields.burstIndex = index;
        expect(toHex(rewritten)).toBe(toHex(write(fields, body).slab.u8.slice(0, length)));
      }),
    );
  });
});

describe('a refused packet has the reason that fits', () => {
  const cases: [string, string, Uint8Array][] = [
    ['nothing', 'tooShort', new Uint8Array(0)],
    ['31 bytes', 'tooShort', changed(() => {}).slice(0, 31)],
    ['9001 bytes', 'tooLong', new Uint8Array(9001)],
    [
      'a text of upstream tools',
      'notToast',
      new TextEncoder().encode(`TOAST_DISCOVERY|studio|123456789012345678`),
    ],
    ['big-endian peers', 'notToast', changed((view) => view.setUint32(0, 0x54534f54, false))],
    ['version 1', 'badVersion', changed((view) => view.setUint8(4, 1))],
    ['payload longer than the datagram', 'badLength', changed((view) => view.setUint32(16, 53, true))],
    ['payload of 4 GiB', 'badLength', changed((view) => view.setUint32(16, 0xffffffff, true))],
    ['type 0', 'unknownType', changed((view) => view.setUint8(5, 0))],
    ['type 10', 'unknownType', changed((view) => view.setUint8(5, 10))],
    ['reserved flag 2', 'unsupported', changed((view) => view.setUint8(6, 0x05))],
    ['reserved flag 3', 'unsupported', changed((view) => view.setUint8(6, 0x09))],
    ['reserved flag 7', 'unsupported', changed((view) => view.setUint8(6, 0x81))],
    ['format 3', 'unsupported', changed((view) => view.setUint8(6, 0x31))],
    ['a seal without an extension', 'unsupported', changed((view) => view.setUint8(6, 0x02))],
    ['no copies', 'unsupported', changed((view) => view.setUint8(25, 0))],
    ['17 copies', 'unsupported', changed((view) => view.setUint8(25, 17))],
    ['copy 2 of 2', 'unsupported', changed((view) => view.setUint16(24, 0x0202, true))],
    ['an extension cut short', 'badExtension', changed((view) => view.setUint32(16, 31, true))],
    ['another extension version', 'badExtension', changed((view) => view.setUint8(46, 2))],
    ['channel 0', 'badExtension', changed((view) => view.setUint16(40, 0, true))],
    ['channel 65', 'badExtension', changed((view) => view.setUint16(40, 65, true))],
    ['media time 2^53', 'badExtension', changed((view) => view.setUint32(52, 0x200000, true))],
    ['media time 2^64 - 1', 'badExtension', changed((view) => view.setBigUint64(48, 2n ** 64n - 1n, true))],
    ['capture time 2^53', 'badExtension', changed((view) => view.setUint32(60, 0x200000, true))],
    ['no fragments', 'badFragment', changed((view) => view.setUint32(42, 0, true))],
    ['fragment 1 of 1', 'badFragment', changed((view) => view.setUint16(42, 1, true))],
  ];
  for (const [name, reason, packet] of cases) {
    it(`${name}: ${reason}`, () => expect(reasonOf(packet)).toBe(reason));
  }

  it('a truncated datagram: tooLong', () => {
    expect(readPacket(new ByteSlab(64), 0, -1, new PacketFields())).toBe(REJECT.tooLong);
  });

  it('a wrong checksum, before any meaning: badChecksum', () => {
    const packet = changed((view) => view.setUint8(5, 99));
    packet[40] ^= 1;
    expect(reasonOf(packet)).toBe('badChecksum');
  });

  it('what a receiver must ignore is ignored', () => {
    expect(reasonOf(changed((view) => view.setUint8(7, 0xff)))).toBe('accepted');
    expect(reasonOf(changed((view) => view.setUint8(47, 0xff)))).toBe('accepted');
  });

  it('the largest exact numbers pass', () => {
    const fields = new PacketFields();
    fields.mediaTime = Number.MAX_SAFE_INTEGER;
    fields.captureTimeUs = Number.MAX_SAFE_INTEGER;
    const packet = changed(() => {}, fields);
    const out = new PacketFields();
    expect(readPacket(guarded(packet, 0, 0), 0, packet.length, out)).toBe(REJECT.accepted);
    expect(out.mediaTime).toBe(Number.MAX_SAFE_INTEGER);
    expect(out.captureTimeUs).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('types that carry no stream may have none', () => {
    const fields = new PacketFields();
    fields.type = 6;
    expect(reasonOf(changed((view) => view.setUint16(40, 0, true), fields))).toBe('accepted');
    expect(reasonOf(changed((view) => view.setUint16(40, 65, true), fields))).toBe('badExtension');
  });
});
