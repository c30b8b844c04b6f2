// Whatever strangers send to the group: a running engine stays alive, its memory flat, every drop is counted
// under its reason, and the stream of decent peers stays bit-exact.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../engine/control/configuration-table.js';
import type { StatusDocument } from '../../engine/control/status-document.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Crowd } from './support/crowd.js';
import { Junk } from './support/junk.js';
import type { LiveHost } from './support/live-host.js';
import { until } from './support/live-process.js';
import { type Engine, LiveWorld } from './support/live-world.js';
import { numberedSignal, readNumbered, runsText } from './support/numbered-signal.js';
import { MemoryWatch } from './support/process-memory.js';
import { SEED } from './support/seed.js';
import { Sprayer } from './support/sprayer.js';

const RATE = 48_000;
const CLEAN_CHANNEL = 9;
const DATAGRAMS = 200_000;
const DATAGRAMS_PER_SECOND = 12_000;
const MIB = 1 << 20;
const GROWTH_BYTES_MAX = 24 * MIB;
/** What the sender's host plays before and after the datagrams. */
const EDGE_SECONDS = 1;

let world: LiveWorld;
let sprayer: Sprayer | undefined;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(async () => {
  sprayer?.close();
  sprayer = undefined;
  await world.close();
});

interface Stage {
  readonly engines: readonly [Engine, Engine];
  readonly receiver: LiveHost;
  readonly sender: LiveHost;
  readonly frames: number;
}

/** Two engines, a clean stream between two hosts, and a host that listens to what comes from strangers. */
async function startStage(seconds: number, more: readonly string[] = []): Promise<Stage> {
  const engines = await Promise.all([
    world.startEngine('a', undefined, more),
    world.startEngine('b', undefined, more),
  ]);
  const common = { channel: CLEAN_CHANNEL, latencyMs: 150 };
  const receiver = world.startHost('b', { ...common, mode: 'receive', seconds: 120 });
  world.startHost('b', { mode: 'receive', channel: 5, seconds: 120 });
  await until('the plugins', () => engines[1].watch.activeSlots().length === 2);
  const audio = numberedSignal(seconds * RATE, 1);
  const sender = world.startHost('a', { ...common, mode: 'send', seconds: seconds + EDGE_SECONDS, audio });
  await receiver.shows('sound', ({ peakOut }) => peakOut > 0);
  return { engines, receiver, sender, frames: audio.channels[0].length };
}

/** Ends the hosts; every frame must have arrived as it was. */
async function expectClean({ engines, receiver, sender, frames }: Stage): Promise<void> {
  await sender.finish('wait');
  const missed = engines[1].watch.activeSlots().map(({ underrunFrames }) => underrunFrames);
  await receiver.finish('stop');
  const heard = readNumbered(receiver.recording());
  console.log(`clean stream: ${runsText(heard)}; frames that came too late for the plugins: ${missed}`);
  expect(heard.runs, runsText(heard)).toMatchObject([{ first: 0, frames }]);
  expect(heard.strange).toBe(0);
}

/** The counters of an engine in a moment in which no packet was on its way through it. */
async function settledStatus({ watch, process }: Engine): Promise<StatusDocument> {
  let status: StatusDocument | undefined;
  const adds = () => {
    status = watch.read();
    return status !== undefined && status.counters.packetsReceived === status.accepted + rejectedIn(status);
  };
  await until('received = accepted + rejected', adds, {
    failed: () => (process.running ? '' : process.stderr),
    words: () => JSON.stringify(status),
  });
  return status as StatusDocument;
}

function rejectedIn({ rejected }: StatusDocument): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}

const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

describe(`strangers on the group, seed ${SEED}`, () => {
  it(`${DATAGRAMS} damaged datagrams: each drop is counted, memory is flat, the clean stream exact`, async () => {
    const stage = await startStage(DATAGRAMS / DATAGRAMS_PER_SECOND + 6);
    const junk = new Junk(new Random(SEED), world.session, CLEAN_CHANNEL);
    sprayer = await Sprayer.open(world.port);
    const memory = stage.engines.map(({ process }) => new MemoryWatch(process.pid));
    const before = await settledStatus(stage.engines[1]);
    await sprayer.spray(DATAGRAMS, DATAGRAMS_PER_SECOND, () => junk.next());
    const grown = memory.map((watch) => watch.stop());
    const after = await settledStatus(stage.engines[1]);
    await expectClean(stage);
    console.log(`seed ${SEED}: ${sprayer.sent} sent; rejected ${JSON.stringify(after.rejected)}`);
    expect(sprayer.sent).toBeGreaterThan(DATAGRAMS * 0.99);
    expect(after.counters.packetsReceived - before.counters.packetsReceived).toBeGreaterThan(
      DATAGRAMS * 0.95,
    );
    for (const reason of ['tooShort', 'notToast', 'badVersion', 'unknownType', 'unsupported'] as const) {
      expect(after.rejected[reason], reason).toBeGreaterThan(100);
    }
    for (const reason of ['badLength', 'badChecksum', 'badExtension', 'badPayload', 'badFragment'] as const) {
      expect(after.rejected[reason], reason).toBeGreaterThan(100);
    }
    for (const { earlyBytes, lateBytes } of grown) {
      console.log(`engine memory: ${mib(earlyBytes)} early, ${mib(lateBytes)} late`);
      expect(lateBytes - earlyBytes).toBeLessThan(GROWTH_BYTES_MAX);
    }
  });

  it('a crowd of made-up senders: peers and streams stay within their limits, and go again', async () => {
    const stage = await startStage(16);
    const crowd = new Crowd(new Random(SEED), world.session, CLEAN_CHANNEL);
    sprayer = await Sprayer.open(world.port);
    const [, { process, watch }] = stage.engines;
    const memory = new MemoryWatch(process.pid);
    await sprayer.spray(20_000, 4000, () => crowd.newSender());
    await sprayer.spray(20_000, 4000, () => crowd.newStream());
    const status = await settledStatus(stage.engines[1]);
    expect(status.peers.length).toBeLessThanOrEqual(2 * DEFAULTS['limits.peersMax']);
    const streams = status.streams.length + status.truncated.streams;
    expect(streams).toBeLessThanOrEqual(DEFAULTS['limits.streamsMax'] + 4);
    expect(status.rejected.peerLimit).toBeGreaterThan(5000);
    expect(status.rejected.streamLimit).toBeGreaterThan(5000);
    const { earlyBytes, lateBytes } = memory.stop();
    console.log(`engine memory in the crowd: ${mib(earlyBytes)} early, ${mib(lateBytes)} late`);
    await until('the crowd to go', () => watch.read()?.peers.length === 1, { withinMs: 6000 });
    expect(watch.received('audio').map(({ channel }) => channel)).toEqual([CLEAN_CHANNEL]);
    await expectClean(stage);
  });

  it('more from one sender than one may send: what is over is refused, others are not touched', async () => {
    const stage = await startStage(6, ['--limits.packetsPerSecondMax', '6000']);
    const crowd = new Crowd(new Random(SEED), world.session, CLEAN_CHANNEL);
    sprayer = await Sprayer.open(world.port);
    const datagram = crowd.newStream();
    await sprayer.spray(20_000, 10_000, () => datagram);
    await sleep(300);
    const status = await settledStatus(stage.engines[1]);
    expect(status.rejected.rateLimit).toBeGreaterThan(1000);
    await expectClean(stage);
  });
});
