// Processor time of the code, full-size packets, one stream: for a repair packet made, and for what arrives in
// the time of one source packet.
import { RatePlan } from '../../engine/fec/rate-plan.js';
import { REPAIR_OVERHEAD_BYTES } from '../../engine/fec/repair-body.js';
import { RlcDecoder } from '../../engine/fec/rlc-decoder.js';
import { RlcEncoder } from '../../engine/fec/rlc-encoder.js';
import { lossOf } from './loss-model.js';
import {
  BODY_BYTES,
  PACKET_FRAMES,
  REPAIR_DATAGRAM_BYTES,
  SAMPLE_RATE,
  SOURCE_DATAGRAM_BYTES,
  SYMBOL_BYTES,
  WINDOW_MAX,
} from './packet-world.js';

export interface CodeCost {
  readonly encodeUsPerRepair: number;
  readonly decodeUsPerPacket: number;
  /** Of one core, encoder and decoder each, while the stream runs. */
  readonly encodeCorePercent: number;
  readonly decodeCorePercent: number;
}

/** The least of several runs: what is more was someone else's. */
const RUNS = 7;

export function codeCost(loss: number, bytesRatio: number, windowPackets: number, packets: number): CodeCost {
  const body = Uint8Array.from({ length: BODY_BYTES }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 16);
  const stride = BODY_BYTES + REPAIR_OVERHEAD_BYTES;
  const made = new Uint8Array(stride * packets * Math.ceil(bytesRatio));
  const repairsAfter = new Uint8Array(packets);
  const encoder = new RlcEncoder(WINDOW_MAX, SYMBOL_BYTES);
  let encodeUs = Number.POSITIVE_INFINITY;
  let decodeUs = Number.POSITIVE_INFINITY;
  let repairs = 0;
  for (let run = 0; run < RUNS; run++) {
    const plan = new RatePlan(bytesRatio);
    encoder.begin();
    repairs = 0;
    encodeUs = Math.min(
      encodeUs,
      processorUs(() => {
        for (let s = 0; s < packets; s++) {
          encoder.addSource(s, s * PACKET_FRAMES, s, 0, body, 0, BODY_BYTES);
          repairsAfter[s] = plan.repairsAfter(SOURCE_DATAGRAM_BYTES, REPAIR_DATAGRAM_BYTES);
          for (let k = repairsAfter[s]; k > 0; k--, repairs++) {
            encoder.writeRepair(windowPackets, repairs, made, repairs * stride);
          }
        }
      }),
    );
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_BYTES);
    const lost = lossOf({ loss, burstPackets: 0 }, run);
    decodeUs = Math.min(
      decodeUs,
      processorUs(() => {
        for (let s = 0, repair = 0; s < packets; s++) {
          if (!lost()) decoder.addSource(s, s * PACKET_FRAMES, s, 0, body, 0, BODY_BYTES);
          for (let k = repairsAfter[s]; k > 0; k--, repair++) {
            if (!lost()) decoder.addRepair(made, repair * stride, stride);
          }
          while (decoder.takeRecovered());
        }
      }),
    );
  }
  const packetUs = (PACKET_FRAMES / SAMPLE_RATE) * 1e6;
  return {
    encodeUsPerRepair: encodeUs / repairs,
    decodeUsPerPacket: decodeUs / packets,
    encodeCorePercent: (100 * encodeUs) / (packets * packetUs),
    decodeCorePercent: (100 * decodeUs) / (packets * packetUs),
  };
}

function processorUs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user;
}
