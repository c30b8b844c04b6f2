// One remote MIDI stream after verification: packets and fragments deduplicated, events decoded, each event
// delivered once by its number. Whoever plays it gets whole messages with their media frame.
import { MIDI_BATCH_EVENTS, MIDI_BODY_BYTES_MAX, MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SEEN, SequenceWindow } from '../dedup/sequence-window.js';
import { MidiBatch, readMidiBody, readRawMidi } from '../toast/midi-codec.js';
import { sequenceDistance } from '../toast/sequence.js';
import { EventOrder } from './event-order.js';
import { MidiState } from './midi-state.js';

const WINDOW_PACKETS = 4096;
const WINDOW_EVENTS = 65536;

export class MidiReceiveStream {
  readonly packets = new SequenceWindow(WINDOW_PACKETS);
  /** What has been played so far, and which event last touched what. */
  readonly state = new MidiState();
  readonly order = new EventOrder();
  private readonly events = new SequenceWindow(WINDOW_EVENTS);
  lastPacketUs = 0;
  /** Events in a row that came after their frame. */
  lateRun = 0;

  constructor(
    private readonly metrics: MetricsSlab,
    readonly row: number,
  ) {}

  /**
   * Decodes one body into `batch` and keeps of it what was not delivered before: `keep[i]` is 1 for
   * those, and `order` lists all in the order in which they happened.
   * Returns a reject reason, 0 when the body was usable. [engine-thread]
   */
  decode(
    batch: MidiBatch,
    keep: Uint8Array,
    order: Uint16Array,
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
    // Packets carry the newest event first; what was played must follow the events' own order.
    const { cells } = this.metrics;
    const backwards = batch.count > 1 && sequenceDistance(batch.eventNumber[0], batch.eventNumber[1]) > 0;
    for (let k = 0; k < batch.count; k++) {
      const i = backwards ? batch.count - 1 - k : k;
      order[k] = i;
      keep[i] = 0;
      if (batch.hasNumber[i] !== 0) {
        const number = batch.eventNumber[i];
        if (this.events.admit(number) !== SEEN.first) {
          cells[this.row + STREAM.eventsDuplicate]++;
          continue;
        }
        if (!this.order.admit(batch.bytes, batch.byteOffset[i], batch.byteLength[i], number)) {
          cells[this.row + STREAM.eventsStale]++;
          continue;
        }
      }
      keep[i] = 1;
      this.state.follow(batch.bytes, batch.byteOffset[i], batch.byteLength[i]);
    }
    return REJECT.accepted;
  }
}

/** A batch for whole bodies, the longest included. */
export function makeReceiveBatch(): MidiBatch {
  return new MidiBatch(MIDI_BATCH_EVENTS * 4, Math.max(MIDI_MESSAGE_BYTES_MAX, MIDI_BODY_BYTES_MAX));
}
