// Rounds of the crash matrix: two hosts play across two engines while one of the four is killed, again and again,
// at moments that chance chooses. What the recordings show afterwards is judged.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { LAYOUT, nowUs } from '../../../bridge/index.js';
import type { Chance } from '../../../engine/demo/chance.js';
import type { LiveHost } from './live-host.js';
import { until } from './live-process.js';
import type { Engine, LiveWorld } from './live-world.js';
import { numberedSignal, repeatedFrames, runsText } from './numbered-signal.js';
import { Recording, steadyNotes } from './recording.js';
import { sharedBytes } from './shared-memory.js';

const RATE = 48_000;
/** A signal's frames can be told apart for so long, and a round must fit in. */
const SIGNAL_SECONDS = 120;
const NOTES = steadyNotes(SIGNAL_SECONDS * RATE);
const PLAY_MS = [100, 900] as const;
/** Between the kill and a successor: not at once, as a supervisor would not. */
const PAUSE_MS = [0, 300] as const;
/** What a test allows until sound is back, once the successor is ready. */
export const BACK_MS_MAX = 1000;
/** A capture ring has been written from end to end. */
const RING_MS = (LAYOUT.ringFrames * 1000) / RATE + 200;
/** The status text, and what a dead host's slot keeps until it is found. */
const LEAK_BYTES_MAX = 128 * 1024;
const DESCRIPTORS_SLACK = 2;

export interface RoundResult {
  /** From the successor's readiness to the first sound heard, of each kill. */
  readonly backMs: readonly number[];
  /** Frames heard that were no whole piece of the signal: concealment and joins. */
  readonly strangeFrames: number;
}

const between = (chance: Chance, [low, high]: readonly [number, number]): number =>
  low + chance() * (high - low);

function startReceiver(world: LiveWorld): LiveHost {
  return world.startHost('b', { mode: 'receive', latencyMs: 50, seconds: SIGNAL_SECONDS + 60 });
}

function startSender(world: LiveWorld, tag: number): LiveHost {
  const audio = numberedSignal((SIGNAL_SECONDS - 1) * RATE, tag);
  return world.startHost('a', {
    ...{ mode: 'send', latencyMs: 50, seconds: SIGNAL_SECONDS, audio, midi: NOTES },
  });
}

const hears = (host: LiveHost) => host.shows('sound', ({ peakOut }) => peakOut > 0);
/** Since when it has played, once it shows that it does. */
async function playsSinceUs(host: LiveHost): Promise<number> {
  await host.shows('that it plays', ({ frames }) => frames > 0);
  return nowUs() - ((host.progress?.frames ?? 0) * 1e6) / RATE;
}
const isSilent = (host: LiveHost) => host.shows('silence', ({ peakOut }) => peakOut === 0);

/** Open files of a process: what each return leaves behind would add up. */
const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Engines are killed; the two hosts go on from the first kill to the last. */
export async function killEngines(world: LiveWorld, kills: number, chance: Chance): Promise<RoundResult> {
  const engines: [Engine, Engine] = await Promise.all([world.startEngine('a'), world.startEngine('b')]);
  const receiver = startReceiver(world);
  await receiver.shows('a connection', ({ status }) => status === 'connected');
  const sender = startSender(world, 1);
  await hears(receiver);
  const before = [sender, receiver].map(({ process }) => descriptors(process.pid));
  const readyUs: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    await sleep(between(chance, PLAY_MS));
    const index = chance() < 0.5 ? 0 : 1;
    await engines[index].process.end('SIGKILL');
    await sleep(between(chance, PAUSE_MS));
    engines[index] = await world.startEngine('ab'[index]);
    readyUs.push(nowUs());
    await hearsSince(receiver, readyUs[kill]);
  }
  await sleep(PLAY_MS[1]);
  const after = [sender, receiver].map(({ process }) => descriptors(process.pid));
  for (const [index, count] of after.entries())
    expect(count).toBeLessThanOrEqual(before[index] + DESCRIPTORS_SLACK);
  await sender.finish('stop');
  await sleep(500);
  const report = await receiver.finish('stop');
  const recording = new Recording(report, receiver.recording(), receiver.recordedMidi(), [1]);
  judge(recording);
  await expectIdle(engines);
  return { backMs: readyUs.map((us) => backMs(recording, us)), strangeFrames: recording.heard.strange };
}

/** Hosts are killed, in turn; the engines go on. */
export async function killHosts(world: LiveWorld, kills: number, chance: Chance): Promise<RoundResult> {
  const engines: [Engine, Engine] = await Promise.all([world.startEngine('a'), world.startEngine('b')]);
  let receiver = startReceiver(world);
  let tag = 1;
  let sender = startSender(world, tag);
  await hears(receiver);
  await sleep(RING_MS); // rings take memory as they are written for the first time
  const busyBytes = engines.map(({ segment }) => sharedBytes(segment));
  const took: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    await sleep(between(chance, PLAY_MS));
    const victim = chance() < 0.5 ? 'sender' : 'receiver';
    await (victim === 'sender' ? sender : receiver).process.end('SIGKILL');
    if (victim === 'sender') await isSilent(receiver);
    await sleep(between(chance, PAUSE_MS));
    if (victim === 'sender') sender = startSender(world, ++tag);
    else receiver = startReceiver(world);
    const startUs = await playsSinceUs(victim === 'sender' ? sender : receiver);
    await hears(receiver);
    took.push((nowUs() - startUs) / 1000);
  }
  await until('the dead slots to be freed', () =>
    engines.every(({ watch }) => watch.read()?.slots.length === 1),
  );
  for (const [index, { segment }] of engines.entries()) {
    expect(sharedBytes(segment), 'shared memory').toBeLessThanOrEqual(busyBytes[index] + LEAK_BYTES_MAX);
  }
  await sender.finish('stop');
  await sleep(500);
  const report = await receiver.finish('stop');
  const tags = Array.from({ length: tag }, (_, n) => n + 1);
  const recording = new Recording(report, receiver.recording(), receiver.recordedMidi(), tags);
  judge(recording);
  await expectIdle(engines);
  return { backMs: took, strangeFrames: recording.heard.strange };
}

/** An engine that stood still (a suspended machine): the sound comes back by itself, nothing old with it. */
export async function stopAndContinue(world: LiveWorld, stoppedMs: number): Promise<RoundResult> {
  const engines: [Engine, Engine] = await Promise.all([world.startEngine('a'), world.startEngine('b')]);
  const receiver = startReceiver(world);
  const sender = startSender(world, 1);
  await hears(receiver);
  await sleep(PLAY_MS[1]);
  const continuedUs: number[] = [];
  for (const { process: engine } of engines) {
    process.kill(engine.pid, 'SIGSTOP');
    await isSilent(receiver);
    await sleep(stoppedMs);
    process.kill(engine.pid, 'SIGCONT');
    continuedUs.push(nowUs());
    await hears(receiver);
    await sleep(PLAY_MS[1]);
  }
  await sender.finish('stop');
  await sleep(500);
  const report = await receiver.finish('stop');
  const recording = new Recording(report, receiver.recording(), receiver.recordedMidi(), [1]);
  judge(recording);
  await expectIdle(engines);
  return { backMs: continuedUs.map((us) => backMs(recording, us)), strangeFrames: recording.heard.strange };
}

/** What it shows now may still be of before. */
async function hearsSince(host: LiveHost, sinceUs: number): Promise<void> {
  await sleep(Math.max(0, 300 - (nowUs() - sinceUs) / 1000));
  await hears(host);
}

/** Sound that never stopped is back at once: the other engine's end was not noticed in time. */
function backMs(recording: Recording, sinceUs: number): number {
  return recording.runAt(sinceUs) === undefined ? recording.soundAfterMs(sinceUs) : 0;
}

function judge(recording: Recording): void {
  const { heard, midi, report } = recording;
  expect(repeatedFrames(heard), `heard again: ${runsText(heard)}`).toBe(0);
  const sounding = new Set<number>();
  for (const { bytes } of midi) {
    if ((bytes[0] & 0xf0) === 0x90 && bytes[2] > 0) sounding.add(bytes[1]);
    else if ((bytes[0] & 0xe0) === 0x80) sounding.delete(bytes[1]);
  }
  expect([...sounding], 'notes that hang').toEqual([]);
  const lateMs = (report.lastUs - report.startUs) / 1000 - (report.frames * 1000) / report.rate;
  expect(lateMs, 'the host was held up').toBeLessThan(500);
}

async function expectIdle(engines: readonly Engine[]): Promise<void> {
  for (const { process } of engines) expect(await process.end('SIGTERM'), process.stderr).toBe(0);
}
