// What a decoder's held repair packets speak of, as one window of places for the kernel: from the oldest packet that
// any of them speaks of to the newest.
import type { HeldRow, HeldRows } from './held-rows.js';
import type { RlcDecoder } from './rlc-decoder.js';
import { PLACE } from './row-system.js';

/** As many as the kernel takes. */
const PLACES_MAX = 64;

/** Filled again and again. */
export class OpenWindow {
  /** Sequence number of place 0. */
  first = 0;
  places = 0;
  /** A bit for each place whose packet is known. */
  knownLow = 0;
  knownHigh = 0;
  /** Of the longest symbol. */
  symbolWords = 0;
  /** Missing packets before each place, and in all. */
  private readonly missing = new Int32Array(PLACES_MAX + 1);

  /** False: there is nothing that could be solved. [engine-thread] */
  look(decoder: RlcDecoder, held: HeldRows): boolean {
    decoder.tidyHeld();
    if (held.count === 0) return false;
    this.span(held);
    if (this.places > PLACES_MAX) return false;
    this.survey(decoder, held);
    return this.solvable(held);
  }

  /** Of a packet that a row speaks of. */
  placeOf(sequence: number): number {
    return (sequence - this.first) | 0;
  }

  private span({ rows, count }: HeldRows): void {
    const [oldest] = rows;
    this.first = oldest.firstSequence;
    let end = this.endOf(oldest);
    for (let i = 1; i < count; i++) {
      const before = -this.placeOf(rows[i].firstSequence);
      if (before > 0) {
        this.first = rows[i].firstSequence;
        end += before;
      }
      end = Math.max(end, this.endOf(rows[i]));
    }
    this.places = end;
  }

  private survey({ window, system }: RlcDecoder, held: HeldRows): void {
    const { missing } = this;
    let low = 0;
    let high = 0;
    let words = 0;
    for (let place = 0; place < this.places; place++) {
      const own = window.placeOf(this.first + place);
      const known = system.state[own] === PLACE.known;
      missing[place + 1] = missing[place] + (known ? 0 : 1);
      if (!known) continue;
      words = Math.max(words, system.store.usedWords[own]);
      if (place < 32) low |= 1 << place;
      else high |= 1 << (place - 32);
    }
    for (let i = 0; i < held.count; i++) words = Math.max(words, (held.rows[i].symbolBytes + 3) >> 2);
    this.knownLow = low >>> 0;
    this.knownHigh = high >>> 0;
    this.symbolWords = words;
  }

  /**
   * Some stretch with as many rows as missing packets: as all coefficients count, anything else is solved by luck
   * alone, and is left to the processor.
   */
  private solvable({ rows, count }: HeldRows): boolean {
    for (let a = 0; a < count; a++) {
      const from = this.placeOf(rows[a].firstSequence);
      for (let b = 0; b < count; b++) {
        const to = this.endOf(rows[b]);
        const unknown = to > from ? this.missing[to] - this.missing[from] : 0;
        if (unknown > 0 && this.rowsWithin(rows, count, from, to) >= unknown) return true;
      }
    }
    return false;
  }

  private rowsWithin(rows: readonly HeldRow[], count: number, from: number, to: number): number {
    let within = 0;
    for (let i = 0; i < count; i++) {
      if (this.placeOf(rows[i].firstSequence) >= from && this.endOf(rows[i]) <= to) within++;
    }
    return within;
  }

  private endOf(row: HeldRow): number {
    return this.placeOf(row.firstSequence) + row.count;
  }
}
