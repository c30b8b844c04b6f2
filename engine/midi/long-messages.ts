// Messages too long for the journal, on their way out: a bounded number for all MIDI streams of a thread, each
// with a copy of its bytes until it was repeated often enough. A new one takes the place of the oldest.
//
//   every 1 ms while the message is young, then at a rate that falls as it ages, the slower the shorter it is
//   first its fragments in order, then copies of them and coded fragments in turn, then coded ones alone
//
// All of them together send one packet in PACKET_INTERVAL_US at most: about 11 Mbit/s, with nothing else delayed.
import { MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { xorWords } from './fragment-code.js';

export const LONG_MESSAGES_MAX = 16;
/** u32 number 0 (none: its packets tell it apart), i32 frameOffset, u16 length 0 (all the rest). */
const EVENT_HEADER_BYTES = 10;
const BODY_BYTES_MAX = MIDI_MESSAGE_BYTES_MAX + EVENT_HEADER_BYTES;
/** Room for a last fragment filled up with zeros. */
const PLACE_BYTES = BODY_BYTES_MAX + 9000;
const PACKET_INTERVAL_US = 1_000;
/** Sends in which one fragment's share of the rate falls to a third. */
const SENDS_A_FOLD = 8;
/** Sent so often as 90 % loss takes: ten times its fragments, and what chance adds. */
const SENDS_MIN = 64;
const SENDS_PER_FRAGMENT = 16;
/** Alone, shorter than the silence after which a receiver forgets a sender, and what it has got of it. */
const HORIZON_US = 2_500_000;
const HORIZON_PER_FRAGMENT_US = 20_000;

export class LongMessage {
  private readonly words = new Uint32Array(Math.ceil(PLACE_BYTES / 4));
  readonly bytes = new Uint8Array(this.words.buffer);
  owner: object | null = null;
  sequence = 0;
  mediaTime = 0;
  captureTimeUs = 0;
  bodyBytes = 0;
  fragmentBytes = 0;
  fragmentCount = 0;
  sends = 0;
  nextUs = 0;
  startedUs = 0;

  /** Takes one message in as a BINARY body, to be sent in equal fragments. [engine-thread] */
  begin(
    owner: object,
    frameOffset: number,
    source: Uint8Array,
    length: number,
    fragmentBytesMax: number,
  ): void {
    const { bytes } = this;
    this.owner = owner;
    this.bodyBytes = EVENT_HEADER_BYTES + length;
    this.fragmentBytes = Math.min(fragmentBytesMax & ~3, this.bodyBytes);
    this.fragmentCount = Math.ceil(this.bodyBytes / this.fragmentBytes);
    this.sends = 0;
    bytes.fill(0, 0, EVENT_HEADER_BYTES);
    for (let i = 0; i < 4; i++) bytes[4 + i] = frameOffset >> (8 * i);
    for (let i = 0; i < length; i++) bytes[EVENT_HEADER_BYTES + i] = source[i];
    bytes.fill(0, this.bodyBytes, (this.fragmentCount * this.fragmentBytes + 3) & ~3);
  }

  /** The exclusive or of a set of fragments into `into`, which has room for whole words. [engine-thread] */
  combine(set: Uint32Array, into: Uint32Array): void {
    const words = (this.fragmentBytes + 3) >> 2;
    into.fill(0, 0, words);
    for (let i = 0; i < this.fragmentCount; i++) {
      if ((set[i >> 5] & (1 << (i & 31))) !== 0) xorWords(into, 0, this.words, i * words, words);
    }
  }

  /** One more packet of it was sent; false when it was the last. */
  sent(nowUs: number): boolean {
    this.sends++;
    const ageUs = nowUs - this.startedUs;
    this.nextUs = nowUs + Math.max(PACKET_INTERVAL_US, ageUs / (SENDS_A_FOLD * this.fragmentCount));
    return (
      this.sends < SENDS_MIN + SENDS_PER_FRAGMENT * this.fragmentCount &&
      ageUs < HORIZON_US + HORIZON_PER_FRAGMENT_US * this.fragmentCount
    );
  }
}

export class LongMessages {
  private readonly places = Array.from({ length: LONG_MESSAGES_MAX }, () => new LongMessage());
  private freeUs = 0;

  /** A place for a new message: a free one, or the oldest's. [engine-thread] */
  take(nowUs: number): LongMessage {
    let oldest = this.places[0];
    for (const place of this.places) {
      if (place.owner === null) {
        oldest = place;
        break;
      }
      if (place.startedUs < oldest.startedUs) oldest = place;
    }
    oldest.startedUs = nowUs;
    oldest.nextUs = nowUs;
    return oldest;
  }

  /** The message of this owner that may be sent now; null when none is due, or another one's comes first. */
  due(owner: object, nowUs: number): LongMessage | null {
    if (nowUs < this.freeUs) return null;
    let first: LongMessage | null = null;
    for (const place of this.places) {
      if (place.owner === null || place.nextUs > nowUs) continue;
      if (first === null || place.nextUs < first.nextUs) first = place;
    }
    return first !== null && first.owner === owner ? first : null;
  }

  /** When this owner may send next; Infinity when it has nothing to send. */
  dueUs(owner: object): number {
    let next = Number.POSITIVE_INFINITY;
    for (const place of this.places) if (place.owner === owner) next = Math.min(next, place.nextUs);
    return Math.max(next, this.freeUs);
  }

  /** A packet was sent: the next one of any message may follow after the interval. */
  sent(message: LongMessage, nowUs: number): void {
    this.freeUs = nowUs + PACKET_INTERVAL_US;
    if (!message.sent(nowUs)) message.owner = null;
  }

  /** Any message of this owner. */
  of(owner: object): LongMessage | null {
    return this.places.find((place) => place.owner === owner) ?? null;
  }
}
