// Where one remote source meets one slot: which of its frames is played at which slot frame. Between equal
// clocks that is one whole number of frames apart for as long as both last, and frames are copied. Between
// unequal rates, or once a drift is real, the source's position moves by `ratio` a slot frame.
//
//   at (slot frame)  <->  position (source frame and fraction)       position + (f - at) * ratio
//
// The distance is decided in one place, when the tap is put in its place:
//
//   at - position = (what the host may have asked for) - (what the sender has got to)  both at the same moment
//                 + the host's largest block      its next call may want that much at once
//                 + the sender's largest block    its packets may bunch up by that much
//                 + one packet                    when its blocks don't divide into packets
//                 + half the resampler's filter   between unequal rates
//                 + the receive latency           for network, jitter and scheduling
import { type DriftEstimator, relativePpm } from '../drift/drift-estimator.js';
import type { SourcePosition } from '../drift/planar-ring.js';
import { PolyphaseResampler } from '../drift/polyphase-resampler.js';
import { RatioController } from '../drift/ratio-controller.js';
import type { ResampledAhead } from '../drift/resampled-ahead.js';
import { canResample, filterHalfTaps } from '../drift/sinc-kernel.js';
import type { HostClock } from './host-clock.js';
import type { RemoteSource } from './remote-source.js';
import { type ResyncTail, TailProgress } from './resync.js';
import type { SlotView } from './slot-view.js';
import { TimelineLock } from './timeline-lock.js';

/** The ratio moves by 100 ppm a second at most: no need to ask more often. */
const STEER_EVERY_US = 10_000;

export class Tap {
  /** Planned frames from the sender's block to the host's, block allowances included. */
  latencyFrames = 0;
  /** Slot frame of the latest MIDI event handed over: what ends it must not come before. */
  newestEventFrame = 0;
  /** False where the rates are too far apart to be converted: its audio is refused, MIDI is not. */
  readonly convertible: boolean;
  readonly controller: RatioController;
  readonly position: SourcePosition = { frame: 0, fraction: 0 };
  /** Null where only MIDI is played, or the rates don't go together. */
  resampler: PolyphaseResampler | null = null;
  /** What is resampled somewhere else before it is due; null: nothing is. */
  ahead: ResampledAhead | null = null;
  readonly timeline = new TimelineLock();
  /** What was heard in the place from which it was moved; null before the first time. */
  movedTail: ResyncTail | null = null;
  /** Slot frame at which it began anew, faded in. */
  risesFrom = Number.NEGATIVE_INFINITY;
  /** How much of the stream's tail was played here, and of its own. */
  readonly lostTail: TailProgress;
  readonly leftTail = new TailProgress(0);
  private at = 0;
  private steeredUs = 0;
  private readonly sourceRate: number;
  private readonly nominal: number;
  private readonly halfTaps: number;

  constructor(
    readonly source: RemoteSource,
    private readonly slotRate: number,
  ) {
    this.sourceRate = source.sampleRate || slotRate;
    this.nominal = this.sourceRate / slotRate;
    this.convertible = this.nominal === 1 || canResample(this.sourceRate, slotRate);
    this.halfTaps = this.convertible ? filterHalfTaps(this.sourceRate, slotRate) : 0;
    this.controller = new RatioController(this.sourceRate, slotRate);
    this.lostTail = new TailProgress(source.audio?.tail.serial ?? 0);
  }

  /** Was it made for this rate of the source? */
  fits(sampleRate: number): boolean {
    return sampleRate === this.sourceRate;
  }

  /** Its source sends audio as well. Allocates, once. [engine-thread] */
  prepareAudio(channels: number): void {
    if (!this.convertible) return;
    this.resampler ??= new PolyphaseResampler(this.sourceRate, this.slotRate, channels);
  }

  /** Frames are converted, not copied. */
  get converting(): boolean {
    return this.nominal !== 1 || this.controller.engaged;
  }

  /** Slot frame that the position is for. */
  get slotPosition(): number {
    return this.at;
  }

  /** Fixes the tap's place in time. [engine-thread] */
  anchor(clock: HostClock, slot: SlotView, nowUs: number): void {
    const { source, sourceRate, slotRate, nominal, position } = this;
    const filter = nominal === 1 ? 0 : this.halfTaps;
    this.latencyFrames =
      Math.round((slot.latencyMs * slotRate) / 1000) +
      slot.blockFramesMax +
      Math.ceil((source.blockFrames + this.packetAllowance() + filter) / nominal);
    position.frame = Math.floor(source.mediaAt(nowUs, sourceRate));
    position.fraction = 0;
    this.at = Math.ceil(clock.frameAt(nowUs)) + this.latencyFrames;
    this.controller.reset(nowUs);
    this.steeredUs = nowUs;
    this.timeline.reset();
  }

  get slotFramesPerSourceFrame(): number {
    return 1 / this.nominal;
  }

  /** Another place in time: everything is played so many slot frames later. [engine-thread] */
  shift(slotFrames: number): void {
    this.at += slotFrames;
    this.controller.moveBy(-slotFrames * this.controller.ratio);
  }

  /** Follows the two clocks. [engine-thread] */
  steer(slotDrift: DriftEstimator, nowUs: number): void {
    if (nowUs - this.steeredUs < STEER_EVERY_US) return;
    this.steeredUs = nowUs;
    const { position, controller, at } = this;
    const { drift } = this.source;
    const asked = slotDrift.frameAt(nowUs, at);
    // Counted from the position, so that fractions stay exact at any frame number.
    const ahead = position.fraction + asked * controller.ratio - drift.frameAt(nowUs, position.frame);
    const uncertainty = drift.uncertaintyPpm + slotDrift.uncertaintyPpm;
    controller.observe(nowUs, relativePpm(drift, slotDrift), uncertainty, ahead);
  }

  /** Slot frame at which a media frame is played. */
  slotFrame(mediaFrame: number): number {
    const { position, at } = this;
    if (!this.converting) return mediaFrame - position.frame + at;
    return at + Math.round((mediaFrame - position.frame - position.fraction) / this.controller.ratio);
  }

  /** Media frame that is played at a slot frame; between equal clocks only. */
  mediaFrame(slotFrame: number): number {
    return slotFrame - this.at + this.position.frame;
  }

  /** Slot frame before which all can be written when the source is there up to `mediaEnd`. */
  reach(mediaEnd: number): number {
    const { position, at, halfTaps } = this;
    if (!this.converting) return this.slotFrame(mediaEnd);
    const frames = mediaEnd - position.frame - halfTaps - position.fraction;
    return at + Math.floor(frames / this.controller.ratio);
  }

  /** Media frame before which the source must be there to write all before a slot frame. */
  needs(slotFrame: number): number {
    const { position, at, halfTaps } = this;
    if (!this.converting) return this.mediaFrame(slotFrame);
    const last = position.fraction + (slotFrame - 1 - at) * this.controller.ratio;
    return position.frame + Math.floor(last) + halfTaps + 1;
  }

  /** The position goes on to what is played at `slotFrame`. [engine-thread] */
  moveTo(slotFrame: number): void {
    const { position } = this;
    const frames = slotFrame - this.at;
    this.at = slotFrame;
    if (!this.converting) {
      position.frame += frames;
      return;
    }
    const moved = position.fraction + frames * this.controller.ratio;
    const whole = Math.floor(moved);
    position.frame += whole;
    position.fraction = moved - whole;
  }

  /** The resampler has moved the position itself. */
  movedTo(slotFrame: number): void {
    this.at = slotFrame;
  }

  /** The end of a block that no packet divides waits for the next block. */
  private packetAllowance(): number {
    const packetFrames = this.source.audio?.packetFrames ?? 0;
    return this.source.blockFrames > packetFrames ? packetFrames : 0;
  }
}
