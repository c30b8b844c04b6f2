// Decides how many source frames a slot frame takes. Exactly the nominal ratio (1 between equal rates: frames
// are copied) until the drift is real; from then on a ratio that follows the drift and brings the stream back
// to the latency it began with. It never goes back by itself: each change between copying and resampling
// would move what lies above 20 kHz.
//
//   ratio / nominal  =  1 + drift + (position error to take back) / 4 s         smoothly, by 100 ppm/s at most
//
// The position error is how far the stream is played ahead of its place in source frames. Its value when the
// stream was put in place is what is held: it is worked out from the drift once that is known.
import { DriftVerdict } from './drift-verdict.js';

const KNOWN_PPM = 20;
/** Two clocks, each known to 2 ppm at worst. */
const SURE_PPM = 4;
const TAKE_BACK_SECONDS = 4;
/** The trim follows what is wanted by so much: a quarter of the above makes the loop critically damped. */
const SMOOTH_SECONDS = 1;
const TAKE_BACK_PPM_MAX = 150;
const SLEW_PPM_PER_SECOND = 100;
const DRIFT_PPM_MAX = 2000;
/** A clock doesn't jump; where it seems to, the estimate has, and the place to hold moves with it. */
const JUMP_SECONDS = 0.001;

export class RatioController {
  /** Source frames per slot frame. */
  ratio: number;
  engaged = false;
  /** Frames from the place that is held; 0 until known. */
  offPlaceFrames = 0;

  private readonly nominal: number;
  private trimPpm = 0;
  private anchorUs = 0;
  private lastUs = 0;
  private lastError = Number.NaN;
  private lastDrift = 0;
  /** What the ratio's trim has moved the position by since it was put in place. */
  private moved = 0;
  private place = 0;
  private placeKnown = false;
  private readonly verdict = new DriftVerdict();

  constructor(
    private readonly sourceRate: number,
    slotRate: number,
  ) {
    this.nominal = sourceRate / slotRate;
    this.ratio = this.nominal;
  }

  /** The stream was put in its place, by a jump: it begins at the nominal ratio. [engine-thread] */
  reset(timeUs: number): void {
    this.ratio = this.nominal;
    this.engaged = false;
    this.offPlaceFrames = 0;
    this.trimPpm = 0;
    this.anchorUs = timeUs;
    this.lastUs = timeUs;
    this.lastError = Number.NaN;
    this.lastDrift = 0;
    this.moved = 0;
    this.placeKnown = false;
    this.verdict.clear();
  }

  /**
   * What is known at a time; returns the ratio from then on.
   * @param ppm how fast the source runs against the slot
   * @param uncertaintyPpm how far off that may be, for both clocks together
   * @param errorFrames source frames by which the position is ahead of where it should be [engine-thread]
   */
  observe(timeUs: number, ppm: number, uncertaintyPpm: number, errorFrames: number): number {
    const seconds = Math.max(0, (timeUs - this.lastUs) / 1e6);
    const trimmed = this.trimPpm * 1e-6 * this.sourceRate * seconds;
    this.moved += trimmed;
    this.lastUs = timeUs;
    if (!(uncertaintyPpm <= KNOWN_PPM) || !Number.isFinite(errorFrames) || Math.abs(ppm) > DRIFT_PPM_MAX) {
      this.lastError += trimmed - this.lastDrift * seconds; // nothing new: the drift goes on as it was
      return this.ratio;
    }
    const drift = ppm * 1e-6 * this.sourceRate;
    const jump = errorFrames - (this.lastError + trimmed - drift * seconds);
    this.lastError = errorFrames;
    this.lastDrift = drift;
    this.findPlace(timeUs, uncertaintyPpm, errorFrames, drift, jump);
    this.offPlaceFrames = errorFrames - this.place;
    this.engaged ||= this.isReal(timeUs, ppm, uncertaintyPpm);
    if (this.engaged) this.steer(ppm, Math.min(seconds, 1));
    return this.ratio;
  }

  /** The stream was moved on purpose: by so many source frames ahead. That is its place from now on. */
  moveBy(sourceFrames: number): void {
    this.lastError += sourceFrames;
    if (this.placeKnown) this.place += sourceFrames;
  }

  private findPlace(timeUs: number, uncertainty: number, error: number, drift: number, jump: number): void {
    if (this.placeKnown) {
      if (Math.abs(jump) > JUMP_SECONDS * this.sourceRate) this.place += jump;
      return;
    }
    this.place = error - this.moved + (drift * (timeUs - this.anchorUs)) / 1e6;
    this.placeKnown = uncertainty <= SURE_PPM;
  }

  /** Between unequal rates any drift will do: there is nothing to be kept as it is. */
  private isReal(timeUs: number, ppm: number, uncertaintyPpm: number): boolean {
    if (this.nominal !== 1) return this.placeKnown;
    const offSeconds = this.placeKnown ? this.offPlaceFrames / this.sourceRate : 0;
    return this.verdict.isReal(timeUs, ppm, uncertaintyPpm, offSeconds);
  }

  private steer(ppm: number, seconds: number): void {
    const back = (-this.offPlaceFrames / (TAKE_BACK_SECONDS * this.sourceRate)) * 1e6;
    const wanted = ppm + Math.max(-TAKE_BACK_PPM_MAX, Math.min(back, TAKE_BACK_PPM_MAX));
    const change = SLEW_PPM_PER_SECOND * seconds;
    const smooth = (wanted - this.trimPpm) * Math.min(1, seconds / SMOOTH_SECONDS);
    this.trimPpm += Math.max(-change, Math.min(smooth, change));
    this.ratio = this.nominal * (1 + this.trimPpm * 1e-6);
  }
}
