import { describe, expect, it } from 'vitest';
import type { AudioComparison } from '../../engine/demo/compare-audio.js';
import type { MidiComparison } from '../../engine/demo/compare-midi.js';
import { audioLossForGood, judge, type Promised } from '../../engine/demo/judgement.js';
import { withEngineCount } from '../../engine/demo/result.js';

const FRAMES = 960_000;
const audio: AudioComparison = {
  ...{ offsetFrames: 577, sent: FRAMES, exact: FRAMES, different: 0, silent: 0, gaps: 0 },
};
const EVENTS = 500;
const sent = Array.from({ length: EVENTS }, (_, i) => ({ frame: 1000 * i, bytes: Uint8Array.of(0xf8) }));
const midi: MidiComparison = {
  ...{ sent: EVENTS, delivered: EVENTS, exact: EVENTS, late: 0, early: 0, missing: 0 },
  ...{ duplicated: 0, released: 0, unexpected: 0, hung: 0 },
};
const promised: Promised = {
  redundancy: 'burst',
  audioBytesRatio: 3,
  audioCopies: 3,
  audioLoss: 0.05,
  midiCopies: 3,
  midiLoss: 0.2,
  packetFrames: 64,
  blockFrames: 64,
};

describe('the judgement', () => {
  it('is content with perfection and with the losses that chance allows', () => {
    expect(judge(audio, midi, sent, promised)).toMatchObject({ done: true, complaints: [] });
    // 15001 packets, each lost with 0.05^3: at most 7 in 99.9 % of runs
    const lossy = { ...audio, exact: FRAMES - 7 * 64, different: 7 * 64, gaps: 7 };
    expect(judge(lossy, midi, sent, promised)).toMatchObject({ done: true, framesExactMin: FRAMES - 448 });
  });

  it('is not content with one packet more', () => {
    const lossy = { ...audio, exact: FRAMES - 8 * 64, different: 8 * 64, gaps: 8 };
    expect(judge(lossy, midi, sent, promised).complaints).toEqual([
      `${FRAMES - 512} exact frames, at least ${FRAMES - 448} were promised`,
    ]);
  });

  it('allows nothing where nothing is lost', () => {
    const clean = { ...promised, audioLoss: 0, midiLoss: 0 };
    const onePacket = { ...audio, exact: FRAMES - 64, different: 64 };
    const oneLate = { ...midi, exact: EVENTS - 1, late: 1 };
    expect(judge(onePacket, oneLate, sent, clean).complaints.length).toBe(2);
  });

  it('forgives no missing frame, no duplicate, no stranger, no hung note, whatever the loss', () => {
    const hopeless = { ...promised, audioLoss: 1, midiLoss: 1 };
    for (const bad of ['duplicated', 'unexpected', 'hung'] as const) {
      expect(judge(audio, { ...midi, [bad]: 1 }, sent, hopeless).done, bad).toBe(false);
    }
    expect(judge({ ...audio, exact: FRAMES - 1, silent: 1 }, midi, sent, hopeless).done).toBe(false);
    const nothing = { ...audio, offsetFrames: undefined, exact: 0, silent: FRAMES };
    expect(judge(nothing, midi, sent, hopeless).complaints[0]).toMatch(/nothing of what was sent/);
  });

  it('forgives no missing MIDI event but at a loss that no repetition survives', () => {
    const oneMissing = { ...midi, delivered: EVENTS - 1, exact: EVENTS - 1, missing: 1 };
    expect(judge(audio, oneMissing, sent, { ...promised, midiLoss: 0.66 }).complaints).toEqual([
      '1 MIDI events are missing',
    ]);
    expect(judge(audio, oneMissing, sent, { ...promised, midiLoss: 0.95 }).done).toBe(true);
  });

  it('counts the events of one block as one packet', () => {
    const chords = sent.map((message, i) => ({ ...message, frame: 1000 * Math.floor(i / 10) }));
    const alone = judge(audio, midi, sent, promised).eventsExactMin;
    const together = judge(audio, midi, chords, promised).eventsExactMin;
    expect(together).toBeLessThan(alone);
    expect((EVENTS - together) % 10).toBe(0);
  });
});

describe('what redundancy promises', () => {
  const lossOf = (redundancy: Promised['redundancy'], audioLoss: number) =>
    audioLossForGood({ ...promised, redundancy, audioLoss });

  it('follows the arithmetic of each kind', () => {
    expect(lossOf('none', 0.2)).toBe(0.2);
    expect(lossOf('burst', 0.2)).toBeCloseTo(0.008, 12);
    expect(lossOf('jellie', 0.2)).toBeCloseTo(4 * 0.008 * 0.8 + 0.0016, 12);
    expect(lossOf('fec', 0.2)).toBeCloseTo(0.008, 12);
  });

  it('promises nothing of a code that gets fewer packets than it needs', () => {
    expect(lossOf('fec', 0.7)).toBe(0.7);
  });
});

describe("the engine's own count", () => {
  const damaged = { ...audio, exact: FRAMES - 100, different: 100 };

  it('is believed where it explains what differs', () => {
    expect(withEngineCount(damaged, 128)).toEqual(damaged);
  });

  it('leaves what nobody concealed as missing', () => {
    expect(withEngineCount(damaged, 64)).toMatchObject({ different: 64, silent: 36, exact: FRAMES - 100 });
  });
});
