// Clocks that run apart, and unequal rates, through the real send and receive paths: nothing is lost, nothing
// clicks, the latency stays what it was.
import { describe, expect, it } from 'vitest';
import { type Host, Simulation } from './support/simulation.js';

const RATE = 48_000;
const START_US = 100_000;

interface Clocks {
  readonly sourceRate?: number;
  readonly slotRate?: number;
  readonly sourcePpm?: number;
  readonly slotPpm?: number;
  readonly signal: (channel: number, frame: number) => number;
  readonly events?: readonly { frame: number; bytes: number[] }[];
  readonly seconds: number;
  readonly seed: number;
}

interface Played {
  readonly host: Host;
  readonly heard: Float32Array;
  readonly count: (column: 'framesConcealed' | 'late' | 'rateMismatch' | 'framesReceived') => number;
  readonly engaged: boolean;
}

function play(clocks: Clocks): Played {
  const { sourceRate = RATE, slotRate = RATE, seconds, seed } = clocks;
  const simulation = new Simulation({ seed, jitterMs: 2 });
  const a = simulation.addEngine();
  const b = simulation.addEngine();
  const host = simulation.addHost(b, 0, {
    plugin: { mode: 'receive', sampleRate: slotRate, latencyMs: 15 },
    block: () => 64,
    driftPpm: clocks.slotPpm ?? 0,
  });
  simulation.addHost(a, 0, {
    plugin: { sampleRate: sourceRate, redundancy: 0 },
    block: () => 64,
    driftPpm: clocks.sourcePpm ?? 0,
    signal: clocks.signal,
    events: clocks.events ?? [],
    startUs: START_US,
  });
  simulation.run(START_US + seconds * 1e6);
  const [tap] = b.slots.live[0].taps;
  return {
    host,
    heard: host.heard(0),
    count: (column) => b.total(column, 2, 0),
    engaged: tap.controller.engaged,
  };
}

/** Complex amplitude of a frequency in frames [from, from + count), Hann-windowed. */
function phasor(heard: Float32Array, from: number, count: number, radians: number): [number, number] {
  let re = 0;
  let im = 0;
  for (let i = 0; i < count; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / count);
    re += window * heard[from + i] * Math.cos(radians * (from + i));
    im -= window * heard[from + i] * Math.sin(radians * (from + i));
  }
  return [(4 * re) / count, (4 * im) / count];
}

/** How far the sound is off the phase it had at first, in frames of the slot, second by second. */
function latencyWander(
  heard: Float32Array,
  radians: number,
  fromSecond: number,
  toSecond: number,
  rate: number,
): number[] {
  const wander: number[] = [];
  let first = Number.NaN;
  let before = Number.NaN;
  for (let second = fromSecond; second < toSecond; second++) {
    const [re, im] = phasor(heard, second * rate, 4800, radians);
    let phase = Math.atan2(im, re);
    if (!Number.isNaN(before)) phase -= 2 * Math.PI * Math.round((phase - before) / (2 * Math.PI));
    before = phase;
    if (Number.isNaN(first)) first = phase;
    wander.push((phase - first) / radians);
  }
  return wander;
}

/** A sine obeys x[n+1] = 2 cos(w) x[n] - x[n-1]; the largest violation says how much it clicks. */
function worstStep(heard: Float32Array, radians: number, from: number): number {
  let worst = 0;
  const twice = 2 * Math.cos(radians);
  for (let n = from; n < heard.length - 1; n++) {
    worst = Math.max(worst, Math.abs(heard[n + 1] - twice * heard[n] + heard[n - 1]));
  }
  return worst;
}

const tone = (hz: number, rate: number) => (_: number, frame: number) =>
  0.5 * Math.sin((2 * Math.PI * hz * frame) / rate);

describe('drift', () => {
  for (const [sourcePpm, slotPpm, seed] of [
    [300, 0, 1],
    [0, 300, 2],
    [-120, 80, 3],
  ]) {
    it(`${sourcePpm} against ${slotPpm} ppm is followed (seed ${seed})`, () => {
      const played = play({ sourcePpm, slotPpm, signal: tone(1000, RATE), seconds: 60, seed });
      expect(played.engaged).toBe(true);
      expect(played.host.plugin.underrunFrames).toBe(0);
      expect(played.count('framesConcealed')).toBe(0);
      expect(played.count('late')).toBe(0);
      const radians = ((2 * Math.PI * 1000) / RATE) * ((1 + sourcePpm * 1e-6) / (1 + slotPpm * 1e-6));
      expect(worstStep(played.heard, radians, RATE / 4)).toBeLessThan(1e-5);
      const settled = latencyWander(played.heard, radians, 30, 58, RATE);
      console.log(`wander ${Math.min(...settled).toFixed(3)}..${Math.max(...settled).toFixed(3)} frames`);
      expect(Math.max(...settled) - Math.min(...settled)).toBeLessThan(1);
    });
  }

  it('equal clocks with jitter stay bit-exact', () => {
    const ramp = (channel: number, frame: number) =>
      Math.fround(((frame + 1) / 2 ** 23) * (channel ? -1 : 1));
    const played = play({ signal: ramp, seconds: 60, seed: 4 });
    expect(played.engaged).toBe(false);
    const offset = played.heard.indexOf(ramp(0, 0));
    expect(offset).toBeGreaterThan(0);
    let wrong = 0;
    for (let f = 0; offset + f < played.heard.length; f++) {
      if (played.heard[offset + f] !== ramp(0, f)) wrong++;
    }
    expect(wrong).toBe(0);
  });
});

describe('unequal rates', () => {
  for (const [sourceRate, slotRate] of [
    [44_100, 48_000],
    [48_000, 44_100],
    [48_000, 96_000],
    [96_000, 48_000],
  ]) {
    it(`${sourceRate} into ${slotRate}: the tone keeps its pitch, events lie in their sound`, () => {
      const every = sourceRate / 5;
      const impulses = (_: number, frame: number) => (frame % every === 1000 ? 0.5 : 0);
      const events = Array.from({ length: 40 }, (_, i) => ({
        frame: 1000 + i * every,
        bytes: [0x90, i, 100],
      }));
      const clicks = play({ sourceRate, slotRate, signal: impulses, events, seconds: 6, seed: 5 });
      expect(clicks.count('rateMismatch')).toBe(0);
      expect(clicks.host.plugin.underrunFrames).toBe(0);
      const peaks: number[] = [];
      for (let n = 2; n < clicks.heard.length - 2; n++) {
        const x = Math.abs(clicks.heard[n]);
        const isPeak = x >= Math.abs(clicks.heard[n - 1]) && x > Math.abs(clicks.heard[n + 1]);
        if (x > 0.15 && isPeak) peaks.push(n);
      }
      expect(peaks.length).toBeGreaterThan(20);
      for (const [i, peak] of peaks.entries()) {
        expect(Math.abs(clicks.host.plugin.events[i].frame - peak), `event ${i}`).toBeLessThanOrEqual(1);
      }
      const sung = play({ sourceRate, slotRate, signal: tone(1000, sourceRate), seconds: 6, seed: 6 });
      const radians = (2 * Math.PI * 1000) / slotRate;
      expect(worstStep(sung.heard, radians, slotRate / 2)).toBeLessThan(1e-5);
    });
  }
});
