// The estimate against a clock that is known: through jitter, loss, reordering and blocks that bunch packets
// up; when the network's delay changes for good; and when the numbers make no sense.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayLockedLoop, relativePpm } from '../../engine/drift/drift-estimator.js';
import { Arrivals, type Clock, clock, type Network, rng } from './drift-support.js';

const RATE = 48_000;
const CLEAN: Network = { packetFrames: 64, blockFrames: 64, jitterMs: 0.2, delayMsMax: 60, loss: 0 };
const START = 2 ** 40;

class Run {
  readonly loop = new DelayLockedLoop();
  seconds = 0;
  settledSeconds = -1;
  private readonly arrivals: Arrivals;

  constructor(
    readonly sender: Clock,
    network: Partial<Network>,
    seed: number,
  ) {
    this.loop.reset(RATE);
    this.arrivals = new Arrivals(sender, { ...CLEAN, ...network }, rng(seed));
  }

  /** Runs on; `look` sees the loop after every packet. */
  until(seconds: number, look: () => void = () => {}): this {
    while (this.seconds < seconds) {
      this.arrivals.next();
      this.seconds = this.arrivals.timeUs / 1e6;
      this.loop.observe(START + this.arrivals.mediaFrame, this.arrivals.timeUs);
      if (this.settledSeconds < 0 && this.loop.settled) this.settledSeconds = this.seconds;
      look();
    }
    return this;
  }

  /** Frames from where the clock is to where the loop says it is. */
  get offFrames(): number {
    const timeUs = this.seconds * 1e6;
    return this.loop.frameAt(timeUs, START) - this.sender.frameAt(timeUs);
  }
}

// The more the delay varies and the fewer packets come early, the longer it takes to know: settledMax, seconds.
const NETWORKS: readonly (Partial<Network> & { settledMax: number })[] = [
  { jitterMs: 0.05, settledMax: 6 },
  { jitterMs: 1, settledMax: 7 },
  { jitterMs: 5, settledMax: 11 },
  { jitterMs: 5, loss: 0.33, settledMax: 12 },
  { jitterMs: 20, loss: 0.1, settledMax: 18 },
  { jitterMs: 0.1, blockFrames: 4096, settledMax: 10 },
  { jitterMs: 1, blockFrames: 1024, loss: 0.05, settledMax: 17 },
  { jitterMs: 5, blockFrames: 1024, loss: 0.1, settledMax: 35 },
  { jitterMs: 1, blockFrames: 4096, loss: 0.1, settledMax: 35 },
];

describe('a steady drift', () => {
  for (const { settledMax, ...network } of NETWORKS) {
    it(`is known within ${settledMax} s: ${JSON.stringify(network)}`, () => {
      let [atOnce, worst, latest] = [0, 0, 0];
      for (let seed = 1; seed <= 6; seed++) {
        const ppm = seed % 2 === 0 ? 300 : -300;
        const run = new Run(clock(RATE, ppm), network, seed);
        run.until(settledMax + 15, () => {
          if (!run.loop.settled) return;
          const error = Math.abs(run.loop.ppm - ppm);
          if (run.seconds < run.settledSeconds + 5) atOnce = Math.max(atOnce, error);
          else worst = Math.max(worst, error);
        });
        expect(run.loop.settled).toBe(true);
        latest = Math.max(latest, run.settledSeconds);
      }
      const errors = `off by ${atOnce.toFixed(2)}, later by ${worst.toFixed(2)} ppm at most`;
      console.log(`seeds 1..6: settled by ${latest.toFixed(1)} s, ${errors}`);
      expect(latest).toBeLessThan(settledMax);
      expect(atOnce).toBeLessThan(3);
      expect(worst).toBeLessThan(2);
    });
  }

  it('for an hour: within half a ppm, the place within a frame', () => {
    for (const ppm of [-300, 300]) {
      const run = new Run(clock(RATE, ppm), { packetFrames: 256, blockFrames: 256, jitterMs: 1 }, 7);
      run.until(60);
      let [low, high, worst] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
      run.until(3600, () => {
        low = Math.min(low, run.offFrames);
        high = Math.max(high, run.offFrames);
        worst = Math.max(worst, Math.abs(run.loop.ppm - ppm));
      });
      console.log(
        `seed 7: place within ${(high - low).toFixed(2)} frames, drift within ${worst.toFixed(2)} ppm`,
      );
      expect(high - low).toBeLessThan(0.9);
      expect(worst).toBeLessThan(0.5);
      expect(run.loop.discontinuities).toBe(0);
    }
  });
});

describe('a slow wander', () => {
  it('is followed: 20 ppm to and fro in 20 minutes', () => {
    const run = new Run(clock(RATE, 100, 20), { packetFrames: 256, blockFrames: 256, jitterMs: 0.5 }, 11);
    run.until(60);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    run.until(1500, () => {
      low = Math.min(low, run.offFrames);
      high = Math.max(high, run.offFrames);
    });
    console.log(`seed 11: place from ${low.toFixed(2)} to ${high.toFixed(2)} frames off`);
    expect(high - low).toBeLessThan(2);
  });
});

describe('what is not drift', () => {
  const changes: [string, Partial<Network>][] = [
    ['delay that grows by 3 ms', { baseDelayMs: (t) => (t > 40e6 ? 5 : 2) }],
    ['delay that shrinks by 3 ms', { baseDelayMs: (t) => (t > 40e6 ? 2 : 5) }],
    ['delay that grows early on', { baseDelayMs: (t) => (t > 9e6 ? 5 : 2) }],
    ['delay to and fro', { baseDelayMs: (t) => (Math.floor(t / 25e6) % 2 === 0 ? 5 : 2) }],
    ['blocks that grow from 64 to 2048 frames', { baseDelayMs: (t) => (t > 40e6 ? 0 : 42.67) }],
  ];
  for (const [name, network] of changes) {
    it(`${name} moves neither the drift nor the place`, () => {
      const run = new Run(clock(RATE, 50), { jitterMs: 0.5, ...network }, 3);
      run.until(8.9);
      const before = run.offFrames;
      let worst = 0;
      let moved = 0;
      run.until(150, () => {
        worst = Math.max(worst, Math.abs(run.loop.ppm - 50));
        moved = Math.max(moved, Math.abs(run.offFrames - before));
      });
      console.log(
        `seed 3: drift off by ${worst.toFixed(2)} ppm, place by ${moved.toFixed(2)} frames at most`,
      );
      expect(worst).toBeLessThan(3);
      expect(moved).toBeLessThan(6);
    });
  }

  it('a pause of half a minute: the drift is remembered, the place is still right', () => {
    const run = new Run(clock(RATE, -120), {}, 4).until(30);
    const before = run.offFrames;
    const sender = run.sender;
    for (let frame = Math.ceil(sender.frameAt(60e6)); frame < sender.frameAt(63e6); frame += 64) {
      run.loop.observe(START + frame, sender.timeOf(frame + 64));
      expect(Math.abs(run.loop.ppm + 120)).toBeLessThan(1);
    }
    const timeUs = 63e6;
    expect(Math.abs(run.loop.frameAt(timeUs) - START - sender.frameAt(timeUs) - before)).toBeLessThan(1);
  });

  it('a single packet that is very late', () => {
    const run = new Run(clock(RATE, 80), {}, 5).until(20);
    run.loop.observe(START + 1000, run.seconds * 1e6);
    run.until(21);
    expect(run.loop.discontinuities).toBe(0);
    expect(Math.abs(run.loop.ppm - 80)).toBeLessThan(1);
  });
});

describe('a discontinuity', () => {
  it('starts the estimate anew: ahead at once, behind when it stays there', () => {
    for (const jump of [10 * RATE, -10 * RATE]) {
      const run = new Run(clock(RATE, 80), {}, 6).until(20);
      expect(run.loop.settled).toBe(true);
      const from = run.sender.frameAt(20e6);
      for (let frame = Math.ceil(from); frame < from + 3 * RATE; frame += 64) {
        run.loop.observe(START + frame + jump, run.sender.timeOf(frame + 64));
      }
      expect(run.loop.discontinuities).toBe(1);
      expect(run.loop.settled).toBe(false);
      const timeUs = run.sender.timeOf(from + 3 * RATE);
      expect(Math.abs(run.loop.frameAt(timeUs) - START - jump - from - 3 * RATE)).toBeLessThan(100);
    }
  });

  it('reset forgets everything', () => {
    const { loop } = new Run(clock(RATE, 80), {}, 6).until(20);
    loop.reset(44_100);
    expect([loop.ppm, loop.settled, loop.uncertaintyPpm, loop.frameAt(0)]).toEqual([0, false, Infinity, NaN]);
  });

  it('numbers that make no sense give no estimate that makes none', () => {
    const seed = 42;
    const frame = fc.oneof(fc.maxSafeNat(), fc.nat(1e6), fc.nat(2 ** 33));
    const packets = fc.array(fc.tuple(frame, fc.integer({ min: -1e6, max: 4e6 })), { maxLength: 200 });
    fc.assert(
      fc.property(packets, (all) => {
        const loop = new DelayLockedLoop();
        loop.reset(RATE);
        let timeUs = 0;
        for (const [mediaFrame, laterUs] of all) {
          timeUs += laterUs;
          loop.observe(mediaFrame, timeUs);
          expect(Number.isFinite(loop.ppm)).toBe(true);
          expect(Number.isFinite(loop.frameAt(timeUs))).toBe(true);
          expect(loop.uncertaintyPpm).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed, numRuns: 150 },
    );
  });
});

it('two clocks against each other', () => {
  const source = new Run(clock(RATE, 150), {}, 8).until(20).loop;
  const slot = new Run(clock(RATE, -150), {}, 9).until(20).loop;
  expect(relativePpm(source, slot)).toBeCloseTo(300, 0);
  expect(Math.abs(relativePpm(source, source))).toBe(0);
});
