// Resampling by the GPU: what taps between clocks that run apart, or between rates, will have to play, as soon as its
// source is there, all taps in one dispatch. While it works, the playout is written no further ahead than it is there
// or must be; what is due and not there the processor makes, from the same position on.
import { GLOBAL, type MetricsSlab } from '../../base/metrics-slab.js';
import type { SourcePosition } from '../../drift/planar-ring.js';
import {
  PIECE_FRAMES_MAX,
  PIECE_FRAMES_MIN,
  ResampleCounts,
  ResampledAhead,
  type ResampledPiece,
} from '../../drift/resampled-ahead.js';
import { sincKernel } from '../../drift/sinc-kernel.js';
import type { AudioReceiveStream } from '../../path/audio-receive-stream.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import type { JitterBuffer } from '../../path/jitter-buffer.js';
import type { Tap } from '../../path/tap.js';
import type { ResampleJob } from '../kernels/resample.js';
import { readSound } from './read-sound.js';
import type { PipelineStage, Tick } from './stage.js';

/** Where results took too long, the playout is written ahead as ever; it is tried again after so long. */
const RETRY_US = 1_000_000;
const TWO_32 = 4294967296;

/** One piece of a batch. */
class Asked {
  ahead: ResampledAhead | null = null;
  piece: ResampledPiece | null = null;
  ticket = 0;
  planes = 0;
  result = 0;
}

export class ResampleStage implements PipelineStage {
  readonly name = 'resample';
  readonly counts = new ResampleCounts();
  private readonly asked: readonly (readonly Asked[])[];
  private readonly used: Int32Array;
  private readonly position: SourcePosition = { frame: 0, fraction: 0 };

  constructor(private readonly batches: readonly ResampleJob[]) {
    this.asked = batches.map(({ sizes }) => Array.from({ length: sizes.piecesMax }, () => new Asked()));
    this.used = new Int32Array(batches.length);
  }

  jobs(batch: number): readonly ResampleJob[] {
    return [this.batches[batch]];
  }

  /** [engine-thread] */
  fill(index: number, { slots, nowUs }: Tick): boolean {
    const job = this.batches[index];
    this.used[index] = 0;
    job.begin();
    for (const slot of slots) {
      if (!slot.playout.running) continue;
      for (const tap of slot.taps) {
        const { audio } = tap.source;
        if (audio?.buffer.started && tap.converting && tap.resampler !== null) {
          this.look(index, job, slot, tap, audio, nowUs);
        }
      }
    }
    if (this.used[index] === 0) return false;
    job.finish();
    return true;
  }

  private look(
    index: number,
    job: ResampleJob,
    slot: EngineSlot,
    tap: Tap,
    audio: AudioReceiveStream,
    nowUs: number,
  ): void {
    const filter = job.filters.indexOf(sincKernel(audio.sampleRate, slot.view.sampleRate));
    if (filter < 0) return; // a pair of rates that the kernel has no filter for
    const planes = Math.min(audio.channels, slot.view.channelsOut);
    if (tap.ahead === null || tap.ahead.planes !== planes)
      tap.ahead = new ResampledAhead(planes, this.counts);
    const { ahead } = tap;
    if (!ahead.held && nowUs >= ahead.retryUs) ahead.hold(nowUs + RETRY_US);
    if (!ahead.held) return;
    if (!ahead.full) this.ask(index, job, filter, slot, tap, audio.buffer, ahead, nowUs);
    else if (ahead.last?.ready) ahead.defer();
  }

  private ask(
    index: number,
    job: ResampleJob,
    filter: number,
    slot: EngineSlot,
    tap: Tap,
    buffer: JitterBuffer,
    ahead: ResampledAhead,
    nowUs: number,
  ): void {
    const { position } = this;
    const { last } = ahead;
    const { ratio } = tap.controller;
    const written = slot.playout.writtenEnd;
    let from = written;
    if (last !== null && last.end > written) {
      from = last.end;
      last.position(last.frames, position);
    } else if (tap.slotPosition === written) {
      position.frame = tap.position.frame;
      position.fraction = tap.position.fraction;
    } else {
      ahead.defer();
      return;
    }
    const { halfTaps } = job.filters[filter];
    const known = (buffer.contiguousEnd - halfTaps - position.frame - position.fraction) / ratio;
    const frames = Math.min(Math.floor(known), PIECE_FRAMES_MAX);
    if (frames < PIECE_FRAMES_MIN || !job.fits(filter, ahead.planes, frames, ratio)) return;
    const piece = ahead.ask(from, frames, position, ratio, buffer.start, nowUs);
    const asked = this.asked[index][this.used[index]++];
    asked.ahead = ahead;
    asked.piece = piece;
    asked.ticket = piece.ticket;
    asked.planes = ahead.planes;
    asked.result = job.resultEnd;
    const at = job.add(filter, ahead.planes, frames, piece.fraction / TWO_32, ratio);
    const stride = job.sourceStride(filter, frames, ratio);
    const first = piece.source - halfTaps + 1;
    const needed = Math.floor((piece.fraction + (frames - 1) * piece.step) / TWO_32) + 1 + 2 * halfTaps;
    for (let p = 0; p < ahead.planes; p++) copySource(buffer, p, first, needed, job, at + p * stride);
  }

  /** [engine-thread] */
  take(index: number, good: boolean): void {
    const job = this.batches[index];
    for (let i = 0; i < this.used[index]; i++) {
      const { ahead, piece, ticket, planes, result } = this.asked[index][i];
      if (ahead === null || piece === null || piece.ticket !== ticket) continue;
      if (!good) {
        ahead.held = false;
        if (!piece.late) this.counts.refused++;
        piece.late = true; // counted: nothing more becomes of it
        continue;
      }
      for (let p = 0; p < planes; p++) {
        const from = result + p * piece.frames;
        for (let f = 0; f < piece.frames; f++) {
          piece.samples[p * PIECE_FRAMES_MAX + f] = job.result[from + f];
        }
      }
      ahead.answer(piece);
    }
    this.used[index] = 0;
  }

  /** [engine-thread] */
  publish(metrics: MetricsSlab): void {
    const { counts } = this;
    metrics.setGlobal(GLOBAL.gpuPiecesAsked, counts.asked);
    metrics.setGlobal(GLOBAL.gpuPiecesUsed, counts.used);
    metrics.setGlobal(GLOBAL.gpuPiecesLate, counts.late);
    metrics.setGlobal(GLOBAL.gpuPiecesNeedless, counts.needless);
    metrics.setGlobal(GLOBAL.gpuPiecesRefused, counts.refused);
  }
}

/** What lies before the source's start is silence. */
function copySource(
  buffer: JitterBuffer,
  plane: number,
  first: number,
  count: number,
  job: ResampleJob,
  at: number,
): void {
  const silent = Math.min(count, Math.max(0, buffer.start - first));
  job.source.fill(0, at, at + silent);
  const ring = plane * buffer.ringFrames;
  readSound(buffer.frames, ring, buffer.mask, first + silent, count - silent, job.source, at + silent);
}
