// Any order of start, any kill: sound comes back by itself, nothing old is heard again, nothing leaks, the
// side that is left goes on, and no note hangs. The signal's frames tell their numbers, so that the recording
// shows what happened when; the times measured are printed.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowUs } from '../../bridge/index.js';
import type { LiveHost } from './support/live-host.js';
import { until } from './support/live-process.js';
import { type Engine, LiveWorld } from './support/live-world.js';
import { numberedSignal, runsText } from './support/numbered-signal.js';
import { expectOnTime, expectOrderly, Recording, steadyNotes } from './support/recording.js';
import { sharedBytes, sharedObjects } from './support/shared-memory.js';

const RATE = 48_000;
/** What a test allows; what it took is printed. */
const BACK_MS_MAX = 3000;
const STAY_MS = 1200;
/** D is fixed anew by each engine; more than this apart, one of the two plays what is old. */
const D_CHANGE_FRAMES_MAX = 0.1 * 48_000;
/** Status texts and the like, which are written sooner or later. */
const SLACK_BYTES = 64 * 1024;

let world: LiveWorld;
const measured: string[] = [];
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.close());
afterAll(() => console.log(measured.join('\n')));

/** Longer than any test. */
const NOTES = steadyNotes(60 * RATE);

const startEngines = () => Promise.all([world.startEngine('a'), world.startEngine('b')]);

const startReceiver = (): LiveHost =>
  world.startHost('b', { mode: 'receive', latencyMs: 50, block: 'random:7:512', seconds: 60 });

/** Plays for `seconds`, the last half of one in silence. */
const startSender = (tag: number, seconds: number): LiveHost =>
  world.startHost('a', {
    ...{ mode: 'send', latencyMs: 50, block: 'random:8:512', seconds },
    ...{ audio: numberedSignal((seconds - 0.5) * RATE, tag), midi: NOTES },
  });

const hears = (host: LiveHost) => host.shows('sound', ({ peakOut }) => peakOut > 0);
const isSilent = (host: LiveHost) => host.shows('silence', ({ peakOut }) => peakOut === 0);

/** Both hosts play, and the sound arrives. */
async function startPlaying(): Promise<{ engines: [Engine, Engine]; receiver: LiveHost; sender: LiveHost }> {
  const engines = await startEngines();
  const receiver = startReceiver();
  await receiver.shows('a connection', ({ status }) => status === 'connected');
  const sender = startSender(1, 60);
  await hears(receiver);
  await sleep(STAY_MS);
  return { engines, receiver, sender };
}

/** Ends the sender, lets the end arrive, ends the receiver. */
async function finish(
  sender: LiveHost,
  receiver: LiveHost,
  tags: readonly number[] = [1],
): Promise<Recording> {
  const sent = await sender.finish('stop');
  expectOnTime(sent);
  await sleep(500);
  const report = await receiver.finish('stop');
  return new Recording(report, receiver.recording(), receiver.recordedMidi(), tags);
}

/** Judged is what JamBridge takes; how long a process needs to start is the machine's affair, but printed. */
function note(what: string, recording: Recording, spawnedUs: number, readyUs: number): void {
  const fromStartMs = recording.soundAfterMs(spawnedUs);
  const milliseconds = fromStartMs - (readyUs - spawnedUs) / 1000;
  const words = [`${what}: sound ${Math.round(milliseconds)} ms after ready`];
  if (readyUs !== spawnedUs) words.push(`${Math.round(fromStartMs)} ms after the start of the process`);
  measured.push(words.join(', '));
  expect(milliseconds, what).toBeLessThan(BACK_MS_MAX);
}

interface Moments {
  readonly killedUs: number;
  readonly spawnedUs: number;
  readonly readyUs: number;
}

/** The times of a return, and that what came back is of now: no frame is later than those before the break. */
function noteReturn(what: string, recording: Recording, { killedUs, spawnedUs, readyUs }: Moments): void {
  note(what, recording, spawnedUs, readyUs);
  const before = recording.runAt(killedUs);
  const after = recording.heard.runs.find((run) => recording.timeUs(run.at) > spawnedUs);
  if (before === undefined || after === undefined || before.tag !== after.tag) return;
  expect(Math.abs(after.offset - before.offset), 'frames that D changed by').toBeLessThan(
    D_CHANGE_FRAMES_MAX,
  );
}

async function expectNothingLeft(engines: readonly Engine[]): Promise<void> {
  for (const { process } of engines) expect(await process.end('SIGTERM'), process.stderr).toBe(0);
  expect(sharedObjects(world.segmentPrefix)).toEqual([]);
}

describe('whoever starts first', () => {
  it('engines: the whole signal arrives', async () => {
    const engines = await startEngines();
    const receiver = startReceiver();
    await receiver.shows('a connection', ({ status }) => status === 'connected');
    const sender = startSender(1, 3);
    const { startUs } = await sender.finish();
    const recording = await finish(sender, receiver);
    note('engines first', recording, startUs, startUs);
    expect(recording.heard.runs).toMatchObject([{ first: 0, frames: 2.5 * RATE }]);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });

  it('hosts: sound comes with the engines', async () => {
    const receiver = startReceiver();
    const sender = startSender(1, 60);
    await receiver.shows('no engine', ({ status, frames }) => status === 'no engine' && frames > 0);
    await sleep(500);
    expect(sharedObjects(world.segmentPrefix)).toEqual([]); // a plugin makes nothing
    const spawnedUs = nowUs();
    const engines = [world.launchEngine('a'), world.launchEngine('b')];
    await Promise.all(engines.map(({ process }) => process.says('engine ready')));
    const readyUs = nowUs();
    await hears(receiver);
    await sleep(STAY_MS);
    const recording = await finish(sender, receiver);
    note('hosts first', recording, spawnedUs, readyUs);
    expect(recording.heard.runs, runsText(recording.heard)).toHaveLength(1);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });
});

describe('whoever is killed', () => {
  it('the sending engine: its successor goes on with the same plugin', async () => {
    const { engines, receiver, sender } = await startPlaying();
    const killedUs = nowUs();
    await engines[0].process.end('SIGKILL');
    await isSilent(receiver);
    const spawnedUs = nowUs();
    engines[0] = await world.startEngine('a');
    const readyUs = nowUs();
    await hears(receiver);
    await sleep(STAY_MS);
    const recording = await finish(sender, receiver);
    noteReturn('sending engine', recording, { killedUs, spawnedUs, readyUs });
    expect(recording.heard.runs, runsText(recording.heard)).toHaveLength(2);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });

  it('the receiving engine: its successor goes on with the same plugin', async () => {
    const { engines, receiver, sender } = await startPlaying();
    const killedUs = nowUs();
    await engines[1].process.end('SIGKILL');
    await receiver.shows('no engine', ({ status }) => status === 'no engine');
    const spawnedUs = nowUs();
    engines[1] = await world.startEngine('b');
    const readyUs = nowUs();
    await hears(receiver);
    await sleep(STAY_MS);
    const recording = await finish(sender, receiver);
    noteReturn('receiving engine', recording, { killedUs, spawnedUs, readyUs });
    expect(recording.heard.runs, runsText(recording.heard)).toHaveLength(2);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });

  it('the sending host: another one takes over, its slot and memory come back', async () => {
    const { engines, receiver, sender } = await startPlaying();
    const busyBytes = sharedBytes(engines[0].segment);
    const killedUs = nowUs();
    await sender.process.end('SIGKILL');
    await isSilent(receiver);
    await until('the dead slot to be freed', () => engines[0].watch.read()?.slots.length === 0);
    const idleBytes = sharedBytes(engines[0].segment);
    expect(idleBytes).toBeLessThan(busyBytes);
    const spawnedUs = nowUs();
    const next = startSender(2, 60);
    await hears(receiver);
    await sleep(STAY_MS);
    expect(sharedBytes(engines[0].segment)).toBeLessThanOrEqual(busyBytes + SLACK_BYTES);
    const recording = await finish(next, receiver, [1, 2]);
    noteReturn('sending host', recording, { killedUs, spawnedUs, readyUs: spawnedUs });
    expect(recording.heard.runs).toMatchObject([{ tag: 1 }, { tag: 2, first: 0 }]);
    expectOrderly(recording, NOTES);
    expect(sharedBytes(engines[0].segment)).toBeLessThanOrEqual(idleBytes + SLACK_BYTES);
    await expectNothingLeft(engines);
  });

  it('the receiving host: a new one hears what is played now', async () => {
    const { engines, receiver, sender } = await startPlaying();
    const busyBytes = sharedBytes(engines[1].segment);
    const killedUs = nowUs();
    await receiver.process.end('SIGKILL');
    await until('the dead slot to be freed', () => engines[1].watch.read()?.slots.length === 0);
    expect(sharedBytes(engines[1].segment)).toBeLessThan(busyBytes);
    const spawnedUs = nowUs();
    const next = startReceiver();
    await hears(next);
    await sleep(STAY_MS);
    const recording = await finish(sender, next);
    noteReturn('receiving host', recording, { killedUs, spawnedUs, readyUs: spawnedUs });
    expect(recording.heard.runs, runsText(recording.heard)).toHaveLength(1);
    // Nothing that was sent while nobody listened: its first frame was captured after the new host began.
    const [run] = recording.heard.runs;
    const { startUs } = sender.report();
    expect(startUs + (run.first * 1e6) / RATE).toBeGreaterThan(spawnedUs - 100_000);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });
});

describe('whoever leaves in good order', () => {
  it('both engines, one after the other, and the hosts', async () => {
    const { engines, receiver, sender } = await startPlaying();
    const times: { what: string; killedUs: number; spawnedUs: number; readyUs: number }[] = [];
    for (const [index, letter] of ['a', 'b'].entries()) {
      const killedUs = nowUs();
      expect(await engines[index].process.end('SIGTERM')).toBe(0);
      await isSilent(receiver);
      // Its plugin still holds a slot in the segment.
      expect(sharedObjects(engines[index].segment)).toHaveLength(1);
      const spawnedUs = nowUs();
      engines[index] = await world.startEngine(letter);
      times.push({ what: `engine ${letter}, stopped`, killedUs, spawnedUs, readyUs: nowUs() });
      await hears(receiver);
      await sleep(STAY_MS);
    }
    const recording = await finish(sender, receiver);
    for (const { what, ...when } of times) noteReturn(what, recording, when);
    expect(recording.heard.runs, runsText(recording.heard)).toHaveLength(3);
    expectOrderly(recording, NOTES);
    await expectNothingLeft(engines);
  });
});
