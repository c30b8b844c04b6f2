// Redundancy `fec`: behind a block's source packets go repair packets, random linear combinations of the last
// source packets. A receiver restores whatever is missing from any of them. They are spread over the time until
// the next block: a loss burst meets few of them, and none delays a source packet.
import { REPAIR_SYMBOL_BYTES_MAX, REPAIR_WINDOW_MAX } from '../base/limits.js';
import { RatePlan } from '../fec/rate-plan.js';
import { REPAIR_OVERHEAD_BYTES } from '../fec/repair-body.js';
import { RlcEncoder } from '../fec/rlc-encoder.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import { Pace } from './pace.js';
import { RepairRate, type RepairSettings } from './repair-rate.js';
import type { SendStream } from './send-stream.js';

export interface RepairSendSettings extends RepairSettings {
  readonly maxDatagramBytes: number;
}

export class RepairSender {
  readonly rate: RepairRate;
  private readonly encoder: RlcEncoder;
  private seed = 0;
  private readonly plan = new RatePlan(1);
  private readonly pace = new Pace();

  constructor(
    /** Of REPAIR packets, with sequence numbers of its own. */
    readonly stream: SendStream,
    private readonly settings: RepairSendSettings,
  ) {
    this.encoder = new RlcEncoder(REPAIR_WINDOW_MAX, REPAIR_SYMBOL_BYTES_MAX);
    this.rate = new RepairRate(settings);
  }

  /** So many source packets leave now, and none for `blockUs`. [engine-thread] */
  beginBlock(packets: number, blockUs: number, nowUs: number): void {
    this.pace.begin(packets * (this.rate.bytesRatio - 1), blockUs, nowUs);
  }

  /** After `source` has sent the packet whose body lies at `bodyOffset` of its slab. [engine-thread] */
  follow(source: SendStream, bodyOffset: number, bodyBytes: number): void {
    const { encoder, stream, plan, rate } = this;
    const { sequence, mediaTime, captureTimeUs, format } = source.fields;
    if (
      !encoder.addSource(sequence, mediaTime, captureTimeUs, format, source.slab.u8, bodyOffset, bodyBytes)
    ) {
      return;
    }
    if (plan.ratio !== rate.bytesRatio) plan.setRatio(rate.bytesRatio);
    const sourceBytes = bodyBytes + BODY_OFFSET;
    const repairs = plan.repairsAfter(sourceBytes, sourceBytes + REPAIR_OVERHEAD_BYTES);
    for (let i = 0; i < repairs; i++) {
      const offset = stream.history.next();
      const { u8 } = stream.slab;
      const bytes = encoder.writeRepair(rate.windowPackets, this.seed++, u8, offset + BODY_OFFSET);
      if (bytes === 0 || bytes + BODY_OFFSET > this.settings.maxDatagramBytes) continue;
      stream.number(mediaTime, captureTimeUs);
      stream.fields.format = PAYLOAD_FORMAT.binary;
      stream.sendLater(offset, bytes, this.pace.next());
    }
  }
}
