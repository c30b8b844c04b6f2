import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceOf } from '../../engine/demo/chance.js';
import { compareAudio } from '../../engine/demo/compare-audio.js';
import { compareMidi } from '../../engine/demo/compare-midi.js';
import type { FrameMessage } from '../../engine/demo/smf-writer.js';
import type { Audio } from '../../engine/demo/wav-file.js';

const FRAMES = 20_000;
const RANGE = { start: 1000, end: 19_000 };

function noise(frames: number, seed = 1): Audio {
  const chance = chanceOf(seed);
  const channel = () => Float32Array.from({ length: frames }, () => 2 * chance() - 1);
  return { sampleRate: 48_000, channels: [channel(), channel()] };
}

/** What a receiver records: the sent audio, `offset` frames later, in a longer file. */
function arrived(sent: Audio, offset: number, frames: number): Audio {
  const channels = sent.channels.map((from) => {
    const to = new Float32Array(frames);
    for (let i = 0; i < from.length; i++)
      if (i + offset >= 0 && i + offset < frames) to[i + offset] = from[i];
    return to;
  });
  return { sampleRate: sent.sampleRate, channels };
}

describe('comparing audio', () => {
  const sent = noise(FRAMES);

  it('finds any shift, and every frame exact', () => {
    for (const offset of [0, 1, 577, 30_000, -900]) {
      const result = compareAudio(sent, arrived(sent, offset, 60_000), RANGE);
      expect(result).toEqual({
        ...{ offsetFrames: offset, sent: 18_000, exact: 18_000, different: 0, silent: 0, gaps: 0 },
      });
    }
  });

  it('counts damaged and silent frames, and the gaps they make', () => {
    const received = arrived(sent, 577, 30_000);
    received.channels[1][577 + 5000] *= 1.0000002;
    received.channels[0][577 + 5001] = -received.channels[0][577 + 5001];
    for (const channel of received.channels) channel.fill(0, 577 + 8000, 577 + 8064);
    expect(compareAudio(sent, received, RANGE)).toEqual({
      ...{ offsetFrames: 577, sent: 18_000, exact: 18_000 - 66, different: 2, silent: 64, gaps: 2 },
    });
  });

  it('tells -0 from 0', () => {
    const zeros = noise(FRAMES);
    zeros.channels[0][2000] = 0;
    const received = arrived(zeros, 3, 30_000);
    received.channels[0][2003] = -0;
    expect(compareAudio(zeros, received, RANGE).different).toBe(1);
  });

  it('counts a tail that never came as silent', () => {
    const result = compareAudio(sent, arrived(sent, 100, 10_100), RANGE);
    expect(result).toMatchObject({ offsetFrames: 100, exact: 9000, silent: 9000, gaps: 1 });
  });

  it('finds most of it when a third is damaged', () => {
    const received = arrived(sent, 577, 30_000);
    const chance = chanceOf(5);
    for (let at = 577; at < 20_577; at += 64) {
      if (chance() < 0.33) for (const channel of received.channels) channel.fill(0.25, at, at + 64);
    }
    const result = compareAudio(sent, received, RANGE);
    expect(result.offsetFrames).toBe(577);
    expect(result.exact + result.different).toBe(18_000);
    expect(result.different).toBeGreaterThan(4000);
  });

  it('says so when nothing of it is there', () => {
    const nothing = { offsetFrames: undefined, exact: 0, silent: 18_000 };
    expect(compareAudio(sent, noise(FRAMES, 2), RANGE)).toMatchObject(nothing);
    expect(compareAudio(sent, arrived(sent, 100_000, 10_000), RANGE)).toMatchObject(nothing);
  });
});

const OFFSET = 577;
const at = (frame: number, ...bytes: number[]): FrameMessage => ({ frame, bytes: Uint8Array.from(bytes) });
const on = (frame: number, key: number) => at(frame, 0x90, key, 100);
const off = (frame: number, key: number) => at(frame, 0x80, key, 64);
const shifted = (messages: readonly FrameMessage[]) =>
  messages.map(({ frame, bytes }) => ({ frame: frame + OFFSET, bytes }));
const compare = (sent: FrameMessage[], received: FrameMessage[]) =>
  compareMidi(
    sent,
    received.sort((a, b) => a.frame - b.frame),
    OFFSET,
    48_000,
  );
const CLEAN = { late: 0, early: 0, missing: 0, duplicated: 0, released: 0, unexpected: 0, hung: 0 };

describe('comparing MIDI', () => {
  const sent = [on(100, 60), off(200, 60), at(200, 0xf0, 1, 2, 0xf7), on(300, 62), off(900, 62)];

  it('is content when each is there once, at its frame', () => {
    expect(compare(sent, shifted(sent))).toEqual({ ...CLEAN, sent: 5, delivered: 5, exact: 5 });
  });

  it('counts what is missing', () => {
    const result = compare(sent, shifted(sent.slice(0, 4)));
    expect(result).toEqual({ ...CLEAN, sent: 5, delivered: 4, exact: 4, missing: 1, hung: 1 });
  });

  it('counts what came twice, even at the same frame', () => {
    const twice = compare(sent, [...shifted(sent), ...shifted([sent[2], sent[0]])]);
    expect(twice).toMatchObject({ delivered: 5, exact: 5, duplicated: 2 });
  });

  it('counts what came late as delivered, not as exact', () => {
    const received = shifted(sent);
    received[2] = { ...received[2], frame: received[2].frame + 333 };
    expect(compare(sent, received)).toEqual({ ...CLEAN, sent: 5, delivered: 5, exact: 4, late: 1 });
  });

  it('counts what came early as delivered, not as twice', () => {
    const received = shifted(sent);
    received[0] = { ...received[0], frame: received[0].frame - 90 };
    expect(compare(sent, received)).toEqual({ ...CLEAN, sent: 5, delivered: 5, exact: 4, early: 1 });
  });

  it('knows a note-off that was made for a lost one', () => {
    const received = [...shifted([...sent.slice(0, 4)]), off(20_000, 62)];
    expect(compare(sent, received)).toMatchObject({ missing: 0, late: 1, hung: 0 });
    const muchLater = [...shifted([...sent.slice(0, 4)]), off(50_000, 62)];
    expect(compare(sent, muchLater)).toMatchObject({ missing: 1, released: 1, duplicated: 0, hung: 0 });
    const allOff = [...shifted([...sent.slice(0, 4)]), at(200_000, 0xb0, 123, 0)];
    expect(compare(sent, allOff)).toMatchObject({ missing: 1, released: 1, hung: 0 });
  });

  it('takes a controller whenever it comes', () => {
    const volume = at(150, 0xb0, 7, 99);
    const result = compare(
      [...sent.slice(0, 1), volume, ...sent.slice(1)],
      [...shifted(sent), { ...volume, frame: 300_000 }],
    );
    expect(result).toMatchObject({ delivered: 6, late: 1, missing: 0, duplicated: 0 });
  });

  it('notices what nobody sent', () => {
    expect(compare(sent, [...shifted(sent), at(5000, 0xb3, 7, 7)])).toMatchObject({ unexpected: 1 });
  });

  it('takes a note-on of velocity 0 for the note-off it is', () => {
    expect(compare([on(0, 60), at(5, 0x90, 60, 0)], shifted([on(0, 60), off(5, 60)]))).toMatchObject({
      ...{ exact: 2, missing: 0, hung: 0 },
    });
  });

  it('keeps its books whatever is lost and doubled', () => {
    const event = fc.record({ frame: fc.nat(5000), key: fc.nat(5), begins: fc.boolean(), fate: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const ordered = events.sort((a, b) => a.frame - b.frame);
        const message = ({ frame, key, begins }: (typeof events)[number]) =>
          begins ? on(frame, key) : off(frame, key);
        const everything = ordered.map(message);
        const received = ordered.flatMap((e) => new Array<FrameMessage>(e.fate).fill(message(e)));
        const result = compare(everything, shifted(received));
        expect(result.delivered + result.missing).toBe(everything.length);
        expect(result.delivered + result.duplicated + result.released + result.unexpected).toBe(
          received.length,
        );
        expect(result.unexpected).toBe(0);
      }),
    );
  });
});
