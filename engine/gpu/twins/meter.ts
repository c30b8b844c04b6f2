// The twin of shaders/meter.wgsl, in double precision and in the plain order.
import { METER_BINS, METER_POINTS, METER_STATE, type MeterJob } from '../kernels/meter.js';
import { floats } from '../kernels/resample.js';
import { METER_CHANNEL, METER_LEVEL } from '../layouts.js';

const AT = METER_CHANNEL.at;
const LEVEL = METER_LEVEL.at;

export class MeterTwin {
  private readonly real = new Float64Array(METER_POINTS);
  private readonly imaginary = new Float64Array(METER_POINTS);
  private readonly cosines = Float64Array.from({ length: METER_BINS }, (_, k) => Math.cos(angle(k)));
  private readonly sines = Float64Array.from({ length: METER_BINS }, (_, k) => Math.sin(angle(k)));

  /** [engine-thread] */
  run(job: MeterJob): void {
    const { channels } = job.memory;
    const channelFloats = floats(channels);
    const filters = floats(job.memory.filters);
    const tables = floats(job.memory.tables);
    for (let c = 0; c < job.count; c++) {
      const at = c * METER_CHANNEL.words;
      const start = channels[at + AT.start];
      const frames = channels[at + AT.frames];
      const filter = channelFloats.subarray(at, at + METER_CHANNEL.words);
      const state = channels[at + AT.state] * METER_STATE;
      this.level(job, c, start, frames, filter, filters, state);
      this.transform(job, c, start, frames, tables);
    }
  }

  private level(
    job: MeterJob,
    channel: number,
    start: number,
    frames: number,
    f: Float32Array,
    filters: Float32Array,
    state: number,
  ): void {
    let [w, x, y, z] = filters.subarray(state, state + METER_STATE);
    const g = f[AT.highPassG];
    const scale = 1 + g * (g + f[AT.highPassK]);
    let peak = 0;
    let energy = 0;
    let weighted = 0;
    for (let i = start; i < start + frames; i++) {
      const sample = job.samples[i];
      const shelved = f[AT.shelfB0] * sample + w;
      const rest = shelved - (g + f[AT.highPassK]) * y - z;
      const band = (g * rest) / scale + y;
      const low = g * band + z;
      w = f[AT.shelfB1] * sample - f[AT.shelfA1] * shelved + x;
      x = f[AT.shelfB2] * sample - f[AT.shelfA2] * shelved;
      y = 2 * band - y;
      z = 2 * low - z;
      peak = Math.max(peak, Math.abs(sample));
      energy += sample * sample;
      weighted += rest * rest;
    }
    filters[state] = w;
    filters[state + 1] = x;
    filters[state + 2] = y;
    filters[state + 3] = z;
    const at = channel * METER_LEVEL.words;
    const count = Math.max(1, frames);
    job.levels[at + LEVEL.peak] = peak;
    job.levels[at + LEVEL.meanSquare] = energy / count;
    job.levels[at + LEVEL.weightedMeanSquare] = weighted / count;
  }

  private transform(
    job: MeterJob,
    channel: number,
    start: number,
    frames: number,
    tables: Float32Array,
  ): void {
    const { real, imaginary } = this;
    for (let i = 0; i < METER_POINTS; i++) {
      const from = i + frames - METER_POINTS;
      real[reversed(i)] = from < 0 ? 0 : job.samples[start + from] * tables[METER_POINTS + i];
    }
    imaginary.fill(0);
    for (let size = 2; size <= METER_POINTS; size *= 2) this.stage(size);
    const scale = 4 / METER_POINTS;
    for (let i = 0; i < METER_BINS; i++) {
      job.spectrum[channel * METER_BINS + i] = (real[i] * scale) ** 2 + (imaginary[i] * scale) ** 2;
    }
  }

  private stage(size: number): void {
    const { real, imaginary, cosines, sines } = this;
    const half = size / 2;
    const stride = METER_POINTS / size;
    for (let first = 0; first < METER_POINTS; first += size) {
      for (let k = 0; k < half; k++) {
        const a = first + k;
        const b = a + half;
        const c = cosines[k * stride];
        const s = sines[k * stride];
        const re = real[b] * c + imaginary[b] * s;
        const im = imaginary[b] * c - real[b] * s;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}

const angle = (k: number): number => (2 * Math.PI * k) / METER_POINTS;

function reversed(index: number): number {
  let value = 0;
  for (let bit = 1; bit < METER_POINTS; bit *= 2) value = value * 2 + ((index & bit) !== 0 ? 1 : 0);
  return value;
}
