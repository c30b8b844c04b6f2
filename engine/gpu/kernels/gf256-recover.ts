// A batch of windows of the sliding-window code: what their repair packets determine.
import { type Allocate, allocateOwn, COLUMNS, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { RECOVER_PARAMS, RECOVER_RESULT, RECOVER_ROW, RECOVER_WINDOW } from '../layouts.js';

export const RECOVER_ROWS_MAX = 32;
export const RECOVER_PLACES_MAX = 64;
const GROUP = 64;
const WEIGHT_WORDS = 24;
const COMBINE_WINDOWS = 1024;

export const GF256_RECOVER: KernelSpec = {
  stem: 'gf256-recover',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'windows', use: 'input' },
    { name: 'rows', use: 'input' },
    { name: 'symbols', use: 'input' },
    { name: 'weights', use: 'scratch' },
    { name: 'results', use: 'output' },
    { name: 'recovered', use: 'output' },
  ],
  passes: ['solve', 'combine'],
};

export interface RecoverSizes {
  readonly windowsMax: number;
  /** Repair packets of all windows, and symbols: source and coded ones. */
  readonly rowsMax: number;
  readonly symbolsMax: number;
  readonly symbolBytes: number;
}

const AT = RECOVER_WINDOW.at;
const ROW = RECOVER_ROW.at;

export class Gf256RecoverJob extends KernelJob {
  /** Of this batch. */
  symbolWords: number;
  windows = 0;
  private rows = 0;
  private symbols = 0;
  private recovered = 0;

  constructor(
    readonly sizes: RecoverSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const { windowsMax, rowsMax, symbolsMax, symbolBytes } = sizes;
    const symbolWords = (symbolBytes + 3) >> 2;
    const wordsMax = {
      params: RECOVER_PARAMS.words,
      windows: windowsMax * RECOVER_WINDOW.words,
      rows: rowsMax * RECOVER_ROW.words,
      symbols: symbolsMax * symbolWords,
      weights: windowsMax * RECOVER_ROWS_MAX * WEIGHT_WORDS,
      results: windowsMax * RECOVER_RESULT.words,
      recovered: rowsMax * symbolWords,
    };
    super(GF256_RECOVER, wordsMax, allocate);
    this.symbolWords = symbolWords;
  }

  /** @param symbolWords shorter symbols than the longest leave room for more */
  begin(symbolWords = (this.sizes.symbolBytes + 3) >> 2): void {
    this.symbolWords = symbolWords;
    this.windows = 0;
    this.rows = 0;
    this.symbols = 0;
    this.recovered = 0;
  }

  /** Is there room for another window? */
  fits(places: number, rowCount: number): boolean {
    const { windowsMax, rowsMax } = this.sizes;
    const words = (this.symbols + places + rowCount) * this.symbolWords;
    return (
      this.windows < windowsMax && this.rows + rowCount <= rowsMax && words <= this.memory.symbols.length
    );
  }

  /**
   * A window of `places` source packets, of which those with a bit in `known` are there. Returns the index of its
   * first symbol: `places` source symbols, then those of its rows, are to be written to `memory.symbols` from
   * there on, zeros behind their end. Its rows are added next.
   */
  addWindow(places: number, rowCount: number, knownLow: number, knownHigh: number): number {
    const { windows: memory } = this.memory;
    const at = this.windows++ * RECOVER_WINDOW.words;
    const missing = places - bitCount(knownLow) - bitCount(knownHigh);
    memory[at + AT.places] = places;
    memory[at + AT.rows] = rowCount;
    memory[at + AT.knownLow] = knownLow;
    memory[at + AT.knownHigh] = knownHigh;
    memory[at + AT.firstSymbol] = this.symbols;
    memory[at + AT.firstCoded] = this.symbols + places;
    memory[at + AT.firstRow] = this.rows;
    memory[at + AT.firstRecovered] = this.recovered;
    this.recovered += Math.min(rowCount, missing);
    const first = this.symbols;
    this.symbols += places + rowCount;
    return first;
  }

  /** A repair packet of the window added last: it speaks of `count` places from `first` on. */
  addRow(seed: number, first: number, count: number): void {
    const at = this.rows++ * RECOVER_ROW.words;
    this.memory.rows[at + ROW.seed] = seed;
    this.memory.rows[at + ROW.first] = first;
    this.memory.rows[at + ROW.count] = count;
  }

  /** Symbol in `memory.recovered` where those of a window begin. */
  firstRecovered(window: number): number {
    return this.memory.windows[window * RECOVER_WINDOW.words + AT.firstRecovered];
  }

  finish(): void {
    const { used, windows, symbolWords } = this;
    this.memory.params[RECOVER_PARAMS.at.windowCount] = windows;
    this.memory.params[RECOVER_PARAMS.at.symbolWords] = symbolWords;
    used.windows = windows * RECOVER_WINDOW.words;
    used.rows = this.rows * RECOVER_ROW.words;
    used.symbols = this.symbols * symbolWords;
    used.results = windows * RECOVER_RESULT.words;
    used.recovered = this.recovered * symbolWords;
    this.setGroups(0, Math.min(windows, COLUMNS), groupsFor(windows, COLUMNS));
    const combined = Math.min(windows, COMBINE_WINDOWS) * RECOVER_ROWS_MAX;
    this.setGroups(1, groupsFor(symbolWords, GROUP), combined, groupsFor(windows, COMBINE_WINDOWS));
  }
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
