// Seeded packet loss: independent, or in the bursts of the impairment model, one step for each datagram on the wire.
import { finishHash, uniform } from '../../engine/impairment/hash.js';
import { BurstLine } from '../../engine/impairment/loss-process.js';

export interface LossModel {
  /** 0..1, the mean. */
  readonly loss: number;
  /** Mean length of a loss burst in datagrams; 0: independent loss. */
  readonly burstPackets: number;
}

/** Says of one datagram after the other whether it is lost. */
export function lossOf({ loss, burstPackets }: LossModel, seed: number): () => boolean {
  if (burstPackets > 0) {
    const line = new BurstLine({ loss, burstPackets, burstMs: 0, lossInBurst: 1 }, seed, 0, 0);
    return () => line.next(0);
  }
  const hash = finishHash(seed);
  let question = 0;
  return () => uniform(hash, question++) < loss;
}
