// Blocks of many channels: peak, mean square, loudness, spectrum.

import { kWeighting } from '../k-weighting.js';
import { type Allocate, allocateOwn, KernelJob, type KernelSpec } from '../kernel-job.js';
import { METER_CHANNEL, METER_LEVEL, METER_PARAMS } from '../layouts.js';
import { floats } from './resample.js';

export const METER_POINTS = 1024;
export const METER_BINS = METER_POINTS / 2;
/** Floats that the loudness filter remembers of a channel. */
export const METER_STATE = 4;
const AT = METER_CHANNEL.at;

export const METER: KernelSpec = {
  stem: 'meter',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'channels', use: 'input' },
    { name: 'samples', use: 'input' },
    { name: 'filters', use: 'state' },
    { name: 'tables', use: 'state' },
    { name: 'levels', use: 'output' },
    { name: 'spectrum', use: 'output' },
  ],
  passes: ['level', 'transform'],
};

export interface MeterSizes {
  readonly channelsMax: number;
  readonly samplesMax: number;
  /** Filter states: channels that may be measured, not all in every batch. */
  readonly statesMax: number;
}

export class MeterJob extends KernelJob {
  count = 0;
  readonly samples: Float32Array;
  readonly levels: Float32Array;
  readonly spectrum: Float32Array;
  private readonly channelFloats: Float32Array;
  /** By sample rate, as the kernel has them. */
  private readonly weightings = new Map<number, Float32Array>();
  private samplesUsed = 0;

  constructor(
    readonly sizes: MeterSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const wordsMax = {
      params: METER_PARAMS.words,
      channels: sizes.channelsMax * METER_CHANNEL.words,
      samples: sizes.samplesMax,
      filters: sizes.statesMax * METER_STATE,
      tables: 2 * METER_POINTS,
      levels: sizes.channelsMax * METER_LEVEL.words,
      spectrum: sizes.channelsMax * METER_BINS,
    };
    super(METER, wordsMax, allocate);
    this.samples = floats(this.memory.samples);
    this.levels = floats(this.memory.levels);
    this.spectrum = floats(this.memory.spectrum);
    this.channelFloats = floats(this.memory.channels);
    fillTables(floats(this.memory.tables));
    this.stateWrites.push({ buffer: 'tables', at: 0, words: this.memory.tables });
  }

  begin(): void {
    this.count = 0;
    this.samplesUsed = 0;
  }

  /** Is there room for so many more channels with so many frames each? */
  fits(channels: number, frames: number): boolean {
    const { channelsMax, samplesMax } = this.sizes;
    return this.count + channels <= channelsMax && this.samplesUsed + channels * frames <= samplesMax;
  }

  /** Returns where in `samples` the block's `frames` samples are to be written. `state`: whose filter goes on. */
  add(state: number, sampleRate: number, frames: number): number {
    const { channels } = this.memory;
    const at = this.count++ * METER_CHANNEL.words;
    const start = this.samplesUsed;
    this.samplesUsed += frames;
    channels[at + AT.start] = start;
    channels[at + AT.frames] = frames;
    channels[at + AT.state] = state;
    this.channelFloats.set(this.weighting(sampleRate), at + AT.shelfB0);
    return start;
  }

  /** A channel that begins anew: its filter comes to rest. */
  reset(state: number): void {
    const words = this.memory.filters.subarray(state * METER_STATE, (state + 1) * METER_STATE);
    words.fill(0);
    this.stateWrites.push({ buffer: 'filters', at: state * METER_STATE, words });
  }

  finish(): void {
    const { count, used } = this;
    this.memory.params[METER_PARAMS.at.channelCount] = count;
    used.channels = count * METER_CHANNEL.words;
    used.samples = this.samplesUsed;
    used.levels = count * METER_LEVEL.words;
    used.spectrum = count * METER_BINS;
    this.setGroups(0, count);
    this.setGroups(1, count);
  }

  private weighting(sampleRate: number): Float32Array {
    const known = this.weightings.get(sampleRate);
    if (known !== undefined) return known;
    const { shelfB, shelfA, highPass } = kWeighting(sampleRate);
    const made = Float32Array.of(...shelfB, ...shelfA, ...highPass);
    this.weightings.set(sampleRate, made);
    return made;
  }
}

/** Cosines and sines of the transform, then a Hann window. */
function fillTables(tables: Float32Array): void {
  for (let k = 0; k < METER_BINS; k++) {
    tables[2 * k] = Math.cos((2 * Math.PI * k) / METER_POINTS);
    tables[2 * k + 1] = Math.sin((2 * Math.PI * k) / METER_POINTS);
  }
  for (let i = 0; i < METER_POINTS; i++) {
    tables[METER_POINTS + i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / METER_POINTS);
  }
}
