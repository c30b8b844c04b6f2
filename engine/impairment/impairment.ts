// What a bad network does to packets: loses, doubles, delays and reorders them, by seed.
//
// Each decision is a pure function of (seed, direction, type, channel, sequence, burst index, fragment
// index). Whatever the timing, whatever else is on the wire, the same packet of a run with the same seed
// meets the same fate: a run can be replayed, and a copy of a burst is lost or not on its own.
import { PACKET_TYPE } from '../toast/types.js';
import { mixWord, uniform } from './hash.js';

export type JitterShape = 'uniform' | 'exponential';

export interface ImpairmentOptions {
  readonly seed: number;
  /** Probabilities of loss, 0..1: of AUDIO packets and the REPAIR packets for them, of MIDI packets, of all others. */
  readonly lossAudio: number;
  readonly lossMidi: number;
  readonly lossOther: number;
  /** Probability that a packet arrives twice. */
  readonly duplicate: number;
  /** Probability that a packet is held back by reorderHoldMs, so that later ones overtake it. */
  readonly reorder: number;
  readonly reorderHoldMs: number;
  readonly delayMs: number;
  /** On top of the delay: between 0 and this, or around this on average with a long tail. */
  readonly jitterMs: number;
  readonly jitterShape: JitterShape;
}

export const NO_IMPAIRMENT: ImpairmentOptions = Object.freeze({
  seed: 1,
  lossAudio: 0,
  lossMidi: 0,
  lossOther: 0,
  duplicate: 0,
  reorder: 0,
  reorderHoldMs: 4,
  delayMs: 0,
  jitterMs: 0,
  jitterShape: 'uniform',
});

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
  reordered = false;
  /** 1, or 2 when the network doubles it; 0 when lost. */
  copies = 1;
  delayUs = 0;
  /** Of the second copy. */
  secondDelayUs = 0;
}

// The questions asked of a packet's hash; fixed numbers, so that turning one impairment on leaves the
// others' decisions as they were.
const LOST = 1;
const DOUBLED = 2;
const REORDERED = 3;
const JITTER = 4;
const SECOND_JITTER = 5;

/** The long tail of exponential jitter ends at so many times its mean. */
const TAIL_MEANS_MAX = 8;

export class Impairment {
  constructor(readonly options: ImpairmentOptions) {}

  /** No allocation. [any-thread] */
  decide(direction: number, packet: PacketIdentity, fate: Fate): void {
    const hash = this.hashOf(direction, packet);
    const { options } = this;
    fate.lost = uniform(hash, LOST) < this.lossOf(packet.type);
    fate.reordered = false;
    fate.copies = 0;
    fate.delayUs = 0;
    fate.secondDelayUs = 0;
    if (fate.lost) return;
    fate.copies = uniform(hash, DOUBLED) < options.duplicate ? 2 : 1;
    fate.reordered = uniform(hash, REORDERED) < options.reorder;
    const baseMs = options.delayMs + (fate.reordered ? options.reorderHoldMs : 0);
    fate.delayUs = (baseMs + this.jitterMs(uniform(hash, JITTER))) * 1000;
    fate.secondDelayUs = (baseMs + this.jitterMs(uniform(hash, SECOND_JITTER))) * 1000;
  }

  lossOf(type: number): number {
    if (type === PACKET_TYPE.audio || type === PACKET_TYPE.repair) return this.options.lossAudio;
    return type === PACKET_TYPE.midi ? this.options.lossMidi : this.options.lossOther;
  }

  private hashOf(direction: number, packet: PacketIdentity): number {
    let hash = mixWord(this.options.seed | 0, direction);
    hash = mixWord(hash, packet.type);
    hash = mixWord(hash, packet.channel);
    hash = mixWord(hash, packet.sequence);
    hash = mixWord(hash, packet.burstIndex);
    return mixWord(hash, packet.fragmentIndex);
  }

  private jitterMs(chance: number): number {
    const { jitterMs, jitterShape } = this.options;
    if (jitterMs === 0) return 0;
    if (jitterShape === 'uniform') return jitterMs * chance;
    return Math.min(-Math.log(1 - chance), TAIL_MEANS_MAX) * jitterMs;
  }
}
