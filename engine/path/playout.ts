// The end of the route: what a receiving slot plays, written into its playout ring at absolute frames.
//
//   playoutEnd .............. what the plugin may read up to
//   horizon                   what its next call may ask for: must be written, whatever is missing
//   target                    as far as every stream has its frames: written eagerly, so that a stalled
//                             engine hurts only after the receive latency is used up
import { STREAM_IDLE_AFTER_US } from '../base/limits.js';
import { GLOBAL, type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import type { PlanarRing } from '../drift/planar-ring.js';
import type { AudioReceiveStream } from './audio-receive-stream.js';
import type { EngineSlot } from './engine-slot.js';
import { patienceUs } from './patience.js';
import { CROSSFADE_FRAMES, ResyncTail, riseAt, type TailProgress } from './resync.js';
import type { Tap } from './tap.js';

export class Playout {
  private end = 0;
  private stamp = 0;
  private patienceUs = 0;
  private ring: PlanarRing | null = null;
  private readonly peak = new Float64Array(1);

  constructor(private readonly metrics: MetricsSlab) {}

  /** The slot began anew: silence everywhere, then the stamp that makes it playable. [engine-thread] */
  begin(slot: EngineSlot): void {
    const { view } = slot;
    const { at } = view.segment;
    view.store(at.slot.playoutStamp, 0);
    view.playout.fill(0, 0, Math.max(1, view.channelsOut) * at.ringFrames);
    this.end = slot.blockEnd + view.blockFramesMax;
    this.stamp = view.streamStamp;
    // SYNC POINT playout-end, playout-stamp: release the zeroed ring.
    view.store(at.slot.playoutEnd, this.end % 0x1_0000_0000);
    view.store(at.slot.playoutStamp, this.stamp);
  }

  stop(slot: EngineSlot): void {
    slot.view.store(slot.view.segment.at.slot.playoutStamp, 0);
    this.stamp = 0;
  }

  /** Everything before it is written. */
  get writtenEnd(): number {
    return this.end;
  }

  get running(): boolean {
    return this.stamp !== 0;
  }

  /** Writes all that is due and all that is there. [engine-thread] */
  render(slot: EngineSlot, nowUs: number): void {
    const { view, taps } = slot;
    const { at } = view.segment;
    const horizon = slot.blockEnd + view.blockFramesMax;
    if (horizon - this.end > at.ringFrames / 2) {
      // The engine slept through more than half a ring: nothing in it may be played any more.
      this.begin(slot);
      return;
    }
    this.patienceUs = patienceUs(view.latencyMs);
    const latencyFrames = Math.floor((view.latencyMs * view.sampleRate) / 1000);
    // Half the latency is for what comes late: streams that begin, the first packets of one out of order.
    const quiet = horizon + (latencyFrames >> 1);
    let there = Number.POSITIVE_INFINITY;
    for (const tap of taps) {
      tap.steer(slot.drift, nowUs);
      this.followSong(slot, tap, nowUs);
      const audio = audible(tap);
      if (audio === null) continue;
      if (audio.ended && audio.drained) continue;
      // Until then an earlier packet of it may still come; from then on a stalled engine must not cut its start.
      const begun = tap.slotFrame(audio.buffer.start) < quiet;
      // Who fell silent without a word may come back, but must not cost the others their margin meanwhile.
      const idle = audio.drained && nowUs - audio.lastPacketUs > STREAM_IDLE_AFTER_US;
      const known = begun ? this.knownOf(tap, audio, nowUs) : horizon;
      there = Math.min(there, idle ? quiet : known);
    }
    // With nobody to wait for, silence goes ahead too: no new stream begins within the receive latency.
    let target = there === Number.POSITIVE_INFINITY ? quiet : Math.max(horizon, there);
    // A stream of larger blocks is known further ahead; what is written there now, a newcomer could not join.
    target = Math.min(target, horizon + latencyFrames);
    target = Math.min(target, slot.blockEnd + at.ringFrames / 2);
    if (target <= this.end) return;
    this.write(slot, target, nowUs);
    this.end = target;
    // SYNC POINT playout-end: releases the frames before it.
    view.store(at.slot.playoutEnd, target % 0x1_0000_0000);
  }

  /** Slot frame before which all of a tap can be written now. What others resample is left to them until it is due. */
  private knownOf(tap: Tap, { buffer }: AudioReceiveStream, nowUs: number): number {
    const reach = tap.reach(buffer.contiguousEnd);
    if (tap.ahead === null || !tap.converting) return reach;
    return tap.ahead.limit(this.end, reach, nowUs, this.patienceUs);
  }

  private write(slot: EngineSlot, target: number, nowUs: number): void {
    let first = true;
    for (const tap of slot.taps) {
      const audio = audible(tap);
      audio?.resolve(tap.needs(target), nowUs);
      // One that lost its place has nothing until its next packet.
      if (audio?.buffer.started) {
        if (tap.converting) this.convert(slot, tap, audio, target, first);
        else this.mix(slot, tap, audio, target, first);
        this.metrics.addGlobal(GLOBAL.bytesToPlayout, (target - this.end) * slot.view.channelsOut * 4);
        first = false;
      }
      tap.moveTo(target);
    }
    if (first) this.silence(slot, target);
    for (const tap of slot.taps) {
      const lost = tap.source.audio?.tail;
      if (lost !== undefined) this.addTail(slot, lost, tap.lostTail, target);
      if (tap.movedTail !== null) this.addTail(slot, tap.movedTail, tap.leftTail, target);
    }
  }

  /** Timeline lock: the tap goes where the song is, crossfaded. */
  private followSong(slot: EngineSlot, tap: Tap, nowUs: number): void {
    const shift = tap.timeline.shift(slot, tap, this.metrics, nowUs);
    if (shift === 0) return;
    const audio = audible(tap);
    if (audio !== null && audio.buffer.finalEnd > audio.buffer.start) {
      tap.movedTail ??= new ResyncTail(audio.channels);
      tap.movedTail.take(audio.buffer, tap.needs(this.end));
      tap.risesFrom = this.end;
    }
    tap.shift(shift);
  }

  /** The last of a place that was left; see resync.ts. */
  private addTail(slot: EngineSlot, tail: ResyncTail, progress: TailProgress, target: number): void {
    if (!progress.owes(tail)) return;
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    const count = Math.min(target - this.end, CROSSFADE_FRAMES - progress.played);
    for (let c = 0; c < view.channelsOut; c++) {
      const plane = Math.min(c, tail.channels - 1) * CROSSFADE_FRAMES + progress.played;
      if (c >= tail.channels && tail.channels > 1) break;
      const out = c * ringFrames;
      for (let i = 0; i < count; i++) {
        view.playout[out + ((this.end + i) & (ringFrames - 1))] += tail.frames[plane + i];
      }
    }
    progress.played += count;
  }

  /** Copies the first stream, adds the others: one stream alone stays bit-exact. */
  private mix(slot: EngineSlot, tap: Tap, audio: AudioReceiveStream, target: number, first: boolean): void {
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    const mask = ringFrames - 1;
    const { buffer } = audio;
    const shift = tap.mediaFrame(0);
    const rising = this.end - tap.risesFrom < CROSSFADE_FRAMES;
    const from = Math.max(this.end, buffer.start - shift, buffer.finalEnd - buffer.ringFrames / 2 - shift);
    if (first) this.silence(slot, Math.min(target, from));
    let peak = 0;
    for (let c = 0; c < view.channelsOut; c++) {
      // A mono stream is heard on every channel; surplus channels of the stream are not.
      const plane = Math.min(c, buffer.channels - 1) * buffer.ringFrames;
      const carried = c < buffer.channels || buffer.channels === 1;
      const out = c * ringFrames;
      let read = (from + shift) & buffer.mask;
      let write = from & mask;
      for (let n = target - from; n > 0; n--) {
        let value = carried ? buffer.frames[plane + read] : 0;
        if (rising) value *= riseAt(target - n - tap.risesFrom);
        view.playout[out + write] = first ? value : view.playout[out + write] + value;
        if (value > peak) peak = value;
        else if (-value > peak) peak = -value;
        read = (read + 1) & buffer.mask;
        write = (write + 1) & mask;
      }
    }
    this.notePeak(audio, peak);
  }

  /** The same for clocks that run apart, or at another rate. */
  private convert(
    slot: EngineSlot,
    tap: Tap,
    audio: AudioReceiveStream,
    target: number,
    first: boolean,
  ): void {
    const { buffer } = audio;
    const { resampler, position } = tap;
    tap.moveTo(this.end);
    if (resampler === null || tap.slotFrame(buffer.start - resampler.halfTaps) > target) {
      if (first) this.silence(slot, target);
      return;
    }
    const ring = this.ringOf(slot);
    const { ratio } = tap.controller;
    const { start, finalEnd } = buffer;
    const { end, peak } = this;
    peak[0] = 0;
    const from = tap.ahead?.take(ring, end, target, position, start, !first, peak) ?? end;
    const count = target - from;
    const own =
      count > 0 ? resampler.resample(buffer, start, finalEnd, position, ratio, ring, from, count, !first) : 0;
    this.notePeak(audio, Math.max(peak[0], own));
    tap.movedTo(target);
  }

  private notePeak({ row, meteredElsewhere }: AudioReceiveStream, peak: number): void {
    if (meteredElsewhere) return;
    const { cells } = this.metrics;
    cells[row + STREAM.levelPeak] = Math.max(cells[row + STREAM.levelPeak], peak);
  }

  private ringOf({ view }: EngineSlot): PlanarRing {
    const { ringFrames } = view.segment.at;
    if (this.ring === null || this.ring.channels !== view.channelsOut) {
      const { playout: frames, channelsOut: channels } = view;
      this.ring = { frames, ringFrames, mask: ringFrames - 1, channels };
    }
    return this.ring;
  }

  private silence(slot: EngineSlot, target: number): void {
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    const mask = ringFrames - 1;
    for (let c = 0; c < view.channelsOut; c++) {
      for (let f = this.end; f < target; f++) view.playout[c * ringFrames + (f & mask)] = 0;
    }
  }
}

/** The audio that a tap brings; null while there is none, or its rate can't be converted. */
function audible(tap: Tap): AudioReceiveStream | null {
  const { audio } = tap.source;
  return audio?.buffer.started && tap.resampler !== null ? audio : null;
}
