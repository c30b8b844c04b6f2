// What a receiving host recorded, on the clock of all processes of this machine: when sound came, whether it
// was the right one, and whether every note that began has ended.
import { expect } from 'vitest';
import type { FrameMessage } from '../../../engine/demo/smf-writer.js';
import type { Audio } from '../../../engine/demo/wav-file.js';
import type { HostReport } from './live-host.js';
import { type Heard, type Run, readNumbered, repeatedFrames, runsText } from './numbered-signal.js';

/** The concealment of a stream that broke off, and the join when it comes back. */
const STRANGE_FRAMES_PER_BREAK = 12_500;
/** At the ends of a run an event may already, or still, be on its way. */
const EDGE_FRAMES = 9600;
const NOTE_EVERY_FRAMES = 6000;
const NOTE_FRAMES = 5000;

export class Recording {
  readonly heard: Heard;

  constructor(
    readonly report: HostReport,
    audio: Audio,
    readonly midi: readonly FrameMessage[],
    tags: readonly number[],
  ) {
    this.heard = readNumbered(audio, tags);
  }

  /** Monotonic time at which a recorded frame was played. */
  timeUs(frame: number): number {
    return this.report.startUs + (frame * 1e6) / this.report.rate;
  }

  /** From a moment to the first frame heard after it, with no sound heard in between. */
  soundAfterMs(momentUs: number): number {
    const next = this.heard.runs.find((run) => this.timeUs(run.at) > momentUs);
    return next === undefined ? Number.POSITIVE_INFINITY : (this.timeUs(next.at) - momentUs) / 1000;
  }

  /** The run that was playing at a moment, if any was. */
  runAt(momentUs: number): Run | undefined {
    return this.heard.runs.find(
      (run) => this.timeUs(run.at) <= momentUs && momentUs < this.timeUs(run.at + run.frames),
    );
  }
}

/** Notes one after the other, each well longer than a block. */
export function steadyNotes(frames: number): FrameMessage[] {
  const messages: FrameMessage[] = [];
  for (let at = 100, n = 0; at < frames - NOTE_EVERY_FRAMES; at += NOTE_EVERY_FRAMES, n++) {
    messages.push({ frame: at, bytes: Uint8Array.of(0x90, n & 127, 100) });
    messages.push({ frame: at + NOTE_FRAMES, bytes: Uint8Array.of(0x80, n & 127, 64) });
  }
  return messages;
}

/** Holds in every order of events. */
export function expectOrderly(recording: Recording, sentMidi: readonly FrameMessage[]): void {
  const { heard, midi, report } = recording;
  expect(heard.runs.length, runsText(heard)).toBeGreaterThan(0);
  expect(repeatedFrames(heard), `heard again: ${runsText(heard)}`).toBe(0);
  expect(heard.strange, runsText(heard)).toBeLessThan(STRANGE_FRAMES_PER_BREAK * heard.runs.length);
  expect(missingFromRuns(recording, sentMidi), 'events not at their frame + D').toEqual([]);
  expect([...soundingAtEnd(midi)], 'notes that hang').toEqual([]);
  expectOnTime(report);
}

/** The host was never held up: its last block ended when it should. */
export function expectOnTime({ frames, rate, startUs, lastUs, blocks, lateBlocks }: HostReport): void {
  const lateMs = (lastUs - startUs) / 1000 - (frames * 1000) / rate;
  expect(lateMs, 'the last block ended late').toBeLessThan(500);
  expect(lateBlocks, `late blocks of ${blocks}`).toBeLessThan(blocks / 4);
}

/** While sound came through, its events came with it, each at its frame + D. */
function missingFromRuns({ heard, midi }: Recording, sentMidi: readonly FrameMessage[]): string[] {
  const found = new Set(midi.map(({ frame, bytes }) => `${frame}: ${bytes}`));
  return heard.runs.flatMap(({ first, frames, offset }) =>
    sentMidi
      .filter(({ frame }) => frame >= first + EDGE_FRAMES && frame < first + frames - EDGE_FRAMES)
      .map(({ frame, bytes }) => `${frame + offset}: ${bytes}`)
      .filter((wanted) => !found.has(wanted)),
  );
}

function soundingAtEnd(midi: readonly FrameMessage[]): Set<number> {
  const sounding = new Set<number>();
  for (const { bytes } of midi) {
    const note = ((bytes[0] & 15) << 7) | bytes[1];
    if ((bytes[0] & 0xf0) === 0x90 && bytes[2] > 0) sounding.add(note);
    else if ((bytes[0] & 0xe0) === 0x80) sounding.delete(note);
  }
  return sounding;
}
