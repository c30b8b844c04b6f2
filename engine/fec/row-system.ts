// The linear system of the decoder: a ring of `span` places, one for each of the last source packets. A place
// is unknown, or known and its row in the store holds its symbol, or it is the pivot of a row.
//
// The rows are kept in reduced echelon form: a row's pivot is the oldest packet it speaks of and has the
// coefficient 1, no other row speaks of it, known packets appear in none. So a row that speaks of its pivot
// only *is* that packet's symbol, every packet that the system determines is in such a row at once, and when
// the oldest places are given away, exactly the rows go that speak of them.
//
// Work for a call: at most 2 * span + 2 passes over one symbol and one row of coefficients.

import { gfInverse } from './gf256.js';
import { RowStore } from './row-store.js';

export const PLACE = { unknown: 0, known: 1, row: 2 } as const;

export class RowSystem {
  readonly store: RowStore;
  readonly state: Uint8Array;
  /** Place of the newest packet. */
  newest = 0;
  private readonly mask: number;

  /** @param span places; a power of two, 4 or more */
  constructor(
    readonly span: number,
    symbolBytesMax: number,
  ) {
    this.mask = span - 1;
    this.store = new RowStore(span, symbolBytesMax);
    this.state = new Uint8Array(span);
  }

  reset(): void {
    this.state.fill(PLACE.unknown);
  }

  /** Gives up every row, keeps what is known. */
  dropRows(): void {
    for (let place = 0; place < this.span; place++) {
      if (this.state[place] === PLACE.row) this.state[place] = PLACE.unknown;
    }
  }

  /** The row of this place speaks of its packet only, and so is its symbol. */
  isSolved(place: number): boolean {
    return this.state[place] === PLACE.row && this.store.freeTerms[place] === 0;
  }

  /** No known packet of a window is longer than the symbols of a combination. */
  knownFit(first: number, count: number, symbolBytes: number): boolean {
    const words = (symbolBytes + 3) >> 2;
    for (let k = 0; k < count; k++) {
      const place = (first + k) & this.mask;
      if (this.state[place] === PLACE.known && this.store.usedWords[place] > words) return false;
    }
    return true;
  }

  /** The next place, the oldest until now, is given to a new packet. */
  advance(): void {
    this.newest = (this.newest + 1) & this.mask;
    this.state[this.newest] = PLACE.unknown;
  }

  /**
   * Loads the coefficients of a combination of `count` packets, the oldest at `first`, into the row in work
   * and takes out what the system knows. False: it says nothing new.
   */
  loadCoefficients(first: number, count: number, given: Uint8Array): boolean {
    const { span, state, store } = this;
    const { coefficients } = store;
    const at = span * span;
    coefficients.fill(0, at, at + span);
    for (let k = 0; k < count; k++) {
      const place = (first + k) & this.mask;
      if (state[place] === PLACE.known) continue;
      coefficients[at + place] ^= given[k];
      if (state[place] === PLACE.row) store.addCoefficients(span, place, given[k]);
    }
    for (let i = at; i < at + span; i++) if (coefficients[i] !== 0) return true;
    return false;
  }

  /** The combination that was loaded becomes a row, with these coded bytes. */
  insert(first: number, count: number, given: Uint8Array, u8: Uint8Array, from: number, bytes: number): void {
    const { span, state, store } = this;
    store.load(span, u8, from, bytes);
    for (let k = 0; k < count; k++) {
      const place = (first + k) & this.mask;
      if (state[place] !== PLACE.unknown) store.addBytes(span, place, given[k]);
    }
    this.eliminate(this.moveRow(span, -1));
  }

  /**
   * Begins to make `place`, which is not known yet, known: the caller then writes its symbol into its row and
   * calls settle() with what this returned.
   */
  vacate(place: number): number {
    return this.state[place] === PLACE.row ? this.moveRow(place, place) : -1;
  }

  settle(place: number, symbolBytes: number, moved: number): void {
    const { span, state, store } = this;
    state[place] = PLACE.known;
    store.usedWords[place] = (symbolBytes + 3) >> 2;
    for (let row = 0; row < span; row++) {
      const factor = state[row] === PLACE.row ? store.coefficient(row, place) : 0;
      if (factor === 0) continue;
      store.addBytes(row, place, factor);
      store.coefficients[row * span + place] = 0;
      store.freeTerms[row]--;
    }
    if (moved >= 0) this.eliminate(moved);
  }

  /** Moves a row to its oldest packet but `besides`, which becomes its pivot; returns that place. */
  private moveRow(from: number, besides: number): number {
    const { store } = this;
    let pivot = (this.newest + 1) & this.mask;
    while (pivot === besides || store.coefficient(from, pivot) === 0) pivot = (pivot + 1) & this.mask;
    store.copyScaled(pivot, from, gfInverse(store.coefficient(from, pivot)));
    this.state[pivot] = PLACE.row;
    store.countFreeTerms(pivot);
    return pivot;
  }

  /** Takes the pivot of a row out of all other rows. */
  private eliminate(pivot: number): void {
    const { state, store } = this;
    for (let row = 0; row < this.span; row++) {
      const factor = row !== pivot && state[row] === PLACE.row ? store.coefficient(row, pivot) : 0;
      if (factor === 0) continue;
      store.addCoefficients(row, pivot, factor);
      store.addBytes(row, pivot, factor);
      store.countFreeTerms(row);
    }
  }
}
