// The decoder of the sliding-window code: takes source and REPAIR packets in any order and hands out every
// source packet that they determine, at once. Owner of all its memory; nothing is allocated after
// construction, and the work of one call is bounded (row-system.ts).
//
//   repair packet -> repair-body -> decoder-window -> row-system -> source-symbol -> takeRecovered()

import type { ByteSlab } from '../toast/byte-slab.js';
import { writeCoefficients } from './coefficients.js';
import { DecoderWindow } from './decoder-window.js';
import { FecCounts } from './fec-counts.js';
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
  private readonly system: RowSystem;
  private readonly window: DecoderWindow;
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
    const { window, system } = this;
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
    this.collect();
    return true;
  }

  /** The body of a REPAIR packet that came; anything may stand in it. [engine-thread] */
  addRepair(u8: Uint8Array, bodyOffset: number, bodyBytes: number): void {
    const { counts, repair, window, system, coefficients } = this;
    if (!readRepairBody(u8, bodyOffset, bodyBytes, this.windowMax, this.symbolBytesMax, repair)) {
      counts.malformed++;
      return;
    }
    const { firstSequence, windowPackets, symbolBytes } = repair;
    if (system.store.workBytes >= this.workEnd) {
      counts.overBudget++;
      return;
    }
    if (!window.admitRepair(firstSequence, windowPackets)) {
      counts.outOfReach++;
      return;
    }
    const first = window.placeOf(firstSequence);
    if (!system.knownFit(first, windowPackets, symbolBytes)) {
      counts.malformed++;
      return;
    }
    writeCoefficients(repair.seed, windowPackets, coefficients);
    if (!system.loadCoefficients(first, windowPackets, coefficients)) {
      counts.redundant++;
      return;
    }
    counts.used++;
    system.insert(first, windowPackets, coefficients, u8, repair.codedOffset, symbolBytes);
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
      // A corrupt packet is in the system. Which one can't be told: every row may have a part of it.
      counts.implausible++;
      system.dropRows();
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
