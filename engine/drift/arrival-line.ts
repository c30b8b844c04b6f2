// The line along the earliest arrivals, over as many seconds as it takes to know its slope, with how well it is
// known, and whether it is one line at all: both halves of the window must agree with the whole.
import { ArrivalEnvelope, EnvelopeFit } from './arrival-envelope.js';

const SECONDS_MIN = 1.5;
/** A quarter second each: 8 s are enough where little varies; until the line is known well, up to 64 s. */
const POINTS_ENOUGH = 32;
const ENOUGH_PPM = 0.7;
/** Of a line with n points over T seconds that lie g frames below it on average, the slope errs by 6 g / nT (rms). */
const UNCERTAINTY_FACTOR = 15;
const BEND_PPM_MIN = 4;
const BEND_FACTOR = 10;

export class ArrivalLine {
  /** The line, in frames ahead of the nominal clock. */
  readonly fit = new EnvelopeFit();
  /** How far off its slope may be: 2.5 times the usual error. */
  uncertaintyPpm = Number.POSITIVE_INFINITY;
  /** Slopes that differ by more, in frames a second, differ for a reason. */
  bend = 0;
  straight = false;
  /** It was known well without all the points there are. */
  short = false;

  private readonly envelope = new ArrivalEnvelope();
  private readonly half = new EnvelopeFit();

  clear(): void {
    this.envelope.clear();
    this.uncertaintyPpm = Number.POSITIVE_INFINITY;
  }

  /** One arrival; true when the line was laid anew. See ArrivalEnvelope.add. [engine-thread] */
  add(seconds: number, ahead: number, slope: number, sampleRate: number): boolean {
    return this.envelope.add(seconds, ahead, slope) && this.lay(sampleRate);
  }

  private lay(sampleRate: number): boolean {
    const { fit } = this;
    const { kept } = this.envelope;
    let points = Math.min(kept, POINTS_ENOUGH);
    let known = this.layAlong(kept - points, points, sampleRate);
    while (known && points < kept && this.uncertaintyPpm > ENOUGH_PPM) {
      points = Math.min(2 * points, kept);
      known = this.layAlong(kept - points, points, sampleRate);
    }
    if (!known || fit.spanSeconds < SECONDS_MIN) return false;
    this.short = points < kept;
    this.bend = Math.max(BEND_PPM_MIN, BEND_FACTOR * this.uncertaintyPpm) * 1e-6 * sampleRate;
    const early = points >> 1;
    this.straight = this.agrees(kept - points, early) && this.agrees(kept - points + early, points - early);
    return true;
  }

  private layAlong(first: number, points: number, sampleRate: number): boolean {
    const { fit } = this;
    if (!this.envelope.fit(first, points, fit)) return false;
    this.uncertaintyPpm = ((UNCERTAINTY_FACTOR * fit.gap) / (points * fit.spanSeconds) / sampleRate) * 1e6;
    return true;
  }

  private agrees(first: number, points: number): boolean {
    return (
      this.envelope.fit(first, points, this.half) && Math.abs(this.half.slope - this.fit.slope) <= this.bend
    );
  }
}
