import { describe, expect, test } from 'vitest';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { isSentBy, PacketFields, writePacket } from '../../engine/toast/packet.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';

const AT = 64;
const LOW = 0x89ab_cdef;
const HIGH = 0x0000_1234;

function written(changes: Partial<PacketFields> = {}): { slab: ByteSlab; length: number } {
  const slab = new ByteSlab(new ArrayBuffer(512));
  const fields = Object.assign(new PacketFields(), {
    ...{ type: PACKET_TYPE.heartbeat, senderIdLow: LOW, senderIdHigh: HIGH },
    ...changes,
  });
  return { slab, length: writePacket(slab, AT, fields, 8) };
}

describe('who sent a datagram', () => {
  test('is seen without its checksum', () => {
    const { slab, length } = written();
    expect(isSentBy(slab, AT, length, LOW, HIGH)).toBe(true);
    slab.u8[AT + length - 1] ^= 0xff;
    expect(isSentBy(slab, AT, length, LOW, HIGH)).toBe(true);
  });

  test('is somebody else when either half differs', () => {
    const { slab, length } = written();
    expect(isSentBy(slab, AT, length, LOW ^ 1, HIGH)).toBe(false);
    expect(isSentBy(slab, AT, length, LOW, HIGH ^ 1)).toBe(false);
  });

  test('is not said by a truncated or short one, by other magic, or without the extension block', () => {
    const { slab, length } = written();
    expect(isSentBy(slab, AT, -1, LOW, HIGH)).toBe(false);
    expect(isSentBy(slab, AT, 63, LOW, HIGH)).toBe(false);
    slab.u8[AT] ^= 1;
    expect(isSentBy(slab, AT, length, LOW, HIGH)).toBe(false);
    const base = written({ hasExtension: false });
    base.slab.view.setUint32(AT + 32, LOW, true);
    base.slab.view.setUint32(AT + 36, HIGH, true);
    expect(isSentBy(base.slab, AT, 72, LOW, HIGH)).toBe(false);
  });
});
