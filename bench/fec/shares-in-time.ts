// Which share of the source packets a receiver has within so many packets of their sending. The real encoder,
// decoder and rate plan; bodies of four bytes, for what can be solved does not depend on what is in them.
//
// Source packet s is sent at time s, counted in packets, and its repair packets right behind it; all that is
// not lost arrives at once. "Within d" means before packet s + d is sent: what packet s + d carries is too late.
import { RatePlan } from '../../engine/fec/rate-plan.js';
import { REPAIR_OVERHEAD_BYTES } from '../../engine/fec/repair-body.js';
import { RlcDecoder } from '../../engine/fec/rlc-decoder.js';
import { RlcEncoder } from '../../engine/fec/rlc-encoder.js';
import { SYMBOL_HEADER_BYTES } from '../../engine/fec/source-symbol.js';
import { type LossModel, lossOf } from './loss-model.js';
import { REPAIR_DATAGRAM_BYTES, SOURCE_DATAGRAM_BYTES, WINDOW_MAX } from './packet-world.js';

const BODY_BYTES = 4;
const SYMBOL_BYTES_MAX = SYMBOL_HEADER_BYTES + BODY_BYTES;
/** The last packets are not judged: not all that would help them was sent. */
const TAIL_PACKETS = 64;

export interface CodeOptions {
  readonly bytesRatio: number;
  readonly windowPackets: number;
  readonly packets: number;
  readonly seed: number;
}

/** Packets from the sending to the having of each source packet; Infinity when never. */
export function delaysOf(model: LossModel, options: CodeOptions): Float64Array {
  const { packets, windowPackets, seed } = options;
  const encoder = new RlcEncoder(WINDOW_MAX, SYMBOL_BYTES_MAX);
  const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_BYTES_MAX);
  const plan = new RatePlan(options.bytesRatio);
  const lost = lossOf(model, seed);
  const body = new Uint8Array(BODY_BYTES);
  const repair = new Uint8Array(REPAIR_OVERHEAD_BYTES + BODY_BYTES);
  const delays = new Float64Array(packets).fill(Number.POSITIVE_INFINITY);
  let repairs = 0;
  for (let sequence = 0; sequence < packets; sequence++) {
    body.set([sequence, sequence >> 8, sequence >> 16, 1]);
    encoder.addSource(sequence, sequence, 0, 0, body, 0, BODY_BYTES);
    if (!lost() || sequence === 0) {
      delays[sequence] = Math.min(delays[sequence], 0);
      decoder.addSource(sequence, sequence, 0, 0, body, 0, BODY_BYTES);
    }
    for (let k = plan.repairsAfter(SOURCE_DATAGRAM_BYTES, REPAIR_DATAGRAM_BYTES); k > 0; k--) {
      const bytes = encoder.writeRepair(windowPackets, repairs++, repair, 0);
      if (!lost()) decoder.addRepair(repair, 0, bytes);
    }
    while (decoder.takeRecovered()) {
      delays[decoder.packet.sequence] = sequence - decoder.packet.sequence;
    }
  }
  return delays.subarray(0, packets - TAIL_PACKETS);
}

/** In percent, rounded down to thousandths: 100 means all. */
export function shareWithin(delays: Float64Array, packets: number): number {
  let inTime = 0;
  for (const delay of delays) if (delay < packets) inTime++;
  return Math.floor((inTime / delays.length) * 100_000) / 1000;
}
