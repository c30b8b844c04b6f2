// What the packet side has to do in a usual tick, for measuring it: datagrams copied to where the GPU's thread finds
// them, and read from what it found; or read by the processor.
import { ByteSlab } from '../toast/byte-slab.js';
import { PacketFields, writePacket } from '../toast/packet.js';
import { ProcessorVerdicts } from '../toast/packet-verdicts.js';
import { BODY_OFFSET, PACKET_TYPE } from '../toast/types.js';
import type { BatchJobs } from './pipeline/batch-jobs.js';
import { ParseCounts, ParsedPackets } from './pipeline/parsed-packets.js';
import type { StageLoad } from './stage-loads.js';

/** 64 stereo frames in 24 bits. */
const BODY_BYTES = 12 + 64 * 2 * 3;
const STRIDE = (BODY_OFFSET + BODY_BYTES + 3) & ~3;

const packet = new ByteSlab(STRIDE);
const fields = new PacketFields();
fields.type = PACKET_TYPE.audio;
fields.senderIdLow = 7;
fields.streamId = 1;
packet.u8.fill(85, BODY_OFFSET);
const bytes = writePacket(packet, 0, fields, BODY_BYTES);

function fill({ parse, dedup }: BatchJobs, taken: ParsedPackets, count: number): void {
  // What the batch before has brought is read in the same tick.
  for (let i = 0; i < Math.min(count, parse.count); i++) taken.turnTo(i, true).read(fields);
  const slab = taken.slab.u8;
  parse.begin();
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < bytes; b++) slab[i * STRIDE + b] = packet.u8[b];
    parse.add(i * STRIDE, bytes);
  }
  parse.finish(count * STRIDE);
  dedup.finish(count, true);
}

const taken = new WeakMap<BatchJobs, ParsedPackets>();

function takenOf(batch: BatchJobs): ParsedPackets {
  const known = taken.get(batch) ?? new ParsedPackets(batch, new ParseCounts());
  taken.set(batch, known);
  return known;
}

export const PARSE_LOAD: StageLoad = {
  unit: 'packets',
  usual: 4,
  jobs: ({ parse, dedup }) => [parse, dedup],
  fill: (batch, size) => fill(batch, takenOf(batch), size),
  twin: () => {
    const processor = new ProcessorVerdicts();
    return (batch) => {
      const { slab } = takenOf(batch);
      for (let i = 0; i < batch.parse.count; i++) processor.turnTo(slab, i * STRIDE, bytes).read(fields);
    };
  },
};
