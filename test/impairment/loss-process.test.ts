// Gilbert-Elliott loss: as much as was asked for, in bursts as long as was asked for, the same by seed.
import { describe, expect, it } from 'vitest';
import { Fate, Impairment, NO_IMPAIRMENT, PacketIdentity } from '../../engine/impairment/impairment.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';

const PACKETS = 200_000;

interface Run {
  readonly lost: boolean[];
  readonly share: number;
  /** Mean length of a run of losses, in packets. */
  readonly mean: number;
}

/** Packets `gapUs` apart, of a kind each. */
function run(options: object, gapUs = 1000, types: readonly number[] = [PACKET_TYPE.audio]): Run {
  const model = new Impairment({ ...NO_IMPAIRMENT, ...options });
  const fate = new Fate();
  const packet = new PacketIdentity();
  const lost = Array.from({ length: PACKETS }, (_, sequence) => {
    packet.sequence = sequence;
    packet.type = types[sequence % types.length];
    model.decide(0, packet, fate, sequence * gapUs);
    return fate.lost;
  });
  const bursts = lost.filter((now, i) => now && !lost[i - 1]).length;
  const count = lost.filter(Boolean).length;
  return { lost, share: count / PACKETS, mean: count / bursts };
}

/** Bursts vary the share more than single losses do: this many standard deviations of a burst process. */
function shareMargin(loss: number, burst: number): number {
  return 4 * Math.sqrt((loss * (1 - loss) * 2 * burst) / PACKETS);
}

describe('loss bursts', () => {
  for (const [loss, burstPackets, seed] of [
    [0.05, 2, 1],
    [0.1, 6, 2],
    [0.33, 2, 3],
    [0.33, 16, 4],
    [0.66, 6, 5],
  ] as const) {
    it(`${loss * 100} % in bursts of ${burstPackets} packets (seed ${seed})`, () => {
      const { share, mean } = run({ seed, lossAudio: loss, burstPackets });
      expect(Math.abs(share - loss)).toBeLessThan(shareMargin(loss, burstPackets));
      // A geometric length has about its mean as deviation; so many bursts were seen.
      const bursts = (PACKETS * loss) / burstPackets;
      expect(Math.abs(mean - burstPackets)).toBeLessThan((4 * burstPackets) / Math.sqrt(bursts));
    });
  }

  it('by time: a burst of 20 ms takes 20 packets a millisecond apart, and 5 that are 4 ms apart', () => {
    const dense = run({ seed: 6, lossAudio: 0.25, burstMs: 20 });
    const sparse = run({ seed: 6, lossAudio: 0.25, burstMs: 20 }, 4000);
    for (const { share } of [dense, sparse])
      expect(Math.abs(share - 0.25)).toBeLessThan(shareMargin(0.25, 20));
    expect(Math.abs(dense.mean - 20.5)).toBeLessThan(2);
    expect(Math.abs(sparse.mean - 6)).toBeLessThan(1);
  });

  it('what is lost inside bursts only in part is lost as much on the whole', () => {
    const { share, mean } = run({ seed: 7, lossAudio: 0.2, burstPackets: 10, lossInBurst: 0.5 });
    expect(Math.abs(share - 0.2)).toBeLessThan(shareMargin(0.2, 10));
    expect(mean).toBeLessThan(2.5);
  });

  it('audio and MIDI that are lost at one rate fall into the same bursts; at two rates, into their own', () => {
    const types = [PACKET_TYPE.audio, PACKET_TYPE.midi];
    const agree = ({ lost }: Run) => lost.filter((now, i) => i % 2 === 1 && now === lost[i - 1]).length;
    const shared = run({ seed: 8, lossAudio: 0.3, lossMidi: 0.3, burstPackets: 8 }, 1000, types);
    const apart = run({ seed: 8, lossAudio: 0.3, lossMidi: 0.301, burstPackets: 8 }, 1000, types);
    expect(agree(shared) / (PACKETS / 2)).toBeGreaterThan(0.9);
    expect(agree(apart) / (PACKETS / 2)).toBeLessThan(0.7);
  });

  it('the same by seed, another by another, another in the other direction', () => {
    const options = { seed: 9, lossAudio: 0.3, burstPackets: 4 };
    expect(run(options).lost).toEqual(run(options).lost);
    expect(run({ ...options, seed: 10 }).lost).not.toEqual(run(options).lost);
    const model = new Impairment({ ...NO_IMPAIRMENT, ...options });
    const fate = new Fate();
    const audio = Object.assign(new PacketIdentity(), { type: PACKET_TYPE.audio });
    const pattern = (direction: number) =>
      Array.from({ length: 100 }, () => {
        model.decide(direction, audio, fate);
        return fate.lost;
      });
    expect(pattern(0)).not.toEqual(pattern(1));
  });

  it('all or nothing where that was asked for', () => {
    expect(run({ lossAudio: 0, burstPackets: 4 }).share).toBe(0);
    expect(run({ lossAudio: 1, burstPackets: 4 }).share).toBe(1);
  });

  it('refuses what can not be', () => {
    const model = (options: object) => () => new Impairment({ ...NO_IMPAIRMENT, ...options });
    expect(model({ lossAudio: 0.66, burstPackets: 1.5 })).toThrow(
      '66 % loss, bursts are 1.94 packets long at least',
    );
    expect(model({ lossMidi: 0.6, burstMs: 5, lossInBurst: 0.5 })).toThrow(
      "60 % loss can't come from bursts",
    );
    expect(model({ lossMidi: 0.6, burstMs: 5, burstPackets: 5 })).toThrow('not in both');
  });
});
