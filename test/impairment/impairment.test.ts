import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fate, Impairment, NO_IMPAIRMENT, PacketIdentity } from '../../engine/impairment/impairment.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';

const PACKETS = 100_000;

function packet(
  sequence: number,
  type: number = PACKET_TYPE.audio,
  burstIndex = 0,
  channel = 1,
): PacketIdentity {
  return Object.assign(new PacketIdentity(), { type, channel, sequence, burstIndex });
}

/** For PACKETS packets: how many times `what` was so. */
function countOf(model: Impairment, what: (fate: Fate) => boolean, type?: number): number {
  const fate = new Fate();
  let count = 0;
  for (let sequence = 0; sequence < PACKETS; sequence++) {
    model.decide(0, packet(sequence, type), fate);
    if (what(fate)) count++;
  }
  return count;
}

/** Within 4 standard deviations of a binomial with this share: a sound generator misses once in 16000. */
function expectShare(count: number, share: number, trials = PACKETS): void {
  const deviation = Math.sqrt(trials * share * (1 - share));
  expect(Math.abs(count - trials * share)).toBeLessThanOrEqual(4 * deviation + 1);
}

describe('the impairment model', () => {
  it('loses each type at its own rate', () => {
    for (const seed of [1, 2, 77, 0xffffffff]) {
      const model = new Impairment({
        ...NO_IMPAIRMENT,
        seed,
        lossAudio: 0.05,
        lossMidi: 0.66,
        lossOther: 0.33,
      });
      const lost = (fate: Fate) => fate.lost;
      expectShare(countOf(model, lost, PACKET_TYPE.audio), 0.05);
      expectShare(countOf(model, lost, PACKET_TYPE.repair), 0.05);
      expectShare(countOf(model, lost, PACKET_TYPE.midi), 0.66);
      expectShare(countOf(model, lost, PACKET_TYPE.heartbeat), 0.33);
    }
  });

  it('loses the copies of a burst independently: all three with p^3', () => {
    const model = new Impairment({ ...NO_IMPAIRMENT, seed: 5, lossAudio: 0.33 });
    const fate = new Fate();
    let allLost = 0;
    for (let sequence = 0; sequence < PACKETS; sequence++) {
      let lost = 0;
      for (let copy = 0; copy < 3; copy++) {
        model.decide(0, packet(sequence, PACKET_TYPE.audio, copy), fate);
        if (fate.lost) lost++;
      }
      if (lost === 3) allLost++;
    }
    expectShare(allLost, 0.33 ** 3);
  });

  it('loses neighbours independently: runs are as long as chance makes them', () => {
    const model = new Impairment({ ...NO_IMPAIRMENT, seed: 9, lossAudio: 0.3 });
    const fate = new Fate();
    let pairs = 0;
    let last = false;
    for (let sequence = 0xffffffff - PACKETS / 2, i = 0; i < PACKETS; i++, sequence = (sequence + 1) >>> 0) {
      model.decide(0, packet(sequence), fate);
      if (last && fate.lost) pairs++;
      last = fate.lost;
    }
    expectShare(pairs, 0.09);
  });

  it('tells channels, directions and seeds apart', () => {
    const losses = (seed: number, direction: number, channel: number): string => {
      const model = new Impairment({ ...NO_IMPAIRMENT, seed, lossAudio: 0.5 });
      const fate = new Fate();
      let pattern = '';
      for (let sequence = 0; sequence < 64; sequence++) {
        model.decide(direction, packet(sequence, PACKET_TYPE.audio, 0, channel), fate);
        pattern += fate.lost ? 'x' : '.';
      }
      return pattern;
    };
    const patterns = [losses(1, 0, 1), losses(1, 0, 2), losses(1, 1, 1), losses(2, 0, 1)];
    expect(new Set(patterns).size).toBe(4);
    expect(losses(1, 0, 1)).toBe(patterns[0]);
  });

  it('decides the same whatever was asked before: a run can be replayed', () => {
    const options = {
      ...NO_IMPAIRMENT,
      lossAudio: 0.3,
      duplicate: 0.2,
      reorder: 0.1,
      delayMs: 2,
      jitterMs: 3,
    };
    const identity = fc.record({
      ...{ type: fc.nat(15), channel: fc.nat(64), sequence: fc.nat(0xffffffff) },
      ...{ burstIndex: fc.nat(15), fragmentIndex: fc.nat(9) },
    });
    fc.assert(
      fc.property(fc.nat(), fc.array(identity, { minLength: 1 }), (seed, identities) => {
        const decideAll = (order: typeof identities) => {
          const model = new Impairment({ ...options, seed });
          return new Map(
            order.map((fields) => {
              const fate = new Fate();
              model.decide(1, Object.assign(new PacketIdentity(), fields), fate);
              return [JSON.stringify(fields), fate];
            }),
          );
        };
        expect(decideAll([...identities].reverse())).toEqual(decideAll(identities));
      }),
    );
  });

  it('doubles and reorders at the rates asked for, without changing who is lost', () => {
    const plain = new Impairment({ ...NO_IMPAIRMENT, seed: 3, lossAudio: 0.1 });
    const wild = new Impairment({ ...plain.options, duplicate: 0.25, reorder: 0.125, jitterMs: 1 });
    const delivered = 0.9 * PACKETS;
    expectShare(
      countOf(wild, (fate) => fate.copies === 2),
      0.25,
      delivered,
    );
    expectShare(
      countOf(wild, (fate) => fate.reordered),
      0.125,
      delivered,
    );
    expect(countOf(wild, (fate) => fate.lost)).toBe(countOf(plain, (fate) => fate.lost));
  });

  it('draws delays from the distribution asked for', () => {
    const delays = (jitterShape: 'uniform' | 'exponential') => {
      const model = new Impairment({ ...NO_IMPAIRMENT, delayMs: 5, jitterMs: 4, jitterShape });
      const fate = new Fate();
      return Array.from({ length: 20_000 }, (_, sequence) => {
        model.decide(0, packet(sequence), fate);
        return fate.delayUs;
      }).sort((a, b) => a - b);
    };
    const uniform = delays('uniform');
    expect(uniform[0]).toBeGreaterThanOrEqual(5000);
    expect(uniform.at(-1)).toBeLessThan(9000);
    expect(Math.abs(uniform[10_000] - 7000)).toBeLessThan(100);
    const exponential = delays('exponential');
    expect(Math.abs(exponential[10_000] - (5000 + 4000 * Math.LN2))).toBeLessThan(150);
    expect(exponential.at(-1)).toBeGreaterThan(25_000);
  });

  it('never loses without loss and always loses at 100 %', () => {
    expect(countOf(new Impairment(NO_IMPAIRMENT), (fate) => fate.lost || fate.copies !== 1)).toBe(0);
    const all = new Impairment({ ...NO_IMPAIRMENT, lossAudio: 1 });
    expect(countOf(all, (fate) => fate.lost && fate.copies === 0)).toBe(PACKETS);
  });
});
