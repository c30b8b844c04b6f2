// Two clocks and a network between them, in simulated time: a sender whose packets come late, in bunches, out
// of order or not at all, and a host that asks for its blocks now and then late.

/** A small generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function rng(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Frames that a clock has counted by a time, and the time at which it counts a frame. */
export interface Clock {
  frameAt(timeUs: number): number;
  timeOf(frame: number): number;
}

/** A drift of `ppm`, and around it a slow sine of `wanderPpm` over `wanderSeconds`. */
export function clock(sampleRate: number, ppm: number, wanderPpm = 0, wanderSeconds = 1200): Clock {
  const perUs = sampleRate / 1e6;
  const omega = (2 * Math.PI) / (wanderSeconds * 1e6);
  const wander = (timeUs: number): number =>
    wanderPpm === 0 ? 0 : ((wanderPpm * 1e-6) / omega) * (1 - Math.cos(omega * timeUs));
  const frameAt = (timeUs: number): number => perUs * (timeUs * (1 + ppm * 1e-6) + wander(timeUs));
  return {
    frameAt,
    timeOf(frame) {
      let timeUs = frame / perUs;
      for (let n = 0; n < 6; n++) timeUs -= (frameAt(timeUs) - frame) / perUs;
      return timeUs;
    },
  };
}

export interface Network {
  readonly packetFrames: number;
  /** The sender's block: all its packets leave when its last frame is there. */
  readonly blockFrames: number;
  /** Mean of the exponential part of the delay, which never exceeds `delayMsMax`. */
  readonly jitterMs: number;
  readonly delayMsMax: number;
  readonly loss: number;
  /** What every packet takes at least, by time. */
  readonly baseDelayMs?: (timeUs: number) => number;
}

/** The packets of a sender in the order of their arrival. */
export class Arrivals {
  mediaFrame = 0;
  timeUs = 0;
  private readonly pending: { timeUs: number; mediaFrame: number }[] = [];
  private nextBlock = 0;

  constructor(
    private readonly sender: Clock,
    private readonly network: Network,
    private readonly random: () => number,
  ) {}

  /** The next packet that arrives. */
  next(): void {
    while (this.pending.length === 0 || this.pending[0].timeUs > this.blockTime()) this.sendBlock();
    const packet = this.pending.shift();
    if (packet === undefined) throw new Error('nothing was sent');
    this.timeUs = packet.timeUs;
    this.mediaFrame = packet.mediaFrame;
  }

  private blockTime(): number {
    return this.sender.timeOf(this.nextBlock + this.network.blockFrames);
  }

  private sendBlock(): void {
    const { packetFrames, blockFrames, jitterMs, delayMsMax, loss, baseDelayMs } = this.network;
    const sentUs = this.blockTime();
    for (let frame = 0; frame < blockFrames; frame += packetFrames) {
      if (this.random() < loss) continue;
      const jitter = Math.min(-Math.log(1 - this.random()) * jitterMs, delayMsMax);
      const timeUs = sentUs + ((baseDelayMs?.(sentUs) ?? 0) + jitter) * 1000;
      let at = this.pending.length;
      while (at > 0 && this.pending[at - 1].timeUs > timeUs) at--;
      this.pending.splice(at, 0, { timeUs, mediaFrame: this.nextBlock + frame });
    }
    this.nextBlock += blockFrames;
  }
}
