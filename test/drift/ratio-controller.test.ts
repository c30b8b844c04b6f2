// When the ratio leaves 1 and when it doesn't, and how it moves: observations made up, no clocks.
import { describe, expect, it } from 'vitest';
import { RatioController } from '../../engine/drift/ratio-controller.js';

const RATE = 48_000;
const TICK_US = 10_000;

/** A perfect estimate of a perfect drift, which the ratio answers. */
class World {
  readonly controller: RatioController;
  readonly ratios: number[] = [];
  timeUs = 5_000_000;
  error = 0;
  ppm = 0;
  uncertainty = 0.5;

  constructor(sourceRate = RATE, slotRate = RATE) {
    this.controller = new RatioController(sourceRate, slotRate);
    this.controller.reset(this.timeUs);
    this.nominal = sourceRate / slotRate;
    this.sourceRate = sourceRate;
  }
  private readonly nominal: number;
  private readonly sourceRate: number;

  run(seconds: number): this {
    for (let n = 0; n < seconds * 100; n++) {
      this.timeUs += TICK_US;
      const drift = this.controller.ratio / this.nominal - 1 - this.ppm * 1e-6;
      this.error += (drift * this.sourceRate * TICK_US) / 1e6;
      this.ratios.push(this.controller.observe(this.timeUs, this.ppm, this.uncertainty, this.error));
    }
    return this;
  }
}

describe('the ratio stays exactly 1', () => {
  it('between equal clocks, wherever the stream was put', () => {
    const world = new World();
    world.error = -700; // its first packets came late: that is its place now
    world.run(600);
    expect(world.controller.engaged).toBe(false);
    expect(new Set(world.ratios)).toEqual(new Set([1]));
    expect(world.controller.offPlaceFrames).toBe(0);
  });

  it('while a drift is too small, too short or too doubtful to be real', () => {
    const world = new World();
    world.ppm = 14;
    world.run(10);
    world.ppm = 200;
    world.run(1);
    world.ppm = -10;
    world.run(20);
    world.uncertainty = 15;
    world.ppm = 40;
    world.run(2);
    expect(world.controller.engaged).toBe(false);
    expect(new Set(world.ratios)).toEqual(new Set([1]));
  });

  it('when the estimate jumps: a clock does not', () => {
    const world = new World().run(20);
    world.error += 500;
    world.run(20);
    world.uncertainty = Number.POSITIVE_INFINITY;
    world.run(5);
    world.error -= 900;
    world.uncertainty = 1;
    world.run(30);
    expect(world.controller.engaged).toBe(false);
    expect(Math.abs(world.controller.offPlaceFrames)).toBeLessThan(1e-6);
  });

  it('through estimates that are no numbers', () => {
    const world = new World().run(5);
    const { controller } = world;
    const nonsense = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const x of nonsense) {
      world.timeUs += TICK_US;
      expect(controller.observe(world.timeUs, x, 1, 0)).toBe(1);
      expect(controller.observe(world.timeUs, 0, x, x)).toBe(1);
      expect(controller.observe(world.timeUs, 0, 1, x)).toBe(1);
    }
    world.run(20);
    expect(controller.engaged).toBe(false);
    expect(controller.offPlaceFrames).toBe(0);
  });
});

describe('the ratio follows', () => {
  for (const ppm of [300, -300, 16.8]) {
    it(`a drift of ${ppm} ppm, and takes back what it has cost`, () => {
      const world = new World();
      world.ppm = ppm;
      world.run(2);
      expect(world.controller.engaged).toBe(true);
      world.run(60);
      expect(Math.abs(world.error)).toBeLessThan(0.01);
      expect((world.controller.ratio - 1) * 1e6).toBeCloseTo(ppm, 2);
    });
  }

  it('by small steps only', () => {
    const world = new World();
    world.ppm = 300;
    world.run(30);
    const steps = world.ratios.slice(1).map((ratio, n) => Math.abs(ratio - world.ratios[n]));
    expect(Math.max(...steps) * 1e6).toBeLessThan(1.001); // 100 ppm a second
    expect(Math.max(...world.ratios)).toBeLessThan(1 + 451e-6);
  });

  it('a creep that no estimate tells apart from none, once it is heard as 0.5 ms', () => {
    const world = new World();
    world.ppm = 2;
    world.run(240);
    expect(world.controller.engaged).toBe(false);
    world.run(60);
    expect(world.controller.engaged).toBe(true);
    world.run(60);
    expect(Math.abs(world.error)).toBeLessThan(0.01);
  });

  it('and goes on when the drift is gone: only a new place makes it exactly 1', () => {
    const world = new World();
    world.ppm = 50;
    world.run(30);
    world.ppm = 0;
    world.run(60);
    expect(world.controller.engaged).toBe(true);
    expect(world.controller.ratio).toBeCloseTo(1, 8);
    world.controller.reset(world.timeUs);
    expect(world.controller.ratio).toBe(1);
    expect(world.controller.engaged).toBe(false);
  });

  it('at its last pace while nothing is known', () => {
    const world = new World();
    world.ppm = 100;
    world.run(60);
    const { ratio } = world.controller;
    world.uncertainty = Number.POSITIVE_INFINITY;
    world.run(20);
    expect(world.controller.ratio).toBe(ratio);
  });

  it('around the nominal ratio between unequal rates, from the start', () => {
    const world = new World(44_100, RATE);
    expect(world.controller.ratio).toBe(44_100 / 48_000);
    world.ppm = 5;
    world.run(60);
    expect(world.controller.engaged).toBe(true);
    expect((world.controller.ratio / (44_100 / 48_000) - 1) * 1e6).toBeCloseTo(5, 2);
    expect(Math.abs(world.error)).toBeLessThan(0.01);
  });
});
