// Two lists of notes, one sent and one recorded somewhere in its middle: how far apart in time. Each key is
// played once, so that every note is known by itself.
import type { FrameMessage } from '../../../engine/demo/smf-writer.js';

const NOTE_EVERY_FRAMES = 12_000;
const NOTE_FRAMES = 6000;
const FIRST_FRAME = 1000;
const FIRST_KEY = 16;
const NOTES_MAX = 96;

/** A scale without end, on whole ticks of the hosts. */
export function scale(seconds: number, sampleRate = 48_000): FrameMessage[] {
  const count = Math.min(NOTES_MAX, Math.floor((seconds * sampleRate) / NOTE_EVERY_FRAMES));
  return Array.from({ length: count }, (_, n) => n).flatMap((n) => [
    { frame: FIRST_FRAME + n * NOTE_EVERY_FRAMES, bytes: Uint8Array.of(0x90, FIRST_KEY + n, 100) },
    {
      frame: FIRST_FRAME + n * NOTE_EVERY_FRAMES + NOTE_FRAMES,
      bytes: Uint8Array.of(0x80, FIRST_KEY + n, 64),
    },
  ]);
}

export interface NoteOffsets {
  /** The most events that were recorded equally far (give or take) from where they were sent. */
  readonly together: number;
  /** Recorded, and not sent. */
  readonly strange: number;
  /** Recorded more than once. */
  readonly repeated: number;
  /** Pressed and never released. */
  readonly hanging: number;
}

export function offsetsOf(
  sent: readonly FrameMessage[],
  recorded: readonly FrameMessage[],
  slackFrames: number,
): NoteOffsets {
  const notes = recorded.filter(({ bytes }) => (bytes[0] & 0xe0) === 0x80);
  const sentFrames = new Map(sent.map(({ frame, bytes }) => [nameOf(bytes), frame]));
  const names = notes.map(({ bytes }) => nameOf(bytes));
  const offsets = notes.flatMap(({ frame }, index) => {
    const from = sentFrames.get(names[index]);
    return from === undefined ? [] : [frame - from];
  });
  const released = new Set(names.filter((name) => name < 0));
  return {
    together: Math.max(0, ...offsets.map((low) => countIn(offsets, low, low + slackFrames))),
    strange: notes.length - offsets.length,
    repeated: names.length - new Set(names).size,
    hanging: names.filter((name) => name > 0 && !released.has(-name)).length,
  };
}

const countIn = (values: readonly number[], low: number, high: number): number =>
  values.filter((value) => value >= low && value <= high).length;

/** The key; negative when it is released, however the host writes that. */
function nameOf(bytes: Uint8Array): number {
  const pressed = (bytes[0] & 0xf0) === 0x90 && bytes[2] > 0;
  return pressed ? bytes[1] : -bytes[1];
}
