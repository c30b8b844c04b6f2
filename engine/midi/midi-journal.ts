// The recent past of one sent MIDI stream, repeated so that no single packet matters: every MIDI packet carries
// as much of it as fits, newest first, and while anything in it is young, packets go on being sent even if
// nothing new happens, at a falling rate. Receivers take each event once, by its number.
//
//   age of the newest event   0 .. 4 ms    every 1 ms     two sends within 2 ms: at 66 % loss, half of all are there
//                             .. 100 ms    every 1.5 ms   more than a dozen while it is useful in time, and one soon
//                                                         after a loss burst, be the line good for a moment only
//                             .. 200 ms    every 2 ms
//                             .. 400 ms    every 3 ms     past the end of nearly any loss burst
//                             .. 700 ms    every 12 ms
//                             .. horizon   every 40 ms    so that what is still missing arrives at all
import type { MidiBatch } from '../toast/midi-codec.js';
import { MidiState } from './midi-state.js';

export const JOURNAL_EVENTS = 512;
/** Longer messages are not journalled: they have a way of their own. */
export const JOURNAL_MESSAGE_BYTES_MAX = 48;

/**
 * Events enter the state record only when they have been out of the journal for this long: until then they may
 * still arrive themselves, and a record that overtook them would make receivers play them twice.
 */
const SETTLED_AFTER_US = 100_000;

export class MidiJournal {
  /** What all settled events together brought about, and the newest of them. */
  readonly settled = new MidiState();
  settledNumber = 0;
  private settledCount = 0;
  private readonly numbers = new Uint32Array(JOURNAL_EVENTS);
  private readonly frames = new Float64Array(JOURNAL_EVENTS);
  private readonly timesUs = new Float64Array(JOURNAL_EVENTS);
  private readonly lengths = new Uint8Array(JOURNAL_EVENTS);
  private readonly bytes = new Uint8Array(JOURNAL_EVENTS * JOURNAL_MESSAGE_BYTES_MAX);
  private count = 0;
  private nextUs = Number.POSITIVE_INFINITY;

  /** [engine-thread] */
  add(number: number, frame: number, source: Uint8Array, start: number, length: number, nowUs: number): void {
    const index = this.count % JOURNAL_EVENTS;
    if (this.count - this.settledCount >= JOURNAL_EVENTS) this.settleOne();
    this.numbers[index] = number;
    this.frames[index] = frame;
    this.timesUs[index] = nowUs;
    this.lengths[index] = length;
    const at = index * JOURNAL_MESSAGE_BYTES_MAX;
    for (let i = 0; i < length; i++) this.bytes[at + i] = source[start + i];
    this.count++;
  }

  /** How many events are younger than this. [engine-thread] */
  younger(thanUs: number, nowUs: number): number {
    const oldest = Math.max(0, this.count - JOURNAL_EVENTS);
    let position = this.count;
    while (position > oldest && nowUs - this.timesUs[(position - 1) % JOURNAL_EVENTS] <= thanUs) position--;
    return this.count - position;
  }

  /** Brings `settled` up to date; true while events wait to be settled. [engine-thread] */
  settle(horizonUs: number, nowUs: number): boolean {
    while (this.settledCount < this.count) {
      if (nowUs - this.timesUs[this.settledCount % JOURNAL_EVENTS] < horizonUs + SETTLED_AFTER_US)
        return true;
      this.settleOne();
    }
    return false;
  }

  /** Fills the batch with what is younger than the horizon, newest first, `eventsMax` at most. [engine-thread] */
  collect(batch: MidiBatch, baseFrame: number, eventsMax: number, horizonUs: number, nowUs: number): void {
    batch.clear();
    const oldest = Math.max(0, this.count - Math.min(JOURNAL_EVENTS, eventsMax));
    for (let position = this.count - 1; position >= oldest; position--) {
      const index = position % JOURNAL_EVENTS;
      if (nowUs - this.timesUs[index] > horizonUs) return;
      const at = index * JOURNAL_MESSAGE_BYTES_MAX;
      const offset = this.frames[index] - baseFrame;
      if (!batch.push(offset, this.numbers[index], this.bytes, at, this.lengths[index])) return;
    }
  }

  /** When the next packet is owed though nothing new happens; Infinity when all is past the horizon. */
  get dueUs(): number {
    return this.nextUs;
  }

  /** The journal was sent, in so many packets: the more, the rarer. [engine-thread] */
  sent(horizonUs: number, nowUs: number, packets: number): void {
    const ageUs = nowUs - this.timesUs[(this.count - 1) % JOURNAL_EVENTS];
    const over = this.count === 0 || ageUs > horizonUs;
    this.nextUs = over ? Number.POSITIVE_INFINITY : nowUs + Math.max(1, packets - 1) * intervalUs(ageUs);
  }

  private settleOne(): void {
    const index = this.settledCount % JOURNAL_EVENTS;
    this.settled.follow(this.bytes, index * JOURNAL_MESSAGE_BYTES_MAX, this.lengths[index]);
    this.settledNumber = this.numbers[index];
    this.settledCount++;
  }
}

function intervalUs(ageUs: number): number {
  if (ageUs < 4_000) return 1_000;
  if (ageUs < 100_000) return 1_500;
  if (ageUs < 200_000) return 2_000;
  if (ageUs < 400_000) return 3_000;
  if (ageUs < 700_000) return 12_000;
  return 40_000;
}
