// Puts payloads together that were too long for one datagram. A few at a time, for all senders; when all
// places are taken the oldest unfinished one gives way. Copies of fragments are dropped here.
import { DATAGRAM_BYTES_MAX, FRAGMENTS_MAX, MIDI_BODY_BYTES_MAX, REASSEMBLIES_MAX } from '../base/limits.js';

class Assembly {
  readonly bytes = new Uint8Array(MIDI_BODY_BYTES_MAX);
  /** The last fragment, kept aside: its place is known only from the length of another one. */
  readonly tail = new Uint8Array(DATAGRAM_BYTES_MAX);
  readonly have = new Uint8Array(FRAGMENTS_MAX);
  tailBytes = 0;
  owner = -1;
  sequence = 0;
  fragmentCount = 0;
  fragmentsHeld = 0;
  fragmentBytes = 0;
  age = 0;
}

export const FRAGMENT = { taken: 0, complete: 1, duplicate: 2, bad: 3 } as const;

export class FragmentAssembler {
  private readonly places: Assembly[] = Array.from({ length: REASSEMBLIES_MAX }, () => new Assembly());
  private clock = 0;
  /** The payload that the last `complete` finished; valid until the next call. */
  body: Uint8Array = this.places[0].bytes;
  bodyBytes = 0;
  abandoned = 0;

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
    if (place.have[index] !== 0) return FRAGMENT.duplicate;
    if (index === count - 1) {
      if (length > place.tail.length) return FRAGMENT.bad;
      for (let i = 0; i < length; i++) place.tail[i] = source[start + i];
      place.tailBytes = length;
    } else {
      if (place.fragmentBytes === 0) place.fragmentBytes = length;
      const at = index * place.fragmentBytes;
      if (place.fragmentBytes !== length || at + length > place.bytes.length) return FRAGMENT.bad;
      for (let i = 0; i < length; i++) place.bytes[at + i] = source[start + i];
    }
    place.have[index] = 1;
    place.fragmentsHeld++;
    return place.fragmentsHeld < count ? FRAGMENT.taken : this.complete(place);
  }

  /** A stream is gone: its unfinished payloads too. */
  forget(owner: number): void {
    for (const place of this.places) if (place.owner === owner) place.owner = -1;
  }

  private complete(place: Assembly): number {
    const at = (place.fragmentCount - 1) * place.fragmentBytes;
    place.owner = -1;
    if (at + place.tailBytes > place.bytes.length) return FRAGMENT.bad;
    for (let i = 0; i < place.tailBytes; i++) place.bytes[at + i] = place.tail[i];
    this.body = place.bytes;
    this.bodyBytes = at + place.tailBytes;
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
    if (oldest.owner >= 0) this.abandoned++;
    oldest.owner = owner;
    oldest.sequence = sequence;
    oldest.fragmentCount = count;
    oldest.fragmentsHeld = 0;
    oldest.fragmentBytes = 0;
    oldest.tailBytes = 0;
    oldest.age = ++this.clock;
    oldest.have.fill(0, 0, count);
    return oldest;
  }
}
