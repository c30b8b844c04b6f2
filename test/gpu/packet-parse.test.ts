// packet-parse against the wire's reader: the same record for every datagram, whatever is in it.
import { describe, expect, it } from 'vitest';
import { PacketParseJob } from '../../engine/gpu/kernels/packet-parse.js';
import { PACKET_RECORD } from '../../engine/gpu/layouts.js';
import { PacketParseTwin } from '../../engine/gpu/twins/packet-parse.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { packetChecksum } from '../../engine/toast/crc16.js';
import { PacketFields, writePacket } from '../../engine/toast/packet.js';
import { HEADER_BYTES, PACKET_TYPE } from '../../engine/toast/types.js';
import { DATAGRAM_ROOM, DatagramMaker, Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const PACKETS_MAX = 65536;

/** `count` datagrams from `kinds` different ones, laid close together, a few truncated or cut to any length. */
function fill(job: PacketParseJob, count: number, seed: number, kinds = 2000): void {
  const random = new Random(seed);
  const maker = new DatagramMaker(random);
  const slab = new ByteSlab(job.slab.buffer);
  const places: { offset: number; bytes: number }[] = [];
  let end = 0;
  for (let i = 0; i < Math.min(kinds, count); i++) {
    const bytes = maker.make(slab, end);
    places.push({ offset: end, bytes });
    end += (bytes + 3) & ~3;
  }
  job.begin();
  for (let i = 0; i < count; i++) {
    const { offset, bytes } = places[i < places.length ? i : random.below(places.length)];
    const cut = random.below(40);
    job.add(offset, cut === 0 ? -1 : cut === 1 ? random.below(bytes + 1) : cut === 2 ? 9001 : bytes);
  }
  job.finish(end);
}

describe.skipIf(WITHOUT_GPU)('packet-parse', SLOWLY, () => {
  const gpu = useGpu();

  it('says the same as the reader, for batches of any size', async () => {
    const make = (): PacketParseJob => new PacketParseJob(PACKETS_MAX, 2000 * DATAGRAM_ROOM + 16384);
    const pair = await new Pair(make(), make(), new PacketParseTwin()).open(gpu());
    const reasons = new Set<number>();
    const counts = [0, 1, 2, 63, 64, 65, 127, 1000, 4097, 20011, PACKETS_MAX];
    for (const [index, count] of counts.entries()) {
      await pair.run((job) => fill(job, count, 7 + index));
      pair.expectEqual('records');
      for (let i = 0; i < count; i++) reasons.add(pair.onGpu.records[i * PACKET_RECORD.words] >>> 24);
    }
    // Accepted ones, and every reason that needs no other packet.
    for (const reason of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13]) expect(reasons).toContain(reason);
    pair.close();
  });

  it('draws every line where the reader draws it', async () => {
    const make = (): PacketParseJob => new PacketParseJob(2000, 2000 * 136);
    const pair = await new Pair(make(), make(), new PacketParseTwin()).open(gpu());
    await pair.run((job) => fillLimits(job));
    pair.expectEqual('records');
    expect(pair.onGpu.count).toBeGreaterThan(1200);
    pair.close();
  });

  it('checks packets of every length', async () => {
    const make = (): PacketParseJob => new PacketParseJob(9000, 9000 * 9004);
    const pair = await new Pair(make(), make(), new PacketParseTwin()).open(gpu());
    await pair.run((job) => fillLengths(job));
    pair.expectEqual('records');
    const accepted = Array.from({ length: pair.onGpu.count }, (_, i) => pair.onGpu.records[i * 16] >>> 24);
    expect(accepted.filter((reason) => reason === 0).length).toBeGreaterThan(600);
    pair.close();
  });
});

/** A field at each of some values, in a packet that is right otherwise, with the checksum of what it then is. */
const FIELDS: readonly (readonly [offset: number, bits: 8 | 16 | 32, values: readonly number[]])[] = [
  [0, 8, [0x53, 0x54, 0x55]],
  [4, 8, [1, 2, 3]],
  [5, 8, Array.from({ length: 12 }, (_, type) => type)],
  [6, 8, Array.from({ length: 256 }, (_, flags) => flags)],
  [7, 8, [0, 1, 0x5a, 255]],
  [16, 32, [0, 1, 31, 32, 33, 99, 100, 101, 2 ** 31, 2 ** 32 - 1]],
  [24, 8, [0, 1, 2, 3, 15, 16, 17, 255]],
  [25, 8, [0, 1, 2, 15, 16, 17, 255]],
  [40, 16, [0, 1, 63, 64, 65, 255, 256, 65535]],
  [42, 16, [0, 1, 2, 65534, 65535]],
  [44, 16, [0, 1, 2, 65535]],
  [46, 8, [0, 1, 2, 255]],
  [47, 8, [0, 1]],
  [52, 32, [0, 0x1fffff, 0x200000, 2 ** 32 - 1]],
  [60, 32, [0, 0x1fffff, 0x200000, 2 ** 32 - 1]],
];
const BODY = 68;

function fillLimits(job: PacketParseJob): void {
  const slab = new ByteSlab(job.slab.buffer);
  let end = 0;
  job.begin();
  for (const type of [1, 3, 4, 9]) {
    for (const [offset, bits, values] of FIELDS) {
      for (const value of values) {
        const fields = Object.assign(new PacketFields(), { type, streamId: 1, burstTotal: 3, burstIndex: 2 });
        const bytes = writePacket(slab, end, fields, BODY);
        if (bits === 8) slab.view.setUint8(end + offset, value);
        else if (bits === 16) slab.view.setUint16(end + offset, value, true);
        else slab.view.setUint32(end + offset, value, true);
        const payload = slab.view.getUint32(end + 16, true);
        const length = HEADER_BYTES + Math.min(payload, bytes - HEADER_BYTES);
        slab.view.setUint16(end + 26, packetChecksum(slab.view, end, length), true);
        job.add(end, bytes);
        end += bytes;
      }
    }
  }
  job.finish(end);
}

/** Whole packets of 32 bytes and more, right checksums, one of each length up to 700, then sparsely to 9000. */
function fillLengths(job: PacketParseJob): void {
  const slab = new ByteSlab(job.slab.buffer);
  const random = new Random(3);
  let end = 0;
  job.begin();
  for (let bytes = 32; bytes <= 9000; bytes += bytes < 700 ? 1 : 173) {
    writeHeartbeat(slab, end, bytes, random);
    job.add(end, bytes);
    end += (bytes + 3) & ~3;
  }
  job.finish(end);
}

function writeHeartbeat(slab: ByteSlab, offset: number, bytes: number, random: Random): void {
  const fields = new PacketFields();
  fields.type = PACKET_TYPE.heartbeat;
  fields.hasExtension = false;
  fields.sequence = random.next();
  for (let i = HEADER_BYTES; i < bytes; i++) slab.u8[offset + i] = random.next();
  writePacket(slab, offset, fields, bytes - HEADER_BYTES);
}
