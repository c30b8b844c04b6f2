// The encoder of the sliding-window code: keeps the symbols of the last source packets and writes random
// linear combinations of them. Owner of all its memory; nothing is allocated after construction.

import { writeCoefficients } from './coefficients.js';
import { addScaled } from './gf256.js';
import { REPAIR_PREFIX_BYTES, writeRepairPrefix } from './repair-body.js';
import { fitsSymbol, writeSymbol } from './source-symbol.js';

export class RlcEncoder {
  private readonly strideWords: number;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly symbolBytes: Int32Array;
  private readonly coefficients: Uint8Array;
  private readonly coded: Int32Array;
  private readonly codedBytes: Uint8Array;
  private newest = 0;
  private place = 0;
  private held = 0;

  /**
   * @param windowMax source packets that one repair packet can protect
   * @param symbolBytesMax the longest body and SYMBOL_HEADER_BYTES
   */
  constructor(
    readonly windowMax: number,
    readonly symbolBytesMax: number,
  ) {
    this.strideWords = (symbolBytesMax + 3) >> 2;
    this.words = new Int32Array(windowMax * this.strideWords);
    this.bytes = new Uint8Array(this.words.buffer);
    this.symbolBytes = new Int32Array(windowMax);
    this.coefficients = new Uint8Array(windowMax);
    this.coded = new Int32Array(this.strideWords);
    this.codedBytes = new Uint8Array(this.coded.buffer);
  }

  /** Forgets all source packets: the stream begins anew. [engine-thread] */
  begin(): void {
    this.held = 0;
    this.place = 0;
  }

  /** Source packets that a repair packet could protect now. */
  get windowPackets(): number {
    return this.held;
  }

  /**
   * A source packet that was sent. A jump in the sequence begins a new window. False when its body is too
   * long to be protected; the window then begins anew as well. [engine-thread]
   */
  addSource(
    sequence: number,
    mediaTime: number,
    captureTimeUs: number,
    format: number,
    u8: Uint8Array,
    bodyOffset: number,
    bodyBytes: number,
  ): boolean {
    if (!fitsSymbol(format, bodyBytes, this.symbolBytesMax)) {
      this.held = 0;
      return false;
    }
    if (this.held > 0 && sequence >>> 0 !== (this.newest + 1) >>> 0) this.held = 0;
    this.newest = sequence >>> 0;
    this.place = (this.place + 1) % this.windowMax;
    this.held = Math.min(this.held + 1, this.windowMax);
    const at = this.place * this.strideWords * 4;
    this.symbolBytes[this.place] = writeSymbol(
      this.bytes,
      this.words,
      at,
      format,
      mediaTime,
      captureTimeUs,
      u8,
      bodyOffset,
      bodyBytes,
    );
    return true;
  }

  /**
   * Writes the body of a repair packet for the last `windowPackets` source packets (fewer when there are not
   * so many yet); every repair packet of a window needs a seed of its own, a running number will do. Returns
   * its bytes, at most the longest source body of the window and REPAIR_OVERHEAD_BYTES; 0 when there is
   * nothing to protect. [engine-thread]
   */
  writeRepair(windowPackets: number, seed: number, u8: Uint8Array, offset: number): number {
    const count = Math.min(windowPackets, this.held);
    if (count <= 0) return 0;
    const { coefficients, coded, codedBytes, strideWords, windowMax } = this;
    writeCoefficients(seed, count, coefficients);
    let symbolBytes = 0;
    coded.fill(0);
    for (let k = 0; k < count; k++) {
      const place = (this.place + windowMax - (count - 1 - k)) % windowMax;
      const bytes = this.symbolBytes[place];
      if (bytes > symbolBytes) symbolBytes = bytes;
      addScaled(coded, 0, this.words, place * strideWords, (bytes + 3) >> 2, coefficients[k]);
    }
    writeRepairPrefix(u8, offset, seed, this.newest - (count - 1), count, symbolBytes);
    const data = offset + REPAIR_PREFIX_BYTES;
    for (let i = 0; i < symbolBytes; i++) u8[data + i] = codedBytes[i];
    return REPAIR_PREFIX_BYTES + symbolBytes;
  }
}
