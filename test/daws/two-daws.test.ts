// Two studios, each a network namespace with an engine, a DAW and nothing else: Ardour with the VST3 in one,
// Qtractor with the CLAP in the other. What is played in one is in the other's recording, frame by frame, event
// by event. Needs root, for the namespaces.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoNamespaces } from '../../engine/demo/namespaces.js';
import type { FrameMessage } from '../../engine/demo/smf-writer.js';
import { until } from '../live/support/live-process.js';
import { LiveWorld } from '../live/support/live-world.js';
import { type Heard, numberedSignal, readNumbered, runsText } from '../live/support/numbered-signal.js';
import { makePair, type Pair } from '../live/support/places.js';
import { Ardour } from './support/ardour.js';
import { MODE } from './support/ardour-plan.js';
import { DawStudio } from './support/daw-studio.js';
import { WHY_NO_DAWS } from './support/daws-here.js';
import { offsetsOf, scale } from './support/note-offsets.js';
import { PICTURES, pictureArdour } from './support/pictures.js';
import { Qtractor } from './support/qtractor.js';

const RATE = 48_000;
const LATENCY_MS = 60;
const PLAY_SECONDS = 8;
/** At least this much of what the other played, without a gap. */
const HEARD_FRAMES_MIN = 3 * RATE;
/** Eight a second. */
const NOTES_TOGETHER_MIN = 24;
/** Ardour keeps MIDI in ticks of 12.5 frames, Qtractor in ticks of 25. */
const TICK_FRAMES = 25;
const ARDOURS = 1;
const QTRACTORS = 2;
const CHANNEL = { ardourAudio: 1, ardourMidi: 2, qtractorAudio: 3, qtractorMidi: 4, echo: 5 } as const;

const SONG_SECONDS = 24;
const NOTES = scale(SONG_SECONDS);
const SONG_FRAMES = SONG_SECONDS * RATE;

const reason = WHY_NO_DAWS || whyNoNamespaces();
let pair: Pair;
let world: LiveWorld;
let studios: DawStudio[] = [];
let ardour: Ardour;
let qtractor: Qtractor;

async function startArdour(studio: DawStudio): Promise<Ardour> {
  const shared = { latency: LATENCY_MS };
  const hear = { ...shared, mode: MODE.receive, dry: 0 };
  return Ardour.start(studio, {
    ...{ name: 'ardour', backend: 'jack', sampleRate: RATE, blockFrames: 256 },
    tracks: [
      {
        ...{ name: 'song', kind: 'audio', audio: numberedSignal(SONG_FRAMES, ARDOURS) },
        plugin: { ...shared, mode: MODE.send, channel: CHANNEL.ardourAudio },
      },
      {
        ...{ name: 'notes', kind: 'midi', midi: NOTES },
        plugin: { ...shared, mode: MODE.send, channel: CHANNEL.ardourMidi },
      },
      {
        name: 'heard',
        kind: 'audio',
        monitorInput: true,
        plugin: { ...hear, channel: CHANNEL.qtractorAudio },
      },
      {
        name: 'played',
        kind: 'midi',
        monitorInput: true,
        plugin: { ...hear, channel: CHANNEL.qtractorMidi },
      },
      { name: 'echoed', kind: 'midi', monitorInput: true, plugin: { ...hear, channel: CHANNEL.echo } },
      { name: 'tape', kind: 'audio', monitorInput: true },
      { name: 'playedtape', kind: 'midi', monitorInput: true },
      { name: 'echoedtape', kind: 'midi', monitorInput: true },
    ],
    wires: [
      ['heard', 'tape', 'audio'],
      ['played', 'playedtape', 'midi'],
      ['echoed', 'echoedtape', 'midi'],
    ],
  });
}

function startQtractor(studio: DawStudio): Promise<Qtractor> {
  const settings = (mode: string, channel: number) => [
    ...[`mode=${mode}`, `channel=${channel}`, `latency=${LATENCY_MS}`],
    ...(mode === 'receive' ? ['dry=0'] : []),
  ];
  const plan = {
    sampleRate: RATE,
    input: settings('receive', CHANNEL.ardourAudio),
    tracks: [
      {
        ...{ name: 'song', kind: 'audio' as const, audio: numberedSignal(SONG_FRAMES, QTRACTORS) },
        plugins: [settings('send', CHANNEL.qtractorAudio)],
      },
      {
        ...{ name: 'notes', kind: 'midi' as const, midi: NOTES },
        plugins: [settings('send', CHANNEL.qtractorMidi)],
      },
      // What Ardour plays comes out of the first and goes into the second.
      {
        ...{ name: 'echo', kind: 'midi' as const },
        plugins: [settings('receive', CHANNEL.ardourMidi), settings('send', CHANNEL.echo)],
      },
      { name: 'tape', kind: 'audio' as const, plugins: [], record: true },
    ],
  };
  return Qtractor.start(studio, plan, ':77');
}

beforeAll(async () => {
  if (reason !== '') return;
  pair = makePair();
  world = new LiveWorld();
  const engines = await Promise.all([world.startEngine('a', pair.a), world.startEngine('b', pair.b)]);
  studios = [new DawStudio(world, 'a', pair.a), new DawStudio(world, 'b', pair.b)];
  for (const studio of studios) await studio.startJack();
  [ardour, qtractor] = await Promise.all([startArdour(studios[0]), startQtractor(studios[1])]);
  qtractor.press('record', 'play');
  await ardour.record('tape', 'playedtape', 'echoedtape');
  const receives = (index: number) => () =>
    engines[index].watch.received('audio').some(({ levelDb }) => levelDb !== null);
  await until('sound in Qtractor', receives(1));
  await until('sound in Ardour', receives(0));
  await ardour.rollTo(PLAY_SECONDS * RATE);
  if (PICTURES) qtractor.screenshot(join(PICTURES, 'qtractor.png'));
  await ardour.tell('stop');
  qtractor.press('stop');
  await sleep(1500);
  await ardour.quit();
  await qtractor.quit();
  if (PICTURES) await pictureArdour(studios[0], ardour.sessionFolder, join(PICTURES, 'ardour.png'));
}, 180_000);

afterAll(async () => {
  for (const studio of studios) await studio.close();
  await world?.close();
  pair?.destroy();
});

function expectHeard(heard: Heard): void {
  const [longest] = heard.runs.toSorted((a, b) => b.frames - a.frames);
  expect(longest?.frames ?? 0, runsText(heard)).toBeGreaterThan(HEARD_FRAMES_MIN);
}

/** Most notes in one piece: where this machine stood still, a stream begins anew, and others are apart. */
function expectNotes(recorded: readonly FrameMessage[]): void {
  const { together, ...wrong } = offsetsOf(NOTES, recorded, TICK_FRAMES);
  expect(together).toBeGreaterThan(NOTES_TOGETHER_MIN);
  expect(wrong).toEqual({ strange: 0, repeated: 0, hanging: 0 });
}

describe.skipIf(reason !== '')('Ardour (VST3) and Qtractor (CLAP)', () => {
  it("Ardour's track is in Qtractor's recording, bit-exact", () => {
    expectHeard(readNumbered(qtractor.recorded(), [ARDOURS]));
  });

  it("Qtractor's track is in Ardour's recording, bit-exact", () => {
    expectHeard(readNumbered(ardour.recorded('tape'), [QTRACTORS]));
  });

  it("Qtractor's notes are in Ardour's recording", () => {
    expectNotes(ardour.recordedMidi('playedtape'));
  });

  it("Ardour's notes come back from Qtractor", () => {
    expectNotes(ardour.recordedMidi('echoedtape'));
  });
});
