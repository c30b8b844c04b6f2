// Machines whose clocks run at different speeds and show different times: what counts is the sound cards' pace.
import { describe, expect, it } from 'vitest';
import type { FateSource } from '../../engine/impairment/fate.js';
import { Impairment, NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { parseTrace, Trace, TraceRecorder, TraceReplay } from '../../engine/impairment/trace.js';
import { type Host, Simulation } from './support/simulation.js';

const RATE = 48000;
const SECONDS = 10;

const signal = (channel: number, frame: number) => Math.fround((frame % 65_536) + 1 + channel / 4);

interface Machine {
  clockPpm?: number;
  clockOffsetUs?: number;
}

function play(
  sender: Machine,
  receiver: Machine,
  fates?: FateSource,
): { simulation: Simulation; host: Host } {
  const simulation = new Simulation({}, fates);
  const a = simulation.addEngine(sender);
  const b = simulation.addEngine(receiver);
  const host = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
  simulation.run(100_000);
  simulation.addHost(a, 0, { plugin: { redundancy: 3 }, block: () => 96, signal, startUs: 100_000 });
  simulation.run(100_000 + SECONDS * 1e6);
  return { simulation, host };
}

/** Frames at which something other was heard than was sent, from the first that was heard on. */
function wrongFrames(host: Host): number {
  const heard = host.heard(1);
  const start = heard.findIndex((sample) => sample !== 0);
  const first = Math.round((heard[start] - 1.25) % 65_536);
  let wrong = 0;
  for (let i = start; i < heard.length; i++) if (heard[i] !== signal(1, first + i - start)) wrong++;
  return start < 0 ? heard.length : wrong;
}

describe('machines whose clocks differ', () => {
  it.each([
    [{ clockPpm: 200 }, {}],
    [{}, { clockPpm: -200, clockOffsetUs: 3600e6 }],
    [{ clockPpm: 100, clockOffsetUs: 1e12 }, { clockPpm: -100 }],
  ])('%j to %j, sound cards in step: every frame exact, none missing', (sender, receiver) => {
    const { host } = play(sender, receiver);
    expect(wrongFrames(host)).toBe(0);
    expect(host.plugin.underrunFrames).toBe(0);
    expect(host.heard(0).filter((sample) => sample !== 0).length).toBeGreaterThan((SECONDS - 0.2) * RATE);
  });

  it('the simulated clock can be read both ways', () => {
    const engine = new Simulation().addEngine({ clockPpm: -123, clockOffsetUs: 5e6 });
    for (const us of [0, 1, 1e6, 3.6e9])
      expect(Math.abs(engine.trueUs(engine.localUs(us)) - us)).toBeLessThan(1e-3);
    expect(engine.localUs(1e6)).toBe(1e6 - 123 + 5e6);
    const even = new Simulation().addEngine();
    expect(even.localUs(12_345.678)).toBe(12_345.678);
  });
});

describe('a trace', () => {
  it('of a run in the simulator gives the same run again', () => {
    const line = { ...NO_IMPAIRMENT, seed: 3, lossAudio: 0.4, burstPackets: 4, jitterMs: 1, duplicate: 0.05 };
    const recorder = new TraceRecorder(new Impairment(line));
    const first = play({}, {}, recorder);
    const trace = parseTrace(recorder.take(), 'run.trace');
    if (!(trace instanceof Trace)) throw new Error(trace.message);
    const again = play({}, {}, new TraceReplay(trace));
    expect(first.simulation.lost).toBeGreaterThan(2500);
    const { lost, duplicated, arrived } = again.simulation;
    expect({ lost, duplicated, arrived }).toEqual({
      ...{ lost: first.simulation.lost, duplicated: first.simulation.duplicated },
      arrived: first.simulation.arrived,
    });
    expect(wrongFrames(again.host)).toBe(wrongFrames(first.host));
    expect(wrongFrames(first.host)).toBeGreaterThan(100);
  });
});
