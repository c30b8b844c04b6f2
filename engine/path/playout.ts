// The end of the route: what a receiving slot plays, written into its playout ring at absolute frames.
//
//   playoutEnd .............. what the plugin may read up to
//   horizon                   what its next call may ask for: must be written, whatever is missing
//   target                    as far as every stream has its frames: written eagerly, so that a stalled
//                             engine hurts only after the receive latency is used up
import { STREAM_IDLE_AFTER_US } from '../base/limits.js';
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import type { AudioReceiveStream } from './audio-receive-stream.js';
import type { EngineSlot } from './engine-slot.js';
import type { Tap } from './tap.js';

export class Playout {
  private end = 0;
  private stamp = 0;

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
    const latencyFrames = Math.floor((view.latencyMs * view.sampleRate) / 1000);
    // Half the latency is for what comes late: streams that begin, the first packets of one out of order.
    const quiet = horizon + (latencyFrames >> 1);
    let there = Number.POSITIVE_INFINITY;
    for (const tap of taps) {
      const { audio } = tap.source;
      if (audio === null || !audio.buffer.started || !tap.exact) continue;
      if (audio.ended && audio.drained) continue;
      // Until then an earlier packet of it may still come; from then on a stalled engine must not cut its start.
      const begun = tap.slotFrame(audio.buffer.start) < quiet;
      // Who fell silent without a word may come back, but must not cost the others their margin meanwhile.
      const idle = audio.drained && nowUs - audio.lastPacketUs > STREAM_IDLE_AFTER_US;
      const known = begun ? tap.slotFrame(audio.buffer.contiguousEnd) : horizon;
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

  private write(slot: EngineSlot, target: number, nowUs: number): void {
    let first = true;
    for (const tap of slot.taps) {
      const { audio } = tap.source;
      if (audio === null || !audio.buffer.started || !tap.exact) continue;
      audio.resolve(tap.mediaFrame(target), nowUs);
      if (!audio.buffer.started) continue; // it lost its place: nothing to be had until its next packet
      this.mix(slot, tap, audio, target, first);
      first = false;
    }
    if (first) this.silence(slot, target);
  }

  /** Copies the first stream, adds the others: one stream alone stays bit-exact. */
  private mix(slot: EngineSlot, tap: Tap, audio: AudioReceiveStream, target: number, first: boolean): void {
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    const mask = ringFrames - 1;
    const { buffer } = audio;
    const shift = tap.mediaFrame(0);
    const from = Math.max(this.end, buffer.start - shift, buffer.finalEnd - buffer.ringFrames / 2 - shift);
    if (first) this.silence(slot, Math.min(target, from));
    let peak = this.metrics.cells[audio.row + STREAM.levelPeak];
    for (let c = 0; c < view.channelsOut; c++) {
      // A mono stream is heard on every channel; surplus channels of the stream are not.
      const plane = Math.min(c, buffer.channels - 1) * buffer.ringFrames;
      const carried = c < buffer.channels || buffer.channels === 1;
      const out = c * ringFrames;
      let read = (from + shift) & buffer.mask;
      let write = from & mask;
      for (let n = target - from; n > 0; n--) {
        const value = carried ? buffer.frames[plane + read] : 0;
        view.playout[out + write] = first ? value : view.playout[out + write] + value;
        if (value > peak) peak = value;
        else if (-value > peak) peak = -value;
        read = (read + 1) & buffer.mask;
        write = (write + 1) & mask;
      }
    }
    this.metrics.cells[audio.row + STREAM.levelPeak] = peak;
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
