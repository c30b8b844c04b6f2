// One remote MIDI stream after verification: packets and fragments deduplicated, events decoded, each event
// delivered once by its number. Whoever plays it gets whole messages with their media frame.
import { MIDI_BATCH_EVENTS, MIDI_BODY_BYTES_MAX, MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SequenceWindow } from '../dedup/sequence-window.js';
import { MidiBatch, readMidiBody, readRawMidi } from '../toast/midi-codec.js';
import { SoundingNotes } from './sounding-notes.js';

const WINDOW_PACKETS = 4096;
const WINDOW_EVENTS = 65536;

export class MidiReceiveStream {
  readonly packets = new SequenceWindow(WINDOW_PACKETS);
  readonly notes = new SoundingNotes();
  private readonly events = new SequenceWindow(WINDOW_EVENTS);
  lastPacketUs = 0;
  /** Events in a row that came after their frame. */
  lateRun = 0;

  constructor(
    private readonly metrics: MetricsSlab,
    readonly row: number,
  ) {}

  /**
   * Decodes one body into `batch` and keeps of it what was not delivered before: `keep[i]` is 1 for those.
   * Returns a reject reason, 0 when the body was usable. [engine-thread]
   */
  decode(
    batch: MidiBatch,
    keep: Uint8Array,
    format: number,
    raw: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    batch.clear();
    const readable = raw
      ? readRawMidi(bytes, offset, length, batch)
      : readMidiBody(format, bytes, offset, length, batch);
    if (!readable || (batch.count === 0 && batch.skipped > 0)) return REJECT.badPayload;
    for (let i = 0; i < batch.count; i++) {
      const numbered = batch.hasNumber[i] !== 0;
      keep[i] = !numbered || this.events.admit(batch.eventNumber[i]) === 0 ? 1 : 0;
      if (keep[i] === 0) this.metrics.cells[this.row + STREAM.eventsDuplicate]++;
      else this.notes.follow(batch.bytes, batch.byteOffset[i], batch.byteLength[i]);
    }
    return REJECT.accepted;
  }
}

/** A batch for whole bodies, the longest included. */
export function makeReceiveBatch(): MidiBatch {
  return new MidiBatch(MIDI_BATCH_EVENTS * 4, Math.max(MIDI_MESSAGE_BYTES_MAX, MIDI_BODY_BYTES_MAX));
}
