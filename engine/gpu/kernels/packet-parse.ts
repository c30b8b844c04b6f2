// A batch of raw datagrams: header, checksum and extension block of each.
import { type Allocate, allocateOwn, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { PACKET_RECORD, PACKET_SPAN, PARSE_PARAMS } from '../layouts.js';

const GROUP = 64;

export const PACKET_PARSE: KernelSpec = {
  stem: 'packet-parse',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'slab', use: 'input' },
    { name: 'spans', use: 'input' },
    { name: 'records', use: 'output' },
  ],
  passes: ['parse'],
};

export class PacketParseJob extends KernelJob {
  count = 0;
  readonly records: Uint32Array;
  readonly slab: Uint32Array;
  private readonly spans: Uint32Array;

  constructor(
    readonly packetsMax: number,
    slabBytesMax: number,
    allocate: Allocate = allocateOwn,
  ) {
    const wordsMax = {
      params: PARSE_PARAMS.words,
      slab: (slabBytesMax + 3) >> 2,
      spans: packetsMax * PACKET_SPAN.words,
      records: packetsMax * PACKET_RECORD.words,
    };
    super(PACKET_PARSE, wordsMax, allocate);
    this.records = this.memory.records;
    this.slab = this.memory.slab;
    this.spans = this.memory.spans;
  }

  begin(): void {
    this.count = 0;
  }

  /** A datagram that lies in the slab at `offset`, a multiple of four; a negative length: truncated. */
  add(offset: number, bytes: number): void {
    const at = this.count++ * PACKET_SPAN.words;
    this.spans[at + PACKET_SPAN.at.offset] = offset;
    this.spans[at + PACKET_SPAN.at.bytes] = bytes;
  }

  /** @param slabBytes of the slab that are in use */
  finish(slabBytes: number): void {
    const { count, used } = this;
    this.memory.params[PARSE_PARAMS.at.packetCount] = count;
    used.slab = Math.min(this.slab.length, (slabBytes + 3) >> 2);
    used.spans = count * PACKET_SPAN.words;
    used.records = count * PACKET_RECORD.words;
    this.setGroups(0, groupsFor(count, GROUP));
  }
}
