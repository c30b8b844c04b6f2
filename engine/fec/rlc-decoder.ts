// The decoder of the sliding-window code: takes source and REPAIR packets in any order and hands out every
// source packet that they determine, at once. Owner of all its memory; nothing is allocated after
// construction, and the work of one call is bounded (row-system.ts).
//
//   repair packet -> repair-body -> decoder-window -> row-system -> source-symbol -> takeRecovered()
//                                                 \-> held-rows .. solved elsewhere .. addSolved()
//
// Repair packets may be held for somebody else to solve. What is due before it is solved, catchUp() solves here.

import type { ByteSlab } from '../toast/byte-slab.js';
import { writeCoefficients } from './coefficients.js';
import { DecoderWindow } from './decoder-window.js';
import { FecCounts } from './fec-counts.js';
import { type HeldRow, HeldRows } from './held-rows.js';
import { RepairBody, readRepairBody } from './repair-body.js';
import { PLACE, RowSystem } from './row-system.js';
import {
  fitsSymbol,
  RecoveredPacket,
  readSymbol,
  SYMBOL_HEADER_BYTES,
  writeSymbol,
} from './source-symbol.js';

export class RlcDecoder {
  readonly counts = new FecCounts();
  /** What takeRecovered() found; its body lies in `slab` until the next packet is added. */
  readonly packet = new RecoveredPacket();
  readonly slab: ByteSlab;
  /** Repair packets that are solved elsewhere; null until the first. */
  held: HeldRows | null = null;
  readonly system: RowSystem;
  readonly window: DecoderWindow;
  private readonly repair = new RepairBody();
  private readonly coefficients: Uint8Array;
  private workEnd = Number.POSITIVE_INFINITY;

  /**
   * @param windowMax the largest window of a repair packet that is taken
   * @param symbolBytesMax the longest body and SYMBOL_HEADER_BYTES
   */
  constructor(
    readonly windowMax: number,
    readonly symbolBytesMax: number,
  ) {
    const span = 1 << Math.max(3, 32 - Math.clz32(2 * windowMax - 1));
    this.system = new RowSystem(span, symbolBytesMax);
    this.window = new DecoderWindow(this.system, span - windowMax);
    this.slab = this.system.store.slab;
    this.coefficients = new Uint8Array(windowMax);
  }

  /** The stream begins anew. The counts stay. [engine-thread] */
  reset(): void {
    this.window.reset();
    this.forgetHeld();
  }

  /** Until the next call, repair packets are taken while fewer bytes than this were multiplied. [engine-thread] */
  beginTick(workBytesMax: number): void {
    this.workEnd = this.system.store.workBytes + workBytesMax;
  }

  /** Bytes multiplied since construction. */
  get workBytes(): number {
    return this.system.store.workBytes;
  }

  /** A source packet that came. False: it was known already, is too old or too long. [engine-thread] */
  addSource(
    sequence: number,
    mediaTime: number,
    captureTimeUs: number,
    format: number,
    u8: Uint8Array,
    bodyOffset: number,
    bodyBytes: number,
  ): boolean {
    if (!fitsSymbol(format, bodyBytes, this.symbolBytesMax)) return false;
    const { window, system, held } = this;
    if (held !== null) this.giveUpTo(held, sequence);
    if (!window.admitSource(sequence)) return false;
    const place = window.placeOf(sequence);
    if (system.state[place] === PLACE.known) return false;
    const moved = system.vacate(place);
    const at = place * system.store.strideBytes;
    const own = this.slab.u8;
    const bytes = writeSymbol(
      own,
      system.store.words,
      at,
      format,
      mediaTime,
      captureTimeUs,
      u8,
      bodyOffset,
      bodyBytes,
    );
    system.settle(place, bytes, moved);
    if (held !== null) held.version++;
    this.collect();
    return true;
  }

  /** The body of a REPAIR packet that came; anything may stand in it. [engine-thread] */
  addRepair(u8: Uint8Array, bodyOffset: number, bodyBytes: number): void {
    const { repair } = this;
    if (!this.admitRepair(u8, bodyOffset, bodyBytes)) return;
    const { seed, firstSequence, windowPackets, symbolBytes, codedOffset } = repair;
    this.addRow(seed, firstSequence, windowPackets, u8, codedOffset, symbolBytes);
  }

  /** The same, for somebody else to solve. [engine-thread] */
  holdRepair(u8: Uint8Array, bodyOffset: number, bodyBytes: number): void {
    const { repair } = this;
    this.held ??= new HeldRows(this.symbolBytesMax);
    const { held } = this;
    if (!this.admitRepair(u8, bodyOffset, bodyBytes)) return;
    const { seed, firstSequence, windowPackets, symbolBytes, codedOffset } = repair;
    if (held.full) held.drop(this.isDone);
    if (held.full) {
      this.give(held.rows[0]);
      held.dropOldest();
    }
    held.add(seed, firstSequence, windowPackets, u8, codedOffset, symbolBytes);
  }

  /** What is held is due: it is solved here, now. True: that brought something. [engine-thread] */
  catchUp(): boolean {
    const { held, counts } = this;
    if (held === null || held.count === 0 || held.answered === held.version) return false;
    const before = counts.recovered;
    for (let i = 0; i < held.count; i++) this.give(held.rows[i]);
    held.answered = held.version;
    if (counts.recovered === before) return false;
    held.overtaken ||= held.waiting >= 0;
    return true;
  }

  /** Is this a symbol that a sender can have written? [any-thread] */
  isSymbol(words: Int32Array, at: number, count: number): boolean {
    return readSymbol(words, at * 4, count, this.packet);
  }

  /**
   * A source packet that was found elsewhere: isSymbol() says yes to its `count` words from words[at] on. False: it
   * is known already, or too old. [engine-thread]
   */
  addSolved(sequence: number, words: Int32Array, at: number, count: number): boolean {
    const { system, window, packet, counts } = this;
    if (!window.holds(sequence)) return false;
    const place = window.placeOf(sequence);
    if (system.state[place] === PLACE.known || !this.isSymbol(words, at, count)) return false;
    const bytes = SYMBOL_HEADER_BYTES + packet.bodyBytes;
    if (bytes > this.symbolBytesMax) return false;
    const moved = system.vacate(place);
    const to = (place * system.store.strideBytes) >> 2;
    for (let i = 0; i < (bytes + 3) >> 2; i++) system.store.words[to + i] = words[at + i];
    system.settle(place, bytes, moved);
    window.markFresh(place);
    counts.recovered++;
    this.collect();
    return true;
  }

  /** A corrupt packet is among the rows. Which one can't be told: every row may have a part of it. */
  giveUpRows(): void {
    this.counts.implausible++;
    this.system.dropRows();
    this.forgetHeld();
  }

  private forgetHeld(): void {
    const { held, counts } = this;
    if (held === null) return;
    for (let i = 0; i < held.count; i++) if (!held.rows[i].given) counts.elsewhere++;
    held.clear();
  }

  /** Rows that nobody has to look at any more. */
  tidyHeld(): void {
    this.held?.drop(this.isDone);
  }

  private readonly isDone = (row: HeldRow): boolean => {
    const { window, system, counts } = this;
    const first = window.placeOf(row.firstSequence);
    const inReach = window.holds(row.firstSequence);
    const fits = !inReach || system.knownFit(first, row.count, row.symbolBytes);
    if (inReach && fits && !this.allKnown(row)) return false;
    if (!row.given && fits) counts.elsewhere++;
    else if (!row.given) counts.malformed++;
    return true;
  };

  private allKnown({ firstSequence, count }: HeldRow): boolean {
    const { window, system } = this;
    for (let k = 0; k < count; k++) {
      if (system.state[window.placeOf(firstSequence + k)] !== PLACE.known) return false;
    }
    return true;
  }

  /** Rows that speak of what is given away when the window moves on to `sequence` are worth something only now. */
  private giveUpTo(held: HeldRows, sequence: number): void {
    for (let i = 0; i < held.count; i++) {
      const row = held.rows[i];
      if (((sequence - row.firstSequence) | 0) >= this.system.span) this.give(row);
    }
  }

  private give(row: HeldRow): void {
    const { held, window, counts } = this;
    if (held === null || row.given) return;
    row.given = true;
    if (!window.holds(row.firstSequence)) counts.outOfReach++;
    else this.addRow(row.seed, row.firstSequence, row.count, held.bytes, row.at * 4, row.symbolBytes);
  }

  /** Reads it, and brings the window to where it speaks of. */
  private admitRepair(u8: Uint8Array, bodyOffset: number, bodyBytes: number): boolean {
    const { counts, repair, window, system, held } = this;
    if (!readRepairBody(u8, bodyOffset, bodyBytes, this.windowMax, this.symbolBytesMax, repair)) {
      counts.malformed++;
      return false;
    }
    const { firstSequence, windowPackets, symbolBytes } = repair;
    if (held !== null) this.giveUpTo(held, firstSequence + windowPackets - 1);
    if (!window.admitRepair(firstSequence, windowPackets)) {
      counts.outOfReach++;
      return false;
    }
    if (system.knownFit(window.placeOf(firstSequence), windowPackets, symbolBytes)) return true;
    counts.malformed++;
    return false;
  }

  private addRow(
    seed: number,
    firstSequence: number,
    windowPackets: number,
    u8: Uint8Array,
    codedOffset: number,
    symbolBytes: number,
  ): void {
    const { counts, window, system, coefficients } = this;
    if (system.store.workBytes >= this.workEnd) {
      counts.overBudget++;
      return;
    }
    const first = window.placeOf(firstSequence);
    if (!system.knownFit(first, windowPackets, symbolBytes)) {
      counts.malformed++;
      return;
    }
    writeCoefficients(seed, windowPackets, coefficients);
    if (!system.loadCoefficients(first, windowPackets, coefficients)) {
      counts.redundant++;
      return;
    }
    counts.used++;
    system.insert(first, windowPackets, coefficients, u8, codedOffset, symbolBytes);
    this.collect();
  }

  /** Fills `packet` with the oldest source packet recovered and not handed out yet. [engine-thread] */
  takeRecovered(): boolean {
    const { window, packet } = this;
    if (window.freshCount === 0) return false;
    const place = window.takeFresh();
    this.read(place);
    packet.sequence = window.sequenceAt(place);
    return true;
  }

  /** What the system has determined becomes known, all or, if any of it can't be, nothing. */
  private collect(): void {
    const { system, window, counts } = this;
    for (let place = 0; place < system.span; place++) {
      if (!system.isSolved(place) || this.read(place)) continue;
      this.giveUpRows();
      return;
    }
    for (let place = 0; place < system.span; place++) {
      if (!system.isSolved(place)) continue;
      system.state[place] = PLACE.known;
      window.markFresh(place);
      counts.recovered++;
    }
  }

  private read(place: number): boolean {
    const { store } = this.system;
    const at = place * store.strideBytes;
    if (!readSymbol(store.words, at, store.usedWords[place], this.packet)) return false;
    // A row is as long as the longest packet it spoke of; the symbol ends with its own body.
    store.usedWords[place] = (SYMBOL_HEADER_BYTES + this.packet.bodyBytes + 3) >> 2;
    return true;
  }
}
