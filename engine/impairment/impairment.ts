// What a bad network does to packets: loses, doubles, delays, reorders and corrupts them, by seed.
//
// Without bursts each decision is a pure function of (seed, direction, type, channel, sequence, burst index,
// fragment index). Whatever the timing, whatever else is on the wire, the same packet of a run with the same
// seed meets the same fate: a run can be replayed, and a copy of a burst is lost or not on its own. Loss bursts
// depend on the order of the packets, or on time, as well; where those are the same, so is every fate.
import { type Fate, type FateSource, LOSS_CLASSES, lossClassOf, type PacketIdentity } from './fate.js';
import { mixWord, uniform } from './hash.js';
import { type JitterShape, jitterOf } from './jitter.js';
import { BurstLine, burstPacketsMin, burstShare } from './loss-process.js';
import { isCut, type Partition } from './partition.js';

export { Fate, PacketIdentity } from './fate.js';
export type { JitterShape } from './jitter.js';

export interface ImpairmentOptions {
  readonly seed: number;
  /** Probabilities of loss, 0..1: of AUDIO packets and the REPAIR packets for them, of MIDI packets, of all others. */
  readonly lossAudio: number;
  readonly lossMidi: number;
  readonly lossOther: number;
  /** Mean length of a loss burst, in packets or in milliseconds, not both; 0: each loss is independent. */
  readonly burstPackets: number;
  readonly burstMs: number;
  /** Probability of loss inside a burst; the mean stays what was asked for. */
  readonly lossInBurst: number;
  /** Probability that a packet arrives twice. */
  readonly duplicate: number;
  /** Probability that a packet is held back by reorderHoldMs, so that later ones overtake it. */
  readonly reorder: number;
  readonly reorderHoldMs: number;
  /** Probability that bits of a packet are inverted, and how many at most. */
  readonly corrupt: number;
  readonly corruptBits: number;
  readonly delayMs: number;
  /** On top of the delay: between 0 and this, or this on average with a long tail. */
  readonly jitterMs: number;
  readonly jitterShape: JitterShape;
  /** As a queue delays: nobody overtakes but who was meant to. */
  readonly inOrder: boolean;
  readonly partitions: readonly Partition[];
}

export const NO_IMPAIRMENT: ImpairmentOptions = Object.freeze({
  seed: 1,
  lossAudio: 0,
  lossMidi: 0,
  lossOther: 0,
  burstPackets: 0,
  burstMs: 0,
  lossInBurst: 1,
  duplicate: 0,
  reorder: 0,
  reorderHoldMs: 4,
  corrupt: 0,
  corruptBits: 3,
  delayMs: 0,
  jitterMs: 0,
  jitterShape: 'uniform',
  inOrder: false,
  partitions: Object.freeze([]),
});

// The questions asked of a packet's hash; fixed numbers, so that turning one impairment on leaves the
// others' decisions as they were.
const LOST = 1;
const DOUBLED = 2;
const REORDERED = 3;
const JITTER = 4;
const SECOND_JITTER = 5;
const CORRUPTED = 6;
const CORRUPTED_BITS = 7;

/** What one direction remembers. */
interface LineState {
  /** By class; null where losses are independent. */
  readonly bursts: readonly (BurstLine | null)[];
  /** When the latest packet so far is there. */
  latestUs: number;
}

export class Impairment implements FateSource {
  private readonly lossByClass: readonly number[];
  private readonly lines = new Map<number, LineState>();

  constructor(readonly options: ImpairmentOptions) {
    this.lossByClass = [options.lossAudio, options.lossMidi, options.lossOther];
    const problem = impossible(options);
    if (problem !== '') throw new RangeError(problem);
  }

  /** Allocates for the first packet of a direction only. [any-thread] */
  decide(direction: number, packet: PacketIdentity, fate: Fate, atUs = 0): void {
    const hash = this.hashOf(direction, packet);
    const { options } = this;
    const line = this.lines.get(direction) ?? this.begin(direction);
    fate.clear();
    const lost = this.isLost(line, lossClassOf(packet.type), hash, atUs);
    fate.cut = options.partitions.length > 0 && isCut(options.partitions, atUs);
    fate.lost = lost || fate.cut;
    if (fate.lost) return;
    fate.copies = uniform(hash, DOUBLED) < options.duplicate ? 2 : 1;
    fate.reordered = uniform(hash, REORDERED) < options.reorder;
    if (uniform(hash, CORRUPTED) < options.corrupt) {
      fate.flippedBits = 1 + Math.floor(uniform(hash, CORRUPTED_BITS) * options.corruptBits);
      fate.flipSeed = hash;
    }
    fate.delayUs = this.delayUs(line, fate, uniform(hash, JITTER), atUs);
    if (fate.copies === 2) fate.secondDelayUs = this.delayUs(line, fate, uniform(hash, SECOND_JITTER), atUs);
  }

  private isLost(line: LineState, lossClass: number, hash: number, atUs: number): boolean {
    const burst = line.bursts[lossClass];
    if (burst === null) return uniform(hash, LOST) < this.lossByClass[lossClass];
    // uniform() is always below 1: all of a burst is lost where that was asked for.
    return burst.next(atUs) && uniform(hash, LOST) < this.options.lossInBurst;
  }

  private delayUs(line: LineState, fate: Fate, chance: number, atUs: number): number {
    const { options } = this;
    let delayUs = (options.delayMs + jitterOf(options.jitterShape, options.jitterMs, chance)) * 1000;
    if (options.inOrder) {
      line.latestUs = Math.max(line.latestUs, atUs + delayUs);
      delayUs = line.latestUs - atUs;
    }
    return fate.reordered ? delayUs + options.reorderHoldMs * 1000 : delayUs;
  }

  private begin(direction: number): LineState {
    const { seed, burstPackets, burstMs, lossInBurst } = this.options;
    const bursts = LOSS_CLASSES.map((_, index) => {
      if (burstPackets === 0 && burstMs === 0) return null;
      const loss = this.lossByClass[index];
      return new BurstLine({ loss, burstPackets, burstMs, lossInBurst }, seed, direction, index);
    });
    for (let index = 1; index < bursts.length; index++) {
      const same = this.lossByClass.indexOf(this.lossByClass[index]);
      bursts[index] = bursts[same];
    }
    const line = { bursts, latestUs: 0 };
    this.lines.set(direction, line);
    return line;
  }

  private hashOf(direction: number, packet: PacketIdentity): number {
    let hash = mixWord(this.options.seed | 0, direction);
    hash = mixWord(hash, packet.type);
    hash = mixWord(hash, packet.channel);
    hash = mixWord(hash, packet.sequence);
    hash = mixWord(hash, packet.burstIndex);
    return mixWord(hash, packet.fragmentIndex);
  }
}

/** '' when such a line can exist, else why it can't. */
export function impossible(options: ImpairmentOptions): string {
  const { burstPackets, burstMs, lossInBurst } = options;
  if (burstPackets === 0 && burstMs === 0) return '';
  if (burstPackets > 0 && burstMs > 0)
    return 'loss bursts are measured in packets or in milliseconds, not in both';
  for (const loss of [options.lossAudio, options.lossMidi, options.lossOther]) {
    if (loss > lossInBurst) {
      return `${percentText(loss)} loss can't come from bursts in which ${percentText(lossInBurst)} is lost`;
    }
    const shortest = burstPacketsMin(burstShare({ loss, lossInBurst }));
    if (burstPackets > 0 && burstPackets < shortest) {
      return `at ${percentText(loss)} loss, bursts are ${Number(shortest.toFixed(2))} packets long at least`;
    }
  }
  return '';
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}
