// Gilbert-Elliott loss: a line is in its good state, where nothing is lost, or in a burst, where all or most
// is. It steps once a packet, or lives in time; either way by seed, one line for each direction and class.
//
// Classes that are lost at the same rate share one line: a burst takes what comes, audio or MIDI.
import { finishHash, mixWord, uniform } from './hash.js';

export interface BurstOptions {
  /** Mean share of packets lost, 0..1. */
  readonly loss: number;
  /** Mean length of a burst in packets, or 0. */
  readonly burstPackets: number;
  /** Mean length of a burst in milliseconds, or 0. */
  readonly burstMs: number;
  /** Share of packets lost inside a burst, 0..1. */
  readonly lossInBurst: number;
}

/** The share of time or packets that lies inside bursts. */
export function burstShare({ loss, lossInBurst }: Pick<BurstOptions, 'loss' | 'lossInBurst'>): number {
  return loss === 0 ? 0 : loss / lossInBurst;
}

/** Bursts can't be shorter than this, in packets: there would be no good state between them. */
export function burstPacketsMin(share: number): number {
  return share >= 1 ? 1 : Math.max(1, share / (1 - share));
}

export class BurstLine {
  private readonly share: number;
  private inside = false;
  private started = false;
  private question = 0;
  private changeUs = 0;
  private readonly hash: number;

  constructor(
    private readonly options: BurstOptions,
    seed: number,
    direction: number,
    lossClass: number,
  ) {
    this.share = burstShare(options);
    this.hash = finishHash(mixWord(mixWord(mixWord(0x6765, seed | 0), direction), lossClass));
  }

  /** Is the next packet, which is on the line at `atUs`, inside a burst? No allocation. [any-thread] */
  next(atUs: number): boolean {
    const { share } = this;
    if (share <= 0 || share >= 1) return share >= 1;
    if (!this.started) {
      this.started = true;
      this.inside = this.chance() < share;
      this.changeUs = atUs;
      if (this.options.burstMs > 0) this.changeUs += this.stayUs();
      return this.inside;
    }
    if (this.options.burstMs > 0) this.live(atUs);
    else this.step();
    return this.inside;
  }

  private step(): void {
    const { burstPackets } = this.options;
    const { share } = this;
    if (this.inside) this.inside = this.chance() >= 1 / burstPackets;
    else this.inside = this.chance() < share / (burstPackets * (1 - share));
  }

  private live(atUs: number): void {
    while (this.changeUs <= atUs) {
      this.inside = !this.inside;
      this.changeUs += this.stayUs();
    }
  }

  /** How long the state that has begun will last. */
  private stayUs(): number {
    const { share } = this;
    const meanMs = this.inside ? this.options.burstMs : (this.options.burstMs * (1 - share)) / share;
    return Math.max(1, -Math.log(1 - this.chance()) * meanMs * 1000);
  }

  private chance(): number {
    return uniform(this.hash, this.question++);
  }
}
