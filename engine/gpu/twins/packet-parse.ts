// The twin of shaders/packet-parse.wgsl: the wire's own reader, its fields put into records.
import { ByteSlab } from '../../toast/byte-slab.js';
import { PacketFields, readPacket } from '../../toast/packet.js';
import { high32, low32 } from '../../toast/sequence.js';
import type { PacketParseJob } from '../kernels/packet-parse.js';
import { PACKET_RECORD, PACKET_SPAN } from '../layouts.js';

const AT = PACKET_RECORD.at;
const WORDS = PACKET_RECORD.words;

export class PacketParseTwin {
  private readonly fields = new PacketFields();
  private slab = new ByteSlab(0);

  /** [engine-thread] */
  run(job: PacketParseJob): void {
    const { records, count, memory } = job;
    if (this.slab.buffer !== job.slab.buffer) this.slab = new ByteSlab(job.slab.buffer);
    const spans = new Int32Array(memory.spans.buffer, memory.spans.byteOffset, memory.spans.length);
    const base = job.slab.byteOffset;
    for (let i = 0; i < count; i++) {
      const offset = spans[i * PACKET_SPAN.words + PACKET_SPAN.at.offset];
      const bytes = spans[i * PACKET_SPAN.words + PACKET_SPAN.at.bytes];
      const reason = readPacket(this.slab, base + offset, bytes, this.fields);
      records.fill(0, i * WORDS, (i + 1) * WORDS);
      if (reason === 0) this.write(records, i * WORDS, base);
      else records[i * WORDS + AT.kind] = reason << 24;
    }
  }

  private write(records: Uint32Array, at: number, base: number): void {
    const f = this.fields;
    const flags = (f.sealed ? 1 << 16 : 0) | (f.hasExtension ? 1 << 17 : 0);
    records[at + AT.kind] = f.type | (f.format << 8) | flags;
    records[at + AT.sequence] = f.sequence;
    records[at + AT.timestampUs] = f.timestampUs;
    records[at + AT.burstId] = f.burstId;
    records[at + AT.burst] =
      f.burstIndex | (f.burstTotal << 8) | (f.blockFramesLog2 << 16) | (f.rateCode << 24);
    records[at + AT.sessionId] = f.sessionId;
    records[at + AT.senderIdLow] = f.senderIdLow;
    records[at + AT.senderIdHigh] = f.senderIdHigh;
    records[at + AT.streamId] = f.streamId;
    records[at + AT.fragment] = f.fragmentIndex | (f.fragmentCount << 16);
    records[at + AT.mediaTimeLow] = low32(f.mediaTime);
    records[at + AT.mediaTimeHigh] = high32(f.mediaTime);
    records[at + AT.epoch] = f.epoch;
    records[at + AT.captureTimeHigh] = high32(f.captureTimeUs);
    records[at + AT.bodyOffset] = f.bodyOffset - base;
    records[at + AT.bodyBytes] = f.bodyBytes;
  }
}
