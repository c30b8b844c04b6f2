// What the wire tests share: golden files, packets made at random, memory with guard bytes around a packet.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { PacketFields } from '../../engine/toast/packet.js';

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.golden.json`, import.meta.url), 'utf8')) as T;
}

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A slab that holds `bytes` at `offset`, every other byte being `guard`. */
export function guarded(bytes: Uint8Array, offset: number, guard: number): ByteSlab {
  const slab = new ByteSlab((offset + bytes.length + 67) & ~3);
  slab.u8.fill(guard);
  slab.u8.set(bytes, offset);
  return slab;
}

/** The definition of CRC-16/MODBUS, bit by bit: what the fast one is compared with. */
export function slowCrc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** Puts the checksum right after a packet was changed, so that the checks behind it are reached. */
export function sign(packet: Uint8Array): Uint8Array {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const length = Math.min(packet.length, 32 + view.getUint32(16, true));
  view.setUint16(26, 0, true);
  view.setUint16(26, slowCrc16(packet.subarray(0, length)), true);
  return packet;
}

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u53 = fc.maxSafeNat();

/** Fields as a sender fills them, all types, with and without the extension block. */
export const anyFields: fc.Arbitrary<PacketFields> = fc
  .record({
    type: fc.integer({ min: 1, max: 9 }),
    format: fc.integer({ min: 0, max: 2 }),
    hasExtension: fc.boolean(),
    sealed: fc.boolean(),
    sequence: u32,
    burstId: u32,
    burst: fc.integer({ min: 1, max: 16 }).chain((total) => fc.tuple(fc.nat(total - 1), fc.constant(total))),
    sessionId: u32,
    senderIdLow: u32,
    senderIdHigh: u32,
    channel: fc.integer({ min: 1, max: 64 }),
    fragment: fc
      .integer({ min: 1, max: 65535 })
      .chain((count) => fc.tuple(fc.nat(count - 1), fc.constant(count))),
    mediaTime: u53,
    epoch: u32,
    captureTimeUs: u53,
    blockFramesLog2: fc.nat(15),
    rateCode: fc.nat(15),
  })
  .map(({ burst, fragment, channel, ...rest }) => {
    const fields = Object.assign(new PacketFields(), rest);
    [fields.burstIndex, fields.burstTotal] = burst;
    if (fields.hasExtension) {
      [fields.fragmentIndex, fields.fragmentCount] = fragment;
      fields.streamId = fields.type <= 3 ? channel : channel - 1;
    } else {
      fields.sealed = false;
      fields.senderIdLow = 0;
      fields.senderIdHigh = 0;
      fields.mediaTime = 0;
      fields.epoch = 0;
      fields.captureTimeUs %= 2 ** 32;
    }
    fields.timestampUs = fields.captureTimeUs % 2 ** 32;
    return fields;
  });

export const anyBody = fc.uint8Array({ maxLength: 700 });
