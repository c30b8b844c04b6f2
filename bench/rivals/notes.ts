// What became of the notes: those that never came, came twice, or did not end.
import type { FrameMessage } from '../../engine/demo/smf-writer.js';
import { percentile } from '../support/statistics.js';
import { RATE } from './piece.js';

export interface NoteFindings {
  readonly notes: number;
  readonly missing: number;
  readonly duplicated: number;
  /** Sounding for a second longer than played, or for ever. */
  readonly hung: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Note {
  readonly key: number;
  readonly from: number;
  /** Not finite: it never ends. */
  to: number;
}

/** A note may come this much later, and not earlier. */
const LATE_FRAMES_MAX = RATE / 2;
const HUNG_FRAMES = RATE;

export function compareNotes(sent: readonly FrameMessage[], received: readonly FrameMessage[]): NoteFindings {
  const played = notesOf(sent);
  const heard = new Set(notesOf(received));
  const latenciesMs: number[] = [];
  let missing = 0;
  let hung = 0;
  for (const note of played) {
    const found = [...heard].find(
      ({ key, from }) => key === note.key && from >= note.from && from <= note.from + LATE_FRAMES_MAX,
    );
    if (found === undefined) {
      missing++;
      continue;
    }
    heard.delete(found);
    latenciesMs.push(((found.from - note.from) * 1000) / RATE);
    if (found.to > note.to + HUNG_FRAMES) hung++;
  }
  return {
    ...{ notes: played.length, missing, duplicated: heard.size, hung },
    ...{ p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) },
  };
}

/** A key that is struck again goes on: both notes end with its next end. */
function notesOf(messages: readonly FrameMessage[]): Note[] {
  const notes: Note[] = [];
  for (const { frame, bytes } of messages) {
    const [status, number, velocity] = bytes;
    const key = ((status & 0x0f) << 7) | number;
    const kind = status & 0xf0;
    if (kind === 0x90 && velocity > 0) notes.push({ key, from: frame, to: Number.POSITIVE_INFINITY });
    else if (kind === 0x80 || kind === 0x90) end(notes, (note) => note.key === key, frame);
    else if (kind === 0xb0 && (number === 120 || number === 123)) {
      end(notes, (note) => note.key >> 7 === (status & 0x0f), frame);
    }
  }
  return notes;
}

function end(notes: readonly Note[], which: (note: Note) => boolean, frame: number): void {
  for (const note of notes) if (note.to === Number.POSITIVE_INFINITY && which(note)) note.to = frame;
}
