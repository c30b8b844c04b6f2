// Several of everything: engines on one host, plugins on one engine, receivers of one sender, senders on one
// channel, and a peer that knows only the base format.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BasePeer } from './support/base-peer.js';
import type { LiveHost } from './support/live-host.js';
import { until } from './support/live-process.js';
import { type Engine, type HostOptions, LiveWorld } from './support/live-world.js';
import { numberedSignal, readNumbered, runsText } from './support/numbered-signal.js';

const RATE = 48_000;
const SECONDS = 3;
const FRAMES = SECONDS * RATE;
/** How long a stream that breaks off is carried on. */
const FADE_FRAMES = 0.1 * RATE;

let world: LiveWorld;
let peer: BasePeer | undefined;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(async () => {
  peer?.close();
  peer = undefined;
  await world.close();
});

/** Engines by letter, until each knows all others. */
async function startEngines(...letters: string[]): Promise<Engine[]> {
  const engines = await Promise.all(letters.map((letter) => world.startEngine(letter)));
  const met = ({ watch }: Engine) => watch.read()?.peers.length === letters.length - 1;
  await until('the engines to meet', () => engines.every(met));
  return engines;
}

const receive = (letter: string, more: Partial<HostOptions> = {}): LiveHost =>
  world.startHost(letter, { mode: 'receive', seconds: 60, ...more });

/** Sends `seconds` of sound, then silence in which it arrives. */
const send = (letter: string, tag: number, more: Partial<HostOptions> = {}): LiveHost => {
  const audio = numberedSignal(FRAMES, tag);
  return world.startHost(letter, { mode: 'send', seconds: SECONDS + 1, audio, ...more });
};

const present = (engine: Engine, plugins: number) =>
  until(`${plugins} plugins`, () => engine.watch.activeSlots().length === plugins);

async function expectHeard(host: LiveHost, tag: number, fadeFrames = 0): Promise<void> {
  await host.finish('stop');
  const heard = readNumbered(host.recording(), [1, 2, 3, 4, 5]);
  expect(heard.runs, runsText(heard)).toMatchObject([{ tag, first: 0, frames: FRAMES }]);
  expect(heard.strange).toBeLessThanOrEqual(fadeFrames);
}

describe('several', () => {
  it("engines on one host, receivers on each, the sender's own too: all hear the same", async () => {
    const [a, b, c] = await startEngines('a', 'b', 'c');
    const receivers = [receive('a'), receive('b'), receive('b', { block: '64' }), receive('c')];
    await Promise.all([present(a, 1), present(b, 2), present(c, 1)]);
    await send('a', 1).finish();
    for (const receiver of receivers) await expectHeard(receiver, 1);
  });

  it("plugins on one engine, each on its channel: nobody hears another one's, nor himself", async () => {
    const [a, b] = await startEngines('a', 'b');
    const third = receive('b', { channel: 3 });
    const fourth = receive('b', { channel: 4, format: 'vst3' });
    await present(b, 2);
    const talk = (letter: string, tag: number) => send(letter, tag, { channel: 5, mode: 'send+receive' });
    const senders = [send('a', 1, { channel: 3 }), send('a', 2, { channel: 4 })];
    await present(a, 2);
    const [left, right] = [talk('a', 3), talk('b', 4)];
    for (const sender of senders) await sender.finish();
    await expectHeard(third, 1);
    await expectHeard(fourth, 2);
    // The two that talk began at different moments: each hears the other's end, and never itself.
    for (const [host, other] of [
      [left, 4],
      [right, 3],
    ] as const) {
      await host.finish();
      const heard = readNumbered(host.recording(), [1, 2, 3, 4, 5]);
      expect(heard.runs, runsText(heard)).toMatchObject([{ tag: other }]);
    }
  });

  it('senders on one channel are summed, each from its first frame to its last', async () => {
    const [, b] = await startEngines('a', 'b', 'c');
    const receiver = receive('b', { channel: 2 });
    await present(b, 1);
    // Whole multiples of 2^-23 and of 2^-12, together below 1: every sum is exact and tells both.
    const low = (frame: number) => ((frame % 2047) + 1) / 2 ** 23;
    const high = (frame: number) => ((frame % 2039) + 1) / 2 ** 12;
    const signal = (value: (frame: number) => number) => {
      const plane = Float32Array.from({ length: FRAMES }, (_, frame) => value(frame));
      return { sampleRate: RATE, channels: [plane, plane] };
    };
    const first = send('a', 0, { channel: 2, audio: signal(low), block: '1024' });
    await receiver.shows('the first', ({ peakOut }) => peakOut > 0);
    const second = send('c', 0, { channel: 2, audio: signal(high), block: '32' });
    await Promise.all([first.finish(), second.finish()]);
    await receiver.finish('stop');
    const [heard] = receiver.recording().channels;
    const lowAt = heard.findIndex((sample) => sample !== 0);
    const highAt = heard.findIndex((sample) => sample >= 2 ** -12);
    expect(highAt).toBeGreaterThan(lowAt);
    expect(highAt).toBeLessThan(lowAt + FRAMES - RATE / 4); // they did sound together
    const part = (at: number, begin: number, value: (frame: number) => number) =>
      at >= begin && at < begin + FRAMES ? value(at - begin) : 0;
    const wrong = heard.findIndex((s, at) => s !== part(at, lowAt, low) + part(at, highAt, high));
    expect(wrong, `first wrong frame; the parts begin at ${lowAt} and ${highAt}`).toBe(-1);
  });
});

describe('a peer that knows only the base format', () => {
  it('is heard on channel 1: audio, raw MIDI and COMPACT MIDI, each at its time', async () => {
    const b = await world.startEngine('b');
    const receiver = receive('b');
    await present(b, 1);
    peer = await BasePeer.open(world.port, world.session, RATE);
    const compact = '{"t":"n+","c":2,"n":64,"v":90,"ts":0,"seq":7}\n{"t":"cc","c":1,"cc":7,"val":99,"f":30}';
    await peer.play(numberedSignal(FRAMES, 2), [
      { frame: 24_010, payload: Uint8Array.of(0x90, 60, 100) },
      { frame: 30_000, payload: Uint8Array.of(0x80, 60, 0, 0xc3, 17) },
      { frame: 36_021, payload: compact },
      { frame: 48_033, payload: '{"t":"n-","c":2,"n":64,"v":0}' },
      { frame: 60_007, payload: Uint8Array.of(0xb2, 1, 5, 1, 6) }, // running status
    ]);
    await until('its end', () => receiver.progress?.peakOut === 0);
    expect(b.watch.read()?.peers).toMatchObject([{ baseOnly: true, address: '127.0.0.1', name: '' }]);
    await expectHeard(receiver, 2, FADE_FRAMES); // it does not say that it leaves
    const [{ offset }] = readNumbered(receiver.recording(), [2]).runs;
    const midi = receiver.recordedMidi().map(({ frame, bytes }) => [frame - offset, ...bytes]);
    expect(midi).toEqual([
      [24_010, 0x90, 60, 100],
      [30_000, 0x80, 60, 0],
      [30_000, 0xc3, 17],
      [36_021, 0x91, 64, 90],
      [36_051, 0xb0, 7, 99],
      [48_033, 0x81, 64, 0],
      [60_007, 0xb2, 1, 5],
      [60_007, 0xb2, 1, 6],
    ]);
  });
});
