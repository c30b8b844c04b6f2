// The twin of shaders/gf256-recover.wgsl: the decoder's own linear system, window after window.
import { writeCoefficients } from '../../fec/coefficients.js';
import { RowSystem } from '../../fec/row-system.js';
import { type Gf256RecoverJob, RECOVER_PLACES_MAX } from '../kernels/gf256-recover.js';
import { RECOVER_RESULT, RECOVER_ROW, RECOVER_WINDOW } from '../layouts.js';

const AT = RECOVER_WINDOW.at;
const RESULT = RECOVER_RESULT.at;

export class Gf256RecoverTwin {
  private readonly coefficients = new Uint8Array(RECOVER_PLACES_MAX);
  private readonly system: RowSystem;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(symbolBytes: number) {
    this.system = new RowSystem(RECOVER_PLACES_MAX, symbolBytes);
  }

  /** [engine-thread] */
  run(job: Gf256RecoverJob): void {
    const { symbols } = job.memory;
    if (this.bytes.buffer !== symbols.buffer) this.bytes = new Uint8Array(symbols.buffer);
    for (let w = 0; w < job.windows; w++) this.solve(job, w);
  }

  private solve(job: Gf256RecoverJob, index: number): void {
    const { memory } = job;
    const at = index * RECOVER_WINDOW.words;
    const places = memory.windows[at + AT.places];
    this.loadKnown(job, at, places);
    const redundant = this.addRows(job, at);
    const result = index * RECOVER_RESULT.words;
    let low = 0;
    let high = 0;
    let count = 0;
    for (let place = 0; place < places; place++) {
      if (!this.system.isSolved(place)) continue;
      this.take(job, place, memory.windows[at + AT.firstRecovered] + count++);
      if (place < 32) low |= 1 << place;
      else high |= 1 << (place - 32);
    }
    memory.results[result + RESULT.recoveredLow] = low;
    memory.results[result + RESULT.recoveredHigh] = high;
    memory.results[result + RESULT.redundantRows] = redundant;
    memory.results[result + RESULT.recovered] = count;
  }

  private loadKnown(job: Gf256RecoverJob, at: number, places: number): void {
    const { system } = this;
    const { windows, symbols } = job.memory;
    const words = job.symbolWords;
    system.reset();
    system.newest = system.span - 1; // place 0 is the oldest
    for (let place = 0; place < places; place++) {
      const known = windows[at + (place < 32 ? AT.knownLow : AT.knownHigh)] & (1 << (place & 31));
      if (known === 0) continue;
      const from = (windows[at + AT.firstSymbol] + place) * words;
      const to = place * (system.store.strideBytes >> 2);
      for (let i = 0; i < words; i++) system.store.words[to + i] = symbols[from + i];
      system.settle(place, words * 4, -1);
    }
  }

  /** Returns a bit for each row that says nothing new. */
  private addRows(job: Gf256RecoverJob, at: number): number {
    const { system, coefficients } = this;
    const { windows, rows, symbols } = job.memory;
    let redundant = 0;
    for (let r = 0; r < windows[at + AT.rows]; r++) {
      const row = (windows[at + AT.firstRow] + r) * RECOVER_ROW.words;
      const first = rows[row + RECOVER_ROW.at.first];
      const count = rows[row + RECOVER_ROW.at.count];
      writeCoefficients(rows[row + RECOVER_ROW.at.seed], count, coefficients);
      if (!system.loadCoefficients(first, count, coefficients)) {
        redundant |= 1 << r;
        continue;
      }
      const coded = symbols.byteOffset + (windows[at + AT.firstCoded] + r) * job.symbolWords * 4;
      system.insert(first, count, coefficients, this.bytes, coded, job.symbolWords * 4);
    }
    return redundant;
  }

  private take(job: Gf256RecoverJob, place: number, index: number): void {
    const { store } = this.system;
    const from = place * (store.strideBytes >> 2);
    const to = index * job.symbolWords;
    for (let i = 0; i < job.symbolWords; i++) {
      job.memory.recovered[to + i] = i < store.usedWords[place] ? store.words[from + i] : 0;
    }
  }
}
