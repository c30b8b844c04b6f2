// Redundancy `fec`: behind each source packet go repair packets, random linear combinations of the last source
// packets. A receiver restores whatever is missing from any of them.
import { REPAIR_SYMBOL_BYTES_MAX, REPAIR_WINDOW_MAX } from '../base/limits.js';
import { RlcEncoder } from '../fec/rlc-encoder.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { SendStream } from './send-stream.js';

export interface RepairSendSettings {
  /** Repair packets for each source packet, on average; 2 means three times the bandwidth. */
  readonly repairsPerPacket: number;
  /** Source packets that each of them protects. */
  readonly windowPackets: number;
  readonly maxDatagramBytes: number;
}

export class RepairSender {
  private readonly encoder: RlcEncoder;
  private seed = 0;
  private owed = 0;

  constructor(
    /** Of REPAIR packets, with sequence numbers of its own. */
    readonly stream: SendStream,
  ) {
    this.encoder = new RlcEncoder(REPAIR_WINDOW_MAX, REPAIR_SYMBOL_BYTES_MAX);
  }

  /** After `source` has sent the packet whose body lies at `bodyOffset` of its slab. [engine-thread] */
  follow(
    source: SendStream,
    bodyOffset: number,
    bodyBytes: number,
    settings: RepairSendSettings,
    nowUs: number,
  ): void {
    const { encoder, stream } = this;
    const { sequence, mediaTime, captureTimeUs, format } = source.fields;
    if (
      !encoder.addSource(sequence, mediaTime, captureTimeUs, format, source.slab.u8, bodyOffset, bodyBytes)
    ) {
      return;
    }
    this.owed += settings.repairsPerPacket;
    for (; this.owed >= 1; this.owed--) {
      const offset = stream.history.next();
      const { u8 } = stream.slab;
      const bytes = encoder.writeRepair(settings.windowPackets, this.seed++, u8, offset + BODY_OFFSET);
      if (bytes === 0 || bytes + BODY_OFFSET > settings.maxDatagramBytes) continue;
      stream.number(mediaTime, captureTimeUs);
      stream.fields.format = PAYLOAD_FORMAT.binary;
      stream.send(offset, bytes, 1, nowUs);
    }
  }
}
