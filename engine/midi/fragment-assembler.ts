// Puts payloads together that were too long for one datagram, from fragments and coded fragments in any order. A
// few at a time, for all senders; when all places are taken the oldest unfinished one gives way. What brings
// nothing new is dropped here.
//
// Fragments are rows of a linear system over GF(2), solved as they come: the row kept for fragment f holds the
// exclusive or of f and later ones. A fragment itself is the row of f alone. With a row for each, the last one is
// its fragment, and the others follow from behind.
import { DATAGRAM_BYTES_MAX, FRAGMENTS_MAX, MIDI_BODY_BYTES_MAX, REASSEMBLIES_MAX } from '../base/limits.js';
import {
  CODED_FRAGMENTS_MAX,
  type CodedFragment,
  drawFragments,
  SET_WORDS,
  xorWords,
} from './fragment-code.js';

/** Rows are whole words, the last one is filled up. */
const PLACE_WORDS = Math.ceil((MIDI_BODY_BYTES_MAX + DATAGRAM_BYTES_MAX) / 4) + FRAGMENTS_MAX;

/** What is known of a row. */
const ROW = { missing: 0, sum: 1, fragment: 2 } as const;

class Assembly {
  readonly words = new Uint32Array(PLACE_WORDS);
  readonly bytes = new Uint8Array(this.words.buffer);
  /** Which fragments a row of kind `sum` is made of. */
  readonly sets = new Uint32Array(CODED_FRAGMENTS_MAX * SET_WORDS);
  readonly rows = new Uint8Array(FRAGMENTS_MAX);
  /** A last fragment that came first: its place is known only from the length of another one. */
  readonly tail = new Uint8Array(DATAGRAM_BYTES_MAX);
  tailBytes = 0;
  owner = -1;
  sequence = 0;
  fragmentCount = 0;
  fragmentBytes = 0;
  /** Words of a row. */
  stride = 0;
  /** 0 until the last fragment or a coded one says. */
  payloadBytes = 0;
  rowsHeld = 0;
  age = 0;
}

export const FRAGMENT = { taken: 0, complete: 1, duplicate: 2, bad: 3 } as const;

export class FragmentAssembler {
  private readonly places: Assembly[] = Array.from({ length: REASSEMBLIES_MAX }, () => new Assembly());
  private readonly set = new Uint32Array(SET_WORDS);
  private readonly row = new Uint32Array(Math.ceil(DATAGRAM_BYTES_MAX / 4));
  private readonly rowBytes = new Uint8Array(this.row.buffer);
  private clock = 0;
  /** The payload that the last `complete` finished; valid until the next call. */
  body: Uint8Array = this.places[0].bytes;
  bodyBytes = 0;
  /** Payloads that gave way unfinished; `abandonedOwner` began the last one. */
  abandoned = 0;
  abandonedOwner = -1;

  /**
   * All fragments but the last are equally long, so a fragment's place follows from its index.
   * @param owner identifies the stream within the engine [engine-thread]
   */
  accept(
    owner: number,
    sequence: number,
    index: number,
    count: number,
    source: Uint8Array,
    start: number,
    length: number,
  ): number {
    if (count > FRAGMENTS_MAX || index >= count || length === 0) return FRAGMENT.bad;
    const place = this.find(owner, sequence) ?? this.take(owner, sequence, count);
    if (place.fragmentCount !== count) return FRAGMENT.bad;
    if (place.rows[index] === ROW.fragment) return FRAGMENT.duplicate;
    const isLast = index === count - 1;
    if (isLast && place.fragmentBytes === 0) return this.keepTail(place, source, start, length);
    if (!isLast && !this.fix(place, length)) return FRAGMENT.bad;
    if (isLast && !this.end(place, (count - 1) * place.fragmentBytes + length)) return FRAGMENT.bad;
    const state = this.insertFragment(place, index, source, start, length);
    return state === FRAGMENT.taken ? this.withTail(place) : state;
  }

  /** A coded fragment, whose bytes after the header begin at `start`. [engine-thread] */
  acceptCoded(
    owner: number,
    header: CodedFragment,
    source: Uint8Array,
    start: number,
    length: number,
  ): number {
    const { fragmentCount: count, payloadBytes } = header;
    if (count === 0 || count > CODED_FRAGMENTS_MAX || length === 0) return FRAGMENT.bad;
    if (payloadBytes <= (count - 1) * length || payloadBytes > count * length) return FRAGMENT.bad;
    if (payloadBytes > MIDI_BODY_BYTES_MAX || length > DATAGRAM_BYTES_MAX) return FRAGMENT.bad;
    const place = this.find(owner, header.sequence) ?? this.take(owner, header.sequence, count);
    if (place.fragmentCount !== count || !this.fix(place, length)) return FRAGMENT.bad;
    if (!this.end(place, payloadBytes)) return FRAGMENT.bad;
    const state = this.withTail(place);
    if (state !== FRAGMENT.taken) return state;
    drawFragments(header.draw, count, this.set);
    this.load(place, source, start, length);
    return this.insertSum(place);
  }

  /** A stream is gone: its unfinished payloads too. Returns how many there were. */
  forget(owner: number): number {
    let forgotten = 0;
    for (const place of this.places) {
      if (place.owner !== owner) continue;
      place.owner = -1;
      forgotten++;
    }
    return forgotten;
  }

  /** The length of all fragments but the last; false when it contradicts what is known. */
  private fix(place: Assembly, length: number): boolean {
    if (place.fragmentBytes !== 0) return place.fragmentBytes === length;
    const stride = (length + 3) >> 2;
    const fits = length <= DATAGRAM_BYTES_MAX && stride * place.fragmentCount <= PLACE_WORDS;
    if (!fits || place.tailBytes > length) return false;
    place.fragmentBytes = length;
    place.stride = stride;
    if (place.tailBytes > 0) place.payloadBytes = (place.fragmentCount - 1) * length + place.tailBytes;
    return true;
  }

  private end(place: Assembly, payloadBytes: number): boolean {
    const { fragmentBytes, fragmentCount } = place;
    if (payloadBytes > fragmentBytes * fragmentCount || payloadBytes > MIDI_BODY_BYTES_MAX) return false;
    if (place.payloadBytes === 0) place.payloadBytes = payloadBytes;
    return place.payloadBytes === payloadBytes;
  }

  private keepTail(place: Assembly, source: Uint8Array, start: number, length: number): number {
    if (place.tailBytes > 0) return FRAGMENT.duplicate;
    if (length > place.tail.length) return FRAGMENT.bad;
    for (let i = 0; i < length; i++) place.tail[i] = source[start + i];
    place.tailBytes = length;
    if (place.fragmentCount > 1) return FRAGMENT.taken;
    // A payload of one fragment has no other to wait for.
    return this.fix(place, length) ? this.withTail(place) : FRAGMENT.bad;
  }

  /** What was kept aside can be put in its place now. */
  private withTail(place: Assembly): number {
    const { tail, tailBytes } = place;
    if (tailBytes === 0) return FRAGMENT.taken;
    place.tailBytes = 0;
    const state = this.insertFragment(place, place.fragmentCount - 1, tail, 0, tailBytes);
    return state === FRAGMENT.complete ? state : FRAGMENT.taken;
  }

  private insertFragment(
    place: Assembly,
    index: number,
    source: Uint8Array,
    start: number,
    length: number,
  ): number {
    if (place.rows[index] === ROW.missing) {
      const at = index * place.stride * 4;
      for (let i = 0; i < length; i++) place.bytes[at + i] = source[start + i];
      place.bytes.fill(0, at + length, at + place.stride * 4);
      return this.held(place, index, ROW.fragment);
    }
    this.set.fill(0);
    this.set[index >> 5] = 1 << (index & 31);
    this.load(place, source, start, length);
    return this.insertSum(place);
  }

  /** Into the row at hand, filled up with zeros. */
  private load(place: Assembly, source: Uint8Array, start: number, length: number): void {
    for (let i = 0; i < length; i++) this.rowBytes[i] = source[start + i];
    this.rowBytes.fill(0, length, place.stride * 4);
  }

  /** Frees the row at hand of what is known; what is left becomes the row of its first fragment. */
  private insertSum(place: Assembly): number {
    const { set, row } = this;
    const { stride, sets } = place;
    for (let f = 0; f < place.fragmentCount; f++) {
      if ((set[f >> 5] & (1 << (f & 31))) === 0) continue;
      if (place.rows[f] === ROW.missing) {
        for (let i = 0; i < stride; i++) place.words[f * stride + i] = row[i];
        for (let i = 0; i < SET_WORDS; i++) sets[f * SET_WORDS + i] = set[i];
        return this.held(place, f, ROW.sum);
      }
      xorWords(row, 0, place.words, f * stride, stride);
      if (place.rows[f] === ROW.sum) xorWords(set, 0, sets, f * SET_WORDS, SET_WORDS);
      else set[f >> 5] &= ~(1 << (f & 31));
    }
    return FRAGMENT.duplicate;
  }

  private held(place: Assembly, index: number, kind: number): number {
    place.rows[index] = kind;
    place.rowsHeld++;
    return place.rowsHeld < place.fragmentCount ? FRAGMENT.taken : this.complete(place);
  }

  private complete(place: Assembly): number {
    const { fragmentCount, fragmentBytes, stride, sets, words, bytes } = place;
    for (let f = fragmentCount - 1; f >= 0; f--) {
      if (place.rows[f] !== ROW.sum) continue;
      for (let g = f + 1; g < fragmentCount; g++) {
        if ((sets[f * SET_WORDS + (g >> 5)] & (1 << (g & 31))) === 0) continue;
        xorWords(words, f * stride, words, g * stride, stride);
      }
    }
    if (stride * 4 !== fragmentBytes) {
      for (let f = 1; f < fragmentCount; f++) {
        bytes.copyWithin(f * fragmentBytes, f * stride * 4, f * stride * 4 + fragmentBytes);
      }
    }
    place.owner = -1;
    this.body = bytes;
    this.bodyBytes = place.payloadBytes;
    return FRAGMENT.complete;
  }

  private find(owner: number, sequence: number): Assembly | null {
    for (const place of this.places) if (place.owner === owner && place.sequence === sequence) return place;
    return null;
  }

  private take(owner: number, sequence: number, count: number): Assembly {
    let oldest = this.places[0];
    for (const place of this.places) {
      if (place.owner < 0) {
        oldest = place;
        break;
      }
      if (place.age < oldest.age) oldest = place;
    }
    if (oldest.owner >= 0) {
      this.abandoned++;
      this.abandonedOwner = oldest.owner;
    }
    oldest.owner = owner;
    oldest.sequence = sequence;
    oldest.fragmentCount = count;
    oldest.fragmentBytes = 0;
    oldest.payloadBytes = 0;
    oldest.tailBytes = 0;
    oldest.rowsHeld = 0;
    oldest.age = ++this.clock;
    oldest.rows.fill(0, 0, count);
    return oldest;
  }
}
