// The recent past of one sent MIDI stream, repeated so that no single packet matters: every MIDI packet carries
// as much of it as fits, newest first, and while anything in it is young, packets go on being sent even if
// nothing new happens, at a falling rate. Receivers take each event once, by its number.
//
//   age of the newest event   0 .. 26 ms   every 2 ms    a dozen sends while it is still useful in time
//                            .. 300 ms     every 4 ms    past the end of any usual loss burst
//                            .. 700 ms     every 12 ms
//                            .. horizon    every 40 ms   so that what is still missing arrives at all
import type { MidiBatch } from '../toast/midi-codec.js';
import { MidiState } from './midi-state.js';

const EVENTS = 256;
/** Longer messages are not journalled: they are sent in several copies instead. */
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
  private readonly numbers = new Uint32Array(EVENTS);
  private readonly frames = new Float64Array(EVENTS);
  private readonly timesUs = new Float64Array(EVENTS);
  private readonly lengths = new Uint8Array(EVENTS);
  private readonly bytes = new Uint8Array(EVENTS * JOURNAL_MESSAGE_BYTES_MAX);
  private count = 0;
  private nextUs = Number.POSITIVE_INFINITY;

  /** [engine-thread] */
  add(number: number, frame: number, source: Uint8Array, start: number, length: number, nowUs: number): void {
    const index = this.count % EVENTS;
    if (this.count - this.settledCount >= EVENTS) this.settleOne();
    this.numbers[index] = number;
    this.frames[index] = frame;
    this.timesUs[index] = nowUs;
    this.lengths[index] = length;
    const at = index * JOURNAL_MESSAGE_BYTES_MAX;
    for (let i = 0; i < length; i++) this.bytes[at + i] = source[start + i];
    this.count++;
  }

  /** Brings `settled` up to date; true while events wait to be settled. [engine-thread] */
  settle(horizonUs: number, nowUs: number): boolean {
    while (this.settledCount < this.count) {
      if (nowUs - this.timesUs[this.settledCount % EVENTS] < horizonUs + SETTLED_AFTER_US) return true;
      this.settleOne();
    }
    return false;
  }

  /** Fills the batch with what is younger than the horizon, newest first, `eventsMax` at most. [engine-thread] */
  collect(batch: MidiBatch, baseFrame: number, eventsMax: number, horizonUs: number, nowUs: number): void {
    batch.clear();
    const oldest = Math.max(0, this.count - Math.min(EVENTS, eventsMax));
    for (let position = this.count - 1; position >= oldest; position--) {
      const index = position % EVENTS;
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

  /** A packet with the journal was sent. [engine-thread] */
  sent(horizonUs: number, nowUs: number): void {
    const age = nowUs - this.timesUs[(this.count - 1) % EVENTS];
    this.nextUs = this.count === 0 || age > horizonUs ? Number.POSITIVE_INFINITY : nowUs + intervalUs(age);
  }

  private settleOne(): void {
    const index = this.settledCount % EVENTS;
    this.settled.follow(this.bytes, index * JOURNAL_MESSAGE_BYTES_MAX, this.lengths[index]);
    this.settledNumber = this.numbers[index];
    this.settledCount++;
  }
}

function intervalUs(ageUs: number): number {
  if (ageUs < 26_000) return 2_000;
  if (ageUs < 300_000) return 4_000;
  if (ageUs < 700_000) return 12_000;
  return 40_000;
}
