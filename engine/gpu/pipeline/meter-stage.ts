// Metering by the GPU: ten times a second what was played of each stream since, all streams' channels in one dispatch.
// Nothing waits for it: while it is late or not there, the processor notes the peaks as it mixes.
import type { MetricsSlab } from '../../base/metrics-slab.js';
import type { AudioReceiveStream } from '../../path/audio-receive-stream.js';
import type { MeterJob } from '../kernels/meter.js';
import { readSound } from './read-sound.js';
import type { PipelineStage, Tick } from './stage.js';
import { StreamMeter } from './stream-meter.js';

const BLOCK_MS = 100;
/** Copied in one tick; others wait for the next. */
const SAMPLES_PER_TICK_MAX = 40_000;
/** At house-keeping, ten times a second: a stream that nothing was measured of for so long is given up. */
const SILENT_MAX = 5;

export class MeterStage implements PipelineStage {
  readonly name = 'meter';
  /** Streams of a batch that were measured, and that were not. */
  readonly counts = { asked: 0, used: 0, refused: 0 };
  private readonly meters: StreamMeter[] = [];
  /** Of each batch: whose blocks are in it. */
  private readonly asked: readonly StreamMeter[][];
  /** Filter states: 1 where one is taken. */
  private readonly states: Uint8Array;

  constructor(
    private readonly batches: readonly MeterJob[],
    private readonly metrics: MetricsSlab,
  ) {
    this.asked = batches.map(() => []);
    this.states = new Uint8Array(batches[0].sizes.statesMax);
  }

  jobs(batch: number): readonly MeterJob[] {
    return [this.batches[batch]];
  }

  /** [engine-thread] */
  fill(index: number, { sources }: Tick): boolean {
    const job = this.batches[index];
    const asked = this.asked[index];
    asked.length = 0;
    job.begin();
    let samples = 0;
    for (const meter of this.meters) meter.seen = false;
    for (const { audio } of sources) {
      if (audio === null || !audio.buffer.started) continue;
      const meter = this.meterOf(job, audio);
      if (meter === null) continue;
      meter.seen = true;
      const frames = this.due(job, meter);
      if (frames === 0 || (samples > 0 && samples + frames * audio.channels > SAMPLES_PER_TICK_MAX)) continue;
      if (!job.fits(audio.channels, frames)) continue;
      samples += frames * audio.channels;
      this.ask(job, meter, frames);
      asked.push(meter);
    }
    this.forget();
    if (asked.length === 0) return false;
    job.finish();
    return true;
  }

  /** Frames that are to be measured now. */
  private due(job: MeterJob, meter: StreamMeter): number {
    const { buffer, sampleRate, channels } = meter.stream;
    const block = Math.floor((BLOCK_MS * sampleRate) / 1000);
    const played = buffer.finalEnd - meter.end;
    if (meter.waiting || (played >= 0 && played < block)) return 0;
    // It went elsewhere, or nobody measured for long: it begins anew.
    if (played < 0 || played > 2 * block || played > buffer.ringFrames / 4) {
      meter.end = Math.max(buffer.start, buffer.finalEnd - block);
      for (let c = 0; c < channels; c++) job.reset(meter.state + c);
    }
    return Math.min(block, buffer.finalEnd - meter.end);
  }

  private ask(job: MeterJob, meter: StreamMeter, frames: number): void {
    const { buffer, channels, sampleRate } = meter.stream;
    meter.index = job.count;
    meter.waiting = true;
    this.counts.asked++;
    for (let c = 0; c < channels; c++) {
      const at = job.add(meter.state + c, sampleRate, frames);
      readSound(buffer.frames, c * buffer.ringFrames, buffer.mask, meter.end, frames, job.samples, at);
    }
    meter.end += frames;
  }

  /** [engine-thread] */
  take(index: number, good: boolean): void {
    for (const meter of this.asked[index]) {
      meter.waiting = false;
      if (!good) this.counts.refused++;
      else if (meter.seen) {
        this.counts.used++;
        meter.take(this.batches[index], this.metrics);
      }
    }
    this.asked[index].length = 0;
  }

  /** [engine-thread] */
  publish(): void {
    for (const meter of this.meters) if (++meter.silentFor === SILENT_MAX) meter.giveUp(this.metrics);
  }

  /** Null: there are too many. */
  private meterOf(job: MeterJob, stream: AudioReceiveStream): StreamMeter | null {
    for (const meter of this.meters) if (meter.stream === stream) return meter;
    const state = this.takeStates(stream.channels);
    if (state < 0) return null;
    const made = new StreamMeter(stream, state);
    for (let c = 0; c < stream.channels; c++) job.reset(state + c);
    this.meters.push(made);
    return made;
  }

  private takeStates(count: number): number {
    const { states } = this;
    let free = 0;
    for (let i = 0; i < states.length; i++) {
      free = states[i] === 0 ? free + 1 : 0;
      if (free < count) continue;
      states.fill(1, i + 1 - count, i + 1);
      return i + 1 - count;
    }
    return -1;
  }

  /** Those whose streams are over. */
  private forget(): void {
    const { meters, states } = this;
    for (let i = meters.length - 1; i >= 0; i--) {
      const { seen, waiting, state, stream } = meters[i];
      if (seen || waiting) continue;
      states.fill(0, state, state + stream.channels);
      meters.splice(i, 1);
    }
  }
}
