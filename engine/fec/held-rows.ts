// Repair packets that wait for somebody else to solve them, as they came: the last ones of one stream. Nothing of
// them is multiplied here. Owner of all its memory; nothing is allocated after construction.

import { OpenWork } from '../base/open-work.js';

/** As many as the kernel takes for one window. */
export const HELD_ROWS_MAX = 32;

/** One repair packet. */
export class HeldRow {
  seed = 0;
  firstSequence = 0;
  count = 0;
  symbolBytes = 0;
  /** The decoder has been given it as well. */
  given = false;

  /** @param at its coded bytes in `words`, with zeros up to a whole word */
  constructor(readonly at: number) {}
}

export class HeldRows {
  readonly words: Int32Array;
  /** The same. */
  readonly bytes: Uint8Array;
  /** In the order in which they came; those in use come first. */
  readonly rows: HeldRow[];
  count = 0;
  /** Counts what came: another number, and there may be something new to be found. */
  version = 0;
  /** Asked for up to this version, and not answered yet; -1: nothing is. */
  waiting = -1;
  /** Everything up to this version is answered. */
  answered = -1;
  readonly open = new OpenWork();
  /** The processor had to do what was asked for. */
  overtaken = false;
  /** Another one: what was asked for before is nobody's any more. */
  generation = 0;

  constructor(symbolBytesMax: number) {
    const strideWords = (symbolBytesMax + 3) >> 2;
    this.words = new Int32Array(HELD_ROWS_MAX * strideWords);
    this.bytes = new Uint8Array(this.words.buffer);
    this.rows = Array.from({ length: HELD_ROWS_MAX }, (_, i) => new HeldRow(i * strideWords));
  }

  get full(): boolean {
    return this.count === HELD_ROWS_MAX;
  }

  /** The stream begins anew, or nothing of it can be trusted. */
  clear(): void {
    this.count = 0;
    this.version++;
    this.generation++;
    this.waiting = -1;
    this.overtaken = false;
  }

  /** For how long something has waited for its answer; to be asked every tick. [engine-thread] */
  openForUs(nowUs: number): number {
    return this.open.forUs(this.count > 0 && this.answered !== this.version, nowUs);
  }

  /** There must be room. [engine-thread] */
  add(
    seed: number,
    firstSequence: number,
    count: number,
    u8: Uint8Array,
    from: number,
    symbolBytes: number,
  ): void {
    const row = this.rows[this.count++];
    row.seed = seed;
    row.firstSequence = firstSequence;
    row.count = count;
    row.symbolBytes = symbolBytes;
    row.given = false;
    const to = row.at * 4;
    for (let i = 0; i < symbolBytes; i++) this.bytes[to + i] = u8[from + i];
    for (let i = symbolBytes; i & 3; i++) this.bytes[to + i] = 0;
    this.version++;
  }

  dropOldest(): void {
    const [oldest] = this.rows;
    this.drop((row) => row === oldest);
  }

  /** Those for which it says so go; the others stay in their order. */
  drop(gone: (row: HeldRow) => boolean): void {
    const { rows } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const row = rows[i];
      if (gone(row)) continue;
      rows[i] = rows[kept];
      rows[kept++] = row;
    }
    this.count = kept;
  }
}
