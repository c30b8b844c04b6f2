// One remote audio stream after its packets were verified and deduplicated: jitter buffer, repair, counts.
// The taps that play it ask for frames; whoever asks first resolves them for all.

import { LATE_RUN_MAX, STREAM_IDLE_AFTER_US } from '../base/limits.js';
import { GLOBAL, type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { SequenceWindow } from '../dedup/sequence-window.js';
import type { JellieDecoder } from '../fec/jellie-decoder.js';
import type { RlcDecoder } from '../fec/rlc-decoder.js';
import type { ArConcealer } from '../repair/ar-concealer.js';
import type { Gap } from '../repair/concealer.js';
import { SAMPLE_ENCODING, sampleBytes } from '../toast/audio-body.js';
import { AudioBody, copyAudioFrames, readAudioBody } from '../toast/audio-codec.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import { extendLow32 } from '../toast/sequence.js';
import { PAYLOAD_FORMAT } from '../toast/types.js';
import { type JitterBuffer, ORIGIN, PLACED } from './jitter-buffer.js';
import { CROSSFADE_FRAMES, fadeIn, ResyncTail } from './resync.js';

const WINDOW_PACKETS = 4096;

export class AudioReceiveStream {
  readonly window = new SequenceWindow(WINDOW_PACKETS);
  /** From the first repair packet on. */
  fec: RlcDecoder | null = null;
  /** Told when something is missing that is due: who restores packets elsewhere must do it now. */
  onDue: ((nowUs: number) => void) | null = null;
  /** Its peaks are measured by somebody else. */
  meteredElsewhere = false;
  /** From the first description on. */
  jellie: JellieDecoder | null = null;
  private readonly alone = new AudioBody();
  private readonly gap: Gap = { start: 0, end: -1, historyFrames: 0, futureFrames: 0 };
  private gapOpen = false;
  private lateRun = 0;
  private firstSequence = 0;
  private newestSequence = -1;
  /** Frames of the newest packet: how many a lost one is taken to have held. */
  packetFrames = 64;
  lastPacketUs = 0;
  /** The sender said that it stops: what is missing after the last frame was never sent. */
  ended = false;
  /** Packets came late so long that its place in time no longer fits. */
  needsAnchor = false;
  /** It goes on where something else was heard: it begins faded in. */
  rejoins = false;
  /** What is heard on where it lost its place. */
  readonly tail: ResyncTail;

  constructor(
    readonly sampleRate: number,
    readonly channels: number,
    /** Lent to this stream for its life. */
    readonly buffer: JitterBuffer,
    readonly concealer: ArConcealer,
    private readonly metrics: MetricsSlab,
    /** Row of this stream in the metrics. */
    readonly row: number,
  ) {
    this.tail = new ResyncTail(channels);
  }

  /** A packet of it came, whatever can be made of it. */
  noteArrival(frames: number, nowUs: number): void {
    this.packetFrames = frames;
    this.lastPacketUs = nowUs;
    this.ended = false;
  }

  /** How many packets its sender has numbered since the first that was heard. */
  noteSequence(sequence: number): void {
    if (this.newestSequence < 0) this.firstSequence = sequence;
    const extended = this.newestSequence < 0 ? sequence : extendLow32(sequence, this.newestSequence);
    if (extended <= this.newestSequence) return;
    this.newestSequence = extended;
    this.metrics.cells[this.row + STREAM.sequenceSpan] = extended - this.firstSequence + 1;
  }

  /** Takes a packet's frames. True when at least some of them can still be played. [engine-thread] */
  accept(
    slab: ByteSlab,
    body: AudioBody,
    mediaFrame: number,
    nowUs: number,
    origin: number = ORIGIN.received,
  ): boolean {
    const { cells } = this.metrics;
    this.noteArrival(body.frames, nowUs);
    const end = mediaFrame + body.frames;
    let placed: number = PLACED.late;
    let from = mediaFrame;
    const { buffer } = this;
    if (!buffer.started || buffer.untouched || end > buffer.finalEnd) {
      // Part of it may be history already: the rest still counts.
      if (buffer.started && !buffer.untouched) from = Math.max(mediaFrame, buffer.finalEnd);
      placed = buffer.place(from, end - from);
    }
    if (placed === PLACED.tooFar) {
      this.restart(nowUs);
      from = mediaFrame;
      placed = buffer.place(from, end - from);
    }
    if (placed !== PLACED.accepted) {
      // A packet that was recovered too late was lost already, and counted so.
      if (origin !== ORIGIN.received) return false;
      cells[this.row + STREAM.late]++;
      if (++this.lateRun >= LATE_RUN_MAX) this.restart(nowUs);
      return false;
    }
    this.lateRun = 0;
    copyAudioFrames(
      slab,
      body,
      from - mediaFrame,
      end - from,
      buffer.frames,
      0,
      buffer.ringFrames,
      from & buffer.mask,
      buffer.mask,
    );
    buffer.mark(from, end - from, origin);
    this.countCopied(body, end - from);
    if (origin === ORIGIN.received) cells[this.row + STREAM.accepted]++;
    return true;
  }

  private countCopied({ channels, encoding, sampleFormat }: AudioBody, frames: number): void {
    const { metrics } = this;
    metrics.addGlobal(GLOBAL.bytesToJitter, frames * channels * 4);
    if (encoding !== SAMPLE_ENCODING.base64 && encoding !== SAMPLE_ENCODING.numbers) return;
    metrics.addGlobal(GLOBAL.bytesUnpacked, frames * channels * sampleBytes(sampleFormat));
  }

  /** Everything before `frame` is due now: gaps are concealed, frames counted. [engine-thread] */
  resolve(frame: number, nowUs: number): void {
    const { buffer } = this;
    if (!buffer.started || frame <= buffer.finalEnd) return;
    if (frame - buffer.finalEnd > buffer.ringFrames) {
      // Nothing this far ahead can be held: the tap was hung on a wild clock. Work stays bounded.
      this.restart(nowUs);
      return;
    }
    if (this.onDue !== null && buffer.nextMissing(buffer.finalEnd, frame) < frame) {
      this.onDue(nowUs);
      if (!buffer.started || frame <= buffer.finalEnd) return;
    }
    let at = buffer.finalEnd;
    if (this.rejoins) this.joinIn(at, frame);
    while (at < frame) {
      const missing = buffer.nextMissing(at, frame);
      if (missing > at) this.countHeld(at, missing);
      at = missing;
      if (at >= frame) break;
      if (this.playAlone(at, nowUs)) continue;
      const held = buffer.nextHeld(at, frame);
      this.fill(at, held, nowUs);
      at = held;
    }
    this.count(STREAM.framesPlayed, frame - buffer.finalEnd);
    buffer.finalize(frame);
  }

  /** Forgets the place in time: the next packet begins anew. */
  restart(nowUs: number): void {
    const { buffer } = this;
    if (buffer.started && !buffer.untouched) {
      const from = buffer.finalEnd;
      this.resolve(from + CROSSFADE_FRAMES, nowUs);
      this.tail.take(buffer, from);
      this.rejoins = true;
    }
    buffer.reset();
    this.concealer.forget();
    this.gapOpen = false;
    this.lateRun = 0;
    this.needsAnchor = true;
  }

  /** True when every frame that arrived has been played. */
  get drained(): boolean {
    return this.buffer.finalEnd >= this.buffer.end;
  }

  private joinIn(from: number, to: number): void {
    fadeIn(this.buffer, from, to);
    this.rejoins = to < this.buffer.start + CROSSFADE_FRAMES;
  }

  private fill(from: number, to: number, nowUs: number): void {
    const { buffer, gap } = this;
    const pausing = this.ended || nowUs - this.lastPacketUs > STREAM_IDLE_AFTER_US;
    if (!this.gapOpen) {
      this.gapOpen = true;
      gap.start = from;
      gap.historyFrames = Math.max(0, from - buffer.start);
    }
    const next = buffer.nextHeld(to, buffer.end);
    const followed = next < buffer.end;
    gap.end = followed ? next : -1;
    gap.futureFrames = followed ? buffer.nextMissing(next, Math.min(buffer.end, next + 512)) - next : 0;
    const cheapBefore = this.concealer.cheapFrames;
    this.concealer.conceal(buffer, gap, from, to);
    this.count(STREAM.framesConcealedCheaply, this.concealer.cheapFrames - cheapBefore);
    const silent = pausing && !followed;
    buffer.place(from, to - from);
    buffer.mark(from, to - from, silent ? ORIGIN.silent : ORIGIN.concealed);
    this.count(silent ? STREAM.framesSilent : STREAM.framesConcealed, to - from);
    if (!silent) this.count(STREAM.lost, (to - from) / this.packetFrames);
  }

  /** One description of a missing block is better than an estimate: half its bandwidth is true. */
  private playAlone(frame: number, nowUs: number): boolean {
    const { jellie, alone, buffer } = this;
    if (jellie === null || !jellie.takeAlone(frame)) return false;
    const { slab, bodyOffset, bodyBytes, mediaTime } = jellie;
    if (!readAudioBody(PAYLOAD_FORMAT.binary, slab, bodyOffset, bodyBytes, alone)) return false;
    if (alone.channels !== this.channels) return false;
    const { lastPacketUs } = this;
    this.accept(slab, alone, mediaTime, nowUs, ORIGIN.concealed);
    this.lastPacketUs = lastPacketUs;
    const played = buffer.origin[frame & buffer.mask] === ORIGIN.concealed;
    if (played) this.count(STREAM.lost, 1);
    return played;
  }

  /** Frames that are there: as they came, or restored by the code. */
  private countHeld(from: number, to: number): void {
    const { buffer } = this;
    let recovered = 0;
    let estimated = 0;
    if (this.fec !== null || this.jellie !== null || from < buffer.start + CROSSFADE_FRAMES) {
      for (let f = from; f < to; f++) {
        const origin = buffer.origin[f & buffer.mask];
        if (origin === ORIGIN.recovered) recovered++;
        else if (origin === ORIGIN.concealed) estimated++;
      }
    }
    this.count(STREAM.framesRecovered, recovered);
    this.count(STREAM.framesConcealed, estimated);
    this.count(STREAM.framesReceived, to - from - recovered - estimated);
    this.gapOpen = false;
  }

  private count(column: number, amount: number): void {
    this.metrics.cells[this.row + column] += amount;
  }
}
