// Delay compensation by construction: with both hosts at the same place of the song, what is played at one is
// heard at the other exactly as many frames later as the plugin has declared. A host that moves its other tracks
// by so much has both at the same frame, and a track and its copy cancel. Any number of channels alike.
import { afterEach, describe, expect, it } from 'vitest';
import { nowUs } from '../../bridge/index.js';
import { until } from './support/live-process.js';
import { type Format, LiveWorld } from './support/live-world.js';
import { numberedSignal, readNumbered, runsText } from './support/numbered-signal.js';
import { SEED } from './support/seed.js';

const RATE = 48_000;
const SECONDS = 5;
const START_US = 1_500_000;

let world: LiveWorld | undefined;
afterEach(() => world?.close());

/** Two studios whose songs begin at the same moment; what the second one recorded, and what it declared. */
async function play(format: Format, channels: number, blocks: readonly [string, string]) {
  const stage = new LiveWorld();
  world = stage;
  const [a, b] = await Promise.all([stage.startEngine('a'), stage.startEngine('b')]);
  await until('the engines to meet', () => [a, b].every(({ watch }) => watch.read()?.peers.length === 1));
  const frames = SECONDS * RATE;
  // Each pair of channels has a signal of its own.
  const pairs = Array.from({ length: channels / 2 }, (_, pair) => numberedSignal(frames, pair + 1).channels);
  const audio = { sampleRate: RATE, channels: pairs.flat() };
  const common = { format, channels, latencyMs: 100, startAtUs: nowUs() + START_US };
  const receiver = stage.startHost('b', {
    ...{ ...common, mode: 'receive', seconds: SECONDS + 1, block: blocks[1] },
    settings: ['report-latency=on', 'timeline=on'],
  });
  // What is looked at is where the sound lands; nothing is lost here, and protecting much takes a core.
  const settings = channels > 2 ? ['redundancy=none'] : [];
  const sender = stage.startHost('a', {
    ...{ ...common, mode: 'send', seconds: SECONDS, block: blocks[0], audio, settings },
  });
  await sender.finish();
  const received = await receiver.finish();
  const recording = receiver.recording();
  const heard = Array.from({ length: channels / 2 }, (_, pair) =>
    readNumbered({ sampleRate: RATE, channels: recording.channels.slice(2 * pair, 2 * pair + 2) }, [
      pair + 1,
    ]),
  );
  return { heard, received, audio, recording };
}

async function expectCompensated(
  format: Format,
  channels: number,
  blocks: readonly [string, string],
): Promise<void> {
  const { heard, received, audio, recording } = await play(format, channels, blocks);
  const declared = received.latencyFrames;
  expect(declared).toBe(0.1 * RATE + 2 * received.blockFrames);
  expect(received.restarts).toBe(0);
  for (const pair of heard) {
    // Found soon after the start, and kept to the end.
    const last = pair.runs.at(-1);
    expect(last?.offset, runsText(pair)).toBe(declared);
    expect(last?.frames).toBeGreaterThan((SECONDS - 3) * RATE);
  }
  // The null test: the track, delayed by what was declared, cancels what came back.
  const from = (SECONDS - 2) * RATE;
  for (const [channel, sent] of audio.channels.entries()) {
    const back = recording.channels[channel].subarray(from + declared, from + declared + RATE);
    expect(Buffer.from(back.slice().buffer).equals(Buffer.from(sent.slice(from, from + RATE).buffer))).toBe(
      true,
    );
  }
  console.log(`${format}, ${channels} channels, blocks ${blocks}: D = ${declared}, ${runsText(heard[0])}`);
}

describe.each(['clap', 'vst3'] as const)('%s: the declared latency is what is heard', (format) => {
  it(`with blocks of any size, seed ${SEED}`, () =>
    expectCompensated(format, 2, [`random:${SEED}:512`, `random:${SEED + 1}:1024`]));
  it('with eight channels', () => expectCompensated(format, 8, ['128', '256']));
});
