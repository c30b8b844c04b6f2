// Recovery by the GPU: repair packets are held as they come, and as soon as they determine something that is missing,
// the windows of all streams go out in one dispatch. What comes back goes into the decoder, and from there into the
// receive path, as if the decoder had found it. Packets that are due before that are found by the decoder itself.
import { GLOBAL, type MetricsSlab } from '../../base/metrics-slab.js';
import type { HeldRows } from '../../fec/held-rows.js';
import { OpenWindow } from '../../fec/open-window.js';
import type { RlcDecoder } from '../../fec/rlc-decoder.js';
import { PLACE } from '../../fec/row-system.js';
import { type Gf256RecoverJob, RECOVER_PLACES_MAX } from '../kernels/gf256-recover.js';
import { RECOVER_RESULT } from '../layouts.js';
import type { PipelineStage, Tick } from './stage.js';

const RESULT = RECOVER_RESULT.at;

/** What became of the windows that were asked for, and the packets that came of them. */
export class RecoverCounts {
  asked = 0;
  used = 0;
  /** Due before they were back: the processor has done it. */
  late = 0;
  /** Nothing came of it that was not known by then. */
  needless = 0;
  /** The batch was lost, or what came back was no packet. */
  refused = 0;
  packets = 0;
}

/** One window of a batch. */
class Asked {
  decoder: RlcDecoder | null = null;
  generation = 0;
  version = 0;
  first = 0;
  us = 0;
}

class RecoverBatch {
  count = 0;
  readonly asked: readonly Asked[];
  /** The job's memory once more, as the decoder has it. */
  readonly symbols: Int32Array;
  readonly recovered: Int32Array;

  constructor(readonly job: Gf256RecoverJob) {
    const { symbols, recovered } = job.memory;
    this.asked = Array.from({ length: job.sizes.windowsMax }, () => new Asked());
    this.symbols = new Int32Array(symbols.buffer, symbols.byteOffset, symbols.length);
    this.recovered = new Int32Array(recovered.buffer, recovered.byteOffset, recovered.length);
  }
}

export class RecoverStage implements PipelineStage {
  readonly name = 'recover';
  readonly counts = new RecoverCounts();
  private readonly batches: readonly RecoverBatch[];
  private readonly window = new OpenWindow();
  /** Decoders with something to ask for, of this tick. */
  private readonly open: RlcDecoder[] = [];

  constructor(jobs: readonly Gf256RecoverJob[]) {
    this.batches = jobs.map((job) => new RecoverBatch(job));
  }

  jobs(batch: number): readonly Gf256RecoverJob[] {
    return [this.batches[batch].job];
  }

  /** [engine-thread] */
  fill(index: number, { sources, nowUs }: Tick): boolean {
    const { window, open } = this;
    let symbolWords = 0;
    open.length = 0;
    for (const { audio } of sources) {
      const fec = audio?.fec ?? null;
      if (fec === null || fec.held === null || !isOpen(fec.held) || !window.look(fec, fec.held)) continue;
      symbolWords = Math.max(symbolWords, window.symbolWords);
      open.push(fec);
    }
    if (open.length === 0) return false;
    const batch = this.batches[index];
    batch.count = 0;
    batch.job.begin(symbolWords);
    for (const fec of open) if (fec.held !== null) this.ask(batch, fec, fec.held, nowUs);
    if (batch.count === 0) return false;
    batch.job.finish();
    return true;
  }

  private ask(batch: RecoverBatch, decoder: RlcDecoder, held: HeldRows, nowUs: number): void {
    const { window } = this;
    const { job } = batch;
    // Where there is no room for it, it waits for the next batch.
    if (!window.look(decoder, held) || !job.fits(window.places, held.count)) return;
    const asked = batch.asked[batch.count++];
    asked.decoder = decoder;
    asked.generation = held.generation;
    asked.version = held.version;
    asked.first = window.first;
    asked.us = nowUs;
    held.waiting = held.version;
    held.overtaken = false;
    this.counts.asked++;
    const first = job.addWindow(window.places, held.count, window.knownLow, window.knownHigh);
    this.copySymbols(batch, decoder, first);
    for (let r = 0; r < held.count; r++) {
      const row = held.rows[r];
      job.addRow(row.seed, window.placeOf(row.firstSequence), row.count);
      const to = (first + window.places + r) * job.symbolWords;
      copyWords(held.words, row.at, (row.symbolBytes + 3) >> 2, batch.symbols, to, job.symbolWords);
    }
  }

  /** Those that are known; nobody looks at the others. */
  private copySymbols({ symbols, job }: RecoverBatch, decoder: RlcDecoder, first: number): void {
    const { places, first: sequence } = this.window;
    const { store, state } = decoder.system;
    for (let place = 0; place < places; place++) {
      const own = decoder.window.placeOf(sequence + place);
      if (state[own] !== PLACE.known) continue;
      const to = (first + place) * job.symbolWords;
      copyWords(
        store.words,
        (own * store.strideBytes) >> 2,
        store.usedWords[own],
        symbols,
        to,
        job.symbolWords,
      );
    }
  }

  /** [engine-thread] */
  take(index: number, good: boolean): void {
    const batch = this.batches[index];
    for (let w = 0; w < batch.count; w++) {
      const asked = batch.asked[w];
      const { decoder } = asked;
      asked.decoder = null;
      const held = decoder?.held ?? null;
      if (decoder === null || held === null) continue;
      if (held.generation !== asked.generation) {
        this.counts.needless++;
        continue;
      }
      held.waiting = -1;
      if (good) this.takeWindow(batch, w, decoder, held, asked);
      else this.counts.refused++;
    }
    batch.count = 0;
  }

  private takeWindow(
    batch: RecoverBatch,
    index: number,
    decoder: RlcDecoder,
    held: HeldRows,
    asked: Asked,
  ): void {
    const { counts } = this;
    if (!isPlausible(batch, index, decoder)) {
      decoder.giveUpRows();
      counts.refused++;
      return;
    }
    if (held.answered < asked.version) {
      held.answered = asked.version;
      held.open.answer(asked.us);
    }
    const { results } = batch.job.memory;
    const at = index * RECOVER_RESULT.words;
    let symbol = batch.job.firstRecovered(index) * batch.job.symbolWords;
    let news = 0;
    for (let place = 0; place < RECOVER_PLACES_MAX; place++) {
      const bits = results[at + (place < 32 ? RESULT.recoveredLow : RESULT.recoveredHigh)];
      if ((bits & (1 << (place & 31))) === 0) continue;
      const sequence = (asked.first + place) >>> 0;
      if (decoder.addSolved(sequence, batch.recovered, symbol, batch.job.symbolWords)) news++;
      symbol += batch.job.symbolWords;
    }
    counts.packets += news;
    if (news > 0) counts.used++;
    else if (held.overtaken) counts.late++;
    else counts.needless++;
  }

  /** [engine-thread] */
  publish(metrics: MetricsSlab): void {
    const { counts } = this;
    metrics.setGlobal(GLOBAL.gpuWindowsAsked, counts.asked);
    metrics.setGlobal(GLOBAL.gpuWindowsUsed, counts.used);
    metrics.setGlobal(GLOBAL.gpuWindowsLate, counts.late);
    metrics.setGlobal(GLOBAL.gpuWindowsNeedless, counts.needless);
    metrics.setGlobal(GLOBAL.gpuWindowsRefused, counts.refused);
    metrics.setGlobal(GLOBAL.gpuPacketsRecovered, counts.packets);
  }
}

/** Something came since it was last asked for, and nothing is under way. */
function isOpen(held: HeldRows): boolean {
  return held.count > 0 && held.waiting < 0 && held.answered !== held.version;
}

/** Everything that came back for a window is what a sender can have written. */
function isPlausible({ job, recovered }: RecoverBatch, index: number, decoder: RlcDecoder): boolean {
  const count = job.memory.results[index * RECOVER_RESULT.words + RESULT.recovered];
  const first = job.firstRecovered(index);
  for (let n = 0; n < count; n++) {
    const at = (first + n) * job.symbolWords;
    if (at + job.symbolWords > recovered.length) return false;
    if (!decoder.isSymbol(recovered, at, job.symbolWords)) return false;
  }
  return true;
}

/** Zeros behind the end. */
function copyWords(
  from: Int32Array,
  at: number,
  count: number,
  to: Int32Array,
  toAt: number,
  toWords: number,
): void {
  for (let i = 0; i < count; i++) to[toAt + i] = from[at + i];
  to.fill(0, toAt + count, toAt + toWords);
}
