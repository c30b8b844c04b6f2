// The memory of the decoder's linear system and the operations on one row. A row is `span` coefficients, one
// for each place of the ring, and coded bytes; row number `span` is the row in work.
//
// Owner of all its memory: (span + 1) * symbol size and (span + 1) * span bytes, nothing more is ever made.

import { ByteSlab } from '../toast/byte-slab.js';
import { addScaled, setScaled } from './gf256.js';

export class RowStore {
  readonly slab: ByteSlab;
  /** The slab once more. */
  readonly words: Int32Array;
  readonly strideBytes: number;
  readonly coefficients: Uint8Array;
  /** Words of each row that are in use; what follows is garbage and counts as zero. */
  readonly usedWords: Int32Array;
  /** Coefficients of each row that are not zero, the pivot's not counted. */
  readonly freeTerms: Int32Array;
  /** Bytes multiplied so far. */
  workBytes = 0;
  private readonly coefficientWords: Int32Array;

  /** @param span places; a power of two, 4 or more */
  constructor(
    readonly span: number,
    symbolBytesMax: number,
  ) {
    this.strideBytes = (symbolBytesMax + 3) & ~3;
    this.slab = new ByteSlab((span + 1) * this.strideBytes);
    this.words = new Int32Array(this.slab.buffer);
    this.coefficients = new Uint8Array((span + 1) * span);
    this.coefficientWords = new Int32Array(this.coefficients.buffer);
    this.usedWords = new Int32Array(span + 1);
    this.freeTerms = new Int32Array(span + 1);
  }

  coefficient(row: number, place: number): number {
    return this.coefficients[row * this.span + place];
  }

  /** Loads coded bytes into a row. */
  load(row: number, u8: Uint8Array, from: number, bytes: number): void {
    const own = this.slab.u8;
    const to = row * this.strideBytes;
    for (let i = 0; i < bytes; i++) own[to + i] = u8[from + i];
    for (let i = bytes; i & 3; i++) own[to + i] = 0;
    this.usedWords[row] = (bytes + 3) >> 2;
  }

  /** Row `to` becomes row `from` times `factor`, coefficients and bytes. */
  copyScaled(to: number, from: number, factor: number): void {
    const rowWords = this.span >> 2;
    const strideWords = this.strideBytes >> 2;
    const used = this.usedWords[from];
    setScaled(this.coefficientWords, to * rowWords, this.coefficientWords, from * rowWords, rowWords, factor);
    setScaled(this.words, to * strideWords, this.words, from * strideWords, used, factor);
    this.usedWords[to] = used;
    this.workBytes += used << 2;
  }

  addCoefficients(to: number, from: number, factor: number): void {
    const rowWords = this.span >> 2;
    const { coefficientWords } = this;
    addScaled(coefficientWords, to * rowWords, coefficientWords, from * rowWords, rowWords, factor);
  }

  addBytes(to: number, from: number, factor: number): void {
    const { words, usedWords } = this;
    const strideWords = this.strideBytes >> 2;
    const used = usedWords[from];
    if (used > usedWords[to]) {
      words.fill(0, to * strideWords + usedWords[to], to * strideWords + used);
      usedWords[to] = used;
    }
    addScaled(words, to * strideWords, words, from * strideWords, used, factor);
    this.workBytes += used << 2;
  }

  countFreeTerms(row: number): void {
    const { span, coefficients } = this;
    let terms = -1;
    for (let i = row * span; i < (row + 1) * span; i++) if (coefficients[i] !== 0) terms++;
    this.freeTerms[row] = terms;
  }
}
