// A long time on a line that changes: memory stays flat, everything adds up, and the same seed gives the same run.
import type { Bench, BenchOptions, Row } from '../bench.js';
import { realSoak } from './real.js';
import { simulatedSoak } from './simulated.js';

const MINUTES = 60;
const QUICK_MINUTES = 1;
const SEED = 1;

export const soak: Bench = {
  name: 'soak',
  summary: 'an hour of simulated time at mixed impairment: memory, what must add up, replay from the seed',
  options: {
    minutes: 'so many simulated minutes (60); a minute takes about ten seconds of two cores',
    real: 'and so many minutes of real time: two engines, plugins, the relay at its worst profile',
    seed: 'another run (1)',
  },
  async run({ quick, numbers, say }: BenchOptions): Promise<Row[]> {
    const seed = numbers.seed ?? SEED;
    const minutes = numbers.minutes ?? (quick ? QUICK_MINUTES : MINUTES);
    const rows = [await simulatedSoak(minutes, seed, say)];
    if (numbers.real !== undefined) rows.push(await realSoak(numbers.real, seed, say));
    return rows;
  },
};
