// A second-order delay-locked loop on the earliest arrivals. Everything is kept as frames ahead of a clock
// that runs at the nominal rate, so that a drift of 100 ppm is a slope of 4.8 frames a second at 48 kHz.
//
//   arrivals -> earliest of each quarter second -> line along them (8 to 64 s) -> loop: frame, slope
//                                                    |
//                        both halves of the window must agree with the whole: a change of the network's delay
//                        bends the line, a drift doesn't. While it is bent the loop runs free; what has
//                        changed for good by then was delay, and is taken out of the measurement.
import { ArrivalLine } from './arrival-line.js';
import type { DriftEstimator } from './drift-estimator.js';
import { ARRIVAL, JumpGuard } from './jump-guard.js';

const SETTLED_SECONDS_MIN = 5;
/** The line is long enough for the loop to take over from it, if it isn't known well before. */
const LOCK_SECONDS = 14;
const FOLLOW_SECONDS_MIN = 7;
/** The loop's natural frequency, a second: at 1 ppm of doubt; the less, the faster. */
const LOOP_RADIANS = 0.1;
const LOOP_RADIANS_MIN = 0.05;
const LOOP_RADIANS_MAX = 0.3;
const PULL_SECONDS_MAX = 0.5;
const KNOWN_PPM = 20;
const SETTLED_PPM = 2;
/** A shift of less than this is followed, more is a change of the network's delay. */
const SHIFT_SECONDS = 0.0002;
const SHIFT_DOUBT = 3;
const HOLD_SECONDS_MAX = 90;

export class DelayLockedLoop implements DriftEstimator {
  ppm = 0;
  uncertaintyPpm = Number.POSITIVE_INFINITY;
  settled = false;
  discontinuities = 0;

  private readonly line = new ArrivalLine();
  private readonly guard = new JumpGuard();
  private sampleRate = 48_000;
  private running = false;
  private startUs = 0;
  private startFrame = 0;
  // The line: frames ahead at `seconds`, and the slope.
  private seconds = 0;
  private ahead = 0;
  private slope = 0;
  /** What the loop corrects, in frames a second, until it knows better: the line has no steps. */
  private pull = 0;
  private locked = false;
  /** What changes of the network's delay have added: measured minus line. */
  private shift = 0;
  private heldSince = -1;

  reset(sampleRate: number): void {
    this.sampleRate = sampleRate;
    this.running = false;
    this.locked = false;
    this.settled = false;
    this.ppm = 0;
    this.uncertaintyPpm = Number.POSITIVE_INFINITY;
    this.slope = 0;
    this.pull = 0;
    this.shift = 0;
    this.heldSince = -1;
    this.guard.clear();
    this.line.clear();
  }

  observe(mediaFrame: number, arrivalUs: number): void {
    if (!this.running) {
      this.running = true;
      this.startUs = arrivalUs;
      this.startFrame = mediaFrame;
      this.seconds = 0;
      this.ahead = 0;
    }
    const seconds = (arrivalUs - this.startUs) / 1e6;
    const ahead = mediaFrame - this.startFrame - seconds * this.sampleRate;
    const early = ahead - this.shift - this.aheadAt(seconds);
    const verdict = this.guard.judge(early / this.sampleRate, seconds);
    if (verdict === ARRIVAL.straggler) return;
    if (verdict === ARRIVAL.jump) {
      this.discontinuities++;
      this.reset(this.sampleRate);
      this.observe(mediaFrame, arrivalUs);
      return;
    }
    if (this.uncertaintyPpm === Number.POSITIVE_INFINITY && early > 0) {
      this.ahead = ahead;
      this.seconds = seconds;
    }
    if (this.line.add(seconds, ahead, this.slope, this.sampleRate)) this.update();
  }

  frameAt(timeUs: number, fromFrame = 0): number {
    if (!this.running) return Number.NaN;
    const seconds = (timeUs - this.startUs) / 1e6;
    return this.startFrame - fromFrame + seconds * this.sampleRate + this.aheadAt(seconds);
  }

  private aheadAt(seconds: number): number {
    const later = seconds - this.seconds;
    return this.ahead + this.slope * later + this.pull * Math.min(later, PULL_SECONDS_MAX);
  }

  /** Once a bucket. */
  private update(): void {
    if (this.locked) this.follow();
    else if (this.line.straight || !this.settled) this.adopt();
    const known = this.uncertaintyPpm <= KNOWN_PPM;
    this.ppm = known ? (this.slope / this.sampleRate) * 1e6 : 0;
  }

  /** Before the window is full, the line is all there is. */
  private adopt(): void {
    const { fit, straight, uncertaintyPpm, short } = this.line;
    if (this.settled) {
      const error = this.errorInTheMiddle();
      if (Math.abs(error) > SHIFT_SECONDS * this.sampleRate) this.shift += error;
    }
    this.seconds = fit.middleSeconds;
    this.ahead = fit.value - this.shift;
    this.slope = fit.slope;
    this.uncertaintyPpm = straight ? uncertaintyPpm : Number.MAX_VALUE;
    this.settled ||= this.uncertaintyPpm <= SETTLED_PPM && fit.spanSeconds >= SETTLED_SECONDS_MIN;
    this.locked = this.settled && (fit.spanSeconds >= LOCK_SECONDS || short);
  }

  /** The middle of the window lies seconds back, but so does the loop's own line there: no delay in the loop. */
  private follow(): void {
    const { fit, straight, bend, uncertaintyPpm } = this.line;
    const now = fit.middleSeconds + fit.spanSeconds / 2;
    const elapsed = Math.min(now - this.seconds, PULL_SECONDS_MAX);
    this.ahead = this.aheadAt(now);
    this.pull = 0;
    this.seconds = now;
    if (this.heldSince < 0 && !straight) this.heldSince = now;
    const long = this.heldSince >= 0 && now - this.heldSince > HOLD_SECONDS_MAX;
    if ((!straight && !long) || fit.spanSeconds < FOLLOW_SECONDS_MIN) return;
    this.uncertaintyPpm = uncertaintyPpm;
    const error = this.errorInTheMiddle();
    if (this.heldSince >= 0 && Math.abs(fit.slope - this.slope) > bend) this.slope = fit.slope;
    this.heldSince = -1;
    const doubt = SHIFT_DOUBT * uncertaintyPpm * 1e-6 * this.sampleRate * fit.spanSeconds;
    if (Math.abs(error) > Math.max(SHIFT_SECONDS * this.sampleRate, doubt)) {
      this.shift = fit.value - this.aheadAt(fit.middleSeconds);
      return;
    }
    const wanted = LOOP_RADIANS / Math.sqrt(uncertaintyPpm);
    const radians = Math.min(LOOP_RADIANS_MAX, Math.max(LOOP_RADIANS_MIN, wanted));
    const slopeGain = radians * radians;
    const aheadGain = 2 * Math.SQRT1_2 * radians + slopeGain * (now - fit.middleSeconds);
    this.pull = aheadGain * error;
    this.slope += slopeGain * elapsed * error;
  }

  private errorInTheMiddle(): number {
    const { fit } = this.line;
    return fit.value - this.shift - this.aheadAt(fit.middleSeconds);
  }
}
