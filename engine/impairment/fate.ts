// What the impairment model is asked, and what it answers: which packet, and what becomes of it.
import { PACKET_TYPE } from '../toast/types.js';

/** What makes a packet itself; filled by the caller, reused. */
export class PacketIdentity {
  type = 0;
  channel = 0;
  sequence = 0;
  burstIndex = 0;
  fragmentIndex = 0;
}

/** What becomes of it; filled by decide(), reused. */
export class Fate {
  lost = false;
  /** Lost because nothing passes at this time. */
  cut = false;
  reordered = false;
  /** 1, or 2 when the network doubles it; 0 when lost. */
  copies = 1;
  delayUs = 0;
  /** Of the second copy. */
  secondDelayUs = 0;
  /** Bits of the first copy that arrive inverted; where they lie follows from the seed. */
  flippedBits = 0;
  flipSeed = 0;

  clear(): void {
    this.lost = false;
    this.cut = false;
    this.reordered = false;
    this.copies = 0;
    this.delayUs = 0;
    this.secondDelayUs = 0;
    this.flippedBits = 0;
    this.flipSeed = 0;
  }
}

/** The model, a recorded trace, or one that writes down what another says. */
export interface FateSource {
  /** @param atUs since the run began; never goes back within a direction */
  decide(direction: number, packet: PacketIdentity, fate: Fate, atUs?: number): void;
}

/** Packets that have a rate of loss of their own. */
export const LOSS_CLASSES = ['audio', 'midi', 'other'] as const;

/** Index into LOSS_CLASSES. REPAIR packets are part of the audio that they protect. */
export function lossClassOf(type: number): number {
  if (type === PACKET_TYPE.audio || type === PACKET_TYPE.repair) return 0;
  return type === PACKET_TYPE.midi ? 1 : 2;
}
