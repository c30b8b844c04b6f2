// A second-order delay-locked loop on the earliest arrivals. Everything is kept as frames ahead of a clock
// that runs at the nominal rate, so that a drift of 100 ppm is a slope of 4.8 frames a second at 48 kHz.
//
//   arrivals -> earliest of each quarter second -> line along them (16 to 64 s) -> loop: frame, slope
//                                                    |
//                        both halves of the window must agree with the whole: a change of the network's delay
//                        bends the line, a drift doesn't. While it is bent the loop runs free; what has
//                        changed for good by then was delay, and is taken out of the measurement.
import { ArrivalEnvelope, EnvelopeFit } from './arrival-envelope.js';
import type { DriftEstimator } from './drift-estimator.js';

const FIT_SECONDS_MIN = 1.5;
const SETTLED_SECONDS_MIN = 5;
/** A quarter second each: 16 s are enough for most networks; until the line is known to 1 ppm, up to 64 s. */
const POINTS_ENOUGH = 64;
const ENOUGH_PPM = 1;
/** The line is long enough for the loop to take over from it. */
const LOCK_SECONDS = 14;
/** The loop's natural frequency, a second: at 1 ppm of doubt; the less, the faster. */
const LOOP_RADIANS = 0.1;
const LOOP_RADIANS_MIN = 0.05;
const LOOP_RADIANS_MAX = 0.25;
const KNOWN_PPM = 20;
const SETTLED_PPM = 2;
/** Of a line with n points over T seconds that lie g frames below it on average, the slope errs by this * g / nT. */
const UNCERTAINTY_FACTOR = 12;
const BEND_PPM_MIN = 4;
const BEND_FACTOR = 13;
/** A shift of less than this is followed, more is a change of the network's delay. */
const SHIFT_SECONDS = 0.0002;
const SHIFT_DOUBT = 3;
/** So far ahead no packet can be, and so far behind not all of them. */
const JUMP_SECONDS = 0.25;
const LATE_SECONDS = 2;
const HOLD_SECONDS_MAX = 90;

export class DelayLockedLoop implements DriftEstimator {
  ppm = 0;
  uncertaintyPpm = Number.POSITIVE_INFINITY;
  settled = false;
  discontinuities = 0;

  private readonly envelope = new ArrivalEnvelope();
  private readonly whole = new EnvelopeFit();
  private readonly half = new EnvelopeFit();
  private sampleRate = 48_000;
  private running = false;
  private startUs = 0;
  private startFrame = 0;
  // The line: frames ahead at `seconds`, and the slope.
  private seconds = 0;
  private ahead = 0;
  private slope = 0;
  private locked = false;
  /** What changes of the network's delay have added: measured minus line. */
  private shift = 0;
  private heldSince = -1;
  private lateSince = -1;

  reset(sampleRate: number): void {
    this.sampleRate = sampleRate;
    this.running = false;
    this.locked = false;
    this.settled = false;
    this.ppm = 0;
    this.uncertaintyPpm = Number.POSITIVE_INFINITY;
    this.slope = 0;
    this.shift = 0;
    this.heldSince = -1;
    this.lateSince = -1;
    this.envelope.clear();
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
    if (!this.isPlausible(early, seconds)) {
      if (this.lateSince >= 0) return;
      this.discontinuities++;
      this.reset(this.sampleRate);
      this.observe(mediaFrame, arrivalUs);
      return;
    }
    if (this.uncertaintyPpm === Number.POSITIVE_INFINITY && early > 0) {
      this.ahead = ahead;
      this.seconds = seconds;
    }
    if (this.envelope.add(seconds, ahead, this.slope)) this.update();
  }

  frameAt(timeUs: number): number {
    if (!this.running) return Number.NaN;
    const seconds = (timeUs - this.startUs) / 1e6;
    return this.startFrame + seconds * this.sampleRate + this.aheadAt(seconds);
  }

  private aheadAt(seconds: number): number {
    return this.ahead + this.slope * (seconds - this.seconds);
  }

  /** False for what can't be this clock's; with lateSince set it may only be a straggler. */
  private isPlausible(early: number, seconds: number): boolean {
    const jump = JUMP_SECONDS * this.sampleRate;
    if (early >= -jump && early <= jump) {
      this.lateSince = -1;
      return true;
    }
    if (early > jump) this.lateSince = -1;
    else if (this.lateSince < 0) this.lateSince = seconds;
    else if (seconds - this.lateSince > LATE_SECONDS) this.lateSince = -1;
    return false;
  }

  /** Once a bucket. */
  private update(): void {
    const { envelope, whole } = this;
    const { kept } = envelope;
    let points = Math.min(kept, POINTS_ENOUGH);
    let uncertainty = this.fit(kept - points, points);
    while (points < kept && uncertainty > ENOUGH_PPM) {
      points = Math.min(2 * points, kept);
      uncertainty = this.fit(kept - points, points);
    }
    if (whole.spanSeconds < FIT_SECONDS_MIN) return;
    const ppmPerSlope = 1e6 / this.sampleRate;
    const bend = Math.max(BEND_PPM_MIN, BEND_FACTOR * uncertainty) / ppmPerSlope;
    const early = points >> 1;
    const straight =
      this.agrees(kept - points, early, bend) && this.agrees(kept - points + early, points - early, bend);
    if (this.locked) this.follow(straight, bend, uncertainty);
    else if (straight || !this.settled) this.adopt(straight, uncertainty);
    const known = this.uncertaintyPpm <= KNOWN_PPM;
    this.ppm = known ? this.slope * ppmPerSlope : 0;
  }

  /** Lays the line; returns how far off its slope may be. */
  private fit(first: number, points: number): number {
    const { whole, sampleRate } = this;
    whole.spanSeconds = 0;
    if (!this.envelope.fit(first, points, whole)) return Number.POSITIVE_INFINITY;
    return ((UNCERTAINTY_FACTOR * whole.gap) / (points * whole.spanSeconds) / sampleRate) * 1e6;
  }

  private agrees(first: number, points: number, bend: number): boolean {
    return (
      this.envelope.fit(first, points, this.half) && Math.abs(this.half.slope - this.whole.slope) <= bend
    );
  }

  /** Before the window is full, the line is all there is. */
  private adopt(straight: boolean, uncertainty: number): void {
    const { whole } = this;
    if (this.settled) {
      const error = whole.value - this.shift - this.aheadAt(whole.middleSeconds);
      if (Math.abs(error) > SHIFT_SECONDS * this.sampleRate) this.shift += error;
    }
    this.seconds = whole.middleSeconds;
    this.ahead = whole.value - this.shift;
    this.slope = whole.slope;
    this.uncertaintyPpm = straight ? uncertainty : Number.MAX_VALUE;
    if (straight && uncertainty <= SETTLED_PPM && whole.spanSeconds >= SETTLED_SECONDS_MIN)
      this.settled = true;
    this.locked = this.settled && whole.spanSeconds >= LOCK_SECONDS;
  }

  /** The middle of the window lies seconds back, but so does the loop's own line there: no delay in the loop. */
  private follow(straight: boolean, bend: number, uncertainty: number): void {
    const { whole } = this;
    const now = whole.middleSeconds + whole.spanSeconds / 2;
    const elapsed = Math.min(now - this.seconds, 1);
    this.ahead = this.aheadAt(now);
    this.seconds = now;
    if (this.heldSince < 0 && !straight) this.heldSince = now;
    const long = this.heldSince >= 0 && now - this.heldSince > HOLD_SECONDS_MAX;
    if ((!straight && !long) || whole.spanSeconds < LOCK_SECONDS) return;
    this.uncertaintyPpm = uncertainty;
    const error = whole.value - this.shift - this.aheadAt(whole.middleSeconds);
    const slopeError = whole.slope - this.slope;
    if (this.heldSince >= 0 && Math.abs(slopeError) > bend) this.slope = whole.slope;
    this.heldSince = -1;
    const doubt = SHIFT_DOUBT * uncertainty * 1e-6 * this.sampleRate * whole.spanSeconds;
    if (Math.abs(error) > Math.max(SHIFT_SECONDS * this.sampleRate, doubt)) {
      this.shift = whole.value - this.aheadAt(whole.middleSeconds);
      return;
    }
    const radians = Math.min(
      LOOP_RADIANS_MAX,
      Math.max(LOOP_RADIANS_MIN, LOOP_RADIANS / Math.sqrt(uncertainty)),
    );
    const slopeGain = radians * radians;
    const aheadGain = 2 * Math.SQRT1_2 * radians + slopeGain * (now - whole.middleSeconds);
    this.ahead += aheadGain * elapsed * error;
    this.slope += slopeGain * elapsed * error;
  }
}
