// What is measured of one stream as it is played, for the monitor: levels of the last block, loudness of the last 400
// ms, and how the power is spread over octaves. The figures lie in the stream's row of the metrics.
import { LEVEL_BANDS_HZ, type MetricsSlab, STREAM } from '../../base/metrics-slab.js';
import type { AudioReceiveStream } from '../../path/audio-receive-stream.js';
import { METER_BINS, METER_POINTS, type MeterJob } from '../kernels/meter.js';
import { METER_LEVEL } from '../layouts.js';

/** Momentary loudness (BS.1770): four blocks. */
const LOUDNESS_BLOCKS = 4;
/** A Hann window spreads a sine over three bins that together have so much of its power. */
const WINDOW_POWER = 1.5;
const LEVEL = METER_LEVEL.at;

export class StreamMeter {
  /** Played frames before it are measured. */
  end: number;
  /** Asked for, not back. */
  waiting = false;
  /** Of the batch that it was asked in: the index of its first channel. */
  index = 0;
  /** Told at house-keeping, until something is measured again. */
  silentFor = 0;
  /** It is still there, in this tick. */
  seen = true;
  private readonly blocks = new Float64Array(LOUDNESS_BLOCKS);
  private block = 0;
  /** First bin of each band, and the end of the last. */
  private readonly edges: readonly number[];

  /** @param state of its first channel's filter; the others' follow */
  constructor(
    readonly stream: AudioReceiveStream,
    readonly state: number,
  ) {
    this.end = stream.buffer.finalEnd;
    const hzPerBin = stream.sampleRate / METER_POINTS;
    const edgesHz = LEVEL_BANDS_HZ.map((hz) => hz * Math.SQRT1_2);
    edgesHz.push(edgesHz[edgesHz.length - 1] * 2);
    this.edges = edgesHz.map((hz) => Math.min(METER_BINS, Math.ceil(hz / hzPerBin)));
  }

  /** Takes what the kernel found. [engine-thread] */
  take(job: MeterJob, { cells }: MetricsSlab): void {
    const { stream, index, blocks } = this;
    const { row, channels } = stream;
    let peak = 0;
    let square = 0;
    let weighted = 0;
    for (let c = index; c < index + channels; c++) {
      const at = c * METER_LEVEL.words;
      peak = Math.max(peak, job.levels[at + LEVEL.peak]);
      square += job.levels[at + LEVEL.meanSquare];
      weighted += job.levels[at + LEVEL.weightedMeanSquare];
    }
    blocks[this.block] = weighted;
    this.block = (this.block + 1) % LOUDNESS_BLOCKS;
    let loud = 0;
    for (let i = 0; i < LOUDNESS_BLOCKS; i++) loud += blocks[i] / LOUDNESS_BLOCKS;
    cells[row + STREAM.levelPeak] = Math.max(cells[row + STREAM.levelPeak], peak);
    cells[row + STREAM.levelMeanSquare] = square / channels;
    cells[row + STREAM.levelLoudness] = loud;
    for (let band = 0; band < LEVEL_BANDS_HZ.length; band++) {
      cells[row + STREAM.levelBand1 + band] = this.power(job, this.edges[band], this.edges[band + 1]);
    }
    this.silentFor = 0;
    stream.meteredElsewhere = true;
  }

  /** Of the channels' mean; a full-scale sine has 1. */
  private power({ spectrum }: MeterJob, from: number, to: number): number {
    const { index } = this;
    const { channels } = this.stream;
    let sum = 0;
    for (let c = index; c < index + channels; c++) {
      for (let bin = from; bin < to; bin++) sum += spectrum[c * METER_BINS + bin];
    }
    return sum / (WINDOW_POWER * channels);
  }

  /** Nobody measures it any more: the peak is noted by the processor, the rest is not known. [engine-thread] */
  giveUp({ cells }: MetricsSlab): void {
    const { stream } = this;
    stream.meteredElsewhere = false;
    cells[stream.row + STREAM.levelMeanSquare] = 0;
    cells[stream.row + STREAM.levelLoudness] = 0;
    for (let band = 0; band < LEVEL_BANDS_HZ.length; band++) cells[stream.row + STREAM.levelBand1 + band] = 0;
  }
}
