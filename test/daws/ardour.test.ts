// Ardour 7 with the VST3, in one session at one engine: what goes out on one track and comes back on another is
// the same to the bit, and as late as declared, so that the host's compensation makes it cancel against its dry
// copy; an export is what the contract for offline rendering says, the same every time.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Audio, readWav } from '../../engine/demo/wav-file.js';
import { LiveWorld } from '../live/support/live-world.js';
import { numberedSignal, readNumbered, runsText } from '../live/support/numbered-signal.js';
import { Ardour } from './support/ardour.js';
import { type ArdourTrack, MODE } from './support/ardour-plan.js';
import { DawStudio } from './support/daw-studio.js';
import { WHY_NO_DAWS } from './support/daws-here.js';

const RATE = 48_000;
const BLOCK = 256;
const LATENCY_MS = 50;
const DECLARED = (LATENCY_MS * RATE) / 1000 + 2 * BLOCK;
const ROLL_FRAMES = 4 * RATE;
/** Until both ends have agreed on the song's place, the sound is not in it. */
const LOCKED_AFTER = 1.5 * RATE;

const SONG = numberedSignal(8 * RATE, 1);
const settings = { channel: 1, latency: LATENCY_MS, reportLatency: 1 };
// The song goes out unheard; its copy, upside down, and what is heard of it meet in Master.
const TRACKS: readonly ArdourTrack[] = [
  { name: 'song', kind: 'audio', audio: SONG, plugin: { ...settings, mode: MODE.send } },
  { name: 'copy', kind: 'audio', audio: SONG, inverted: true },
  {
    ...{ name: 'heard', kind: 'audio', monitorInput: true },
    plugin: { ...settings, mode: MODE.receive, dry: 0, timeline: 1 },
  },
  { name: 'sum', kind: 'audio', monitorInput: true },
  { name: 'wet', kind: 'audio', monitorInput: true },
];

let world: LiveWorld;
let studio: DawStudio;
let ardour: Ardour;
let latencies: number[];

beforeAll(async () => {
  if (WHY_NO_DAWS !== '') return;
  world = new LiveWorld();
  const engine = await world.startEngine('a');
  studio = new DawStudio(world, 'a');
  ardour = await Ardour.start(studio, {
    ...{ name: 'null', backend: 'dummy', sampleRate: RATE, blockFrames: BLOCK },
    tracks: TRACKS,
    wires: [
      ['copy', 'Master', 'audio'],
      ['heard', 'Master', 'audio'],
      ['Master', 'sum', 'audio'],
      ['heard', 'wet', 'audio'],
    ],
  });
  latencies = [await ardour.ask('latency', 'song'), await ardour.ask('latency', 'heard')];
  await ardour.record('sum', 'wet');
  await ardour.rollTo(ROLL_FRAMES);
  await ardour.tell('stop');
  await engine.process.end('SIGTERM');
  await ardour.quit();
}, 120_000);

afterAll(() => world?.close());

const peak = (audio: Audio, from = 0): number =>
  Math.max(
    ...audio.channels.map((channel) => channel.slice(from).reduce((a, b) => Math.max(a, Math.abs(b)), 0)),
  );

describe.skipIf(WHY_NO_DAWS !== '')('live', () => {
  it('declares its latency', () => {
    expect(latencies).toEqual([DECLARED, DECLARED]);
  });

  it('brings every frame, bit-exact', () => {
    const heard = readNumbered(ardour.recorded('wet'));
    const longest = Math.max(...heard.runs.map(({ frames }) => frames));
    expect(longest, runsText(heard)).toBeGreaterThan(ROLL_FRAMES / 2);
  });

  it('null: with its dry copy, compensated by the host, it cancels to the last bit', () => {
    const sum = ardour.recorded('sum');
    expect(sum.channels[0].length).toBeGreaterThan(LOCKED_AFTER + RATE);
    expect(peak(sum), 'before it is in its place it is heard').toBeGreaterThan(0);
    expect(peak(sum, LOCKED_AFTER)).toBe(0);
  });
});

describe.skipIf(WHY_NO_DAWS !== '')('offline', () => {
  it('an export takes the tracks as they are, nothing of the network, and is the same every time', () => {
    const [first, second] = [1, 2].map((turn) => {
      const out = studio.file(`export-${turn}.wav`);
      const args = ['-b', 'float', '-o', out, ardour.sessionFolder, 'null'];
      execFileSync('ardour7-export', args, { env: { ...process.env, ...studio.env }, stdio: 'ignore' });
      return readWav(readFileSync(out));
    });
    expect(second).toEqual(first);
    const [left] = first.channels;
    const copy = SONG.channels[0].slice(0, left.length).map((sample) => -sample);
    expect(left.length).toBeGreaterThan(ROLL_FRAMES);
    expect(left).toEqual(copy);
  }, 60_000);
});
