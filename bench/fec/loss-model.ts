// Seeded packet loss: independent, or in bursts by the simple Gilbert-Elliott model (a good state that loses
// nothing, a bad one that loses everything; one step for each datagram on the wire).
import { finishHash, uniform } from '../../engine/impairment/hash.js';

export interface LossModel {
  /** 0..1, the mean. */
  readonly loss: number;
  /** Mean length of a loss burst in datagrams; 0: independent loss. */
  readonly burstPackets: number;
}

/** Says of one datagram after the other whether it is lost. */
export function lossOf(model: LossModel, seed: number): () => boolean {
  const hash = finishHash(seed);
  let question = 0;
  const chance = (): number => uniform(hash, question++);
  const { loss, burstPackets } = model;
  if (burstPackets === 0) return () => chance() < loss;
  const toBad = loss / (burstPackets * (1 - loss));
  let bad = chance() < loss;
  return () => {
    bad = bad ? chance() >= 1 / burstPackets : chance() < toBad;
    return bad;
  };
}
