// Redundancy `fec`: behind each source packet go repair packets, random linear combinations of the last source
// packets. A receiver restores whatever is missing from any of them.
import { REPAIR_SYMBOL_BYTES_MAX, REPAIR_WINDOW_MAX } from '../base/limits.js';
import { RatePlan } from '../fec/rate-plan.js';
import { REPAIR_OVERHEAD_BYTES } from '../fec/repair-body.js';
import { RlcEncoder } from '../fec/rlc-encoder.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { SendStream } from './send-stream.js';

export interface RepairSendSettings {
  /** Bytes on the wire against the same stream without redundancy, headers and all. */
  readonly bytesRatio: number;
  /** Source packets that each of them protects. */
  readonly windowPackets: number;
  readonly maxDatagramBytes: number;
}

export class RepairSender {
  private readonly encoder: RlcEncoder;
  private seed = 0;
  private readonly plan = new RatePlan(1);

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
    if (this.plan.ratio !== settings.bytesRatio) this.plan.setRatio(settings.bytesRatio);
    const sourceBytes = bodyBytes + BODY_OFFSET;
    const repairs = this.plan.repairsAfter(sourceBytes, sourceBytes + REPAIR_OVERHEAD_BYTES);
    for (let i = 0; i < repairs; i++) {
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
