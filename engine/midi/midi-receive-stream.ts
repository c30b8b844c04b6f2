// One remote MIDI stream after verification: packets and fragments deduplicated, events decoded, each event
// delivered once by its number. Whoever plays it gets whole messages with their media frame.
import { MIDI_BATCH_EVENTS, MIDI_BODY_BYTES_MAX, MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SEEN, SequenceWindow } from '../dedup/sequence-window.js';
import { MidiBatch } from '../toast/midi-batch.js';
import { sequenceDistance } from '../toast/sequence.js';
import { PAYLOAD_FORMAT } from '../toast/types.js';
import { ADMITTED, EventOrder, PARAMETER } from './event-order.js';
import { type Say, sayLateMode } from './late-mode.js';
import { MidiState, RESET_ALL_CONTROLLERS } from './midi-state.js';
import { MissingCount } from './missing-count.js';
import { ParameterGuard } from './parameter-guard.js';
import { isParameterData, isParameterSelection } from './parameter-table.js';

const WINDOW_PACKETS = 16384;
const WINDOW_EVENTS = 65536;
/** Events further apart don't come from one block. */
const BLOCK_FRAMES_MAX = 8192;

/** Unlike rows of the metrics, never used again: what was begun for one stream must not be ended for another. */
let streamsMade = 1 << 24;

export class MidiReceiveStream {
  readonly id = streamsMade++;
  readonly packets = new SequenceWindow(WINDOW_PACKETS);
  /** What has been played so far, and which event last touched what. */
  readonly state = new MidiState();
  readonly order = new EventOrder();
  private readonly events = new SequenceWindow(WINDOW_EVENTS);
  readonly guard = new ParameterGuard(this.events);
  readonly missing = new MissingCount(this.events);
  /**
   * Does the sender repeat its past, and tell its state? Then what is held back is healed; else all is played as it
   * comes.
   */
  journalled = false;
  lastPacketUs = 0;
  /** Events in a row that came after their frame. */
  lateRun = 0;
  /** What `say` adds to, and in place of which event. */
  private batch: MidiBatch | null = null;
  private inPlaceOf = 0;
  private readonly said = new Uint8Array(3);

  constructor(
    private readonly metrics: MetricsSlab,
    readonly row: number,
  ) {}

  /**
   * Keeps of the events of a body what was not delivered before: `keep[i]` is 1 for those, and `order` lists all
   * in the order in which they happened.
   * Returns a reject reason, 0 when the body was usable. [engine-thread]
   */
  sift(batch: MidiBatch, keep: Uint8Array, order: Uint16Array, format: number): number {
    if (batch.count === 0 && batch.skipped > 0) return REJECT.badPayload;
    // Packets carry the newest event first; what was played must follow the events' own order.
    const { count } = batch;
    if (spanFrames(batch) > BLOCK_FRAMES_MAX) this.journalled = true;
    const backwards = count > 1 && sequenceDistance(batch.eventNumber[0], batch.eventNumber[1]) > 0;
    let listed = 0;
    for (let k = 0; k < count; k++) {
      const i = backwards ? count - 1 - k : k;
      order[listed++] = i;
      const said = batch.count;
      keep[i] = this.isNews(batch, i, format) ? 1 : 0;
      if (keep[i] !== 0) this.state.follow(batch.bytes, batch.byteOffset[i], batch.byteLength[i]);
      for (let j = said; j < batch.count; j++) {
        order[listed++] = j;
        keep[j] = 1;
      }
    }
    return REJECT.accepted;
  }

  /** Is this event to be played? What is to be played in its stead is added to the batch. */
  private isNews(batch: MidiBatch, i: number, format: number): boolean {
    const number = batch.eventNumber[i];
    if (batch.hasNumber[i] === 0) return true;
    if (number === 0 && format === PAYLOAD_FORMAT.binary) {
      // Told apart by its packets.
      this.missing.longArrived++;
      return true;
    }
    const { cells } = this.metrics;
    this.missing.begin(number);
    if (this.events.admit(number) !== SEEN.first) {
      // Copies of packets don't come so far: it was repeated in another one.
      this.journalled = true;
      cells[this.row + STREAM.eventsDuplicate]++;
      return false;
    }
    const admitted = this.admit(batch, i, number);
    if (admitted === ADMITTED.stale) cells[this.row + STREAM.eventsStale]++;
    return admitted === ADMITTED.whole;
  }

  private admit(batch: MidiBatch, i: number, number: number): number {
    const { bytes } = batch;
    const start = batch.byteOffset[i];
    const length = batch.byteLength[i];
    if ((bytes[start] & 0xf0) !== 0xb0) return this.order.admit(bytes, start, length, number);
    const channel = bytes[start] & 15;
    const controller = bytes[start + 1];
    if (isParameterData(controller) && !this.guard.admitData(channel, number) && this.journalled) {
      return ADMITTED.stale;
    }
    const admitted = this.order.admit(bytes, start, length, number);
    if (isParameterSelection(controller)) {
      if (admitted === ADMITTED.whole) this.guard.select(channel, controller, number);
      else this.guard.miss(channel, controller, number);
    } else if (controller === RESET_ALL_CONTROLLERS) {
      if (this.order.isOlder(PARAMETER + channel, number)) this.guard.confirm(channel, number);
      else this.guard.missReset(channel, number);
    }
    if (admitted === ADMITTED.inPart) {
      this.batch = batch;
      this.inPlaceOf = i;
      sayLateMode(this.state, this.order, channel, controller, number, this.say);
    }
    return admitted;
  }

  private readonly say: Say = (status, first, second) => {
    const { batch, said, inPlaceOf } = this;
    if (batch === null) return;
    said[0] = status;
    said[1] = first;
    said[2] = second;
    const length = second < 0 ? 2 : 3;
    // Where there is no room the sender's record will tell.
    if (!batch.push(batch.frameOffset[inPlaceOf], batch.eventNumber[inPlaceOf], said, 0, length)) return;
    this.state.follow(said, 0, length);
  };
}

function spanFrames(batch: MidiBatch): number {
  const { count, frameOffset } = batch;
  return count > 1 ? Math.abs(frameOffset[0] - frameOffset[count - 1]) : 0;
}

/** A batch for whole bodies, the longest included. */
export function makeReceiveBatch(): MidiBatch {
  return new MidiBatch(MIDI_BATCH_EVENTS * 4, Math.max(MIDI_MESSAGE_BYTES_MAX, MIDI_BODY_BYTES_MAX));
}
