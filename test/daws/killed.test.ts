// A DAW that is killed, and the engine under a DAW that goes on: the sound comes back, nothing old is heard.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nowUs } from '../../bridge/index.js';
import type { LiveHost } from '../live/support/live-host.js';
import { until } from '../live/support/live-process.js';
import { type Engine, LiveWorld } from '../live/support/live-world.js';
import { numberedSignal, readNumbered, repeatedFrames, runsText } from '../live/support/numbered-signal.js';
import { sharedObjects } from '../live/support/shared-memory.js';
import { Ardour } from './support/ardour.js';
import { MODE } from './support/ardour-plan.js';
import { DawStudio } from './support/daw-studio.js';
import { WHY_NO_DAWS } from './support/daws-here.js';

const RATE = 48_000;
/** What a test allows; what it took is printed. */
const BACK_MS_MAX = 3000;

let world: LiveWorld;
let studio: DawStudio;
let engines: Engine[];
let receiver: LiveHost;
beforeEach(async () => {
  if (WHY_NO_DAWS !== '') return;
  world = new LiveWorld();
  engines = await Promise.all([world.startEngine('a'), world.startEngine('b')]);
  studio = new DawStudio(world, 'a');
  await studio.startJack();
  receiver = world.startHost('b', { mode: 'receive', seconds: 110, latencyMs: 50 });
}, 60_000);
afterEach(async () => {
  await studio?.close();
  await world?.close();
});

/** Ardour plays a signal of its own on channel 1. */
async function startArdour(tag: number): Promise<Ardour> {
  const ardour = await Ardour.start(studio, {
    ...{ name: `song${tag}`, backend: 'jack', sampleRate: RATE, blockFrames: 256, wires: [] },
    tracks: [
      {
        ...{ name: 'song', kind: 'audio', audio: numberedSignal(90 * RATE, tag) },
        plugin: { mode: MODE.send, channel: 1 },
      },
    ],
  });
  await ardour.tell('roll');
  return ardour;
}

const hears = () => receiver.shows('sound', ({ peakOut }) => peakOut > 0);
const isSilent = () => receiver.shows('silence', ({ peakOut }) => peakOut === 0);

it.skipIf(WHY_NO_DAWS !== '')(
  'the engine is killed under a playing Ardour, then Ardour itself',
  async () => {
    const first = await startArdour(1);
    await hears();

    await engines[0].process.end('SIGKILL');
    await isSilent();
    engines[0] = await world.startEngine('a');
    const readyUs = nowUs();
    await hears();
    const engineMs = (nowUs() - readyUs) / 1000;

    await first.process.end('SIGKILL');
    await isSilent();
    await until('the dead slot to be freed', () => engines[0].watch.read()?.slots.length === 0);
    const second = await startArdour(2);
    const rollingUs = nowUs();
    await hears();
    const ardourMs = (nowUs() - rollingUs) / 1000;
    await second.quit();
    await receiver.finish('stop');

    // The host shows what it hears four times a second.
    console.log(
      `sound after the engine's return: ${engineMs.toFixed()} ms, Ardour's: ${ardourMs.toFixed()} ms`,
    );
    expect(Math.max(engineMs, ardourMs)).toBeLessThan(BACK_MS_MAX);
    const heard = readNumbered(receiver.recording(), [1, 2]);
    expect(new Set(heard.runs.map(({ tag }) => tag)), runsText(heard)).toEqual(new Set([1, 2]));
    expect(repeatedFrames(heard), `heard again: ${runsText(heard)}`).toBe(0);
    for (const { process } of engines) expect(await process.end('SIGTERM')).toBe(0);
    expect(sharedObjects(world.segmentPrefix)).toEqual([]);
  },
  110_000,
);
