// From DAW block to DAW block through two engines: every frame and every MIDI event arrives, each at one
// constant offset D, whatever the block sizes at either end.
import { afterEach, describe, expect, it } from 'vitest';
import { compareMidi } from '../../engine/demo/compare-midi.js';
import { Random } from '../fuzz/datagram-maker.js';
import { until } from './support/live-process.js';
import { type Format, LiveWorld } from './support/live-world.js';
import { randomMidi } from './support/midi-events.js';
import { numberedSignal, readNumbered, runsText } from './support/numbered-signal.js';
import { IS_ROOT, LOOPBACK, makePair, type Place, WHY_NOT_ROOT } from './support/places.js';
import { SEED } from './support/seed.js';

const RATE = 48_000;
const SEND_SECONDS = 6;
/** After the input's end, so that all of it leaves and arrives. */
const TAIL_SECONDS = 1;

let world: LiveWorld | undefined;
afterEach(() => world?.close());

/** One run; returns what was heard and what the receiving engine counted. */
async function play(format: Format, from: Place, to: Place, seed: number) {
  const stage = new LiveWorld();
  world = stage;
  const frames = SEND_SECONDS * RATE;
  const midi = randomMidi(new Random(seed), frames);
  const [a, b] = await Promise.all([stage.startEngine('a', from), stage.startEngine('b', to)]);
  await until('the engines to meet', () => [a, b].every(({ watch }) => watch.read()?.peers.length === 1));
  const common = { format, latencyMs: 100 };
  const receiver = stage.startHost(
    'b',
    { ...common, mode: 'receive', seconds: 60, block: `random:${seed + 1}` },
    to,
  );
  await until('the receiving plugin', () => b.watch.activeSlots().length === 1);
  const sender = stage.startHost(
    'a',
    {
      ...{ ...common, mode: 'send', seconds: SEND_SECONDS + TAIL_SECONDS, block: `random:${seed}` },
      ...{ audio: numberedSignal(frames, 1), midi },
    },
    from,
  );
  const sent = await sender.finish();
  const [stream] = b.watch.received('audio');
  const [slot] = b.watch.activeSlots();
  const received = await receiver.finish('stop');
  const heard = readNumbered(receiver.recording());
  return { frames, midi, heard, heardMidi: receiver.recordedMidi(), sent, received, stream, slot };
}

async function expectExact(format: Format, from: Place, to: Place, seed: number): Promise<void> {
  const { frames, midi, heard, heardMidi, sent, received, stream, slot } = await play(format, from, to, seed);
  expect(sent.blockFrames).toBe(4096);
  expect(sent.blockSeed).not.toBe(received.blockSeed);
  expect(heard.runs, runsText(heard)).toMatchObject([{ tag: 1, first: 0, frames }]);
  expect(heard.strange).toBe(0);
  const { offset } = heard.runs[0];
  const kinds = new Set(midi.map(({ bytes }) => bytes[0] & 0xf0));
  expect([...kinds].sort()).toEqual([0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0]);
  expect(compareMidi(midi, heardMidi, offset, RATE)).toEqual({
    ...{ sent: midi.length, delivered: midi.length, exact: midi.length, late: 0, early: 0 },
    ...{ missing: 0, duplicated: 0, released: 0, unexpected: 0, hung: 0 },
  });
  expect(slot).toMatchObject({ underruns: 0, underrunFrames: 0, midiDropped: 0 });
  expect(stream).toMatchObject({ concealed: 0, lost: 0, late: 0, underruns: 0, overruns: 0 });
  expect(sent.midiNotTaken + sent.misplacedEvents + received.misplacedEvents).toBe(0);
  console.log(
    `${format}, seed ${seed}: ${frames} frames exact and ${midi.length} events exact at D = ${offset}; ` +
      `blocks ${sent.blocks} and ${received.blocks}, late ${sent.lateBlocks} and ${received.lateBlocks}`,
  );
}

describe.each(['clap', 'vst3'] as const)('%s: every frame and every event at one offset', (format) => {
  it(`on the loopback interface, seed ${SEED}`, async () => {
    await expectExact(format, LOOPBACK, LOOPBACK, SEED);
  });

  it(`in two network namespaces joined by a cable, seed ${SEED + 2}`, async (context) => {
    if (!IS_ROOT) return context.skip(WHY_NOT_ROOT);
    const pair = makePair();
    try {
      await expectExact(format, pair.a, pair.b, SEED + 2);
    } finally {
      await world?.close();
      pair.destroy();
    }
  });
});
