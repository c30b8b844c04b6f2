// Which sequence numbers of one stream have been seen: the newest and a bit for each of the last ones.
// First copy wins; the window slides with the newest number and is wrap-safe. Bounded, no allocation.
export const SEEN = { first: 0, duplicate: 1, tooOld: 2 } as const;

export class SequenceWindow {
  private readonly bits: Uint32Array;
  private readonly mask: number;
  private newest = 0;
  private empty = true;

  /** @param size numbers remembered; a power of two, 32 or more */
  constructor(readonly size: number) {
    this.bits = new Uint32Array(size >> 5);
    this.mask = size - 1;
  }

  reset(): void {
    this.empty = true;
  }

  /** Would admit() find it new? Changes nothing. */
  has(sequence: number): boolean {
    if (this.empty) return false;
    const ahead = (sequence - this.newest) | 0;
    if (ahead > 0) return false;
    return -ahead >= this.size || this.isSet(sequence);
  }

  /** The newest number; NaN while there is none. */
  get newestSeen(): number {
    return this.empty ? Number.NaN : this.newest >>> 0;
  }

  /** Notes the number and says whether it was new. [engine-thread] */
  admit(sequence: number): number {
    if (this.empty) {
      this.empty = false;
      this.newest = sequence | 0;
      this.bits.fill(0);
      this.set(sequence);
      return SEEN.first;
    }
    const ahead = (sequence - this.newest) | 0;
    if (ahead > 0) {
      this.slide(ahead);
      this.newest = sequence | 0;
      this.set(sequence);
      return SEEN.first;
    }
    if (-ahead >= this.size) return SEEN.tooOld;
    if (this.isSet(sequence)) return SEEN.duplicate;
    this.set(sequence);
    return SEEN.first;
  }

  /** Clears the bits of the numbers between the old newest and the new one. */
  private slide(ahead: number): void {
    if (ahead >= this.size) {
      this.bits.fill(0);
      return;
    }
    for (let k = 1; k <= ahead; k++) {
      const bit = (this.newest + k) & this.mask;
      this.bits[bit >> 5] &= ~(1 << (bit & 31));
    }
  }

  private set(sequence: number): void {
    const bit = sequence & this.mask;
    this.bits[bit >> 5] |= 1 << (bit & 31);
  }
  private isSet(sequence: number): boolean {
    const bit = sequence & this.mask;
    return (this.bits[bit >> 5] & (1 << (bit & 31))) !== 0;
  }
}
