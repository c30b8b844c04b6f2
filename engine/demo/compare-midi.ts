// Which MIDI messages arrived, and where: each once, at its frame + the offset of the sound.
import type { FrameMessage } from './smf-writer.js';

export interface MidiComparison {
  readonly sent: number;
  /** Arrived once, at its frame or not. */
  readonly delivered: number;
  /** Of those: at exactly their frame + offset. */
  readonly exact: number;
  /** Of those: after their frame. */
  readonly late: number;
  /** Of those: before their frame, as when the offset moved in between. */
  readonly early: number;
  readonly missing: number;
  /** Arrived again. */
  readonly duplicated: number;
  /** Note-offs made for notes whose own was lost. */
  readonly released: number;
  /** Arrived and was never sent. */
  readonly unexpected: number;
  /** Notes that still sound at the end. */
  readonly hung: number;
}

// Later than this, a note-off is not the one that was sent but one made to end a note that hung. Other
// messages may come as late as they like: a controller heals whenever its value arrives.
const NOTE_OFF_LATE_SECONDS_MAX = 0.5;
const EARLY_SECONDS_MAX = 1;
const ALL_SOUND_OFF = 120;
const ALL_NOTES_OFF = 123;

export function compareMidi(
  sent: readonly FrameMessage[],
  received: readonly FrameMessage[],
  offsetFrames: number,
  sampleRate: number,
): MidiComparison {
  const open = new OpenMessages(sent);
  const isExact = received.map((message) => open.takeAt(message, message.frame - offsetFrames));
  const counts = { late: 0, early: 0, duplicated: 0, released: 0, unexpected: 0 };
  const sentKeys = new Set(sent.map((message) => textOf(message.bytes)));
  const sounding = new Set<number>();
  for (const [index, message] of received.entries()) {
    if (!isExact[index]) {
      const lateSeconds = isNoteOff(message.bytes) ? NOTE_OFF_LATE_SECONDS_MAX : Number.POSITIVE_INFINITY;
      const frame = message.frame - offsetFrames;
      if (open.takeBetween(message, frame - lateSeconds * sampleRate, frame)) counts.late++;
      else if (open.takeBetween(message, frame, frame + EARLY_SECONDS_MAX * sampleRate)) counts.early++;
      else if (endsSounding(message.bytes, sounding)) counts.released++;
      else if (sentKeys.has(textOf(message.bytes))) counts.duplicated++;
      else counts.unexpected++;
    }
    follow(message.bytes, sounding);
  }
  const exact = isExact.filter(Boolean).length;
  const delivered = exact + counts.late + counts.early;
  return {
    sent: sent.length,
    delivered,
    exact,
    missing: sent.length - delivered,
    hung: sounding.size,
    ...counts,
  };
}

/** The bytes as text; a note-on of velocity 0 is a note-off, whatever way a host writes it. */
function textOf(bytes: Uint8Array): string {
  if ((bytes[0] & 0xf0) === 0x90 && bytes[2] === 0)
    return textOf(Uint8Array.of(bytes[0] & 0x8f, bytes[1], 64));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** The messages sent that have not been found yet. */
class OpenMessages {
  /** Per message text: the frames at which it is still awaited, ascending. */
  private readonly frames = new Map<string, number[]>();

  constructor(sent: readonly FrameMessage[]) {
    for (const { frame, bytes } of sent) {
      const text = textOf(bytes);
      const frames = this.frames.get(text);
      if (frames === undefined) this.frames.set(text, [frame]);
      else frames.push(frame);
    }
  }

  takeAt({ bytes }: FrameMessage, frame: number): boolean {
    const frames = this.frames.get(textOf(bytes));
    const at = frames?.indexOf(frame) ?? -1;
    if (at >= 0) frames?.splice(at, 1);
    return at >= 0;
  }

  /** The first one due from..to. */
  takeBetween({ bytes }: FrameMessage, from: number, to: number): boolean {
    const frames = this.frames.get(textOf(bytes));
    const at = frames?.findIndex((due) => due >= from && due <= to) ?? -1;
    if (at >= 0) frames?.splice(at, 1);
    return at >= 0;
  }
}

function noteOf(bytes: Uint8Array): number {
  return ((bytes[0] & 0x0f) << 7) | bytes[1];
}

function isNoteOff(bytes: Uint8Array): boolean {
  const kind = bytes[0] & 0xf0;
  return kind === 0x80 || (kind === 0x90 && bytes[2] === 0);
}

function silencesChannel(bytes: Uint8Array): boolean {
  return (bytes[0] & 0xf0) === 0xb0 && (bytes[1] === ALL_SOUND_OFF || bytes[1] >= ALL_NOTES_OFF);
}

function endsSounding(bytes: Uint8Array, sounding: ReadonlySet<number>): boolean {
  if (isNoteOff(bytes)) return sounding.has(noteOf(bytes));
  return silencesChannel(bytes) && [...sounding].some((note) => note >> 7 === (bytes[0] & 0x0f));
}

function follow(bytes: Uint8Array, sounding: Set<number>): void {
  if (isNoteOff(bytes)) sounding.delete(noteOf(bytes));
  else if ((bytes[0] & 0xf0) === 0x90) sounding.add(noteOf(bytes));
  else if (silencesChannel(bytes)) {
    for (const note of sounding) if (note >> 7 === (bytes[0] & 0x0f)) sounding.delete(note);
  }
}
