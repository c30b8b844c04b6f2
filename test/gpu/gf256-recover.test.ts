// gf256-recover against the decoder's linear system: what is recovered, which rows were needed, every byte.
import { describe, expect, it } from 'vitest';
import { writeCoefficients } from '../../engine/fec/coefficients.js';
import { addScaled } from '../../engine/fec/gf256.js';
import { Gf256RecoverJob, type RecoverSizes } from '../../engine/gpu/kernels/gf256-recover.js';
import { RECOVER_RESULT } from '../../engine/gpu/layouts.js';
import { Gf256RecoverTwin } from '../../engine/gpu/twins/gf256-recover.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

interface Plan {
  readonly windows: number;
  readonly placesMax: number;
  readonly rowsMax: number;
  /** Of a hundred. */
  readonly lossPercent: number;
  readonly seed: number;
  /** Coded bytes that no sender made, and seeds that come twice. */
  readonly hostile?: boolean;
}

/** Windows of random size, loss and repair packets; the coded bytes are those of a sender. */
function fill(job: Gf256RecoverJob, plan: Plan): void {
  const random = new Random(plan.seed);
  const { symbolWords } = job;
  const symbols = new Int32Array(job.memory.symbols.buffer);
  const coefficients = new Uint8Array(64);
  job.begin();
  for (let w = 0; w < plan.windows; w++) {
    const places = 1 + random.below(plan.placesMax);
    const rows = random.below(plan.rowsMax + 1);
    const known = [0, 0];
    for (let place = 0; place < places; place++) {
      if (random.below(100) >= plan.lossPercent) known[place >> 5] |= 1 << (place & 31);
    }
    const first = job.addWindow(places, rows, known[0] >>> 0, known[1] >>> 0);
    symbols.fill(0, first * symbolWords, (first + places + rows) * symbolWords);
    for (let place = 0; place < places; place++) {
      const used = 1 + random.below(symbolWords);
      for (let i = 0; i < used; i++) symbols[(first + place) * symbolWords + i] = random.next();
    }
    for (let r = 0; r < rows; r++) {
      const from = random.below(places);
      const count = 1 + random.below(Math.min(32, places - from));
      const seed = plan.hostile ? random.below(3) : random.next();
      job.addRow(seed, from, count);
      writeCoefficients(seed, count, coefficients);
      const coded = (first + places + r) * symbolWords;
      for (let k = 0; k < count; k++) {
        addScaled(symbols, coded, symbols, (first + from + k) * symbolWords, symbolWords, coefficients[k]);
      }
      if (plan.hostile && random.below(3) === 0) symbols[coded + random.below(symbolWords)] ^= random.next();
    }
    for (let place = 0; place < places; place++) forget(symbols, symbolWords, first, place, known, random);
  }
  job.finish();
}

/** What did not come is not there to be copied from. */
function forget(
  symbols: Int32Array,
  words: number,
  first: number,
  place: number,
  known: number[],
  random: Random,
): void {
  if ((known[place >> 5] & (1 << (place & 31))) !== 0) return;
  symbols.fill(random.next(), (first + place) * words, (first + place + 1) * words);
}

describe.skipIf(WITHOUT_GPU)('gf256-recover', SLOWLY, () => {
  const gpu = useGpu();

  async function agree(sizes: RecoverSizes, plans: readonly Plan[]): Promise<number> {
    const make = (): Gf256RecoverJob => new Gf256RecoverJob(sizes);
    const twin = new Gf256RecoverTwin(sizes.symbolBytes);
    const pair = await new Pair(make(), make(), twin).open(gpu());
    let recovered = 0;
    for (const plan of plans) {
      await pair.run((job) => fill(job, plan));
      pair.expectEqual('results');
      expectRecoveredEqual(pair.onGpu, pair.onCpu);
      for (let w = 0; w < plan.windows; w++) {
        recovered += pair.onGpu.memory.results[w * RECOVER_RESULT.words + RECOVER_RESULT.at.recovered];
      }
    }
    pair.close();
    return recovered;
  }

  it('recovers what the decoder recovers, for batches and symbols of any size', async () => {
    for (const symbolBytes of [12, 13, 252, 257, 532, 1536]) {
      const sizes = { windowsMax: 70, rowsMax: 70 * 32, symbolsMax: 70 * 96, symbolBytes };
      const plan = { placesMax: 64, rowsMax: 32, lossPercent: 33 };
      const plans = [0, 1, 2, 63, 70].map((windows) => ({ ...plan, windows, seed: windows + symbolBytes }));
      expect(await agree(sizes, plans)).toBeGreaterThan(100);
    }
  });

  it('and where nothing, or everything is missing', async () => {
    const sizes = { windowsMax: 40, rowsMax: 40 * 32, symbolsMax: 40 * 96, symbolBytes: 100 };
    const plan = { windows: 40, placesMax: 40, rowsMax: 32 };
    expect(await agree(sizes, [{ ...plan, lossPercent: 0, seed: 1 }])).toBe(0);
    expect(await agree(sizes, [{ ...plan, lossPercent: 100, seed: 2 }])).toBeGreaterThan(20);
  });

  it('from repair packets that contradict each other it takes those that came first', async () => {
    const sizes = { windowsMax: 200, rowsMax: 200 * 32, symbolsMax: 200 * 96, symbolBytes: 64 };
    const plan = { windows: 200, placesMax: 12, rowsMax: 32, hostile: true };
    const plans = [20, 50, 80].map((lossPercent) => ({ ...plan, lossPercent, seed: lossPercent }));
    expect(await agree(sizes, plans)).toBeGreaterThan(300);
  });

  it('takes a great many windows at once', async () => {
    const sizes = { windowsMax: 33000, rowsMax: 33000 * 2, symbolsMax: 33000 * 5, symbolBytes: 16 };
    const plan = { windows: 33000, placesMax: 3, rowsMax: 2, lossPercent: 40, seed: 8 };
    expect(await agree(sizes, [plan])).toBeGreaterThan(10000);
  });
});

/** Of each window, the symbols that were recovered; the room behind them means nothing. */
function expectRecoveredEqual(a: Gf256RecoverJob, b: Gf256RecoverJob): void {
  for (let w = 0; w < b.windows; w++) {
    const first = b.firstRecovered(w) * b.symbolWords;
    const count = b.memory.results[w * RECOVER_RESULT.words + RECOVER_RESULT.at.recovered] * b.symbolWords;
    const expected = b.memory.recovered.subarray(first, first + count);
    const differs = expected.findIndex((word, i) => a.memory.recovered[first + i] !== word);
    if (differs >= 0) expect(`window ${w}, word ${differs}`).toBe('equal');
  }
}
