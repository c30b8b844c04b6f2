// Kernels that restore packets: windows of the sliding-window code, and JELLIE's blocks.
import { writeCoefficients } from '../../engine/fec/coefficients.js';
import { addScaled } from '../../engine/fec/gf256.js';
import { JellieBody } from '../../engine/fec/jellie-body.js';
import { Gf256RecoverJob } from '../../engine/gpu/kernels/gf256-recover.js';
import { JellieDecodeJob } from '../../engine/gpu/kernels/jellie-decode.js';
import { Gf256RecoverTwin } from '../../engine/gpu/twins/gf256-recover.js';
import { JellieDecodeTwin } from '../../engine/gpu/twins/jellie-decode.js';
import { caseOf, randomSource, type Workload } from './workload.js';

/** As the default redundancy sends at 33 % loss: windows of 12 packets, 4 of them lost, 5 repair packets there. */
const PLACES = 12;
const LOST = 4;
const ROWS = 5;
const SYMBOL_BYTES = 532;

function fillWindows(job: Gf256RecoverJob, windows: number): void {
  const random = randomSource(1);
  const { symbolWords } = job;
  const symbols = new Int32Array(job.memory.symbols.buffer);
  const coefficients = new Uint8Array(PLACES);
  job.begin();
  for (let w = 0; w < windows; w++) {
    const first = job.addWindow(PLACES, ROWS, ((1 << PLACES) - 1) & ~((1 << LOST) - 1), 0);
    for (let i = 0; i < PLACES * symbolWords; i++) symbols[first * symbolWords + i] = random();
    for (let r = 0; r < ROWS; r++) {
      const seed = random();
      job.addRow(seed, 0, PLACES);
      writeCoefficients(seed, PLACES, coefficients);
      const coded = (first + PLACES + r) * symbolWords;
      for (let k = 0; k < PLACES; k++) {
        addScaled(symbols, coded, symbols, (first + k) * symbolWords, symbolWords, coefficients[k]);
      }
    }
  }
  job.finish();
}

const BLOCK_FRAMES = 128;
const DESCRIPTION_BYTES = (BLOCK_FRAMES / 2) * 2 * 3;

/** Stereo blocks in 24 bits, of which the sum and the difference came. */
function fillBlocks(job: JellieDecodeJob, blocks: number): void {
  const random = randomSource(2);
  for (let i = 0; i < 2 * blocks * DESCRIPTION_BYTES; i++) job.slab[i] = random();
  job.begin();
  for (let b = 0; b < blocks; b++) {
    const [sum, difference] = [2, 3].map((description, i) =>
      Object.assign(new JellieBody(), {
        ...{ sampleRate: 48000, channels: 2, sampleFormat: 1, frames: BLOCK_FRAMES, description },
        dataOffset: (2 * b + i) * DESCRIPTION_BYTES,
        dataBytes: DESCRIPTION_BYTES,
      }),
    );
    job.add(sum, difference);
  }
  job.finish(2 * blocks * DESCRIPTION_BYTES);
}

export const CODE_WORKLOADS: readonly Workload[] = [
  {
    stem: 'gf256-recover',
    unit: 'windows',
    sizes: [1, 4, 16, 64, 256, 1024, 4096],
    make: (size) => {
      const counts = { windowsMax: size, rowsMax: size * ROWS, symbolsMax: size * (PLACES + ROWS) };
      const make = () => new Gf256RecoverJob({ ...counts, symbolBytes: SYMBOL_BYTES });
      return caseOf(make, new Gf256RecoverTwin(SYMBOL_BYTES), (job) => fillWindows(job, size));
    },
  },
  {
    stem: 'jellie-decode',
    unit: 'blocks',
    sizes: [1, 4, 16, 64, 256, 1024, 4096],
    make: (size) => {
      const bytes = size * DESCRIPTION_BYTES;
      const sizes = { blocksMax: size, slabBytesMax: 2 * bytes, bodyWordsMax: size * (2 + BLOCK_FRAMES * 2) };
      const make = () => new JellieDecodeJob(sizes);
      return caseOf(make, new JellieDecodeTwin(), (job) => fillBlocks(job, size));
    },
  },
];
